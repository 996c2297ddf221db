"""Which work of one version is which work of another: by what is known of them, since keys change on re-export."""

from __future__ import annotations

import numpy as np
import pandas as pd

from citenet.corpus import REFERENCE_COLUMNS, Corpus
from citenet.resolution.matching import resolve

__all__ = ["align_works"]

_VERSION = "\0version"  # the work that cites every record of the earlier version; no real id starts like this
_DESCRIPTION = ["title", "authors", "doi", "ids"]


def align_works(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Find each work of an earlier version in a later one.

    Parameters
    ----------
    before, after : DataFrame
        Works, indexed by work id.

    Returns
    -------
    DataFrame indexed by the id in ``before``
        ``after`` (id there; NA where the work was removed) and ``rule``. Several works with one ``after`` were merged.

    Notes
    -----
    A work keeps its id if nothing that is known of the two contradicts it (DOI, title). All others are resolved as if
    each record of the earlier version were a reference to the later one: by DOI and other identifiers, then by weighed
    evidence. Doubtful ones count as removed and added.

    Examples
    --------
    >>> before = pd.DataFrame({"title": ["Getting a job", "Weak ties"], "year": [1974, 1973]}, index=["a", "b"])
    >>> after = pd.DataFrame({"title": ["Getting a Job", "Strong ties"], "year": [1974, 1990]}, index=["G74", "S90"])
    >>> align_works(before, after)["after"].to_dict()
    {'a': 'G74', 'b': nan}
    """
    shared = before.index.intersection(after.index)
    kept = shared[_agree(before.loc[shared], after.loc[shared])]
    aligned = pd.DataFrame({"after": pd.Series(np.nan, index=before.index, dtype="str"), "rule": ""})
    aligned.loc[kept, "after"] = kept
    aligned.loc[kept, "rule"] = "same id"
    left = before[~before.index.isin(kept)]
    described = left[[c for c in _DESCRIPTION if c in left]].notna().any(axis=1) if len(left) else left.index == ""
    left = left[described]
    if len(left) and len(after):
        links = _resolved(left, after)
        aligned.loc[links.index, ["after", "rule"]] = links
    return aligned


def _agree(before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """Say of works with one id whether nothing contradicts that they are one work."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    agree = np.ones(len(before), dtype=bool)
    for column in ("doi", "title"):
        if column not in before or column not in after:
            continue
        known = (before[column].notna() & after[column].notna()).to_numpy()
        one, other = before[column][known], after[column][known]
        if column == "doi":
            agree[known] &= (one.to_numpy() == other.to_numpy()).astype(bool)
        elif known.any():
            titles = [frame["title"].str.casefold().tolist() for frame in (before[known], after[known])]
            agree[known] &= process.cpdist(*titles, scorer=Indel.normalized_similarity) >= 0.7
    return agree


def _resolved(left: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Work in the later version and rule, by earlier id, of the works that are found there."""
    columns = [column for column in REFERENCE_COLUMNS if column in left and column not in ("file", "line")]
    references = left[columns].reset_index(names="earlier").assign(citing=_VERSION)
    references["position"] = np.arange(1, len(references) + 1)
    if "container_abbrev" in left:
        abbreviated = left["container_abbrev"].to_numpy()
        known = pd.notna(abbreviated)
        references.loc[known, "container"] = abbreviated[known]
    works = pd.concat([after, pd.DataFrame(index=pd.Index([_VERSION], name="work_id"))])
    links = resolve(Corpus(works=works, references=references)).links
    matched = links["status"] == "matched"
    position = links.loc[matched, "position"].to_numpy(dtype=np.int64) - 1
    found = links.loc[matched, ["work", "rule"]].set_axis(["after", "rule"], axis=1)
    return found.set_index(references["earlier"].to_numpy()[position])
