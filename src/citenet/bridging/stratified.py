"""Shuffling who is cited within strata of citations: closed form, exact distribution, and draws.

The counts between groups are then sums of independent hypergeometric tables (the Cochran-Mantel-Haenszel
distribution), so that expectation, variance and exact p-values cost next to nothing.
"""

from __future__ import annotations

import heapq
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from citenet._support.choices import check_choice
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.shuffling import shuffled_tables
from citenet.errors import NullModelWarning

__all__ = [
    "Margins",
    "StratifiedNull",
    "Strata",
    "cell_covariance",
    "cell_distribution",
    "cell_moments",
    "exact_tails",
    "linear_moments",
    "margins",
    "strata_of",
    "stratum_moments",
]

Strata = Literal["year-pairs", "citing-years", "configuration"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Distribution = tuple[Floats, Floats]

_LARGE = 1_000  # expected count from which a normal distribution is as good as the exact one
_DIRECT = 400_000_000  # two lengths multiplied; about 0.2 s
_FFT_NOISE = 1e-13


def strata_of(arcs: LabelledArcs, strata: Strata) -> tuple[LabelledArcs, Ints]:
    """Give each arc the number of its stratum; arcs without the years that takes are left out and counted.

    Parameters
    ----------
    arcs : LabelledArcs
    strata : {"year-pairs", "citing-years", "configuration"}
        (citing year, cited year); citing year; all citations as one.

    Returns
    -------
    arcs : LabelledArcs
        Those with a stratum.
    stratum : ndarray of int64, shape (m,)
        From 0, in order of (citing year, cited year).
    """
    check_choice("null", strata, ["year-pairs", "citing-years", "configuration"])
    if strata == "configuration":
        warnings.warn(
            "the configuration null ignores time: it finds silos that are not there when fields grow at different "
            'times; null="year-pairs" respects time',
            NullModelWarning,
            stacklevel=4,
        )
        return arcs, np.zeros(arcs.index.size, np.int64)
    year = arcs.net.year
    citing, cited = year[arcs.net.citing[arcs.index]], year[arcs.net.cited[arcs.index]]
    dated = ~np.isnan(citing) if strata == "citing-years" else ~(np.isnan(citing) | np.isnan(cited))
    arcs = arcs.where(dated, "no year")
    keys = citing[dated] if strata == "citing-years" else citing[dated] * 1e6 + cited[dated]
    return arcs, np.unique(keys, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True, eq=False)
class Margins:
    """Citations made and received by each group in each stratum.

    Parameters
    ----------
    made : ndarray of int64, shape (s, k)
        Citations by works of each group.
    received : ndarray of int64, shape (s, k)
        Citations to works of each group.
    """

    made: Ints
    received: Ints

    @property
    def total(self) -> Ints:
        """Citations in each stratum, shape (s,)."""
        totals: Ints = self.made.sum(axis=1)
        return totals


def margins(citing_group: npt.NDArray[np.int32], cited_group: npt.NDArray[np.int32], stratum: Ints, k: int) -> Margins:
    """Count what each group makes and receives in each stratum."""
    s = int(stratum.max()) + 1 if stratum.size else 0

    def count(group: npt.NDArray[np.int32]) -> Ints:
        return np.bincount(stratum * k + group, minlength=s * k).reshape(s, k)

    return Margins(count(citing_group), count(cited_group))


def cell_moments(given: Margins) -> tuple[Floats, Floats]:
    """Compute mean and variance of every cell of the mixing matrix under shuffling within strata.

    Parameters
    ----------
    given : Margins

    Returns
    -------
    expected, variance : ndarray, shape (k, k)
        ``E = sum R C / m``; ``Var = sum R (m - R) C (m - C) / (m**2 (m - 1))`` over strata with m > 1.

    References
    ----------
    .. [1] Mantel & Haenszel (1959). Statistical aspects of the analysis of data from retrospective studies of disease.
       Journal of the National Cancer Institute 22, 719-748.

    Examples
    --------
    >>> expected, variance = cell_moments(Margins(np.array([[35, 15]]), np.array([[34, 16]])))
    >>> expected.round(2).tolist()
    [[23.8, 11.2], [10.2, 4.8]]
    """
    made, received, m = _occupied(given)
    m = m[:, None]
    expected = made.T @ (received / m)
    several = m[:, 0] > 1
    made, received, m = made[several], received[several], m[several]
    variance = (made * (m - made)).T @ (received * (m - received) / (m**2 * (m - 1)))
    return expected, variance


def _occupied(given: Margins) -> tuple[Floats, Floats, Floats]:
    """Margins and totals, as floats, of the strata that hold citations."""
    occupied = given.total > 0
    return (
        given.made[occupied].astype(float),
        given.received[occupied].astype(float),
        given.total[occupied].astype(float),
    )


def stratum_moments(given: Margins, citing: int, cited: int) -> tuple[Floats, Floats]:
    """Compute mean and variance of one cell in each stratum, shape (s,); 0 where a stratum is empty."""
    made, received = given.made[:, citing].astype(float), given.received[:, cited].astype(float)
    m = np.maximum(given.total, 1).astype(float)
    variance = made * (m - made) * received * (m - received) / (m**2 * np.maximum(m - 1, 1))
    return made * received / m, variance


def linear_moments(given: Margins, weights: npt.ArrayLike) -> tuple[float, float]:
    """Compute mean and variance of ``sum w_ab M_ab`` under shuffling within strata.

    Parameters
    ----------
    given : Margins
    weights : array_like, shape (k, k)

    Returns
    -------
    expected, variance : float
        From the covariance ``R_a (d_ac m - R_c) C_b (d_bd m - C_d) / (m**2 (m - 1))`` of cells (a, b) and (c, d).
    """
    w = np.asarray(weights, dtype=float)
    made, received, m = _occupied(given)
    by_row, by_column = received @ w.T, made @ w
    mean_per_stratum = (made * by_row).sum(1)
    expected = float((mean_per_stratum / m).sum())
    several = m > 1
    squares = ((made @ w**2) * received).sum(1)
    rows, columns = (made * by_row**2).sum(1), (received * by_column**2).sum(1)
    terms = m * squares - rows - columns + mean_per_stratum**2 / m
    return expected, float((terms[several] / (m[several] * (m[several] - 1))).sum())


def cell_covariance(given: Margins) -> Floats:
    """Compute the covariances between all cells of the mixing matrix under shuffling within strata.

    Parameters
    ----------
    given : Margins

    Returns
    -------
    ndarray, shape (k * k, k * k)
        Of cells (a, b) and (c, d), row by row: ``sum R_a (d_ac m - R_c) C_b (d_bd m - C_d) / (m**2 (m - 1))``.
    """
    made, received, m = _occupied(given)
    made, received, m = made[m > 1], received[m > 1], m[m > 1]
    k = given.made.shape[1]
    total = np.zeros((k * k, k * k))
    for r, c, n in zip(made, received, m, strict=True):
        rows, columns = n * np.diag(r) - np.outer(r, r), n * np.diag(c) - np.outer(c, c)
        total += np.kron(rows, columns) / (n**2 * (n - 1))
    return total


def cell_distribution(given: Margins, citing: int, cited: int) -> Distribution:
    """Compute the exact distribution of one cell under shuffling within strata.

    Parameters
    ----------
    given : Margins
    citing, cited : int
        Row and column of the cell.

    Returns
    -------
    support : ndarray, shape (n,)
        Possible counts, consecutive.
    probability : ndarray, shape (n,)

    Notes
    -----
    The hypergeometric distributions of the strata are convolved, shortest first. Tails keep their relative precision
    while two lengths multiply to less than 4e8; beyond that an FFT is exact to about 1e-15 of the largest, and what is
    smaller than 1e-13 of it counts as 0.
    """
    made, received, m = given.made[:, citing], given.received[:, cited], given.total
    low, high = np.maximum(0, made + received - m), np.minimum(made, received)
    free = high > low
    parts = [(p.size, i, p) for i, p in enumerate(_hypergeometric(made[free], received[free], m[free]))]
    heapq.heapify(parts)
    serial = len(parts)
    while len(parts) > 1:
        (n_a, _, a), (n_b, _, b) = heapq.heappop(parts), heapq.heappop(parts)
        joined = np.convolve(a, b) if n_a * n_b <= _DIRECT else _fft_convolve(a, b)
        heapq.heappush(parts, (joined.size, serial, joined))
        serial += 1
    probability = parts[0][2] if parts else np.ones(1)
    support = low.sum() + np.arange(probability.size, dtype=float)
    return support, probability / probability.sum()


def exact_tails(arcs: LabelledArcs, stratum: Ints, expected: Floats) -> tuple[Floats, Floats]:
    """Compute exact tail probabilities of every cell of the observed mixing matrix.

    Parameters
    ----------
    arcs : LabelledArcs
    stratum : ndarray of int64, shape (m,)
    expected : ndarray, shape (k, k)

    Returns
    -------
    upper, lower : ndarray, shape (k, k)
        P(count >= observed) and P(count <= observed). NaN where so much is expected that a normal distribution serves.
    """
    counts, given = arcs.counts(), margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k)
    upper, lower = np.full((2, arcs.k, arcs.k), np.nan)
    for a, b in np.argwhere(expected <= _LARGE):
        support, probability = cell_distribution(given, a, b)
        upper[a, b] = probability[support >= counts[a, b]].sum()
        lower[a, b] = probability[support <= counts[a, b]].sum()
    return upper, lower


def _hypergeometric(made: Ints, received: Ints, m: Ints) -> Iterator[Floats]:
    """Probabilities of each stratum's count, all strata in one vectorised pass."""
    low, high = np.maximum(0, made + received - m), np.minimum(made, received)
    length = high - low + 1
    which = np.repeat(np.arange(length.size), length)
    x = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + low[which]
    r, c, n = made[which], received[which], m[which]

    def log_choose(a: Ints, b: Ints) -> Floats:
        log_ways: Floats = gammaln(a + 1.0) - gammaln(b + 1.0) - gammaln(a - b + 1.0)
        return log_ways

    log_p = log_choose(r, x) + log_choose(n - r, c - x) - log_choose(n, c)
    yield from np.split(np.exp(log_p), np.cumsum(length)[:-1]) if length.size else ()


def _fft_convolve(a: Floats, b: Floats) -> Floats:
    from scipy.signal import fftconvolve

    joined: Floats = fftconvolve(a, b)
    joined[joined < _FFT_NOISE * joined.max()] = 0.0  # rounding, which a tilt would blow up
    return joined


@dataclass(frozen=True, eq=False)
class StratifiedNull:
    """Who is cited is shuffled among the citations of a stratum.

    Parameters
    ----------
    strata : {"year-pairs", "citing-years", "configuration"}
    """

    strata: Strata

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs the null can place, and their strata."""
        return strata_of(arcs, self.strata)

    def cells(self, arcs: LabelledArcs, stratum: Ints) -> tuple[Floats, Floats]:
        """Mean and variance of every cell."""
        return cell_moments(margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k))

    def linear(self, arcs: LabelledArcs, stratum: Ints, weights: Floats) -> tuple[float, float]:
        """Mean and variance of a weighted sum of cells."""
        return linear_moments(margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k), weights)

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k)."""
        return shuffled_tables(arcs.citing_group, arcs.cited_group, stratum, arcs.k, n_draws, rng)
