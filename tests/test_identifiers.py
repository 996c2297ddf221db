"""Identifiers in their normal form."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet import identifiers
from citenet.identifiers import join_ids, normalise_doi, normalise_id, tidy_ids

SICI = "10.1002/(sici)1097-0001(199901)41:6<391::aid-xyz1>3.0.co;2-9"


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/abc",
        "10.1000/ABC.",
        "doi:10.1000/abc,",
        "DOI 10.1000/Abc;",
        "https://dx.doi.org/10.1000/abc",
        "http://doi.org/10.1000/abc/",
        "<https://doi.org/10.1000/abc>",
        "(10.1000/abc)",
        "[doi: 10.1000/abc].",
        "{10.1000/abc}",
        '"10.1000/abc"',
        "10.1000/abc</a>",
        "10.1000%2Fabc",
        "10.1000/ab\u00adc",
        "\u200b10.1000/abc\u200b",
        "as printed 10.1000/abc and 10.1000/other",
    ],
)
def test_one_doi_in_all_its_dresses(text):
    assert normalise_doi(text) == "10.1000/abc"


@pytest.mark.parametrize("text", [None, "", "none", "10.10/x", "10.1000/", "10.1000 /abc", "110.1000"])
def test_no_doi_is_none(text):
    assert normalise_doi(text) is None


def test_brackets_that_the_doi_opened_stay():
    assert normalise_doi("https://doi.org/10.1016/S0000-6736(05)71146-6.") == "10.1016/s0000-6736(05)71146-6"
    assert normalise_doi("(see 10.1000/a(b))") == "10.1000/a(b)"


@pytest.mark.parametrize(
    "text",
    [
        SICI.upper(),
        f"doi:{SICI}.",
        f"<https://doi.org/{SICI}>",
        "https://doi.org/" + SICI.replace("<", "%3C").replace(">", "%3E").replace("(", "%28").replace(")", "%29"),
    ],
)
def test_old_wiley_dois_keep_their_angle_brackets(text):
    """Cut at the bracket, all articles of an issue would share one DOI."""
    assert normalise_doi(text) == SICI


@given(st.from_regex(r"10\.\d{4,6}/[a-zA-Z0-9._()/:;-]{1,20}", fullmatch=True))
def test_a_normal_form_is_its_own_normal_form(text):
    doi = normalise_doi(text)
    assert doi is None or normalise_doi(doi) == doi == doi.lower()


@pytest.mark.parametrize(
    ("scheme", "text", "expected"),
    [
        ("pmid", "PMID: 00123", "pmid:123"),
        ("pmid", "https://pubmed.ncbi.nlm.nih.gov/123/", "pmid:123"),
        ("pmid", "https://www.ncbi.nlm.nih.gov/pubmed/123", "pmid:123"),
        ("pmid", "12a", None),
        ("pmcid", "pmc123", "pmcid:PMC123"),
        ("pmcid", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/", "pmcid:PMC123"),
        ("openalex", "https://api.openalex.org/works/w12", "openalex:W12"),
        ("openalex", "A12", None),
        ("wos", "WOS:000380830600008", "wos:000380830600008"),
        ("wos", "A1996", None),
        ("doi", "https://doi.org/10.1000/X", "doi:10.1000/x"),
        ("doi", "x", None),
        ("isbn", " 978 3 16 ", "isbn:978_3_16"),
        ("work", "a key", "work:a_key"),
        ("pmid", None, None),
        ("isbn", "  ", None),
    ],
)
def test_ids_of_each_scheme(scheme, text, expected):
    assert normalise_id(scheme, text) == expected


def test_terms_join_sorted_once_each():
    assert join_ids(["wos:A1", None, "pmid:1", "pmid:1", ""]) == "pmid:1 wos:A1"
    assert join_ids([None, ""]) is None


@given(st.from_regex(re.compile(identifiers._TIDY_DOI, re.ASCII), fullmatch=True))
def test_what_is_taken_for_a_doi_in_its_normal_form_is_one(doi):
    assert normalise_doi(doi) == doi


@pytest.mark.parametrize(
    ("cell", "ids", "lost"),
    [
        ("PMID:1", "pmid:1", []),
        ("PMID: 0012; WOS:000312411102131", "pmid:12 wos:000312411102131", []),
        ("pmid:1;openalex:w7,", "openalex:W7 pmid:1", []),
        ("https://pubmed.ncbi.nlm.nih.gov/27502770/ https://doi.org/10.1000/X", "doi:10.1000/x pmid:27502770", []),
        ("DOI:10.1002/(SICI)1(1990)41:6<391::AID>3.0.CO;2-9", "doi:10.1002/(sici)1(1990)41:6<391::aid>3.0.co;2-9", []),
        ("work:Lee,;_A wos:short", "work:Lee,;_A wos:short", []),
        ("12 pmid:7 none", "pmid:7", ["12", "none"]),
    ],
)  # fmt: skip
def test_identifiers_in_a_cell_are_put_in_their_normal_form_and_stay_so(cell, ids, lost):
    assert tidy_ids(cell) == (ids, lost)
    assert tidy_ids(ids) == (ids, [])
