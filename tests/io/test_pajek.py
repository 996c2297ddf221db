"""Pajek: labels with and without quotes, lists of arcs, parts that are not read."""

from __future__ import annotations

import pytest

from citenet.errors import ParseError
from citenet.io import read


def test_net_net(sample, row_of, problems_of):
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
    assert problems_of(corpus) == [(9, "unreadable reference"), (12, "unread section")]


@pytest.mark.parametrize("text", ["*Vertices 2\n1\n2\n", "*Vertices 2\r\n0.5\r\n-1e-3\r\n"])
def test_a_partition_or_vector_alone_is_refused(tmp_path, text):
    (tmp_path / "net.clu").write_text(text)
    with pytest.raises(ParseError, match=r"a partition or a vector of Pajek.*read its \.net"):
        read(tmp_path / "net.clu")
