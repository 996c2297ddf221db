"""Forms that are easily misread, each with what must come out."""

# ruff: noqa: E501 - printed references

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from citenet import InputError, parse_references
from citenet.refparse.clean import join_lines
from citenet.refparse.exact import identifiers, page_range
from citenet.refparse.law import cited_law
from citenet.refparse.parse import parse_strings
from citenet.refparse.several import separate_works
from citenet.refparse.split import split_references

READINGS = [
    ("Pohl, Dietmar (o. J.): Naturerfahrungen von Kindern. Ludwigsburg.", {"authors": "Pohl, Dietmar"}),
    ("NHS Digital. Mental health bulletin 2017–18. Leeds: NHS Digital; 2018.", {"authors": "NHS Digital"}),
    ("HM Government. Putting people first. London: HM Government; 2007.", {"authors": "HM Government"}),
    (
        "SOUZA, Maria Helena de Oliveira; LIMA, Ana Paula de Castro. Coprodução em saúde. Saúde em Debate, v. 40, n. 110, "
        "p. 35-48, 2016.",
        {"authors": "SOUZA, Maria Helena de Oliveira; LIMA, Ana Paula de Castro"},
    ),
    (
        "CAMPOS, Gastão Wagner de Sousa. Um método para análise. São Paulo: Hucitec, 2000.",
        {"authors": "CAMPOS, Gastão Wagner de Sousa"},
    ),
    (
        "Nedelmann, B. (1997). Gewaltsoziologie am Scheideweg. In T. v. Trotha (Hrsg.), Soziologie der Gewalt (S. 59-85). "
        "Opladen: Westdeutscher Verlag.",
        {"editors": "v. Trotha, T.", "authors": "Nedelmann, B."},
    ),
    (
        "Canzler, Weert & AndreasKnie 1998: Möglichkeitsräume. Grundrisse einer modernen Mobilitätspolitik, Wien.",
        {"authors": "Canzler, Weert; Knie, Andreas"},
    ),
    (
        "Berg JP van der, Vries H de. Samenwerken in de zorg. Ned Tijdschr Geneeskd 2011;155:A1234.",
        {"authors": "Berg, JP van der; Vries, H de"},
    ),
    (
        "Ashish Vaswani, Noam Shazeer, and Mary Smith. 2014. Trust in public services. Public Administration Review 64, 2 "
        "(2014), 143–157.",
        {"authors": "Vaswani, Ashish; Shazeer, Noam; Smith, Mary"},
    ),
    (
        "Statistisches Bundesamt (Destatis) (2020): Gesundheitsausgabenrechnung. Wiesbaden.",
        {"authors": "Statistisches Bundesamt (Destatis)"},
    ),
    (
        "Weber K., J. Am. Chem. Soc., 112 (1990) 2345.",
        {"authors": "Weber, K", "container": "J. Am. Chem. Soc", "volume": "112"},
    ),
    (
        "[7] Kim H, Lee S. 2020 guideline for the management of heart failure[J]. Circulation, 2021, 143(3): 12-20.",
        {"title": "2020 guideline for the management of heart failure", "year": 2021},
    ),
    (
        "Brown, A. (2010). 1989: The year that changed Europe. London: Penguin.",
        {"title": "1989: The year that changed Europe", "year": 2010},
    ),
    (
        "Office for National Statistics. 2011 Census: Key Statistics for England and Wales. London: ONS; 2012.",
        {"title": "2011 Census: Key Statistics for England and Wales", "year": 2012},
    ),
    ("Goffman E. Stigma. London: Penguin; 1963.", {"authors": "Goffman, E", "title": "Stigma"}),
    ("Berwick D. Kindness. JAMA 2014;312:1-2.", {"authors": "Berwick, D", "title": "Kindness"}),
    (
        "Crozier M., Friedberg E. L'acteur et le système. Paris: Seuil; 1977. 500 p.",
        {"first_page": None, "publisher": "Seuil"},
    ),
    (
        "Sjaastad, L. 1962: The costs and returns of human migration. Journal of Political Economy, 70. Jg., Heft 5, 80–93.",
        {"volume": "70", "issue": "5", "first_page": "80"},
    ),
    ("17 Shambaugh, China’s Think Tanks, (Anm. 1), S. 587.", {"volume": None, "issue": None, "first_page": "587"}),
    (
        "European Commission. A renewed EU strategy for Corporate Social Responsibility. COM(2011) 681. Brussels: European "
        "Commission; 2011.",
        {"container": "COM", "volume": "681", "first_page": None},
    ),
]


@pytest.mark.parametrize(("raw", "wanted"), READINGS, ids=[raw[:25] for raw, _ in READINGS])
def test_what_is_easily_misread(raw: str, wanted: dict[str, object]) -> None:
    fields = parse_strings([raw])[0].fields
    assert {name: fields.get(name) for name in wanted} == wanted


LAWS = [
    ("Brown v. Board of Education, 347 U.S. 483 (1954).", ("Brown v. Board of Education", "U.S.", "347", 1954, "483")),
    ("Smith v. Jones, 23 F.3d 1019 (9th Cir. 1994).", ("Smith v. Jones", "F.3d", "23", 1994, "1019")),
    ("Donoghue v Stevenson [1932] AC 562.", ("Donoghue v Stevenson", "AC", None, 1932, "562")),
    (
        "BGH, Urteil vom 20.3.2012, 4 StR 561/11, NJW 2012, 1234.",
        ("BGH, Urteil vom 20.3.2012, 4 StR 561/11", "NJW", None, 2012, "1234"),
    ),
    ("BVerfGE 79, 127 (143).", (None, "BVerfGE", "79", None, "127")),
    ("Health and Social Care Act 2012, c. 7.", ("Health and Social Care Act 2012", None, None, 2012, None)),
    (
        "Regulation (EU) 2016/679 of the Council of 27 April 2016, OJ L 119, 4.5.2016, p. 1–88.",
        ("Regulation (EU) 2016/679 of the Council of 27 April 2016", "OJ", "L 119", 2016, "1"),
    ),
    ("Bell v Tavistock: a comment. BMJ 2021;373:n1.", None),
    ("Roe A. The Care Act 2014 in practice. BMJ 2015;1:2.", None),
]


@pytest.mark.parametrize(("raw", "wanted"), LAWS)
def test_cases_and_statutes(raw: str, wanted: tuple[object, ...] | None) -> None:
    found = cited_law(raw)
    names = ("title", "container", "volume", "year", "first_page")
    assert (found and tuple(found.get(name) for name in names)) == wanted


def test_a_law_has_no_author_and_is_of_its_kind() -> None:
    row = parse_references([LAWS[0][0]]).iloc[0]
    assert row["type"] == "law"
    assert pd.isna(row["authors"])


@pytest.mark.parametrize(
    ("text", "doi", "ids"),
    [
        ("doi:10.2752/175630615X142Google Scholar", "10.2752/175630615x142", None),
        ("https://doi.org/10.1136/medhum-2017-011339Article PubMed", "10.1136/medhum-2017-011339", None),
        ("10.1111/j.tb01568.x[Crossref], [Google Scholar]", "10.1111/j.tb01568.x", None),
        ("10.1111/00608.x.pmid:18480118", "10.1111/00608.x", "pmid:18480118"),
        ("[PubMed: 18480118]", None, "pmid:18480118"),
        ("ISBN (print) 978-3-16-148410-0", None, "isbn:9783161484100"),
    ],
)
def test_identifiers_end_where_links_begin(text: str, doi: str | None, ids: str | None) -> None:
    assert identifiers(text)[:2] == (doi, ids)


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["https://doi.org/10.1371/journal.", "pone.0150205"], "https://doi.org/10.1371/journal.pone.0150205"),
        (["doi:10.1111/j.1467-8500.", "2008.00608.x"], "doi:10.1111/j.1467-8500.2008.00608.x"),
        (["doi:10.1111/abc.", "2018 Accessed"], "doi:10.1111/abc. 2018 Accessed"),
        (
            ["https://www.england.nhs.uk/five-year-", "forward-view/"],
            "https://www.england.nhs.uk/five-year-forward-view/",
        ),
        (["evidence-", "based know-", "ledge"], "evidence-based knowledge"),
        (["地域包括ケアに", "おける協働"], "地域包括ケアにおける協働"),
    ],
)
def test_lines_go_on(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


def test_pages_are_completed_but_not_cut_out_of_words() -> None:
    assert page_range("123S–30S") == ("123S", "130S")
    assert page_range("Dokument 12") == ("12", None)


MEETINGS = [
    "Harnden P, Joffe JK, editors. Germ cell tumours V. Proceedings of the 5th Conference; 2001 Sep 13-15; Leeds, UK. New "
    "York: Springer; 2002.",
    "Atkins, P. W. Physical Chemistry, 5th ed. (1994); Oxford University Press: Oxford, 1994; pp 123–130.",
    "Müller, H. (2005): Die Reform (1995–2000); Eine Bilanz 2005. Berlin: Springer.",
    "Li, B. Title. In Proceedings of X, Boston, MA, June 1–5, 2010; Smith, A., Ed.; ACM: New York, 2010; pp. 1–5.",
]


@pytest.mark.parametrize("text", MEETINGS)
def test_a_meeting_or_a_publisher_behind_a_semicolon_is_no_second_work(text: str) -> None:
    assert separate_works(text) == [text]


ENTRIES = [
    f"{name} A. A study of {topic} in public services. BMJ {year};12:{year - 1900}-{year - 1890}."
    for name, topic, year in zip(
        ("Adams", "Baker", "Clark", "Dixon", "Evans", "Foster"),
        ("trust", "value", "health", "care", "work", "users"),
        range(2001, 2007),
        strict=True,
    )
]
NUMBERED = ["［{}］{}", "（{}）{}", "{}）{}", "{}．{}", "{}、{}", "【{}】{}", "[^{}]: {}"]


@pytest.mark.parametrize("form", NUMBERED)
def test_numbers_of_other_forms(form: str) -> None:
    found = split_references("\n".join(form.format(i, text) for i, text in enumerate(ENTRIES, 1)))
    assert [entry.text for entry in found.entries] == ENTRIES


def test_long_lists_lists_that_start_again_and_markdown_numbers() -> None:
    long = "\n".join(f"{i}. {ENTRIES[i % 6]}" for i in range(1, 1601))
    assert len(split_references(long).entries) == 1600
    once = "\n".join(f"{i}. {text}" for i, text in enumerate(ENTRIES, 1))
    assert [entry.number for entry in split_references(f"{once}\n{once}").entries] == [*range(1, 7)] * 2
    assert [entry.text for entry in split_references("\n".join(f"1. {text}" for text in ENTRIES)).entries] == ENTRIES


def test_a_list_pasted_as_running_text_is_cut_at_its_numbers() -> None:
    for form in ("[{}] {}", "{}. {}"):
        pasted = " ".join(form.format(i, text) for i, text in enumerate(ENTRIES, 1))
        assert [entry.text for entry in split_references(pasted).entries] == ENTRIES


@pytest.mark.parametrize("below", ["\nArticle  Google Scholar\n", "[Crossref], [Web of Science ®], [Google Scholar]"])
def test_link_words_below_a_reference_are_no_reference(below: str) -> None:
    found = split_references("\n".join(f"{text}\n{below}" for text in ENTRIES))
    assert [entry.text for entry in found.entries] == ENTRIES


def test_keys_with_names_and_years() -> None:
    found = split_references("\n".join(f"[{text.split()[0]} et al., 2001] {text}" for text in ENTRIES))
    assert len(found.entries) == len(ENTRIES)
    assert parse_references([entry.text for entry in found.entries])["authors"].str.startswith("Adams, A").iloc[0]


def test_ends_of_references_at_the_edges_of_pages_are_no_heads() -> None:
    lines = [f"{i}. {text}" for i, text in enumerate(ENTRIES, 1)]
    split = [part for line in lines for part in line.replace(" BMJ", "\nBMJ").split("\n")]
    text = "\n".join([*split[:3], "12", *split[3:7], "13", *split[7:]])
    assert [entry.text for entry in split_references(text).entries] == ENTRIES


def test_what_is_missing_stays_missing_and_what_is_no_text_is_refused() -> None:
    table = parse_references(pd.Series([ENTRIES[0], pd.NA, None, np.nan]))
    assert table["raw"].isna().tolist() == [False, True, True, True]
    assert table["year"].isna().tolist() == [False, True, True, True]
    for wrong in (b"Roe", {"a": 1}, pd.DataFrame({"a": ["Roe"]}), 3):
        with pytest.raises(InputError, match="give one string"):
            parse_references(wrong)
    with pytest.raises(InputError, match="reference 1 is 3"):
        parse_references(["Roe", 3])
    assert parse_references(["\ud800 Roe A. A title. BMJ 2001;1:2."]).loc[0, "year"] == 2001


def test_what_is_odd_stands_beside_the_reference() -> None:
    odd = ["Putnam R. Bowling alone. New York: Simon; 2000; see also Portes A. Social capital. Annu Rev 1998;24:1."]
    table = parse_references([*odd, "Roe A. A title. BMJ 2001;1:1–0.", ENTRIES[0]])
    assert table["problems"].str.contains("2 works").iloc[0]
    assert table["problems"].str.contains("backwards").iloc[1]
    assert pd.isna(table["problems"].iloc[2])
    assert "2 is missing" in parse_references(f"1. {ENTRIES[0]}\n3. {ENTRIES[1]}")["problems"].iloc[1]
