"""Search path counts: through how many ways from the oldest ideas to the newest works each citation leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.network import CitationNetwork

__all__ = ["SearchPaths", "search_path_counts", "search_paths"]

Ints = npt.NDArray[np.int64]


def search_path_counts(net: CitationNetwork) -> pd.DataFrame:
    """Count for each citation the paths of idea flow, from beginning to end, that use it.

    Parameters
    ----------
    net : CitationNetwork

    Returns
    -------
    DataFrame, one row per citation, in the order of ``net.to_frame()``
        ``citing``, ``cited``, ``spc`` (exact Python ints; None for a citation within a cycle), ``share`` (of all paths,
        in [0, 1]; NaN within a cycle) and ``note``.

    Notes
    -----
    ``SPC(u→v) = N⁻(u) N⁺(v)``: paths that reach the cited work u from works that cite nothing, times paths that lead on
    from the citing work v to works that are not cited. Works that cite one another in a circle are counted as one work;
    every citation between such a family and another work stays a citation of its own.

    References
    ----------
    .. [1] Hummon & Doreian (1989). Connectivity in a citation network: the development of DNA theory. Social Networks
       11, 39-63.
    .. [2] Batagelj (2003). Efficient algorithms for citation network analysis. arXiv cs/0309023.

    Examples
    --------
    >>> diamond = CitationNetwork(pd.DataFrame(index=list("abcd")), [1, 2, 3, 3], [0, 0, 1, 2])
    >>> search_path_counts(diamond)[["spc", "share"]].values.tolist()
    [[1, 0.5], [1, 0.5], [1, 0.5], [1, 0.5]]
    """
    paths = search_paths(net.citing, net.cited, net.n_works)
    table = pd.DataFrame({"citing": net.ids[net.citing], "cited": net.ids[net.cited]})
    table["spc"] = pd.Series(paths.spc, dtype="object")
    table["share"] = [float("nan") if count is None else count / paths.total for count in paths.spc]
    within = np.array([count is None for count in paths.spc], dtype=bool)
    notes = np.full(within.size, None, dtype=object)
    notes[within] = "within a cycle: its works are counted as one"
    table["note"] = pd.Series(notes, dtype="str")
    return table


@dataclass(frozen=True, eq=False)
class SearchPaths:
    """Search path counts with what a main path needs.

    Parameters
    ----------
    spc : list of int or None, length m
        Count of each arc; None within a family.
    total : int
        Paths in all.
    family : ndarray of int64, shape (n,)
        Which works are counted as one; numbered by the first of them.
    order : list of int
        Families that have arcs, from the oldest ideas on: after all that they draw on.
    """

    spc: list[int | None]
    total: int
    family: Ints
    order: list[int]


def search_paths(citing: npt.NDArray[np.int32], cited: npt.NDArray[np.int32], n: int) -> SearchPaths:
    """Count search paths on the arcs of a network (parallel arcs are paths of their own)."""
    family = _families(citing, cited, n)
    source, target = family[cited], family[citing]
    between = np.flatnonzero(source != target)
    source, target = source[between], target[between]
    order = _order(source, target, n)
    into, onward = [0] * n, [0] * n
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(len(order))
    began = np.bincount(target, minlength=n) == 0
    ended = np.bincount(source, minlength=n) == 0
    for v in order:
        into[v], onward[v] = int(began[v]), int(ended[v])
    by_source = np.argsort(rank[source], kind="stable").tolist()
    sources, targets = source.tolist(), target.tolist()
    for i in by_source:
        into[targets[i]] += into[sources[i]]
    for i in np.argsort(-rank[target], kind="stable").tolist():
        onward[sources[i]] += onward[targets[i]]
    spc: list[int | None] = [None] * citing.size
    for i, arc in enumerate(between.tolist()):
        spc[arc] = into[sources[i]] * onward[targets[i]]
    return SearchPaths(spc, sum(into[v] for v in order if ended[v]), family, order)


def _families(citing: npt.NDArray[np.int32], cited: npt.NDArray[np.int32], n: int) -> Ints:
    """First work of the strongly connected component of each work."""
    from scipy import sparse

    A = sparse.coo_array((np.ones(citing.size, np.int8), (citing, cited)), shape=(n, n)).tocsr()
    if not n:
        return np.empty(0, np.int64)
    component = sparse.csgraph.connected_components(A, directed=True, connection="strong")[1]
    first = np.full(n, n, np.int64)
    np.minimum.at(first, component, np.arange(n))
    families: Ints = first[component]
    return families


def _order(source: Ints, target: Ints, n: int) -> list[int]:
    """Families with arcs in topological order, generation by generation, each in order of number."""
    by_source = np.argsort(source, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=n))])
    follower = target[by_source]
    waiting = np.bincount(target, minlength=n)
    touched = (waiting > 0) | (np.diff(start) > 0)
    generation = np.flatnonzero(touched & (waiting == 0))
    order: list[int] = []
    while generation.size:
        order += generation.tolist()
        length = start[generation + 1] - start[generation]
        offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        reached = follower[np.repeat(start[generation], length) + offset]
        np.subtract.at(waiting, reached, 1)
        candidates = np.unique(reached)
        generation = candidates[waiting[candidates] == 0]
    return order
