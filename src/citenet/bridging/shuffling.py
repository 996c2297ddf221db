"""Draws of shuffles within strata: as tables where there are few groups, as permutations where there are many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet._support.kernel import kernel, random_bits

__all__ = ["shuffled_orders", "shuffled_tables"]

Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int32]
Integers = npt.NDArray[Any]  # of either width
_AT_ONCE = 2_000_000  # hypergeometric numbers drawn in one call
_TABLE_COST = 3.0  # what a hypergeometric number costs against shuffling one citation


def shuffled_tables(
    citing_group: Labels, cited_group: Labels, stratum: Ints, k: int, n_draws: int, rng: np.random.Generator
) -> Iterator[Ints]:
    """Draw the mixing matrices that shuffling the cited ends within strata gives.

    Parameters
    ----------
    citing_group, cited_group : ndarray of int32, shape (m,)
        Groups at both ends of each arc.
    stratum : ndarray of int64, shape (m,)
    k : int
        Number of groups.
    n_draws : int
    rng : numpy.random.Generator

    Yields
    ------
    ndarray of int64, shape (k, k)

    Notes
    -----
    The matrix of a shuffle is the sum over strata of random tables with the margins of the stratum. Where there are few
    groups the tables are drawn as such, cell by cell, from hypergeometric distributions; else the citations are
    shuffled. Both are the same distribution; which is used depends on the data alone.
    """
    s = int(stratum.max()) + 1 if stratum.size else 0
    made, received = (
        np.bincount(stratum * k + group, minlength=s * k).reshape(s, k) for group in (citing_group, cited_group)
    )
    total = made.sum(axis=1, keepdims=True)
    varies = ((made < total).all(1)) & ((received < total).all(1))
    fixed = _fixed_counts(made[~varies], received[~varies])
    if int(varies.sum()) * (k - 1) ** 2 * _TABLE_COST <= stratum.size:
        yield from _drawn_tables(made[varies], received[varies], fixed, n_draws, rng)
    else:
        kept = varies[stratum]
        arcs = citing_group[kept], cited_group[kept], np.unique(stratum[kept], return_inverse=True)[1]
        yield from _shuffled_counts(arcs, k, fixed, n_draws, rng)


def _fixed_counts(made: Ints, received: Ints) -> Ints:
    """Count the citations of strata in which one group makes, or receives, every citation."""
    share = np.maximum(made.sum(axis=1, keepdims=True), 1)
    counts: Ints = np.rint(made.T @ (received / share)).astype(np.int64)
    return counts


def _drawn_tables(made: Ints, received: Ints, fixed: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
    """Draw a table per stratum, row by row and cell by cell, many draws at once."""
    s, k = made.shape
    step = max(1, _AT_ONCE // max(1, s))
    for begin in range(0, n_draws, step):
        n = min(step, n_draws - begin)
        counts = np.tile(fixed, (n, 1, 1))
        left = np.broadcast_to(received, (n, s, k)).copy()
        for a in range(k - 1):
            wanted = np.broadcast_to(made[:, a], (n, s)).copy()
            for b in range(k - 1):
                drawn = rng.hypergeometric(left[..., b], left[..., b + 1 :].sum(-1), wanted)
                counts[:, a, b] += drawn.sum(-1)
                left[..., b] -= drawn
                wanted -= drawn
            counts[:, a, k - 1] += wanted.sum(-1)
            left[..., k - 1] -= wanted
        counts[:, k - 1] += left.sum(1)
        yield from counts


def _shuffled_counts(
    arcs: tuple[Labels, Labels, Ints], k: int, fixed: Ints, n_draws: int, rng: np.random.Generator
) -> Iterator[Ints]:
    citing, cited, start = _by_stratum(*arcs)
    room, counts = np.empty_like(cited), np.empty(k * k, dtype=np.int64)
    route = shuffle_and_count.sized(20.0 * cited.size * n_draws)
    for key in rng.integers(2**32, size=n_draws).tolist():
        route(citing, cited, start, k, key, room, counts)
        yield counts.reshape(k, k) + fixed


def shuffled_orders(stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
    """Draw orders of the cited ends, shuffled within strata.

    Parameters
    ----------
    stratum : ndarray of int64, shape (m,)
    n_draws : int
    rng : numpy.random.Generator

    Yields
    ------
    ndarray of int64, shape (m,)
        Which arc's cited work each arc is given. Every paper keeps its references and its citations per stratum; a pair
        may be drawn twice and a paper may be given itself (a multigraph).
    """
    position = np.arange(stratum.size)
    _, members, start = _by_stratum(position, position, stratum)
    room, order = np.empty_like(members), np.empty_like(members)
    route = shuffle_within.sized(15.0 * stratum.size * n_draws)
    for key in rng.integers(2**32, size=n_draws).tolist():
        room[:] = members
        route(room, start, key)
        order[members] = room
        yield order.copy()


def _by_stratum(citing: Integers, cited: Integers, stratum: Ints) -> tuple[Integers, Integers, Ints]:
    """Put arrays in order of stratum, and say where each stratum starts (and the last ends)."""
    order = np.argsort(stratum, kind="stable")
    start = np.searchsorted(stratum[order], np.arange(int(stratum.max(initial=-1)) + 2))
    return np.ascontiguousarray(citing[order]), np.ascontiguousarray(cited[order]), start.astype(np.int64)


@kernel
def shuffle_within(values: Ints, start: Ints, key: int) -> None:
    """Shuffle values in place between consecutive starts (Fisher & Yates)."""
    for s in range(len(start) - 1):
        first = start[s]
        for i in range(start[s + 1] - 1, first, -1):
            j = first + ((random_bits(key, i) * (i - first + 1)) >> 32)
            swap = values[i]
            values[i] = values[j]
            values[j] = swap


@kernel
def shuffle_and_count(citing: Labels, cited: Labels, start: Ints, k: int, key: int, room: Labels, counts: Ints) -> None:
    """Shuffle a copy of the cited groups within strata and count pairs with the citing groups."""
    for c in range(k * k):
        counts[c] = 0
    for s in range(len(start) - 1):
        first = start[s]
        last = start[s + 1] - 1
        for i in range(first, last + 1):
            room[i] = cited[i]
        for i in range(last, first - 1, -1):
            j = first + ((random_bits(key, i) * (i - first + 1)) >> 32)
            drawn = room[j]
            room[j] = room[i]
            counts[citing[i] * k + drawn] += 1
