"""Spans of a text are what one finds by slicing it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from citenet.io import _spans
from citenet.io._spans import Parted, Spans

_LINES = st.lists(st.text("ab1, é–", max_size=30), max_size=12)


@given(_LINES)
def test_distinct_spans_are_those_of_distinct_texts(lines):
    different, which = Spans.of(lines).distinct()
    assert different.texts() == list(dict.fromkeys(lines))
    assert [different.texts()[one] for one in which.tolist()] == lines


def test_spans_of_the_same_hash_are_told_apart(monkeypatch):
    monkeypatch.setattr(_spans, "SPREAD", np.uint64(0))
    spans = Spans.of(["VOLUNTAS", "VOLUNTEE", "VOLUNTAS", "VOLUNTARY SECTOR", "VOLUNTARY SECTION"])
    different, which = spans.distinct()
    assert different.texts() == ["VOLUNTAS", "VOLUNTEE", "VOLUNTARY SECTOR", "VOLUNTARY SECTION"]
    assert which.tolist() == [0, 1, 0, 2, 3]


def test_long_spans_are_told_apart_by_their_last_sign():
    long = "VOLUNTARY SECTOR " * 6
    different, which = Spans.of([long + "A", long + "B", "VOLUNTAS", long + "A", long[:-17]]).distinct()
    assert different.texts() == [long + "A", long + "B", "VOLUNTAS", long[:-17]]
    assert which.tolist() == [0, 1, 2, 0, 3]


@given(_LINES)
def test_spans_become_lines_of_their_own(lines):
    back = Spans.of(lines)[np.arange(len(lines))[::-1]]
    assert back.texts() == lines[::-1] == back.lines().texts()
    assert Spans.joined([back, back]).texts() == 2 * lines[::-1]


@given(_LINES)
def test_signs_are_told_by_line(lines):
    spans = Spans.of(lines).lines()
    table = bytes(chr(code) in "\n1" for code in range(256))
    assert spans.with_signs(table).tolist() == ["1" in line for line in lines]
    assert spans.holding(np.flatnonzero(spans.signs == ord("1"))).tolist() == ["1" in line for line in lines]


@given(_LINES)
def test_lines_are_parted_at_their_separators(lines):
    signs = Spans.of(lines).signs
    places = np.flatnonzero((signs == ord(",")) | (signs == ord("\n")))
    parted = Parted(places, signs[places] == ord("\n"))
    assert parted.counts.tolist() == [line.count(",") for line in lines]
    ends = [
        begin + len(line.encode().split(b",")[0]) for begin, line in zip(parted.begins.tolist(), lines, strict=True)
    ]
    assert parted.at(0).tolist() == ends
    lengths = [len(line.encode()) - len(line.encode().rpartition(b",")[2]) for line in lines]
    assert (parted.ends - parted.last()).tolist() == [
        0 if "," not in line else len(line.encode()) - length + 1 for line, length in zip(lines, lengths, strict=True)
    ]
