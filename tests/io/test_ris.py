"""RIS in the dialects of Embase, reference managers and the Web of Science."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from citenet.errors import ParseError
from citenet.io import ris
from citenet.io._records import Records


def test_embase_ris(sample, row_of, problems_of):
    corpus = sample("embase.ris")
    assert corpus.sources["format"].tolist() == ["ris"]
    assert row_of(corpus, "doi:10.1000/care.12") == {
        "title": "Who produces care? A review",
        "authors": "Andersson Gäre, B.; van der Geest, S.",
        "year": 2019,
        "type": "Review",
        "container": "Journal of Shared Care",
        "container_abbrev": "J. Shar. Care",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "embase:L2000111222 pmid:31234567",
        "keywords": "coproduction; hospital",
    }
    assert row_of(corpus, "robert2013") == {
        "title": "Participatory action research in practice",
        "authors": "Robert, Glenn",
        "year": 2013,
        "type": "chapter",
        "container": "Handbook of Design",
        "first_page": "138",
        "last_page": "149",
        "doi": "10.1000/chapter",
    }
    assert problems_of(corpus) == [(None, "no references")]


def test_wos_ris(sample, row_of, problems_of):
    corpus = sample("wos.ris")
    assert corpus.sources["format"].tolist() == ["ris"]
    assert row_of(corpus, "WOS:000335157400006") == {
        "title": "An ambiguous concept",
        "authors": "Ewert, B",
        "year": 2014,
        "type": "article",
        "container": "VOLUNTAS",
        "container_abbrev": "VOLUNTAS",
        "volume": "25",
        "issue": "2",
        "first_page": "425",
        "last_page": "442",
        "doi": "10.1007/s11266-012-9345-2",
        "ids": "wos:000335157400006",
    }
    assert problems_of(corpus) == [(5, "missing line end"), (None, "no references")]


_LINES = [
    *("TY  - JOUR", "ER  - ", "ER  -", "TI  - A title", "AU  - Robert, G", "PY  - 2019", "goes on", "", "  "),
    *("EF  - ", "AB  - One.TI  - Stuck", "DO  - 10.1000/x", "KW  - a", "ER  - more", "X"),
]


@given(st.lists(st.sampled_from(_LINES), max_size=30).map("\n".join))
def test_lines_that_begin_as_usual_are_read_as_those_that_do_not(text):
    found = []
    for dialect in (ris._DIALECT, replace(ris._DIALECT, is_usual={"TY  - ", "ER  - "}.__contains__)):
        records = Records("works.ris")
        with mock.patch.object(ris, "_DIALECT", dialect), contextlib.suppress(ParseError):
            ris.read(text, records)
        found.append((list(records.works), sorted(map(repr, records.problems))))
    assert found[0] == found[1]


def test_records_without_end_are_each_reported_and_read():
    records = Records("works.ris")
    ris.read("".join(f"TY  - JOUR\nTI  - T{i}\nID  - k{i}\n\n" for i in range(3)), records)
    assert [row["title"] for row in records.works] == ["T0", "T1", "T2"]
    assert [(row["line"], row["kind"], row["excerpt"]) for row in records.problems[:-1]] == [
        (1, "truncated record", "T0"),
        (5, "truncated record", "T1"),
        (9, "truncated record", "T2"),
    ]


def test_a_value_goes_on_over_any_number_of_lines():
    records = Records("works.ris")
    ris.read("TY  - JOUR\nTI  - a\n" + "b\n" * 200_000 + "ER  - \n", records)
    assert records.works[0]["title"] == "a" + " b" * 200_000


def test_several_names_of_a_line_are_told_apart_where_each_is_inverted():
    records = Records("x")
    lines = ["AU  - Berg, A; Doe, B", "AU  - M&uuml;ller, C", "AU  - Group of Ten; Berlin, D", "ER  - "]
    ris.read("\n".join(["TY  - JOUR", *lines]), records)
    assert records.works[0]["authors"] == "Berg, A; Doe, B; Müller, C; Group of Ten Berlin, D"


def test_another_doi_of_a_record_is_reported():
    records = Records("x")
    lines = ["TI  - A title", "DO  - 10.1000/a", "DO  - https://doi.org/10.1000/A", "DO  - 10.1000/b", "ER  - "]
    ris.read("\n".join(["TY  - JOUR", *lines]), records)
    assert records.works[0]["doi"] == "10.1000/a"
    assert [(row["kind"], row["line"], row["detail"]) for row in records.problems[:-1]] == [
        ("further DOI", 1, "DO is also 10.1000/b; the first is kept")
    ]


def test_a_bare_type_does_not_take_the_rest_of_its_record():
    records = Records("x")
    ris.read("TY  - JOUR\nER  - \n\nTY  -\nAU  - Beta, B\nTI  - Beta\nID  - k2\nER  - \n", records)
    assert [(row["title"], row["authors"], row.get("type")) for row in records.works] == [("Beta", "Beta, B", None)]
