"""JSON Lines: citenet's own interchange, one record a line, nothing left out and nothing changed.

The first line says what the file is. Every other line is ``{"record": kind, …, "fields": {…}}``; an unknown value is
left out of ``fields``. Text is as it was read, line breaks and all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from citenet._support.tables import plain_values
from citenet.io.export._text import without_unknown
from citenet.io.export._view import View
from citenet.network import CitationNetwork

__all__ = ["VERSION", "files"]

VERSION = 1
# Table → name of its records and the columns that stand outside ``fields``.
_RECORDS = {
    "works": ("work", ["id"]),
    "citations": ("citation", ["citing", "cited"]),
    "dropped": ("dropped", ["citing", "cited", "reason"]),
    "references": ("reference", ["citing", "position"]),
    "contexts": ("context", ["citing", "position", "passage"]),
    "problems": ("problem", ["file", "line"]),
    "sources": ("source", ["file"]),
}


def files(view: View, name: str) -> dict[str, str]:
    """Text of the file, by its name."""
    tables = _tables(view)
    header: dict[str, Any] = {
        "record": "header",
        "format": "citenet-jsonl",
        "version": VERSION,
        "kind": "network" if isinstance(view.source, CitationNetwork) else "corpus",
        "tables": {
            table: {"rows": len(frame), "columns": {str(c): str(dtype) for c, dtype in frame.dtypes.items()}}
            for table, frame in tables.items()
        },
    }
    if isinstance(view.source, CitationNetwork):
        header["provenance"] = view.source.provenance
    lines = [_line(header)]
    for table, frame in tables.items():
        lines += (_line(record) for record in _records(table, frame))
    if view.partition is not None:
        groups = ((i, label) for i, label in enumerate(view.groups) if label >= 0)
        names = view.partition.group_names
        works = view.partition.works
        lines += (_line({"record": "group", "id": works[i], "group": names[label]}) for i, label in groups)
    return {name: "".join(lines)}


def _tables(view: View) -> dict[str, pd.DataFrame]:
    source = view.source
    works = source.works.rename_axis(None)
    works.insert(0, "id", works.index, allow_duplicates=True)
    if isinstance(source, CitationNetwork):
        return {"works": works, "citations": source.to_frame(), "dropped": source.dropped}
    return {"works": works, "references": source.references, "contexts": source.contexts,
            "problems": source.problems, "sources": source.sources}  # fmt: skip


def _records(table: str, frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    record, outside = _RECORDS[table]
    names = [str(column) for column in frame]
    columns = [series.astype("object").where(series.notna(), None).tolist() for _, series in frame.items()]
    first = {name: names.index(name) for name in outside if name in names}
    for row in zip(*columns, strict=True):
        keyed = {name: row[at] for name, at in first.items() if row[at] is not None}
        fields = {
            name: value
            for at, (name, value) in enumerate(zip(names, row, strict=True))
            if at not in first.values() and value is not None
        }
        yield {"record": record, **keyed, "fields": fields}


def _line(record: dict[str, Any]) -> str:
    """One record; text that UTF-8 cannot hold (half a surrogate pair) is escaped, other kinds of values become text."""
    try:
        line = json.dumps(record, ensure_ascii=False, allow_nan=False, default=_plain) + "\n"
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(record, default=_plain) + "\n"
    except ValueError:  # a number that is not finite
        return _line(without_unknown(plain_values(record)))
    return line


def _plain(value: object) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)
