"""Tables of other sources, told by the names of their columns."""

from __future__ import annotations


def test_spreadsheet_csv(sample, row_of, problems_of):
    corpus = sample("spreadsheet.csv")
    assert corpus.sources["format"].tolist() == ["spreadsheet"]
    assert row_of(corpus, "doi:10.1000/care.12") == {
        "title": "Who produces care?",
        "authors": "van der Geest, S.; Robert, G.",
        "year": 2019,
        "container": "Journal of Shared Care",
        "volume": "12",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "decision": "include",
    }
    assert row_of(corpus, "nokey-24afafed") == {"title": "A report", "year": 2016, "decision": "exclude"}
    assert problems_of(corpus) == [(3, "malformed DOI"), (4, "unreadable record"), (None, "no references")]


def test_icite_csv(sample, row_of, problems_of):
    corpus = sample("icite.csv")
    assert corpus.sources["format"].tolist() == ["spreadsheet"]
    assert row_of(corpus, "doi:10.1000/care.12") == {
        "title": "Who produces care?",
        "authors": "van der Geest, S; Robert, G",
        "year": 2019,
        "container": "J Shar Care",
        "doi": "10.1000/care.12",
        "ids": "pmid:31234567",
    }
    reference = row_of(corpus, "doi:10.1000/care.12", 1)
    assert reference.pop("raw") == "29629291"
    assert reference == {"ids": "pmid:29629291"}
    reference = row_of(corpus, "doi:10.1000/care.12", 2)
    assert reference.pop("raw") == "7654321"
    assert reference == {"ids": "pmid:7654321"}
    assert problems_of(corpus) == []
