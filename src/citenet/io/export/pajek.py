"""Pajek: network, groups, times cited, and all of it with the years in one project file."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from citenet.io.export._text import number, stem_of, unique
from citenet.io.export._view import View

__all__ = ["ENDINGS", "files"]

ENDINGS = (".net", ".paj")
_UNKNOWN = 9999998  # what Pajek takes for a missing class


def files(view: View, name: str) -> dict[str, str]:
    """Texts of ``.net``, ``.clu`` (with groups), ``.vec`` and ``.paj``, by their names.

    Vertices are labelled by work id. Text beyond ASCII needs the byte order mark that Pajek tells UTF-8 by; a comment
    comes first then, so that readers that do not know the mark still find the line ``*Vertices``.
    """
    stem = stem_of(name, ENDINGS)
    network = _network(view)
    mark = "" if network.isascii() else "\ufeff% UTF-8\n"
    groups = _classes(group + 1 for group in view.groups)
    cited_by = _classes(view.computed["n_cited_by"].cells)
    years = _classes(_UNKNOWN if view.value("year", at) is None else view.value("year", at) for at in range(_n(view)))
    parts = [f"*Network {_arcs_run(view)}\n{network}"]
    found = {f"{stem}.net": mark + network}
    if view.partition is not None:
        found[f"{stem}.clu"] = groups
        key = ", ".join(f"{i + 1} {group}" for i, group in enumerate(view.group_names))
        parts.append(f"*Partition groups: {key}; 0 unassigned\n{groups}")
    parts.append(f"*Partition publication years; {_UNKNOWN} unknown\n{years}")
    parts.append(f"*Vector citations from works of this network\n{cited_by}")
    project = "\n".join(parts)
    found[f"{stem}.vec"] = cited_by
    found[f"{stem}.paj"] = ("" if project.isascii() else "\ufeff% UTF-8\n") + project
    return found


def _n(view: View) -> int:
    return len(view.ids)


def _arcs_run(view: View) -> str:
    return "arcs run citing to cited" if view.direction == "citing" else "arcs run cited to citing"


def _network(view: View) -> str:
    places = _places(view)
    lines = [f"*Vertices {_n(view)}\n"]
    labels = unique(_label(work_id) for work_id in view.ids)
    lines += [f'{at + 1} "{label}"{places[at]}\n' for at, label in enumerate(labels)]
    lines.append("*Arcs\n")
    arcs = list(zip(view.citing, view.cited, strict=True))
    if view.direction == "flow":
        arcs = sorted((j, i) for i, j in arcs)
    lines += [f"{tail + 1} {head + 1} 1\n" for tail, head in arcs]
    return "".join(lines)


def _label(work_id: str) -> str:
    """Label between double quotes: it may hold neither these nor, as some readers see it, a backslash."""
    return work_id.replace('"', "'").replace("\\", "/")


def _places(view: View) -> list[str]:
    """Coordinates within Pajek's unit square, whose y runs downwards."""
    if view.xy is None or not len(view.xy):
        return [""] * _n(view)
    low, span = view.xy.min(axis=0), float(np.ptp(view.xy, axis=0).max()) or 1.0
    scaled = np.round((view.xy - low) / span * 0.9 + 0.05, 4)
    return [f" {number(x)} {number(round(1 - y, 4))} 0.5" for x, y in scaled.tolist()]


def _classes(values: Iterable[int]) -> str:
    lines = [f"{value}\n" for value in values]
    return f"*Vertices {len(lines)}\n{''.join(lines)}"
