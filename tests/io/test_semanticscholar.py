"""Semantic Scholar: a work with its references, and a page that does not say whose."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.semanticscholar import read, sniff


def test_semanticscholar_json(sample, row_of):
    corpus = sample("semanticscholar.json")
    assert corpus.sources["format"].tolist() == ["semanticscholar"]
    assert row_of(corpus, "s2:abc123") == {
        "title": "Who produces care?",
        "authors": "Robert, Glenn",
        "year": 2019,
        "container": "Journal of Shared Care",
        "volume": "12",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "pmid:31234567 s2:abc123 s2corpus:77",
        "fields_of_study": "Medicine",
        "n_cited_references": 2,
    }
    reference = row_of(corpus, "s2:abc123", 1)
    assert reference.pop("raw") == '{"paperId":null,"title":"A report without id"}'
    assert reference == {"title": "A report without id"}
    reference = row_of(corpus, "s2:abc123", 2)
    assert reference.pop("raw") == '{"paperId":"def456","title":"Learning with patients","year":2018}'
    assert reference == {"title": "Learning with patients", "year": 2018, "ids": "s2:def456"}
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == []


def test_semanticscholar_references_json(sample, row_of):
    corpus = sample("semanticscholar_references.json")
    assert corpus.sources["format"].tolist() == ["semanticscholar"]
    assert row_of(corpus, "semanticscholar_references") == {}
    reference = row_of(corpus, "semanticscholar_references", 1)
    assert reference.pop("raw") == '{"paperId":"def456","title":"Learning with patients"}'
    assert reference == {"title": "Learning with patients", "ids": "s2:def456"}
    reference = row_of(corpus, "semanticscholar_references", 2)
    assert reference.pop("raw") == '{"paperId":null,"title":"A report without id"}'
    assert reference == {"title": "A report without id"}
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(None, "unknown citing work")]


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
