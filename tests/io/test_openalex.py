"""OpenAlex JSON: pages, lines, a cut line, an author among works."""

from __future__ import annotations


def test_openalex_json(sample, row_of, problems_of):
    corpus = sample("openalex.json")
    assert corpus.sources["format"].tolist() == ["openalex"]
    assert row_of(corpus, "openalex:W2000000001") == {
        "title": "Who produces care?",
        "authors": "van der Geest, Sjaak; Robert, G.",
        "year": 2019,
        "type": "article",
        "container": "Journal of Shared Care",
        "volume": "12",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "openalex:W2000000001 pmid:31234567",
        "domain": "Health Sciences",
        "field": "Medicine",
        "n_cited_references": 3,
        "subfield": "Health",
        "topic": "Patient involvement",
    }
    assert row_of(corpus, "openalex:W2000000002") == {"title": "An older work", "ids": "openalex:W2000000002"}
    reference = row_of(corpus, "openalex:W2000000001", 1)
    assert reference.pop("raw") == "https://openalex.org/W2000000002"
    assert reference == {"ids": "openalex:W2000000002"}
    reference = row_of(corpus, "openalex:W2000000001", 2)
    assert reference.pop("raw") == "https://openalex.org/W1999999999"
    assert reference == {"ids": "openalex:W1999999999"}
    assert problems_of(corpus) == [(1, "reference count")]


def test_openalex_jsonl(sample, row_of, problems_of):
    corpus = sample("openalex.jsonl")
    assert corpus.sources["format"].tolist() == ["openalex"]
    assert row_of(corpus, "openalex:W2000000003") == {"title": "Third", "year": 2021, "ids": "openalex:W2000000003"}
    reference = row_of(corpus, "openalex:W2000000003", 1)
    assert reference.pop("raw") == "https://openalex.org/W2000000001"
    assert reference == {"ids": "openalex:W2000000001"}
    reference = row_of(corpus, "openalex:W2000000003", 2)
    assert reference.pop("raw") == "17"
    assert reference == {}
    assert problems_of(corpus) == [(1, "unreadable reference"), (3, "unreadable record"), (4, "unreadable record")]
