"""Figures of measures and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from citenet.errors import InputError
from citenet.plot.style import (
    COLOURS,
    GREY,
    legend_below,
    letters,
    named_rows,
    narrow,
    new_axes,
    ratio_axis,
    subtitle,
    wrapped,
)

if TYPE_CHECKING:
    from citenet.bridging.inference import NullTest
    from citenet.bridging.pair import Bridges

__all__ = ["flows", "mixing", "null_distribution", "pairs"]


def flows(result: Bridges, *, ax: Any = None) -> Any:
    """Draw observed/expected citations in both directions with their intervals.

    Parameters
    ----------
    result : Bridges
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        Logarithmic; 1 is what is expected under the null. A direction that cannot be tested says so.
    """
    rows = [(result.a, result.b), (result.b, result.a)]
    arrows = [f"{citing} → {cited}" for citing, cited in rows]
    lines = wrapped(arrows[0]).count("\n")
    ax = new_axes(ax, 7.5 if lines else 6.0, 2.4 + 0.3 * lines)
    names = [wrapped(name, letters(ax, 0.34)) for name in arrows]
    drawn = [result.row("citations", *pair) for pair in rows]
    known = [v for row in drawn for v in (row["ratio"], row["low"], row["high"]) if v > 0]
    floor = min([*known, 1.0]) / 2
    for y, (name, row, colour) in enumerate(zip(names, drawn, COLOURS, strict=False)):
        expected = "" if np.isnan(row["expected"]) else f", {row['expected']:,.1f} expected"
        label = f"{name}\n" + wrapped(f"{row['value']:,.0f} observed{expected}", letters(ax, 0.34))
        ax.text(-0.02, y, label, transform=ax.get_yaxis_transform(), ha="right", va="center", fontsize=9)
        if np.isnan(row["ratio"]) or result.tests["a→b" if y == 0 else "b→a"].sd == 0:
            ax.text(1, y, "cannot be tested", ha="center", va="center", fontsize=8, color=GREY, backgroundcolor="white")
            continue
        ax.plot(
            [max(row["low"], floor), max(row["high"], floor)], [y, y], color=colour, linewidth=2, solid_capstyle="butt"
        )
        zero = row["ratio"] == 0
        ax.plot(max(row["ratio"], floor), y, "<" if zero else "o", color=colour, markersize=8)
    ax.axvline(1, color=GREY, linewidth=1, linestyle="--", zorder=0)
    ratio_axis(ax, floor, max([*known, 1.0]) * 1.6)
    ax.set_ylim(1.6, -0.6)
    ax.set_yticks([])
    ax.set_xlabel(wrapped("observed / expected citations (log scale)", letters(ax, 0.6, 10)))
    n = int(result.coverage.loc[[result.a, result.b], "tested"].sum())
    exact = any("exact" in str(row["note"]) for row in drawn)
    kind = "papers resampled; or exact for independent citations" if exact else "papers resampled"
    shown = any(not np.isnan(row["low"]) for row in drawn)
    interval = f"bars: {result.params['level']:.0%} interval, {kind}" if shown else "no intervals"
    small = f"{n:,} citations tested; null {result.params['null']}; {interval}"
    subtitle(ax, f"Citations between {result.a} and {result.b}", small, room=0.6)
    return ax


def mixing(test: NullTest, *, ax: Any = None) -> Any:
    """Draw the mixing matrix: citations in each cell, coloured by observed/expected.

    Parameters
    ----------
    test : NullTest
        From ``mixing_test(net, groups)``: a statistic for each pair of groups.
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
        Below the count stands observed/expected, with an arrow up for more and down for fewer than expected, so that
        the two are told apart in grey print. A star marks cells with Holm-adjusted p < 0.05, a dash those in which
        nothing is expected.
    """
    if np.ndim(test.statistic) != 2:
        raise InputError("mixing draws a test of all cells: mixing_test(net, groups)")
    k = len(test.names)
    cells = _cells(test)
    given = ax is not None
    turned = k > 3
    rows, columns = [wrapped(name) for name in test.names], [wrapped(name, 24 if turned else 14) for name in test.names]
    size = 9.0
    if given:  # names take what a given width leaves them
        column = (0.64 if narrow(ax) else 0.5) / k
        longest = max(len(line) for cell in cells.ravel() for line in cell.split("\n"))
        size = max(4.5, min(size, 72 * column * ax.figure.get_size_inches()[0] / (0.62 * longest)))
        turned = turned or any(len(name) > letters(ax, column) - 2 for name in test.names)
        rows = [wrapped(name, letters(ax, 0.2 if narrow(ax) else 0.24)) for name in test.names]
        columns = [wrapped(name, letters(ax, 0.24 if turned else column)) for name in test.names]
    lines = max((name.count("\n") for name in columns), default=0)
    widest = max((len(line) for name in rows for line in name.split("\n")), default=0)
    ax = new_axes(ax, 2.2 + 1.1 * k + 0.07 * widest, 1.6 + 0.8 * k + 0.2 * lines + 1.0 * turned)
    image = _paint_cells(ax, test.ratio, cells, size)
    upright = turned and given  # on narrow axes slanted names would reach into each other
    ax.set_xticks(range(k), columns, rotation=90 if upright else 30 * turned, ha="right" if turned else "center")
    if turned:
        for label in ax.get_xticklabels():
            label.set(rotation_mode="anchor", va="center" if upright else "baseline")
    ax.set_yticks(range(k), rows)
    if given and narrow(ax):
        ax.tick_params(labelsize=8)
    ax.set_xlabel("cited group")
    ax.set_ylabel("citing group")
    _ratio_bar(ax, image)
    drawn = f", {test.n_draws:,} draws" if test.n_draws else ""
    text = f"{np.sum(test.statistic):,.0f} citations; null {test.null}{drawn}; ▲ more, ▼ fewer than expected; "
    subtitle(ax, "Citations between groups", text + "* Holm p < 0.05", room=0.6)
    return ax


def _cells(test: NullTest) -> npt.NDArray[np.object_]:
    """Say in each cell how many, how this compares with what is expected, and whether chance is excluded."""
    k = len(test.names)
    adjusted = test.to_frame()["p_holm"].to_numpy().reshape(k, k)
    said = np.empty((k, k), dtype=object)
    for at, ratio in np.ndenumerate(test.ratio):
        mark = "" if np.isnan(ratio) or f"{ratio:.2f}" == "1.00" else "▲" if ratio > 1 else "▼"
        value = "–" if np.isnan(ratio) else f"{ratio:.2f}"
        said[at] = f"{test.statistic[at]:,.0f}\n{mark}{value}{'*' if adjusted[at] < 0.05 else ''}"
    return said


def _paint_cells(ax: Any, ratio: npt.NDArray[np.float64], cells: npt.NDArray[np.object_], size: float) -> Any:
    """Colour each cell by the logarithm of observed/expected and write what it says."""
    with np.errstate(divide="ignore", invalid="ignore"):
        colour = np.clip(np.log2(np.where(ratio > 0, ratio, 1e-9)), -3, 3)
    colour = np.where(np.isnan(ratio), 0, colour)
    image = ax.imshow(colour, cmap="PuOr_r", vmin=-3, vmax=3, aspect="auto")
    for (i, j), text in np.ndenumerate(cells):
        ink = "white" if abs(colour[i, j]) > 1.7 else "black"
        ax.text(j, i, text, ha="center", va="center", fontsize=size, color=ink)
    return image


def _ratio_bar(ax: Any, image: Any) -> None:
    """Add the scale of observed/expected, beside the matrix or, on narrow axes, below it."""
    below = narrow(ax)
    place = {"orientation": "horizontal", "shrink": 1.0, "aspect": 25} if below else {"shrink": 0.8}
    bar = ax.figure.colorbar(image, ax=ax, ticks=[-3, -1, 0, 1, 3], **place)
    names = ["≤ 1/8", "1/2", "1", "2", "≥ 8"]
    (bar.ax.set_xticklabels if below else bar.ax.set_yticklabels)(names, fontsize=8 if below else None)
    bar.set_label("observed / expected")


def null_distribution(test: NullTest, *, ax: Any = None) -> Any:
    """Draw the null distribution of a single statistic with the observed value.

    Parameters
    ----------
    test : NullTest
    ax : matplotlib Axes, optional

    Returns
    -------
    Axes
    """
    if np.ndim(test.statistic):
        raise InputError("null_distribution draws a single statistic; use pairs() or mixing() for a table of them")
    ax = new_axes(ax, 6.0, 3.2)
    if test.null_distribution is not None:
        drawn = test.null_distribution[np.isfinite(test.null_distribution)]
        ax.hist(drawn, bins=_bins(drawn), weights=np.full(drawn.size, 1 / max(1, drawn.size)), color=COLOURS[5])
    elif test.distribution is not None:
        support, probability = test.distribution
        likely = probability > 1e-5 * probability.max()
        ax.bar(support[likely], probability[likely], width=1.0, color=COLOURS[5])
    ax.axvline(test.statistic, color=COLOURS[1], linewidth=2)
    low, high = ax.get_xlim()
    right = test.statistic < (low + high) / 2  # the side that has room
    ax.annotate(
        f"observed {_plain(float(test.statistic))}",
        (test.statistic, 0.97),
        xycoords=("data", "axes fraction"),
        xytext=(5 if right else -5, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="top",
        fontsize=9,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
    )
    if _whole(test):
        low, high = ax.get_xlim()
        middle = (low + high) / 2
        ax.set_xlim(min(low, middle - 2), max(high, middle + 2))  # one possible value is one bar of several
        ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_ylabel(f"share of {test.n_draws:,} draws" if test.n_draws else "probability")
    ax.set_xlabel(wrapped(test.name, letters(ax, 0.75, 10)))
    from citenet.bridging.inference import format_p

    how = f", {test.n_draws:,} draws" if test.n_draws else ", exact"
    expected = f"; {_plain(float(test.expected))} expected" if np.isfinite(test.expected) else ""
    p = format_p(test.pvalue).replace(" ", "\u00a0")  # kept on one line
    text = f"null {test.null}{how}{expected}; {p}"
    subtitle(ax, f"What {test.name} would be without preference", text)
    return ax


def _plain(value: float) -> str:
    """Print four digits, or all before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _whole(test: NullTest) -> bool:
    """Whether the statistic can only be a whole number."""
    values = test.distribution[0] if test.null_distribution is None and test.distribution else test.null_distribution
    return values is not None and bool((values == np.round(values))[np.isfinite(values)].all())


def _bins(drawn: npt.NDArray[np.float64]) -> Any:
    """Edges of bars: counts lie in the middle of theirs, each bar holds the same number of whole numbers."""
    if not drawn.size or (drawn != np.round(drawn)).any():
        return 40
    low, high = drawn.min(), drawn.max()
    width = max(1, int(np.ceil((high - low + 1) / 40)))
    return np.arange(low - 0.5, high + width + 0.5, width)


def pairs(test: NullTest, *, ax: Any = None, title: str | None = None) -> Any:
    """Draw each value of a test against the central 95 % of its null.

    Parameters
    ----------
    test : NullTest
        With a statistic for each name, for example from ``co_citation_test``.
    ax : matplotlib Axes, optional
    title : str, optional

    Returns
    -------
    Axes
        Values outside the grey bar are filled. Pairs that could not occur under the null are left out and counted.
    """
    if np.ndim(test.statistic) != 1:
        raise InputError("pairs draws one value for each pair of groups; this test has another shape")
    possible = (test.expected > 0) | (test.statistic > 0)
    names = [name for name, drawn in zip(test.names, possible, strict=True) if drawn]
    if ax is None:
        size, names = 9.0, [wrapped(name, 40) for name in names]
        ax = new_axes(None, 7.5, 2.2 + 0.28 * len(names) + 0.16 * sum(name.count("\n") for name in names))
    else:
        names, size = named_rows(ax, names)
    low, high = (limit[possible] for limit in test.interval)
    observed, expected = test.statistic[possible], test.expected[possible]
    y = np.arange(len(names))
    ax.barh(y, high - low, left=low, height=0.55, color="#D9D9D9", label="95 % of the null")
    ax.plot(expected, y, "|", color=GREY, markersize=9, label="expected")
    outside = (observed < low) | (observed > high)
    for chosen, face, label in ((outside, COLOURS[1], "observed, outside"), (~outside, "white", "observed, within")):
        if chosen.any():
            (points,) = ax.plot(observed[chosen], y[chosen], "o", color=COLOURS[1], markerfacecolor=face, label=label)
            points.set(clip_on=False, zorder=3)  # a marker at 0 is whole
    ax.set_yticks(y, names, fontsize=size)
    ax.invert_yaxis()
    ax.margins(x=0.04)
    ax.set_xlabel(wrapped(test.name, letters(ax, 0.5, 10)))
    legend_below(ax, ncols=1 if narrow(ax) else 2)
    left_out = f"; {int((~possible).sum())} impossible pairs left out" if not possible.all() else ""
    subtitle(
        ax,
        title or test.name.capitalize(),
        f"null {test.null}, {test.n_draws:,} draws, not adjusted for the number of pairs{left_out}",
        room=0.6,
    )
    return ax
