"""Bridges over time: observed/expected in windows of citing years, and whether it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.tables import Table
from citenet.bridging.cells import Cells, cells_of
from citenet.bridging.inference import format_p, refuse_detected
from citenet.bridging.mixing import Unlabelled, label_arcs
from citenet.bridging.power import exact_interval
from citenet.bridging.stratified import Strata, cell_distribution, strata_of
from citenet.comparison.trends import NO_TREND, paper_trend, trend
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import group_pair

__all__ = ["OverTime", "over_time", "windows_of", "year_windows"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class OverTime:
    """Bridges between two groups in windows of citing years.

    Parameters
    ----------
    a, b : str
        The groups.
    table : DataFrame
        One row per window and direction: first, last, citing, cited, observed, expected, ratio, low, high, p,
        citations.
    trends : DataFrame
        Per direction: score test of a trend over citing years (``z``, ``p``), and of any change between windows that do
        not overlap (``chi2``, ``df``, ``p_change``), for independent citations. NaN where nothing can vary, and under
        the configuration null, which has no expectation within years.
    null : str
    by_papers : DataFrame
        ``z``, ``p`` and ``p_change`` that hold where the references of a paper depend on each other: the ones to trust.
        Empty where single papers are not at hand (`citenet.scale`).
    """

    a: str
    b: str
    table: Table = Table()
    trends: Table = Table()
    null: str = "year-pairs"
    by_papers: Table = Table()

    def __repr__(self) -> str:
        tests = self.by_papers if len(self.by_papers) else self.trends
        said = [
            f"{' → '.join(pair)}: {self._tested(row)}"
            for pair, row in zip(tests.index.tolist(), tests.to_dict("records"), strict=True)
        ]
        n = len(self.table) // 2
        return f"<OverTime: {n} window{'s'[: n != 1]}; {'; '.join(said)} (null {self.null})>"

    def _tested(self, row: Mapping[Any, float]) -> str:
        """Say what the tests of a direction found, or why there is nothing to test."""
        if self.null == "configuration":
            return "no test of trend or change: this null has no expectation within years"
        trend, change = "no test: nothing varies within years", "no test: fewer than two windows where it can vary"
        if not np.isnan(row["p"]):
            trend = f"z {row['z']:+z.2f}, {format_p(row['p'])}"
        if not np.isnan(row["p_change"]):
            change = format_p(row["p_change"])
        return f"trend over citing years {trend}; change between windows {change}"

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.table.to_html(float_format='{:.3g}'.format)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the windows as a table."""
        return self.table


def over_time(  # noqa: PLR0913 - two groups and how the years are cut; options are keyword-only
    net: CitationNetwork,
    groups: object,
    a: str,
    b: str,
    *,
    window: int = 5,
    step: int | None = None,
    cumulative: bool = False,
    null: Strata = "year-pairs",
    unlabelled: Unlabelled = "drop",
) -> OverTime:
    """Measure the citations between two groups in windows of citing years.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    a, b : str
        The two groups.
    window : int
        Citing years in a window.
    step : int, optional
        Years from one window to the next; by default the windows do not overlap.
    cumulative : bool
        Windows begin with the first year and grow.
    null : {"year-pairs", "citing-years", "configuration"}
        The configuration null is taken within each window; trend and change then have no test. Citations without a
        citing year are in no window.
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    OverTime
        Intervals are exact for independent citations. The trend is tested over single citing years, whatever the
        windows: growth of a field alone makes none, since expectations are taken within each year.

    Notes
    -----
    The trend test is the score test of a log odds of crossing that is linear in the citing year,
    ``sum (t - mean t)(M_t - E_t) / sqrt(sum (t - mean t)**2 Var_t)`` with the mean weighted by Var_t, so that a
    constant preference is no trend. The test of change adds up, over windows that do not overlap, the squares of what
    one preference for all leaves of ``M - E``, over Var.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(600, preference=2.0, rng=1)
    >>> found = over_time(net, "field", "A", "B", window=10)
    >>> found.to_frame()[["first", "last"]].drop_duplicates().to_numpy().tolist()
    [[1991, 2000], [2001, 2010], [2011, 2019]]
    """
    arcs, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    pair = group_pair(partition.group_names, a, b)
    arcs, stratum = strata_of(arcs, null)
    found = windows_of(cells_of(arcs, stratum), pair, null, window=window, step=step, cumulative=cumulative)
    year = net.year[net.citing[arcs.index]]
    if null == "configuration":
        return replace(found, by_papers=found.trends[["z", "p", "p_change"]])
    tests = [paper_trend(arcs, stratum, year, cell, window) for cell in (pair, pair[::-1])]
    return replace(found, by_papers=_directions((a, b), tests))


def windows_of(
    cells: Cells, pair: tuple[int, int], null: Strata, *, window: int, step: int | None, cumulative: bool
) -> OverTime:
    """Measure the cells between two groups in windows; see `over_time`."""
    year = cells.citing_year
    rows = []
    for first, last in year_windows(year, window, step, cumulative):
        inside = cells.where((year >= first) & (year <= last))
        inside = replace(inside, stratum=np.unique(inside.stratum, return_inverse=True)[1].astype(np.int64))
        rows += [_row(inside, (first, last), cell) for cell in (pair, pair[::-1])]
    names = (cells.names[pair[0]], cells.names[pair[1]])
    tests = [NO_TREND, NO_TREND]
    if null != "configuration":  # its stratum holds all years
        tests = [trend(cells, cell, window) for cell in (pair, pair[::-1])]
    trends = _directions(names, tests)
    return OverTime(*names, pd.DataFrame(rows), trends, null)


def _directions(names: tuple[str, str], tests: list[dict[str, float]]) -> pd.DataFrame:
    """Table of the tests of both directions."""
    pairs = pd.MultiIndex.from_tuples([names, names[::-1]], names=["citing", "cited"])
    return pd.DataFrame(tests, index=pairs)


def year_windows(year: Floats, window: int, step: int | None, cumulative: bool) -> list[tuple[int, int]]:
    """First and last year of each window over the citing years.

    Parameters
    ----------
    year : ndarray, shape (m,)
        Citing years of the citations.
    window : int
    step : int, optional
        From one window to the next; by default they do not overlap.
    cumulative : bool
        All windows begin with the first year.

    Notes
    -----
    The window that reaches the last year is the last: those that would follow are shorter parts of it.
    """
    check_count("window", window, 1)
    step = check_count("step", window if step is None else step, 1)
    if not year.size or np.isnan(year).all():
        raise InputError("no citation has a group at both ends and a citing year; windows need years")
    first, last = int(np.nanmin(year)), int(np.nanmax(year))
    starts = range(first, last + 1, step)
    spans = [(first if cumulative else start, min(start + window - 1, last)) for start in starts]
    ends = [end for _, end in spans]
    return spans[: ends.index(last) + 1] if last in ends else spans


def _row(cells: Cells, years: tuple[int, int], pair: tuple[int, int]) -> dict[str, object]:
    """Measure one direction in one window."""
    citing, cited = pair
    given, observed = cells.margins(), int(cells.counts()[pair])
    distribution = cell_distribution(given, citing, cited)
    support, probability = distribution
    expected = float(support @ probability)
    low, high = exact_interval(distribution, observed)
    tails = probability[support >= observed].sum(), probability[support <= observed].sum()
    return {
        "first": years[0],
        "last": years[1],
        "citing": cells.names[citing],
        "cited": cells.names[cited],
        "observed": observed,
        "expected": expected,
        "ratio": observed / expected if expected > 0 else float("nan"),
        "low": low,
        "high": high,
        "p": min(1.0, 2 * float(min(tails))) if support.size > 1 else float("nan"),
        "citations": cells.n_citations,
    }
