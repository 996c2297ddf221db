"""Odds ratios over strata, against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import citenet as cn

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


def test_homogeneity_is_undefined_with_a_single_informative_stratum():
    found = cn.homogeneity_test([[[3, 1], [2, 4]], [[5, 0], [2, 0]]])
    assert found.n_strata == 1
    assert np.isnan(found.pvalue)


def test_strata_that_differ_are_found():
    assert cn.homogeneity_test([[[40, 5], [5, 40]], [[5, 40], [40, 5]]]).pvalue < 1e-6
