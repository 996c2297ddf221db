"""The alluvial figure: communities as bars, step by step, and the works that flow between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citenet.plot.style import COLOURS, GREY, letters, new_axes, subtitle, wrapped

if TYPE_CHECKING:
    from citenet.comparison.tracking import CommunityTracks

__all__ = ["alluvial"]

_WIDTH = 0.14  # of a bar; steps are 1 apart
_GAP = 0.015  # between bars, of the height of the figure


def alluvial(tracks: CommunityTracks, *, ax: Any = None, title: str | None = None) -> Any:
    """Draw communities followed through versions or windows.

    Parameters
    ----------
    tracks : CommunityTracks
        From `track_communities`.
    ax : matplotlib Axes, optional
    title : str, optional

    Returns
    -------
    Axes
        A bar for each group, as high as it has works; bands are works that both steps have in some group. Colours are
        tracks, the largest first; the others are grey. Groups stand as near as they can to those they come from.
    """
    ax = new_axes(ax, 1.6 + 1.9 * len(tracks.steps), 4.6)
    bars = _placed(tracks)
    largest = bars.groupby("track")["works"].max().sort_values(ascending=False, kind="stable").index
    colours = dict(zip(largest, COLOURS[: len(largest)], strict=False))
    _draw_bands(ax, tracks, bars, colours)
    line = bars["top"].max() * 0.14 / ax.figure.get_size_inches()[1]  # works a line of a name is high
    for bar in bars.to_dict("records"):
        colour = colours.get(bar["track"], GREY)
        ax.bar(
            bar["x"],
            bar["works"],
            _WIDTH,
            bottom=bar["bottom"],
            color=colour,
            edgecolor="white",
            linewidth=0.5,
            zorder=3,
        )
        name = wrapped(f"{bar['group']} ({bar['works']:,})", letters(ax, 0.72 / len(tracks.steps), 7))
        if bar["works"] > line * (name.count("\n") + 1):
            where = bar["x"] + 0.6 * _WIDTH, bar["bottom"] + bar["works"] / 2
            ax.text(*where, name, fontsize=7, va="center", zorder=4)
    ax.set_xticks(range(len(tracks.steps)), tracks.steps)
    ax.set_xlim(-0.3, len(tracks.steps) - 1 + 0.6)
    ax.set_yticks([])
    ax.spines[["left", "right", "top"]].set_visible(False)
    counts = tracks.events["event"].value_counts()
    said = ", ".join(f"{n:,} {event}" for event, n in sorted(counts.items()))
    subtitle(ax, title or "Communities from step to step", f"bars: works; bands: works in both steps; {said}")
    return ax


def _placed(tracks: CommunityTracks) -> pd.DataFrame:
    """Bars with their place: step ``x``, ``bottom`` and ``top``, in works."""
    table, flows = tracks.table, tracks.flows
    gap = _GAP * table.groupby("step")["works"].sum().max()
    placed: list[pd.DataFrame] = []
    for x, step in enumerate(tracks.steps):
        bars = table[table["step"] == step].assign(x=x)
        if placed:
            came = flows[flows["step"] == tracks.steps[x - 1]]
            earlier = placed[-1].set_index("group")
            middle = (earlier["bottom"] + earlier["top"]) / 2
            weighted = came.assign(height=came["group_before"].map(middle) * came["works"]).groupby("group_after")
            height = weighted["height"].sum() / weighted["works"].sum()
            bars = bars.assign(height=bars["group"].map(height).fillna(np.inf)).sort_values("height", kind="stable")
        top = bars["works"].cumsum() + gap * np.arange(len(bars))
        placed.append(bars.assign(top=top, bottom=top - bars["works"]))
    return pd.concat(placed, ignore_index=True)


def _draw_bands(ax: Any, tracks: CommunityTracks, bars: pd.DataFrame, colours: dict[Any, str]) -> None:
    """Bands between neighbouring steps, stacked at both ends in the order of the bars they lead to."""
    place = bars.set_index(["step", "group"])
    for x, step in enumerate(tracks.steps[:-1]):
        flows = tracks.flows[tracks.flows["step"] == step]
        one, other = place.loc[step], place.loc[tracks.steps[x + 1]]
        flows = flows.assign(
            from_bottom=flows["group_before"].map(one["bottom"]), to_bottom=flows["group_after"].map(other["bottom"])
        )
        flows = flows.sort_values(["from_bottom", "to_bottom"])
        flows["low"] = flows["from_bottom"] + flows.groupby("group_before")["works"].cumsum() - flows["works"]
        flows = flows.sort_values(["to_bottom", "from_bottom"])
        flows["to_low"] = flows["to_bottom"] + flows.groupby("group_after")["works"].cumsum() - flows["works"]
        along = np.linspace(0, 1, 30)
        bend = along**2 * (3 - 2 * along)
        at = x + _WIDTH / 2 + along * (1 - _WIDTH)
        for flow in flows.to_dict("records"):
            low = flow["low"] + (flow["to_low"] - flow["low"]) * bend
            colour = colours.get(one.loc[flow["group_before"], "track"], GREY)
            ax.fill_between(at, low, low + flow["works"], color=colour, alpha=0.35, linewidth=0, zorder=2)
