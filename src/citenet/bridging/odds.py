"""Odds ratios of two groups, alone and over strata: above 1 is insular.

Unlike observed/expected they do not depend on how many papers each group has, nor on how the groups overlap in time:
they are what to compare corpora by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_numbers
from citenet.bridging.mixing import square_counts
from citenet.errors import InputError

__all__ = [
    "Homogeneity",
    "dyad_odds_ratio",
    "homogeneity_test",
    "informative_citations",
    "mantel_haenszel",
    "odds_ratio",
]

Floats = npt.NDArray[np.float64]


def odds_ratio(counts: npt.ArrayLike) -> Floats:
    """Compute the odds ratio of a two-group mixing matrix: above 1 is insular.

    Parameters
    ----------
    counts : array_like, shape (..., 2, 2)

    Returns
    -------
    ndarray, shape (...)
        ``M_aa M_bb / (M_ab M_ba)``. Where a cell is empty, 0.5 is added to all four (Haldane-Anscombe); NaN where a
        group does not cite, or is not cited.

    Examples
    --------
    >>> odds_ratio([[30, 5], [4, 11]]).item()
    16.5
    """
    matrix = _two_groups(counts)
    empty = (matrix == 0).any((-2, -1), keepdims=True)
    cells = np.where(empty, matrix + 0.5, matrix)
    ratio: Floats = cells[..., 0, 0] * cells[..., 1, 1] / (cells[..., 0, 1] * cells[..., 1, 0])
    defined = (matrix.sum(-1) > 0).all(-1) & (matrix.sum(-2) > 0).all(-1)
    return np.where(defined, ratio, np.nan)


def dyad_odds_ratio(counts: npt.ArrayLike, pairs: npt.ArrayLike) -> Floats:
    """Compute how much higher the odds of a citation are in a pair of works of one group than in a pair of two.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)
    pairs : array_like, shape (2,)
        Ordered pairs of works within and between the groups in which the first could have cited the second.

    Returns
    -------
    ndarray, shape (...)
        ``I (N_E - E) / (E (N_I - I))`` for I of N_I pairs within and E of N_E between, as ``orwg`` of R's netseg; above
        1 is insular. Where one of the four is 0, 0.5 is added to all (Haldane-Anscombe); NaN where there are no pairs
        of a kind.

    Examples
    --------
    >>> dyad_odds_ratio([[40, 2], [5, 41]], [312, 338]).round(4).item()
    16.5807
    """
    matrix = square_counts(counts)
    within, between = check_pairs(pairs)
    inside = np.trace(matrix, axis1=-2, axis2=-1)
    across = matrix.sum((-2, -1)) - inside
    cells = np.stack([inside, within - inside, across, between - across], axis=-1)
    cells = np.where((cells == 0).any(-1, keepdims=True), cells + 0.5, cells)
    ratio: Floats = cells[..., 0] * cells[..., 3] / (cells[..., 2] * cells[..., 1])
    return np.where(within > 0 and between > 0, ratio, np.nan)


def check_pairs(pairs: npt.ArrayLike) -> Floats:
    """Return the two numbers of pairs of works, within and between groups, or raise."""
    numbers = check_numbers("pairs", pairs)
    if numbers.shape != (2,):
        raise InputError(f"pairs has shape {numbers.shape}; it must be two numbers: pairs within and between groups")
    return numbers


def mantel_haenszel(strata: npt.ArrayLike) -> tuple[float, float]:
    """Compute the Mantel-Haenszel odds ratio over strata and the standard error of its logarithm.

    Parameters
    ----------
    strata : array_like, shape (s, 2, 2)
        Mixing counts of each stratum.

    Returns
    -------
    ratio : float
        ``sum M_aa M_bb / m`` over ``sum M_ab M_ba / m``, in [0, inf]; above 1 is insular. inf where the denominator
        alone is 0, NaN where both are. Strata in which a group does not cite, or is not cited, add nothing.
    se_log : float
        Standard error of ``log(ratio)`` for independent citations; NaN where the ratio is 0, inf or NaN. References of
        one paper are not independent: prefer the cluster bootstrap.

    Notes
    -----
    Nothing is added to empty cells, unlike in `odds_ratio`. Most strata of a citation network are small and have one: a
    half in each would draw the ratio towards 1, the more the finer the strata.

    References
    ----------
    .. [1] Mantel & Haenszel (1959). Statistical aspects of the analysis of data from retrospective studies of disease.
       Journal of the National Cancer Institute 22, 719-748.
    .. [2] Robins, Breslow & Greenland (1986). Estimators of the Mantel-Haenszel variance consistent in both sparse
       data and large-strata limiting models. Biometrics 42, 311-323.

    Examples
    --------
    >>> ratio, se = mantel_haenszel([[[30, 5], [4, 11]]])
    >>> round(ratio, 6), round(se, 4)
    (16.5, 0.7578)
    """
    cells = _two_groups(strata)
    m = cells.sum((-2, -1))
    cells, m = cells[m > 0], m[m > 0]
    same, cross = cells[:, 0, 0] * cells[:, 1, 1] / m, cells[:, 0, 1] * cells[:, 1, 0] / m
    above, below = same.sum(), cross.sum()
    if below == 0:
        return (float("inf") if above > 0 else float("nan")), float("nan")
    if above == 0:
        return 0.0, float("nan")
    p, q = (cells[:, 0, 0] + cells[:, 1, 1]) / m, (cells[:, 0, 1] + cells[:, 1, 0]) / m
    variance = (
        (p * same).sum() / (2 * above**2)
        + (p * cross + q * same).sum() / (2 * above * below)
        + (q * cross).sum() / (2 * below**2)
    )
    return float(above / below), float(np.sqrt(variance))


def informative_citations(strata: npt.ArrayLike) -> int:
    """Count the citations in strata in which both groups cite and both are cited: the others say nothing of the odds.

    Examples
    --------
    >>> informative_citations([[[30, 5], [4, 11]], [[3, 1], [0, 0]]])
    50
    """
    cells = _two_groups(strata)
    return int(cells[_informative(cells)].sum())


def _informative(cells: Floats) -> npt.NDArray[np.bool_]:
    both: npt.NDArray[np.bool_] = (cells.sum(1) > 0).all(1) & (cells.sum(2) > 0).all(1)
    return both


@dataclass(frozen=True)
class Homogeneity:
    """Test of one odds ratio for all strata (Breslow & Day, with Tarone's correction).

    Parameters
    ----------
    statistic : float
        Chi-squared; NaN where fewer than two strata are informative.
    df : int
        Informative strata less one.
    pvalue : float
        For independent citations.
    n_strata : int
        Strata in which both groups cite and are cited.
    reason : str
        Why the statistic is NaN.
    """

    statistic: float
    df: int
    pvalue: float
    n_strata: int
    reason: str = ""


def homogeneity_test(strata: npt.ArrayLike) -> Homogeneity:
    """Test whether the odds ratio is the same in all strata.

    Parameters
    ----------
    strata : array_like, shape (s, 2, 2)
        Mixing counts of each stratum.

    Returns
    -------
    Homogeneity
        Breslow-Day chi-squared with Tarone's correction, from the Mantel-Haenszel odds ratio. The approximation wants
        strata that are not sparse: group years first.

    References
    ----------
    .. [1] Mantel & Haenszel (1959). Statistical aspects of the analysis of data from retrospective studies of disease.
       Journal of the National Cancer Institute 22, 719-748.

    Examples
    --------
    >>> homogeneity_test([[[10, 2], [3, 5]], [[20, 4], [6, 10]]]).pvalue > 0.9
    True
    """
    from scipy.stats import chi2

    cells = _two_groups(strata)
    if cells.ndim != 3:
        raise InputError(f"strata has shape {cells.shape}; it must be (s, 2, 2): one table a stratum")
    cells = cells[_informative(cells)]
    ratio, _ = mantel_haenszel(cells) if len(cells) else (float("nan"), float("nan"))
    nan = float("nan")
    if len(cells) < 2 or not np.isfinite(ratio) or ratio <= 0:
        reason = "the pooled odds ratio is 0 or infinite"
        if len(cells) < 2:
            reason = f"both groups cite, and are cited, in {len(cells)} of the strata; a comparison needs two"
        return Homogeneity(nan, max(0, len(cells) - 1), nan, len(cells), reason)
    made, received, m = cells[:, 0].sum(1), cells[:, :, 0].sum(1), cells.sum((1, 2))
    expected = _expected_at(ratio, made, received, m)
    variance = 1 / (
        1 / expected + 1 / (made - expected) + 1 / (received - expected) + 1 / (m - made - received + expected)
    )
    excess = cells[:, 0, 0] - expected
    statistic = float((excess**2 / variance).sum() - excess.sum() ** 2 / variance.sum())
    return Homogeneity(statistic, len(cells) - 1, float(chi2.sf(statistic, len(cells) - 1)), len(cells))


def _expected_at(ratio: float, made: Floats, received: Floats, m: Floats) -> Floats:
    """Count of the first cell that gives the stratum this odds ratio, its margins being given."""
    a, b, c = ratio - 1, -(m + (made + received) * (ratio - 1)), ratio * made * received
    root = np.sqrt(b**2 - 4 * a * c)
    # The same root in two forms: each where it subtracts nothing from about as much. Near a ratio of 1, b is below 0.
    expected = np.divide(-b - root, 2 * a, out=np.zeros(b.shape), where=b > 0)
    return np.divide(2 * c, root - b, out=expected, where=b <= 0)


def _two_groups(counts: npt.ArrayLike) -> Floats:
    matrix = square_counts(counts)
    if matrix.shape[-1] != 2:
        raise InputError(f"an odds ratio needs two groups; counts has shape {matrix.shape}")
    return matrix
