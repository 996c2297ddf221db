"""Lags and waiting times, against scipy and against every shuffle."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import citenet as cn
from citenet.bridging.first_crossing import kaplan_meier, logrank
from citenet.bridging.lag import RankContest
from citenet.network import CitationNetwork


def test_lags_by_pair_of_groups(net):
    table = cn.citation_lag(net, "group")
    year, labels = net.year, net.works["group"].to_numpy()
    lag = year[net.citing] - year[net.cited]
    for (citing, cited), row in table.iterrows():
        own = lag[(labels[net.citing] == citing) & (labels[net.cited] == cited)]
        assert row["citations"] == own.size
        assert row["median"] == np.median(own)
        assert row["iqr"] == pytest.approx(stats.iqr(own))
        assert row["price_index"] == pytest.approx((own <= 5).mean())
    assert table["citations"].sum() == net.n_citations
    short = cn.citation_lag(net, "group", window=2)
    assert short["citations"].sum() == (lag <= 2).sum()
    assert (short["citations"] + short["older"]).tolist() == table["citations"].tolist()
    assert (table["older"] == 0).all()


def test_undated_and_early_citations_are_counted():
    works = pd.DataFrame({"year": [2001, 2000, None, 2000], "field": list("xxyy")}, index=list("abcd"))
    table = cn.citation_lag(CitationNetwork(works, [1, 1], [0, 2]), "field")
    assert table.loc[("x", "x"), ["citations", "early", "median"]].tolist() == [1, 1, -1]
    assert table.loc[("x", "y"), ["citations", "undated"]].tolist() == [0, 1]
    assert np.isnan(table.loc[("x", "y"), "median"])
    with pytest.raises(cn.InputError, match="window=-1"):
        cn.citation_lag(CitationNetwork(works), "field", window=-1)


LAGS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=4, max_size=25)


@given(LAGS)
@settings(max_examples=40, deadline=None)
def test_one_stratum_is_mann_whitney(pairs):
    lag, across = np.array([p[0] for p in pairs], float), np.array([p[1] for p in pairs])
    contest = RankContest(lag, np.zeros(lag.size, np.int64))
    if across.all() or not across.any():
        assert np.isnan(contest.statistic(across))
        return
    test = contest.closed_form("lag", across, "")
    u, p = stats.mannwhitneyu(lag[across], lag[~across], use_continuity=False, method="asymptotic")
    assert test.statistic == pytest.approx(u / (across.sum() * (~across).sum()))
    if np.ptp(lag):
        assert test.pvalue == pytest.approx(p)
    else:
        assert (test.pvalue, test.sd) == (1, 0)


def test_mean_and_deviation_are_those_of_every_shuffle():
    lag = np.array([1.0, 2, 2, 5, 3, 3, 9])
    across = np.array([True, False, False, True, True, False, False])
    stratum = np.array([0, 0, 0, 0, 1, 1, 1])
    contest = RankContest(lag, stratum)
    found = contest.closed_form("lag", across, "")
    every = []
    for first in combinations(range(4), 2):
        for second in combinations(range(4, 7), 1):
            shuffled = np.zeros(7, bool)
            shuffled[[*first, *second]] = True
            every.append(contest.statistic(shuffled))
    assert np.mean(every) == pytest.approx(0.5) == pytest.approx(found.expected)
    assert np.std(every) == pytest.approx(found.sd)


def delayed(delay, seed=0):
    """Make two fields that cite themselves at 1-6 years and each other ``delay`` years later."""
    rng = np.random.default_rng(seed)
    n = 300
    year, field = rng.integers(1980, 2010, n), rng.choice(["x", "y"], n)
    pairs = set()
    for i in range(n):
        for _ in range(8):
            across = rng.random() < 0.4
            wanted = year[i] - rng.integers(1, 7) - delay * across
            options = np.flatnonzero((year == wanted) & ((field != field[i]) == across))
            if options.size:
                pairs.add((i, int(rng.choice(options))))
    citing, cited = zip(*sorted(pairs), strict=True)
    works = pd.DataFrame({"year": year, "field": field}, index=[f"w{i:03d}" for i in range(n)])
    return CitationNetwork(works, citing, cited)


@pytest.mark.parametrize("null", ["labels", "citing-year", "paper"])
def test_a_delay_is_found_and_none_is_not(null):
    late, alike = (cn.lag_test(delayed(d), "field", "x", "y", null=null, n_draws=199, rng=1) for d in (3, 0))
    assert late.statistic > late.expected + 0.1
    assert late.pvalue == 0.01
    assert alike.pvalue > 0.01
    assert abs(alike.statistic - alike.expected) < 0.1


def test_draws_agree_with_the_closed_form():
    net = delayed(1)
    closed, drawn = (cn.lag_test(net, "field", "x", "y", null="citing-year", n_draws=n, rng=1) for n in (0, 2_000))
    assert closed.statistic == drawn.statistic
    assert drawn.expected == pytest.approx(0.5, abs=4 * closed.sd / np.sqrt(2_000))
    assert drawn.sd == pytest.approx(closed.sd, rel=0.1)
    with pytest.raises(cn.InputError, match="n_draws=1"):
        cn.lag_test(net, "field", "x", "y", n_draws=1)


def test_a_field_that_grew_late_is_not_taken_for_one_that_is_cited_early():
    """Both fields are cited alike, but y grows and x shrinks: what there is to cite of y is younger."""
    found = {"labels": [], "citing-year": []}
    for seed in range(12):
        net = cn.datasets.simulate(250, preference=1.0, share_b=(0.2, 0.7), rng=seed)
        for null, p in found.items():
            p.append(cn.lag_test(net, "field", "A", "B", null=null, n_draws=99, rng=1).pvalue)
    assert np.mean(np.array(found["labels"]) <= 0.05) <= 0.25
    assert np.mean(np.array(found["citing-year"]) <= 0.05) >= 0.4


def test_a_lag_test_without_both_is_undefined():
    works = pd.DataFrame({"year": [2000, 2000, 2001], "field": list("xyx")}, index=list("abc"))
    test = cn.lag_test(CitationNetwork(works, [2], [0]), "field", "x", "y")
    assert np.isnan(test.statistic)
    assert "both" in test.reason
    with pytest.raises(cn.InputError, match="null='year'"):
        cn.lag_test(CitationNetwork(works, [2], [0]), "field", "x", "y", null="year")


# -- waiting times ------------------------------------------------------------------

WAITS = st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.booleans()), min_size=2, max_size=30)


@given(WAITS)
@settings(max_examples=40, deadline=None)
def test_kaplan_meier_and_logrank_equal_scipy(rows):
    time = np.array([row[0] for row in rows], float)
    event, first = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])

    def sample(members):
        return stats.CensoredData(time[event & members], right=time[~event & members])

    if event.any():
        curve = kaplan_meier(time, event)
        expected = stats.ecdf(sample(np.ones(time.size, bool))).sf
        np.testing.assert_allclose(curve["waiting"], expected.evaluate(curve["time"]), atol=1e-12)
    test = logrank(time, event, first, np.zeros(time.size))
    if not (first.any() and not first.all()):
        assert np.isnan(test.pvalue)
    elif test.sd > 0:
        with np.errstate(all="ignore"):
            assert test.pvalue == pytest.approx(stats.logrank(sample(first), sample(~first)).pvalue)


def test_strata_add_up():
    rng = np.random.default_rng(4)
    time, event, first = rng.integers(0, 6, 60).astype(float), rng.random(60) < 0.6, rng.random(60) < 0.5
    stratum = rng.integers(2000, 2003, 60)
    whole = logrank(time, event, first, stratum)
    parts = [
        logrank(time[stratum == s], event[stratum == s], first[stratum == s], np.zeros((stratum == s).sum()))
        for s in (2000, 2001, 2002)
    ]
    assert whole.statistic == sum(part.statistic for part in parts)
    assert whole.expected == pytest.approx(sum(part.expected for part in parts))
    assert whole.sd**2 == pytest.approx(sum(part.sd**2 for part in parts))


def test_first_crossings_work_by_work(net):
    found = cn.first_crossing(net, "group", "g0", "g1")
    labels, year = net.works["group"], net.works["year"]
    arcs = net.to_frame()
    end = year.max()
    for work, row in found.works.iterrows():
        citing = arcs.loc[arcs["cited"] == work, "citing"]
        other = "g1" if row["group"] == "g0" else "g0"
        years = year[citing[(labels[citing] == other).to_numpy()]]
        assert row["crossed"] == bool(len(years))
        assert row["time"] == (years.min() if len(years) else end) - year[work]
        own = year[citing[(labels[citing] == row["group"]).to_numpy()]]
        assert row["time_home"] == (own.min() if len(own) else end) - year[work]
    assert set(found.works.index) == set(net.ids[labels.isin(["g0", "g1"])])
    swapped = cn.first_crossing(net, "group", "g1", "g0")
    assert {group: test.pvalue for group, test in swapped.tests.items()} == pytest.approx(
        {group: test.pvalue for group, test in found.tests.items()}
    )
    across = found.works[found.works["group"] == "g0"]
    assert found.tests["g1"].statistic == across["crossed"].sum()
    assert (found.curves["waiting"].between(0, 1)).all()
    assert "log-rank" in repr(found)


def test_an_earlier_end_censors_and_leaves_out():
    works = pd.DataFrame({"year": [2000, 2003, 2005], "field": list("xyy")}, index=list("abc"))
    net = CitationNetwork(works, [2], [0])
    found = cn.first_crossing(net, "field", "x", "y", end=2004)
    assert found.works.loc["a", ["time", "crossed"]].tolist() == [4, False]
    assert found.params["after the end"] == 1
    assert found.works["first"].isna().all()
    later = cn.first_crossing(net, "field", "x", "y")
    assert later.works.loc["a", ["time", "crossed", "first"]].tolist() == [5, True, "c"]


def test_strata_are_weighted_as_van_elteren_does():
    """Two strata of 2 and 4 citations with one across each: won 1 of 1 and 1 of 3, weights 1/3 and 1/5."""
    lag, across = np.array([1.0, 2, 1, 2, 3, 4]), np.array([False, True, False, True, False, False])
    contest = RankContest(lag, np.array([0, 0, 1, 1, 1, 1]))
    assert contest.statistic(across) == pytest.approx((1 / 3 + 1 / 5) / (1 / 3 + 3 / 5))


def test_only_years_in_which_both_groups_have_works_are_compared():
    """Of 1985 there is x alone: that old citation within x is left out."""
    works = pd.DataFrame({"year": [1985, 1990, 1990, 1992, 2000], "field": list("xyxxx")}, index=list("abcde"))
    net = CitationNetwork(works, [4, 4, 4], [0, 1, 3])
    assert cn.lag_test(net, "field", "x", "y", n_draws=9, rng=1).statistic == 1


@pytest.mark.parametrize("null", ["labels", "citing-year", "paper"])
def test_citations_that_are_not_compared_are_counted(null):
    works = pd.DataFrame({"year": [1985, 1990, 1990, 1992, None, 2000], "field": list("xyxxyx")}, index=[*"abcde", "p"])
    net = CitationNetwork(works, [5] * 5, range(5))
    test = cn.lag_test(net, "field", "x", "y", null=null, window=9, n_draws=9, rng=1)
    counts = "1 no year, 1 of works from before both groups existed, 2 over 9 years old"
    assert test.reason == f"no stratum has citations both within and across; not compared of 5 citations: {counts}"
    whole = cn.lag_test(net, "field", "x", "y", null=null, n_draws=9, rng=1)
    assert "over" not in whole.reason
    assert whole.reason.endswith("not compared of 5 citations: 1 no year, 1 of works from before both groups existed")
    table = cn.citation_lag(net, "field", window=9)
    assert table.loc[("x", "x"), ["citations", "undated", "older"]].tolist() == [1, 0, 2]
    assert table.loc[("x", "y"), ["citations", "undated", "older"]].tolist() == [0, 1, 1]
    assert table[["citations", "undated", "older"]].sum(axis=None) == net.n_citations


def test_labels_stay_within_their_publication_year():
    works = pd.DataFrame({"year": [1990, 1991, 1992, 1993, 2000], "field": list("yxyxx")}, index=list("abcde"))
    test = cn.lag_test(CitationNetwork(works, [4] * 4, [0, 1, 2, 3]), "field", "x", "y", n_draws=19, rng=1)
    assert test.statistic == test.expected
    assert (test.sd, test.pvalue) == (0, 1)


def test_works_outside_the_corpus_are_not_followed():
    works = pd.DataFrame({"year": [2000, 2000, 2003], "field": list("xxy"), "external": [True, False, False]})
    found = cn.first_crossing(CitationNetwork(works.set_axis(list("abc")), [2], [0]), "field", "x", "y")
    assert found.works.index.tolist() == ["b", "c"]
    assert found.params["outside the corpus"] == 1
