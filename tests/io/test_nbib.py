"""PubMed text: tags, continued lines, groups, and the note that there are no references."""

from __future__ import annotations


def test_pubmed_nbib(sample, row_of, problems_of):
    corpus = sample("pubmed.nbib")
    assert corpus.sources["format"].tolist() == ["nbib"]
    assert row_of(corpus, "pmid:31234567") == {
        "title": "Who produces care? A review.",
        "authors": "Andersson Gäre, Boel; Shared Care Study Group",
        "year": 2019,
        "type": "Journal Article",
        "container": "Journal of shared care",
        "container_abbrev": "J Shar Care",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "pmcid:PMC7654321 pmid:31234567",
        "keywords": "coproduction",
        "mesh": "Patient Participation",
    }
    assert row_of(corpus, "pmid:7654321") == {
        "title": "An older work without much.",
        "authors": "van der Geest, S",
        "year": 1998,
        "doi": "10.1000/old",
        "ids": "pmid:7654321",
    }
    assert problems_of(corpus) == [(None, "no references")]
