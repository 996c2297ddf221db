"""GEXF, as Gephi writes it: nodes as works, edges as references."""

from __future__ import annotations

from typing import Any

from citenet.errors import ParseError
from citenet.io._graphs import Graph
from citenet.io._records import Records
from citenet.io._xml import Element, line_of, parse, root_name

__all__ = ["NAME", "read", "sniff"]

NAME = "gexf"


def sniff(head: str) -> bool:
    """Whether a text begins like GEXF.

    >>> sniff('<gexf xmlns="http://gexf.net/1.3" version="1.3">'), sniff("<graphml>")
    (True, False)
    """
    return root_name(head) == "gexf"


def read(text: str, records: Records) -> None:
    """Read a graph into ``records``; attributes of nodes and edges become columns. Places and colours are left out.

    Examples
    --------
    >>> records = Records("net.gexf")
    >>> read('<gexf><graph defaultedgetype="directed">'
    ...      '<attributes class="node"><attribute id="0" title="year"/></attributes>'
    ...      '<nodes><node id="a" label="A title"><attvalues><attvalue for="0" value="2004"/></attvalues></node>'
    ...      '<node id="b"/></nodes><edges><edge source="b" target="a"/></edges></graph></gexf>', records)
    >>> records.works[0]["title"], records.works[0]["year"], records.references[0]["ids"]
    ('A title', 2004, 'work:a')
    """
    root = parse(text.lstrip(), records)
    graph = Graph(directed=all(found.get("defaultedgetype") == "directed" for found in root.iter("graph")))
    names: dict[str, dict[str, str]] = {"node": {}, "edge": {}}
    for group in root.iter("attributes"):
        titles = {a.get("id") or "": a.get("title") or a.get("id") or "" for a in group.iter("attribute")}
        names.setdefault(group.get("class") or "node", {}).update(titles)
    for node in root.iter("node"):
        number = node.get("id")
        if number is None:
            records.problem("unreadable record", line_of(node), "the node has no id; left out", node.get("label"))
        elif number in graph.nodes:
            records.problem("repeated record", line_of(node), f"the node {number!r} is there twice; the first is kept")
        else:
            label = node.get("label")
            attributes = {"label": None if label == number else label, **_values(node, names["node"])}
            graph.nodes[number] = (line_of(node), attributes)
    kinds = {edge.get("type") for edge in root.iter("edge")}
    if kinds and kinds <= {"directed"}:
        graph.directed = True
    for edge in root.iter("edge"):
        source, target = edge.get("source"), edge.get("target")
        if source is None or target is None:
            records.problem("unreadable reference", line_of(edge), "the edge lacks an end; left out")
            continue
        values = _values(edge, names["edge"])
        weight = edge.get("weight")
        if weight not in (None, "1", "1.0"):
            values["weight"] = weight
        graph.edges.append((line_of(edge), source, target, values))
    if not graph.nodes and not graph.edges and not records.problems:
        raise ParseError("the GEXF has no node", file=records.file, line=1)
    graph.take(records)


def _values(element: Element, names: dict[str, str]) -> dict[str, Any]:
    found = {}
    for value in element.iterfind("attvalues/attvalue"):
        number = value.get("for") or value.get("id") or ""
        found[names.get(number, number)] = value.get("value")
    return found
