"""Scopus CSV: both layouts, rows with surplus funding texts."""

from __future__ import annotations

from citenet.io import scopus
from citenet.io._records import Records
from citenet.io._scopus_references import parse_reference, scopus_references


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
    assert reference == {"title": "World Health Organization", "year": 2016, "container": "Shared care"}
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


def test_an_author_without_initials_is_no_title():
    fields = parse_reference("Millennium Ecosystem Assessment, (2005) Ecosystems and Well-being, , Island Press")
    assert (fields["authors"], fields["title"]) == ("Millennium Ecosystem Assessment", "Ecosystems and Well-being")
    assert "container" not in fields
    fields = parse_reference("Saaty, T.L., (1999) Fundamentals, pp. 12-14. , ISAHP Japan")
    assert (fields["authors"], fields["title"], fields["first_page"]) == (
        "Saaty, T.L.",
        "Fundamentals",
        "12",
    )
    fields = parse_reference("Smith, J., (2004) Cell, 116, pp. 281-297")
    assert (fields["container"], fields["volume"]) == ("Cell", "116")


def test_an_identifier_alone_belongs_to_the_reference_before_it():
    rows = scopus_references("Robert, G., One (2012) J, 3, pp. 1-9; PMID: 31843450; Porter, M.E., Two (2010) J, 4")
    assert [(row["title"], row.get("ids")) for row in rows] == [("One", "pmid:31843450"), ("Two", None)]


def test_works_that_run_together_are_reported():
    records = Records("scopus.csv")
    cell = "Adams, B., One (2013) Oxford University PressGambacorta, L., Two (2014) BIS Review; White, C., Three (2015)"
    scopus.read(f'Authors,Title,Year,Source title,EID,References\nA B.,T,2020,J,2-s2.0-1,"{cell}"\n', records)
    assert [row["kind"] for row in records.problems] == ["references run together"]
    assert records.problems[0]["detail"].startswith("1 of 2 references")
