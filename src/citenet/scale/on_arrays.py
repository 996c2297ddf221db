"""Counts of citations by NumPy, on the network that arrays hold: what DuckDB and Spark count relationally."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.network import CitationNetwork
from citenet.scale.counting import NO_WORK, Counted

__all__ = ["citing_works_of", "counted_of"]

Ints = npt.NDArray[np.int64]


def counted_of(net: CitationNetwork, names: tuple[str, ...]) -> Counted:
    """Count arcs and references that are none, by the years and groups of their ends.

    Parameters
    ----------
    net : CitationNetwork
        With a column ``group``, and all references that are no arc in ``dropped``.
    names : tuple of str
        Groups, in order.
    """
    group = np.append(_groups(net, names), NO_WORK)  # of a work that is not there, at -1
    year = np.append(net.works["year"].astype("float64").to_numpy(na_value=np.nan), np.nan)
    # A repeat is printed once more, and no further pair.
    kinds: list[tuple[str, int, Ints, Ints]] = [("", 1, net.citing.astype(np.int64), net.cited.astype(np.int64))]
    for name, rows in net.dropped.groupby("reason"):
        citing, cited = (net.ids.get_indexer(pd.Index(rows[end], dtype="str")) for end in ("citing", "cited"))
        reason, pairs = ("", 0) if name == "duplicate" else (str(name), 1)
        kinds.append((reason, pairs, citing.astype(np.int64), cited.astype(np.int64)))
    columns: list[list[npt.NDArray[np.generic]]] = [[] for _ in range(7)]
    stamp = pd.MultiIndex.from_arrays([group, pd.Series(year).fillna(-np.inf)])
    number, _ = pd.factorize(stamp)
    for reason, pairs, citing, cited in kinds:
        keys, first, n = _counts(number[citing], number[cited])
        one, other = citing[first], cited[first]
        parts = (group[one], group[other], year[one], year[other], n, n * pairs, np.full(keys.size, reason, "<U9"))
        for column, part in zip(columns, parts, strict=True):
            column.append(part)
    return Counted(*(np.concatenate(column) for column in columns))


def _counts(one: Ints, other: Ints) -> tuple[Ints, Ints, Ints]:
    """Count pairs of numbers: keys, the place of one of each, how many."""
    key = one * (1 + int(other.max(initial=0))) + other
    return np.unique(key, return_index=True, return_counts=True)


def citing_works_of(net: CitationNetwork, names: tuple[str, ...]) -> Ints:
    """Count the works of each group that cite, shape (k + 1,); the last are those without a group."""
    citing = np.unique(net.citing)
    return np.bincount(_groups(net, names)[citing] % (len(names) + 1), minlength=len(names) + 1).astype(np.int64)


def _groups(net: CitationNetwork, names: tuple[str, ...]) -> Ints:
    return pd.Index(names, dtype="str").get_indexer(pd.Index(net.works["group"], dtype="str")).astype(np.int64)
