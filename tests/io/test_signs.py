"""What is asked of a text as an array is what one finds in the text itself."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from citenet.io._signs import are_at, is_digit, is_letter, numbers_of_four, signs_of, where, words_of


@given(st.text("ab, –", max_size=40))
def test_words_are_found_where_they_stand(text):
    assert where(signs_of(text), b", ").tolist() == [found.start() for found in re.finditer(", ", text)]
    assert where(signs_of(text), b"ab", np.arange(0, len(text), 2)).tolist() == [
        at for at in range(0, len(text), 2) if text.startswith("ab", at)
    ]
    assert are_at(signs_of(text), np.arange(len(text)), b"ab, ").tolist() == [
        text.startswith("ab, ", at) for at in range(len(text))
    ]


@given(st.text("azAZ@[`{mé0 "))
def test_letters_are_those_of_ascii(text):
    found = is_letter(signs_of(text))[: len(text)].tolist()
    assert found == [re.fullmatch("[A-Za-z]", sign) is not None for sign in text]


@given(st.text("0129x²٣/:", min_size=1, max_size=12))
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
