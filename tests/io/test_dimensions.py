"""Dimensions: ids, parts between bars, and what is neither."""

from __future__ import annotations

import pytest

from citenet.io import read


def test_dimensions_csv(sample, row_of, problems_of):
    corpus = sample("dimensions.csv")
    assert corpus.sources["format"].tolist() == ["dimensions"]
    assert row_of(corpus, "dimensions:pub.1000000001") == {
        "title": "Who produces care?",
        "authors": "van der Geest, Sjaak; Robert, Glenn",
        "year": 2019,
        "type": "Article",
        "container": "Journal of Shared Care",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "dimensions:pub.1000000001 pmid:31234567",
    }
    assert row_of(corpus, "dimensions:pub.1000000004") == {
        "title": "Another",
        "year": 2020,
        "type": "Article",
        "ids": "dimensions:pub.1000000004",
    }
    reference = row_of(corpus, "dimensions:pub.1000000001", 1)
    assert reference.pop("raw").startswith("[Robert, G; Locock, L]|[Learning with patients]|A Journal|20")
    assert reference == {
        "title": "Learning with patients",
        "authors": "Robert, G; Locock, L",
        "year": 2018,
        "container": "A Journal",
        "volume": "7",
        "issue": "1",
        "first_page": "53",
        "last_page": "60",
        "doi": "10.1000/j.learn.2018",
        "ids": "dimensions:pub.1000000002",
    }
    reference = row_of(corpus, "dimensions:pub.1000000001", 2)
    assert reference.pop("raw") == "[Boyd, H]||Handbook of Design|2013|||||pub.1000000003|3"
    assert reference == {
        "authors": "Boyd, H",
        "year": 2013,
        "container": "Handbook of Design",
        "ids": "dimensions:pub.1000000003",
    }
    reference = row_of(corpus, "dimensions:pub.1000000004", 1)
    assert reference.pop("raw") == "pub.1000000001"
    assert reference == {"ids": "dimensions:pub.1000000001"}
    reference = row_of(corpus, "dimensions:pub.1000000004", 2)
    assert reference.pop("raw") == "pub.1000000002"
    assert reference == {"ids": "dimensions:pub.1000000002"}
    reference = row_of(corpus, "dimensions:pub.1000000004", 3)
    assert reference.pop("raw") == "broken"
    assert reference == {}
    assert problems_of(corpus) == [(4, "unparsed reference")]


@pytest.mark.parametrize(
    ("cell", "raws", "titles"),
    [
        ("[A, B]|T; with semi|J|2002|||||pub.10|", ["[A, B]|T; with semi|J|2002|||||pub.10|"], ["T; with semi"]),
        (
            "[A, B; C, D]|[T; t]|J|2002|||||pub.10|3;[E, F]|[U]|B|2003|||||pub.11|",
            ["[A, B; C, D]|[T; t]|J|2002|||||pub.10|3", "[E, F]|[U]|B|2003|||||pub.11|"],
            ["T; t", "U"],
        ),
        ("[A, B]|T|J|about 2002|||||pub.10|", ["[A, B]|T|J|about 2002|||||pub.10|"], [""]),
    ],
)
def test_references_are_told_by_their_bars(tmp_path, cell, raws, titles):
    (tmp_path / "x.csv").write_text(f'Publication ID,Title,PubYear,Cited references\npub.1,A,2020,"{cell}"\n')
    corpus = read(tmp_path / "x.csv")
    assert corpus.references["raw"].tolist() == raws
    assert corpus.references["title"].fillna("").tolist() == titles
    assert len(corpus.problems) == titles.count("")
