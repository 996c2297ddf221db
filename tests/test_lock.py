"""The lock of a corpus: what it was made from, in bytes that do not move, and what changed since."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.corpus import Corpus
from citenet.lock import LOCK_NAME, CorpusLock

CITED = "id,title,year\na,First,2004\nb,Second,2010\n"
ORIGIN = {
    "query": '"co-production" AND health',
    "retrieved": date(2026, 11, 23),
    "providers": {"openalex": {"works": 2}},
}


@pytest.fixture
def folder(tmp_path):
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "works.csv").write_text(CITED, encoding="utf-8")
    (exports / "citations.csv").write_text("citing,cited\nb,a\n", encoding="utf-8")
    return exports


def changes(later: CorpusLock, earlier: CorpusLock) -> set[tuple[str, str, str]]:
    table = later.changed_since(earlier)
    return set(table[["what", "name", "change"]].itertuples(index=False, name=None))


def test_a_lock_names_query_date_sources_counts_and_versions(folder):
    lock = cn.read(folder).lock(origin=ORIGIN)
    assert lock.origin == {**ORIGIN, "retrieved": "2026-11-23"}
    assert lock.retrieved == ["2026-11-23"]
    assert lock.counts == {
        "works": 2,
        "works with a year": 2,
        "works with references": 1,
        "references": 1,
        "passages": 0,
        "problems": 0,
    }
    assert lock.versions["citenet"] == cn.__version__
    assert lock.sources["file"].tolist() == ["citations.csv", "works.csv"]
    assert lock.sources["sha256"].str.len().tolist() == [64, 64]
    assert "query '\"co-production\" AND health', retrieved 2026-11-23" in repr(lock)


def test_the_same_corpus_gives_the_same_bytes_in_whatever_order_it_came(folder, tmp_path):
    files = [folder / "works.csv", folder / "citations.csv"]
    one = cn.read(files).lock(origin=ORIGIN).save(tmp_path / "one.json")
    two = cn.read(files[::-1]).lock(origin=dict(reversed(ORIGIN.items()))).save(tmp_path / "two.json")
    loaded = CorpusLock.load(one)
    assert loaded.save(tmp_path / "three.json").read_bytes() == one.read_bytes()
    assert json.loads(one.read_bytes()) == json.loads(two.read_bytes())
    assert one.read_bytes() == two.read_bytes()
    assert loaded.changed_since(CorpusLock.load(two)).empty


def test_a_lock_comes_back_with_its_types_also_where_counts_are_unknown(tmp_path):
    sources = pd.DataFrame(
        {"file": ["x", "y"], "n_works": pd.array([3, None], dtype="Int64"), "page": [1, 2], "query": ["q", None]}
    )
    lock = Corpus(sources=sources).lock()
    lock.save(tmp_path)
    again = CorpusLock.load(tmp_path)
    pd.testing.assert_frame_equal(again.sources, lock.sources)
    assert again.sha256 == lock.sha256


def test_a_changed_added_or_renamed_file_is_said_with_what_it_did(folder):
    before = cn.read(folder).lock(origin={"query": "one"})
    (folder / "works.csv").write_text(CITED + "c,Third,2011\n", encoding="utf-8")
    (folder / "citations.csv").rename(folder / "links.csv")
    (folder / "more.csv").write_text("id,title,year\nd,Fourth,2012\n", encoding="utf-8")
    after = cn.read(folder).lock(origin={"query": "two"})
    assert changes(after, before) == {
        ("origin", "query", "changed"),
        ("source", "works.csv", "changed"),
        ("source", "citations.csv → links.csv", "renamed"),
        ("source", "more.csv", "added"),
        ("count", "works", "changed"),
        ("count", "works with a year", "changed"),
        ("content", "works", "changed"),
    }
    assert ("source", "more.csv", "removed") in changes(before, after)


def test_a_file_that_only_changed_its_name_leaves_the_content_alone(folder):
    before = cn.read(folder).lock()
    (folder / "works.csv").rename(folder / "renamed.csv")
    assert changes(cn.read(folder).lock(), before) == {("source", "works.csv → renamed.csv", "renamed")}


def test_files_of_one_name_in_several_folders_are_told_apart(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "works.csv").write_text(CITED + "c,Third,2011\n", encoding="utf-8")
    one, two = cn.read(folder), cn.read(other)
    assert changes((one + two).lock(), one.lock()) >= {("source", "works.csv", "added")}
    assert changes(one.lock(), (one + two).lock()) >= {("source", "works.csv", "removed")}
    assert not {row for row in changes((two + one).lock(), (one + two).lock()) if row[0] == "source"}


def test_the_same_files_read_otherwise_show_in_the_content(folder):
    corpus = cn.read(folder)
    works = corpus.works
    works.loc["a", "title"] = "Read otherwise"
    other = Corpus(works, corpus.references, corpus.contexts, corpus.problems, corpus.sources)
    assert changes(other.lock(), corpus.lock()) == {("content", "works", "changed")}


def test_nested_origins_are_compared_one_by_one():
    one = Corpus().lock(origin={"providers": {"openalex": {"works": 45}, "crossref": {"works": 3}}})
    two = Corpus().lock(origin={"providers": {"openalex": {"works": 54}}, "cap": 10_000})
    table = two.changed_since(one).set_index("name")
    assert table.loc["providers.openalex.works", ["before", "after", "change"]].tolist() == ["45", "54", "changed"]
    assert table.loc["providers.crossref", "change"] == "removed"
    assert table.loc["cap", "change"] == "added"


def test_a_folder_is_read_without_the_lock_in_it(folder):
    before = cn.read(folder).lock()
    assert before.save(folder) == folder / LOCK_NAME
    assert cn.read(folder).lock().changed_since(CorpusLock.load(folder)).empty


def test_the_sources_of_a_network_are_those_of_the_lock(folder):
    corpus = cn.read(folder)
    net = cn.build_network(corpus, cn.resolve(corpus))
    assert net.provenance["sources"] == corpus.lock().sources[["file", "sha256"]].to_numpy().tolist()


def test_what_is_no_lock_or_was_changed_is_refused(folder, tmp_path):
    with pytest.raises(cn.ParseError, match="there is no lock here"):
        CorpusLock.load(tmp_path)
    file = cn.read(folder).lock().save(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"works": 2', '"works": 3'), encoding="utf-8")
    with pytest.raises(cn.ParseError, match="changed since"):
        CorpusLock.load(file)
    file.write_text(text.replace('"schema_version": 1', '"schema_version": 9'), encoding="utf-8")
    with pytest.raises(cn.ParseError, match="schema 9"):
        CorpusLock.load(file)
    for wrong in ("[]", "{}", "no json", '{"kind": 1}', '{"sha256": 1}'):
        file.write_text(wrong, encoding="utf-8")
        with pytest.raises(cn.ParseError, match="not the lock"):
            CorpusLock.load(file)


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), object()])
def test_an_origin_that_json_cannot_hold_is_refused(value):
    with pytest.raises(cn.InputError, match="cannot hold this origin"):
        Corpus().lock(origin={"x": value})


def test_wrong_types_are_refused():
    with pytest.raises(cn.InputError, match="origin is a mapping"):
        Corpus().lock(origin="a query")
    with pytest.raises(cn.InputError, match="takes a CorpusLock"):
        Corpus().lock().changed_since("before.json")


def test_half_a_surrogate_in_a_query_is_written_and_read(tmp_path):
    lock = Corpus().lock(origin={"query": "odd \ud800"})
    assert CorpusLock.load(lock.save(tmp_path)).origin["query"] == "odd \ud800"


def test_values_of_numpy_are_plain_in_the_lock():
    assert Corpus().lock(origin={"n": np.int64(3)}).origin == {"n": 3}
