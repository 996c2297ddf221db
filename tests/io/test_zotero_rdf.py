"""Zotero RDF: items, the journal they point to, attachments that are no works."""

from __future__ import annotations


def test_zotero_rdf(sample, row_of, problems_of):
    corpus = sample("zotero.rdf")
    assert corpus.sources["format"].tolist() == ["zotero_rdf"]
    assert row_of(corpus, "zotero:item_7") == {
        "title": "Shared designs",
        "authors": "Robert, Glenn",
        "year": 2015,
        "type": "journalArticle",
        "container": "Design Quarterly",
        "container_abbrev": "Des Q",
        "volume": "46",
        "issue": "2",
        "first_page": "35",
        "last_page": "51",
        "doi": "10.1000/design.46",
    }
    assert problems_of(corpus) == [(None, "no references"), (None, "no works")]
