"""The matching flow as a figure: boxes for one set of references, bars for several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from citenet.errors import InputError
from citenet.plot.style import COLOURS, GREY, legend_below, letters, named_rows, narrow, new_axes, subtitle, wrapped

__all__ = ["matching_flow"]

_PARTS = {
    "matched by decision": COLOURS[7],
    "matched by identifier": COLOURS[0],
    "matched by text": COLOURS[5],
    "ambiguous": COLOURS[4],
    "unmatched": "#D9D9D9",
}


def matching_flow(flow: pd.DataFrame, *, ax: Any = None) -> Any:
    """Draw what became of the references.

    Parameters
    ----------
    flow : DataFrame
        From ``citenet.matching_flow(corpus, links, by=…)``.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        For all references together, boxes with counts from the printed lists down to what was matched, is ambiguous
        or was not matched, by kind. For several groups, one bar each with the shares of its references.

    Raises
    ------
    InputError
        If the table is no matching flow.
    """
    if "references" not in flow.index:
        raise InputError(
            "matching_flow draws the table of citenet.matching_flow(corpus, links); it has no row 'references'"
        )
    return _boxes(flow.iloc[:, 0], ax) if flow.shape[1] == 1 else _bars(flow, ax)


def _parts(flow: pd.DataFrame) -> pd.DataFrame:
    """Count the parts that add up to the references."""
    rows = {name: flow[flow.index.str.startswith(name)].sum() for name in _PARTS}
    return pd.DataFrame(rows)


def _bars(flow: pd.DataFrame, ax: Any) -> Any:
    parts = _parts(flow)
    total = parts.sum(axis=1)
    parts, total = parts[total > 0], total[total > 0]
    given = ax is not None
    ax = new_axes(ax, 7.5, 2.2 + 0.32 * len(parts))
    left = pd.Series(0.0, index=parts.index)
    heights = range(len(parts))
    for (name, colour), hatch in zip(_PARTS.items(), ("xx", "", "//", "..", ""), strict=True):
        share = parts[name] / total
        if share.any():
            ax.barh(heights, share, left=left, color=colour, edgecolor="white", hatch=hatch, linewidth=0.5, label=name)
        left += share
    names = [f"{group} ({n:,})" for group, n in total.items()]
    names, size = named_rows(ax, names) if given else ([wrapped(name, 36) for name in names], 9.0)
    ax.set_yticks(heights, names, fontsize=size)
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ticks = np.linspace(0, 1, 3 if narrow(ax) else 6)
    ax.set_xticks(ticks, [f"{share:.0%}" for share in ticks])
    ax.set_xlabel(wrapped("share of references (number in brackets)", letters(ax, 0.55, 10)))
    legend_below(ax, ncols=1 if narrow(ax) else 3)
    text = f"{int(total.sum()):,} references in {len(parts)} groups of citing works"
    subtitle(ax, "What became of the references", text, room=0.6)
    return ax


def _boxes(flow: pd.Series[int], ax: Any) -> Any:
    parts = _parts(flow.to_frame()).iloc[0]
    total = int(flow["references"])
    ax = new_axes(ax, 7.5, 5.0)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.axis("off")
    said = {
        "printed": ((0.25, 0.93), f"references printed\n{total:,}", GREY),
        "identified": ((0.25, 0.73), _identified(flow), GREY),
        "text": (
            (0.25, 0.40),
            _counted("matched by text", parts, _lines(flow, "matched by text", "score ")),
            COLOURS[5],
        ),
        "by id": ((0.76, 0.73), _counted("matched by identifier", parts, _decided(parts)), COLOURS[0]),
        "ambiguous": ((0.76, 0.50), _counted("ambiguous", parts, "left to review"), COLOURS[4]),
        "unmatched": ((0.76, 0.20), _counted("unmatched", parts, _lines(flow, "unmatched")), GREY),
    }
    boxes = {name: _box(ax, *box) for name, box in said.items()}
    for start, end in (
        ("printed", "identified"),
        ("identified", "text"),
        ("identified", "by id"),
        ("text", "ambiguous"),
        ("text", "unmatched"),
    ):
        _arrow(ax, boxes[start], boxes[end])
    subtitle(ax, "What became of the references", f"{total:,} references")
    return ax


def _identified(flow: pd.Series[int]) -> str:
    with_one = flow["with an identifier"]
    return f"with an identifier {with_one:,}\nwithout {flow['references'] - with_one:,}"


def _counted(name: str, parts: pd.Series[int], more: str) -> str:
    return f"{name}\n{parts[name]:,}\n{more}".rstrip()


def _decided(parts: pd.Series[int]) -> str:
    decided = parts["matched by decision"]
    return f"by decision {decided:,}" if decided else ""


def _lines(flow: pd.Series[int], start: str, before: str = "", most: int = 5) -> str:
    """List the largest parts of a stage, one a line."""
    found = flow[flow.index.str.startswith(start) & (flow > 0).to_numpy()]
    names = found.index.str.removeprefix(start).str.strip(" ,:")
    if start == "unmatched":
        order = (-found.to_numpy()).argsort(kind="stable")
        found, names = found.iloc[order], names[order]
    lines = [f"{before}{name}: {n:,}" for name, n in zip(names[:most], found[:most], strict=True)]
    rest = int(found[most:].sum())
    return "\n".join(lines + ([f"other: {rest:,}"] if rest else []))


def _box(ax: Any, centre: tuple[float, float], text: str, colour: str) -> Any:
    """Write a text in a box that is no wider than its column."""
    size = 7 if narrow(ax) else 9
    lines = "\n".join(wrapped(line, letters(ax, 0.42, size)) for line in text.split("\n"))
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": colour, "linewidth": 1.5}
    return ax.text(*centre, lines, ha="center", va="center", fontsize=size, bbox=box, zorder=3)


def _arrow(ax: Any, start: Any, end: Any) -> None:
    """Draw an arrow from the edge of one box to that of another."""
    style = {"arrowstyle": "->", "color": GREY, "patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch()}
    ax.annotate("", end.get_position(), start.get_position(), arrowprops={**style, "shrinkA": 0, "shrinkB": 1})
