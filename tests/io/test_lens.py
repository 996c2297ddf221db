"""The Lens: CSV and JSON."""

from __future__ import annotations


def test_lens_csv(sample, row_of, problems_of):
    corpus = sample("lens.csv")
    assert corpus.sources["format"].tolist() == ["lens"]
    assert row_of(corpus, "lens:000-111-222-333-444") == {
        "title": "Who produces care?",
        "authors": "van der Geest, Sjaak; Robert, Glenn",
        "year": 2019,
        "type": "journal article",
        "container": "Journal of Shared Care",
        "volume": "12",
        "issue": "3",
        "first_page": "45",
        "last_page": "49",
        "doi": "10.1000/care.12",
        "ids": "lens:000-111-222-333-444 pmid:31234567",
        "fields_of_study": "Health care; Design",
    }
    reference = row_of(corpus, "lens:000-111-222-333-444", 1)
    assert reference.pop("raw") == "000-111-222-333-445"
    assert reference == {"ids": "lens:000-111-222-333-445"}
    reference = row_of(corpus, "lens:000-111-222-333-444", 2)
    assert reference.pop("raw") == "000-111-222-333-44X"
    assert reference == {"ids": "lens:000-111-222-333-44X"}
    assert problems_of(corpus) == []


def test_lens_json(sample, row_of, problems_of):
    corpus = sample("lens.json")
    assert corpus.sources["format"].tolist() == ["lens"]
    assert row_of(corpus, "lens:000-111-222-333-444") == {
        "title": "Who produces care?",
        "authors": "Robert, Glenn",
        "year": 2019,
        "type": "journal article",
        "container": "Journal of Shared Care",
        "volume": "12",
        "doi": "10.1000/care.12",
        "ids": "lens:000-111-222-333-444 pmid:31234567",
        "n_cited_references": 1,
    }
    reference = row_of(corpus, "lens:000-111-222-333-444", 1)
    assert reference.pop("raw") == "000-111-222-333-445"
    assert reference == {"ids": "lens:000-111-222-333-445"}
    assert problems_of(corpus) == []
