"""Comparable forms of the fields, the blocks they make, and the weight of their evidence."""

from __future__ import annotations

import pandas as pd
import pytest

from citenet.corpus import REFERENCE_COLUMNS, Corpus
from citenet.resolution.candidates import candidate_pairs
from citenet.resolution.keys import container_similarity, key_table
from citenet.resolution.score import PRIOR, UNIDENTIFIED, score_pairs


def keys(**columns) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    works = Corpus(pd.DataFrame(columns, index=[f"w{i:02d}" for i in range(n)])).works
    return key_table(works)


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("volume", "012", "12"),
        ("volume", "v. 12", "12"),
        ("volume", "12A", "12"),
        ("volume", "XIV", "xiv"),
        ("first_page", "0031", "31"),
        ("first_page", "S031", "s31"),
        ("first_page", "e 101", "e101"),
        ("first_page", "1–0", "10"),
        ("title", "On Ladders: a Study", "on ladders a study"),
        ("authors", "de la Cruz, Ana; Doe, J", "cruz"),
    ],
)
def test_one_key_for_one_meaning(field, text, expected):
    column = {"first_page": "page", "authors": "family"}.get(field, field)
    assert keys(**{field: [text]})[column].iloc[0] == expected


def test_unknown_is_empty_and_a_printed_abbreviation_stands_for_the_journal():
    table = keys(container=["Journal of Ropes", None], container_abbrev=["J Ropes", None])
    assert table["container"].tolist() == ["j ropes", ""]
    assert table.drop(columns="year").iloc[1].tolist() == [""] * (table.shape[1] - 1)


def test_all_columns_of_references_will_do():
    references = pd.DataFrame({column: pd.Series([], dtype=dtype) for column, dtype in REFERENCE_COLUMNS.items()})
    assert key_table(references).empty


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("am j sociol", "american journal of sociology", True),
        ("soc networks", "social networks", True),
        ("admin sci quart", "administrative science quarterly", True),
        ("public manag rev", "public management review", True),
        ("bmj", "bmj", True),
        ("j mgmt", "j management", True),
        ("public adm", "public health", False),
        ("j health econ", "j health soc behav", False),
        ("soc sci med", "soc sci res", False),
        ("of the", "and", False),
    ],
)
def test_abbreviated_journals_are_the_same_and_others_are_not(one, other, same):
    assert (container_similarity(one, other) >= 0.85) is same
    assert container_similarity(one, other) == container_similarity(other, one)


def test_blocks_open_by_author_year_by_volume_page_and_by_title():
    works = keys(
        title=["Rope and ladder work today", None, None, None],
        authors=[None, "Doe, J", None, "Doe, J"],
        year=[None, 2001, None, 2005],
        volume=[None, None, "3", None],
        first_page=[None, None, "44", None],
    )
    reference = keys(
        title=["Rope and ladder work yesterday"], authors=["Doe, J"], year=[2002], volume=["3"], first_page=["44"]
    )
    pairs, capped = candidate_pairs(reference, works)
    assert pairs["work"].tolist() == [0, 1, 2], "one year off is near, four are not"
    assert capped.empty


def test_no_pair_comes_twice():
    works = keys(title=["Rope and ladder work"], authors=["Doe, J"], year=[2001], volume=["3"], first_page=["44"])
    assert len(candidate_pairs(works, works)[0]) == 1


def score(reference: dict, work: dict) -> tuple[float, bool]:
    row = score_pairs(
        pd.DataFrame({"reference": [0], "work": [0]}),
        keys(**{name: [value] for name, value in reference.items()}),
        keys(**{name: [value] for name, value in work.items()}),
    ).iloc[0]
    return row["log_odds"], bool(row["identified"])


FULL = {
    "title": "Rope and ladder work",
    "authors": "Doe, J",
    "year": 2001,
    "container": "J Ropes",
    "volume": "3",
    "first_page": "44",
}


def test_what_is_unknown_says_nothing():
    assert score({"title": "Rope and ladder work"}, {"year": 2001}) == (PRIOR + UNIDENTIFIED, False)


def test_a_field_read_with_doubt_speaks_for_a_pair_but_not_against_it():
    pairs = pd.DataFrame({"reference": [0], "work": [0]})
    work = keys(**{name: [value] for name, value in FULL.items()})
    other = keys(**{name: [value] for name, value in (FULL | {"volume": "999"}).items()})
    without = keys(**{name: [value] for name, value in FULL.items() if name != "volume"})

    def chance(reference: pd.DataFrame, unsure: str) -> float:
        return score_pairs(pairs, reference.assign(unsure=unsure), work)["log_odds"].iloc[0]

    assert chance(other, "volume pages") == chance(without, "") > chance(other, "title")
    assert chance(work, "volume") == chance(work, "")


@pytest.mark.parametrize("field", FULL)
def test_each_agreeing_field_speaks_for_the_pair_and_each_other_value_against(field):
    others = {"title": "Of quite other things", "authors": "Roe, A", "year": 1950, "container": "Lancet"}
    other = others.get(field, "999")
    unknown = score({name: value for name, value in FULL.items() if name != field}, FULL)[0]
    assert score(FULL | {field: other}, FULL)[0] < unknown < score(FULL, FULL)[0]


@pytest.mark.parametrize(
    ("known", "identified"),
    [
        (["title"], True),
        (["first_page", "volume"], True),
        (["first_page", "container"], True),
        (["first_page"], False),
        (["authors", "year", "container", "volume"], False),
    ],
)
def test_only_a_title_or_a_placed_page_tells_works_apart(known, identified):
    assert score({name: FULL[name] for name in known}, FULL)[1] is identified


def test_another_initial_speaks_against_the_same_name():
    assert (
        score({"authors": "Doe, J"}, FULL)[0]
        > score({"authors": "Doe"}, FULL)[0]
        > score({"authors": "Doe, K"}, FULL)[0]
    )


def test_a_later_author_neither_helps_nor_contradicts():
    work = FULL | {"authors": "Roe, A; Doe, J"}
    without = {name: value for name, value in FULL.items() if name != "authors"}
    assert score(FULL, work)[0] == score(without, work)[0]
    assert score(FULL | {"authors": "Zorn, A"}, work)[0] < score(FULL, work)[0]
