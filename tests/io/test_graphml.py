"""GraphML: nodes as works, edges as references."""

from __future__ import annotations


def test_net_graphml(sample, row_of, problems_of):
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
    assert problems_of(corpus) == [(8, "unknown key")]
