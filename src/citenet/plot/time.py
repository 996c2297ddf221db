"""Observed/expected over citing years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from citenet.errors import InputError
from citenet.plot.style import (
    COLOURS,
    GREY,
    MARKERS,
    legend_below,
    letters,
    narrow,
    new_axes,
    ratio_axis,
    subtitle,
    wrapped,
)

if TYPE_CHECKING:
    from citenet.comparison.periods import OverTime

__all__ = ["over_time"]


def over_time(windows: OverTime, *, ax: Any = None) -> Any:
    """Draw observed/expected of both directions in windows of citing years, with intervals.

    Parameters
    ----------
    windows : OverTime
        From ``cn.over_time(net, groups, a, b)``.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        Logarithmic; 1 is what the null expects. An arrow at the lower edge is an observed 0; windows in which nothing
        is expected are left out and counted.

    Raises
    ------
    InputError
        If no window can be drawn.
    """
    table = windows.to_frame()
    drawn = table[table["ratio"].notna()]
    if not len(drawn):
        raise InputError("in no window is any citation expected between the two groups")
    ax = new_axes(ax, 6.6, 3.8)
    known = [v for v in drawn[["ratio", "low", "high"]].to_numpy().ravel() if np.isfinite(v) and v > 0]
    floor, ceiling = min([*known, 1.0]) / 1.6, max([*known, 1.0]) * 1.4
    pairs = [(windows.a, windows.b), (windows.b, windows.a)]
    width = float((drawn["last"] - drawn["first"]).median()) + 1
    for i, (citing, cited) in enumerate(pairs):
        rows = drawn[(drawn["citing"] == citing) & (drawn["cited"] == cited)]
        x = (rows["first"] + rows["last"]) / 2 + (i - 0.5) * 0.12 * width
        low, high = rows["low"].clip(lower=floor).fillna(floor), rows["high"].clip(upper=ceiling).fillna(ceiling)
        ax.vlines(x, low, high, color=COLOURS[i], linewidth=1.6)
        y = rows["ratio"].clip(lower=floor)
        ax.plot(x, y, color=COLOURS[i], linewidth=0.8, linestyle="-" if i == 0 else "--", alpha=0.7)
        zero = rows["ratio"] == 0
        style = {"color": COLOURS[i], "linestyle": "none", "markersize": 7, "clip_on": False}
        ax.plot(
            x[~zero], y[~zero], marker=MARKERS[i], label=wrapped(f"{citing} → {cited}", letters(ax, 0.7, 8)), **style
        )
        ax.plot(x[zero], y[zero], marker="v", markerfacecolor="white", **style)
    ax.axhline(1, color=GREY, linewidth=1, linestyle=":", zorder=0)
    ratio_axis(ax, floor, ceiling, axis="y")
    spans = drawn[["first", "last"]].drop_duplicates()
    ticks = ((spans["first"] + spans["last"]) / 2).tolist()
    names = [str(a) if a == b else f"{a}–{b}" for a, b in spans.itertuples(index=False)]
    every = -(-len(ticks) // max(2, letters(ax, 0.7) // 11))
    ax.set_xticks(ticks[::every], names[::every])
    ax.set_xlabel("citing years")
    ax.set_ylabel("observed / expected (log scale)")
    legend_below(ax)
    left_out = len(table) - len(drawn)
    note = f"; {left_out} window{'s'[: left_out != 1]} without expected citations left out" if left_out else ""
    bars = "bars: exact 95% interval for independent citations"
    text = f"{drawn['observed'].sum():,.0f} crossing citations; null {windows.null}; {bars}{note}"
    subtitle(ax, f"{windows.a} and {windows.b} over time", text, room=0.68 if narrow(ax) else 0.85)
    return ax
