"""The list null: what each paper cites beyond expectation is swapped among papers of one year and similar length.

References of one paper depend on each other. Swapping lists whole keeps that dependence; swapping what they hold beyond
the expectation of their strata keeps lengths and years from looking like preference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet._support.kernel import kernel, random_bits
from citenet._support.parallel import in_order
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.paper_sums import A, B, PaperSums
from citenet.bridging.relabelling import permuted_within, strata_of_works
from citenet.bridging.stratified import cell_moments, margins, strata_of

__all__ = ["ListNull", "Lists", "draw_crossings", "lists_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_DECIMALS = 6  # a draw that equals the observed count but for the rounding of the parts is a tie
_MANY = 100_000_000  # labels shuffled in all from which a compiled loop is used


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
    exchangeable = _exchangeable(arcs.net.year[papers], length)
    return Lists(arcs.labels[papers], exchangeable, excess, cell_moments(given)[0])


def draw_crossings(papers: PaperSums, base: Floats, n_draws: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Draw the citations from a to b and from b to a, with the lists of exchangeable papers swapped.

    Parameters
    ----------
    papers : PaperSums
    base : ndarray, shape (2,)
        Expected citations a→b and b→a.
    n_draws : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n_draws, 2)

    Notes
    -----
    Excesses are whole numbers: they add up to the same bits in any order. Whether labels are shuffled by sorting or by
    a compiled loop depends on the size of the data alone.
    """
    cites = papers.made > 0
    role, excess = papers.role[cites], papers.excess()[cites]
    exchangeable = _exchangeable(papers.year[cites], papers.made[cites])
    way = _sorted_sums if role.size * n_draws < _MANY else _shuffled_sums
    sums = np.array(list(way(role, excess, exchangeable, n_draws, rng)), dtype=float)
    draws: Floats = np.round(base + np.ldexp(sums, -papers.bits), _DECIMALS)
    return draws


def _sorted_sums(
    role: Ints, excess: Ints, exchangeable: Ints, n_draws: int, rng: np.random.Generator
) -> Iterator[Ints]:
    for drawn in permuted_within(role.astype(np.int32), exchangeable, n_draws, rng):
        yield np.array([excess[drawn == A, 1].sum(), excess[drawn == B, 0].sum()])


def _shuffled_sums(
    role: Ints, excess: Ints, exchangeable: Ints, n_draws: int, rng: np.random.Generator
) -> Iterator[Ints]:
    order = np.argsort(exchangeable, kind="stable")
    start = np.searchsorted(exchangeable[order], np.arange(int(exchangeable.max()) + 2)).astype(np.int64)
    labels = role[order].astype(np.int8)
    across = np.zeros((role.size, 3), dtype=np.int64)  # what a paper cites across if its group were a, b, or another
    across[:, A], across[:, B] = excess[order, 1], excess[order, 0]
    route = shuffle_and_sum.sized(20.0 * role.size * n_draws)

    def drawn(key: int) -> Ints:
        sums = np.zeros(3, dtype=np.int64)
        route(labels.copy(), start, key, across.ravel(), sums)
        return sums[:2]

    yield from in_order(drawn, rng.integers(2**32, size=n_draws).tolist(), float(role.size) * n_draws)


@kernel
def shuffle_and_sum(labels: npt.NDArray[np.int8], start: Ints, key: int, across: Ints, sums: Ints) -> None:
    """Shuffle labels in place between consecutive starts, and sum by label what then is cited across."""
    for s in range(len(start) - 1):
        first = start[s]
        for i in range(start[s + 1] - 1, first - 1, -1):
            j = first + ((random_bits(key, i & 0xFFFFFFFF) * (i - first + 1)) >> 32)
            label = labels[j]
            labels[j] = labels[i]
            sums[label] += across[3 * i + label]


def _exchangeable(year: Floats, length: Ints) -> Ints:
    """Give one number to the papers of one year and about the same number of citations (bins that double)."""
    return strata_of_works(year, np.floor(np.log2(np.maximum(length, 1))))


@dataclass(frozen=True, eq=False)
class ListNull:
    """What papers cite beyond expectation is swapped, list by list, among papers of one year and similar length."""

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs with a year at both ends, and their strata."""
        return strata_of(arcs, "year-pairs")

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Floats]:
        """Draw mixing matrices, shape (k, k); they are no whole numbers, and keep all margins."""
        yield from lists_of(arcs, stratum).draws(n_draws, rng)
