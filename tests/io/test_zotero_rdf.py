"""Zotero RDF: items, the journal they point to, attachments that are no works."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.zotero_rdf import read, sniff


def test_zotero_rdf(sample, row_of):
    corpus = sample("zotero.rdf")
    assert corpus.sources["format"].tolist() == ["zotero_rdf"]
    assert row_of(corpus, "zotero:item_7") == {
        "title": "Shared designs",
        "authors": "Robert, Glenn",
        "year": 2015,
        "type": "journalArticle",
        "container": "Design Quarterly",
        "container_abbrev": "Des Q",
        "volume": "46",
        "issue": "2",
        "first_page": "35",
        "last_page": "51",
        "doi": "10.1000/design.46",
    }
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(None, "no references"), (None, "no works")]


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
