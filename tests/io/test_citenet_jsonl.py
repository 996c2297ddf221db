"""JSON Lines of citenet's own."""

from __future__ import annotations


def test_citenet_jsonl(sample, row_of, problems_of):
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
    assert problems_of(corpus) == []
