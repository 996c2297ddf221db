"""The reader of printed reference lists."""

from __future__ import annotations

import itertools
import textwrap
from pathlib import Path

import pytest

from citenet.corpus import Corpus
from citenet.errors import ParseError
from citenet.io import printed, read
from citenet.io._records import Records

from .conftest import checked_corpus

REVIEW = Path(__file__).parents[2] / "bib" / "coproduction-2024" / "references.txt"

PORTER = "Porter ME. What is value in health care. N Engl J Med 2010;363:2477–81."
LEE = "Porter ME, Lee TH. From volume to value in health care: the work begins. JAMA 2016;316:1047–8."
MEIJER = (
    "Meijer A. Coproduction as a structural transformation of the public sector. "
    "Int J Public Sect Manag 2016;29:596–611."
)
REFERENCES = (PORTER, LEE, MEIJER)


def corpus_of(text: str, file: str = "smith2020.txt") -> Corpus:
    records = Records(file)
    printed.read(text, records)
    return checked_corpus(records, printed.NAME)


def numbered(marker: str) -> str:
    return "\n".join(marker.format(i) + reference for i, reference in enumerate(REFERENCES, 1))


@pytest.mark.parametrize("marker", ["{}. ", "[{}] ", "({}) ", "{}) ", "{}\\. ", "- ", "* ", "• ", ""])
def test_markers_are_taken_off_and_fields_found(marker: str) -> None:
    references = corpus_of("References\n" + numbered(marker)).references
    assert list(REFERENCES) == references["raw"].tolist()
    assert references["position"].tolist() == [1, 2, 3]
    assert references["first_page"].tolist() == ["2477", "1047", "596"]
    assert references["last_page"].tolist() == ["2481", "1048", "611"]
    assert {"smith2020"} == set(references["citing"])


def test_wrapped_hyphenated_and_hanging_lines_are_joined() -> None:
    text = (
        "1. Porter ME. What is value in health\n   care. N Engl J Med 2010;363:2477–\n   81.\n"
        "2. Meijer A. Coproduction as a struc-\n   tural transformation of the public sector. "
        "Int J Public Sect\n   Manag 2016;29:596–611.\n"
    )
    references = corpus_of(text).references
    assert references["raw"].tolist() == [PORTER, MEIJER]


def test_blank_lines_separate_references() -> None:
    text = "\n\n".join(reference.replace(". ", ".\n", 1) for reference in REFERENCES)
    assert list(REFERENCES) == corpus_of(text).references["raw"].tolist()


def test_markdown_emphasis_and_links_are_read() -> None:
    text = "- Porter ME. What is value in health care. *N Engl J Med* **2010**;363:2477–81. [doi](https://doi.org/10.1056/NEJMp1011024)"
    row = corpus_of(text).references.iloc[0]
    assert (row["container"], row["year"], row["doi"]) == ("N Engl J Med", 2010, "10.1056/nejmp1011024")


def test_several_lists_in_one_file_are_told_apart_by_citing_lines() -> None:
    text = f"# a comment\n# citing: b2001\n1. {PORTER}\n2. {LEE}\n# citing: c2002\n1. {MEIJER}\n"
    corpus = corpus_of(text)
    assert list(corpus.references[["citing", "position"]].itertuples(index=False, name=None)) == [
        ("b2001", 1),
        ("b2001", 2),
        ("c2002", 1),
    ]
    assert corpus.references["line"].tolist() == [3, 4, 6]


def test_a_list_with_half_its_numbers_gone_keeps_all_references_and_says_so() -> None:
    text = f"1. {PORTER}\n{LEE}\n3. {MEIJER}\n{PORTER}\n5. {LEE}\n{MEIJER}\n"
    corpus = corpus_of(text)
    assert len(corpus.references) == 6
    assert corpus.references["position"].tolist() == [1, 2, 3, 4, 5, 6]
    assert (corpus.problems["kind"] == "reference without number").sum() == 3
    assert "numbering" in set(corpus.problems["kind"])


def test_missing_entries_of_a_numbered_list_are_reported() -> None:
    corpus = corpus_of(f"1. {PORTER}\n4. {LEE}\n5. {MEIJER}\n")
    assert corpus.references["position"].tolist() == [1, 4, 5]
    assert corpus.problems["detail"].str.contains("2–3").any()


def test_a_range_that_runs_backwards_is_kept_and_reported() -> None:
    corpus = corpus_of(PORTER.replace("2477–81", "1–0"))
    assert tuple(corpus.references.loc[0, ["first_page", "last_page"]]) == ("1", "0")
    assert "printed slip" in set(corpus.problems["kind"])
    with pytest.raises(ParseError, match="runs backwards"):
        printed.read(PORTER.replace("2477–81", "1–0"), Records("a.txt", strict=True))


def test_nothing_is_invented() -> None:
    row = corpus_of("N Engl J Med 2010;363:2477–81.").references.iloc[0]
    assert row[["authors", "title"]].isna().all()
    assert row["container"] == "N Engl J Med"


def test_text_without_references_is_kept_and_reported() -> None:
    corpus = corpus_of("12345 67890 ;;;\n")
    assert len(corpus.problems)
    empty = corpus_of("# citing: a\n\n")
    assert empty.problems["kind"].tolist() == ["empty list"]


@pytest.mark.parametrize(
    "text", ["@article{a, year={2001}}", "TY  - JOUR\nPY  - 2001\n", "id,title,year,doi\na,b,2001,c\n", "", "{}"]
)
def test_other_formats_are_not_taken(text: str) -> None:
    assert not printed.sniff(text)


def test_the_reviews_own_list_comes_out_right_in_every_field() -> None:
    if not REVIEW.is_file():
        pytest.skip("bib/coproduction-2024 is not here")
    text = REVIEW.read_text(encoding="utf-8")
    assert printed.sniff(text)
    corpus = corpus_of(text, "references.txt")
    references = corpus.references.set_index("position")
    assert len(references) == 41
    printed_lines = [line.split(". ", 1)[1] for line in text.splitlines() if line[:1].isdigit()]
    assert printed_lines == references["raw"].tolist()
    assert tuple(references.loc[13, ["first_page", "last_page"]]) == ("1", "0")
    assert references.loc[18, "authors"].startswith("McCull-Kennedy, JR; ")
    slips = corpus.problems[corpus.problems["kind"] == "printed slip"]
    assert {16, 23} == set(slips["line"])  # those that the string itself gives away
    assert references.drop([1, 6, 24])["doi"].notna().all()
    vancouver = references["raw"].str.extract(
        r"^(?P<authors>.*?)(?: et al)?\. .*?(?P<year>\d{4});(?P<volume>\d+):(?P<first>\w+)(?:–(?P<last>\w+))?"
    )
    for position, row in vancouver.dropna(subset="volume").iterrows():
        found = references.loc[position]
        assert (int(row["year"]), row["volume"], row["first"]) == (found["year"], found["volume"], found["first_page"])
        names = [name.rsplit(" ", 1) for name in row["authors"].split(", ")]
        assert "; ".join(f"{family}, {given}" for family, given in names) == found["authors"], position
        assert f"{found['title']}" in found["raw"]
        assert found["container"] in found["raw"]
    assert tuple(references.loc[1, ["authors", "publisher"]]) == (
        "Robert, G; Locock, L; Williams, O",
        "Cambridge University Press",
    )
    assert references.loc[6, "editors"] == "Fugini, M; Bracci, E; Sicilia, M"
    assert tuple(references.loc[[4, 21], "container"]) == ("VOLUNTAS: Int J Volunt Nonprofit Organizations",) * 2
    assert references.loc[31, "first_page"] == "S31"


def test_a_second_list_of_one_work_is_numbered_on_and_reported() -> None:
    """Two lists under one key: nothing is lost, and the reader is told."""
    one = "# citing: rev\n1. Roe C. On one thing. J Things 2001;1:1-9.\n"
    text = one + "# citing rev\n1. Moe A. On another. J Things 2002;2:3-8.\n"
    records = Records("lists.txt")
    printed.read(text, records)
    assert [row["position"] for row in records.references] == [1, 2]
    assert {row["citing"] for row in records.references} == {"rev"}
    assert "list continued" in {row["kind"] for row in records.problems}


def test_page_breaks_reach_the_reader_and_no_other(tmp_path: Path) -> None:
    """What pdftotext writes: a running head behind each form feed, and line numbers that count lines alone."""
    head = "Co-production in health care: a scoping review"
    lines = [f"{i}. {reference}" for i, reference in enumerate(REFERENCES * 3, 1)]
    pages = [f"{head}\n" + "\n".join(lines[at : at + 3]) + "\n" for at in range(0, 9, 3)]
    (tmp_path / "list.txt").write_text("\f".join(pages), encoding="utf-8")
    corpus = read(tmp_path / "list.txt")
    assert list(REFERENCES * 3) == corpus.references["raw"].tolist()
    assert corpus.references["line"].tolist() == [2, 3, 4, 6, 7, 8, 10, 11, 12]
    assert corpus.problems[["kind", "line"]].isna().to_numpy().tolist() == [[False, True]]
    assert "3 running heads (line 1, 5, 9)" in corpus.problems.loc[0, "detail"]
    (tmp_path / "list.ris").write_text("TY  - JOUR\nTI  - One\ftitle\nPY  - 2001\nER  - \n", encoding="utf-8")
    assert read(tmp_path / "list.ris").works["title"].tolist() == ["One title"]


def test_two_columns_on_several_pages_are_read_from_a_file(tmp_path: Path) -> None:
    references = [reference.replace(";", f";{i}") for i, reference in enumerate(REFERENCES * 4)]
    numbered = [f"{i}. {reference}" for i, reference in enumerate(references, 1)]
    pages = []
    for at in (0, 6):
        left, right = (
            [line for entry in numbered[start : start + 3] for line in textwrap.wrap(entry, 46, subsequent_indent="  ")]
            for start in (at, at + 3)
        )
        beside = [f"{a:<50}{b}".rstrip() for a, b in itertools.zip_longest(left, right, fillvalue="")]
        pages.append("\n".join([f"{'A head':^80}", "", *beside]))
    (tmp_path / "list.txt").write_text("\n\f".join(pages), encoding="utf-8")
    assert references == read(tmp_path / "list.txt").references["raw"].tolist()


def test_numbers_behind_a_hash_are_no_comments() -> None:
    corpus = corpus_of("# a comment\n" + numbered("#{} "))
    assert list(REFERENCES) == corpus.references["raw"].tolist()
