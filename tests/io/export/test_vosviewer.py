"""VOSviewer files: what the program checks when it opens them, and how direction and groups are kept."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citenet.errors import InputError
from citenet.io.export import write
from citenet.network import CitationNetwork
from citenet.partition import Partition

_COLOUR = {"type": "string", "pattern": "^#[0-9A-F]{6}$"}
_NUMBERS = {"type": "object", "additionalProperties": {"type": "number"}}
_AMOUNTS = {"type": "object", "minProperties": 1, "additionalProperties": {"type": "number", "minimum": 0}}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


SCHEMA = _object(
    ["network", "config", "info"],
    network=_object(
        ["items", "links", "clusters"],
        items={
            "type": "array",
            "items": _object(
                ["id", "label", "weights"],
                id={"type": "integer", "minimum": 1},
                label={"type": "string", "minLength": 1},
                description={"type": "string"},
                url={"type": "string", "format": "uri", "pattern": "^https://"},
                x={"type": "number"},
                y={"type": "number"},
                cluster={"type": "integer", "minimum": 1, "maximum": 1000},
                weights=_AMOUNTS,
                scores=_NUMBERS,
            ),
        },
        links={
            "type": "array",
            "items": _object(
                ["source_id", "target_id", "strength"],
                source_id={"type": "integer", "minimum": 1},
                target_id={"type": "integer", "minimum": 1},
                strength={"type": "number", "minimum": 0},
            ),
        },
        clusters={
            "type": "array",
            "items": _object(
                ["cluster", "label"],
                cluster={"type": "integer", "minimum": 1, "maximum": 1000},
                label={"type": "string", "minLength": 1},
            ),
        },
    ),
    config=_object(
        ["color_schemes", "parameters"],
        color_schemes=_object(
            ["cluster_colors"],
            cluster_colors={
                "type": "array",
                "items": _object(["cluster", "color"], cluster={"type": "integer", "minimum": 1}, color=_COLOUR),
            },
        ),
        parameters={
            "type": "object",
            "required": ["largest_component", "max_n_links"],
            "properties": {"largest_component": {"const": False}, "max_n_links": {"type": "integer"}},
        },
        terminology={"type": "object", "additionalProperties": {"type": "string"}},
        templates={"type": "object"},
        styles={"type": "object"},
    ),
    info=_object(["title", "description"], title={"type": "string"}, description={"type": "string"}),
)


def net_of(titles: list[str], arcs: list[tuple[int, int]], **columns: list[Any]) -> CitationNetwork:
    width = len(str(len(titles)))
    works = pd.DataFrame({"title": titles, **columns}, index=[f"w{i:0{width}d}" for i in range(len(titles))])
    return CitationNetwork(works, [i for i, _ in arcs], [j for _, j in arcs])


def opened(folder: Path, net: CitationNetwork, **options: Any) -> dict[str, Any]:
    write(net, folder / "net.json", **options)
    data = (folder / "net.json").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    content: dict[str, Any] = json.loads(data)
    jsonschema.validate(content, SCHEMA, format_checker=jsonschema.FormatChecker())
    return content


def tags(html: str) -> set[str]:
    found: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, _: found.add(tag)  # type: ignore[method-assign]
    parser.feed(html)
    return found


@given(titles=st.lists(st.text(max_size=15), max_size=6), data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_network_fits_the_schema_and_its_html_is_ours(tmp_path: Path, titles: list[str], data):
    pairs = [(i, j) for i in range(len(titles)) for j in range(len(titles)) if i != j]
    arcs = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    net = net_of(titles, arcs, authors=titles)
    groups = {name: f"<i>{name[-1]}</i>" for name in net.ids if data.draw(st.booleans())}
    content = opened(tmp_path, net, groups=groups)
    items, links = content["network"]["items"], content["network"]["links"]
    assert [item["id"] for item in items] == list(range(1, net.n_works + 1))
    expected = list(zip(net.citing + 1, net.cited + 1, strict=True))
    assert [(link["source_id"], link["target_id"]) for link in links] == expected
    clusters = [cluster["cluster"] for cluster in content["network"]["clusters"]]
    assert clusters == list(range(1, len(set(groups.values())) + 1))
    assert {item["cluster"] for item in items if "cluster" in item} == set(clusters)
    for item in items:
        assert tags(item["description"]) <= {"b", "br"}
        assert "<" not in item["label"]


def test_direction_and_crossings_are_kept(tmp_path: Path):
    net = net_of(
        ["Old", "Mid <b>", "New", "Alone"],
        [(1, 0), (2, 0), (2, 1)],
        year=[1990, 2000, None, 2010],
        authors=["Ash, A", "Birch, B & Söhne", None, None],
        doi=["10.1/a<b>", None, None, None],
    )
    content = opened(tmp_path, net, groups={"w0": "PAM", "w1": "HSR/QI", "w2": "HSR/QI"})
    items = content["network"]["items"]
    assert [item["label"] for item in items] == ["Ash (1990)", "Birch (2000)", "New", "Alone (2010)"]
    assert items[0]["url"] == "https://doi.org/10.1/a%3Cb%3E"
    assert items[0]["weights"] == {"Citations received": 2, "References made": 0}
    assert items[0]["scores"] == {
        "References to other group": 0,
        "Citations from other group": 2,
        "Publication year": 1990,
    }
    assert items[2]["scores"] == {"References to other group": 1, "Citations from other group": 0}
    assert items[3]["scores"] == {"Publication year": 2010}
    assert "cluster" not in items[3]
    assert "Mid &lt;b&gt;<br>Birch, B &amp; Söhne" in items[1]["description"]
    assert "<b>Cites 1:</b> Ash (1990)<br><b>Cited by 1:</b> New" in items[1]["description"]
    assert content["network"]["clusters"] == [{"cluster": 1, "label": "HSR/QI"}, {"cluster": 2, "label": "PAM"}]
    assert "without direction" in content["info"]["description"]


def test_all_links_and_all_twelve_groups_are_shown(tmp_path: Path):
    n = 60
    arcs = [(i, j) for i in range(n) for j in range(i)]
    net = net_of(["t"] * n, arcs)
    content = opened(tmp_path, net, groups={name: f"g{i % 12}" for i, name in enumerate(net.ids)})
    assert content["config"]["parameters"]["max_n_links"] == len(arcs) == 1770
    colours = content["config"]["color_schemes"]["cluster_colors"]
    assert [colour["cluster"] for colour in colours] == list(range(1, 13))
    assert len({colour["color"] for colour in colours}) == 12
    assert "and 49 more" in content["network"]["items"][-1]["description"]


def test_more_groups_than_vosviewer_takes_are_refused(tmp_path: Path):
    net = net_of(["t"] * 1001, [])
    partition = Partition(net.ids, list(range(1001)))
    for name in ("net.json", "net.txt"):
        with pytest.raises(InputError, match=r"at most 1,000 clusters; the partition has 1,001 groups"):
            write(net, tmp_path / name, groups=partition)
    assert list(tmp_path.iterdir()) == []


def table(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline=""), delimiter="\t"))


def test_map_and_network_agree_with_the_json(tmp_path: Path):
    net = net_of(['A, "b"; c\td', "x", "y"], [(1, 0), (2, 0), (0, 1)], year=[None, 2001, 2002])
    places = pd.DataFrame({"x": [0.5, 1, 2], "y": [0, 0.25, 1]}, index=net.ids)
    options = {"groups": {"w0": "A", "w1": "B"}, "layout": places}
    items = opened(tmp_path, net, **options)["network"]["items"]
    written = write(net, tmp_path / "net.txt", **options)
    assert [file.name for file in written] == ["net_map.txt", "net_network.txt", "net.txt.meta.json"]
    header, *cells = table(written[0])
    assert header[:6] == ["id", "label", "description", "x", "y", "cluster"]
    for item, row in zip(items, cells, strict=True):
        found = dict(zip(header, row, strict=True))
        assert found["label"] == item["label"]
        assert found["description"] == item["description"]
        assert (float(found["x"]), float(found["y"])) == (item["x"], item["y"])
        assert found["cluster"] == str(item.get("cluster", ""))
        for name, value in item["weights"].items():
            assert found[f"weight<{name}>"] == str(value)
        for name in ("References to other group", "Publication year"):
            assert found[f"score<{name}>"] == str(item.get("scores", {}).get(name, ""))
    assert written[1].read_text() == "1\t2\t1\n2\t1\t1\n3\t1\t1\n"
    assert '"' in written[0].read_text().splitlines()[1]


@pytest.mark.parametrize("n", [0, 1])
def test_an_empty_network_and_a_single_work_are_valid(tmp_path: Path, n: int):
    content = opened(tmp_path, net_of(["t"] * n, []))
    assert len(content["network"]["items"]) == n
    assert content["network"]["clusters"] == []
    write(net_of(["t"] * n, []), tmp_path / "net.txt")
    assert (tmp_path / "net_network.txt").read_text() == ""
