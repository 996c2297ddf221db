"""The availability null: each reference is drawn from all works that existed, famous or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet.bridging.convolution import Distribution, cell_tails, hypergeometric_sum
from citenet.bridging.mixing import LabelledArcs

__all__ = ["AvailabilityNull", "available", "feasible_pairs"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def available(arcs: LabelledArcs) -> tuple[Ints, Ints]:
    """Count what each work could have cited.

    Parameters
    ----------
    arcs : LabelledArcs

    Returns
    -------
    made : ndarray of int64, shape (n,)
        Citations each work makes, to works no later than itself.
    pool : ndarray of int64, shape (n, k)
        Labelled works of each group that are dated no later than it, without itself; 0 for undated works.
    """
    net, k = arcs.net, arcs.k
    year = net.year
    dated = (arcs.labels >= 0) & ~np.isnan(year)
    years = np.unique(year[dated])
    at = np.searchsorted(years, year[dated])
    per_year = np.bincount(at * k + arcs.labels[dated], minlength=years.size * k).reshape(-1, k)
    pool = np.zeros((net.n_works, k), dtype=np.int64)
    pool[dated] = per_year.cumsum(axis=0)[at]
    pool[np.flatnonzero(dated), arcs.labels[dated]] -= 1
    return np.bincount(net.citing[arcs.index], minlength=net.n_works), pool


def feasible_pairs(arcs: LabelledArcs) -> Floats:
    """Count the ordered pairs of a paper of the corpus and a labelled work no later than it, shape (2,).

    Returns
    -------
    ndarray
        Pairs within a group, and between groups.
    """
    _, pool = available(arcs)
    papers = np.flatnonzero((arcs.labels >= 0) & ~arcs.net.external)
    within = pool[papers, arcs.labels[papers]].sum()
    return np.array([within, pool[papers].sum() - within], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class AvailabilityNull:
    """Each reference is drawn, without repetition, from the labelled works no later than the citing one.

    A group that everybody cites less departs from this null even if all groups cite it alike.
    """

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the dated arcs that run to no later work; the second value is not used."""
        year = arcs.net.year
        citing, cited = year[arcs.net.citing[arcs.index]], year[arcs.net.cited[arcs.index]]
        arcs = arcs.where(~(np.isnan(citing) | np.isnan(cited)), "no year")
        citing, cited = year[arcs.net.citing[arcs.index]], year[arcs.net.cited[arcs.index]]
        return arcs.where(citing >= cited, "later work"), np.empty(0, np.int64)

    def cells(self, arcs: LabelledArcs, _: Ints) -> tuple[Floats, Floats]:
        """Mean and variance of every cell: sums of independent hypergeometric counts, one a paper."""
        made, pool, size, paper_group = self._papers(arcs)
        share = pool / size
        spread = made * share * (1 - share) * (size - made) / np.maximum(size - 1, 1)
        expected, variance = np.zeros((arcs.k, arcs.k)), np.zeros((arcs.k, arcs.k))
        np.add.at(expected, paper_group, made * share)
        np.add.at(variance, paper_group, spread)
        return expected, variance

    def linear(self, arcs: LabelledArcs, _: Ints, weights: Floats) -> tuple[float, float]:
        """Mean and variance of a weighted sum of cells."""
        made, pool, size, paper_group = self._papers(arcs)
        share, weight = pool / size, weights[paper_group]
        mean = (share * weight).sum(1)
        spread = (share * weight**2).sum(1) - mean**2
        finite = made[:, 0] * (size - made)[:, 0] / np.maximum(size[:, 0] - 1, 1)
        return float((made[:, 0] * mean).sum()), float((finite * spread).sum())

    def tails(self, arcs: LabelledArcs, _: Ints, expected: Floats) -> tuple[Floats, Floats]:
        """Exact tail probabilities of every cell."""
        made, pool, size, paper_group = self._papers(arcs)

        def cell(a: int, b: int) -> Distribution:
            own = paper_group == a
            return hypergeometric_sum(made[own, 0], pool[own, b], size[own, 0])

        return cell_tails(arcs.counts(), expected, cell)

    def distribution(self, arcs: LabelledArcs, _: Ints, weights: Floats) -> Distribution | None:
        """Exact distribution of a weighted sum of cells, where it only matters which citations cross."""
        inside, across = np.unique(np.diagonal(weights)), np.unique(weights[~np.eye(arcs.k, dtype=bool)])
        if inside.size != 1 or across.size != 1 or across <= inside:
            return None
        made, pool, size, paper_group = self._papers(arcs)
        other = size[:, 0] - pool[np.arange(len(pool)), paper_group]
        support, probability = hypergeometric_sum(made[:, 0], other, size[:, 0])
        return float(inside[0]) * arcs.index.size + float(across[0] - inside[0]) * support, probability

    def draws(self, arcs: LabelledArcs, _: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k); one spawned child of the generator per draw."""
        made, pool, _size, paper_group = self._papers(arcs)
        for child in rng.spawn(n_draws):
            counts = np.zeros((arcs.k, arcs.k), dtype=np.int64)
            wanted, left = made[:, 0].copy(), pool.copy()
            for b in range(arcs.k - 1):
                drawn = child.hypergeometric(left[:, b], left[:, b + 1 :].sum(1), wanted)
                np.add.at(counts[:, b], paper_group, drawn)
                wanted -= drawn
            np.add.at(counts[:, arcs.k - 1], paper_group, wanted)
            yield counts

    def _papers(self, arcs: LabelledArcs) -> tuple[Ints, Ints, Ints, npt.NDArray[np.int32]]:
        """Citations made (n, 1), available works per group (n, k), their sum (n, 1) and group, of papers that cite."""
        made, pool = available(arcs)
        citing = made > 0
        size = pool[citing].sum(axis=1, keepdims=True)
        return made[citing, None], pool[citing], size, arcs.labels[citing]
