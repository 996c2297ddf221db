"""OpenCitations: both versions, several identifiers for one work."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.opencitations import read, sniff


def test_opencitations_json(sample, row_of):
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
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(3, "unreadable record")]


def test_opencitations_metadata_json(sample, row_of):
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
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == []


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
