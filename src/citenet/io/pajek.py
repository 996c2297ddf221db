"""Pajek networks (``.net``, ``.paj``): vertices as works, arcs as references."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citenet.errors import ParseError
from citenet.io._graphs import Graph
from citenet.io._records import Records

__all__ = ["NAME", "read", "sniff"]

NAME = "pajek"

_START = re.compile(r"\s*(?:%[^\n]*\n\s*)*(?:\*Network[^\n]*\n\s*(?:%[^\n]*\n\s*)*)?\*Vertices\s+\d", re.IGNORECASE)
_SECTION = re.compile(r"\*(\w+)(.*)$")
_VERTEX = re.compile(r"(\d+)(?:\s+(?:\"([^\"]*)\"?|(\S+)))?")
_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_READ = frozenset(["vertices", "arcs", "edges", "arcslist", "edgeslist", "network"])
_LONGEST = 10_000_000


def sniff(head: str) -> bool:
    r"""Whether a text begins like a network of Pajek.

    >>> sniff('*Vertices 2\n1 "a"\n2 "b"\n*Arcs\n2 1\n'), sniff("*Important* note")
    (True, False)
    """
    return _START.match(head) is not None


def read(text: str, records: Records) -> None:
    r"""Read a network into ``records``; arcs run from the citing to the cited work.

    The label of a vertex is the id of its work, where labels differ, and its number otherwise. Edges have no
    direction and are noted. Partitions and vectors of a project, and matrices, are reported and left out.

    Examples
    --------
    >>> records = Records("net.net")
    >>> read('*Vertices 2\n1 "a"\n2 "b"\n*Arcs\n2 1\n', records)
    >>> records.references[0]["citing"], records.references[0]["ids"]
    ('b', 'work:a')
    """
    graph = Graph()
    left_out: dict[str, tuple[int, int]] = {}
    for number, section, line in _lines(text, records):
        if section not in _READ:
            first, n = left_out.get(section, (number, -1))
            left_out[section] = (first, n + 1)
        elif line and not _take_line(section, line, number, graph):
            records.problem("malformed line", number, f"this is no line of *{section or 'Vertices'}; left out", line)
    for name, (first, n) in left_out.items():
        records.problem("unread section", first, f"*{name.capitalize()} with {n} lines is not read")
    if not graph.edges and all(_NUMBERS.fullmatch(line.strip()) for line in text.split("\n")[1:] if line.strip()):
        message = "this is a partition or a vector of Pajek, numbers without their works; read its .net or .paj"
        raise ParseError(message, file=records.file, line=1, excerpt=text.lstrip()[:80])
    if not graph.nodes:
        raise ParseError("the network has no vertex", file=records.file, line=1, excerpt=text.lstrip()[:80])
    _report_missing(graph, records)
    labels = [attributes.get("label") for _, attributes in graph.nodes.values()]
    named = all(labels) and len(set(labels)) == len(labels)
    keys = {node: str(attributes.pop("label")) for node, (_, attributes) in graph.nodes.items()} if named else None
    graph.take(records, keys=keys)


def _lines(text: str, records: Records) -> Iterator[tuple[int, str, str]]:
    """Yield line number, section and line; "" where a section that is not read begins."""
    section, n_networks = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _LONGEST:
            raise ParseError(f"a line of {len(line):,} characters is no Pajek", file=records.file, line=number)
        stripped = line.strip()
        if not stripped or stripped.startswith("%"):
            continue
        found = _SECTION.match(stripped)
        if found is None:
            yield number, section, stripped
            continue
        name = found.group(1).lower()
        if name != "vertices":
            section = name
        elif section not in ("partition", "vector", "permutation", "cluster"):
            n_networks += 1
            section = name if n_networks == 1 else "further network"
        if section not in _READ:
            yield number, section, ""


def _take_line(section: str, line: str, number: int, graph: Graph) -> bool:
    """Read one line of a section; False where it has another shape."""
    if section == "vertices":
        found = _VERTEX.match(line)
        if not found or found.group(1) in graph.nodes:
            return False
        label = found.group(2) if found.group(2) is not None else found.group(3)
        graph.nodes[found.group(1)] = (number, {"label": label} if label else {})
        return True
    parts = line.split()
    if section in ("arcs", "edges") and len(parts) >= 2 and all(_is_vertex(part) for part in parts[:2]):
        weight = parts[2] if len(parts) > 2 and _NUMBERS.fullmatch(parts[2]) and parts[2] not in ("1", "1.0") else None
        graph.edges.append((number, parts[0], parts[1], {"weight": weight} if weight else {}))
    elif section in ("arcslist", "edgeslist") and len(parts) >= 2 and all(_is_vertex(part) for part in parts):
        graph.edges += [(number, parts[0], part, {}) for part in parts[1:]]
    else:
        return False
    graph.directed = graph.directed and section.startswith("arcs")
    return True


def _is_vertex(part: str) -> bool:
    return part.isdecimal() and part.isascii() and len(part) < 12


def _report_missing(graph: Graph, records: Records) -> None:
    """Leave out edges to vertices that are not listed."""
    lost = [edge for edge in graph.edges if edge[1] not in graph.nodes or edge[2] not in graph.nodes]
    if lost:
        line, source, target, _ = lost[0]
        detail = f"{len(lost)} lines name a vertex that is not listed, the first {source!r} to {target!r}; left out"
        records.problem("unreadable reference", line, detail)
        graph.edges[:] = [edge for edge in graph.edges if edge[1] in graph.nodes and edge[2] in graph.nodes]
