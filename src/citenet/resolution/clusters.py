"""Clusters of records that are one work: joined from the surest pair on, and never against what keeps two apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

__all__ = ["as_sets", "clusters", "conflicting", "disjoint", "held_apart", "inner_pairs", "split_ids"]

Ints = npt.NDArray[np.int64]
# Schemes that give a work one identifier; trial registers and the like give several.
_ONE_A_WORK = frozenset({"doi", "openalex", "pmcid", "pmid", "scopus", "wos"})


def clusters(
    n: int,
    pairs: Iterable[tuple[int, int]],
    *,
    certain: Iterable[tuple[int, int]] = (),
    ids: Sequence[dict[str, str]] = (),
    apart: Iterable[tuple[int, int]] = (),
    once: Iterable[int] | None = None,
) -> Ints:
    """Join records into clusters.

    Parameters
    ----------
    n : int
        Records.
    pairs : iterable of (int, int)
        Records that are the same, the surest pair first: where joining all would put conflicting records together, the
        less sure pairs give way.
    certain : iterable of (int, int), optional
        Pairs joined before all others, whatever their identifiers and lists.
    ids : sequence of dict, shape (n,), optional
        Identifiers of each record by scheme (`split_ids`): records that conflict are never joined, not even through
        others.
    apart : iterable of (int, int)
        Pairs that are never joined.
    once : iterable of int, shape (n,), optional
        List that each record is from: two records of one list are never joined.

    Returns
    -------
    ndarray of int64, shape (n,)
        The lowest record of the cluster that each record is in.

    Examples
    --------
    >>> clusters(3, [(0, 1), (1, 2)]).tolist()
    [0, 0, 0]
    >>> clusters(3, [(0, 1), (1, 2)], ids=[{"doi": "10.1/a"}, {}, {"doi": "10.1/b"}]).tolist()
    [0, 0, 2]
    """
    label = list(range(n))
    members = {i: [i] for i in range(n)}
    held = {i: as_sets(own) for i, own in enumerate(ids)}
    lists = {i: {number} for i, number in enumerate(once)} if once is not None else {}
    barred = held_apart(apart)
    for sure, (one, other) in chain(((True, pair) for pair in certain), ((False, pair) for pair in pairs)):
        low, high = sorted((label[one], label[other]))
        if low == high:
            continue
        if not sure and disjoint(held.get(low, {}), held.get(high, {})):
            continue
        if not sure and lists and lists[low] & lists[high]:
            continue
        small, large = sorted((low, high), key=lambda root: len(members[root]))
        if any(label[rival] == large for record in members[small] for rival in barred.get(record, ())):
            continue
        for record in members[high]:
            label[record] = low
        members[low] += members.pop(high)
        if lists:
            lists[low] |= lists.pop(high)
        for scheme, values in held.pop(high, {}).items():
            held[low].setdefault(scheme, set()).update(values)
    return np.array(label, dtype=np.int64)


def conflicting(one: dict[str, str], other: dict[str, str]) -> bool:
    """Say whether two records have different identifiers of some scheme, and no identifier in common.

    >>> conflicting({"doi": "10.1/a"}, {"doi": "10.1/b"})
    True
    >>> conflicting({"doi": "10.1/a", "wos": "A"}, {"doi": "10.1/a", "wos": "B"})
    False
    """
    return disjoint(as_sets(one), as_sets(other))


def as_sets(ids: dict[str, str]) -> dict[str, set[str]]:
    """Hold the identifiers of one record as those of a cluster."""
    return {scheme: {value} for scheme, value in ids.items()}


def held_apart(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """For each record those that it is never joined with."""
    barred: dict[int, set[int]] = {}
    for one, other in pairs:
        barred.setdefault(one, set()).add(other)
        barred.setdefault(other, set()).add(one)
    return barred


def disjoint(one: dict[str, set[str]], other: dict[str, set[str]]) -> bool:
    """Say whether two clusters have different identifiers of some scheme, and none in common."""
    both = one.keys() & other.keys()
    return bool(both) and all(one[scheme].isdisjoint(other[scheme]) for scheme in both)


def inner_pairs(labels: Ints, most: int = 200) -> tuple[Ints, Ints, Ints]:
    """Every pair of records in one cluster of three or more; in one of more than ``most``, each with the first alone.

    Returns
    -------
    one, other : ndarray of int64
    large : ndarray of int64
        Records of the clusters that are too large to compare every pair.
    """
    order = np.argsort(labels, kind="stable")
    _, start, size = np.unique(labels[order], return_index=True, return_counts=True)
    nothing = np.empty(0, np.int64)
    left, right, large = [nothing], [nothing], [nothing]
    for first, n in zip(start[size > 2], size[size > 2], strict=True):
        one, other = np.triu_indices(n, 1) if n <= most else (np.zeros(n - 1, np.int64), np.arange(1, n))
        left.append(order[first + one])
        right.append(order[first + other])
        if n > most:
            large.append(order[first : first + n])
    return np.concatenate(left), np.concatenate(right), np.concatenate(large)


def split_ids(dois: Iterable[object], ids: Iterable[object]) -> list[dict[str, str]]:
    """List the identifiers of each record by scheme, of which a work has one; several say nothing.

    >>> split_ids(["10.1/a", None], ["pmid:1 wos:A", "pmid:1 pmid:2"])
    [{'pmid': '1', 'wos': 'A', 'doi': '10.1/a'}, {}]
    """
    found = []
    for doi, terms in zip(dois, ids, strict=True):
        known: dict[str, set[str]] = {}
        for term in terms.split() if isinstance(terms, str) else ():
            scheme, _, value = term.partition(":")
            if scheme in _ONE_A_WORK:
                known.setdefault(scheme, set()).add(value)
        if isinstance(doi, str):
            known.setdefault("doi", set()).add(doi)
        found.append({scheme: min(values) for scheme, values in known.items() if len(values) == 1})
    return found
