"""Europe PMC: references in their order, a search as XML."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.europepmc import read, sniff


def test_europepmc_references_json(sample, row_of):
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
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == []


def test_europepmc_search_xml(sample, row_of):
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
