"""Who stands where: participation, betweenness, constraint, removal; against networkx and taking works out."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import citenet as cn
from citenet.bridging.betweenness import accumulate, betweenness
from citenet.bridging.flow import idea_flow
from citenet.bridging.removal import carry
from citenet.network import CitationNetwork


def any_network(seed, n=14, m=26):
    """Make a network with cycles, unlabelled and undated works."""
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, n, (m, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    year = pd.array(rng.integers(2000, 2003, n), dtype="Int64")
    year[rng.random(n) < 0.1] = pd.NA
    works = pd.DataFrame(
        {"year": year, "group": rng.choice(["x", "y", None], n, p=[0.4, 0.4, 0.2])},
        index=[f"w{i:02d}" for i in range(n)],
    )
    works.iloc[0, 1], works.iloc[1, 1] = "x", "y"
    return CitationNetwork(works, pairs[:, 0], pairs[:, 1])


def flow_graph(net):
    return net.to_networkx().reverse()


def members(net, group):
    return net.ids[(net.works["group"] == group).fillna(False)].tolist()


# -- participation ------------------------------------------------------------------


def test_participation_by_the_formula(net):
    table = cn.participation(net, "group")
    A, labels = net.to_scipy().toarray().astype(int), net.works["group"].to_numpy()
    for direction, links in (("out", A), ("in", A.T), ("total", A + A.T)):
        by_group = np.stack([links[:, labels == g].sum(1) for g in ("g0", "g1", "g2")], axis=1)
        k = by_group.sum(1)
        with np.errstate(invalid="ignore"):
            expected = 1 - ((by_group / k[:, None]) ** 2).sum(1)
        np.testing.assert_allclose(table[f"participation_{direction}"], expected, atol=1e-12)
        np.testing.assert_allclose(table[f"participation_rescaled_{direction}"], expected * 3 / 2, atol=1e-12)
        own = np.array([row[int(g[1])] for row, g in zip(by_group, labels, strict=True)])
        for group in ("g0", "g1", "g2"):
            inside = own[labels == group]
            np.testing.assert_allclose(
                table.loc[labels == group, f"z_{direction}"], (inside - inside.mean()) / inside.std()
            )
    assert table["participation_out"].max() <= 2 / 3 + 1e-12


def test_participation_says_why_it_is_undefined():
    works = pd.DataFrame({"field": ["x", "x", "y", None]}, index=list("abcd"))
    works["external"] = [False, False, False, True]
    table = cn.participation(CitationNetwork(works, [0, 0], [2, 3]), "field")
    assert table.loc["a", "links_out"] == 1
    assert table.loc["a", "participation_out"] == 0
    assert np.isnan(table.loc["b", "participation_out"])
    assert "no references with a group" in table.loc["b", "note"]
    assert "no group" in table.loc["d", "note"]
    assert np.isnan(table.loc["d", "links_out"])
    assert "as many" in table.loc["c", "note"]


def test_turning_every_citation_round_swaps_in_and_out(net):
    table, turned = (cn.participation(one, net.works["group"]) for one in (net, reversed_net(net)))
    for name in ("links", "participation", "z"):
        np.testing.assert_array_equal(table[f"{name}_out"], turned[f"{name}_in"])
        np.testing.assert_array_equal(table[f"{name}_total"], turned[f"{name}_total"])


def reversed_net(net):
    return CitationNetwork(net.works, net.cited, net.citing)


# -- betweenness ------------------------------------------------------------------


def by_every_shortest_way(graph, sources, targets):
    """Betweenness of arcs, way by way.

    networkx's edge_betweenness_centrality_subset (3.6) shares what passes through a work that is no target equally
    among those before it, instead of by their numbers of ways.
    """
    found = dict.fromkeys(graph.edges, 0.0)
    for s in sources:
        for t in targets:
            if nx.has_path(graph, s, t):
                ways = list(nx.all_shortest_paths(graph, s, t))
                for way in ways:
                    for arc in zip(way[:-1], way[1:], strict=True):
                        found[arc] += 1 / len(ways)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_betweenness_equals_networkx(seed):
    net = any_network(seed, n=25, m=70)
    graph, sources, targets = flow_graph(net), members(net, "x"), members(net, "y")
    found = cn.intergroup_betweenness(net, "group", "x", "y")
    expected = nx.betweenness_centrality_subset(graph, sources, targets)
    np.testing.assert_allclose(found.works["betweenness"], [expected[work] for work in found.works.index])
    expected_arcs = by_every_shortest_way(graph, sources, targets)
    np.testing.assert_allclose(
        found.arcs["betweenness"],
        [expected_arcs[arc] for arc in zip(found.arcs["cited"], found.arcs["citing"], strict=True)],
    )
    ways = sum(nx.has_path(graph, s, t) for s in sources for t in targets)
    assert found.reachable == ways
    assert found.pairs == len(sources) * len(targets)
    assert found.arcs["betweenness"].is_monotonic_decreasing


def test_betweenness_turned_round_runs_the_other_way(net):
    there = cn.intergroup_betweenness(net, "group", "g0", "g1")
    back = cn.intergroup_betweenness(reversed_net(net), net.works["group"], "g1", "g0")
    pd.testing.assert_series_equal(there.works["betweenness"].sort_index(), back.works["betweenness"].sort_index())
    assert there.reachable == back.reachable <= there.feasible <= there.pairs
    assert there.reachability == there.reachable / there.pairs


def test_no_way_at_all():
    works = pd.DataFrame({"field": list("xy")}, index=list("ab"))
    found = cn.intergroup_betweenness(CitationNetwork(works), "field", "x", "y")
    assert (found.pairs, found.reachable, found.reachability) == (1, 0, 0)
    assert found.works["share"].isna().all()
    assert "0 of 1" in repr(found)


def test_compiled_and_interpreted_kernels_give_the_same_bytes(monkeypatch, net):
    pytest.importorskip("numba")
    in_a = np.flatnonzero(net.works["group"] == "g0")
    in_b = (net.works["group"] == "g1").to_numpy()
    flow, _ = idea_flow(net)
    found = []
    for route in ("interpreted", "compiled"):
        for one in (accumulate, carry):
            monkeypatch.setattr(one, "sized", taking(one.compiled if route == "compiled" else one))
        works, followers, reachable = betweenness(flow, in_a, in_b)
        effect = cn.removal_effect(net, "group", "g0", "g1").works
        found.append((works.tobytes(), followers.tobytes(), reachable, effect.to_csv()))
    assert found[0] == found[1]


def taking(route):
    return lambda _: route


# -- structural holes ------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_constraint_and_bridging_centrality_equal_networkx(seed, monkeypatch):
    net = any_network(seed)
    graph = net.to_networkx()
    expected = nx.constraint(graph)
    np.testing.assert_allclose(cn.burt_constraint(net), [expected[work] for work in net.ids])
    monkeypatch.setattr("citenet.bridging.constraint._BLOCK", 10)
    np.testing.assert_allclose(cn.burt_constraint(net), [expected[work] for work in net.ids])
    plain = graph.to_undirected()
    between = nx.betweenness_centrality(plain, normalized=False)
    table = cn.bridging_centrality(net)
    np.testing.assert_allclose(table["betweenness"], [between[work] for work in net.ids], atol=1e-9)
    for work in net.ids:
        around = list(plain[work])
        if not around:
            assert np.isnan(table.loc[work, "bridging_coefficient"])
            continue
        coefficient = (1 / len(around)) / sum(1 / plain.degree(u) for u in around)
        assert table.loc[work, "bridging_centrality"] == pytest.approx(coefficient * between[work])


# -- removal ------------------------------------------------------------------


def connected(graph, sources, targets):
    return sum(nx.has_path(graph, s, t) for s in sources for t in targets if s in graph and t in graph)


@given(st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_removal_equals_taking_each_work_out(seed):
    net = any_network(seed)
    graph, sources, targets = flow_graph(net), members(net, "x"), members(net, "y")
    effect = cn.removal_effect(net, "group", "x", "y")
    assert effect.reachable == connected(graph, sources, targets)
    whole = observed_and_expected(net)
    assert effect.citations == whole[0]
    assert effect.expected == pytest.approx(whole[1])
    for work, row in effect.works.iterrows():
        without = graph.copy()
        without.remove_node(work)
        assert row["pairs_through"] + row["pairs_ended"] == effect.reachable - connected(without, sources, targets)
        ended = sum(nx.has_path(graph, s, t) for s in sources for t in targets if work in (s, t))
        assert row["pairs_ended"] == ended
        left = observed_and_expected(net.subset(net.ids != work))
        assert row["citations"] == whole[0] - left[0]
        if left[1] > 0:
            assert row["ratio_without"] == pytest.approx(left[0] / left[1])
        else:
            assert np.isnan(row["ratio_without"])


def observed_and_expected(net):
    """Citations of x by y among dated labelled arcs, and what the strata expect."""
    groups = net.works["group"]
    if not {"x", "y"} <= set(groups.dropna()):
        arcs = net.citing, net.cited
        dated = ~np.isnan(net.year[arcs[0]]) & ~np.isnan(net.year[arcs[1]])
        labels = groups.to_numpy()
        return int(sum(labels[i] == "y" and labels[j] == "x" for i, j in zip(*arcs, strict=True) if dated.any())), 0.0
    test = cn.mixing_test(net, "group")
    i, j = test.names.index("y"), test.names.index("x")
    return test.statistic[i, j], test.expected[i, j]


def test_order_of_works_and_names_of_groups_change_nothing(net):
    order = np.random.default_rng(0).permutation(net.n_works)
    works = net.works.iloc[order]
    place = np.argsort(order)
    again = CitationNetwork(works, place[net.citing][::-1], place[net.cited][::-1])
    renamed = net.works["group"].map({"g0": "z", "g1": "b", "g2": "a"})
    for one, two in (
        (cn.removal_effect(net, "group", "g0", "g1").works, cn.removal_effect(again, "group", "g0", "g1").works),
        (cn.participation(net, "group"), cn.participation(again, "group")),
    ):
        pd.testing.assert_frame_equal(one, two)
    one = cn.removal_effect(net, "group", "g0", "g1").works
    two = cn.removal_effect(net, renamed, "z", "b").works
    pd.testing.assert_frame_equal(one.drop(columns="group"), two.drop(columns="group"))
