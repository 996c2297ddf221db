"""Bridges over time: windows add up, growth makes no trend, change is found."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import citenet as cn
from citenet.network import CitationNetwork

GROWTH = {"share_b": (0.1, 0.8), "n_works": 400, "n_references": 8}


def test_windows_share_out_all_citations():
    net = cn.datasets.simulate(rng=1, **GROWTH)
    table = cn.over_time(net, "field", "A", "B", window=7).to_frame()
    one = table[table["citing"] == "A"]
    whole = cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=0).row("citations", "A", "B")
    assert one["observed"].sum() == whole["value"]
    assert one["expected"].sum() == pytest.approx(whole["expected"])
    assert one["citations"].sum() == net.n_citations


def test_the_last_cumulative_window_is_the_whole():
    net = cn.datasets.simulate(rng=2, **GROWTH)
    last = cn.over_time(net, "field", "A", "B", window=10, cumulative=True).to_frame().iloc[-2]
    whole = cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=0).row("citations", "A", "B")
    assert last["ratio"] == pytest.approx(whole["ratio"])
    assert last["p"] == pytest.approx(whole["p"])


def test_sliding_windows_end_with_the_last_that_is_whole():
    net = cn.datasets.simulate(rng=1, **GROWTH)
    table = cn.over_time(net, "field", "A", "B", window=5, step=1).to_frame()
    assert set(table["last"] - table["first"]) == {4}
    assert table["last"].max() == net.year[net.citing].max()


@pytest.mark.parametrize("window", [1, 10])
def test_the_configuration_null_has_windows_and_says_why_it_has_no_trend(window):
    """Its one stratum holds all years; a citing paper without a year is in no window."""
    net = cn.datasets.simulate(200, preference=2.0, rng=1)
    years = net.works["year"].mask(net.ids == net.ids[net.citing[0]])
    undated = CitationNetwork(net.works.assign(year=years), net.citing, net.cited)
    with pytest.warns(cn.errors.NullModelWarning, match="ignores time"):
        found = cn.over_time(undated, "field", "A", "B", null="configuration", window=window)
    dated = ~np.isnan(undated.year[undated.citing])
    assert 0 < dated.sum() < undated.n_citations
    assert found.table.loc[found.table["citing"] == "A", "citations"].sum() == dated.sum()
    for table in (found.trends, found.by_papers):
        assert table[["z", "p", "p_change"]].isna().all(axis=None)
    assert repr(found).count("this null has no expectation within years") == 2
    last = net.subset(net.year >= 2015)
    with pytest.warns(cn.errors.NullModelWarning):
        one = cn.over_time(last, "field", "A", "B", null="configuration", window=99).table.iloc[0]
    with pytest.warns(cn.errors.NullModelWarning):
        whole = cn.bridges(last, "field", "A", "B", null="configuration", n_boot=0, n_lists=0)
    assert one["ratio"] == pytest.approx(whole.row("citations", "A", "B")["ratio"])


def test_what_cannot_be_tested_says_why():
    works = pd.DataFrame({"year": [2000, 2001], "field": ["A", "B"]}, index=["a", "b"])
    found = cn.over_time(CitationNetwork(works, [1], [0]), "field", "A", "B")
    assert "nan" not in repr(found)
    assert "trend over citing years no test: nothing varies within years" in repr(found)


def test_growth_makes_no_trend():
    """Fields that grow at different times, without and with a constant preference: no trend beyond 5 %.

    Where papers have tastes of their own, the tests that take papers as independent still hold.
    """
    limit = binom(60, 0.05).ppf(0.999)
    for preference, taste in ((1.0, 0.0), (2.0, 0.0), (1.0, 1.0)):
        nets = [cn.datasets.simulate(preference=preference, taste=taste, rng=seed, **GROWTH) for seed in range(60)]
        found = [cn.over_time(net, "field", "A", "B") for net in nets]
        for column in ("p", "p_change"):
            assert sum(windows.by_papers[column].iloc[0] < 0.05 for windows in found) <= limit
            if not taste:
                assert sum(windows.trends[column].iloc[0] < 0.05 for windows in found) <= limit


def test_a_preference_that_fades_is_a_trend():
    early, late = (
        cn.datasets.simulate(400, years=years, preference=p, rng=1)
        for years, p in (((1980, 1999), 6.0), ((2000, 2019), 1.0))
    )
    works = pd.concat([early.works.set_axis("e" + early.ids), late.works.set_axis("l" + late.ids)])
    citing, cited = (
        np.concatenate([x, y + early.n_works]) for x, y in ((early.citing, late.citing), (early.cited, late.cited))
    )
    found = cn.over_time(CitationNetwork(works, citing, cited), "field", "A", "B")
    trend = found.trends.iloc[0]
    assert (found.by_papers[["p", "p_change"]] < 1e-3).all(axis=None)
    assert found.by_papers.iloc[0]["z"] > 0
    assert f"z {found.by_papers.iloc[0]['z']:+.2f}" in repr(found)  # the z of the p beside it
    assert trend["p"] < 1e-4
    assert trend["p_change"] < 1e-4
    assert trend["z"] > 0  # more crossing later


def test_what_cannot_be_cut_into_windows_is_refused():
    works = pd.DataFrame({"field": list("AB")}, index=list("ab"))
    net = CitationNetwork(works, [0], [1])
    with pytest.raises(cn.InputError, match="windows need years"):
        cn.over_time(net, "field", "A", "B")
    with pytest.raises(cn.InputError, match="window=0"):
        cn.over_time(net, "field", "A", "B", window=0)
