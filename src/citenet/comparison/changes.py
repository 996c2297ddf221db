"""Every citation of two versions, side by side, with the cause of each difference."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.comparison.alignment import Alignment, letters
from citenet.network import CitationNetwork
from citenet.partition import Partition

__all__ = ["CAUSES", "arc_changes"]

Bools = npt.NDArray[np.bool_]
CAUSES = (
    "records merged",
    "citing paper",
    "cited work",
    "date changed",
    "label changed",
    "resolution",
    "reference list",
)
"""Why a citation is in one version only, or is counted elsewhere. The first that applies is the cause.

records merged
    An end of the citation is one of several records that became one, or one that became several.
citing paper, cited work
    The record of the paper that makes it, or of the work it goes to, is in one version only. Works outside the corpus
    have no record: they are there because they are cited. So the list of a paper that was only cited before comes with
    the paper; a longer list that brings a cited work outside the corpus is "reference list". A citation that is in both
    versions is counted elsewhere because of "cited work" where the work was only cited and now has a record (or had
    one) with another year or group, or none: outside the corpus a work is grouped by its journal.
date changed
    A year of its ends changed: it is in another stratum, or is no longer (or newly) dropped as later.
label changed
    A group of its ends changed.
resolution
    The reference is in both lists, letter for letter, and was matched to another work or to none.
reference list
    Both are in both versions, and the reference is not in the other version's list: the provider's list grew or shrank.
"""


def arc_changes(
    before: CitationNetwork,
    after: CitationNetwork,
    labels: tuple[Partition | None, Partition | None],
    alignment: Alignment,
) -> pd.DataFrame:
    """Put the citations of two versions side by side and name the cause of each difference.

    Parameters
    ----------
    before, after : CitationNetwork
    labels : (Partition or None, Partition or None)
        Groups of the works of each; without, all works are in one group.
    alignment : Alignment
        From `align_versions`.

    Returns
    -------
    DataFrame
        One row per citation of either version: ``citing``, ``cited`` (names of `Alignment`), ``in_before``,
        ``in_after``, ``citing_group_before`` … ``cited_year_after``, and ``cause`` ("" where nothing changed). The
        citations of two records of one work are two.
    """
    nets = (before, after)
    tables = [
        _arcs(net, partition, names) for net, partition, names in zip(nets, labels, alignment.versions(), strict=True)
    ]
    if not len(tables[0]) and not len(tables[1]):  # pandas cannot join two empty columns of text
        tables = [table.astype({"citing": "object", "cited": "object"}) for table in tables]
    both = tables[0].merge(
        tables[1], on=["citing", "cited", "copy"], how="outer", suffixes=("_before", "_after"), indicator="versions"
    )
    both["in_before"] = both["versions"].isin(["left_only", "both"])
    both["in_after"] = both["versions"].isin(["right_only", "both"])
    both["cause"] = _causes(both, nets, alignment)
    order = ["citing", "cited", "copy"]
    return both.sort_values(order, ignore_index=True).drop(columns=["copy", "versions", "raw_before", "raw_after"])


def _arcs(net: CitationNetwork, partition: Partition | None, names: pd.Series[str]) -> pd.DataFrame:
    """Citations of a version under the common names, with group, year and printed reference."""
    name = names.reindex(net.ids).array
    if partition is None:
        groups = np.full(net.n_works, "all", dtype=object)
    else:
        groups = partition.names_of(partition.aligned(net.ids))
    group = pd.array(groups, dtype="str")
    # As objects: pandas cannot join two empty columns of Arrow text.
    table = pd.DataFrame({"citing": name[net.citing], "cited": name[net.cited]}, dtype="object")
    for end, position in (("citing", net.citing), ("cited", net.cited)):
        table[f"{end}_group"], table[f"{end}_year"] = group[position], net.year[position]
    evidence = net.evidence
    table["raw"] = evidence["raw"].array if len(evidence) else pd.Series(pd.NA, index=table.index, dtype="str")
    return table.assign(copy=table.groupby(["citing", "cited"]).cumcount())  # of a work that has two records


def _causes(
    arcs: pd.DataFrame, nets: tuple[CitationNetwork, CitationNetwork], alignment: Alignment
) -> npt.NDArray[np.object_]:
    """First cause that applies to each citation."""
    one_version = (arcs["in_before"] != arcs["in_after"]).to_numpy()
    merged = alignment.merged
    in_both = alignment.before[alignment.before.isin(alignment.after)].unique()
    outside = np.zeros(len(arcs), bool)
    records = []  # whether the ends are of the corpus, in each version
    for net, names in zip(nets, alignment.versions(), strict=True):
        outside |= arcs["cited"].isin(names.reindex(net.ids[net.external])).to_numpy()
        own = names.reindex(net.ids[~net.external])
        records.append(np.stack([arcs[end].isin(own).to_numpy() for end in ("citing", "cited")]))
    recorded = records[0] != records[1]
    entered = recorded[0] | ~arcs["citing"].isin(in_both).to_numpy()
    redescribed = recorded[1] & (_differs(arcs, "cited_year") | _differs(arcs, "cited_group"))
    later = _pairs_in(arcs, [_dropped(net, names) for net, names in zip(nets, alignment.versions(), strict=True)])
    conditions = {
        "records merged": one_version & (arcs["citing"].isin(merged) | arcs["cited"].isin(merged)).to_numpy(),
        "citing paper": one_version & entered,
        "cited work": np.where(one_version, ~arcs["cited"].isin(in_both).to_numpy() & ~outside, redescribed),
        "date changed": np.where(one_version, later, _differs(arcs, "citing_year") | _differs(arcs, "cited_year")),
        "label changed": ~one_version & (_differs(arcs, "citing_group") | _differs(arcs, "cited_group")),
    }
    cause = np.full(len(arcs), "", dtype=object)
    for name, applies in conditions.items():
        cause[(cause == "") & applies] = name
    left = one_version & (cause == "")
    cause[left] = np.where(_in_other_list(arcs[left], nets, alignment), "resolution", "reference list")
    return cause


def _differs(arcs: pd.DataFrame, what: str) -> Bools:
    """Say whether year or group of an end is another in the later version; unknown in both is no difference."""
    one, other = arcs[f"{what}_before"], arcs[f"{what}_after"]
    unknown = (one.isna() & other.isna()).to_numpy()
    return (one != other).fillna(True).to_numpy(dtype=bool) & ~unknown


def _dropped(net: CitationNetwork, names: pd.Series[str]) -> pd.DataFrame:
    """Citations that a version dropped as later than their citing paper, under the common names."""
    dropped = net.dropped[net.dropped["reason"] == "later"]
    return pd.DataFrame({end: dropped[end].map(names) for end in ("citing", "cited")})


def _pairs_in(pairs: pd.DataFrame, tables: list[pd.DataFrame]) -> Bools:
    """Say which rows of ``pairs`` stand in one of the tables, by the columns of these."""
    columns = list(tables[0])
    held = pd.concat(tables, ignore_index=True).dropna().drop_duplicates()
    found = pairs[columns].merge(held.assign(held=True), on=columns, how="left")["held"]
    return found.notna().to_numpy()


def _in_other_list(arcs: pd.DataFrame, nets: tuple[CitationNetwork, CitationNetwork], alignment: Alignment) -> Bools:
    """Say which citations of one version stand, with another meaning or none, in the other version's list."""
    found = np.zeros(len(arcs), bool)
    versions = (("after", nets[0], alignment.before), ("before", nets[1], alignment.after))
    for printed_in, net, names in versions:
        here = arcs[f"in_{printed_in}"].to_numpy()
        listed = pd.concat([table for table in (net.to_frame(), net.dropped) if "raw" in table])
        listed = listed.assign(citing=listed["citing"].map(names)) if len(listed) else net.dropped
        listed = listed[listed["citing"].isin(arcs.loc[here, "citing"])]
        pairs = [
            pd.DataFrame(
                {"citing": table["citing"], "letters": table[raw].map(letters, na_action="ignore").astype("str")}
            )
            for table, raw in ((arcs[here], f"raw_{printed_in}"), (listed, "raw"))
        ]
        found[here] = _pairs_in(pairs[0], [pairs[1]])
    return found
