"""Limits and power by exponential tilting, against enumeration and simulation."""

from __future__ import annotations

import numpy as np
import pytest

import citenet as cn
from citenet.bridging.power import detectable_from_moments, detectable_ratio, exact_interval
from citenet.bridging.stratified import Margins, cell_distribution

TABLE = Margins(np.array([[20, 30]]), np.array([[25, 25]]))


def test_the_interval_holds_ratios_that_the_test_would_not_reject():
    """The limit of an exact 95 % interval is the tilt under which the tail is 2.5 %."""
    support, probability = cell_distribution(TABLE, 0, 1)
    low, high = exact_interval((support, probability), 6.0)
    expected = support @ probability
    for limit, tail in ((low, support >= 6), (high, support <= 6)):
        odds = np.linspace(-8, 8, 4001)
        tilted = probability * np.exp(odds[:, None] * (support - support.mean()))
        tilted /= tilted.sum(1, keepdims=True)
        nearest = np.abs(tilted @ support / expected - limit).argmin()
        assert tilted[nearest, tail].sum() == pytest.approx(0.025, abs=1e-3)
    assert low < 6 / expected < high


def test_fishers_exact_limits_are_those_of_scipy():
    """One table: the tilt is Fisher's noncentral hypergeometric distribution."""
    from scipy.stats import contingency, nchypergeom_fisher

    table = np.array([[6, 14], [19, 11]])
    limits = contingency.odds_ratio(table).confidence_interval(0.95)
    support, probability = cell_distribution(Margins(table.sum(1)[None, :], table.sum(0)[None, :]), 0, 0)
    expected = support @ probability
    ratios = [nchypergeom_fisher(50, 25, 20, odds).mean() / expected for odds in limits]
    assert exact_interval((support, probability), 6.0) == pytest.approx(tuple(ratios), rel=1e-4)


def test_detectable_ratios_have_the_power_they_promise():
    """Simulated at the detectable odds, the two-sided test rejects in about 80 %."""
    support, probability = cell_distribution(TABLE, 0, 1)
    below, above = detectable_ratio((support, probability))
    lower, upper = np.cumsum(probability), np.cumsum(probability[::-1])[::-1]
    rejected = (2 * lower <= 0.05) | (2 * upper <= 0.05)
    odds = np.linspace(-6, 6, 6001)
    tilted = probability * np.exp(odds[:, None] * (support - support.mean()))
    tilted /= tilted.sum(1, keepdims=True)
    means = tilted @ support / (support @ probability)
    for ratio in (below, above):
        assert tilted[np.abs(means - ratio).argmin(), rejected].sum() == pytest.approx(0.8, abs=0.01)
    assert below < 1 < above


def test_the_normal_approximation_is_near_the_exact_value():
    support, probability = cell_distribution(Margins(np.array([[200, 300]]), np.array([[250, 250]])), 0, 1)
    mean = support @ probability
    sd = np.sqrt((support - mean) ** 2 @ probability)
    exact = detectable_ratio((support, probability))
    assert detectable_from_moments(mean, sd) == pytest.approx(exact, abs=0.02)


def test_a_corpus_too_small_to_show_anything_says_so():
    assert np.isnan(detectable_ratio((np.arange(3.0), np.array([0.25, 0.5, 0.25])))).all()
    assert np.isnan(detectable_from_moments(0.0, 0.0)).all()
    assert np.isnan(exact_interval((np.array([2.0]), np.array([1.0])), 2.0)).all()


def test_the_power_sentence_names_the_p_of_no_citation_at_all(net):
    test = cn.co_citation_test(net, "group", n_draws=99, rng=1)
    said = cn.power_sentence(test, "g0 & g1")
    assert "even none at all would have had p = 0.02" in said
    with pytest.raises(cn.InputError, match="no value 'g9'"):
        cn.power_sentence(test, "g9")


def test_power_holds_in_simulated_tables():
    """Tables drawn stratum by stratum at the odds behind a detectable ratio are found in about 80 %."""
    from scipy.optimize import brentq
    from scipy.stats import nchypergeom_fisher

    made, received, total = np.array([12, 20, 9, 15]), np.array([10, 14, 16, 11]), np.array([30, 40, 25, 33])
    given = Margins(np.column_stack([made, total - made]), np.column_stack([total - received, received]))
    support, probability = cell_distribution(given, 0, 1)
    expected = support @ probability
    lower, upper = np.cumsum(probability), np.cumsum(probability[::-1])[::-1]
    rejects = (2 * lower <= 0.05) | (2 * upper <= 0.05)
    rng = np.random.default_rng(1)
    for ratio in detectable_ratio((support, probability)):

        def excess(log_odds: float, ratio: float = ratio) -> float:
            return float(nchypergeom_fisher(total, received, made, np.exp(log_odds)).mean().sum() - ratio * expected)

        odds = np.exp(brentq(excess, -6, 6))
        draws = sum(
            nchypergeom_fisher(m, r, k, odds).rvs(2_000, random_state=rng)
            for m, r, k in zip(total, received, made, strict=True)
        )
        found = rejects[(draws - support[0]).astype(int)].mean()
        assert found == pytest.approx(0.8, abs=0.03)


def test_a_cell_is_called_by_both_its_groups(net):
    test = cn.mixing_test(net, "group", n_draws=99, rng=1)
    one, other, _ = test.names
    said = cn.power_sentence(test, f"{other} → {one}")
    assert said.startswith(f"Power ({other} → {one}): {test.expected[1, 0]:.1f} expected")
    for name in ("g1", ("g1", "g0")):
        with pytest.raises(cn.InputError, match="the test has no value .*'g0 → g1'"):
            cn.power_sentence(test, name)
    with pytest.raises(cn.InputError, match=r"ask mixing_test for draws \(n_draws=999\)"):
        cn.power_sentence(cn.mixing_test(net, "group"), "g1 → g0")
