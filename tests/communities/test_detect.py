"""detect_communities: known partitions, what the result says, order and seeds."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import citenet as cn
from citenet import agreement, detect_communities, improve_communities
from citenet._support import kernel
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

METHODS = ["leiden", "louvain", "label propagation"]
OPTIMISERS = METHODS[:2]


def groups_of(partition: Partition) -> list[set[str]]:
    frame = partition.to_frame().dropna()
    return [set(members) for members in frame.groupby("group").groups.values()]


@pytest.mark.parametrize("method", OPTIMISERS)
def test_karate_club(karate, method):
    """The best known modularity without direction is 0.4198, in four groups."""
    found = detect_communities(karate, method=method, quality="undirected modularity", trials=5, rng=1)
    assert found.quality == pytest.approx(0.4198, abs=0.002)
    assert found.n_groups == 4
    graph = karate.to_networkx().to_undirected()
    assert found.quality == pytest.approx(nx.community.modularity(graph, groups_of(found)))


@pytest.mark.parametrize("method", OPTIMISERS)
def test_planted_groups_are_found(planted, method):
    net, truth = planted()
    found = detect_communities(net, method=method, rng=1)
    assert agreement(found, Partition(net.ids, truth)).ami > 0.95


@pytest.mark.parametrize("method", OPTIMISERS)
def test_ring_of_cliques(from_edges, method):
    edges = [(f"{c}{i}", f"{c}{j}") for c in "abcdefgh" for i in range(5) for j in range(i)]
    ring = [(f"{c}0", f"{d}1") for c, d in zip("abcdefgh", "bcdefgha", strict=True)]
    found = detect_communities(from_edges(edges + ring), method=method, rng=1)
    assert sorted(map(sorted, groups_of(found))) == [[f"{c}{i}" for i in range(5)] for c in "abcdefgh"]


@pytest.mark.parametrize("method", METHODS)
def test_order_of_works_and_citations_changes_nothing(planted, method):
    net, _ = planted(seed=2, outside=3)
    expected = detect_communities(net, method=method, rng=7)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        works, arcs = net.to_frames()
        shuffled = CitationNetwork.from_frames(
            works.iloc[rng.permutation(len(works))], arcs.iloc[rng.permutation(len(arcs))]
        )
        found = detect_communities(shuffled, method=method, rng=7)
        assert found.to_frame().equals(expected.to_frame())
        np.testing.assert_equal(found.quality, expected.quality)


def test_the_result_says_what_was_done(planted):
    net, _ = planted(groups=3, size=20)
    found = detect_communities(net, method="louvain", resolution=1.5, trials=2, rng=11)
    assert found.origin == "detected"
    assert found.seed == 11
    assert found.params == {
        "quality": "undirected modularity",
        "directed": False,
        "resolution": 1.5,
        "weights": "arcs",
        "trials": 2,
        "isolates": 0,
    }


def test_label_propagation_claims_to_optimise_nothing(karate):
    found = detect_communities(karate, method="label propagation", rng=1)
    assert found.params == {"quality": "none", "directed": False, "weights": "arcs", "trials": 1, "isolates": 0}
    assert math.isnan(found.quality)
    with pytest.raises(InputError, match="no run is the best"):
        detect_communities(karate, method="label propagation", trials=2)


@pytest.mark.parametrize("method", METHODS)
def test_works_without_links_stay_unassigned(from_edges, method):
    found = detect_communities(from_edges([("b", "a"), ("c", "b")], ["lonely", "z"]), method=method, rng=1)
    assert found.to_frame()["group"].isna().tolist() == [False, False, False, True, True]
    assert found.params["isolates"] == 2


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("weights", ["arcs", "fractional", "coupling", "co-citation"])
def test_networks_without_links(from_edges, method, weights):
    for net in (CitationNetwork(), from_edges([], ["a", "b"])):
        found = detect_communities(net, method=method, weights=weights, rng=1)
        assert found.n_groups == 0
        assert len(found.works) == net.n_works
        assert math.isnan(found.quality)


def test_wrong_arguments(karate):
    with pytest.raises(InputError, match="did you mean 'leiden'"):
        detect_communities(karate, method="lieden")
    with pytest.raises(InputError, match="resolution=0"):
        detect_communities(karate, resolution=0)
    with pytest.raises(InputError, match="trials=0"):
        detect_communities(karate, trials=0)
    with pytest.raises(InputError, match=r"trials=2\.5"):
        detect_communities(karate, trials=2.5)
    with pytest.raises(InputError, match="resolution='1'"):
        detect_communities(karate, resolution="1")
    for weights in (None, np.ones((34, 34))):
        with pytest.raises(InputError, match="sparse array"):
            detect_communities(karate, weights=weights)
    with pytest.raises(InputError, match="none of the network's works"):
        improve_communities(karate, Partition(pd.Index(["x", "y"]), [0, 1]))
    for huge, said in ((1e300, "divide them all"), (1j, "real numbers")):
        with pytest.raises(InputError, match=said):
            detect_communities(karate, weights=sparse.csr_array(np.full((34, 34), huge)))
    with pytest.raises(InputError, match="'club' is no partition"):
        improve_communities(karate, "club")
    with pytest.raises(InputError, match="undirected modularity only"):
        detect_communities(karate, method="louvain", quality="cpm")
    with pytest.raises(InputError, match="choices: 'modularity'"):
        detect_communities(karate, quality="surprise")
    for method in METHODS:
        with pytest.raises(InputError, match="quality='nonsense'"):
            detect_communities(karate, method=method, quality="nonsense")


@pytest.mark.parametrize(
    "call",
    [
        detect_communities,
        cn.bibliographic_coupling,
        cn.consensus,
        cn.redetection_test,
        lambda net: cn.describe_communities(net, Partition(pd.Index([]), [])),
    ],
)
def test_a_corpus_is_no_network(call):
    with pytest.raises(InputError, match=r"a Corpus is no CitationNetwork; build_network\(corpus, resolve\(corpus\)\)"):
        call(cn.Corpus())


def test_own_similarities(karate):
    from citenet import bibliographic_coupling

    found = detect_communities(karate, weights=bibliographic_coupling(karate, normalise="cosine"), rng=1)
    assert found.params["weights"] == "given"
    assert not found.params["directed"]
    asymmetric = karate.to_scipy().astype(float)
    with pytest.raises(InputError, match="must be symmetric"):
        detect_communities(karate, weights=asymmetric)
    with pytest.raises(InputError, match="has shape"):
        detect_communities(karate, weights=asymmetric[:3, :3])


def test_fractional_weights_by_hand(from_edges):
    """Work b is related to a and c: each relation counts 1/2 at b and 1 at the other end."""
    from citenet.communities.graph import link_graph

    graph = link_graph(from_edges([("b", "a"), ("c", "b")]), "fractional")
    assert graph.weight.tolist() == [1.5, 1.5, 1.5, 1.5]
    assert graph.out.tolist() == [0.75, 1.5, 0.75]
    assert not graph.directed


def test_two_works_citing_each_other_are_one_relation():
    from citenet.communities.graph import link_graph

    net = CitationNetwork(pd.DataFrame(index=["a", "b"]), [0, 1], [1, 0])
    assert link_graph(net, "fractional").weight.tolist() == [2.0, 2.0]
    assert link_graph(net).neighbour.tolist() == [1, 1, 0, 0]


def test_starting_from_disciplines_never_ends_below_them(planted):
    net, truth = planted(groups=5, size=20, outside=2)
    rng = np.random.default_rng(0)
    rough = Partition(net.ids, np.where(rng.random(100) < 0.7, truth, rng.integers(-1, 5, 100)))
    better = improve_communities(net, rough, rng=1)
    assert better.params["start"] == "given"
    assert agreement(better, Partition(net.ids, truth)).ami > agreement(rough, Partition(net.ids, truth)).ami
    best = detect_communities(net, trials=5, rng=1)
    assert improve_communities(net, best, rng=1).quality >= best.quality - 1e-12
    smaller = net.subset(net.ids[:60])
    assert len(improve_communities(smaller, best, rng=1).works) == 60


def test_more_trials_are_never_worse(planted):
    net, _ = planted(groups=8, size=15, inside=3, outside=3)
    one, many = (detect_communities(net, trials=n, rng=3).quality for n in (1, 8))
    assert many >= one


def partitions_of(net: CitationNetwork) -> Iterator[Partition]:
    """Every way to detect, and what is built upon it."""
    for method in METHODS:
        yield detect_communities(net, method=method, rng=3)
    for quality in ("undirected modularity", "cpm"):
        yield detect_communities(net, quality=quality, resolution=2.0, trials=2, rng=3)
    for weights in ("fractional", "coupling", "co-citation"):
        yield detect_communities(net, weights=weights, rng=3)
    yield cn.consensus(net, 5, rng=3).partition
    yield from cn.community_levels(net, rng=3).partitions.values()
    yield from cn.scan_resolution(net, [0.5, 1, 2], rng=3).partitions


DIGEST = "5c67949c93f9d466"


@pytest.mark.parametrize("route", ["as it comes", "compiled"])
def test_the_same_partitions_on_every_python_with_and_without_numba(monkeypatch, route):
    """Recorded once on Python 3.11 with numba; any Python, platform or hash seed must give it again, either way."""
    if route == "compiled":
        if kernel.numba() is None:
            pytest.skip("the compiled route needs citenet[fast]")
        monkeypatch.setattr(kernel, "WORTH_COMPILING", 0)
    net = cn.datasets.simulate(150, preference=4.0, n_references=6, rng=5)
    found = list(partitions_of(net))
    assert len(found) == 15
    content = b"".join(partition.labels.astype("<i4").tobytes() for partition in found)
    assert hashlib.sha256(content).hexdigest()[:16] == DIGEST
