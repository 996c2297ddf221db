"""Text folded so that spellings of the same words compare equal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet._support.text import fold, fold_all, shorten


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Co‐production: a  review. ", "co production a review"),
        ("Straße & Æther", "strasse aether"),
        ("İstanbul", "istanbul"),
        ("ﬁnal ½", "final 1 2"),
        ("Łódź", "lodz"),
        ("naïve café", "naive cafe"),
        ("co\u00adproduction", "coproduction"),
        ("\ufeffzero\u200bwidth", "zerowidth"),
        ("a_b", "a b"),
        ("日本", "日本"),
        ("–", ""),
    ],
)
def test_fold(text, expected):
    assert fold(text) == expected


@given(st.text())
def test_what_is_folded_is_one_line_without_outer_blanks(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert "_" not in folded


@given(st.text(alphabet="ABCéÜß -,."))
def test_case_and_folding_again_change_nothing(text):
    assert fold(text.upper()) == fold(text) == fold(fold(text))


def test_shorten_marks_the_cut():
    assert shorten("abc", 3) == "abc"
    assert shorten("abcd", 3) == "ab…"
    assert shorten("a\n  b", 9) == "a b"


@given(st.lists(st.text(st.characters() | st.sampled_from("\n ’™İßΣаé\u0301–_-.A1"))))
def test_many_texts_fold_as_each_does(texts):
    assert fold_all(texts) == [fold(text) for text in texts]
