"""Who cites whom as bands between two columns: left the citing groups, right the cited."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import MixingMatrix
from citenet.errors import InputError
from citenet.plot.style import COLOURS, GREY, letters, new_axes, subtitle, wrapped

__all__ = ["sankey"]

_GAP = 0.04
_WIDTH = 0.035
_SHOWN = len(COLOURS)


def sankey(flows: MixingMatrix, *, ax: Any = None) -> Any:
    """Draw citations between groups as bands from citing (left) to cited (right) groups.

    Parameters
    ----------
    flows : MixingMatrix
        For example ``result.flows``.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        A band is as wide as its citations are many. Bands that cross are in the colour of the citing group and carry
        their number where it fits; those within a group are pale. Both directions are drawn: a cites b, and b cites a.
        Beyond eight groups the smallest share one.

    Raises
    ------
    InputError
        If there are no citations.
    """
    counts, names = _few(flows)
    total = int(counts.sum())
    if not total:
        raise InputError("there are no citations between groups to draw")
    k = len(names)
    ax = new_axes(ax, 7.0, max(3.2, 1.2 + 0.62 * k))
    left, right = _columns(counts.sum(axis=1) / total), _columns(counts.sum(axis=0) / total)
    starts, ends = left.copy(), right.copy()
    bands = []
    for i in range(k):
        for j in range(k):
            height = counts[i, j] / total
            bands.append((i, j, starts[i], ends[j], height))
            starts[i] -= height
            ends[j] -= height
    for i, j, start, end, height in sorted(bands, key=lambda band: (band[0] != band[1], -band[4])):
        if height:
            _band(ax, start, end, height, COLOURS[i] if i != j else GREY, 0.7 if i != j else 0.22)
            _number(ax, (start, end, height), counts[i, j], crosses=i != j)
    _bars(ax, 0.0, left, counts.sum(axis=1), names)
    _bars(ax, 1.0, right, counts.sum(axis=0), names)
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-_GAP * (k - 1) - 0.02, 1.09)
    for x, side in ((0, "citing"), (1, "cited")):
        ax.text(x, 1.015, side, ha="center", va="bottom", fontsize=9, style="italic")
    ax.set_axis_off()
    crossing = total - int(np.trace(counts))
    excluded = sum(flows.excluded.values())
    out = f"; {excluded:,} of or to works without a group left out" if excluded else ""
    subtitle(ax, "Who cites whom", f"{total:,} citations, {crossing:,} ({crossing / total:.0%}) between groups{out}")
    return ax


def _few(flows: MixingMatrix) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return counts and names of at most as many groups as there are colours, the rest as one."""
    counts, names = np.asarray(flows.counts), list(flows.names)
    if len(names) <= _SHOWN:
        return counts, names
    order = np.argsort(-(counts.sum(axis=0) + counts.sum(axis=1)), kind="stable")
    kept = order[: _SHOWN - 1]
    group = np.full(len(names), _SHOWN - 1)
    group[kept] = np.arange(kept.size)
    smaller = np.zeros((_SHOWN, _SHOWN), dtype=np.int64)
    np.add.at(smaller, (group[:, None], group[None, :]), counts)
    return smaller, [*(names[i] for i in kept), f"{len(names) - kept.size} other groups"]


def _columns(shares: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Upper ends of the bars of a column, from the top down with a gap between."""
    below = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    tops: npt.NDArray[np.float64] = 1 - below - _GAP * np.arange(shares.size)
    return tops


def _band(ax: Any, start: float, end: float, height: float, colour: str, alpha: float) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    a, b, mid = _WIDTH / 2, 1 - _WIDTH / 2, 0.5
    corners = [(a, start), (mid, start), (mid, end), (b, end), (b, end - height), (mid, end - height)]
    corners += [(mid, start - height), (a, start - height), (a, start)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    edge = colour if colour != GREY else "none"
    ax.add_patch(PathPatch(Path(corners, codes), facecolor=colour, edgecolor=edge, linewidth=0.4, alpha=alpha))


def _number(ax: Any, place: tuple[float, float, float], count: int, *, crosses: bool) -> None:
    """Write the number of citations at the citing end of a band, where it is wide enough."""
    start, end, height = place
    if height < 0.022:
        return
    t = 0.1 if crosses else 0.16
    y = (start + (end - start) * (3 * t**2 - 2 * t**3)) - height / 2
    ax.text(_WIDTH / 2 + t, y, f"{count:,}", ha="center", va="center", fontsize=7.5, color="black")


def _bars(ax: Any, x: float, tops: npt.NDArray[np.float64], counts: npt.NDArray[np.int64], names: list[str]) -> None:
    """Draw the bars of a column with their names, pushed apart where they would lie on each other."""
    from matplotlib.patches import Rectangle

    total, side = counts.sum(), -1 if x < 0.5 else 1
    shown = np.flatnonzero(counts)
    heights = counts / total
    inches = ax.figure.get_size_inches()[1] * 0.8
    labels = [wrapped(f"{names[i]} ({counts[i]:,})", letters(ax, 0.24)) for i in shown]
    rooms = np.array([0.17 * (label.count("\n") + 1) for label in labels]) / inches * (1.1 + _GAP * (len(names) - 1))
    middles = _pushed_apart((tops - heights / 2)[shown], rooms)
    for i, label, y in zip(shown, labels, middles, strict=True):
        ax.add_patch(
            Rectangle((x - _WIDTH / 2, tops[i] - heights[i]), _WIDTH, heights[i], facecolor=COLOURS[i], linewidth=0)
        )
        at = x + side * (_WIDTH / 2 + 0.012)
        ax.text(at, y, label, ha="right" if side < 0 else "left", va="center", fontsize=8.5)


def _pushed_apart(middles: npt.NDArray[np.float64], rooms: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Middles of labels from the top down, each at least its room below the one before, none lower than need be."""
    placed = middles.copy()
    for i in range(1, placed.size):
        placed[i] = min(placed[i], placed[i - 1] - (rooms[i] + rooms[i - 1]) / 2)
    return placed
