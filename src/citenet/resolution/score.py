"""Score candidate pairs: evidence from each field adds up as log odds; what is unknown says nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.resolution.keys import container_similarity

__all__ = ["WEIGHTS", "score_pairs"]

Floats = npt.NDArray[np.float64]
WEIGHTS = {
    "prior": -6.0,
    "title agrees": 8.0,
    "title of up to two words agrees": 3.0,
    "title nearly agrees": 4.0,
    "title differs": -6.0,
    "author agrees": 2.5,
    "author nearly agrees": 1.0,
    "author differs": -4.0,
    "initial agrees": 0.5,
    "initial differs": -2.5,
    "year agrees": 2.0,
    "year one off": 0.0,
    "year differs": -3.0,
    "volume agrees": 2.0,
    "volume differs": -2.5,
    "page agrees": 4.0,
    "page differs": -3.5,
    "container agrees": 2.0,
    "container differs": -1.0,
}
_SAME_TITLE, _NEAR_TITLE, _NEAR_NAME, _SAME_CONTAINER = 0.94, 0.85, 0.88, 0.85


def score_pairs(pairs: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Weigh the evidence that each reference means each of its candidate works.

    Parameters
    ----------
    pairs : DataFrame
        ``reference`` and ``work`` (positions), from `candidate_pairs`.
    references, works : DataFrame
        Key tables.

    Returns
    -------
    DataFrame
        The pairs with ``score`` in (0, 1): the logistic of the summed `WEIGHTS`, which are set by hand, not calibrated;
        and ``identified``: whether a field that tells works apart agrees (title, or page with volume or container).
        An author, a year and a journal alone never identify a work.
    """
    left = references.iloc[pairs["reference"]].reset_index(drop=True)
    right = works.iloc[pairs["work"]].reset_index(drop=True)
    title, same_title = _title_evidence(left["title"], right["title"])
    volume, same_volume = _equal_evidence(left["volume"], right["volume"], "volume")
    page, same_page = _equal_evidence(left["page"], right["page"], "page")
    container, same_container = _container_evidence(left["container"], right["container"])
    initial, _ = _equal_evidence(left["initial"], right["initial"], "initial")
    author = _author_evidence(left["family"], right["family"])
    initial = np.where(author > 0, initial, 0.0)  # initials of different people say nothing
    log_odds = WEIGHTS["prior"] + title + author + initial + volume + page + container
    log_odds = log_odds + _year_evidence(left["year"], right["year"])
    return pairs.assign(
        score=1 / (1 + np.exp(-log_odds)),
        identified=same_title | (same_page & (same_volume | same_container)),
    )


def _title_evidence(left: pd.Series[Any], right: pd.Series[Any]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    known = ((left != "") & (right != "")).to_numpy()
    similarity = np.zeros(len(left))
    similarity[known] = _title_similarity(left[known].tolist(), right[known].tolist())
    short = known & (pd.concat([left, right], axis=1).map(lambda t: t.count(" ")).min(axis=1) < 2).to_numpy()
    same = known & (similarity >= _SAME_TITLE)
    near = known & ~same & (similarity >= _NEAR_TITLE)
    agrees = np.where(short, WEIGHTS["title of up to two words agrees"], WEIGHTS["title agrees"])
    evidence = np.where(same, agrees, np.where(near, WEIGHTS["title nearly agrees"], WEIGHTS["title differs"]))
    return np.where(known, evidence, 0.0), same & ~short


def _title_similarity(left: list[str], right: list[str]) -> Floats:
    """Normalised edit similarity; a title that stops at the other's colon counts as the same."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    whole = np.asarray(process.cpdist(left, right, scorer=Indel.normalized_similarity, dtype=np.float64))
    for i, (a, b) in enumerate(zip(left, right, strict=True)):
        short, long = sorted((a, b), key=len)
        if whole[i] < _SAME_TITLE and short.count(" ") >= 3 and long.startswith(short + " "):
            whole[i] = _SAME_TITLE
    return whole


def _author_evidence(left: pd.Series[Any], right: pd.Series[Any]) -> Floats:
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    known = ((left != "") & (right != "")).to_numpy()
    similarity = np.zeros(len(left))
    similarity[known] = process.cpdist(
        left[known].tolist(), right[known].tolist(), scorer=JaroWinkler.normalized_similarity, dtype=np.float64
    )
    near = np.where(similarity >= _NEAR_NAME, WEIGHTS["author nearly agrees"], WEIGHTS["author differs"])
    return np.where(known, np.where(similarity == 1, WEIGHTS["author agrees"], near), 0.0)


def _year_evidence(left: pd.Series[Any], right: pd.Series[Any]) -> Floats:
    apart = (left - right).abs().to_numpy(dtype="float64", na_value=np.nan)
    known = np.where(
        apart == 0, WEIGHTS["year agrees"], np.where(apart == 1, WEIGHTS["year one off"], WEIGHTS["year differs"])
    )
    return np.where(np.isnan(apart), 0.0, known)


def _equal_evidence(left: pd.Series[Any], right: pd.Series[Any], field: str) -> tuple[Floats, npt.NDArray[np.bool_]]:
    known = ((left != "") & (right != "")).to_numpy()
    same = known & (left == right).to_numpy()
    return np.where(known, np.where(same, WEIGHTS[f"{field} agrees"], WEIGHTS[f"{field} differs"]), 0.0), same


def _container_evidence(left: pd.Series[Any], right: pd.Series[Any]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    known = ((left != "") & (right != "")).to_numpy()
    similarity = np.array([container_similarity(a, b) for a, b in zip(left, right, strict=True)])
    same = known & (similarity >= _SAME_CONTAINER)
    evidence = np.where(same, WEIGHTS["container agrees"], WEIGHTS["container differs"])
    return np.where(known, evidence, 0.0), same
