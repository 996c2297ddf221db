"""Removal effect: what becomes of the bridge between two groups when one paper is taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.kernel import kernel
from citenet._support.tables import Table
from citenet.bridging.flow import Flow, idea_flow, pair_of_groups
from citenet.bridging.leave_out import without_each
from citenet.bridging.mixing import label_arcs
from citenet.bridging.stratified import strata_of
from citenet.network import CitationNetwork

__all__ = ["RemovalEffect", "removal_effect"]

Ints = npt.NDArray[np.integer[Any]]
_NOTHING = "nothing is expected without it"
_STEPS_PER_ARC = 12.0


@dataclass(frozen=True, eq=False, repr=False)
class RemovalEffect:
    """The bridge between two groups, with and without each work.

    Parameters
    ----------
    a, b : str
        Ideas run from a to b: works of b cite works of a.
    citations : int
        Citations of works of a by works of b with a year at both ends.
    expected : float
        Their expectation where who is cited is shuffled within (citing year, cited year).
    reachable : int
        Pairs of a work of a and a work of b that it reaches, directly or through others.
    works : DataFrame
        Per work: see `removal_effect`.
    """

    a: str
    b: str
    citations: int
    expected: float
    reachable: int
    works: Table = Table()

    @property
    def ratio(self) -> float:
        """Observed over expected citations; NaN where none is expected."""
        return self.citations / self.expected if self.expected > 0 else float("nan")

    def __repr__(self) -> str:
        return (
            f"<RemovalEffect: {self.b} cites {self.a} {self.citations:,} times (observed/expected {self.ratio:.2f}); "
            f"{self.reachable:,} pairs connected; .works has what each work carries>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the table of works."""
        return self.works


def removal_effect(net: CitationNetwork, groups: object, a: str, b: str) -> RemovalEffect:
    """Measure what the bridge from one group's ideas to another group loses without each work.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    a, b : str
        Ideas run from works of ``a`` to works of ``b``: from the cited to the citing.

    Returns
    -------
    RemovalEffect
        ``works``, indexed by work id, those that carry most pairs first: ``group``, ``year``,

        - ``citations``: citations of a by b at the work, lost with it.
        - ``ratio_without``: observed/expected without the work, its citations taken out of the null too; NaN where
          nothing is expected then. ``ratio_change``: the difference to ``ratio``.
        - ``pairs_through``: pairs of other works that every way leads through it, lost with it.
        - ``pairs_ended``: connected pairs that it is one end of, lost with it too.
        - ``title``; ``note``: why a value is NaN.

    Notes
    -----
    A work carries the pairs that it dominates in the flow from each source, so that no work is removed one by one. Time
    grows with works of a times citations.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1, 1, 2, 3], "field": ["x", "x", None, "y"]}, index=list("abvz"))
    >>> net = CitationNetwork(works, [2, 2, 3], [0, 1, 2])
    >>> removal_effect(net, "field", "x", "y").works["pairs_through"].to_dict()
    {'v': 2, 'a': 0, 'b': 0, 'z': 0}
    """
    partition, in_a, in_b = pair_of_groups(net, groups, a, b)
    arcs, _ = label_arcs(net, partition)
    tested, stratum = strata_of(arcs, "year-pairs")
    counts = without_each(tested, stratum, partition.group(b), partition.group(a))
    flow, _ = idea_flow(net)
    pairs = _connected_pairs(flow, np.flatnonzero(in_a), in_b)
    works = net.works
    ratio = counts.citations / counts.expected if counts.expected > 0 else float("nan")
    columns = {
        "group": pd.Series(partition.names_of(partition.labels), index=net.ids, dtype="str"),
        "year": works["year"],
        "citations": counts.lost,
        "ratio_without": counts.ratio_without,
        "ratio_change": counts.ratio_without - ratio,
        "pairs_through": pairs.through,
        "pairs_ended": pairs.ended,
        "title": works["title"],
        "note": pd.Series(_NOTHING, index=net.ids, dtype="str").where(np.isnan(counts.ratio_without)),
    }
    order = np.lexsort((np.arange(net.n_works), -counts.lost, -pairs.through))
    table = pd.DataFrame(columns, index=net.ids).iloc[order]
    return RemovalEffect(a, b, counts.citations, counts.expected, pairs.reachable, table)


class _Pairs(NamedTuple):
    reachable: int
    through: Ints
    ended: Ints


def _connected_pairs(flow: Flow, sources: Ints, targets: npt.NDArray[np.bool_]) -> _Pairs:
    n, m = targets.size, flow.follower.size
    fresh = [np.zeros(n, np.int64) for _ in range(4)]
    tree = Tree(np.full(n, -1, np.int64), *fresh)
    result = Carried(np.zeros(n, np.int64), np.zeros(n, np.int64))
    back = _reversed(flow, n)
    run = carry.sized(_STEPS_PER_ARC * sources.size * (n + m))
    reachable = run(flow, back, np.asarray(sources, np.int64), targets.astype(np.int64), tree, result)
    return _Pairs(int(reachable), result.through, result.ended)


def _reversed(flow: Flow, n: int) -> Flow:
    tail = np.repeat(np.arange(n, dtype=np.int64), np.diff(flow.start))
    order = np.argsort(flow.follower, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(flow.follower, minlength=n))]).astype(np.int64)
    return Flow(start, tail[order])


class Tree(NamedTuple):
    """What a search keeps, n entries each; ``rank`` (place in postorder) is -1 outside a search."""

    rank: Ints
    parent: Ints
    cursor: Ints
    order: Ints
    inside: Ints


class Carried(NamedTuple):
    """Pairs that each work carries, and those that it ends."""

    through: Ints
    ended: Ints


@kernel
def postorder(flow: Flow, source: int, tree: Tree) -> int:
    """Walk depth first from a source; works are left in ``order``. Returns how many there are.

    During the walk ``parent`` is the work one came from and a rank of -2 marks those that are not left yet.
    """
    rank, parent, cursor = tree.rank, tree.parent, tree.cursor
    rank[source] = -2
    cursor[source] = flow.start[source]
    parent[source] = source
    v = source
    n = 0
    walking = True
    while walking:
        if cursor[v] < flow.start[v + 1]:
            w = flow.follower[cursor[v]]
            cursor[v] += 1
            if rank[w] == -1:
                rank[w] = -2
                cursor[w] = flow.start[w]
                parent[w] = v
                v = w
        else:
            rank[v] = n
            tree.order[n] = v
            n += 1
            if v == source:
                walking = False
            else:
                v = parent[v]
    return n


@kernel
def dominate(back: Flow, n: int, tree: Tree) -> None:
    """Make ``parent`` the immediate dominator of each work of the walk."""
    rank, parent, order = tree.rank, tree.parent, tree.order
    source = order[n - 1]
    for i in range(n - 1):
        parent[order[i]] = -1
    changed = True
    while changed:
        changed = False
        for i in range(n - 2, -1, -1):
            v = order[i]
            found = -1
            for p in range(back.start[v], back.start[v + 1]):
                u = back.follower[p]
                if rank[u] >= 0 and parent[u] >= 0:
                    if found < 0:
                        found = u
                    else:
                        while found != u:
                            if rank[found] < rank[u]:
                                found = parent[found]
                            else:
                                u = parent[u]
            if parent[v] != found:
                parent[v] = found
                changed = True
    parent[source] = source


@kernel
def carry(flow: Flow, back: Flow, sources: Ints, target: Ints, tree: Tree, result: Carried) -> int:
    """Add the pairs that each work carries from each source; returns the pairs that are connected."""
    reachable = 0
    for i in range(len(sources)):
        source = sources[i]
        n = postorder(flow, source, tree)
        dominate(back, n, tree)
        for j in range(n):
            tree.inside[tree.order[j]] = 0
        for j in range(n - 1):
            v = tree.order[j]
            result.through[v] += tree.inside[v]
            result.ended[v] += target[v]
            tree.inside[tree.parent[v]] += tree.inside[v] + target[v]
        result.ended[source] += tree.inside[source]
        reachable += tree.inside[source]
        for j in range(n):
            tree.rank[tree.order[j]] = -1
    return reachable
