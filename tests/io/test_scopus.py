"""Scopus CSV: both layouts, rows with surplus funding texts."""

from __future__ import annotations

import pytest

from citenet.io._scopus_references import parse_reference, scopus_references, split_references


def test_scopus_new_csv(sample, row_of, problems_of):
    corpus = sample("scopus_new.csv")
    assert corpus.sources["format"].tolist() == ["scopus"]
    assert row_of(corpus, "scopus:2-s2.0-85000000001") == {
        "title": "Who produces care?",
        "authors": "van der Geest, Sjaak; Robert, Glenn",
        "year": 2019,
        "type": "Article",
        "container": "Journal of Shared Care",
        "container_abbrev": "J. Shar. Care",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "pmid:31234567 scopus:2-s2.0-85000000001",
    }
    reference = row_of(corpus, "scopus:2-s2.0-85000000001", 1)
    assert reference.pop("raw").startswith("Robert G.; Locock L., Learning with patients, and from them,")
    assert reference == {
        "title": "Learning with patients, and from them",
        "authors": "Robert, G.; Locock, L.",
        "year": 2018,
        "container": "A Journal",
        "volume": "7",
        "issue": "1",
        "first_page": "53",
        "last_page": "60",
    }
    reference = row_of(corpus, "scopus:2-s2.0-85000000001", 2)
    assert reference.pop("raw") == "World Health Organization, Shared care, (2016)"
    assert reference == {"authors": "World Health Organization", "title": "Shared care", "year": 2016}
    reference = row_of(corpus, "scopus:2-s2.0-85000000001", 3)
    assert reference.pop("raw").startswith("Porter ME; Lee TH, From volume to value, JAMA, 316, pp. 1047")
    assert reference == {
        "title": "From volume to value",
        "authors": "Porter, ME; Lee, TH",
        "year": 2016,
        "container": "JAMA",
        "volume": "316",
        "first_page": "1047",
        "last_page": "1048",
    }
    assert problems_of(corpus) == []


def test_scopus_old_csv(sample, row_of, problems_of):
    corpus = sample("scopus_old.csv")
    assert corpus.sources["format"].tolist() == ["scopus"]
    assert row_of(corpus, "nokey-069d6d5e") == {"title": "Editorial", "type": "Editorial", "container": "A Journal"}
    assert row_of(corpus, "scopus:2-s2.0-85000000001") == {
        "title": "Who produces care?",
        "authors": "van der Geest, S.; Robert, G. Jr.",
        "year": 2019,
        "type": "Article",
        "container": "Journal of Shared Care",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "scopus:2-s2.0-85000000001",
    }
    assert row_of(corpus, "scopus:2-s2.0-85000000002") == {
        "title": "Another",
        "authors": "Robert, G.; Locock, L.",
        "year": 2020,
        "type": "Article",
        "container": "A Journal",
        "volume": "8",
        "first_page": "e7",
        "ids": "scopus:2-s2.0-85000000002",
    }
    reference = row_of(corpus, "scopus:2-s2.0-85000000001", 1)
    assert reference.pop("raw").startswith("Robert, G., Locock, L., Learning with patients (2018) A Jour")
    assert reference == {
        "title": "Learning with patients",
        "authors": "Robert, G.; Locock, L.",
        "year": 2018,
        "container": "A Journal",
        "volume": "7",
        "issue": "1",
        "first_page": "53",
        "last_page": "60",
    }
    reference = row_of(corpus, "scopus:2-s2.0-85000000001", 2)
    assert reference.pop("raw") == "Boyd, H., (2013) Handbook of Design, , A Press, London"
    assert reference == {"title": "Handbook of Design", "authors": "Boyd, H.", "year": 2013}
    reference = row_of(corpus, "scopus:2-s2.0-85000000001", 3)
    assert reference.pop("raw") == "note"
    assert reference == {}
    reference = row_of(corpus, "scopus:2-s2.0-85000000002", 1)
    assert reference.pop("raw") == "Porter, M.E., Value (2010) N. Engl. J. Med., 363, pp. 2477-2481"
    assert reference == {
        "title": "Value",
        "authors": "Porter, M.E.",
        "year": 2010,
        "container": "N. Engl. J. Med.",
        "volume": "363",
        "first_page": "2477",
        "last_page": "2481",
    }
    assert problems_of(corpus) == [(2, "unparsed reference"), (3, "ragged row"), (4, "missing id"), (4, "unknown year")]


@pytest.mark.parametrize(
    ("cell", "begins"),
    [
        (
            "Allen, F., Assets (2000), MIT PressGarcía, A., Debt (2001) J Debt, 4, pp. 1-9",
            ["Allen, F., Assets", "García, A., Debt"],
        ),
        (
            "Allen, F., One (2013), Oxford University PressGambacorta, L., Yang, J., Two (2014), BIS Quarterly, March"
            "Garicano, L., Three (2015) J, 3, pp. 1-9",
            ["Allen, F., One", "Gambacorta, L., Yang, J., Two", "Garicano, L., Three"],
        ),
        (
            "Allen, F., A (2013), HMSOCalcaterra, D., B (2010), NBER 17014O'Neill, J.P., Van der Geest, S., C (2014)",
            ["Allen, F., A", "Calcaterra, D., B", "O'Neill, J.P., Van der"],
        ),
        ("(2015), http://orcid.org/, ORCID. (accessed Dec)(2014), http://isni.org/, ISNI", ["(2015), ", "(2014), "]),
        ("Allen, F., A (2013), mimeo. Retrieved fromMcDonald, A.J., B (2010) J", ["Allen, F., A", "McDonald, A.J., B"]),
        (
            "Roodman, D., 2006. How to do it. Working Paper, No. 103Sapienza, P., Contracts (2002) J. Finance, 57",
            ["Roodman, D., 2006.", "Sapienza, P., Contracts"],
        ),
        # one reference each: names with a capital inside, a volume with its year, no second year
        ("Allen, F., A (2013) J, 47(2002), eds. McDonald, R., MacKinlay, A., DeLong, J., (2014)", ["Allen, F."]),
        ("McDonald, R., MacKinlay, A., A (1999) in eBay, 3", ["McDonald, R."]),
        ("Allen, F., Assets, MIT PressGarcía, A., Debt (2001) J", ["Allen, F."]),
    ],
)
def test_references_run_together_are_told_apart(cell, begins):
    found = split_references(cell)
    assert len(found) == len(begins)
    assert all(reference.startswith(begin) for reference, begin in zip(found, begins, strict=True))
    assert "".join(found).replace(" ", "") == cell.replace(" ", "")


@pytest.mark.parametrize(
    ("printed", "fields"),
    [
        ("Millennium Assessment Board, (2005) Ecosystems and Well-being: Synthesis, , Island Press",
         {"authors": "Millennium Assessment Board", "title": "Ecosystems and Well-being: Synthesis"}),
        ("Blau, (1964) Exchange, Power and Social Life, , Wiley",
         {"authors": "Blau", "title": "Exchange, Power and Social Life"}),
        ("Allen, Gale, (1991) Limited markets, , Mimeo", {"authors": "Allen; Gale", "title": "Limited markets"}),
        ("A national study of nurses, J Nurs, 3, (2011)",
         {"title": "A national study of nurses", "container": "J Nurs", "volume": "3"}),
        ("Edward, (1970) J. Chem. Educ., 47, p. 261",
         {"authors": "Edward", "container": "J. Chem. Educ.", "volume": "47", "first_page": "261"}),
        ("OECD, Health at a glance, (2011)", {"authors": "OECD", "title": "Health at a glance"}),
        ("Saaty, T.L., (1999) Fundamentals of the Process, pp. 12-14. , ISAHP Japan",
         {"authors": "Saaty, T.L.", "title": "Fundamentals of the Process", "first_page": "12", "last_page": "14"}),
        ("Hua, X., (2004) Cell, 116, pp. 281-297",
         {"authors": "Hua, X.", "container": "Cell", "volume": "116", "first_page": "281", "last_page": "297"}),
        ("(2015), http://orcid.org/, ORCID", {"title": "ORCID"}),
    ],
)  # fmt: skip
def test_books_and_bodies(printed, fields):
    found = parse_reference(printed)
    del found["year"]
    assert found == fields


@pytest.mark.parametrize(
    ("printed", "year", "title", "container"),
    [
        ("Smith, J., Jones, K., A title with (2001) in it (2005) J Health, 3 (2), pp. 1-9", 2005,
         "A title with (2001) in it", "J Health"),
        ("Figueira, J., A note on ranking, Omega (2008) (2009) Omega, 37, pp. 731-733", 2009,
         "A note on ranking, Omega", "Omega"),
        ("Xu, L., Assessment (2010) Bioresour J, 102 (2011), pp. 5113-5122", 2010, "Assessment", "Bioresour J"),
        ("Lebart, M., (1997) (1997) Statistics, , Dunod", 1997, "Statistics", None),
    ],
)  # fmt: skip
def test_the_year_is_that_before_the_source(printed, year, title, container):
    found = parse_reference(printed)
    assert (found["year"], found["title"], found.get("container")) == (year, title, container)


def test_an_identifier_alone_belongs_to_the_reference_before_it():
    rows = scopus_references("Robert, G., One (2012) J, 3, pp. 1-9; PMID: 31843450; Porter, M.E., Two (2010) J, 4")
    assert [(row["title"], row.get("ids")) for row in rows] == [("One", "pmid:31843450"), ("Two", None)]
