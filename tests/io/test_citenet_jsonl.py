"""JSON Lines of citenet's own."""

from __future__ import annotations

import pandas as pd

from citenet.corpus import Corpus
from citenet.io import read
from citenet.io.export import write
from citenet.network import CitationNetwork


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


def test_values_come_back_with_their_types(tmp_path):
    works = pd.DataFrame(
        {
            "title": ["A", "B", "C"],
            "score": [0.5, None, 1.0],
            "big": pd.array([10**16, None, 3], dtype="Int64"),
            "flag": [True, False, True],
            "known": pd.array([True, None, False], dtype="boolean"),
            "note": ["two\nlines", None, "3"],
        },
        index=["a", "b", "c"],
    )
    write(CitationNetwork(works, [1], [0]), tmp_path / "net.jsonl")
    corpus = read(tmp_path / "net.jsonl")
    assert corpus.problems.empty
    columns = ["score", "big", "flag", "known", "note"]
    for column in columns:
        assert corpus.works[column].dropna().tolist() == works[column].dropna().tolist()
    assert [str(corpus.works[column].dtype) for column in columns] == ["float64", "Int64", "bool", "boolean", "str"]


def test_a_value_that_no_table_can_hold_is_reported(tmp_path):
    header = '{"record": "header", "format": "citenet-jsonl"}'
    work = f'{{"record": "work", "id": "a", "fields": {{"n": {10**19}, "l": [1]}}}}'
    (tmp_path / "net.jsonl").write_text(f"{header}\n{work}\n", encoding="utf-8")
    corpus = read(tmp_path / "net.jsonl")
    assert corpus.problems[["line", "kind"]].to_numpy().tolist() == [[2, "unread value"]] * 2


def test_printed_strings_and_where_they_came_from_are_kept(tmp_path):
    works = pd.DataFrame({"title": ["A"], "file": ["old.txt"], "line": [3]}, index=["a"])
    raw = "TECHNOLOGY REV   MAY\n 1990"
    references = pd.DataFrame({"citing": ["a"], "position": [1], "raw": [raw], "file": ["old.txt"], "line": [9]})
    write(Corpus(works, references), tmp_path / "net.jsonl")
    corpus = read(tmp_path / "net.jsonl")
    assert corpus.works[["file_given", "line_given", "file"]].to_numpy().tolist() == [["old.txt", 3, "net.jsonl"]]
    assert corpus.references[["raw", "file_given", "line_given"]].to_numpy().tolist() == [[raw, "old.txt", 9]]
