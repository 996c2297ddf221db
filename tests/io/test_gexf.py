"""GEXF: labels, attributes and weights."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.gexf import read, sniff


def test_net_gexf(sample, row_of):
    corpus = sample("net.gexf")
    assert corpus.sources["format"].tolist() == ["gexf"]
    assert row_of(corpus, "care") == {"title": "Who produces care?", "year": 2019, "label": "Geest (2019)"}
    assert row_of(corpus, "learn") == {}
    reference = row_of(corpus, "care", 1)
    assert reference.pop("raw") == "learn"
    assert reference == {"ids": "work:learn", "weight": "2.0"}
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
