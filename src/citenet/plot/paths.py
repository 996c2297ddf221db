"""Works along the years: the historiograph of the most cited, and the main path of ideas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition
from citenet.plot.labels import short_names
from citenet.plot.style import COLOURS, GREY, MARKERS, letters, new_axes, subtitle, wrapped

if TYPE_CHECKING:
    from citenet.bridging.main_path import MainPath

__all__ = ["historiograph", "main_path"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer[Any]]
_LANE = 1.0


def historiograph(net: CitationNetwork, groups: object, *, n_works: int = 30, ax: Any = None) -> Any:
    """Draw the works most cited within the network by year, a lane for each group, and who of them cites whom.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    n_works : int
        Works drawn: those cited most; ties by id.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        Citations between groups are dark, those within pale. Undated works cannot be placed and are left out.

    Raises
    ------
    InputError
        If no dated work is cited.
    """
    cited = np.bincount(net.cited, minlength=net.n_works)
    usable = np.flatnonzero((cited > 0) & ~np.isnan(net.year))
    chosen = np.sort(usable[np.argsort(-cited[usable], kind="stable")][:n_works])
    if not chosen.size:
        raise InputError("no dated work is cited within the network: there is nothing to place by year")
    inside = np.isin(net.citing, chosen) & np.isin(net.cited, chosen)
    partition = as_partition(groups, net)
    pairs = np.stack([net.citing[inside], net.cited[inside]], axis=1)
    ax = _drawn(net, partition, chosen, pairs, ax, weights=cited[chosen])
    crossing = int(_crosses(partition.labels, pairs).sum())
    which = f"the {chosen.size:,} most cited of {net.n_works:,} works"
    text = f"{which}; {len(pairs):,} citations among them, {crossing:,} between groups (dark)"
    subtitle(ax, "Most cited works over time", text)
    return ax


def main_path(path: MainPath, net: CitationNetwork, groups: object, *, ax: Any = None) -> Any:
    """Draw the main path by year, a lane for each group.

    Parameters
    ----------
    path : MainPath
        From ``cn.main_path(net, groups)``.
    net : CitationNetwork
        The network that the path was found in.
    groups : Partition, column name, mapping, Series or list of sets of ids
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        Lines are as wide as the share of search paths through them is large; those that cross between groups are dark.
        Undated works are left out and counted.

    Raises
    ------
    InputError
        If the path has no citation between dated works.
    """
    arcs = path.to_frame()
    pairs = np.stack(
        [net.ids.get_indexer(pd.Index(arcs["citing"])), net.ids.get_indexer(pd.Index(arcs["cited"]))], axis=1
    )
    if (pairs < 0).any():
        raise InputError("the main path names works that are not in this network; pass the network it was found in")
    dated = ~np.isnan(net.year[pairs]).any(axis=1)
    if not dated.any():
        raise InputError("the main path has no citation between dated works: it cannot be placed by year")
    pairs = pairs[dated]
    chosen = np.unique(pairs)
    partition = as_partition(groups, net)
    share = arcs["share"].to_numpy()[dated]
    ax = _drawn(net, partition, chosen, pairs, ax, widths=0.8 + 3 * share / max(share.max(), 1e-9))
    left_out = int((~dated).sum())
    note = f"; {left_out:,} with an undated end left out" if left_out else ""
    crossing = int(_crosses(partition.labels, pairs).sum())
    text = (
        f"{path.kind}; {len(pairs):,} citations, {crossing:,} between groups (dark){note}; border share of the "
        f"whole network "
        f"{path.border_share:.1%}; {path.ties:,} choice{'s'[: path.ties != 1]} among equals by id"
    )
    subtitle(ax, "Main path", text)
    return ax


def _crosses(labels: Ints, pairs: Ints) -> npt.NDArray[np.bool_]:
    one, other = labels[pairs[:, 0]], labels[pairs[:, 1]]
    crosses: npt.NDArray[np.bool_] = (one != other) & (one >= 0) & (other >= 0)
    return crosses


def _drawn(  # noqa: PLR0913 - one drawing for two figures
    net: CitationNetwork,
    partition: Partition,
    chosen: Ints,
    pairs: Ints,
    ax: Any,
    *,
    weights: Ints | None = None,
    widths: Floats | None = None,
) -> Any:
    """Works by year in the lane of their group, with arrows from the older to the younger."""
    labels = partition.labels[chosen]
    lanes, year, names = _lanes(labels), net.year[chosen], short_names(net, chosen)
    low, high = year.min() - 1, year.max() + max(2.0, 0.16 * np.ptp(year))
    inches = ax.figure.get_size_inches()[0] if ax is not None else 7.2
    longest = max(map(len, names)) * 6.5 * 0.62 / 72 + 0.12
    y, tops = _stacked(year, lanes, longest / (0.7 * inches) * (high - low))
    ax = new_axes(ax, 7.2, min(9.5, 1.7 + 0.28 * tops[-1]))
    place = {
        int(work): (float(year), float(level)) for work, year, level in zip(chosen, net.year[chosen], y, strict=True)
    }
    crosses = _crosses(partition.labels, pairs)
    for k in np.argsort(crosses, kind="stable"):
        citing, cited = (place[int(work)] for work in pairs[k])
        style = {
            "arrowstyle": "-|>,head_length=0.25,head_width=0.12",
            "connectionstyle": "arc3,rad=0.12",
            "color": "#222222" if crosses[k] else "#B8B8B8",
            "linewidth": (0.8 if crosses[k] else 0.6) if widths is None else float(widths[k]),
            "shrinkA": 4,
            "shrinkB": 4,
            "alpha": 0.85,
        }
        ax.annotate("", citing, cited, arrowprops=style, zorder=2 + bool(crosses[k]))
    size = 40.0 if weights is None else 18 + 90 * np.sqrt(weights / max(1, weights.max()))
    sizes = np.broadcast_to(size, chosen.shape)
    for value in np.unique(labels):
        member = labels == value
        named = 0 <= value < len(COLOURS)
        ax.scatter(
            net.year[chosen][member],
            y[member],
            s=sizes[member],
            color=COLOURS[value] if named else GREY,
            marker=MARKERS[value] if named else "o",
            edgecolors="white",
            linewidths=0.5,
            zorder=4,
        )
    _lane_names(ax, partition, labels, lanes, tops)
    _work_names(ax, names, year, y)
    ax.set_xlim(low, high)
    ax.set_ylim(tops[-1] - 0.2, -0.8)
    ax.set_yticks([])
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel(wrapped("year (arrows run with the ideas, from the cited to the citing work)", letters(ax, 0.7, 10)))
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    return ax


def _lanes(labels: Ints) -> Ints:
    """Lane of each work: the groups in their order, unassigned works last."""
    values = np.unique(labels)
    values = np.concatenate([values[values >= 0], values[values < 0]])
    return np.array([int(np.flatnonzero(values == label)[0]) for label in labels], dtype=np.int64)


def _stacked(year: Floats, lanes: Ints, room: float) -> tuple[Floats, list[float]]:
    """Level of each work so that no name lies on another, which takes so much room (years): rows within a lane."""
    y, tops, top = np.zeros(year.size), [], 0.0
    for lane in range(int(lanes.max()) + 1):
        members = np.flatnonzero(lanes == lane)
        ends: list[float] = []  # where the last name of each row ends
        for i in members[np.lexsort((members, year[members]))]:
            row = next((r for r, end in enumerate(ends) if end <= year[i]), len(ends))
            if row == len(ends):
                ends.append(0.0)
            ends[row] = year[i] + room
            y[i] = top + row
        top += len(ends) + 0.6 * _LANE
        tops.append(top)
    return y, tops


def _lane_names(ax: Any, partition: Partition, labels: Ints, lanes: Ints, tops: list[float]) -> None:
    bottom = -0.8
    for lane, top in enumerate(tops):
        value = int(labels[lanes == lane][0])
        name = "unassigned" if value < 0 else partition.group_names[value]
        if lane % 2 == 0:
            ax.axhspan(bottom, top - 0.8, color="#F3F3F0", zorder=0, linewidth=0)
        ax.text(
            -0.01,
            (bottom + top - 0.8) / 2,
            wrapped(name, letters(ax, 0.16, 8.5)),
            transform=ax.get_yaxis_transform(),
            ha="right",
            va="center",
            fontsize=8.5,
        )
        bottom = top - 0.8


def _work_names(ax: Any, names: npt.NDArray[np.object_], year: Floats, y: Floats) -> None:
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2.2, foreground="white")]
    for name, x, level in zip(names, year, y, strict=True):
        ax.annotate(
            name,
            (x, level),
            xytext=(6, 5),
            textcoords="offset points",
            fontsize=6.5,
            va="center",
            zorder=5,
            path_effects=halo,
        )
