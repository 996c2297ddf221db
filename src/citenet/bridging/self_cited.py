"""How far shuffling who is cited would let papers cite themselves, which none does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.stratified import Strata

__all__ = ["expected_meetings", "self_cited", "self_cited_note"]

Ints = npt.NDArray[np.int64]
_MUCH = 0.005  # of the citations tested


def self_cited(tested: LabelledArcs, stratum: Ints, strata: Strata) -> float:
    """Compute how many citations of papers of themselves the shuffle within strata has on the average.

    Parameters
    ----------
    tested : LabelledArcs
    stratum : ndarray of int64, shape (m,)
        Of each arc.
    strata : {"year-pairs", "citing-years", "configuration"}
        What the strata are.

    Returns
    -------
    float
        Sum over strata and papers of citations made times citations received over those of the stratum.

    Examples
    --------
    >>> import pandas as pd
    >>> from citenet import CitationNetwork
    >>> from citenet.bridging.mixing import label_arcs
    >>> works = pd.DataFrame({"year": [2000] * 3, "field": list("xyx")}, index=list("abc"))
    >>> arcs, _ = label_arcs(CitationNetwork(works, [0, 1, 2], [1, 2, 1]), "field")
    >>> round(self_cited(arcs, np.zeros(3, np.int64), "year-pairs"), 3)
    1.0
    """
    net = tested.net
    citing, cited = net.citing[tested.index], net.cited[tested.index]
    same = np.ones(citing.size, bool) if strata == "configuration" else net.year[citing] == net.year[cited]
    makes = same if strata == "year-pairs" else np.ones(citing.size, bool)  # the only stratum where it can be cited too
    place = np.zeros(net.n_works, np.int64)
    place[citing[makes]] = stratum[makes]
    made, received = (np.bincount(end, minlength=net.n_works) for end in (citing[makes], cited[same]))
    total = np.bincount(stratum)
    # Whole numbers below 2**53 add up exactly in doubles.
    met = np.bincount(place, made * received, minlength=total.size)[: total.size]
    return expected_meetings(met, total)


def expected_meetings(met: npt.NDArray[np.float64] | Ints, total: Ints) -> float:
    """Divide, stratum by stratum, the ways in which papers can meet themselves by the citations, and add up.

    >>> expected_meetings(np.array([4, 0]), np.array([8, 2]))
    0.5
    """
    return float((met / total).sum())


def self_cited_note(expected: float, tested: int) -> str:
    """Say in words how much of what the shuffle expects cannot be; nothing where it is little.

    >>> self_cited_note(4.0, 100)[:68]
    'shuffled, 4.0 citations (4.0 % of those tested) would run from a pap'
    >>> self_cited_note(0.1, 100)
    ''
    """
    if not expected > _MUCH * tested:
        return ""
    return (
        f"shuffled, {expected:.1f} citations ({100 * expected / tested:.1f} % of those tested) would run from a paper "
        "to itself, which none does: too many are expected inside groups and too few across, so that what crosses "
        "seems more than it is; few papers citing within their year make this"
    )
