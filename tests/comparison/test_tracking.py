"""Communities followed by the works they hold: each event by hand, and its mirror image."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import citenet as cn
from citenet.network import CitationNetwork
from citenet.partition import Partition

WORKS = pd.Index(list("abcdefghijkl"))


def partition(text: str, works=WORKS) -> Partition:
    """One digit a work; a dot is unassigned."""
    return Partition(works, [-1 if digit == "." else int(digit) for digit in text])


def events(*texts: str, **options) -> list[tuple[str, str, str]]:
    tracks = cn.track_communities([partition(text) for text in texts], **options)
    return list(tracks.events[["event", "groups_before", "groups_after"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("000000111111", "111111000000", [("continued", "1", "1"), ("continued", "2", "2")]),
        ("000000111111", "000222111111", [("split", "1", "2 + 3"), ("continued", "2", "1")]),
        ("000222111111", "000000111111", [("continued", "1", "2"), ("merged", "2 + 3", "1")]),
        ("000000......", "000000111111", [("continued", "1", "1"), ("born", "", "2")]),
        ("000000111111", "000000......", [("continued", "1", "1"), ("died", "2", "")]),
    ],
)
def test_each_event_by_hand(before, after, expected):
    assert events(before, after) == expected


def test_a_group_keeps_its_track_whatever_its_number_and_size():
    tracks = cn.track_communities([partition(t) for t in ("000000011111", "111100000000", "1.1100022000")])
    table = tracks.table.set_index(["step", "group"])["track"]
    assert table["1", "1"] == table["2", "2"] == table["3", "2"] == 1
    assert tracks.to_frame().loc[1].tolist() == [7, 4, 3]


def test_new_works_alone_change_nothing():
    small = partition("000111", WORKS[:6])
    tracks = cn.track_communities([small, partition("000111111000")])
    assert set(tracks.events["event"]) == {"continued"}
    assert tracks.table["shared"].tolist() == [0, 0, 3, 3]


def test_works_under_other_ids_are_aligned_by_what_is_known_of_them():
    described = pd.DataFrame({"doi": [f"10.1/{i}" for i in range(12)]}, index=WORKS)
    renamed = described.set_axis([f"key{i}" for i in range(12)])
    nets = [CitationNetwork(works) for works in (described, renamed)]
    pair = [partition("000000111111"), Partition(renamed.index, [0] * 6 + [1] * 6)]
    tracks = cn.track_communities(pair, nets=nets, names=["2024", "2025"])
    assert tracks.events["event"].tolist() == ["continued", "continued"]
    with pytest.raises(cn.InputError, match="2024 and 2025 have no work in common"):
        cn.track_communities(pair, names=["2024", "2025"])


def test_of_several_records_of_one_work_the_first_that_has_a_group_counts_whatever_the_order():
    works = pd.DataFrame({"doi": ["10.1/a", "10.1/a", "10.1/b", "10.1/c"]}, index=["a1", "a2", "b", "c"])
    later = works.drop("a1").rename({"a2": "a"})
    after = Partition(later.index, [0, 0, 1])
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        before = Partition(works.index[order], np.array([-1, 0, 0, 1])[order])
        nets = [CitationNetwork(works.iloc[order], [], []), CitationNetwork(later, [], [])]
        shared = cn.track_communities([before, after], nets=nets).table["shared"].tolist()
        assert sum(shared[2:]) == 3, order


def test_found_again_in_growing_windows():
    """Two planted fields stay two tracks while the corpus grows."""
    net = cn.datasets.simulate(500, preference=30.0, n_references=8, rng=2)
    nets = [net.subset(net.year <= last) for last in (2005, 2012, 2019)]
    found = [cn.merge_small(n, cn.detect_communities(n, resolution=0.3, rng=1), 30) for n in nets]
    tracks = cn.track_communities(found, nets=nets, names=[2005, 2012, 2019])
    assert tracks.to_frame().shape == (2, 3)
    assert set(tracks.events["event"]) == {"continued"}
    assert "2 tracks through 2005 → 2012 → 2019 (4 continued)" in repr(tracks)


labels = st.lists(st.integers(-1, 3), min_size=12, max_size=12)
MIRROR = {"split": "merged", "merged": "split", "born": "died", "died": "born", "continued": "continued"}


@settings(max_examples=60, deadline=None)
@given(labels, labels, st.sampled_from([0.3, 0.5, 0.9]))
def test_turned_round_splits_are_merges_and_births_are_deaths(one, other, share):
    pair = [Partition(WORKS, values) for values in (one, other)]
    if not ((np.array(one) >= 0) & (np.array(other) >= 0)).any():
        return
    there, back = (cn.track_communities(list(order), share=share) for order in (pair, pair[::-1]))
    columns = ["event", "groups_before", "groups_after", "works"]
    mirrored = sorted(
        (MIRROR[event], after, before, works)
        for event, before, after, works in back.events[columns].itertuples(index=False, name=None)
    )
    assert mirrored == sorted(there.events[columns].itertuples(index=False, name=None))
    assert there.flows["works"].sum() == ((np.array(one) >= 0) & (np.array(other) >= 0)).sum()
    tracks = there.table.groupby("step")["track"]
    assert tracks.nunique().equals(tracks.size())  # no track twice in a step


def test_what_cannot_be_followed_is_refused():
    one = partition("000000111111")
    with pytest.raises(cn.InputError, match="two or more Partitions"):
        cn.track_communities([one])
    with pytest.raises(cn.InputError, match="names must have one entry"):
        cn.track_communities([one, one], names=["x"])
    with pytest.raises(cn.InputError, match="two steps have the same name"):
        cn.track_communities([one, one], names=["x", "x"])
    with pytest.raises(cn.InputError, match="share=0"):
        cn.track_communities([one, one], share=0)
