"""Cluster bootstrap over citing papers: references of one paper depend on each other, so papers are resampled whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import ndtr, ndtri

from citenet.bridging.mixing import LabelledArcs

__all__ = ["MEASURES", "Intervals", "PairCounts", "bootstrap_pair", "measure_pair", "pair_counts"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
IntervalKind = Literal["percentile", "bca"]
MEASURES = ("ratio a→b", "ratio b→a", "share a→b", "share b→a", "share difference", "E-I index", "odds ratio")
_CHUNK = 64
_JACKKNIFE_GROUPS = 2_000
_LEAST = 10  # papers in a stratum: resampling one paper alone would show no variation at all


@dataclass(frozen=True, eq=False)
class PairCounts:
    """Per paper, what it cites in each stratum, seen from two groups a and b (2 stands for any other group).

    Parameters
    ----------
    per_paper : sparse array, shape (9 s, n_papers)
        Citations of each paper by (citing group, cited group, stratum).
    stratum_of_paper : ndarray of int64, shape (n_papers,)
        (group, citing years) within which papers are resampled.
    """

    per_paper: sparse.csr_array
    stratum_of_paper: Ints


def pair_counts(arcs: LabelledArcs, stratum: Ints, a: int, b: int) -> PairCounts:
    """Count for each labelled paper, also those without references, what it cites in each stratum.

    Works outside the corpus are no papers here: their reference lists were never read.
    """
    role = np.full(arcs.k, 2, dtype=np.int64)
    role[a], role[b] = 0, 1
    n_strata = int(stratum.max()) + 1 if stratum.size else 0
    papers = np.flatnonzero((arcs.labels >= 0) & ~arcs.net.external)
    column = np.full(arcs.labels.size, -1, dtype=np.int64)
    column[papers] = np.arange(papers.size)
    row = (role[arcs.citing_group] * 3 + role[arcs.cited_group]) * n_strata + stratum
    ones = np.ones(row.size, dtype=np.float64)
    citing = column[arcs.net.citing[arcs.index]]
    counts = sparse.csr_array((ones, (row, citing)), shape=(9 * n_strata, papers.size))
    group = role[arcs.labels[papers]]
    year = np.nan_to_num(arcs.net.year[papers], nan=-1.0)
    return PairCounts(counts, _resampling_strata(group, year))


def _resampling_strata(group: Ints, year: Floats) -> Ints:
    """Number (group, years): neighbouring years are put together until a stratum holds enough papers to vary."""
    stratum = np.empty(group.size, dtype=np.int64)
    n = 0
    for value in np.unique(group):
        papers = np.flatnonzero(group == value)
        years, inverse, sizes = np.unique(year[papers], return_inverse=True, return_counts=True)
        part, held = np.zeros(years.size, dtype=np.int64), 0
        for i, size in enumerate(sizes):
            part[i] = n
            held += int(size)
            if held >= _LEAST and sizes[i + 1 :].sum() >= _LEAST:
                n, held = n + 1, 0
        stratum[papers] = part[inverse]
        n += 1
    return stratum


def measure_pair(totals: Floats) -> Floats:
    """Compute all measures of `MEASURES` from counts by (citing group, cited group, stratum).

    Parameters
    ----------
    totals : ndarray, shape (9 s, n)

    Returns
    -------
    ndarray, shape (7, n)
        NaN where a measure is undefined.
    """
    cells = totals.reshape(3, 3, -1, totals.shape[-1])
    made, received, m = cells.sum(1), cells.sum(0), cells.sum((0, 1))
    pooled = cells.sum(2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share_of_stratum = np.where(m > 0, 1 / m, 0.0)
        expected_ab = (made[0] * received[1] * share_of_stratum).sum(0)
        expected_ba = (made[1] * received[0] * share_of_stratum).sum(0)
        share_ab, share_ba = pooled[0, 1] / pooled[0].sum(0), pooled[1, 0] / pooled[1].sum(0)
        inside, across = pooled[0, 0] + pooled[1, 1], pooled[0, 1] + pooled[1, 0]
        pair = cells[:2, :2].sum((0, 1))
        of_pair = np.where(pair > 0, 1 / pair, 0.0)
        odds = (cells[0, 0] * cells[1, 1] * of_pair).sum(0) / (cells[0, 1] * cells[1, 0] * of_pair).sum(0)
        values = np.stack(
            [
                pooled[0, 1] / expected_ab,
                pooled[1, 0] / expected_ba,
                share_ab,
                share_ba,
                share_ab - share_ba,
                (across - inside) / (across + inside),
                odds,
            ]
        )
    return np.where(np.isinf(values), np.nan, values)


@dataclass(frozen=True, eq=False)
class Intervals:
    """Bootstrap intervals of the measures of a pair.

    Parameters
    ----------
    low, high : ndarray, shape (7,)
        In the order of `MEASURES`; NaN where undefined.
    n_boot : int
    undefined : ndarray of int64, shape (7,)
        Replicates in which the measure is undefined; they are left out of the interval and counted here.
    """

    low: Floats
    high: Floats
    n_boot: int
    undefined: Ints


def bootstrap_pair(
    counts: PairCounts,
    n_boot: int,
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    kind: IntervalKind = "percentile",
) -> Intervals:
    """Resample papers within (group, citing years) and recompute every measure.

    Parameters
    ----------
    counts : PairCounts
    n_boot : int
        Replicates; one child generator each.
    rng : numpy.random.Generator
    level : float
    kind : {"percentile", "bca"}
        BCa corrects for bias and skewness; its acceleration comes from a jackknife over papers (over about 2,000
        groups of papers where there are more).

    Returns
    -------
    Intervals

    References
    ----------
    .. [1] Davison & Hinkley (1997). Bootstrap Methods and their Application. Cambridge University Press.
    """
    replicates = np.concatenate(
        [measure_pair(counts.per_paper @ weights) for weights in _resampled(counts.stratum_of_paper, n_boot, rng)]
        or [np.empty((len(MEASURES), 0))],
        axis=1,
    )
    tails = np.tile([(1 - level) / 2, (1 + level) / 2], (len(MEASURES), 1))
    if kind == "bca":
        observed = measure_pair(counts.per_paper @ np.ones((counts.per_paper.shape[1], 1)))[:, 0]
        tails = _bca_tails(replicates, observed, _jackknife(counts), tails)
    limits = np.full((len(MEASURES), 2), np.nan)
    undefined = np.isnan(replicates).sum(1)
    for i, values in enumerate(replicates):
        defined = values[~np.isnan(values)]
        if defined.size and not np.isnan(tails[i]).any():
            limits[i] = np.quantile(defined, tails[i])
    return Intervals(limits[:, 0], limits[:, 1], n_boot, undefined)


def _resampled(stratum: Ints, n_boot: int, rng: np.random.Generator) -> Iterator[Floats]:
    """How often each paper is drawn, shape (n_papers, chunk): with replacement within its stratum."""
    order = np.argsort(stratum, kind="stable")
    _, start, size = np.unique(stratum[order], return_index=True, return_counts=True)
    first, count = np.repeat(start, size), np.repeat(size, size)
    children = rng.spawn(n_boot)
    for begin in range(0, n_boot, _CHUNK):
        part = children[begin : begin + _CHUNK]
        weights = np.empty((stratum.size, len(part)))
        for j, child in enumerate(part):
            drawn = first + (child.random(stratum.size) * count).astype(np.int64)
            weights[order, j] = np.bincount(drawn, minlength=stratum.size)
        yield weights


def _jackknife(counts: PairCounts) -> Floats:
    """Measures without each paper that cites (or each group of papers), shape (7, groups)."""
    citing = np.flatnonzero(np.diff(counts.per_paper.tocsc().indptr))
    group = np.full(counts.per_paper.shape[1], -1, dtype=np.int64)
    n_groups = min(citing.size, _JACKKNIFE_GROUPS)
    group[citing] = np.arange(citing.size) * n_groups // max(1, citing.size)
    parts = [np.empty((len(MEASURES), 0))]
    for begin in range(0, n_groups, _CHUNK):
        left_out = np.arange(begin, min(begin + _CHUNK, n_groups))
        parts.append(measure_pair(counts.per_paper @ (group[:, None] != left_out).astype(float)))
    return np.concatenate(parts, axis=1)


def _bca_tails(replicates: Floats, observed: Floats, without: Floats, tails: Floats) -> Floats:
    """Tail probabilities corrected for bias and acceleration (Davison & Hinkley 1997, section 5.3.2)."""
    adjusted = np.full(tails.shape, np.nan)
    for i, (values, left_out) in enumerate(zip(replicates, without, strict=True)):
        values, left_out = values[~np.isnan(values)], left_out[~np.isnan(left_out)]
        share = ((values < observed[i]).sum() + 0.5 * (values == observed[i]).sum()) / max(1, values.size)
        spread = left_out.mean() - left_out if left_out.size else left_out
        scale = (spread**2).sum()
        if not 0 < share < 1 or scale == 0:
            continue
        bias, acceleration = ndtri(share), (spread**3).sum() / (6 * scale**1.5)
        shifted = bias + ndtri(tails[i])
        adjusted[i] = ndtr(bias + shifted / (1 - acceleration * shifted))
    return adjusted
