"""VOSviewer: its JSON, and the pair of map and network in text."""

from __future__ import annotations

import re
from typing import Any

from citenet.errors import ParseError
from citenet.io._csv import header_of, read_rows
from citenet.io._graphs import Graph
from citenet.io._json import compact, dicts, get, load, mentions
from citenet.io._records import Records
from citenet.io._values import find_id, text_of

__all__ = ["NAME", "read", "sniff"]

NAME = "vosviewer"

_NETWORK = re.compile(r"(?:\d{1,9})([\t,;])(?:\d{1,9})(?:\1\d{1,9}(?:\.\d+)?)?$")
_OWN = re.compile(r"(?:weight|score)\s*<.+>$|cluster$|[xy]$")
_DROPPED = frozenset(["x", "y", "description", "url"])


def sniff(head: str) -> bool:
    r"""Whether a text begins like a map, a network or the JSON of VOSviewer.

    >>> sniff('{"network": {"items": [], "links": []}}'), sniff("id\tlabel\tx\ty\tcluster\tweight<Links>\n")
    (True, True)
    >>> sniff("1\t2\t1\n1\t3\t1\n"), sniff("2010\n")
    (True, False)
    """
    if mentions(head, r'"network"\s*:\s*\{', r'"items"\s*:\s*\['):
        return True
    header = header_of(head.split("\n", 1)[0], "id", "label")
    return _is_map(header) or _is_network(head)


def _is_map(header: list[str] | None) -> bool:
    return header is not None and any(_OWN.match(name) for name in header)


def _is_network(head: str) -> bool:
    lines = [line.strip() for line in head.split("\n") if line.strip()]
    if len(head) >= 20_000:
        lines = lines[:-1]
    return bool(lines) and all(_NETWORK.match(line) for line in lines[:500])


def read(text: str, records: Records) -> None:
    r"""Read items as works and links as references, in the order in which a link names its ends.

    VOSviewer's links have no direction, which a note says. Clusters, weights and scores become columns; places on
    the map are left out. A network alone gives works of which nothing but the number is known.

    Examples
    --------
    >>> records = Records("map.json")
    >>> read('{"network": {"items": [{"id": 1, "label": "Robert (2024)", "cluster": 2}, {"id": 2, "label": "B"}],'
    ...      ' "links": [{"source_id": 1, "target_id": 2, "strength": 1}],'
    ...      ' "clusters": [{"cluster": 2, "label": "HSR/QI"}]}}', records)
    >>> records.works[0]["title"], records.works[0]["cluster"], records.references[0]["ids"]
    ('Robert (2024)', 'HSR/QI', 'work:2')
    """
    graph = Graph(directed=False)
    if mentions(text[:20_000], r'"network"'):
        _take_json(text, graph, records)
    elif header_of(text.lstrip().split("\n", 1)[0], "id", "label") is not None:
        _take_map(text.lstrip(), graph, records)
    else:
        _take_network(text, graph, records)
    if not graph.nodes and not records.problems:
        raise ParseError("no item of VOSviewer found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    graph.take(records)


def _take_json(text: str, graph: Graph, records: Records) -> None:
    network = next((get(value, "network") for _, value in load(text, records)), None)
    names = {text_of(c.get("cluster")): text_of(c.get("label")) for c in dicts(get(network, "clusters"))}
    items = get(network, "items")
    for turn, item in enumerate(items if isinstance(items, list) else [], start=1):
        number = text_of(get(item, "id"))
        if number is None or number in graph.nodes:
            detail = (
                "the item has no id; left out" if number is None else f"the item {number!r} is there twice; left out"
            )
            records.problem(
                "unreadable record" if number is None else "repeated record", turn, detail, compact(item)[:120]
            )
            continue
        cluster = text_of(item.get("cluster"))
        attributes: dict[str, Any] = {"label": item.get("label"), "cluster": names.get(cluster) or cluster}
        attributes |= _scores(item, "weights") | _scores(item, "scores") | _doi_of(text_of(item.get("url")))
        graph.nodes[number] = (turn, attributes)
    links = get(network, "links")
    for turn, link in enumerate(links if isinstance(links, list) else [], start=1):
        source, target = text_of(get(link, "source_id")), text_of(get(link, "target_id"))
        if source is None or target is None:
            records.problem("unreadable reference", turn, "the link lacks an end; left out", compact(link)[:120])
        else:
            strength = text_of(link.get("strength"))
            graph.edges.append((turn, source, target, {} if strength in (None, "1", "1.0") else {"weight": strength}))


def _scores(item: dict[str, Any], name: str) -> dict[str, Any]:
    values = item.get(name)
    return {f"{name[:-1]}_{key}": value for key, value in values.items()} if isinstance(values, dict) else {}


def _doi_of(url: str | None) -> dict[str, str]:
    found = find_id(url) if url else None
    return {"doi": found.removeprefix("doi:")} if found and found.startswith("doi:") else {}


def _take_map(text: str, graph: Graph, records: Records) -> None:
    for line, cells in read_rows(text, records, "id", "label"):
        number = cells.get("id")
        if number is None or number in graph.nodes:
            detail = "the row has no id; left out" if number is None else f"the id {number!r} is there twice; left out"
            records.problem("unreadable record" if number is None else "repeated record", line, detail, str(cells))
            continue
        kept = {name: cell for name, cell in cells.items() if name not in _DROPPED and name != "id"}
        graph.nodes[number] = (line, kept | _doi_of(cells.get("url")))


def _take_network(text: str, graph: Graph, records: Records) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if not _NETWORK.match(line.strip()[:60]):
            records.problem("malformed line", number, "no two numbers and a weight; left out", line)
            continue
        source, target, *weight = re.split(r"[\t,;]", line.strip())
        for node in (source, target):
            graph.nodes.setdefault(node, (None, {}))
        graph.edges.append((number, source, target, {"weight": weight[0]} if weight and weight[0] != "1" else {}))
