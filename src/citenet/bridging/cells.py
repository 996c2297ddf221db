"""Citations counted by years and groups: the whole numbers that every expectation, variance and test is made of.

The same cells come from arrays in memory and from the tables of a database; what is computed from them is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.stratified import Margins, Strata, number_strata

__all__ = ["Cells", "cells_of", "placed"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_DENSE = 1 << 26  # cells that may be counted without sorting


@dataclass(frozen=True, eq=False)
class Cells:
    """How many citations run between two groups in two years.

    Parameters
    ----------
    citing_year, cited_year : ndarray, shape (c,)
        NaN unknown.
    citing, cited : ndarray of int64, shape (c,)
        Groups, positions in ``names``.
    count : ndarray of int64, shape (c,)
        Citations; each combination of years and groups stands once.
    names : tuple of str, shape (k,)
    excluded : mapping of str to int
        Citations that are in no cell, by reason.
    stratum : ndarray of int64, shape (c,)
        Stratum of each cell, from 0 without gaps; all 0 where nothing was placed yet.
    """

    citing_year: Floats
    cited_year: Floats
    citing: Ints
    cited: Ints
    count: Ints
    names: tuple[str, ...]
    excluded: Mapping[str, int] = field(default_factory=dict)
    stratum: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def k(self) -> int:
        """Number of groups."""
        return len(self.names)

    @property
    def n_citations(self) -> int:
        """Citations in all cells."""
        return int(self.count.sum())

    @property
    def n_strata(self) -> int:
        """Number of strata."""
        return int(self.stratum.max(initial=-1)) + 1

    def counts(self) -> Ints:
        """Mixing counts, shape (k, k)."""
        return self._sum(self.citing * self.k + self.cited, self.k * self.k).reshape(self.k, self.k)

    def margins(self) -> Margins:
        """Citations made and received by each group in each stratum."""
        shape = (self.n_strata, self.k)
        made, received = (
            self._sum(self.stratum * self.k + group, shape[0] * self.k).reshape(shape)
            for group in (self.citing, self.cited)
        )
        return Margins(made, received)

    def tables(self) -> Ints:
        """Mixing counts of each stratum, shape (s, k, k)."""
        cell = (self.stratum * self.k + self.citing) * self.k + self.cited
        return self._sum(cell, self.n_strata * self.k**2).reshape(-1, self.k, self.k)

    def where(self, kept: npt.NDArray[np.bool_], reason: str = "") -> Cells:
        """Return the cells that are kept; the citations of the others are counted under the reason, if there is one."""
        lost = int(self.count[~kept].sum())
        excluded = {**self.excluded, reason: lost} if reason and lost else self.excluded
        names = ("citing_year", "cited_year", "citing", "cited", "count", "stratum")
        return replace(self, excluded=excluded, **{name: getattr(self, name)[kept] for name in names})

    def within(self, a: int, b: int) -> Cells:
        """Return the cells within two groups, which become groups 0 and 1; strata keep their numbers."""
        role = np.full(self.k, -1, dtype=np.int64)
        role[[a, b]] = 0, 1
        citing, cited = role[self.citing], role[self.cited]
        inside = replace(self, citing=citing, cited=cited, names=(self.names[a], self.names[b]))
        return inside.where((citing >= 0) & (cited >= 0))

    def _sum(self, cell: Ints, n: int) -> Ints:
        # Sums of whole numbers are exact in doubles up to 2**53 citations.
        return np.bincount(cell, self.count, minlength=n).astype(np.int64)


def cells_of(arcs: LabelledArcs, stratum: Ints | None = None) -> Cells:
    """Count the arcs by the years and groups of their ends; with the stratum of each arc, the cells have theirs."""
    net = arcs.net
    years, code = np.unique(np.append(net.year, np.nan), return_inverse=True)  # the last is unknown
    code, k = code[:-1], arcs.k
    citing, cited = net.citing[arcs.index], net.cited[arcs.index]
    key = code[citing] * years.size + code[cited]
    key = (key * k + arcs.labels[citing]) * k + arcs.labels[cited]
    if stratum is None:
        stratum = np.zeros(key.size, np.int64)
    if years.size**2 * k**2 <= min(_DENSE, max(1_000, 8 * key.size)):
        count = np.bincount(key)
        found = np.flatnonzero(count)
        count = count[found]
        number = np.empty(int(key.max(initial=-1)) + 1, np.int64)
        number[key] = stratum  # the years of a cell are those of each of its citations
        stratum = number[found]
    else:
        found, first, count = np.unique(key, return_index=True, return_counts=True)
        stratum = stratum[first]
    pair, cell = np.divmod(found, max(1, k * k))
    citing_year, cited_year = years[pair // years.size], years[pair % years.size]
    return Cells(
        citing_year, cited_year, cell // max(1, k), cell % max(1, k), count, arcs.names, arcs.excluded, stratum
    )


def placed(cells: Cells, strata: Strata) -> Cells:
    """Give each cell its stratum; citations without the years that takes are left out and counted."""
    dated, stratum = number_strata(cells.citing_year, cells.cited_year, strata)
    return replace(cells.where(dated, "no year"), stratum=stratum)
