"""DataCite: what a work cites, and what it is otherwise related to."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.datacite import read, sniff


def test_datacite_json(sample, row_of):
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
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(None, "other relations")]


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
