"""Measure what crosses between two groups: the one call that brings counts, tests, intervals and coverage together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from citenet._support.choices import MOST_DRAWS, check_choice, check_count, check_level
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.bootstrap import IntervalKind, bootstrap_pair, no_intervals, pair_counts
from citenet.bridging.cells import Cells, cells_of
from citenet.bridging.coverage import coverage_table
from citenet.bridging.inference import NullTest, refuse_detected
from citenet.bridging.lists import draw_crossings
from citenet.bridging.mixing import MixingMatrix, Unlabelled, label_arcs
from citenet.bridging.odds import informative_citations
from citenet.bridging.pair import Bridges
from citenet.bridging.pair_tables import bridging_papers, crossing, crossing_arcs, measures_table
from citenet.bridging.paper_sums import PaperSums, pair_weights, paper_sums
from citenet.bridging.self_cited import self_cited
from citenet.bridging.statistics import ei_index
from citenet.bridging.stratified import (
    Margins,
    Strata,
    cell_distribution,
    cell_moments,
    linear_moments,
    strata_of,
)
from citenet.bridging.uncertain import drawn_papers
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import group_pair

Matching = Literal["taken", "sampled"]

__all__ = ["BridgeOptions", "PairEvidence", "bridges", "measured"]


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
    matching: Matching = "taken",
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
        Resamples of the cluster bootstrap; 0 for no intervals, and so are fewer than the limits take (39 at 95 %).
    level : float
        Confidence level of the intervals.
    interval : {"percentile", "bca"}
        BCa corrects for bias and skewness.
    n_lists : int
        Draws in which whole reference lists (what they hold beyond expectation) change places, for p-values that hold
        where the references of a paper depend on each other; 0 for none.
    matching : {"taken", "sampled"}
        "sampled" draws which references mean their work from the probabilities of the matches, shares the resamples
        among 20 networks so drawn, and combines them by Rubin's rules: the intervals then include matching error
        (matches that are wrong, and ambiguous references that mean their likeliest work; not works of the corpus that
        were not found for a reference, nor references to works outside that are wrongly one work or two), and
        the value beside them is that of all drawn networks; counts and tests stay those of the matches taken. See also
        `matching_bounds`.
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
    options = BridgeOptions(null, unlabelled, n_boot, level, interval, n_lists, matching)
    labelled, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    pair = group_pair(partition.group_names, a, b)
    source = as_generator(rng)  # once: without a seed, each call would be another stream
    tested, stratum = strata_of(labelled, null)
    cells = cells_of(tested, stratum)
    across = crossing(labelled, *pair)
    result = measured(
        PairEvidence(
            flows=MixingMatrix(labelled.counts(), labelled.names, labelled.excluded),
            cells=cells,
            papers=paper_sums(tested, stratum, pair_weights(cells, pair)) if options.resamples else None,
            arcs=crossing_arcs(labelled, across, tested),
            bridging_papers=bridging_papers(labelled, across),
            coverage=coverage_table(net, labelled, tested),
            params={"labels": partition.method, "self_citations_expected": self_cited(tested, stratum, null)},
            drawn=drawn_papers(net, partition, pair, options, source) if options.samples_matches else (),
        ),
        (labelled.names[pair[0]], labelled.names[pair[1]]),
        options,
        source,
    )
    return replace(result, net=net, partition=partition)


@dataclass(frozen=True)
class BridgeOptions:
    """The options of `bridges`, checked."""

    null: Strata = "year-pairs"
    unlabelled: Unlabelled = "drop"
    n_boot: int = 1_999
    level: float = 0.95
    interval: IntervalKind = "percentile"
    n_lists: int = 999
    matching: Matching = "taken"

    def __post_init__(self) -> None:
        check_choice("null", self.null, ["year-pairs", "citing-years", "configuration"])
        check_choice("unlabelled", self.unlabelled, ["drop", "own", "error"])
        check_choice("interval", self.interval, ["percentile", "bca"])
        check_count("n_boot", self.n_boot, most=MOST_DRAWS)
        check_count("n_lists", self.n_lists, most=MOST_DRAWS)
        check_choice("matching", self.matching, ["taken", "sampled"])
        if self.samples_matches and self.interval == "bca":
            raise InputError(
                'matching="sampled" needs interval="percentile": BCa corrects for one network, not for several'
            )
        check_level(self.level)

    @property
    def resamples(self) -> bool:
        """Whether what each paper cites is needed."""
        return bool(self.n_boot or self.n_lists)

    @property
    def samples_matches(self) -> bool:
        """Whether networks are drawn from the probabilities of the matches."""
        return self.matching == "sampled" and self.n_boot > 0


@dataclass(frozen=True, eq=False)
class PairEvidence:
    """All that the measures of two groups are computed from, wherever it was counted.

    Parameters
    ----------
    flows : MixingMatrix
        Citations between all groups, dated or not.
    cells : Cells
        Those that are tested, placed in their strata.
    papers : PaperSums or None
        What each paper cites; None where nothing is resampled.
    arcs, bridging_papers, coverage : DataFrame
        As in `Bridges`.
    params : mapping
        Kept with the result.
    drawn : tuple of PaperSums
        What each paper cites in networks drawn from the probabilities of the matches; by default none.
    """

    flows: MixingMatrix
    cells: Cells
    papers: PaperSums | None
    arcs: pd.DataFrame
    bridging_papers: pd.DataFrame
    coverage: pd.DataFrame
    params: Mapping[str, Any]
    drawn: tuple[PaperSums, ...] = ()


def measured(
    evidence: PairEvidence,
    names: tuple[str, str],
    options: BridgeOptions,
    source: tuple[np.random.Generator, int | None],
) -> Bridges:
    """Bring counts, tests, intervals and coverage of two groups together; draws come from a generator and its seed."""
    cells, papers = evidence.cells, evidence.papers
    pair = cells.names.index(names[0]), cells.names.index(names[1])
    given = cells.margins()
    generator, seed = source
    tests = _tests(cells, given, pair, options.null)
    bounds = no_intervals()
    if papers is not None:
        tests |= _list_tests(cells, papers, pair, options.n_lists, source)
        counts = [pair_counts(sums) for sums in evidence.drawn or (papers,)]
        bounds = bootstrap_pair(
            *counts, n_boot=options.n_boot, rng=generator, level=options.level, kind=options.interval
        )
    return Bridges(
        a=names[0],
        b=names[1],
        flows=evidence.flows,
        tests=tests,
        table=measures_table(cells, names, tests, bounds, options.level),
        arcs=evidence.arcs,
        papers=evidence.bridging_papers,
        coverage=evidence.coverage,
        params={
            "null": options.null,
            "unlabelled": options.unlabelled,
            "seed": seed,
            "n_boot": options.n_boot,
            "n_lists": options.n_lists,
            "level": options.level,
            "interval": options.interval,
            "matching": options.matching,
            "n_matchings": len(evidence.drawn),
            "citations_tested": cells.n_citations,
            "odds_citations": informative_citations(cells.within(*pair).tables()),
            "informative_share": min(_informative_share(given, *cell) for cell in (pair, pair[::-1])),
            **evidence.params,
        },
    )


def _tests(cells: Cells, given: Margins, pair: tuple[int, int], null: str) -> dict[str, NullTest]:
    """Test the two counts, and the E-I index within the pair."""
    counts = cells.counts()
    expected, variance = cell_moments(given)
    found = {}
    for key, (citing, cited) in (("a→b", pair), ("b→a", pair[::-1])):
        reason = _why_undefined(cells, given, citing, cited)
        name = f"citations {cells.names[citing]} → {cells.names[cited]}"
        if not cells.n_citations:
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
    found["E-I"] = _ei_test(cells.within(*pair), null)
    return found


def _list_tests(
    cells: Cells,
    papers: PaperSums,
    pair: tuple[int, int],
    n_draws: int,
    source: tuple[np.random.Generator, int | None],
) -> dict[str, NullTest]:
    """Test the two counts with whole reference lists swapped among papers of one year and about the same length."""
    if not n_draws or not cells.n_citations:
        return {}
    counts, expected = cells.counts(), cell_moments(cells.margins())[0]
    directions = {"a→b, lists": pair, "b→a, lists": pair[::-1]}
    base = np.array([expected[cell] for cell in directions.values()])
    draws = draw_crossings(papers, base, n_draws, source[0])
    return {
        key: NullTest(
            name=f"citations {cells.names[cell[0]]} → {cells.names[cell[1]]}",
            statistic=float(counts[cell]),
            null="lists",
            expected=float(drawn.mean()),
            sd=float(drawn.std(ddof=1)) if n_draws > 1 else float("nan"),
            null_distribution=drawn,
            seed=source[1],
        )
        for (key, cell), drawn in zip(directions.items(), draws.T, strict=True)
    }


def _why_undefined(cells: Cells, given: Margins, citing: int, cited: int) -> str:
    if not cells.n_citations:
        if "no year" in cells.excluded:
            return "no citation has a group and a year at both ends; this null needs years"
        return "no citation runs between works that have a group"
    if given.made[:, citing].sum() == 0:
        return f"{cells.names[citing]} cites nothing that has a group and a year"
    if given.received[:, cited].sum() == 0:
        return f"nothing of {cells.names[cited]} that has a group and a year is cited"
    if _informative_share(given, citing, cited) == 0:
        return "no informative stratum: who is cited when leaves nothing to vary"
    return ""


def _informative_share(given: Margins, citing: int, cited: int) -> float:
    """Share of the citations in strata where the count could have been another; NaN without citations."""
    made, received, m = given.made[:, citing], given.received[:, cited], given.total
    varies = (made > 0) & (made < m) & (received > 0) & (received < m)
    return float(m[varies].sum() / m.sum()) if m.sum() else float("nan")


def _ei_test(inside: Cells, null: str) -> NullTest:
    counts = inside.counts()
    m = int(counts.sum())
    if not m:
        nan = float("nan")
        return NullTest("E-I index", nan, null, nan, nan, reason="no citation within the two groups")
    given = inside.margins()
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
