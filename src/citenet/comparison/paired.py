"""Paired cluster bootstrap: intervals of differences between versions that share papers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.bootstrap import MEASURES, measure_pair, resampled, resampling_strata
from citenet.bridging.cells import cells_of, placed
from citenet.bridging.mixing import label_arcs
from citenet.bridging.paper_sums import pair_weights, paper_sums
from citenet.bridging.stratified import strata_of
from citenet.network import CitationNetwork
from citenet.partition import Partition

__all__ = ["paired_differences"]

Floats = npt.NDArray[np.float64]


def paired_differences(
    versions: tuple[tuple[CitationNetwork, Partition], tuple[CitationNetwork, Partition]],
    aligned: pd.DataFrame,
    pair: tuple[str, str],
    n_boot: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Bootstrap the difference of each measure between two versions.

    Parameters
    ----------
    versions : ((net, partition), (net, partition))
        Before and after.
    aligned : DataFrame
        From `align_works`.
    pair : (str, str)
        The two groups.
    n_boot : int
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame indexed by measure
        ``before``, ``after``, ``difference``, ``low``, ``high`` (95 %), ``p`` (two-sided, by the share of resamples on
        either side of no difference), ``undefined`` (resamples left out). Odds ratios are compared by their logarithm.

    Notes
    -----
    The papers of both versions are resampled together: a paper that is in both counts as often in both.
    """
    tables = [_contributions(net, partition, pair) for net, partition in versions]
    tables[0].index = aligned["after"].reindex(tables[0].index).fillna("before:" + tables[0].index.to_series())
    tables[0] = (
        tables[0].groupby(level=0).agg({column: "sum" if isinstance(column, int) else "last" for column in tables[0]})
    )
    papers = tables[0].index.union(tables[1].index)
    before, after = (table.reindex(papers) for table in tables)
    group = after["group"].fillna(before["group"]).to_numpy(dtype=np.int64)
    year = after["year"].fillna(before["year"]).to_numpy(dtype=float)
    columns = [column for column in before if isinstance(column, int)]
    sums = [table[columns].fillna(0.0).to_numpy(dtype=float) for table in (before, after)]
    observed = [_comparable(measure_pair(s.sum(0, keepdims=True))[:, 0]) for s in sums]
    draws = [np.empty((len(MEASURES), 0))]
    for weights in resampled(resampling_strata(group, year), n_boot, rng):
        values = [measure_pair(weights.T @ s) for s in sums]
        draws.append(_comparable(values[1]) - _comparable(values[0]))
    return _table(observed, np.concatenate(draws, axis=1))


def _contributions(net: CitationNetwork, partition: Partition, pair: tuple[str, str]) -> pd.DataFrame:
    """Table what each paper contributes to the measures of the pair, with its group and year."""
    arcs, partition = label_arcs(net, partition)
    arcs, stratum = strata_of(arcs, "year-pairs")
    weights = pair_weights(placed(cells_of(arcs), "year-pairs"), (partition.group(pair[0]), partition.group(pair[1])))
    sums = paper_sums(arcs, stratum, weights)
    papers = np.flatnonzero((arcs.labels >= 0) & ~net.external)
    table = pd.DataFrame(sums.contributions(), index=net.ids[papers])
    return table.assign(group=sums.role, year=np.nan_to_num(sums.year, nan=-1.0))


def _comparable(values: Floats) -> Floats:
    """Odds ratios by their logarithm; everything else as it is."""
    changed = values.copy()
    row = MEASURES.index("odds ratio")
    with np.errstate(divide="ignore", invalid="ignore"):
        changed[row] = np.where((changed[row] > 0) & np.isfinite(changed[row]), np.log(changed[row]), np.nan)
    return changed


def _table(observed: list[Floats], draws: Floats) -> pd.DataFrame:
    rows = []
    names = [name.replace("odds ratio", "log odds ratio") for name in MEASURES]
    for name, one, other, values in zip(names, *observed, draws, strict=True):
        defined = values[~np.isnan(values)]
        low, high, p = float("nan"), float("nan"), float("nan")
        if defined.size and not np.isnan(other - one):
            low, high = np.quantile(defined, [0.025, 0.975])
            tail = min((defined <= 0).sum(), (defined >= 0).sum())
            p = min(1.0, 2 * (1 + tail) / (1 + defined.size))
        rows.append([name, one, other, other - one, low, high, p, int(np.isnan(values).sum())])
    columns = ["measure", "before", "after", "difference", "low", "high", "p", "undefined"]
    return pd.DataFrame(rows, columns=columns).set_index("measure")
