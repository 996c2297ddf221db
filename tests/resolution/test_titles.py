"""Titles that are alike and are not one: another word, more words, a notice on the work."""

from __future__ import annotations

import pandas as pd
import pytest

import citenet as cn

OPPOSITE = [
    (
        "Prevalence of depressive symptoms among men in rural Sweden",
        "Prevalence of depressive symptoms among women in rural Sweden",
    ),
    (
        "Quality of life in male patients after cardiac surgery",
        "Quality of life in female patients after cardiac surgery",
    ),
    ("Management of patients with diabetes in primary care", "Management of patients without diabetes in primary care"),
    (
        "Determinants of hypotension in elderly hospital patients",
        "Determinants of hypertension in elderly hospital patients",
    ),
    (
        "Intraorganizational knowledge sharing in public hospitals",
        "Interorganizational knowledge sharing in public hospitals",
    ),
    ("The economic efficiency of public hospitals", "The economic inefficiency of public hospitals"),
    (
        "中国农村地区老年男性慢性病患病率及影响因素的横断面研究",
        "中国农村地区老年女性慢性病患病率及影响因素的横断面研究",
    ),
]
LONG = "Effect of co-production on service quality in local government: evidence from a survey experiment"
LONGER = [
    f"Corrigendum: {LONG}",
    f"Erratum to: {LONG}",
    f"Correction to: {LONG}",
    f"{LONG}: study protocol",
    f"Reply to {LONG}",
]
PLACE = {"container": "J Care", "volume": "1"}


def merged(one: dict[str, str], other: dict[str, str]) -> cn.Deduplication:
    same = {"authors": "Okafor, B", "year": 2005}
    return cn.deduplicate(cn.Corpus(pd.DataFrame([same | one, same | other], index=["a", "b"])))


def link(work: dict[str, str], reference: dict[str, str]) -> pd.Series:
    same = {"authors": "Okafor, B", "year": 2005}
    works = pd.DataFrame(
        [same | work, {"title": "Another thing", "authors": "Zimmer, A", "year": 2020}], index=["w", "c"]
    )
    return cn.resolve(cn.Corpus(works, pd.DataFrame([same | reference | {"citing": "c"}]))).links.iloc[0]


@pytest.mark.parametrize(("one", "other"), OPPOSITE)
def test_a_word_that_differs_makes_two_works_unless_their_place_agrees(one: str, other: str) -> None:
    assert merged({"title": one}, {"title": other}).merges.empty
    pages = [{"title": title, "first_page": page, **PLACE} for title, page in ((one, "10"), (other, "20"))]
    assert merged(*pages).merges.empty
    assert link(*pages)["status"] != "matched"
    assert link({"title": one}, {"title": other})["status"] != "matched"


@pytest.mark.parametrize("longer", LONGER)
def test_a_notice_is_not_the_work_it_is_about(longer: str) -> None:
    place = PLACE | {"first_page": "10"}
    assert merged({"title": longer}, {"title": LONG}).merges.empty
    assert merged({"title": longer} | place, {"title": LONG} | place).merges.empty
    assert link({"title": LONG}, {"title": longer})["status"] == "unmatched"
    raw = f"Okafor, B. (2005). {longer}. J Care, 1, 20."
    assert link({"title": LONG}, {"title": longer, "raw": raw})["status"] == "unmatched"
    assert link({"title": LONG}, {"raw": raw})["status"] == "unmatched"
    assert link({"title": longer}, {"title": longer, "raw": raw})["status"] == "matched"


def test_a_title_that_goes_on_is_one_work_where_the_place_agrees() -> None:
    short, more = (
        {"title": "Effect of co-production on quality"},
        {"title": "Effect of co-production on quality: a survey"},
    )
    assert link(short, more)["status"] == "ambiguous"
    other_page = link(short | PLACE | {"first_page": "10"}, more | PLACE | {"first_page": "20"})
    assert other_page["status"] == "ambiguous"
    same_page = link(short | PLACE | {"first_page": "10"}, more | PLACE | {"first_page": "10"})
    assert (same_page["status"], same_page["rule"].split(", ")[0]) == ("matched", "title within the other")


def test_a_misprint_and_a_word_divided_otherwise_are_one_title() -> None:
    for one, other in (
        ("Telling managers later on in life", "Telling manegers later on in life"),
        ("Coproduction of services in small towns", "Co-production of services in small towns"),
        ("Social behaviour in small towns", "Social behavior in small towns"),
    ):
        assert link({"title": one}, {"title": other})["rule"] == "title, author, year"


def test_the_rule_says_that_a_title_agrees_nearly() -> None:
    place = PLACE | {"first_page": "10"}
    found = merged({"title": OPPOSITE[1][0]} | place, {"title": OPPOSITE[1][1]} | place).merges
    assert found["rule"].tolist() == ["title nearly, author, year, volume, page, container"]
