"""JSON Lines of citenet's own."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.citenet_jsonl import read, sniff


def test_citenet_jsonl(sample, row_of):
    corpus = sample("citenet.jsonl")
    assert corpus.sources["format"].tolist() == ["citenet_jsonl"]
    assert row_of(corpus, "care") == {
        "title": "Who produces care?",
        "year": 2019,
        "ids": "pmid:31234567",
        "group": "HSR/QI",
    }
    assert row_of(corpus, "learn") == {"title": "Learning with patients"}
    reference = row_of(corpus, "care", 1)
    assert reference.pop("raw") == "learn"
    assert reference == {"ids": "work:learn"}
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
