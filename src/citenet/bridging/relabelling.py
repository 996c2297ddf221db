"""Nulls that keep the graph, or whole reference lists, and move the labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs, count_cells

__all__ = ["LabelNull", "ListNull", "list_draws", "permuted_within"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_UNDATED = -1e9


@dataclass(frozen=True, eq=False)
class LabelNull:
    """Labels are shuffled among the labelled works of one publication year; the graph is kept.

    Parameters
    ----------
    by_degree : bool
        Only among works of about the same number of citations too (bins that double).
    """

    by_degree: bool = False

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs, and the stratum of each work (-1 unlabelled); undated works are one year."""
        net = arcs.net
        keys = [np.nan_to_num(net.year, nan=_UNDATED)]
        if self.by_degree:
            cited = np.bincount(net.cited[arcs.index], minlength=net.n_works)
            keys.append(np.floor(np.log2(cited + 1)))
        _, stratum = np.unique(np.stack(keys), axis=1, return_inverse=True)
        return arcs, np.where(arcs.labels >= 0, stratum.ravel(), -1).astype(np.int64)

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k); one spawned child of the generator per draw."""
        citing, cited = arcs.net.citing[arcs.index], arcs.net.cited[arcs.index]
        for labels in permuted_within(arcs.labels, stratum, n_draws, rng):
            yield count_cells(labels[citing], labels[cited], arcs.k)


def permuted_within(
    labels: npt.NDArray[np.int32], stratum: Ints, n_draws: int, rng: np.random.Generator
) -> Iterator[npt.NDArray[np.int32]]:
    """Shuffle labels within strata; entries of stratum -1 stay."""
    order = np.flatnonzero(stratum >= 0)
    order = order[np.argsort(stratum[order], kind="stable")]
    key = stratum[order].astype(float)
    for child in rng.spawn(n_draws):
        shuffled = labels.copy()
        shuffled[order] = labels[order[np.argsort(key + child.random(key.size), kind="stable")]]
        yield shuffled


def list_draws(
    arcs: LabelledArcs, citing: int, cited: int, n_draws: int, rng: np.random.Generator
) -> tuple[float, Floats]:
    """Draw one count under `ListNull`.

    Parameters
    ----------
    arcs : LabelledArcs
    citing, cited : int
        The groups.
    n_draws : int
    rng : numpy.random.Generator

    Returns
    -------
    observed : float
        Citations by dated papers.
    draws : ndarray, shape (n_draws,)
    """
    arcs, stratum = ListNull().prepare(arcs)
    paper = arcs.net.citing[arcs.index]
    held = np.bincount(paper[arcs.cited_group == cited], minlength=arcs.net.n_works).astype(float)
    papers = np.flatnonzero(stratum >= 0)
    labels, held, stratum = arcs.labels[papers], held[papers], stratum[papers]
    draws = [held[drawn == citing].sum() for drawn in permuted_within(labels, stratum, n_draws, rng)]
    return float(held[labels == citing].sum()), np.array(draws, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class ListNull:
    """Whole reference lists are swapped among citing papers of one year and about the same length.

    The references of a paper stay together, so that their dependence counts for nothing.
    """

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs by dated papers, and the stratum of each work (-1: cites nothing)."""
        dated = ~np.isnan(arcs.net.year[arcs.net.citing[arcs.index]])
        arcs = arcs.where(dated, "no year")
        length = np.bincount(arcs.net.citing[arcs.index], minlength=arcs.net.n_works)
        keys = np.stack([np.nan_to_num(arcs.net.year, nan=_UNDATED), np.floor(np.log2(np.maximum(length, 1)))])
        _, stratum = np.unique(keys, axis=1, return_inverse=True)
        return arcs, np.where(length > 0, stratum.ravel(), -1).astype(np.int64)

    def cells(self, arcs: LabelledArcs, stratum: Ints) -> tuple[Floats, Floats]:
        """Mean and variance of every cell: sampling without replacement among the lists of a stratum."""
        k = arcs.k
        expected, variance = np.zeros((k, k)), np.zeros((k, k))
        for members, lists, sizes in self._strata(arcs, stratum):
            n = members.size
            expected += np.outer(sizes / n, lists.sum(0))
            if n > 1:
                spread = ((lists - lists.mean(0)) ** 2).sum(0) / (n - 1)
                variance += np.outer(sizes * (n - sizes) / n, spread)
        return expected, variance

    def linear(self, arcs: LabelledArcs, stratum: Ints, weights: Floats) -> tuple[float, float]:
        """Mean and variance of a weighted sum of cells (Hoeffding's combinatorial variance)."""
        expected = variance = 0.0
        for members, lists, sizes in self._strata(arcs, stratum):
            n = members.size
            scores = lists @ weights.T  # of each list in each group
            group = np.repeat(np.arange(arcs.k), sizes)
            matrix = scores[:, group]
            expected += float(matrix.sum() / n)
            if n > 1:
                centred = matrix - matrix.mean(0) - matrix.mean(1, keepdims=True) + matrix.mean()
                variance += float((centred**2).sum() / (n - 1))
        return expected, variance

    def _strata(self, arcs: LabelledArcs, stratum: Ints) -> Iterator[tuple[Ints, Floats, Ints]]:
        """Papers of each stratum, what their lists hold of each group, and how many papers of each group there are."""
        citing = arcs.net.citing[arcs.index]
        for s in range(int(stratum.max(initial=-1)) + 1):
            members = np.flatnonzero(stratum == s)
            if not members.size:
                continue
            row = np.searchsorted(members, citing)
            row[row == members.size] = 0
            inside = members[row] == citing
            cell = row[inside] * arcs.k + arcs.cited_group[inside]
            lists = np.bincount(cell, minlength=members.size * arcs.k).reshape(members.size, arcs.k).astype(float)
            yield members, lists, np.bincount(arcs.labels[members], minlength=arcs.k)

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k): the groups of the citing papers are shuffled, what is cited stays."""
        citing, cited_group = arcs.net.citing[arcs.index], arcs.cited_group
        for labels in permuted_within(arcs.labels, stratum, n_draws, rng):
            yield count_cells(labels[citing], cited_group, arcs.k)
