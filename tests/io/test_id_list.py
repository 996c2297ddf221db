"""Lists of identifiers with messy prefixes."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io.id_list import read, sniff


def test_ids_txt(sample, row_of):
    corpus = sample("ids.txt")
    assert corpus.sources["format"].tolist() == ["id_list"]
    assert row_of(corpus, "doi:10.1000/care.12") == {"doi": "10.1000/care.12"}
    assert row_of(corpus, "doi:10.1000/j.learn.2018") == {"doi": "10.1000/j.learn.2018"}
    assert row_of(corpus, "openalex:W2000000001") == {"ids": "openalex:W2000000001"}
    assert row_of(corpus, "pmcid:PMC7654321") == {"ids": "pmcid:PMC7654321"}
    assert row_of(corpus, "pmid:29629291") == {"ids": "pmid:29629291"}
    assert row_of(corpus, "pmid:31234567") == {"ids": "pmid:31234567"}
    lines = corpus.problems["line"].astype("object").where(corpus.problems["line"].notna(), None)
    problems = list(zip(lines, corpus.problems["kind"], strict=True))
    assert problems == [(7, "repeated record"), (8, "unreadable record"), (None, "no references")]


@pytest.mark.parametrize("text", ["", "prose, nothing else", "{}", "[]", "<a/>", "x;y", '{"a": [null, 1, "x", {}]}'])
def test_what_is_of_another_kind_is_refused_or_reported(text):
    assert not sniff(text)
    records = Records("other")
    try:
        read(text, records)
    except ParseError:
        return
    assert records.problems
