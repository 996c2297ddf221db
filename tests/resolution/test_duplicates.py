"""Records of one work become one, with all their references, for a reason that is told and can be taken back."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.resolution.duplicates import deduplicate
from citenet.resolution.matching import resolve

WORKS = pd.DataFrame(
    {
        "w1": [
            "Asking patients first in small towns",
            "Okafor, B; Sands, C",
            2005,
            "J Care",
            "14",
            "428",
            "10.1/a",
            None,
        ],
        "s1": ["Asking Patients First in Small Towns.", "Okafor, B.", 2005, "Journal of Care", "14", "428", None, "T"],
        "w2": ["Telling managers later", "Marsh, D", 2008, "Public Adm", "3", "1", "10.1/b", None],
        "s2": ["Telling managers later", "Marsh, D", 2008, "Public Adm", "3", "1", "10.1/c", None],
        "w3": ["Editorial", "Quist, H", 2010, "Health Expect", "13", None, None, None],
        "s3": ["Editorial", "Quist, H", 2010, "Health Expect", "13", None, None, None],
    },
    index=["title", "authors", "year", "container", "volume", "first_page", "doi", "topic"],
).T
REFERENCES = pd.DataFrame(
    [
        {"citing": "w1", "raw": "GRAHAM J, 1999, BMJ, V1, P2, DOI 10.1/z", "authors": "Graham, J", "year": 1999,
         "container": "BMJ", "volume": "1", "first_page": "2", "doi": "10.1/z"},
        {"citing": "w1", "raw": "LEE A, 1960, TIES", "authors": "Lee, A", "year": 1960, "container": "TIES"},
        {"citing": "s1", "raw": "Lee, A., Ties (1960) Wiley", "authors": "Lee, A.", "title": "Ties", "year": 1960},
        {"citing": "s1", "raw": "Graham, J., On ladders (1999) Br Med J, 1, pp. 2-9", "authors": "Graham, J.",
         "title": "On ladders", "year": 1999, "volume": "1", "first_page": "2", "container": "Br Med J"},
        {"citing": "s1", "raw": "Poe, B., Markets (1961)", "authors": "Poe, B.", "title": "Markets", "year": 1961},
        {"citing": "w2", "raw": "work:s1", "ids": "work:s1"},
    ]
)  # fmt: skip
CORPUS = Corpus(WORKS, REFERENCES)


@pytest.fixture(scope="module")
def merged():
    return deduplicate(CORPUS)


def test_copies_become_one_work_that_knows_what_any_of_them_knew(merged):
    assert merged.merges[["work", "copy"]].to_numpy().tolist() == [["s1", "w1"]], "the longer list is kept"
    assert merged.merges["rule"].tolist() == ["title, author, year, volume, page, container"]
    work = merged.corpus.works.loc["s1"]
    assert (work["doi"], work["topic"], work["authors"]) == ("10.1/a", "T", "Okafor, B.")
    assert len(merged.corpus.works) == 5
    assert repr(merged).startswith("<Deduplication: 6 records are 5 works, 2 doubtful pairs")


def test_the_references_of_all_copies_are_kept_and_those_printed_twice_are_one(merged):
    table = merged.corpus.references
    mine = table[table["citing"] == "s1"]
    assert mine["position"].tolist() == [1, 2, 3]
    assert mine["raw"].str[:5].tolist() == ["Lee, ", "Graha", "Poe, "]
    assert mine["doi"].tolist()[1] == "10.1/z", "what the other list knows is filled in"
    assert mine["container"].tolist()[0] == "TIES"
    placed = merged.references
    assert len(placed) == len(REFERENCES)
    assert set(placed["raw"]) == set(REFERENCES["raw"])
    after = set(map(tuple, placed[["new_citing", "new_position"]].to_numpy()))
    assert after == set(map(tuple, table[["citing", "position"]].to_numpy()))
    assert merged.merges[["n_references", "merged_references"]].to_numpy().tolist() == [[2, 2]]


def test_references_of_one_list_are_never_joined():
    twice = pd.concat([REFERENCES, REFERENCES.iloc[[3]]])
    table = deduplicate(Corpus(WORKS, twice)).references
    own = table[table["citing"] == "s1"]
    assert not own.duplicated(["new_citing", "new_position"]).any()


def test_links_to_a_copy_lead_to_the_work(merged):
    reference = merged.corpus.references.set_index("citing").loc["w2"]
    assert reference["ids"] == "work:s1"
    assert resolve(merged.corpus).links.set_index("citing").loc["w2", "work"] == "s1"
    swapped = Corpus(WORKS, REFERENCES.assign(ids=REFERENCES["ids"].replace("work:s1", "work:w1")))
    after = deduplicate(swapped).corpus
    assert resolve(after).links.set_index("citing").loc["w2", "work"] == "s1"


def test_different_dois_and_titles_that_many_have_stay_apart_and_are_listed(merged):
    assert {"w2", "s2", "w3", "s3"} <= set(merged.corpus.works.index)
    doubtful = merged.doubtful.set_index("work")
    assert doubtful["note"].to_dict() == {
        "s2": "another identifier",
        "s3": "nothing that tells works apart agrees",
    }
    review = merged.review()
    assert review[["work", "status"]].to_numpy().tolist() == [["s3", "apart"], ["s2", "apart"], ["s1", "merged"]]
    assert review["other_description"].notna().all()


@pytest.mark.parametrize("third", ["a2", "t2", "x2"])
def test_a_record_as_like_one_of_two_dois_as_the_other_is_left_apart_and_told_whatever_its_name(third):
    rows = pd.concat([WORKS, WORKS.loc[["w2"]].rename(index={"w2": third}).assign(doi=None)])
    found = deduplicate(Corpus(rows))
    table = found.corpus.works
    assert {"w2", "s2", third} <= set(table.index)
    told = found.doubtful[found.doubtful[["work", "other"]].eq(third).any(axis=1)]
    assert told["note"].tolist() == ["as like another record that conflicts with this one"] * 2
    assert set(told[["work", "other"]].to_numpy().ravel()) == {"w2", "s2", third}


@pytest.mark.parametrize("names", [("a", "b", "m", "n"), ("n", "m", "b", "a"), ("m", "a", "b", "n")])
def test_records_that_are_torn_between_two_works_stay_together_in_any_order(names):
    rows = WORKS.loc[["w2", "s2", "w2", "w2"]].set_axis(list(names), axis=0)
    rows.loc[list(names[2:]), "doi"] = None
    found = deduplicate(Corpus(rows))
    assert len(found.corpus.works) == 3
    assert sorted(found.merges[["work", "copy"]].to_numpy()[0]) == sorted(names[2:])


def test_a_record_that_is_more_like_one_of_two_dois_joins_it():
    third = WORKS.loc[["w2"]].rename(index={"w2": "x2"}).assign(doi=None, first_page="9")
    rows = pd.concat([WORKS, third])
    rows.loc["s2", "first_page"] = "9"
    assert deduplicate(Corpus(rows)).merges.set_index("copy").loc["x2", "work"] == "s2"


def test_merges_can_be_taken_back(merged):
    assert merged.original.works.equals(CORPUS.works)
    undone = merged.undo("w1")
    assert undone.corpus.works.index.tolist() == CORPUS.works.index.tolist()
    assert undone.corpus.references.equals(CORPUS.references)
    assert undone.decisions["decision"].tolist() == ["different"]
    with pytest.raises(InputError, match=r"'w2' was not merged into another record"):
        merged.undo("w2")


def test_records_that_only_a_third_connects_come_apart_with_it():
    titles = ["Asking the patients first", None, "Snakes and ladders of the north"]
    works = pd.DataFrame({"title": titles, "ids": ["pmid:1", "pmid:1 pmcid:PMC5", "pmcid:PMC5"]}, index=list("abc"))
    works["year"] = 1990
    merged = deduplicate(Corpus(works), decisions=pd.DataFrame({"decision": ["same"], "work": ["b"], "other": ["c"]}))
    assert len(merged.corpus.works) == 1, "what a decision joins need not look alike, and takes no merge back"
    denied = deduplicate(Corpus(works))
    assert len(denied.corpus.works) == 3, (
        "without it the titles of a and c deny it, and b is as much the one as the other"
    )
    connected = deduplicate(Corpus(works.assign(title=titles[:1] + [None] * 2)))
    assert len(connected.corpus.works) == 1
    undone = connected.undo("b")
    assert len(undone.corpus.works) == 3


def test_records_of_which_nothing_differs_stay_in_one_cluster():
    """What one record has the other lacks: only the third, which has both, joins them."""
    place = {"authors": "Wren, P", "container": "Health Expect", "volume": "9", "first_page": "41", "year": 2006}
    whole = place | {"title": "Wards after the reform of the reforms"}
    parts = [whole, place | {"authors": None, "year": None}, {"title": whole["title"], "authors": "Wren, P"}]
    merged = deduplicate(Corpus(pd.DataFrame(parts, index=list("abc"))), threshold=0.5)
    assert len(merged.corpus.works) == 1


def test_records_with_one_doi_whose_fields_have_nothing_in_common_stay_apart():
    """Abstracts in one supplement are given the DOI of the supplement."""
    works = pd.DataFrame(
        {
            "title": ["Ropes for the tired climber", "A census of northern owls"],
            "authors": ["Doe, J", "Roe, A"],
            "year": [2001, 2009],
            "first_page": ["S1", "S77"],
            "doi": "10.1/supplement",
        },
        index=["a", "b"],
    )
    merged = deduplicate(Corpus(works))
    assert len(merged.corpus.works) == 2
    assert merged.doubtful["note"].tolist() == ["the fields deny the identifier"]


def test_passages_follow_the_references_they_mention():
    contexts = pd.DataFrame({"citing": ["w1", "s1"], "position": [2, 1], "passage": ["p", "p"]})
    merged = deduplicate(Corpus(WORKS, REFERENCES, contexts=contexts))
    assert merged.corpus.contexts[["citing", "position"]].to_numpy().tolist() == [["s1", 1]]


@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_the_order_of_records_changes_nothing(data, merged):
    works = WORKS.iloc[data.draw(st.permutations(range(len(WORKS))))]
    lists = data.draw(st.permutations(["w1", "s1", "w2"]))
    references = pd.concat([REFERENCES[REFERENCES["citing"] == citing] for citing in lists])
    again = deduplicate(Corpus(works, references))
    pd.testing.assert_frame_equal(again.corpus.works, merged.corpus.works)
    pd.testing.assert_frame_equal(again.corpus.references, merged.corpus.references)
    pd.testing.assert_frame_equal(again.merges, merged.merges)


def test_corpora_put_together_keep_both_until_they_are_deduplicated():
    one, other = Corpus(WORKS.iloc[[0]]), Corpus(WORKS.iloc[[1]])
    both = one + other
    assert len(both.works) == 2
    assert len(deduplicate(both).corpus.works) == 1


def test_empty_corpora_and_wrong_thresholds():
    assert len(deduplicate(Corpus()).corpus.works) == 0
    with pytest.raises(InputError, match=r"threshold=1 must lie between 0 and 1"):
        deduplicate(CORPUS, threshold=1)


@pytest.mark.parametrize("names", [["a", "b", "c"], ["a", "c", "b"], ["b", "a", "c"], ["c", "a", "b"]])
def test_of_three_records_with_one_doi_those_that_agree_are_joined_whatever_their_ids(names):
    works = pd.DataFrame(
        {
            "title": ["Asking patients first in small towns", None, "Heavy ions in a cold bath"],
            "authors": ["Okafor, B", "Okafor, B", "Poe, B"],
            "year": [2005, None, 1981],
            "doi": "10.1000/one",
        },
        index=names,
    )
    merges = deduplicate(Corpus(works)).merges
    assert [{*pair} for pair in merges[["work", "copy"]].to_numpy()] == [{names[0], names[1]}]


def test_records_of_which_only_the_identifier_is_known_are_joined_however_many():
    merged = deduplicate(Corpus(pd.DataFrame({"doi": ["10.1000/one"] * 4}, index=list("abcd"))))
    assert merged.corpus.works.index.tolist() == ["a"]
    assert merged.merges["rule"].tolist() == ["doi"] * 3


ONE_WORK = {
    "title": "Telling managers later on in life",
    "authors": "Marsh, D",
    "year": 2008,
    "container": "Public Adm",
}
LEE = {"authors": "Lee, A", "year": 1960}


def _references_after(rows, names=("wos", "sco")):
    works = pd.DataFrame([ONE_WORK | {"volume": "3", "first_page": "1"}] * 2, index=list(names))
    references = pd.DataFrame([LEE | row | {"citing": names[row["citing"]]} for row in rows])
    return deduplicate(Corpus(works, references)).corpus.references


def test_an_author_and_a_year_join_what_each_list_has_once():
    ties, north = {"citing": 0, "container": "TIES"}, {"citing": 1, "title": "Institutions of the north"}
    assert len(_references_after([ties, north])) == 1
    assert len(_references_after([ties, {"citing": 0, "container": "MARKETS"}, north])) == 3
    assert len(_references_after([ties, north, {"citing": 1, "title": "Markets of the north"}])) == 3


def test_of_several_by_an_author_in_a_year_the_book_named_as_the_title_is_the_same():
    named = [{"citing": 0, "container": "INSTITUTIONS NORTH"}, {"citing": 0, "container": "MARKETS SOUTH"}]
    after = _references_after([*named, {"citing": 1, "title": "Institutions of the North"}])
    assert after["title"].notna().sum() == 1
    assert len(after) == 2


def test_the_ids_of_records_do_not_decide_which_references_are_one():
    rows = [
        {"citing": 0, "container": "Econ J", "volume": "7", "title": "Ropes and ladders", "authors": "Lee, A"},
        {"citing": 0, "container": "Econ J", "volume": "7", "title": "Ropes and ladder", "authors": "Lee, A"},
        {"citing": 1, "container": "Econ J", "first_page": "9", "title": "Ropes and ladders", "authors": "Lee, B"},
        {"citing": 1, "container": "Econ J", "volume": "7", "title": "Ropes or ladders"},
        {"citing": 2, "container": "Econ J", "volume": "7", "first_page": "9"},
        {"citing": 2, "title": "Ropes and ladders", "year": 1961},
    ]
    works = pd.DataFrame([ONE_WORK | {"volume": "3", "first_page": "1"}] * 3)
    found = set()
    for names in (("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a"), ("a", "c", "b")):
        references = pd.DataFrame([LEE | row | {"citing": names[row["citing"]]} for row in rows])
        merged = deduplicate(Corpus(works.set_axis(list(names), axis=0), references))
        new = merged.references.merge(
            references.assign(row=range(len(rows))).assign(position=references.groupby("citing").cumcount() + 1),
            on=["citing", "position"],
        )
        groups = new.groupby(["new_citing", "new_position"])["row"].agg(lambda r: tuple(sorted(r)))
        found.add(tuple(sorted(groups)))
    assert len(found) == 1


def test_a_block_that_is_too_large_is_told_at_its_records_and_counted():
    works = pd.DataFrame(
        {"authors": "Okafor, B", "year": 2005, "title": [f"{name} in town" for name in ("Ash", "Elm", "Fir", "Oak")]},
        index=list("abcd"),
    ).assign(volume=list("1234"), first_page="1")
    found = deduplicate(Corpus(works), max_block=3)
    assert found.params["capped"] == {"author and year": 4}
    assert found.summary()["records"].to_dict()["block too large: author and year"] == 4
    assert found.corpus.problems["kind"].tolist() == ["block too large"] * 4
    assert (
        found.corpus.problems["detail"][0] == "'a' was not compared with all records that are alike by author and year"
    )
    assert deduplicate(Corpus(works)).corpus.problems.empty


def test_what_became_of_the_records_adds_up(merged):
    counts = merged.summary()["records"]
    assert counts["records"] == counts["works"] + counts[counts.index.str.startswith("merged by")].sum() == 6
    assert counts["doubtful pairs"] == 2


def test_a_reference_that_two_copies_alone_print_is_merged_once():
    works = WORKS.loc[["w1", "w1", "w1"]].set_axis(list("abc"), axis=0)
    lists = [("a", "Lee"), ("a", "Poe"), ("a", "Roe"), ("b", "Zed"), ("c", "Zed")]
    rows = [{"citing": citing, "raw": f"{name} 1960", "authors": name, "title": f"Ties of {name}", "year": 1960}
            for citing, name in lists]  # fmt: skip
    found = deduplicate(Corpus(works, pd.DataFrame(rows)))
    assert len(found.corpus.references) == 4
    assert found.merges["merged_references"].sum() == 5 - 4
