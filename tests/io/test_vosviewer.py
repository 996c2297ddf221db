"""VOSviewer: JSON, map and network."""

from __future__ import annotations


def test_vosviewer_json(sample, row_of, problems_of):
    corpus = sample("vosviewer.json")
    assert corpus.sources["format"].tolist() == ["vosviewer"]
    assert row_of(corpus, "1") == {
        "title": "Geest (2019)",
        "doi": "10.1000/care.12",
        "cluster": "HSR/QI",
        "score_publication_year": "2019",
        "weight_links": "1",
    }
    assert row_of(corpus, "2") == {"title": "Robert (2018)", "cluster": "2"}
    reference = row_of(corpus, "1", 1)
    assert reference.pop("raw") == "2"
    assert reference == {"ids": "work:2"}
    assert problems_of(corpus) == [(3, "unreadable record"), (None, "undirected graph")]


def test_vosviewer_map_txt(sample, row_of, problems_of):
    corpus = sample("vosviewer_map.txt")
    assert corpus.sources["format"].tolist() == ["vosviewer"]
    assert row_of(corpus, "1") == {"title": "Geest, S (2019)", "cluster": "1", "weight_links": "3"}
    assert row_of(corpus, "2") == {"title": "Robert (2018)", "cluster": "2", "weight_links": "1"}
    assert problems_of(corpus) == []


def test_vosviewer_network_txt(sample, row_of, problems_of):
    corpus = sample("vosviewer_network.txt")
    assert corpus.sources["format"].tolist() == ["vosviewer"]
    assert row_of(corpus, "1") == {}
    assert row_of(corpus, "2") == {}
    assert row_of(corpus, "3") == {}
    reference = row_of(corpus, "1", 1)
    assert reference.pop("raw") == "2"
    assert reference == {"ids": "work:2"}
    reference = row_of(corpus, "1", 2)
    assert reference.pop("raw") == "3"
    assert reference == {"ids": "work:3", "weight": "2"}
    assert problems_of(corpus) == [(None, "undirected graph")]
