"""Swap chain: simple graphs with every paper's references per cited year and citations per citing year.

The endpoint shuffle may give one paper the same reference twice; the chain never does. It is the check on the closed
form where papers share many references, and slower by orders of magnitude.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from citenet._support.kernel import kernel, random_bits
from citenet.bridging.mixing import LabelledArcs, count_cells
from citenet.bridging.stratified import strata_of
from citenet.errors import NullModelError

__all__ = ["SwapNull", "swap_chain"]

Ints = npt.NDArray[np.int64]
_EMPTY = -1


class Pool(NamedTuple):
    """Arcs that may be swapped, by stratum: position of each, and start and size of its stratum among them."""

    arc: Ints
    first: Ints
    size: Ints


def swap_chain(
    arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator, *, sweeps: int = 10
) -> Iterator[tuple[npt.NDArray[np.int32], float]]:
    """Draw simple graphs by swapping cited works within strata.

    Parameters
    ----------
    arcs : LabelledArcs
    stratum : ndarray of int64, shape (m,)
    n_draws : int
    rng : numpy.random.Generator
    sweeps : int
        Tries per arc between the observed graph and the hub, and between the hub and each draw.

    Yields
    ------
    cited : ndarray of int32, shape (m,)
        The cited work of each arc.
    acceptance : float
        Share of the tries that were accepted.

    Raises
    ------
    NullModelError
        If no stratum holds two arcs that could be swapped.

    Notes
    -----
    A try picks two arcs a→b, c→d of one stratum and makes them a→d, c→b unless that repeats a pair or closes a loop; a
    refused try counts as a step. The chain runs from the observed graph to a hub, and from there to each draw anew:
    under the null the observed graph and the draws are then exchangeable, and p-values valid, however slowly the chain
    mixes (Besag & Clifford). Arcs of one citing and cited year are fixed: two-swaps do not reach every graph there.

    References
    ----------
    .. [1] Besag & Clifford (1989). Generalized Monte Carlo significance tests. Biometrika 76, 633-642.
    .. [2] Artzy-Randrup & Stone (2005). Generating uniformly distributed random networks. Physical Review E 72, 056708.
    """
    net = arcs.net
    citing, cited = (end[arcs.index].astype(np.int64) for end in (net.citing, net.cited))
    pool = _pool(stratum, net.year[citing] != net.year[cited])
    if not pool.arc.size:
        raise NullModelError("no stratum holds two citations that could be swapped")
    tries = sweeps * pool.arc.size
    keys = rng.integers(2**32, size=n_draws + 1).tolist()
    run = swap.sized(60.0 * tries * (n_draws + 1))
    table = _pair_table(net.citing.astype(np.int64) * net.n_works + net.cited)
    hub, hub_table = cited.copy(), table.copy()
    run(citing, hub, hub_table, net.n_works, pool, tries, keys[0])
    for key in keys[1:]:
        cited[:], table[:] = hub, hub_table
        accepted = run(citing, cited, table, net.n_works, pool, tries, key)
        yield cited.astype(np.int32), accepted / tries


def _pool(stratum: Ints, usable: npt.NDArray[np.bool_]) -> Pool:
    """Usable arcs by stratum; strata of one arc are left out."""
    position = np.flatnonzero(usable)
    position = position[np.argsort(stratum[position], kind="stable")]
    count = np.unique(stratum[position], return_counts=True)[1]
    arc = position[np.repeat(count, count) > 1]
    _, start, count = np.unique(stratum[arc], return_index=True, return_counts=True)
    return Pool(arc, np.repeat(start, count), np.repeat(count, count))


def _pair_table(pairs: Ints) -> Ints:
    """Hash table of the pairs that are arcs (open addressing, at most a quarter full)."""
    size = 1 << (4 * pairs.size).bit_length()
    table = np.full(size, _EMPTY, dtype=np.int64)
    fill.sized(20.0 * pairs.size)(table, pairs)
    return table


@kernel
def slot_of(table: Ints, pair: int) -> int:
    """Slot that holds the pair, or else the empty slot where it would go."""
    mask = len(table) - 1
    slot = random_bits(pair & 0xFFFFFFFF, pair >> 32) & mask
    while table[slot] != -1 and table[slot] != pair:
        slot = (slot + 1) & mask
    return slot


@kernel
def fill(table: Ints, pairs: Ints) -> None:
    """Put pairs into the table."""
    for i in range(len(pairs)):
        table[slot_of(table, pairs[i])] = pairs[i]


@kernel
def remove(table: Ints, pair: int) -> None:
    """Take a pair out and close the gap, so that what was pushed past it is still found."""
    mask = len(table) - 1
    gap = slot_of(table, pair)
    table[gap] = -1
    slot = (gap + 1) & mask
    while table[slot] != -1:
        home = random_bits(table[slot] & 0xFFFFFFFF, table[slot] >> 32) & mask
        if ((slot - home) & mask) >= ((slot - gap) & mask):
            table[gap] = table[slot]
            table[slot] = -1
            gap = slot
        slot = (slot + 1) & mask


@kernel
def swap(citing: Ints, cited: Ints, table: Ints, n: int, pool: Pool, tries: int, key: int) -> int:
    """Try swaps in place; return how many were accepted."""
    accepted = 0
    size = len(pool.arc)
    for t in range(tries):
        low = t & 0x7FFFFFFF
        one = (random_bits(key, 2 * low) * size) >> 32
        other = pool.first[one] + ((random_bits(key ^ (t >> 31), 2 * low + 1) * pool.size[one]) >> 32)
        i = pool.arc[one]
        j = pool.arc[other]
        a = citing[i]
        b = cited[i]
        c = citing[j]
        d = cited[j]
        if a != c and b != d and a != d and c != b:
            ad = a * n + d
            cb = c * n + b
            if table[slot_of(table, ad)] != ad and table[slot_of(table, cb)] != cb:
                remove(table, a * n + b)
                remove(table, c * n + d)
                table[slot_of(table, ad)] = ad
                table[slot_of(table, cb)] = cb
                cited[i] = d
                cited[j] = b
                accepted += 1
    return accepted


@dataclass(frozen=True, eq=False)
class SwapNull:
    """Simple graphs by swaps within (citing year, cited year)."""

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the dated arcs and their strata."""
        return strata_of(arcs, "year-pairs")

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k)."""
        for cited, _ in swap_chain(arcs, stratum, n_draws, rng):
            yield count_cells(arcs.citing_group, arcs.labels[cited], arcs.k)
