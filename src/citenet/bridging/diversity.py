"""Diversity of groups in a list: pure functions of counts, shape (..., k) in, (...) out.

How many groups a reference list draws on, how evenly, and how far apart they are. Undefined is NaN. Sums over pairs of
groups are over ordered pairs: (a, b) and (b, a) both count, so that with distance 1 Rao-Stirling is Simpson.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, xlogy

from citenet._support.arithmetic import quotient
from citenet._support.choices import check_numbers
from citenet.errors import InputError

__all__ = [
    "expected_groups",
    "profile_distance",
    "rao_stirling",
    "rarefied",
    "shannon",
    "simpson",
    "true_diversity",
]

Floats = npt.NDArray[np.float64]


def simpson(counts: npt.ArrayLike, *, unbiased: bool = False) -> Floats:
    """Compute Simpson's diversity: the probability that two draws are of different groups.

    Parameters
    ----------
    counts : array_like, shape (..., k)
        References to each group.
    unbiased : bool
        Draw without replacement: ``1 - sum n (n - 1) / (N (N - 1))``, which does not depend on the length of the list.

    Returns
    -------
    ndarray, shape (...)
        In [0, 1]; NaN without references, and without a second one where unbiased.

    Examples
    --------
    >>> simpson([3, 1]).item(), simpson([3, 1], unbiased=True).item()
    (0.375, 0.5)
    """
    n = _counts(counts)
    total = n.sum(-1)
    if unbiased:
        return 1 - quotient((n * (n - 1)).sum(-1), total * (total - 1))
    return 1 - quotient((n**2).sum(-1), total**2)


def shannon(counts: npt.ArrayLike) -> Floats:
    """Compute Shannon's entropy ``-sum p ln p``.

    Parameters
    ----------
    counts : array_like, shape (..., k)
        References to each group.

    Returns
    -------
    ndarray, shape (...)
        In nats, in [0, ln k]; NaN without references.

    Examples
    --------
    >>> round(shannon([2, 2]).item(), 6)
    0.693147
    """
    n = _counts(counts)
    total = n.sum(-1)
    entropy: Floats = np.log(np.where(total > 0, total, np.nan)) - quotient(xlogy(n, n).sum(-1), total)
    return np.maximum(entropy, 0.0)


def rao_stirling(counts: npt.ArrayLike, distance: npt.ArrayLike | None = None) -> Floats:
    """Compute Rao-Stirling diversity: the mean distance between the groups of two draws.

    Parameters
    ----------
    counts : array_like, shape (..., k)
        References to each group.
    distance : array_like, shape (k, k), optional
        Symmetric, in [0, 1], 0 on the diagonal; NaN where it is not known. By default 1 between any two groups.

    Returns
    -------
    ndarray, shape (...)
        ``sum p_a p_b d_ab`` over ordered pairs of groups, in [0, 1): twice the value of those who count each pair once.
        NaN without references, and where two groups whose distance is not known are both cited.

    References
    ----------
    .. [1] Rao (1982). Diversity and dissimilarity coefficients: a unified approach. Theoretical Population Biology 21,
       24-43.
    .. [2] Stirling (2007). A general framework for analysing diversity in science, technology and society. Journal of
       the Royal Society Interface 4, 707-719.

    Examples
    --------
    >>> rao_stirling([2, 2], [[0, 0.5], [0.5, 0]]).item()
    0.25
    """
    n = _counts(counts)
    return quotient(_pair_sum(n, distance), n.sum(-1) ** 2)


def true_diversity(rao: npt.ArrayLike) -> Floats:
    """Turn Rao-Stirling diversity into the number of equally cited groups at distance 1 that would give it.

    Parameters
    ----------
    rao : array_like
        In [0, 1).

    Returns
    -------
    ndarray
        ``1 / (1 - rao)``, at least 1; NaN where ``rao`` is.

    References
    ----------
    .. [1] Zhang, Rousseau & Glänzel (2016). Diversity of references as an indicator of the interdisciplinarity of
       journals: taking similarity between subject fields into account. Journal of the Association for Information
       Science and Technology 67, 1257-1265.

    Examples
    --------
    >>> true_diversity(0.75).item()
    4.0
    """
    value = np.asarray(rao, dtype=float)
    return quotient(np.ones(value.shape), 1 - value)


def profile_distance(counts: npt.ArrayLike) -> Floats:
    """Compute how differently groups cite: 1 - cosine of their rows in the mixing matrix.

    Parameters
    ----------
    counts : array_like, shape (k, k)
        Citations from row (citing) to column (cited) group.

    Returns
    -------
    ndarray, shape (k, k)
        In [0, 1], 0 on the diagonal; NaN between a group that cites nothing and the others.

    Examples
    --------
    >>> profile_distance([[3, 4], [0, 2]]).round(2).tolist()
    [[0.0, 0.2], [0.2, 0.0]]
    """
    matrix = np.asarray(counts, dtype=float)
    length = np.sqrt((matrix**2).sum(1, keepdims=True))
    unit = np.divide(matrix, length, out=np.full(matrix.shape, np.nan), where=length > 0)
    distance = np.clip(1 - unit @ unit.T, 0.0, 1.0)
    distance = (distance + distance.T) / 2
    np.fill_diagonal(distance, 0.0)
    symmetric: Floats = distance
    return symmetric


def rarefied(counts: npt.ArrayLike, size: int, distance: npt.ArrayLike | None = None) -> Floats:
    """Compute the Rao-Stirling diversity expected in a random part of a list.

    Parameters
    ----------
    counts : array_like, shape (..., k)
        References to each group: whole numbers.
    size : int
        References drawn without replacement; at least 2.
    distance : array_like, shape (k, k), optional
        As in `rao_stirling`; without it, this is Simpson's diversity.

    Returns
    -------
    ndarray, shape (...)
        Exact, nothing is drawn: ``(size - 1) / size`` of the value without bias. NaN where there are fewer references.

    Examples
    --------
    >>> rarefied([3, 1], 2).item()
    0.25
    """
    n = _counts(counts)
    total = n.sum(-1)
    if size < 2:
        raise InputError(f"size={size}: diversity needs at least two references")
    value = quotient(_pair_sum(n, distance), total * (total - 1)) * (size - 1) / size
    return np.where(total >= size, value, np.nan)


def expected_groups(counts: npt.ArrayLike, size: int) -> Floats:
    """Compute the number of groups expected among so many references of a list.

    Parameters
    ----------
    counts : array_like, shape (..., k)
        References to each group: whole numbers.
    size : int
        References drawn without replacement; at least 1.

    Returns
    -------
    ndarray, shape (...)
        ``sum 1 - C(N - n, size) / C(N, size)``, in [1, k]; NaN where there are fewer references.

    Examples
    --------
    >>> round(expected_groups([3, 1], 2).item(), 6)
    1.5
    """
    n = _counts(counts)
    if size < 1:
        raise InputError(f"size={size}: a part of a list holds at least one reference")
    total = n.sum(-1, keepdims=True)
    rest = total - n
    possible = rest >= size
    missed = np.where(possible, rest, size), np.maximum(total, size)
    log_share = gammaln(missed[0] + 1) - gammaln(missed[0] - size + 1)
    log_share -= gammaln(missed[1] + 1) - gammaln(missed[1] - size + 1)
    found = (1 - np.where(possible, np.exp(log_share), 0.0)).sum(-1)
    return np.where(total[..., 0] >= size, found, np.nan)


def _pair_sum(n: Floats, distance: npt.ArrayLike | None) -> Floats:
    """``sum n_a n_b d_ab`` over ordered pairs; NaN where an unknown distance counts."""
    if distance is None:
        plain: Floats = n.sum(-1) ** 2 - (n**2).sum(-1)
        return plain
    d = check_distance(distance, n.shape[-1])
    unknown = np.isnan(d)
    total: Floats = ((n @ np.where(unknown, 0.0, d)) * n).sum(-1)
    if not unknown.any():
        return total
    touched = (n > 0).astype(float)
    return np.where(((touched @ unknown.astype(float)) * touched).sum(-1) > 0, np.nan, total)


def check_distance(distance: npt.ArrayLike, k: int) -> Floats:
    """Return the distances of k groups as floats, or raise and say what is wrong with them."""
    d = np.asarray(distance, dtype=float)
    if d.shape != (k, k):
        raise InputError(f"distance has shape {d.shape} for {k} groups; it must be ({k}, {k})")
    if (np.diagonal(d) != 0).any():
        raise InputError("the distance of a group to itself must be 0")
    known = d[~np.isnan(d)]
    if known.size and (known.min() < 0 or known.max() > 1):
        raise InputError(f"distances run from 0 to 1; found {known.min():g} to {known.max():g}: divide by the largest")
    if not np.array_equal(d, d.T, equal_nan=True):
        raise InputError("distance must be symmetric: as far from a to b as from b to a")
    return d


def _counts(counts: npt.ArrayLike) -> Floats:
    n = check_numbers("counts", counts)
    if n.ndim < 1:
        raise InputError("counts must have one number for each group, shape (..., k)")
    return n
