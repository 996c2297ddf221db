"""Every decision is followed, or refused with the place where it stands and the reason."""

from __future__ import annotations

import pandas as pd
import pytest

from citenet.corpus import Corpus
from citenet.errors import DroppedWarning, InputError
from citenet.resolution.build import build_network
from citenet.resolution.duplicates import deduplicate
from citenet.resolution.matching import resolve

WORKS = pd.DataFrame(
    {
        "title": ["Small ties in large towns", "Large towns and their ties", "A review"],
        "authors": ["Lindqvist, M", "Lindqvist, M", "Zimmer, A"],
        "year": [1973, 1973, 2020],
        "container": ["Soc Ropes", "Soc Ropes", "Int J Rev"],
        "doi": ["10.1000/small", None, None],
        "ids": [None, "pmid:7", None],
    },
    index=["small", "large", "review"],
)
TITLED, BARE, BOOK, SCRIBBLE, OTHER = (
    "Small ties in large towns, 1973",
    "Lindqvist 1973",
    "Quist, Book",
    "scribble",
    "scrawl",
)
REFERENCES = pd.DataFrame(
    {
        "citing": "review",
        "raw": [TITLED, BARE, BOOK, SCRIBBLE, OTHER],
        "authors": ["Lindqvist, M", "Lindqvist, M", "Quist, H", None, None],
        "title": ["Small ties in large towns", None, None, None, None],
        "year": [1973, 1973, 1999, None, None],
        "container": [None, "Soc Ropes", "Book", None, None],
    }
)
CORPUS = Corpus(WORKS, REFERENCES)


def said(*rows: tuple) -> pd.DataFrame:
    """(decision, reference, work, other) of each."""
    return pd.DataFrame(rows, columns=["decision", "reference", "work", "other"])


def works_of(decisions, corpus: Corpus = CORPUS) -> list:
    links = resolve(corpus, decisions=decisions)
    return [None if pd.isna(work) else work for work in links.links["work"]], links


def test_a_text_that_is_the_same_as_a_matched_one_means_its_work():
    works, links = works_of(said(("same", SCRIBBLE, None, TITLED), ("same", SCRIBBLE, None, OTHER)))
    assert works == ["small", None, None, "small", "small"]
    assert links.links["rule"].tolist()[3:] == ["decision", "decision"]
    assert links.decisions["references"].tolist() == [2, 2]
    assert links.decisions["problem"].isna().all()


def test_what_is_decided_on_a_text_holds_for_those_that_are_the_same():
    assert works_of(said(("this work", BARE, "large", None), ("same", SCRIBBLE, None, BARE)))[0][3] == "large"
    works, links = works_of(said(("different", TITLED, None, None), ("same", SCRIBBLE, None, TITLED)))
    assert works == [None] * 5
    assert links.links["status"].tolist()[0] == "unmatched"
    barred = works_of(said(("different", SCRIBBLE, "small", None), ("same", SCRIBBLE, None, TITLED)))[0]
    assert barred[0] is None


def test_texts_that_say_too_little_are_one_work_outside_where_a_reviewer_says_so():
    links = resolve(CORPUS, decisions=said(("same", SCRIBBLE, None, OTHER)))
    net = build_network(CORPUS, links, external=True)
    assert net.ids[net.external].tolist() == ["quist 1999 h book", "scrawl"]
    assert links.decisions["references"].tolist() == [2]


def test_what_a_text_means_is_no_candidate_of_one_that_differs():
    _, links = works_of(None)
    assert sorted(links.candidates.loc[links.candidates["reference"] == BARE, "work"]) == ["large", "small"]
    _, links = works_of(said(("different", BARE, None, TITLED)))
    left = links.candidates[links.candidates["reference"] == BARE]
    assert left["work"].tolist() == ["large"]
    assert links.links[["status", "score"]].to_numpy()[1].tolist() == ["ambiguous", left["score"].item()]
    _, links = works_of(said(("different", BARE, None, TITLED), ("different", BARE, "large", None)))
    assert BARE not in set(links.candidates["reference"])
    assert links.links[["work", "rule", "status"]].fillna("").to_numpy()[1].tolist() == ["", "", "unmatched"]


def test_texts_that_are_told_apart_do_not_mean_one_work():
    twice = pd.concat([REFERENCES, REFERENCES.iloc[[0]].assign(raw="another printing")])
    corpus = Corpus(WORKS, twice)
    works, links = works_of(said(("different", TITLED, None, "another printing")), corpus)
    assert works[0] is works[5] is None
    assert links.links["status"].tolist()[::5] == ["ambiguous"] * 2
    assert links.links["note"][5] == "decided to differ from another reference of small"
    assert {TITLED, "another printing"} <= set(links.review()["reference"])
    assert links.decisions["references"].tolist() == [2]
    known = Corpus(WORKS, twice.assign(doi=[None] * 5 + ["10.1000/small"]))
    works, _ = works_of(said(("different", TITLED, None, "another printing")), known)
    assert (works[0], works[5]) == (None, "small"), "an identifier says it more surely than the text"
    decided = said(("different", TITLED, None, "another printing"), ("this work", TITLED, "small", None))
    works, _ = works_of(decided, known)
    assert (works[0], works[5]) == ("small", None), "and a decision more surely than an identifier"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("same", BARE, None, BOOK), ("same", BOOK, None, OTHER), ("different", OTHER, None, BARE)],
         "row 3 of the decisions: .* directly or by way of others, .* are the same and that they differ"),
        ([("same", BARE, None, BOOK), ("this work", BOOK, "small", None), ("this work", BARE, "large", None)],
         "row [23] of the decisions: .* two meanings"),
        ([("same", BARE, None, BOOK), ("this work", BOOK, "small", None), ("different", BARE, "small", None)],
         "row 3 of the decisions: .* two meanings"),
        ([("same", BARE, None, BOOK), ("this work", BOOK, "small", None), ("different", BARE, None, None)],
         "row 3 of the decisions: .* two meanings"),
        ([("this work", BARE, "small", None), ("this work", BOOK, "small", None), ("different", BARE, None, BOOK)],
         "row 3 of the decisions: .* are the same and that they differ"),
        ([("same", BARE, None, "gone"), ("same", "gone", None, OTHER), ("different", OTHER, None, BARE)],
         "are the same and that they differ"),
    ],
)  # fmt: skip
def test_contradictions_by_way_of_others_are_refused(rows, message):
    with pytest.raises(InputError, match=message):
        resolve(CORPUS, decisions=said(*rows))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("same", BARE, None, BOOK), "what one of the references means is ambiguous"),
        (("same", "not there", None, BOOK), "no reference prints 'not there'"),
        (("this work", BOOK, "gone", None), "the corpus has no work 'gone'"),
        (("same", TITLED, None, "by number"), r"mean different works \(large, small\); say with 'this work' which"),
    ],
)
def test_what_cannot_be_followed_is_told_with_its_place_and_reason(tmp_path, row, problem):
    file = tmp_path / "decisions.csv"
    table = said(row).assign(note='two\nlines, "quoted"')
    pd.concat([said((None, "x", None, "y")), table]).to_csv(file, index=False)
    corpus = Corpus(
        WORKS, pd.concat([REFERENCES, pd.DataFrame({"citing": ["review"], "raw": "by number", "ids": "pmid:7"})])
    )
    with pytest.warns(DroppedWarning, match=f"1 of 1 decisions .* decisions.csv, line 3: .*{problem}"):
        links = resolve(corpus, decisions=file)
    told = links.decisions.iloc[0]
    assert (told["file"], told["line"], told["references"]) == ("decisions.csv", 3, 0)


def test_lines_are_counted_as_an_editor_does_and_rows_that_break_the_table_refused(tmp_path):
    file = tmp_path / "d.csv"
    file.write_text('decision;reference;work\n;"a\nb";\n\nthis work;lost;small\n', encoding="utf-8")
    with pytest.warns(DroppedWarning, match="d.csv, line 5: no reference prints 'lost'"):
        resolve(CORPUS, decisions=file)
    file.write_text("decision,reference,work\nsame,a,b,c\n", encoding="utf-8")
    with pytest.raises(InputError, match="d.csv, line 2: the row has 4 cells, the header 3"):
        resolve(CORPUS, decisions=file)
    file.write_text('decision,reference\nsame,"open\n', encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as CSV"):
        resolve(CORPUS, decisions=file)
    file.write_text("decision,reference,work,other\n,,,\nsame,,small,\n", encoding="utf-8")
    with pytest.raises(InputError, match="d.csv, line 3: 1 decisions 'same' do not name two works"):
        resolve(CORPUS, decisions=file)


def test_a_decision_does_not_move_to_another_book_that_has_got_the_id():
    review = resolve(CORPUS).review()
    assert review.set_index("work")["identifier"].to_dict() == {"small": "doi:10.1000/small", "large": "pmid:7"}
    review.loc[(review["reference"] == BARE) & (review["work"] == "small"), "decision"] = "this work"
    renamed = Corpus(WORKS.rename(index={"small": "large", "large": "small"}), REFERENCES)
    assert works_of(review, renamed)[0][1] == "large", "the identifier says which record it is now"
    bare = Corpus(WORKS.rename(index={"small": "large", "large": "small"}).assign(doi=None, ids=None), REFERENCES)
    with pytest.warns(DroppedWarning, match="the work 'small' is now 'Lindqvist, M .1973. Large towns"):
        works, links = works_of(review, bare)
    assert works[1] is None
    assert links.decisions["references"].tolist() == [0]
    other = Corpus(WORKS.assign(doi=["10.1000/else", None, None]), REFERENCES)
    with pytest.warns(DroppedWarning, match="the work 'small' has now doi:10.1000/else, not doi:10.1000/small"):
        works_of(review, other)
    corrected = Corpus(WORKS.assign(doi=None, ids=None, year=[1974, 1973, 2020], volume="3"), REFERENCES)
    assert works_of(review, corrected)[0][1] == "small", "a year that was corrected makes no other book"


def test_pairs_of_records_are_held_to_their_descriptions_too():
    corpus = Corpus(WORKS.assign(title="Small ties in large towns", ids=None, doi=None))
    review = deduplicate(corpus).review().assign(decision="different")
    assert len(deduplicate(corpus, decisions=review).corpus.works) == 3
    moved = Corpus(corpus.works.assign(title=["A handbook", "A review", "Small ties in large towns"]))
    with pytest.warns(DroppedWarning, match="is now"):
        deduplicate(moved, decisions=review)


def test_decisions_of_the_other_step_are_neither_counted_nor_missed():
    decided = said(("different", None, "small", "large"), ("this work", BARE, "large", None))
    links, merged = resolve(CORPUS, decisions=decided), deduplicate(CORPUS, decisions=decided)
    assert links.decisions["references"].fillna(-1).tolist() == [-1, 1]
    assert merged.decisions["pairs"].fillna(-1).tolist() == [1, -1]
    assert links.decisions["problem"].isna().all()
    assert merged.decisions["problem"].isna().all()


@pytest.mark.parametrize("fields", [{"ids": "pmid:7 wos:A"}, {"volume": "3"}, {}, {"raw": "??"}])
def test_every_reference_can_be_named_in_a_file_of_decisions(tmp_path, fields):
    rows = [{"citing": "review", "position": 1, "raw": "!!"}, {"citing": "review", "position": 2} | fields]
    corpus = Corpus(WORKS.assign(ids=None), pd.DataFrame(rows))
    from citenet.resolution.decisions import printed

    texts = printed(corpus.references)
    assert texts.is_unique
    said(("this work", texts[1], "large", None)).to_csv(tmp_path / "d.csv", index=False)
    assert works_of(tmp_path / "d.csv", corpus)[0] == [None, "large"]


def test_names_with_outer_blanks_are_the_records_called_so():
    corpus = Corpus(WORKS.rename(index={"small": " small"}), REFERENCES)
    assert works_of(said(("this work", BARE, " small", None)), corpus)[0][1] == " small"
    assert works_of(said(("this work", BARE, " large ", None)), corpus)[0][1] == "large"


def test_undo_takes_back_what_it_says_or_refuses():
    rows = WORKS.assign(title="Small ties in large towns").drop(index="review").rename(index={"small": " small "})
    merged = deduplicate(Corpus(rows))
    (copy,) = merged.merges["copy"]
    assert merged.undo(copy).merges.empty
    with pytest.raises(InputError, match="no record is named"):
        merged.undo()


def test_a_text_that_follows_another_is_no_surer_of_its_work_than_that_one():
    twice = pd.concat([REFERENCES, REFERENCES.iloc[[0]].assign(raw="another printing", doi="10.1000/small")])
    corpus = Corpus(WORKS, twice)
    decided = said(("same", SCRIBBLE, None, TITLED), ("different", TITLED, None, "another printing"))
    with pytest.warns(DroppedWarning, match="is ambiguous; say with 'this work'"):
        works, links = works_of(decided, corpus)
    assert works == [None, None, None, None, None, "small"]
    assert links.links["status"].tolist()[0] == "ambiguous"
    assert links.candidates.groupby("reference")["score"].max()[TITLED] == 0.5


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_decisions_changes_nothing(order):
    rows = [("same", SCRIBBLE, None, TITLED), ("same", OTHER, None, BOOK), ("this work", BARE, "large", None)]
    links = resolve(CORPUS, decisions=said(*rows[::order]))
    assert links.links["work"].dropna().to_dict() == {0: "small", 1: "large", 3: "small"}
    assert sorted(links.decisions["line"]) == [1, 2, 3]


CARE = pd.DataFrame(
    {
        "title": ["Koproduktion in der Pflege", "Coproduction of nursing care", "La coproduccion de los cuidados"],
        "authors": "Lee, A",
        "year": 2004,
    },
    index=["de", "en", "es"],
)


def pairs(*rows: tuple) -> pd.DataFrame:
    """(decision, work, other) of each."""
    return pd.DataFrame(rows, columns=["decision", "work", "other"])


def test_records_that_decisions_join_need_not_look_alike():
    chain = pairs(("same", "de", "en"), ("same", "en", "es"))
    assert len(deduplicate(Corpus(CARE), decisions=chain).corpus.works) == 1
    copied = pd.concat([CARE, CARE.loc[["en"]].rename(index={"en": "en2"})])
    for works in (copied, copied.assign(doi=[None, "10.1000/en", None, "10.1000/en"])):
        merged = deduplicate(Corpus(works), decisions=pairs(("same", "de", "en")))
        assert set(merged.merges[["work", "copy"]].to_numpy().ravel()) == {"de", "en", "en2"}


def test_printed_texts_that_decisions_join_need_not_look_alike():
    raw = [f"Lee A. {title}. 2004" for title in CARE["title"]] + ["Lee A. Coproduction of nursing care. 2004, p 3"]
    titles = [*CARE["title"], CARE["title"]["en"]]
    references = pd.DataFrame({"citing": "review", "raw": raw, "authors": "Lee, A", "title": titles, "year": 2004})
    corpus = Corpus(WORKS, references)
    decided = said(("same", raw[0], None, raw[1]), ("same", raw[1], None, raw[2]))
    net = build_network(corpus, resolve(corpus, decisions=decided), external=True)
    assert int(net.external.sum()) == 1
    net = build_network(corpus, resolve(corpus, decisions=decided.iloc[:1]), external=True)
    assert int(net.external.sum()) == 2, "the third text of the second title is of the same work"


def test_a_reference_that_differs_from_a_work_differs_from_all_its_records():
    same = pd.DataFrame([("same", None, "small", "large")], columns=["decision", "reference", "work", "other"])
    works, _ = works_of(pd.concat([same, said(("different", TITLED, "large", None))]))
    assert works[0] is None
