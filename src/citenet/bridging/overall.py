"""One test for the whole mixing matrix: whether the groups differ at all in whom they cite."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np

from citenet.bridging.cells import cells_of
from citenet.bridging.inference import refuse_detected
from citenet.bridging.mixing import Unlabelled, label_arcs
from citenet.bridging.stratified import Strata, cell_covariance, cell_moments, strata_of
from citenet.network import CitationNetwork

__all__ = ["OverallTest", "overall_test"]

_NO_CITATION = "no citation has a group at both ends and the years that the null takes"
_NOTHING_VARIES = "no informative stratum: who is cited when leaves nothing to vary"


@dataclass(frozen=True)
class OverallTest:
    """Generalised Cochran-Mantel-Haenszel test.

    Parameters
    ----------
    statistic : float
        Chi-squared; NaN where nothing can vary.
    df : int
        Rank of the covariance of the cells.
    pvalue : float
        For independent citations; never 0: what is too small for a number is the smallest number.
    null : str
    reason : str
        Why the statistic is NaN.
    """

    statistic: float
    df: int
    pvalue: float
    null: str
    reason: str = ""

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>"


def overall_test(
    net: CitationNetwork, groups: object, *, null: Strata = "year-pairs", unlabelled: Unlabelled = "drop"
) -> OverallTest:
    """Test all cells of the mixing matrix at once.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    null : {"year-pairs", "citing-years", "configuration"}
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    OverallTest
        ``(M - E)' V^- (M - E)`` with the exact mean and covariance under the null; chi-squared for many citations.

    Raises
    ------
    InputError
        If the groups were detected in the network, or are more than 64: there are k**4 covariances.

    References
    ----------
    .. [1] Mantel & Haenszel (1959). Statistical aspects of the analysis of data from retrospective studies of disease.
       Journal of the National Cancer Institute 22, 719-748.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame({"year": [1990] * 4 + [2000] * 4, "field": list("xxyyxxyy")}, index=list("abcdefgh"))
    >>> net = CitationNetwork(works, [4, 4, 5, 6, 6, 7], [0, 1, 0, 2, 3, 2])
    >>> found = overall_test(net, "field")
    >>> found.statistic, found.df, round(found.pvalue, 4)
    (5.0, 1, 0.0253)
    """
    from scipy.stats import chi2

    arcs, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    cells = cells_of(*strata_of(arcs, null))
    given = cells.margins()
    sizes, directions = np.linalg.eigh(cell_covariance(given))
    varies = sizes > sizes.size * np.finfo(float).eps * sizes.max(initial=0.0)
    rank = int(varies.sum())
    if not rank:
        reason = _NOTHING_VARIES if cells.n_citations else _NO_CITATION
        return OverallTest(float("nan"), 0, float("nan"), null, reason)
    excess = (cells.counts() - cell_moments(given)[0]).ravel()
    statistic = float(((excess @ directions[:, varies]) ** 2 / sizes[varies]).sum())
    p = max(float(chi2.sf(statistic, rank)), float(np.finfo(float).tiny))  # no p-value is 0
    return OverallTest(round(statistic, 12), rank, p, null)
