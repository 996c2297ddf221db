"""Partition: which group each work belongs to, and where that knowledge comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from numbers import Real
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice, did_you_mean
from citenet._support.tables import Record, as_text, ascending
from citenet.errors import ColumnError, InputError
from citenet.network import CitationNetwork

__all__ = ["Partition", "as_partition", "check_partition", "group_pair", "group_position"]

Labels = npt.NDArray[np.int32]
UNASSIGNED = -1


@dataclass(frozen=True, eq=False, repr=False)
class Partition:
    """Groups of works: assigned (a journal's discipline, a reviewer's coding) or detected (communities).

    Parameters
    ----------
    works : Index of str, shape (n,)
        Work ids.
    labels : array_like of int, shape (n,)
        Group of each work, a position in ``names``; -1 is unassigned.
    names : sequence of str, shape (k,), optional
        Names of the groups; by default "1", "2", … in their final order.
    origin : {"assigned", "detected"}
        Groups detected in the citations must not be tested on the same citations as if they were given.
    method : str
        How the groups were made.
    params : mapping
        The options and counts of that method.
    seed : int or None
        What recreates a random method.
    quality : float
        What the method optimised; NaN where it optimised nothing.

    Notes
    -----
    Works are in order of their id; groups in order of size, then of their first work; groups without works are
    left out. Alignment is by work id, never by position.

    Examples
    --------
    >>> Partition(pd.Index(["a", "b", "c"]), [0, 1, 1], names=["PAM", "HSR/QI"])
    <Partition: 2 groups of 3 works (HSR/QI 2, PAM 1), assigned>
    """

    works: pd.Index[str]
    labels: Labels
    names: tuple[str, ...] | None = None
    origin: Literal["assigned", "detected"] = "assigned"
    method: str = ""
    params: Record = Record()
    seed: int | None = None
    quality: float = float("nan")

    def __post_init__(self) -> None:
        check_choice("origin", self.origin, ["assigned", "detected"])
        works = pd.Index(self.works, dtype="str", name="work_id")
        given = np.array(self.labels)
        if given.dtype.kind not in "iu" and not (given.dtype.kind == "f" and np.isfinite(given).all()):
            raise InputError("labels must be whole numbers, positions in names; unassigned is -1")
        labels = given.astype(np.int32)
        if (labels != given).any():
            raise InputError("labels must be whole numbers, positions in names; unassigned is -1")
        if labels.shape != (len(works),):
            raise InputError(f"labels has shape {labels.shape}; it must have one label for each of {len(works)} works")
        if not (in_order := ascending(works)) and works.has_duplicates:
            raise InputError(f"work {works[works.duplicated()][0]!r} has more than one label")
        n_names = labels.max(initial=UNASSIGNED) + 1 if self.names is None else len(self.names)
        if labels.size and (labels.min() < UNASSIGNED or labels.max() >= n_names):
            wrong = labels[(labels < UNASSIGNED) | (labels >= n_names)][0]
            raise InputError(f"labels are positions in names (0 to {n_names - 1}) or -1; found {wrong}")
        if self.names is not None and len(set(map(str, self.names))) < len(self.names):
            raise InputError(f"two groups have the same name: {', '.join(sorted(map(str, self.names)))}")
        if not in_order:
            by_id = np.argsort(works.to_numpy(dtype=object), kind="stable")
            works, labels = works[by_id], labels[by_id]
        order = _group_order(labels, n_names)
        rank = np.full(n_names + 1, UNASSIGNED, np.int32)  # the last entry serves label -1
        rank[order] = np.arange(order.size, dtype=np.int32)
        labels = rank[labels]
        labels.flags.writeable = False
        names = [str(i + 1) for i in range(order.size)] if self.names is None else [str(self.names[i]) for i in order]
        put = object.__setattr__
        put(self, "works", works)
        put(self, "labels", labels)
        put(self, "names", tuple(names))

    @property
    def n_groups(self) -> int:
        """Number of groups with works in them."""
        return len(self.group_names)

    @property
    def group_names(self) -> tuple[str, ...]:
        """Names of the groups, in order."""
        return self.names or ()

    @property
    def sizes(self) -> pd.Series[int]:
        """Works in each group."""
        counts = np.bincount(self.labels[self.labels >= 0], minlength=self.n_groups)
        return pd.Series(counts, index=pd.Index(self.group_names, name="group"), name="works")

    def __repr__(self) -> str:
        numbered = self.group_names == tuple(str(i + 1) for i in range(self.n_groups))
        sizes = [f"{size:,}" if numbered else f"{name} {size:,}" for name, size in self.sizes.items()]
        shown = (
            ("sizes " if numbered and sizes else "")
            + ", ".join(sizes[:5])
            + (f", … {len(sizes) - 5} more" if len(sizes) > 5 else "")
        )
        unassigned = int((self.labels < 0).sum())
        rest = f", {unassigned:,} unassigned" if unassigned else ""
        n = self.n_groups
        return (
            f"<Partition: {n:,} group{'s'[: n != 1]} of {len(self.works):,} work{'s'[: len(self.works) != 1]} "
            f"({shown or 'none'}){rest}, {self.origin}{f' by {self.method}' if self.method else ''}>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.sizes.to_frame().head(10).to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """Group of each work (NA unassigned), indexed by work id."""
        return pd.DataFrame({"group": pd.Series(self.names_of(self.labels), index=self.works, dtype="str")})

    def names_of(self, labels: Labels) -> npt.NDArray[np.object_]:
        """Name of the group at each position (None at -1), in the shape of ``labels``."""
        return np.array([*self.group_names, None], dtype=object)[labels]

    def group(self, name: str) -> int:
        """Position of a group; an unknown name raises and lists the groups."""
        return group_position(self.group_names, name)

    def aligned(self, ids: pd.Index[str]) -> Labels:
        """Labels in the order of other work ids.

        Parameters
        ----------
        ids : Index of str, shape (n,)

        Returns
        -------
        ndarray of int32, shape (n,)
            -1 where the work is unassigned or not in the partition.

        Raises
        ------
        InputError
            If the partition labels works that are not among ``ids``: most often it belongs to another network.
        """
        if self.works is ids or self.works.equals(ids):
            return self.labels
        unknown = self.works[self.labels >= 0].difference(ids)
        if len(unknown):
            raise InputError(
                f"the partition labels {len(unknown):,} works that are not in the network, e.g. {unknown[0]!r}; "
                "use partition.restrict(net.ids) if that is meant"
            )
        labels = np.append(self.labels, np.int32(UNASSIGNED))  # the last entry serves position -1: not in the partition
        return labels[self.works.get_indexer(ids)]

    def restrict(self, ids: pd.Index[str]) -> Partition:
        """Return the partition of those works that are among ``ids``."""
        kept = self.works.isin(ids)
        return self._replace(works=self.works[kept], labels=self.labels[kept])

    def keep(self, groups: Iterable[str]) -> Partition:
        """Return the partition with only these groups; works of the others become unassigned."""
        wanted = [self.group(name) for name in ([groups] if isinstance(groups, str) else groups)]
        return self._replace(works=self.works, labels=np.where(np.isin(self.labels, wanted), self.labels, UNASSIGNED))

    def _replace(self, works: pd.Index[str], labels: npt.NDArray[Any]) -> Partition:
        return Partition(
            works=works,
            labels=labels.astype(np.int32),
            names=self.names,
            origin=self.origin,
            method=self.method,
            params=self.params,
            seed=self.seed,
            quality=self.quality,
        )


def check_partition(partition: object) -> Partition:
    """Return a partition, or raise where something else was passed."""
    if not isinstance(partition, Partition):
        raise InputError(f"{partition!r:.60} is no partition; as_partition(groups, net) makes one")
    return partition


def group_position(names: Sequence[str], name: str) -> int:
    """Position of a group among the names; an unknown name raises and lists the groups."""
    if isinstance(name, Real) and not isinstance(name, bool):  # numbers are named as in a column of text
        name = str(int(name) if name == int(name) else name)
    if name not in names:
        shown = ", ".join(map(repr, names[:12])) + (" …" if len(names) > 12 else "")
        raise InputError(f"no group is called {name!r}{did_you_mean(name, names)} (groups: {shown or 'none'})")
    return names.index(name)


def group_pair(names: Sequence[str], a: str, b: str) -> tuple[int, int]:
    """Positions of two groups; raises where they are the same, or one is unknown."""
    if a == b:
        raise InputError(f"this needs two groups; both are {a!r}")
    return group_position(names, a), group_position(names, b)


def as_partition(groups: object, net: CitationNetwork) -> Partition:
    """Turn whatever says which work belongs where into a `Partition` of the network's works.

    Parameters
    ----------
    groups : Partition, str, mapping, Series, or iterable of collections of ids
        A column of ``net.works``; work id → group name (NA or None: unassigned); or one collection of ids a group.
    net : CitationNetwork

    Returns
    -------
    Partition
        Of all works of the network; works that are not mentioned are unassigned.

    Raises
    ------
    InputError, ColumnError
        If a work is unknown to the network or stands in two groups, or the column is missing.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [2000, 2001]}, index=["a", "b"])
    >>> net = CitationNetwork(works, [1], [0])
    >>> as_partition({"a": "PAM"}, net)
    <Partition: 1 group of 2 works (PAM 1), 1 unassigned, assigned>
    """
    if isinstance(groups, Partition):
        if groups.works.equals(net.ids):
            return groups
        return groups._replace(works=net.ids, labels=groups.aligned(net.ids))
    if isinstance(groups, str):
        works = net.works
        if groups not in works:
            raise ColumnError("net.works", groups, works.columns)
        return from_series(works[groups], method=f"column {groups!r}")
    if isinstance(groups, pd.Series | Mapping):
        series = pd.Series(groups, dtype="object")
        if series.dropna().map(lambda value: isinstance(value, float)).all():
            series = series.astype("float64")  # so that 1.0 is called 1, as in a column
    elif isinstance(groups, Iterable):
        collections = list(groups)
        if any(isinstance(members, str) or not isinstance(members, Iterable) for members in collections):
            raise InputError(
                "groups given as a list must hold one collection of work ids for each group; "
                "labels by position are not taken: give a mapping from work id to group"
            )
        pairs = [(str(work), str(i + 1)) for i, members in enumerate(collections) for work in members]
        series = pd.Series([name for _, name in pairs], index=[work for work, _ in pairs], dtype="object")
    else:
        raise InputError(
            f"groups must be a Partition, column, mapping or list of sets; {type(groups).__name__} is none"
        )
    series.index = series.index.astype("str")
    partition = from_series(series)
    return partition._replace(works=net.ids, labels=partition.aligned(net.ids))


def from_series(series: pd.Series[Any], *, method: str = "", params: Mapping[str, Any] | None = None) -> Partition:
    """Partition from group names (NA unassigned) indexed by work id."""
    text = as_text(series).str.strip().array  # a Series would keep its labels as objects: it looks for names there
    names = sorted(text.dropna().unique())
    return Partition(
        works=pd.Index(series.index),
        labels=pd.Index(names, dtype="str").get_indexer(pd.Index(text)).astype(np.int32),
        names=tuple(names),
        method=method,
        params=params,
    )


def _group_order(labels: Labels, n_names: int) -> npt.NDArray[np.int64]:
    """Old positions of the groups that have works: largest first, then by their first work."""
    assigned = labels[labels >= 0]
    sizes = np.bincount(assigned, minlength=n_names)
    first = np.full(n_names, labels.size, dtype=np.int64)
    positions = np.flatnonzero(labels >= 0)
    np.minimum.at(first, assigned, positions)
    order = np.lexsort((first, -sizes))
    return order[sizes[order] > 0]
