"""Figures of what changed between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from citenet.bridging.pair import Bridges
from citenet.plot.style import COLOURS, GREY, legend_below, letters, narrow, new_axes, subtitle, wrapped

if TYPE_CHECKING:
    from citenet.comparison.result import Comparison

__all__ = ["causes"]


def causes(change: Comparison, *, ax: Any = None) -> Any:
    """Draw how many citations each cause added or took away.

    Parameters
    ----------
    change : Comparison
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        One bar per cause and direction, net of gains and losses; causes that changed nothing are left out.
    """
    table = change.causes
    names = [str(name) for name in table if name not in ("before", "after", "change")]
    ends = {"citations": "citations"}
    if isinstance(change.before, Bridges):
        a, b = change.before.a, change.before.b
        ends = {"citations a→b": f"{a} → {b}", "citations b→a": f"{b} → {a}"}
    size = {name: float(table[name].loc[list(ends)].abs().sum()) for name in names}
    names = sorted((name for name in names if size[name] > 1e-9), key=lambda name: -size[name])
    ax = new_axes(ax, 6.5, 1.8 + 0.35 * len(ends) * max(2, len(names)))
    height = 0.8 / len(ends)
    y = np.arange(len(names))
    for i, (measure, label) in enumerate(ends.items()):
        row = table.T[measure]
        at = y + (i - (len(ends) - 1) / 2) * height
        label = wrapped(
            f"{label}: {row['before']:,.0f} before, {row['after']:,.0f} after",
            letters(ax, 0.5 if narrow(ax) else 0.75, 8),
        )
        values = row[names].to_list()
        bars = ax.barh(at, values, height=height * 0.9, color=COLOURS[i], label=label)
        ax.bar_label(
            bars,
            [f"{value:+,.0f}" if abs(value) >= 1000 else f"{value:+.4g}" for value in values],
            padding=3,
            fontsize=8,
        )
    ax.axvline(0, color=GREY, linewidth=0.8)
    ax.set_yticks(y, [wrapped(name, letters(ax, 0.26)) for name in names])
    ax.set_ylim(max(len(names), 2) - 0.4, -0.6)  # a single cause is a bar, not a slab
    ax.margins(x=0.22)
    ax.set_xlabel("change in citations")
    legend_below(ax)
    works = change.works[~change.works["external"]]["status"].value_counts()
    text = ", ".join(f"{n:,} work{'s'[: n != 1]} {status}" for status, n in works.sort_index().items())
    subtitle(ax, "What changed the citations" if names else "No citation changed", text, room=0.65)
    return ax
