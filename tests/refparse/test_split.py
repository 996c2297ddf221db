"""Splitting printed lists."""

from __future__ import annotations

import textwrap

import pytest

from citenet.refparse.split import LONGEST_LINE, split_references


def test_a_heading_and_page_numbers_are_left_out() -> None:
    found = split_references(
        "## References\n\n1. Smith J. A title. BMJ 2001;1:2.\n\n17\n\n2. Lee K. Another. BMJ 2002;3:4."
    )
    assert [e.text for e in found.entries] == ["Smith J. A title. BMJ 2001;1:2.", "Lee K. Another. BMJ 2002;3:4."]
    assert [entry.line for entry in found.entries] == [3, 7]


def test_a_number_alone_on_its_line_starts_a_reference() -> None:
    found = split_references(
        "[1]\nSmith J. A title. BMJ 2001;1:2.\n[2]\nLee K. Another. BMJ\n2002;3:4.\n[3]\nRoe P. Third. BMJ 2003."
    )
    assert [entry.number for entry in found.entries] == [1, 2, 3]
    assert found.entries[1].text == "Lee K. Another. BMJ 2002;3:4."


def test_a_year_at_the_start_of_a_line_is_no_number() -> None:
    text = "Smith J, Jones K.\n2001. A title. BMJ 1:2.\nTaylor P, Wells H.\n2002. Another title. BMJ 3:4."
    assert all(entry.number is None for entry in split_references(text).entries)


def test_a_very_long_line_is_cut_and_reported() -> None:
    found = split_references("1. Smith J. " + "word " * 10_000)
    assert found.problems[0][0] == "line too long"
    assert len(found.entries[0].text) <= LONGEST_LINE


def test_nothing_gives_nothing() -> None:
    assert split_references(" \n\n").entries == ()


ENTRIES = [
    "Beck, Ulrich (1986): Risikogesellschaft. Auf dem Weg in eine andere Moderne. Frankfurt am Main: Suhrkamp.",
    "Goffman, Erving (1959). The presentation of self in everyday life. New York: Doubleday Anchor Books.",
    "Habermas, Jürgen (1981): Theorie des kommunikativen Handelns. Band 1: Handlungsrationalität. Frankfurt: Suhrkamp.",
    "Luhmann, Niklas (1984): Soziale Systeme. Grundriß einer allgemeinen Theorie. Frankfurt am Main: Suhrkamp.",
    "Weber, Max (1922): Wirtschaft und Gesellschaft. Tübingen: Mohr Siebeck.",
]


@pytest.mark.parametrize(
    ("indent", "between"), [("", "\n\n"), ("    ", "\n"), ("  ", "\n\n")], ids=["blank lines", "hanging", "both"]
)
def test_unnumbered_wrapped_lists(indent: str, between: str) -> None:
    text = between.join(textwrap.fill(entry, 60, subsequent_indent=indent) for entry in ENTRIES)
    assert [entry.text for entry in split_references(text).entries] == ENTRIES


def test_one_reference_a_line() -> None:
    assert [entry.text for entry in split_references("\n".join(ENTRIES)).entries] == ENTRIES


def test_first_lines_further_in_start_references() -> None:
    text = "\n".join(textwrap.fill(entry, 60, initial_indent="    ") for entry in ENTRIES)
    assert [entry.text for entry in split_references(text).entries] == ENTRIES


def test_keys_in_brackets_start_references() -> None:
    text = "[Bec86] Beck, U. Risikogesellschaft.\nSuhrkamp, 1986.\n[Gof59] Goffman, E. The presentation.\nAnchor, 1959."
    assert [entry.line for entry in split_references(text).entries] == [1, 3]


def test_an_address_that_a_line_breaks_goes_on() -> None:
    lines = ["1. Smith J. A title. BMJ 2019. https://doi.org/10.1000/", "xyz123", "2. Klein H. A book. Berlin 2001."]
    texts = [entry.text for entry in split_references("\n".join(lines)).entries]
    assert texts[0].endswith("https://doi.org/10.1000/xyz123")


def test_an_entry_of_several_works_has_its_number_too() -> None:
    works = "9 (a) Einstein A. Ann Phys 1905;17:891; (b) Planck M. Ann Phys 1901;4:553."
    text = f"7 Klein H. A book. Berlin 2001.\n8 Smith J. A title. BMJ 2019;1:2.\n{works}\n10 Wolf A. A book. Bonn 2002."
    entries = split_references(text).entries
    assert [entry.number for entry in entries] == [7, 8, 9, 9, 10]
