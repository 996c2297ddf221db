"""CSL-JSON: particles, literal names, dates in parts and as text."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.csl_json import read, sniff


def test_csl_json(sample, row_of):
    corpus = sample("csl.json")
    assert corpus.sources["format"].tolist() == ["csl_json"]
    assert row_of(corpus, "http://zotero.org/users/1/items/AB") == {"title": "A book", "year": 1998, "type": "book"}
    assert row_of(corpus, "robert2024") == {
        "title": "Shared designs",
        "authors": "van der Geest, Sjaak; World Health Organization",
        "year": 2015,
        "type": "article-journal",
        "container": "Design Quarterly",
        "volume": "46",
        "first_page": "35",
        "last_page": "51",
        "doi": "10.1000/design.46",
        "ids": "pmid:31234567",
    }
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(3, "unreadable record"), (None, "no references")]


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
