"""Swap chain: simple graphs with every paper's references per cited year and citations per citing year.

The endpoint shuffle may give one paper the same reference twice; the chain never does. It is the check on the closed
form where papers share many references, and slower by orders of magnitude.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs
from citenet.errors import NullModelError

__all__ = ["swap_chain"]

Ints = npt.NDArray[np.int64]


def swap_chain(
    arcs: LabelledArcs,
    stratum: Ints,
    n_draws: int,
    rng: np.random.Generator,
    *,
    sweeps: int = 10,
) -> Iterator[tuple[npt.NDArray[np.int32], float]]:
    """Draw simple graphs by swapping cited works within strata.

    Parameters
    ----------
    arcs : LabelledArcs
    stratum : ndarray of int64, shape (m,)
    n_draws : int
    rng : numpy.random.Generator
    sweeps : int
        Tries per arc between draws (and before the first).

    Yields
    ------
    cited : ndarray of int32, shape (m,)
        The cited work of each arc.
    acceptance : float
        Share of tries accepted since the last draw.

    Raises
    ------
    NullModelError
        If no stratum holds two arcs.

    Notes
    -----
    A try picks two arcs a→b, c→d of one stratum and makes them a→d, c→b unless that repeats a pair or closes a loop; a
    refused try counts as a step. Arcs of one citing and cited year are fixed: there two-swaps do not reach every graph.

    References
    ----------
    .. [1] Artzy-Randrup & Stone (2005). Generating uniformly distributed random networks. Physical Review E 72, 056708.
    """
    net = arcs.net
    citing = net.citing[arcs.index].astype(np.int64)
    cited = net.cited[arcs.index].astype(np.int64)
    bipartite = net.year[citing] != net.year[cited]
    pools = _pools(stratum, bipartite)
    pool = pools[0]
    if not pool.size:
        raise NullModelError("no stratum holds two citations that could be swapped")
    n = net.n_works
    present = set((net.citing.astype(np.int64) * n + net.cited).tolist())
    for _ in range(n_draws):
        accepted = _sweep(citing, cited, present, n, pools, sweeps * pool.size, rng)
        yield cited.astype(np.int32), accepted / (sweeps * pool.size)


def _pools(stratum: Ints, usable: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Usable arcs by stratum, and for each the start and size of its stratum; strata of one arc are left out."""
    position = np.flatnonzero(usable)
    position = position[np.argsort(stratum[position], kind="stable")]
    count = np.unique(stratum[position], return_counts=True)[1]
    pool = position[np.repeat(count, count) > 1]
    _, start, count = np.unique(stratum[pool], return_index=True, return_counts=True)
    return pool, np.repeat(start, count), np.repeat(count, count)


def _sweep(
    citing: Ints,
    cited: Ints,
    present: set[int],
    n: int,
    pools: tuple[Ints, Ints, Ints],
    tries: int,
    rng: np.random.Generator,
) -> int:
    """Try swaps in place; return how many were accepted."""
    pool, first, size = pools
    one = rng.integers(pool.size, size=tries)
    other = first[one] + rng.integers(size[one])
    accepted = 0
    for i, j in zip(pool[one].tolist(), pool[other].tolist(), strict=True):
        a, b, c, d = int(citing[i]), int(cited[i]), int(citing[j]), int(cited[j])
        if a in (c, d) or b in (c, d):
            continue
        ad, cb = a * n + d, c * n + b
        if ad in present or cb in present:
            continue
        present -= {a * n + b, c * n + d}
        present |= {ad, cb}
        cited[i], cited[j] = d, b
        accepted += 1
    return accepted
