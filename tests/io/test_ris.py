"""RIS in the dialects of Embase, reference managers and the Web of Science."""

from __future__ import annotations

import contextlib
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
def test_records_are_read_at_one_go_as_they_are_line_by_line(text):
    found = []
    for regular in (ris._regular, lambda *_: None):
        records = Records("works.ris")
        with mock.patch.object(ris, "_regular", regular), contextlib.suppress(ParseError):
            ris.read(text, records)
        found.append((list(records.works), records.problems))
    assert found[0] == found[1]
