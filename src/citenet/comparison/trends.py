"""Does the preference for the other group change with time? Score tests of a trend, and of any change.

Expectations are taken within strata, so that fields which grow at different times make no trend of their own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from citenet.bridging.cells import Cells
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.stratified import margins, stratum_moments

__all__ = ["NO_TREND", "paper_trend", "trend"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_NAN = float("nan")
NO_TREND = {"z": _NAN, "p": _NAN, "chi2": _NAN, "df": 0, "p_change": _NAN}
"""What `trend` finds where strata are not of one citing year each."""


def trend(cells: Cells, pair: tuple[int, int], window: int) -> dict[str, float]:
    """Test one direction, taking citations as independent.

    Parameters
    ----------
    cells : Cells
        Placed in strata of one citing year each.
    pair : (int, int)
        Citing and cited group.
    window : int
        Citing years in a window of the test of change.

    Returns
    -------
    dict
        ``z`` and ``p`` of a trend over citing years; ``chi2``, ``df`` and ``p_change`` of a change between windows.
    """
    n = cells.n_strata
    when = np.zeros(n)
    when[cells.stratum] = cells.citing_year
    crossing = (cells.citing == pair[0]) & (cells.cited == pair[1])
    observed = np.bincount(cells.stratum[crossing], cells.count[crossing], minlength=n)
    expected, variance = stratum_moments(cells.margins(), *pair)
    excess = observed - expected
    z, p = _normal(*_score(excess, variance, when))
    off, weight = _by_window(when, window, excess, variance)
    statistic, df, p_change = _heterogeneity(off, weight, weight)
    return {"z": z, "p": p, "chi2": statistic, "df": df, "p_change": p_change}


def paper_trend(
    arcs: LabelledArcs, stratum: Ints, year: Floats, pair: tuple[int, int], window: int
) -> dict[str, float]:
    """Test one direction, taking papers as independent, not the references of one paper.

    Parameters
    ----------
    arcs : LabelledArcs
    stratum : ndarray of int64, shape (m,)
        Of one citing year each.
    year : ndarray, shape (m,)
        Citing year of each arc.
    pair, window
        As in `trend`.

    Returns
    -------
    dict
        ``z`` and ``p`` of a trend and ``p_change`` of a change.

    Notes
    -----
    The variance of a score is the sum, over papers, of the squares of what each adds to it. What a constant preference
    would add is taken off first; a stratum of m citations counts m/(m - 1) times, as in the variance it estimates.
    """
    given = margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k)
    made, received = arcs.citing_group == pair[0], arcs.cited_group == pair[1]
    n = len(given.made)
    when = np.zeros(n)
    when[stratum] = year
    expected, variance = stratum_moments(given, *pair)
    excess = np.bincount(stratum[made & received], minlength=n) - expected
    total = variance.sum()
    if total <= 0:
        return {"z": _NAN, "p": _NAN, "p_change": _NAN}
    m = np.maximum(1, given.total)
    parts = (made - (given.made[:, pair[0]] / m)[stratum]) * (received - (given.received[:, pair[1]] / m)[stratum])
    parts = (parts - (excess.sum() / total * variance / m)[stratum]) * np.sqrt(m / np.maximum(1, m - 1))[stratum]
    paper = np.unique(arcs.net.citing[arcs.index], return_inverse=True)[1]
    centred = when - (when * variance).sum() / total
    score, _ = _score(excess, variance, when)
    by_paper = np.bincount(paper, centred[stratum] * parts)
    of_paper = np.zeros(by_paper.size)
    of_paper[paper] = year
    off, weight = _by_window(when, window, excess, variance)
    first = when.min(initial=np.inf)
    between = np.bincount(_window(of_paper, first, window), np.bincount(paper, parts) ** 2, minlength=off.size)
    z, p = _normal(score, float((by_paper**2).sum()))
    return {
        "z": z,
        "p": p,
        "p_change": _heterogeneity(off, weight, between.astype(np.float64))[2],
    }


def _window(year: Floats, first: float, window: int) -> Ints:
    return ((year - first) // window).astype(np.int64)


def _by_window(when: Floats, window: int, *values: Floats) -> list[Floats]:
    """Sum over the strata of each window; windows do not overlap."""
    if not when.size:
        return [np.zeros(0) for _ in values]
    part = _window(when, when.min(), window)
    return [np.bincount(part, value).astype(np.float64) for value in values]


def _score(excess: Floats, variance: Floats, when: Floats) -> tuple[float, float]:
    """Score of a trend, and its variance where citations are independent."""
    total = variance.sum()
    if total <= 0:
        return 0.0, 0.0
    centred = when - (when * variance).sum() / total
    return float((centred * excess).sum()), float((centred**2 * variance).sum())


def _normal(score: float, variance: float) -> tuple[float, float]:
    """Return z and the two-sided p of a score; NaN where it cannot vary."""
    from scipy.special import ndtr

    if variance <= 0:
        return _NAN, _NAN
    z = score / np.sqrt(variance)
    return float(z), float(2 * ndtr(-abs(z)))


def _heterogeneity(excess: Floats, weight: Floats, variance: Floats) -> tuple[float, int, float]:
    """Chi-squared of excesses that one preference (excess = preference x weight) does not explain."""
    from scipy.stats import chi2

    usable = (variance > 0) & (weight > 0)
    excess, weight, variance = excess[usable], weight[usable], variance[usable]
    df = excess.size - 1
    if df < 1:
        return _NAN, max(0, df), _NAN
    preference = (excess * weight / variance).sum() / (weight**2 / variance).sum()
    statistic = float(((excess - preference * weight) ** 2 / variance).sum())
    return statistic, df, float(chi2.sf(statistic, df))
