"""The matching flow as a figure: boxes for one set of references, bars for several."""

from __future__ import annotations

from typing import Any

import pandas as pd

from citenet.errors import InputError
from citenet.plot.style import COLOURS, GREY, new_axes, subtitle, wrapped

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
    ax = new_axes(ax, 7.5, 1.8 + 0.32 * len(parts))
    left = pd.Series(0.0, index=parts.index)
    heights = range(len(parts))
    for (name, colour), hatch in zip(_PARTS.items(), ("xx", "", "//", "..", ""), strict=True):
        share = parts[name] / total
        if share.any():
            ax.barh(heights, share, left=left, color=colour, edgecolor="white", hatch=hatch, linewidth=0.5, label=name)
        left += share
    ax.set_yticks(heights, [f"{wrapped(str(group))} ({n:,})" for group, n in total.items()])
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.set_xlabel("share of the references (number in brackets)")
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.12 - 0.5 / max(len(parts), 1)), ncols=3, fontsize=8, frameon=False
    )
    subtitle(
        ax, "What became of the references", f"{int(total.sum()):,} references in {len(parts)} groups of citing works"
    )
    return ax


def _boxes(flow: pd.Series[int], ax: Any) -> Any:
    parts = _parts(flow.to_frame()).iloc[0]
    total = int(flow["references"])
    ax = new_axes(ax, 7.5, 5.0)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    ax.axis("off")
    bands, kinds = (_lines(flow, start) for start in ("matched by text", "unmatched"))
    _box(ax, (0.26, 0.92), f"references printed\n{total:,}")
    _box(
        ax,
        (0.26, 0.70),
        f"with an identifier {flow['with an identifier']:,}\nwithout {total - flow['with an identifier']:,}",
    )
    _box(ax, (0.26, 0.42), f"matched by text\n{parts['matched by text']:,}\n{bands}".rstrip())
    rest = parts["matched by decision"]
    by_id = f"matched by identifier\n{parts['matched by identifier']:,}" + (f"\nby decision {rest:,}" if rest else "")
    _box(ax, (0.76, 0.70), by_id, COLOURS[0])
    _box(ax, (0.76, 0.50), f"ambiguous, left to review\n{parts['ambiguous']:,}", COLOURS[4])
    _box(ax, (0.76, 0.20), f"unmatched, outside the corpus\n{parts['unmatched']:,}\n{kinds}".rstrip())
    for start, end in (
        ((0.26, 0.86), (0.26, 0.76)),
        ((0.26, 0.64), (0.26, 0.55)),
        ((0.42, 0.70), (0.58, 0.70)),
        ((0.40, 0.44), (0.56, 0.49)),
        ((0.40, 0.38), (0.56, 0.26)),
    ):
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": GREY})
    subtitle(ax, "What became of the references", f"{total:,} references")
    return ax


def _lines(flow: pd.Series[int], start: str, most: int = 5) -> str:
    """List the largest parts of a stage, one a line."""
    found = flow[flow.index.str.startswith(start) & (flow > 0).to_numpy()]
    names = found.index.str.removeprefix(start).str.strip(" ,:")
    if start == "unmatched":
        order = (-found.to_numpy()).argsort(kind="stable")
        found, names = found.iloc[order], names[order]
    lines = [f"{name}: {n:,}" for name, n in zip(names[:most], found[:most], strict=True)]
    rest = int(found[most:].sum())
    return "\n".join(lines + ([f"other: {rest:,}"] if rest else []))


def _box(ax: Any, centre: tuple[float, float], text: str, colour: str = GREY) -> None:
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": colour, "linewidth": 1.5}
    ax.text(*centre, text, ha="center", va="center", fontsize=9, bbox=box)
