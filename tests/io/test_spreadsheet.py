"""Tables of other sources, told by the names of their columns."""

from __future__ import annotations

import pytest

from citenet.io import spreadsheet
from citenet.io._records import Records


def test_spreadsheet_csv(sample, row_of, problems_of):
    corpus = sample("spreadsheet.csv")
    assert corpus.sources["format"].tolist() == ["spreadsheet"]
    assert row_of(corpus, "doi:10.1000/care.12") == {
        "title": "Who produces care?",
        "authors": "van der Geest, S.; Robert, G.",
        "year": 2019,
        "container": "Journal of Shared Care",
        "volume": "12",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "decision": "include",
    }
    assert row_of(corpus, "nokey-24afafed") == {"title": "A report", "year": 2016, "decision": "exclude"}
    assert problems_of(corpus) == [(3, "malformed DOI"), (4, "unreadable record"), (None, "no references")]


def test_icite_csv(sample, row_of, problems_of):
    corpus = sample("icite.csv")
    assert corpus.sources["format"].tolist() == ["spreadsheet"]
    assert row_of(corpus, "doi:10.1000/care.12") == {
        "title": "Who produces care?",
        "authors": "van der Geest, S; Robert, G",
        "year": 2019,
        "container": "J Shar Care",
        "doi": "10.1000/care.12",
        "ids": "pmid:31234567",
    }
    reference = row_of(corpus, "doi:10.1000/care.12", 1)
    assert reference.pop("raw") == "29629291"
    assert reference == {"ids": "pmid:29629291"}
    reference = row_of(corpus, "doi:10.1000/care.12", 2)
    assert reference.pop("raw") == "7654321"
    assert reference == {"ids": "pmid:7654321"}
    assert problems_of(corpus) == []


def test_strings_of_the_web_of_science_are_read_as_such():
    records = Records("savedrecs.csv")
    spreadsheet.read(
        "Article Title,Authors,Cited References,Cited Reference Count,Publication Year,UT (Unique WOS ID)\n"
        '"A","Robert, G","X Y, 2001, J Z, V1, P2, DOI 10.1000/q; Q R, 2002, K",3,2005,WOS:000335157400006\n',
        records,
    )
    assert [(row["container"], row["doi"]) for row in records.references] == [("J Z", "10.1000/q"), ("K", None)]
    assert [row["kind"] for row in records.problems] == ["reference count"]


@pytest.mark.parametrize(
    "cell",
    [
        "10.1000/a,10.1002/(SICI)1(1)1:1<1::AID-A>3.0.CO;2-O",
        "['10.1000/a', '10.1002/(SICI)1(1)1:1<1::AID-A>3.0.CO;2-O']",
    ],
)
def test_identifiers_of_a_cell_are_told_apart(cell):
    records = Records("works.csv")
    spreadsheet.read(f'Title,Authors,Published Year,References\nA,"Müller, Ö. and X, Y",2019,"{cell}"\n', records)
    assert [row["doi"] for row in records.references] == ["10.1000/a", "10.1002/(sici)1(1)1:1<1::aid-a>3.0.co;2-o"]
    assert (records.works[0]["year"], records.works[0]["authors"]) == (2019, "Müller, Ö.; X, Y")
