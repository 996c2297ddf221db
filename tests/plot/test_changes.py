"""Figures of what changed show what the tables hold."""

from __future__ import annotations

import pandas as pd
import pytest

import citenet as cn
from citenet.partition import Partition


@pytest.fixture(scope="module")
def change():
    net = cn.datasets.simulate(200, preference=2.0, n_references=5, rng=1)
    return cn.compare(net.subset(net.year <= 2010), net, groups="field", between=("A", "B"), n_boot=0)


def test_causes_are_bars_of_the_change_in_both_directions(change):
    ax = change.plot()
    widths = sorted(bar.get_width() for bar in ax.patches)
    assert widths == sorted(change.causes.loc[["citations a→b", "citations b→a"], "citing paper"])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["citing paper"]
    assert "A → B" in ax.get_legend().get_texts()[0].get_text()


def test_no_change_is_drawn_and_said(change):
    same = cn.compare(change.after.net, change.after.net)
    ax = cn.plot.causes(same)
    assert not ax.patches
    assert "No citation changed" in ax.get_title(loc="left")


@pytest.fixture(scope="module")
def tracks():
    works = pd.Index(list("abcdefghij"))
    before, after = [0] * 6 + [1] * 4, [0] * 3 + [2] * 3 + [1] * 4
    return cn.track_communities([Partition(works, before), Partition(works, after)], names=[2024, 2025])


def test_the_alluvial_figure_has_a_bar_a_group_and_a_band_a_flow(tracks):
    ax = tracks.plot()
    assert sorted(bar.get_height() for bar in ax.patches) == sorted(tracks.table["works"])
    assert len(ax.collections) == len(tracks.flows)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2024", "2025"]
    assert "1 split" in "".join(text.get_text() for text in ax.texts)


def test_groups_stand_beside_those_they_come_from(tracks):
    bars = sorted((bar for bar in tracks.plot().patches if bar.get_x() > 0.5), key=lambda bar: bar.get_y())
    assert [bar.get_height() for bar in bars] == [3, 3, 4]  # the two parts of the group of six, then the other


def test_bytes_do_not_move(tracks, tmp_path):
    one, two = (cn.plot.save(tracks.plot(), tmp_path / name).read_bytes() for name in ("one.svg", "two.svg"))
    assert one == two
