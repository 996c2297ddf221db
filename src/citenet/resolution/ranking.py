"""Candidates of each reference, ranked by probability, and what is made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.resolution.candidates import candidate_pairs
from citenet.resolution.clusters import conflicting, split_ids
from citenet.resolution.score import POSSIBLE, probabilities, score_pairs

__all__ = ["decide", "ranked"]

Rows = npt.NDArray[np.int64]
_EQUAL = 1e-9  # difference of probabilities that is none
_WORTH_A_LOOK = 0.1  # probability that some candidate is meant, below which a reference is unmatched


def ranked(
    references: pd.DataFrame, works: pd.DataFrame, keys: tuple[pd.DataFrame, pd.DataFrame], rows: Rows, max_block: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Score the works that some references could mean.

    Parameters
    ----------
    references, works : DataFrame
        Of the corpus.
    keys : pair of DataFrame
        Their key tables.
    rows : ndarray of int64
        References to look at.
    max_block : int
        As in `candidate_pairs`.

    Returns
    -------
    scored : DataFrame
        ``row`` and ``work`` (positions), ``log_odds``, ``identified``, ``rule``, and ``other_id``: whether both have a
        DOI (or other identifier of one scheme) and share none. The citing work is no candidate of its own reference
        where another is left.
    capped : DataFrame
        ``row`` and ``block``: where a block was passed over.
    """
    left = keys[0].iloc[rows]
    pairs, capped = candidate_pairs(left, keys[1], max_block=max_block)
    scored = score_pairs(pairs, left, keys[1], least=POSSIBLE).rename(columns={"reference": "row"})
    scored["row"] = rows[scored["row"]]
    scored["other_id"] = _other_ids(references, works, scored)
    itself = _at(references["citing"], scored["row"]) == works.index.to_numpy(dtype=object)[scored["work"]]
    kept = scored[~itself | ~scored["row"].isin(scored.loc[~itself, "row"])]
    return kept, capped.assign(row=rows[capped["reference"]])[["row", "block"]]


def _other_ids(references: pd.DataFrame, works: pd.DataFrame, scored: pd.DataFrame) -> npt.NDArray[np.bool_]:
    known = [(table["doi"].notna() | table["ids"].notna()).to_numpy() for table in (references, works)]
    found = known[0][scored["row"]] & known[1][scored["work"]]
    pairs = scored[found]
    sides = [
        split_ids(_at(table["doi"], pairs[name]), _at(table["ids"], pairs[name]))
        for table, name in ((references, "row"), (works, "work"))
    ]
    found[found] = [conflicting(one, other) for one, other in zip(*sides, strict=True)]
    return found


def _at(column: pd.Series[Any], rows: pd.Series[int]) -> npt.NDArray[np.object_]:
    return column.to_numpy(dtype=object)[rows]


def decide(scored: pd.DataFrame, threshold: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give each candidate its probability and each reference its status.

    Returns
    -------
    candidates : DataFrame
        ``scored`` with ``score``, by row, the best first.
    best : DataFrame, indexed by row
        The best candidate with ``status``: "matched" where it is sure enough, identified and better than all others,
        else "ambiguous"; rows
        whose candidates together are hardly likely are left out.
    """
    scored = scored.assign(score=probabilities(scored["row"], scored["log_odds"]))
    scored = scored.sort_values(["row", "score", "work"], ascending=[True, False, True], ignore_index=True)
    best = scored.drop_duplicates("row").set_index("row")
    best = best[scored.groupby("row")["score"].sum() >= _WORTH_A_LOOK]
    second = scored[scored["row"].duplicated()].drop_duplicates("row").set_index("row")["score"].reindex(best.index)
    tied = best["score"] - second < _EQUAL
    sure = (best["score"] >= threshold) & best["identified"] & ~best["other_id"] & ~tied
    best["status"] = np.where(sure, "matched", "ambiguous")
    return scored[scored["row"].isin(best.index)], best
