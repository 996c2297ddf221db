"""Cluster bootstrap over citing papers: references of one paper depend on each other, so papers are resampled whole."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from citenet._support.kernel import kernel
from citenet._support.parallel import in_order
from citenet.bridging.paper_sums import PaperSums
from citenet.bridging.rubin import combined_limits

__all__ = ["MEASURES", "Intervals", "PairCounts", "bootstrap_pair", "least_resamples", "measure_pair", "pair_counts"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
IntervalKind = Literal["percentile", "bca"]
MEASURES = ("ratio a→b", "ratio b→a", "share a→b", "share b→a", "share difference", "E-I index", "odds ratio")
_CHUNK = 64
_BLOCK = 1 << 14  # papers, in whole strata, that are drawn and added up together: they stay in the processor's caches
_JACKKNIFE_GROUPS = 2_000
_NOTHING = 1e-9
_FEWEST = 5  # papers of a group that cite: fewer cannot show how much papers differ
_LEAST = 10  # papers in a stratum: resampling one paper alone would show no variation at all


@dataclass(frozen=True, eq=False)
class PairCounts:
    """What each paper contributes to the sums that the measures of two groups a and b are made of.

    Parameters
    ----------
    contributions : ndarray, shape (n_papers, 10)
        To the citations a→b and b→a, their expectations, the citations made by a and by b, those inside and across the
        two groups, and numerator and denominator of the Mantel-Haenszel odds ratio.
    stratum : ndarray of int64, shape (n_papers,)
        (group, citing years) within which papers are resampled.
    """

    contributions: Floats
    stratum: Ints

    @property
    def too_few(self) -> bool:
        """Whether fewer papers of a group cite than an interval needs."""
        made = self.contributions[:, 4:6] > 0
        return bool((made.sum(axis=0) < _FEWEST).any())


def pair_counts(papers: PaperSums) -> PairCounts:
    """Say what each paper contributes, and among which papers it is resampled.

    Notes
    -----
    Citations are counted as they are; sums of products of counts over the size of the stratum (expectations, odds) are
    split among the citations (`paper_sums`). Recomputing the products in every resample instead would draw them towards
    no preference where strata hold few papers, and the interval would miss its own estimate.
    """
    year = np.nan_to_num(papers.year, nan=-1.0)
    return PairCounts(papers.contributions(), resampling_strata(papers.role, year))


def measure_pair(sums: Floats) -> Floats:
    """Compute all measures of `MEASURES` from the sums of contributions.

    Parameters
    ----------
    sums : ndarray, shape (n, 10)

    Returns
    -------
    ndarray, shape (7, n)
        NaN where a measure is undefined; an odds ratio without crossing citations in both directions is infinite.
    """
    # Parts of a sum of products cancel to about 1e-17 instead of 0 where nothing is left of it.
    sums = np.where(np.abs(sums) < _NOTHING * np.abs(sums).max(axis=1, keepdims=True, initial=1.0), 0.0, sums)
    ab, ba, expected_ab, expected_ba, made_a, made_b, inside, across, odds_inside, odds_across = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        share_ab, share_ba = ab / made_a, ba / made_b
        return np.stack(
            [
                ab / np.where(expected_ab > 0, expected_ab, np.nan),
                ba / np.where(expected_ba > 0, expected_ba, np.nan),
                share_ab,
                share_ba,
                share_ab - share_ba,
                (across - inside) / (across + inside),
                np.maximum(odds_inside, 0) / np.maximum(odds_across, 0),
            ]
        ).astype(np.float64)


def resampling_strata(group: Ints, year: Floats) -> Ints:
    """Give strata of (group, years) numbers, putting neighbouring years together until enough papers can vary."""
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


@dataclass(frozen=True, eq=False)
class Intervals:
    """Bootstrap intervals of the measures of a pair.

    Parameters
    ----------
    low, high : ndarray, shape (7,)
        In the order of `MEASURES`; NaN where undefined, where fewer than five papers of a group cite, or where there
        are fewer resamples than the limits take.
    n_boot : int
    undefined : ndarray of int64, shape (7,)
        Replicates in which the measure is undefined; they are left out of the interval and counted here.
    too_few : bool
        Whether fewer than five papers of a group cite.
    pooled : ndarray, shape (7,), optional
        The measures over several networks drawn from uncertain matches, which the limits lie around.
    """

    low: Floats
    high: Floats
    n_boot: int
    undefined: Ints
    too_few: bool = False
    pooled: Floats | None = None


def no_intervals() -> Intervals:
    """Return what there is without resampling: nothing."""
    unknown = np.full(len(MEASURES), np.nan)
    return Intervals(unknown, unknown, 0, np.zeros(len(MEASURES), np.int64))


def bootstrap_pair(
    *counts: PairCounts,
    n_boot: int,
    rng: np.random.Generator,
    level: float = 0.95,
    kind: IntervalKind = "percentile",
) -> Intervals:
    """Resample papers within (group, citing years) and recompute every measure.

    Parameters
    ----------
    *counts : PairCounts
        One, or those of several networks drawn from uncertain matches: the replicates are shared among them, and the
        limits are combined by Rubin's rules.
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
    shares = np.diff(np.arange(len(counts) + 1) * n_boot // len(counts))
    parts = [
        np.concatenate(
            [measure_pair(sums) for sums in resampled_sums(drawn.contributions, drawn.stratum, share, rng)]
            or [np.empty((len(MEASURES), 0))],
            axis=1,
        )
        for drawn, share in zip(counts, shares.tolist(), strict=True)
    ]
    replicates = np.concatenate(parts, axis=1)
    pooled = None
    if len(counts) > 1:
        observed = measure_pair(np.stack([drawn.contributions.sum(0) for drawn in counts]))
        pooled, limits = combined_limits(observed, parts, level)
    else:
        limits = _limits(replicates, counts[0], level, kind)
    too_few = any(drawn.too_few for drawn in counts)
    if too_few or n_boot < least_resamples(level):
        limits[:] = np.nan
    return Intervals(limits[:, 0], limits[:, 1], n_boot, np.isnan(replicates).sum(1), too_few, pooled)


def least_resamples(level: float) -> int:
    """Return how many resamples an interval takes: so many that its limits are no further out than the last of them.

    >>> least_resamples(0.95)
    39
    """
    return math.ceil(2 / (1 - level) - 1 - 1e-9)


def _limits(replicates: Floats, counts: PairCounts, level: float, kind: IntervalKind) -> Floats:
    """Limits of every measure from its resamples, shape (7, 2)."""
    tails = np.tile([(1 - level) / 2, (1 + level) / 2], (len(MEASURES), 1))
    if kind == "bca":
        observed = measure_pair(counts.contributions.sum(0, keepdims=True))[:, 0]
        tails = _bca_tails(replicates, observed, _jackknife(counts), tails)
    limits = np.full((len(MEASURES), 2), np.nan)
    for i, values in enumerate(replicates):
        defined = values[~np.isnan(values)]
        if defined.size and not np.isnan(tails[i]).any():
            # An infinite resample counts as the largest there is; between it and a number nothing can be interpolated.
            limits[i, 0] = np.quantile(defined, tails[i, 0], method="lower")
            limits[i, 1] = np.quantile(defined, tails[i, 1], method="higher")
    return limits


def resampled_sums(contributions: Floats, stratum: Ints, n_boot: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Add up the contributions of papers drawn with replacement within their strata.

    Of n papers n - 1 are drawn and weighted by n / (n - 1): drawing n would show too little variation, by that factor.
    A paper alone in its stratum keeps weight 1.

    Parameters
    ----------
    contributions : ndarray, shape (n_papers, c)
    stratum : ndarray of int64, shape (n_papers,)
    n_boot : int
    rng : numpy.random.Generator

    Yields
    ------
    ndarray, shape (chunk, c)
        One row a resample.
    """
    order = np.argsort(stratum, kind="stable")
    _, start, size = np.unique(stratum[order], return_index=True, return_counts=True)
    first, count = np.repeat(start, size), np.repeat(size, size)
    draws = np.where((np.arange(stratum.size) != first) | (count == 1), count, 0).astype(np.int32)
    held = contributions[order] * np.where(count > 1, count / np.maximum(count - 1, 1), 1.0)[:, None]
    start_of = first.astype(np.int32)
    route = draw_papers.sized(60.0 * stratum.size * n_boot)
    children = rng.spawn(n_boot)
    blocks = _blocks(start + size)
    step = max(_CHUNK // 4, min(_CHUNK, _CHUNK * _BLOCK // (4 * max(1, stratum.size))))

    def drawn(begin: int) -> Floats:
        part = children[begin : begin + step]
        sums: Floats = np.zeros((len(part), contributions.shape[1]))
        for block in blocks:
            n, begins, many = block.stop - block.start, start_of[block] - np.int32(block.start), draws[block]
            taken = np.zeros((len(part), n), np.int32)
            for row, child in zip(taken, part, strict=True):
                if route is draw_papers:
                    papers = (begins + (child.random(n) * many).astype(np.int64))[many > 0]
                    row[:] = np.bincount(papers, minlength=n)
                else:
                    route(child.random(n), begins, many, row)
            sums += taken.astype(np.float64) @ held[block]
        return sums

    yield from in_order(drawn, range(0, n_boot, step), n_boot * stratum.size)


def _blocks(ends: Ints) -> list[slice]:
    """Cut papers that lie stratum by stratum into blocks of whole strata."""
    first, blocks = 0, []
    for end in ends.tolist():
        if end - first >= _BLOCK or end == ends[-1]:
            blocks.append(slice(first, end))
            first = end
    return blocks


@kernel
def draw_papers(
    uniform: Floats, first: npt.NDArray[np.int32], draws: npt.NDArray[np.int32], taken: npt.NDArray[np.int32]
) -> None:
    """Count how often each paper is drawn: one draw for every paper but the first of its stratum."""
    for i in range(len(uniform)):
        if draws[i] > 0:
            taken[first[i] + int(uniform[i] * draws[i])] += 1


def _jackknife(counts: PairCounts) -> Floats:
    """Measures without each paper that contributes (or each group of such papers), shape (7, groups)."""
    parts = counts.contributions[counts.contributions.any(axis=1)]
    n_groups = min(len(parts), _JACKKNIFE_GROUPS)
    first = np.arange(n_groups) * len(parts) // max(1, n_groups)
    left_out = np.add.reduceat(parts, first, axis=0) if n_groups else parts
    return measure_pair(counts.contributions.sum(0) - left_out)


def _bca_tails(replicates: Floats, observed: Floats, without: Floats, tails: Floats) -> Floats:
    """Tail probabilities corrected for bias and acceleration (Davison & Hinkley 1997, section 5.3.2)."""
    adjusted = np.full(tails.shape, np.nan)
    for i, (values, left_out) in enumerate(zip(replicates, without, strict=True)):
        values, left_out = values[~np.isnan(values)], left_out[np.isfinite(left_out)]
        share = ((values < observed[i]).sum() + 0.5 * (values == observed[i]).sum()) / max(1, values.size)
        spread = left_out.mean() - left_out if left_out.size else left_out
        scale = (spread**2).sum()
        if not 0 < share < 1 or scale == 0:
            continue
        bias, acceleration = ndtri(share), (spread**3).sum() / (6 * scale**1.5)
        shifted = bias + ndtri(tails[i])
        adjusted[i] = ndtr(bias + shifted / (1 - acceleration * shifted))
    return adjusted
