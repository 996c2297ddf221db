"""Tagged lines told from the signs of a block are those that one finds going through it line by line."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.io import nbib, ris, wos
from citenet.io._records import Records
from citenet.io._signs import signs_of
from citenet.io._tagged_lines import Cutter

USUAL = {
    wos: ["PT J", "AU Ewert, B", "   Nabatchi, T", "    indented", "   ", "", "CR", "ER", "TI Å – «x»", "Z9 1"],
    ris: ["TY  - JOUR", "AU  - Ewert, B", "KW  -", "ER  - ", "", "TI  - Å – «x»", "N2  - a - b"],
    nbib: ["PMID- 1", "OWN - NLM", "TI  - A", "      title", "", "FAU - Ewert, B", "AB  - Å – «x»", "LID -"],
}
ODD = ["  x", " AU x", "é", "au  - x", "AU", "TI  -x", "T", "PMID-2", "AU\t", "U1  - aKW  - b"]


def rows(cutter, lines):
    every = np.arange(len(lines))
    names = [cutter.tags.names[code] for code in np.repeat(lines.codes, lines.counts)]
    further = np.ones(len(names), dtype=bool)
    further[np.cumsum(lines.counts) - lines.counts] = False
    return list(
        zip(names, lines.values_apart(every), lines.numbers_apart(every).tolist(), further.tolist(), strict=True)
    )


def all_usual(cutter, text):
    signs = signs_of(text)
    return cutter._all_usual(text, signs, np.append(np.flatnonzero(signs == ord("\n")), len(text)))


@pytest.mark.parametrize("module", USUAL)
@given(data=st.data())
def test_both_ways_find_the_same_lines(module, data):
    text = "\n".join(data.draw(st.lists(st.sampled_from(USUAL[module]), max_size=12)))
    cutter = Cutter(module._DIALECT, Records("x"))
    told = all_usual(cutter, text)
    one_by_one = rows(cutter, cutter._one_by_one(text))
    if told is None:  # a line is indented behind an empty one
        assert "\n\n  " in f"\n\n{text}"
    else:
        assert rows(cutter, told) == one_by_one


@pytest.mark.parametrize("module", USUAL)
@given(data=st.data())
def test_what_is_not_padded_says_something_and_has_no_blanks_around(module, data):
    ends = st.sampled_from(["", " ", "\t", "\xa0", "\u2003", "?", "x"])
    known = st.sampled_from([*USUAL[module], *data.draw(st.sampled_from([[], ODD]))])
    lines = data.draw(st.lists(st.tuples(known, ends).map("".join), max_size=12))
    found = Cutter(module._DIALECT, Records("x")).lines("\n".join(lines))
    values = found.values_apart(np.flatnonzero(~found.padded))
    assert all(value and value == value.strip() for value in values)


@pytest.mark.parametrize("module", USUAL)
@given(data=st.data())
def test_each_line_is_taken_or_reported_or_continues_what_is_left_out(module, data):
    lines = data.draw(st.lists(st.sampled_from([*USUAL[module], *ODD]), max_size=12))
    records = Records("x")
    cutter = Cutter(module._DIALECT, records)
    found = cutter.lines("\n".join(lines))
    told = {*found.numbers.tolist(), *(row["line"] for row in records.problems if row["line"] is not None)}
    left = [lines[number - 1] for number in range(1, len(lines) + 1) if number not in told]
    assert all(not line or line.isspace() or line.startswith("   ") for line in left)
    assert cutter.n_lines == max(len(lines) - 1, 0)
    assert (np.diff(found.numbers) >= 0).all()


def test_what_is_indented_continues_the_line_before_it():
    cutter = Cutter(wos._DIALECT, Records("x"))
    found = cutter.lines("PT J\nCR BATE P, 2006\n   OSTROM E, 1996\n\n   PESTOFF V, 2012\nER\n")
    assert rows(cutter, found) == [
        ("PT", "J", 1, False),
        ("CR", "BATE P, 2006", 2, False),
        ("CR", "OSTROM E, 1996", 3, True),
        ("CR", "   PESTOFF V, 2012", 5, True),
        ("ER", "", 6, False),
    ]


def test_what_continues_a_line_that_is_left_out_is_reported_with_it():
    records = Records("x")
    cutter = Cutter(wos._DIALECT, records)
    found = cutter.lines("PT J\nnonsense\n   more of it\nTI A title\n")
    assert [(name, value) for name, value, *_ in rows(cutter, found)] == [("PT", "J"), ("TI", "A title")]
    assert [(row["line"], row["excerpt"]) for row in records.problems] == [(2, "nonsense")]
    cutter.lines("TI A title\nnonsense\n \n   lost\n")
    assert [row["line"] for row in records.problems[1:]] == [6, 8]


def test_a_part_holds_its_own_text_alone():
    cutter = Cutter(ris._DIALECT, Records("x"))
    part = cutter.lines("TY  - JOUR\nTI  - A title\nER  - \n").part(1, 2)
    assert (part.text, rows(cutter, part)) == ("A title", [("TI", "A title", 2, False)])


@pytest.mark.parametrize("module", USUAL)
@given(data=st.data())
def test_any_part_holds_its_lines(module, data):
    known = data.draw(st.sampled_from([USUAL[module], [*USUAL[module], *ODD]]))
    text = "\n".join(data.draw(st.lists(st.sampled_from(known), max_size=12)))
    cutter = Cutter(module._DIALECT, Records("x"))
    lines = cutter.lines(text)
    begin = data.draw(st.integers(0, len(lines)))
    end = data.draw(st.integers(begin, len(lines)))
    if begin < end:
        of_part = slice(lines.counts[:begin].sum(), lines.counts[:end].sum())
        assert rows(cutter, lines.part(begin, end)) == rows(cutter, lines)[of_part]


def test_any_number_of_tags_is_told_apart():
    tags = ["".join(tag) for tag in product("ABCDEFGHIJKLMN", repeat=4)]
    cutter = Cutter(nbib._DIALECT, Records("x"))
    found = cutter.lines("".join(f"{tag}- {tag}\n" for tag in tags))
    assert len(tags) > 1 << 15
    assert [(name, value) for name, value, *_ in rows(cutter, found)] == [(tag, tag) for tag in tags]
