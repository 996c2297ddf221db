"""Nodes and edges of any graph format as works and the references between them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from citenet.corpus import REFERENCE_COLUMNS, WORK_COLUMNS
from citenet.identifiers import normalise_doi, normalise_id
from citenet.io._fields import work_key
from citenet.io._records import Records
from citenet.io._values import plain, text_of, year_of

__all__ = ["Graph"]

_OWN = frozenset(["work_id", "citing", "position", "raw", "file", "line", "id"])
_COLUMN = re.compile(r"\W+")
_ALIASES = {"author": "authors", "journal": "container", "name": "title", "publication_year": "year"}


@dataclass
class Graph:
    """A graph while it is read: nodes by the id they have in the file, edges between them in their order."""

    directed: bool = True
    nodes: dict[str, tuple[int | None, dict[str, Any]]] = field(default_factory=dict)
    edges: list[tuple[int | None, str, str, dict[str, Any]]] = field(default_factory=list)

    def take(self, records: Records, *, keys: dict[str, str] | None = None) -> None:
        """Put the graph into ``records``: edges run from the citing to the cited work.

        Parameters
        ----------
        records : Records
            Gets the works and references. A graph without direction is read in the order in which it names the
            ends of its edges, with a note.
        keys : dict, optional
            Work ids by node id, where they are not the same.
        """
        keys = keys or {}
        taken: set[str] = set()
        ids: dict[str, str] = {}
        for node, (line, attributes) in sorted(self.nodes.items()):
            ids[node] = records.unique_id(work_key(keys.get(node, node)), line, taken)
            records.work(ids[node], line, **_fields(attributes, line, records))
        for line, source, target, attributes in self._sorted():
            citing, cited = (ids.get(node) or work_key(node) for node in (source, target))
            further = {name: value for name, value in _further(attributes).items() if name not in REFERENCE_COLUMNS}
            records.reference(citing, line, cited, ids=normalise_id("work", cited), **further)
        if self.edges and not self.directed:
            detail = "the edges have no direction; each is read as if the work named first cited the other"
            records.note("undirected graph", detail)

    def _sorted(self) -> list[tuple[int | None, str, str, dict[str, Any]]]:
        """Edges in an order that does not depend on that of the file."""
        return sorted(self.edges, key=lambda edge: (edge[1], edge[2], sorted(map(str, edge[3].items())), edge[0] or 0))


def _fields(attributes: dict[str, Any], line: int | None, records: Records) -> dict[str, Any]:
    """Columns of works; the label stands for a title where there is none."""
    fields: dict[str, Any] = {}
    label = None
    for given, value in attributes.items():
        name = _ALIASES.get(given.strip().lower(), _COLUMN.sub("_", given.strip().lower()).strip("_"))
        if name == "label":
            label = plain(value)
        elif name == "year":
            fields["year"] = year_of(value)
        elif name == "doi":
            fields["doi"] = normalise_doi(text_of(value))
            if text_of(value) and fields["doi"] is None:
                records.problem("malformed DOI", line, f"{text_of(value)!r} is no DOI; left out")
        elif name in ("file", "line", "work_id", "id"):
            fields[f"{name}_given"] = text_of(value)
        elif name:
            fields[name] = plain(value)
    if label and not fields.get("title"):
        fields["title"] = label
    elif label and label != fields.get("title"):
        fields["label"] = label
    return {name: value for name, value in fields.items() if value is not None or name in WORK_COLUMNS}


def _further(attributes: dict[str, Any]) -> dict[str, str]:
    named = ((_COLUMN.sub("_", name.strip().lower()).strip("_"), text_of(value)) for name, value in attributes.items())
    return {name: value for name, value in named if name and value is not None and name not in _OWN}
