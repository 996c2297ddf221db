"""Cited works outside the corpus: one node for all references that mean one work, and for these alone."""

from __future__ import annotations

import pandas as pd
import pytest

from citenet.corpus import Corpus
from citenet.resolution.build import build_network
from citenet.resolution.external import external_ids
from citenet.resolution.keys import key_table
from citenet.resolution.matching import resolve

WORKS = pd.DataFrame({"title": ["A later review", "Another review"], "year": 2020}, index=["one", "two"])
LONG = "What the ten words of a long title tell of the"


def outside(*references: dict, **options):
    table = pd.DataFrame([{"citing": "one"} | row for row in references])
    corpus = Corpus(WORKS, table)
    return build_network(corpus, resolve(corpus, **options), external=True)


def names(net) -> list[str]:
    return net.ids[net.external].tolist()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_authors_of_one_family_name_are_two_even_under_one_name(order):
    rows = [
        {"authors": f"Okafor, {initial}", "year": 2005, "title": "Editorial", "container": "J Care"} for initial in "BZ"
    ]
    net = outside(*(rows[at] for at in order))
    assert names(net) == ["okafor 2005 editorial", "okafor 2005 editorial#2"]
    assert net.works.loc[names(net), "authors"].tolist() == ["Okafor, B", "Okafor, Z"]


def test_titles_that_differ_after_the_words_that_name_them_are_two_works():
    rows = [
        {"authors": "Doe, J", "year": 2001, "title": f"{LONG} {end}"} for end in ("nurses in town", "managers at sea")
    ]
    net = outside(*rows, rows[0] | {"citing": "two"})
    assert names(net) == [
        "doe 2001 what the ten words of a long title tell of",
        "doe 2001 what the ten words of a long title tell of#2",
    ]
    cited = net.to_frame().set_index("cited")["citing"]
    called = [name for name in names(net) if "#" not in name]
    assert cited[called].tolist() == ["one", "two"], "what is cited most keeps the name"


def test_one_journal_page_in_two_journals_is_two_works():
    page = {"authors": "Smith, A", "year": 1999, "volume": "14", "first_page": "1"}
    rows = [page | {"title": "Ropes in the north", "container": "J Ropes"}]
    rows += [page | {"title": "A trial of ladders", "container": "Ann Med"}]
    assert names(outside(*rows)) == ["smith 1999 v14 p1", "smith 1999 v14 p1#2"]


def test_what_a_reader_should_know_of_a_reference_stands_at_its_citation():
    towns = ("Amber", "Birch", "Cedar", "Dunes", "Elder", "Ferns")
    rows = [{"authors": "Okafor, B", "year": 2005, "title": name, "volume": name, "first_page": "1"} for name in towns]
    net = outside(*rows, max_block=3)
    assert net.evidence["note"].tolist() == ["block too large: author and year"] * 6
    assert outside(*rows).evidence["note"].isna().all()
    assert net.provenance["capped"] == {"block too large: author and year": 6}


def test_forms_of_a_block_that_is_too_large_still_meet_those_that_are_called_alike():
    paper = {"authors": "Okafor, B", "year": 2005, "container": "J Care", "volume": "14", "first_page": "428"}
    variants = [paper | {"issue": str(i)} for i in (1, None)] + [paper | {"container": "Journal of Care"}]
    rest = [paper | {"volume": str(i), "container": f"{chr(97 + i)} Rev"} for i in range(6)]
    assert "okafor 2005 v14 p428#2" not in names(outside(*variants, *rest, max_block=2))


def test_decided_texts_are_followed_whatever_else_they_say():
    references = pd.DataFrame(
        {
            "raw": ["Quist, Book, 1999", "QUIST: Book (1999), second", "scribble", "other scribble", "lost"],
            "authors": ["Quist, H", "Quist, H", None, None, None],
            "year": [1999, 1999, None, None, None],
            "container": ["Book", "Book", None, None, None],
            "doi": None,
            "ids": None,
        }
    ).assign(title=None, volume=None, issue=None, first_page=None, type=None, citing="one", position=range(5))
    references["publisher"] = None
    keys = key_table(references.astype({"year": "Int64"}))
    decided = pd.DataFrame(
        {"decision": ["different", "same"], "reference": ["Quist, Book, 1999", "Scribble"],
         "other": ["Quist Book 1999 second", "other scribble"]}
    )  # fmt: skip
    found = external_ids(references, keys, keys["container"][:0], decisions=decided)["work"].tolist()
    assert found[:2] == ["quist 1999 h book", "quist 1999 h book#2"]
    assert found[2] == found[3] == "other scribble"
    assert pd.isna(found[4])
