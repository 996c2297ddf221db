"""Exact distributions of sums of independent hypergeometric counts, by convolution."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import gammaln

__all__ = ["Distribution", "cell_tails", "hypergeometric_sum", "tail_probabilities"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Distribution = tuple[Floats, Floats]

_LARGE = 100.0  # standard deviation from which the steps of a count no longer show
_DIRECT = 4e8  # products of lengths up to which convolving directly (exact in the tails) is quick
_WIDE = 100_000  # possible values of all terms together from which that is not quick
_DIRECT_WIDE = 1e6  # and the limit that serves instead
_REACH = 30.0  # so far from its mean is a wide term looked at that what lies beyond has a probability below 2 exp(-60)
_NOISE = 1e-13  # of the largest probability: what an FFT cannot tell from 0; and the least p-value it can give


def hypergeometric_sum(drawn: Ints, marked: Ints, total: Ints) -> Distribution:
    """Compute the distribution of a sum of independent hypergeometric counts.

    Parameters
    ----------
    drawn, marked, total : ndarray of int64, shape (n,)
        Of ``total`` things, of which ``marked`` are marked, ``drawn`` are drawn without replacement.

    Returns
    -------
    support : ndarray, shape (s,)
        Possible numbers of marked things drawn in all: the least, the greatest, and consecutive numbers between them.
    probability : ndarray, shape (s,)

    Notes
    -----
    Equal terms are put together by repeated squaring; then the shortest are convolved first. Tails keep their relative
    precision while two lengths multiply to less than 4e8 (1e6 where the terms have more than 100,000 possible values
    together, of millions of citations); beyond that an FFT is exact to about 1e-15 of the largest
    probability, and what is below 1e-13 of it is 0: `tail_probabilities` takes no such tail for less than 1e-13.
    Where the terms have so many values together, those of a term that lie further from its mean than ``sqrt(30 n)``
    are not computed, n being the least of what is drawn, left, marked and unmarked: by Hoeffding's inequality their
    probability is below ``2 exp(-60)``. What is below 1e-13 of the largest probability of the sum is then 0, too, and
    left out but for the least and the greatest number.

    Examples
    --------
    >>> support, probability = hypergeometric_sum(np.array([1, 1]), np.array([1, 1]), np.array([2, 2]))
    >>> support.tolist(), probability.round(6).tolist()
    ([0.0, 1.0, 2.0], [0.25, 0.5, 0.25])
    """
    least, greatest = _possible(drawn, marked, total)
    wide = (greatest - least).sum() > _WIDE
    low, high = _likely(drawn, marked, total) if wide else (least, greatest)
    free = high > low
    urns = np.stack([drawn[free], marked[free], total[free], low[free], high[free]])
    terms, times = np.unique(urns, axis=1, return_counts=True)
    serial = count()  # equal lengths are taken in order
    convolve = _Convolution(_DIRECT_WIDE if wide else _DIRECT)
    parts = [
        (power.size, next(serial), power)
        for one, n in zip(_hypergeometric(*terms), times.tolist(), strict=True)
        for power in _powers(one, n, convolve)
    ]
    heapq.heapify(parts)
    while len(parts) > 1:
        joined = convolve(heapq.heappop(parts)[2], heapq.heappop(parts)[2])
        heapq.heappush(parts, (joined.size, next(serial), joined))
    probability = parts[0][2] if parts else np.ones(1)
    if wide or convolve.rounded:
        probability[probability < _NOISE * probability.max()] = 0.0
    probability /= probability.sum()
    if not wide:
        return low.sum() + np.arange(probability.size, dtype=float), probability
    first, known = _nonzero(probability)
    support = low.sum() + first + np.arange(known.size, dtype=float)
    below, above = int(least.sum() < support[0]), int(greatest.sum() > support[-1])
    return np.concatenate([[least.sum()] * below, support, [greatest.sum()] * above]), np.pad(known, (below, above))


def _possible(drawn: Ints, marked: Ints, total: Ints) -> tuple[Ints, Ints]:
    """Least and greatest number of each term."""
    return np.maximum(0, drawn + marked - total), np.minimum(drawn, marked)


def _likely(drawn: Ints, marked: Ints, total: Ints) -> tuple[Ints, Ints]:
    """Least and greatest number of each term that is likely enough to matter in a sum of many."""
    n = np.minimum(np.minimum(drawn, total - drawn), np.minimum(marked, total - marked))
    mean, reach = drawn * (marked / np.maximum(total, 1)), np.sqrt(_REACH * n)
    low, high = np.floor(mean - reach).astype(np.int64), np.ceil(mean + reach).astype(np.int64)
    least, greatest = _possible(drawn, marked, total)
    return np.maximum(low, least), np.minimum(high, greatest)


def tail_probabilities(distribution: Distribution, observed: float, slack: float = 0.0) -> tuple[float, float]:
    """Compute the tail probabilities of an observed value.

    Parameters
    ----------
    distribution : (support, probability)
    observed : float
    slack : float
        Values so near the observed one are equal to it.

    Returns
    -------
    upper, lower : float
        P(value >= observed) and P(value <= observed). Where an FFT cut the tails off, at least 1e-13: what is less
        cannot be told from rounding.

    Examples
    --------
    >>> tail_probabilities((np.arange(3.0), np.array([0.25, 0.5, 0.25])), 2)
    (0.25, 1.0)
    """
    support, probability = distribution
    known = probability[probability > 0]
    cut = known.size < probability.size and known.min() >= _NOISE * known.max() / 2  # else it underflowed
    upper, lower = probability[support >= observed - slack].sum(), probability[support <= observed + slack].sum()
    least = _NOISE if cut else 0.0
    return float(min(1.0, max(least, upper))), float(min(1.0, max(least, lower)))


def cell_tails(
    counts: npt.NDArray[Any], sd: Floats, distribution: Callable[[int, int], Distribution]
) -> tuple[Floats, Floats]:
    """Compute exact tail probabilities of every cell of a mixing matrix.

    Parameters
    ----------
    counts : ndarray, shape (k, l)
        What was observed.
    sd : ndarray, shape (k, l)
        Standard deviations.
    distribution : callable
        Row and column of a cell to its distribution.

    Returns
    -------
    upper, lower : ndarray, shape (k, l)
        P(count >= observed) and P(count <= observed). NaN where a count varies so much (a standard deviation above 100)
        that a normal distribution serves.
    """
    upper, lower = np.full((2, *counts.shape), np.nan)
    for a, b in np.argwhere(sd <= _LARGE):
        upper[a, b], lower[a, b] = tail_probabilities(distribution(a, b), counts[a, b])
    return upper, lower


def _hypergeometric(drawn: Ints, marked: Ints, total: Ints, low: Ints, high: Ints) -> Iterator[Floats]:
    """Probabilities of low to high in each term, all in one vectorised pass."""
    length = high - low + 1
    which = np.repeat(np.arange(length.size), length)
    x = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + low[which]
    r, c, n = drawn[which], marked[which], total[which]

    def log_choose(a: Ints, b: Ints) -> Floats:
        log_ways: Floats = gammaln(a + 1.0) - gammaln(b + 1.0) - gammaln(a - b + 1.0)
        return log_ways

    log_p = log_choose(r, x) + log_choose(n - r, c - x) - log_choose(n, c)
    yield from np.split(np.exp(log_p), np.cumsum(length)[:-1]) if length.size else ()


def _powers(one: Floats, times: int, convolve: _Convolution) -> Iterator[Floats]:
    """Distributions whose sum is that of so many terms: one for every binary digit."""
    while times:
        if times & 1:
            yield one
        times >>= 1
        if times:
            one = convolve(one, one)


class _Convolution:
    """Convolves two distributions, passing over what underflowed to 0 at their ends, and remembers if it rounded."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.rounded = False

    def __call__(self, a: Floats, b: Floats) -> Floats:
        (low_a, a_part), (low_b, b_part) = _nonzero(a), _nonzero(b)
        joined = np.zeros(a.size + b.size - 1)
        part = self._whole(a_part, b_part)
        joined[low_a + low_b : low_a + low_b + part.size] = part
        return joined

    def _whole(self, a: Floats, b: Floats) -> Floats:
        if a.size * b.size <= self.limit:
            return np.convolve(a, b)
        self.rounded = True
        length = a.size + b.size - 1
        size = next_fast_len(length, real=True)
        joined: Floats = irfft(rfft(a, size) * rfft(b, size), size)[:length]
        joined[joined < _NOISE * joined.max()] = 0.0  # rounding, which a tilt of the distribution would blow up
        return joined


def _nonzero(values: Floats) -> tuple[int, Floats]:
    """Where a distribution begins to differ from 0, and the part up to where it ends to."""
    found = np.flatnonzero(values)
    return (int(found[0]), values[found[0] : found[-1] + 1]) if found.size else (0, values)
