"""Author names and their comparable forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.names import author_keys, first_author_key, people_keys, split_authors


def test_people_have_a_given_name_and_groups_none():
    assert split_authors("Doe, J; World Health Organization; ; , X; Roe, Ann B. ") == [
        ("Doe", "J"),
        ("World Health Organization", ""),
        ("Roe", "Ann B."),
    ]
    assert split_authors(None) == split_authors(float("nan")) == split_authors(" ; ") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Brien, J", "OBRIEN, J."),
        ("O’Brien, J", "O'Brien, Jane"),
        ("van der Berg, S", "Berg, S"),
        ("García-Pérez, Á", "Garcia Perez, A"),
        ("Łukasik, Ż", "LUKASIK, Z"),
        ("D'Amour, D", "Damour, D"),
        ("Strauß, A", "Strauss, A"),
    ],
)
def test_spellings_of_one_name_compare_equal(one, other):
    assert first_author_key(one) == first_author_key(other)


@pytest.mark.parametrize(("one", "other"), [("Van, X", "Li, X"), ("Doe, J", "Roe, J"), ("李, 明", "王, 明")])
def test_other_names_stay_apart(one, other):
    """A family name that is a particle alone, and names in other scripts, are not emptied."""
    assert first_author_key(one)[0]
    assert first_author_key(one) != first_author_key(other)


def test_keys_are_in_the_order_of_the_authors():
    assert author_keys("de la Cruz, A; Doe, J") == ["cruz", "doe"]
    assert first_author_key("Doe; Roe, B") == ("doe", "")
    assert first_author_key(None) == first_author_key("") == ("", "")


@given(st.lists(st.text(st.sampled_from("de la Ünlü;;,, -."))))
def test_many_lists_of_authors_are_known_as_each_is(lists):
    families, initials, people = people_keys(lists)
    assert list(zip(families, initials, strict=True)) == [first_author_key(authors) for authors in lists]
    assert people == [f" {' '.join(author_keys(authors))} " for authors in lists]
