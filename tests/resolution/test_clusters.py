"""Clusters join from the surest pair on and never against what keeps two records apart."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.resolution.clusters import clusters, inner_pairs, split_ids

pair = st.tuples(st.integers(0, 7), st.integers(0, 7))


@given(pairs=st.lists(pair, max_size=15))
def test_without_conflicts_clusters_are_connected_components(pairs):
    graph = nx.Graph(pairs)
    graph.add_nodes_from(range(8))
    lowest = {node: min(part) for part in nx.connected_components(graph) for node in part}
    assert clusters(8, pairs).tolist() == [lowest[node] for node in range(8)]


@given(
    pairs=st.lists(pair, max_size=15),
    dois=st.lists(st.sampled_from([None, "a", "b"]), min_size=8, max_size=8),
    apart=st.lists(pair.filter(lambda p: p[0] != p[1]), max_size=3),
    once=st.lists(st.integers(0, 9), min_size=8, max_size=8),
)
def test_no_cluster_holds_what_must_stay_apart(pairs, dois, apart, once):
    ids = split_ids(dois, [None] * 8)
    labels = clusters(8, pairs, ids=ids, apart=apart, once=once)
    for label in set(labels.tolist()):
        members = [i for i in range(8) if labels[i] == label]
        assert len({dois[i] for i in members} - {None}) <= 1
        assert len({once[i] for i in members}) == len(members)
        assert min(members) == label
    assert all(labels[one] != labels[other] for one, other in apart)


def test_of_a_chain_with_two_dois_the_less_sure_link_gives_way():
    ids = split_ids(["10.1/a", None, "10.1/b"], [None] * 3)
    assert clusters(3, [(1, 2), (0, 1)], ids=ids).tolist() == [0, 1, 1]
    assert clusters(3, [(0, 1), (1, 2)], ids=ids).tolist() == [0, 0, 2]


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ("pmid:1", "pmid:2", False),
        ("pmid:1", "wos:A", True),
        ("pmid:1 wos:A", "pmid:1 wos:B", True),
        ("nct:1", "nct:2", True),
    ],
)
def test_identifiers_conflict_where_a_work_has_one_of_them_and_none_is_shared(one, other, joined):
    labels = clusters(2, [(0, 1)], ids=split_ids([None, None], [one, other]))
    assert bool(labels[0] == labels[1]) is joined


def test_inner_pairs_are_those_of_clusters_of_three_and_more():
    one, other, large = inner_pairs(clusters(6, [(0, 1), (2, 3), (3, 4)]))
    assert list(zip(one.tolist(), other.tolist(), strict=True)) == [(2, 3), (2, 4), (3, 4)]
    assert large.size == 0


def test_the_records_of_a_large_cluster_are_compared_with_the_first_alone_and_told():
    one, other, large = inner_pairs(np.array([0, 0, 2, 2, 2, 2]), most=3)
    assert list(zip(one.tolist(), other.tolist(), strict=True)) == [(2, 3), (2, 4), (2, 5)]
    assert large.tolist() == [2, 3, 4, 5]


def test_certain_pairs_are_joined_whatever_their_identifiers_and_keep_all_of_them():
    ids = split_ids(["10.1/a", "10.1/b", "10.1/a", "10.1/b", "10.1/c"], [None] * 5)
    labels = clusters(5, [(0, 4), (0, 2), (0, 3)], certain=[(0, 1)], ids=ids)
    assert labels.tolist() == [0, 0, 0, 0, 4]
