"""Columns, running heads and page numbers; several works in one entry."""

from __future__ import annotations

import itertools
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.io import printed
from citenet.io._records import Records
from citenet.refparse import parse_references
from citenet.refparse.pages import text_lines
from citenet.refparse.several import separate_works
from citenet.refparse.split import split_references

ENTRIES = [
    "Beck U. Risikogesellschaft. Frankfurt: Suhrkamp; 1986.",
    "Goffman E. The presentation of self in everyday life. New York: Anchor; 1959.",
    "Granovetter MS. The strength of weak ties. Am J Sociol 1973;78:1360–80.",
    "Ostrom E. Crossing the great divide: coproduction and synergy. World Dev 1996;24:1073–87.",
    "Star SL. This is not a boundary object. Sci Technol Hum Values 2010;35:601–17.",
    "Lave J, Wenger E. Situated learning. Cambridge: Cambridge University Press; 1991.",
]
NUMBERED = [f"{i}. {entry}" for i, entry in enumerate(ENTRIES, start=1)]


def wrapped(entries: list[str], width: int = 34) -> list[str]:
    return [line for entry in entries for line in textwrap.wrap(entry, width, subsequent_indent="   ")]


def beside(left: list[str], right: list[str], width: int = 38) -> str:
    return "\n".join(f"{a:<{width}}{b}".rstrip() for a, b in itertools.zip_longest(left, right, fillvalue=""))


def bodies(text: str) -> list[str]:
    return [entry.text for entry in split_references(text).entries]


@pytest.mark.parametrize("width", [36, 40, 52])
def test_two_columns_side_by_side_are_read_one_after_another(width: int) -> None:
    page = beside(wrapped(NUMBERED[:3]), wrapped(NUMBERED[3:]), width)
    assert bodies("References\n" + page) == ENTRIES


def test_columns_are_read_page_by_page() -> None:
    first = beside(wrapped(NUMBERED[:2]), wrapped(NUMBERED[2:4]))
    second = beside(wrapped(NUMBERED[4:5]), wrapped(NUMBERED[5:]))
    assert bodies(f"{first}\n\f{second}") == ENTRIES


def test_lines_keep_their_numbers_in_the_file() -> None:
    found = split_references(beside(NUMBERED[:3], NUMBERED[3:], 96))
    assert [entry.line for entry in found.entries] == [1, 2, 3, 1, 2, 3]


def test_columns_copied_line_by_line_in_turn() -> None:
    turns = [line for pair in zip(NUMBERED[:3], NUMBERED[3:], strict=True) for line in pair]
    assert bodies("\n".join(turns)) == ENTRIES


def test_a_gap_within_some_lines_is_no_gutter() -> None:
    lines = [entry.replace(". ", ".  ", 1) for entry in NUMBERED]
    assert [line.text for line in text_lines("\n".join(lines))] == lines


def test_a_reference_goes_on_behind_a_page_break() -> None:
    lines = [line.strip() for line in wrapped(NUMBERED, 60)]
    cut = lines.index(next(line for line in lines if line.startswith("4. "))) + 1
    head = "Roe and Lee: On references"
    text = "\n".join([head, *lines[:cut]]) + "\n\n412\n\f" + "\n".join([head, "", *lines[cut:]])
    assert bodies(text) == ENTRIES


def test_a_line_that_comes_back_inside_a_page_is_no_running_head() -> None:
    text = "1. WHO. One title. 2001.\nGeneva: Author.\n2. WHO. Another title. 2002.\nGeneva: Author.\n"
    assert bodies(text) == ["WHO. One title. 2001. Geneva: Author.", "WHO. Another title. 2002. Geneva: Author."]


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab 1.[]()\n\f\t12   ", max_size=300), st.integers(1, 5))
def test_no_line_with_letters_is_lost_but_running_heads(text: str, first: int) -> None:
    """Whatever the layout, the words of the text come out once each, in some order, heads apart."""
    lines = text_lines(text, first)
    assert all(line.number >= first for line in lines)
    if "\f" not in text and not any(line.strip().isdigit() for line in text.split("\n")):
        assert sorted("".join("".join(line.text.split()) for line in lines)) == sorted("".join(text.split()))


WORKS = [
    ("(a) Corey, E. J. J. Am. Chem. Soc. 1985, 107, 11; (b) Nicolaou, K. C. Angew. Chem. 1990, 29, 1123.", 2),
    ("a) Smith J. A title. BMJ 2001;1:2–3; b) Lee K. Another. BMJ 2002;3:4; c) Roe P. Third. BMJ 2003;5:6.", 3),
    ("R. G. Salomon, J. Am. Chem. Soc. 96, 1137 (1974); J. K. Kochi, ibid. 97, 11 (1975).", 2),
    (
        "Putnam R. Bowling alone. New York: Simon; 2000; see also Portes A. Social capital. Annu Rev 1998;24:1.",
        2,
    ),
    ("Elias, N., Über den Prozeß der Zivilisation, Frankfurt 1976; vgl. auch Beck, U., Risikogesellschaft, 1986.", 2),
    ("Smith J; Lee K; Roe P. A study of (a) rules and (b) names. BMJ 2001;1:2.", 1),
    ("Corey, E. J.; Cheng, X.-M. The Logic of Chemical Synthesis; Wiley: New York, 1989.", 1),
    ("Porter ME. What is value in health care; and what was it? N Engl J Med 2010;363:2477–81.", 1),
    ("Beck, U. (1986); Available from: https://example.org/2001/a-long-path", 1),
]


@pytest.mark.parametrize(("text", "n"), WORKS)
def test_works_of_one_entry(text: str, n: int) -> None:
    works = separate_works(text)
    assert len(works) == n
    assert all(work in text for work in works)


def test_a_list_gives_each_work_a_row_and_says_so() -> None:
    records = Records("list.txt")
    printed.read(f"1. {WORKS[0][0]}\n2. {ENTRIES[1]}\n", records)
    assert [row["year"] for row in records.references] == [1985, 1990, 1959]
    assert len({row["position"] for row in records.references}) == 3
    assert "several works" in {row["kind"] for row in records.problems}


def test_a_string_gives_the_fields_of_its_first_work() -> None:
    row = parse_references([WORKS[3][0]]).iloc[0]
    assert (row["authors"], row["year"], row["publisher"]) == ("Putnam, R", 2000, "Simon")
    assert row["raw"] == WORKS[3][0]


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="abcA ();,.1990é-", max_size=120))
def test_works_stand_in_the_entry_in_their_order(text: str) -> None:
    at = 0
    for work in separate_works(text):
        at = text.find(work, at)
        assert at >= 0
        at += len(work)
