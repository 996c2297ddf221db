"""Semantic Scholar: a work with its references, and a page that does not say whose."""

from __future__ import annotations


def test_semanticscholar_json(sample, row_of, problems_of):
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
    assert problems_of(corpus) == []


def test_semanticscholar_references_json(sample, row_of, problems_of):
    corpus = sample("semanticscholar_references.json")
    assert corpus.sources["format"].tolist() == ["semanticscholar"]
    assert row_of(corpus, "semanticscholar_references") == {}
    reference = row_of(corpus, "semanticscholar_references", 1)
    assert reference.pop("raw") == '{"paperId":"def456","title":"Learning with patients"}'
    assert reference == {"title": "Learning with patients", "ids": "s2:def456"}
    reference = row_of(corpus, "semanticscholar_references", 2)
    assert reference.pop("raw") == '{"paperId":null,"title":"A report without id"}'
    assert reference == {"title": "A report without id"}
    assert problems_of(corpus) == [(None, "unknown citing work")]
