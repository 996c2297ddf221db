"""Idea flow: the citation graph turned round, as arrays that a kernel can walk.

Ideas run from the cited work to the one that cites it. Who stands between two groups is measured on this graph.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition, group_pair

__all__ = ["Flow", "idea_flow", "pair_of_groups", "undirected"]

Ints = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]


class Flow(NamedTuple):
    """A graph: work i is followed by ``follower[start[i]:start[i + 1]]``, ascending."""

    start: Ints
    follower: Ints


def idea_flow(net: CitationNetwork) -> tuple[Flow, npt.NDArray[np.int64]]:
    """Return the idea flow: each work followed by those that cite it.

    Parameters
    ----------
    net : CitationNetwork

    Returns
    -------
    flow : Flow
        ``start`` of shape (n_works + 1,), ``follower`` of shape (n_citations,).
    arc : ndarray of int64, shape (n_citations,)
        Position in the network of the citation behind each entry of ``follower``.

    Examples
    --------
    >>> import pandas as pd
    >>> flow, arc = idea_flow(CitationNetwork(pd.DataFrame(index=list("abc")), [1, 2, 2], [0, 0, 1]))
    >>> flow.start.tolist(), flow.follower.tolist(), arc.tolist()
    ([0, 2, 3, 3], [1, 2, 2], [0, 1, 2])
    """
    arc = np.argsort(net.cited, kind="stable")
    return Flow(_starts(net.cited, net.n_works), net.citing[arc].astype(np.int64)), arc


def undirected(net: CitationNetwork) -> Flow:
    """Return the graph without direction: two works are neighbours where one cites the other, once."""
    n = net.n_works
    one, other = (np.concatenate(ends).astype(np.int64) for ends in ((net.citing, net.cited), (net.cited, net.citing)))
    pairs = np.unique(one * n + other)
    return Flow(_starts(pairs // max(1, n), n), pairs % max(1, n))


def _starts(first: Ints, n: int) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(np.bincount(first, minlength=n))]).astype(np.int64)


def pair_of_groups(net: CitationNetwork, groups: object, a: str, b: str) -> tuple[Partition, Mask, Mask]:
    """Return the partition and which works are of group ``a`` and of group ``b``.

    Raises
    ------
    InputError
        If a group is unknown or both are the same.
    """
    partition = as_partition(groups, net)
    first, second = group_pair(partition.group_names, a, b)
    return partition, partition.labels == first, partition.labels == second
