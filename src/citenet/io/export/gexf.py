"""GEXF 1.3: what Gephi opens with colours, sizes and typed attributes."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from xml.sax.saxutils import escape

from citenet.io.export._columns import Column
from citenet.io.export._palette import colour, rgb
from citenet.io.export._text import number, quoted
from citenet.io.export._view import View

__all__ = ["files"]

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
)


def files(view: View, name: str) -> dict[str, str]:
    """Text of the file, by its name. There is no date in it: the same network gives the same bytes."""
    of_works = {**view.columns, **view.computed}
    of_works = {key: column for key, column in of_works.items() if not column.is_empty and key not in ("x", "y")}
    of_arcs = {key: column for key, column in view.arc_columns.items() if not column.is_empty}
    lines = [
        _HEAD + "  <meta>\n    <creator>citenet</creator>\n"
        f"    <description>{escape('Works and citations; every edge runs citing → cited.')}</description>\n  </meta>\n"
        '  <graph defaultedgetype="directed" mode="static">\n',
        _declared("node", of_works),
        _declared("edge", of_arcs),
        "    <nodes>\n",
    ]
    lines += [_node(view, at, of_works) for at in range(len(view.ids))]
    lines.append("    </nodes>\n    <edges>\n")
    lines += [_edge(view, at, of_arcs) for at in range(len(view.citing))]
    lines.append("    </edges>\n  </graph>\n</gexf>\n")
    return {name: "".join(lines)}


def _declared(kind: str, columns: Mapping[str, Column]) -> str:
    lines = [
        f'      <attribute id="{at}" title={quoted(name)} type="{"long" if column.is_long else column.kind}"/>\n'
        for at, (name, column) in enumerate(columns.items())
    ]
    return f'    <attributes class="{kind}">\n{"".join(lines)}    </attributes>\n' if lines else ""


def _node(view: View, at: int, columns: Mapping[str, Column]) -> str:
    red, green, blue = rgb(colour(view.groups[at]))
    size = round(4 + 4 * sqrt(view.computed["n_cited_by"].cells[at]), 3)
    place = ""
    if view.xy is not None:
        x, y = view.xy[at].tolist()
        place = f'        <viz:position x="{number(x)}" y="{number(y)}" z="0.0"/>\n'
    return (
        f"      <node id={quoted(view.ids[at])} label={quoted(view.labels[at])}>\n"
        f"{_values(columns, at)}"
        f'        <viz:color r="{red}" g="{green}" b="{blue}"/>\n{place}        <viz:size value="{number(size)}"/>\n'
        "      </node>\n"
    )


def _edge(view: View, at: int, columns: Mapping[str, Column]) -> str:
    ends = f"source={quoted(view.ids[view.citing[at]])} target={quoted(view.ids[view.cited[at]])}"
    values = _values(columns, at)
    head = f'      <edge id="{at}" {ends} weight="1"'
    return f"{head}>\n{values}      </edge>\n" if values else f"{head}/>\n"


def _values(columns: Mapping[str, Column], at: int) -> str:
    values = [
        f'          <attvalue for="{key}" value={quoted(text)}/>\n'
        for key, column in enumerate(columns.values())
        if (text := column.text(at)) is not None
    ]
    return f"        <attvalues>\n{''.join(values)}        </attvalues>\n" if values else ""
