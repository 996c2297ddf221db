"""Rubin's rules: one interval from several networks, drawn from what the matches may have been."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["combine", "combined_limits"]

Floats = npt.NDArray[np.float64]
Scale = tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]


def _root(ratio: Floats) -> Floats:
    return np.sqrt(ratio)


def _squared(root: Floats) -> Floats:
    return np.maximum(root, 0) ** 2


def _angle(share: Floats) -> Floats:
    return np.arcsin(np.sqrt(np.clip(share, 0, 1)))


def _of_angle(angle: Floats) -> Floats:
    return np.asarray(np.sin(np.clip(angle, 0, np.pi / 2)) ** 2, dtype=np.float64)


def _index_angle(index: Floats) -> Floats:
    return _angle((1 + index) / 2)


def _of_index_angle(angle: Floats) -> Floats:
    return 2 * _of_angle(angle) - 1


def _same(value: Floats) -> Floats:
    return value


def _within_one(value: Floats) -> Floats:
    return np.clip(value, -1, 1)


def _colligation(odds: Floats) -> Floats:
    """Yule's Y, which is finite for odds of 0 and without end."""
    root = np.sqrt(odds)
    return np.where(np.isinf(root), 1.0, (root - 1) / (np.where(np.isinf(root), 0, root) + 1))


def _of_colligation(y: Floats) -> Floats:
    y = np.clip(y, -1, 1)
    return np.where(y == 1, np.inf, ((1 + y) / np.where(y == 1, 1, 1 - y)) ** 2)


# The scale on which each of `MEASURES` is about normal, finite wherever the measure is defined, and the way back.
_SCALES: tuple[Scale, ...] = (
    (_root, _squared),
    (_root, _squared),
    (_angle, _of_angle),
    (_angle, _of_angle),
    (_same, _within_one),
    (_index_angle, _of_index_angle),
    (_colligation, _of_colligation),
)


def combine(estimates: npt.ArrayLike, variances: npt.ArrayLike) -> tuple[float, float, float]:
    """Combine estimates from several imputations of what is not known.

    Parameters
    ----------
    estimates, variances : array_like, shape (m,)
        Of each imputation; at least two.

    Returns
    -------
    estimate : float
        Their mean.
    variance : float
        Mean variance within, plus ``(1 + 1/m)`` times the variance between the imputations.
    freedom : float
        Degrees of freedom ``(m - 1) (1 + within / ((1 + 1/m) between))**2``; inf where the imputations agree.

    Examples
    --------
    >>> combine([1.0, 2.0, 3.0], [0.5, 0.5, 0.5])
    (2.0, 1.8333333333333333, 3.78125)
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    within, between = float(u.mean()), (1 + 1 / q.size) * float(q.var(ddof=1))
    freedom = (q.size - 1) * (1 + within / between) ** 2 if between > 0 else float("inf")
    return float(q.mean()), within + between, freedom


def combined_limits(estimates: Floats, replicates: Sequence[Floats], level: float) -> tuple[Floats, Floats]:
    """Pool every measure over the drawn networks, and compute its limits.

    Parameters
    ----------
    estimates : ndarray, shape (7, m)
        `MEASURES` of each drawn network.
    replicates : sequence of m ndarrays, shape (7, n)
        Of the resamples of each.
    level : float

    Returns
    -------
    pooled : ndarray, shape (7,)
        Mean on the scale of each measure; NaN where no network defines it.
    limits : ndarray, shape (7, 2)
        ``mean -+ t sqrt(variance)`` (see `combine`) on the scale of each measure; the variance within a network is that
        of its resamples. NaN where fewer than two networks, or no two resamples of any, define the measure.
    """
    from scipy.stats import t

    pooled, limits = np.full(len(_SCALES), np.nan), np.full((len(_SCALES), 2), np.nan)
    for i, (forth, back) in enumerate(_SCALES):
        known = ~np.isnan(estimates[i])
        resamples = [forth(part[i][~np.isnan(part[i])]) for part in replicates]
        variances = [float(values.var(ddof=1)) for values in resamples if values.size > 1]
        if known.any():
            pooled[i] = back(np.mean(forth(estimates[i][known]), keepdims=True))[0]
        if known.sum() < 2 or not variances:
            continue
        # The variances are averaged alone: a network in which too few resamples are defined still has an estimate.
        mean_variance = np.full(int(known.sum()), np.mean(variances))
        mean, variance, freedom = combine(forth(estimates[i][known]), mean_variance)
        half = t.ppf((1 + level) / 2, freedom) * np.sqrt(variance)
        limits[i] = back(np.array([mean - half, mean + half]))
    return pooled, limits
