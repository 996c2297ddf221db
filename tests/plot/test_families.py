"""The figures of flows, time, coverage, power and paths hold the numbers they show."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import PathPatch, Rectangle

import citenet as cn
from citenet import plot
from citenet.bridging.mixing import MixingMatrix
from citenet.bridging.power import detectable_ratio, power_curve
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.plot.labels import short_names

# -- flow ---------------------------------------------------------------------------------------------------

FLOWS = MixingMatrix([[30, 5], [2, 11]], ("A", "B"), {"no group": 7})


def test_bands_are_as_wide_as_their_citations():
    ax = plot.sankey(FLOWS)
    bands = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
    heights = sorted(round((p.get_path().vertices[0] - p.get_path().vertices[7])[1] * 48) for p in bands)
    assert heights == [2, 5, 11, 30]
    bars = sorted(round(p.get_height() * 48) for p in ax.patches if isinstance(p, Rectangle))
    assert bars == sorted([35, 13, 32, 16])


def test_flow_counts_what_crosses_and_what_is_left_out():
    shown = " ".join(text.get_text() for text in plot.sankey(FLOWS).texts)
    assert "48 citations, 7 (15%) between groups" in shown
    assert "7 of or to works without a group left out" in shown


def test_of_many_groups_the_smallest_share_a_bar():
    counts = np.arange(1, 145).reshape(12, 12)
    ax = plot.sankey(MixingMatrix(counts, tuple("abcdefghijkl")))
    shown = [text.get_text() for text in ax.texts]
    assert sum(text.startswith("5 other groups") for text in shown) == 2
    bars = [p.get_height() for p in ax.patches if isinstance(p, Rectangle)]
    assert sum(bars) == pytest.approx(2)


def test_a_flow_without_citations_is_refused():
    with pytest.raises(InputError, match="no citations between groups"):
        plot.sankey(MixingMatrix([[0, 0], [0, 0]], ("A", "B")))


# -- over time ----------------------------------------------------------------------------------------------


def test_windows_stand_at_their_ratio_with_their_interval(three, three_pair):
    windows = cn.over_time(three, "group", three_pair.a, three_pair.b, window=10)
    ax = plot.over_time(windows)
    table = windows.to_frame()
    ratios = table[(table["citing"] == three_pair.a) & (table["ratio"] > 0)]["ratio"]
    points = next(
        line for line in ax.lines if line.get_label().replace("\n", " ") == f"{three_pair.a} → {three_pair.b}"
    )
    assert points.get_ydata() == pytest.approx(ratios.to_numpy())
    drawn = sum(len(c.get_segments()) for c in ax.collections)
    assert drawn == int(table["ratio"].notna().sum())
    assert ax.get_yscale() == "log"


def test_time_without_any_expectation_is_refused():
    works = pd.DataFrame({"year": [2000, 2001, 2000, 2001], "g": list("xxyy")}, index=list("abcd"))
    windows = cn.over_time(CitationNetwork(works, [1], [0]), "g", "x", "y")
    with pytest.raises(InputError, match="in no window"):
        plot.over_time(windows)


# -- coverage, power ----------------------------------------------------------------------------------------


def test_coverage_bars_are_the_shares(three_pair):
    ax = plot.coverage(three_pair)
    table = three_pair.coverage
    for container, column in zip(ax.containers, ("share_citations", "share_labelled", "share_tested"), strict=True):
        assert [bar.get_width() for bar in container] == pytest.approx(table[column].to_list())


def test_coverage_says_where_works_without_a_group_count_as_one():
    works = pd.DataFrame({"year": [2000, 1999, 1998, 1997], "g": ["x", "y", "x", None]}, index=list("abcd"))
    net = CitationNetwork(works, [0, 0, 0, 1], [1, 2, 3, 2])
    beside = {"drop": "100% found\n67% tested", "own": "100% found\n100% tested\n67% to a group"}
    for rule, label in (("drop", "with a group"), ("own", "with a group or (unlabelled)")):
        ax = plot.coverage(cn.bridges(net, "g", "x", "y", unlabelled=rule, n_boot=0, n_lists=0))
        assert ax.get_legend().get_texts()[1].get_text() == label
        assert beside[rule] in [text.get_text() for text in ax.texts]


def test_coverage_of_nothing_is_refused():
    works = pd.DataFrame({"year": [2000, 2001], "g": list("xy")}, index=list("ab"))
    with pytest.raises(InputError, match="no group prints references"):
        plot.coverage(cn.bridges(CitationNetwork(works), "g", "x", "y", n_boot=0))


def test_the_power_curve_goes_through_the_detectable_ratios(three_pair):
    distribution = three_pair.tests["a→b"].distribution
    ratio, power = power_curve(distribution)
    assert (np.diff(ratio) > 0).all()
    for at in detectable_ratio(distribution):
        assert np.interp(at, ratio, power) == pytest.approx(0.8, abs=0.01)
    assert np.interp(1.0, ratio, power) <= 0.05 + 1e-9


def test_power_of_a_large_corpus_is_not_drowned_by_rounding():
    """A count expected 10,000 times shows a departure of five deviations for certain."""
    support = np.arange(20_001.0)
    log_p = -0.5 * ((support - 10_000) / 50) ** 2
    probability = np.exp(log_p) / np.exp(log_p).sum()
    ratio, power = power_curve((support, probability))
    found = np.interp([0.05, 0.9, 0.975, 1.0, 1.025, 1.5], ratio, power)
    assert found[[0, 1, 5]] == pytest.approx(1)
    assert (found[[2, 4]] > 0.99).all()
    assert found[3] == pytest.approx(0.05, abs=0.005)


def test_a_power_figure_marks_the_observed_ratio(three_pair):
    test = three_pair.tests["a→b"]
    ax = plot.power(test)
    mark = next(line for line in ax.lines if line.get_marker() == "o")
    assert mark.get_xdata()[0] == test.ratio
    with pytest.raises(InputError, match=r"has none: pass the test of a count"):
        plot.power(three_pair.tests["a→b, lists"])
    with pytest.raises(InputError, match="one to four"):
        plot.power([])


def test_where_nothing_can_vary_the_error_says_what_the_corpus_lacks():
    works = pd.DataFrame({"year": [2000, 1990, 1990], "g": ["x", "x", "y"]}, index=list("abc"))
    result = cn.bridges(CitationNetwork(works, [0, 0], [1, 2]), "g", "x", "y", n_boot=0, n_lists=0)
    for test, why in (("a→b", "x → y: no informative stratum"), ("b→a", "y → x: y cites nothing that has a group")):
        with pytest.raises(InputError, match=f"no power to draw for citations {why}.*Add the reference lists of more"):
            plot.power(result.tests[test])


# -- paths --------------------------------------------------------------------------------------------------


@pytest.fixture
def chain() -> CitationNetwork:
    works = pd.DataFrame(
        {"year": [1990, 1995, 2000, 2005, None], "g": ["x", "x", "y", None, "y"], "authors": ["Ann, B"] * 5},
        index=list("abcde"),
    )
    return CitationNetwork(works, [1, 2, 3, 4, 2], [0, 1, 2, 3, 0])


def test_a_historiograph_places_the_most_cited_by_year(chain):
    ax = plot.historiograph(chain, "g", n_works=3)
    points = np.concatenate(
        [c.get_offsets().data for c in ax.collections if len(c.get_offsets()) and c.get_offsets()[0][0] > 1000]
    )
    assert sorted(points[:, 0]) == [1990, 1995, 2000]
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None) is not None]
    assert len(arrows) == 3
    assert "3 citations among them, 2 between groups" in " ".join(text.get_text() for text in ax.texts).replace(
        "\n", " "
    )
    assert "Ann 1990" in [text.get_text() for text in ax.texts]


def test_a_main_path_draws_its_citations_and_counts_the_undated(chain):
    path = cn.main_path(chain, "g")
    ax = plot.main_path(path, chain, "g")
    arrows = [text for text in ax.texts if getattr(text, "arrow_patch", None) is not None]
    dated = path.arcs[["citing_year", "cited_year"]].notna().all(axis=1).sum()
    assert len(arrows) == dated == 3
    assert "1 with an undated end left out" in " ".join(text.get_text() for text in ax.texts).replace("\n", " ")
    with pytest.raises(InputError, match="not in this network"):
        plot.main_path(path, chain.subset(["a", "b"]), "g")


def test_works_without_years_or_citations_cannot_be_placed():
    works = pd.DataFrame({"year": [None, None], "g": ["x", "y"]}, index=list("ab"))
    with pytest.raises(InputError, match="no dated work is cited"):
        plot.historiograph(CitationNetwork(works, [1], [0]), "g")
    with pytest.raises(InputError, match="no citation between dated works"):
        plot.main_path(cn.main_path(CitationNetwork(works, [1], [0]), "g"), CitationNetwork(works, [1], [0]), "g")


# -- places, names ------------------------------------------------------------------------------------------


def test_discs_do_not_overlap_and_are_as_large_as_their_groups():
    net = cn.datasets.simulate(400, rng=4)
    groups = {work: str(i % 7) if i % 50 else None for i, work in enumerate(net.ids)}
    places = plot.layout(net, groups)
    assert places.index.equals(net.ids)
    assert np.isfinite(places[["x", "y"]].to_numpy()).all()
    discs = {}
    for value, part in places.groupby("group"):
        centre = part[["x", "y"]].mean().to_numpy()
        discs[value] = centre, np.hypot(*(part[["x", "y"]].to_numpy() - centre).T).max()
    for one, (a, r) in discs.items():
        for other, (b, s) in discs.items():
            assert one == other or np.hypot(*(a - b)) > 0.9 * (r + s)
    assert discs[0][1] / discs[6][1] == pytest.approx(1, abs=0.2)


def test_linked_works_lie_closer_than_others():
    net = cn.datasets.simulate(300, preference=1.0, rng=5)
    xy = plot.layout(net, dict.fromkeys(net.ids, "one"))[["x", "y"]].to_numpy()
    linked = np.hypot(*(xy[net.citing] - xy[net.cited]).T).mean()
    rng = np.random.default_rng(1)
    anyone = np.hypot(*(xy[rng.integers(0, 300, 4000)] - xy[rng.integers(0, 300, 4000)]).T).mean()
    assert linked < 0.8 * anyone


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_works_can_be_placed(n):
    net = CitationNetwork(pd.DataFrame({"g": ["x"] * n}, index=[str(i) for i in range(n)]))
    assert plot.layout(net, "g").shape == (n, 3)


def test_places_of_ones_own_must_have_every_work(three):
    with pytest.raises(InputError, match="a row for every work"):
        plot.network(three, "group", places=plot.layout(three, "group").iloc[1:])


def test_names_are_first_author_and_year_or_the_id():
    works = pd.DataFrame(
        {"authors": ["VANDERGEEST, SJ; OTHER, B", "WHO", None, "Åström, Ö"], "year": [2001, 2002, 2003, None]},
        index=list("abcd"),
    )
    assert short_names(CitationNetwork(works)).tolist() == ["Vandergeest 2001", "WHO 2002", "c", "Åström"]
