"""Corpus: checked once, copied in and out, in canonical order, saved without loss."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.corpus import CONTEXT_COLUMNS, REFERENCE_COLUMNS, WORK_COLUMNS, Corpus
from citenet.errors import InputError, ParseError
from citenet.io import read
from citenet.joining import concat

TABLES = ("works", "references", "contexts", "problems", "sources")


def same(one: Corpus, other: Corpus) -> None:
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


@pytest.fixture
def works() -> pd.DataFrame:
    return pd.DataFrame({"title": ["Alpha", "Beta"], "year": [2004, 2010]}, index=["a", "b"])


@pytest.fixture
def corpus(works) -> Corpus:
    return Corpus(
        works,
        pd.DataFrame({"citing": ["b", "b", "a"], "position": [2, 1, 1], "raw": ["two", "one", "other"]}),
        contexts=pd.DataFrame({"citing": ["b"], "position": [1], "passage": ["p1"]}),
        problems=pd.DataFrame({"file": ["x.bib"], "line": [3], "kind": ["odd"], "detail": ["why"]}),
        sources=pd.DataFrame({"file": ["x.bib"], "format": ["bibtex"], "n_works": [2], "n_references": [3]}),
    )


# -- invariants ---------------------------------------------------------------------------------------------


def test_rows_are_in_order_of_id_and_position(corpus):
    assert corpus.works.index.tolist() == ["a", "b"]
    assert corpus.references[["citing", "position", "raw"]].to_numpy().tolist() == [
        ["a", 1, "other"],
        ["b", 1, "one"],
        ["b", 2, "two"],
    ]


@given(st.permutations([(citing, position) for citing in "ab" for position in (1, 2, 4)]))
def test_references_given_in_any_order_are_put_in_the_same(rows):
    table = Corpus(pd.DataFrame(index=["a", "b"]), pd.DataFrame(rows, columns=["citing", "position"])).references
    assert list(zip(table["citing"], table["position"], strict=True)) == sorted(rows)


def test_every_column_of_the_schema_is_there_in_its_type(corpus):
    assert {column: str(corpus.works[column].dtype) for column in WORK_COLUMNS} == WORK_COLUMNS
    assert {column: str(corpus.references[column].dtype) for column in REFERENCE_COLUMNS} == REFERENCE_COLUMNS
    assert {column: str(corpus.contexts[column].dtype) for column in CONTEXT_COLUMNS} == CONTEXT_COLUMNS


def test_unknown_is_na_never_blank_text():
    works = Corpus(pd.DataFrame({"title": ["", "  ", None, "T"]}, index=list("abcd"))).works
    assert works["title"].isna().tolist() == [True, True, True, False]


def test_numbers_that_a_gap_made_floats_stay_whole_as_text():
    """Volume 12 beside an unknown one comes from a CSV as 12.0; it is volume 12, not "12.0"."""
    works = Corpus(pd.DataFrame({"volume": [12.0, None], "first_page": [7.0, np.nan]}, index=["a", "b"])).works
    assert works.loc["a", ["volume", "first_page"]].tolist() == ["12", "7"]


def test_unknown_positions_are_the_order_of_the_rows(works):
    references = pd.DataFrame({"citing": ["b", "a", "b"], "raw": ["first", "only", "second"]})
    table = Corpus(works, references).references
    assert table.set_index("raw")["position"].to_dict() == {"only": 1, "first": 1, "second": 2}


def test_ids_may_stand_in_a_column():
    assert Corpus(pd.DataFrame({"work_id": ["q", "p"], "title": ["Q", "P"]})).works["title"].to_dict() == {
        "p": "P",
        "q": "Q",
    }
    assert Corpus(pd.DataFrame({"id": [2, 1]})).works.index.tolist() == ["1", "2"]
    named = Corpus(pd.DataFrame({"id": ["other"]}, index=["a"]))
    assert named.works.index.tolist() == ["a"], "an attribute called id does not replace ids that are given"


@pytest.mark.parametrize(
    ("works", "message"),
    [
        (pd.DataFrame({"title": ["x", "y"]}, index=["a", "a"]), r"work ids must be unique; 'a' occurs more than once"),
        (pd.DataFrame({"title": ["x", "y"]}, index=["a", None]), r"1 of 2 works have no id"),
        (pd.DataFrame({"title": ["x"]}, index=[" "]), r"1 of 1 works have no id"),
        (pd.DataFrame({"year": ["in press"]}, index=["a"]), r"works\.year must hold whole numbers; 'in press' is none"),
        (pd.DataFrame({"year": [2000.5]}, index=["a"]), r"works\.year must hold whole numbers; .*2000\.5"),
        (pd.DataFrame({"year": [np.inf]}, index=["a"]), r"works\.year must hold whole numbers; .*inf"),
        (pd.DataFrame([["x", "y"]], columns=["z", "z"], index=["a"]), r"two columns called 'z'"),
        (pd.DataFrame({"x": [1]}, index=pd.MultiIndex.from_tuples([(1, 2)])), r"one id each, not an index of 2"),
        ([1, 2], r"works must be a pandas DataFrame; got list"),
    ],
)
def test_works_that_cannot_be_are_refused(works, message):
    with pytest.raises(InputError, match=message):
        Corpus(works)


@pytest.mark.parametrize(
    ("references", "message"),
    [
        ({"citing": ["a", "z"]}, r"1 of 2 references name a citing work that is not in works, e\.g\. 'z'"),
        ({"citing": ["a", None]}, r"1 of 2 references name a citing work"),
        ({"citing": ["a", "a"], "position": [1, 1]}, r"work 'a' has two references at position 1"),
        ({"citing": ["a"], "position": [0]}, r"position counts from 1; found 0"),
        ({"citing": ["a"], "position": ["i"]}, r"references\.position must hold whole numbers; 'i' is none"),
    ],
)
def test_references_that_cannot_be_are_refused(works, references, message):
    with pytest.raises(InputError, match=message):
        Corpus(works, pd.DataFrame(references))


def test_contexts_of_unknown_works_are_refused(works):
    with pytest.raises(InputError, match=r"1 of 1 contexts name a citing work"):
        Corpus(works, contexts=pd.DataFrame({"citing": ["z"], "passage": ["p"]}))


# -- immutability -------------------------------------------------------------------------------------------


def test_fields_cannot_be_set_or_deleted(corpus):
    with pytest.raises(FrozenInstanceError):
        corpus.works = pd.DataFrame()
    with pytest.raises(FrozenInstanceError):
        del corpus.references


@pytest.mark.parametrize("name", TABLES)
def test_editing_a_table_handed_out_changes_nothing_inside(corpus, name):
    before = getattr(corpus, name).copy(deep=True)
    table = getattr(corpus, name)
    table.iloc[0, 0] = pd.NA
    table["new"] = 1
    table.index.name = "other"
    del table[table.columns[1]]
    pd.testing.assert_frame_equal(getattr(corpus, name), before)


def test_editing_a_table_handed_in_changes_nothing_inside(works):
    corpus = Corpus(works)
    works.loc["a", "title"] = "changed"
    works["more"] = 1
    assert corpus.works["title"].tolist() == ["Alpha", "Beta"]
    assert "more" not in corpus.works


# -- showing ------------------------------------------------------------------------------------------------


def test_repr_answers_the_first_question(corpus):
    assert repr(corpus) == "<Corpus: 2 works (2004–2010), 3 references of 2 works, 1 problem>"
    assert repr(Corpus()) == "<Corpus: 0 works, 0 references of 0 works, no problems>"
    assert "2004–2010" in corpus._repr_html_()


def test_frame_counts_references_and_summary_counts_files(corpus):
    assert corpus.to_frame()["n_references"].to_dict() == {"a": 1, "b": 2}
    row = corpus.summary().iloc[0]
    assert row[["file", "n_works", "n_references", "n_problems"]].tolist() == ["x.bib", 2, 3, 1]


# -- sums ---------------------------------------------------------------------------------------------------


def test_a_sum_keeps_every_work_and_reference(corpus):
    for total in ((corpus + corpus) + corpus, corpus + (corpus + corpus), concat([corpus] * 3)):
        assert total.works.index.tolist() == ["a", "a#2", "a#3", "b", "b#2", "b#3"]
        assert total.references["citing"].value_counts().to_dict() == dict.fromkeys(["b", "b#2", "b#3"], 2) | (
            dict.fromkeys(["a", "a#2", "a#3"], 1)
        )


def test_a_repeated_work_id_is_reported(corpus):
    repeated = (corpus + corpus).problems.query("kind == 'repeated work id'")
    assert repeated["detail"].str.contains(r"'a' occurs more than once; this one is kept as 'a#2'").sum() == 1


def test_a_suffix_that_is_taken_is_passed_over(works):
    other = Corpus(pd.DataFrame({"title": ["Not the copy"]}, index=["a#2"]))
    assert (Corpus(works) + other + Corpus(works)).works["title"].to_dict() == {
        "a": "Alpha",
        "a#2": "Not the copy",
        "a#3": "Alpha",
        "b": "Beta",
        "b#2": "Beta",
    }


def test_a_bare_id_gives_way_to_its_description_and_keeps_its_references(works):
    bare = Corpus(pd.DataFrame(index=["b"]), pd.DataFrame({"citing": ["b"], "raw": ["of the bare one"]}))
    full = Corpus(works, pd.DataFrame({"citing": ["b"], "raw": ["of the described one"]}))
    for total in (bare + full, full + bare):
        assert total.works["title"].to_dict() == {"a": "Alpha", "b": "Beta"}
        assert sorted(total.references["raw"]) == ["of the bare one", "of the described one"]
        assert sorted(total.references["position"]) == [1, 2]


def test_renamed_works_keep_their_own_references():
    part = Corpus(
        pd.DataFrame({"title": ["X", "Y"]}, index=["x", "y z"]),
        pd.DataFrame({"citing": ["x"], "ids": ["pmid:1 work:y_z"]}),
    )
    assert (part + part).references["ids"].tolist() == ["pmid:1 work:y_z", "pmid:1 work:y_z#2"]


def test_only_corpora_are_added(corpus):
    with pytest.raises(TypeError):
        corpus + 1
    same(concat([]), Corpus())


# -- order and storage --------------------------------------------------------------------------------------

texts = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(["NA", "nan", "a\nb", "\x00", "\u2028", "\ud800", '"'])
)
years = st.one_of(st.none(), st.integers(-3000, 3000))
ids = st.text(min_size=1, max_size=6).filter(lambda text: text.strip())


@st.composite
def corpora(draw) -> Corpus:
    names = draw(st.lists(ids, min_size=1, max_size=5, unique=True))
    n = len(names)

    def column(cells, size):
        return draw(st.lists(cells, min_size=size, max_size=size))

    works = pd.DataFrame(
        {
            "title": pd.Series(column(texts, n), dtype="object"),
            "authors": pd.Series(column(texts, n), dtype="object"),
            "year": pd.array(column(years, n), dtype="Int64"),
            "more text": pd.Series(column(texts, n), dtype="object"),
            "whole": column(st.integers(-(2**53), 2**53), n),
            "real": column(st.floats(allow_nan=True), n),
            "truth": column(st.booleans(), n),
            "nothing": [None] * n,
        }
    ).set_axis(pd.Index(names, dtype="object"))
    n_references = draw(st.integers(0, 6))
    references = pd.DataFrame(
        {
            "citing": column(st.sampled_from(names), n_references),
            "raw": pd.Series(column(texts, n_references), dtype="object"),
            "year": pd.array(column(years, n_references), dtype="Int64"),
            "extra": column(st.floats(), n_references),
        }
    )
    return Corpus(works, references, problems=pd.DataFrame({"detail": pd.Series(column(texts, 2), dtype="object")}))


@settings(max_examples=15, deadline=None)
@given(corpus=corpora())
def test_what_is_saved_comes_back_exactly(tmp_path_factory, corpus):
    folder = tmp_path_factory.mktemp("corpus")
    corpus.save(folder)
    same(Corpus.load(folder), corpus)


@settings(max_examples=15, deadline=None)
@given(corpus=corpora(), data=st.data())
def test_shuffled_rows_give_the_same_bytes(tmp_path_factory, corpus, data):
    works, references = corpus.works, corpus.references
    rows = data.draw(st.permutations(range(len(works))))
    lines = data.draw(st.permutations(range(len(references))))
    shuffled = Corpus(works.iloc[rows], references.iloc[lines], problems=corpus.problems.iloc[::-1])
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    corpus.save(one)
    shuffled.save(other)
    for file in sorted(one.iterdir()):
        assert file.read_bytes() == (other / file.name).read_bytes(), file.name


def test_dates_and_categories_come_back(tmp_path):
    works = pd.DataFrame(
        {"seen": pd.to_datetime(["2024-02-29", None]), "kind": pd.Categorical(["x", "y"])}, index=["a", "b"]
    )
    corpus = Corpus(works)
    corpus.save(tmp_path)
    same(Corpus.load(tmp_path), corpus)


def test_a_column_of_objects_is_refused_before_anything_is_written(tmp_path):
    corpus = Corpus(pd.DataFrame({"odd": [{1, 2}]}, index=["a"]))
    with pytest.raises(InputError, match=r"works cannot be saved: .*set.*text or numbers"):
        corpus.save(tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("corpus.json", b'"year": "Int64"', b'"year": "str"'),
        ("works.jsonl", b"Alpha", b"Alpine"),
        ("references.jsonl", b'["b", 1', b'["b", 3'),
        ("contexts.jsonl", b"\n", b"\r\n"),
    ],
)
def test_a_changed_file_is_noticed(corpus, tmp_path, name, old, new):
    corpus.save(tmp_path)
    file = tmp_path / name
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new, 1))
    with pytest.raises(ParseError, match=r"changed since it was saved") as caught:
        Corpus.load(tmp_path)
    assert caught.value.file == str(file)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"schema_version": 1}'])
def test_a_broken_header_is_a_parse_error(corpus, tmp_path, content):
    corpus.save(tmp_path)
    (tmp_path / "corpus.json").write_bytes(content)
    with pytest.raises(ParseError, match=r"not the header of a saved corpus"):
        Corpus.load(tmp_path)


def test_a_missing_file_and_an_empty_folder_are_parse_errors(corpus, tmp_path):
    with pytest.raises(ParseError, match=r"no saved corpus here \(corpus\.json is missing\)"):
        Corpus.load(tmp_path)
    corpus.save(tmp_path)
    (tmp_path / "works.jsonl").unlink()
    with pytest.raises(ParseError, match=r"missing from the saved folder"):
        Corpus.load(tmp_path)


def test_another_schema_version_is_refused(corpus, tmp_path):
    corpus.save(tmp_path)
    header = json.loads((tmp_path / "corpus.json").read_text())
    (tmp_path / "corpus.json").write_text(json.dumps(header | {"schema_version": 99}))
    with pytest.raises(ParseError, match=r"saved as corpus with schema 99, this citenet reads corpus with schema 1"):
        Corpus.load(tmp_path)


def test_identifiers_are_normal_wherever_a_table_comes_from_and_what_is_none_is_told():
    works = pd.DataFrame(
        {"doi": ["https://doi.org/10.1000/A1", "n/a", "n/a"], "ids": ["PMID:1", None, "7"]}, index=list("abc")
    )
    references = pd.DataFrame({"citing": "a", "doi": ["DOI: 10.1000/B.", "10.1000/c"], "ids": [None, "OpenAlex:w3"]})
    corpus = Corpus(works, references)
    assert corpus.works["doi"].fillna("").tolist() == ["10.1000/a1", "", ""]
    assert corpus.works["ids"].fillna("").tolist() == ["pmid:1", "", ""]
    assert corpus.references["doi"].tolist() == ["10.1000/b", "10.1000/c"]
    assert corpus.references["ids"].fillna("").tolist() == ["", "openalex:W3"]
    assert corpus.problems[["kind", "detail"]].to_numpy().tolist() == [
        ["malformed DOI", "'n/a' is no DOI; left out (2 rows)"],
        ["malformed identifier", "'7' is no identifier; left out (1 row)"],
    ]
    assert len(Corpus(corpus.works, corpus.references, problems=corpus.problems).problems) == 2, "told once"
    assert works["doi"].tolist() == ["https://doi.org/10.1000/A1", "n/a", "n/a"], "what was passed in is as it was"


def test_what_is_no_identifier_is_told_once_for_each_file():
    works = pd.DataFrame({"doi": ["n/a", "10.1000/A", "n/a", "n/a"], "file": ["x", "x", "x", "y"]}, index=list("abcd"))
    corpus = Corpus(works)
    assert corpus.works["doi"].tolist()[1] == "10.1000/a"
    assert corpus.problems[["file", "detail"]].to_numpy().tolist() == [
        ["x", "'n/a' is no DOI; left out (2 rows)"],
        ["y", "'n/a' is no DOI; left out (1 row)"],
    ]


@pytest.mark.parametrize("ids", [",", ";", "none"])
def test_ids_that_hold_none_are_told(ids):
    corpus = Corpus(pd.DataFrame({"ids": [ids]}, index=["a"]))
    assert corpus.works["ids"].isna().all()
    assert corpus.problems["detail"].tolist() == [f"{ids!r} is no identifier; left out (1 row)"]


def test_references_whose_position_is_unknown_follow_those_that_have_one():
    references = pd.DataFrame({"citing": ["a"] * 4, "position": [None, 2, None, 1], "raw": list("wxyz")})
    corpus = Corpus(pd.DataFrame(index=["a"]), references)
    assert corpus.references["raw"].tolist() == ["z", "x", "w", "y"]
    assert corpus.references["position"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "of",
    [lambda corpus: corpus, lambda corpus: corpus + corpus, lambda corpus: pickle.loads(pickle.dumps(corpus))],
    ids=["read", "joined", "pickled"],
)
def test_what_is_written_into_an_unknown_column_stands_in_no_other(tmp_path, of):
    (tmp_path / "works.csv").write_text("id,title\nb,B\na,A\n")
    (tmp_path / "citations.csv").write_text("citing,cited\nb,X\na,Y\n")
    corpus = of(read(tmp_path))
    references = corpus.references
    unknown = [name for name in references if references[name].dtype == "str" and references[name].isna().all()]
    assert {"issue", "last_page", "publisher"} <= set(unknown)
    for name in unknown:
        references.loc[0, name] = name
        assert references.loc[0, unknown[unknown.index(name) + 1 :]].isna().all()
        assert references.loc[1:, name].isna().all()
    assert references.loc[0, unknown].tolist() == unknown
    assert corpus.references[unknown].isna().all(axis=None)


def test_a_table_that_is_put_in_order_shares_no_cells_with_the_one_it_was_made_of():
    given = pd.DataFrame({"title": ["B", "A"], "note": ["same", "same"]}, index=["b", "a"], dtype="str")
    corpus = Corpus(given)
    given.loc["b", "note"] = "own"
    assert corpus.works["note"].tolist() == ["same", "same"]
    works = corpus.works
    works.loc["a", "note"] = "other"
    assert given["note"].tolist() == ["own", "same"]
