"""Statistics of a mixing matrix: pure functions of counts, shape (..., k, k) in, (...) out.

Rows cite, columns are cited. Undefined is NaN. A new statistic is one function here and one line in `STATISTICS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet.bridging.odds import odds_ratio
from citenet.errors import InputError

__all__ = [
    "STATISTICS",
    "Statistic",
    "assortativity",
    "coleman",
    "cross_share",
    "directed_modularity",
    "ei_index",
]

Floats = npt.NDArray[np.float64]


def cross_share(counts: npt.ArrayLike) -> Floats:
    """Share of citations that cross a border between groups.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (...)
        In [0, 1]; NaN without citations or with a single group.

    Examples
    --------
    >>> cross_share([[8, 2], [1, 9]]).item()
    0.15
    """
    matrix = _counts(counts)
    total = _total(matrix)
    return _ratio(total - _trace(matrix), total, matrix)


def ei_index(counts: npt.ArrayLike) -> Floats:
    """Compute the E-I index: external minus internal citations, over all of them.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (...)
        In [-1, 1]; -1 all internal, 1 all external. It is not 0 for random citing: report its null mean beside it.
        NaN without citations or with a single group.

    References
    ----------
    .. [1] Krackhardt & Stern (1988). Informal networks and organizational crises: an experimental simulation.
       Social Psychology Quarterly 51, 123-140.

    Examples
    --------
    >>> ei_index([[30, 5], [4, 11]]).item()
    -0.64
    """
    matrix = _counts(counts)
    total = _total(matrix)
    return _ratio(total - 2 * _trace(matrix), total, matrix)


def assortativity(counts: npt.ArrayLike) -> Floats:
    """Compute Newman's assortativity coefficient of a directed mixing matrix.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (...)
        At most 1; 0 where citing and cited group are independent. NaN where one group takes all citations.

    Notes
    -----
    ``(sum e_aa - sum a_a b_a) / (1 - sum a_a b_a)`` with ``e = M / m`` and its row and column sums ``a, b``.

    References
    ----------
    .. [1] Newman (2003). Mixing patterns in networks. Physical Review E 67, 026126.

    Examples
    --------
    >>> round(assortativity([[30, 5], [4, 11]]).item(), 6)
    0.579439
    """
    matrix = _counts(counts)
    total = _total(matrix)
    by_chance = (matrix.sum(-1) * matrix.sum(-2)).sum(-1)
    return _ratio(total * _trace(matrix) - by_chance, total**2 - by_chance, matrix)


def directed_modularity(counts: npt.ArrayLike, resolution: float = 1.0) -> Floats:
    """Compute the directed modularity of a given partition from its mixing matrix.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)
    resolution : float
        Weight of the expectation.

    Returns
    -------
    ndarray, shape (...)
        ``sum_a (M_aa / m - resolution R_a C_a / m**2)``; NaN without citations or with a single group.

    References
    ----------
    .. [1] Leicht & Newman (2008). Community structure in directed networks. Physical Review Letters 100, 118703.

    Examples
    --------
    >>> round(directed_modularity([[30, 5], [4, 11]]).item(), 6)
    0.248
    """
    matrix = _counts(counts)
    total = _total(matrix)
    by_chance = (matrix.sum(-1) * matrix.sum(-2)).sum(-1)
    return _ratio(total * _trace(matrix) - resolution * by_chance, total**2, matrix)


def coleman(counts: npt.ArrayLike, sizes: npt.ArrayLike) -> Floats:
    """Compute Coleman's homophily index of each group.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)
    sizes : array_like, shape (k,)
        Works in each group.

    Returns
    -------
    ndarray, shape (..., k)
        In [-1, 1]; 0 is no preference beyond the size of the group. NaN where the group cites nothing, has one work,
        or nothing could lie beyond chance.

    References
    ----------
    .. [1] Coleman (1958). Relational analysis: the study of social organizations with survey methods.
       Human Organization 17, 28-36.

    Examples
    --------
    >>> coleman([[30, 5], [4, 11]], [20, 20]).round(6).tolist()
    [0.721429, 0.48]
    """
    matrix = _counts(counts)
    n = np.asarray(sizes, dtype=float)
    if n.shape != matrix.shape[-1:]:
        raise InputError(f"sizes has shape {n.shape} for {matrix.shape[-1]} groups")
    inside, out_degree = np.diagonal(matrix, axis1=-2, axis2=-1), matrix.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = out_degree * (n - 1) / (n.sum() - 1)
        above, below = (inside - chance) / (out_degree - chance), (inside - chance) / chance
    index = np.where(inside >= chance, above, below)
    return np.where((out_degree > 0) & (n > 1) & np.isfinite(index), index, np.nan)


@dataclass(frozen=True)
class Statistic:
    """A statistic of counts that can be tested against any null.

    Parameters
    ----------
    function : callable
        Counts (..., k, k) to values (...).
    label : str
        How it is called in results.
    weights : callable or None
        For a statistic ``sum w_ab M_ab / m``: k to the weights w, shape (k, k). It then has moments in closed form.
    """

    function: Callable[[npt.ArrayLike], Floats]
    label: str
    weights: Callable[[int], Floats] | None = None


STATISTICS: Mapping[str, Statistic] = {
    "ei": Statistic(ei_index, "E-I index", weights=lambda k: np.ones((k, k)) - 2 * np.eye(k)),
    "cross_share": Statistic(
        cross_share, "share of citations that cross", weights=lambda k: np.ones((k, k)) - np.eye(k)
    ),
    "assortativity": Statistic(assortativity, "assortativity"),
    "modularity": Statistic(directed_modularity, "directed modularity"),
    "odds_ratio": Statistic(odds_ratio, "odds ratio"),
}


def _counts(counts: npt.ArrayLike) -> Floats:
    matrix = np.asarray(counts, dtype=float)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2]:
        raise InputError(f"counts has shape {matrix.shape}; it must end in (k, k)")
    return matrix


def _total(matrix: Floats) -> Floats:
    total: Floats = matrix.sum((-2, -1))
    return total


def _trace(matrix: Floats) -> Floats:
    trace: Floats = np.trace(matrix, axis1=-2, axis2=-1)
    return trace


def _ratio(above: Floats, below: Floats, matrix: Floats) -> Floats:
    """Quotient; NaN where the divisor is 0 or there is only one group."""
    if matrix.shape[-1] < 2:
        return np.full(np.shape(above), np.nan)
    quotient: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.asarray(below) > 0)
    return quotient
