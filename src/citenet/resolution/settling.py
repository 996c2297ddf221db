"""Clusters of records of which some conflict: what is as like one of two conflicting ones as the other joins neither.

Nothing depends on the order of records: pairs of one strength are looked at together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from citenet.resolution.clusters import as_sets, disjoint

__all__ = ["settled"]

Pair = tuple[int, int]
Edge = tuple[int, int, float]


class _Clusters:
    """Disjoint clusters of records with what keeps them apart."""

    def __init__(self, label: dict[int, int], ids: Sequence[dict[str, str]], barred: dict[int, set[int]]) -> None:
        self.label = label
        self.members: dict[int, list[int]] = defaultdict(list)
        self.held: dict[int, dict[str, set[str]]] = defaultdict(dict)
        self.barred = barred
        for row, of in label.items():
            self.members[of].append(row)
            for scheme, values in as_sets(ids[row]).items():
                self.held[of].setdefault(scheme, set()).update(values)

    def conflict(self, one: int, other: int) -> bool:
        if disjoint(self.held[one], self.held[other]):
            return True
        small, large = sorted((one, other), key=lambda of: len(self.members[of]))
        return any(self.label.get(rival) == large for row in self.members[small] for rival in self.barred.get(row, ()))

    def may_conflict(self, of: int) -> bool:
        return bool(self.held[of]) or any(row in self.barred for row in self.members[of])

    def join(self, parts: Iterable[int]) -> None:
        low, *others = sorted(parts)
        for other in others:
            for row in self.members[other]:
                self.label[row] = low
            self.members[low] += self.members.pop(other)
            for scheme, values in self.held.pop(other).items():
                self.held[low].setdefault(scheme, set()).update(values)

    def bar(self, one: int, other: int) -> None:
        here, there = self.members[one][0], self.members[other][0]
        self.barred.setdefault(here, set()).add(there)
        self.barred.setdefault(there, set()).add(here)

    def pairs(self, edges: Iterable[Edge]) -> set[Pair]:
        """Pairs of clusters that edges link and nothing keeps apart."""
        found = {_pair(self.label[a], self.label[b]) for a, b, _ in edges}
        return {(one, other) for one, other in found if one != other and not self.conflict(one, other)}


def settled(
    label: dict[int, int],
    edges: Sequence[Edge],
    ids: Sequence[dict[str, str]],
    barred: dict[int, set[int]],
    margin: float,
) -> set[Pair]:
    """Join the clusters of records from the surest pair on.

    Parameters
    ----------
    label : dict of record to cluster
        Changed to what is joined.
    edges : sequence of (int, int, float)
        Records that may be joined, and how surely.
    ids : sequence of dict
        Identifiers of each record.
    barred : dict of record to set of int
        Records that are never joined with it; what is torn is added.
    margin : float
        A pair is torn where another, less weak by this than the pair, leads to a record that conflicts with it.

    Returns
    -------
    set of (int, int)
        Edges that are torn.
    """
    clusters, torn_edges = _Clusters(label, ids, barred), set()
    for strength in sorted({edge[2] for edge in edges}, reverse=True):
        tier = clusters.pairs(edge for edge in edges if edge[2] == strength)
        if not tier:
            continue
        window = [edge for edge in edges if strength - margin < edge[2] <= strength]
        torn = _torn_directly(clusters, tier, clusters.pairs(window))
        kept, more = _without_conflict(clusters, tier - torn)
        torn |= more
        torn_edges |= {(a, b) for a, b, _ in window if _pair(label[a], label[b]) in torn}
        for one, other in torn:
            clusters.bar(one, other)
        for part in _components(kept):
            clusters.join(part)
    return torn_edges


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _torn_directly(clusters: _Clusters, tier: set[Pair], near: set[Pair]) -> set[Pair]:
    """Pairs of which one side is nearly as like a cluster that conflicts with the other; and the pairs with that."""
    beside, torn = _neighbours(near), set()
    for one, other in tier:
        for end, far in ((one, other), (other, one)):
            rivals = [rival for rival in beside[end] if rival != far and clusters.conflict(rival, far)]
            torn |= {_pair(end, rival) for rival in (*rivals, far)} if rivals else set()
    return torn


def _without_conflict(clusters: _Clusters, pairs: set[Pair]) -> tuple[set[Pair], set[Pair]]:
    """Pairs that can be joined all together, and those that would put conflicting clusters together.

    A group of clusters that conflict with none gives way where it touches two that do; where conflicting clusters would
    meet in another way, none of their pairs is joined.
    """
    beside, torn = _neighbours(pairs), set()
    for part in _components(pairs):
        able = sorted(of for of in part if clusters.may_conflict(of))
        conflicts = {pair for pair in combinations(able, 2) if clusters.conflict(*pair)}
        if not conflicts:
            continue
        anchors = {end for pair in conflicts for end in pair}
        inside = {_pair(one, other) for one in part for other in beside[one]}
        for group in _components({pair for pair in inside if anchors.isdisjoint(pair)}, part - anchors):
            edge = {_pair(one, other) for one in group for other in beside[one] - group}
            touched = sorted({other for one in group for other in beside[one]} & anchors)
            if any(pair in conflicts for pair in combinations(touched, 2)):
                torn |= edge
        for rest in _components(inside - torn):
            if any(pair in conflicts for pair in combinations(sorted(rest & anchors), 2)):
                torn |= {pair for pair in inside if not rest.isdisjoint(pair) and not anchors.isdisjoint(pair)}
    return pairs - torn, torn


def _neighbours(pairs: Iterable[Pair]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return found


def _components(pairs: Iterable[Pair], alone: Iterable[int] = ()) -> list[set[int]]:
    """Put numbers that pairs connect together; some may stand alone."""
    of = {number: {number} for number in alone}
    for one, other in pairs:
        here, there = (of.setdefault(end, {end}) for end in (one, other))
        if here is not there:
            small, large = sorted((here, there), key=len)
            large |= small
            of |= dict.fromkeys(small, large)
    return list({id(found): found for found in of.values()}.values())
