"""A reviewer's decisions outrank the evidence, hold for the same text in later versions, and are never lost."""

from __future__ import annotations

import pandas as pd
import pytest

from citenet.bridging.uncertain import draw_matches
from citenet.corpus import Corpus
from citenet.errors import CitenetError, DroppedWarning, InputError
from citenet.resolution.build import build_network
from citenet.resolution.decisions import read_decisions
from citenet.resolution.duplicates import deduplicate
from citenet.resolution.matching import resolve

WORKS = pd.DataFrame(
    {
        "title": ["Small ties in large towns", "Large towns and their ties", "A review"],
        "authors": ["Lindqvist, M", "Lindqvist, M", "Zimmer, A"],
        "year": [1973, 1973, 2020],
        "container": ["Soc Ropes", "Soc Ropes", "Int J Rev"],
        "doi": ["10.1000/small", None, None],
    },
    index=["small", "large", "review"],
)
REFERENCES = pd.DataFrame(
    {
        "citing": "review",
        "raw": ["Lindqvist M, 1973, SOC ROPES", "Lindqvist: Small ties in large towns. 1973", "Quist, Some Book, 1999"],
        "authors": ["Lindqvist, M", "Lindqvist, M", "Quist, H"],
        "title": [None, "Small ties in large towns", None],
        "year": [1973, 1973, 1999],
        "container": ["Soc Ropes", None, "Some Book"],
    }
)
CORPUS = Corpus(WORKS, REFERENCES)


def decide(**columns) -> pd.DataFrame:
    return pd.DataFrame({name: [value] for name, value in columns.items()})


def status(decisions=None, corpus: Corpus = CORPUS) -> list[tuple]:
    links = resolve(corpus, decisions=decisions).links
    return [tuple(None if pd.isna(v) else v for v in row) for row in links[["work", "rule", "status"]].to_numpy()]


def test_review_lists_the_ambiguous_first_and_its_filled_in_file_decides(tmp_path):
    review = resolve(CORPUS).review()
    assert review["status"].tolist()[:2] == ["ambiguous", "ambiguous"]
    assert review["reference"].tolist()[:2] == [REFERENCES["raw"][0]] * 2
    assert review["decision"].isna().all()
    assert set(review["work"][:2]) == {"small", "large"}
    assert "Large towns and their ties" in " ".join(review["description"][:2])
    review.loc[review["work"] == "large", "decision"] = "this work"
    review.to_csv(tmp_path / "decisions.csv", index=False)
    assert status()[0] == (None, "fields", "ambiguous")
    assert status(tmp_path / "decisions.csv")[0] == ("large", "decision", "matched")
    assert REFERENCES["raw"][0] not in resolve(CORPUS, decisions=review).review()["reference"].tolist()


def test_decisions_hold_for_the_same_text_in_another_list_and_for_works_named_by_an_identifier():
    later = Corpus(
        WORKS.rename(index={"small": "W:1"}),
        pd.concat(
            [REFERENCES.iloc[[2]], REFERENCES.iloc[[0]].assign(raw="LINDQVIST M. 1973 Soc Ropes.", citing="large")]
        ),
    )
    decisions = decide(decision="this work", reference=REFERENCES["raw"][0], work="https://doi.org/10.1000/small")
    links = resolve(later, decisions=decisions)
    assert links.links["work"].tolist()[0] == "W:1"
    assert links.decisions["references"].tolist() == [1]


def test_a_reference_can_be_said_to_mean_another_work_or_none():
    text = REFERENCES["raw"][1]
    assert status()[1][0] == "small"
    assert status(decide(decision="different", reference=text, work="small"))[1][0] != "small"
    assert status(decide(decision="different", reference=text, work=None))[1] == (None, "decision", "unmatched")


def test_a_decision_on_a_work_that_is_gone_is_kept_and_said_to_be_of_no_use():
    decisions = decide(decision="this work", reference=REFERENCES["raw"][0], work="doi:10.1000/gone")
    with pytest.warns(DroppedWarning, match=r"1 of 1 decisions .* row 1 of the decisions: the corpus has no work 'doi"):
        links = resolve(CORPUS, decisions=decisions)
    assert links.decisions[["work", "references"]].to_numpy().tolist() == [["doi:10.1000/gone", 0]]
    assert links.links["status"][0] == "ambiguous"


def test_an_identifier_can_be_overruled():
    corpus = Corpus(WORKS, REFERENCES.assign(doi=["10.1000/small", None, None]))
    assert status(corpus=corpus)[0] == ("small", "doi", "matched")
    said = decide(decision="different", reference=REFERENCES["raw"][0], work="small")
    assert status(said, corpus)[0][0] != "small"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"decision": "maybe"}, "'maybe' is not a choice"),
        ({"decision": "this work", "reference": "x"}, "do not name a reference and a work"),
        ({"decision": "same", "work": "small"}, "do not name two works, or two references"),
        ({"verdict": "same"}, "decision"),
    ],
)
def test_what_cannot_be_followed_is_refused(row, message):
    with pytest.raises(CitenetError, match=message):
        resolve(CORPUS, decisions=decide(**row))


def test_two_meanings_of_one_text_and_files_that_are_none_are_refused(tmp_path):
    both = pd.DataFrame({"decision": "this work", "reference": REFERENCES["raw"][0], "work": ["small", "large"]})
    with pytest.raises(InputError, match=r"two meanings; keep one"):
        resolve(CORPUS, decisions=both)
    with pytest.raises(InputError, match=r"cannot be read as CSV"):
        resolve(CORPUS, decisions=tmp_path / "none.csv")


def test_references_without_text_are_known_by_their_fields():
    corpus = Corpus(WORKS, REFERENCES.assign(raw=None))
    text = resolve(corpus).review()["reference"].iloc[0]
    assert text == "Lindqvist, M 1973 Soc Ropes"
    assert status(decide(decision="this work", reference=text, work="large"), corpus)[0][0] == "large"


def test_two_texts_can_be_said_to_mean_one_work_outside_or_two():
    references = pd.DataFrame(
        {
            "citing": ["review", "large"],
            "raw": ["Quist, Some Book, 1999", "Quist, Some Bok, 1999"],
            "authors": "Quist, H",
            "year": 1999,
            "container": ["Some Book", "Some Bok"],
        }
    )
    corpus = Corpus(WORKS, references)

    def outside(decision: str | None) -> int:
        row = decide(decision=decision, reference=references["raw"][0], other=references["raw"][1])
        return int(build_network(corpus, resolve(corpus, decisions=row), external=True).external.sum())

    assert [outside(None), outside("same"), outside("different")] == [1, 1, 2]


def test_works_can_be_said_to_be_the_same_or_different():
    works = WORKS.assign(title="Small ties in large towns").drop(index="review")
    corpus = Corpus(works)
    assert len(deduplicate(corpus).corpus.works) == 1
    apart = deduplicate(corpus, decisions=decide(decision="different", work="large", other="doi:10.1000/small"))
    assert len(apart.corpus.works) == 2
    other = Corpus(WORKS)
    joined = deduplicate(other, decisions=decide(decision="same", work="large", other="review"))
    assert joined.merges[["rule", "score"]].to_numpy().tolist() == [["decision", 1.0]]
    assert joined.decisions["pairs"].tolist() == [1]


def test_works_with_two_dois_can_be_said_to_be_the_same_and_taken_apart_again():
    corpus = Corpus(WORKS.assign(doi=["10.1000/small", "10.1000/large", None]))
    said = decide(decision="same", work="doi:10.1000/small", other="doi:10.1000/large")
    joined = deduplicate(corpus, decisions=said)
    assert joined.merges[["work", "copy", "rule"]].to_numpy().tolist() == [["large", "small", "decision"]]
    assert joined.undo("small").corpus.works.index.tolist() == corpus.works.index.tolist()


def test_decisions_on_works_that_contradict_each_other_are_refused_and_those_on_no_work_counted_as_such():
    said = pd.concat(
        [
            decide(decision="same", work="large", other="small"),
            decide(decision="different", work="small", other="large"),
        ]
    )
    with pytest.raises(InputError, match="'large' and 'small' are the same and that they differ"):
        deduplicate(CORPUS, decisions=said)
    ring = [("same", "large", "small"), ("same", "small", "review"), ("different", "review", "large")]
    chain = pd.concat([decide(decision=said, work=one, other=two) for said, one, two in ring])
    with pytest.raises(InputError, match="by way of other records that they differ"):
        deduplicate(CORPUS, decisions=chain)
    texts = pd.concat(
        [
            decide(decision="same", reference="Wren 1998", other="Lindqvist 1973"),
            decide(decision="different", reference="lindqvist, 1973", other="Wren 1998"),
        ]
    )
    with pytest.raises(InputError, match="are the same and that they differ"):
        resolve(CORPUS, decisions=texts)
    with pytest.warns(DroppedWarning, match="the corpus has no work 'gone'"):
        gone = deduplicate(CORPUS, decisions=decide(decision="same", work="large", other="gone"))
    assert gone.decisions["pairs"].tolist() == [0]


def test_of_two_works_with_one_identifier_the_one_that_is_not_ruled_out_is_meant():
    works = WORKS.assign(doi=["10.1000/both", "10.1000/both", None])
    corpus = Corpus(works, pd.DataFrame({"citing": ["review"], "raw": ["x"], "doi": ["10.1000/both"]}))
    assert status(None, corpus) == [(None, "doi", "ambiguous")]
    assert status(decide(decision="different", reference="x", work="large"), corpus) == [("small", "doi", "matched")]


def test_what_is_ruled_out_does_not_come_back_by_an_alias():
    text = "Lindqvist: Small ties in large towns. 1973"
    references = REFERENCES.iloc[[1, 1]].assign(raw=[text, text + ", reprint"], ids="pmid:7")
    corpus = Corpus(WORKS, references)
    found = status(decide(decision="different", reference=text + ", reprint", work="small"), corpus)
    assert [work for work, *_ in found] == ["small", None]


def test_a_reference_that_means_a_work_and_does_not_is_refused():
    text = REFERENCES["raw"][0]
    said = pd.concat([decide(decision=d, reference=text, work="small") for d in ("this work", "different")])
    with pytest.raises(InputError, match="two meanings"):
        resolve(CORPUS, decisions=said)


def test_an_uncertain_match_to_a_work_of_a_later_year_is_never_drawn():
    works = WORKS.assign(year=[1973, 1973, 1960])
    corpus = Corpus(works, REFERENCES.iloc[:1])
    links = resolve(corpus)
    drawn = {
        lead: sum(draw_matches(build_network(corpus, links, max_lead=lead), rng=i).n_citations for i in range(20))
        for lead in (1, None)
    }
    assert drawn[1] == 0 < drawn[None]


@pytest.mark.parametrize("name", ["NA", "null", "None"])
def test_a_record_may_be_called_like_a_missing_value(tmp_path, name):
    path = tmp_path / "decisions.csv"
    path.write_text(f"decision,work,other,note\nsame,{name},b,\n,a,b,\n", encoding="utf-8")
    decisions = read_decisions(path)
    assert decisions[["work", "other"]].to_numpy().tolist() == [[name, "b"]]
    assert decisions["note"].isna().all()
