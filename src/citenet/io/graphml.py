"""GraphML: nodes as works, edges as references."""

from __future__ import annotations

from typing import Any

from citenet.errors import ParseError
from citenet.io._graphs import Graph
from citenet.io._records import Records
from citenet.io._xml import Element, all_text, line_of, parse, root_name

__all__ = ["NAME", "read", "sniff"]

NAME = "graphml"


def sniff(head: str) -> bool:
    """Whether a text begins like GraphML.

    >>> sniff('<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">'), sniff("<gexf>")
    (True, False)
    """
    return root_name(head) == "graphml"


def read(text: str, records: Records) -> None:
    """Read the graphs of a file into ``records``; what is known of nodes and edges becomes columns.

    Examples
    --------
    >>> records = Records("net.graphml")
    >>> read('<graphml><key id="d0" for="node" attr.name="title"/><graph edgedefault="directed">'
    ...      '<node id="a"><data key="d0">A title</data></node><node id="b"/>'
    ...      '<edge source="b" target="a"/></graph></graphml>', records)
    >>> records.works[0]["title"], records.references[0]["citing"], records.references[0]["ids"]
    ('A title', 'b', 'work:a')
    """
    root = parse(text.lstrip(), records)
    names = {key.get("id") or "": key.get("attr.name") or key.get("id") or "" for key in root.iter("key")}
    graph = Graph()
    for found in root.iter("graph"):
        default = found.get("edgedefault") != "undirected"
        graph.directed = graph.directed and default
    for node in root.iter("node"):
        number = node.get("id")
        if number is None:
            records.problem("unreadable record", line_of(node), "the node has no id; left out", all_text(node))
        elif number in graph.nodes:
            records.problem("repeated record", line_of(node), f"the node {number!r} is there twice; the first is kept")
        else:
            graph.nodes[number] = (line_of(node), _data(node, names))
    for edge in root.iter("edge"):
        source, target = edge.get("source"), edge.get("target")
        if source is None or target is None:
            records.problem("unreadable reference", line_of(edge), "the edge lacks an end; left out")
        else:
            graph.edges.append((line_of(edge), source, target, _data(edge, names)))
    for hyper in list(root.iter("hyperedge"))[:1]:
        n = len(list(root.iter("hyperedge")))
        records.problem("unreadable reference", line_of(hyper), f"{n} hyperedges are no citations; left out")
    if not graph.nodes and not graph.edges and not records.problems:
        raise ParseError("the GraphML has no node", file=records.file, line=1)
    graph.take(records)


def _data(element: Element, names: dict[str, str]) -> dict[str, Any]:
    return {names.get(d.get("key") or "", d.get("key") or ""): all_text(d) for d in element.findall("data")}
