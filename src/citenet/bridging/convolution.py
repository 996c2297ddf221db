"""Exact distributions of sums of independent hypergeometric counts, by convolution."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

__all__ = ["Distribution", "cell_tails", "hypergeometric_sum"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Distribution = tuple[Floats, Floats]

_LARGE = 1_000  # expected count from which a normal distribution is as good as the exact one
_DIRECT = 4e8  # products of lengths up to which convolving directly (exact in the tails) is quick
_WIDE = 100_000  # possible values of all terms together from which that is not quick
_DIRECT_WIDE = 1e6  # and the limit that serves instead
_NOISE = 1e-13  # of the largest probability: what an FFT cannot tell from 0


def hypergeometric_sum(drawn: Ints, marked: Ints, total: Ints) -> Distribution:
    """Compute the distribution of a sum of independent hypergeometric counts.

    Parameters
    ----------
    drawn, marked, total : ndarray of int64, shape (n,)
        Of ``total`` things, of which ``marked`` are marked, ``drawn`` are drawn without replacement.

    Returns
    -------
    support : ndarray, shape (s,)
        Possible numbers of marked things drawn in all, consecutive.
    probability : ndarray, shape (s,)

    Notes
    -----
    Equal terms are put together by repeated squaring; then the shortest are convolved first. Tails keep their relative
    precision while two lengths multiply to less than 4e8 (1e6 where the terms have more than 100,000 possible values
    together, of millions of citations); beyond that an FFT is exact to about 1e-15 of the largest
    probability, and what is below 1e-13 of it is 0.

    Examples
    --------
    >>> support, probability = hypergeometric_sum(np.array([1, 1]), np.array([1, 1]), np.array([2, 2]))
    >>> support.tolist(), probability.round(6).tolist()
    ([0.0, 1.0, 2.0], [0.25, 0.5, 0.25])
    """
    low, high = np.maximum(0, drawn + marked - total), np.minimum(drawn, marked)
    free = high > low
    terms, times = np.unique(np.stack([drawn[free], marked[free], total[free]]), axis=1, return_counts=True)
    limit = _DIRECT if (np.minimum(drawn, marked) - low).sum() <= _WIDE else _DIRECT_WIDE
    serial = count()  # equal lengths are taken in order
    parts = [
        (power.size, next(serial), power)
        for one, n in zip(_hypergeometric(*terms), times.tolist(), strict=True)
        for power in _powers(one, n, limit)
    ]
    heapq.heapify(parts)
    while len(parts) > 1:
        joined = _convolve(heapq.heappop(parts)[2], heapq.heappop(parts)[2], limit)
        heapq.heappush(parts, (joined.size, next(serial), joined))
    probability = parts[0][2] if parts else np.ones(1)
    return low.sum() + np.arange(probability.size, dtype=float), probability / probability.sum()


def cell_tails(
    counts: npt.NDArray[Any], expected: Floats, distribution: Callable[[int, int], Distribution]
) -> tuple[Floats, Floats]:
    """Compute exact tail probabilities of every cell of a mixing matrix.

    Parameters
    ----------
    counts : ndarray, shape (k, k)
        What was observed.
    expected : ndarray, shape (k, k)
    distribution : callable
        Row and column of a cell to its distribution.

    Returns
    -------
    upper, lower : ndarray, shape (k, k)
        P(count >= observed) and P(count <= observed). NaN where so much is expected that a normal distribution serves.
    """
    upper, lower = np.full((2, *counts.shape), np.nan)
    for a, b in np.argwhere(expected <= _LARGE):
        support, probability = distribution(a, b)
        upper[a, b] = probability[support >= counts[a, b]].sum()
        lower[a, b] = probability[support <= counts[a, b]].sum()
    return upper, lower


def _hypergeometric(drawn: Ints, marked: Ints, total: Ints) -> Iterator[Floats]:
    """Probabilities of each term, all in one vectorised pass."""
    low, high = np.maximum(0, drawn + marked - total), np.minimum(drawn, marked)
    length = high - low + 1
    which = np.repeat(np.arange(length.size), length)
    x = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + low[which]
    r, c, n = drawn[which], marked[which], total[which]

    def log_choose(a: Ints, b: Ints) -> Floats:
        log_ways: Floats = gammaln(a + 1.0) - gammaln(b + 1.0) - gammaln(a - b + 1.0)
        return log_ways

    log_p = log_choose(r, x) + log_choose(n - r, c - x) - log_choose(n, c)
    yield from np.split(np.exp(log_p), np.cumsum(length)[:-1]) if length.size else ()


def _powers(one: Floats, times: int, limit: float) -> Iterator[Floats]:
    """Distributions whose sum is that of so many terms: one for every binary digit."""
    while times:
        if times & 1:
            yield one
        times >>= 1
        if times:
            one = _convolve(one, one, limit)


def _convolve(a: Floats, b: Floats, limit: float) -> Floats:
    """Convolve two distributions, passing over what underflowed to 0 at their ends."""
    (low_a, a_part), (low_b, b_part) = _nonzero(a), _nonzero(b)
    joined = np.zeros(a.size + b.size - 1)
    part = _convolve_whole(a_part, b_part, limit)
    joined[low_a + low_b : low_a + low_b + part.size] = part
    return joined


def _nonzero(values: Floats) -> tuple[int, Floats]:
    """Where a distribution begins to differ from 0, and the part up to where it ends to."""
    found = np.flatnonzero(values)
    return (int(found[0]), values[found[0] : found[-1] + 1]) if found.size else (0, values)


def _convolve_whole(a: Floats, b: Floats, limit: float) -> Floats:
    if a.size * b.size <= limit:
        return np.convolve(a, b)
    from scipy.signal import fftconvolve

    joined: Floats = fftconvolve(a, b)
    joined[joined < _NOISE * joined.max()] = 0.0  # rounding, which a tilt of the distribution would blow up
    return joined
