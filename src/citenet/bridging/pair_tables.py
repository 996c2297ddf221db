"""The tables of a pair of groups: its measures, the citations that cross, the papers they run between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.bootstrap import MEASURES, Intervals, least_resamples
from citenet.bridging.cells import Cells
from citenet.bridging.inference import NullTest
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.odds import mantel_haenszel
from citenet.bridging.power import detectable_ratio, exact_interval
from citenet.bridging.rare import INDEPENDENT, rare_odds_limits, rare_share_limits
from citenet.bridging.stratified import cell_distribution

Floats = npt.NDArray[np.float64]
Row = dict[str, Any]

__all__ = ["bridging_papers", "crossing", "crossing_arcs", "measures_table"]


def measures_table(
    cells: Cells,
    names: tuple[str, str],
    tests: Mapping[str, NullTest],
    bounds: Intervals,
    level: float,
) -> pd.DataFrame:
    """Put the measures of a pair of groups in one table (see `Bridges.to_frame`)."""
    taken = _taken(cells, names, tests)
    values = taken if bounds.pooled is None else bounds.pooled
    limits, notes = _limits(cells, names, tests, (values, bounds), level)
    rows: list[Row] = []

    def add(measure: str, i: int, pair: tuple[str, str], value: float, reason: str = "", **more: NullTest) -> None:
        rows.append(_row(measure, pair, value, limits[i], note=reason or notes[i], **more) | {"taken": taken[i]})

    for i, (key, pair) in enumerate((("a→b", names), ("b→a", names[::-1]))):
        test, lists = tests[key], tests.get(f"{key}, lists")
        add("citations", i, pair, test.statistic, test.reason, test=test)
        rows[-1] |= {"ratio": values[i], "p_lists": lists.pvalue if lists and not test.reason else float("nan")}
        add("share of tested citations", 2 + i, pair, values[2 + i], test.reason if np.isnan(values[2 + i]) else "")
        if test.distribution is not None and not test.reason:
            ratios = detectable_ratio(test.distribution)
            rows.append(_row("smallest detectable ratio (80 % power)", pair, limits=ratios, note=_power_note(*ratios)))
    why = [tests[key].reason for key, share in zip(("a→b", "b→a"), values[2:4], strict=True) if np.isnan(share)]
    add("difference of shares", 4, names, values[4], why[0] if why else "")
    add("E-I index", 5, names, values[5], tests["E-I"].reason, test=tests["E-I"])
    add("odds ratio (Mantel-Haenszel)", 6, names, values[6])
    table = pd.DataFrame(rows).set_index(["measure", "citing", "cited"])
    if bounds.pooled is None:
        table = table.drop(columns="taken")
    return _with_bootstrap_notes(table, bounds, level) if bounds.n_boot else table


def _taken(cells: Cells, names: tuple[str, str], tests: Mapping[str, NullTest]) -> Floats:
    """`MEASURES` of the network as it is."""
    made = _made(cells, names)
    there, back = tests["a→b"], tests["b→a"]
    shares = [float(test.statistic / n) if n else np.nan for test, n in zip((there, back), made, strict=True)]
    odds, _ = mantel_haenszel(_within(cells, names).tables())
    return np.array([there.ratio, back.ratio, *shares, shares[0] - shares[1], tests["E-I"].statistic, odds])


def _made(cells: Cells, names: tuple[str, str]) -> list[float]:
    return [float(cells.counts()[cells.names.index(name)].sum()) for name in names]


def _within(cells: Cells, names: tuple[str, str]) -> Cells:
    return cells.within(*(cells.names.index(name) for name in names))


def _limits(
    cells: Cells,
    names: tuple[str, str],
    tests: Mapping[str, NullTest],
    found: tuple[Floats, Intervals],
    level: float,
) -> tuple[Floats, list[str]]:
    """Limits of every measure, shape (7, 2), and what to say of each: exact where resampling shows no variation."""
    values, bounds = found
    directions = [tests["a→b"], tests["b→a"]]
    limits, notes = np.column_stack([bounds.low, bounds.high]), [""] * len(MEASURES)
    if all(test.reason for test in directions):
        limits[:] = np.nan
    elif bounds.n_boot >= least_resamples(level) and not bounds.too_few:
        counts, within = [float(test.statistic) for test in directions], _within(cells, names)
        limits, exact = rare_share_limits(counts, _made(cells, names), values, limits, float(within.n_citations), level)
        for i in (one for one in (0, 1) if exact[one]):
            notes[2 + i] = f"share of none or all: {INDEPENDENT}"
        if any(exact):
            notes[4] = notes[5] = "difference of shares, E-I index: from the two shares, for independent citations"
        if values[6] == 0 or np.isinf(values[6]):
            distribution = cell_distribution(within.margins(), 0, 1)
            limits[6] = rare_odds_limits(values[6], distribution, float(within.counts()[0, 1]), level)
            notes[6] = "" if np.isnan(limits[6]).any() else f"odds ratio: {INDEPENDENT}"
    for i, name in enumerate(MEASURES):
        if bounds.n_boot and not np.isnan(values[i]) and np.isnan(limits[i]).any() and not notes[i]:
            notes[i] = _why_no_limits(name, bounds, level)
    for i, test in enumerate(directions):
        without = notes[i]
        if bounds.pooled is None or not limits[i, 0] < limits[i, 1]:
            limits[i], notes[i] = _ratio_limits(test, (limits[i, 0], limits[i, 1]), level)
            notes[i] = notes[i] or without
    return limits, [*notes[:6], "; ".join(filter(None, [_odds_note(values[6]), notes[6]]))]


def _why_no_limits(name: str, bounds: Intervals, level: float) -> str:
    if bounds.too_few:
        return "no intervals by resampling: fewer than five papers of a group cite"
    if bounds.n_boot < (least := least_resamples(level)):
        few = f"only {bounds.n_boot} resample{'s'[: bounds.n_boot != 1]}: an interval at {level:.6g} takes {least:,}"
        return f"no intervals by resampling: {few}"
    return f"{name}: no interval, since resampling papers shows no variation or leaves the measure undefined"


def _with_bootstrap_notes(table: pd.DataFrame, bounds: Intervals, level: float) -> pd.DataFrame:
    """Add to the notes what the resamples could not show."""
    notes, least = [], least_resamples(level)
    if bounds.pooled is not None:
        notes.append(
            "values (for citations: observed/expected) and intervals are over networks drawn from the matches; counts, "
            "expectations and tests, and the column taken, are of the matches taken"
        )
    lost = {name: int(n) for name, n in zip(MEASURES, bounds.undefined, strict=True) if n}
    if bounds.n_boot < least or bounds.too_few:
        notes.append(_why_no_limits("", bounds, level))
    else:
        notes += [f"{name}: undefined in {n:,} of {bounds.n_boot:,} resamples, left out" for name, n in lost.items()]
    if notes:
        last = table["note"].iloc[-1]
        joined = "; ".join(dict.fromkeys([*(last.split("; ") if isinstance(last, str) else []), *notes]))
        table["note"] = [*table["note"].iloc[:-1], joined]
    return table


_NOWHERE = (float("nan"), float("nan"))


def _row(
    measure: str,
    pair: tuple[str, ...],
    value: float = float("nan"),
    limits: Sequence[float] | Floats = _NOWHERE,
    *,
    note: str = "",
    test: NullTest | None = None,
) -> Row:
    """One row; expectation, z and p come from the test, the ratio only for counts."""
    nan = float("nan")
    return {
        "measure": measure,
        "citing": pair[0],
        "cited": pair[1],
        "value": float(value),
        "expected": test.expected if test else nan,
        "ratio": test.ratio if test and measure == "citations" else nan,
        "low": limits[0],
        "high": limits[1],
        "z": test.zscore if test else nan,
        "p": test.pvalue if test else nan,
        "p_lists": nan,
        "note": note or None,
    }


def _odds_note(ratio: float) -> str:
    if np.isnan(ratio):
        return "odds ratio undefined: in no stratum do both groups cite and are both cited"
    if np.isinf(ratio):
        return (
            "odds ratio infinite: no stratum holds crossing citations in both directions; nothing is added to empty "
            "cells, see observed/expected"
        )
    return ""


def _ratio_limits(test: NullTest, limits: tuple[float, float], level: float) -> tuple[tuple[float, float], str]:
    """Interval of observed/expected; exact where no resampling could show what was never seen."""
    if test.distribution is None or np.isnan(test.ratio) or test.sd == 0:
        return _NOWHERE, ""
    support = test.distribution[0]
    if test.statistic in (support[0], support[-1]):
        extreme = "fewest" if test.statistic == support[0] else "most"
        exact = exact_interval(test.distribution, test.statistic, level)
        # Other totals might have allowed for more extreme counts: what resampling does show is not cut off.
        wide = float(np.fmin(exact[0], limits[0])), float(np.fmax(exact[1], limits[1]))
        return wide, f"{test.name}: the {extreme} possible, so that {INDEPENDENT}"
    return limits, ""


def _power_note(below: float, above: float) -> str:
    if np.isnan(below) and np.isnan(above):
        return "no departure of any size could have been found in a corpus like this one"
    if np.isnan(below):
        return (
            f"a lack of citations could not have been found, however strong; an excess only from a ratio of {above:.2f}"
        )
    if np.isnan(above):
        return f"an excess of citations could not have been found; a lack only from a ratio of {below:.2f}"
    return ""


def crossing(labelled: LabelledArcs, i: int, j: int) -> npt.NDArray[np.int64]:
    """Positions in the network of the citations between two groups."""
    citing_group, cited_group = labelled.citing_group, labelled.cited_group
    across = ((citing_group == i) & (cited_group == j)) | ((citing_group == j) & (cited_group == i))
    found: npt.NDArray[np.int64] = labelled.index[across]
    return found


def crossing_arcs(labelled: LabelledArcs, index: npt.NDArray[np.int64], tested: LabelledArcs) -> pd.DataFrame:
    """List citations with both works and the reference behind each."""
    net, works = labelled.net, labelled.net.works
    names = pd.array([*labelled.names, None], dtype="str")
    citing, cited = net.citing[index], net.cited[index]
    table = pd.DataFrame({"citing": net.ids[citing], "cited": net.ids[cited]})
    for end, positions in (("citing", citing), ("cited", cited)):
        table[f"{end}_group"] = names[labelled.labels[positions]]
        table[f"{end}_year"] = works["year"].array[positions]
        table[f"{end}_title"] = works["title"].array[positions]
    is_tested = np.zeros(net.n_citations, bool)
    is_tested[tested.index] = True
    table["tested"] = is_tested[index]
    evidence = net.evidence
    return table.join(evidence.iloc[index].reset_index(drop=True)) if len(evidence) else table


def bridging_papers(labelled: LabelledArcs, index: npt.NDArray[np.int64]) -> pd.DataFrame:
    """List the papers at the ends of crossing citations, with how often each cites and is cited across."""
    net, works = labelled.net, labelled.net.works
    cites, cited = (np.bincount(end[index], minlength=net.n_works) for end in (net.citing, net.cited))
    papers = np.flatnonzero(cites + cited)
    papers = papers[np.argsort(-(cites + cited)[papers], kind="stable")]  # works are in order of their id
    return pd.DataFrame(
        {
            "work": net.ids[papers],
            "group": pd.array([*labelled.names, None], dtype="str")[labelled.labels[papers]],
            "year": works["year"].array[papers],
            "title": works["title"].array[papers],
            "cites_across": cites[papers],
            "cited_across": cited[papers],
            "crossings": (cites + cited)[papers],
        }
    )
