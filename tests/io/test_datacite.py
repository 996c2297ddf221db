"""DataCite: what a work cites, and what it is otherwise related to."""

from __future__ import annotations


def test_datacite_json(sample, row_of, problems_of):
    corpus = sample("datacite.json")
    assert corpus.sources["format"].tolist() == ["datacite"]
    assert row_of(corpus, "doi:10.5072/care") == {
        "title": "Interviews on care",
        "authors": "Robert, Glenn; Shared Care Study Group",
        "year": 2020,
        "type": "Dataset",
        "doi": "10.5072/care",
    }
    reference = row_of(corpus, "doi:10.5072/care", 1)
    assert reference.pop("raw") == "10.1000/CARE.12"
    assert reference == {"doi": "10.1000/care.12"}
    reference = row_of(corpus, "doi:10.5072/care", 2)
    assert reference.pop("raw") == "31234567"
    assert reference == {"ids": "pmid:31234567"}
    assert problems_of(corpus) == [(None, "other relations")]
