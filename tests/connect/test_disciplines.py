"""Disciplines: the user's word, the journal, the topic, in this order."""

from __future__ import annotations

import pandas as pd
import pytest

import citenet as cn
from citenet.errors import ColumnError, InputError, ParseError


@pytest.fixture
def corpus():
    return cn.Corpus(
        pd.DataFrame(
            {
                "container": ["Public Management Review", "Médical care", None, None, "Unheard Of"],
                "subfield": ["Marketing", None, "Marketing", None, "General Health Professions"],
                "field": [None, None, "Medicine", "Medicine", None],
            },
            index=list("abcde"),
        )
    )


def rows(*said):
    return pd.DataFrame(said, columns=["by", "value", "discipline"])


def labels(corpus, table):
    works = cn.add_disciplines(corpus, table).works
    return {work: (d, by) for work, d, by in works[["discipline", "discipline_by"]].dropna().itertuples()}


def test_the_example_goes_by_journal_and_then_by_subfield(corpus):
    assert labels(corpus, "coproduction") == {
        "a": ("PAM", "journal"),
        "b": ("HSR/QI", "journal"),
        "c": ("Service research", "subfield"),
        "e": ("HSR/QI", "subfield"),
    }


def test_the_example_agrees_with_the_reviewers_labels_wherever_it_speaks():
    works = cn.add_disciplines(cn.datasets.coproduction_2024()).works
    both = works[["by_journal", "discipline"]].dropna()
    assert (both["by_journal"] == both["discipline"]).all()
    assert len(both) == 29  # of 41 labelled ones; the others' journals are of no list


def test_the_stronger_word_decides_and_a_blank_takes_out(corpus):
    table = rows(("field", "medicine", "X"), ("subfield", "MARKETING", "Y"), ("work", "a", "Z"), ("work", "c", ""))
    assert labels(corpus, table) == {"a": ("Z", "work"), "d": ("X", "field")}


def test_a_csv_of_the_user_is_read(corpus, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text('by,value,discipline\njournal,"Unheard Of",Mine\n', encoding="utf-8")
    assert labels(corpus, file) == {"e": ("Mine", "journal")}


@pytest.mark.parametrize(("table", "error", "said"), [
    (rows(("journals", "x", "y")), InputError, "by='journals' .* is none of work, journal"),
    (rows(("journal", "x", "y"), ("journal", "X", "z")), InputError, "journal 'X' is 'y' and 'z'"),
    (rows(("work", "nobody", "y")), InputError, "names work 'nobody', which is not in the corpus"),
    (pd.DataFrame({"by": ["journal"], "value": ["x"]}), ColumnError, "discipline"),
    ("nowhere.csv", InputError, "'nowhere.csv' is no file"),
])  # fmt: skip
def test_a_wrong_table_is_told(table, error, said, corpus):
    with pytest.raises(error, match=said):
        cn.add_disciplines(corpus, table)


def test_a_file_that_is_no_table_is_told(corpus, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_bytes(b"by,value\xff\xfe")
    with pytest.raises(ParseError, match="no table in UTF-8"):
        cn.add_disciplines(corpus, file)
