"""How far shuffling who is cited would let papers cite themselves, which none does."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs

__all__ = ["self_cited", "self_cited_note"]

Ints = npt.NDArray[np.int64]
_MUCH = 0.005  # of the citations tested


def self_cited(tested: LabelledArcs, stratum: Ints) -> float:
    """Compute how many citations of papers of themselves the shuffle within strata has on the average.

    Parameters
    ----------
    tested : LabelledArcs
    stratum : ndarray of int64, shape (m,)
        Of each arc.

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
    >>> round(self_cited(arcs, np.zeros(3, np.int64)), 3)
    1.0
    """
    net = tested.net
    citing, cited = net.citing[tested.index].astype(np.int64), net.cited[tested.index].astype(np.int64)
    both = np.intersect1d(citing, cited)  # only these can meet themselves
    total = np.bincount(stratum, minlength=1)
    made, received = (
        np.unique((stratum * net.n_works + end)[np.isin(end, both)], return_counts=True) for end in (citing, cited)
    )
    key, i, j = np.intersect1d(made[0], received[0], assume_unique=True, return_indices=True)
    return float((made[1][i] * received[1][j] / total[key // max(1, net.n_works)]).sum())


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
