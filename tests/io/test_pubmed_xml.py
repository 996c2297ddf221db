"""PubMed XML with a reference list."""

from __future__ import annotations


def test_pubmed_xml(sample, row_of, problems_of):
    corpus = sample("pubmed.xml")
    assert corpus.sources["format"].tolist() == ["pubmed_xml"]
    assert row_of(corpus, "pmid:31234567") == {
        "title": "Who produces care?",
        "authors": "Robert, Glenn; Shared Care Study Group",
        "year": 2019,
        "container": "Journal of shared care",
        "container_abbrev": "J Shar Care",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "pmid:31234567",
    }
    reference = row_of(corpus, "pmid:31234567", 1)
    assert reference.pop("raw").startswith("Porter ME. What is value in health care? N Engl J Med. 2010;")
    assert reference == {
        "title": "What is value in health care?",
        "authors": "Porter, ME",
        "year": 2010,
        "type": "article",
        "container": "N Engl J Med",
        "volume": "363",
        "first_page": "2477",
        "last_page": "2481",
        "ids": "pmid:21142528",
    }
    assert problems_of(corpus) == []
