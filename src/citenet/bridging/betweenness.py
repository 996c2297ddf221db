"""Inter-group betweenness: which works and citations carry the shortest ways of ideas from one group to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.kernel import kernel
from citenet._support.tables import Table
from citenet.bridging.flow import Flow, idea_flow, pair_of_groups
from citenet.network import CitationNetwork
from citenet.partition import Partition

__all__ = ["InterGroupBetweenness", "betweenness", "intergroup_betweenness"]

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_STEPS_PER_ARC = 6.0


@dataclass(frozen=True, eq=False, repr=False)
class InterGroupBetweenness:
    """Who stands on the shortest ways from the works of one group to those of another.

    Parameters
    ----------
    a, b : str
        Ideas run from a to b: works of b cite works of a, directly or through others.
    pairs : int
        Pairs of a work of a and a work of b.
    feasible : int
        Those where the work of b is not older; both dated.
    reachable : int
        Those with a way.
    works : DataFrame
        Per work: see `intergroup_betweenness`.
    arcs : DataFrame
        Per citation: see `intergroup_betweenness`.
    """

    a: str
    b: str
    pairs: int
    feasible: int
    reachable: int
    works: Table = Table()
    arcs: Table = Table()

    @property
    def reachability(self) -> float:
        """Share of the pairs that have a way, in [0, 1]; NaN without pairs."""
        return self.reachable / self.pairs if self.pairs else float("nan")

    def __repr__(self) -> str:
        leader = self.works.iloc[0] if len(self.works) and self.works["betweenness"].iloc[0] > 0 else None
        first = "" if leader is None else f"; most through {leader.name} ({leader['share']:.1%})"
        return (
            f"<InterGroupBetweenness: {self.reachable:,} of {self.pairs:,} ways from {self.a} to {self.b} exist{first}>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the table of works."""
        return self.works


def intergroup_betweenness(net: CitationNetwork, groups: object, a: str, b: str) -> InterGroupBetweenness:
    """Measure who stands between the ideas of one group and the works of another.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    a, b : str
        Ideas run from works of ``a`` to works of ``b``, through any work: from the cited to the citing.

    Returns
    -------
    InterGroupBetweenness
        ``works``, indexed by work id: ``group``, ``year``, ``betweenness`` (``sum sigma_st(v) / sigma_st`` over s of a
        and t of b other than v, with sigma_st the number of shortest ways; at least 0), ``share`` (of the reachable
        pairs, in [0, 1]; NaN where there are none), ``title``.

        ``arcs``: ``citing``, ``cited``, their groups, ``crosses`` (both have a group, and not the same; NA where one
        has none), ``betweenness``, ``share``. Ways of one step count for arcs and not for works. Highest first in both.

    Notes
    -----
    Most pairs of a citation network have no way: they count neither for nor against a work, and ``reachability`` says
    how many do. Time grows with works of a times citations.

    References
    ----------
    .. [1] Brandes (2001). A faster algorithm for betweenness centrality. Journal of Mathematical Sociology 25, 163-177.

    Examples
    --------
    >>> works = pd.DataFrame({"field": ["x", "x", None, "y"]}, index=list("abvz"))
    >>> net = CitationNetwork(works, [2, 2, 3], [0, 1, 2])
    >>> intergroup_betweenness(net, "field", "x", "y")
    <InterGroupBetweenness: 2 of 2 ways from x to y exist; most through v (100.0%)>
    """
    partition, in_a, in_b = pair_of_groups(net, groups, a, b)
    flow, arc = idea_flow(net)
    of_works, of_followers, reachable = betweenness(flow, np.flatnonzero(in_a), in_b)
    of_arcs = np.empty(net.n_citations)
    of_arcs[arc] = of_followers
    return InterGroupBetweenness(
        a=a,
        b=b,
        pairs=int(in_a.sum()) * int(in_b.sum()),
        feasible=_feasible(net.year[in_a], net.year[in_b]),
        reachable=reachable,
        works=_table_of_works(net, partition, of_works, reachable),
        arcs=_table_of_arcs(net, partition, of_arcs, reachable),
    )


def betweenness(flow: Flow, sources: Ints, targets: Mask) -> tuple[Floats, Floats, int]:
    """Compute betweenness over the shortest ways from some works to others.

    Parameters
    ----------
    flow : Flow
        Over n works.
    sources : array_like of int, shape (s,)
    targets : ndarray of bool, shape (n,)

    Returns
    -------
    works : ndarray, shape (n,)
        Ends do not count.
    followers : ndarray, shape (m,)
        For each entry of ``flow.follower``.
    reachable : int
        Pairs of a source and another work that is a target with a way between them.
    """
    n, m = targets.size, flow.follower.size
    room = Room(
        distance=np.full(n, -1, np.int64), ways=np.zeros(n), beyond=np.zeros(n), queue=np.empty(max(1, n), np.int64)
    )
    result = Result(np.zeros(n), np.zeros(m))
    run = accumulate.sized(_STEPS_PER_ARC * sources.size * (n + m))
    reachable = run(flow, np.asarray(sources, np.int64), targets.astype(np.int64), room, result)
    return result.works, result.followers, int(reachable)


class Room(NamedTuple):
    """What a search keeps, n entries each; ``distance`` is -1 outside a search."""

    distance: Ints
    ways: Floats
    beyond: Floats
    queue: Ints


class Result(NamedTuple):
    """Betweenness of each work and of each entry of ``follower``, added up."""

    works: Floats
    followers: Floats


@kernel
def search(flow: Flow, source: int, room: Room) -> int:
    """Walk breadth first from a source, counting shortest ways; returns how many works are in ``queue``."""
    distance, ways, queue = room.distance, room.ways, room.queue
    distance[source] = 0
    ways[source] = 1.0
    queue[0] = source
    head = 0
    tail = 1
    while head < tail:
        v = queue[head]
        head += 1
        for p in range(flow.start[v], flow.start[v + 1]):
            w = flow.follower[p]
            if distance[w] < 0:
                distance[w] = distance[v] + 1
                ways[w] = 0.0
                queue[tail] = w
                tail += 1
            if distance[w] == distance[v] + 1:
                ways[w] += ways[v]
    return tail


@kernel
def accumulate(flow: Flow, sources: Ints, target: Ints, room: Room, result: Result) -> int:
    """Add what each source gives; returns how many targets were reached in all."""
    distance, ways, beyond = room.distance, room.ways, room.beyond
    reached = 0
    for i in range(len(sources)):
        source = sources[i]
        n = search(flow, source, room)
        for q in range(n - 1, -1, -1):
            v = room.queue[q]
            beyond[v] = 0.0
            for p in range(flow.start[v], flow.start[v + 1]):
                w = flow.follower[p]
                if distance[w] == distance[v] + 1:
                    carried = ways[v] * ((target[w] + beyond[w]) / ways[w])
                    result.followers[p] += carried
                    beyond[v] += carried
            if v != source:
                result.works[v] += beyond[v]
                reached += target[v]
        for q in range(n):
            distance[room.queue[q]] = -1
    return reached


def _feasible(year_a: Floats, year_b: Floats) -> int:
    """Pairs of which the second is not older; both dated."""
    first = np.sort(year_a[~np.isnan(year_a)])
    return int(np.searchsorted(first, year_b[~np.isnan(year_b)], side="right").sum())


def _table_of_works(net: CitationNetwork, partition: Partition, value: Floats, reachable: int) -> pd.DataFrame:
    works = net.works
    order = np.lexsort((np.arange(value.size), -value))
    table = pd.DataFrame(
        {
            "group": pd.Series(partition.names_of(partition.labels), index=net.ids, dtype="str"),
            "year": works["year"],
            "betweenness": value,
            "share": value / reachable if reachable else np.nan,
            "title": works["title"],
        },
        index=net.ids,
    )
    return table.iloc[order]


def _table_of_arcs(net: CitationNetwork, partition: Partition, value: Floats, reachable: int) -> pd.DataFrame:
    citing, cited = partition.labels[net.citing], partition.labels[net.cited]
    crosses = pd.Series(citing != cited, dtype="boolean").mask((citing < 0) | (cited < 0))
    table = pd.DataFrame(
        {
            "citing": net.ids[net.citing],
            "cited": net.ids[net.cited],
            "citing_group": pd.Series(partition.names_of(citing), dtype="str"),
            "cited_group": pd.Series(partition.names_of(cited), dtype="str"),
            "crosses": crosses,
            "betweenness": value,
            "share": value / reachable if reachable else np.nan,
        }
    )
    return table.iloc[np.lexsort((np.arange(value.size), -value))].reset_index(drop=True)
