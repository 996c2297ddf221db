"""Insularity of each group beyond what independence would give: quasi-independence, and Coleman's index in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.availability import available
from citenet.bridging.mixing import Unlabelled, label_arcs
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["QuasiIndependence", "coleman_in_time", "quasi_independence"]

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
    The cells off the diagonal are fitted by iterative proportional fitting; the diagonal follows.

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
    matrix = np.asarray(counts, dtype=float)
    k = len(matrix)
    if matrix.shape != (k, k) or k < 3:
        raise InputError(
            f"quasi-independence needs a square matrix of three or more groups; counts has shape {matrix.shape}"
        )
    off = ~np.eye(k, dtype=bool)
    rows, columns = (matrix * off).sum(1), (matrix * off).sum(0)
    if (rows == 0).any() or (columns == 0).any():
        nan = np.full((k, k), np.nan)
        return QuasiIndependence(nan[0], nan, nan, "unidentified: a group neither cites nor is cited by any other")
    made, received = np.ones(k), np.ones(k)
    for _ in range(_ROUNDS):
        before = made.copy()
        made = rows / (off @ received)
        received = columns / (off.T @ made)
        if np.allclose(made * received.sum(), before * received.sum(), rtol=_CLOSE, atol=0):
            break
    fitted = np.outer(made, received)
    with np.errstate(divide="ignore", invalid="ignore"):
        insularity = np.diagonal(matrix) / np.diagonal(fitted)
        residuals = np.where(off, (matrix - fitted) / np.sqrt(fitted), np.nan)
    return QuasiIndependence(insularity, np.where(off, fitted, matrix), residuals)


def coleman_in_time(net: CitationNetwork, groups: object, *, unlabelled: Unlabelled = "drop") -> pd.Series[Any]:
    """Compute Coleman's homophily index against what each paper could have cited at its time.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    Series indexed by group
        In [-1, 1]; 0 is no preference beyond the share of the group among the works that existed. NaN where the group
        cites nothing, or nothing could lie beyond chance. Citations to later works are left out.

    Notes
    -----
    ``(w - w*) / (d - w*)`` above chance and ``(w - w*) / w*`` below, with w citations inside the group, d citations
    made, and ``w* = sum_i k_i N_a(i) / N(i)`` over its papers: k_i references, N_a(i) of N(i) works available.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1990] * 4 + [2000] * 2, "field": list("xxyyxy")}, index=list("abcdef"))
    >>> coleman_in_time(CitationNetwork(works, [4, 4, 5], [0, 1, 2]), "field").round(3).to_dict()
    {'x': 1.0, 'y': 1.0}
    """
    from citenet.bridging.availability import AvailabilityNull

    model = AvailabilityNull()
    arcs, nothing = model.prepare(label_arcs(net, groups, unlabelled)[0])
    counts = arcs.counts()
    inside, made = np.diagonal(counts).astype(float), counts.sum(1).astype(float)
    chance = np.diagonal(model.cells(arcs, nothing)[0]) if available(arcs)[0].any() else np.zeros(arcs.k)
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where(inside >= chance, (inside - chance) / (made - chance), (inside - chance) / chance)
    index = np.where((made > 0) & np.isfinite(index), index, np.nan)
    return pd.Series(index, index=pd.Index(arcs.names, name="group"), name="coleman")
