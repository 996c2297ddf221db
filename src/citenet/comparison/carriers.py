"""Who carries the crossing: papers and journals by name, then and now, and what the bridge would be without each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.inference import refuse_detected
from citenet.bridging.leave_out import without_each
from citenet.bridging.mixing import LabelledArcs, Unlabelled, label_arcs
from citenet.bridging.pair import Bridges
from citenet.bridging.stratified import Strata, strata_of
from citenet.comparison.alignment import align_versions, letters
from citenet.comparison.periods import year_windows
from citenet.errors import ColumnError, InputError
from citenet.network import CitationNetwork
from citenet.partition import group_pair

__all__ = ["bridge_carriers", "compare_carriers"]

Ints = npt.NDArray[np.int64]
_COUNTS = ["cites_across", "cited_across", "crossings"]
_INFLUENCE = ["influence a→b", "influence b→a"]


def bridge_carriers(  # noqa: PLR0913 - two groups and how the years are cut; options are keyword-only
    net: CitationNetwork,
    groups: object,
    a: str,
    b: str,
    *,
    by: str = "work",
    window: int = 5,
    step: int | None = None,
    cumulative: bool = False,
    null: Strata = "year-pairs",
    unlabelled: Unlabelled = "drop",
) -> pd.DataFrame:
    """Name who carries the citations between two groups in windows of citing years.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    a, b : str
        The two groups.
    by : str
        "work", or a column of ``net.works``: "container" for journals (whatever their case and punctuation).
    window, step, cumulative
        As in `over_time`.
    null : {"year-pairs", "citing-years", "configuration"}
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    DataFrame
        One row per window and carrier, those with most crossings first: ``first``, ``last`` (citing years),
        ``carrier``, ``cites_across``, ``cited_across``, ``crossings`` (citations it is an end of, counted once),
        ``share`` of the crossings of the window (both ends carry, so that shares add up to more than 1), ``status``,
        ``influence a→b`` and ``influence b→a``, and for works ``group`` and ``title``.

        ``status`` is "newcomer" (never before), "stays" (also in the window before), "returns", or "faded": it carried
        in the window before, and carries nothing now. Influence is observed/expected less what it would be without the
        citations of the carrier, its citations taken out of the null too: positive where it is the carrier that bridges
        more than expected. NaN where nothing would be expected.

    Raises
    ------
    InputError
        If no citation of labelled works has a year, ``a`` is ``b``, or the groups were detected.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(300, preference=2.0, rng=1)
    >>> found = bridge_carriers(net, "field", "A", "B", window=15)
    >>> found.groupby(["first", "status"]).size().to_dict()
    {(1991, 'newcomer'): 157, (2006, 'faded'): 85, (2006, 'newcomer'): 142, (2006, 'stays'): 72}
    """
    arcs, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    pair = group_pair(partition.group_names, a, b)
    arcs, stratum = strata_of(arcs, null)
    names, holder = _holders(net, by)
    year = net.year[net.citing[arcs.index]]
    tables = []
    seen = now = np.zeros(len(names), bool)
    for first, last in year_windows(year, window, step, cumulative):
        inside = (year >= first) & (year <= last)
        part = LabelledArcs(net, arcs.labels, arcs.names, arcs.index[inside], {})
        table = _carried(part, np.unique(stratum[inside], return_inverse=True)[1], pair, holder, len(names))
        before, now = now, table["crossings"].to_numpy() > 0
        status = np.select([now & before, now & seen, now, before], ["stays", "returns", "newcomer", "faded"], "")
        table = table.assign(first=first, last=last, carrier=names, status=status)[status != ""]
        seen = seen | now
        tables.append(table.sort_values(["crossings", "carrier"], ascending=[False, True]))
    result = pd.concat(tables, ignore_index=True)
    if by == "work":
        described = net.works["title"].to_frame()
        described["group"] = pd.array(partition.names_of(partition.labels), dtype="str")
        result = result.join(described, on="carrier")
    first_columns = ["first", "last", "carrier"]
    ordered: pd.DataFrame = result[[*first_columns, *(column for column in result if column not in first_columns)]]
    return ordered


def compare_carriers(before: Bridges, after: Bridges, *, by: str = "work") -> pd.DataFrame:
    """Name who carried the citations between two groups in one version, and who does in another.

    Parameters
    ----------
    before, after : Bridges
        For the same two groups.
    by : str
        "work", or a column of the works: "container" for journals.

    Returns
    -------
    DataFrame
        One row per carrier in either version, those with most crossings in the later first: ``carrier``, ``status``
        ("newcomer", "stays", "faded"), and of each version ``cites_across``, ``cited_across``, ``crossings``,
        ``share``, ``influence a→b`` and ``influence b→a`` (see `bridge_carriers`). Works are aligned by what is known
        of them.
    """
    if before.net is None or after.net is None:
        raise InputError("a result does not hold its network; make both with bridges()")
    alignment = align_versions(before.net, after.net)
    tables = []
    for result, aligned in zip((before, after), alignment.versions(), strict=True):
        arcs, partition = label_arcs(result.net, result.partition, result.params["unlabelled"])  # type: ignore[arg-type]
        arcs, stratum = strata_of(arcs, result.params["null"])
        pair = group_pair(partition.group_names, before.a, before.b)
        names, holder = _holders(arcs.net, by)
        if by == "work":
            holder, names = pd.factorize(aligned.reindex(arcs.net.ids).to_numpy(dtype=object))
        table = _carried(arcs, stratum, pair, holder.astype(np.int64), len(names))
        table.index = pd.Index([name if by == "work" else letters(name) for name in names], name="carrier")
        tables.append(table.assign(named=names)[table["crossings"].to_numpy() > 0])
    both = tables[0].add_suffix(" before").join(tables[1].add_suffix(" after"), how="outer")
    for column in (f"{count} {version}" for count in [*_COUNTS, "share"] for version in ("before", "after")):
        both[column] = both[column].fillna(0).astype("float64" if column.startswith("share") else "int64")
    carried = both["crossings before"] > 0, both["crossings after"] > 0
    both.insert(0, "status", np.select([carried[0] & carried[1], carried[1]], ["stays", "newcomer"], "faded"))
    spelled = both.pop("named before"), both.pop("named after")
    both.index = pd.Index(spelled[1].fillna(spelled[0]), name="carrier")
    both = both.reset_index().sort_values(
        ["crossings after", "crossings before", "carrier"], ascending=[False, False, True], ignore_index=True
    )
    if by == "work":
        versions = ((after.net, alignment.after), (before.net, alignment.before))
        known = pd.concat([net.works["title"].set_axis(aligned.reindex(net.ids)) for net, aligned in versions]).dropna()
        both["title"] = both["carrier"].map(known[~known.index.duplicated()])
    return both


def _holders(net: CitationNetwork, by: str) -> tuple[npt.NDArray[Any], Ints]:
    """Names of the carriers and the carrier of each work; -1 where it is unknown. Spellings of one name are one."""
    if by == "work":
        return net.ids.to_numpy(dtype=object), np.arange(net.n_works, dtype=np.int64)
    works = net.works
    if by not in works:
        raise ColumnError("net.works", by, works.columns)
    names = works[by].astype("str").sort_values(kind="stable")
    spelled, _ = pd.factorize(names.map(letters, na_action="ignore"))
    codes = pd.Series(spelled, index=names.index).reindex(works.index).to_numpy(dtype=np.int64)
    named = names[spelled >= 0]
    shown = named[~pd.Series(spelled[spelled >= 0]).duplicated().to_numpy()].to_numpy(dtype=object)
    return shown, codes


def _carried(arcs: LabelledArcs, stratum: Ints, pair: tuple[int, int], holder: Ints, n: int) -> pd.DataFrame:
    """Measure what each carrier carries: one row for each, from 0 to n - 1."""
    left = [without_each(arcs, stratum, *cell, holder) for cell in (pair, pair[::-1])]
    lost = np.zeros((2, n), dtype=np.int64)
    influence = np.full((2, n), np.nan)
    for i, out in enumerate(left):
        k = out.lost.size
        lost[i, :k], influence[i, :k] = out.lost, out.ratio - out.ratio_without
    i, j = pair
    crossing = ((arcs.citing_group == i) & (arcs.cited_group == j)) | (
        (arcs.citing_group == j) & (arcs.cited_group == i)
    )
    index = arcs.index[crossing]
    ends = [holder[end[index]] for end in (arcs.net.citing, arcs.net.cited)]
    cites, cited = (np.bincount(end[end >= 0], minlength=n) for end in ends)
    table = pd.DataFrame({"cites_across": cites, "cited_across": cited, "crossings": lost.sum(axis=0)})
    table["share"] = table["crossings"] / max(1, index.size)
    for name, values in zip(_INFLUENCE, influence, strict=True):
        table[name] = values
    return table
