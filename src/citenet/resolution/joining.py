"""Clusters by evidence: no record is put with one of two that conflict while it is as like the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from citenet.resolution.clusters import clusters, held_apart, inner_pairs
from citenet.resolution.score import score_pairs
from citenet.resolution.settling import settled

__all__ = ["Joined", "denial", "joined"]

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
        Pairs that ``denies`` is not asked about; nor is it about records that only ``certain`` pairs connect.

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
    base = clusters(n, (), certain=certain, apart=apart)
    while True:
        labels, torn = _clustered(edges, ids, base, apart, margin)
        one, other, large = inner_pairs(_without_decisions(edges, labels))
        fresh = ~np.isin(one * n + other, asked)
        inner = pd.DataFrame({"reference": one[fresh], "work": other[fresh]})
        asked = np.concatenate([asked, one[fresh] * n + other[fresh]])
        denied = inner[denies(inner)]
        apart += zip(denied["reference"].tolist(), denied["work"].tolist(), strict=True)
        if denied.empty:
            return Joined(labels, torn, large)


def _without_decisions(edges: pd.DataFrame, labels: Ints) -> Ints:
    """Label what evidence connects within each cluster: what decisions join there is not for the fields to deny."""
    ends = edges[["one", "other"]].to_numpy(dtype=np.int64)
    ends = ends[labels[ends[:, 0]] == labels[ends[:, 1]]]
    return _connected(ends, len(labels))


def _connected(ends: Ints, n: int) -> Ints:
    """Give each of n records the number of the part that pairs connect it with."""
    links = coo_array((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(n, n))
    part: Ints = connected_components(links, directed=False)[1].astype(np.int64)
    return part


def denial(
    keys: pd.DataFrame, by_id: pd.DataFrame, certain: Sequence[Pair]
) -> Callable[[pd.DataFrame], npt.NDArray[np.bool_]]:
    """Return what says of pairs that others join whether they are two works.

    They are where their fields deny it, or where they are two or more years apart and no identifiers (``by_id``) or
    decisions (``certain``) lead from one to the other.
    """
    ends = np.array([*certain, *zip(by_id["one"], by_id["other"], strict=True)], dtype=np.int64).reshape(-1, 2)
    part = _connected(ends, len(keys))
    year = keys["year"].to_numpy(dtype="float64", na_value=np.nan)

    def denies(pairs: pd.DataFrame) -> npt.NDArray[np.bool_]:
        one, other = pairs["reference"].to_numpy(dtype=np.int64), pairs["work"].to_numpy(dtype=np.int64)
        far = (np.abs(year[one] - year[other]) > 1) & (part[one] != part[other])
        denied: npt.NDArray[np.bool_] = far | score_pairs(pairs, keys, keys)["denied"].to_numpy(dtype=bool)
        return denied

    return denies


def _clustered(
    edges: pd.DataFrame, ids: Sequence[Ids], base: Ints, apart: list[Pair], margin: float
) -> tuple[Ints, set[Pair]]:
    """Join what pairs connect; where records conflict among that, from the surest pair on."""
    one, other = (edges[name].to_numpy(dtype=np.int64) for name in ("one", "other"))
    n, rows = len(ids), np.arange(len(ids))
    part = _connected(np.column_stack([np.concatenate([one, rows]), np.concatenate([other, base])]), n)
    lowest = np.full(n, n)
    np.minimum.at(lowest, part, rows)
    labels, torn = lowest[part], set()
    disputed = np.isin(part, _disputed(part, ids, apart))
    if disputed.any():
        barred = held_apart(apart)
        inside = disputed[one]
        strength = edges["strength"].to_numpy(dtype=np.float64)
        table = pd.DataFrame({"one": one, "other": other, "strength": strength, "part": part[one]})[inside]
        members = pd.Series(rows[disputed]).groupby(part[disputed]).agg(list)
        for number, own in table.groupby("part"):
            label = {row: int(base[row]) for row in members[number]}
            torn |= settled(
                label, list(zip(own["one"], own["other"], own["strength"], strict=True)), ids, barred, margin
            )
            labels[members[number]] = [label[row] for row in members[number]]
    return labels, torn


def _disputed(part: Ints, ids: Sequence[Ids], apart: list[Pair]) -> list[int]:
    """List the connected parts in which records conflict, or might."""
    found = {int(part[one]) for one, other in apart if part[one] == part[other]}
    held: dict[tuple[int, str], str] = {}
    for number, own in zip(part.tolist(), ids, strict=True):
        for scheme, value in own.items():
            if held.setdefault((number, scheme), value) != value:
                found.add(number)
    return sorted(found)
