"""Clusters by evidence: no record is put with one of two that conflict while it is as like the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.resolution.clusters import as_sets, clusters, disjoint, held_apart, inner_pairs

__all__ = ["Joined", "joined"]

Ints = npt.NDArray[np.int64]
Pair = tuple[int, int]
Ids = dict[str, str]


@dataclass(frozen=True)
class Joined:
    """Clusters of records.

    Parameters
    ----------
    labels : ndarray of int64, shape (n,)
        The lowest record of the cluster that each record is in.
    torn : set of (int, int)
        Pairs that were not joined because one of them is as like a record that conflicts with the other.
    large : ndarray of int64
        Records in clusters so large that each was compared with the first alone.
    """

    labels: Ints
    torn: set[Pair]
    large: Ints


def joined(
    edges: pd.DataFrame,
    ids: Sequence[Ids],
    denies: Callable[[pd.DataFrame], npt.NDArray[np.bool_]],
    *,
    margin: float,
    certain: Sequence[Pair] = (),
    apart: Iterable[Pair] = (),
    undeniable: Iterable[Pair] = (),
) -> Joined:
    """Join records from the surest pair on.

    Parameters
    ----------
    edges : DataFrame
        ``one`` < ``other`` and ``strength`` (log odds) of the pairs that mean one work, the surest first.
    ids : sequence of dict, shape (n,)
        `split_ids` of each record.
    denies : callable
        Says of pairs (``reference``, ``work``) of records that others join whether their fields deny it.
    margin : float
        Log odds by which a pair must be surer than one that conflicts with it.
    certain, apart : sequence of (int, int)
        As in `clusters`.
    undeniable : iterable of (int, int)
        Pairs that ``denies`` is not asked about.

    Returns
    -------
    Joined
    """
    certain, apart = list(certain), list(apart)
    ends = np.array([*certain, *zip(edges["one"], edges["other"], strict=True)], dtype=np.int64).reshape(-1, 2)
    rows = np.unique(ends)  # of most records nothing says that they are another's copy: left alone

    def among(pairs: Iterable[Pair]) -> list[Pair]:
        table = np.array([*pairs], dtype=np.int64).reshape(-1, 2)
        table = np.searchsorted(rows, table[np.isin(table, rows).all(axis=1)])
        return list(zip(*(column.tolist() for column in table.T), strict=True))

    found = _joined(
        edges.assign(one=np.searchsorted(rows, edges["one"]), other=np.searchsorted(rows, edges["other"])),
        [ids[row] for row in rows.tolist()],
        lambda pairs: denies(pd.DataFrame({"reference": rows[pairs["reference"]], "work": rows[pairs["work"]]})),
        margin=margin,
        certain=among(certain),
        apart=among(apart),
        undeniable=among(undeniable),
    )
    labels = np.arange(len(ids))
    labels[rows] = rows[found.labels]
    torn = {(int(rows[one]), int(rows[other])) for one, other in found.torn}
    return Joined(labels, torn, rows[found.large])


def _joined(
    edges: pd.DataFrame,
    ids: Sequence[Ids],
    denies: Callable[[pd.DataFrame], npt.NDArray[np.bool_]],
    *,
    margin: float,
    certain: list[Pair],
    apart: list[Pair],
    undeniable: list[Pair],
) -> Joined:
    n = len(ids)
    asked = np.array([one * n + other for one, other in {*certain, *undeniable}], dtype=np.int64)
    torn: set[Pair] = set()
    while True:
        kept = edges if not torn else edges[~edges.index.isin(_positions(edges, torn))]
        labels = clusters(n, zip(kept["one"], kept["other"], strict=True), certain=certain, ids=ids, apart=apart)
        one, other, large = inner_pairs(labels)
        fresh = ~np.isin(one * n + other, asked)
        inner = pd.DataFrame({"reference": one[fresh], "work": other[fresh]})
        asked = np.concatenate([asked, one[fresh] * n + other[fresh]])
        denied = inner[denies(inner)]
        apart += zip(denied["reference"].tolist(), denied["work"].tolist(), strict=True)
        if len(denied):
            continue
        more = _torn(labels, kept, certain, (ids, held_apart(apart)), margin)
        if not more:
            return Joined(labels, torn, large)
        torn |= more


def _positions(edges: pd.DataFrame, pairs: set[Pair]) -> list[int]:
    ends = zip(edges["one"].tolist(), edges["other"].tolist(), strict=True)
    return [at for at, pair in zip(edges.index, ends, strict=True) if pair in pairs]


def _torn(
    labels: Ints,
    edges: pd.DataFrame,
    certain: Sequence[Pair],
    conflicts: tuple[Sequence[Ids], dict[int, set[int]]],
    margin: float,
) -> set[Pair]:
    """Pairs of records that are as like one of two conflicting clusters as the other."""
    ends = labels[edges["one"].to_numpy()], labels[edges["other"].to_numpy()]
    refused = edges[ends[0] != ends[1]]
    if refused.empty:
        return set()
    touched = np.isin(labels, np.concatenate([side[ends[0] != ends[1]] for side in ends]))
    members, inside, between = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in np.flatnonzero(touched).tolist():
        members[labels[row]].append(row)
    near = edges[(ends[0] == ends[1]) & touched[edges["one"].to_numpy()]]
    sure = [(*pair, np.inf) for pair in certain if touched[pair[0]] and labels[pair[0]] == labels[pair[1]]]
    for edge in (*sure, *zip(near["one"].tolist(), near["other"].tolist(), near["strength"].tolist(), strict=True)):
        inside[labels[edge[0]]].append(edge)
    for edge in zip(*(refused[name].tolist() for name in ("one", "other", "strength")), strict=True):
        between[tuple(sorted((labels[edge[0]], labels[edge[1]])))].append(edge)
    found: set[Pair] = set()
    for (low, high), across in between.items():
        sides = [
            _free(members[here], _anchors(members[here], members[there], *conflicts), inside[here], across, margin)
            for here, there in ((low, high), (high, low))
        ]
        free = sides[0] | sides[1]
        both = [*inside[low], *inside[high], *across]
        found |= {(a, b) for a, b, strength in both if (a in free) != (b in free) and strength < np.inf}
    return found


def _anchors(here: list[int], there: list[int], ids: Sequence[Ids], barred: dict[int, set[int]]) -> set[int]:
    """Find the records of one cluster that conflict with the other."""
    others, held = set(there), defaultdict(set)
    for row in there:
        for scheme, value in ids[row].items():
            held[scheme].add(value)
    return {row for row in here if disjoint(as_sets(ids[row]), held) or not others.isdisjoint(barred.get(row, ()))}


def _free(
    members: list[int],
    anchors: set[int],
    inside: list[tuple[int, int, float]],
    across: list[tuple[int, int, float]],
    margin: float,
) -> set[int]:
    """Find the records of a cluster that are hardly more like its anchors than they are like the other cluster."""
    if not anchors or len(anchors) == len(members):
        return set()
    group = {row: row for row in members if row not in anchors}

    def root(row: int) -> int:
        while group[row] != row:
            group[row] = row = group[group[row]]
        return row

    for one, other, _ in inside:
        if one in group and other in group:
            group[root(other)] = root(one)
    held: dict[int, float] = defaultdict(lambda: -np.inf)
    drawn: dict[int, float] = defaultdict(lambda: -np.inf)
    links = [(held, edge) for edge in inside if (edge[0] in group) != (edge[1] in group)]
    for pull, (one, other, strength) in (*links, *((drawn, edge) for edge in across)):
        for free in {root(end) for end in (one, other) if end in group}:
            pull[free] = max(pull[free], strength)
    return {row for row in group if held[root(row)] - drawn[root(row)] < margin}
