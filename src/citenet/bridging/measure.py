"""Measure what crosses between two groups: the one call that brings counts, tests, intervals and coverage together."""

from __future__ import annotations

from typing import Any

import numpy as np

from citenet._support.choices import check_choice, check_count
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.bootstrap import IntervalKind, bootstrap_pair, pair_counts
from citenet.bridging.coverage import coverage_table
from citenet.bridging.inference import NullTest, refuse_detected
from citenet.bridging.lists import lists_of
from citenet.bridging.mixing import LabelledArcs, MixingMatrix, Unlabelled, label_arcs
from citenet.bridging.pair import Bridges
from citenet.bridging.pair_tables import bridging_papers, crossing_arcs, measures_table, within_pair
from citenet.bridging.statistics import ei_index
from citenet.bridging.stratified import (
    Margins,
    Strata,
    cell_distribution,
    cell_moments,
    linear_moments,
    margins,
    strata_of,
)
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["bridges"]


def bridges(  # noqa: PLR0913 - two groups and what they are compared by; options are keyword-only
    net: CitationNetwork,
    groups: object,
    a: str,
    b: str,
    *,
    null: Strata = "year-pairs",
    unlabelled: Unlabelled = "drop",
    n_boot: int = 1_999,
    level: float = 0.95,
    interval: IntervalKind = "percentile",
    n_lists: int = 999,
    rng: RngLike = None,
) -> Bridges:
    """Measure the citations that cross between two groups.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    a, b : str
        The two groups.
    null : {"year-pairs", "citing-years", "configuration"}
        What the expectation holds fixed: see `NULLS`. "configuration" is known to find silos that are not there.
    unlabelled : {"drop", "own", "error"}
        "drop" compares within labelled works alone; "own" keeps works without a label as a group of their own, so that
        what a group cites elsewhere counts in its expectation, and the two directions are tested separately.
    n_boot : int
        Resamples of the cluster bootstrap; 0 for no intervals.
    level : float
        Confidence level of the intervals.
    interval : {"percentile", "bca"}
        BCa corrects for bias and skewness.
    n_lists : int
        Draws in which whole reference lists (what they hold beyond expectation) change places, for p-values that hold
        where the references of a paper depend on each other; 0 for none.
    rng : None, int, SeedSequence or Generator
        For resamples and draws; the other tests are exact and draw nothing.

    Returns
    -------
    Bridges

    Raises
    ------
    InputError
        If a group is unknown, ``a`` is ``b``, or the groups were detected.

    Notes
    -----
    Counts are tested among all citations with a group and (as the null needs) a year at both ends; the E-I index and
    the Mantel-Haenszel odds ratio among those within the two groups. With two groups in all, the totals of
    every stratum being given, both directions are one test. Intervals are for a population of papers like these,
    resampled whole. Observed/expected depends on how the years of the groups overlap; to compare corpora, use the odds
    ratio.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame({"year": [1990] * 4 + [2000] * 4, "field": list("xxyyxxyy")}, index=list("abcdefgh"))
    >>> net = CitationNetwork(works, [4, 4, 5, 6, 6, 7], [0, 1, 0, 2, 3, 2])
    >>> b = bridges(net, "field", "x", "y", n_boot=0)
    >>> float(b.tests["a→b"].expected), round(b.tests["a→b"].pvalue, 3)
    (1.5, 0.1)
    """
    _check(a, b, n_boot, level, interval)
    check_count("n_lists", n_lists)
    labelled, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    i, j = partition.group(a), partition.group(b)
    generator, seed = as_generator(rng)
    tested, stratum = strata_of(labelled, null)
    given = margins(tested.citing_group, tested.cited_group, stratum, tested.k)
    tests = _tests(tested, given, stratum, (i, j), null)
    tests |= _list_tests(tested, stratum, (i, j), n_lists, generator, seed)
    bounds = bootstrap_pair(pair_counts(tested, stratum, i, j), n_boot, generator, level=level, kind=interval)
    arcs = crossing_arcs(labelled, i, j, tested)
    return Bridges(
        a=a,
        b=b,
        flows=MixingMatrix(labelled.counts(), labelled.names, labelled.excluded),
        tests=tests,
        table=measures_table(tested, stratum, (a, b), tests, bounds, level),
        arcs=arcs,
        papers=bridging_papers(arcs),
        coverage=coverage_table(net, labelled, tested),
        params={
            "null": null,
            "unlabelled": unlabelled,
            "seed": seed,
            "n_boot": n_boot,
            "level": level,
            "interval": interval,
            "citations_tested": int(tested.index.size),
            "informative_share": _informative_share(given, i, j),
            "labels": partition.method,
        },
        net=net,
        partition=partition,
    )


def _check(a: str, b: str, n_boot: int, level: float, interval: str) -> None:
    check_count("n_boot", n_boot)
    check_choice("interval", interval, ["percentile", "bca"])
    if not 0 < level < 1:
        raise InputError(f"level={level} must lie between 0 and 1, for example 0.95")
    if a == b:
        raise InputError(f"a bridge needs two groups; both are {a!r}")


def _tests(tested: LabelledArcs, given: Margins, stratum: Any, pair: tuple[int, int], null: str) -> dict[str, NullTest]:
    """Test the two counts, and the E-I index within the pair."""
    counts = tested.counts()
    expected, variance = cell_moments(given)
    found = {}
    for key, (citing, cited) in (("a→b", pair), ("b→a", pair[::-1])):
        reason = _why_undefined(tested, given, citing, cited)
        name = f"citations {tested.names[citing]} → {tested.names[cited]}"
        if not tested.index.size:
            found[key] = NullTest(name, float("nan"), null, float("nan"), float("nan"), reason=reason)
            continue
        possible = expected[citing, cited] > 0
        found[key] = NullTest(
            name=name,
            statistic=float(counts[citing, cited]),
            null=null,
            expected=float(expected[citing, cited]) if possible else float("nan"),
            sd=float(np.sqrt(variance[citing, cited])) if possible else float("nan"),
            distribution=cell_distribution(given, citing, cited) if possible else None,
            reason=reason,
        )
    found["E-I"] = _ei_test(tested, stratum, pair, null)
    return found


def _list_tests(
    tested: LabelledArcs, stratum: Any, pair: tuple[int, int], n_draws: int, rng: np.random.Generator, seed: int | None
) -> dict[str, NullTest]:
    """Test the two counts with whole reference lists swapped among papers of one year and about the same length."""
    if not n_draws or not tested.index.size:
        return {}
    counts = tested.counts()
    draws = np.array(list(lists_of(tested, stratum).draws(n_draws, rng)))
    found = {}
    for key, (citing, cited) in (("a→b, lists", pair), ("b→a, lists", pair[::-1])):
        drawn = draws[:, citing, cited]
        found[key] = NullTest(
            name=f"citations {tested.names[citing]} → {tested.names[cited]}",
            statistic=float(counts[citing, cited]),
            null="lists",
            expected=float(drawn.mean()),
            sd=float(drawn.std(ddof=1)) if n_draws > 1 else float("nan"),
            null_distribution=drawn,
            seed=seed,
        )
    return found


def _why_undefined(tested: LabelledArcs, given: Margins, citing: int, cited: int) -> str:
    if not tested.index.size:
        if "no year" in tested.excluded:
            return "no citation has a group and a year at both ends; this null needs years"
        return "no citation runs between works that have a group"
    if given.made[:, citing].sum() == 0:
        return f"{tested.names[citing]} cites nothing that has a group and a year"
    if given.received[:, cited].sum() == 0:
        return f"nothing of {tested.names[cited]} that has a group and a year is cited"
    if _informative_share(given, citing, cited) == 0:
        return "no informative stratum: who is cited when leaves nothing to vary"
    return ""


def _informative_share(given: Margins, citing: int, cited: int) -> float:
    """Share of the citations in strata where the count could have been another; NaN without citations."""
    made, received, m = given.made[:, citing], given.received[:, cited], given.total
    varies = (made > 0) & (made < m) & (received > 0) & (received < m)
    return float(m[varies].sum() / m.sum()) if m.sum() else float("nan")


def _ei_test(tested: LabelledArcs, stratum: Any, pair: tuple[int, int], null: str) -> NullTest:
    inside, kept = within_pair(tested, pair)
    counts = inside.counts()
    m = int(counts.sum())
    if not m:
        nan = float("nan")
        return NullTest("E-I index", nan, null, nan, nan, reason="no citation within the two groups")
    given = margins(inside.citing_group, inside.cited_group, stratum[kept], 2)
    mean, variance = linear_moments(given, [[-1.0, 1.0], [1.0, -1.0]])
    support, probability = cell_distribution(given, 0, 1)
    crossing = counts[0, 1] + counts[1, 0] + 2 * (support - counts[0, 1])
    return NullTest(
        name="E-I index",
        statistic=float(ei_index(counts)),
        null=null,
        expected=mean / m,
        sd=float(np.sqrt(max(0.0, variance))) / m,
        distribution=((2 * crossing - m) / m, probability),
    )
