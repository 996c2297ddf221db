"""Bridges over time: observed/expected in windows of citing years, and whether it changes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.tables import Table
from citenet.bridging.inference import format_p, refuse_detected
from citenet.bridging.mixing import LabelledArcs, Unlabelled, label_arcs
from citenet.bridging.power import exact_interval
from citenet.bridging.stratified import Margins, Strata, cell_distribution, margins, strata_of, stratum_moments
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["OverTime", "over_time", "year_windows"]

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
    year = net.year[net.citing[arcs.index]]
    windows = year_windows(year, window, step, cumulative)
    given = margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k)
    rows = []
    for first, last in windows:
        inside = (year >= first) & (year <= last)
        rows += [_row(arcs, stratum, inside, (first, last), cell) for cell in (pair, pair[::-1])]
    trends = pd.DataFrame([_trend(arcs, stratum, given, year, cell, window) for cell in (pair, pair[::-1])])
    return OverTime(a, b, pd.DataFrame(rows), trends.set_index(["citing", "cited"]), null)


def year_windows(year: Floats, window: int, step: int | None, cumulative: bool) -> list[tuple[int, int]]:
    """First and last year of each window over the citing years.

    Parameters
    ----------
    year : ndarray, shape (m,)
        Citing year of each citation.
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


def _row(
    arcs: LabelledArcs,
    stratum: Ints,
    inside: npt.NDArray[np.bool_],
    years: tuple[int, int],
    cell: tuple[int, int],
) -> dict[str, object]:
    """Measure one direction in one window."""
    citing, cited = cell
    found = np.unique(stratum[inside], return_inverse=True)[1].astype(np.int64)
    given = margins(arcs.citing_group[inside], arcs.cited_group[inside], found, arcs.k)
    observed = int(((arcs.citing_group[inside] == citing) & (arcs.cited_group[inside] == cited)).sum())
    distribution = cell_distribution(given, citing, cited)
    support, probability = distribution
    expected = float(support @ probability)
    low, high = exact_interval(distribution, observed)
    tails = probability[support >= observed].sum(), probability[support <= observed].sum()
    return {
        "first": years[0],
        "last": years[1],
        "citing": arcs.names[citing],
        "cited": arcs.names[cited],
        "observed": observed,
        "expected": expected,
        "ratio": observed / expected if expected > 0 else float("nan"),
        "low": low,
        "high": high,
        "p": min(1.0, 2 * float(min(tails))) if support.size > 1 else float("nan"),
        "citations": int(inside.sum()),
    }


def _trend(
    arcs: LabelledArcs, stratum: Ints, given: Margins, year: Floats, cell: tuple[int, int], window: int
) -> dict[str, object]:
    """Score tests of a trend of one cell over citing years, and of a change between windows."""
    n = len(given.made)
    when = np.zeros(n)
    when[stratum] = year
    made, received = arcs.citing_group == cell[0], arcs.cited_group == cell[1]
    observed = np.bincount(stratum[made & received], minlength=n)
    expected, variance = stratum_moments(given, *cell)
    excess, total = observed - expected, variance.sum()
    nan = float("nan")
    found = {"z": nan, "p": nan, "p_papers": nan, "chi2": nan, "df": 0, "p_change": nan, "p_change_papers": nan}
    if total > 0:
        constant = excess.sum() / total * variance  # of each stratum's excess, under one preference for all years
        m = np.maximum(1, given.total)
        parts = made - (given.made[:, cell[0]] / m)[stratum]
        parts = parts * (received - (given.received[:, cell[1]] / m)[stratum]) - (constant / m)[stratum]
        parts = parts * np.sqrt(m / np.maximum(1, m - 1))[stratum]
        paper = arcs.net.citing[arcs.index]
        centred = when - (when * variance).sum() / total
        score = float((centred * excess).sum())
        found["z"], found["p"] = _normal(score, float((centred**2 * variance).sum()))
        found["p_papers"] = _normal(score, float((np.bincount(paper, centred[stratum] * parts) ** 2).sum()))[1]
        span = ((when - when.min()) // window).astype(np.int64)
        off, weight = (np.bincount(span, values).astype(np.float64) for values in (excess, variance))
        by_paper = np.bincount(paper, parts) ** 2  # the citations of a paper are all of one citing year
        whose = np.zeros(by_paper.size, dtype=np.int64)
        whose[paper] = span[stratum]
        between = np.bincount(whose, by_paper, minlength=off.size).astype(np.float64)
        found["chi2"], found["df"], found["p_change"] = _heterogeneity(off, weight, weight)
        found["p_change_papers"] = _heterogeneity(off, weight, between)[2]
    return {"citing": arcs.names[cell[0]], "cited": arcs.names[cell[1]], **found}


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
