"""From links to arcs: nothing lost on the way, cited works outside the corpus, passages."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.resolution.build import build_network, passage_network
from citenet.resolution.matching import resolve
from citenet.resolution.result import Resolution

WORKS = pd.DataFrame(
    {
        "title": ["Asking patients first", "Telling managers later", "A much later review"],
        "authors": ["Okafor, B", "Marsh, D", "Zimmer, A"],
        "year": [2005, 2008, 2020],
        "container": ["Qual Saf Health Care", "Public Adm", "Public Adm"],
        "doi": ["10.1000/asking", "10.1000/telling", "10.1000/review"],
    },
    index=["asking", "telling", "review"],
)
REFERENCES = pd.DataFrame(
    [
        {"citing": "review", "doi": "10.1000/asking", "raw": "once"},
        {"citing": "review", "title": "Asking patients first", "year": 2005, "raw": "twice"},
        {"citing": "review", "doi": "10.1000/review", "raw": "itself"},
        {"citing": "asking", "doi": "10.1000/review", "raw": "fifteen years ahead"},
        {
            "citing": "telling",
            "authors": "Okafor, B",
            "year": 2005,
            "container": "Qual Saf Health Care",
            "raw": "which?",
        },
        {"citing": "telling", "raw": "illegible"},
        {"citing": "telling", "doi": "10.1000/outside", "raw": "elsewhere"},
        {"citing": "telling", "doi": "10.1000/asking", "raw": "fine"},
    ]
)


@pytest.fixture
def corpus() -> Corpus:
    return Corpus(WORKS, REFERENCES)


def test_each_reference_is_an_arc_or_dropped_with_its_reason(corpus):
    net = build_network(corpus, resolve(corpus))
    assert net.to_frame()[["citing", "cited", "raw"]].to_numpy().tolist() == [
        ["review", "asking", "once"],
        ["telling", "asking", "fine"],
    ]
    assert net.dropped.set_index("raw")["reason"].to_dict() == {
        "twice": "duplicate",
        "itself": "self",
        "fifteen years ahead": "later",
        "which?": "ambiguous",
        "illegible": "unmatched",
        "elsewhere": "unmatched",
    }


def test_works_outside_become_nodes_when_asked(corpus):
    net = build_network(corpus, resolve(corpus), external=True)
    assert net.ids[net.external].tolist() == ["doi:10.1000/outside"]
    assert net.n_citations + len(net.dropped) == len(REFERENCES)
    assert "elsewhere" not in net.dropped["raw"].tolist()
    assert set(net.dropped["raw"]) >= {"which?", "illegible"}, "what might be in the corpus is not made a node outside"


def test_max_lead_keeps_or_drops_what_is_dated_ahead(corpus):
    kept = build_network(corpus, resolve(corpus), max_lead=None)
    assert "fifteen years ahead" in kept.to_frame()["raw"].tolist()
    assert kept.provenance["max_lead"] is None


def test_the_network_says_how_it_was_made(corpus):
    provenance = build_network(corpus, resolve(corpus, threshold=0.95), external=True).provenance
    assert provenance["resolution"]["threshold"] == 0.95
    assert provenance["external"] is True


def test_links_of_another_corpus_are_refused(corpus):
    other = Corpus(WORKS, REFERENCES.iloc[:2])
    with pytest.raises(
        InputError, match=r"the links \(2 rows\) are not of this corpus \(8 references\); resolve it again"
    ):
        build_network(corpus, resolve(other))
    moved = Corpus(WORKS, REFERENCES.assign(citing="review"))
    with pytest.raises(InputError, match=r"are not of this corpus"):
        build_network(moved, resolve(corpus))


reference = st.fixed_dictionaries(
    {
        "citing": st.sampled_from(["asking", "telling", "review"]),
        "doi": st.sampled_from([None, None, "10.1000/asking", "10.1000/telling", "10.1000/far", "10.1000/off"]),
        "title": st.sampled_from([None, "Asking patients first", "Somewhere else entirely", "Introduction"]),
        "authors": st.sampled_from([None, "Okafor, B", "Wren, P"]),
        "year": st.sampled_from([None, 2005, 2006, 2031]),
        "volume": st.sampled_from([None, "3"]),
        "first_page": st.sampled_from([None, "77"]),
        "container": st.sampled_from([None, "Public Adm", "Some Book"]),
    }
)


@settings(max_examples=10, deadline=None)
@given(references=st.lists(reference, max_size=8), external=st.booleans())
def test_citations_and_dropped_always_add_up(references, external):
    table = pd.DataFrame(
        references, columns=["citing", *list(REFERENCES.columns.drop(["citing", "raw"])), "volume", "first_page"]
    )
    corpus = Corpus(WORKS, table)
    links = resolve(corpus)
    net = build_network(corpus, links, external=external)
    assert net.n_citations + len(net.dropped) == len(references) == links.summary()["references"].sum()
    assert set(WORKS.index) <= set(net.ids)


# -- cited works outside the corpus -------------------------------------------------------------------------


def outside(*references: dict, works: pd.DataFrame = WORKS):
    table = pd.DataFrame([{"citing": "review"} | row for row in references])
    corpus = Corpus(works, table)
    return build_network(corpus, resolve(corpus), external=True)


def external_ids(net) -> list[str]:
    return net.ids[net.external].tolist()


PAPER = {"authors": "Wren, P", "year": 1998, "container": "Phys Rev", "volume": "14", "first_page": "5"}


def test_references_with_and_without_doi_join():
    net = outside(PAPER | {"doi": "10.1000/wren"}, PAPER | {"citing": "telling"})
    assert external_ids(net) == ["doi:10.1000/wren"]
    assert net.n_citations == 2


def test_two_dois_on_one_page_keep_a_reference_without_doi_apart():
    net = outside(PAPER | {"doi": "10.1000/wren"}, PAPER | {"doi": "10.1000/other"}, PAPER | {"citing": "telling"})
    assert external_ids(net) == ["doi:10.1000/other", "doi:10.1000/wren", "wren 1998 v14 p5"]


def test_author_year_and_journal_are_no_work():
    net = outside(PAPER, {"authors": "Wren, P", "year": 1999, "container": "Phys Rev"})
    assert external_ids(net) == ["wren 1998 v14 p5"]
    assert net.dropped["reason"].tolist() == ["unmatched"]


def test_books_are_works_whatever_the_page_says():
    net = outside(
        {"authors": "Ostberg, E", "year": 1990, "container": "Governing Commons", "first_page": "12"},
        {"authors": "Ostberg, E", "year": 1990, "container": "Governing Commons", "citing": "telling"},
    )
    assert external_ids(net) == ["ostberg 1990 e governing commons"]
    assert net.n_citations == 2


def test_a_title_names_a_work_without_a_page():
    net = outside(
        {"authors": "Doe, J", "year": 2001, "title": "On ladders"},
        {"authors": "Doe, J", "year": 2001, "title": "On ropes"},
    )
    assert external_ids(net) == ["doe 2001 on ladders", "doe 2001 on ropes"]


def test_a_work_is_described_by_what_most_references_print():
    doi = {"doi": "10.1000/wren"}
    net = outside(
        doi | {"container": "Phys Rev", "year": 1998},
        doi | {"container": "Phys Rev", "year": 1998, "citing": "telling"},
        doi | {"container": "Physical Review", "year": 1988, "citing": "asking"},
    )
    assert net.works.loc["doi:10.1000/wren", ["container", "year"]].tolist() == ["Phys Rev", 1998]


def test_a_corpus_work_called_like_an_outside_one_is_not_taken_for_it():
    works = WORKS.rename(index={"asking": "doi:10.1000/far"})
    net = outside({"doi": "10.1000/far", "citing": "telling"}, works=works)
    assert external_ids(net) == ["doi:10.1000/far#2"]


# -- passages -----------------------------------------------------------------------------------------------


def test_passages_cite_the_works_they_mention():
    contexts = pd.DataFrame({"citing": "review", "position": [1, 1, 2, 3], "passage": ["p1", "p2", "p2", "p2"]})
    references = REFERENCES.iloc[[0]].assign(citing="review")
    references = pd.concat([references, pd.DataFrame({"citing": "review", "doi": ["10.1000/telling", None]})])
    corpus = Corpus(WORKS, references, contexts=contexts)
    net = passage_network(corpus, resolve(corpus))
    assert net.to_frame()[["citing", "cited"]].to_numpy().tolist() == [
        ["review:p1", "asking"],
        ["review:p2", "asking"],
        ["review:p2", "telling"],
    ]
    assert net.n_citations + len(net.dropped) == len(contexts)
    assert net.works.loc["review:p1", "type"] == "passage"


def test_a_corpus_without_passages_says_what_to_add(corpus):
    with pytest.raises(InputError, match=r"no contexts: add a table with the columns passage, citing and position"):
        passage_network(corpus, resolve(corpus))


# -- Resolution ---------------------------------------------------------------------------------------------


def test_a_link_has_a_work_exactly_where_it_is_matched():
    with pytest.raises(InputError, match=r"exactly where its status is matched"):
        Resolution(pd.DataFrame({"citing": ["a"], "position": [1], "work": ["b"], "status": ["ambiguous"]}))
    with pytest.raises(InputError, match=r"status must be one of matched, ambiguous, unmatched; found 'sure'"):
        Resolution(pd.DataFrame({"citing": ["a"], "position": [1], "status": ["sure"]}))


def test_links_handed_out_are_copies(corpus):
    links = resolve(corpus)
    table = links.links
    table["status"] = "matched"
    links.params["threshold"] = 0
    assert links.links["status"].nunique() == 3
    assert links.params["threshold"] == 0.9
    assert links.to_frame().equals(links.links)
    assert "matched" in links._repr_html_()


def test_references_that_say_nothing_and_empty_corpora_make_no_external_works():
    corpus = Corpus(WORKS, pd.DataFrame({"citing": ["review"], "raw": ["?"]}))
    net = build_network(corpus, resolve(corpus), external=True)
    assert (net.n_works, net.n_citations, len(net.dropped)) == (3, 0, 1)
    empty = Corpus(WORKS.iloc[:0], REFERENCES.iloc[:0])
    assert build_network(empty, resolve(empty), external=True).n_works == 0
