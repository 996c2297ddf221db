"""OpenCitations: both versions, several identifiers for one work."""

from __future__ import annotations


def test_opencitations_json(sample, row_of, problems_of):
    corpus = sample("opencitations.json")
    assert corpus.sources["format"].tolist() == ["opencitations"]
    assert row_of(corpus, "doi:10.1000/care.12") == {
        "year": 2019,
        "doi": "10.1000/care.12",
        "ids": "doi:10.1000/preprint omid:br/061 pmid:31234567",
    }
    reference = row_of(corpus, "doi:10.1000/care.12", 1)
    assert reference.pop("raw") == "omid:br/062 doi:10.1000/(sici)1-1(1998)3.0.co;2-u"
    assert reference == {"doi": "10.1000/(sici)1-1(1998)3.0.co;2-u", "ids": "omid:br/062"}
    reference = row_of(corpus, "doi:10.1000/care.12", 2)
    assert reference.pop("raw") == "pmid:29629291"
    assert reference == {"ids": "pmid:29629291"}
    assert problems_of(corpus) == [(3, "unreadable record")]


def test_opencitations_metadata_json(sample, row_of, problems_of):
    corpus = sample("opencitations_metadata.json")
    assert corpus.sources["format"].tolist() == ["opencitations"]
    assert row_of(corpus, "doi:10.1000/care.12") == {
        "title": "Who produces care?",
        "authors": "Robert, Glenn; Locock, Louise",
        "year": 2019,
        "container": "Journal of Shared Care",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
    }
    assert row_of(corpus, "doi:10.1000/later") == {"doi": "10.1000/later"}
    assert row_of(corpus, "doi:10.1000/latest") == {"doi": "10.1000/latest"}
    reference = row_of(corpus, "doi:10.1000/care.12", 1)
    assert reference.pop("raw") == "10.1000/(sici)1-1(1998)3.0.co;2-u"
    assert reference == {"doi": "10.1000/(sici)1-1(1998)3.0.co;2-u"}
    reference = row_of(corpus, "doi:10.1000/care.12", 2)
    assert reference.pop("raw") == "10.1000/j.learn.2018"
    assert reference == {"doi": "10.1000/j.learn.2018"}
    reference = row_of(corpus, "doi:10.1000/later", 1)
    assert reference.pop("raw") == "10.1000/care.12"
    assert reference == {"doi": "10.1000/care.12"}
    reference = row_of(corpus, "doi:10.1000/latest", 1)
    assert reference.pop("raw") == "10.1000/care.12"
    assert reference == {"doi": "10.1000/care.12"}
    assert problems_of(corpus) == []
