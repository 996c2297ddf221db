"""Leiden: its guarantees, by brute force on small graphs; the same bytes on every route."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet._support import kernel
from citenet._support.kernel import random_bits
from citenet.communities.graph import LinkGraph
from citenet.communities.leiden import leiden
from citenet.communities.propagation import propagate_labels
from citenet.communities.quality import QUALITIES, Objective, objective
from citenet.errors import InputError

# On this graph Louvain moves a node away that held two parts of a group together, and leaves them behind as one.
LOST_BRIDGE = [
    (0, 1),
    (0, 7),
    (0, 11),
    (1, 6),
    (2, 3),
    (2, 6),
    (3, 5),
    (3, 7),
    (3, 8),
    (3, 9),
    (3, 11),
    (4, 8),
    (6, 7),
    (6, 10),
    (6, 11),
]


def graph_of(edges, n: int, weights=None) -> LinkGraph:
    arcs = np.array(sorted((max(e), min(e)) for e in edges), np.int32).reshape(-1, 2)
    return LinkGraph.from_arcs(n, arcs[:, 0].copy(), arcs[:, 1].copy(), weights)


def random_graph(n: int, degree: float, key: int, *, weighted: bool = False) -> LinkGraph:
    """Uniform random graph by our own generator: the same on every platform and NumPy."""
    pairs = [(i, j) for i in range(n) for j in range(i)]
    edges = [pair for at, pair in enumerate(pairs) if random_bits(key, at) / 2**32 < degree / (n - 1)]
    weights = np.array([(1 + random_bits(key + 1, at) % 7) / 3 for at in range(len(edges))]) if weighted else None
    return graph_of(edges, n, weights)


def adjacency(graph: LinkGraph) -> np.ndarray:
    """Symmetric matrix of weights."""
    matrix = np.zeros((graph.n, graph.n))
    rows = np.repeat(np.arange(graph.n), np.diff(graph.start))
    np.add.at(matrix, (rows, graph.neighbour), graph.weight if graph.weight.size else 1.0)
    return matrix


def is_connected(graph: LinkGraph, labels: np.ndarray) -> bool:
    matrix = adjacency(graph)
    return all(
        nx.is_connected(nx.from_numpy_array(matrix[np.ix_(members, members)]))
        for members in (np.flatnonzero(labels == c) for c in np.unique(labels))
    )


def run(goal: Objective, seed: int = 0, **options) -> np.ndarray:
    return leiden(goal, rng=np.random.default_rng(seed), **options)


graphs = st.builds(random_graph, st.integers(2, 24), st.floats(0.5, 8), st.integers(0, 10_000), weighted=st.booleans())


@settings(max_examples=60, deadline=None)
@given(graphs, st.sampled_from(QUALITIES), st.floats(0.2, 4), st.integers(0, 99))
def test_guarantees(graph, quality, resolution, seed):
    """Connected; no two groups merge with gain; no node gains by leaving for another or an empty group."""
    goal = objective(graph, quality, resolution)
    labels = run(goal, seed)
    if graph.neighbour.size == 0:
        assert labels.tolist() == list(range(graph.n))
        return
    assert is_connected(graph, labels)
    value, k = goal.value(labels), labels.max() + 1
    for c, d in itertools.combinations(range(k), 2):
        assert goal.value(np.where(labels == d, c, labels)) <= value + 1e-9
    for i, c in itertools.product(range(graph.n), range(k + 1)):
        moved = labels.copy()
        moved[i] = c
        assert goal.value(moved) <= value + 1e-9
    assert goal.value(np.arange(graph.n)) <= value + 1e-9


def best_subset_gain(goal: Objective, labels: np.ndarray) -> float:
    """Most that moving any subset of a group to another or an empty group raises the quality."""
    k, value, most = labels.max() + 1, goal.value(labels), -np.inf
    for c in range(k):
        members = np.flatnonzero(labels == c)
        subsets = itertools.chain.from_iterable(itertools.combinations(members, r) for r in range(1, members.size + 1))
        for subset, d in itertools.product(subsets, range(k + 1)):
            if d != c:
                moved = labels.copy()
                moved[list(subset)] = d
                most = max(most, goal.value(moved) - value)
    return most


def test_works_without_a_link_change_no_quality():
    """The density that the constant Potts model is measured in is that of the linked works."""
    graph = random_graph(30, 6, 1)
    n = graph.n + 40
    wider = LinkGraph(
        np.append(graph.start, np.repeat(graph.start[-1], 40)),
        graph.neighbour,
        graph.weight,
        np.append(graph.out, np.zeros(40)),
        np.append(graph.into, np.zeros(40)),
        graph.directed,
    )
    for quality in QUALITIES:
        goal, other = objective(graph, quality), objective(wider, quality)
        labels = run(goal, 1)
        assert other.value(np.append(labels, np.arange(graph.n, n))) == pytest.approx(goal.value(labels), abs=1e-12)


@pytest.mark.parametrize("quality", QUALITIES)
def test_subset_optimality(quality):
    """One run is mostly subset-optimal, the best of ten always (20 graphs, every subset tried)."""
    single = 0
    for key in range(20):
        goal = objective(random_graph(8 + key % 3, 3, key), quality)
        found = [run(goal, seed) for seed in range(10)]
        single += best_subset_gain(goal, found[0]) <= 1e-9
        assert best_subset_gain(goal, max(found, key=goal.value)) <= 1e-9
    assert single >= 17


def test_a_group_that_lost_its_bridge_is_split():
    """On this graph Louvain leaves a community in two pieces; Leiden never does, from there either."""
    from community import best_partition

    graph = nx.empty_graph(12)
    graph.add_edges_from(LOST_BRIDGE)
    ours = graph_of(LOST_BRIDGE, 12)
    goal = objective(ours, "undirected modularity", 0.5)
    broken = []
    for seed in range(20):
        louvain = best_partition(graph, resolution=0.5, random_state=seed)
        labels = np.array([louvain[i] for i in range(12)])
        broken.append(not is_connected(ours, labels))
        for start in (None, labels):
            assert is_connected(ours, run(goal, seed, start=start, iterations=1))
    assert any(broken)


def test_quality_by_definition():
    """Directed modularity as in networkx; the constant Potts model pair by pair."""
    graph = nx.gnp_random_graph(30, 0.15, seed=3, directed=True)
    arcs = np.array(sorted(graph.edges()), np.int32)
    ours = LinkGraph.from_arcs(30, arcs[:, 0].copy(), arcs[:, 1].copy())
    labels = np.arange(30) % 4
    sets = [set(np.flatnonzero(labels == c).tolist()) for c in range(4)]
    expected = nx.community.modularity(graph, sets, resolution=1.3)
    assert objective(ours, "modularity", 1.3).value(labels) == pytest.approx(expected)
    same = np.triu(labels[:, None] == labels[None, :], 1)
    density = len(arcs) / (30 * 29 / 2)
    potts = (adjacency(ours)[same].sum() - 2 * density * same.sum()) / len(arcs)
    assert objective(ours, "cpm", 2.0).value(labels) == pytest.approx(potts)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("quality", QUALITIES)
def test_both_routes_give_the_same_bytes(monkeypatch, quality, weighted):
    if kernel.numba() is None:
        pytest.skip("the compiled route needs citenet[fast]")
    graph = random_graph(150, 6, 5, weighted=weighted)
    goal = objective(graph, quality, 1.2)
    found = {}
    for route, limit in (("interpreted", np.inf), ("compiled", 0)):
        monkeypatch.setattr(kernel, "WORTH_COMPILING", limit)
        found[route] = run(goal, 3), propagate_labels(graph, rng=np.random.default_rng(3))
    for one, other in zip(found["interpreted"], found["compiled"], strict=True):
        assert one.tobytes() == other.tobytes()


DIGEST = "fd1370d6835a550d"


def digest() -> str:
    bytes_ = b"".join(
        run(objective(random_graph(80, 5, key, weighted=key > 1), q), key).tobytes()
        for key in (1, 2)
        for q in QUALITIES
    )
    return hashlib.sha256(bytes_).hexdigest()[:16]


def test_the_same_bytes_on_every_machine():
    """Recorded once; any Python, NumPy, platform or hash seed must give it again."""
    assert digest() == DIGEST


def test_hash_seed_does_not_matter():
    code = (
        "import networkx as nx, citenet as c; from citenet.network import CitationNetwork as N;"
        "g = nx.DiGraph([(str(max(e)), str(min(e))) for e in nx.karate_club_graph().edges()]);"
        "n = N.from_networkx(g);"
        "print([c.detect_communities(n, method=m, rng=5).labels.tolist() for m in ('leiden', 'louvain')])"
    )
    outputs = set()
    for seed in ("0", "1", "42"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        outputs.add(subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout)
    assert len(outputs) == 1


def test_warm_start_keeps_or_improves():
    goal = objective(random_graph(60, 5, 9))
    start = np.arange(60, dtype=np.int32) % 5
    assert goal.value(run(goal, start=start)) > goal.value(start)
    best = run(goal)
    assert goal.value(run(goal, 1, start=best)) >= goal.value(best) - 1e-12
    partial = np.where(np.arange(60) < 30, best, -1).astype(np.int32)
    assert is_connected(goal.graph, run(goal, start=partial))
    with pytest.raises(InputError, match="the graph has 60 nodes"):
        run(goal, start=start[:3])
    with pytest.raises(InputError, match="iterations=0"):
        run(goal, iterations=0)


def test_scaling_all_weights_changes_nothing():
    graph = random_graph(50, 5, 4, weighted=True)
    big = LinkGraph(
        graph.start, graph.neighbour, graph.weight * 1024, graph.out * 1024, graph.into * 1024, directed=True
    )
    assert run(objective(graph)).tolist() == run(objective(big)).tolist()


def test_cliques_in_a_ring_at_two_resolutions():
    """Thirty cliques of five: modularity at γ = 1 joins neighbours (the resolution limit), γ = 4 parts all."""
    edges = [(5 * c + i, 5 * c + j) for c in range(30) for i in range(5) for j in range(i)]
    edges += [(5 * c, (5 * c + 6) % 150) for c in range(30)]
    graph = graph_of(edges, 150)
    assert run(objective(graph)).max() + 1 < 30
    assert run(objective(graph, resolution=4)).reshape(30, 5).tolist() == [[c] * 5 for c in range(30)]


def test_the_order_of_a_sum_decides_nothing():
    """A node between three and two: 0.1 + 0.2 + 0.3 is more than 0.6 in floats, 0.3 + 0.2 + 0.1 is not."""
    one, other = np.array([1, 1, 2, 4, 0, 0, 0, 0]), np.array([2, 3, 3, 5, 1, 2, 3, 4])
    found = set()
    for seed in range(20):
        rising, falling = (
            propagate_labels(
                LinkGraph.from_arcs(6, one, other, np.array([9, 9, 9, 9, *weights, 0.6])),
                rng=np.random.default_rng(seed),
            ).tolist()
            for weights in ((0.1, 0.2, 0.3), (0.3, 0.2, 0.1))
        )
        assert rising == falling
        found.add(rising[4] == rising[0])
    assert found == {True, False}


def test_label_propagation_stops_at_the_majority():
    graph = random_graph(60, 6, 2)
    labels = propagate_labels(graph, rng=np.random.default_rng(0))
    matrix = adjacency(graph)
    towards = np.array([np.bincount(labels, matrix[i], minlength=labels.max() + 1) for i in range(60)])
    assert is_connected(graph, labels)
    assert (towards[np.arange(60), labels] == towards.max(axis=1)).all()
