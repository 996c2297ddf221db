"""Lists as users bring them: numbers of every kind, links of web pages, headings, heads, text around the list."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pandas as pd
import pytest

import citenet as cn
from citenet.refparse.furniture import is_heading
from citenet.refparse.links import without_links
from citenet.refparse.marks import numbered_lines
from citenet.refparse.pages import text_lines
from citenet.refparse.split import SplitList, split_references

VANCOUVER = [
    "Bate P, Robert G. Experience-based design: from redesigning the system to co-designing services. Qual Saf Health "
    "Care. 2006;15(5):307-10.",
    "Boyle D, Harris M. The challenge of co-production. London: NESTA; 2009.",
    "Cahn ES. No more throw-away people: the co-production imperative. Washington: Essential Books; 2000.",
    "Greenhalgh T, Jackson C, Shaw S. Achieving research impact through co-creation. Milbank Q. 2016;94(2):392-429.",
    "World Health Organization. Framework on integrated, people-centred health services. Geneva: WHO; 2016.",
    "Needham C. Co-production. In: Loeffler E, Bovaird T, editors. The Palgrave handbook of co-production. Cham: "
    "Palgrave Macmillan; 2021. p. 123-40.",
    "Ostrom E. Crossing the great divide: coproduction, synergy, and development. World Dev. 1996;24(6):1073-87.",
]
APA = [
    "Alford, J. (1998). A public management road less travelled: Clients as co-producers of public services. "
    "Australian Journal of Public Administration, 57(4), 128–137.",
    "Brandsen, T., & Honingh, M. (2016). Distinguishing different types of coproduction: A conceptual analysis. Public "
    "Administration Review, 76(3), 427–435.",
    "Department of Health. (2010). Equity and excellence: Liberating the NHS. London: The Stationery Office.",
    "Freire, P. (1970). Pedagogy of the oppressed. New York: Continuum.",
    "Lave, J., & Wenger, E. (1991). Situated learning: Legitimate peripheral participation. Cambridge: CUP.",
    "Vargo, S. L., & Lusch, R. F. (2004). Evolving to a new dominant logic for marketing. Journal of Marketing, 68(1), "
    "1–17.",
    "Voorberg, W. H., Bekkers, V. J. J. M., & Tummers, L. G. (2015). A systematic review of co-creation. Public "
    "Management Review, 17(9), 1333–1357.",
]
CHINESE = [
    "王力, 李明. 公共服务合作生产的理论与实践[J]. 中国行政管理, 2018, 34(5): 45-52.",
    "陈振明. 公共管理学[M]. 北京: 中国人民大学出版社, 2005: 112-118.",
    "刘国恩, 蔡春光, 李林. 中国老人医疗保障与医疗服务需求的实证分析[J]. 经济研究, 2011, 46(3): 95-107.",
    "张三. 基层治理研究[D]. 北京: 北京大学, 2016.",
]
SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ROMAN = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii"]


def bodies(text: str) -> list[str]:
    return [entry.text for entry in split_references(text).entries]


def wrapped(entries: list[str], width: int = 76, indent: str = "") -> list[str]:
    return [textwrap.fill(entry, width, subsequent_indent=indent, break_on_hyphens=False) for entry in entries]


def kinds(found: SplitList) -> list[str]:
    return [kind for kind, *_ in found.problems]


MARKS: dict[str, Callable[[int], str]] = {
    "［1］": lambda i: f"［{i}］",
    "（1）": lambda i: f"（{i}）",
    "１）": lambda i: f"{str(i).translate(FULL_WIDTH)}）",
    "1、": lambda i: f"{i}、",
    "【1】": lambda i: f"【{i}】",
    "[1],": lambda i: f"[{i}], ",
    "1:": lambda i: f"{i}: ",
    "1/": lambda i: f"{i}/ ",
    "1 -": lambda i: f"{i} - ",
    "1]": lambda i: f"{i}] ",
    "1 .": lambda i: f"{i} . ",
    "#1": lambda i: f"#{i} ",
    "Ref 1:": lambda i: f"Ref {i}: ",
    "superscript": lambda i: f"{str(i).translate(SUPERSCRIPT)} ",
    "roman": lambda i: f"{ROMAN[i]}. ",
    "alone": lambda i: f"{i}\n",
    "stars": lambda i: f"{'•• ' if i % 3 == 0 else ''}{i}. ",
    "all one": lambda _: "1. ",
    "[^1]": lambda i: f"[^{i}]: ",
    "bibitem": lambda i: f"\\bibitem{{key{i}}} ",
    "·": lambda _: "· ",
    "\uf0b7": lambda _: "\uf0b7 ",
    "➢": lambda _: "➢ ",
    "o": lambda _: "o ",
    ">": lambda _: "> ",
}


@pytest.mark.parametrize("width", [10_000, 76])
@pytest.mark.parametrize("mark", MARKS)
def test_marks_before_references(mark: str, width: int) -> None:
    lines = [
        MARKS[mark](i) + textwrap.fill(entry, width, break_on_hyphens=False) for i, entry in enumerate(VANCOUVER, 1)
    ]
    assert bodies("\n".join(lines)) == VANCOUVER


@pytest.mark.parametrize("mark", ["［1］", "（1）", "１）", "1、"])
def test_chinese_lists_have_no_blanks_where_lines_end(mark: str) -> None:
    lines = [textwrap.fill(MARKS[mark](i) + entry, 28) for i, entry in enumerate(CHINESE, 1)]
    assert [text.replace(" ", "") for text in bodies("\n".join(lines))] == [x.replace(" ", "") for x in CHINESE]


def test_keys_of_author_and_year_start_references_and_are_no_authors() -> None:
    keys = ["Bate and Robert, 2006", "Boyle, 2009", "Cahn, 2000", "van der Berg et al., 2016", "WHO, 2016", "Roe(2021)"]
    entries = [*VANCOUVER[:5], VANCOUVER[6]]
    text = "\n".join(wrapped([f"[{key}] {entry}" for key, entry in zip(keys, entries, strict=True)]))
    table = cn.parse_references(text)
    assert len(table) == 6
    assert table.loc[0, ["authors", "year"]].tolist() == ["Bate, P; Robert, G", 2006]


@pytest.mark.parametrize("n", [1_600, 2_200])
def test_long_lists_keep_their_references(n: int) -> None:
    found = split_references("\n".join(f"{i}. Roe A. Title of work {i}. BMJ 2001;{i}:2." for i in range(1, n + 1)))
    assert [entry.number for entry in found.entries] == list(range(1, n + 1))
    assert not found.problems


def test_a_year_goes_on_a_count_only_behind_its_number() -> None:
    lines = ["1. Roe A. The year", "1998. A novel. London 1999.", "2. Lee B. Title. BMJ 2001;1:2."]
    assert numbered_lines(lines) == ("1.", [(0, 1), (2, 2)])


@pytest.mark.parametrize("mark", ["[{}] ", "{}. "])
@pytest.mark.parametrize("width", [100_000, 90])
def test_a_numbered_list_pasted_as_running_text(mark: str, width: int) -> None:
    text = " ".join(mark.format(i) + entry for i, entry in enumerate(VANCOUVER, 1))
    assert bodies(textwrap.fill(text, width, break_on_hyphens=False)) == VANCOUVER


def test_numbers_that_start_again_and_numbers_out_of_turn() -> None:
    first, second = VANCOUVER[:4], VANCOUVER[4:]
    lines = [f"{i}. {entry}" for entries in (first, second) for i, entry in enumerate(entries, 1)]
    found = split_references("\n".join([*lines[:4], "", "Appendix references", *lines[4:]]))
    assert [entry.text for entry in found.entries] == VANCOUVER
    assert [entry.number for entry in found.entries] == [1, 2, 3, 4, 1, 2, 3]
    assert kinds(found) == ["left out", "numbering starts again"]
    turned = split_references("\n".join(f"{i}. {x}" for i, x in zip([1, 2, 4, 3, 5, 7, 6], VANCOUVER, strict=True)))
    assert [entry.number for entry in turned.entries] == [1, 2, 4, 3, 5, 7, 6]
    assert kinds(turned) == ["number out of turn"] * 2


LINKS = {
    "springer": "{}\n\nArticle  Google Scholar ",
    "numbered": "{i}. {}\n[Crossref] [Google Scholar]",
    "taylor": "{}\n[Crossref], [Web of Science ®], [Google Scholar]",
    "elsevier": "{}\nView in Scopus\nGoogle Scholar",
    "own lines": "{}\nArticle\nPubMed\nGoogle Scholar",
    "address": "{}\nhttps://doi.org/10.1000/abc{i}",
}


@pytest.mark.parametrize("entries", [VANCOUVER, APA], ids=["vancouver", "apa"])
@pytest.mark.parametrize("page", LINKS)
def test_lines_of_links_end_a_reference_and_stay_with_it(page: str, entries: list[str]) -> None:
    between = "\n\n" if page == "springer" else "\n"
    found = bodies(between.join(LINKS[page].format(entry, i=i) for i, entry in enumerate(entries, 1)))
    assert [text[:60] for text in found] == [entry[:60] for entry in entries]
    assert all(text.startswith(entry) for text, entry in zip(found, entries, strict=True))


@pytest.mark.parametrize(
    ("behind", "doi"),
    [
        ("10.2752/175630615X14212498964312Google Scholar", "10.2752/175630615x14212498964312"),
        ("https://doi.org/10.1136/medhum-2017-011339Article PubMed Google Scholar", "10.1136/medhum-2017-011339"),
        ("10.1111/j.1467-8500.1998.tb01568.xCrossRefGoogle Scholar", "10.1111/j.1467-8500.1998.tb01568.x"),
        ("10.1111/j.1467-8500.1998.tb01568.x[Crossref], [Web of Science ®]", "10.1111/j.1467-8500.1998.tb01568.x"),
        ("10.1111/j.1467-8500.2008.00608.x.pmid:18480118", "10.1111/j.1467-8500.2008.00608.x"),
    ],
)
def test_words_of_links_are_no_part_of_a_doi(behind: str, doi: str) -> None:
    row = cn.parse_references([f"Roe A, Lee B. On the care of cities. BMJ 2001;1:2-3. doi:{behind}"]).loc[0]
    assert row["doi"] == doi
    assert row["raw"].endswith(behind)


def test_a_title_may_end_with_the_word_of_a_link() -> None:
    for text in ("Roe A. How to search PubMed", "Roe A. The abstract. Article", "Roe A. [PubMed: 18480118]"):
        assert without_links(text) == text


HEADINGS = [
    "References (42)",
    "VII. References",
    "R E F E R E N C E S",
    "References and Notes",
    "Selected references",
    "Further reading",
    "Works consulted",
    "Primary sources",
    "Literatur- und Quellenverzeichnis",
    "Verwendete Literatur",
    "BIBLIOGRAPHIE SÉLECTIVE",
    "Källförteckning",
    "Bronnen",
    "Kilder",
    "参考文献",
    "— References —",
    "Literature Cited:",
]


@pytest.mark.parametrize("heading", [*HEADINGS, "44   Smith et al.", "Co-production: a review  44\n"])
def test_headings_are_no_references_and_lose_none(heading: str) -> None:
    for entries in (VANCOUVER, APA):
        assert bodies("\n".join([heading, *wrapped(entries, indent="    ")])) == entries


def test_headings_within_a_list_are_told_and_reported() -> None:
    text = "\n".join(["Primary sources", "", *APA[:3], "", "Secondary sources", "", *APA[3:]])
    found = split_references(text)
    assert [entry.text for entry in found.entries] == APA
    assert [problem[:2] for problem in found.problems] == [("left out", 7)]
    assert not any(
        map(is_heading, ("literature.", "literature", "New sources of literature in 1998", "Sources, London"))
    )


def test_a_word_or_number_alone_on_its_line_may_belong_to_the_reference() -> None:
    text = (
        "1. Roe A. Integrated care: a review of the\nLiterature\nBMJ 2001;1:2.\n2. Lee B. Care. World Development\n24\n"
    )
    text += "(1996) 1073–87."
    assert bodies(text) == [
        "Roe A. Integrated care: a review of the Literature BMJ 2001;1:2.",
        "Lee B. Care. World Development 24 (1996) 1073–87.",
    ]


def test_letters_between_the_references_and_text_around_the_list() -> None:
    lines = ["We thank all who took part in this study and the", "funders of the programme.", "", "References"]
    for entry in APA:
        lines += [entry[0]] if f"\n{entry[0]}" not in "\n".join(["", *lines[4:]]) else []
        lines += [entry]
    lines += ["", "Received: 3 May 2020. Accepted: 4 June 2020.", "Correspondence to: Jane Roe, University of X"]
    found = split_references("\n".join(lines))
    assert [entry.text for entry in found.entries] == APA
    assert kinds(found) == ["left out"]
    for said in ("2 lines before the list", "letters between", "2 lines behind the list"):
        assert said in found.problems[0][2]


def test_ends_of_references_at_the_edges_of_pages_are_no_running_heads() -> None:
    entries = [f"Roe A. The care of cities, part {i}. Lancet.\n201{i};18(2):22{i}-48." for i in range(9)]
    lines = "\n".join(f"{i}. {entry}" for i, entry in enumerate(entries, 1)).split("\n")
    text = "\n".join("\n".join([*lines[at : at + 3], str(12 + at // 3)]) for at in range(0, len(lines), 3))
    assert bodies(text) == [entry.replace("\n", " ") for entry in entries]


def test_a_running_head_on_the_first_page_goes_too() -> None:
    entries = [*VANCOUVER, *APA, *VANCOUVER, *APA, *VANCOUVER[:2]]
    head = "BMJ Open 2018;8:e12345. doi:10.1136/bmjopen-2018-012345"
    pages = [[head, *entries[at : at + 10], f"{at // 10 + 2}"] for at in range(0, 30, 10)]
    left_out: list[object] = []
    assert [line.text for line in text_lines("\n".join(line for page in pages for line in page), 1, left_out)] == [
        line for page in pages for line in page[1:]
    ]
    assert len(left_out) == 3
    assert bodies("\n".join(line for page in pages for line in page)) == entries


@pytest.mark.parametrize("width", [60, 72, 90])
def test_bodies_in_unmarked_lists_keep_their_reference_or_doubt_is_said(width: int) -> None:
    found = split_references("\n".join(wrapped(APA, width)))
    right = [entry.text for entry in found.entries] == APA
    assert right or "unsure where it begins" in kinds(found)
    assert right or width == 60


def test_numbers_of_lines_in_the_margin_are_taken_off() -> None:
    lines = "\n".join(wrapped([f"{i}. {entry}" for i, entry in enumerate(VANCOUVER, 1)])).split("\n")
    assert bodies("\n".join(f"{400 + i} {line}" for i, line in enumerate(lines))) == VANCOUVER
    hanging = "\n".join(wrapped(APA, indent="    ")).split("\n")
    assert bodies("\n".join(f"{400 + i} {line}" for i, line in enumerate(hanging))) == APA


def test_manuscripts_with_empty_lines_between_all_lines() -> None:
    assert bodies("\n\n".join("\n".join(wrapped(APA, 80)).split("\n"))) == APA


def test_columns_with_tabs_or_a_narrow_gutter_or_a_head_across() -> None:
    numbered = [f"{i}. {entry}" for i, entry in enumerate(VANCOUVER[:6], 1)]
    left, right = ("\n".join(wrapped(part, 40)).split("\n") for part in (numbered[:3], numbered[3:]))
    left += [""] * (len(right) - len(left))
    for line in ("{:<41}{}", "{}\t{}", "{:<44}{}"):
        assert bodies("\n".join(line.format(*pair) for pair in zip(left, right, strict=True))) == VANCOUVER[:6]


def test_columns_that_cannot_be_told_apart_are_reported() -> None:
    lines = [f"{'word ' * (3 + i % 3)}  {' ' * (i % 4)}other words of a line" for i in range(12)]
    assert "columns" in kinds(split_references("\n".join(lines)))


def test_the_time_grows_with_the_length() -> None:
    found = split_references("1. Roe A. http://a/\n" + "b/\n" * 10_000 + "2. Lee B. Title. BMJ 2001;1:2.")
    assert [entry.number for entry in found.entries] == [1, 2]
    assert len(found.entries[0].text) > 20_000


@pytest.mark.parametrize(
    "given", [None, 3, b"Roe", {"a": "Roe A. X."}, pd.DataFrame({"a": ["Roe A. X."]}), [b"Roe"], [3], ["Roe", ["A"]]]
)
def test_what_are_no_strings_is_refused(given: object) -> None:
    with pytest.raises(cn.InputError, match="strings"):
        cn.parse_references(given)  # type: ignore[arg-type]


def test_missing_strings_give_rows_of_na() -> None:
    table = cn.parse_references(["Roe A. Care. BMJ 2001;1:2.", pd.NA, None, float("nan"), "\ud800 Roe A."])
    assert table["raw"].isna().tolist() == [False, True, True, True, False]
    assert table.loc[1:3].drop(columns="confidence").isna().all(axis=None)
    assert (table.loc[1:3, "confidence"] == 0).all()
    assert "surrogate" in table.loc[4, "problems"]


def test_a_table_says_what_is_odd_about_each_reference() -> None:
    strings = [
        "Putnam R. Bowling alone. New York: Simon; 2000; see also Portes A. Social capital. Annu Rev 1998;24:1.",
        "Roe A. Care. BMJ 2001;1:1–0.",
        "Lee B. Care of cities. BMJ 2001;1:2.",
        "———. Asylums: Essays on mental patients. New York: Anchor Books, 1961.",
    ]
    problems = cn.parse_references(strings)["problems"]
    assert problems.isna().tolist() == [False, False, True, False]
    for said, problem in zip(("2 works", "backwards", None, "dash"), problems, strict=True):
        assert said is None or said in problem
    listed = cn.parse_references(f"1. {strings[2]}\n4. {strings[2]}\n5. {strings[1]}")["problems"]
    assert listed.isna().tolist() == [True, False, False]
    assert "2–3 are missing" in listed[1]
