"""Compare two versions of a corpus, or of the bridges between two of its groups: what changed, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from citenet._support.choices import check_count
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.measure import bridges
from citenet.bridging.pair import Bridges
from citenet.comparison.alignment import align_versions
from citenet.comparison.changes import arc_changes
from citenet.comparison.decomposition import decompose
from citenet.comparison.paired import Question, paired_differences, paired_draws, unlike_citations
from citenet.comparison.result import Comparison
from citenet.comparison.works import work_changes
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.resolution.build import build_network
from citenet.resolution.matching import resolve

__all__ = ["compare"]

Comparable = Corpus | CitationNetwork | Bridges


def compare(
    before: Comparable,
    after: Comparable,
    *,
    groups: object = None,
    between: tuple[str, str] | None = None,
    external: bool = False,
    n_boot: int = 1_999,
    rng: RngLike = None,
) -> Comparison:
    """Compare two versions of a corpus, of its network, or of the bridges between two of its groups.

    Parameters
    ----------
    before, after : Corpus, CitationNetwork or Bridges
        Two of a kind. The references of corpora are resolved first.
    groups : column name, or a tuple of two of what `as_partition` takes (for before, for after), optional
        Groups of the works of corpora or networks; bridges know theirs.
    between : (str, str), optional
        The two groups. Without, works and citations are compared, and no bridges.
    external : bool
        Of corpora: compare the cited works outside the corpus too, as `build_network` makes them.
    n_boot : int
        Resamples of the paired bootstrap.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    Comparison
        Works are aligned by what is known of them, not by key. The causes of changed citations add up to the change of
        every measure.

    Raises
    ------
    InputError
        If the two are of different kinds, about other groups, measured by other nulls, or bridges that do not hold
        their networks; if ``external`` is asked of networks.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(300, preference=2.0, rng=1)
    >>> early = net.subset(net.year <= 2015)
    >>> change = compare(early, net, groups="field", between=("A", "B"), n_boot=0)
    >>> change.works["status"].value_counts().to_dict()
    {'kept': 258, 'added': 42}
    >>> set(change.arcs["cause"])
    {'', 'citing paper'}
    """
    check_count("n_boot", n_boot)
    one, other = _sides(before, after, groups, between, external)
    generator, seed = as_generator(rng)
    alignment = align_versions(one.net, other.net)
    arcs = arc_changes(one.net, other.net, (one.partition, other.partition), alignment)
    works = work_changes(one.net, other.net, alignment)
    params: dict[str, Any] = {"seed": seed, "n_boot": n_boot}
    if one.bridges is None or other.bridges is None:
        totals = _totals(arcs)
        return Comparison(one.net, other.net, _counts(one.net, other.net), totals, _with_status(arcs), works, params)
    question = _question(one.bridges, other.bridges)
    sides = ((one.net, one.bridges.partition), (other.net, other.bridges.partition))
    odds, homogeneity = unlike_citations(arcs, question)
    return Comparison(
        before=one.bridges,
        after=other.bridges,
        differences=paired_differences(paired_draws(sides, alignment, question, n_boot, generator)),  # type: ignore[arg-type]
        causes=decompose(arcs, question.a, question.b, null=question.null, unlabelled=question.unlabelled),
        arcs=_crossing(arcs, question),
        works=works,
        params={**params, "null": question.null, "unlabelled": question.unlabelled},
        odds=odds,
        homogeneity=homogeneity,
    )


class _Side(NamedTuple):
    """One of the two versions."""

    net: CitationNetwork
    partition: Any
    bridges: Bridges | None


def _sides(before: Any, after: Any, groups: object, between: Any, external: bool) -> list[_Side]:
    kind = next((kind for kind in (Corpus, CitationNetwork, Bridges) if isinstance(before, kind)), None)
    if kind is None or not isinstance(after, kind):
        raise InputError(
            "compare takes two corpora, two networks or two results of bridges(); "
            f"got {type(before).__name__} and {type(after).__name__}"
        )
    if isinstance(before, Bridges) and isinstance(after, Bridges):
        if groups is not None or between is not None:
            raise InputError("bridges know their groups: leave groups= and between= out")
        return [_measured_side(before), _measured_side(after)]
    if (groups is None) != (between is None):
        raise InputError("to compare bridges pass both groups= and between=; to compare works and citations, neither")
    if between is not None and (not isinstance(between, Sequence) or isinstance(between, str) or len(between) != 2):
        raise InputError(f"between={between!r} must name two groups")
    if external and not isinstance(before, Corpus):
        raise InputError("networks have their cited works already: pass external=True to build_network instead")
    of_each = groups if isinstance(groups, tuple) and len(groups) == 2 else (groups, groups)
    sides = []
    for version, its_groups in zip((before, after), of_each, strict=True):
        net = version
        if isinstance(version, Corpus):
            net = build_network(version, resolve(version), external=external)
        if between is None:
            sides.append(_Side(net, None, None))
        else:
            sides.append(_measured_side(bridges(net, its_groups, *between, n_boot=0, n_lists=0)))
    return sides


def _measured_side(result: Bridges) -> _Side:
    if result.net is None or result.partition is None:
        raise InputError("a result does not hold its network; make both with bridges()")
    return _Side(result.net, result.partition, result)


def _question(before: Bridges, after: Bridges) -> Question:
    """Return what both results ask; they must ask the same."""
    if {before.a, before.b} != {after.a, after.b}:
        raise InputError(f"the two are about other groups: {before.a!r} and {before.b!r}, {after.a!r} and {after.b!r}")
    for name in ("null", "unlabelled"):
        one, other = before.params[name], after.params[name]
        if one != other:
            raise InputError(f"the two were measured with {name}={one!r} and {name}={other!r}; measure both alike")
    return Question(before.a, before.b, before.params["null"], before.params["unlabelled"])


def _crossing(arcs: pd.DataFrame, question: Question) -> pd.DataFrame:
    """List the citations that run between the groups in either version."""
    a, b = question.a, question.b
    dated = {"year-pairs": ["citing", "cited"], "citing-years": ["citing"], "configuration": []}[question.null]
    crossing, counted = {}, {}
    for version in ("before", "after"):
        ends = arcs[f"citing_group_{version}"], arcs[f"cited_group_{version}"]
        across = ((ends[0] == a) & (ends[1] == b)) | ((ends[0] == b) & (ends[1] == a))
        crossing[version] = across.fillna(False).astype(bool)
        years = arcs[[f"{end}_year_{version}" for end in dated]]
        counted[version] = crossing[version] & years.notna().all(axis=1)
    return _with_status(arcs[crossing["before"] | crossing["after"]], counted)


def _with_status(arcs: pd.DataFrame, counted: dict[str, pd.Series[bool]] | None = None) -> pd.DataFrame:
    """Say whether a citation counts in both versions (kept), the later (gained), the earlier (lost) or neither."""
    counted = counted or {version: arcs[f"in_{version}"] for version in ("before", "after")}
    before, after = (counted[version].loc[arcs.index] for version in ("before", "after"))
    status = pd.Series("kept", index=arcs.index).mask(before & ~after, "lost").mask(after & ~before, "gained")
    status = status.mask(~before & ~after, "not counted")
    return arcs.assign(status=status).reset_index(drop=True)


def _totals(arcs: pd.DataFrame) -> pd.DataFrame:
    """Share out the change of the number of citations among its causes."""
    gained = arcs["in_after"].astype(int) - arcs["in_before"].astype(int)
    by_cause = gained[gained != 0].groupby(arcs["cause"]).sum()
    row = pd.Series({"before": arcs["in_before"].sum(), "after": arcs["in_after"].sum(), "change": gained.sum()})
    return pd.concat([row, by_cause]).astype("float64").to_frame("citations").T.rename_axis("measure")


def _counts(before: CitationNetwork, after: CitationNetwork) -> pd.DataFrame:
    """Works, references and citations of both versions."""
    rows = {
        "works": [int((~net.external).sum()) for net in (before, after)],
        "cited works outside the corpus": [int(net.external.sum()) for net in (before, after)],
        "references": [net.n_citations + len(net.dropped) for net in (before, after)],
        "citations": [net.n_citations for net in (before, after)],
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["before", "after"]).rename_axis("measure")
    return table.assign(difference=table["after"] - table["before"])
