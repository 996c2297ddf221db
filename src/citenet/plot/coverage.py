"""How much of each group's references entered the test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from citenet.bridging.mixing import OWN_GROUP
from citenet.errors import InputError
from citenet.plot.style import COLOURS, legend_below, letters, narrow, new_axes, subtitle, wrapped

if TYPE_CHECKING:
    from citenet.bridging.pair import Bridges

__all__ = ["coverage"]

_STEPS = (("citations", "found", "#D9D9D9"), ("labelled", "with a group", "#8FB8DE"), ("tested", "tested", COLOURS[0]))


def coverage(result: Bridges, *, ax: Any = None) -> Any:
    """Draw what share of each group's references was found, has a group, and was tested.

    Parameters
    ----------
    result : Bridges
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        Bars lie in each other: of the references printed, those found; of these, those between works with a group; of
        these, those tested. With ``unlabelled="own"`` works without a group count as one; the share that leads to a
        work of a real group then stands beside the bars.

    Raises
    ------
    InputError
        If no group prints references.
    """
    table = result.coverage
    table = table[table["references"] > 0]
    if not len(table):
        raise InputError("no group prints references: there is no coverage to draw")
    written = list(zip(map(str, table.index), table["references"], strict=True))
    lines = sum(wrapped(name).count("\n") + 2 for name, _ in written)
    ax = new_axes(ax, 6.6, 1.5 + 0.28 * lines)
    names = [wrapped(name, letters(ax, 0.28)) + f"\n{n:,} references" for name, n in written]
    y = np.arange(len(table))
    own = OWN_GROUP in result.coverage.index
    for step, (column, label, colour) in enumerate(_STEPS):
        if own and column == "labelled":
            label = wrapped(f"with a group or {OWN_GROUP}", letters(ax, 0.7, 8))
        share = table[column] / table["references"]
        ax.barh(y, share, height=0.72 - 0.2 * step, color=colour, label=label, edgecolor="white", linewidth=0.4)
    for i, (group, found, tested) in enumerate(table[["share_citations", "share_tested"]].itertuples()):
        to_group = f"\n{_share_to_groups(result, group):.0%} to a group" if own else ""
        ax.text(1.015, i, f"{found:.0%} found\n{tested:.0%} tested{to_group}", va="center", fontsize=8)
    ax.set_xlim(0, 1)
    ax.set_yticks(y, names, fontsize=8.5)
    ax.invert_yaxis()
    ticks = np.linspace(0, 1, 3 if narrow(ax) else 6)
    ax.set_xticks(ticks, [f"{share:.0%}" for share in ticks])
    ax.set_xlabel("share of the group's references")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    legend_below(ax, ncols=1 if narrow(ax) else 3)
    references, tested = int(table["references"].sum()), int(table["tested"].sum())
    subtitle(ax, "From printed references to the test", f"{references:,} references, {tested:,} tested", room=0.6)
    return ax


def _share_to_groups(result: Bridges, group: str) -> float:
    """Share of a group's references that lead to a work that has a group, those without one not counted as such."""
    names = result.flows.names
    counts = result.flows.counts[names.index(group)]
    labelled = sum(int(n) for name, n in zip(names, counts, strict=True) if name != OWN_GROUP)
    return labelled / int(result.coverage["references"][group])
