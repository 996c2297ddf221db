"""Who cites whom as bands between two columns: left the citing groups, right the cited."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import MixingMatrix
from citenet.errors import InputError
from citenet.plot.style import COLOURS, GREY, new_axes, subtitle, wrapped

__all__ = ["flow"]

_GAP = 0.04
_WIDTH = 0.035
_SHOWN = len(COLOURS)


def flow(flows: MixingMatrix, *, ax: Any = None) -> Any:
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
    for i in range(k):
        for j in range(k):
            height = counts[i, j] / total
            if height:
                _band(ax, starts[i], ends[j], height, COLOURS[i] if i != j else GREY, 0.75 if i != j else 0.25)
                _number(ax, (starts[i], ends[j], height), counts[i, j], crosses=i != j)
            starts[i] -= height
            ends[j] -= height
    for i, name in enumerate(names):
        _bar(ax, 0.0, left[i], counts[i].sum() / total, COLOURS[i], f"{wrapped(name, 22)}\n{counts[i].sum():,}")
        _bar(ax, 1.0, right[i], counts[:, i].sum() / total, COLOURS[i], f"{wrapped(name, 22)}\n{counts[:, i].sum():,}")
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-_GAP * k - 0.02, 1.05)
    ax.text(0, 1.05, "citing", ha="center", va="bottom", fontsize=9)
    ax.text(1, 1.05, "cited", ha="center", va="bottom", fontsize=9)
    ax.set_axis_off()
    crossing = total - int(np.trace(counts))
    excluded = sum(flows.excluded.values())
    out = f"; {excluded:,} without a group at both ends are left out" if excluded else ""
    subtitle(ax, "Who cites whom", f"{total:,} citations, {crossing:,} ({crossing / total:.0%}) between groups{out}")
    return ax


def _few(flows: MixingMatrix) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Counts and names of at most as many groups as there are colours, the rest as one."""
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
    """The number of citations at the citing end of a band that is wide enough; crossing bands a little further in."""
    start, end, height = place
    if height < 0.022:
        return
    t = 0.1 if crosses else 0.16
    y = (start + (end - start) * (3 * t**2 - 2 * t**3)) - height / 2
    ax.text(_WIDTH / 2 + t, y, f"{count:,}", ha="center", va="center", fontsize=7.5, color="black")


def _bar(ax: Any, x: float, top: float, height: float, colour: str, text: str) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((x - _WIDTH / 2, top - height), _WIDTH, height, color=colour, linewidth=0))
    side = -1 if x < 0.5 else 1
    ax.text(
        x + side * (_WIDTH / 2 + 0.015),
        top - height / 2,
        text,
        ha="right" if side < 0 else "left",
        va="center",
        fontsize=8.5,
    )
