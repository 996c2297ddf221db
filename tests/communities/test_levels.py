"""Levels nest; small groups join the one they are most strongly linked to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from citenet import community_levels, detect_communities, merge_small
from citenet.communities.graph import link_graph
from citenet.communities.leiden import coarsened
from citenet.communities.quality import QUALITIES, objective
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition


def test_levels_nest_and_say_so_in_their_names(planted):
    net, _ = planted(groups=12, size=20)
    levels = community_levels(net, {"meso": 1.0, "micro": 6.0, "macro": 0.3}, rng=1)
    assert list(levels) == ["macro", "meso", "micro"]
    assert levels["macro"].n_groups <= levels["meso"].n_groups <= levels["micro"].n_groups
    frame = levels.to_frame().dropna()
    assert (frame["micro"].str.rsplit(".", n=1).str[0] == frame["meso"]).all()
    assert (frame["meso"].str.rsplit(".", n=1).str[0] == frame["macro"]).all()
    assert levels["micro"].params["resolution"] == 6.0
    expected = objective(link_graph(net), "modularity", 6.0).value(levels["micro"].labels)
    assert levels["micro"].quality == pytest.approx(expected)


@pytest.mark.parametrize("quality", QUALITIES)
def test_coarsening_shifts_the_quality_by_a_constant(planted, quality):
    net, _ = planted(groups=4, size=10)
    goal = objective(link_graph(net), quality, 1.5)
    fine = np.arange(40, dtype=np.int32) // 4
    coarse = coarsened(goal, fine)
    rng = np.random.default_rng(0)
    gaps = [goal.value(c[fine]) - coarse.value(c) for c in rng.integers(0, 4, (5, 10))]
    assert gaps == pytest.approx([gaps[0]] * 5)


def test_every_level_counts_the_works_without_a_link(from_edges):
    levels = community_levels(from_edges([("b", "a")], list("abcd")), rng=1)
    assert [level.params["isolates"] for level in levels.values()] == [2, 2, 2]


def test_wrong_levels(karate):
    with pytest.raises(InputError, match="at least one level"):
        community_levels(karate, {})
    with pytest.raises(InputError, match="a resolution of its own"):
        community_levels(karate, {"a": 1.0, "b": 1.0})
    with pytest.raises(InputError, match="trials=0"):
        community_levels(karate, trials=0)
    for unnamed in ([1, 2], None, 2.0):
        with pytest.raises(InputError, match="name the levels, as in {'macro': 0.5"):
            community_levels(karate, unnamed)
    for value in ("fine", [1], -1):
        with pytest.raises(InputError, match="positive number"):
            community_levels(karate, {"a": value})
    with pytest.raises(InputError, match="is no partition"):
        merge_small(karate, {"a": [1]}, 2)
    assert community_levels(CitationNetwork(), rng=1).to_frame().empty


def merged_step_by_step(net, labels, min_size):
    """Merge by the definition, with a table of all groups in every step."""
    graph = net.to_scipy().toarray().astype(float)
    graph, labels = graph + graph.T, labels.copy()
    while True:
        sizes = np.bincount(labels[labels >= 0])
        small = [(n, c) for c, n in enumerate(sizes) if 0 < n < min_size]
        if not small:
            return labels
        c = min(small)[1]
        others = [d for d in np.unique(labels[labels >= 0]) if d != c]
        strength = {d: graph[np.ix_(labels == c, labels == d)].sum() / sizes[d] for d in others}
        best = max(strength, key=lambda d: (strength[d], -d), default=-1)
        labels[labels == c] = best if best >= 0 and strength[best] > 0 else -1


@pytest.mark.parametrize("seed", range(8))
def test_merging_follows_its_definition(planted, seed):
    net, _ = planted(groups=5, size=12, inside=1.2, outside=0.4, seed=seed)
    labels = np.random.default_rng(seed).integers(-1, 30, 60)
    start = Partition(net.ids, np.unique(labels, return_inverse=True)[1] - (labels.min() < 0))
    for min_size in (2, 5, 12):
        expected = Partition(net.ids, merged_step_by_step(net, start.labels, min_size))
        assert merge_small(net, start, min_size).labels.tolist() == expected.labels.tolist()


def test_many_small_groups_without_links_are_merged_into_none():
    ids = pd.Index([f"w{i:05d}" for i in range(32000)])
    merged = merge_small(CitationNetwork(pd.DataFrame(index=ids)), Partition(ids, np.arange(32000) // 2), 3)
    assert merged.params["small and unlinked"] == 16000


def test_merging_takes_the_links_that_the_groups_were_found_in(karate):
    found = detect_communities(karate, weights="fractional", resolution=4, rng=1)
    assert merge_small(karate, found, 6).labels.tolist() == (
        merge_small(karate, found, 6, weights="fractional").labels.tolist()
    )
    own = karate.to_scipy()
    found = detect_communities(karate, weights=own + own.T, rng=1)
    with pytest.raises(InputError, match="pass them here as well"):
        merge_small(karate, found, 6)
    assert merge_small(karate, found, 6, weights=own + own.T).sizes.min() >= 6
    with pytest.raises(InputError, match=r"min_size=1\.5"):
        merge_small(karate, found, 1.5)


def test_small_groups_join_by_link_weight_per_pair(from_edges):
    """Work z has one citation to the pair {x, y} and one to the group of four: per pair of works the pair is nearer."""
    edges = [("b", "a"), ("c", "a"), ("d", "a"), ("y", "x"), ("z", "x"), ("z", "a")]
    net = from_edges(edges)
    groups = Partition(net.ids, [0, 0, 0, 0, 1, 1, 2], names=["four", "pair", "one"])
    merged = merge_small(net, groups, 2)
    assert merged.to_frame().loc["z", "group"] == "pair"
    assert merged.params["merged"] == 1
    assert merge_small(net, groups, 1).to_frame().equals(groups.to_frame())
    assert merge_small(net, groups, 4).n_groups == 1


def test_small_groups_after_detection(planted):
    net, _ = planted(groups=5, size=30, outside=3)
    found = detect_communities(net, resolution=8, rng=1)
    merged = merge_small(net, found, 10)
    assert merged.sizes.min() >= 10
    assert (merged.labels >= 0).sum() == (found.labels >= 0).sum()
    assert merged.origin == "detected"
    assert merged.group_names == tuple(str(i + 1) for i in range(merged.n_groups))
    with pytest.raises(InputError, match="min_size=0"):
        merge_small(net, found, 0)
