"""The list null: what each paper cites beyond expectation is swapped among papers of one year and similar length.

References of one paper depend on each other. Swapping lists whole keeps that dependence; swapping what they hold beyond
the expectation of their strata keeps lengths and years from looking like preference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.relabelling import permuted_within, strata_of_works
from citenet.bridging.stratified import cell_moments, margins, strata_of

__all__ = ["ListNull", "Lists", "lists_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lists:
    """What each citing paper cites beyond expectation.

    Parameters
    ----------
    labels : ndarray of int32, shape (p,)
        Group of each paper that cites.
    exchangeable : ndarray of int64, shape (p,)
        Papers of one citing year and about the same number of citations (bins that double).
    excess : ndarray, shape (p, k)
        Citations of each paper to each group, less what the strata of its citations give: ``sum_s n_is C_bs / m_s``.
        Rows add up to 0.
    base : ndarray, shape (k, k)
        Expected mixing counts. The excesses of the papers of a group add up to what it cites beyond its row of this.
    """

    labels: npt.NDArray[np.int32]
    exchangeable: Ints
    excess: Floats
    base: Floats

    def draws(self, n_draws: int, rng: np.random.Generator) -> Iterator[Floats]:
        """Draw mixing matrices, shape (k, k): groups are shuffled among exchangeable papers; margins stay."""
        k = len(self.base)
        for labels in permuted_within(self.labels, self.exchangeable, n_draws, rng):
            yield self.base + np.stack([np.bincount(labels, column, minlength=k) for column in self.excess.T], axis=1)


def lists_of(arcs: LabelledArcs, stratum: Ints) -> Lists:
    """Split the mixing counts among the papers that cite.

    Parameters
    ----------
    arcs : LabelledArcs
    stratum : ndarray of int64, shape (m,)
        Stratum of each arc, as the expectation takes it.
    """
    k = arcs.k
    papers, row = np.unique(arcs.net.citing[arcs.index], return_inverse=True)
    given = margins(arcs.citing_group, arcs.cited_group, stratum, k)
    share = given.received / np.maximum(given.total, 1)[:, None]
    cited = arcs.cited_group
    excess = np.stack(
        [
            np.bincount(row, (cited == b) - share[stratum, b] if row.size else None, minlength=papers.size)
            for b in range(k)
        ],
        axis=1,
    ).astype(np.float64)
    length = np.bincount(row, minlength=papers.size)
    exchangeable = strata_of_works(arcs.net.year[papers], np.floor(np.log2(np.maximum(length, 1))))
    return Lists(arcs.labels[papers], exchangeable, excess, cell_moments(given)[0])


@dataclass(frozen=True, eq=False)
class ListNull:
    """What papers cite beyond expectation is swapped, list by list, among papers of one year and similar length."""

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs with a year at both ends, and their strata."""
        return strata_of(arcs, "year-pairs")

    def cells(self, arcs: LabelledArcs, stratum: Ints) -> tuple[Floats, Floats]:
        """Mean and variance of every cell: sampling without replacement among the lists of a stratum."""
        lists = lists_of(arcs, stratum)
        expected, variance = lists.base.copy(), np.zeros_like(lists.base)
        for excess, sizes in _by_stratum(lists):
            n = len(excess)
            expected += np.outer(sizes / n, excess.sum(0))
            if n > 1:
                spread = ((excess - excess.mean(0)) ** 2).sum(0) / (n - 1)
                variance += np.outer(sizes * (n - sizes) / n, spread)
        return expected, variance

    def linear(self, arcs: LabelledArcs, stratum: Ints, weights: Floats) -> tuple[float, float]:
        """Mean and variance of a weighted sum of cells (Hoeffding's combinatorial variance)."""
        lists = lists_of(arcs, stratum)
        expected, variance = float((lists.base * weights).sum()), 0.0
        for excess, sizes in _by_stratum(lists):
            n = len(excess)
            matrix = (excess @ weights.T)[:, np.repeat(np.arange(arcs.k), sizes)]  # of each list in each paper's place
            expected += float(matrix.sum() / n)
            if n > 1:
                centred = matrix - matrix.mean(0) - matrix.mean(1, keepdims=True) + matrix.mean()
                variance += float((centred**2).sum() / (n - 1))
        return expected, variance

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Floats]:
        """Draw mixing matrices, shape (k, k); they are no whole numbers, and keep all margins."""
        yield from lists_of(arcs, stratum).draws(n_draws, rng)


def _by_stratum(lists: Lists) -> Iterator[tuple[Floats, Ints]]:
    """Excesses of the papers of each stratum, and how many papers of each group it holds."""
    for s in range(int(lists.exchangeable.max(initial=-1)) + 1):
        members = lists.exchangeable == s
        yield lists.excess[members], np.bincount(lists.labels[members], minlength=len(lists.base))
