"""CSL-JSON: particles, literal names, dates in parts and as text."""

from __future__ import annotations

import json

from citenet.io import csl_json
from citenet.io._records import Records


def test_csl_json(sample, row_of, problems_of):
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
    assert problems_of(corpus) == [(3, "unreadable record"), (None, "no references")]


def test_the_works_that_citenet_writes_as_cited_are_references():
    records = Records("library.json")
    items = [{"id": "a", "type": "book", "title": "A", "custom": {"cites": ["b", 7, " ", "c d"]}}]
    csl_json.read(json.dumps(items), records)
    assert [(row["citing"], row["ids"]) for row in records.references] == [("a", "work:b"), ("a", "work:c_d")]
    assert list(records.problems) == []
