"""Works and citations as two CSV tables, with the names of columns as citenet or as Gephi has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from citenet.io.export._columns import Column
from citenet.io.export._text import cell, stem_of
from citenet.io.export._view import View

__all__ = ["ENDINGS", "files", "gephi_files"]

ENDINGS = (".csv",)
_ALWAYS = ("title", "year")  # by these a reader knows the table for one of works


def files(view: View, name: str) -> dict[str, str]:
    """Texts of ``…_nodes.csv`` (id, label, …) and ``…_edges.csv`` (citing, cited, …), by their names."""
    return _pair(view, name, ("id", "label"), ("citing", "cited"), {})


def gephi_files(view: View, name: str) -> dict[str, str]:
    """Texts of the two tables with the headers by which Gephi knows them."""
    constant = {"Type": "Directed", "Weight": "1"}
    return _pair(view, name, ("Id", "Label"), ("Source", "Target"), constant)


def _pair(
    view: View, name: str, node_names: tuple[str, str], arc_names: tuple[str, str], constant: Mapping[str, str]
) -> dict[str, str]:
    stem = stem_of(name, ENDINGS)
    of_works = _kept({**view.columns, **view.computed})
    of_arcs = _kept(view.arc_columns)
    nodes = ([cell(work_id), cell(view.labels[at]), *_cells(of_works, at)] for at, work_id in enumerate(view.ids))
    arcs = (
        [cell(view.ids[i]), cell(view.ids[j]), *constant.values(), *_cells(of_arcs, at)]
        for at, (i, j) in enumerate(zip(view.citing, view.cited, strict=True))
    )
    return {
        f"{stem}_nodes.csv": _table([*node_names, *of_works], nodes),
        f"{stem}_edges.csv": _table([*arc_names, *constant, *of_arcs], arcs),
    }


def _kept(columns: Mapping[str, Column]) -> dict[str, Column]:
    return {name: column for name, column in columns.items() if name in _ALWAYS or not column.is_empty}


def _cells(columns: Mapping[str, Column], at: int) -> list[str]:
    """Cells of a row; only text can pass for a formula, a number is one."""
    texts = ((column.kind, column.text(at)) for column in columns.values())
    return ["" if text is None else cell(text) if kind == "string" else text for kind, text in texts]


def _table(header: list[str], rows: Iterable[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([cell(name) for name in header])
    writer.writerows(rows)
    return out.getvalue()
