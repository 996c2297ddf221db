"""The network drawn by group: communities as discs of their works, the arcs that cross in front."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition
from citenet.plot.labels import short_names
from citenet.plot.layout import layout
from citenet.plot.style import COLOURS, GREY, MARKERS, letters, narrow, new_axes, subtitle, wrapped

__all__ = ["network"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_NAMED_GROUPS = len(COLOURS)
_MOST_UNASSIGNED = 1_000  # more works of no group than this, and than those of one, are left out
_BENT = 3_000  # up to so many crossing arcs are bent, so that two that lie on each other are seen as two


def network(  # noqa: PLR0913 - what is drawn, where, and how much is named; by keyword
    net: CitationNetwork,
    groups: object,
    *,
    places: pd.DataFrame | None = None,
    ax: Any = None,
    n_labels: int = 8,
    title: str | None = None,
) -> Any:
    """Draw the works by group; arcs that cross between groups are dark, those within pale.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        What colours and markers stand for, and what arcs cross between.
    places : DataFrame, optional
        Columns x and y, indexed by work id; by default ``layout(net, groups)``, a disc for each group, without the
        works of no group where these are more than 1,000 and more than those of a group. For large networks
        ``layout(net, cn.detect_communities(net))`` shows more, and every work.
    ax : matplotlib Axes, optional
    n_labels : int
        Works to name: those with most crossing arcs (with most arcs, where none crosses). A name that would lie on
        another is left out.
    title : str, optional

    Returns
    -------
    Axes

    Raises
    ------
    InputError
        If ``places`` lacks a work.
    """
    ax = new_axes(ax, 7.0, 5.6)
    partition = as_partition(groups, net)
    whole = net
    if places is None:
        net, partition = _without_the_rest(net, partition)
    xy, labels = _places(net, partition, places), partition.labels
    of_citing, of_cited = labels[net.citing], labels[net.cited]
    crosses = (of_citing != of_cited) & (of_citing >= 0) & (of_cited >= 0)
    _arcs(ax, xy[net.citing], xy[net.cited], crosses)
    _works(ax, partition, xy)
    ax.margins(0.06)
    ax.autoscale_view()
    ax.set_aspect("equal", adjustable="datalim")
    ax.set_axis_off()
    if net.n_works:
        beside = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)}
        below = {"loc": "upper left", "bbox_to_anchor": (0.0, 0.0), "ncols": 2, "columnspacing": 1.0}
        legend = ax.legend(fontsize=8, frameon=False, **(below if narrow(ax) else beside))
        for handle in legend.legend_handles:
            handle.set_sizes([40])
    within = int(((of_citing == of_cited) & (of_citing >= 0)).sum())
    rest = whole.n_citations - int(crosses.sum()) - within
    text = f"{net.n_works:,} works; {int(crosses.sum()):,} citations between groups (dark), {within:,} within"
    if whole.n_works > net.n_works:
        text += f"; not drawn: {whole.n_works - net.n_works:,} works without a group, {rest:,} citations of or to them"
    elif rest:
        text += f", {rest:,} of or to works without a group"
    subtitle(ax, title or "Citations by group", text, room=0.9 if narrow(ax) else 0.7)
    _name_works(ax, net, xy, crosses, n_labels)
    return ax


def _without_the_rest(net: CitationNetwork, partition: Partition) -> tuple[CitationNetwork, Partition]:
    """Leave out the works of no group where they would be most of the picture."""
    labels = partition.labels
    unassigned = int((labels < 0).sum())
    if unassigned <= max(_MOST_UNASSIGNED, labels.size - unassigned) or unassigned == labels.size:
        return net, partition
    smaller = net.subset(labels >= 0)
    return smaller, partition.restrict(smaller.ids)


def _places(net: CitationNetwork, partition: Partition, places: pd.DataFrame | None) -> Floats:
    table = layout(net, partition) if places is None else places
    if not {"x", "y"} <= set(table.columns) or not net.ids.isin(table.index).all():
        raise InputError(
            "places needs columns x and y and a row for every work of the network; layout(net, groups) makes it"
        )
    return table.loc[net.ids, ["x", "y"]].to_numpy(dtype=float)


def _arcs(ax: Any, one: Floats, other: Floats, crosses: Mask) -> None:
    """Arcs within groups pale and straight; those that cross dark, and bent where there are not too many."""
    from matplotlib.collections import LineCollection

    pale = np.stack([one, other], axis=1)[~crosses]
    start, end = one[crosses], other[crosses]
    dark = np.stack([start, end], axis=1)
    if 0 < len(dark) <= _BENT:
        t = np.linspace(0, 1, 9)[None, :, None]
        middle = (start + end) / 2 + (end - start)[:, ::-1] * [-0.12, 0.12]
        dark = (1 - t) ** 2 * start[:, None] + 2 * t * (1 - t) * middle[:, None] + t**2 * end[:, None]
    for lines, colour, width, alpha, order in ((pale, "#AAAAAA", 0.5, 0.8, 1), (dark, "#222222", 0.8, 0.85, 2)):
        thin = min(1.0, (200 / max(1, len(lines))) ** 0.7)  # many arcs must not add up to one black sheet
        style = {"colors": colour, "linewidths": width, "alpha": max(0.01, alpha * thin), "zorder": order}
        ax.add_collection(LineCollection(list(lines), rasterized=len(lines) > 5_000, **style))


def _works(ax: Any, partition: Partition, xy: Floats) -> None:
    labels, n = partition.labels, len(xy)
    size = np.clip(9_000 / max(1, n), 1.2, 60)
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
            edgecolors="white" if n < 3_000 else "none",
            linewidths=0.4,
            zorder=3,
            rasterized=n > 5_000,
            label=wrapped(f"{name} ({size_of:,})", letters(ax, 0.26, 8)) if value <= _NAMED_GROUPS else None,
        )


def _name_works(ax: Any, net: CitationNetwork, xy: Floats, crosses: Mask, n_labels: int) -> None:
    """Name the works with most crossing arcs, leaving out a name that would lie on another or outside.

    Where no arc crosses, those with most arcs are named.
    """
    from matplotlib.patheffects import withStroke

    across, degree = (
        np.bincount(net.citing[chosen], minlength=net.n_works) + np.bincount(net.cited[chosen], minlength=net.n_works)
        for chosen in (crosses, np.ones_like(crosses))
    )
    load = across if across.any() else degree
    names = short_names(net)
    ax.figure.draw_without_rendering()  # where things lie is known only after the layout
    taken: list[Any] = [legend.get_window_extent() for legend in [ax.get_legend()] if legend]
    reserved, page = len(taken), ax.figure.bbox
    for i in np.argsort(-load, kind="stable")[: 6 * n_labels]:
        if len(taken) == n_labels + reserved or not load[i]:
            break
        text = ax.annotate(
            names[i],
            xy[i],
            xytext=(5, 0),
            textcoords="offset points",
            fontsize=7,
            va="center",
            zorder=4,
            path_effects=[withStroke(linewidth=2, foreground="white")],
        )
        box = text.get_window_extent().expanded(1.02, 1.15)
        on_page = box.x0 >= page.x0 and box.x1 <= page.x1
        if not on_page or any(box.overlaps(other) for other in taken):
            text.remove()
            continue
        taken.append(box)
