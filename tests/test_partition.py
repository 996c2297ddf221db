"""Partition: aligned by work id, groups in one order, unknown works refused."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.errors import ColumnError, InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition


@pytest.fixture
def partition() -> Partition:
    return Partition(pd.Index(["a", "b", "c", "d"]), [0, 1, 1, -1], names=["PAM", "HSR"])


@pytest.fixture
def net() -> CitationNetwork:
    works = pd.DataFrame({"field": ["x", "y", "", "x"], "code": [1.0, 2.0, 2.0, None]}, index=list("abcd"))
    return CitationNetwork(works, [1, 2], [0, 0])


def groups_of(partition: Partition) -> dict[str, str | None]:
    frame = partition.to_frame()["group"]
    return frame.astype("object").where(frame.notna(), None).to_dict()


def test_groups_are_in_order_of_size_then_first_work():
    partition = Partition(pd.Index(list("abcdef")), [2, 1, 1, 0, 2, 3], names=["one", "two b", "two a", "last"])
    assert partition.group_names == ("two a", "two b", "one", "last")
    assert partition.sizes.to_dict() == {"two a": 2, "two b": 2, "one": 1, "last": 1}
    assert partition.labels.tolist() == [0, 1, 1, 2, 0, 3]


def test_groups_without_works_are_left_out_and_unnamed_groups_are_numbered():
    assert Partition(pd.Index(["a", "b"]), [5, -1]).group_names == ("1",)
    assert Partition(pd.Index(["a"]), [1], names=["empty", "full"]).group_names == ("full",)


@given(data=st.data(), labels=st.lists(st.integers(-1, 3), min_size=1, max_size=8))
def test_works_and_labels_in_another_order_are_the_same_partition(data, labels):
    works = [f"w{i}" for i in range(len(labels))]
    names = ["p", "q", "r", "s"]
    order = data.draw(st.permutations(range(len(labels))))
    rename = data.draw(st.permutations(range(4)))
    one = Partition(pd.Index(works), labels, names=names)
    other = Partition(
        pd.Index([works[i] for i in order]),
        [-1 if labels[i] < 0 else rename[labels[i]] for i in order],
        names=[names[rename.index(k)] for k in range(4)],
    )
    assert groups_of(one) == groups_of(other)
    assert one.labels.tolist() == other.labels.tolist()
    assert one.group_names == other.group_names


def test_repr_says_sizes_origin_and_what_is_unassigned(partition):
    assert repr(partition) == "<Partition: 2 groups of 4 works (HSR 2, PAM 1), 1 unassigned, assigned>"
    assert repr(Partition(pd.Index([]), [])) == "<Partition: 0 groups of 0 works (none), assigned>"
    many = Partition(pd.Index([f"w{i}" for i in range(7)]), range(7), origin="detected", method="leiden")
    assert repr(many) == "<Partition: 7 groups of 7 works (sizes 1, 1, 1, 1, 1, … 2 more), detected by leiden>"
    assert "<th>works</th>" in partition._repr_html_()


@pytest.mark.parametrize(
    ("works", "labels", "options", "message"),
    [
        ("ab", [0], {}, r"labels has shape \(1,\); it must have one label for each of 2 works"),
        ("aa", [0, 0], {}, r"work 'a' has more than one label"),
        ("ab", [0, 5], {"names": ["only"]}, r"\(0 to 0\) or -1; found 5"),
        ("ab", [0, -2], {}, r"or -1; found -2"),
        ("ab", [0.5, 1], {}, r"labels must be whole numbers"),
        ("ab", [np.nan, 1], {}, r"labels must be whole numbers"),
        ("ab", ["x", "y"], {}, r"labels must be whole numbers"),
        ("ab", [0, 1], {"names": ["same", "same"]}, r"two groups have the same name"),
        ("ab", [0, 1], {"names": [1, "1"]}, r"two groups have the same name"),
        ("ab", [0, 1], {"origin": "detectd"}, r"origin='detectd' is not a choice, did you mean 'detected'\?"),
    ],
)
def test_labels_that_cannot_be_are_refused(works, labels, options, message):
    with pytest.raises(InputError, match=message):
        Partition(pd.Index(list(works)), labels, **options)


def test_nothing_inside_can_be_changed(partition):
    with pytest.raises(FrozenInstanceError):
        partition.labels = np.zeros(4)
    with pytest.raises(ValueError, match="read-only"):
        partition.labels[0] = 1
    partition.params["new"] = 1
    frame = partition.to_frame()
    frame["group"] = "other"
    assert partition.params == {}
    assert groups_of(partition) == {"a": "PAM", "b": "HSR", "c": "HSR", "d": None}
    given_labels = np.array([0, 0])
    other = Partition(pd.Index(["a", "b"]), given_labels)
    given_labels[0] = 7
    assert other.labels.tolist() == [0, 0]


def test_alignment_is_by_id_and_unknown_works_raise(partition):
    assert partition.aligned(pd.Index(["c", "zz", "a", "b", "d"])).tolist() == [0, -1, 1, 0, -1]
    with pytest.raises(InputError, match=r"labels 1 works that are not in the network, e\.g\. 'a'; use .*restrict"):
        partition.aligned(pd.Index(["b", "c", "d"]))
    unassigned_only = partition.aligned(pd.Index(["a", "b", "c"]))
    assert unassigned_only.tolist() == [1, 0, 0], "a work without a group need not be in the network"


def test_restrict_keep_and_group_choose(partition):
    assert groups_of(partition.restrict(pd.Index(["a", "d", "zz"]))) == {"a": "PAM", "d": None}
    assert groups_of(partition.keep(["PAM"])) == {"a": "PAM", "b": None, "c": None, "d": None}
    assert groups_of(partition.keep("HSR")) == {"a": None, "b": "HSR", "c": "HSR", "d": None}
    assert partition.group("PAM") == 1
    with pytest.raises(InputError, match=r"no group is called 'pam', did you mean 'PAM'\? \(groups: 'HSR', 'PAM'\)"):
        partition.group("pam")
    with pytest.raises(InputError, match=r"no group is called 'Law'"):
        partition.keep(["Law"])


def test_a_choice_of_groups_keeps_how_they_were_made():
    made = Partition(
        pd.Index(["a", "b"]), [0, 1], origin="detected", method="leiden", params={"n": 1}, seed=3, quality=0.5
    )
    for part in (made.keep(["1"]), made.restrict(pd.Index(["a"]))):
        assert (part.origin, part.method, part.params, part.seed, part.quality) == (
            "detected",
            "leiden",
            {"n": 1},
            3,
            0.5,
        )


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("field", ["x", "y", None, "x"]),
        ("code", ["1", "2", "2", None]),
        ({"d": "late", "a": "early", "b": None, "c": float("nan")}, ["early", None, None, "late"]),
        (pd.Series({"d": "late", "a": " early "}), ["early", None, None, "late"]),
        ([{"c"}, {"a", "b"}], ["2", "2", "1", None]),
        ([[], ["a"]], ["2", None, None, None]),
    ],
)
def test_groups_come_in_many_shapes(net, groups, expected):
    partition = as_partition(groups, net)
    assert list(groups_of(partition).values()) == expected
    assert partition.works.equals(net.ids)


def test_a_partition_of_fewer_works_is_completed(net):
    partition = as_partition(Partition(pd.Index(["c", "a"]), [0, 1], names=["p", "q"], method="m"), net)
    assert list(groups_of(partition).values()) == ["q", None, "p", None]
    assert partition.method == "m"


@pytest.mark.parametrize(
    ("groups", "error", "message"),
    [
        ({"zz": "x"}, InputError, r"labels 1 works that are not in the network, e\.g\. 'zz'"),
        ([["a"], ["a"]], InputError, r"work 'a' has more than one label"),
        (["x", "y", "x", "y"], InputError, r"labels by position are not taken: give a mapping"),
        (np.array([0, 1, 0, 1]), InputError, r"labels by position are not taken"),
        ("feild", ColumnError, r"net\.works has no column 'feild'; it has code, field, title, year"),
        (5, InputError, r"groups must be a Partition, column, mapping or list of sets; int is none"),
        (None, InputError, r"NoneType is none"),
    ],
)
def test_groups_that_do_not_fit_are_refused(net, groups, error, message):
    with pytest.raises(error, match=message):
        as_partition(groups, net)
