"""Search paths and main paths, against every path walked one by one."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import citenet as cn
from citenet.network import CitationNetwork


def network(arcs, **columns):
    """Make a network from arcs written as idea flow, "ab" for b cites a."""
    ids = sorted(set("".join(arcs)))
    works = pd.DataFrame(columns, index=ids)
    return CitationNetwork(works, [ids.index(arc[1]) for arc in arcs], [ids.index(arc[0]) for arc in arcs])


def every_path(net):
    """All paths of the idea flow from works that cite nothing to works that are not cited."""
    graph = net.to_networkx().reverse()
    ends = [[v for v in graph if graph.degree(v) and not degree(v)] for degree in (graph.in_degree, graph.out_degree)]
    paths = [path for s in ends[0] for t in ends[1] for path in nx.all_simple_paths(graph, s, t)]
    return [list(zip(path[:-1], path[1:], strict=True)) for path in paths]


def counts(net):
    table = cn.search_path_counts(net)
    return dict(zip(zip(table["cited"], table["citing"], strict=True), table["spc"], strict=True))


def random_dag(seed, n=14, p=0.25):
    rng = np.random.default_rng(seed)
    cited, citing = np.nonzero(np.triu(rng.random((n, n)) < p, 1))
    works = pd.DataFrame(
        {"year": 2000 + np.arange(n) // 3, "field": rng.choice(["x", "y", None], n, p=[0.5, 0.4, 0.1])},
        index=[f"w{i:02d}" for i in range(n)],
    )
    return CitationNetwork(works, citing, cited)


def test_the_diamond():
    """Two ways from a to d: every citation is on one of them."""
    net = network(["ab", "ac", "bd", "cd"])
    assert counts(net) == {("a", "b"): 1, ("a", "c"): 1, ("b", "d"): 1, ("c", "d"): 1}
    assert cn.main_path(net, {"a": "x", "d": "y"}).n_paths == 2


def test_two_sources_two_sinks_by_hand():
    """A and b feed c, which feeds d and e; d feeds f, e feeds f and g: 2 sources, 3 ways onward."""
    net = network(["ac", "bc", "cd", "ce", "df", "ef", "eg"])
    found = counts(net)
    assert [found[pair] for pair in (("a", "c"), ("b", "c"), ("c", "d"), ("c", "e"))] == [3, 3, 2, 4]
    assert [found[pair] for pair in (("d", "f"), ("e", "f"), ("e", "g"))] == [2, 2, 2]
    path = cn.main_path(net, {work: "x" if work < "e" else "y" for work in "abcdefg"})
    assert path.n_paths == 6
    assert path.arcs[["cited", "citing"]].agg("".join, axis=1).tolist() == ["ac", "ce", "ef"]
    assert path.ties == 2  # a or b to begin with, f or g to end with
    assert path.border_share == (4 + 2) / (3 + 3 + 2 + 4 + 2 + 2 + 2)
    assert path.crossings["spc"].tolist() == [4, 2]


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_counts_and_main_path_equal_walking_every_path(seed):
    net = random_dag(seed)
    paths = every_path(net)
    expected = dict.fromkeys(counts(net), 0)
    for path in paths:
        for arc in path:
            expected[arc] += 1
    assert counts(net) == expected
    result = cn.main_path(net, "field")
    assert result.n_paths == len(paths)
    if paths:
        most = max(sum(expected[arc] for arc in path) for path in paths)
        assert result.arcs["spc"].sum() == most
        assert list(zip(result.arcs["cited"], result.arcs["citing"], strict=True)) in paths
    labels = net.works["field"]
    known = {arc: count for arc, count in expected.items() if labels[list(arc)].notna().all()}
    total = sum(known.values())
    across = sum(count for (u, v), count in known.items() if labels[u] != labels[v])
    assert result.border_share == pytest.approx(across / total if total else float("nan"), nan_ok=True)


def test_turning_every_citation_round_keeps_the_counts():
    net = random_dag(3)
    turned = CitationNetwork(net.works, net.cited, net.citing)
    assert {(v, u): count for (u, v), count in counts(net).items()} == counts(turned)


def test_key_routes_hold_the_largest_counts_and_lead_from_end_to_end():
    net = random_dag(11, n=20)
    found = counts(net)
    result = cn.main_path(net, "field", kind="key-route", n_key=3)
    pairs = set(zip(result.arcs["cited"], result.arcs["citing"], strict=True))
    least = sorted(found.values(), reverse=True)[2]
    assert {arc for arc, count in found.items() if count >= least} <= pairs
    graph = nx.DiGraph(list(pairs))
    full = nx.DiGraph(list(found))
    assert all(not full.in_degree(v) for v in graph if not graph.in_degree(v))
    assert all(not full.out_degree(v) for v in graph if not graph.out_degree(v))
    best = {arc: max((p for p in every_path(net) if arc in p), key=lambda p: sum(found[a] for a in p)) for arc in pairs}
    key = [arc for arc, count in found.items() if count >= least]
    assert all(sum(found[a] for a in best[arc]) <= sum(found[a] for a in pairs) for arc in key)


def test_counts_beyond_64_bits_are_exact():
    """A ladder of 70 diamonds has 2**70 paths."""
    n = 70
    ids = [f"{i:03d}{side}" for i in range(n + 1) for side in "amz"]
    at = {work: i for i, work in enumerate(ids)}
    cited, citing = [], []
    for i in range(n):
        for side in "mz":
            cited += [at[f"{i:03d}a"], at[f"{i:03d}{side}"]]
            citing += [at[f"{i:03d}{side}"], at[f"{i + 1:03d}a"]]
    net = CitationNetwork(pd.DataFrame(index=ids), citing, cited)
    table = cn.search_path_counts(net)
    assert set(table["spc"]) == {2**69}
    assert (table["share"] == 0.5).all()


def test_works_in_a_cycle_count_as_one_and_no_citation_is_lost():
    """B and c cite each other: a → {b, c} → d, with two ways in."""
    net = network(["ab", "ac", "bc", "cb", "cd"], field=list("xxyy"))
    table = cn.search_path_counts(net)
    assert len(table) == net.n_citations
    found = counts(net)
    assert [found[pair] for pair in (("a", "b"), ("a", "c"), ("c", "d"))] == [1, 1, 2]
    assert found["b", "c"] is None
    assert table["note"].notna().sum() == 2
    assert table["share"].isna().sum() == 2
    path = cn.main_path(net, "field")
    assert path.arcs["spc"].tolist() == [1, 2]
    assert path.border_share == 1 / 4  # a→c crosses; c→d does not, and b, c are one family


def test_a_network_without_citations():
    works = pd.DataFrame({"year": [1, 2], "field": list("xy")}, index=list("ab"))
    path = cn.main_path(CitationNetwork(works), "field")
    assert path.arcs.empty
    assert path.n_paths == 0
    assert np.isnan(path.border_share)
    test = cn.border_share_test(CitationNetwork(works), "field", n_draws=3, rng=1)
    assert np.isnan(test.pvalue)
    assert "undefined" in test.reason
    assert cn.main_path(CitationNetwork(works), "field", kind="key-route").arcs.empty


def test_border_share_under_the_null(net):
    test = cn.border_share_test(net, "group", n_draws=30, rng=1)
    assert test.statistic == cn.main_path(net, "group").border_share
    assert abs(test.statistic - test.expected) < 5 * test.sd  # labels were drawn at random
    again = cn.border_share_test(net, "group", n_draws=30, rng=1)
    np.testing.assert_array_equal(test.null_distribution, again.null_distribution)
    with pytest.raises(cn.InputError, match="detected"):
        cn.border_share_test(net, cn.detect_communities(net, rng=1))
    with pytest.raises(cn.InputError, match="n_key=0"):
        cn.main_path(net, "group", kind="key-route", n_key=0)
