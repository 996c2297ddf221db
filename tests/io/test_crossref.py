"""Crossref: structured and printed references, missing dates, a count that does not agree."""

from __future__ import annotations


def test_crossref_json(sample, row_of, problems_of):
    corpus = sample("crossref.json")
    assert corpus.sources["format"].tolist() == ["crossref"]
    assert row_of(corpus, "doi:10.1000/care.12") == {
        "title": "Who produces & shares care?",
        "authors": "Robert, Glenn; Shared Care Study Group",
        "year": 2019,
        "type": "journal-article",
        "container": "Journal of Shared Care",
        "container_abbrev": "J Shar Care",
        "volume": "12",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "n_cited_references": 4,
    }
    assert row_of(corpus, "doi:10.1000/empty") == {"doi": "10.1000/empty"}
    reference = row_of(corpus, "doi:10.1000/care.12", 1)
    assert reference.pop("raw").startswith('{"DOI":"10.1000/J.LEARN.2018","article-title":"Learning with')
    assert reference == {
        "title": "Learning with patients",
        "authors": "Robert",
        "year": 2018,
        "container": "A Journal",
        "volume": "7",
        "first_page": "53",
        "doi": "10.1000/j.learn.2018",
    }
    reference = row_of(corpus, "doi:10.1000/care.12", 2)
    assert reference.pop("raw").startswith("Porter ME, Lee TH. From volume to value in health care. JAMA")
    assert reference == {
        "title": "From volume to value in health care",
        "authors": "Porter, ME; Lee, TH",
        "year": 2016,
        "type": "article",
        "container": "JAMA",
        "volume": "316",
        "first_page": "1047",
        "last_page": "1048",
    }
    reference = row_of(corpus, "doi:10.1000/care.12", 3)
    assert reference.pop("raw").startswith('{"ISBN":"9780000000019","author":"Boyd H","key":"r3","volume')
    assert reference == {"title": "Handbook of Design", "authors": "Boyd, H", "year": 2013, "ids": "isbn:9780000000019"}
    assert problems_of(corpus) == [(1, "reference count")]
