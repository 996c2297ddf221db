"""One cited reference of the Web of Science, in every shape met in real exports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.io._cited import parse_cited
from citenet.io._cited_authors import parse_author
from citenet.io._cited_columns import CitedColumns
from citenet.io._cited_persons import parse_authors
from citenet.io._spans import Spans

CASES = {
    # the usual shape
    "GRANOVETTER M, 1985, AM J SOCIOL, V91, P481, DOI 10.1086/228311": {
        "authors": "GRANOVETTER, M",
        "year": 1985,
        "container": "AM J SOCIOL",
        "volume": "91",
        "first_page": "481",
        "doi": "10.1086/228311",
    },
    # the given name behind a comma of its own
    "Aaker, JL, 1997, J MARKETING RES, V34, P347, DOI 10.2307/3151897": {
        "authors": "Aaker, JL",
        "year": 1997,
        "container": "J MARKETING RES",
        "volume": "34",
        "first_page": "347",
        "doi": "10.2307/3151897",
    },
    "van der Geest, Sjaak, 2003, ANTHROPOL MED": {
        "authors": "van der Geest, Sjaak",
        "year": 2003,
        "container": "ANTHROPOL MED",
    },
    # full names, a source with commas
    "Burt Ronald S., 1992, NETWORKS AND ORGANIZATIONS : STRUCTURE, FORM, AND ACTION, P57": {
        "authors": "Burt, Ronald S.",
        "year": 1992,
        "container": "NETWORKS AND ORGANIZATIONS : STRUCTURE, FORM, AND ACTION",
        "first_page": "57",
    },
    # author, year or source missing
    "1983, LOCAL TOWNSHIP PAPER": {"year": 1983, "container": "LOCAL TOWNSHIP PAPER"},
    "BATAGELJ V, PAJEK PACKAGE LARGE": {"authors": "BATAGELJ, V", "container": "PAJEK PACKAGE LARGE"},
    "Tuan, YF, COMPANION ENCY GEOGR, V1": {
        "authors": "Tuan, YF",
        "container": "COMPANION ENCY GEOGR",
        "volume": "1",
    },
    "Page David S., 1995, V1219, P263": {
        "authors": "Page, David S.",
        "year": 1995,
        "volume": "1219",
        "first_page": "263",
    },
    "SMITH J, 1949, 1984": {"authors": "SMITH, J", "year": 1949, "container": "1984"},
    "EGRET USERS MANUAL S": {"container": "EGRET USERS MANUAL S"},
    # groups and nobody
    "*NAT STAT BUR, 1991, STAT YB": {"authors": "NAT STAT BUR", "year": 1991, "container": "STAT YB"},
    "World Health Organization, 2008, REPORT": {
        "authors": "World Health Organization",
        "year": 2008,
        "container": "REPORT",
    },
    "[Anonymous], 2006, DISPOSABLE WOMEN OTH": {"year": 2006, "container": "DISPOSABLE WOMEN OTH"},
    # dates stuck to the source, in the last of its twenty columns
    "1983, CHINA Q          DEC": {"year": 1983, "container": "CHINA Q"},
    "PLUMB MG, 1986, NY TIMES        0903, pB6": {
        "authors": "PLUMB, MG",
        "year": 1986,
        "container": "NY TIMES",
        "first_page": "B6",
    },
    "Anderson M., 2010, NATL POSTFINANC 0504": {
        "authors": "Anderson, M.",
        "year": 2010,
        "container": "NATL POSTFINANC",
    },
    "BEAUREGARD OCD, 1972, COMPTES RENDUS     B, V274": {
        "authors": "BEAUREGARD, OCD",
        "year": 1972,
        "container": "COMPTES RENDUS B",
        "volume": "274",
    },
    # kinds
    "EVERS AWM, IN PRESS BRIT J RHEU": {"authors": "EVERS, AWM", "type": "in press", "container": "BRIT J RHEU"},
    "WRIGHT PM, HUMAN RESOU IN PRESS": {"authors": "WRIGHT, PM", "type": "in press", "container": "HUMAN RESOU"},
    "KOGUT B, UNPUB": {"authors": "KOGUT, B", "type": "unpublished"},
    "BUBEL E, 1999, THESIS U SAARLANDES": {
        "authors": "BUBEL, E",
        "year": 1999,
        "type": "thesis",
        "container": "THESIS U SAARLANDES",
    },
    "[Anonymous], 2011, Deep Water, Patent No. [3793218, 3,793,218]": {
        "year": 2011,
        "container": "Deep Water",
        "type": "patent",
        "ids": "patent:3793218",
    },
    # volumes, pages, articles
    "Vargo SL, 2004, J MARK, V68 Suppl 1, pS112": {
        "authors": "Vargo, SL",
        "year": 2004,
        "container": "J MARK",
        "volume": "68 Suppl 1",
        "first_page": "S112",
    },
    "Foucault M., 1980, HIST SEXUALITY, VII, P12-15": {
        "authors": "Foucault, M.",
        "year": 1980,
        "container": "HIST SEXUALITY",
        "volume": "II",
        "first_page": "12",
        "last_page": "15",
    },
    "Losurdo C, 1973, NUOVO CIMENTO B, VB 13, P217": {
        "authors": "Losurdo, C",
        "year": 1973,
        "container": "NUOVO CIMENTO B",
        "volume": "B 13",
        "first_page": "217",
    },
    "Felsenthal J., 2018, VOGUE": {"authors": "Felsenthal, J.", "year": 2018, "container": "VOGUE"},
    "Smith A, 2009, PHYSICS, VOLS 1 AND 2, P3": {
        "authors": "Smith, A",
        "year": 2009,
        "container": "PHYSICS, VOLS 1 AND 2",
        "first_page": "3",
    },
    "Dorogovtsev SN, 2001, PHYS REV E, V63, part. no., DOI 10.1103/PhysRevE.63.025101": {
        "authors": "Dorogovtsev, SN",
        "year": 2001,
        "container": "PHYS REV E",
        "volume": "63",
        "doi": "10.1103/physreve.63.025101",
    },
    "Callaway DS, 2001, PHYS REV E, V64, ARTN 041902": {
        "authors": "Callaway, DS",
        "year": 2001,
        "container": "PHYS REV E",
        "volume": "64",
        "first_page": "041902",
    },
    # DOIs: doubled word, lists, brackets and semicolons inside, none at all
    "Coie J. D., 1998, HDB CHILD PSYCHOL, P779, DOI DOI 10.1002/9780470147658.CHPSY0312": {
        "authors": "Coie, J. D.",
        "year": 1998,
        "container": "HDB CHILD PSYCHOL",
        "first_page": "779",
        "doi": "10.1002/9780470147658.chpsy0312",
    },
    "Page MJ, 2021, BMJ-BRIT MED J, V372, DOI [10.1136/bmj.n71, DOI 10.1136/BMJ.N71, 10.1016/j.rec.2021.07.010]": {
        "authors": "Page, MJ",
        "year": 2021,
        "container": "BMJ-BRIT MED J",
        "volume": "372",
        "doi": "10.1136/bmj.n71",
        "ids": "doi:10.1016/j.rec.2021.07.010",
    },
    "ADAMS SM, 1993, T AM FISH SOC, V122, P63, DOI 10.1577/1548-8659(1993)122<0063:AQHAIF>2.3.CO;2": {
        "authors": "ADAMS, SM",
        "year": 1993,
        "container": "T AM FISH SOC",
        "volume": "122",
        "first_page": "63",
        "doi": "10.1577/1548-8659(1993)122<0063:aqhaif>2.3.co;2",
    },
    "GILBERT P, 1995, SOCIAL SUPPORT PSYCH, P117, DOI 409815408,12,1": {
        "authors": "GILBERT, P",
        "year": 1995,
        "container": "SOCIAL SUPPORT PSYCH",
        "first_page": "117",
    },
}


@pytest.mark.parametrize("raw", CASES)
def test_each_part_is_known_by_what_it_looks_like(raw):
    assert parse_cited(raw) == CASES[raw]


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("GRANOVETTER M", "GRANOVETTER, M"),
        ("GRANOVET.MS", "GRANOVET, MS"),
        ("de Leon CFM", "de Leon, CFM"),
        ("Costa de Beauregard O.", "Costa de Beauregard, O."),
        ("Snijders T. A. B.", "Snijders, T. A. B."),
        ("Adelman Sam.", "Adelman, Sam"),
        ("ARENDT HANNAH", "ARENDT, HANNAH"),
        ("TSING Anna Lowenhaupt", "TSING, Anna Lowenhaupt"),
        ("Pew", "Pew"),
        ("National Science Board", "National Science Board"),
        ("European Comm", "European Comm"),
        ("[ANONYMOUS]", None),
        ("Anonymous", None),
        ("*", None),
        (".", None),
        ("", None),
    ],
)
def test_authors(printed, name):
    assert parse_author(printed) == name
    assert parse_authors(Spans.of([printed, "BATE P", printed])) == ([name, "BATE, P", name], [0, 2] * (name is None))


@pytest.mark.parametrize("piece", [" ", "IN PRESS ", "A. ", "V", "[, ", "x, ", "DOI [", "1999, "])
def test_a_very_long_reference_is_read_without_backtracking(piece):
    """A pattern that backtracks would not come to an end here."""
    raw = "SMITH J, 1999, X" + piece * 20_000 + "DEC"
    assert CitedColumns([raw, "BATE P, 2006, CARE", raw]).fields(2) == parse_cited(raw)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*"VPp[].-", "DOI ", ", ", "1999", "10.1/x", "IN PRESS"])).map("".join)
)
def test_no_text_is_too_odd(raw):
    fields = parse_cited(raw)
    assert all(value not in ("", None) or name == "ids" for name, value in fields.items())


_PARTS = [
    *("BATE P", "[Anonymous]", "*NAT STAT BUR", "2006", "2006a", "106", "QUAL SAF HEALTH CARE", "V15", "Viii", "P307"),
    *("P307-9", "P[12, 14]", "ARTN e12", "UNPUB", "IN PRESS", "DOI 10.1000/A.b(1)", "DOI [10.1000/a, 10.1000/b]"),
    *(
        "DOI none",
        "Patent No. US 1",
        "J SOC          DEC",
        "p art. no. 7",
        "",
        "Strøm K. A.",
        "O'Neil Mary",
        "WORLD BANK",
    ),
    *(
        "V15, P3",
        "SOC SCI MED     0712",
        "ＡＢＣ",
        "pS48",
        "P3, V15",
        "A, B",
        "COMMUN ACM",
        "J PRESS SOC",
        "a J, b",
        "DOI ",
    ),
]


_NAME_PIECES = st.sampled_from(
    [*"ABab.-'* ;é&,", "Smith", "de", "la", "De", "van", "Jr", "WORLD", "Bank", "Univ", "US", "Anon", "anonymous",
     "A. ", "J. B.", " JK", " ", "Don ", "Mc", "O'", "ABCDE", "2", "[", "]", "Ö", "Strøm"]
)  # fmt: skip


@given(st.lists(st.lists(_NAME_PIECES, max_size=7).map("".join), max_size=8))
def test_many_names_are_parsed_as_each_of_them_is(names):
    authors, nobodies = parse_authors(Spans.of(names))
    assert authors == list(map(parse_author, names))
    assert nobodies == [at for at, author in enumerate(authors) if author is None]


_SOURCE_PIECES = st.sampled_from(
    ["IN PRESS ", "IN PRESS", "IN PRESS  ", "in-press", "UNPUB ", "UNPUB", "unpub", "THESIS ", "THESES", "PHD DISS",
     "COMMUNICATION", "PERS COMMUN ACM", "J ", "SOC ", "SOC", "SCI MED", " ", "          ", "0712", "1313", " 0229",
     "DEC", "DE", "MASTERS ", "?", "ß", "PREß", "(IN PRESS)", "A", "7"]
)  # fmt: skip


@given(
    st.lists(st.lists(_SOURCE_PIECES, min_size=1, max_size=6).map(lambda pieces: "".join(pieces).strip()), max_size=8)
)
def test_many_sources_are_parsed_as_each_of_them_is(texts):
    raws = [f"BATE P, 1999, {text}" for text in texts if text.strip()]
    cited = CitedColumns(raws)
    assert [cited.fields(at) for at in range(len(raws))] == list(map(parse_cited, raws))


@pytest.mark.parametrize("last", ["0101", "1231", "0100", "1232", "1301", "0931", "12 1", "1a31", "DEC", "XYZ", " DEC"])
@pytest.mark.parametrize("width", [14, 15, 16])
def test_a_date_counts_in_the_last_columns_only(last, width):
    raw = f"1983, {'CHINA QUART':{width}}{last}"
    assert CitedColumns([raw]).fields(0) == parse_cited(raw)


@given(st.lists(st.lists(st.sampled_from(_PARTS), min_size=1, max_size=7).map(", ".join).filter(str.strip), max_size=6))
def test_a_list_is_parsed_as_each_of_its_references_is(raws):
    cited = CitedColumns(raws)
    assert all(len(column.codes) == len(raws) for column in cited.columns.values())
    assert [cited.fields(at) for at in range(len(raws))] == list(map(parse_cited, raws))


@given(st.lists(st.sampled_from(list(CASES)), min_size=1, max_size=6), st.data())
def test_misprints_are_parsed_alike_in_a_list_and_alone(raws, data):
    changed = []
    for raw in raws:
        at = data.draw(st.integers(0, len(raw)))
        until = data.draw(st.integers(at, min(at + 6, len(raw))))
        changed.append(raw[:at] + data.draw(st.text(", VPpD.[]*19Aaé\ud800", max_size=4)) + raw[until:])
    cited, alone = CitedColumns(changed), list(map(parse_cited, changed))
    assert [cited.fields(at) for at in range(len(changed))] == alone
    doubted = [
        at
        for at, (raw, fields) in enumerate(zip(changed, alone, strict=True))
        if "doi" not in fields and ("DOI " in raw or not fields.keys() & {"year", "authors", "type"})
    ]
    assert cited.doubted == doubted


def test_what_tells_nothing_is_doubted():
    raws = [
        "BATE P, 2006, CARE",
        "[Anonymous], HDB OF CARE",
        "BATE P, 2006, CARE, DOI none",
        "DOI 10.1000/a",
        "",
        "1999",
        "BATE P, 2006, CARE,,DOI 7",
    ]
    assert CitedColumns(raws).doubted == [1, 2, 4, 6]
    assert CitedColumns([]).doubted == []


def test_a_doi_that_is_none_is_doubted_wherever_it_stands():
    raws = [
        "BATE P, 2006, CARE DOI 7",
        "BATE P, 2006, CARE, DOI 10.1000/a, DOI 8",
        "BATE P, 2006, DOI, V7",
        "DOI 9, 2006",
    ]
    raws += ["BATE P, 2006, CARE, DOI 10.1000/a"]
    expected = [at for at, raw in enumerate(raws) if "DOI " in raw and "doi" not in parse_cited(raw)]
    assert CitedColumns(raws).doubted == expected
    assert 0 in expected


def test_a_line_end_in_a_reference_is_a_blank():
    assert CitedColumns(["BATE P, 2006, QUAL\nSAF"]).fields(0)["container"] == "QUAL SAF"
