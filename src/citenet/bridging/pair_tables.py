"""The tables of a pair of groups: its measures, the citations that cross, the papers they run between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.bootstrap import MEASURES, Intervals
from citenet.bridging.cells import Cells
from citenet.bridging.inference import NullTest
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.odds import mantel_haenszel
from citenet.bridging.power import detectable_ratio, exact_interval

__all__ = ["bridging_papers", "crossing", "crossing_arcs", "measures_table"]


def measures_table(
    cells: Cells,
    names: tuple[str, str],
    tests: Mapping[str, NullTest],
    bounds: Intervals,
    level: float,
) -> pd.DataFrame:
    """Put the measures of a pair of groups in one table (see `Bridges.to_frame`)."""
    testable = not (tests["a→b"].reason and tests["b→a"].reason)
    interval = {name: (bounds.low[i], bounds.high[i]) if testable else _NOWHERE for i, name in enumerate(MEASURES)}
    made = cells.counts().sum(axis=1)
    rows: list[Row] = []
    shares = []
    for key, pair in (("a→b", names), ("b→a", names[::-1])):
        test = tests[key]
        limits, note = _ratio_limits(test, interval[f"ratio {key}"], level)
        row = _row("citations", pair, test.statistic, limits, note=test.reason or note, test=test)
        lists = tests.get(f"{key}, lists")
        rows.append({**row, "p_lists": lists.pvalue if lists and not test.reason else float("nan")})
        references = made[cells.names.index(pair[0])]
        shares.append(test.statistic / references if references else float("nan"))
        why = test.reason if np.isnan(shares[-1]) else ""
        rows.append(_row("share of tested citations", pair, shares[-1], interval[f"share {key}"], note=why))
        if test.distribution is not None and not test.reason:
            ratios = detectable_ratio(test.distribution)
            rows.append(_row("smallest detectable ratio (80 % power)", pair, limits=ratios, note=_power_note(*ratios)))
    why = next((row["note"] for row in rows if row["measure"].startswith("share") and np.isnan(row["value"])), "")
    rows.append(_row("difference of shares", names, shares[0] - shares[1], interval["share difference"], note=why))
    ei = tests["E-I"]
    rows.append(_row("E-I index", names, ei.statistic, interval["E-I index"], note=ei.reason, test=ei))
    rows.append(_odds_row(cells, names, interval["odds ratio"]))
    table = pd.DataFrame(rows).set_index(["measure", "citing", "cited"])
    return _with_bootstrap_notes(table, bounds, level) if testable and bounds.n_boot else table


def _with_bootstrap_notes(table: pd.DataFrame, bounds: Intervals, level: float) -> pd.DataFrame:
    """Add to the notes what the resamples could not show."""
    lost = {name: int(n) for name, n in zip(MEASURES, bounds.undefined, strict=True) if n}
    notes = [f"{name}: undefined in {n:,} of {bounds.n_boot:,} resamples, left out" for name, n in lost.items()]
    least = math.ceil(2 / (1 - level) - 1 - 1e-9)  # of which the lowest and the highest are the limits
    if bounds.n_boot < least:
        notes.append(
            f"only {bounds.n_boot} resamples: for limits at {level:.0%} take {least:,} at least".replace("%", " %")
        )
    if bounds.too_few:
        notes.append("no intervals by resampling: fewer than five papers of a group cite")
    if notes:
        last = table["note"].iloc[-1]
        joined = "; ".join([*([last] if isinstance(last, str) else []), *notes])
        table["note"] = [*table["note"].iloc[:-1], joined]
    return table


Row = dict[str, Any]
_NOWHERE = (float("nan"), float("nan"))


def _row(
    measure: str,
    pair: tuple[str, ...],
    value: float = float("nan"),
    limits: tuple[float, float] = _NOWHERE,
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


def _odds_row(cells: Cells, names: tuple[str, str], limits: tuple[float, float]) -> Row:
    """Mantel-Haenszel odds ratio over the strata, among the citations within the two groups."""
    ratio, _ = mantel_haenszel(cells.within(*(cells.names.index(name) for name in names)).tables())
    note = ""
    if np.isnan(ratio):
        note = "odds ratio undefined: in no stratum do both groups cite and are both cited"
    elif np.isinf(ratio):
        note = (
            "odds ratio infinite: no stratum holds crossing citations in both directions; nothing is added to empty "
            "cells, see observed/expected"
        )
    return _row("odds ratio (Mantel-Haenszel)", names, ratio, limits if np.isfinite(ratio) else _NOWHERE, note=note)


def _ratio_limits(test: NullTest, limits: tuple[float, float], level: float) -> tuple[tuple[float, float], str]:
    """Interval of observed/expected; exact where no resampling could show what was never seen."""
    if test.distribution is None or np.isnan(test.ratio) or test.sd == 0:
        return _NOWHERE, ""
    support = test.distribution[0]
    if test.statistic in (support[0], support[-1]):
        extreme = "fewest" if test.statistic == support[0] else "most"
        return exact_interval(test.distribution, test.statistic, level), (
            f"{test.name}: the {extreme} possible, so that resampling papers shows no variation; the interval is exact "
            "for independent citations instead"
        )
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
