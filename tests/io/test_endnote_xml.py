"""EndNote XML: styled text, marks of the user, accession numbers by their database."""

from __future__ import annotations


def test_endnote_xml(sample, row_of, problems_of):
    corpus = sample("endnote.xml")
    assert corpus.sources["format"].tolist() == ["endnote_xml"]
    assert row_of(corpus, "endnote:258") == {
        "title": "Learning with patients",
        "authors": "Robert, G.; Locock, L.",
        "year": 2018,
        "type": "Journal Article",
        "container": "A Journal",
        "volume": "7",
        "issue": "1",
        "first_page": "53",
        "last_page": "60",
        "doi": "10.1000/j.learn.2018",
        "ids": "pmid:29629291",
        "caption": "Duplicate",
        "keywords": "learning",
    }
    assert row_of(corpus, "endnote:259") == {"title": "A report", "type": "Generic"}
    assert problems_of(corpus) == [(7, "unreadable record"), (None, "no references")]
