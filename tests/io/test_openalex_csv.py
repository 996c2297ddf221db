"""OpenAlex CSV with both kinds of headers."""

from __future__ import annotations


def test_openalex_paths_csv(sample, row_of, problems_of):
    corpus = sample("openalex_paths.csv")
    assert corpus.sources["format"].tolist() == ["openalex_csv"]
    assert row_of(corpus, "openalex:W2000000001") == {
        "title": "Who produces care?",
        "authors": "van der Geest, Sjaak; Robert, Glenn",
        "year": 2019,
        "type": "article",
        "container": "Journal of Shared Care",
        "doi": "10.1000/care.12",
        "ids": "openalex:W2000000001",
        "topic": "Patient involvement",
    }
    reference = row_of(corpus, "openalex:W2000000001", 1)
    assert reference.pop("raw") == "https://openalex.org/W2000000002"
    assert reference == {"ids": "openalex:W2000000002"}
    reference = row_of(corpus, "openalex:W2000000001", 2)
    assert reference.pop("raw") == "https://openalex.org/W1999999999"
    assert reference == {"ids": "openalex:W1999999999"}
    assert problems_of(corpus) == [(3, "unreadable record")]


def test_openalex_words_csv(sample, row_of, problems_of):
    corpus = sample("openalex_words.csv")
    assert corpus.sources["format"].tolist() == ["openalex_csv"]
    assert row_of(corpus, "openalex:W2000000001") == {
        "title": "Who produces care?",
        "authors": "van der Geest, Sjaak; Robert, Glenn",
        "year": 2019,
        "container": "Journal of Shared Care",
        "volume": "12",
        "doi": "10.1000/care.12",
        "ids": "openalex:W2000000001",
        "field": "Medicine",
    }
    assert problems_of(corpus) == [(None, "no references")]
