"""Match references to the works of the corpus: by decision, by identifier, by weighed evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.resolution.agreement import agree, without_meant
from citenet.resolution.decisions import printed, read_decisions, warn_of_unfollowed
from citenet.resolution.identity import Identified, conflict, identified, terms_of
from citenet.resolution.keys import key_table
from citenet.resolution.named_works import described, identifiers_of
from citenet.resolution.ranking import decide, ranked
from citenet.resolution.result import Resolution
from citenet.resolution.score import CONTRADICTED, score_pairs
from citenet.resolution.verdicts import DecidedReferences, decided_references

__all__ = ["resolve"]


def resolve(
    corpus: Corpus,
    *,
    threshold: float = 0.9,
    max_block: int = 200,
    decisions: str | Path | pd.DataFrame | None = None,
) -> Resolution:
    """Find the work of the corpus that each reference means.

    Parameters
    ----------
    corpus : Corpus
    threshold : float
        Probability from which a candidate that a distinguishing field identifies is taken. Where it is less, but at
        least 0.1 that some work of the corpus is meant, the reference is ambiguous.
    max_block : int
        Blocks of candidates larger than this, even when split by one more field, are passed over; ``links.note`` says
        so at each of their references, and ``params["capped"]`` counts them.
    decisions : path of a CSV file or DataFrame, optional
        What a reviewer decided (see `Resolution.review`); it outranks everything else.

    Returns
    -------
    Resolution
        matched + ambiguous + unmatched = references.

    Raises
    ------
    InputError
        If the threshold is no probability, or the decisions contradict each other.

    Warns
    -----
    DroppedWarning
        If decisions cannot be followed; ``decisions["problem"]`` says why.

    Notes
    -----
    Rules, in order: a decision; the id of a work of the corpus (``cites`` in BibTeX); the DOI; other identifiers;
    identifiers printed beside one of these (aliases); then scored evidence from author, year, title, volume, issue,
    page and container. Two works with the same identifier make its references ambiguous, unless another of their
    identifiers tells which is meant. So does an identifier whose work differs in all that is known: what the fields
    mean instead is listed beside it. A candidate with another DOI than the reference (or other identifier of one
    scheme, and none in common) is none, unless volume and page agree too: then the reference is ambiguous. Such
    contradictions are in ``conflicts``. An identifier that no work has, and whose references mean one work by their
    text, is an alias of that work: its other references follow, but for those whose fields deny it.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame({"title": ["Getting a job", "Ties"], "year": [1974, 1990]}, index=["g", "t"])
    >>> references = pd.DataFrame({"citing": ["t"], "title": ["Getting a Job."], "year": [1974]})
    >>> resolve(Corpus(works, references)).links[["work", "rule", "status"]].values.tolist()
    [['g', 'title, year', 'matched']]
    """
    if not 0 < threshold < 1:
        raise InputError(f"threshold={threshold} must lie between 0 and 1, for example 0.9")
    check_count("max_block", max_block, 1)
    works, references = corpus.works, corpus.references
    table = read_decisions(decisions)
    said = decided_references(table, references, works)
    keys = key_table(references), key_table(works)
    named = _unless_barred(identified(references, works), said)
    links = _decided(references, said)
    denied = _link_by_identifier(links, named, keys)
    rows = np.flatnonzero(links["status"].isna() | np.isin(np.arange(len(links)), denied["row"]))
    scored, capped = ranked(references, works, keys, rows, max_block)
    scored, elsewhere = _allowed(scored, said, works)
    scored, best = decide(scored, threshold)
    also = best.index.isin(denied["row"])
    links.loc[best.index[also], "score"] = best.loc[also, "score"].clip(lower=0.5)
    _link_by_text(links, best[~also], works)
    aliases, unfollowed = _follow_aliases(links, references, works, keys, said)
    links["status"] = links["status"].fillna("unmatched")
    problems, parted = agree(links, said)
    doubted = pd.concat([denied, unfollowed])
    links["note"] = _notes(len(links), capped, elsewhere, doubted, parted)
    compared = scored.assign(work=works.index.to_numpy(dtype=object)[scored["work"]])
    asked = pd.concat([parted, compared, _shared(named, denied, best)]).drop_duplicates(["row", "work"])
    asked = without_meant(asked, links, said, parted)
    table = table.assign(references=said.used.mask(problems.notna(), 0), problem=problems)
    warn_of_unfollowed(table)
    return Resolution(
        links=links,
        candidates=_candidates(asked, references, works),
        aliases=pd.concat([named.aliases, aliases]).drop_duplicates(["identifier", "work"], ignore_index=True),
        conflicts=pd.concat([named.conflicts, _conflicts(doubted, elsewhere, references, works)], ignore_index=True),
        decisions=table,
        params={
            "threshold": threshold,
            "max_block": max_block,
            "capped": {str(block): int(n) for block, n in capped["block"].value_counts().sort_index().items()},
        },
    )


def _decided(references: pd.DataFrame, said: DecidedReferences) -> pd.DataFrame:
    """Links of all references, of which those that a reviewer decided are filled in."""
    unknown = pd.Series(None, index=references.index, dtype="object")
    links = references[["citing", "position"]].assign(work=unknown, rule=unknown, score=np.nan, status=unknown)
    rows = said.works.index.to_numpy()
    known = said.works.notna().to_numpy()
    links.loc[rows, "work"] = said.works
    links.loc[rows, "rule"] = "decision"
    links.loc[rows, "score"] = np.where(known, 1.0, np.nan)
    links.loc[rows, "status"] = np.where(known, "matched", "unmatched")
    return links


def _unless_barred(named: Identified, said: DecidedReferences) -> Identified:
    """Leave out the works that a reviewer ruled out; of several with one identifier the last one left is meant."""
    if said.barred.empty:
        return named
    barred = _pairs(said.barred)
    shared = named.shared[~_pairs(named.shared).isin(barred)]
    last = shared.drop_duplicates("row", keep=False).set_index("row")["work"]
    links = named.links.assign(work=named.links["work"].fillna(named.links["row"].map(last)))
    links = links[(links["work"].notna() | links["row"].isin(shared["row"])) & ~_pairs(links).isin(barred)]
    return replace(named, links=links, shared=shared[~shared["row"].isin(last.index)])


def _link_by_identifier(
    links: pd.DataFrame, named: Identified, keys: tuple[pd.DataFrame, pd.DataFrame]
) -> pd.DataFrame:
    """Fill in the links that identifiers name; return those (row, work) that the fields deny."""
    found = named.links[links["status"].isna().to_numpy()[named.links["row"]]]
    one = found.dropna(subset="work")
    denied = one[_contradicted(one, keys) & (one["rule"] != "work").to_numpy()]
    sure = one.drop(index=denied.index)
    links.loc[found["row"], "rule"] = found["rule"].to_numpy()
    links.loc[found["row"], "score"], links.loc[found["row"], "status"] = 0.5, "ambiguous"
    links.loc[sure["row"], "score"], links.loc[sure["row"], "status"] = 1.0, "matched"
    links.loc[sure["row"], "work"] = sure["work"].to_numpy()
    return denied


def _contradicted(found: pd.DataFrame, keys: tuple[pd.DataFrame, pd.DataFrame]) -> npt.NDArray[np.bool_]:
    """Say of each row and work whether the fields deny them."""
    positions = pd.Index(keys[1].index).get_indexer(pd.Index(found["work"]))
    pairs = pd.DataFrame({"reference": found["row"].to_numpy(), "work": positions})
    denied: npt.NDArray[np.bool_] = score_pairs(pairs, *keys)["log_odds"].to_numpy() <= CONTRADICTED
    return denied


def _pairs(table: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(table[["row", "work"]].astype({"work": "object"}))


def _allowed(scored: pd.DataFrame, said: DecidedReferences, works: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave out what a reviewer ruled out and what has another identifier; return also what of that is likely."""
    barred = said.barred.assign(work=works.index.get_indexer(pd.Index(said.barred["work"], dtype="object")))
    scored = scored[~_pairs(scored).isin(_pairs(barred))]
    likely = scored["other_id"] & scored["identified"] & (scored["log_odds"] > 0)
    same_place = likely & scored["rule"].str.contains("volume") & scored["rule"].str.contains("page")
    return scored[~scored["other_id"] | same_place], scored[likely]


def _link_by_text(links: pd.DataFrame, best: pd.DataFrame, works: pd.DataFrame) -> None:
    matched = best[best["status"] == "matched"]
    links.loc[best.index, "status"] = best["status"]
    links.loc[best.index, "score"] = best["score"]
    links.loc[best.index, "rule"] = "fields"
    links.loc[matched.index, "rule"] = matched["rule"]
    links.loc[matched.index, "work"] = works.index.to_numpy(dtype=object)[matched["work"]]


def _follow_aliases(
    links: pd.DataFrame,
    references: pd.DataFrame,
    works: pd.DataFrame,
    keys: tuple[pd.DataFrame, pd.DataFrame],
    said: DecidedReferences,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Link the open references whose identifier others, that mean one work by their text, print as well.

    Return the aliases, and those (row, work) that the fields deny.
    """
    terms = terms_of(references)
    terms = terms[~terms["term"].isin(terms_of(works)["term"]) & ~terms["term"].str.startswith("work:")]
    status, rule = (
        links["status"].to_numpy(dtype=object)[terms["row"]],
        links["rule"].to_numpy(dtype=object)[terms["row"]],
    )
    by_text = terms[(status == "matched") & ~np.isin(rule, ("decision", "alias"))]
    meant = by_text.assign(
        work=links["work"].to_numpy(dtype=object)[by_text["row"]], score=links["score"].to_numpy()[by_text["row"]]
    )
    meant = meant.groupby("term").agg(work=("work", "first"), n=("work", "nunique"), score=("score", "max"))
    meant = meant[meant["n"] == 1]
    open_ = terms[pd.isna(status) | (status == "ambiguous")]
    open_ = open_[open_["term"].isin(meant.index)].sort_values(["row", "term"])
    followed = open_.assign(work=open_["term"].map(meant["work"]), score=open_["term"].map(meant["score"]))
    followed = followed[~followed["row"].isin(followed.drop_duplicates(["row", "work"])["row"].pipe(_repeated))]
    followed = followed.drop_duplicates("row")
    followed = followed[~_pairs(followed).isin(_pairs(said.barred))]
    denied = _contradicted(followed, keys)
    unfollowed, followed = followed[denied], followed[~denied].set_index("row")
    links.loc[followed.index, ["work", "score"]] = followed[["work", "score"]]
    links.loc[followed.index, ["rule", "status"]] = ["alias", "matched"]
    aliases = pd.DataFrame({"identifier": meant.index, "work": meant["work"].to_numpy(), "source": "same fields"})
    return aliases, unfollowed[["row", "work"]]


def _repeated(rows: pd.Series[int]) -> pd.Series[int]:
    return rows[rows.duplicated(keep=False)]


def _notes(
    n: int, capped: pd.DataFrame, elsewhere: pd.DataFrame, denied: pd.DataFrame, parted: pd.DataFrame
) -> pd.Series[Any]:
    """Say at each reference what a reader of its link should know."""
    notes = [
        pd.DataFrame({"row": capped["row"], "note": "block too large: " + capped["block"]}),
        pd.DataFrame({"row": elsewhere["row"], "note": "another identifier"}),
        pd.DataFrame({"row": denied["row"], "note": "the fields deny the identifier"}),
        pd.DataFrame({"row": parted["row"], "note": "decided to differ from another reference of " + parted["work"]}),
    ]
    said = pd.concat(notes).drop_duplicates().groupby("row")["note"].agg("; ".join)
    return said.reindex(range(n)).astype("str")


def _shared(named: Identified, denied: pd.DataFrame, best: pd.DataFrame) -> pd.DataFrame:
    """Candidates of the references whose identifier several works have, or whose fields deny it.

    The latter is as likely as not, but for another work that the fields mean.
    """
    other = denied["row"].map(best["score"]).fillna(0.0).astype("float64")
    shared = named.shared.assign(score=1 / named.shared.groupby("row")["work"].transform("size"))
    return pd.concat([shared, denied.assign(score=(1 - other) / 2)[["row", "work", "score"]]])


def _candidates(asked: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Describe the candidates of the references that were compared, so that a reader can judge them."""
    asked = asked.sort_values(["row", "score", "work"], ascending=[True, False, True])
    rows = references.iloc[asked["row"]]
    table = rows[["citing", "position"]].assign(
        work=asked["work"].to_numpy(),
        score=asked["score"].to_numpy(),
        reference=printed(rows).to_numpy(),
        description=described(works).reindex(asked["work"]).to_numpy(),
        identifier=identifiers_of(works).reindex(asked["work"]).to_numpy(),
    )
    return table.reset_index(drop=True)


def _conflicts(
    denied: pd.DataFrame, elsewhere: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame
) -> pd.DataFrame:
    """Contradictions between identifiers and fields, one row each."""
    ids = works.index.to_numpy(dtype=object)
    wrong, other = references.iloc[denied["row"]], references.iloc[elsewhere["row"]]
    terms = terms_of(references.iloc[denied["row"]])
    carried = terms.groupby("row")["term"].agg(lambda terms: " ".join(sorted(terms)))
    return pd.concat(
        [
            conflict(
                "the fields deny the identifier",
                wrong,
                identifier=carried.reindex(range(len(denied))),
                works=denied["work"],
            ),
            conflict(
                "same fields, another identifier",
                other,
                identifier=identifiers_of(other).to_numpy(),
                works=ids[elsewhere["work"]],
            ),
        ]
    )
