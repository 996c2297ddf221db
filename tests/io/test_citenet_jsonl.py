"""JSON Lines of citenet's own."""

from __future__ import annotations

import pandas as pd

import citenet as cn


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


def test_numbers_and_truth_come_back(tmp_path):
    works = pd.DataFrame({"score": [0.5, None], "big": [10**16, 1], "sure": [True, False]}, index=["a", "b"])
    cn.write(cn.CitationNetwork(works, [1], [0]), tmp_path / "net.jsonl")
    back = cn.read(tmp_path / "net.jsonl").works
    assert back.loc["a", ["score", "big"]].tolist() == [0.5, 10**16]
