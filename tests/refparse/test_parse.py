"""Parsing reference strings."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import unicodedata

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.refparse import parse_references
from citenet.refparse.clean import clean, mend_hyphens
from citenet.refparse.exact import identifiers, page_range
from citenet.refparse.several import LONGEST
from citenet.refparse.tokens import tokenize

PORTER = "Porter ME, Lee TH. From volume to value in health care: the work begins. JAMA 2016;316:1047–8."
STYLES = [
    PORTER,
    "Porter, M. E., & Lee, T. H. (2016). From volume to value in health care. JAMA, 316(10), 1047–1048.",
    "Beck, Ulrich (1986): Risikogesellschaft. Auf dem Weg in eine andere Moderne. Frankfurt am Main: Suhrkamp.",
    "Hahn, Alois/Willems, Herbert (1998), »Zivilisation«, in: Herbert Willems (Hg.), Die Gesellschaft der Inszenierung,"
    " Opladen, S. 193–213.",
    "SANTOS, M. A natureza do espaço. São Paulo: Hucitec, 1996.",
    "Bourdieu P., « La jeunesse n’est qu’un mot », Questions de sociologie, Paris, Minuit, 1984, p. 143-154.",
    "J. Aasi et al., Class. Quantum Grav. 32, 074001 (2015), arXiv:1411.4547.",
    "王伟, 李明. 基于数据的教育研究[J]. 情报学报, 2006, 25(3): 12-18.",
    "佐藤健，鈴木一郎：情報システムの研究，情報処理学会論文誌，Vol.40，No.3，pp.12-20 (1999).",
    "WHO. World health statistics. Geneva: World Health Organization; 2019. https://www.who.int (accessed 3 May 2020).",
]
VALUES = ["title", "container", "volume", "issue", "publisher", "place", "edition", "first_page", "doi"]


def letters(text: object) -> str:
    """Letters and digits as they are compared: composed, without ligatures, case, marks and signs of letters (℠)."""
    plain = "".join(c for c in clean(str(text)) if unicodedata.category(c)[0] not in "SM")
    return "".join(c for c in unicodedata.normalize("NFKC", plain).casefold() if c.isalnum())


class Printed:
    """What a string prints, letter for letter, and where its words begin and end."""

    def __init__(self, raw: str) -> None:
        pieces = [unicodedata.normalize("NFKC", piece) for piece in re.findall(r"[^\W\d_]+|\d+", clean(raw))]
        words = [word for piece in pieces for word in re.findall(r"[\u2e80-\uffdc]|[^\u2e80-\uffdc]+", piece)]
        words = [part for word in words for part in re.findall(r"[^A-Z]*[A-Z]+[^A-Z]*|[^A-Z]+", word)]
        self.text = "".join(map(letters, words))
        self.borders = set(itertools.accumulate((len(letters(word)) for word in words), initial=0))

    def holds(self, value: object) -> bool:
        """Whether a value stands there, from the beginning of a word to the end of one."""
        wanted = letters(value)
        starts = (found.start() for found in re.finditer(f"(?={re.escape(wanted)})", self.text))
        return not wanted or any(at in self.borders and at + len(wanted) in self.borders for at in starts)


def assert_printed(raw: str, row: pd.Series) -> None:
    """Every value stands in the string, whole words of it; authors part by part (what stood between parts may go)."""
    printed = Printed(raw[:LONGEST])
    assert pd.isna(row["url"]) or letters(row["url"]) in printed.text  # "http" says itself where it begins
    for name in VALUES:
        assert pd.isna(row[name]) or printed.holds(row[name]), (name, row[name])
    for name in ("authors", "editors"):
        if pd.notna(row[name]):
            for word in re.split(r"[,;\s-]+", row[name]):
                assert printed.holds(word), (name, word)
    if pd.notna(row["ids"]):
        for term in row["ids"].split():
            assert letters(term.partition(":")[2]) in printed.text, term
    if pd.notna(row["year"]):
        assert printed.holds(row["year"])
    if pd.notna(row["last_page"]):
        first, last = str(row["first_page"]), str(row["last_page"])
        completed = (at for at in range(len(last)) if first[:at] == last[:at])  # 902–13: 913
        assert any(printed.holds(last[at:]) for at in completed), last


@pytest.mark.parametrize(
    ("raw", "name", "value"),
    [("BMJ, Paper 12.", "first_page", "aper12"), ("Pohl, D. (o. J.)", "doi", "10.1/a"), ("Roe A", "authors", "Roe, B")],
)
def test_what_is_not_printed_is_noticed(raw: str, name: str, value: str) -> None:
    row = parse_references([raw]).iloc[0]
    row[name] = value
    with pytest.raises(AssertionError):
        assert_printed(raw, row)


def test_fields_of_many_styles_stand_in_the_string() -> None:
    table = parse_references(STYLES)
    assert table["raw"].tolist() == STYLES
    for raw, (_, row) in zip(STYLES, table.iterrows(), strict=True):
        assert_printed(raw, row)


def test_marks_between_the_parts_of_a_name_may_go_and_nothing_is_added() -> None:
    assert_printed("000º-;;a¢¼", parse_references(["000º-;;a¢¼"]).iloc[0])


def test_a_text_is_split_and_strings_are_taken_as_they_are() -> None:
    text = "References\n1. " + STYLES[0] + "\n2. " + STYLES[2] + "\n"
    assert [STYLES[0], STYLES[2]] == parse_references(text)["raw"].tolist()
    assert [text] == parse_references([text])["raw"].tolist()


def test_empty_input_gives_an_empty_table_with_all_columns() -> None:
    assert list(parse_references([]).columns) == list(parse_references([PORTER]).columns)
    row = parse_references(["", "   "]).iloc[0]
    assert row.drop(["raw", "confidence"]).isna().all()
    assert row["confidence"] == 0


def test_confidences_are_probabilities_and_stand_beside_their_fields() -> None:
    table = parse_references(STYLES)
    for name in ("title", "authors", "year", "container", "volume", "issue", "publisher"):
        sure = table[f"{name}_confidence"]
        assert (sure.notna() == table[name].notna()).all(), name
        assert sure.dropna().between(0, 1).all()
    assert table["confidence"].between(0, 1).all()


def test_a_table_is_the_same_whatever_stands_beside_a_reference() -> None:
    whole = parse_references(STYLES * 3)
    alone = pd.concat([parse_references([raw]) for raw in STYLES], ignore_index=True)
    fields = [column for column in whole.columns if "confidence" not in column]
    pd.testing.assert_frame_equal(whole[fields].head(len(STYLES)), alone[fields])
    pd.testing.assert_frame_equal(whole.head(len(STYLES)), alone, atol=0.0011)


def test_a_table_is_the_same_in_batches_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        "Roe A. A title. BMJ 2001;1:2–3.",
        None,
        "Beck, Ulrich (1986): Risikogesellschaft. Frankfurt: Suhrkamp.",
        "",
        "7",
    ]
    whole = parse_references(lines)
    monkeypatch.setattr("citenet.refparse.table.BATCH", 2)
    parts = parse_references(lines)
    pd.testing.assert_frame_equal(whole, parts, rtol=0, atol=0.0011)
    assert parts["raw"].isna().tolist() == [False, True, False, False, False]


def test_types_of_clear_cases() -> None:
    found = parse_references(
        [
            PORTER,
            STYLES[2],
            STYLES[3],
            "Smith J. Networks of care [PhD thesis]. London: University of London; 2001.",
            "Doe J. A title of a report. Technical Report 12, Some Institute, 1999.",
        ]
    )["type"].tolist()
    assert found == ["article", "book", "chapter", "thesis", "report"]


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("902–13", ("902", "913")),
        ("1102-18", ("1102", "1118")),
        ("211—5", ("211", "215")),
        ("S31–47", ("S31", "S47")),
        ("1–0", ("1", "0")),
        ("e029723", ("e029723", None)),
        ("pp. 12 - 20", ("12", "20")),
        ("xii–xv", ("xii", "xv")),
        ("", (None, None)),
    ],
)
def test_page_ranges(printed: str, expected: tuple[str | None, str | None]) -> None:
    assert expected == page_range(printed)


def test_identifiers_are_found_by_rule() -> None:
    text = (
        "A. B. https://doi.org/10.1000/Xyz(1). PMID: 12345678; PMC1234567. ISBN 978-3-16-148410-0. arXiv:hep-th/9901001"
    )
    doi, ids, url = identifiers(text)
    assert doi == "10.1000/xyz(1)"
    assert ids == "arxiv:hep-th/9901001 isbn:9783161484100 pmcid:PMC1234567 pmid:12345678"
    assert url is None


def test_hyphens_of_line_breaks_are_mended_and_others_kept() -> None:
    assert (
        mend_hyphens("copro- duction of pre- and postnatal know-how") == "coproduction of pre- and postnatal know-how"
    )


def test_a_megabyte_is_cut_and_kept_as_it_is() -> None:
    long = "Smith J. " + "word and another; " * 60_000
    row = parse_references([long]).iloc[0]
    assert long == row["raw"]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_parser_or_adds_to_it(text: str) -> None:
    row = parse_references([text]).iloc[0]
    assert text == row["raw"]
    assert_printed(text, row)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(STYLES), st.integers(0, 150), st.integers(0, 40), st.text(max_size=6))
def test_no_damaged_reference_breaks_the_parser_or_adds_to_it(raw: str, at: int, cut: int, put: str) -> None:
    damaged = raw[:at] + put + raw[at + cut :]
    assert_printed(damaged, parse_references([damaged]).iloc[0])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_tokens_put_together_give_the_text_back(text: str) -> None:
    assert text.rstrip() == "".join(tokenize(text)).rstrip()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*STYLES, "", "References", "[1]", "2.", "   ", "---", "\f"]), max_size=12))
def test_no_list_breaks_the_splitter(lines: list[str]) -> None:
    table = parse_references("\n".join(lines))
    assert table["raw"].notna().all()


def test_the_model_is_small_and_loads_without_pandas() -> None:
    code = (
        "import sys, citenet.refparse.parse as p; p.parse_strings(['Smith J. A title. BMJ 2001;1:2.']);"
        "assert 'pandas' not in sys.modules and 'scipy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


MENDED = {
    "• Beck, U. (1986): Risikogesellschaft. Frankfurt: Suhrkamp.": {"authors": "Beck, U."},
    "[HAUP93] Hauptmann, A.: Gestures with speech, Int. J. Man Mach. Stud. 38 (1993), S. 231-249": {
        "authors": "Hauptmann, A."
    },
    "A. Linde, Phys. Lett. B129, 177 (1983).": {"container": "Phys. Lett. B", "volume": "129", "first_page": "177"},
    "A. Linde, Phys. Rev. D 49, 748 (1994).": {"container": "Phys. Rev. D", "volume": "49", "first_page": "748"},
    "Thomas, A. (1992): Grundriß der Sozialpsychologie, Band 2, Göttingen.": {"volume": "2"},
    "Jersic, M. (1992): The port of Koper. In: Slovenia – Aspects of a New Nation. Ljubljana.": {
        "title": "The port of Koper",
        "container": "Slovenia – Aspects of a New Nation",
    },
}


@pytest.mark.parametrize(("raw", "expected"), MENDED.items())
def test_what_marks_in_the_string_show(raw: str, expected: dict[str, str]) -> None:
    row = parse_references([raw]).loc[0]
    assert row["raw"] == raw
    assert {name: row[name] for name in expected} == expected
