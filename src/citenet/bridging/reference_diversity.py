"""Diversity of reference lists: of each paper, and of each group at equal length."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice
from citenet.bridging.diversity import (
    check_distance,
    expected_groups,
    profile_distance,
    rao_stirling,
    rarefied,
    shannon,
    simpson,
    true_diversity,
)
from citenet.bridging.mixing import label_arcs
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition

__all__ = ["group_diversity", "reference_diversity"]

Floats = npt.NDArray[np.float64]
Distance = Literal["profile", "equal"] | pd.DataFrame
FEW = 5  # references below which the diversity of a list says little
_AT_ONCE = 4_000_000  # cells of papers by groups


def reference_diversity(net: CitationNetwork, groups: object, *, distance: Distance = "profile") -> pd.DataFrame:
    """Measure on how many groups, how evenly and how far apart, each paper draws.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Groups of the cited works.
    distance : {"profile", "equal"} or DataFrame
        Between groups: "profile" is 1 - cosine of what they cite, "equal" is 1; or a table with the names of all groups
        as index and columns, symmetric, in [0, 1], 0 on the diagonal.

    Returns
    -------
    DataFrame, indexed by work id
        ``group`` (NA unlabelled), ``references`` (with a group), ``groups_cited``, ``simpson``, ``simpson_unbiased``,
        ``shannon`` (nats), ``rao_stirling`` (over ordered pairs), ``true_diversity``, ``few`` (fewer than 5 references)
        and ``note``: why a value is NaN.

    Examples
    --------
    >>> works = pd.DataFrame({"field": ["x", "y", "x", None]}, index=list("abcp"))
    >>> net = CitationNetwork(works, [3, 3, 3, 2], [0, 1, 2, 0])
    >>> reference_diversity(net, "field", distance="equal").loc["p", ["references", "simpson"]].round(4).tolist()
    [3.0, 0.4444]
    """
    (citing, cited_group), partition = _lists(net, groups)
    d = _distance(distance, net, partition)
    k, n = partition.n_groups, net.n_works
    columns: dict[str, list[Floats]] = {name: [] for name in _MEASURES}
    step = max(1, _AT_ONCE // max(1, k))
    starts = np.searchsorted(citing, np.arange(0, n + step, step))
    for i, first in enumerate(range(0, n, step)):
        part = slice(starts[i], starts[i + 1])
        size = min(step, n - first)
        cell = (citing[part] - first).astype(np.int64) * k + cited_group[part]
        measured = _measure(np.bincount(cell, minlength=size * k).reshape(size, k), d)
        for name, values in measured.items():
            columns[name].append(values)
    table = pd.DataFrame(
        {name: np.concatenate(parts) if parts else np.empty(0) for name, parts in columns.items()}, index=net.ids
    )
    table.insert(0, "group", pd.Series(partition.names_of(partition.labels), index=net.ids, dtype="str"))
    table[["references", "groups_cited"]] = table[["references", "groups_cited"]].astype("int64")
    table["few"] = table["references"] < FEW
    table["note"] = _notes(table, net.external)
    return table


def group_diversity(
    net: CitationNetwork, groups: object, *, distance: Distance = "profile", size: int | None = None
) -> pd.DataFrame:
    """Measure the diversity of what each group cites, and compare groups at an equal number of references.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    distance : {"profile", "equal"} or DataFrame
        As in `reference_diversity`.
    size : int, optional
        References that the last three columns are for, at least 2. By default those of the group that has fewest, among
        the groups with two or more.

    Returns
    -------
    DataFrame, indexed by citing group
        ``papers`` (with references that have a group), ``references``, ``groups_cited``, ``simpson``,
        ``simpson_unbiased``, ``shannon``, ``rao_stirling``, ``true_diversity`` of all references of the group
        together; ``mean_rao_stirling`` over its papers with two or more references; and at equal N: ``size``,
        ``groups_rarefied``, ``simpson_rarefied``, ``rao_stirling_rarefied`` (exact expectations; NaN where the group
        has fewer references). ``note`` says why a value is NaN.

    Notes
    -----
    Rarefaction treats the references of a group as one bag: those of one paper resemble each other, so that a group
    of few papers looks less diverse than its references are many.

    Examples
    --------
    >>> works = pd.DataFrame({"field": list("xyxy")}, index=list("abcd"))
    >>> net = CitationNetwork(works, [2, 2, 3], [0, 1, 1])
    >>> group_diversity(net, "field", distance="equal")[["references", "simpson"]].values.tolist()
    [[2.0, 0.5], [1.0, 0.0]]
    """
    labelled, partition = label_arcs(net, groups)
    d = _distance(distance, net, partition)
    counts = labelled.counts()
    total = counts.sum(1)
    if size is None:
        size = int(total[total >= 2].min(initial=np.iinfo(np.int64).max))
        size = 2 if size == np.iinfo(np.int64).max else size
    papers = reference_diversity(net, partition, distance=distance)
    several = papers[papers["references"] >= 2]
    names = partition.group_names
    table = pd.DataFrame(_measure(counts, d), index=pd.Index(names, name="citing group"))
    counted = table[["references", "groups_cited"]].astype("int64")
    table[["references", "groups_cited"]] = counted
    cites = np.unique(net.citing[labelled.index])
    table.insert(0, "papers", np.bincount(labelled.labels[cites], minlength=len(names)))
    table["mean_rao_stirling"] = several.groupby("group")["rao_stirling"].mean().reindex(names).to_numpy()
    table["size"] = size
    table["groups_rarefied"] = expected_groups(counts, size)
    table["simpson_rarefied"] = rarefied(counts, size)
    table["rao_stirling_rarefied"] = rarefied(counts, size, d)
    notes = _notes(table, np.zeros(len(table), bool))
    short = (table["references"] < size) & (table["references"] > 1)
    notes = notes.mask(short, f"fewer than {size} references: not rarefied")
    table["note"] = notes.mask(notes.isna() & table["mean_rao_stirling"].isna(), "no paper with two references")
    return table


_MEASURES = (
    "references",
    "groups_cited",
    "simpson",
    "simpson_unbiased",
    "shannon",
    "rao_stirling",
    "true_diversity",
)


def _measure(counts: npt.NDArray[np.int64], distance: Floats | None) -> dict[str, Floats]:
    rao = rao_stirling(counts, distance)
    values = (
        counts.sum(-1).astype(float),
        (counts > 0).sum(-1).astype(float),
        simpson(counts),
        simpson(counts, unbiased=True),
        shannon(counts),
        rao,
        true_diversity(rao),
    )
    return dict(zip(_MEASURES, values, strict=True))


def _lists(
    net: CitationNetwork, groups: object
) -> tuple[tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]], Partition]:
    """Return citing work and cited group of each arc whose cited work has a group (the citing one need not)."""
    partition = as_partition(groups, net)
    cited_group = partition.labels[net.cited]
    kept = cited_group >= 0
    return (net.citing[kept], cited_group[kept]), partition


def _distance(distance: Distance, net: CitationNetwork, partition: Partition) -> Floats | None:
    names = list(partition.group_names)
    if isinstance(distance, pd.DataFrame):
        lacking = [name for name in names if name not in distance.index or name not in distance.columns]
        if lacking:
            raise InputError(
                f"distance has no row or no column for {len(lacking)} groups, e.g. {lacking[0]!r}; "
                "give the names of all groups as index and as columns"
            )
        return check_distance(distance.loc[names, names].to_numpy(dtype=float), len(names))
    check_choice("distance", distance, ["profile", "equal"])
    if distance == "equal":
        return None
    return profile_distance(label_arcs(net, partition)[0].counts())


def _notes(table: pd.DataFrame, external: npt.NDArray[np.bool_]) -> pd.Series[str]:
    """Why a value is NaN."""
    n = table["references"].to_numpy()
    notes = np.full(n.size, None, dtype=object)
    notes[(n > 0) & table["rao_stirling"].isna().to_numpy()] = (
        "cites a group that cites nothing: how far it is from the others is not known"
    )
    notes[n == 1] = "one reference with a group: unbiased Simpson needs two"
    notes[n == 0] = "no reference with a group"
    notes[external] = "outside the corpus: its references were not read"
    return pd.Series(notes, index=table.index, dtype="str")
