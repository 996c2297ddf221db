"""Bibliographic coupling and co-citation: which works share references, which are cited together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from citenet._support.choices import check_choice, check_count
from citenet.communities._overlap import common_members
from citenet.network import CitationNetwork, check_network

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["bibliographic_coupling", "co_citation"]

Normalisation = Literal["association", "cosine", "jaccard", "inclusion"]


def bibliographic_coupling(
    net: CitationNetwork, *, min_weight: int = 1, normalise: Normalisation | None = None
) -> sparse.csr_array:
    """Count the references that two works share.

    Parameters
    ----------
    net : CitationNetwork
        Cited works outside the corpus count only if they are works of the network.
    min_weight : int
        Pairs that share fewer references are left out.
    normalise : {"association", "cosine", "jaccard", "inclusion"}, optional
        Divide the count by what the two lists would share by chance, by the geometric mean of their lengths, by the
        size of their union, or by the shorter length.

    Returns
    -------
    csr_array, shape (n_works, n_works)
        Symmetric, without a diagonal, in the order of ``net.ids``; int32 counts or float64 where normalised.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame(index=list("ABCxyz"))
    >>> arcs = pd.DataFrame({"citing": list("AAABBBC"), "cited": list("xyzxyzz")}).drop(index=5)
    >>> net = CitationNetwork.from_frames(works, arcs)
    >>> bibliographic_coupling(net).toarray()[:3, :3].tolist()
    [[0, 2, 1], [2, 0, 0], [1, 0, 0]]
    """
    A = _adjacency(net)
    return _similarity(A, A.T.tocsr(), min_weight, normalise)


def co_citation(
    net: CitationNetwork, *, min_weight: int = 1, normalise: Normalisation | None = None
) -> sparse.csr_array:
    """Count the works that cite both of two works.

    Parameters
    ----------
    net : CitationNetwork
    min_weight : int
        Pairs cited together by fewer works are left out.
    normalise : {"association", "cosine", "jaccard", "inclusion"}, optional
        As in `bibliographic_coupling`, with citations in place of references.

    Returns
    -------
    csr_array, shape (n_works, n_works)
        Symmetric, without a diagonal, in the order of ``net.ids``; int32 counts or float64 where normalised.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame(index=list("ABCpq"))
    >>> arcs = pd.DataFrame({"citing": list("pppqq"), "cited": list("ABCAB")})
    >>> net = CitationNetwork.from_frames(works, arcs)
    >>> co_citation(net).toarray()[:3, :3].tolist()
    [[0, 2, 1], [2, 0, 1], [1, 1, 0]]
    """
    A = _adjacency(net)
    return _similarity(A.T.tocsr(), A, min_weight, normalise)


def _adjacency(net: CitationNetwork) -> sparse.csr_array:
    return check_network(net).to_scipy().astype(np.int32)


def _similarity(
    lists: sparse.csr_array, holders: sparse.csr_array, min_weight: int, normalise: Normalisation | None
) -> sparse.csr_array:
    """Compare each two lists (rows); ``holders`` says in which lists each member stands."""
    min_weight = check_count("min_weight", min_weight, 1)  # pairs with nothing in common have no entry
    if normalise is not None:
        check_choice("normalise", normalise, ["association", "cosine", "jaccard", "inclusion"])
    shared = common_members(lists, holders, min_weight)
    if normalise is None:
        return shared
    length = np.diff(lists.indptr).astype(np.float64)
    rows = np.repeat(np.arange(shared.shape[0]), np.diff(shared.indptr))
    a, b, count = length[rows], length[shared.indices], shared.data.astype(np.float64)
    divisor = {
        "association": lambda: a * b / length.sum(),
        "cosine": lambda: np.sqrt(a * b),
        "jaccard": lambda: a + b - count,
        "inclusion": lambda: np.minimum(a, b),
    }[normalise]()
    return type(shared)((count / divisor, shared.indices, shared.indptr), shape=shared.shape)
