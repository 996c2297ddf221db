"""Tests against nulls: p-values, degenerate cases, determinism, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

import citenet as cn
from citenet.bridging.inference import NullTest, benjamini_hochberg, holm
from citenet.network import CitationNetwork

numbers = st.floats(-5, 5, allow_nan=False)


def drawn(statistic, draws, **more):
    draws = np.asarray(draws, dtype=float)
    return NullTest("x", statistic, "n", draws.mean(0), draws.std(0), null_distribution=draws, **more)


@given(numbers, st.lists(numbers, min_size=1, max_size=50))
def test_p_lies_between_one_over_draws_and_one(statistic, draws):
    for alternative in ("two-sided", "greater", "less"):
        p = drawn(statistic, draws, alternative=alternative).pvalue
        assert 1 / (len(draws) + 1) <= p <= 1


@given(numbers, st.lists(numbers, min_size=1, max_size=50))
def test_the_two_tails_count_ties_twice(statistic, draws):
    d, ties = len(draws), sum(abs(x - statistic) <= 1e-12 * max(1, abs(statistic)) for x in draws)
    both = sum(drawn(statistic, draws, alternative=a).pvalue for a in ("greater", "less"))
    assert both == pytest.approx(1 + (1 + ties) / (d + 1))


def test_a_null_that_always_reproduces_the_observed_has_p_one():
    test = drawn(3.0, [3.0] * 99)
    assert test.pvalue == 1
    assert np.isnan(test.zscore)


def test_p_by_hand_from_draws_and_from_a_distribution():
    assert drawn(9.0, range(10)).pvalue == pytest.approx(2 * 2 / 11)
    exact = NullTest("x", 2.0, "n", 1.0, 0.7, distribution=(np.arange(3.0), np.array([0.25, 0.5, 0.25])))
    assert exact.pvalue == pytest.approx(0.5)
    assert exact.interval == (0.0, 2.0)


def test_without_draws_or_distribution_p_is_normal():
    assert NullTest("x", 1.959964, "n", 0.0, 1.0).pvalue == pytest.approx(0.05, abs=1e-6)
    assert NullTest("x", 2.0, "n", 2.0, 0.0).pvalue == 1


def test_an_undefined_statistic_has_no_p():
    test = drawn(float("nan"), [1.0, 2.0])
    assert np.isnan(test.pvalue)
    assert np.isnan(test.zscore)


def test_values_cannot_be_changed():
    test = drawn(np.array([1.0, 2.0]), [[0.0, 1.0]], names=("a", "b"))
    with pytest.raises(ValueError, match="read-only"):
        test.statistic[0] = 9
    with pytest.raises(AttributeError):
        test.null = "other"  # type: ignore[misc]


def test_the_interval_of_a_count_does_not_begin_below_none():
    tails = np.full(2, 0.5), np.full(2, 0.5)
    counts = NullTest("x", np.ones(2), "", np.array([1.0, 9.0]), np.ones(2), tails=tails, names=("p", "q"))
    np.testing.assert_allclose(counts.interval[0], [0, 9 - 1.959964])
    assert NullTest("E-I", 0.0, "", 0.0, 1.0).interval[0] < 0


def test_holm_by_hand_is_monotone_and_keeps_nan():
    assert holm([0.01, 0.02, 0.03]).tolist() == pytest.approx([0.03, 0.04, 0.04])
    assert np.isnan(holm([float("nan")])).all()


def test_adjusted_p_are_those_of_scipy_and_statsmodels():
    oracle = pytest.importorskip("statsmodels.stats.multitest").multipletests
    p = np.random.default_rng(1).uniform(size=40) ** 3
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p), rtol=1e-12)
    for method, ours in (("holm", holm), ("fdr_bh", benjamini_hochberg)):
        np.testing.assert_allclose(ours(p), oracle(p, method=method)[1], rtol=1e-12)
    assert (p <= benjamini_hochberg(p)).all()
    assert (benjamini_hochberg(p) <= holm(p)).all()


def test_the_family_of_a_table_is_what_could_vary():
    test = drawn(np.array([3.0, 1.0, 5.0]), np.column_stack([np.arange(99) % 3, np.ones(99), np.zeros(99)]))
    table = NullTest(**{**vars(test), "names": ("a", "b", "c")}).to_frame()
    assert table["p"].tolist() == [0.02, 1.0, 0.02]
    assert table.loc["a", ["p_holm", "p_bh"]].tolist() == [0.02, 0.02]
    assert table.loc[["b", "c"], ["p_holm", "p_bh"]].isna().all(axis=None)
    assert np.isnan(benjamini_hochberg([float("nan")])).all()


def test_closed_form_and_draws_agree(make_network):
    """The exact test of the E-I index and one from draws give the same mean and about the same p."""
    net = make_network(8, n=200, k=2)
    exact = cn.mixing_test(net, "group", "ei")
    sampled = cn.mixing_test(net, "group", "ei", n_draws=2_000, rng=1)
    assert sampled.statistic == exact.statistic
    assert sampled.expected == pytest.approx(exact.expected, abs=4 * exact.sd / np.sqrt(2_000))
    assert sampled.sd == pytest.approx(exact.sd, rel=0.1)
    assert sampled.pvalue == pytest.approx(exact.pvalue, abs=0.05)


def test_counts_of_all_cells_keep_the_totals(net):
    table = cn.mixing_test(net, "group").to_frame()
    assert table["observed"].sum() == table["expected"].sum() == pytest.approx(net.n_citations)
    made = table.groupby("citing")[["observed", "expected"]].sum()
    np.testing.assert_allclose(made["observed"], made["expected"])


def test_the_same_seed_gives_the_same_draws_and_is_in_the_result(net):
    one, two = (cn.mixing_test(net, "group", "assortativity", n_draws=50, rng=7) for _ in range(2))
    np.testing.assert_array_equal(one.null_distribution, two.null_distribution)
    assert one.seed == 7
    assert cn.mixing_test(net, "group", "ei", n_draws=5, rng=np.random.default_rng(1)).seed is None


def test_detected_communities_are_refused(net):
    found = cn.detect_communities(net, rng=1)
    with pytest.raises(cn.InputError, match="detected in the citations"):
        cn.mixing_test(net, found)


@pytest.mark.parametrize(("option", "value"), [("null", "years"), ("statistic", "e-i"), ("unlabelled", "keep")])
def test_an_unknown_choice_is_answered_with_the_choices(net, option, value):
    with pytest.raises(cn.InputError, match="choices:"):
        cn.mixing_test(net, "group", **{option: value})


def test_one_group_is_undefined_with_a_reason(net):
    test = cn.mixing_test(net, dict.fromkeys(net.ids, "all"), "ei")
    assert np.isnan(test.statistic)
    assert "one group" in test.reason
    assert "one group" in repr(test)


def test_a_network_without_years_is_undefined_with_a_reason():
    works = pd.DataFrame({"group": list("xyxy")}, index=list("abcd"))
    test = cn.mixing_test(CitationNetwork(works, [0, 1], [2, 3]), "group", "ei")
    assert np.isnan(test.statistic)
    assert "year at both ends" in test.reason


def test_the_table_of_one_statistic_has_one_row(net):
    table = cn.mixing_test(net, "group", "ei", n_draws=20, rng=1).to_frame()
    assert table.index.tolist() == ["E-I index"]
    assert {"observed", "expected", "z", "p", "null_low", "null_high"} <= set(table.columns)


def test_the_chain_reports_acceptance_and_autocorrelation(net):
    test = cn.mixing_test(net, "group", "ei", null="simple-graphs", n_draws=19, rng=1)
    assert "swaps accepted" in test.reason
    assert "autocorrelation" in test.reason
    assert 0.05 <= test.pvalue <= 1
