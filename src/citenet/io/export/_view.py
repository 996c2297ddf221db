"""What every format is written from: works and arcs in canonical order, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.text import shorten
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.io.export._columns import Column, column
from citenet.io.export._text import one_line, unique
from citenet.names import split_authors
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition

__all__ = ["Direction", "View", "view_of"]

Direction = Literal["citing", "flow"]
_COUNTS = ("n_cites", "n_cited_by", "n_cites_across", "n_cited_by_across")


@dataclass(frozen=True, eq=False)
class View:
    """A network or a corpus, ready to be written.

    Parameters
    ----------
    source : CitationNetwork or Corpus
        What it is a view of.
    ids, labels : list of str, length n_works
        Ids on one line, unique; labels for people: "Robert (2024)".
    columns : dict of str to Column
        Columns of the works.
    computed : dict of str to Column
        ``group``, ``n_cites``, ``n_cited_by``, ``n_cites_across``, ``n_cited_by_across``; without groups only the
        two counts of all citations.
    citing, cited : list of int, length n_citations
        Arcs, sorted.
    arc_columns : dict of str to Column
        ``cross``, ``citing_group``, ``cited_group``, ``lag`` (years), ``match_rule``, ``match_score``.
    partition : Partition or None
        Of all works, in their order.
    groups : list of int, length n_works
        Group of each work, a position among the names; -1 unassigned.
    xy : array of shape (n_works, 2) or None
    direction : {"citing", "flow"}
        Which way arcs are written where the format leaves a choice.
    """

    source: CitationNetwork | Corpus
    ids: list[str]
    labels: list[str]
    columns: dict[str, Column]
    computed: dict[str, Column]
    citing: list[int]
    cited: list[int]
    arc_columns: dict[str, Column]
    partition: Partition | None
    groups: list[int]
    xy: npt.NDArray[np.float64] | None
    direction: Direction

    @property
    def group_names(self) -> list[str]:
        """Names of the groups, each on one line, no two the same."""
        return [] if self.partition is None else _group_names(self.partition)

    def value(self, name: str, at: int) -> Any:
        """Value of a work's column; None where it is unknown or there is no such column."""
        found = self.columns.get(name) or self.computed.get(name)
        return None if found is None else found.cells[at]

    def cites(self) -> list[list[int]]:
        """Works that each work cites, in order."""
        lists: list[list[int]] = [[] for _ in self.ids]
        for i, j in zip(self.citing, self.cited, strict=True):
            lists[i].append(j)
        return lists


def view_of(
    source: CitationNetwork | Corpus, groups: object, layout: pd.DataFrame | None, direction: Direction
) -> View:
    """Put everything a format needs in plain values and canonical order."""
    net = source if isinstance(source, CitationNetwork) else _by_key(source)
    partition = None if groups is None else as_partition(groups, net)
    ids = unique(one_line(work_id) or "work" for work_id in net.ids)
    xy = None if layout is None else _positions(layout, net)
    computed = _computed(net, partition)
    if xy is not None:
        computed |= {name: column(name, xy[:, i].tolist()) for i, name in enumerate(("x", "y"))}
    columns = _columns(net.works, {"id", "label", *computed})
    return View(
        source=source,
        ids=ids,
        labels=_labels(columns, ids),
        columns=columns,
        computed=computed,
        citing=net.citing.tolist(),
        cited=net.cited.tolist(),
        arc_columns=_arc_columns(net, computed.get("group")),
        partition=partition,
        groups=[-1] * net.n_works if partition is None else partition.labels.tolist(),
        xy=xy,
        direction=direction,
    )


def _by_key(corpus: Corpus) -> CitationNetwork:
    """Network of the references that name a work of the corpus by its id; the others have no arc yet."""
    references = corpus.references
    terms = references["ids"].str.split().explode().astype("str")  # where no reference has one, they come out as floats
    keys = terms[terms.str.startswith("work:", na=False)].str.removeprefix("work:")
    arcs = pd.DataFrame({"citing": references["citing"].reindex(keys.index), "cited": keys})
    return CitationNetwork.from_frames(corpus.works, arcs.reset_index(drop=True), missing="drop", max_lead=None)


def _positions(layout: pd.DataFrame, net: CitationNetwork) -> npt.NDArray[np.float64]:
    absent = [name for name in ("x", "y") if name not in layout]
    if absent:
        raise InputError(f"layout has no column {absent[0]!r}; it needs x and y, indexed by work id")
    placed = layout.set_axis(layout.index.astype("str"))
    if placed.index.has_duplicates:
        raise InputError(f"layout places work {placed.index[placed.index.duplicated()][0]!r} twice")
    xy = placed[["x", "y"]].reindex(net.ids).to_numpy(dtype="float64", na_value=np.nan)
    lost = ~np.isfinite(xy).all(axis=1)
    if lost.any():
        raise InputError(
            f"layout has no finite x and y for {int(lost.sum())} of {net.n_works} works, e.g. {net.ids[lost][0]!r}; "
            "place every work or give no layout"
        )
    return xy


def _columns(works: pd.DataFrame, reserved: set[str]) -> dict[str, Column]:
    """Columns of the works; one that is called like something computed becomes ``…_given``."""
    names = [one_line(str(name)) or "column" for name in works]
    names = unique(f"{name}_given" if name.casefold() in reserved else name for name in names)
    return {name: column(name, works.iloc[:, i]) for i, name in enumerate(names)}


def _computed(net: CitationNetwork, partition: Partition | None) -> dict[str, Column]:
    n = net.n_works
    counts = [np.bincount(ends, minlength=n).tolist() for ends in (net.citing, net.cited)]
    found: dict[str, list[Any]] = {}
    if partition is not None:
        labels = partition.labels
        names = _group_names(partition)
        found["group"] = [None if label < 0 else names[label] for label in labels.tolist()]
        citing, cited = labels[net.citing], labels[net.cited]
        across = (citing != cited) & (citing >= 0) & (cited >= 0)
        for ends in (net.citing, net.cited):
            crossing = np.bincount(ends[across], minlength=n).tolist()
            counts.append([None if label < 0 else k for label, k in zip(labels.tolist(), crossing, strict=True)])
    found |= dict(zip(_COUNTS, counts, strict=False))
    return {name: column(name, values) for name, values in found.items()}


def _group_names(partition: Partition) -> list[str]:
    return unique(one_line(name) or str(i + 1) for i, name in enumerate(partition.group_names))


def _arc_columns(net: CitationNetwork, group: Column | None) -> dict[str, Column]:
    found: dict[str, Any] = {}
    if group is not None:
        citing = [group.cells[i] for i in net.citing.tolist()]
        cited = [group.cells[j] for j in net.cited.tolist()]
        pairs = zip(citing, cited, strict=True)
        found["cross"] = [None if a is None or b is None else a != b for a, b in pairs]
        found["citing_group"], found["cited_group"] = citing, cited
    lag = net.year[net.citing] - net.year[net.cited]
    found["lag"] = [None if np.isnan(years) else int(years) for years in lag.tolist()]
    evidence = net.evidence
    if len(evidence):
        found["match_rule"], found["match_score"] = evidence["rule"], evidence["score"]
    return {name: column(name, values) for name, values in found.items()}


def _labels(columns: dict[str, Column], ids: list[str]) -> list[str]:
    """First author and year; else the beginning of the title, else the id."""
    labels = []
    for i, work_id in enumerate(ids):
        known = {name: columns[name].cells[i] for name in ("authors", "title", "year") if name in columns}
        people = split_authors(known.get("authors"))
        year = f" ({known['year']})" if known.get("year") is not None else ""
        name = people[0][0] if people else shorten(known.get("title") or "", 60)
        labels.append(f"{name}{year}" if name else work_id)
    return labels
