"""Bridges: what crosses between two groups, compared with what, and who carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from citenet._support.rng import RngLike, as_generator
from citenet._support.tables import Table
from citenet.bridging.bootstrap import MEASURES, IntervalKind, Intervals, bootstrap_pair, pair_counts
from citenet.bridging.coverage import coverage_table
from citenet.bridging.inference import NullTest, format_p
from citenet.bridging.mixing import LabelledArcs, MixingMatrix, Unlabelled, label_arcs
from citenet.bridging.nulls import Margins, NullName, cell_distribution, cell_moments, linear_moments, margins, strata_of
from citenet.bridging.power import detectable_ratio, exact_interval
from citenet.bridging.statistics import ei_index, mantel_haenszel
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["Bridges", "bridges"]


@dataclass(frozen=True, eq=False, repr=False)
class Bridges:
    """Citations between two groups, held against a null model.

    Parameters
    ----------
    a, b : str
        The groups.
    flows : MixingMatrix
        Citations between all groups, dated or not.
    tests : mapping of str to NullTest
        "a→b" and "b→a" (counts), "E-I".
    table : DataFrame
        The measures: value, low, high, expected, z, p, note.
    arcs : DataFrame
        The citations that cross, each with the reference behind it where it is known.
    papers : DataFrame
        The papers they run between, most crossings first.
    coverage : DataFrame
        Per group: what share of its references was resolved, labelled and dated.
    params : mapping
        Null, intervals, seed, counts.
    """

    a: str
    b: str
    flows: MixingMatrix
    tests: Mapping[str, NullTest]
    table: Table = Table()
    arcs: Table = Table()
    papers: Table = Table()
    coverage: Table = Table()
    params: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence())}</p>{self.to_frame().to_html(float_format='{:.3g}'.format)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the measures as a table.

        Returns
        -------
        DataFrame
            Indexed by measure, citing and cited group; ``low`` and ``high`` are the interval of ``value`` (for
            citations: of observed/expected).
        """
        return self.table

    def sentence(self) -> str:
        """Say the result in words fit for a paper."""
        level = f"{self.params['level']:.0%}".replace("%", " %")
        forward, back = (self._direction(key, level) for key in ("a→b", "b→a"))
        coverage = self.coverage
        tested, references = (int(coverage.loc[[self.a, self.b], column].sum()) for column in ("tested", "references"))
        share = f", {tested / references:.0%} of their {references:,} references" if references else ""
        return (
            f"{forward}; {back}. Tested on {tested:,} citations of the two groups with a known group and year at both ends"
            f"{share} (null {self.params['null']})."
        )

    def _direction(self, key: str, level: str) -> str:
        citing, cited = (self.a, self.b) if key == "a→b" else (self.b, self.a)
        test, row = self.tests[key], self.table.loc[("citations", citing, cited)]
        count = int(test.statistic)
        said = f"{citing} cites {cited} {count:,} time{'s'[: count != 1]}"
        if np.isnan(test.ratio) or test.sd == 0:
            return f"{said}, which cannot be tested ({test.reason or row['note']})"
        interval = f"{level} CI {row['low']:.2f}–{row['high']:.2f}" if not np.isnan(row["low"]) else "no interval"
        return (
            f"{said} where {test.expected:.1f} {'is' if round(test.expected, 1) == 1 else 'are'} expected from who was cited when "
            f"(observed/expected {test.ratio:.2f}, {interval}, {format_p(test.pvalue)})"
        )

    def summary(self) -> str:
        """Return a dozen lines: the flows, the tests, their limits, the coverage and the leading bridging papers."""
        lines = [self.sentence(), ""]
        flows = self.flows.to_frame()
        lines += [flows.to_string(), ""]
        shown = self.table.drop(columns="note").map(lambda v: "" if pd.isna(v) else f"{v:.4g}")
        lines += [shown.to_string(), ""]
        notes = [note for note in dict.fromkeys(self.table["note"].dropna())]
        lines += [f"- {note}" for note in notes] + [""] * bool(notes)
        lines += ["Coverage", self.coverage.to_string(float_format="{:.0%}".format), ""]
        if len(self.papers):
            columns = ["work", "group", "year", "cites_across", "cited_across", "title"]
            lines += ["Bridging papers", self.papers[columns].head(5).to_string(index=False, max_colwidth=60)]
        return "\n".join(lines).rstrip() + "\n"

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the flows with observed/expected. Returns the Axes."""
        from citenet import plot

        return plot.flows(self, ax=ax)


def bridges(
    net: CitationNetwork,
    groups: object,
    a: str,
    b: str,
    *,
    null: NullName = "year-pairs",
    unlabelled: Unlabelled = "drop",
    intervals: Mapping[str, Any] | None = None,
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
    intervals : mapping, optional
        ``n_boot`` (default 1,999; 0 for none), ``level`` (0.95), ``kind`` ("percentile" or "bca").
    rng : None, int, SeedSequence or Generator
        For the bootstrap; tests are exact and draw nothing.

    Returns
    -------
    Bridges

    Raises
    ------
    InputError
        If a group is unknown, ``a`` is ``b``, or the groups were detected.

    Notes
    -----
    Counts are tested among all citations with a group and (as the null needs) a year at both ends; the E-I index and the
    Mantel-Haenszel odds ratio among those within the two groups. With two groups in all, the totals of every stratum
    being given, both directions are one test. Intervals are for a population of papers like these, resampled whole.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1990] * 4 + [2000] * 4, "field": list("xxyyxxyy")}, index=list("abcdefgh"))
    >>> net = CitationNetwork(works, [4, 4, 5, 6, 6, 7], [0, 1, 0, 2, 3, 2])
    >>> b = bridges(net, "field", "x", "y", intervals={"n_boot": 0})
    >>> float(b.tests["a→b"].expected), round(b.tests["a→b"].pvalue, 3)
    (1.5, 0.1)
    """
    options = {"n_boot": 1_999, "level": 0.95, "kind": "percentile", **(intervals or {})}
    _check_options(a, b, options)
    labelled, partition = label_arcs(net, groups, unlabelled)
    if partition.origin == "detected":
        raise InputError(
            "these groups were detected in the citations they would be tested on, which finds a silo almost always; "
            "use assigned groups (journal, category, coding)"
        )
    i, j = partition.group(a), partition.group(b)
    generator, seed = as_generator(rng)
    tested, stratum = strata_of(labelled, null)
    given = margins(tested.citing_group, tested.cited_group, stratum, tested.k)
    tests = _tests(tested, given, stratum, (i, j), null)
    bounds = bootstrap_pair(
        pair_counts(tested, stratum, i, j), options["n_boot"], generator, level=options["level"], kind=options["kind"]
    )
    arcs = _crossing_arcs(labelled, i, j)
    return Bridges(
        a=a,
        b=b,
        flows=MixingMatrix(labelled.counts(), labelled.names, labelled.excluded),
        tests=tests,
        table=_table(tested, stratum, (a, b), tests, bounds, options["level"]),
        arcs=arcs,
        papers=_bridging_papers(arcs),
        coverage=coverage_table(net, labelled, tested),
        params={
            "null": null,
            "unlabelled": unlabelled,
            "seed": seed,
            **options,
            "citations_tested": int(tested.index.size),
            "informative_share": _informative_share(given, i, j),
            "labels": partition.method,
        },
    )


def _check_options(a: str, b: str, options: Mapping[str, Any]) -> None:
    unknown = set(options) - {"n_boot", "level", "kind"}
    if unknown:
        raise InputError(f"intervals has no option {sorted(unknown)[0]!r} (options: n_boot, level, kind)")
    if options["kind"] not in ("percentile", "bca"):
        raise InputError(f"kind={options['kind']!r} is not a choice (choices: 'percentile', 'bca')")
    if not 0 < options["level"] < 1:
        raise InputError(f"level={options['level']} must lie between 0 and 1, for example 0.95")
    if a == b:
        raise InputError(f"a bridge needs two groups; both are {a!r}")


def _tests(tested: LabelledArcs, given: Margins, stratum: Any, pair: tuple[int, int], null: str) -> dict[str, NullTest]:
    """Test the two counts, and the E-I index within the pair."""
    counts = tested.counts()
    expected, variance = cell_moments(given)
    found = {}
    for key, (citing, cited) in (("a→b", pair), ("b→a", pair[::-1])):
        reason = _why_undefined(tested, given, citing, cited)
        found[key] = NullTest(
            name=f"citations {tested.names[citing]} → {tested.names[cited]}",
            statistic=float(counts[citing, cited]),
            null=null,
            expected=float(expected[citing, cited]),
            sd=float(np.sqrt(variance[citing, cited])),
            distribution=cell_distribution(given, citing, cited) if tested.index.size else None,
            reason=reason,
        )
    found["E-I"] = _ei_test(tested, stratum, pair, null)
    return found


def _why_undefined(tested: LabelledArcs, given: Margins, citing: int, cited: int) -> str:
    if not tested.index.size:
        return "no citation has a group and a year at both ends"
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
    inside, kept = _within_pair(tested, pair)
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


def _within_pair(tested: LabelledArcs, pair: tuple[int, int]) -> tuple[LabelledArcs, Any]:
    """Arcs within the two groups, which become groups 0 and 1, and which arcs those are."""
    role = np.full(tested.k + 1, -1, dtype=np.int32)  # the last entry serves label -1
    role[list(pair)] = 0, 1
    labels = role[tested.labels]
    kept = np.isin(tested.citing_group, pair) & np.isin(tested.cited_group, pair)
    names = (tested.names[pair[0]], tested.names[pair[1]])
    return LabelledArcs(tested.net, labels, names, tested.index[kept], {}), kept


def _table(
    tested: LabelledArcs,
    stratum: Any,
    names: tuple[str, str],
    tests: Mapping[str, NullTest],
    bounds: Intervals,
    level: float,
) -> pd.DataFrame:
    interval = {name: (bounds.low[i], bounds.high[i]) for i, name in enumerate(MEASURES)}
    undefined = {name: int(bounds.undefined[i]) for i, name in enumerate(MEASURES)}
    counts, index = tested.counts(), [tested.names.index(name) for name in names]
    rows: list[dict[str, Any]] = []

    def add(measure: str, pair: tuple[str, str], value: float, limits: tuple[float, float], **more: Any) -> None:
        rows.append({"measure": measure, "citing": pair[0], "cited": pair[1], "value": value, "low": limits[0], "high": limits[1], **more})

    nowhere = (float("nan"), float("nan"))
    for key, pair in (("a→b", names), ("b→a", names[::-1])):
        test = tests[key]
        limits, note = _ratio_limits(test, interval[f"ratio {key}"], undefined[f"ratio {key}"], bounds.n_boot, level)
        add("citations", pair, test.statistic, limits, expected=test.expected, ratio=test.ratio, z=test.zscore, p=test.pvalue, note=test.reason or note)
        made = counts[tested.names.index(pair[0])].sum()
        add("share of references", pair, test.statistic / made if made else float("nan"), interval[f"share {key}"])
        if test.distribution is not None:
            below, above = detectable_ratio(test.distribution)
            note = _power_note(below, above) if not test.reason else None
            add("smallest detectable ratio (80 % power)", pair, float("nan"), (below, above), note=note)
    shares = [row["value"] for row in rows if row["measure"] == "share of references"]
    add("difference of shares", names, shares[0] - shares[1], interval["share difference"])
    ei = tests["E-I"]
    add("E-I index", names, ei.statistic, interval["E-I index"], expected=ei.expected, z=ei.zscore, p=ei.pvalue, note=ei.reason)
    inside, kept = _within_pair(tested, (index[0], index[1]))
    cells = np.zeros((int(stratum.max(initial=-1)) + 1, 2, 2))
    np.add.at(cells, (stratum[kept], inside.citing_group, inside.cited_group), 1)
    ratio, _ = mantel_haenszel(cells)
    note = None
    if np.isnan(ratio):
        note = "odds ratio undefined: in no stratum do both groups cite and are both cited"
    elif np.isinf(ratio):
        note = "odds ratio infinite: no stratum holds crossing citations in both directions"
    add("odds ratio (Mantel-Haenszel)", names, ratio, interval["odds ratio"] if np.isfinite(ratio) else nowhere, note=note)
    table = pd.DataFrame(rows).set_index(["measure", "citing", "cited"])
    columns = ["value", "expected", "ratio", "low", "high", "z", "p"]
    numbers = table.reindex(columns=columns).astype(float)
    return numbers.assign(note=table["note"].replace("", None).astype("str").where(table["note"].notna() & (table["note"] != "")))


def _ratio_limits(
    test: NullTest, limits: tuple[float, float], undefined: int, n_boot: int, level: float
) -> tuple[tuple[float, float], str]:
    """Interval of observed/expected; exact where no resampling could show what was never seen."""
    if test.distribution is None or np.isnan(test.ratio):
        return (float("nan"), float("nan")), ""
    support = test.distribution[0]
    if test.sd > 0 and test.statistic in (support[0], support[-1]):
        extreme = "fewest" if test.statistic == support[0] else "most"
        return exact_interval(test.distribution, test.statistic, level), (
            f"{test.name}: the {extreme} possible, so that resampling papers shows no variation; the interval is exact "
            "for independent citations instead"
        )
    note = f"{test.name}: undefined in {undefined} of {n_boot} resamples, left out" if undefined else ""
    return limits, note


def _power_note(below: float, above: float) -> str:
    if np.isnan(below) and np.isnan(above):
        return "no departure of any size could have been found in a corpus like this one"
    if np.isnan(below):
        return f"fewer citations than expected could not have been found, however few; more only from a ratio of {above:.2f}"
    return ""


def _crossing_arcs(labelled: LabelledArcs, i: int, j: int) -> pd.DataFrame:
    """The citations between the two groups, with both works and the reference behind each."""
    net = labelled.net
    citing_group, cited_group = labelled.citing_group, labelled.cited_group
    crossing = ((citing_group == i) & (cited_group == j)) | ((citing_group == j) & (cited_group == i))
    index = labelled.index[crossing]
    works, names = net.works, np.array(labelled.names, dtype=object)
    citing, cited = net.citing[index], net.cited[index]
    table = pd.DataFrame({"citing": net.ids[citing], "cited": net.ids[cited]})
    for end, positions in (("citing", citing), ("cited", cited)):
        table[f"{end}_group"] = names[labelled.labels[positions]]
        table[f"{end}_year"] = works["year"].array[positions]
        table[f"{end}_title"] = works["title"].array[positions]
    evidence = net.evidence
    return table.join(evidence.iloc[index].reset_index(drop=True)) if len(evidence) else table


def _bridging_papers(arcs: pd.DataFrame) -> pd.DataFrame:
    """Papers at the ends of crossing citations, with how often each cites and is cited across."""
    ends = [
        arcs[[end, f"{end}_group", f"{end}_year", f"{end}_title"]].set_axis(["work", "group", "year", "title"], axis=1)
        for end in ("citing", "cited")
    ]
    papers = pd.concat(ends).drop_duplicates("work").reset_index(drop=True)
    for column, end in (("cites_across", "citing"), ("cited_across", "cited")):
        papers[column] = papers["work"].map(arcs[end].value_counts()).fillna(0).astype("int64")
    papers["crossings"] = papers["cites_across"] + papers["cited_across"]
    return papers.sort_values(["crossings", "work"], ascending=[False, True], ignore_index=True)
