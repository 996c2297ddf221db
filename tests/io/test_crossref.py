"""Crossref: structured and printed references, missing dates, a count that does not agree."""

from __future__ import annotations

import json

import citenet as cn


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


def test_what_the_parser_of_strings_doubts_is_reported_once_a_file(tmp_path):
    strings = [
        "Porter ME, Lee TH. From volume to value in health care. JAMA 2016;316:1047-8.",
        "Smith Jones Brown elsewhere 12 somewhere volume and more, cf. ibid. Paris something 1",
        "Beck U. Risikogesellschaft. Frankfurt: Suhrkamp; 1986; Luhmann N. Soziale Systeme. Frankfurt: Suhrkamp; 1984.",
    ]
    listed = [{"key": f"r{i}", "unstructured": text} for i, text in enumerate(strings)]
    answer = {"status": "ok", "message-type": "work", "message": {"DOI": "10.1000/a", "reference": listed}}
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    corpus = cn.read(path, strict=True)  # doubt is no damage
    told = corpus.problems.set_index("kind")["detail"]
    doubted = corpus.references["unsure"].notna()
    assert doubted.tolist()[:2] == [False, True]
    assert told["low confidence"].startswith(f"{doubted.sum()} of 3 references that are strings were read with doubt")
    assert told["printed slip"].startswith("2 works are printed in one entry, the fields are the first one's")
