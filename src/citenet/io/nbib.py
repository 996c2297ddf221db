"""PubMed and MEDLINE text (``.nbib``): works without reference lists, which it says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._columns import SEPARATOR, Block, Cell, Known
from citenet.io._drafts import settle_rows
from citenet.io._fields import split_pages
from citenet.io._plain_columns import first_plain, terms_column, texts_column
from citenet.io._records import Records
from citenet.io._rows import Rows
from citenet.io._tagged import Dialect, Line, TaggedReader
from citenet.io._values import join_people, person, trailing_initials, year_of

__all__ = ["NAME", "read", "read_pieces", "sniff"]

NAME = "nbib"

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$", re.DOTALL)
_BEGIN = re.compile(r"(?:[A-Z][A-Z0-9]  |[A-Z][A-Z0-9]{2} |[A-Z][A-Z0-9]{3})- ")
_START = re.compile(r"(?:\A|\n)PMID *- *\d")
_STARS = re.compile(rf"(?:(?<={SEPARATOR})|\A)\*+")  # they mark what a work is mostly about
_TITLES = ("TI", "BTI")


def sniff(head: str) -> bool:
    r"""Whether a text begins with a record of PubMed.

    >>> sniff("PMID- 33723542\nOWN - NLM\n"), sniff("TY  - JOUR\n")
    (True, False)
    """
    return _START.search(head[:2_000]) is not None


def read(text: str, records: Records) -> None:
    r"""Read PubMed text into ``records``; a note says once that the format holds no references.

    Examples
    --------
    >>> records = Records("pubmed.nbib")
    >>> read("PMID- 1\nTI  - A title\n      that goes on.\nFAU - Robert, Glenn\nAID - 10.1000/x [doi]\n", records)
    >>> records.works[0]["work_id"], records.works[0]["title"], records.works[0]["doi"]
    ('pmid:1', 'A title that goes on.', '10.1000/x')
    >>> records.problems[0]["kind"]
    'no references'
    """
    read_pieces([text], records)


def read_pieces(pieces: Iterable[str], records: Records) -> None:
    """Read PubMed text that comes in pieces, each cut behind a line end."""
    found = Rows()
    for block in TaggedReader(_DIALECT, records).blocks(pieces):
        found.extend(_columns(block, records))
    if not found and not records.problems:
        excerpt = "".join(pieces).lstrip()[:80]
        raise ParseError("no PubMed record (PMID- …) found", file=records.file, line=1, excerpt=excerpt)
    settle_rows(found, records, accessioned=True)
    records.note_no_references("PubMed's text format")


def _unusual(line: str) -> Line:
    """Tag and value of a line that does not begin as most do; an indented one continues the line before it."""
    found = _TAG.match(line)
    if found:
        return found.group(1), found.group(2)
    return None, line.strip() if line.startswith("   ") else None


def _title(cells: dict[str, str]) -> str | None:
    return next((title for tag in _TITLES if tag in cells and (title := first_plain(cells[tag]))), None)


_DIALECT = Dialect(
    name="PubMed text (PMID- …)",
    sign=re.compile(r"^PMID *-|^(?:FAU|OWN|DP) +- ", re.MULTILINE),
    width=6,
    opening="\nPMID- ",
    is_usual=_BEGIN.fullmatch,
    unusual=_unusual,
    title=_title,
    headless="the record begins without its PMID",
    indent="      ",
)


def _columns(block: Block, records: Records) -> dict[str, list[Any]]:
    """Works by column."""
    text = partial(texts_column, block)
    dois = list(map(_doi, *(block.first(name) for name in ("LID", "AID", "SO"))))
    pmids = _pmids(block, records)
    pages = list(map(split_pages, text("PG")))
    of_book = zip(text("JT", "TA"), text("BTI"), text("TI"), strict=True)
    pmcids = (normalise_id("pmcid", number) for number in text("PMC"))
    return {
        "work_id": [pmid or (f"doi:{doi}" if doi else None) for pmid, doi in zip(pmids, dois, strict=True)],
        "line": block.lines,
        "title": text("TI", "BTI", "TT"),
        "authors": list(map(_authors, block.first("FAU"), block.first("AU"), block.first("FED"), block.first("CN"))),
        "year": _years(block, records),
        "type": text("PT"),
        "container": [journal or (book if title else None) for journal, book, title in of_book],
        "container_abbrev": text("TA"),
        "volume": text("VI"),
        "issue": text("IP"),
        "first_page": [first for first, _ in pages],
        "last_page": [last for _, last in pages],
        "doi": dois,
        "ids": [join_ids(terms) for terms in zip(pmids, pmcids, strict=True)],
        "keywords": terms_column([cell and _STARS.sub("", cell) for cell in block.first("OT")]),
        "mesh": terms_column([cell and cell.replace("*", "") for cell in block.first("MH")]),
        "n_cited_references": [
            int(number) if number and number.isdecimal() and len(number) < 9 else None for number in text("RF")
        ],
    }


def _doi(*cells: Cell) -> str | None:
    """DOI of the first value that says it is one."""
    values = (value for cell in cells if cell for value in cell.split(SEPARATOR))
    return next((normalise_doi(value) for value in values if "doi" in value), None)


def _pmids(block: Block, records: Records) -> list[Cell]:
    stated = texts_column(block, "PMID")
    pmids = [normalise_id("pmid", number) for number in stated]
    for at in (at for at, pmid in enumerate(pmids) if pmid is None):
        detail = f"the PMID is {stated[at]!r}; an id was made from other fields"
        records.problem("missing id", block.lines[at], detail, _title(block.record(at)))
    return pmids


def _years(block: Block, records: Records) -> list[int | None]:
    stated = texts_column(block, "DP", "DEP", "EDAT")
    years: list[int | None] = _YEARS.of(stated)
    for at, (year, text) in enumerate(zip(years, stated, strict=True)):
        if text and year is None:
            records.problem("unknown year", block.lines[at], f"DP is {text[:40]!r}", _title(block.record(at)))
    return years


_YEARS = Known(year_of)


def _authors(full: Cell, short: Cell, editors: Cell, groups: Cell) -> str | None:
    """Full names where given; groups behind the people."""
    named = next((cell for cell in (full, short, editors) if cell is not None), None)
    people = [
        person(*name.split(",", 1)) if "," in name else trailing_initials(name)
        for name in (named.split(SEPARATOR) if named is not None else ())
    ]
    return join_people([*people, *map(person, groups.split(SEPARATOR) if groups is not None else ())])
