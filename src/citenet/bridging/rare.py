"""Intervals where none crosses, or all do: resampling papers cannot show what was never seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from citenet.bridging.convolution import Distribution
from citenet.bridging.power import exact_odds

__all__ = ["INDEPENDENT", "proportion_limits", "rare_odds_limits", "rare_share_limits"]

Floats = npt.NDArray[np.float64]
INDEPENDENT = "resampling papers shows no variation; the interval is exact for independent citations instead"
_SHARES = slice(2, 6)  # share a→b, share b→a, their difference and the E-I index in `MEASURES`


def proportion_limits(count: float, total: float, level: float) -> tuple[float, float]:
    """Compute the limits of a proportion that is 0 or 1 (Clopper & Pearson 1934).

    They also hold where each citation has a chance of its own: none at all is then never likelier.

    Examples
    --------
    >>> low, high = proportion_limits(0, 100, 0.95)
    >>> low, round(high, 4)
    (0.0, 0.0362)
    """
    beyond = float(1 - ((1 - level) / 2) ** (1 / total))
    return (0.0, beyond) if count == 0 else (1 - beyond, 1.0)


def rare_share_limits(
    counts: Sequence[float], made: Sequence[float], values: Floats, limits: Floats, within: float, level: float
) -> tuple[Floats, list[bool]]:
    """Put exact limits where no citation of a group crosses, or every one does.

    Parameters
    ----------
    counts, made : sequences of 2 floats
        Citations a→b and b→a; all tested citations made by a and by b.
    values, limits : ndarray, shape (7,) and (7, 2)
        `MEASURES` and their limits by resampling.
    within : float
        Citations within the two groups, which the E-I index is among.
    level : float

    Returns
    -------
    limits : ndarray, shape (7, 2)
        Those of a share that is 0 or 1 are exact for independent citations. Those of the difference and of the E-I
        index then add up what the two shares leave open, as squares: papers of the two groups are drawn apart (Zou &
        Donner 2008). NaN where the other share has no limits.
    exact : list of 2 bool
        Which of the two shares has exact limits.
    """
    share, found = values[_SHARES], limits.copy()
    exact = [made[i] > 0 and counts[i] in (0, made[i]) and not limits[2 + i, 0] < limits[2 + i, 1] for i in (0, 1)]
    for i in (one for one in (0, 1) if exact[one]):
        found[2 + i] = proportion_limits(counts[i], made[i], level)
    if any(exact):
        below, above = share[:2] - found[2:4, 0], found[2:4, 1] - share[:2]
        found[4] = share[2] - np.hypot(below[0], above[1]), share[2] + np.hypot(above[0], below[1])
        part = 2 * np.asarray(made, dtype=float) / max(within, 1.0)
        found[5] = share[3] - np.hypot(*(part * below)), share[3] + np.hypot(*(part * above))
        found[4:6] = np.clip(found[4:6], -1, 1)
    return found, exact


def rare_odds_limits(odds: float, distribution: Distribution, count: float, level: float) -> tuple[float, float]:
    """Compute exact limits of an odds ratio over strata that is 0 or infinite, for independent citations.

    Parameters
    ----------
    odds : float
        The Mantel-Haenszel odds ratio.
    distribution : (support, probability)
        Null distribution of the citations a→b among those within the two groups.
    count : float
        These citations.
    level : float

    Examples
    --------
    >>> low, high = rare_odds_limits(np.inf, (np.arange(3.0), np.array([0.25, 0.5, 0.25])), 0.0, 0.95)
    >>> round(low, 3), high
    (0.188, inf)
    """
    across_low, across_high = exact_odds(distribution, count, level)
    with np.errstate(divide="ignore"):
        low, high = (float(np.divide(1.0, across)) for across in (across_high, across_low))
    return (low, np.inf) if np.isinf(odds) else (0.0, high)
