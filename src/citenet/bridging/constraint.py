"""Structural holes: Burt's constraint, and bridging centrality, on the network without direction."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.betweenness import betweenness
from citenet.bridging.flow import undirected
from citenet.network import CitationNetwork

__all__ = ["bridging_centrality", "burt_constraint"]

Floats = npt.NDArray[np.float64]
_ALONE = "neither cites nor is cited"
_BLOCK = 4_000_000  # multiplications of one block


def burt_constraint(net: CitationNetwork) -> pd.Series[float]:
    """Compute Burt's constraint: how far a work's neighbours are all neighbours of one another.

    Parameters
    ----------
    net : CitationNetwork

    Returns
    -------
    Series of float, indexed by work id
        ``sum_j (p_vj + sum_q p_vq p_qj)**2`` over the neighbours j of v, with p_vj the share of v's links (citations in
        either direction) that are with j. Low where a work stands between others who do not cite each other; can
        exceed 1 where there are few neighbours. NaN for a work that neither cites nor is cited: ``attrs["reason"]``
        counts them.

    References
    ----------
    .. [1] Burt (1992). Structural Holes: The Social Structure of Competition. Harvard University Press.

    Examples
    --------
    >>> star = CitationNetwork(pd.DataFrame(index=list("hxyz")), [1, 2, 3], [0, 0, 0])
    >>> burt_constraint(star).round(4).tolist()
    [0.3333, 1.0, 1.0, 1.0]
    """
    from scipy import sparse

    A = net.to_scipy().astype(float)
    links = (A + A.T).tocsr()
    strength = np.asarray(links.sum(axis=1)).ravel()
    p = (sparse.diags_array(np.divide(1, strength, out=np.zeros(strength.size), where=strength > 0)) @ links).tocsr()
    parts = [_squares(p, low, high) for low, high in _blocks(p)]
    value = np.concatenate(parts) if parts else np.empty(0)
    value[strength == 0] = np.nan
    constraint = pd.Series(value, index=net.ids, name="constraint")
    alone = int((strength == 0).sum())
    constraint.attrs["reason"] = f"undefined for {alone} of {value.size} works: {_ALONE}" if alone else ""
    return constraint


def _squares(p: object, low: int, high: int) -> Floats:
    """Sum of squares of direct and indirect shares, over the neighbours, for some rows."""
    rows = p[low:high]  # type: ignore[index]
    contacts = rows.copy()
    contacts.data = np.ones_like(contacts.data)
    local = rows + (rows @ p).multiply(contacts)
    return np.asarray(local.power(2).sum(axis=1)).ravel()


def _blocks(p: object) -> Iterator[tuple[int, int]]:
    """Ranges of rows whose product with the matrix is of limited size."""
    length = np.diff(p.indptr)  # type: ignore[attr-defined]
    work = np.cumsum(p.astype(bool).astype(np.int64) @ length)  # type: ignore[attr-defined]
    block = work // _BLOCK
    bounds = [*np.flatnonzero(np.diff(block, prepend=-1)).tolist(), block.size]
    yield from zip(bounds[:-1], bounds[1:], strict=True)


def bridging_centrality(net: CitationNetwork) -> pd.DataFrame:
    """Compute bridging centrality: betweenness times how much better linked a work's neighbours are than itself.

    Parameters
    ----------
    net : CitationNetwork

    Returns
    -------
    DataFrame, indexed by work id
        ``neighbours`` (works that cite it or that it cites), ``betweenness`` (over all unordered pairs of works, on the
        network without direction, at least 0), ``bridging_coefficient`` (``1/k_v`` over the sum of ``1/k_u`` of its
        neighbours u) and ``bridging_centrality``, their product. The last two are NaN for a work without neighbours, as
        ``note`` then says.

    Notes
    -----
    It knows no groups: a work can bridge parts of one literature. Time grows with works times citations.

    References
    ----------
    .. [1] Hwang, Kim, Ramanathan & Zhang (2008). Bridging centrality: graph mining from element level to group level.
       Proceedings of the 14th ACM SIGKDD International Conference, 336-344.

    Examples
    --------
    >>> path = CitationNetwork(pd.DataFrame(index=list("abc")), [1, 2], [0, 1])
    >>> bridging_centrality(path)["bridging_centrality"].tolist()
    [0.0, 0.25, 0.0]
    """
    graph, n = undirected(net), net.n_works
    value, _, _ = betweenness(graph, np.arange(n), np.ones(n, bool))
    value /= 2
    degree = np.diff(graph.start).astype(float)
    inverse = np.divide(1, degree, out=np.zeros(n), where=degree > 0)
    ego = np.repeat(np.arange(n), np.diff(graph.start))
    around = np.bincount(ego, inverse[graph.follower], minlength=n)
    coefficient = np.divide(inverse, around, out=np.full(n, np.nan), where=degree > 0)
    columns = {
        "neighbours": degree.astype(np.int64),
        "betweenness": value,
        "bridging_coefficient": coefficient,
        "bridging_centrality": value * coefficient,
        "note": pd.Series(_ALONE, index=net.ids, dtype="str").where(degree == 0),
    }
    return pd.DataFrame(columns, index=net.ids)
