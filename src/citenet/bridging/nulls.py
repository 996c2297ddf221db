"""Null models of citing: what is held fixed, in closed form where one exists, else as draws.

The stratified nulls shuffle who is cited among the citations of a stratum. The counts between groups are then sums of
independent hypergeometric counts (the Cochran-Mantel-Haenszel distribution): exact and immediate.
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
from citenet.bridging.mixing import LabelledArcs, count_cells
from citenet.errors import NullModelWarning

__all__ = [
    "NULLS",
    "Margins",
    "NullName",
    "cell_distribution",
    "cell_moments",
    "linear_moments",
    "margins",
    "permute_labels",
    "shuffle_cited",
    "strata_of",
]

NullName = Literal["year-pairs", "citing-years", "configuration", "labels"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Distribution = tuple[Floats, Floats]

NULLS = {
    "year-pairs": "who is cited is shuffled among the citations of one citing year and one cited year; every paper "
    "keeps its references per cited year and its citations per citing year",
    "citing-years": "who is cited is shuffled among the citations of one citing year; the ages of what a group cites "
    "are not kept",
    "configuration": "who is cited is shuffled among all citations; time is not kept, so fields that grow at different "
    "times look like silos when they are none",
    "labels": "group labels are shuffled among the works of one publication year; the graph is kept",
}
_DIRECT = 2e7  # products of lengths up to which convolving directly (exact in the tails) is quick


def strata_of(arcs: LabelledArcs, null: NullName) -> tuple[LabelledArcs, Ints]:
    """Give each arc the number of its stratum; arcs that the null cannot place (no year) are left out and counted.

    Parameters
    ----------
    arcs : LabelledArcs
    null : {"year-pairs", "citing-years", "configuration"}

    Returns
    -------
    arcs : LabelledArcs
        Those with a stratum.
    stratum : ndarray of int64, shape (m,)
        From 0, in order of (citing year, cited year).
    """
    check_choice("null", null, ["year-pairs", "citing-years", "configuration"])
    if null == "configuration":
        warnings.warn(
            "the configuration null ignores time: it finds silos that are not there when fields grow at different "
            'times; null="year-pairs" respects time',
            NullModelWarning,
            stacklevel=3,
        )
        return arcs, np.zeros(arcs.index.size, np.int64)
    year = arcs.net.year
    citing, cited = year[arcs.net.citing[arcs.index]], year[arcs.net.cited[arcs.index]]
    dated = ~np.isnan(citing) if null == "citing-years" else ~(np.isnan(citing) | np.isnan(cited))
    arcs = arcs.where(dated, "no year")
    keys = citing[dated] if null == "citing-years" else citing[dated] * 1e6 + cited[dated]
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
    while two lengths multiply to less than 2e7; beyond that an FFT is exact to about 1e-15.
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

    joined: Floats = np.clip(fftconvolve(a, b), 0.0, None)
    return joined


def shuffle_cited(stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
    """Draw orders of the cited ends, shuffled within strata.

    Parameters
    ----------
    stratum : ndarray of int64, shape (m,)
        Stratum of each arc.
    n_draws : int
    rng : numpy.random.Generator
        One child is spawned per draw.

    Yields
    ------
    ndarray of int64, shape (m,)
        Which arc's cited work each arc is given. Every paper keeps its references and its citations per stratum;
        a pair may be drawn twice and a paper may be given itself (a multigraph).
    """
    by_stratum = np.argsort(stratum, kind="stable")
    key = stratum[by_stratum].astype(float)
    for child in rng.spawn(n_draws):
        within = np.argsort(key + child.random(key.size), kind="stable")
        order = np.empty(key.size, np.int64)
        order[by_stratum] = by_stratum[within]
        yield order


def shuffled_counts(arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
    """Draw mixing matrices, shape (k, k), with the cited ends shuffled within strata."""
    citing, cited = arcs.citing_group, arcs.cited_group
    for order in shuffle_cited(stratum, n_draws, rng):
        yield count_cells(citing, cited[order], arcs.k)


def permute_labels(arcs: LabelledArcs, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
    """Draw mixing matrices, shape (k, k), with the labels shuffled among labelled works of one year.

    Undated works are one stratum of their own.
    """
    labels, year = arcs.labels, arcs.net.year
    labelled = np.flatnonzero(labels >= 0)
    order = labelled[np.argsort(np.nan_to_num(year[labelled], nan=-1e9), kind="stable")]
    key = np.unique(np.nan_to_num(year[order], nan=-1e9), return_inverse=True)[1].astype(float)
    citing, cited = arcs.net.citing[arcs.index], arcs.net.cited[arcs.index]
    for child in rng.spawn(n_draws):
        shuffled = labels.copy()
        shuffled[order] = labels[order[np.argsort(key + child.random(key.size), kind="stable")]]
        yield count_cells(shuffled[citing], shuffled[cited], arcs.k)
