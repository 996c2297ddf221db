"""Web of Science exports: both shapes, records met twice, damage."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.errors import CitenetError, ParseError
from citenet.io import read, wos
from citenet.io._records import Records

from .conftest import checked_corpus

TAGGED = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Ewert, B
   Evers, A
AF Ewert, Benjamin
   Evers, Adalbert
TI An ambiguous concept: on the meanings
   of co-production
SO VOLUNTAS
DT Article; Early Access
DE co-production; health   care;
   users
CR OSTROM E, 1996, WORLD DEV, V24, P1073, DOI 10.1016/0305-750X(96)00023-X
   PESTOFF V, 2012, VOLUNTAS, V23, P1102
NR 2
J9 VOLUNTAS
PY 2014
VL 25
IS 2
BP 425
EP 442
DI 10.1007/s11266-012-9345-2
WC Management; Public Administration
SC Business & Economics
PM 1234567
UT WOS:000335157400006
ER

PT J
AU Osborne, SP
TI Second
PY 2016
NR 0
UT WOS:000335157400007
ER

EF
"""
HEADER = "PT\tAU\tAF\tTI\tSO\tDT\tDE\tCR\tNR\tJ9\tPY\tVL\tIS\tBP\tEP\tAR\tDI\tWC\tSC\tPM\tUT\tEA"
ROW_1 = (
    "J\tEwert, B; Evers, A\tEwert, Benjamin; Evers, Adalbert\tAn ambiguous concept: on the meanings of co-production\t"
    "VOLUNTAS\tArticle; Early Access\tco-production; health care; users\t"
    "OSTROM E, 1996, WORLD DEV, V24, P1073, DOI 10.1016/0305-750X(96)00023-X; PESTOFF V, 2012, VOLUNTAS, V23, P1102\t"
    "2\tVOLUNTAS\t2014\t25\t2\t425\t442\t\t10.1007/s11266-012-9345-2\tManagement; Public Administration\t"
    "Business & Economics\t1234567\tWOS:000335157400006\t"
)
ROW_2 = "J\tOsborne, SP\t\tSecond\t\t\t\t\t0\t\t2016\t\t\t\t\t\t\t\t\t\tWOS:000335157400007\t"
TABBED = "\n".join([HEADER, ROW_1, ROW_2, ""])


def parsed(text: str, *, strict: bool = False) -> Records:
    records = Records("savedrecs.txt", strict)
    wos.read(text, records)
    return records


def kinds(records: Records) -> list[str]:
    return [row["kind"] for row in records.problems]


def test_tagged_text_fills_the_columns_of_works_and_references():
    records = parsed(TAGGED)
    assert records.problems == []
    row = records.works[0]
    assert row == {
        "work_id": "WOS:000335157400006",
        "file": "savedrecs.txt",
        "line": 3,
        "title": "An ambiguous concept: on the meanings of co-production",
        "authors": "Ewert, Benjamin; Evers, Adalbert",
        "year": 2014,
        "type": "Article; Early Access",
        "container": "VOLUNTAS",
        "container_abbrev": "VOLUNTAS",
        "volume": "25",
        "issue": "2",
        "first_page": "425",
        "last_page": "442",
        "doi": "10.1007/s11266-012-9345-2",
        "ids": "pmid:1234567 wos:000335157400006",
        "categories": "Management; Public Administration",
        "research_areas": "Business & Economics",
        "keywords": "co-production; health care; users",
        "n_cited_references": 2,
    }
    assert [(row["line"], row["raw"]) for row in records.references] == [
        (14, "OSTROM E, 1996, WORLD DEV, V24, P1073, DOI 10.1016/0305-750X(96)00023-X"),
        (15, "PESTOFF V, 2012, VOLUNTAS, V23, P1102"),
    ]


def test_both_shapes_say_the_same():
    tagged, tabbed = parsed(TAGGED), parsed(TABBED)
    for one, other in ((tagged.works, tabbed.works), (tagged.references, tabbed.references)):
        assert [row | {"line": 0} for row in one] == [row | {"line": 0} for row in other]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_change_nothing(tmp_path, encoding, newline):
    for text in (TAGGED, TABBED):
        file = tmp_path / "savedrecs.txt"
        file.write_bytes(text.replace("Osborne", "Österman").replace("\n", newline).encode(encoding))
        corpus = read(file)
        assert corpus.works.loc["WOS:000335157400007", "authors"] == "Österman, SP"
        assert corpus.references["line"].notna().all()
        assert set(corpus.problems["kind"]) == ({"encoding"} if encoding in ("cp1252", "utf-16-le") else set())


def test_quotation_marks_have_no_meaning_in_the_tab_delimited_shape():
    records = parsed(TABBED.replace("An ambiguous", '"An ambiguous').replace("Second", '"Second" "half'))
    assert records.works[0]["title"].startswith('"An ambiguous')
    assert len(records.works) == 2
    assert len(records.references) == 2


def test_the_same_record_twice_is_one_work_and_the_longer_list_wins_wherever_it_stands():
    short = ROW_1.replace("; PESTOFF V, 2012, VOLUNTAS, V23, P1102", "")
    for rows in ([ROW_1, short, ROW_2, ROW_2], [ROW_2, short, ROW_2, ROW_1]):
        records = parsed("\n".join([HEADER, *rows]))
        assert len(records.works) == 2
        assert len(records.references) == 2
        assert kinds(records) == ["repeated record"] * 2
        assert len(records.works) + len(records.problems) == 4


def test_the_same_record_in_two_files_is_one_work(tmp_path):
    (tmp_path / "a.txt").write_text("\n".join([HEADER, ROW_2]), encoding="utf-8")
    (tmp_path / "b.txt").write_text(TAGGED, encoding="utf-8")
    corpus = read(tmp_path)
    assert corpus.works.index.tolist() == ["WOS:000335157400006", "WOS:000335157400007"]
    assert corpus.works["file"].tolist() == ["b.txt", "a.txt"]
    assert corpus.problems["kind"].tolist() == ["repeated record"]
    assert corpus.sources["n_works"].sum() == len(corpus.works) + len(corpus.problems)
    with pytest.raises(ParseError, match="repeated record"):
        read(tmp_path, strict=True)


def test_shuffled_rows_give_the_same_but_for_the_lines(tmp_path):
    tables = []
    for rows in ([ROW_1, ROW_2], [ROW_2, ROW_1]):
        file = tmp_path / "savedrecs.txt"
        file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        corpus = read(file)
        tables.append((corpus.works.drop(columns="line"), corpus.references.drop(columns="line")))
    assert all(one.equals(other) for one, other in zip(*tables, strict=True))


def test_without_an_accession_number_the_id_comes_from_the_content():
    text = TAGGED.replace("UT WOS:000335157400006\n", "")
    first, again = parsed(text), parsed(text.replace("\nPT J", "\n\nPT J"))
    assert kinds(first) == ["missing id"]
    made, same = (max(row["work_id"] for row in records.works) for records in (first, again))
    assert made.startswith("wos-")
    assert made == same


def test_a_count_that_does_not_hold_is_reported():
    records = parsed(TAGGED.replace("NR 2", "NR 3"))
    assert kinds(records) == ["reference count"]
    assert "states 3" in records.problems[0]["detail"]
    assert records.works[0]["n_cited_references"] == 3


def test_a_reference_that_cannot_be_understood_is_kept_as_printed():
    records = parsed(TAGGED.replace("PESTOFF V, 2012, VOLUNTAS, V23, P1102", "CASAS TEST MANUAL"))
    assert records.references[1]["raw"] == "CASAS TEST MANUAL"
    assert kinds(records) == ["unparsed reference"]
    assert records.problems[0]["line"] == 15


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda text: text[: text.index("VL 25")], ["truncated record", "truncated file", "missing id"]),
        (lambda text: text.replace("ER\n\nPT", "PT"), ["truncated record"]),
        (lambda text: text.replace("AU Ewert", "AUEwert"), ["malformed line"]),
        (lambda text: text.replace("EF\n", ""), ["truncated file"]),
        (lambda text: text.replace("PY 2014", "PY n.d."), ["unknown year"]),
        (lambda text: text.replace("DI 10.1007", "DI 1007"), ["malformed DOI"]),
    ],
)
def test_damaged_tagged_text_is_read_as_far_as_it_goes(damage, expected):
    records = parsed(damage(TAGGED))
    assert sorted(kinds(records)) == sorted(expected)
    assert records.works[0]["authors"] == "Ewert, Benjamin; Evers, Adalbert"
    assert len(records.references) == 2


def test_a_malformed_line_does_not_spill_into_the_tag_before_it():
    records = parsed(TAGGED.replace("AU Ewert", "AUEwert"))
    assert records.works[0]["title"] == "An ambiguous concept: on the meanings of co-production"


def test_damaged_rows_are_reported_with_their_line():
    short = "\t".join(ROW_1.split("\t")[:8])
    records = parsed("\n".join([HEADER, short, "nothing", ROW_2 + "\t\textra"]))
    found = sorted((row["line"], row["kind"]) for row in records.problems)
    assert found == [(2, "missing id"), (2, "truncated record"), (3, "unreadable record"), (4, "ragged row")]
    assert len(records.works) == 2


def test_a_header_repeated_by_hand_is_no_record():
    assert len(parsed("\n".join([HEADER, ROW_1, HEADER, ROW_2])).works) == 2


@pytest.mark.parametrize(
    ("tags", "authors"),
    [
        ("AU Smith, J\nCA WHO, Expert Group", "Smith, J"),
        ("CA WHO, Expert Group", "WHO Expert Group"),
        ("BE Jones, A\n   Doe, B", "Jones, A; Doe, B"),
        ("AU [Anonymous]", None),
    ],
)
def test_authors(tags, authors):
    assert parsed(f"PT J\n{tags}\nTI X\nUT WOS:000335157400006\nER\n").works[0]["authors"] == authors


def test_year_and_page_have_stand_ins():
    row = parsed("PT J\nTI X\nEA SEP 2022\nAR e029723\nUT WOS:000335157400006\nER\n").works[0]
    assert (row["year"], row["first_page"]) == (2022, "e029723")


@pytest.mark.parametrize(
    ("head", "is_wos"),
    [
        (TAGGED, True),
        (TABBED, True),
        ("\n\nPT J\nAU X\n", True),
        ("PT\tis a tab\n", False),
        ("1. Smith J. Title. 2001", False),
        ("", False),
    ],
)
def test_sniff(head, is_wos):
    assert wos.sniff(head) is is_wos


@given(
    st.lists(
        st.sampled_from([HEADER, ROW_1, "\n", "\t", "PT J\n", "ER\n", "UT X\n", "CR a, 1999; b", "   x\n", "EF"])
        | st.text(max_size=4)
    ).map("".join)
)
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(CitenetError):
        checked_corpus(parsed(text), "wos")


@pytest.mark.parametrize(
    "other", ["ISI:000335157400006", "wos:000335157400006", "000335157400006", "UT: 000335157400006"]
)
def test_one_number_written_in_two_ways_is_one_record(other):
    for texts in (
        (TAGGED, TAGGED.replace("WOS:000335157400006", other)),
        (TAGGED.replace("WOS:000335157400006", other), TAGGED),
    ):
        records = parsed("".join(texts))
        assert len({row["work_id"] for row in records.works}) == len(records.works)
        assert "repeated record" in kinds(records)


def test_a_doi_that_no_comma_parts_from_the_source_is_reported():
    records = parsed(TAGGED.replace("2012, VOLUNTAS, V23", "2012, VOLUNTAS DOI 10.1000/x, V23"))
    assert "malformed DOI" in kinds(records)


def test_numbers_of_other_databases_keep_their_names(tmp_path):
    numbers = ["BCI:BCI200000000001", "MEDLINE:12345678", "WOS:000380830600008"]
    text = "FN Clarivate\nVR 1.0\n" + "".join(f"PT J\nTI T\nUT {number}\nER\n\n" for number in numbers)
    (tmp_path / "x.txt").write_text(f"{text}EF\n")
    works = read(tmp_path / "x.txt").works
    assert works["ids"].to_dict() == {
        "BCI:BCI200000000001": "bci:BCI200000000001",
        "MEDLINE:12345678": "pmid:12345678",
        "WOS:000380830600008": "wos:000380830600008",
    }


def test_quotes_that_a_spreadsheet_set_are_taken_off():
    row = 'J\t"Ewert, B; Evers, A"\t"A title, ""quoted"""\t"X Y, 2001, J Z; Q R, 2002, K"\tWOS:000335157400006'
    records = parsed(f"PT\tAU\tTI\tCR\tUT\n{row}\n")
    assert (records.works[0]["authors"], records.works[0]["title"]) == ("Ewert, B; Evers, A", 'A title, "quoted"')
    assert [row["container"] for row in records.references] == ["J Z", "K"]


def test_a_record_that_no_other_ended_begins_anew():
    records = parsed("AU Smith, J\nTI Half\nPT J\nTI Whole\nUT WOS:000335157400006\nER\n")
    assert sorted(kinds(records)) == ["missing id", "truncated record"]
    assert {row["title"] for row in records.works} == {"Half", "Whole"}


def test_a_record_that_begins_with_a_bare_tag_is_read_where_another_is_there_twice():
    text = "PT J\nTI T\nUT WOS:1\nER\n\nAU\n   Headless, C\nTI U\nUT WOS:2\nER\n\nPT J\nTI V\nUT WOS:1\nER\n\n"
    records = Records("x")
    wos.read(text, records)
    works = {row["work_id"]: row for row in records.works}
    assert (works["WOS:2"]["title"], works["WOS:2"]["authors"], len(works)) == ("U", "Headless, C", 2)
