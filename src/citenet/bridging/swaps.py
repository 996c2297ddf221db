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

__all__ = ["SwapNull", "chain_diagnostics", "swap_chain"]

Ints = npt.NDArray[np.int64]
_LOOK = 100  # sweeps that the diagnostics look at
Numbers = npt.NDArray[np.int32]


class Pool(NamedTuple):
    """Arcs that may be swapped, by stratum: position of each, and start and size of its stratum among them."""

    arc: Numbers
    first: Numbers
    size: Numbers


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
    citing, cited, start, pool = _begin(arcs, stratum)
    tries = sweeps * pool.arc.size
    keys = rng.integers(2**32, size=n_draws + 1).tolist()
    run = swap.sized(60.0 * tries * (n_draws + 1))
    hub = cited.copy()
    run(citing, hub, start, pool, tries, keys[0])
    for key in keys[1:]:
        cited[:] = hub
        accepted = run(citing, cited, start, pool, tries, key)
        yield cited.copy(), accepted / tries


def _begin(arcs: LabelledArcs, stratum: Ints) -> tuple[Numbers, Numbers, Ints, Pool]:
    """Return the ends of each arc, where the list of each work starts, and the arcs that may be swapped."""
    net = arcs.net
    citing, cited = net.citing[arcs.index], net.cited[arcs.index]
    pool = _pool(stratum, net.year[citing] != net.year[cited])
    if not pool.arc.size:
        raise NullModelError("no stratum holds two citations that could be swapped")
    start = np.searchsorted(citing, np.arange(net.n_works + 1)).astype(np.int64)  # arcs are in order of citing work
    return citing, cited, start, pool


def _pool(stratum: Ints, usable: npt.NDArray[np.bool_]) -> Pool:
    """Usable arcs by stratum; strata of one arc are left out."""
    position = np.flatnonzero(usable)
    position = position[np.argsort(stratum[position], kind="stable")]
    count = np.unique(stratum[position], return_counts=True)[1]
    arc = position[np.repeat(count, count) > 1]
    _, start, count = np.unique(stratum[arc], return_index=True, return_counts=True)
    return Pool(*(part.astype(np.int32) for part in (arc, np.repeat(start, count), np.repeat(count, count))))


@kernel
def cites(cited: Numbers, first: int, last: int, work: int) -> bool:
    """Say whether a list of references holds a work."""
    for i in range(first, last):  # noqa: SIM110 - a kernel allocates nothing, not even a generator
        if cited[i] == work:
            return True
    return False


@kernel
def swap(citing: Numbers, cited: Numbers, start: Ints, pool: Pool, tries: int, key: int) -> int:
    """Try swaps in place; return how many were accepted. The arcs of work a are at ``start[a]:start[a + 1]``."""
    accepted = 0
    size = len(pool.arc)
    for t in range(tries):
        one = (random_bits(key, (2 * t) & 0xFFFFFFFF) * size) >> 32
        other = int(pool.first[one]) + ((random_bits(key, (2 * t + 1) & 0xFFFFFFFF) * int(pool.size[one])) >> 32)
        i = pool.arc[one]
        j = pool.arc[other]
        a = citing[i]
        b = cited[i]
        c = citing[j]
        d = cited[j]
        new = a != c and b != d and a != d and c != b
        if new and not cites(cited, start[a], start[a + 1], d) and not cites(cited, start[c], start[c + 1], b):
            cited[i] = d
            cited[j] = b
            accepted += 1
    return accepted


def chain_diagnostics(
    arcs: LabelledArcs, stratum: Ints, citing: int, cited: int, n_steps: int, rng: np.random.Generator
) -> dict[str, float]:
    """Say how well the chain mixes, from one run of single sweeps.

    Parameters
    ----------
    arcs : LabelledArcs
    stratum : ndarray of int64, shape (m,)
    citing, cited : int
        The cell of the mixing matrix that is followed.
    n_steps : int
        Sweeps (one try per arc each) after ten to forget the observed graph.
    rng : numpy.random.Generator

    Returns
    -------
    dict
        ``acceptance``, share of tries; ``autocorrelation`` of the count from sweep to sweep, in [-1, 1] (NaN where it
        does not vary); ``moved``, share of citations that no longer go where they went.
    """
    citing_work, cited_work, start, pool = _begin(arcs, stratum)
    observed, tries = cited_work.copy(), pool.arc.size
    run = swap.sized(60.0 * tries * (n_steps + 10))
    burn_in, *keys = rng.integers(2**32, size=n_steps + 1).tolist()
    run(citing_work, cited_work, start, pool, 10 * tries, burn_in)
    counts, accepted = [], []
    for key in keys:
        accepted.append(run(citing_work, cited_work, start, pool, tries, key) / tries)
        counts.append(count_cells(arcs.citing_group, arcs.labels[cited_work], arcs.k)[citing, cited])
    series = np.array(counts, dtype=float)
    varies = series.size > 2 and series[:-1].std() > 0 and series[1:].std() > 0
    return {
        "acceptance": float(np.mean(accepted)),
        "autocorrelation": float(np.corrcoef(series[:-1], series[1:])[0, 1]) if varies else float("nan"),
        "moved": float((cited_work != observed).mean()),
    }


@dataclass(frozen=True, eq=False)
class SwapNull:
    """Simple graphs by swaps within (citing year, cited year)."""

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the dated arcs and their strata."""
        return strata_of(arcs, "year-pairs")

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k): the observed one where nothing can be swapped."""
        try:
            for cited, _ in swap_chain(arcs, stratum, n_draws, rng):
                yield count_cells(arcs.citing_group, arcs.labels[cited], arcs.k)
        except NullModelError:
            for _ in range(n_draws):
                yield arcs.counts()

    def note(self, arcs: LabelledArcs, stratum: Ints, rng: np.random.Generator) -> str:
        """Say how well the chain mixes, or that it cannot move."""
        try:
            found = chain_diagnostics(arcs, stratum, 0, arcs.k - 1, _LOOK, rng)
        except NullModelError as error:
            return str(error)
        return (
            f"swaps accepted {found['acceptance']:.0%}, autocorrelation {found['autocorrelation']:.2f} from sweep to "
            f"sweep, {found['moved']:.0%} of the citations moved"
        )
