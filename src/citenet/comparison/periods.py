"""Bridges over time: observed/expected in windows of citing years, and whether it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.tables import Table
from citenet.bridging.cells import Cells, cells_of, placed
from citenet.bridging.inference import format_p, refuse_detected
from citenet.bridging.mixing import LabelledArcs, Unlabelled, label_arcs
from citenet.bridging.power import exact_interval
from citenet.bridging.stratified import Margins, Strata, cell_distribution, strata_of, stratum_moments
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["OverTime", "over_time", "windows_of", "year_windows"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


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
        Per direction: score test of a trend over citing years (``z``, ``p``) and of any change between windows that do
        not overlap (``chi2``, ``df``, ``p_change``); ``p_papers`` and ``p_change_papers`` hold where the references of
        a paper depend on each other.
    null : str
    """

    a: str
    b: str
    table: Table = Table()
    trends: Table = Table()
    null: str = "year-pairs"

    def __repr__(self) -> str:
        said = [
            f"{' → '.join(pair)}: trend over citing years z {row['z']:+.2f}, {format_p(row['p_papers'])} by papers, "
            f"change between windows {format_p(row['p_change_papers'])}"
            for pair, row in zip(self.trends.index.tolist(), self.trends.to_dict("records"), strict=True)
        ]
        return f"<OverTime: {len(self.table) // 2} windows; {'; '.join(said)} (null {self.null})>"

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
    constant preference is no trend. The test of change adds up, over windows, the squares of what one preference for
    all leaves of ``M - E``, over Var. For ``p`` and ``p_change`` citations are independent; for ``p_papers`` and
    ``p_change_papers`` papers are, and the variance is that of the papers' parts of the scores.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(600, preference=2.0, rng=1)
    >>> found = over_time(net, "field", "A", "B", window=10)
    >>> found.to_frame()[["first", "last"]].drop_duplicates().to_numpy().tolist()
    [[1991, 2000], [2001, 2010], [2011, 2019]]
    """
    if a == b:
        raise InputError(f"a bridge needs two groups; both are {a!r}")
    arcs, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    pair = partition.group(a), partition.group(b)
    arcs, stratum = strata_of(arcs, null)
    cells, placement = placed(cells_of(arcs), null), (arcs, stratum)
    return windows_of(cells, pair, null, window=window, step=step, cumulative=cumulative, arcs=placement)


def windows_of(  # noqa: PLR0913 - how the years are cut; options are keyword-only
    cells: Cells,
    pair: tuple[int, int],
    null: Strata,
    *,
    window: int,
    step: int | None,
    cumulative: bool,
    arcs: tuple[LabelledArcs, Ints] | None = None,
) -> OverTime:
    """Measure the cells between two groups in windows; see `over_time`. p-values by papers take the arcs."""
    year = cells.citing_year
    rows = []
    for first, last in year_windows(year, window, step, cumulative):
        inside = cells.where((year >= first) & (year <= last))
        inside = replace(inside, stratum=np.unique(inside.stratum, return_inverse=True)[1].astype(np.int64))
        rows += [_row(inside, (first, last), cell) for cell in (pair, pair[::-1])]
    trends = pd.DataFrame([_trend(cells, cell, window, arcs) for cell in (pair, pair[::-1])])
    names = (cells.names[pair[0]], cells.names[pair[1]])
    return OverTime(*names, pd.DataFrame(rows), trends.set_index(["citing", "cited"]), null)


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
    """
    check_count("window", window, 1)
    step = check_count("step", window if step is None else step, 1)
    if not year.size or np.isnan(year).all():
        raise InputError("no citation has a group at both ends and a citing year; windows need years")
    first, last = int(np.nanmin(year)), int(np.nanmax(year))
    starts = range(first, last + 1, step)
    spans = [(first if cumulative else start, min(start + window - 1, last)) for start in starts]
    return list(dict.fromkeys(spans))


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


def _trend(
    cells: Cells, pair: tuple[int, int], window: int, arcs: tuple[LabelledArcs, Ints] | None
) -> dict[str, object]:
    """Score tests of a trend of one cell over citing years, and of a change between windows."""
    given, n = cells.margins(), cells.n_strata
    when = np.zeros(n)
    when[cells.stratum] = cells.citing_year
    crossing = (cells.citing == pair[0]) & (cells.cited == pair[1])
    observed = np.bincount(cells.stratum[crossing], cells.count[crossing], minlength=n)
    expected, variance = stratum_moments(given, *pair)
    excess, total = observed - expected, variance.sum()
    found = dict.fromkeys(("z", "p", "p_papers", "chi2", "df", "p_change", "p_change_papers"), float("nan")) | {"df": 0}
    if total > 0:
        centred = when - (when * variance).sum() / total
        score = float((centred * excess).sum())
        found["z"], found["p"] = _normal(score, float((centred**2 * variance).sum()))
        span = ((when - when.min()) // window).astype(np.int64)
        off, weight = (np.bincount(span, values).astype(np.float64) for values in (excess, variance))
        found["chi2"], found["df"], found["p_change"] = _heterogeneity(off, weight, weight)
        if arcs is not None:
            constant = excess.sum() / total * variance  # of each stratum's excess, under one preference for all years
            parts, paper, stratum = _parts(*arcs, given, pair, constant), arcs[0].net.citing[arcs[0].index], arcs[1]
            found["p_papers"] = _normal(score, float((np.bincount(paper, centred[stratum] * parts) ** 2).sum()))[1]
            whose = np.zeros(int(paper.max()) + 1, dtype=np.int64)
            whose[paper] = span[stratum]  # the citations of a paper are all of one citing year
            between = np.bincount(whose, np.bincount(paper, parts) ** 2, minlength=off.size).astype(np.float64)
            found["p_change_papers"] = _heterogeneity(off, weight, between)[2]
    return {"citing": cells.names[pair[0]], "cited": cells.names[pair[1]], **found}


def _parts(arcs: LabelledArcs, stratum: Ints, given: Margins, pair: tuple[int, int], constant: Floats) -> Floats:
    """Part of each citation in what its stratum holds beyond expectation and one preference for all years."""
    m = np.maximum(1, given.total)
    made, received = arcs.citing_group == pair[0], arcs.cited_group == pair[1]
    parts = made - (given.made[:, pair[0]] / m)[stratum]
    parts = parts * (received - (given.received[:, pair[1]] / m)[stratum]) - (constant / m)[stratum]
    scaled: Floats = parts * np.sqrt(m / np.maximum(1, m - 1))[stratum]
    return scaled


def _normal(score: float, variance: float) -> tuple[float, float]:
    """Return z and the two-sided p of a score; NaN where it cannot vary."""
    from scipy.special import ndtr

    if variance <= 0:
        return float("nan"), float("nan")
    z = score / np.sqrt(variance)
    return float(z), float(2 * ndtr(-abs(z)))


def _heterogeneity(excess: Floats, weight: Floats, variance: Floats) -> tuple[float, int, float]:
    """Chi-squared of excesses that one preference (excess = preference x weight) does not explain."""
    from scipy.stats import chi2

    usable = (variance > 0) & (weight > 0)
    excess, weight, variance = excess[usable], weight[usable], variance[usable]
    df = excess.size - 1
    if df < 1:
        return float("nan"), max(0, df), float("nan")
    preference = (excess * weight / variance).sum() / (weight**2 / variance).sum()
    statistic = float(((excess - preference * weight) ** 2 / variance).sum())
    return statistic, df, float(chi2.sf(statistic, df))
