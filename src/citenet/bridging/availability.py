"""The availability null: each reference is drawn from all works that existed, famous or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet.bridging.convolution import Distribution, cell_tails, hypergeometric_sum
from citenet.bridging.mixing import LabelledArcs

__all__ = ["AvailabilityLaw", "AvailabilityNull", "arcs_in_time", "available", "feasible_pairs"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def available(arcs: LabelledArcs, window: int | None = None) -> tuple[Ints, Ints]:
    """Count what each work could have cited.

    Parameters
    ----------
    arcs : LabelledArcs
    window : int, optional
        Only works at most so many years older; None takes all.

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
    per_year = np.bincount(at * k + arcs.labels[dated], minlength=years.size * k).reshape(years.size, k)
    pool = np.zeros((net.n_works, k), dtype=np.int64)
    until = np.concatenate([np.zeros((1, k), np.int64), per_year.cumsum(axis=0)])
    first = 0 if window is None else np.searchsorted(years, years - window)[at]
    pool[dated] = until[at + 1] - until[first]
    pool[np.flatnonzero(dated), arcs.labels[dated]] -= 1
    return np.bincount(net.citing[arcs.index], minlength=net.n_works), pool


def arcs_in_time(arcs: LabelledArcs) -> LabelledArcs:
    """Return the dated arcs that run to no later work; the others are counted."""
    year = arcs.net.year
    citing, cited = year[arcs.net.citing[arcs.index]], year[arcs.net.cited[arcs.index]]
    dated = ~(np.isnan(citing) | np.isnan(cited))
    return arcs.where(dated, "no year").where((citing >= cited)[dated], "later work")


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
class AvailabilityLaw:
    """How the mixing matrix is distributed when each paper draws its references from what was there.

    Parameters
    ----------
    counts : ndarray of int64, shape (k, k)
        What was observed.
    made : ndarray of int64, shape (p, 1)
        Citations each paper makes.
    pool : ndarray of int64, shape (p, k)
        Works of each group that it could have cited.
    size : ndarray of int64, shape (p, 1)
        Their number.
    paper_group : ndarray of int32, shape (p,)
    """

    counts: Ints
    made: Ints
    pool: Ints
    size: Ints
    paper_group: npt.NDArray[np.int32]

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and variance of every cell, shape (k, k): sums of independent hypergeometric counts, one a paper."""
        share = self.pool / self.size
        spread = self.made * share * (1 - share) * (self.size - self.made) / np.maximum(self.size - 1, 1)
        expected, variance = np.zeros(self.counts.shape), np.zeros(self.counts.shape)
        np.add.at(expected, self.paper_group, self.made * share)
        np.add.at(variance, self.paper_group, spread)
        return expected, variance

    def linear(self, weights: Floats) -> tuple[float, float]:
        """Mean and variance of a weighted sum of cells."""
        made, size = self.made[:, 0], self.size[:, 0]
        share, weight = self.pool / self.size, weights[self.paper_group]
        mean = (share * weight).sum(1)
        spread = (share * weight**2).sum(1) - mean**2
        finite = made * (size - made) / np.maximum(size - 1, 1)
        return float((made * mean).sum()), float((finite * spread).sum())

    def tails(self, sd: Floats) -> tuple[Floats, Floats]:
        """Exact tail probabilities of every cell; NaN where they are normal."""

        def cell(a: int, b: int) -> Distribution:
            own = self.paper_group == a
            return hypergeometric_sum(self.made[own, 0], self.pool[own, b], self.size[own, 0])

        return cell_tails(self.counts, sd, cell)

    def distribution(self, weights: Floats) -> Distribution | None:
        """Exact distribution of a weighted sum of cells, where it only matters which citations cross."""
        k = len(self.counts)
        inside, across = np.unique(np.diagonal(weights)), np.unique(weights[~np.eye(k, dtype=bool)])
        if inside.size != 1 or across.size != 1 or across <= inside:
            return None
        other = self.size[:, 0] - self.pool[np.arange(len(self.pool)), self.paper_group]
        support, probability = hypergeometric_sum(self.made[:, 0], other, self.size[:, 0])
        return float(inside[0]) * self.counts.sum() + float(across[0] - inside[0]) * support, probability


def _papers(arcs: LabelledArcs) -> tuple[Ints, Ints, Ints, npt.NDArray[np.int32]]:
    """Citations made (p, 1), available works per group (p, k), their sum (p, 1) and group, of papers that cite."""
    made, pool = available(arcs)
    citing = made > 0
    return made[citing, None], pool[citing], pool[citing].sum(axis=1, keepdims=True), arcs.labels[citing]


@dataclass(frozen=True, eq=False)
class AvailabilityNull:
    """Each reference is drawn, without repetition, from the labelled works no later than the citing one.

    A group that everybody cites less departs from this null even if all groups cite it alike.
    """

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs in time (`arcs_in_time`); the second value is not used."""
        return arcs_in_time(arcs), np.empty(0, np.int64)

    def law(self, arcs: LabelledArcs, _: Ints) -> AvailabilityLaw:
        """Return the distribution of the mixing matrix."""
        return AvailabilityLaw(arcs.counts(), *_papers(arcs))

    def draws(self, arcs: LabelledArcs, _: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k); one spawned child of the generator per draw."""
        made, pool, _, paper_group = _papers(arcs)
        for child in rng.spawn(n_draws):
            counts = np.zeros((arcs.k, arcs.k), dtype=np.int64)
            wanted, left = made[:, 0].copy(), pool.copy()
            for b in range(arcs.k - 1):
                drawn = child.hypergeometric(left[:, b], left[:, b + 1 :].sum(1), wanted)
                np.add.at(counts[:, b], paper_group, drawn)
                wanted -= drawn
            np.add.at(counts[:, arcs.k - 1], paper_group, wanted)
            yield counts
