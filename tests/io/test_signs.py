"""What is asked of a text as an array is what one finds in the text itself."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from citenet.io._signs import (
    bytes_of,
    is_digit,
    lines_of,
    numbered,
    numbers_of_four,
    signs_of,
    spans_of_lines,
    where,
    words_of,
)

_LINES = st.lists(st.text("ab1, é–", max_size=30), max_size=12)


@given(_LINES)
def test_lines_have_one_number_where_they_hold_the_same(lines):
    signs = bytes_of("".join(f"{line}\n" for line in lines))
    begins, ends = spans_of_lines(signs)
    first, codes = numbered(signs, begins, ends)
    assert [lines[first[code]] for code in codes] == lines
    assert len(first) == len(set(lines))
    assert all(lines.index(lines[at]) == at for at in first)


@given(_LINES)
def test_spans_become_lines_of_their_own(lines):
    signs = bytes_of("".join(f"{line}\n" for line in lines))
    begins, ends = spans_of_lines(signs)
    back = np.arange(len(lines))[::-1]
    found = lines_of(signs, begins[back], ends[back]).tobytes().decode()
    assert found == "".join(f"{line}\n" for line in lines[::-1])


@given(st.text("ab, –", max_size=40))
def test_words_are_found_where_they_stand(text):
    assert where(signs_of(text), b", ").tolist() == [found.start() for found in re.finditer(", ", text)]
    assert where(signs_of(text), b"ab", np.arange(0, len(text), 2)).tolist() == [
        at for at in range(0, len(text), 2) if text.startswith("ab", at)
    ]


@given(st.text("0129x²٣", min_size=1, max_size=12))
def test_digits_are_those_of_ascii(text):
    signs = signs_of(text)
    assert is_digit(signs)[: len(text)].tolist() == [sign in "0123456789" for sign in text]
    numbers = numbers_of_four(signs, np.arange(len(text))).tolist()
    four = [text[at : at + 4] for at in range(len(text))]
    assert numbers == [int(part) if re.fullmatch("[0-9]{4}", part) else -1 for part in four]


def test_words_end_with_their_span():
    signs = signs_of("abcdefghijk")
    words = words_of(signs, np.array([0, 0, 3]), np.array([2, 11, 3]))
    assert [int(word).to_bytes(8, "little").rstrip(b"\0") for word in words] == [b"ab", b"abcdefgh", b""]
