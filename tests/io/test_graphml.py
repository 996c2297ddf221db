"""GraphML: nodes as works, edges as references."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.graphml import read, sniff


def test_net_graphml(sample, row_of):
    corpus = sample("net.graphml")
    assert corpus.sources["format"].tolist() == ["graphml"]
    assert row_of(corpus, "care_12") == {"title": "Who produces care?", "year": 2019, "group": "HSR/QI"}
    assert row_of(corpus, "learn") == {"title": "Learning with patients"}
    reference = row_of(corpus, "care_12", 1)
    assert reference.pop("raw") == "learn"
    assert reference == {"ids": "work:learn", "weight": "2.0"}
    reference = row_of(corpus, "care_12", 2)
    assert reference.pop("raw") == "lost"
    assert reference == {"ids": "work:lost"}
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(8, "unknown key")]


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
