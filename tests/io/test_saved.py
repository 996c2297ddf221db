"""A corpus that was saved is read like any other source, alone or beside files."""

from __future__ import annotations

import pandas as pd
import pytest

import citenet as cn

RIS = "TY  - JOUR\nID  - {key}\nTI  - {title}\nPY  - 2005\nDO  - not one\nER  -\n"
TABLE = "id,title,year\nlone,A lone work,2001\n"


@pytest.fixture
def saved(tmp_path):
    """Return a corpus with a problem, and where it is saved beside a table that tells of it."""
    (tmp_path / "one.ris").write_text(RIS.format(key="a1", title="Asking patients first"), encoding="utf-8")
    (tmp_path / "citations.csv").write_text("citing,cited\na1,b2\n", encoding="utf-8")
    corpus = cn.read([tmp_path / "one.ris", tmp_path / "citations.csv"])
    assert len(corpus.problems)
    corpus.save(tmp_path / "merged")
    (tmp_path / "merged" / "merges.csv").write_text("work,copy\na1,c3\n", encoding="utf-8")
    return corpus, tmp_path / "merged"


def same(one: cn.Corpus, other: cn.Corpus) -> bool:
    names = ("works", "references", "contexts", "problems", "sources")
    return all(getattr(one, name).equals(getattr(other, name)) for name in names)


def test_a_saved_corpus_is_read_as_it_was(saved, monkeypatch):
    corpus, folder = saved
    assert same(cn.read(folder), corpus)
    assert same(cn.read(str(folder) + "/"), corpus)
    monkeypatch.chdir(folder)
    assert same(cn.read("."), corpus)


def test_a_saved_corpus_is_read_beside_files_and_within_folders_with_no_problem_told_twice(saved, tmp_path):
    corpus, folder = saved
    for file in ("one.ris", "citations.csv"):
        (tmp_path / file).unlink()
    (tmp_path / "works.csv").write_text(TABLE, encoding="utf-8")
    (tmp_path / "labels.csv").write_text("work,field\na1,X\nlone,Y\n", encoding="utf-8")
    both = cn.read(tmp_path)
    assert same(both, cn.read([folder, tmp_path / "labels.csv", tmp_path / "works.csv"]))
    assert both.works.index.tolist() == sorted([*corpus.works.index, "lone"])
    assert both.works["field"].dropna().to_dict() == {"a1": "X", "lone": "Y"}
    told = both.problems[["kind", "detail"]]
    assert told.to_numpy().tolist() == corpus.problems[["kind", "detail"]].to_numpy().tolist()
    assert set(both.sources["file"]) == {"one.ris", "citations.csv", "works.csv", "labels.csv"}


def test_a_saved_corpus_that_was_changed_is_refused_where_it_is_named_and_told_where_it_is_met(saved, tmp_path):
    folder = saved[1]
    with (folder / "works.jsonl").open("a", encoding="utf-8") as stream:
        stream.write("[]\n")
    with pytest.raises(cn.ParseError, match="has changed since it was saved"):
        cn.read(folder)
    met = cn.read(tmp_path).problems
    assert met.loc[met["kind"] == "unreadable file", "file"].tolist() == ["merged"]


def test_a_file_that_is_only_called_like_the_header_is_read_for_what_it_is(tmp_path):
    (tmp_path / "corpus.json").write_text('[{"id": "x", "type": "book", "title": "On ropes"}]', encoding="utf-8")
    assert cn.read(tmp_path).works["title"].tolist() == ["On ropes"]


def test_columns_of_ones_own_keep_their_types_when_saved_corpora_are_read_together(tmp_path):
    for key in "ab":
        works = pd.DataFrame({"title": [key], "open": [True], "score": [1.5]}, index=[key])
        references = pd.DataFrame({"citing": [key], "position": [1], "raw": ["a string"], "checked": [False]})
        cn.Corpus(works, references).save(tmp_path / key)
    corpus = cn.read([tmp_path / "a", tmp_path / "b"])
    assert corpus.works[["open", "score"]].dtypes.astype(str).tolist() == ["bool", "float64"]
    assert corpus.references["checked"].dtype == bool
