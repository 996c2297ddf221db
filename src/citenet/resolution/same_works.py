"""Which records are one work: pairs with their evidence, and the clusters they make."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.resolution.candidates import candidate_pairs
from citenet.resolution.clusters import conflicting, split_ids
from citenet.resolution.identity import terms_of
from citenet.resolution.joining import Joined, joined
from citenet.resolution.score import CONTRADICTED, POSSIBLE, certainty, score_pairs

__all__ = ["joined_works", "pairs_of_works"]

Ints = npt.NDArray[np.int64]
_CERTAIN = 100.0  # log odds of a shared identifier
_TIE = 0.01  # log odds that are none, whatever the threshold
_FEW = 50  # records with one identifier of which every two are compared


def pairs_of_works(
    works: pd.DataFrame, keys: pd.DataFrame, decided: pd.DataFrame, max_block: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare the records that share an identifier or a block.

    Parameters
    ----------
    works : DataFrame
    keys : DataFrame
        Their `key_table`.
    decided : DataFrame
        From `decided_works`.
    max_block : int

    Returns
    -------
    pairs : DataFrame
        ``one`` < ``other`` (positions), ``score``, ``identified``, ``rule``, ``log_odds``, ``note`` (why not).
    capped : DataFrame
        Where a block was passed over.
    """
    found, capped = candidate_pairs(keys, keys, max_block=max_block)
    sharing, many = _sharing(works)
    capped = pd.concat([capped, pd.DataFrame({"reference": many, "block": "identifier"})], ignore_index=True)
    pairs = found.merge(sharing, on=["reference", "work"], how="outer")
    position = pd.Index(works.index)
    decided = decided.assign(
        reference=position.get_indexer(decided["work"]), work=position.get_indexer(decided["other"])
    )
    decided = decided.drop_duplicates(["reference", "work"])
    pairs = pairs.merge(decided[["reference", "work", "decision"]], on=["reference", "work"], how="outer")
    pairs = pairs[pairs["reference"] < pairs["work"]].sort_values(["reference", "work"], ignore_index=True)
    scored = score_pairs(pairs, keys, keys).rename(columns={"reference": "one", "work": "other"})
    shares = scored["scheme"].notna()
    denied = shares & (scored["log_odds"] <= CONTRADICTED)
    other_id = pd.Series(_different_ids(works, scored), index=scored.index)
    scored["score"] = certainty(scored["log_odds"]).mask(shares, 1.0).mask(denied, 0.5)
    scored["rule"] = scored["rule"].mask(shares, scored["scheme"])
    scored["identified"] = (scored["identified"] | shares) & ~denied & ~other_id
    year = works["year"].to_numpy(dtype="float64", na_value=np.nan)
    far = ~shares & (np.abs(year[scored["one"]] - year[scored["other"]]) > 1)
    scored["identified"] &= ~far
    reasons = ["the fields deny the identifier", "another identifier", "years apart"]
    scored["note"] = np.select([denied, other_id, far], reasons, "")
    for decision, score in (("same", 1.0), ("different", 0.0)):
        said = scored["decision"] == decision
        scored.loc[said, "score"], scored.loc[said, "rule"] = score, "decision"
        scored.loc[said, "identified"] = decision == "same"
    kept = (scored["log_odds"] >= POSSIBLE) | shares | scored["decision"].notna()
    return scored[kept].reset_index(drop=True), capped


def _sharing(works: pd.DataFrame) -> tuple[pd.DataFrame, Ints]:
    """Pairs of records that share an identifier, with its scheme; of many records, which are told, neighbours alone."""
    terms = terms_of(works).drop_duplicates().sort_values(["term", "row"]).rename(columns={"row": "reference"})
    terms = terms[terms["term"].duplicated(keep=False)]
    many = (terms.groupby("term")["reference"].transform("size") > _FEW).astype("bool")
    every = terms[~many].merge(terms[~many].rename(columns={"reference": "work"}), on="term")
    following = terms[many].assign(work=terms[many].groupby("term")["reference"].shift(-1)).dropna(subset="work")
    pairs = pd.concat([every[every["reference"] < every["work"]], following.astype({"work": "int64"})])
    pairs = pairs.sort_values(["reference", "work", "term"]).drop_duplicates(["reference", "work"])
    pairs = pairs.assign(scheme=[term.partition(":")[0] for term in pairs["term"]]).drop(columns="term")
    return pairs, np.unique(terms.loc[many, "reference"].to_numpy(dtype=np.int64))


def _different_ids(works: pd.DataFrame, pairs: pd.DataFrame) -> npt.NDArray[np.bool_]:
    ids = split_ids(works["doi"], works["ids"])
    return np.array(
        [conflicting(ids[a], ids[b]) for a, b in zip(pairs["one"], pairs["other"], strict=True)], dtype=bool
    )


def joined_works(works: pd.DataFrame, keys: pd.DataFrame, pairs: pd.DataFrame, threshold: float) -> Joined:
    """Join the records of each work; set ``pairs["joins"]``.

    Records that their pairs join through others are compared as well: where two deny each other, they stay apart. A
    record that is as like one of two records that conflict as the other is joined with neither.
    """
    pairs["joins"] = (pairs["score"] >= threshold) & pairs["identified"]
    decided = pairs["rule"] == "decision"
    same = pairs[pairs["joins"]].sort_values(
        ["score", "log_odds", "one", "other"], ascending=[False, False, True, True]
    )
    said = decided[same.index]
    certain, edges = (list(zip(part["one"], part["other"], strict=True)) for part in (same[said], same[~said]))
    different = pairs[decided & ~pairs["joins"]]
    # An identifier joins records of which little else is known.
    strength = same["log_odds"].mask(same["scheme"].notna(), _CERTAIN)
    return joined(
        same[~said][["one", "other"]].assign(strength=strength[~said]).reset_index(drop=True),
        split_ids(works["doi"], works["ids"]),
        lambda inner: score_pairs(inner, keys, keys)["denied"].to_numpy(),
        margin=max(float(np.log(threshold / (1 - threshold))), _TIE),
        certain=certain,
        apart=list(zip(different["one"], different["other"], strict=True)),
        undeniable=edges,
    )
