"""Statistics of a mixing matrix: values by hand, identities, degenerate cases."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
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
    assert cn.ei_citing(BY_HAND).tolist() == pytest.approx([(5 - 30) / 35, (4 - 11) / 15])
    assert cn.ei_cited(BY_HAND).tolist() == pytest.approx([(4 - 30) / 34, (5 - 11) / 16])
    assert cn.inbreeding_homophily(BY_HAND, [30, 10])[1] == pytest.approx((11 / 15 - 1 / 4) / (3 / 4))
    assert cn.dyad_odds_ratio(BY_HAND, [100, 200]).item() == pytest.approx(41 * 191 / (9 * 59))


def test_preference_by_its_definition():
    counts = np.array([[5, 2, 0], [1, 7, 3], [0, 4, 6]])
    found = cn.preference(counts)
    assert found[0, 1] == pytest.approx((2 / 7) / (13 / 21))
    assert found[2, 0] == 0
    assert found[1, 2] == pytest.approx((3 / 11) / (9 / 17))
    assert np.isnan(np.diagonal(found)).all()
    nobody = cn.preference([[3, 2, 0], [0, 0, 0], [1, 0, 0]])
    assert np.isnan(nobody[1]).all(), "the second group cites nothing"
    assert np.isnan(nobody[:, 2]).all(), "the third is not cited"
    assert np.isnan(cn.preference([[4, 5], [0, 0]])).all(), "only one group cites"


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
    """To the last bit: a draw equal to what was observed must count as a tie."""
    k = len(counts)
    given = {"dyad_odds_ratio": [3_000, 4_000], "freeman": [3_000, 4_000], "coleman_in_time": np.full(k, 0.3)}
    for name, what in STATISTICS.items():
        if (name == "odds_ratio" and k != 2) or (name == "insularity" and k < 3):
            continue
        others = () if what.given is None else (given.get(name, np.arange(2, k + 2)),)
        other = np.roll(counts, 1, axis=0)
        stacked = what.function(np.stack([counts, other, counts]), *others)
        assert stacked.shape == (3, *what.shape(k))
        for one, found in zip((counts, other, counts), stacked, strict=True):
            np.testing.assert_array_equal(found, what.function(one, *others))


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


def test_indices_of_groups_are_nan_where_a_group_takes_no_part():
    counts = [[3, 1, 0], [0, 2, 0], [0, 0, 0]]
    assert np.isnan(cn.ei_citing(counts)).tolist() == [False, False, True]
    assert np.isnan(cn.ei_cited(counts)).tolist() == [False, False, True]
    assert np.isnan(cn.inbreeding_homophily(counts, [3, 3, 3])).tolist() == [False, False, True]
    assert np.isnan(cn.ei_citing([[7]])).all()
    assert np.isnan(cn.inbreeding_homophily([[7]], [3])).all()


def test_odds_of_pairs_are_nan_without_pairs_and_add_a_half_to_empty_cells():
    assert np.isnan(cn.dyad_odds_ratio([[3, 1], [1, 2]], [10, 0]))
    assert cn.dyad_odds_ratio([[3, 0], [0, 2]], [10, 20]).item() == pytest.approx(5.5 * 20.5 / (0.5 * 5.5))


@given(matrices)
def test_the_index_of_the_whole_is_the_mean_of_the_groups(counts):
    """Weighted by what each group makes, or receives."""
    if counts.sum():
        for of, weights in ((cn.ei_citing, counts.sum(1)), (cn.ei_cited, counts.sum(0))):
            taking = weights > 0
            assert np.average(of(counts)[taking], weights=weights[taking]) == pytest.approx(cn.ei_index(counts))


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


def test_a_window_limits_what_was_there_and_what_counts():
    """In 2000 one work of each field is at most five years old; the citation of 1990 is left out."""
    works = pd.DataFrame({"year": [1990, 1990, 1996, 1996, 2000], "field": list("xxyxx")}, index=list("abcde"))
    net = cn.CitationNetwork(works, [4, 4, 4], [0, 2, 3])
    chance = 3 * 3 / 4
    assert cn.coleman_in_time(net, "field")["x"] == pytest.approx((2 - chance) / chance)
    assert cn.coleman_in_time(net, "field", window=5)["x"] == 0, "one of two citations, one of two works"
    assert cn.coleman_in_time(net, "field", window=10).equals(cn.coleman_in_time(net, "field"))
    with pytest.raises(cn.InputError, match="window=-1"):
        cn.coleman_in_time(net, "field", window=-1)


def test_coleman_below_chance_is_measured_against_chance():
    chance = 10 * 4 / 9
    assert cn.coleman([[1, 9], [2, 2]], [5, 5])[0] == pytest.approx((1 - chance) / chance)


@given(matrices)
def test_what_flows_both_ways_adds_up(counts):
    table = cn.MixingMatrix(counts, [f"g{i}" for i in range(len(counts))]).exchange()
    k = len(counts)
    assert len(table) == k * (k - 1) // 2
    assert table[["forward", "back"]].to_numpy().sum() == counts.sum() - np.trace(counts)
    turned = cn.MixingMatrix(counts.T, [f"g{i}" for i in range(k)]).exchange()
    np.testing.assert_array_equal(table["net"], -turned["net"])
    np.testing.assert_array_equal(table["reciprocity"], turned["reciprocity"])
    assert (table["reciprocity"].isna() == (table["forward"] + table["back"] == 0)).all()
