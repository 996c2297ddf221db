"""RIS and its dialects: Embase, EndNote, Mendeley, Zotero, Web of Science."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._columns import SEPARATOR, Block, Cell, Known
from citenet.io._drafts import settle_columns
from citenet.io._plain_columns import dois_column, first_plain, names_column, pages_column, terms_column, texts_column
from citenet.io._records import Records
from citenet.io._tagged import Dialect, Line, TaggedBlock, TaggedReader
from citenet.io._values import plain, year_of

__all__ = ["NAME", "read", "read_pieces", "sniff"]

NAME = "ris"

_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9])(?:  ?- ?|\t- ?|  -)(.*)$")
# A tag stuck to the end of the value before it: the Web of Science forgets some line ends.
_STUCK = re.compile(r"(?<=\S)(?=[A-Z][A-Z0-9]  - )")
_BEGIN = re.compile(r"[A-Z][A-Z0-9]  - ")
_START = re.compile(r"\s{0,3}TY {1,2}-", re.MULTILINE)
_TYPES = {
    "JOUR": "article", "MGZN": "article", "NEWS": "newspaper article", "BOOK": "book", "EBOOK": "book",
    "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter", "CONF": "conference paper", "CPAPER": "conference paper",
    "THES": "thesis", "RPRT": "report", "GEN": "other", "ELEC": "web page", "UNPB": "unpublished",
    "INPR": "in press", "ABST": "abstract", "DATA": "data set",
}  # fmt: skip
_TITLES = ("TI", "T1", "CT")
_CONTAINERS = ("JF", "T2", "BT", "JO", "J2", "JA", "T3")
_ABBREVIATIONS = ("JA", "J2", "JI", "J9", "JO")
_AUTHORS = ("AU", "A1")
_EDITORS = ("A2", "ED")
_OWN_TERMS = re.compile(r"[a-z][a-z0-9]*:\S+(?: [a-z][a-z0-9]*:\S+)*+")  # identifiers as citenet writes them
_NUMBERS = ("AN", "U2", "C2", "C5")
_YEAR_TAGS = ("PY", "Y1", "DA", "C6")


def sniff(head: str) -> bool:
    r"""Whether a text begins with a record of type TY, behind a few lines at most.

    >>> sniff("TY  - JOUR\nTI  - A title\nER  - \n"), sniff("PMID- 1\nTI  - A title\n")
    (True, False)
    """
    found = _START.search(head[:2_000])
    return found is not None and head.count("\n", 0, found.start()) < 20 and "<" not in head[: found.start()]


def read(text: str, records: Records) -> None:
    r"""Read RIS into ``records``; what a dialect calls otherwise is found by its tags.

    A line without a tag continues the value before it. A record that has no ER, or no TY, is kept and reported.

    Examples
    --------
    >>> records = Records("export.ris")
    >>> read("TY  - JOUR\nT1  - A title\nA1  - Robert, Glenn\nJF  - A Journal\nY1  - 2024/03//\nER  - \n", records)
    >>> records.works[0]["container"], records.works[0]["year"]
    ('A Journal', 2024)
    """
    read_pieces([text], records)


def read_pieces(pieces: Iterable[str], records: Records) -> None:
    """Read RIS that comes in pieces, each cut behind a line end."""
    blocks = TaggedReader(_DIALECT, records).blocks(pieces)
    parts = (part for block in blocks for part in _telling(block, records))
    n_found = settle_columns((_columns(part, records) for part in parts), records)
    if not n_found and not records.problems:
        raise ParseError("no RIS record found", file=records.file, line=1, excerpt="".join(pieces).lstrip()[:80])
    records.note_no_references("RIS")


def _telling(block: TaggedBlock, records: Records) -> Iterator[Block]:
    """Yield the records that say more than their type; the others are reported."""
    begin = 0
    for at in block.bare("TY"):
        records.problem("unreadable record", block.lines[at], "the record holds nothing but its type; left out")
        yield from [block.part(begin, at)] if at > begin else []
        begin = at + 1
    if begin < len(block):
        yield block.part(begin, len(block))


def _unusual(line: str) -> Line:
    """Tag and value of a line that does not begin as most do; one without a tag continues the line before it."""
    found = _TAG.match(line)
    return (found.group(1), found.group(2).strip()) if found else (None, line.strip())


def _tear(line: str) -> list[str]:
    return _STUCK.split(line) if "  - " in line[6:] and _TAG.match(line) else [line]


def _title(cells: dict[str, str]) -> str | None:
    return next((title for tag in _TITLES if tag in cells and (title := first_plain(cells[tag]))), None)


_DIALECT = Dialect(
    name="RIS (TY  - …)",
    sign=re.compile(r"^(?:[A-Z][A-Z0-9]  - |\s{0,3}TY {1,2}-)", re.MULTILINE),
    width=6,
    opening="\nTY  - ",
    is_usual=_BEGIN.fullmatch,
    unusual=_unusual,
    title=_title,
    ends="ER",
    passed_over=frozenset(["EF"]),  # the end of the file, in exports of the Web of Science
    headless="the record begins without TY",
    nowhere="stands before any tag; left out",
    tear=_tear,
)


def _columns(block: Block, records: Records) -> dict[str, list[Any]]:
    """Works by column."""
    text = partial(texts_column, block)
    dois = _dois(block, records)
    ids = _ids(block)
    first_pages, last_pages = pages_column(text("SP"), text("EP"))
    titles = text(*_TITLES)
    if block.column("BT") is not None:
        of_book = zip(titles, text("BT"), text("TY"), strict=True)
        titles = [title or (book if kind in ("BOOK", "EDBOOK") else None) for title, book, kind in of_book]
    return {
        "work_id": list(map(_work_id, ids, text("ID"), dois, text("AN"))),
        "line": block.lines,
        "title": titles,
        "authors": names_column(list(map(_people, block.first(*_AUTHORS, *_EDITORS)))),
        "year": _years(block, records),
        "type": _types(block),
        "container": text(*_CONTAINERS),
        "container_abbrev": text(*_ABBREVIATIONS),
        "volume": text("VL", "VO"),
        "issue": text("IS", "CP"),
        "first_page": [page or number for page, number in zip(first_pages, text("C7"), strict=True)],
        "last_page": last_pages,
        "doi": dois,
        "ids": ids,
        "keywords": terms_column(block.first("KW")),
    }


def _people(cell: Cell) -> Cell:
    r"""Names of a cell, of which some exports put several in one line.

    >>> _people("Robert, Glenn\0Berg, A; Doe, B")
    'Robert, Glenn\x00Berg, A\x00Doe, B'
    """
    if cell is None or ";" not in cell:
        return cell
    names: list[str] = []
    for value in cell.split(SEPARATOR):
        several = [part.strip() for part in (plain(value) or "").split(";")]
        names += several if all("," in part for part in several) else [value]
    return SEPARATOR.join(names)


def _work_id(ids: str | None, key: str | None, doi: str | None, accession: str | None) -> str | None:
    """Choose the accession number of the Web of Science, the key of a reference manager, DOI, another identifier."""
    if ids is not None and "wos:" in ids and not (key and _OWN_TERMS.fullmatch(accession or "")):
        return next(f"WOS:{term[4:]}" for term in ids.split() if term.startswith("wos:"))
    if key and not key.isdecimal():
        return key
    return f"doi:{doi}" if doi else (ids.split()[0] if ids else key)


def _ids(block: Block) -> list[Cell]:
    if all(block.column(name) is None for name in _NUMBERS):
        return [None] * len(block)
    columns = [block.first(name) for name in ("AN", "DB", "U2", "C5", "C2")]
    return [_ids_of(*cells) if any(cells) else None for cells in zip(*columns, strict=True)]


def _ids_of(numbers: Cell, databases: Cell, embase_numbers: Cell, of_medline: Cell, of_pmc: Cell) -> str | None:
    accession = first_plain(numbers) or ""
    source = (databases or "").lower()
    embase = first_plain(embase_numbers) or (accession if "embase" in source else None) or ""
    medline = "medline" in source or "pubmed" in source or re.match(r"PMID", accession, re.IGNORECASE)
    pmids = [value for cell in (of_medline, numbers) if medline and cell for value in cell.split(SEPARATOR)]
    return join_ids(
        [
            normalise_id("wos", accession) if accession.upper().startswith(("WOS:", "ISI:")) else None,
            normalise_id("embase", embase) if re.fullmatch(r"L\d+", embase) else None,
            *(normalise_id("pmid", value) for value in pmids),
            normalise_id("pmcid", first_plain(of_pmc)),
            *(accession.split() if _OWN_TERMS.fullmatch(accession) else ()),
        ]
    )


def _dois(block: Block, records: Records) -> list[Cell]:
    stated = texts_column(block, "DO")
    dois = dois_column(stated)
    _report_further_dois(block, dois, records)
    if None not in dois:
        return dois
    others = [block.column(name) for name in ("M3", "L3", "UR", "L2")]
    for at, (text, doi) in enumerate(zip(stated, dois, strict=True)):
        if doi is None and text:
            title = _title(block.record(at))
            records.problem("malformed DOI", block.lines[at], f"DO is {text[:80]!r}; left out", title)
        if doi is None:
            values = (value for cells in others if cells and (cell := cells[at]) for value in cell.split(SEPARATOR))
            dois[at] = next((normalise_doi(v) for v in values if "doi" in v.lower() or v.startswith("10.")), None)
    return dois


def _report_further_dois(block: Block, dois: list[Cell], records: Records) -> None:
    """Report records that state another DOI as well: they may be two works, or one of the DOIs of another."""
    for at, cell in enumerate(block.column("DO") or ()):
        if cell is not None and SEPARATOR in cell:
            others = {doi for doi in map(normalise_doi, cell.split(SEPARATOR)) if doi and doi != dois[at]}
            if others:
                detail = f"DO is also {', '.join(sorted(others))}; the first is kept"
                records.problem("further DOI", block.lines[at], detail, _title(block.record(at)))


def _years(block: Block, records: Records) -> list[int | None]:
    years: list[int | None] = [None] * len(block)
    for name in _YEAR_TAGS:
        cells = block.column(name)
        if cells is not None and None in years:
            years = [other if one is None else one for one, other in zip(years, _YEARS.of(cells), strict=True)]
    if None in years:
        for at in (at for at, year in enumerate(years) if year is None):
            cells_of = block.record(at)
            values = [v.strip() for name in _YEAR_TAGS if name in cells_of for v in cells_of[name].split(SEPARATOR)]
            stated = next(filter(None, values), None)
            if stated:
                records.problem("unknown year", block.lines[at], f"the year is {stated[:40]!r}", _title(cells_of))
    return years


def _first_year(cell: str) -> int | None:
    return next((year for value in cell.split(SEPARATOR) if (year := year_of(value)) is not None), None)


_YEARS = Known(_first_year)


def _types(block: Block) -> list[Cell]:
    types = _KINDS.of(block.first("TY"))
    stated = texts_column(block, "M3") if block.column("M3") is not None else ()
    for at, text in enumerate(stated):
        if text and not normalise_doi(text):
            types[at] = text
    return types


def _kind(cell: str) -> str | None:
    code = plain(cell.split(SEPARATOR)[0])
    return _TYPES.get(code.upper(), code.lower()) if code else None


_KINDS = Known(_kind)
