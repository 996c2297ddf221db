"""Coleman's homophily index and its kin: citations inside a group against what its size would give.

What a group could have cited is counted over all works that have a group, or over those that existed when it cited.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.arithmetic import quotient
from citenet._support.choices import check_count, check_numbers
from citenet.bridging.availability import arcs_in_time, available
from citenet.bridging.mixing import LabelledArcs, Unlabelled, label_arcs, square_counts
from citenet.bridging.odds import check_pairs
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = [
    "available_shares",
    "beyond_share",
    "coleman",
    "coleman_in_time",
    "freeman",
    "group_sizes",
    "inbreeding_homophily",
]

Floats = npt.NDArray[np.float64]


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
    n = _sizes(counts, sizes)
    index = beyond_share(counts, (n - 1) / max(1.0, n.sum() - 1))
    return np.where(n > 1, index, np.nan)


def inbreeding_homophily(counts: npt.ArrayLike, sizes: npt.ArrayLike) -> Floats:
    """Compute the inbreeding homophily of each group: what lies beyond its share of the works, of what could.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)
    sizes : array_like, shape (k,)
        Works in each group.

    Returns
    -------
    ndarray, shape (..., k)
        ``(H_a - s_a) / (1 - s_a)`` with ``H_a = M_aa / R_a`` and the share ``s_a`` of the works; at most 1, 0 where a
        group cites itself in proportion to its size. NaN where it cites nothing or holds all works.

    Examples
    --------
    >>> inbreeding_homophily([[30, 5], [4, 11]], [20, 20]).round(6).tolist()
    [0.714286, 0.466667]
    """
    n = _sizes(counts, sizes)
    matrix = square_counts(counts)
    share = n / max(1.0, n.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        index = (np.diagonal(matrix, axis1=-2, axis2=-1) / matrix.sum(-1) - share) / (1 - share)
    return np.where(np.isfinite(index), index, np.nan)


def beyond_share(counts: npt.ArrayLike, shares: npt.ArrayLike) -> Floats:
    """Compute Coleman's index against any share of citations that would stay inside by chance.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)
    shares : array_like, shape (k,)
        Of the citations that each group makes, in [0, 1].

    Returns
    -------
    ndarray, shape (..., k)
        ``(w - w*) / (d - w*)`` above chance and ``(w - w*) / w*`` below, with w citations inside, d made and
        ``w* = d share``. NaN where a group cites nothing, or nothing could lie beyond chance.

    Examples
    --------
    >>> beyond_share([[30, 5], [4, 11]], [0.5, 1.0]).round(6).tolist()
    [0.714286, -0.266667]
    """
    matrix = square_counts(counts)
    inside, made = np.diagonal(matrix, axis1=-2, axis2=-1), matrix.sum(-1)
    chance = made * np.asarray(shares, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where(inside >= chance, (inside - chance) / (made - chance), (inside - chance) / chance)
    return np.where((made > 0) & np.isfinite(index), index, np.nan)


def coleman_in_time(
    net: CitationNetwork, groups: object, *, window: int | None = None, unlabelled: Unlabelled = "drop"
) -> pd.Series[Any]:
    """Compute Coleman's homophily index against what each paper could have cited at its time.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    window : int, optional
        Only works at most so many years older than the paper count as there to be cited, and only citations of such
        works count (`citation_lag` says how many are older); None takes all.
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    Series indexed by group
        In [-1, 1]; 0 is no preference beyond the share of the group among the works that existed. NaN where the group
        cites nothing, or nothing could lie beyond chance, as ``attrs["reason"]`` then says. Citations to later works
        are left out.

    Notes
    -----
    ``(w - w*) / (d - w*)`` above chance and ``(w - w*) / w*`` below, with w citations inside the group, d citations
    made, and ``w* = sum_i k_i N_a(i) / N(i)`` over its papers: k_i references, N_a(i) of N(i) works available. For a
    test, ``mixing_test(net, groups, "coleman_in_time")``.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1990] * 4 + [2000] * 2, "field": list("xxyyxy")}, index=list("abcdef"))
    >>> coleman_in_time(CitationNetwork(works, [4, 4, 5], [0, 1, 2]), "field").round(3).to_dict()
    {'x': 1.0, 'y': 1.0}
    """
    arcs = arcs_in_time(label_arcs(net, groups, unlabelled)[0])
    if window is not None:
        lag = net.year[net.citing[arcs.index]] - net.year[net.cited[arcs.index]]
        arcs = arcs.where(lag <= check_count("window", window), f"over {window} years old")
    index = beyond_share(arcs.counts(), available_shares(arcs, window))
    found = pd.Series(index, index=pd.Index(arcs.names, name="group"), name="coleman")
    undefined = ", ".join(found.index[found.isna()])
    reason = f"undefined of {undefined}: it cites nothing or nothing could lie beyond chance"
    found.attrs["reason"] = reason if undefined else ""
    return found


def group_sizes(arcs: LabelledArcs) -> Floats:
    """Count the works of each group, in or outside the corpus, shape (k,)."""
    return np.bincount(arcs.labels[arcs.labels >= 0], minlength=arcs.k).astype(np.float64)


def freeman(counts: npt.ArrayLike, pairs: npt.ArrayLike) -> Floats:
    """Compute Freeman's segregation index: how many crossing citations are missing.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)
    pairs : array_like, shape (2,)
        Ordered pairs of works within and between the groups in which the first could have cited the second.

    Returns
    -------
    ndarray, shape (...)
        One less the share of citations that cross over the share of pairs that do; at most 1 (none crosses), 0 by
        chance. Below 0 more cross than by chance, where Freeman writes 0. NaN without citations or pairs between
        groups.

    Examples
    --------
    >>> freeman([[12, 9], [9, 14]], [40, 50]).round(4).item()
    0.2636
    """
    matrix = square_counts(counts)
    within, between = check_pairs(pairs)
    total = matrix.sum((-2, -1))
    across = total - np.trace(matrix, axis1=-2, axis2=-1)
    expected = total * between / max(1.0, within + between)
    return 1 - quotient(across, expected)


def available_shares(arcs: LabelledArcs, window: int | None = None) -> Floats:
    """Share of its citations that each group would make inside if its papers drew from all that existed.

    Returns
    -------
    ndarray, shape (k,)
        ``sum_i k_i N_a(i) / N(i)`` over ``sum_i k_i``; NaN where a group cites nothing that is dated.
    """
    made, pool = available(arcs, window)
    size = pool.sum(axis=1)
    papers = np.flatnonzero((made > 0) & (size > 0))
    group = arcs.labels[papers]
    inside = made[papers] * pool[papers, group] / size[papers]
    chance, total = (np.bincount(group, weight, minlength=arcs.k) for weight in (inside, made[papers]))
    shares: Floats = np.divide(chance, total, out=np.full(arcs.k, np.nan), where=total > 0)
    return shares


def _sizes(counts: npt.ArrayLike, sizes: npt.ArrayLike) -> Floats:
    n, k = check_numbers("sizes", sizes), square_counts(counts).shape[-1]
    if n.shape != (k,):
        raise InputError(f"sizes has shape {n.shape} for {k} groups; it must be ({k},)")
    return n
