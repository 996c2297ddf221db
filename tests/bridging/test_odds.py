"""Odds ratios over strata and the tests that go with them, against statsmodels and scipy."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2_contingency, fisher_exact

import citenet as cn
from citenet.bridging.odds import _expected_at

tables = st.integers(2, 6).flatmap(lambda s: arrays(np.int64, (s, 2, 2), elements=st.integers(1, 40)))


@given(tables)
def test_agrees_with_statsmodels(strata):
    """Pooled odds ratio, its standard error, and Tarone's homogeneity test."""
    oracle = pytest.importorskip("statsmodels.stats.contingency_tables").StratifiedTable(list(strata.astype(float)))
    ratio, se = cn.mantel_haenszel(strata)
    assume(abs(ratio - 1) > 1e-6)  # the oracle divides by 1 - ratio
    assert ratio == pytest.approx(oracle.oddsratio_pooled)
    assert se == pytest.approx(oracle.logodds_pooled_se)
    same = oracle.test_equal_odds(adjust=True)
    found = cn.homogeneity_test(strata)
    assert found.statistic == pytest.approx(same.statistic, abs=1e-6)
    assert found.pvalue == pytest.approx(same.pvalue, abs=1e-6)


@pytest.mark.parametrize("ratio", [1 - 1e-9, 1.0, 1 + 1e-9, 1e-6, 0.3, 7.0, 1e6])
def test_the_expected_count_at_a_ratio_is_exact(ratio):
    """It gives that odds ratio back, also where the quadratic is all but linear."""
    made, received, m = np.array([3e4, 900.0]), np.array([4e4, 800.0]), np.array([1e5, 1e3])
    x = _expected_at(ratio, made, received, m)
    found = x * (m - made - received + x) / ((made - x) * (received - x))
    np.testing.assert_allclose(found, ratio, rtol=3e-8)


def test_fractions_are_no_counts():
    with pytest.raises(cn.InputError, match="must be whole"):
        cn.MixingMatrix([[0.5, 1.7], [1, 2]], ("x", "y"))
    assert cn.MixingMatrix([[1.0, 2.0], [3.0, 4.0]], ("x", "y")).n_citations == 10


def test_homogeneity_is_undefined_with_a_single_informative_stratum():
    found = cn.homogeneity_test([[[3, 1], [2, 4]], [[5, 0], [2, 0]]])
    assert found.n_strata == 1
    assert np.isnan(found.pvalue)


def test_strata_that_differ_are_found():
    assert cn.homogeneity_test([[[40, 5], [5, 40]], [[5, 40], [40, 5]]]).pvalue < 1e-6


def test_a_half_in_every_cell_of_sparse_strata_would_hide_the_odds():
    """Why nothing is added: 400 strata of 4 citations, each drawn at odds of 9."""
    inside = np.random.default_rng(1).binomial(2, 0.75, (400, 2))
    strata = np.stack(
        [np.stack([inside[:, 0], 2 - inside[:, 0]], -1), np.stack([2 - inside[:, 1], inside[:, 1]], -1)], 1
    )
    assert cn.mantel_haenszel(strata)[0] == pytest.approx(9, rel=0.25)
    assert cn.mantel_haenszel(strata + 0.5)[0] < 5


def test_a_pooled_ratio_without_crossing_both_ways_is_infinite_and_says_so():
    tables = np.array([[[4, 0], [3, 4]], [[5, 2], [0, 6]], [[7, 0], [0, 0]]])
    assert cn.mantel_haenszel(tables)[0] == np.inf
    b = cn.bridges(as_network(tables), "field", "x", "y", n_boot=99, n_lists=0, rng=1)
    row = b.row("odds ratio (Mantel-Haenszel)", "x", "y")
    assert row["value"] == np.inf
    assert 1 < row["low"] < row["high"] == np.inf
    assert "no stratum holds crossing citations in both directions; nothing is added" in row["note"]
    assert b.params["odds_citations"] == 24
    assert "infinite (odds ratio in strata, of 24 citations that bear on it, 95 % CI" in b.summary()
    single = cn.mixing_test(as_network(tables[2:]), "field", "odds_ratio", n_draws=9, rng=1)
    assert np.isnan(single.statistic)
    assert single.reason.startswith("undefined: a group does not cite")


def test_an_odds_ratio_with_an_empty_cell_is_flagged():
    test = cn.mixing_test(as_network(np.array([[[4, 0], [3, 4]]])), "field", "odds_ratio", n_draws=9, rng=1)
    assert test.statistic == pytest.approx(4.5 * 4.5 / (0.5 * 3.5))
    assert test.reason == "a cell is empty: 0.5 is added to all four (Haldane-Anscombe)"
    full = cn.mixing_test(as_network(np.array([[[4, 1], [3, 4]]])), "field", "odds_ratio", n_draws=9, rng=1)
    assert full.reason == ""


def as_network(tables):
    """Make a network whose citations in each citing year have a table of counts: works x, y of 1990 are cited."""
    works, citing, cited = ["1990"] * 2, [], []
    for s, table in enumerate(tables):
        for a, b in np.ndindex(*table.shape):
            for _ in range(table[a, b]):  # one paper for every citation: none cites a work twice
                citing.append(len(works))
                cited.append(b)
                works.append(f"{2000 + s}{'xyz'[a]}")
    frame = pd.DataFrame(
        {"year": [int(w[:4]) for w in works], "field": ["x", "y", *(w[4] for w in works[2:])]},
        index=[f"w{i:04d}" for i in range(len(works))],
    )
    return cn.CitationNetwork(frame, citing, cited)


@given(st.integers(2, 3).flatmap(lambda s: arrays(np.int64, (s, 2, 2), elements=st.integers(1, 9))))
@settings(max_examples=15, deadline=None)
def test_two_groups_are_the_cochran_mantel_haenszel_test(tables):
    """The square of z is statsmodels' statistic; so is the overall test; one stratum is Fisher's exact test."""
    oracle = pytest.importorskip("statsmodels.stats.contingency_tables").StratifiedTable(list(tables.astype(float)))
    net = as_network(tables)
    test = cn.mixing_test(net, "field")
    found = oracle.test_null_odds(correction=False)
    assert test.zscore[0, 0] ** 2 == pytest.approx(found.statistic)
    overall = cn.overall_test(net, "field")
    assert overall.statistic == pytest.approx(found.statistic)
    assert overall.pvalue == pytest.approx(found.pvalue)
    single = cn.mixing_test(as_network(tables[:1]), "field", "ei")
    greater = fisher_exact(tables[0], alternative="greater").pvalue  # more inside is a lower index
    assert dataclasses.replace(single, alternative="less").pvalue == pytest.approx(greater)


@given(arrays(np.int64, (2, 2), elements=st.integers(1, 9)))
@settings(max_examples=10, deadline=None)
def test_the_overall_test_of_one_stratum_is_pearsons(table):
    """Exact covariance instead of the asymptotic one: a factor (m - 1) / m."""
    m = table.sum()
    chi2 = chi2_contingency(table, correction=False).statistic
    assert cn.overall_test(as_network(table[None]), "field").statistic == pytest.approx(chi2 * (m - 1) / m)
