"""Works resampled with their citations: what a resample is, and what it says of a statistic of the whole graph."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.bridging.vertex_bootstrap import resampled_works


def reachability(net, groups):
    return cn.intergroup_betweenness(net, groups, "A", "B").reachability


def test_copies_are_linked_as_the_works_they_are_copies_of(net):
    groups = cn.as_partition("group", net)
    drawn, labels = resampled_works(net, groups, np.random.default_rng(1))
    of = net.ids.get_indexer(pd.Index(drawn.works["copy_of"]))
    assert drawn.n_works == net.n_works
    assert labels.names_of(labels.labels).tolist() == drawn.works["group"].tolist()
    assert labels.sizes.to_dict() == groups.sizes.to_dict()
    adjacency = np.zeros((net.n_works, net.n_works), bool)
    adjacency[net.citing, net.cited] = True
    linked = np.zeros((drawn.n_works, drawn.n_works), bool)
    linked[drawn.citing, drawn.cited] = True
    apart = of[:, None] != of[None, :]
    np.testing.assert_array_equal(linked[apart], adjacency[np.ix_(of, of)][apart])
    assert not (linked & linked.T).any()


def test_copies_of_one_work_are_linked_at_the_density_of_the_graph(make_network):
    net = make_network(3, n=40, refs=10)
    groups = cn.as_partition("group", net)
    links = pairs = 0
    for child in np.random.default_rng(2).spawn(200):
        drawn, _ = resampled_works(net, groups, child)
        of = drawn.works["copy_of"].to_numpy()
        times = np.unique(of, return_counts=True)[1]
        pairs += int((times * (times - 1)).sum())
        links += int((of[drawn.citing] == of[drawn.cited]).sum())
    density = net.n_citations / (net.n_works * (net.n_works - 1))
    assert links / pairs == pytest.approx(density, abs=4 * np.sqrt(density / pairs))


def test_works_outside_the_corpus_are_drawn_apart_and_cite_nothing():
    works = pd.DataFrame({"field": ["x"] * 12, "external": [False] * 6 + [True] * 6}, index=[*"abcdefuvwxyz"])
    net = cn.CitationNetwork(works, [0, 1, 2, 3], [6, 7, 8, 0])
    for child in np.random.default_rng(1).spawn(20):
        drawn, _ = resampled_works(net, cn.as_partition("field", net), child)
        assert drawn.external.sum() == 6
        assert not drawn.external[drawn.citing].any()


def test_the_standard_error_is_above_that_of_independent_citations_but_not_by_far():
    """By the root of three in theory."""
    values = [
        cn.assortativity(cn.mixing_matrix(cn.datasets.simulate(200, preference=3.0, rng=seed), "field").counts).item()
        for seed in range(40)
    ]
    found = cn.vertex_bootstrap(cn.datasets.simulate(200, preference=3.0, rng=1), "field", n_boot=150, rng=1)
    assert 1.0 < found.se / np.std(values, ddof=1) < 2.4
    assert found.low < np.mean(values) < found.high


def test_one_value_a_group_stands_under_its_name(net):
    found = cn.vertex_bootstrap(net, "group", "coleman", n_boot=30, rng=1).to_frame()
    arcs = cn.mixing_matrix(net, "group")
    sizes = cn.as_partition("group", net).sizes.loc[list(arcs.names)]
    assert found["value"].to_dict() == pytest.approx(dict(zip(arcs.names, cn.coleman(arcs.counts, sizes), strict=True)))
    assert (found["se"] > 0).all()
    again = cn.vertex_bootstrap(net, "group", "coleman", n_boot=30, rng=1).to_frame()
    pd.testing.assert_frame_equal(found, again)


def test_groups_of_one_size_do_not_change_places_in_resamples():
    """Groups of one size are in order of their first work, which a resample may not hold."""
    works = pd.DataFrame({"field": ["x", "y"] * 10}, index=[f"w{i:02d}" for i in range(20)])
    inside = [(i, j) for i in range(2, 20, 2) for j in range(0, i, 2)]  # x cites x alone
    across = [(i, j) for i in range(1, 20, 2) for j in range(0, i, 2)]  # y cites x alone
    citing, cited = zip(*inside, *across, strict=True)
    found = cn.vertex_bootstrap(cn.CitationNetwork(works, citing, cited), "field", "ei_citing", n_boot=40, rng=1)
    table = found.to_frame()
    assert table["value"].to_dict() == {"x": -1.0, "y": 1.0}
    assert table.loc["x", "resampled"] == -1
    assert table.loc["y", "resampled"] > 0.8  # copies of a work of y may cite each other


def test_a_function_of_the_network_is_resampled_and_its_bias_told():
    net = cn.datasets.simulate(120, preference=3.0, rng=1)
    found = cn.vertex_bootstrap(net, "field", reachability, n_boot=30, rng=1)
    assert found.name == "reachability"
    assert found.statistic == reachability(net, "field")
    assert found.resampled < found.statistic
    assert ("more than a standard error off" in found.reason) == (found.statistic - found.resampled > found.se)


def test_undefined_is_nan_with_a_reason(net):
    single = cn.vertex_bootstrap(net, dict.fromkeys(net.ids, "all"), n_boot=5, rng=1)
    assert np.isnan([single.statistic, single.se, single.low]).all()
    assert "no value to resample" in single.reason
    few = cn.vertex_bootstrap(net, {work: "x" if i < 4 else "y" for i, work in enumerate(net.ids)}, n_boot=5, rng=1)
    assert np.isnan(few.se)
    assert "fewer than five works of x" in few.reason
    assert np.isnan(cn.vertex_bootstrap(cn.CitationNetwork(), {}, n_boot=2, rng=1).se)


def test_bad_calls_are_answered(net):
    with pytest.raises(cn.InputError, match="did you mean 'assortativity'"):
        cn.vertex_bootstrap(net, "group", "assortativty")
    with pytest.raises(cn.InputError, match="'preference' is not a choice"):
        cn.vertex_bootstrap(net, "group", "preference")
    with pytest.raises(cn.InputError, match="n_boot=0"):
        cn.vertex_bootstrap(net, "group", n_boot=0)
    with pytest.raises(cn.InputError, match="level=95"):
        cn.vertex_bootstrap(net, "group", level=95)
    with pytest.raises(cn.InputError, match="must be a number, or one row"):
        cn.vertex_bootstrap(net, "group", lambda net, groups: cn.mixing_matrix(net, groups).counts, n_boot=2)
    with pytest.raises(cn.InputError, match="in a resample"):
        cn.vertex_bootstrap(net, "group", lambda net, _: np.zeros(net.n_citations), n_boot=2)
    with pytest.raises(cn.InputError, match="detected"):
        cn.vertex_bootstrap(net, cn.detect_communities(net, rng=1), n_boot=2)
