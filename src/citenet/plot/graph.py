"""The network drawn by group: each group a disc of its works, the arcs that cross in front."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.network import CitationNetwork
from citenet.partition import as_partition
from citenet.plot.style import COLOURS, GREY, MARKERS, new_axes, subtitle, wrapped

__all__ = ["network"]

Floats = npt.NDArray[np.float64]
_NAMED_GROUPS = len(COLOURS)


def network(
    net: CitationNetwork, groups: object, *, ax: Any = None, n_labels: int = 8, title: str | None = None
) -> Any:
    """Draw the works by group; arcs that cross between groups are dark, those within pale.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    ax : matplotlib Axes, optional
    n_labels : int
        Works to name: those with most crossing arcs (with most arcs, where none crosses).
    title : str, optional

    Returns
    -------
    Axes
    """
    from matplotlib.collections import LineCollection

    ax = new_axes(ax, 7.0, 5.6)
    partition = as_partition(groups, net)
    places = layout(net, partition)
    xy, labels = places[["x", "y"]].to_numpy(), partition.labels
    ends = np.stack([xy[net.citing], xy[net.cited]], axis=1)
    of_citing, of_cited = labels[net.citing], labels[net.cited]
    crosses = (of_citing != of_cited) & (of_citing >= 0) & (of_cited >= 0)
    thin = min(1.0, (200 / max(1, net.n_citations)) ** 0.6)  # many arcs must not add up to one black sheet
    ax.add_collection(LineCollection(ends[~crosses], colors="#CCCCCC", linewidths=0.5, alpha=max(0.1, 0.6 * thin)))
    ax.add_collection(LineCollection(ends[crosses], colors="#333333", linewidths=0.9, alpha=max(0.03, 0.8 * thin)))
    size = np.clip(9_000 / max(1, net.n_works), 4, 60)
    values = np.unique(labels)
    for value in [*values[values >= 0], *values[values < 0]]:
        members = labels == value
        named = 0 <= value < _NAMED_GROUPS
        name, size_of = "unassigned" if value < 0 else partition.group_names[value], members.sum()
        if value == _NAMED_GROUPS:  # groups beyond the colours share one grey and one line of the legend
            n_grey, size_of = partition.n_groups - _NAMED_GROUPS, (labels >= _NAMED_GROUPS).sum()
            name = f"{n_grey} smaller group{'s'[: n_grey != 1]}"
        ax.scatter(
            *xy[members].T,
            s=size,
            color=COLOURS[value] if named else GREY,
            marker=MARKERS[value] if named else ".",
            edgecolors="white",
            linewidths=0.4,
            zorder=3,
            label=wrapped(f"{name} ({size_of:,})") if value <= _NAMED_GROUPS else None,
        )
    _name_works(ax, net, xy, crosses, n_labels)
    ax.margins(0.06)
    ax.autoscale_view()
    ax.set_aspect("equal", adjustable="datalim")
    ax.set_axis_off()
    if net.n_works:
        legend = ax.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
        for handle in legend.legend_handles:
            handle.set_sizes([40])
    within = int(((of_citing == of_cited) & (of_citing >= 0)).sum())
    text = f"{net.n_works:,} works; {int(crosses.sum()):,} citations between groups (dark), {within:,} within"
    subtitle(ax, title or "Citations by group", text)
    return ax


def _name_works(ax: Any, net: CitationNetwork, xy: Floats, crosses: npt.NDArray[np.bool_], n_labels: int) -> None:
    """Write the ids of the works with most crossing arcs, leaving out a name that would lie on another.

    Where no arc crosses, those with most arcs are named.
    """
    across, degree = (
        np.bincount(net.citing[chosen], minlength=net.n_works) + np.bincount(net.cited[chosen], minlength=net.n_works)
        for chosen in (crosses, np.ones_like(crosses))
    )
    from matplotlib.patheffects import withStroke

    load = across if across.any() else degree
    span = float(np.ptp(xy, axis=0).max()) if len(xy) else 1.0
    taken: list[Floats] = []
    for i in np.argsort(-load, kind="stable")[: 4 * n_labels]:
        if len(taken) == n_labels or not load[i]:
            break
        if any(abs(xy[i, 1] - other[1]) < 0.035 * span and abs(xy[i, 0] - other[0]) < 0.3 * span for other in taken):
            continue
        taken.append(xy[i])
        ax.annotate(
            net.ids[i],
            xy[i],
            xytext=(5, 0),
            textcoords="offset points",
            fontsize=7,
            va="center",
            zorder=4,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )
