"""Every citation of two versions, side by side, with the cause of each difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.network import CitationNetwork
from citenet.partition import Partition

__all__ = ["CAUSES", "arc_changes"]

CAUSES = (
    "records merged",
    "citing paper",
    "cited work",
    "date changed",
    "label changed",
    "reference list",
    "resolution",
)
"""Why a citation is in one version only, or is counted elsewhere. The first that applies is the cause.

records merged
    An end of the citation is one of several records that became one (or the reverse).
citing paper, cited work
    The paper that makes it, or the work it goes to, is in one version only.
date changed
    A year of its ends changed: it is in another stratum, or is no longer (or newly) dropped as later.
label changed
    A group of its ends changed.
reference list
    Both papers are in both versions, and the reference is not in the other version's list: the provider's list grew or
    shrank.
resolution
    The reference is in both lists, and was matched in one version only.
"""


def arc_changes(
    before: CitationNetwork,
    after: CitationNetwork,
    labels: tuple[Partition, Partition],
    aligned: pd.DataFrame,
) -> pd.DataFrame:
    """Put the citations of two versions side by side and name the cause of each difference.

    Parameters
    ----------
    before, after : CitationNetwork
    labels : (Partition, Partition)
        Groups of the works of each.
    aligned : DataFrame
        From `align_works`.

    Returns
    -------
    DataFrame
        One row per citation of either version: ``citing``, ``cited`` (ids of the later version where there is one),
        ``in_before``, ``in_after``, ``citing_group_before`` … ``cited_year_after``, and ``cause`` ("" where nothing
        changed).
    """
    names = aligned["after"].fillna(aligned.index.to_series().map("before:{}".format))
    merged = set(names[names.duplicated(keep=False)])
    tables = []
    for net, partition, ids in (
        (before, labels[0], names.reindex(before.ids).to_numpy(dtype=object)),
        (after, labels[1], after.ids.to_numpy(dtype=object)),
    ):
        groups = partition.names_of(partition.aligned(net.ids))
        table = pd.DataFrame({"citing": ids[net.citing], "cited": ids[net.cited]})
        for end, position in (("citing", net.citing), ("cited", net.cited)):
            table[f"{end}_group"], table[f"{end}_year"] = groups[position], net.year[position]
        tables.append(table.drop_duplicates(["citing", "cited"]))
    both = tables[0].merge(
        tables[1], on=["citing", "cited"], how="outer", suffixes=("_before", "_after"), indicator="versions"
    )
    both["in_before"] = both["versions"].isin(["left_only", "both"])
    both["in_after"] = both["versions"].isin(["right_only", "both"])
    both["cause"] = _causes(both, before, after, names, merged)
    return both.drop(columns="versions").sort_values(["citing", "cited"], ignore_index=True)


def _causes(
    arcs: pd.DataFrame,
    before: CitationNetwork,
    after: CitationNetwork,
    names: pd.Series[Any],
    merged: set[str],
) -> npt.NDArray[np.object_]:
    """First cause that applies to each citation."""
    known_before, known_after = set(names), set(after.ids)
    one_version = arcs["in_before"] != arcs["in_after"]
    late = _dropped_as_later(arcs, before, after, names)
    conditions = {
        "records merged": one_version & (arcs["citing"].isin(merged) | arcs["cited"].isin(merged)),
        "citing paper": one_version & ~(arcs["citing"].isin(known_before) & arcs["citing"].isin(known_after)),
        "cited work": one_version & ~(arcs["cited"].isin(known_before) & arcs["cited"].isin(known_after)),
        "date changed": _ends_differ(arcs, "year", ~one_version) | (one_version & late),
        "label changed": _ends_differ(arcs, "group", ~one_version),
        "resolution": one_version & _in_list_of_other(arcs, before, after, names),
        "reference list": one_version,
    }
    cause = np.full(len(arcs), "", dtype=object)
    for name, applies in conditions.items():
        cause[(cause == "") & applies.to_numpy(dtype=bool)] = name
    return cause


def _ends_differ(arcs: pd.DataFrame, what: str, among: pd.Series[Any]) -> pd.Series[Any]:
    different = pd.Series(False, index=arcs.index)
    for end in ("citing", "cited"):
        one, other = arcs[f"{end}_{what}_before"], arcs[f"{end}_{what}_after"]
        different |= (one != other) & ~(one.isna() & other.isna())
    return different & among


def _dropped_as_later(
    arcs: pd.DataFrame,
    before: CitationNetwork,
    after: CitationNetwork,
    names: pd.Series[Any],
) -> pd.Series[Any]:
    """Say which citations the other version dropped as later than their citing paper."""
    pairs = set()
    for net, rename in ((before, names), (after, None)):
        dropped = net.dropped[net.dropped["reason"] == "later"]
        ends = [dropped[end] if rename is None else dropped[end].map(rename) for end in ("citing", "cited")]
        pairs |= set(zip(*ends, strict=True))
    return pd.Series([pair in pairs for pair in zip(arcs["citing"], arcs["cited"], strict=True)], index=arcs.index)


def _in_list_of_other(
    arcs: pd.DataFrame,
    before: CitationNetwork,
    after: CitationNetwork,
    names: pd.Series[Any],
) -> pd.Series[Any]:
    """Say which citations stand, unresolved, in the other version's list of the same paper, word for word."""
    printed, unresolved = {}, {}
    for version, net, rename in (("before", before, names), ("after", after, None)):
        dropped = net.dropped[net.dropped["reason"].isin(["unmatched", "ambiguous"]) & net.dropped["raw"].notna()]
        citing = dropped["citing"] if rename is None else dropped["citing"].map(rename)
        unresolved[version] = set(zip(citing, dropped["raw"], strict=True))
        table = net.to_frame()
        raw = table["raw"] if "raw" in table else pd.Series(np.nan, index=table.index)
        ends = [table[end] if rename is None else table[end].map(rename) for end in ("citing", "cited")]
        printed[version] = dict(zip(zip(*ends, strict=True), raw, strict=True))
    found = []
    for citing, cited, in_before in zip(arcs["citing"], arcs["cited"], arcs["in_before"], strict=True):
        here, other = ("before", "after") if in_before else ("after", "before")
        found.append((citing, printed[here].get((citing, cited))) in unresolved[other])
    return pd.Series(found, index=arcs.index)
