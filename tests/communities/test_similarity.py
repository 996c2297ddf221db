"""Coupling and co-citation: the golden triple, brute force, normalisations."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from citenet import bibliographic_coupling, co_citation
from citenet._support import kernel
from citenet.communities import _overlap
from citenet.errors import InputError
from citenet.network import CitationNetwork


def random_network(seed: int = 0, n: int = 40) -> CitationNetwork:
    rng = np.random.default_rng(seed)
    citing, cited = np.nonzero(np.tril(rng.random((n, n)) < 0.2, -1))
    return CitationNetwork(pd.DataFrame(index=[f"w{i:03d}" for i in range(n)]), citing, cited)


def pairs(matrix, net: CitationNetwork) -> dict[str, int]:
    upper = matrix.tocoo()
    return {net.ids[i] + net.ids[j]: int(w) for i, j, w in zip(*upper.coords, upper.data, strict=True) if i < j}


def test_the_triple(from_edges):
    """Works A, B, C whose shared references are {AB: 2, AC: 1, BC: 1}; the transposed network for co-citation."""
    arcs = [("A", "u"), ("A", "v"), ("A", "w"), ("B", "u"), ("B", "v"), ("B", "x"), ("C", "w"), ("C", "x")]
    net = from_edges(arcs)
    assert pairs(bibliographic_coupling(net), net) == {"AB": 2, "AC": 1, "BC": 1}
    net = from_edges([(cited, citing) for citing, cited in arcs])
    assert pairs(co_citation(net), net) == {"AB": 2, "AC": 1, "BC": 1}


@pytest.mark.parametrize("min_weight", [1, 2, 4])
def test_counts_match_sets(min_weight):
    net = random_network()
    lists = [set(net.cited[net.citing == i].tolist()) for i in range(net.n_works)]
    coupling = bibliographic_coupling(net, min_weight=min_weight).toarray()
    citers = [set(net.citing[net.cited == i].tolist()) for i in range(net.n_works)]
    together = co_citation(net, min_weight=min_weight).toarray()
    for i, j in itertools.product(range(net.n_works), repeat=2):
        shared, both = len(lists[i] & lists[j]), len(citers[i] & citers[j])
        assert coupling[i, j] == (shared if i != j and shared >= min_weight else 0)
        assert together[i, j] == (both if i != j and both >= min_weight else 0)


def test_transposing_swaps_coupling_and_co_citation():
    net = random_network(1)
    turned = CitationNetwork(net.works, net.cited, net.citing)
    assert (bibliographic_coupling(net) != co_citation(turned)).nnz == 0


def test_normalisations_by_hand(from_edges):
    """A cites u, v, w; B cites u, v: 2 shared, lengths 3 and 2, 5 references in all."""
    net = from_edges([("A", "u"), ("A", "v"), ("A", "w"), ("B", "u"), ("B", "v")])
    expected = {"association": 2 * 5 / 6, "cosine": 2 / 6**0.5, "jaccard": 2 / 3, "inclusion": 1.0}
    for name, value in expected.items():
        assert bibliographic_coupling(net, normalise=name)[0, 1] == pytest.approx(value)


def test_empty_and_wrong(from_edges):
    empty = CitationNetwork()
    assert bibliographic_coupling(empty).shape == (0, 0)
    assert co_citation(from_edges([], ["a", "b"]), normalise="cosine").nnz == 0
    with pytest.raises(InputError, match="min_weight=0"):
        co_citation(empty, min_weight=0)
    with pytest.raises(InputError, match="did you mean 'cosine'"):
        co_citation(empty, normalise="cosin")


@pytest.mark.parametrize("least", [1, 2, 3])
@pytest.mark.parametrize("shape", [(60, 40), (300, 30), (5, 200)])
def test_both_routes_give_the_same_bytes(monkeypatch, least, shape):
    if kernel.numba() is None:
        pytest.skip("the compiled route needs citenet[fast]")
    lists = sparse.random_array(shape, density=0.15, rng=np.random.default_rng(5), dtype=np.float64, format="csr")
    lists.data[:] = 1
    lists = lists.astype(np.int32)
    lists.sort_indices()
    monkeypatch.setattr(_overlap, "BLOCK", 500)
    found = []
    for limit in (np.inf, 0):
        monkeypatch.setattr(kernel, "WORTH_COMPILING", limit)
        found.append(_overlap.common_members(lists, lists.T.tocsr(), least))
    for one, other in zip(*((m.indptr, m.indices, m.data) for m in found), strict=True):
        assert (one.dtype, one.tobytes()) == (other.dtype, other.tobytes())
    assert found[0].has_canonical_format
