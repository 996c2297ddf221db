"""Columns, running heads and page numbers; several works in one entry."""

from __future__ import annotations

import itertools
import textwrap

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from citenet.io import printed
from citenet.io._records import Records
from citenet.refparse import parse_references
from citenet.refparse.pages import TextLine, text_lines
from citenet.refparse.rows import read_rows
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
@example("one head\n1. A\n\fone head\n2. B\n12\n\fone head\n", 1)
def test_no_line_is_lost_but_running_heads_which_are_handed_out(text: str, first: int) -> None:
    """Whatever the layout, the words of the text come out once each, in some order, heads apart."""
    heads: list[TextLine] = []
    lines = text_lines(text, first, heads)
    assert all(line.number >= first for line in lines)
    assert sorted("".join("".join(line.text.split()) for line in [*lines, *heads])) == sorted("".join(text.split()))


FURNITURE = [
    "12",
    "B",
    "Primary sources",
    "",
    "\f",
    "Received: 3 May 2020",
    "[Crossref]",
    "Health policy",
    "———",
    "[1]",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*NUMBERED, *ENTRIES, *FURNITURE]), max_size=16))
def test_what_belongs_to_no_reference_is_kept_apart_and_counted(lines: list[str]) -> None:
    found = read_rows("\n".join(["Beck U. One. 1986.", *lines]))
    left_out = [text for texts in found.left_out.values() for _, text in texts]
    kept = [row.line.text for row in found.rows]
    assert sorted("".join("".join(kept + left_out).split())) == sorted(
        "".join("".join(["Beck U. One. 1986.", *lines]).split())
    )
    assert ("left out" in [kind for kind, *_ in found.report()]) == bool(left_out)


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
    (
        "Harnden P, Joffe JK, editors. Germ cell tumours V. Proceedings of the 5th Conference; 2001 Sep 13-15; "
        "Leeds, UK. New York: Springer; 2002.",
        1,
    ),
    ("Atkins, P. W. Physical Chemistry, 5th ed. (1994); Oxford University Press: Oxford, 1994; pp 123–130.", 1),
    ("Müller, H. (2005): Die Reform (1995–2000); Eine Bilanz 2005. Berlin: Springer.", 1),
    ("Geiger T. Genome. In Proceedings, Boston, USA, June 1–5, 2010; Smith, A., Ed.; ACM: New York, 2010; pp. 1–5.", 1),
    (
        "Meier, A. (2010): Koproduktion in der Pflege. In: Schulz, B.; Weber, C.; Lang, D. (Hrsg.): Handbuch 2010. "
        "Berlin: Springer, S. 31-45.",
        1,
    ),
    ("T. C. Kraan and P. van Baal, Nucl. Phys. B533, 627 (1998); Phys. Lett. B 435, 389 (1998).", 2),
    ("So auch Canaris, JZ 1993, 377 (379); a.A. Larenz, Methodenlehre, 6. Aufl. 1991, S. 320.", 2),
    ("Weinstein, J. The Market, Classical Philology 104 (2009): 440; cf. Rawls, J. Justice (Cambridge, 1971), 12.", 2),
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
