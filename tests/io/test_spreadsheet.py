"""Tables of other sources, told by the names of their columns."""

from __future__ import annotations

import pytest

from citenet.corpus import Corpus
from citenet.io import read


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


def read_table(folder, text: str) -> Corpus:
    (folder / "table.csv").write_text(text, encoding="utf-8")
    return read(folder / "table.csv")


SICI = "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI3>3.0.CO;2-O"


@pytest.mark.parametrize(
    ("cell", "dois", "unparsed"),
    [
        ("10.1000/a,10.1000/b,10.1000/c", ["10.1000/a", "10.1000/b", "10.1000/c"], 0),
        ("['10.1000/a', '10.1000/b']", ["10.1000/a", "10.1000/b"], 0),
        ("10.1000/a 10.1000/b", ["10.1000/a", "10.1000/b"], 0),
        (f"{SICI}; 10.1000/b", [SICI.lower(), "10.1000/b"], 0),
        ("Doe J. A title. 2001. https://doi.org/10.1000/a; Roe K. 2002", ["10.1000/a", None], 1),
        ("10.1000/a TBC 10.1000/b", ["10.1000/a", None, "10.1000/b"], 1),
    ],
)
def test_identifiers_of_a_cell_are_one_reference_each(tmp_path, cell, dois, unparsed):
    corpus = read_table(tmp_path, f'Title,Year,DOI,References\nT,2005,10.1000/z,"{cell}"\n')
    assert corpus.references["doi"].astype("object").where(corpus.references["doi"].notna(), None).tolist() == dois
    assert corpus.problems["kind"].tolist() == ["unparsed reference"] * unparsed


@pytest.mark.parametrize(("stated", "problems"), [(2, []), (3, ["reference count"])])
def test_the_excel_export_of_the_web_of_science_has_its_references_taken_apart(tmp_path, stated, problems):
    header = "Article Title,Author Full Names,Cited References,Cited Reference Count,UT (Unique WOS ID)"
    cited = "Doe J, 2001, J Z, V1, P2, DOI 10.1000/q; Roe K, 2002, K"
    corpus = read_table(tmp_path, f'{header}\nT,"Robert, Glenn","{cited}",{stated},WOS:000380830600008\n')
    assert corpus.references[["raw", "authors", "year", "container"]].to_numpy().tolist() == [
        ["Doe J, 2001, J Z, V1, P2, DOI 10.1000/q", "Doe, J", 2001, "J Z"],
        ["Roe K, 2002, K", "Roe, K", 2002, "K"],
    ]
    assert corpus.references["doi"].tolist()[0] == "10.1000/q"
    assert corpus.problems["kind"].tolist() == problems


def test_columns_of_covidence_google_scholar_and_publish_or_perish_are_known(tmp_path):
    covidence = "Title,Authors,Published Year,Journal,Pages,DOI,Covidence #\nT,,2011,J,3-9,10.1000/z,#17\n"
    assert read_table(tmp_path, covidence).works["year"].tolist() == [2011]
    scholar = 'Authors,Title,Publication,Volume,Pages,Year\n"Smith, John; Doe, K; ",T,J of X,1,3-9,2001\n'
    assert read_table(tmp_path, scholar).works[["container", "authors"]].to_numpy().tolist() == [
        ["J of X", "Smith, John; Doe, K"]
    ]
    perish = 'Cites,Authors,Title,Year,Source,GSRank,StartPage,EndPage\n3,"J Smith, K Doe",T,2001,J of X,1,3,9\n'
    assert read_table(tmp_path, perish).works[["container", "first_page", "last_page"]].to_numpy().tolist() == [
        ["J of X", "3", "9"]
    ]


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Müller, Ö. and Doe, J.", "Müller, Ö.; Doe, J."),
        ("Smith, J., Jones, K.", "Smith, J.; Jones, K."),
        ("Smith, J, Jones, KL, and Doe, M", "Smith, J; Jones, KL; Doe, M"),
        ("Jane Smith, Karl Jones & G Robert", "Smith, Jane; Jones, Karl; Robert, G"),
        ("van der Geest, Mary Ann and Doe, J.", "van der Geest, Mary Ann; Doe, J."),
        ("Institute for Health and Care", "Institute for Health and Care"),
    ],
)
def test_authors_of_a_cell_are_told_apart(tmp_path, cell, authors):
    corpus = read_table(tmp_path, f'Title,Authors,Year,DOI\nT,"{cell}",2005,10.1000/z\n')
    assert corpus.works["authors"].tolist() == [authors]
    corpus = read_table(tmp_path, f'key,title,year,authors\na,T,2005,"{cell}"\n')
    assert corpus.sources["format"].tolist() == ["tables"]
    assert corpus.works["authors"].tolist() == [authors]


def test_authors_that_may_be_several_are_reported(tmp_path):
    corpus = read_table(tmp_path, 'Title,Authors,Year,DOI\nT,"Smith, John, Jones, Karl",2005,10.1000/z\n')
    assert corpus.problems["kind"].tolist()[:1] == ["author names"]


def test_a_year_that_is_none_is_reported(tmp_path):
    corpus = read_table(tmp_path, "Title,Authors,Publication Year,DOI\nT,,n.d.,10.1000/z\n")
    assert "unknown year" in corpus.problems["kind"].tolist()
