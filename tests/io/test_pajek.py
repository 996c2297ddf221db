"""Pajek: labels with and without quotes, lists of arcs, parts that are not read."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.pajek import read, sniff


def test_net_net(sample, row_of):
    corpus = sample("net.net")
    assert corpus.sources["format"].tolist() == ["pajek"]
    assert row_of(corpus, "boyd") == {}
    assert row_of(corpus, "care") == {}
    assert row_of(corpus, "learn_with") == {}
    reference = row_of(corpus, "care", 1)
    assert reference.pop("raw") == "learn_with"
    assert reference == {"ids": "work:learn_with"}
    reference = row_of(corpus, "care", 2)
    assert reference.pop("raw") == "boyd"
    assert reference == {"ids": "work:boyd", "weight": "2.5"}
    reference = row_of(corpus, "learn_with", 1)
    assert reference.pop("raw") == "boyd"
    assert reference == {"ids": "work:boyd"}
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(9, "unreadable reference"), (12, "unread section")]


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
