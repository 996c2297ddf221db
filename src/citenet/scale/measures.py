"""The group-level measures on tables: the same results, of the same types, as on a network in memory."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from citenet._support.choices import check_choice, check_count
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.bootstrap import IntervalKind
from citenet.bridging.cells import Cells, placed
from citenet.bridging.coverage import coverage_frame, coverage_table
from citenet.bridging.inference import NullTest
from citenet.bridging.measure import BridgeOptions, PairEvidence, measured
from citenet.bridging.measure import bridges as bridges_in_memory
from citenet.bridging.mixing import MixingMatrix, Unlabelled, label_arcs
from citenet.bridging.mixing import mixing_matrix as matrix_in_memory
from citenet.bridging.pair import Bridges
from citenet.bridging.paper_sums import pair_weights
from citenet.bridging.statistics import STATISTICS
from citenet.bridging.stratified import Strata, number_strata, warn_of_time
from citenet.bridging.testing import mixing_test as test_in_memory
from citenet.bridging.testing import stratified_test
from citenet.comparison.periods import OverTime, windows_of
from citenet.comparison.periods import over_time as over_time_in_memory
from citenet.errors import DroppedWarning
from citenet.partition import group_pair
from citenet.scale.counting import Counted, with_unlabelled
from citenet.scale.extract import to_network
from citenet.scale.papers import citing_works, crossing_table, leading_papers, meetings, papers_across, papers_of_pair
from citenet.scale.tables import CitationTables, scratched

__all__ = ["bridges", "coverage", "mixing_matrix", "mixing_test", "over_time", "top_papers"]


@scratched
def bridges(  # noqa: PLR0913 - two groups and what they are compared by; options are keyword-only
    tables: CitationTables,
    a: str,
    b: str,
    *,
    null: Strata = "year-pairs",
    unlabelled: Unlabelled = "drop",
    n_boot: int = 1_999,
    level: float = 0.95,
    interval: IntervalKind = "percentile",
    n_lists: int = 999,
    max_arcs: int = 100_000,
    rng: RngLike = None,
) -> Bridges:
    """Measure the citations that cross between two groups of tables of any size.

    Parameters
    ----------
    tables : CitationTables
    a, b : str
        The two groups.
    null, unlabelled, n_boot, level, interval, n_lists, rng
        As in `citenet.bridges`. Resampling brings one row a labelled paper into memory (about 150 bytes); with
        ``n_boot=0, n_lists=0`` only counts by years and groups leave the engine.
    max_arcs : int
        At most so many crossing citations and bridging papers are listed; a warning says so where there are more.

    Returns
    -------
    Bridges
        As `citenet.bridges` gives it, to the same bits; ``params`` says which engine counted. Only on arrays it holds
        its network.

    Raises
    ------
    InputError
        If a group is unknown or ``a`` is ``b``.

    Examples
    --------
    >>> from citenet.scale import open_tables
    >>> works = pd.DataFrame({"id": list("abcdefgh"), "year": [1990] * 4 + [2000] * 4, "group": list("xxyyxxyy")})
    >>> citations = pd.DataFrame({"citing": list("eefggh"), "cited": list("abacdc")})
    >>> found = bridges(open_tables(works, citations, engine="duckdb"), "x", "y", n_boot=0)
    >>> float(found.tests["a→b"].expected), round(found.tests["a→b"].pvalue, 3)
    (1.5, 0.1)
    """
    options = BridgeOptions(null, unlabelled, n_boot, level, interval, n_lists)
    check_count("max_arcs", max_arcs)
    pair = group_pair(tables.names, a, b)
    if tables.engine == "arrays":
        chosen: dict[str, Any] = {**vars(options)}
        result = bridges_in_memory(to_network(tables), "group", a, b, **chosen, rng=rng)
        return _recorded(result, tables)
    counted, labelled = _labelled(tables, unlabelled)
    tested = _tested(labelled, null)
    own = len(labelled.names) > len(tables.names)
    crossings = int(labelled.counts()[pair] + labelled.counts()[pair[::-1]])
    if crossings > max_arcs:
        message = f"{crossings:,} citations cross; the first {max_arcs:,}, and as many papers, are listed (max_arcs)"
        warnings.warn(message, DroppedWarning, stacklevel=3)  # beyond `scratched`
    across = papers_across(tables, pair)
    evidence = PairEvidence(
        flows=MixingMatrix(labelled.counts(), labelled.names, labelled.excluded),
        cells=tested,
        papers=papers_of_pair(tables, tested, pair_weights(tested, pair), own) if options.resamples else None,
        arcs=crossing_table(tables, pair, across, null, max_arcs),
        bridging_papers=leading_papers(tables, across, max_arcs),
        coverage=_coverage(tables, counted, labelled, tested),
        params={
            "labels": f"column {tables.columns['group']!r}",
            "self_citations_expected": meetings(tables, tested, null, own),
            "max_arcs": max_arcs,
        },
    )
    names = tables.names[pair[0]], tables.names[pair[1]]
    return _recorded(measured(evidence, names, options, as_generator(rng)), tables)


def _recorded(result: Bridges, tables: CitationTables) -> Bridges:
    net = result.net  # on arrays it has been counted already
    reasons = None if net is None else net.dropped["reason"].value_counts().sort_index()
    dropped = tables.counted.dropped() if reasons is None else {str(key): int(n) for key, n in reasons.items()}
    return replace(result, params={**result.params, **tables.params, "dropped": dropped, "skipped": tables.skipped})


def _labelled(tables: CitationTables, unlabelled: Unlabelled) -> tuple[Counted, Cells]:
    check_choice("unlabelled", unlabelled, ["drop", "own", "error"])
    counted, names = with_unlabelled(tables.counted, tables.names, int(tables.group_sizes[-1]), unlabelled)
    return counted, counted.cells(names)


def _tested(labelled: Cells, null: Strata) -> Cells:
    """Place the citations that are tested; a null that ignores time warns, where the test was called."""
    warn_of_time(null)
    return placed(labelled, null)


def mixing_matrix(tables: CitationTables, *, unlabelled: Unlabelled = "drop") -> MixingMatrix:
    """Count the citations from each group to each group.

    Parameters
    ----------
    tables : CitationTables
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    MixingMatrix
        As `citenet.mixing_matrix` gives it.
    """
    if tables.engine == "arrays":
        return matrix_in_memory(to_network(tables), "group", unlabelled=unlabelled)
    _, cells = _labelled(tables, unlabelled)
    return MixingMatrix(cells.counts(), cells.names, cells.excluded)


def mixing_test(
    tables: CitationTables, statistic: str = "counts", *, null: Strata = "year-pairs", unlabelled: Unlabelled = "drop"
) -> NullTest:
    """Test a linear statistic of the mixing matrix in closed form.

    Parameters
    ----------
    tables : CitationTables
    statistic : str
        "counts" (every cell), or a linear one of `STATISTICS`: "ei", "cross_share".
    null : {"year-pairs", "citing-years", "configuration"}
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    NullTest
        As `citenet.mixing_test` gives it; nothing is drawn.

    Raises
    ------
    InputError
        If the statistic is not linear: it needs draws, and those a network (`subnetwork`).
    """
    linear = [name for name, what in STATISTICS.items() if what.weights is not None]
    check_choice("statistic", statistic, ["counts", *linear])
    if tables.engine == "arrays":
        return test_in_memory(to_network(tables), "group", statistic, null=null, unlabelled=unlabelled)
    cells = _tested(_labelled(tables, unlabelled)[1], null)
    own = len(cells.names) > len(tables.names)
    return stratified_test(cells, STATISTICS.get(statistic), null, meetings(tables, cells, null, own))


def over_time(  # noqa: PLR0913 - two groups and how the years are cut; options are keyword-only
    tables: CitationTables,
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
    tables : CitationTables
    a, b : str
        The two groups.
    window, step, cumulative, null, unlabelled
        As in `citenet.over_time`.

    Returns
    -------
    OverTime
        As `citenet.over_time` gives it; ``by_papers`` only on arrays.
    """
    pair = group_pair(tables.names, a, b)
    if tables.engine == "arrays":
        windows: dict[str, Any] = {"window": window, "step": step, "cumulative": cumulative}
        return over_time_in_memory(to_network(tables), "group", a, b, **windows, null=null, unlabelled=unlabelled)
    cells = _tested(_labelled(tables, unlabelled)[1], null)
    return windows_of(cells, pair, null, window=window, step=step, cumulative=cumulative)


@scratched
def top_papers(tables: CitationTables, a: str, b: str, *, n_papers: int = 20) -> pd.DataFrame:
    """List the papers at the ends of most citations between two groups.

    Parameters
    ----------
    tables : CitationTables
    a, b : str
        The two groups.
    n_papers : int
        At most so many.

    Returns
    -------
    DataFrame
        As `Bridges.papers`.
    """
    limit = check_count("n_papers", n_papers, 1)
    return leading_papers(tables, papers_across(tables, group_pair(tables.names, a, b)), limit)


def coverage(tables: CitationTables, *, null: Strata = "year-pairs", unlabelled: Unlabelled = "drop") -> pd.DataFrame:
    """Follow the references of each group from the table of citations to the test.

    Parameters
    ----------
    tables : CitationTables
    null : {"year-pairs", "citing-years", "configuration"}
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    DataFrame
        As `Bridges.coverage`.
    """
    if tables.engine == "arrays":
        net = to_network(tables)
        arcs, _ = label_arcs(net, "group", unlabelled)
        dated, _ = number_strata(net.year[net.citing[arcs.index]], net.year[net.cited[arcs.index]], null)
        return coverage_table(net, arcs, arcs.where(dated, "no year"))
    counted, labelled = _labelled(tables, unlabelled)
    return _coverage(tables, counted, labelled, placed(labelled, null))


def _coverage(tables: CitationTables, counted: Counted, labelled: Cells, tested: Cells) -> pd.DataFrame:
    from citenet._support.optional import require
    from citenet.scale.tidy import SPAN

    nw = require("narwhals", "scale")
    k = len(labelled.names)
    group = (nw.col("stamp") // SPAN).alias("group")
    sizes = tables.works.with_columns(group).group_by("group", "external").agg(nw.len().cast(nw.Int64).alias("works"))
    table = tables.backend.fetch(sizes)
    works = np.zeros((2, len(tables.names) + 1), dtype=np.int64)
    works[table["external"].to_numpy(), table["group"].to_numpy().astype(np.int64) - 1] = table["works"].to_numpy()
    citing = citing_works(tables, len(tables.names))
    return coverage_frame(
        labelled.names,
        works=works[0, :k],
        outside=works[1, :k],
        citing_works=citing[:k],
        references=counted.references_of(k),
        ambiguous=np.zeros(k, dtype=np.int64),
        unmatched=counted.unmatched_of(k),
        citations=counted.citations_of(k),
        labelled=labelled.counts().sum(axis=1),
        tested=tested.counts().sum(axis=1),
    )
