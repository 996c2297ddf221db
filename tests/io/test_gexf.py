"""GEXF: labels, attributes and weights."""

from __future__ import annotations


def test_net_gexf(sample, row_of, problems_of):
    corpus = sample("net.gexf")
    assert corpus.sources["format"].tolist() == ["gexf"]
    assert row_of(corpus, "care") == {"title": "Who produces care?", "year": 2019, "label": "Geest (2019)"}
    assert row_of(corpus, "learn") == {}
    reference = row_of(corpus, "care", 1)
    assert reference.pop("raw") == "learn"
    assert reference == {"ids": "work:learn", "weight": "2.0"}
    assert problems_of(corpus) == []
