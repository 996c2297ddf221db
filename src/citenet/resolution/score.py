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
    "title that many works have agrees": 3.0,
    "title begins the other": 6.0,
    "title nearly agrees": 4.0,
    "title differs": -6.0,
    "author agrees": 2.5,
    "author nearly agrees": 1.0,
    "author is a later one": 0.0,
    "author differs": -4.0,
    "initial agrees": 0.5,
    "initial differs": -2.5,
    "year agrees": 2.0,
    "year one off": 0.0,
    "year differs": -3.0,
    "volume agrees": 2.0,
    "volume differs": -2.5,
    "page agrees": 4.5,
    "page differs": -3.5,
    "container agrees": 2.0,
    "container differs": -1.0,
}
_SAME_TITLE, _NEAR_TITLE, _NEAR_NAME, _SAME_CONTAINER = 0.94, 0.85, 0.88, 0.85
# A title of these words alone, or of up to two words, is no title: "Letter to the editor", "Introduction".
_GENERIC_WORDS = (
    "a an and author authors book comment commentary comments correction corrigendum discussion editor editorial "
    "editors erratum for foreword from guest in introduction introductory issue letter letters note notes of on "
    "preface remarks reply response review reviews special symposium the this to"
)
_ROMAN = frozenset("i ii iii iv v vi vii viii ix x xi xii".split())  # noqa: SIM905
_GENERIC = frozenset(_GENERIC_WORDS.split())


def score_pairs(pairs: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Weigh the evidence that each reference means each of its candidate works.

    Parameters
    ----------
    pairs : DataFrame
        ``reference`` and ``work`` (positions), from `candidate_pairs`.
    references, works : DataFrame
        Key tables; that of the works with `people_keys` as ``people``, that of the references with the fields that
        the parser of printed references doubts as ``unsure``, if any.

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
    author = _author_evidence(left["family"], right["family"], right["people"])
    initial = np.where(author > 0, initial, 0.0)  # initials of different people say nothing
    evidence = {"title": title, "authors": author + initial, "volume": volume, "pages": page, "container": container}
    evidence["year"] = _year_evidence(left["year"], right["year"])
    unsure = left["unsure"] if "unsure" in left else pd.Series("", index=left.index)
    log_odds = WEIGHTS["prior"] + sum(_unless_doubted(said, unsure, name) for name, said in evidence.items())
    return pairs.assign(
        score=1 / (1 + np.exp(-log_odds)),
        identified=same_title | (same_page & (same_volume | same_container)),
    )


def _unless_doubted(evidence: Floats, unsure: pd.Series[Any], field: str) -> Floats:
    """Return the evidence; a field that was read with doubt can speak for a work, not against it."""
    doubted = unsure.str.contains(field, regex=False).to_numpy(dtype=np.bool_)
    return np.where(doubted, np.maximum(evidence, 0.0), evidence)


def _title_evidence(left: pd.Series[Any], right: pd.Series[Any]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    known = ((left != "") & (right != "")).to_numpy()
    similarity = np.zeros(len(left))
    similarity[known] = _title_similarity(left[known].tolist(), right[known].tolist())
    common = np.array([_is_generic(a) or _is_generic(b) for a, b in zip(left, right, strict=True)], dtype=bool)
    begins = np.array([_begins(a, b) for a, b in zip(left, right, strict=True)], dtype=bool)
    same = known & (similarity >= _SAME_TITLE)
    numbered = np.array([_numbers(a) != _numbers(b) for a, b in zip(left, right, strict=True)], dtype=bool)
    same, begins = same & ~numbered, begins & ~numbered
    cases = {
        "title that many works have agrees": same & common,
        "title agrees": same,
        "title begins the other": known & begins,
        "title nearly agrees": known & (similarity >= _NEAR_TITLE),
        "title differs": known,
    }
    evidence = np.select(list(cases.values()), [WEIGHTS[name] for name in cases], 0.0)
    return evidence, (same & ~common) | (known & begins)


def _numbers(title: str) -> list[str]:
    """Numbers and Roman numerals of a title: they tell part I from part II, a report of 2003 from that of 2004."""
    return [word for word in title.split() if word.isdigit() or word in _ROMAN]


def _is_generic(title: str) -> bool:
    return title.count(" ") < 2 or _GENERIC.issuperset(title.split())


def _begins(one: str, other: str) -> bool:
    """One title stops where the other goes on, most often at a colon, after at least four words."""
    short, long = sorted((one, other), key=len)
    return short.count(" ") >= 3 and long.startswith(short + " ")


def _title_similarity(left: list[str], right: list[str]) -> Floats:
    """Normalised edit similarity."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    return np.asarray(process.cpdist(left, right, scorer=Indel.normalized_similarity, dtype=np.float64))


def _author_evidence(left: pd.Series[Any], right: pd.Series[Any], people: pd.Series[Any]) -> Floats:
    """Compare first authors; a part of a compound name is near, and another author of the work no contradiction."""
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    known = ((left != "") & (right != "")).to_numpy()
    similarity = np.zeros(len(left))
    similarity[known] = process.cpdist(
        left[known].tolist(), right[known].tolist(), scorer=JaroWinkler.normalized_similarity, dtype=np.float64
    )
    rows = list(zip(left, right, people, strict=True))
    part = np.array([min(len(a), len(b)) >= 4 and (a.endswith(b) or b.endswith(a)) for a, b, _ in rows], dtype=bool)
    later = np.array([f" {a} " in others for a, _, others in rows], dtype=bool)
    cases = {
        "author agrees": known & (similarity == 1),
        "author nearly agrees": known & ((similarity >= _NEAR_NAME) | part),
        "author is a later one": known & later,
        "author differs": known,
    }
    return np.select(list(cases.values()), [WEIGHTS[name] for name in cases], 0.0)


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
