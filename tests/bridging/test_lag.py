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
from citenet.bridging.lag import _van_elteren
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
    test = _van_elteren("lag", lag, across, np.zeros(lag.size, np.int64), "", 0, None)
    if across.all() or not across.any():
        assert np.isnan(test.statistic)
        assert test.reason
        return
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
    found = _van_elteren("lag", lag, across, stratum, "", 0, None)
    every = []
    for first in combinations(range(4), 2):
        for second in combinations(range(4, 7), 1):
            shuffled = np.zeros(7, bool)
            shuffled[[*first, *second]] = True
            every.append(_van_elteren("lag", lag, shuffled, stratum, "", 0, None).statistic)
    assert np.mean(every) == pytest.approx(0.5) == pytest.approx(found.expected)
    assert np.std(every) == pytest.approx(found.sd)
    drawn = _van_elteren("lag", lag, across, stratum, "", 2_000, 1)
    share = np.mean(np.array(every) >= found.statistic - 1e-12)
    assert np.mean(drawn.null_distribution >= found.statistic - 1e-12) == pytest.approx(share, abs=0.05)


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


@pytest.mark.parametrize("strata", ["citing-year", "paper"])
def test_a_delay_is_found_and_none_is_not(strata):
    late, alike = (cn.lag_test(delayed(d), "field", "x", "y", strata=strata) for d in (3, 0))
    assert late.statistic > 0.6
    assert late.pvalue < 1e-6
    assert alike.pvalue > 0.01
    assert 0.4 < alike.statistic < 0.6


def test_a_field_that_began_late_is_not_taken_for_a_quick_one():
    """Y begins in 1998: its works are young when they are cited; x cites its own of the same years as quickly."""
    net = delayed(0, seed=3)
    works = net.works
    works["field"] = np.where(works["year"] < 1998, "x", works["field"])
    late = CitationNetwork(works, net.citing, net.cited)
    naive = cn.citation_lag(late, "field")["citations"]
    test = cn.lag_test(late, "field", "x", "y")
    assert naive["x", "y"] > 0
    assert test.pvalue > 0.01


def test_a_lag_test_without_both_is_undefined():
    works = pd.DataFrame({"year": [2000, 2000, 2001], "field": list("xyx")}, index=list("abc"))
    test = cn.lag_test(CitationNetwork(works, [2], [0]), "field", "x", "y")
    assert np.isnan(test.statistic)
    assert "both" in test.reason
    with pytest.raises(cn.InputError, match="strata='year'"):
        cn.lag_test(CitationNetwork(works, [2], [0]), "field", "x", "y", strata="year")


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
    assert swapped.test.pvalue == pytest.approx(found.test.pvalue)
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
