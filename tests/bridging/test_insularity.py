"""Quasi-independence, Coleman in time, and the overall test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import citenet as cn
from citenet.bridging.mixing import label_arcs
from citenet.bridging.stratified import margins, strata_of
from citenet.network import CitationNetwork


def test_planted_insularity_is_recovered_and_pairs_that_bridge_stand_out():
    counts = np.outer([20, 30, 40, 10], [5, 6, 7, 8]) * np.where(np.eye(4), [[2], [3], [1], [9]], 1.0)
    fit = cn.quasi_independence(counts)
    np.testing.assert_allclose(fit.insularity, [2, 3, 1, 9])
    np.testing.assert_allclose(fit.expected, counts)
    counts[0, 1] *= 3
    residuals = cn.quasi_independence(counts).residuals
    assert np.nanargmax(residuals) == 1
    assert np.isnan(np.diagonal(residuals)).all()


def test_fitted_margins_off_the_diagonal_are_the_observed():
    counts = np.random.default_rng(1).integers(1, 60, (5, 5))
    fit, off = cn.quasi_independence(counts), ~np.eye(5, dtype=bool)
    for axis in (0, 1):
        np.testing.assert_allclose((fit.expected * off).sum(axis), (counts * off).sum(axis), rtol=1e-8)


def test_a_group_without_crossing_citations_is_unidentified():
    fit = cn.quasi_independence([[5, 0, 0], [1, 5, 2], [2, 2, 5]])
    assert np.isnan(fit.insularity).all()
    assert "unidentified" in fit.reason
    with pytest.raises(cn.InputError, match="three or more"):
        cn.quasi_independence([[1, 2], [3, 4]])


@given(arrays(np.int64, (4, 4), elements=st.integers(0, 9)))
def test_fits_where_a_poisson_regression_does(counts):
    """The fitted counts are those of a generalised linear model, or there is no fit."""
    off = counts * ~np.eye(4, dtype=bool)
    made, received = off.sum(1), off.sum(0)
    fit = cn.quasi_independence(counts)
    if (made == 0).any() or (received == 0).any() or (made + received >= off.sum()).any():
        assert np.isnan(fit.insularity).all()
        assert fit.reason
        return
    for axis, margin in ((1, made), (0, received)):
        np.testing.assert_allclose((fit.expected * ~np.eye(4, dtype=bool)).sum(axis), margin, rtol=1e-8)
    cross = fit.expected[np.ix_([0, 1], [2, 3])]
    assert cross[0, 0] * cross[1, 1] == pytest.approx(cross[0, 1] * cross[1, 0])  # a product of what is made, received
    np.testing.assert_array_equal(cn.insularity(counts), fit.insularity)


def test_insularity_agrees_with_a_poisson_regression():
    """One parameter for what each group makes, receives, and keeps inside."""
    families = pytest.importorskip("statsmodels.genmod.families")
    from statsmodels.genmod.generalized_linear_model import GLM

    counts = np.random.default_rng(3).integers(1, 40, (4, 4))
    citing, cited = np.divmod(np.arange(16), 4)
    design = np.column_stack(
        [
            np.ones(16),
            *(citing == a for a in (1, 2, 3)),
            *(cited == a for a in (1, 2, 3)),
            *((citing == a) & (cited == a) for a in range(4)),
        ]
    ).astype(float)
    fitted = GLM(counts.ravel(), design, family=families.Poisson()).fit(tol=1e-12)
    np.testing.assert_allclose(cn.insularity(counts), np.exp(fitted.params[-4:]), rtol=1e-6)


def test_a_group_that_takes_part_in_every_crossing_has_no_fit():
    counts = [[9, 5, 7], [4, 8, 0], [6, 0, 3]]
    fit = cn.quasi_independence(counts)
    assert "takes part in every citation" in fit.reason
    assert np.isnan(cn.insularity(counts)).all()


def test_coleman_in_time_by_hand():
    """Paper e (x, 2000) has 2 x and 2 y to cite, cites 2 x and 1 y: chance 1.5, (2 - 1.5) / (3 - 1.5)."""
    works = pd.DataFrame({"year": [1990] * 4 + [2000], "group": list("xxyyx")}, index=list("abcde"))
    index = cn.coleman_in_time(CitationNetwork(works, [4, 4, 4], [0, 1, 2]), "group")
    assert index["x"] == pytest.approx(1 / 3)
    assert np.isnan(index["y"])


def test_with_all_works_of_one_age_available_coleman_in_time_is_near_the_plain_one(make_network):
    """Without growth the two differ only in what the first years could not cite."""
    net = make_network(3, n=400, k=2, years=3)
    sizes = net.works["group"].value_counts().sort_index()
    arcs, _ = label_arcs(net, "group")
    plain = dict(zip(arcs.names, cn.coleman(arcs.counts(), sizes[list(arcs.names)]), strict=True))
    for group, value in cn.coleman_in_time(net, "group").items():
        assert value == pytest.approx(plain[group], abs=0.1)


def test_the_overall_test_of_two_groups_is_the_square_of_z(make_network):
    net = make_network(5, k=2)
    z = cn.mixing_test(net, "group").zscore[0, 1]
    found = cn.overall_test(net, "group")
    assert found.df == 1
    assert found.statistic == pytest.approx(z**2)


def test_the_overall_test_is_uniform_under_its_null(make_network):
    """Shuffled within strata, the statistic has the mean and variance of chi-squared."""
    net = make_network(6, n=300, k=3)
    arcs, stratum = strata_of(label_arcs(net, "group")[0], "year-pairs")
    from citenet.bridging.shuffling import shuffled_tables
    from citenet.bridging.stratified import cell_covariance, cell_moments

    given = margins(arcs.citing_group, arcs.cited_group, stratum, 3)
    inverse, mean = np.linalg.pinv(cell_covariance(given), hermitian=True), cell_moments(given)[0].ravel()
    ends = arcs.citing_group, arcs.cited_group, stratum
    draws = np.array(list(shuffled_tables(*ends, 3, 1_000, np.random.default_rng(2)))).reshape(-1, 9) - mean
    values = np.einsum("di,ij,dj->d", draws, inverse, draws)
    assert values.mean() == pytest.approx(4, abs=0.4)
    assert values.var() == pytest.approx(8, rel=0.3)


def test_one_group_has_nothing_to_test_and_says_so(net):
    found = cn.overall_test(net, dict.fromkeys(net.ids, "all"))
    assert np.isnan(found.pvalue)
    assert "nothing to vary" in found.reason
    assert "no citation" in cn.overall_test(net, {net.ids[0]: "x"}).reason
