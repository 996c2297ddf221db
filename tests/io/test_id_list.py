"""Lists of identifiers with messy prefixes."""

from __future__ import annotations

import pytest

import citenet as cn


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


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("10.1000/a\nTBC\n", [2]),
        ("# my list\n10.1000/a\n10.1000/b\n", [1]),
        ("# my own list\n10.1000/a\nTBC\n10.1000/b\n10.1000/c\n", [1, 3]),
    ],
)
def test_an_odd_line_is_named_and_the_rest_is_read(text, odd, tmp_path):
    (tmp_path / "ids.txt").write_text(text, encoding="utf-8")
    corpus = cn.read(tmp_path / "ids.txt")
    assert corpus.works["doi"].tolist() == [line for line in text.split("\n") if line.startswith("10.")]
    bad = corpus.problems[corpus.problems["kind"] == "unreadable record"]
    assert bad["line"].tolist() == odd


def test_dois_under_a_citing_line_are_still_references(tmp_path):
    (tmp_path / "list.txt").write_text("# citing: smith2004\n10.1000/a\n10.1000/b\n", encoding="utf-8")
    assert cn.read(tmp_path / "list.txt").sources["format"].tolist() == ["references"]


SICI = "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI3>3.0.CO;2-O"
ENCODED = SICI.replace("<", "%3C").replace(">", "%3E")
OLD = [SICI, "10.1061/(ASCE)0733-9399(2002)128:1(111)", "10.1130/0091-7613(1984)12<1:AB>2.0.CO;2"]


@pytest.mark.parametrize(
    ("text", "dois"),
    [
        ("\n".join(OLD), OLD),
        (";".join([*OLD, "10.1000/a"]), [*OLD, "10.1000/a"]),
        ("\n".join([*OLD, ENCODED, "https://doi.org/10.1000/a"]), [*OLD, "10.1000/a"]),
        (f"(10.1000/a)\n<10.1000/b>\n['10.1000/c', \"10.1000/d\"]\n* [{SICI}]\n",
         ["10.1000/a", "10.1000/b", "10.1000/c", "10.1000/d", SICI]),
        ("10.1000/a,10.1000/b;10.1000/c|10.1000/d\n", ["10.1000/a", "10.1000/b", "10.1000/c", "10.1000/d"]),
    ],
)  # fmt: skip
def test_signs_within_dois_are_no_separators(text, dois, tmp_path):
    (tmp_path / "ids.txt").write_text(text, encoding="utf-8")
    corpus = cn.read(tmp_path / "ids.txt")
    assert corpus.sources["format"].tolist() == ["id_list"]
    assert set(corpus.works["doi"]) == {doi.lower() for doi in dois}
    assert set(corpus.problems["kind"]) <= {"no references", "repeated record"}


THESE = [
    "10.1061/(ASCE)0733-9399(2002)128:1(111)",
    "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI3>3.0.CO;2-O",
    "10.1130/0091-7613(1984)12<1:AB>2.0.CO;2",
    "10.1000/plain",
]


@pytest.mark.parametrize("between", ["\n", ";", "; ", ", ", " | ", ")\n(", ">\n<"])
def test_dois_with_brackets_and_semicolons_stay_whole(between, tmp_path):
    opening, closing = {")\n(": "()", ">\n<": "<>"}.get(between, ("", ""))
    (tmp_path / "ids.txt").write_text(f"{opening}{between.join(THESE)}{closing}\n", encoding="utf-8")
    corpus = cn.read(tmp_path / "ids.txt")
    assert corpus.sources["format"].tolist() == ["id_list"]
    assert corpus.works["doi"].tolist() == sorted(doi.lower() for doi in THESE)
    assert corpus.problems["kind"].tolist() == ["no references"]
