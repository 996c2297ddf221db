"""Shuffling who is cited within strata of citations: closed form, exact distribution, and draws.

The counts between groups are then sums of independent hypergeometric tables (the Cochran-Mantel-Haenszel
distribution), so that expectation, variance and exact p-values cost next to nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_choice
from citenet._support.frames import level_outside
from citenet.bridging.convolution import Distribution, cell_tails, hypergeometric_sum
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.shuffling import shuffled_tables
from citenet.errors import InputError, NullModelWarning

__all__ = [
    "Margins",
    "StratifiedLaw",
    "StratifiedNull",
    "Strata",
    "cell_covariance",
    "cell_distribution",
    "cell_moments",
    "linear_moments",
    "margins",
    "number_strata",
    "strata_of",
    "stratum_moments",
    "warn_of_time",
]

Strata = Literal["year-pairs", "citing-years", "configuration"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_MOST_GROUPS = 64  # whose k**4 covariances are held at once
_AT_ONCE = 1 << 22  # numbers of strata by pairs of groups held at once


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
    warn_of_time(strata)
    year = arcs.net.year
    citing, cited = year[arcs.net.citing[arcs.index]], year[arcs.net.cited[arcs.index]]
    dated, stratum = number_strata(citing, cited, strata)
    return arcs.where(dated, "no year"), stratum


def warn_of_time(strata: Strata) -> None:
    """Say what is wrong with the configuration null, if it is the one that is taken."""
    if strata == "configuration":
        message = (
            "the configuration null ignores time: it finds silos that are not there when fields grow at different "
            'times; null="year-pairs" respects time'
        )
        warnings.warn(message, NullModelWarning, stacklevel=level_outside())


def number_strata(citing: Floats, cited: Floats, strata: Strata) -> tuple[npt.NDArray[np.bool_], Ints]:
    """Give a number to the strata of citations by the years of their ends.

    Parameters
    ----------
    citing, cited : ndarray, shape (n,)
        Years; NaN unknown.
    strata : {"year-pairs", "citing-years", "configuration"}

    Returns
    -------
    dated : ndarray of bool, shape (n,)
        Which have the years it takes.
    stratum : ndarray of int64, shape (dated.sum(),)
        From 0, in order of (citing year, cited year).
    """
    check_choice("null", strata, ["year-pairs", "citing-years", "configuration"])
    if strata == "configuration":
        return np.ones(citing.size, bool), np.zeros(citing.size, np.int64)
    if strata == "citing-years":
        dated = ~np.isnan(citing)
        return dated, _ranks((citing[dated],))
    dated = ~(np.isnan(citing) | np.isnan(cited))
    return dated, _ranks((citing[dated], cited[dated]))


def _ranks(years: tuple[Floats, ...]) -> Ints:
    """Rank of each combination of years among the different ones; sorts only where they lie far apart."""
    key = np.zeros(years[0].size, np.int64)
    for year in years if key.size else ():
        first = year.min()
        key = key * int(year.max() - first + 1) + (year - first).astype(np.int64)
    if key.max(initial=0) > max(1_000, 16 * key.size):
        return np.unique(key, return_inverse=True)[1].astype(np.int64)
    found = np.zeros(int(key.max(initial=-1)) + 1, bool)
    found[key] = True
    return (np.cumsum(found) - 1)[key].astype(np.int64)


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

    Raises
    ------
    InputError
        For more than 64 groups: there are ``k**4`` covariances, 134 MB for 64 groups and 800 MB for 100.
    """
    k = given.made.shape[1]
    if k > _MOST_GROUPS:
        raise InputError(
            f"the covariances between all cells of {k} groups are {k**4:,} numbers; at most {_MOST_GROUPS} groups can "
            "be tested together. Put small groups together (merge_small, or fewer labels), or test cell by cell with "
            "mixing_test"
        )
    made, received, m = _occupied(given)
    made, received, m = made[m > 1], received[m > 1], m[m > 1]
    total = np.zeros((k * k, k * k))
    step = max(1, _AT_ONCE // max(1, k * k))
    for begin in range(0, m.size, step):
        part = slice(begin, begin + step)
        rows, columns = _spread(made[part], m[part]), _spread(received[part], m[part])
        total += rows.T @ (columns / (m[part] ** 2 * (m[part] - 1))[:, None])
    # Pairs of rows by pairs of columns: (a, c, b, d) becomes (a, b, c, d).
    return total.reshape(k, k, k, k).transpose(0, 2, 1, 3).reshape(k * k, k * k)


def _spread(group: Floats, m: Floats) -> Floats:
    """``R_a (d_ac m - R_c)`` of each stratum, shape (s, k * k)."""
    k = group.shape[1]
    pairs = -group[:, :, None] * group[:, None, :]
    pairs[:, np.arange(k), np.arange(k)] += group * m[:, None]
    return pairs.reshape(len(group), k * k)


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
    """
    return hypergeometric_sum(given.made[:, citing], given.received[:, cited], given.total)


@dataclass(frozen=True, eq=False)
class StratifiedLaw:
    """How the mixing matrix is distributed when who is cited is shuffled within strata.

    Parameters
    ----------
    counts : ndarray of int64, shape (k, k)
        What was observed.
    given : Margins
    """

    counts: Ints
    given: Margins

    def moments(self) -> tuple[Floats, Floats]:
        """Mean and variance of every cell, shape (k, k)."""
        return cell_moments(self.given)

    def linear(self, weights: Floats) -> tuple[float, float]:
        """Mean and variance of a weighted sum of cells."""
        return linear_moments(self.given, weights)

    def tails(self, sd: Floats) -> tuple[Floats, Floats]:
        """Exact tail probabilities of every cell; NaN where they are normal."""
        if len(self.counts) != 2:
            return cell_tails(self.counts, sd, lambda a, b: cell_distribution(self.given, a, b))
        # One cell moves all four: where it is high, the cell beside it and the one below are low.
        upper, lower = cell_tails(self.counts[:1, :1], sd[:1, :1], lambda a, b: cell_distribution(self.given, a, b))
        return np.block([[upper, lower], [lower, upper]]), np.block([[lower, upper], [upper, lower]])

    def distribution(self, weights: Floats) -> Distribution | None:
        """Exact distribution of a weighted sum of cells: with two groups one cell moves all four by one."""
        if len(self.counts) != 2:
            return None
        support, probability = cell_distribution(self.given, 0, 1)
        step = weights[0, 1] + weights[1, 0] - weights[0, 0] - weights[1, 1]
        values = float((weights * self.counts).sum()) + step * (support - self.counts[0, 1])
        return (values, probability) if step > 0 else (values[::-1], probability[::-1])


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

    def law(self, arcs: LabelledArcs, stratum: Ints) -> StratifiedLaw:
        """Return the distribution of the mixing matrix."""
        return StratifiedLaw(arcs.counts(), margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k))

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k)."""
        return shuffled_tables(arcs.citing_group, arcs.cited_group, stratum, arcs.k, n_draws, rng)
