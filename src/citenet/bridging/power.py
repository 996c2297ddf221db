"""What a corpus of this size could have shown: exact limits and the smallest detectable effect.

Under a preference that multiplies the odds of citing across by the same factor in every stratum, the distribution
of the count is the null distribution tilted exponentially: ``p(x) * odds**x``, normalised. Limits and power follow
exactly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtri

from citenet.bridging.inference import NullTest, format_p
from citenet.errors import InputError

__all__ = [
    "detectable_from_moments",
    "detectable_ratio",
    "exact_interval",
    "exact_odds",
    "power_curve",
    "power_sentence",
]

Floats = npt.NDArray[np.float64]
Distribution = tuple[Floats, Floats]
_UNDERFLOW = 1e-280
_LOG_ODDS = 30.0  # beyond this a tilt has moved all probability to one end


def exact_interval(distribution: Distribution, observed: float, level: float = 0.95) -> tuple[float, float]:
    """Compute exact limits of observed/expected if citations were independent given the strata.

    Parameters
    ----------
    distribution : (support, probability)
        Null distribution of the count, from `cell_distribution`.
    observed : float
        The count.
    level : float
        Confidence level.

    Returns
    -------
    low, high : float
        Ratios to the null expectation. The smallest possible ratio at the lower end where the count is the smallest
        possible; the largest at the upper end where it is the largest. NaN where the null leaves nothing to vary or
        expects nothing. Where the observed count is so far out that its probability is too small for a number, the
        limits are normal, with the deviation of the null.

    Examples
    --------
    >>> support, probability = np.arange(3.0), np.array([0.25, 0.5, 0.25])
    >>> low, high = exact_interval((support, probability), 0.0)
    >>> low, round(high, 3)
    (0.0, 1.684)
    """
    support, probability = distribution = _possible(distribution)
    expected = float(support @ probability)
    if support.size < 2 or expected <= 0:
        return float("nan"), float("nan")
    if _far_out(distribution, observed):
        sd = np.sqrt(probability @ (support - expected) ** 2)
        low, high = (np.array([-1, 1]) * ndtri((1 + level) / 2) * sd + observed) / expected
        return max(0.0, float(low)), float(high)
    return tuple(_tilted_mean(distribution, at) / expected for at in _log_limits(distribution, observed, level))  # type: ignore[return-value]


def exact_odds(distribution: Distribution, observed: float, level: float = 0.95) -> tuple[float, float]:
    """Compute exact limits of the factor on the odds of the counted citations, common to all strata.

    Parameters
    ----------
    distribution, observed, level
        As in `exact_interval`.

    Returns
    -------
    low, high : float
        0 below where the count is the smallest possible, infinite above where it is the largest. NaN where the null
        leaves nothing to vary, or where the probability of the observed count is too small for a number.

    Examples
    --------
    >>> low, high = exact_odds((np.arange(3.0), np.array([0.25, 0.5, 0.25])), 0.0)
    >>> low, round(high, 3)
    (0.0, 5.325)
    """
    distribution = _possible(distribution)
    if distribution[0].size < 2 or _far_out(distribution, observed):
        return float("nan"), float("nan")
    low, high = np.exp(_log_limits(distribution, observed, level))
    return float(low), float(high)


def _far_out(distribution: Distribution, observed: float) -> bool:
    """Whether a count so far out is too improbable for a number."""
    support, probability = distribution
    at_least, at_most = support >= observed - 1e-9, support <= observed + 1e-9
    return bool(min(probability[at_least].sum(), probability[at_most].sum()) < _UNDERFLOW)


def _log_limits(distribution: Distribution, observed: float, level: float) -> tuple[float, float]:
    """Log odds at which a count as high, or as low, as the observed has the probability of a tail."""
    support, tail = distribution[0], (1 - level) / 2
    at_least, at_most = support >= observed - 1e-9, support <= observed + 1e-9
    low = _solve(distribution, at_least, tail, rising=True) if not at_least.all() else -np.inf
    high = _solve(distribution, at_most, tail, rising=False) if not at_most.all() else np.inf
    return low, high


def detectable_ratio(distribution: Distribution, *, power: float = 0.8, alpha: float = 0.05) -> tuple[float, float]:
    """Compute the smallest departures from observed/expected = 1 that a two-sided test would find.

    Parameters
    ----------
    distribution : (support, probability)
        Null distribution of the count, from `cell_distribution`.
    power : float
        Probability of finding the departure.
    alpha : float
        Level of the two-sided test.

    Returns
    -------
    below, above : float
        The ratio below 1 and the ratio above 1 that are found with that power. NaN on a side where not even the most
        extreme count would be evidence.

    Examples
    --------
    >>> support, probability = np.arange(3.0), np.array([0.25, 0.5, 0.25])
    >>> detectable_ratio((support, probability))
    (nan, nan)
    """
    support, probability = distribution = _possible(distribution)
    expected = float(support @ probability)
    if support.size < 2 or expected <= 0:
        return float("nan"), float("nan")
    lower, upper = np.cumsum(probability), np.cumsum(probability[::-1])[::-1]
    small, large = 2 * lower <= alpha, 2 * upper <= alpha
    below, above = float("nan"), float("nan")
    if small.any():
        below = _tilted_mean(distribution, _solve(distribution, small, power, rising=False)) / expected
    if large.any():
        above = _tilted_mean(distribution, _solve(distribution, large, power, rising=True)) / expected
    return below, above


def detectable_from_moments(
    expected: float, sd: float, *, power: float = 0.8, alpha: float = 0.05
) -> tuple[float, float]:
    """Approximate `detectable_ratio` from the mean and standard deviation of the null alone.

    Returns
    -------
    below, above : float
        ``1 -/+ (z_{1 - alpha/2} + z_power) sd / expected``; NaN below where that is negative: not even a count of 0
        would be found with that power.

    Examples
    --------
    >>> [round(ratio, 3) for ratio in detectable_from_moments(10.0, 2.0)]
    [0.44, 1.56]
    """
    if not expected > 0:
        return float("nan"), float("nan")
    half = (ndtri(1 - alpha / 2) + ndtri(power)) * sd / expected
    return (float(1 - half) if half <= 1 else float("nan")), float(1 + half)


def power_curve(
    distribution: Distribution, *, alpha: float = 0.05, low: float = 0.05, high: float = 4.0, n: int = 121
) -> tuple[Floats, Floats]:
    """Compute the power of a two-sided test over the size of the departure.

    Parameters
    ----------
    distribution : (support, probability)
        Null distribution of the count, from `cell_distribution`.
    alpha : float
        Level of the test.
    low, high : float
        Range of true observed/expected; what no odds can reach is left out.
    n : int
        Points over the whole range, evenly spaced in the logarithm of the odds of crossing; as many near 1.

    Returns
    -------
    ratio, power : ndarray, shape (<= 2 n,)
        Ratios in ascending order, power in [0, 1]. Empty where the null leaves nothing to vary.

    Examples
    --------
    >>> support, probability = np.array([0.0, 1.0, 2.0]), np.array([0.01, 0.48, 0.51])
    >>> ratio, power = power_curve((support, probability))
    >>> [round(float(np.interp(at, ratio, power)), 3) for at in (0.05, 0.5, 1.0)]
    [0.925, 0.286, 0.01]
    """
    support, probability = distribution = _possible(distribution)
    expected = float(support @ probability)
    if support.size < 2 or expected <= 0:
        return np.empty(0), np.empty(0)
    lower, upper = np.cumsum(probability), np.cumsum(probability[::-1])[::-1]
    rejected = (2 * lower <= alpha) | (2 * upper <= alpha)
    possible = support[probability > 0]
    margin = 1e-3 * (possible[-1] - possible[0])
    reach = possible[0] + margin, possible[-1] - margin
    ends = [_log_odds_of(distribution, min(max(at * expected, reach[0]), reach[1])) for at in (low, high)]
    # Most points where the power changes: within a few deviations of no preference.
    near = np.clip(np.linspace(-6, 6, n) / np.sqrt(probability @ (support - expected) ** 2), ends[0], ends[1])
    grid = np.unique(np.concatenate([np.linspace(ends[0], ends[1], n), near]))
    tilted = [_tilt(distribution, log_odds) for log_odds in grid]
    ratio = np.array([support @ p for p in tilted]) / expected
    power = np.array([p[rejected].sum() for p in tilted])
    # Where probabilities are too small for numbers the count is so far out that it is found for certain.
    ratio = np.append(np.append(max(low, support[0] / expected), ratio), min(high, support[-1] / expected))
    kept = np.r_[possible[0] > support[0], np.ones(power.size, bool), possible[-1] < support[-1]]
    return ratio[kept], np.r_[1.0, power, 1.0][kept]


def _log_odds_of(distribution: Distribution, mean: float) -> float:
    """Log odds whose tilt has this mean."""
    return float(brentq(lambda t: _tilted_mean(distribution, t) - mean, -_LOG_ODDS, _LOG_ODDS, xtol=1e-9))


def power_sentence(test: NullTest, name: str | None = None) -> str:
    """Say what a test of this size could have found at all.

    Parameters
    ----------
    test : NullTest
        Of counts, with draws or an exact distribution.
    name : str, optional
        Which of its values; by default the only one. The two sides of a pair "x & y" may stand in either order; a cell
        of the mixing matrix is called "x → y".

    Returns
    -------
    str
        The expected count, the p-value that the fewest possible would have had, and the smallest ratios found with 80 %
        power (from draws, by a normal approximation).

    Raises
    ------
    InputError
        If the test has no value of that name, or neither draws nor an exact distribution.
    """
    if not isinstance(test, NullTest):
        raise InputError(f"test is a {type(test).__name__}; it must be a NullTest, as mixing_test gives it")
    if test.null_distribution is None and test.distribution is None:
        raise InputError(
            "the power of a test is told from its draws or its exact distribution; this test has neither: ask "
            'mixing_test for draws (n_draws=999), or take tests["a→b"] of bridges'
        )
    names = test.names
    if np.ndim(test.statistic) == 2:
        names = tuple(f"{citing} → {cited}" for citing in test.names for cited in test.names)
    if name is None and np.ndim(test.statistic):
        raise InputError(f"say which value: {', '.join(map(repr, names))}")
    i = _position(names, name) if name is not None else 0
    expected, sd = float(np.ravel(test.expected)[i]), float(np.ravel(test.sd)[i])
    if not expected > 0:
        raise InputError(f"nothing is expected of {name or test.name}: its power cannot be told")
    if test.null_distribution is not None:
        draws = test.null_distribution.reshape(test.n_draws, -1)[:, i]
        least, none = 0.0, min(1.0, 2 * float(1 + (draws <= 0).sum()) / (test.n_draws + 1))
        below, above = detectable_from_moments(expected, sd)
    else:
        support, probability = test.distribution or (np.zeros(1), np.ones(1))
        least, none = float(support[0]), min(1.0, 2 * float(probability[0]))
        below, above = detectable_ratio((support, probability))
    fewest = "even none at all" if least == 0 else f"even the fewest possible ({least:.0f})"
    fewer = (
        "a lack could not have been found, however strong"
        if np.isnan(below)
        else f"a lack only from a ratio of {below:.2f}"
    )
    more = "nor an excess" if np.isnan(above) else f"an excess only from a ratio of {above:.2f}"
    return (
        f"Power ({name or test.name}): {expected:.1f} expected; {fewest} would have had {format_p(none)}. "
        f"With 80 % power {fewer}, {more}."
    )


def _position(names: tuple[str, ...], name: str) -> int:
    """Position of a name; of a pair "x & y" in either order."""
    parts = str(name).split(" & ")
    turned = {" & ".join([*parts[i:], *parts[:i]]) for i in range(len(parts))}
    found = [i for i, own in enumerate(names) if own in turned]
    if not found:
        raise InputError(f"the test has no value {name!r} (values: {', '.join(map(repr, names))})")
    return found[0]


def _possible(distribution: Distribution) -> Distribution:
    """Cut off what underflowed to 0 at both ends: millions of values, where there are millions of citations."""
    support, probability = distribution
    found = np.flatnonzero(probability)
    if not found.size:
        return distribution
    kept = slice(found[0], found[-1] + 1)
    return support[kept], probability[kept]


def _tilt(distribution: Distribution, log_odds: float) -> Floats:
    support, probability = distribution
    with np.errstate(divide="ignore"):
        log_p = np.log(probability) + log_odds * (support - support[0])
    p: Floats = np.exp(log_p - log_p.max())
    p /= p.sum()
    return p


def _tilted_mean(distribution: Distribution, log_odds: float) -> float:
    support, probability = distribution
    possible = support[probability > 0]
    if np.isinf(log_odds):
        return float(possible[-1] if log_odds > 0 else possible[0])
    return float(support @ _tilt(distribution, log_odds))


def _solve(distribution: Distribution, event: npt.NDArray[np.bool_], target: float, *, rising: bool) -> float:
    """Log odds at which the event has the target probability; infinite where no finite odds reach it."""

    def excess(log_odds: float) -> float:
        return float(_tilt(distribution, log_odds)[event].sum()) - target

    far = _LOG_ODDS if rising else -_LOG_ODDS
    if excess(far) < 0:
        return np.inf if rising else -np.inf
    if excess(-far) > 0:
        return -np.inf if rising else np.inf
    return float(brentq(excess, -_LOG_ODDS, _LOG_ODDS, xtol=1e-10))
