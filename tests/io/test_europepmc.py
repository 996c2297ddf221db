"""Europe PMC: references in their order, a search as XML."""

from __future__ import annotations


def test_europepmc_references_json(sample, row_of, problems_of):
    corpus = sample("europepmc_references.json")
    assert corpus.sources["format"].tolist() == ["europepmc"]
    assert row_of(corpus, "pmid:31234567") == {"ids": "pmid:31234567"}
    reference = row_of(corpus, "pmid:31234567", 1)
    assert reference.pop("raw") == "Boyd H. Handbook of Design. 2013."
    assert reference == {"title": "Handbook of Design", "authors": "Boyd, H", "year": 2013}
    reference = row_of(corpus, "pmid:31234567", 2)
    assert reference.pop("raw").startswith('{"authorString":"Robert G, Locock L.","citedOrder":2,"id":"2')
    assert reference == {
        "title": "Learning with patients.",
        "authors": "Robert, G; Locock, L",
        "year": 2018,
        "container": "A J",
        "volume": "7",
        "first_page": "53",
        "last_page": "60",
        "ids": "pmid:29629291",
    }
    assert problems_of(corpus) == []


def test_europepmc_search_xml(sample, row_of, problems_of):
    corpus = sample("europepmc_search.xml")
    assert corpus.sources["format"].tolist() == ["europepmc"]
    assert row_of(corpus, "pmid:31234567") == {
        "title": "Who produces care?",
        "authors": "van der Geest, S; Robert, G",
        "year": 2019,
        "container": "J Shar Care",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "pmid:31234567",
    }
    assert problems_of(corpus) == []
