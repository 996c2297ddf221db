"""GraphML: directed, every attribute declared with its type, nothing written where nothing is known."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from citenet.io.export._columns import Column
from citenet.io.export._text import quoted
from citenet.io.export._view import View

__all__ = ["files"]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns '
    'http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
    "  <!-- works and citations; every edge runs citing → cited -->\n"
)


def files(view: View, name: str) -> dict[str, str]:
    """Text of the file, by its name."""
    label = Column("label", "string", list(view.labels))
    of_works = _known({"label": label, **view.columns, **view.computed})
    of_arcs = _known(view.arc_columns)
    lines = [_HEAD, _declared("node", "n", of_works), _declared("edge", "e", of_arcs)]
    lines.append('  <graph id="citations" edgedefault="directed">\n')
    for at, work_id in enumerate(view.ids):
        lines.append(_element(f"node id={quoted(work_id)}", "n", of_works, at))
    for at, (i, j) in enumerate(zip(view.citing, view.cited, strict=True)):
        ends = f"edge source={quoted(view.ids[i])} target={quoted(view.ids[j])}"
        lines.append(_element(ends, "e", of_arcs, at))
    lines.append("  </graph>\n</graphml>\n")
    return {name: "".join(lines)}


def _known(columns: Mapping[str, Column]) -> dict[str, Column]:
    return {name: column for name, column in columns.items() if not column.is_empty}


def _declared(kind: str, prefix: str, columns: Mapping[str, Column]) -> str:
    types = {"integer": "int"}
    return "".join(
        f'  <key id="{prefix}{at}" for="{kind}" attr.name={quoted(name)} '
        f'attr.type="{"long" if column.is_long else types.get(column.kind, column.kind)}"/>\n'
        for at, (name, column) in enumerate(columns.items())
    )


def _element(opening: str, prefix: str, columns: Mapping[str, Column], at: int) -> str:
    data = "".join(
        f'      <data key="{prefix}{key}">{escape(text)}</data>\n'
        for key, column in enumerate(columns.values())
        if (text := column.text(at)) is not None
    )
    return f"    <{opening}>\n{data}    </{opening.split(' ', 1)[0]}>\n" if data else f"    <{opening}/>\n"
