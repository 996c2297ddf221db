"""Uptake: how far and how fast a named set of works reaches each group, directly and through others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln

from citenet._support.arithmetic import quotient
from citenet._support.choices import check_count
from citenet._support.tables import Record, Table
from citenet.bridging.convolution import cell_tails
from citenet.bridging.inference import NullTest, refuse_detected
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.stratified import Margins, cell_distribution, cell_moments, strata_of
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition

__all__ = ["Uptake", "theory_uptake"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class Uptake:
    """How a set of works is taken up by groups.

    Parameters
    ----------
    n_works : int
        Works of the set.
    steps : int
        Longest way that counts as reached.
    test : NullTest
        Citations of the set by each group.
    groups : DataFrame
        Per group: see `theory_uptake`.
    years : DataFrame
        Per group and year: see `theory_uptake`.
    papers : DataFrame
        The papers that are reached: see `theory_uptake`.
    params : mapping
        Papers left out, and why.
    """

    n_works: int
    steps: int
    test: NullTest
    groups: Table = Table()
    years: Table = Table()
    papers: Table = Table()
    params: Record = Record()

    def __repr__(self) -> str:
        said = [
            f"{name} {int(row['direct']):,} of {int(row['papers']):,} directly, {int(row['reached']):,} within "
            f"{self.steps} steps"
            for name, row in self.groups.iterrows()
        ]
        works = f"{self.n_works:,} work{'s'[: self.n_works != 1]}"
        return f"<Uptake of {works}: {'; '.join(said[:4])}{'; …' if len(said) > 4 else ''}>"

    def to_frame(self) -> pd.DataFrame:
        """Return the table of groups."""
        return self.groups


def theory_uptake(net: CitationNetwork, groups: object, works: Iterable[str], *, steps: int = 2) -> Uptake:
    """Measure how far and how fast a set of works, say the founding papers of a theory, reaches each group.

    Parameters
    ----------
    net : CitationNetwork
        The works of the set may lie outside the corpus.
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    works : iterable of str
        Ids of the set.
    steps : int
        A paper is reached if it cites the set, or (from 2 on) a work that does, and so on, at most so many citations
        away.

    Returns
    -------
    Uptake
        ``groups``, indexed by group: ``papers`` (of the corpus and not of the set, dated), ``direct`` and ``reached``
        (those that cite the set, or reach it within ``steps``), ``share_direct`` and ``share_reached`` (of the papers,
        in [0, 1]; NaN without papers), ``expected_direct`` and ``ratio`` (direct over expected; NaN where none is
        expected), ``first_direct``, ``first_direct_work``, ``first_reached``, ``first_reached_work`` (year, paper; NA
        none) and ``years_to_direct``, ``years_to_reached`` (since the first work of the set).

        ``years``, indexed by group and year from the first work of the set on: ``papers``, ``direct``, ``reached``,
        ``expected_direct`` of that year; ``cumulative_share_direct``, ``cumulative_share_reached`` and
        ``cumulative_share_expected`` (of the group's papers since the first work of the set).

        ``papers``: ``work``, ``group`` (NA unlabelled), ``year``, ``step`` (1 direct), ``title``; earliest first.

        ``test``: citations of works of the set by each group against the closed form; p is exact.

    Raises
    ------
    InputError
        If an id is unknown, or the set is empty.

    Notes
    -----
    Expected is what shuffling who is cited within (citing year, cited year) gives: every paper keeps its references per
    cited year, every work its citations per citing year; citations without two years stay. The chance that a paper
    cites none of the set is then a product of hypergeometric ones; nothing is drawn. The reached have no such closed
    form. Citations from within the set do not count.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2000, 2001, 2002, 2003], "field": list("xxyy")}, index=list("abcd"))
    >>> net = CitationNetwork(table, [1, 2, 3], [0, 1, 0])
    >>> theory_uptake(net, "field", ["a"]).groups[["papers", "direct", "reached"]].values.tolist()
    [[1, 1, 1], [2, 1, 2]]
    """
    steps = check_count("steps", steps, 1)
    if isinstance(works, str):
        raise InputError(f"works takes a collection of ids; wrap the one you have: [{works!r}]")
    partition = as_partition(groups, net)
    refuse_detected(partition)
    in_set = net._mask(works)
    if not in_set.any():
        raise InputError("the set holds no works; pass the ids of at least one")
    year = net.year
    if np.isnan(year[in_set]).all():
        raise InputError(
            "no work of the set has a year; uptake is followed from the first year of the set: give it one"
        )
    began = float(np.nanmin(year[in_set]))
    followed = ~in_set & ~net.external
    counted = followed & (partition.labels >= 0) & (year >= began)
    reach = _Reach(_steps_to(net, in_set, steps), _chance(net, in_set), counted, began)
    return Uptake(
        n_works=int(in_set.sum()),
        steps=steps,
        test=_citations_test(net, partition, in_set),
        groups=_group_table(net, partition, reach),
        years=_year_table(net, partition, reach),
        papers=_paper_table(net, partition, np.where(followed, reach.step, 0)),
        params={
            "first_year": began,
            "undated": int((followed & (partition.labels >= 0) & np.isnan(year)).sum()),
            "before the first work of the set": int((followed & (partition.labels >= 0) & (year < began)).sum()),
            "unlabelled": int((followed & (partition.labels < 0)).sum()),
        },
    )


class _Reach(NamedTuple):
    """Per work: steps to the set (0 not reached), chance to cite it, whether it counts; and the set's first year."""

    step: Ints
    chance: Floats
    counted: Mask
    began: float


def _steps_to(net: CitationNetwork, in_set: Mask, steps: int) -> Ints:
    """Citations from each work to the set, 0 where there are more than ``steps`` or it is of the set."""
    step = np.zeros(net.n_works, np.int64)
    known, reached = in_set.copy(), in_set
    for i in range(1, steps + 1):
        citing = net.citing[reached[net.cited]]
        reached = np.zeros(net.n_works, bool)
        reached[citing] = True
        reached &= ~known
        known |= reached
        step[reached] = i
    return step


def _chance(net: CitationNetwork, in_set: Mask) -> Floats:
    """Probability that each work cites the set at all, who is cited being shuffled within strata."""
    arcs, stratum = _strata(net, in_set)
    n, s = net.n_works, int(stratum.max(initial=-1)) + 1
    total = np.bincount(stratum, minlength=s).astype(float)
    wanted = np.bincount(stratum, in_set[net.cited[arcs.index]], minlength=s)
    cells, made = np.unique(net.citing[arcs.index].astype(np.int64) * max(1, s) + stratum, return_counts=True)
    work, at = cells // max(1, s), cells % max(1, s)
    others = total[at] - wanted[at]
    certain = made > others
    free = np.where(certain, made, others)
    log_missed = gammaln(free + 1) - gammaln(free - made + 1) - gammaln(total[at] + 1) + gammaln(total[at] - made + 1)
    log_missed = np.where(certain, -np.inf, np.where(wanted[at] > 0, log_missed, 0.0))
    missed = np.zeros(n)
    np.add.at(missed, work, log_missed)
    undated = np.isnan(net.year[net.citing]) | np.isnan(net.year[net.cited])
    missed[net.citing[undated & in_set[net.cited]]] = -np.inf  # such citations stay: these papers cite the set
    return -np.expm1(missed)


def _strata(net: CitationNetwork, in_set: Mask) -> tuple[LabelledArcs, Ints]:
    """Dated citations by works that are not of the set, and their strata."""
    index = np.flatnonzero(~in_set[net.citing])
    return strata_of(LabelledArcs(net, np.zeros(net.n_works, np.int32), ("all",), index, {}), "year-pairs")


def _citations_test(net: CitationNetwork, partition: Partition, in_set: Mask) -> NullTest:
    arcs, stratum = _strata(net, in_set)
    k, s = partition.n_groups, int(stratum.max(initial=-1)) + 1
    group = np.where(partition.labels < 0, k, partition.labels)[net.citing[arcs.index]]
    wanted = in_set[net.cited[arcs.index]].astype(np.int64)
    made = np.bincount(stratum * (k + 1) + group, minlength=s * (k + 1)).reshape(s, k + 1)
    received = np.bincount(stratum * 2 + wanted, minlength=s * 2).reshape(s, 2)
    given = Margins(made, received)
    expected, variance = cell_moments(given)
    sd = np.sqrt(variance[:k, 1])
    observed = np.bincount(group[wanted > 0], minlength=k + 1)[:k].astype(float)
    tails = cell_tails(observed[:, None], sd[:, None], lambda a, _: cell_distribution(given, a, 1))
    return NullTest(
        name="citations of the set",
        statistic=observed,
        null="year-pairs",
        expected=expected[:k, 1],
        sd=sd,
        tails=(tails[0][:, 0], tails[1][:, 0]),
        names=partition.group_names,
        reason="" if wanted.any() else "no dated citation of the set",
    )


def _group_table(net: CitationNetwork, partition: Partition, reach: _Reach) -> pd.DataFrame:
    k, names = partition.n_groups, partition.group_names
    labels, year = partition.labels[reach.counted], net.year[reach.counted]
    step, ids = reach.step[reach.counted], net.ids[reach.counted]
    papers = np.bincount(labels, minlength=k)
    columns: dict[str, Any] = {"papers": papers}
    firsts: dict[str, Any] = {}
    for name, hit in (("direct", step == 1), ("reached", step > 0)):
        columns[name] = np.bincount(labels[hit], minlength=k)
        order = np.lexsort((np.arange(step.size)[hit], year[hit], labels[hit]))
        group, where = np.unique(labels[hit][order], return_index=True)
        first_year, first_work = np.full(k, np.nan), np.full(k, None, dtype=object)
        first_year[group] = year[hit][order[where]]
        first_work[group] = ids[hit][order[where]]
        firsts[f"first_{name}"] = pd.array(first_year, dtype="Int64")
        firsts[f"first_{name}_work"] = pd.Series(first_work, dtype="str").array
        firsts[f"years_to_{name}"] = first_year - reach.began
    for name in ("direct", "reached"):
        columns[f"share_{name}"] = quotient(columns[name], papers)
    expected = np.bincount(labels, reach.chance[reach.counted], minlength=k)
    columns |= {"expected_direct": expected, "ratio": quotient(columns["direct"], expected)}
    return pd.DataFrame(columns | firsts, index=pd.Index(names, name="group"))


def _year_table(net: CitationNetwork, partition: Partition, reach: _Reach) -> pd.DataFrame:
    k, names = partition.n_groups, partition.group_names
    labels, year, step = partition.labels[reach.counted], net.year[reach.counted], reach.step[reach.counted]
    first = int(reach.began) if year.size else 0
    span = int(year.max()) - first + 1 if year.size else 0
    cell = labels.astype(np.int64) * span + (year - first).astype(np.int64)

    def by_cell(weight: npt.ArrayLike | None) -> Floats:
        values = None if weight is None else np.asarray(weight, dtype=float)
        return np.bincount(cell, values, minlength=k * span).reshape(k, span).astype(float)

    papers = by_cell(None)
    counts = {"direct": by_cell(step == 1), "reached": by_cell(step > 0)}
    expected = by_cell(reach.chance[reach.counted])
    columns = {"papers": papers.astype(np.int64)} | {name: count.astype(np.int64) for name, count in counts.items()}
    table: dict[str, Any] = columns | {"expected_direct": expected}
    so_far = papers.cumsum(axis=1)
    for name, count in (*counts.items(), ("expected", expected)):
        table[f"cumulative_share_{name}"] = quotient(count.cumsum(axis=1), so_far)
    index = pd.MultiIndex.from_product([names, range(first, first + span)], names=["group", "year"])
    return pd.DataFrame({name: values.ravel() for name, values in table.items()}, index=index)


def _paper_table(net: CitationNetwork, partition: Partition, step: Ints) -> pd.DataFrame:
    reached = np.flatnonzero(step > 0)
    reached = reached[np.lexsort((reached, step[reached], net.year[reached]))]
    works = net.works
    return pd.DataFrame(
        {
            "work": net.ids[reached],
            "group": pd.Series(partition.names_of(partition.labels[reached]), dtype="str"),
            "year": works["year"].array[reached],
            "step": step[reached],
            "title": works["title"].array[reached],
        }
    )
