"""Short names of works for figures: first author and year where known, else the id."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.text import shorten
from citenet.names import split_authors
from citenet.network import CitationNetwork

__all__ = ["short_names"]


def short_names(net: CitationNetwork, chosen: npt.NDArray[np.integer[Any]] | None = None) -> npt.NDArray[np.object_]:
    """Name each work by its first author and year, else by its id.

    Parameters
    ----------
    net : CitationNetwork
    chosen : ndarray of int, optional
        Positions of the works to name; by default all.

    Returns
    -------
    ndarray of str, shape (n_works,) or that of ``chosen``
        At most 30 characters each.

    Examples
    --------
    >>> works = pd.DataFrame({"authors": ["Ostrom, E; Parks, R", None], "year": [1996, 2001]}, index=["a", "b"])
    >>> short_names(CitationNetwork(works)).tolist()
    ['Ostrom 1996', 'b']
    """
    works = net.works if chosen is None else net.works.iloc[chosen]
    authors = works["authors"] if "authors" in works else pd.Series(None, index=works.index, dtype="object")
    names = []
    for work, written, year in zip(works.index, authors, works["year"], strict=True):
        people = split_authors(written)
        family = people[0][0].title() if people and people[0][0].isupper() and people[0][1] else ""
        family = family or (people[0][0] if people else "")
        names.append(shorten(f"{family} {year}" if family and not pd.isna(year) else family or str(work), 30))
    return np.array(names, dtype=object)
