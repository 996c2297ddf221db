"""Match references to the works of the corpus: by identifier, by exact key, by weighed evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.identifiers import normalise_id
from citenet.resolution.candidates import candidate_pairs
from citenet.resolution.keys import key_table, people_keys
from citenet.resolution.result import Resolution
from citenet.resolution.score import score_pairs

__all__ = ["resolve"]

_POSSIBLE = 0.5  # below this a candidate is not worth a look
_MARGIN = 2.0  # log odds by which the best candidate must lead the next


def resolve(corpus: Corpus, *, threshold: float = 0.9, max_block: int = 200) -> Resolution:
    """Find the work of the corpus that each reference means.

    Parameters
    ----------
    corpus : Corpus
    threshold : float
        Score from which a candidate that a distinguishing field identifies is taken; from 0.5 on, or where two
        candidates are too close, the reference is ambiguous.
    max_block : int
        Blocks of candidates larger than this are passed over and counted in ``params["capped"]``.

    Returns
    -------
    Resolution
        matched + ambiguous + unmatched = references.

    Notes
    -----
    Rules, in order: the id of a work of the corpus (``cites`` in BibTeX); the DOI; other identifiers; then scored
    evidence from author, year, title, volume, page and container. Two works with the same identifier make its
    references ambiguous. A candidate whose identifier contradicts the reference's is none.

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
    works, references = corpus.works, corpus.references
    found = _by_identifier(references, works)
    open_rows = np.flatnonzero(found["status"].isna())
    links = found.copy()
    left = key_table(references.iloc[open_rows])
    if "unsure" in references:
        left["unsure"] = references["unsure"].iloc[open_rows].astype("str").fillna("")
    right = key_table(works).assign(people=people_keys(works["authors"]))
    pairs, capped = candidate_pairs(left, right, max_block=max_block)
    scored = score_pairs(pairs, left, right)
    scored = scored[scored["score"] >= _POSSIBLE]
    scored["row"] = open_rows[scored["reference"]]
    scored = _without_contradictions(scored, references, works)
    scored = scored.sort_values(["row", "score", "work"], ascending=[True, False, True])
    decided = _decide(scored, threshold)
    rows = decided.index.to_numpy()
    ids = works.index.to_numpy()
    links.loc[rows, "status"] = decided["status"].to_numpy()
    links.loc[rows, "score"] = decided["score"].to_numpy()
    matched = decided[decided["status"] == "matched"]
    links.loc[matched.index, "work"] = ids[matched["work"]]
    agreeing = _rule(left, right, scored.loc[matched["pair"]])
    links.loc[rows, "rule"] = "fields"
    links.loc[matched.index, "rule"] = agreeing
    links["status"] = links["status"].fillna("unmatched")
    links.insert(0, "citing", references["citing"])
    links.insert(1, "position", references["position"])
    candidates = references.iloc[scored["row"]][["citing", "position"]].reset_index(drop=True)
    candidates["work"], candidates["score"] = ids[scored["work"]], scored["score"].to_numpy()
    params = {"threshold": threshold, "max_block": max_block, "capped": capped}
    return Resolution(links=links, candidates=candidates, params=params)


def _by_identifier(references: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Work, rule, score and status of the references that carry an identifier of a work."""
    links = pd.DataFrame({"work": None, "rule": None, "score": np.nan, "status": None}, index=references.index).astype(
        {"work": "object", "rule": "object", "status": "object"}
    )
    owners = _identifier_owners(works)
    terms = _terms(references)
    terms = terms[terms["term"].isin(owners.index)]
    terms = terms.assign(work=terms["term"].map(owners))
    priority = terms["term"].str.split(":", n=1).str[0].map({"work": 0, "doi": 1}).fillna(2)
    terms = terms.assign(priority=priority).sort_values(["row", "priority", "term"]).drop_duplicates("row")
    rows = terms["row"].to_numpy()
    unique = (terms["work"] != "").to_numpy()
    links.loc[rows, "rule"] = terms["term"].str.split(":", n=1).str[0].to_numpy()
    links.loc[rows, "score"] = np.where(unique, 1.0, 0.5)
    links.loc[rows, "status"] = np.where(unique, "matched", "ambiguous")
    links.loc[rows[unique], "work"] = terms["work"].to_numpy()[unique]
    return links


def _terms(table: pd.DataFrame) -> pd.DataFrame:
    """All identifiers of a table in long form: row number and ``scheme:value`` term."""
    numbered = table.reset_index(drop=True)
    doi = "doi:" + numbered["doi"].dropna()
    others = numbered["ids"].dropna().str.split(" ").explode()
    terms = pd.concat([doi, others])
    return pd.DataFrame({"row": terms.index, "term": terms.to_numpy()})


def _identifier_owners(works: pd.DataFrame) -> pd.Series[Any]:
    """Work id by identifier; "" where several works have the same."""
    terms = _terms(works)
    terms["work"] = works.index.to_numpy()[terms["row"]]
    own = pd.DataFrame({"term": [normalise_id("work", work_id) for work_id in works.index], "work": works.index})
    owned = pd.concat([terms[["term", "work"]], own]).drop_duplicates()
    shared = owned["term"].duplicated(keep=False)
    owned.loc[shared, "work"] = ""
    return owned.drop_duplicates("term").set_index("term")["work"]


def _without_contradictions(scored: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Leave out candidates with another DOI than the reference's, and the citing work itself where another is left."""
    reference_doi = references["doi"].to_numpy(dtype=object)[scored["row"]]
    work_doi = works["doi"].to_numpy(dtype=object)[scored["work"]]
    other = pd.notna(reference_doi) & pd.notna(work_doi) & (reference_doi != work_doi)
    itself = (
        references["citing"].to_numpy(dtype=object)[scored["row"]] == works.index.to_numpy(dtype=object)[scored["work"]]
    )
    scored, itself = scored[~other], itself[~other]
    kept: pd.DataFrame = scored[~itself | ~scored["row"].isin(scored.loc[~itself, "row"])]
    return kept


def _decide(scored: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Best candidate of each reference and what is made of it, indexed by reference row."""
    best = scored.drop_duplicates("row").assign(pair=lambda t: t.index).set_index("row")
    later = scored[scored["row"].duplicated()]
    second = later.drop_duplicates("row").set_index("row")["score"].reindex(best.index)
    lead = _log_odds(best["score"]) - _log_odds(second.fillna(1e-9))
    sure = (best["score"] >= threshold) & best["identified"] & (lead >= _MARGIN)
    best["status"] = np.where(sure, "matched", "ambiguous")
    return best


def _log_odds(score: pd.Series[float]) -> pd.Series[float]:
    clipped = score.clip(1e-12, 1 - 1e-12)
    odds: pd.Series[float] = clipped / (1 - clipped)
    return odds.map(np.log)


def _rule(left: pd.DataFrame, right: pd.DataFrame, pairs: pd.DataFrame) -> list[str]:
    """Name the fields in which each matched pair agrees to the letter, or "similar fields"."""
    a = left.iloc[pairs["reference"]].reset_index(drop=True)
    b = right.iloc[pairs["work"]].reset_index(drop=True)
    fields = {"title": "title", "family": "author", "year": "year", "volume": "volume", "page": "page"}
    agree = {name: ((a[f] == b[f]) & (a[f] != "")).fillna(False) for f, name in fields.items() if f != "year"}
    agree["year"] = (a["year"] == b["year"]).fillna(False)
    order = ["title", "author", "year", "volume", "page"]
    flags = pd.DataFrame({name: agree[name].astype(bool) for name in order})
    texts = {
        row: ", ".join(n for n, yes in zip(order, row, strict=True) if yes) or "similar fields"
        for row in set(flags.itertuples(index=False, name=None))
    }
    return [texts[row] for row in flags.itertuples(index=False, name=None)]
