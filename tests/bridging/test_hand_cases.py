"""Small cases by hand, and an oracle, for turns that a change of sign or side would take unnoticed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats import hypergeom

import citenet as cn
from citenet.bridging.availability import feasible_pairs
from citenet.bridging.betweenness import _feasible
from citenet.bridging.bootstrap import _bca_tails
from citenet.bridging.lists import _exchangeable
from citenet.bridging.mixing import label_arcs
from citenet.bridging.power import detectable_ratio
from citenet.bridging.relabelling import LabelNull
from citenet.bridging.selection import review_citations
from citenet.network import CitationNetwork


def test_bca_limits_are_those_of_scipy():
    """Of the mean, and of the square of the mean, of skewed samples, to either side."""
    sample = np.random.default_rng(4).exponential(size=25)
    for data in (sample, -sample):
        for measure in (np.mean, lambda x, axis=-1: np.mean(x, axis=axis) ** 2 * np.sign(np.mean(x))):
            oracle = stats.bootstrap((data,), measure, n_resamples=999, method="BCa", random_state=1)
            without = np.array([measure(np.delete(data, i)) for i in range(data.size)])
            nominal = np.array([[0.025, 0.975]])
            tails = _bca_tails(oracle.bootstrap_distribution[None], np.array([measure(data)]), without[None], nominal)
            assert np.abs(tails - nominal).max() > 0.002
            np.testing.assert_allclose(
                np.quantile(oracle.bootstrap_distribution, tails[0]), oracle.confidence_interval, rtol=1e-6
            )


def test_lists_change_places_within_a_year_and_a_length():
    year, length = np.array([2000.0, 2000, 2000, 2000, 2001]), np.array([1, 8, 15, 16, 8])
    stratum = _exchangeable(year, length)
    assert stratum[1] == stratum[2]
    assert len(set(stratum.tolist())) == 4


def test_labels_of_works_outside_the_corpus_stay_outside():
    works = pd.DataFrame({"year": 2000, "group": list("xyxy"), "external": [True, True, False, False]}, list("abcd"))
    _, stratum = LabelNull().prepare(label_arcs(CitationNetwork(works, [2, 3], [0, 1]), "group")[0])
    assert stratum[0] == stratum[1] != stratum[2] == stratum[3]


def test_feasible_pairs_by_hand():
    """Papers a (1990, x) and b (2000, y) could cite c (1990, x, outside); b could cite a, a could not cite b."""
    works = pd.DataFrame(
        {"year": [1990, 2000, 1990], "group": list("xyx"), "external": [False, False, True]}, list("abc")
    )
    assert feasible_pairs(label_arcs(CitationNetwork(works, [1], [0]), "group")[0]).tolist() == [1, 2]


def test_works_of_one_year_could_cite_each_other_and_older_ones_not_younger():
    assert _feasible(np.array([2000.0, np.nan]), np.array([2000.0, 1999, 2001, np.nan])) == 2


def test_a_lower_level_gives_narrower_intervals(net):
    rows = [
        cn.bridges(net, "group", "g0", "g1", level=level, rng=1).row("citations", "g0", "g1") for level in (0.5, 0.95)
    ]
    assert rows[1]["low"] < rows[0]["low"] < rows[0]["high"] < rows[1]["high"]


@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_detectable_ratios_have_the_power_at_the_level(alpha):
    """Fisher's noncentral hypergeometric at the ratio found rejects in 80 %."""
    m, made, received = 200, 60, 50
    support = np.arange(51.0)
    null = hypergeom(m, received, made).pmf(support)
    lower, upper = null.cumsum(), null[::-1].cumsum()[::-1]
    for ratio, rejected in zip(
        detectable_ratio((support, null), alpha=alpha), (2 * lower <= alpha, 2 * upper <= alpha), strict=True
    ):
        odds = np.exp(np.linspace(-4, 4, 80_001))
        means = np.array([stats.nchypergeom_fisher.mean(m, received, made, one) for one in odds[::4_000]])
        theta = np.exp(np.interp(ratio * made * received / m, means, np.log(odds[::4_000])))
        tilted = null * theta**support
        assert tilted[rejected].sum() / tilted.sum() == pytest.approx(0.8, abs=0.03)


def test_the_overall_test_counts_small_groups_too():
    """Three groups have four free cells, however small one of them is and however its citations are strewn."""
    works = pd.DataFrame({"year": [1990] * 60 + [2000] * 400}, index=[f"w{i:03d}" for i in range(460)])
    works["group"] = ["z" if i in (0, 459) else "xy"[i % 2] for i in range(460)]
    rng = np.random.default_rng(0)
    arcs = {(i, int(j)) for i in range(60, 460) for j in rng.choice(60, 20, replace=False)}
    net = CitationNetwork(works, *np.array(sorted(arcs)).T)
    assert cn.overall_test(net, "group").df == 4


def test_participation_departs_to_the_side_it_says(net):
    table = cn.participation_test(net, "group", n_draws=19, rng=1)
    varies = table["sd"] > 0
    assert varies.any()
    assert (np.sign(table["z"][varies]) == np.sign((table["observed"] - table["expected"])[varies])).all()
    works = pd.DataFrame({"year": [1, 1, 2, 2], "field": list("xyxy")}, index=list("abcd"))
    fixed = cn.participation_test(CitationNetwork(works, [2, 2, 3], [0, 1, 1]), "field", n_draws=19, rng=1)
    assert fixed.loc[["c", "d"], "sd"].tolist() == [0, 0]
    assert fixed.loc[["c", "d"], "p"].tolist() == [1, 1], "a tie is as extreme"


def test_a_paper_of_the_first_year_of_the_set_counts():
    works = pd.DataFrame({"year": [2000, 2000, 1999], "field": [None, "x", "x"]}, index=list("tab"))
    found = cn.theory_uptake(CitationNetwork(works, [1], [0]), "field", ["t"])
    assert found.groups.loc["x", ["papers", "direct"]].tolist() == [1, 1]


def test_reviews_count_at_both_ends():
    works = pd.DataFrame({"type": ["Review", "Article", "Article"]}, index=list("abc"))
    assert review_citations(CitationNetwork(works, [0, 1, 2], [1, 0, 1])).tolist() == [True, True, False]
