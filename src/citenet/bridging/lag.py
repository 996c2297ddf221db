"""Citation lag: how old what is cited is, within a group and across, and whether the difference is more than chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from citenet._support.choices import check_choice, check_count
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.drawn import check_draws, drawn_test
from citenet.bridging.flow import pair_of_groups
from citenet.bridging.inference import NullTest, refuse_detected
from citenet.bridging.mixing import LabelledArcs, label_arcs
from citenet.bridging.relabelling import permuted_within, strata_of_works
from citenet.network import CitationNetwork

__all__ = ["citation_lag", "lag_test"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
PRICE_YEARS = 5


def citation_lag(net: CitationNetwork, groups: object, *, window: int | None = None) -> pd.DataFrame:
    """Describe the age of what each group cites of each group.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    window : int, optional
        Only citations of works at most so many years older; None takes all.

    Returns
    -------
    DataFrame, indexed by citing and cited group
        ``citations`` that are described; ``undated`` (no year at an end) and ``older`` (than the window), which are
        left out: the three add up to `mixing_matrix`. ``median``, ``q1``, ``q3`` and ``iqr`` of the lag (citing less
        cited year, in years), ``price_index`` (share of citations with a lag of at most 5 years), ``early`` (citations
        with a negative lag, which count). NaN without citations.

    Notes
    -----
    A young group cannot have cited its own works late: do not compare these rows, use `lag_test`.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1990, 2000, 2002], "field": list("xyy")}, index=list("abc"))
    >>> net = CitationNetwork(works, [1, 2, 2], [0, 0, 1])
    >>> citation_lag(net, "field").loc[("y", "x"), ["citations", "median", "price_index"]].tolist()
    [2.0, 11.0, 0.0]
    """
    if window is not None:
        check_count("window", window)
    labelled, _ = label_arcs(net, groups)
    k, names = labelled.k, labelled.names
    lag = _lags(labelled)
    known = ~np.isnan(lag)
    cell = labelled.citing_group.astype(np.int64) * k + labelled.cited_group
    undated = np.bincount(cell[~known], minlength=k * k)
    too_old = lag > (np.inf if window is None else window)
    known &= ~too_old
    index = pd.MultiIndex.from_product([names, names], names=["citing", "cited"])
    found = pd.Series(lag[known]).groupby(cell[known])
    quartiles = {name: found.quantile(q).reindex(range(k * k)) for name, q in _QUARTILES.items()}
    recent = pd.Series(lag[known] <= PRICE_YEARS).groupby(cell[known]).mean().reindex(range(k * k))
    return pd.DataFrame(
        {
            "citations": np.bincount(cell[known], minlength=k * k),
            "undated": undated,
            "older": np.bincount(cell[too_old], minlength=k * k),
            **{name: values.to_numpy() for name, values in quartiles.items()},
            "iqr": (quartiles["q3"] - quartiles["q1"]).to_numpy(),
            "price_index": recent.to_numpy(dtype=float),
            "early": np.bincount(cell[known & (lag < 0)], minlength=k * k),
        },
        index=index,
    )


_QUARTILES = {"median": 0.5, "q1": 0.25, "q3": 0.75}


def lag_test(  # noqa: PLR0913 - two groups and how they are compared; options are keyword-only
    net: CitationNetwork,
    groups: object,
    a: str,
    b: str,
    *,
    null: Literal["labels", "citing-year", "paper"] = "labels",
    window: int | None = None,
    n_draws: int | None = None,
    rng: RngLike = None,
) -> NullTest:
    """Test whether a group cites another one's works later than its own.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    a, b : str
        Citations of b by a are compared with citations of a by a.
    null : {"labels", "citing-year", "paper"}
        "labels" shuffles which works of one publication year are of a and which of b, as cited works: who cites what
        and when, and what there was to cite of each group in each year, are kept. "citing-year" and "paper" shuffle
        which citations cross among those of one citing year, or of one paper (closed form): they take a group that
        grew late for one that is cited early.
    window : int, optional
        Only cited works at most so many years older than the citing one.
    n_draws : int, optional
        By default 999 for "labels"; none, and a normal p-value, for the others.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    NullTest
        Probability that a citation across has a longer lag than one within, made in the same year (by the same paper
        for "paper"), ties counting half; strata are weighted as van Elteren does. In [0, 1]. The expectation is 0.5
        where both groups had works of the same years to be cited; compare with it, not with 0.5. NaN where no stratum
        has citations of both kinds. ``reason`` counts the citations that are not compared.

    Notes
    -----
    Only cited works are compared that were published when both groups had works (in the network) already. Shuffled
    labels have no preference either: where a group prefers its own works, few citations cross, and "labels" rejects
    somewhat more often than it should.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1990, 1990, 1998, 2000], "field": list("xyxx")}, index=list("abcd"))
    >>> net = CitationNetwork(works, [3, 3], [1, 2])
    >>> lag_test(net, "field", "x", "y", n_draws=19, rng=1).statistic
    1.0
    """
    check_choice("null", null, ["labels", "citing-year", "paper"])
    partition, in_a, in_b = pair_of_groups(net, groups, a, b)
    refuse_detected(partition)
    n_draws = check_draws(
        (999 if null == "labels" else 0) if n_draws is None else n_draws, least=2 if null == "labels" else 0
    )
    labelled, _ = label_arcs(net, partition)
    citing, cited = net.citing[labelled.index], net.cited[labelled.index]
    lag = _lags(labelled)
    kept, left_out = _compared(net, labelled, (in_a, in_b), window)
    key = citing[kept] if null == "paper" else net.year[citing[kept]]
    stratum = np.unique(key, return_inverse=True)[1].astype(np.int64)
    contest = RankContest(lag[kept], stratum)
    name, across = f"P({a} cites {b} later than {a})", in_b[cited[kept]]
    generator, seed = as_generator(rng)
    if np.isnan(contest.statistic(across)):
        nan = float("nan")
        test = NullTest(name, nan, null, nan, nan, reason="no stratum has citations both within and across")
    elif null == "labels":
        draws = (
            contest.statistic(shuffled[cited[kept]]) for shuffled in _as_cited(net, in_a, in_b, n_draws, generator)
        )
        test = drawn_test(name, contest.statistic(across), draws, "labels of cited works within year", seed=seed)
    else:
        test = contest.closed_form(name, across, f"lags within {null}")
        if n_draws:
            masks = permuted_within(across.astype(np.int32), stratum, n_draws, generator)
            draws = (contest.statistic(mask.astype(bool)) for mask in masks)
            test = drawn_test(name, test.statistic, draws, test.null, seed=seed, reason=test.reason)
    return replace(test, reason="; ".join(filter(None, [test.reason, left_out])))


def _compared(
    net: CitationNetwork, labelled: LabelledArcs, pair: tuple[Mask, Mask], window: int | None
) -> tuple[Mask, str]:
    """Say which citations are compared, shape (m,), and how many of those of the first group are not, and why."""
    (in_a, in_b), year, lag = pair, net.year, _lags(labelled)
    citing, cited = net.citing[labelled.index], net.cited[labelled.index]
    asked = in_a[citing] & (in_a[cited] | in_b[cited])
    kept, lost = asked, {}
    for reason, usable in {
        "no year": ~np.isnan(lag),
        "of works from before both groups existed": ~(year[cited] < _both_exist(year, in_a, in_b)),
        f"over {window} years old": ~(lag > (np.inf if window is None else check_count("window", window))),
    }.items():
        lost[reason] = int((kept & ~usable).sum())
        kept = kept & usable
    said = ", ".join(f"{n:,} {reason}" for reason, n in lost.items() if n)
    return kept, f"not compared of {int(asked.sum()):,} citations: {said}" if said else ""


def _lags(labelled: LabelledArcs) -> Floats:
    """Citing less cited year of each arc; NaN undated."""
    net = labelled.net
    lag: Floats = net.year[net.citing[labelled.index]] - net.year[net.cited[labelled.index]]
    return lag


def _both_exist(year: Floats, in_a: Mask, in_b: Mask) -> float:
    """First year from which both groups have works; inf where one has none that is dated."""
    first = [np.min(year[members & ~np.isnan(year)], initial=np.inf) for members in (in_a, in_b)]
    return float(max(first))


def _as_cited(net: CitationNetwork, in_a: Mask, in_b: Mask, n_draws: int, rng: np.random.Generator) -> Iterator[Mask]:
    """Draw which works are of b, shuffled among the works of both groups of one year, in or outside the corpus."""
    stratum = strata_of_works(net.year, net.external.astype(float))
    for shuffled in permuted_within(in_b.astype(np.int32), np.where(in_a | in_b, stratum, -1), n_draws, rng):
        yield shuffled.astype(bool)


class RankContest:
    """How often, of two citations of one stratum, the one across has the longer lag.

    Parameters
    ----------
    lag : ndarray, shape (m,)
    stratum : ndarray of int64, shape (m,)
        From 0 on, none empty.
    """

    def __init__(self, lag: Floats, stratum: Ints) -> None:
        self.stratum, self.total = stratum, np.bincount(stratum).astype(float)
        span = float(np.ptp(lag)) + 1 if lag.size else 1.0
        before = np.cumsum(self.total) - self.total
        self.rank: Floats = rankdata(stratum * span + lag - lag.min(initial=0.0)) - before[stratum]
        self.weight = 1 / (self.total + 1)

    def statistic(self, across: Mask) -> float:
        """Probability of the longer lag, weighted over strata; NaN where no stratum has both kinds."""
        n = np.bincount(self.stratum[across], minlength=self.total.size)
        wins = np.bincount(self.stratum[across], self.rank[across], minlength=self.total.size) - n * (n + 1) / 2
        scale = float((self.weight * n * (self.total - n)).sum())
        return float((self.weight * wins).sum()) / scale if scale else float("nan")

    def closed_form(self, name: str, across: Mask, null: str) -> NullTest:
        """Compare with shuffles of which citations cross within strata, by their mean and deviation."""
        n = np.bincount(self.stratum[across], minlength=self.total.size)
        pairs = n * (self.total - n)
        squares = np.bincount(self.stratum, (self.rank - (self.total[self.stratum] + 1) / 2) ** 2)
        spread = squares / np.maximum(1, self.total - 1)  # variance of the rank of one draw
        variance = float((self.weight**2 * pairs / self.total * spread).sum())
        sd = float(np.sqrt(variance)) / float((self.weight * pairs).sum())
        reason = "" if sd else "all lags of a stratum are equal: there is nothing to compare"
        return NullTest(name, self.statistic(across), null, 0.5, sd, reason=reason)
