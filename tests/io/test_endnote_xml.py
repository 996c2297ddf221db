"""EndNote XML: styled text, marks of the user, accession numbers by their database."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.endnote_xml import read, sniff


def test_endnote_xml(sample, row_of):
    corpus = sample("endnote.xml")
    assert corpus.sources["format"].tolist() == ["endnote_xml"]
    assert row_of(corpus, "endnote:258") == {
        "title": "Learning with patients",
        "authors": "Robert, G.; Locock, L.",
        "year": 2018,
        "type": "Journal Article",
        "container": "A Journal",
        "volume": "7",
        "issue": "1",
        "first_page": "53",
        "last_page": "60",
        "doi": "10.1000/j.learn.2018",
        "ids": "pmid:29629291",
        "caption": "Duplicate",
        "keywords": "learning",
    }
    assert row_of(corpus, "endnote:259") == {"title": "A report", "type": "Generic"}
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(7, "unreadable record"), (None, "no references")]


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
