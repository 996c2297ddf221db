"""Formats of network tools, read back by networkx and csv: nodes, arcs, types and text come back as they were."""

from __future__ import annotations

import csv
import io
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citenet.errors import InputError
from citenet.io import read
from citenet.io.export import write
from citenet.network import CitationNetwork
from citenet.partition import Partition

WEIRD = "Ää\"'<>&=+-@;,\t\r\n\\ #{}\x00\x85\u2028\u200d𝔘日\ufffe|ß "
text = st.text(st.sampled_from(WEIRD + "abcXYZ019"), max_size=12)
ids = st.lists(text.map(str.strip).filter(bool), max_size=6, unique=True)
same_file = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def networks(draw: st.DrawFn) -> tuple[CitationNetwork, dict[str, str]]:
    """Draw a network with a column of each type, gaps in each, and groups for some of the works."""
    names = draw(ids)

    def values(of: st.SearchStrategy[Any]) -> list[Any]:
        return [draw(st.none() | of) for _ in names]

    works = pd.DataFrame(
        {
            "title": pd.Series(values(text), dtype="object"),
            "year": pd.Series(values(st.integers(1500, 2030)), dtype="Int64"),
            "count": pd.Series(values(st.integers(-(2**62), 2**62)), dtype="Int64"),
            "share": pd.Series(values(st.floats()), dtype="Float64"),
            "open": pd.Series(values(st.booleans()), dtype="boolean"),
            "group": pd.Series(values(text), dtype="object"),
        }
    ).set_axis(pd.Index(names, dtype="str"))
    pairs = [(i, j) for i in range(len(names)) for j in range(len(names)) if i != j]
    arcs = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    evidence = pd.DataFrame({"score": [draw(st.none() | st.floats(0, 1)) for _ in arcs], "rule": ["doi" for _ in arcs]})
    net = CitationNetwork(works, [i for i, _ in arcs], [j for _, j in arcs], evidence=evidence if arcs else None)
    groups = {name: draw(st.sampled_from(["A & B", '"C"', "D\nE"])) for name in names if draw(st.booleans())}
    return net, groups


def plain(value: str) -> str:
    """Say in another way than the writer what becomes of text: no controls, a break is one blank."""
    broken = re.sub("[ ]*[\t\r\n\x85\u2028]+[ ]*", " ", value)
    return "".join(sign for sign in broken if sign not in "\x00\ufffe").strip()


def expected_nodes(net: CitationNetwork, names: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    works = net.works.rename(columns={"group": "group_given"})
    for name, (_, row) in zip(names, works.iterrows(), strict=True):
        known: dict[str, Any] = {}
        for column, value in row.items():
            if isinstance(value, str):
                if plain(value):
                    known[str(column)] = plain(value)
            elif not pd.isna(value) and not (column == "share" and not np.isfinite(value)):
                known[str(column)] = {"share": float, "open": bool}.get(str(column), int)(value)
        found[name] = known
    return found


def strictly(values: dict[str, Any]) -> dict[str, tuple[type, Any]]:
    return {name: (type(value), value) for name, value in values.items()}


def own(data: dict[str, Any]) -> dict[str, Any]:
    """Attributes without those that the writer computed."""
    computed = {"label", "group", "viz", "n_cites", "n_cited_by", "n_cites_across", "n_cited_by_across"}
    return {name: value for name, value in data.items() if name not in computed}


@pytest.mark.parametrize("ending", ["gexf", "graphml"])
@given(case=networks())
@same_file
def test_networkx_reads_back_ids_arcs_and_typed_attributes(tmp_path: Path, ending: str, case):
    net, groups = case
    file = tmp_path / f"net.{ending}"
    write(net, file, groups=groups)
    graph = {"gexf": nx.read_gexf, "graphml": nx.read_graphml}[ending](file)
    assert graph.is_directed()
    names = list(graph)  # nodes are written in the order of net.ids
    assert len(names) == net.n_works
    for name, given_id in zip(names, net.ids, strict=True):
        assert name.split("#")[0].startswith((plain(given_id) or "work").split("#")[0])
    arcs = [(names[i], names[j]) for i, j in zip(net.citing, net.cited, strict=True)]
    assert list(graph.edges()) == arcs
    wanted = expected_nodes(net, names)
    assert {name: strictly(own(data)) for name, data in graph.nodes(data=True)} == {
        name: strictly(values) for name, values in wanted.items()
    }
    years = dict(zip(names, net.year, strict=True))
    partition = Partition(pd.Index(list(groups)), [0] * len(groups)) if groups else None
    for at, (citing, cited, data) in enumerate(graph.edges(data=True)):
        lag = years[citing] - years[cited]
        assert data.get("lag") == (None if np.isnan(lag) else lag)
        score = net.evidence["score"].iloc[at]
        assert data.get("match_score") == (None if np.isnan(score) else score)
        both = [net.ids[names.index(end)] in groups for end in (citing, cited)]
        assert ("cross" in data) == (partition is not None and all(both))
        if "cross" in data:
            assert data["cross"] is (data["citing_group"] != data["cited_group"])


@given(case=networks(), flow=st.booleans())
@same_file
def test_networkx_reads_pajek_in_both_directions(tmp_path: Path, case, flow):
    net, groups = case
    file = tmp_path / "net.net"
    write(net, file, groups=groups, direction="flow" if flow else "citing")
    graph = nx.read_pajek(file)
    names = list(graph)
    assert len(names) == net.n_works
    assert graph.is_directed()
    arcs = {(names[i], names[j]) for i, j in zip(net.citing, net.cited, strict=True)}
    assert set(graph.edges()) == ({(j, i) for i, j in arcs} if flow else arcs)


def small() -> CitationNetwork:
    works = pd.DataFrame(
        {"title": ["Ties", "=cmd|'/c calc'!A0", None, "Alone"], "year": [1973, 1985, None, 1990], "x": [1.5, 2, 3, 4]},
        index=["a", "b", "@c", "d"],
    )
    return CitationNetwork.from_frames(works, pd.DataFrame({"citing": ["b", "@c", "b"], "cited": ["a", "b", "@c"]}))


GROUPS = {"a": "PAM", "b": "HSR/QI", "@c": "PAM"}


def test_pajek_files_share_a_stem_and_the_order_of_vertices(tmp_path: Path):
    written = write(small(), tmp_path / "net.net", groups=GROUPS)
    assert [file.name for file in written] == ["net.clu", "net.net", "net.paj", "net.vec", "net.net.meta.json"]
    texts = {file.suffix: file.read_text() for file in written}
    assert texts[".net"] == '*Vertices 4\n1 "@c"\n2 "a"\n3 "b"\n4 "d"\n*Arcs\n1 3 1\n3 1 1\n3 2 1\n'
    assert texts[".clu"] == "*Vertices 4\n1\n1\n2\n0\n"  # PAM is the larger group; d has none
    assert texts[".vec"] == "*Vertices 4\n1\n1\n1\n0\n"
    assert texts[".net"] in texts[".paj"]
    assert texts[".clu"] in texts[".paj"]
    assert "*Partition publication years; 9999998 unknown\n*Vertices 4\n9999998\n1973\n1985\n1990\n" in texts[".paj"]
    assert "direction" in texts[".json"]


def test_pajek_gets_a_byte_order_mark_only_where_it_needs_one(tmp_path: Path):
    works = pd.DataFrame({"year": [2000, 2001]}, index=["é", "e"])
    write(CitationNetwork(works, [0], [1]), tmp_path / "net.net")
    assert (tmp_path / "net.net").read_bytes().startswith("\ufeff% UTF-8\n*Vertices 2\n".encode())
    assert not (tmp_path / "net.clu").exists()
    write(small(), tmp_path / "plain.net")
    assert (tmp_path / "plain.net").read_bytes().startswith(b"*Vertices 4\n")


def test_pajek_labels_stay_apart_when_quotes_are_changed(tmp_path: Path):
    works = pd.DataFrame({"year": [2000, 2001, 2002]}, index=['a"', "a'", "a\\"])
    write(CitationNetwork(works, [2], [0]), tmp_path / "net.net")
    assert list(nx.read_pajek(tmp_path / "net.net")) == ["a'", "a'#2", "a/"]


def test_gexf_is_version_1_3_with_colours_and_sizes_and_without_a_date(tmp_path: Path):
    write(small(), tmp_path / "net.gexf", groups=GROUPS)
    content = (tmp_path / "net.gexf").read_text(encoding="utf-8")
    assert '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">' in content
    assert 'defaultedgetype="directed" mode="static"' in content
    assert "lastmodified" not in content
    viz = nx.read_gexf(tmp_path / "net.gexf").nodes["a"]["viz"]
    assert viz == {"color": {"r": 0, "g": 114, "b": 178, "a": 1.0}, "size": 8.0}


def test_a_layout_places_every_work(tmp_path: Path):
    net = small()
    places = pd.DataFrame({"x": [0.0, 1, 2, 4], "y": [0.0, 1, -1, 0.5]}, index=["d", "b", "a", "@c"])
    write(net, tmp_path / "net.gexf", layout=places)
    assert nx.read_gexf(tmp_path / "net.gexf").nodes["a"]["viz"]["position"] == {"x": 2.0, "y": -1.0, "z": 0.0}
    write(net, tmp_path / "net.graphml", layout=places)
    data = nx.read_graphml(tmp_path / "net.graphml").nodes["b"]
    assert (data["x"], data["y"], data["x_given"]) == (1.0, 1.0, 2.0)
    write(net, tmp_path / "net.net", layout=places)
    node = nx.read_pajek(tmp_path / "net.net").nodes["a"]
    assert (node["x"], node["y"]) == (0.5, 0.95)  # Pajek's y runs downwards
    with pytest.raises(InputError, match=r"no finite x and y for 1 of 4 works, e.g. 'd'"):
        write(net, tmp_path / "net.gexf", layout=places.drop("d"))
    with pytest.raises(InputError, match="has no column 'y'"):
        write(net, tmp_path / "net.gexf", layout=places[["x"]])


@pytest.mark.parametrize("name", ["net.gexf", "net.graphml", "net.net"])
@pytest.mark.parametrize("n", [0, 1])
def test_an_empty_network_and_a_single_work_open(tmp_path: Path, name: str, n: int):
    works = pd.DataFrame({"title": ["Only"] * n}, index=pd.Index(["w"] * n, dtype="str"))
    write(CitationNetwork(works), tmp_path / name)
    reader = {"gexf": nx.read_gexf, "graphml": nx.read_graphml, "net": nx.read_pajek}[name.split(".")[1]]
    graph = reader(tmp_path / name)
    assert (len(graph), graph.number_of_edges()) == (n, 0)


def test_nothing_unknown_is_written_as_a_word(tmp_path: Path):
    for ending in ("gexf", "graphml", "csv", "net", "json", "txt", "bib", "ris", "csl.json", "jsonl"):
        for file in write(small(), tmp_path / f"net.{ending}", groups=GROUPS):
            content = file.read_text(encoding="utf-8-sig")
            assert not re.search(r"\b(None|NaN|nan|<NA>|null|NaT)\b", content), file.name


def rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))


def test_csv_cells_are_never_formulas_and_numbers_stay_numbers(tmp_path: Path):
    works = pd.DataFrame({"title": ["=1+1", "+x", "-y", "@z", "＝1"], "change": [-1.5] * 5}, index=list("abcde"))
    write(CitationNetwork(works, [1], [0]), tmp_path / "net.csv")
    header, *cells = rows(tmp_path / "net_nodes.csv")
    assert [row[header.index("title")] for row in cells] == ["'=1+1", "'+x", "'-y", "'@z", "'＝1"]
    assert {row[header.index("change")] for row in cells} == {"-1.5"}
    for row in cells:
        assert not any(c.startswith(("=", "+", "@")) for c in row)


def test_csv_is_read_back_by_citenet_and_gephi_gets_its_headers(tmp_path: Path):
    net = small().subset(["a", "b", "d"])
    write(net, tmp_path / "net.csv", groups="title")
    again = read([tmp_path / "net_nodes.csv", tmp_path / "net_edges.csv"])
    assert again.problems.empty
    assert list(again.works.index) == ["a", "b", "d"]
    assert again.works["year"].tolist() == [1973, 1985, 1990]
    assert again.references[["citing", "ids"]].to_numpy().tolist() == [["b", "work:a"]]
    files = write(net, tmp_path / "net.csv", format="gephi-csv", groups="title")
    assert [file.name for file in files[:2]] == ["net_edges.csv", "net_nodes.csv"]
    assert rows(files[1])[0][:2] == ["Id", "Label"]
    assert rows(files[0])[0][:4] == ["Source", "Target", "Type", "Weight"]
    assert rows(files[0])[1][:4] == ["b", "a", "Directed", "1"]


@given(case=networks())
@same_file
def test_cwts_edges_are_undirected_zero_based_and_keep_the_quality(tmp_path: Path, case):
    net, _ = case
    write(net, tmp_path / "net.tsv")
    lines = [line.split("\t") for line in (tmp_path / "net.tsv").read_text().splitlines()]
    found = {(int(i), int(j)): float(weight) for i, j, weight in lines}
    assert len(found) == len(lines)
    table = (tmp_path / "net_ids.tsv").read_text(encoding="utf-8").split("\n")
    assert table[0] == "node\tid"
    assert len(table) == net.n_works + 2
    linked = [{*net.cited[net.citing == i], *net.citing[net.cited == i]} for i in range(net.n_works)]
    for i, j in combinations(range(net.n_works), 2):
        directed = (1 / len(linked[i]) + 1 / len(linked[j])) if j in linked[i] else 0.0
        assert 2 * found.get((i, j), 0.0) == pytest.approx(directed)


def test_lists_and_large_numbers_are_typed(tmp_path: Path):
    works = pd.DataFrame({"tags": [["b", "a"], None], "big": [2**40, 1], "day": pd.to_datetime(["2020-01-02", None])})
    net = CitationNetwork(works.set_axis(["a", "b"]))
    for ending, reader in (("gexf", nx.read_gexf), ("graphml", nx.read_graphml)):
        write(net, tmp_path / f"net.{ending}")
        data = reader(tmp_path / f"net.{ending}").nodes["a"]
        assert (data["tags"], data["big"], data["day"]) == ("b; a", 2**40, "2020-01-02 00:00:00")
        assert 'type="long"' in (tmp_path / f"net.{ending}").read_text()
