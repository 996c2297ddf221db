"""Lists of identifiers with messy prefixes."""

from __future__ import annotations


def test_ids_txt(sample, row_of, problems_of):
    corpus = sample("ids.txt")
    assert corpus.sources["format"].tolist() == ["id_list"]
    assert row_of(corpus, "doi:10.1000/care.12") == {"doi": "10.1000/care.12"}
    assert row_of(corpus, "doi:10.1000/j.learn.2018") == {"doi": "10.1000/j.learn.2018"}
    assert row_of(corpus, "openalex:W2000000001") == {"ids": "openalex:W2000000001"}
    assert row_of(corpus, "pmcid:PMC7654321") == {"ids": "pmcid:PMC7654321"}
    assert row_of(corpus, "pmid:29629291") == {"ids": "pmid:29629291"}
    assert row_of(corpus, "pmid:31234567") == {"ids": "pmid:31234567"}
    assert problems_of(corpus) == [(7, "repeated record"), (8, "unreadable record"), (None, "no references")]
