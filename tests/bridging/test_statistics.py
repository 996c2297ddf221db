"""Statistics of a mixing matrix: values by hand, identities, degenerate cases."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import citenet as cn
from citenet.bridging.statistics import STATISTICS

BY_HAND = [[30, 5], [4, 11]]
matrices = st.integers(2, 5).flatmap(lambda k: arrays(np.int64, (k, k), elements=st.integers(0, 50)))


def test_values_by_hand():
    assert cn.ei_index(BY_HAND).item() == pytest.approx((9 - 41) / 50)
    assert cn.odds_ratio(BY_HAND).item() == pytest.approx(30 * 11 / (5 * 4))
    chance = (35 * 34 + 15 * 16) / 50**2
    assert chance == pytest.approx(0.572)
    assert cn.assortativity(BY_HAND).item() == pytest.approx((41 / 50 - chance) / (1 - chance))
    assert cn.assortativity(BY_HAND).item() == pytest.approx(0.579439, abs=1e-6)
    assert cn.coleman(BY_HAND, [20, 20])[0] == pytest.approx(0.721429, abs=1e-6)


@given(matrices)
def test_assortativity_is_modularity_over_its_largest_value(counts):
    m = counts.sum()
    chance = (counts.sum(0) * counts.sum(1)).sum() / m**2 if m else 1.0
    if m and chance < 1:
        assert cn.assortativity(counts) == pytest.approx(cn.directed_modularity(counts) / (1 - chance), abs=1e-9)
    else:
        assert np.isnan(cn.assortativity(counts))


@given(matrices)
def test_transposing_or_reordering_groups_changes_nothing(counts):
    order = np.random.default_rng(0).permutation(len(counts))
    for name in ("ei", "cross_share", "assortativity", "modularity"):
        value = STATISTICS[name].function(counts)
        assert STATISTICS[name].function(counts.T) == pytest.approx(value, nan_ok=True)
        assert STATISTICS[name].function(counts[np.ix_(order, order)]) == pytest.approx(value, nan_ok=True)


@given(matrices)
def test_stacked_matrices_give_stacked_values(counts):
    for what in STATISTICS.values():
        if len(counts) == 2 or what.label != "odds ratio":
            stacked = what.function(np.stack([counts, counts]))
            assert stacked.shape == (2,)
            assert stacked[0] == pytest.approx(float(what.function(counts)), nan_ok=True)


def test_agrees_with_networkx_on_a_directed_network(net):
    graph = net.to_networkx()
    counts = cn.mixing_matrix(net, "group").counts
    groups = [{v for v, g in graph.nodes(data="group") if g == name} for name in ("g0", "g1", "g2")]
    assert cn.assortativity(counts) == pytest.approx(nx.attribute_assortativity_coefficient(graph, "group"))
    assert cn.directed_modularity(counts) == pytest.approx(nx.community.modularity(graph, groups))


@pytest.mark.parametrize("name", ["ei", "cross_share", "assortativity", "modularity"])
def test_undefined_is_nan_without_citations_or_with_one_group(name):
    assert np.isnan(STATISTICS[name].function([[0, 0], [0, 0]]))
    assert np.isnan(STATISTICS[name].function([[7]]))


def test_one_group_that_takes_all_citations_has_no_assortativity():
    assert np.isnan(cn.assortativity([[5, 0], [0, 0]]))


def test_empty_cells_of_an_odds_ratio_get_a_half_each():
    assert cn.odds_ratio([[3, 0], [2, 5]]).item() == pytest.approx(3.5 * 5.5 / (0.5 * 2.5))
    assert np.isnan(cn.odds_ratio([[3, 2], [0, 0]]))


def test_an_odds_ratio_of_three_groups_is_refused():
    with pytest.raises(cn.InputError, match="two groups"):
        cn.odds_ratio(np.ones((3, 3)))


def test_counts_must_be_square():
    with pytest.raises(cn.InputError, match=r"shape \(2, 3\)"):
        cn.ei_index(np.ones((2, 3)))


def test_mantel_haenszel_of_one_table_is_its_odds_ratio_with_woolf_error():
    ratio, se = cn.mantel_haenszel([BY_HAND])
    assert ratio == pytest.approx(16.5)
    assert se == pytest.approx(np.sqrt(1 / 30 + 1 / 5 + 1 / 4 + 1 / 11))


def test_mantel_haenszel_by_hand_over_two_tables():
    tables = np.array([[[10, 2], [3, 5]], [[4, 1], [2, 8]], [[0, 0], [0, 0]]])
    above, below = 10 * 5 / 20 + 4 * 8 / 15, 2 * 3 / 20 + 1 * 2 / 15
    assert cn.mantel_haenszel(tables)[0] == pytest.approx(above / below)


def test_mantel_haenszel_is_nan_or_infinite_where_a_side_is_empty():
    assert cn.mantel_haenszel([[[3, 0], [0, 4]]])[0] == np.inf
    assert cn.mantel_haenszel([[[0, 3], [4, 0]]])[0] == 0
    assert np.isnan(cn.mantel_haenszel([[[3, 1], [0, 0]]])[0])


def test_coleman_is_nan_for_a_single_work_and_for_a_group_that_cites_nothing():
    values = cn.coleman([[0, 0, 0], [1, 3, 0], [0, 2, 4]], [5, 1, 8])
    assert np.isnan(values[:2]).all()
    assert 0 < values[2] < 1


def test_coleman_below_chance_is_measured_against_chance():
    chance = 10 * 4 / 9
    assert cn.coleman([[1, 9], [2, 2]], [5, 5])[0] == pytest.approx((1 - chance) / chance)
