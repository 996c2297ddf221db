"""Figures of measures and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from citenet.errors import InputError
from citenet.plot.style import COLOURS, GREY, letters, new_axes, ratio_axis, subtitle, wrapped

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
        A star marks cells with Holm-adjusted p < 0.05. A dash marks cells in which nothing is expected.
    """
    if np.ndim(test.statistic) != 2:
        raise InputError("mixing draws a test of all cells: mixing_test(net, groups)")
    k = len(test.names)
    turned = k > 3
    rows, columns = [wrapped(name) for name in test.names], [wrapped(name, 24 if turned else 14) for name in test.names]
    size, given = 9.0, ax is not None
    if given:  # names take what a given width leaves them
        room = letters(ax, 0.5 / k)
        size = max(5.0, min(size, 4.9 * ax.figure.get_size_inches()[0] / k))  # nine letters a cell
        turned = turned or any(len(name) > room - 2 for name in test.names)
        rows = [wrapped(name, letters(ax, 0.24)) for name in test.names]
        columns = [wrapped(name, letters(ax, 0.24) if turned else room) for name in test.names]
    lines = max((name.count("\n") for name in columns), default=0)
    widest = max((len(line) for name in rows for line in name.split("\n")), default=0)
    ax = new_axes(ax, 2.2 + 1.1 * k + 0.07 * widest, 1.6 + 0.8 * k + 0.2 * lines + 1.0 * turned)
    with np.errstate(divide="ignore", invalid="ignore"):
        colour = np.clip(np.log2(np.where(test.ratio > 0, test.ratio, 1e-9)), -3, 3)
    image = ax.imshow(np.where(np.isnan(test.ratio), 0, colour), cmap="PuOr_r", vmin=-3, vmax=3, aspect="auto")
    adjusted = test.to_frame()["p_holm"].to_numpy().reshape(k, k)
    for i in range(k):
        for j in range(k):
            ratio = "–" if np.isnan(test.ratio[i, j]) else f"O/E {test.ratio[i, j]:.2f}"
            star = "*" if adjusted[i, j] < 0.05 else ""
            dark = abs(colour[i, j]) > 2 and not np.isnan(test.ratio[i, j])
            ax.text(
                j,
                i,
                f"{test.statistic[i, j]:,.0f}\n{ratio}{star}",
                ha="center",
                va="center",
                fontsize=size,
                color="white" if dark else "black",
            )
    upright = turned and given  # on narrow axes slanted names would reach into each other
    ax.set_xticks(range(k), columns, rotation=90 if upright else 30 * turned, ha="right" if turned else "center")
    if turned:
        for label in ax.get_xticklabels():
            label.set(rotation_mode="anchor", va="center" if upright else "baseline")
    ax.set_yticks(range(k), rows)
    ax.set_xlabel("cited group")
    ax.set_ylabel("citing group")
    bar = ax.figure.colorbar(image, ax=ax, ticks=[-3, -1, 0, 1, 3], shrink=0.8)
    bar.ax.set_yticklabels(["≤ 1/8", "1/2", "1", "2", "≥ 8"])
    bar.set_label("observed / expected")
    drawn = f", {test.n_draws:,} draws" if test.n_draws else ""
    subtitle(
        ax,
        "Citations between groups",
        f"{np.sum(test.statistic):,.0f} citations; null {test.null}{drawn}; * Holm p < 0.05",
        room=0.6,
    )
    return ax


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
        ax.hist(test.null_distribution, bins=40, density=True, color=COLOURS[5])
    elif test.distribution is not None:
        support, probability = test.distribution
        likely = probability > 1e-5 * probability.max()
        ax.fill_between(support[likely], probability[likely], step="mid", color=COLOURS[5])
    ax.axvline(test.statistic, color=COLOURS[1], linewidth=2)
    ax.annotate(
        f"observed {test.statistic:.4g}",
        (test.statistic, 0.97),
        xycoords=("data", "axes fraction"),
        xytext=(4, 0),
        textcoords="offset points",
        va="top",
        fontsize=9,
        color=COLOURS[1],
    )
    ax.set_yticks([])
    ax.set_ylabel("probability under the null")
    ax.set_xlabel(wrapped(test.name, letters(ax, 0.75, 10)))
    from citenet.bridging.inference import format_p

    drawn = f", {test.n_draws:,} draws" if test.n_draws else ", exact"
    subtitle(ax, f"What {test.name} would be without preference", f"null {test.null}{drawn}; {format_p(test.pvalue)}")
    return ax


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
    names = [wrapped(name, 40) for name, drawn in zip(test.names, possible, strict=True) if drawn]
    ax = new_axes(ax, 7.5, 1.4 + 0.28 * len(names) + 0.16 * sum(name.count("\n") for name in names))
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
    ax.set_yticks(y, names)
    ax.invert_yaxis()
    ax.margins(x=0.04)
    ax.set_xlabel(test.name)
    ax.legend(fontsize=8, frameon=False, loc="lower right")
    left_out = f"; {int((~possible).sum())} impossible pairs left out" if not possible.all() else ""
    subtitle(
        ax,
        title or test.name.capitalize(),
        f"null {test.null}, {test.n_draws:,} draws, not adjusted for the number of pairs{left_out}",
    )
    return ax
