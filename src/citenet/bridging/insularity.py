"""Insularity of each group beyond what it cites, and is cited, elsewhere would give: quasi-independence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import square_counts
from citenet.errors import InputError

__all__ = ["QuasiIndependence", "insularity", "quasi_independence"]

Floats = npt.NDArray[np.float64]
_ROUNDS, _CLOSE = 10_000, 1e-12


@dataclass(frozen=True, eq=False)
class QuasiIndependence:
    """Log-linear model ``log M_ab = lambda + rho_a + kappa_b + delta_a [a = b]``.

    Parameters
    ----------
    insularity : ndarray, shape (k,)
        ``exp(delta_a)``: how many times more a group cites itself than its citing and being cited elsewhere would give;
        NaN where unidentified.
    expected : ndarray, shape (k, k)
        Fitted counts; the diagonal is fitted exactly.
    residuals : ndarray, shape (k, k)
        Pearson residuals off the diagonal: which pairs bridge (above 0) or keep apart; NaN on the diagonal.
    reason : str
        Why something is NaN.
    """

    insularity: Floats
    expected: Floats
    residuals: Floats
    reason: str = ""


def quasi_independence(counts: npt.ArrayLike) -> QuasiIndependence:
    """Fit quasi-independence to a mixing matrix.

    Parameters
    ----------
    counts : array_like, shape (k, k)
        k of at least 3: with two groups the two cells off the diagonal fit any model.

    Returns
    -------
    QuasiIndependence

    Notes
    -----
    The cells off the diagonal are fitted by iterative proportional fitting; the diagonal follows. There is no fit where
    a group neither cites nor is cited by another, or takes part in every citation that crosses: what its partners cite
    of each other would then be fitted as 0, and any insularity with it.

    References
    ----------
    .. [1] Goodman (1968). The analysis of cross-classified data: independence, quasi-independence, and interactions in
       contingency tables with or without missing entries. Journal of the American Statistical Association 63,
       1091-1131.

    Examples
    --------
    >>> counts = np.outer([2, 3, 4], [5, 6, 7]) * (1 + 4 * np.eye(3))
    >>> quasi_independence(counts).insularity.round(6).tolist()
    [5.0, 5.0, 5.0]
    """
    matrix = _three_groups(counts)
    if matrix.ndim != 2:
        raise InputError(f"quasi-independence is fitted to one mixing matrix; counts has shape {matrix.shape}")
    fitted = _fitted(matrix[None])[0]
    off = ~np.eye(len(matrix), dtype=bool)
    if np.isnan(fitted).any():
        return QuasiIndependence(fitted[0], fitted, fitted, f"unidentified: {_reason(matrix * off)}")
    with np.errstate(divide="ignore", invalid="ignore"):
        residuals = np.where(off, (matrix - fitted) / np.sqrt(fitted), np.nan)
    expected = np.where(off, fitted, matrix)
    return QuasiIndependence(np.diagonal(matrix) / np.diagonal(fitted), expected, residuals)


def insularity(counts: npt.ArrayLike) -> Floats:
    """Compute the insularity of each group under quasi-independence.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)
        k of at least 3.

    Returns
    -------
    ndarray, shape (..., k)
        As `QuasiIndependence`: above 1 is insular. NaN where unidentified.

    Examples
    --------
    >>> insularity([[50, 4, 4], [4, 8, 4], [4, 4, 2]]).round(6).tolist()
    [12.5, 2.0, 0.5]
    """
    matrix = _three_groups(counts)
    k = matrix.shape[-1]
    fitted = _fitted(matrix.reshape(-1, k, k)).reshape(matrix.shape)
    values: Floats = np.diagonal(matrix, axis1=-2, axis2=-1) / np.diagonal(fitted, axis1=-2, axis2=-1)
    return values


def _fitted(matrices: Floats) -> Floats:
    """Products of what groups make and receive that fit all cells off the diagonal, shape (n, k, k); NaN without fit.

    Each matrix is fitted until it alone has settled, so that the matrices beside it change nothing.
    """
    k = matrices.shape[-1]
    off = 1.0 - np.eye(k)
    rows, columns = (matrices * off).sum(2), (matrices * off).sum(1)
    total = rows.sum(1, keepdims=True)
    active = np.flatnonzero(((rows > 0) & (columns > 0) & (rows + columns < total)).all(1))
    made, received = np.full(rows.shape, np.nan), np.full(rows.shape, np.nan)
    made[active], received[active] = 0.0, 1.0
    for _ in range(_ROUNDS):
        before = made[active]
        made[active] = rows[active] / (received[active, None, :] * off).sum(2)
        received[active] = columns[active] / (made[active, None, :] * off).sum(2)
        active = active[(np.abs(made[active] - before) > _CLOSE * before).any(1)]
        if not active.size:
            break
    made[active] = np.nan
    fitted: Floats = made[:, :, None] * received[:, None, :]
    return fitted


def _reason(crossing: Floats) -> str:
    made, received = crossing.sum(1), crossing.sum(0)
    if (made == 0).any() or (received == 0).any():
        return "a group does not cite, or is not cited by, any other"
    if (made + received >= crossing.sum()).any():
        return "one group takes part in every citation that crosses"
    return f"no fit within {_ROUNDS:,} rounds"


def _three_groups(counts: npt.ArrayLike) -> Floats:
    matrix = square_counts(counts)
    if matrix.shape[-1] < 3:
        raise InputError(f"quasi-independence needs three or more groups; counts has shape {matrix.shape}")
    return matrix
