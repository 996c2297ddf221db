"""Versions that share papers: paired intervals of their differences, and whether new citations are like the old."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.bootstrap import MEASURES, PairCounts, measure_pair, resampled_sums, resampling_strata
from citenet.bridging.cells import cells_of
from citenet.bridging.mixing import Unlabelled, label_arcs
from citenet.bridging.odds import Homogeneity, mantel_haenszel
from citenet.bridging.paper_sums import pair_weights, paper_sums, summed_papers
from citenet.bridging.stratified import Strata, strata_of
from citenet.comparison.alignment import Alignment
from citenet.network import CitationNetwork
from citenet.partition import Partition, group_pair

__all__ = ["Paired", "Question", "paired_differences", "paired_draws", "unlike_citations"]

Floats = npt.NDArray[np.float64]


class Question(NamedTuple):
    """What is measured in both versions: the two groups, the null, and what becomes of works without a group."""

    a: str
    b: str
    null: Strata
    unlabelled: Unlabelled


class Paired(NamedTuple):
    """The measures of two versions, and how their differences vary when papers are resampled.

    Parameters
    ----------
    before, after : ndarray, shape (7,)
        In the order of `MEASURES`; the odds ratio by its logarithm.
    draws : ndarray, shape (7, n_boot)
        Differences (after - before) in the resamples; NaN where undefined.
    too_few : bool
        Whether fewer papers of a group cite in a version than an interval needs.
    """

    before: Floats
    after: Floats
    draws: Floats
    too_few: bool


def paired_draws(
    versions: tuple[tuple[CitationNetwork, Partition], tuple[CitationNetwork, Partition]],
    alignment: Alignment,
    question: Question,
    n_boot: int,
    rng: np.random.Generator,
) -> Paired:
    """Resample the papers of two versions together: a paper that is in both counts as often in both.

    Parameters
    ----------
    versions : ((net, partition), (net, partition))
        Before and after.
    alignment : Alignment
        From `align_versions`.
    question : Question
    n_boot : int
    rng : numpy.random.Generator

    Returns
    -------
    Paired
    """
    tables = [
        _contributions(net, partition, question, names)
        for (net, partition), names in zip(versions, alignment.versions(), strict=True)
    ]
    papers = tables[0].index.union(tables[1].index)
    before, after = (table.reindex(papers) for table in tables)
    group = after["group"].fillna(before["group"]).to_numpy(dtype=np.int64)
    year = after["year"].fillna(before["year"]).to_numpy(dtype=float)
    columns = [column for column in before if isinstance(column, int)]
    sums = [table[columns].fillna(0.0).to_numpy(dtype=float) for table in (before, after)]
    observed = [_comparable(measure_pair(s.sum(0, keepdims=True))[:, 0]) for s in sums]
    stratum = resampling_strata(group, year)
    draws = [np.empty((len(MEASURES), 0))]
    for drawn in resampled_sums(np.hstack(sums), stratum, n_boot, rng):
        values = [measure_pair(part) for part in np.split(drawn, 2, axis=1)]
        draws.append(_comparable(values[1]) - _comparable(values[0]))
    too_few = any(PairCounts(part, stratum).too_few for part in sums)
    return Paired(observed[0], observed[1], np.concatenate(draws, axis=1), too_few)


def paired_differences(found: Paired) -> pd.DataFrame:
    """Table the difference of each measure between two versions.

    Parameters
    ----------
    found : Paired
        From `paired_draws`.

    Returns
    -------
    DataFrame indexed by measure
        ``before``, ``after``, ``difference``, ``low``, ``high`` (95 %), ``p`` (two-sided, by the share of resamples on
        either side of no difference), ``undefined`` (resamples left out), ``note``. Odds ratios are compared by their
        logarithm.

    Notes
    -----
    Resampling papers within group and years takes the composition of both versions as given. Observed/expected and the
    shares depend on it: they are given no p, the shares no interval, and the interval of observed/expected is narrow.
    """
    rows = []
    names = [name.replace("odds ratio", "log odds ratio") for name in MEASURES]
    for name, one, other, values in zip(names, found.before, found.after, found.draws, strict=True):
        defined = values[~np.isnan(values)]
        low, high, p, note = float("nan"), float("nan"), float("nan"), _note(name, found.too_few)
        if defined.size and not found.too_few and not np.isnan(other - one) and not name.startswith("share"):
            low, high = np.quantile(defined, [0.025, 0.975])
            tail = min((defined <= 0).sum(), (defined >= 0).sum())
            p = float("nan") if note else min(1.0, 2 * (1 + tail) / (1 + defined.size))
        rows.append([name, one, other, other - one, low, high, p, int(np.isnan(values).sum()), note])
    columns = ["measure", "before", "after", "difference", "low", "high", "p", "undefined", "note"]
    return pd.DataFrame(rows, columns=columns).set_index("measure")


def _note(name: str, too_few: bool) -> str:
    """Say why a measure has no p, or no interval either."""
    if too_few:
        return "fewer than five papers of a group cite in a version: no interval"
    if name.startswith("ratio"):
        return "interval for the given composition of the corpora; no p"
    return "depends on the composition of the corpora: no interval" if name.startswith("share") else ""


def _contributions(
    net: CitationNetwork, partition: Partition, question: Question, names: pd.Series[str]
) -> pd.DataFrame:
    """Table what each paper contributes to the measures of the pair, with its group and year, under common names."""
    arcs, partition = label_arcs(net, partition, question.unlabelled)
    arcs, stratum = strata_of(arcs, question.null)
    pair = group_pair(partition.group_names, question.a, question.b)
    sums = paper_sums(arcs, stratum, pair_weights(cells_of(arcs, stratum), pair))
    table = pd.DataFrame(sums.contributions(), index=names.reindex(net.ids[summed_papers(arcs)]).to_numpy(dtype=object))
    summed = table.groupby(level=0).sum()  # several records of one work are one paper
    described = pd.DataFrame({"group": sums.role, "year": np.nan_to_num(sums.year, nan=-1.0)}, index=table.index)
    return summed.join(described.groupby(level=0).max())


def _comparable(values: Floats) -> Floats:
    """Odds ratios by their logarithm; everything else as it is."""
    changed = values.copy()
    row = MEASURES.index("odds ratio")
    with np.errstate(divide="ignore", invalid="ignore"):
        changed[row] = np.where((changed[row] > 0) & np.isfinite(changed[row]), np.log(changed[row]), np.nan)
    return changed


def unlike_citations(arcs: pd.DataFrame, question: Question) -> tuple[pd.DataFrame, Homogeneity]:
    """Test whether the citations gained and lost have the odds ratio of those that stayed.

    Parameters
    ----------
    arcs : DataFrame
        From `arc_changes`.
    question : Question

    Returns
    -------
    table : DataFrame indexed by "kept", "gained", "lost"
        ``citations`` within the two groups, Mantel-Haenszel ``odds_ratio`` and ``se_log`` over the strata of the null.
    test : Homogeneity
        Chi-squared by the inverse variances of the log odds ratios (Woolf), for independent citations; NaN where fewer
        than two sets have an odds ratio. The sets share no citation, but may share papers.

    Notes
    -----
    Citations that are in both versions and changed their label or date are in none of the sets.
    """
    in_before, in_after, same = arcs["in_before"], arcs["in_after"], arcs["cause"] == ""
    sets = {
        "kept": (in_before & in_after & same, "after"),
        "gained": (in_after & ~in_before, "after"),
        "lost": (in_before & ~in_after, "before"),
    }
    rows: dict[str, dict[str, Any]] = {}
    for name, (chosen, version) in sets.items():
        strata = _two_by_two(arcs[chosen], version, question)
        ratio, se = mantel_haenszel(strata) if len(strata) else (float("nan"), float("nan"))
        rows[name] = {"citations": int(strata.sum()), "odds_ratio": ratio, "se_log": se}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("set")
    return table, _woolf(table)


def _two_by_two(arcs: pd.DataFrame, version: str, question: Question) -> Floats:
    """Mixing counts within the two groups by stratum, shape (s, 2, 2)."""
    codes = {question.a: 0, question.b: 1}
    cells = pd.DataFrame({end: arcs[f"{end}_group_{version}"].map(codes) for end in ("citing", "cited")})
    taken = {"year-pairs": ["citing", "cited"], "citing-years": ["citing"], "configuration": []}[question.null]
    for end in taken:
        cells[f"{end}_year"] = arcs[f"{end}_year_{version}"]
    cells = cells.dropna().astype(np.int64)
    years = [cells[f"{end}_year"] * 10_000**i for i, end in enumerate(taken)]
    stratum = pd.factorize(sum(years, pd.Series(0, index=cells.index)))[0]
    at = (stratum * 2 + cells["citing"].to_numpy()) * 2 + cells["cited"].to_numpy()
    n = int(stratum.max(initial=-1)) + 1
    return np.bincount(at, minlength=4 * n).reshape(n, 2, 2).astype(np.float64)


def _woolf(table: pd.DataFrame) -> Homogeneity:
    from scipy.stats import chi2

    ratio, se = table["odds_ratio"].to_numpy(), table["se_log"].to_numpy()
    usable = (ratio > 0) & np.isfinite(ratio) & np.isfinite(se) & (se > 0)
    df = max(0, int(usable.sum()) - 1)
    if not df:
        return Homogeneity(
            float("nan"), 0, float("nan"), int(usable.sum()), "fewer than two odds ratios with a standard error"
        )
    log_ratio, weight = np.log(ratio[usable]), se[usable] ** -2
    centred = log_ratio - (weight * log_ratio).sum() / weight.sum()
    statistic = float((weight * centred**2).sum())
    return Homogeneity(statistic, df, float(chi2.sf(statistic, df)), df + 1)
