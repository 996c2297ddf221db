"""Diversity of reference lists: identities, exact rarefaction against every subset, NaN where nothing is known."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import entropy

import citenet as cn
from citenet.bridging.diversity import (
    expected_groups,
    profile_distance,
    rao_stirling,
    rarefied,
    shannon,
    simpson,
    true_diversity,
)
from citenet.network import CitationNetwork

COUNTS = arrays(np.int64, st.integers(2, 5), elements=st.integers(0, 9))


def distances(k, seed=0):
    d = np.random.default_rng(seed).random((k, k))
    d = (d + d.T) / 2
    np.fill_diagonal(d, 0)
    return d


@given(COUNTS)
@settings(max_examples=60, deadline=None)
def test_rao_stirling_over_ordered_pairs(counts):
    k, total = counts.size, counts.sum()
    d = distances(k)
    found = rao_stirling(counts, d)
    if total == 0:
        assert np.isnan(found)
        return
    p = counts / total
    assert found == pytest.approx(sum(p[i] * p[j] * d[i, j] for i in range(k) for j in range(k) if i != j))
    assert rao_stirling(counts) == pytest.approx(float(simpson(counts)))
    assert shannon(counts) == pytest.approx(entropy(p))
    assert 1 <= true_diversity(found) <= k + 1e-9


def test_two_groups_at_distance_one_are_simpson():
    """K = 2, d = 1: 2 p (1 - p)."""
    for n in range(11):
        p = n / 10
        assert rao_stirling([n, 10 - n], [[0, 1], [1, 0]]) == pytest.approx(2 * p * (1 - p))
        assert simpson([n, 10 - n]) == pytest.approx(2 * p * (1 - p))


def test_true_diversity_of_equal_groups_is_their_number():
    assert true_diversity(rao_stirling([4, 4, 4, 4])) == pytest.approx(4)


@given(arrays(np.int64, 3, elements=st.integers(0, 3)), st.integers(2, 5))
@settings(max_examples=40, deadline=None)
def test_rarefaction_is_the_mean_over_every_part(counts, size):
    bag = np.repeat(np.arange(3), counts)
    d = distances(3, 1)
    found = [rarefied(counts, size), rarefied(counts, size, d), expected_groups(counts, size)]
    if bag.size < size:
        assert np.isnan(found).all()
        return
    parts = [np.bincount(part, minlength=3) for part in combinations(bag, size)]
    every = [np.mean([f(part) for part in parts]) for f in (simpson, lambda c: rao_stirling(c, d), np.count_nonzero)]
    np.testing.assert_allclose(found, every, atol=1e-9)


def test_unbiased_simpson_does_not_depend_on_the_size():
    assert simpson([6, 2], unbiased=True) == pytest.approx(2 * rarefied([6, 2], 2))
    assert np.isnan(simpson([1, 0], unbiased=True))


def test_profiles():
    counts = [[3, 4, 0], [0, 2, 0], [0, 0, 0]]
    d = profile_distance(counts)
    assert d[0, 1] == pytest.approx(1 - 4 / 5)
    assert np.isnan(d[0, 2])
    assert d[2, 2] == 0
    assert np.isnan(rao_stirling([1, 0, 1], d))
    assert rao_stirling([1, 1, 0], d) == pytest.approx(0.5 * d[0, 1])
    assert rao_stirling([0, 0, 5], d) == 0


@pytest.mark.parametrize(
    ("distance", "message"),
    [
        ([[0, 2], [2, 0]], "from 0 to 1"),
        ([[0, 0.5], [0.2, 0]], "symmetric"),
        ([[1, 0.5], [0.5, 0]], "itself must be 0"),
        ([[0]], r"must be \(2, 2\)"),
    ],
)
def test_wrong_distances_are_refused(distance, message):
    with pytest.raises(cn.InputError, match=message):
        rao_stirling([1, 1], distance)


def test_papers_and_groups_agree_with_the_functions(net):
    table = cn.reference_diversity(net, "group", distance="equal")
    A, labels = net.to_scipy().toarray(), net.works["group"].to_numpy()
    counts = np.stack([A[:, labels == g].sum(1) for g in ("g0", "g1", "g2")], axis=1)
    np.testing.assert_allclose(table["rao_stirling"], rao_stirling(counts))
    np.testing.assert_allclose(table["simpson_unbiased"], simpson(counts, unbiased=True))
    assert (table["few"] == (counts.sum(1) < 5)).all()
    assert table.loc[counts.sum(1) == 0, "note"].eq("no reference with a group").all()
    pooled = cn.group_diversity(net, "group", size=4)
    mixing = cn.mixing_matrix(net, "group")
    np.testing.assert_allclose(pooled["shannon"], shannon(mixing.counts))
    np.testing.assert_allclose(
        pooled["rao_stirling_rarefied"], rarefied(mixing.counts, 4, profile_distance(mixing.counts))
    )
    assert list(pooled.index) == list(mixing.names)


def test_blocks_of_papers_do_not_change_anything(monkeypatch, net):
    whole = cn.reference_diversity(net, "group")
    monkeypatch.setattr("citenet.bridging.reference_diversity._AT_ONCE", 30)
    pd.testing.assert_frame_equal(cn.reference_diversity(net, "group"), whole)


def test_own_distances_are_aligned_by_name(net):
    names = ["g2", "g0", "g1"]
    d = pd.DataFrame(distances(3), index=names, columns=names)
    one = cn.reference_diversity(net, "group", distance=d)
    two = cn.reference_diversity(net, "group", distance=d.iloc[[1, 2, 0], [1, 2, 0]])
    pd.testing.assert_frame_equal(one, two)
    with pytest.raises(cn.InputError, match="'g1'"):
        cn.reference_diversity(net, "group", distance=d.drop(index="g1"))


def test_works_outside_the_corpus_have_no_diversity_and_a_reason():
    works = pd.DataFrame({"field": ["x", "y", "x"], "external": [False, True, False]}, index=list("abc"))
    table = cn.reference_diversity(CitationNetwork(works, [0, 0], [1, 2]), "field", distance="equal")
    assert table.loc["a", "simpson"] == 0.5
    assert table.loc["b", "note"].startswith("outside the corpus")
    assert np.isnan(table.loc["b", "simpson"])


def test_papers_are_those_with_a_reference_that_has_a_group():
    works = pd.DataFrame({"field": ["x", "x", "y", None]}, index=list("abcd"))
    table = cn.group_diversity(CitationNetwork(works, [0, 1], [2, 3]), "field")
    assert table["papers"].to_dict() == {"x": 1, "y": 0}
