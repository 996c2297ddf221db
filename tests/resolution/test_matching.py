"""References find their work, or say why not: rule by rule, trap by trap, on small corpora."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.resolution.build import build_network
from citenet.resolution.duplicates import deduplicate
from citenet.resolution.keys import key_table
from citenet.resolution.matching import resolve

WORKS = pd.DataFrame(
    {
        "ties": ["The strength of small ties", "Lindqvist, M", 1973, "Am J Sociol", "78", "1360", "10.1000/ties"],
        "ties2": ["The strength of small ties: a later look", "Lindqvist, M", 1983, "Sociol Theory", "1", "201", None],
        "care1": ["Asking patients first", "Okafor, B; Sands, C", 2005, "Qual Saf Health Care", "14", "428", None],
        "care2": ["Telling managers later", "Okafor, B", 2005, "Qual Saf Health Care", "14", "163", None],
        "intro": ["Introduction", "Marsh, D", 2001, "Public Adm", "79", "1", None],
        "letter": ["Letter to the editor", "Quist, H", 2010, "Health Expect", "13", "9", None],
        "suppl": ["Supplemented care at home", "Peña, Ü", 2012, "BMC Health Serv Res", "012", "S31", None],
        "book": ["Governing with citizens", "Ostberg, E", 1990, None, None, None, None],
        "citing": ["A review of everything so far", "Zimmer, A", 2020, "Int J Rev", "1", "1", "10.1000/self"],
    },
    index=["title", "authors", "year", "container", "volume", "first_page", "doi"],
).T.assign(ids=pd.Series({"care1": "pmid:16000001", "book": "wos:A00000000000001"}))


def link(works: pd.DataFrame = WORKS, **reference) -> tuple[str | None, str | None, str]:
    """Work, rule and status of a single reference of the review."""
    references = pd.DataFrame({"citing": ["citing"], **{name: [value] for name, value in reference.items()}})
    row = resolve(Corpus(works, references)).links.iloc[0]
    return tuple(None if pd.isna(row[name]) else row[name] for name in ("work", "rule", "status"))


# -- rules --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "work", "rule"),
    [
        ({"ids": "work:book"}, "book", "work"),
        ({"doi": "10.1000/ties"}, "ties", "doi"),
        ({"ids": "pmid:16000001"}, "care1", "pmid"),
        ({"ids": "wos:A00000000000001"}, "book", "wos"),
        ({"title": "Governing With Citizens.", "authors": "Ostberg, E", "year": 1990}, "book", "title, author, year"),
        (
            {
                "authors": "Okafor, B",
                "year": 2005,
                "container": "Qual Saf Health Care",
                "volume": "14",
                "first_page": "428",
            },
            "care1",
            "author, year, volume, page, container",
        ),
    ],
)
def test_each_rule_finds_its_work(reference, work, rule):
    assert link(**reference) == (work, rule, "matched")


def test_a_work_id_outranks_a_doi_and_a_doi_other_ids():
    assert link(ids="work:book pmid:16000001", doi="10.1000/ties")[:2] == ("book", "work")
    assert link(ids="pmid:16000001", doi="10.1000/ties")[:2] == ("ties", "doi")


def test_work_ids_with_blanks_are_found():
    works = WORKS.rename(index={"book": "my book"})
    assert link(works, ids="work:my_book") == ("my book", "work", "matched")


def test_identifiers_that_no_work_has_leave_the_fields_to_decide():
    assert link(ids="pmid:99", title="Governing with citizens", year=1990)[0] == "book"


# -- what may differ ----------------------------------------------------------------------------------------

CARE = {
    "title": "Asking patients first",
    "authors": "Okafor, B",
    "year": 2005,
    "container": "Qual Saf Health Care",
    "volume": "14",
    "first_page": "428",
}


@pytest.mark.parametrize(
    "slip",
    [
        {"authors": "Okafer, B"},
        {"authors": "OKAFOR, BC"},
        {"authors": "Sands, C"},
        {"authors": None},
        {"title": "Asking patients firts"},
        {"title": "ASKING PATIENTS FIRST."},
        {"title": None},
        {"year": 2006},
        {"year": 2004},
        {"year": None},
        {"container": "Quality and Safety in Health Care"},
        {"container": None},
        {"volume": "v014"},
        {"volume": None},
        {"first_page": "0428"},
        {"first_page": None},
        {"year": 1995, "title": None},
    ],
)
def test_one_slip_in_one_field_is_forgiven(slip):
    assert link(**CARE | slip)[::2] == ("care1", "matched")


@pytest.mark.parametrize("authors", ["Pena, U", "PEÑA, Ü", "Pen\u0303a, U"])
def test_accents_do_not_matter(authors):
    assert link(authors=authors, year=2012, title="Supplemented care at home")[0] == "suppl"


def test_supplement_page_s31_is_not_page_31():
    fields = {"authors": "Peña, Ü", "year": 2012, "container": "BMC Health Serv Res", "volume": "12"}
    assert link(**fields, first_page="S31")[::2] == ("suppl", "matched")
    assert link(**fields, first_page="s31")[::2] == ("suppl", "matched")
    assert link(**fields, first_page="31")[0] is None


def test_part_of_a_compound_name_is_near_enough():
    works = WORKS.assign(authors=WORKS["authors"].replace("Ostberg, E", "Lund Ostberg, E"))
    assert link(works, title="Governing with citizens", authors="Ostberg, E", year=1990)[0] == "book"


# -- traps --------------------------------------------------------------------------------------------------


def test_two_papers_of_one_author_journal_and_year_are_not_merged():
    fields = {"authors": "Okafor, B", "year": 2005, "container": "Qual Saf Health Care", "volume": "14"}
    assert link(**fields, first_page="428")[0] == "care1"
    assert link(**fields, first_page="163")[0] == "care2"
    assert link(**fields, title="Telling managers later")[0] == "care2"


@pytest.mark.parametrize("volume", [None, "14"])
def test_author_year_and_journal_alone_do_not_name_a_work(volume):
    """Even where the corpus holds only one such work: the reference may mean another."""
    works = WORKS.drop(index="care2")
    work, _, status = link(works, authors="Okafor, B", year=2005, container="Qual Saf Health Care", volume=volume)
    assert (work, status) == (None, "ambiguous")


@pytest.mark.parametrize(
    "title", ["Introduction", "Editorial", "Letter to the editor", "Introduction to the special issue", "Book reviews"]
)
def test_titles_that_many_works_have_never_match_on_title_alone(title):
    works = WORKS.copy()
    works.loc["intro", "title"] = title
    other = {"title": title, "year": 2001}
    assert link(works, **other)[0] is None
    assert link(works, **other, authors="Marsh, D")[0] is None
    assert link(works, **other, authors="Marsh, D", container="Public Adm")[0] is None
    assert link(works, **other, authors="Marsh, D", container="Gov Oppos", volume="36", first_page="4")[0] is None
    assert link(works, **other, authors="Marsh, D", volume="79", first_page="1")[0] == "intro"


def test_a_title_that_another_begins_with_is_told_apart_by_its_year():
    """A later look by the same author is not the first paper, and the first is not the later."""
    later = {"title": "The strength of small ties: a later look", "authors": "Lindqvist, M"}
    first = {"title": "The strength of small ties", "authors": "Lindqvist, M"}
    assert link(**later, year=1983)[0] == "ties2"
    assert link(**first, year=1973)[0] == "ties"
    assert link(WORKS.drop(index="ties2"), **later, year=1983)[0] is None
    assert link(WORKS.drop(index="ties"), **first, year=1973)[0] is None


def test_a_subtitle_left_out_is_forgiven_in_the_same_place():
    works = WORKS.drop(index="ties")
    told = {"title": "The strength of small ties", "authors": "Lindqvist, M", "year": 1983}
    assert link(works, **told)[0] is None
    works.loc["ties2", ["volume", "first_page"]] = ["1", "201"]
    assert link(works, **told, volume="1", first_page="201")[0] == "ties2"


def test_another_work_on_the_same_first_page_is_none():
    """Volume 14, page 428 of another journal, by another author in another year."""
    assert link(authors="Wren, P", year=1998, container="Phys Rev E", volume="14", first_page="428")[0] is None


def test_two_works_with_one_doi_make_a_reference_ambiguous():
    works = WORKS.assign(doi=WORKS["doi"].fillna("10.1000/ties"))
    assert link(works, doi="10.1000/ties") == (None, "doi", "ambiguous")


def test_of_two_works_with_one_doi_another_identifier_tells_which_is_meant():
    works = WORKS.assign(doi="10.1000/ties")
    assert link(works, doi="10.1000/ties", ids="pmid:16000001") == ("care1", "doi", "matched")
    assert link(works, doi="10.1000/ties", ids="pmid:16000001 wos:A00000000000001") == (None, "doi", "ambiguous")
    other = works.assign(doi=works["doi"].where(works.index != "care1", "10.1000/care"))
    assert link(other, doi="10.1000/ties", ids="pmid:16000001") == (None, "doi", "ambiguous")


def test_what_the_fields_mean_is_listed_beside_the_work_whose_identifier_they_deny():
    fields = {"title": ["Governing with citizens"], "authors": ["Ostberg, E"], "year": [1990], "first_page": ["999"]}
    reference = pd.DataFrame({"citing": ["citing"], "doi": ["10.1000/ties"], **fields})
    links = resolve(Corpus(WORKS, reference))
    assert links.links.loc[0, ["rule", "status", "note"]].tolist() == [
        "doi",
        "ambiguous",
        "the fields deny the identifier",
    ]
    assert links.candidates["work"].tolist() == ["book", "ties"]
    assert links.candidates["score"].sum() <= 1


def test_two_equal_works_make_a_reference_ambiguous():
    works = pd.concat([WORKS, WORKS.loc[["book"]].rename(index={"book": "book copy"}).assign(ids=None)])
    assert link(works, title="Governing with citizens", authors="Ostberg, E", year=1990) == (
        None,
        "fields",
        "ambiguous",
    )


def test_a_contradicting_doi_is_no_match_whatever_the_fields_say():
    fields = {"title": "The strength of small ties", "authors": "Lindqvist, M", "year": 1973}
    assert link(**fields)[0] == "ties"
    assert link(WORKS.drop(index="ties2"), **fields, doi="10.1000/other") == (None, None, "unmatched")


def test_a_reference_to_its_own_paper_is_that_paper():
    """Building the network drops it as a loop; no twin of the paper appears outside the corpus."""
    assert link(title="A review of everything so far", authors="Zimmer, A", year=2020)[0] == "citing"
    assert link(doi="10.1000/self") == ("citing", "doi", "matched")


def test_an_earlier_version_in_the_corpus_is_meant_rather_than_the_citing_paper():
    version = WORKS.loc[["citing"]].rename(index={"citing": "preprint"}).assign(doi=None, year=2019, container=None)
    works = pd.concat([WORKS, version])
    assert link(works, title="A review of everything so far", authors="Zimmer, A", year=2019)[0] == "preprint"


# -- the whole ----------------------------------------------------------------------------------------------


@pytest.fixture
def corpus() -> Corpus:
    references = pd.DataFrame(
        [
            {"doi": "10.1000/ties"},
            CARE,
            {"authors": "Okafor, B", "year": 2005, "container": "Qual Saf Health Care"},
            {"raw": "nothing that could be read"},
            {"title": "Governing with citizens", "year": 1990},
        ]
    ).assign(citing=["citing", "citing", "book", "book", "intro"])
    return Corpus(WORKS, references)


def test_statuses_add_up_and_scores_are_known_where_something_was_found(corpus):
    links = resolve(corpus)
    assert repr(links) == "<Resolution: 5 references: 3 matched (60 %), 1 ambiguous, 1 unmatched>"
    assert links.summary()["references"].sum() == len(corpus.references) == 5
    table = links.links
    assert table["score"].notna().equals(table["status"] != "unmatched")
    assert table["score"].dropna().between(0, 1).all()


def test_candidates_are_listed_best_first(corpus):
    candidates = resolve(corpus).candidates
    shown = candidates[candidates["citing"] == "book"]
    assert shown["work"].tolist() == ["care1", "care2"]
    assert candidates.groupby(["citing", "position"])["score"].is_monotonic_decreasing.all()


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_the_order_of_works_and_references_changes_nothing(data):
    references = pd.DataFrame(
        [CARE, CARE | {"first_page": "163", "title": None}, {"doi": "10.1000/ties"}, {"title": "Introduction"}]
    ).assign(citing="citing", position=[1, 2, 3, 4])
    expected = resolve(Corpus(WORKS, references))
    works = WORKS.iloc[data.draw(st.permutations(range(len(WORKS))))]
    lines = references.iloc[data.draw(st.permutations(range(4)))]
    found = resolve(Corpus(works, lines))
    pd.testing.assert_frame_equal(found.links, expected.links)
    pd.testing.assert_frame_equal(found.candidates, expected.candidates)


def test_large_blocks_are_passed_over_and_counted():
    """300 papers of one author and year: found by title while the block is small enough, else said to be too many."""
    works = pd.DataFrame(
        {"title": [f"Paper {i:03d} of the mill" for i in range(300)], "authors": "Li, W", "year": 2000},
        index=[f"w{i:03d}" for i in range(300)],
    )
    corpus = Corpus(works, pd.DataFrame({"citing": ["w000"], "authors": ["Li, W"], "year": [2000]}))
    assert resolve(corpus).params["capped"] == {"author and year": 1}
    assert resolve(corpus, max_block=300).params["capped"] == {}
    with_title = Corpus(
        works,
        pd.DataFrame({"citing": ["w000"], "authors": ["Li, W"], "year": [2000], "title": ["Paper 123 of the mill"]}),
    )
    assert resolve(with_title).links["work"].tolist() == ["w123"], "another block still leads to it"


@pytest.mark.parametrize("column", ["authors", "year", "title", "container", "volume", "first_page", "doi"])
def test_a_field_that_nobody_gives_is_no_obstacle(corpus, column):
    works, references = corpus.works.assign(**{column: None}), corpus.references.assign(**{column: None})
    links = resolve(Corpus(works, references))
    assert len(links.links) == 5


def test_empty_corpora_resolve_to_nothing():
    assert len(resolve(Corpus()).links) == 0
    assert len(resolve(Corpus(WORKS)).links) == 0


@pytest.mark.parametrize("threshold", [0, 1, 1.5, -0.1])
def test_a_threshold_is_a_probability(threshold):
    with pytest.raises(InputError, match=r"must lie between 0 and 1, for example 0\.9"):
        resolve(Corpus(), threshold=threshold)


# -- identifiers that no work has ---------------------------------------------------------------------------


def test_an_identifier_whose_text_others_deny_is_no_alias_for_them():
    right = {"title": "Governing with citizens", "authors": "Ostberg, E", "year": 1990, "doi": "10.1000/alias"}
    wrong = {"title": "Heavy ions in a cold bath", "authors": "Poe, B", "year": 2015, "doi": "10.1000/alias"}
    bare = {"doi": "10.1000/alias"}
    references = pd.DataFrame([{"citing": "citing", **row} for row in (right, wrong, bare)])
    found = resolve(Corpus(WORKS, references))
    assert found.links["work"].fillna("").tolist() == ["book", "", "book"]
    assert found.links["note"][1] == "the fields deny the identifier"
    assert found.conflicts["kind"].tolist() == ["the fields deny the identifier"]


def test_corpora_in_which_no_identifier_is_of_any_work_are_resolved():
    works = WORKS.drop(columns=["doi", "ids"])
    assert link(works, doi="10.1000/none", title="Governing with citizens", year=1990)[0] == "book"


# -- what appears again and again -----------------------------------------------------------------------------

REPORTS = pd.DataFrame(
    {"title": "National quality report", "authors": "Agency for Made-up Care", "year": [2009, 2010, 2011]},
    index=["r09", "r10", "r11"],
)


@pytest.mark.parametrize(
    "row",
    [
        {"title": "World health outlook", "authors": "Made-up Health Organization", "year": 2001},
        {"raw": "Made-up Health Organization. World health outlook. Geneva: MHO; 2001.", "year": 2001,
         "authors": "Made-up Health Organization", "title": "World health outlook"},
        {"title": "The state of the towns", "authors": "Made-up Health Organization", "year": 2001, "container": "MHO"},
        {"title": "Survey of the towns of the north", "authors": "Lee, A", "year": 2001},
    ],
)  # fmt: skip
def test_a_report_of_the_year_before_is_not_taken_for_this_years(row):
    works = pd.DataFrame([{"container": None} | row | {"raw": None, "year": 2000}, {"title": "A review", "year": 2010}])
    works.index = ["before", "review"]
    corpus = Corpus(works.drop(columns="raw"), pd.DataFrame([{"citing": "review"} | row]))
    assert resolve(corpus).links["status"].tolist() == ["ambiguous"]
    same = Corpus(works.drop(columns="raw").assign(year=[2001, 2010]), pd.DataFrame([{"citing": "review"} | row]))
    assert resolve(same).links["work"].tolist() == ["before"]
    placed = {"volume": "3", "first_page": "7"}
    known = Corpus(works.drop(columns="raw").assign(**placed), pd.DataFrame([{"citing": "review"} | row | placed]))
    assert resolve(known).links["work"].tolist() == ["before"], "a volume and a page tell"


def test_reports_of_three_years_are_three_works_in_and_outside_the_corpus():
    found = deduplicate(Corpus(REPORTS))
    assert len(found.corpus.works) == 3
    assert found.doubtful.set_index(["work", "other"])["note"].to_dict() == {
        ("r09", "r10"): "nothing that tells works apart agrees",
        ("r10", "r11"): "nothing that tells works apart agrees",
        ("r09", "r11"): "years apart",
    }
    references = REPORTS.assign(citing="review").reset_index(drop=True)
    corpus = Corpus(pd.DataFrame({"title": ["A review"], "year": [2020]}, index=["review"]), references)
    assert int(build_network(corpus, resolve(corpus), external=True).external.sum()) == 3


def test_records_two_years_apart_are_not_joined_through_a_third():
    works = REPORTS.assign(title="Small ties in the large towns of the north", authors="Lee, A", container="J Towns")
    found = deduplicate(Corpus(works))
    assert len(found.corpus.works) == 3
    assert sorted(found.doubtful["note"]) == ["as like another record that conflicts with this one"] * 2 + [
        "years apart"
    ]
    assert len(deduplicate(Corpus(works.iloc[:2])).corpus.works) == 1
    by_id = deduplicate(Corpus(works.assign(ids=["pmid:1", "pmid:1 lens:2", "lens:2"])))
    assert len(by_id.corpus.works) == 1, "identifiers outrank years"


def test_a_column_that_recurs_in_the_volume_is_many_works():
    works = pd.DataFrame(
        {"title": "Message from the president", "authors": "Smith, J", "year": 2001, "container": "J Foo",
         "volume": "12", "issue": ["1", "2", "3"], "first_page": ["3", "77", "145"]}, index=list("abc")
    )  # fmt: skip
    assert len(deduplicate(Corpus(works)).corpus.works) == 3
    reference = works.iloc[[2]].assign(citing="a")
    assert resolve(Corpus(works.iloc[:2], reference)).links["status"].tolist() == ["ambiguous"]
    assert resolve(Corpus(works, reference)).links["work"].tolist() == ["c"]


def test_a_tie_is_never_matched_whatever_the_threshold():
    works = pd.DataFrame({"title": ["Small ties in large towns"] * 2 + ["A review"], "year": 1973}, index=list("abc"))
    references = pd.DataFrame({"citing": ["c"], "title": ["Small ties in large towns"], "year": [1973]})
    assert resolve(Corpus(works, references), threshold=0.3).links["status"].tolist() == ["ambiguous"]
    assert resolve(Corpus(works.iloc[1:], references), threshold=0.3).links["work"].tolist() == ["b"]


def test_the_rule_names_a_title_that_stands_in_the_printed_reference():
    works = pd.DataFrame(
        {"title": ["Small ties in large towns", "A review"], "year": 1973, "authors": "Lee, A"}, index=list("ab")
    )
    raw = "Lee A, Poe B (1973) Small ties in large towns"
    references = pd.DataFrame({"citing": ["b"], "raw": [raw], "authors": ["Lee, A"], "year": [1973]})
    assert resolve(Corpus(works, references)).links["rule"].tolist() == ["title in the printed reference, author, year"]


@pytest.mark.parametrize(("issue", "same"), [("S1", False), ("Suppl. 1", False), ("1", True), ("no 1", True)])
def test_a_supplement_is_another_issue(issue, same):
    table = Corpus(pd.DataFrame({"issue": [issue]}, index=["a"])).works
    assert (key_table(table)["issue"].iloc[0] == "1") is same


@pytest.mark.parametrize(
    ("raw", "work"),
    [
        ({"raw": "Smith J. Public service networks in Europe. PhD thesis. London; 2004.", "year": 2004},
         {"year": 2005, "container": "Public Adm", "volume": "83", "issue": "2", "first_page": "7"}),
        ({"raw": "Smith J. Public service networks in Europe [abstract]. BMJ 2010;340 Suppl 1:A12.", "year": 2010,
          "container": "BMJ", "volume": "340", "issue": "Suppl 1", "first_page": "A12"},
         {"year": 2010, "container": "BMJ", "volume": "340", "first_page": "c100"}),
    ],
)  # fmt: skip
def test_a_thesis_or_an_abstract_is_not_taken_for_the_article(raw, work):
    works = pd.DataFrame(
        [
            {"title": "Public service networks in Europe", "authors": "Smith, J"} | work,
            {"title": "A review", "year": 2020},
        ],
        index=["article", "review"],
    )
    links = resolve(Corpus(works, pd.DataFrame([{"citing": "review", "authors": "Smith, J"} | raw])))
    assert links.links["status"].tolist() == ["ambiguous"]


@pytest.mark.parametrize("ids", [("pmid:6", "pmid:5"), ("openalex:W6", "openalex:W5 pmid:5")])
def test_another_identifier_of_any_scheme_makes_another_work(ids):
    works = pd.DataFrame(
        {"title": ["Small ties in large towns", "A review"], "authors": "Lee, A", "year": 1973, "ids": [ids[1], None]},
        index=["ties", "review"],
    )
    reference = {"citing": ["review"], "title": ["Small ties in large towns"], "authors": "Lee, A", "year": 1973}
    links = resolve(Corpus(works, pd.DataFrame(reference | {"ids": ids[0]})))
    assert links.links[["status", "note"]].to_numpy().tolist() == [["unmatched", "another identifier"]]
    assert links.conflicts[["kind", "identifier", "works"]].to_numpy().tolist() == [
        ["same fields, another identifier", ids[0], "ties"]
    ]
    assert resolve(Corpus(works, pd.DataFrame(reference | {"ids": "lens:1"}))).links["work"].tolist() == ["ties"]
