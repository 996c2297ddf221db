"""CitationNetwork: arcs citing → cited, canonical order, nothing lost between input and arcs."""

from __future__ import annotations

import copy
import gc
import json
import os
import pickle
import subprocess
import sys
import tracemalloc
from dataclasses import FrozenInstanceError
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.errors import ColumnError, InputError, ParseError
from citenet.network import CitationNetwork
from citenet.partition import as_partition

WORKS = pd.DataFrame(
    {"title": ["A", "B", "C"], "year": [2001, 2005, None], "field": ["x", "y", "x"], "score": [0.5, None, 2.0]},
    index=["a", "b", "c"],
)
CITATIONS = pd.DataFrame({"citing": ["c", "b", "c"], "cited": ["b", "a", "a"]})


@pytest.fixture
def net() -> CitationNetwork:
    return CitationNetwork.from_frames(WORKS, CITATIONS)


def same(one: CitationNetwork, other: CitationNetwork) -> None:
    pd.testing.assert_frame_equal(one.works, other.works)
    assert one.citing.tolist() == other.citing.tolist()
    assert one.cited.tolist() == other.cited.tolist()
    pd.testing.assert_frame_equal(one.dropped, other.dropped)
    pd.testing.assert_frame_equal(one.evidence, other.evidence)
    assert one.provenance == other.provenance


# -- what it is ---------------------------------------------------------------------------------------------


def test_arcs_are_positions_in_the_sorted_works(net):
    assert net.ids.tolist() == ["a", "b", "c"]
    assert list(zip(net.citing.tolist(), net.cited.tolist(), strict=True)) == [(1, 0), (2, 0), (2, 1)]
    assert net.citing.dtype == net.cited.dtype == np.int32
    assert (net.n_works, net.n_citations) == (3, 3)
    assert net.year.tolist()[:2] == [2001.0, 2005.0]
    assert np.isnan(net.year[2])
    assert not net.external.any()


def test_works_arcs_and_evidence_given_in_any_order_are_put_in_one():
    works = WORKS.loc[["c", "a", "b"]]
    net = CitationNetwork(works, [2, 0, 0], [1, 2, 1], evidence=pd.DataFrame({"raw": ["b→a", "c→b", "c→a"]}))
    assert net.to_frame()[["citing", "cited", "raw"]].to_numpy().tolist() == [
        ["b", "a", "b→a"],
        ["c", "a", "c→a"],
        ["c", "b", "c→b"],
    ]


def test_sparse_rows_cite_and_columns_are_cited(net):
    assert net.to_scipy().toarray().tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 0]]


def test_repr_and_summary_count(net):
    assert repr(net) == "<CitationNetwork: 3 works, 3 citations, 2001–2005>"
    assert repr(CitationNetwork()) == "<CitationNetwork: 0 works, 0 citations, no years>"
    assert net.summary().to_dict() == {
        "works": 3,
        "works with a year": 2,
        "citing works": 2,
        "cited works": 2,
        "citations": 3,
    }
    assert "2001–2005" in net._repr_html_()


# -- refusals -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("citing", "cited", "message"),
    [
        ([0], [0], r"1 of 1 citations are of the citing work itself; drop loops"),
        ([1, 1], [0, 0], r"parallel arcs"),
        ([5], [0], r"positions in works: 0 to 2; found 5"),
        ([-1], [0], r"positions in works: 0 to 2; found -1"),
        ([1, 2], [0], r"as long as each other: 2 and 1"),
        ([[1, 2]], [[0, 0]], r"list of whole numbers"),
        ([1.5], [0], r"list of whole numbers"),
    ],
)
def test_arcs_that_cannot_be_are_refused(citing, cited, message):
    with pytest.raises(InputError, match=message):
        CitationNetwork(WORKS, citing, cited)


def test_repeated_or_unknown_ids_are_refused():
    with pytest.raises(InputError, match=r"work ids must be unique; 'a' occurs more than once"):
        CitationNetwork(WORKS.set_axis(["a", "a", "b"]))
    with pytest.raises(InputError, match=r"1 of 3 works have no id"):
        CitationNetwork.from_frames(WORKS.set_axis(["a", None, "b"]), CITATIONS)


def test_evidence_must_fit_the_arcs():
    with pytest.raises(InputError, match=r"evidence has 2 rows for 1 citations"):
        CitationNetwork(WORKS, [1], [0], evidence=pd.DataFrame({"raw": ["x", "y"]}))


def test_columns_that_are_needed_are_named():
    with pytest.raises(ColumnError, match=r"citations has no column 'cited'; it has citing, target"):
        CitationNetwork.from_frames(WORKS, pd.DataFrame({"citing": ["a"], "target": ["b"]}))


# -- immutability -------------------------------------------------------------------------------------------


def test_fields_and_arrays_cannot_be_changed(net):
    with pytest.raises(FrozenInstanceError):
        net.citing = np.array([0])
    with pytest.raises(FrozenInstanceError):
        del net.works
    for array in (net.citing, net.cited):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 2
    with pytest.raises(ValueError, match="read-only"):
        net.works["score"].to_numpy()[0] = 9


def test_what_is_handed_out_is_a_copy(net):
    works, ids, year, provenance = net.works, net.ids, net.year, net.provenance
    works.iloc[0, 0] = "changed"
    works.index.name = ids.name = "other"
    year[0] = 1
    provenance["new"] = 1
    assert net.works.iloc[0, 0] == "A"
    assert net.works.index.name == net.ids.name == "work_id"
    assert net.year[0] == 2001
    assert net.provenance == {}


def test_what_is_handed_in_is_copied():
    works, citing, recipe = WORKS.copy(), np.array([1]), {"steps": ["read"]}
    net = CitationNetwork(works, citing, [0], provenance=recipe)
    works.loc["a", "title"], citing[0] = "changed", 2
    recipe["steps"].append("more")
    assert net.works.loc["a", "title"] == "A"
    assert net.citing.tolist() == [1]
    assert net.provenance == {"steps": ["read"]}


def test_copies_and_pickles_are_the_same_network(net):
    same(copy.deepcopy(net), net)
    same(pickle.loads(pickle.dumps(net)), net)


# -- from tables --------------------------------------------------------------------------------------------


def test_each_lost_citation_has_its_reason():
    """Six citations of three arcs' worth: loop, repeat, a work five years younger, an unknown work."""
    works = pd.DataFrame({"year": [2000, 2005, 2006, None]}, index=list("abcd"))
    pairs = [("b", "a"), ("b", "a"), ("b", "b"), ("a", "b"), ("b", "c"), ("d", "c"), ("a", "zz"), ("a", None)]
    citations = pd.DataFrame(pairs, columns=["citing", "cited"])
    net = CitationNetwork.from_frames(works, citations, missing="drop")
    assert net.n_citations + len(net.dropped) == len(pairs)
    assert net.dropped["reason"].value_counts().to_dict() == {"unmatched": 2, "duplicate": 1, "self": 1, "later": 1}
    assert net.to_frame().to_numpy().tolist() == [["b", "a"], ["b", "c"], ["d", "c"]]
    assert net.summary()["dropped: later"] == 1


@pytest.mark.parametrize(("max_lead", "kept"), [(0, 0), (1, 1), (2, 2), (None, 3)])
def test_max_lead_bounds_how_much_later_a_cited_work_may_be(max_lead, kept):
    works = pd.DataFrame({"year": [2000, 2001, 2002, 2010]}, index=list("abcd"))
    citations = pd.DataFrame({"citing": list("aaa"), "cited": list("bcd")})
    assert CitationNetwork.from_frames(works, citations, max_lead=max_lead).n_citations == kept


def test_unknown_works_raise_are_dropped_or_are_added():
    citations = pd.DataFrame({"citing": ["b", "b", "q"], "cited": ["zz", "a", None]})
    with pytest.raises(
        InputError, match=r"2 of 3 citations name a work that is not in works, e\.g\. .*'zz'.*missing=\"drop\""
    ):
        CitationNetwork.from_frames(WORKS, citations)
    dropped = CitationNetwork.from_frames(WORKS, citations, missing="drop")
    assert dropped.ids.tolist() == ["a", "b", "c"]
    assert dropped.dropped["reason"].tolist() == ["unmatched", "unmatched"]
    added = CitationNetwork.from_frames(WORKS, citations, missing="add")
    assert added.ids.tolist() == ["a", "b", "c", "q", "zz"]
    assert added.dropped["reason"].tolist() == ["unmatched"], "a citation of nothing cannot be added"
    with pytest.raises(InputError, match=r"missing='drp' is not a choice, did you mean 'drop'\?"):
        CitationNetwork.from_frames(WORKS, citations, missing="drp")


def test_number_ids_survive_a_gap_in_their_column():
    """Reading 1, 2 and a blank from a CSV gives floats; they still name works 1 and 2."""
    works = pd.DataFrame({"id": [1, 2], "year": [2000, 2001]})
    net = CitationNetwork.from_frames(works, pd.DataFrame({"citing": [2, 2], "cited": [1.0, None]}), missing="drop")
    assert net.to_frame().to_numpy().tolist() == [["2", "1"]]
    assert len(net.dropped) == 1


def test_frames_go_round():
    citations = CITATIONS.assign(raw=["r3", "r1", "r2"], position=[2, 1, 1], rule="doi", score=[0.5, 1.0, None])
    net = CitationNetwork.from_frames(WORKS, citations)
    assert net.to_frame()["raw"].tolist() == ["r1", "r2", "r3"]
    same(CitationNetwork.from_frames(*net.to_frames()), net)


def test_frames_go_round_beside_columns_called_id():
    net = CitationNetwork(WORKS.assign(id=["1", "2", "3"]), [1], [0])
    same(CitationNetwork.from_frames(*net.to_frames()), net)


# -- networkx as an outside reader --------------------------------------------------------------------------


def test_networkx_gets_str_nodes_scalar_attributes_and_arcs_citing_to_cited(net):
    graph = net.to_networkx()
    assert type(graph) is nx.DiGraph
    assert sorted(graph.edges()) == [("b", "a"), ("c", "a"), ("c", "b")]
    assert graph.in_degree("a") == 2, "in-degree counts citations received"
    assert graph.nodes["a"] == {"title": "A", "year": 2001, "field": "x", "score": 0.5}
    assert graph.nodes["b"] == {"title": "B", "year": 2005, "field": "y"}, "unknowns are left out"
    kinds = {type(value) for _, data in graph.nodes(data=True) for value in data.values()}
    assert kinds <= {str, int, float, bool}
    assert {type(node) for node in graph} == {str}


def test_networkx_goes_round(net):
    same(CitationNetwork.from_networkx(net.to_networkx()), net)


def test_networkx_writes_what_it_got_as_graphml(net, tmp_path):
    """GraphML takes scalars only: a file written by networkx and read back is the same network."""
    graph = net.to_networkx()
    nx.write_graphml(graph, tmp_path / "net.graphml")
    back = CitationNetwork.from_networkx(nx.read_graphml(tmp_path / "net.graphml"))
    assert back.to_frame().to_numpy().tolist() == net.to_frame().to_numpy().tolist()


def test_node_attributes_called_id_do_not_rename_nodes():
    graph = nx.DiGraph([("y", "x")])
    nx.set_node_attributes(graph, {"x": "1", "y": "2"}, "id")
    assert CitationNetwork.from_networkx(graph).ids.tolist() == ["x", "y"]


def test_networkx_loops_and_parallel_arcs_are_dropped_with_their_reason():
    net = CitationNetwork.from_networkx(nx.MultiDiGraph([("b", "a"), ("b", "a"), ("a", "a")]))
    assert net.n_citations == 1
    assert net.dropped["reason"].tolist() == ["self", "duplicate"]


def test_networkx_graphs_that_are_no_citation_network_are_refused():
    with pytest.raises(InputError, match=r"the graph is undirected; .* citing → cited"):
        CitationNetwork.from_networkx(nx.Graph([("a", "b")]))
    graph = nx.DiGraph()
    graph.add_nodes_from([1, "1"])
    with pytest.raises(InputError, match=r"two nodes have the same name as text"):
        CitationNetwork.from_networkx(graph)
    assert CitationNetwork.from_networkx(nx.DiGraph()).n_works == 0


# -- selection ----------------------------------------------------------------------------------------------


def test_subset_keeps_the_arcs_among_its_works():
    net = CitationNetwork.from_frames(WORKS, CITATIONS.assign(raw=["c→b", "b→a", "c→a"]))
    for chosen in (["c", "a"], np.array([True, False, True]), net.works["field"] == "x"):
        part = net.subset(chosen)
        assert part.to_frame()[["citing", "cited", "raw"]].to_numpy().tolist() == [["c", "a", "c→a"]]
        assert part.provenance["subset_of"] == 3
    assert net.subset([]).n_works == 0
    assert net.subset(net.works["year"] > 2001).ids.tolist() == ["b"], "an unknown year is not after 2001"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (["a", "zz"], r"1 works are not in the network, e\.g\. 'zz'"),
        (np.array([True]), r"the mask has shape \(1,\), the network 3 works"),
        (pd.Series([True, False, True], index=list("xyz")), r"indexed by other ids"),
        ("abc", r"collection of ids; wrap the one you have: \['abc'\]"),
    ],
)
def test_subset_refuses_what_does_not_fit(net, chosen, message):
    with pytest.raises(InputError, match=message):
        net.subset(chosen)


# -- order and storage --------------------------------------------------------------------------------------


@st.composite
def networks(draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = st.text(min_size=1, max_size=5).filter(lambda text: text.strip())
    names = draw(st.lists(ids, min_size=2, max_size=7, unique=True))
    n = len(names)
    works = pd.DataFrame(
        {
            "title": pd.Series(draw(st.lists(st.none() | st.text(max_size=8), min_size=n, max_size=n)), dtype="object"),
            "year": pd.array(
                draw(st.lists(st.none() | st.integers(1990, 1996), min_size=n, max_size=n)), dtype="Int64"
            ),
            "weight": draw(st.lists(st.floats(), min_size=n, max_size=n)),
            "flag": draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        }
    ).set_axis(pd.Index(names, dtype="object"))
    pair = st.tuples(st.sampled_from(names), st.sampled_from(names), st.text(max_size=5), st.integers(1, 9))
    citations = pd.DataFrame(draw(st.lists(pair, max_size=12)), columns=["citing", "cited", "raw", "position"])
    return works, citations


@settings(max_examples=25, deadline=None)
@given(tables=networks())
def test_what_is_saved_comes_back_exactly(tmp_path_factory, tables):
    net = CitationNetwork.from_frames(*tables, provenance={"note": "é\n", "share": 0.1})
    folder = tmp_path_factory.mktemp("net")
    net.save(folder)
    same(CitationNetwork.load(folder), net)


@settings(max_examples=30, deadline=None)
@given(tables=networks(), data=st.data())
def test_shuffled_works_and_citations_give_the_same_network(tables, data):
    """Also the evidence kept for a repeated citation and the order of what was dropped."""
    works, citations = tables
    net = CitationNetwork.from_frames(works, citations)
    rows = data.draw(st.permutations(range(len(works))))
    arcs = data.draw(st.permutations(range(len(citations))))
    same(CitationNetwork.from_frames(works.iloc[rows], citations.iloc[arcs]), net)
    assert net.n_citations + len(net.dropped) == len(citations)


def test_saved_bytes_do_not_depend_on_the_hash_seed(tmp_path):
    script = """
import sys, pandas as pd
from citenet.network import CitationNetwork
from citenet.partition import as_partition
names = sorted({f"w{i}" for i in range(40)}, key=hash)
works = pd.DataFrame({"year": [2000 + int(n[1:]) for n in names], "title": names}, index=names)
arcs = [(f"w{i}", f"w{j}") for i in range(40) for j in range(i) if (i * j) % 7 == 1]
arcs = sorted(set(arcs), key=hash)
net = CitationNetwork.from_frames(works, pd.DataFrame(arcs, columns=["citing", "cited"]).assign(raw="x"))
net.save(sys.argv[1])
"""
    source = str(Path(__file__).parents[1] / "src")
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": source}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / seed)], check=True, env=environment)
    names = sorted(file.name for file in (tmp_path / "0").iterdir())
    assert names == ["citations.jsonl", "dropped.jsonl", "evidence.jsonl", "network.json", "works.jsonl"]
    for name in names:
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()


def test_provenance_takes_plain_and_numpy_values_and_refuses_others(tmp_path):
    CitationNetwork(WORKS, provenance={"seed": np.int64(3), "path": Path("x"), 1: (1, 2)}).save(tmp_path)
    assert CitationNetwork.load(tmp_path).provenance == {"seed": 3, "path": "x", "1": [1, 2]}
    with pytest.raises(InputError, match=r"the network cannot be saved: .*provenance must hold plain values"):
        CitationNetwork(WORKS, provenance={"odd": {1, 2}}).save(tmp_path)


def test_changed_files_and_other_versions_are_noticed(net, tmp_path):
    net.save(tmp_path)
    header = json.loads((tmp_path / "network.json").read_text())
    (tmp_path / "network.json").write_text(json.dumps(header | {"provenance": {"by": "somebody else"}}))
    with pytest.raises(ParseError, match=r"changed since it was saved"):
        CitationNetwork.load(tmp_path)
    (tmp_path / "network.json").write_text(json.dumps(header | {"schema_version": 2}))
    with pytest.raises(ParseError, match=r"saved as network with schema 2"):
        CitationNetwork.load(tmp_path)
    net.save(tmp_path)
    (tmp_path / "citations.jsonl").write_text("[2, 0]\n")
    with pytest.raises(ParseError, match=r"citations\.jsonl: the file has changed"):
        CitationNetwork.load(tmp_path)
    (tmp_path / "network.json").rename(tmp_path / "corpus.json")
    with pytest.raises(ParseError, match=r"no saved network here"):
        CitationNetwork.load(tmp_path)


def test_saving_again_replaces_the_first(net, tmp_path):
    CitationNetwork.from_frames(WORKS, CITATIONS.assign(raw="old")).save(tmp_path)
    net.save(tmp_path)
    same(CitationNetwork.load(tmp_path), net)


def test_a_citation_of_no_work_is_no_repeat_of_another():
    works = pd.DataFrame(index=["a", "b", "c"])
    citations = pd.DataFrame({"citing": ["c", "b", "b"], "cited": ["nowhere", "c", "a"]})
    net = CitationNetwork.from_frames(works, citations, missing="drop")
    assert net.to_frame().to_numpy().tolist() == [["b", "a"], ["b", "c"]]
    assert net.dropped["reason"].tolist() == ["unmatched"]


def test_a_network_holds_little_beyond_its_arcs():
    """Two positions of 32 bits a citation; ids, years and names once; no Python string left behind in an index."""
    arrow = pytest.importorskip("pyarrow")
    n, references = 20_000, 10
    citing = np.repeat(np.arange(references, n), references)
    cited = citing - np.tile(np.arange(1, references + 1), n - references)
    works = pd.DataFrame(
        {"year": 1990 + np.arange(n) // 1000, "field": pd.array(["health", "sociology"], "str")[np.arange(n) % 2]},
        index=pd.Index([f"w{i:08d}" for i in range(n)], dtype="str"),
    )
    CitationNetwork(works[:9], [1], [0])  # what is loaded once
    gc.collect()
    tracemalloc.start()
    before = arrow.total_allocated_bytes()
    net = CitationNetwork(works, citing, cited)
    as_partition("field", net)
    gc.collect()
    held = tracemalloc.get_traced_memory()[0] + arrow.total_allocated_bytes() - before
    tracemalloc.stop()
    assert held < 12 * net.n_citations  # the columns of `works` are shared with the caller's table
