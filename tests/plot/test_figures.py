"""Figures hold the numbers they show, change nothing around them, and are the same file each time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import citenet as cn
from citenet import plot
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.plot.layout import layout
from citenet.plot.style import COLOURS, GREY, MARKERS, new_axes, wrapped

LONG = [
    "Health Services Research & Quality Improvement",
    "Public Administration and Management",
    "Sociology of Science, Knowledge and Technology",
]


@pytest.fixture(scope="module")
def net() -> CitationNetwork:
    return cn.datasets.simulate(120, preference=3.0, rng=1)


@pytest.fixture(scope="module")
def pair(net):
    return cn.bridges(net, "field", "A", "B", n_boot=99, rng=1)


def texts(ax) -> str:
    return "\n".join([ax.get_title(loc="left"), *(text.get_text() for text in ax.texts)])


def draw(ax) -> None:
    """Lay the figure out; a layout that does not fit warns, and warnings are errors."""
    ax.figure.draw_without_rendering()


# -- flows --------------------------------------------------------------------------------------------------


def test_flows_mark_the_ratios_and_their_intervals(pair):
    ax = pair.plot()
    lines = [line for line in ax.lines if line.get_linestyle() != "--"]
    bars, points = lines[0::2], lines[1::2]
    for y, (bar, point, names) in enumerate(zip(bars, points, [("A", "B"), ("B", "A")], strict=True)):
        row = pair.row("citations", *names)
        assert bar.get_xdata() == pytest.approx([row["low"], row["high"]])
        assert point.get_xdata() == pytest.approx([row["ratio"]])
        assert point.get_ydata() == [y]
        assert f"{names[0]} → {names[1]}\n{row['value']:.0f} observed" in texts(ax)
    assert ax.get_xscale() == "log"
    assert ax.get_xlabel() == "observed / expected citations (log scale)"
    low, high = ax.get_xlim()
    assert low < min(bar.get_xdata()[0] for bar in bars)
    assert max(1, *(bar.get_xdata()[1] for bar in bars)) < high


def test_flows_say_how_much_and_by_which_null(pair):
    shown = " ".join(texts(pair.plot()).split())  # long lines are broken
    assert "Citations between A and B" in shown
    assert f"{pair.params['citations_tested']:,} citations tested; null year-pairs; bars: 95% interval" in shown


def test_flows_that_cannot_be_tested_say_so():
    works = pd.DataFrame({"year": [2000, 2001], "field": ["A", "B"]}, index=["a", "b"])
    result = cn.bridges(CitationNetwork(works), "field", "A", "B", n_boot=0, rng=1)
    ax = result.plot()
    assert texts(ax).count("cannot be tested") == 2
    draw(ax)


def test_no_flow_at_all_is_an_arrow_at_the_edge():
    """Citations were possible and none crossed: the ratio 0 has no place on a log axis and points outwards."""
    works = pd.DataFrame({"year": [2000] * 6 + [2001] * 6, "field": list("AAABBB") * 2}, index=list("abcdefghijkl"))
    arcs = [(i, j) for i in range(6, 12) for j in range(6) if (i - 6 < 3) == (j < 3)]
    net = CitationNetwork(works, *zip(*arcs, strict=True))
    ax = cn.bridges(net, "field", "A", "B", n_boot=99, rng=1).plot()
    markers = [line.get_marker() for line in ax.lines]
    assert markers.count("<") == 2


# -- mixing -------------------------------------------------------------------------------------------------


def test_mixing_writes_each_cell_with_rows_citing(net):
    test = cn.mixing_test(net, "field")
    ax = plot.mixing(test)
    cells = {text.get_position(): text.get_text() for text in ax.texts if "\n" in text.get_text()}
    for i in range(2):
        for j in range(2):
            count, ratio = cells[(j, i)].split("\n")
            assert count == f"{test.statistic[i, j]:,.0f}"
            mark = "▲" if test.ratio[i, j] > 1 else "▼"
            assert ratio.removesuffix("*") == f"{mark}{test.ratio[i, j]:.2f}"
            starred = test.to_frame()["p_holm"].to_numpy().reshape(2, 2)[i, j] < 0.05
            assert ratio.endswith("*") == starred
    shown = ax.images[0].get_array()
    assert shown.data == pytest.approx(np.clip(np.log2(test.ratio), -3, 3))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("cited group", "citing group")
    assert [label.get_text() for label in ax.get_yticklabels()] == list(test.names)


def test_mixing_of_a_single_statistic_is_refused(net):
    with pytest.raises(InputError, match=r"mixing draws a test of all cells: mixing_test\(net, groups\)"):
        plot.mixing(cn.mixing_test(net, "field", statistic="ei", n_draws=19, rng=1))


# -- one statistic, and pairs -------------------------------------------------------------------------------


def test_a_null_distribution_shows_its_draws_and_the_observed_value(net):
    test = cn.mixing_test(net, "field", statistic="ei", n_draws=199, rng=1)
    ax = plot.null_distribution(test)
    assert ax.lines[0].get_xdata()[0] == float(test.statistic)
    edges = [bar.get_x() for bar in ax.patches] + [bar.get_x() + bar.get_width() for bar in ax.patches]
    assert (min(edges), max(edges)) == pytest.approx((test.null_distribution.min(), test.null_distribution.max()))
    assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(1)
    assert ax.get_ylabel() == "share of 199 draws"
    assert "199 draws" in texts(ax)
    with pytest.raises(InputError, match=r"null_distribution draws a single statistic"):
        plot.null_distribution(cn.mixing_test(net, "field"))


def test_bars_of_a_count_stand_over_whole_numbers_and_hold_as_many_each(net):
    result = cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=99, rng=1)
    exact, lists = result.tests["a→b"], result.tests["a→b, lists"]
    draws = np.round(lists.null_distribution)
    many = np.round((draws - draws.mean()) * 40)  # more than 40 whole numbers: several a bar
    for test in (exact, replace(lists, null_distribution=draws), replace(lists, null_distribution=many)):
        ax = plot.null_distribution(test)
        edges = np.array([[bar.get_x(), bar.get_x() + bar.get_width()] for bar in ax.patches])
        assert edges % 1 == pytest.approx(np.full(edges.shape, 0.5)), "between whole numbers"
        widths = np.diff(edges).ravel()
        assert widths == pytest.approx(np.full(widths.size, widths[0]))
        heights = np.array([bar.get_height() for bar in ax.patches])
        assert heights.sum() == pytest.approx(1, abs=1e-3)
        if test.n_draws:
            inside = (test.null_distribution[:, None] > edges[:, 0]) & (test.null_distribution[:, None] < edges[:, 1])
            assert heights == pytest.approx(inside.mean(axis=0))
    assert widths[0] > 1


# -- the network --------------------------------------------------------------------------------------------


def test_a_network_shows_each_work_once_with_its_group(net):
    partition = cn.as_partition("field", net)
    ax = plot.network(net, "field")
    places = layout(net, "field")
    arcs_within, arcs_between, *groups = ax.collections
    for value, group in enumerate(groups):
        members = (partition.labels == value).nonzero()[0]
        assert group.get_offsets().data == pytest.approx(places[["x", "y"]].to_numpy()[members])
        assert group.get_label() == f"{partition.group_names[value]} ({members.size})"
    crossing = int((partition.labels[net.citing] != partition.labels[net.cited]).sum())
    assert len(arcs_between.get_segments()) == crossing
    assert len(arcs_within.get_segments()) == net.n_citations - crossing
    assert f"{crossing:,} citations between groups (dark)" in texts(ax)


def test_works_are_named_by_their_crossing_arcs():
    works = pd.DataFrame({"field": list("AABB")}, index=["quiet", "bridge", "x", "y"])
    ax = plot.network(CitationNetwork(works, [1, 1, 0], [2, 3, 1]), "field", n_labels=1)
    assert [text.get_text() for text in ax.texts if text.get_text() in works.index] == ["bridge"]


def test_a_layout_is_the_same_whatever_the_order(net):
    works, citations = net.to_frames()
    other = CitationNetwork.from_frames(works.iloc[::-1], citations.iloc[::-1])
    pd.testing.assert_frame_equal(layout(net, "field"), layout(other, "field"))


def test_groups_do_not_lie_on_each_other(net):
    places = layout(net, "field")
    centres = places.groupby("group")[["x", "y"]].mean().to_numpy()
    spread = places.groupby("group").apply(lambda t: np.hypot(t["x"] - t["x"].mean(), t["y"] - t["y"].mean()).max())
    assert np.hypot(*(centres[0] - centres[1])) > spread.max()


@pytest.mark.parametrize("k", [1, 2, 8, 12])
def test_any_number_of_long_named_groups_fits_on_the_page(net, k):
    """Nothing is cut: the layout finds room without a warning, and the legend ends inside the figure."""
    groups = {work: f"{LONG[i % k % 3]} {i % k}" for i, work in enumerate(net.ids) if i >= 10}
    ax = plot.network(net, groups)
    draw(ax)
    legend = ax.get_legend()
    labels = [text.get_text().replace("\n", " ") for text in legend.get_texts()]
    assert len(labels) == min(k, 8) + (k > 8) + 1
    assert labels[-1] == "unassigned (10)"
    if k == 12:
        assert labels[-2].startswith("4 smaller groups (")
    figure = ax.figure.bbox
    box = legend.get_window_extent()
    assert box.x1 <= figure.x1
    assert box.y0 >= figure.y0
    draw(plot.mixing(cn.mixing_test(net, groups)))


def test_long_names_fit_beside_the_flows(net):
    groups = {work: LONG[i % 2] for i, work in enumerate(net.ids)}
    ax = cn.bridges(net, groups, LONG[0], LONG[1], n_boot=0, rng=1).plot()
    draw(ax)
    for text in ax.texts:
        assert text.get_window_extent().x0 >= 0
    assert ax.title.get_window_extent().x1 <= ax.figure.bbox.x1


def test_a_network_without_works_or_arcs_can_be_drawn():
    draw(plot.network(CitationNetwork(), {}))
    draw(plot.network(CitationNetwork(pd.DataFrame({"field": ["A", None]}, index=["a", "b"])), "field"))


def test_most_works_being_of_no_group_they_are_left_out_and_counted():
    n_rest = 1_001
    rest = [f"r{i:04}" for i in range(n_rest)]
    works = pd.DataFrame({"field": ["A", "B", *[None] * n_rest]}, index=["a", "b", *rest])
    ids = list(CitationNetwork(works).ids)
    at = [ids.index(work) for work in ("a", "b", "r0000")]
    net = CitationNetwork(works, [at[0], at[0], at[2]], [at[1], at[2], at[1]])
    ax = plot.network(net, "field")
    assert sum(len(group.get_offsets()) for group in ax.collections[2:]) == 2
    shown = " ".join(texts(ax).split())
    assert "2 works; 1 citations between groups (dark), 0 within" in shown
    assert "not drawn: 1,001 works without a group, 2 citations of or to them" in shown
    whole = plot.network(net, "field", places=layout(net, "field"))
    assert sum(len(group.get_offsets()) for group in whole.collections[2:]) == net.n_works
    few = net.subset([*rest[:1_000], "a", "b"])
    assert sum(len(group.get_offsets()) for group in plot.network(few, "field").collections[2:]) == few.n_works


# -- manners ------------------------------------------------------------------------------------------------


def test_axes_that_are_given_are_used_and_nothing_global_changes(net, pair):
    before = dict(mpl.rcParams)
    figure = Figure()
    axes = figure.subplots(2)
    assert pair.plot(ax=axes[0]) is axes[0]
    assert plot.network(net, "field", ax=axes[1]) is axes[1]
    assert dict(mpl.rcParams) == before


def test_plotting_opens_no_window_and_loads_no_pyplot():
    script = (
        "import sys, citenet as cn; net = cn.datasets.simulate(50, rng=1); "
        "cn.plot.network(net, 'field'); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("ending", [".pdf", ".svg", ".png"])
def test_the_same_figure_is_the_same_file(net, tmp_path, ending):
    files = [plot.save(plot.network(net, "field"), tmp_path / f"{name}{ending}") for name in ("one", "two")]
    one, two = (file.read_bytes() for file in files)
    assert one == two
    assert len(one) > 1_000


def test_text_stays_text_in_svg(pair, tmp_path):
    svg = plot.save(pair.plot(), tmp_path / "flows.svg").read_text(encoding="utf-8")
    assert "observed / expected citations (log scale)</text>" in svg


@pytest.mark.parametrize("name", ["figure.jpg", "figure", "figure.PDF.txt"])
def test_other_endings_are_refused(pair, tmp_path, name):
    with pytest.raises(InputError, match=rf"{name} must end in one of \.pdf, \.svg, \.png"):
        plot.save(pair.plot(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_each_colour_has_its_marker():
    assert len(COLOURS) == len(MARKERS) == len(set(COLOURS)) == len(set(MARKERS)) == 8
    assert GREY not in COLOURS
    assert new_axes("given") == "given"


def test_wrapping_keeps_every_word():
    for name in [*LONG, "A", "Unbreakablegroupnamewithoutasingleblank"]:
        assert wrapped(name).replace("\n", " ") == name
        assert all(len(line) <= 28 or " " not in line for line in wrapped(name).split("\n"))
