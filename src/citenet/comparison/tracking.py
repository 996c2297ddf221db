"""Communities from one version or window to the next: aligned by the works they hold, never by their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.tables import Table
from citenet.comparison.alignment import align_versions
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

__all__ = ["CommunityTracks", "track_communities"]

Ints = npt.NDArray[np.int64]
_EVENTS = ("continued", "split", "merged", "born", "died")


@dataclass(frozen=True, eq=False, repr=False)
class CommunityTracks:
    """Communities followed through versions or windows.

    Parameters
    ----------
    steps : tuple of str
        Names of the versions or windows.
    table : DataFrame
        One row per step and group: ``step``, ``group``, ``track`` (a group keeps the track of the one it continues),
        ``works``, ``shared`` (works that the step before has in some group too), ``event`` (how it came from the step
        before: "continued", "split" off, "merged" from several, "born"; "" in the first).
    flows : DataFrame
        One row per pair of groups of neighbouring steps with works in common: ``step`` (the earlier), ``group_before``,
        ``group_after``, ``works``, ``share_before``, ``share_after`` (of the works that both steps have in some group),
        ``linked``.
    events : DataFrame
        One row per event between a step and the next: ``step`` (the earlier), ``event``, ``groups_before``,
        ``groups_after`` (joined by " + "), ``works`` in common.
    share : float
        The share of the smaller group that makes a link.
    """

    steps: tuple[str, ...]
    table: Table = Table()
    flows: Table = Table()
    events: Table = Table()
    share: float = field(default=0.5)

    def __repr__(self) -> str:
        counts = self.events["event"].value_counts()
        said = ", ".join(f"{counts[event]:,} {event}" for event in _EVENTS if event in counts)
        n = self.table["track"].nunique()
        return f"<CommunityTracks: {n:,} track{'s'[: n != 1]} through {' → '.join(self.steps)} ({said or 'no group'})>"

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.to_frame().head(12).to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """Return works by track and step; 0 where the track has no group."""
        wide = self.table.pivot_table(index="track", columns="step", values="works", aggfunc="sum", fill_value=0)
        return wide[list(self.steps)].astype("int64")

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the flows of works between the groups of neighbouring steps. Returns the Axes."""
        from citenet import plot

        return plot.alluvial(self, ax=ax)


def track_communities(
    partitions: Sequence[Partition],
    *,
    nets: Sequence[CitationNetwork] | None = None,
    names: Sequence[object] | None = None,
    share: float = 0.5,
) -> CommunityTracks:
    """Follow communities through versions of a corpus, or through windows.

    Parameters
    ----------
    partitions : sequence of Partition
        Of each version or window, earliest first. Neighbouring ones must have works in common: let windows overlap or
        grow.
    nets : sequence of CitationNetwork, optional
        The network of each partition: works are then aligned by what is known of them, as `compare` does. Without,
        works are the same if their ids are.
    names : sequence, optional
        What to call the versions or windows; by default 1, 2, ….
    share : float
        A group is linked to one of the next step if they have this share of the smaller of the two in common.

    Returns
    -------
    CommunityTracks

    Raises
    ------
    InputError
        If there are fewer than two partitions, lengths differ, or neighbours have no work in common.

    Notes
    -----
    Only works count that both steps have in some group, so that a corpus may grow and nothing else be said to change.
    A group linked to several later ones *splits*; a group linked to several earlier ones is *merged*; a group without a
    link *dies* or is *born*; all others *continue*. Turned round, splits are merges and births are deaths. Of linked
    groups, pairs are matched one to one so that their Jaccard indices add up to the most; the later one keeps the track
    of the earlier.

    Examples
    --------
    >>> before = Partition(pd.Index(list("abcdef")), [0, 0, 0, 0, 1, 1])
    >>> after = Partition(pd.Index(list("abcdefg")), [0, 0, 1, 1, 2, 2, 2])
    >>> tracks = track_communities([before, after], names=[2024, 2025])
    >>> tracks
    <CommunityTracks: 3 tracks through 2024 → 2025 (1 continued, 1 split)>
    >>> tracks.events[["event", "groups_before", "groups_after"]].to_numpy().tolist()
    [['split', '1', '2 + 3'], ['continued', '2', '1']]
    """
    steps = _checked(partitions, nets, names, share)
    first = partitions[0]
    track = np.arange(first.n_groups)
    n_tracks = first.n_groups
    tables = [_groups_of(first, steps[0], track, np.zeros(first.n_groups, np.int64), [""] * first.n_groups)]
    flows, events = [], []
    for i, (one, other) in enumerate(zip(partitions, partitions[1:], strict=False)):
        shared = _shared(one, other, None if nets is None else (nets[i], nets[i + 1]))
        if not shared.sum():
            raise InputError(
                f"{steps[i]} and {steps[i + 1]} have no work in common that both assign; "
                "let the windows overlap or grow"
            )
        linked = _linked(shared, share)
        matched = _matched(shared, linked)
        new = np.where(matched < 0, n_tracks + np.cumsum(matched < 0) - 1, track[matched])
        n_tracks += int((matched < 0).sum())
        flows.append(_flows(shared, linked, one, other).assign(step=steps[i]))
        events.append(_events(shared, linked, one, other).assign(step=steps[i]))
        came = np.select(
            [linked.sum(0) > 1, linked.sum(0) == 0, (linked & (linked.sum(1) > 1)[:, None]).any(0)],
            ["merged", "born", "split"],
            "continued",
        )
        tables.append(_groups_of(other, steps[i + 1], new, shared.sum(0), came.tolist()))
        track = new
    columns = ["step", "event", "groups_before", "groups_after", "works"]
    return CommunityTracks(
        steps,
        pd.concat(tables, ignore_index=True),
        pd.concat(flows, ignore_index=True)[["step", *(c for c in flows[0] if c != "step")]],
        pd.concat(events, ignore_index=True)[columns],
        share,
    )


def _checked(partitions: Any, nets: Any, names: Any, share: float) -> tuple[str, ...]:
    """Names of the steps, after a look at what was passed."""
    several = not isinstance(partitions, Partition) and len(partitions) >= 2
    if not several or not all(isinstance(partition, Partition) for partition in partitions):
        raise InputError("track_communities takes two or more Partitions, earliest first")
    for name, given in (("nets", nets), ("names", names)):
        if given is not None and len(given) != len(partitions):
            raise InputError(
                f"{name} must have one entry for each of {len(partitions)} partitions; it has {len(given)}"
            )
    if not 0 < share <= 1:
        raise InputError(f"share={share} must lie above 0 and be at most 1")
    steps = tuple(map(str, names if names is not None else range(1, len(partitions) + 1)))
    if len(set(steps)) < len(steps):
        raise InputError(f"two steps have the same name: {', '.join(steps)}")
    return steps


def _shared(one: Partition, other: Partition, nets: tuple[CitationNetwork, CitationNetwork] | None) -> Ints:
    """Works that each pair of groups has in common, shape (groups before, groups after)."""
    labels = [pd.Series(partition.labels, index=partition.works) for partition in (one, other)]
    if nets is not None:
        versions = align_versions(*nets).versions()
        labels = [label.sort_index() for label in labels]  # of several records of one work, the first that has a group
        labels = [pd.concat([label[label >= 0], label[label < 0]]) for label in labels]
        labels = [label.set_axis(names.reindex(label.index)) for label, names in zip(labels, versions, strict=True)]
        labels = [label[label.index.notna() & ~label.index.duplicated()] for label in labels]
    both = pd.concat(labels, axis=1, join="inner").to_numpy(dtype=np.int64)
    both = both[(both >= 0).all(axis=1)]
    shape = one.n_groups, other.n_groups
    return np.bincount(both[:, 0] * shape[1] + both[:, 1], minlength=shape[0] * shape[1]).reshape(shape)


def _linked(shared: Ints, share: float) -> npt.NDArray[np.bool_]:
    smaller = np.minimum(shared.sum(axis=1, keepdims=True), shared.sum(axis=0, keepdims=True))
    linked: npt.NDArray[np.bool_] = (shared > 0) & (shared >= share * smaller)
    return linked


def _matched(shared: Ints, linked: npt.NDArray[np.bool_]) -> Ints:
    """Earlier group whose track each later group keeps; -1 where it starts a new one."""
    from scipy.optimize import linear_sum_assignment

    union = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0, keepdims=True) - shared
    jaccard = np.where(linked, shared / np.maximum(1, union), 0.0)
    earlier, later = linear_sum_assignment(jaccard, maximize=True)
    matched = np.full(shared.shape[1], -1, dtype=np.int64)
    kept = linked[earlier, later]
    matched[later[kept]] = earlier[kept]
    return matched


def _groups_of(partition: Partition, step: str, track: Ints, shared: Ints, event: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "step": step,
            "group": list(partition.group_names),
            "track": track + 1,
            "works": partition.sizes.to_numpy(),
            "shared": shared,
            "event": event,
        }
    )


def _flows(shared: Ints, linked: npt.NDArray[np.bool_], one: Partition, other: Partition) -> pd.DataFrame:
    i, j = np.nonzero(shared)
    works = shared[i, j]
    return pd.DataFrame(
        {
            "group_before": np.array(one.group_names, dtype=object)[i],
            "group_after": np.array(other.group_names, dtype=object)[j],
            "works": works,
            "share_before": works / shared.sum(axis=1)[i],
            "share_after": works / shared.sum(axis=0)[j],
            "linked": linked[i, j],
        }
    )


def _events(shared: Ints, linked: npt.NDArray[np.bool_], one: Partition, other: Partition) -> pd.DataFrame:
    """Tell what became of each group: by the groups it is linked to."""
    rows: list[tuple[str, list[int], list[int]]] = []
    before = linked.sum(axis=0)
    for i in range(shared.shape[0]):
        heirs = np.flatnonzero(linked[i]).tolist()
        if len(heirs) > 1:
            rows.append(("split", [i], heirs))
        elif not heirs:
            rows.append(("died", [i], heirs))
        elif before[heirs[0]] == 1:
            rows.append(("continued", [i], heirs))
    for j in range(shared.shape[1]):
        parents = np.flatnonzero(linked[:, j]).tolist()
        if len(parents) != 1:
            rows.append(("merged" if parents else "born", parents, [j]))
    return pd.DataFrame(
        {
            "event": [event for event, _, _ in rows],
            "groups_before": [" + ".join(one.group_names[i] for i in groups) for _, groups, _ in rows],
            "groups_after": [" + ".join(other.group_names[j] for j in groups) for _, _, groups in rows],
            "works": [int(shared[np.ix_(np.asarray(a, int), np.asarray(b, int))].sum()) for _, a, b in rows],
        }
    )
