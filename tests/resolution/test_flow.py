"""Every reference is counted once, at the stage where it stopped."""

from __future__ import annotations

import pandas as pd
import pytest

from citenet.corpus import Corpus
from citenet.errors import CitenetError
from citenet.resolution.flow import kinds_of_references, matching_flow
from citenet.resolution.matching import resolve

WORKS = pd.DataFrame(
    {
        "title": ["Asking patients first in towns", "Telling managers later", "A review", "Another review"],
        "authors": ["Okafor, B", "Marsh, D", "Zimmer, A", "Roe, C"],
        "year": [2005, 2008, 2020, 2021],
        "container": ["J Care", "Public Adm", None, None],
        "doi": ["10.1000/asking", None, None, None],
        "file": ["one.txt", "one.txt", "one.txt", "two.txt"],
        "field": ["x", "y", "y", None],
    },
    index=["asking", "telling", "r1", "r2"],
)
REFERENCES = pd.DataFrame(
    [
        {"citing": "r1", "doi": "10.1000/asking"},
        {"citing": "r1", "title": "Telling managers later", "authors": "Marsh, D", "year": 2008},
        {"citing": "r1", "authors": "Marsh, D", "year": 2008, "container": "Public Adm", "raw": "Marsh"},
        {"citing": "r1", "title": "Ropes", "publisher": "Wiley", "raw": "Doe. Ropes. Wiley"},
        {"citing": "r2", "container": "BMJ", "volume": "3", "first_page": "1", "doi": "10.1000/far"},
        {"citing": "r2", "authors": "Marsh D", "year": 1990, "container": "SOME BOOK"},
        {"citing": "r2", "raw": "decided text"},
        {"citing": "r2", "type": "Website", "raw": "http://somewhere"},
    ]
)
CORPUS = Corpus(WORKS, REFERENCES)
BESIDE = ["references", "with an identifier", "block too large"]


@pytest.fixture(scope="module")
def links():
    decisions = pd.DataFrame({"decision": ["this work"], "reference": ["decided text"], "work": ["telling"]})
    return resolve(CORPUS, decisions=decisions)


def test_stages_add_up_to_the_references(links):
    flow = matching_flow(CORPUS, links)["references"]
    assert flow["references"] == len(REFERENCES) == flow.drop(BESIDE).sum()
    assert flow[flow > 0].to_dict() == {
        "references": 8,
        "with an identifier": 2,
        "matched by decision": 1,
        "matched by identifier": 1,
        "matched by text, 0.99 to 1": 1,
        "ambiguous": 1,
        "unmatched: article": 1,
        "unmatched: book": 1,
        "unmatched: no volume or page": 1,
        "unmatched: web": 1,
    }


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("source", {"one.txt": 4, "two.txt": 4}),
        ("year", {"2020": 4, "2021": 4}),
        ("field", {"(none)": 4, "y": 4}),
        ({"r1": "reviews"}, {"(none)": 4, "reviews": 4}),
    ],
)
def test_groups_of_citing_works_add_up_to_all(links, by, groups):
    flow, whole = matching_flow(CORPUS, links, by=by), matching_flow(CORPUS, links)["references"]
    assert flow.loc["references"].to_dict() == groups
    assert flow.sum(axis=1).to_dict() == whole.to_dict()


def test_what_the_file_says_of_a_kind_outranks_a_guess():
    kinds = kinds_of_references(CORPUS.references.assign(type="Patent"))
    assert set(kinds) == {"patent"}


def test_other_links_and_unknown_columns_are_refused(links):
    with pytest.raises(CitenetError, match=r"not of this corpus"):
        matching_flow(Corpus(WORKS, REFERENCES.iloc[:2]), links)
    with pytest.raises(CitenetError, match=r"nowhere"):
        matching_flow(CORPUS, links, by="nowhere")


def test_no_references_give_a_table_of_zeros():
    corpus = Corpus(WORKS)
    assert matching_flow(corpus, resolve(corpus)).loc["references"].tolist() == [0]
    nothing = Corpus()
    assert matching_flow(nothing, resolve(nothing)).loc["references"].tolist() in ([], [0])


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ({"nobody": "x"}, "no work of the corpus has a group"),
        (pd.Series(["x", "y"], index=["r1", "r1"]), "'r1' has two groups"),
    ],
)
def test_groups_that_name_no_work_or_one_twice_are_refused(links, by, message):
    with pytest.raises(CitenetError, match=message):
        matching_flow(CORPUS, links, by=by)
