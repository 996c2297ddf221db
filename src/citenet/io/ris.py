"""RIS and its dialects: Embase, EndNote, Mendeley, Zotero, Web of Science."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._fields import split_pages
from citenet.io._lines import blocks
from citenet.io._records import Records
from citenet.io._values import inverted_names, plain, terms, year_of

__all__ = ["NAME", "read", "read_pieces", "sniff"]

NAME = "ris"

_TAG = re.compile(r"\s{0,3}([A-Z][A-Z0-9])(?:  ?- ?|\t- ?|  -)(.*)$")
# A tag stuck to the end of the value before it: the Web of Science forgets some line ends.
_STUCK = re.compile(r"(?<=\S)(?=[A-Z][A-Z0-9]  - )")
_BEGIN = re.compile(r"(?!EF)[A-Z][A-Z0-9]  - ")
_START = re.compile(r"\s{0,3}TY {1,2}-", re.MULTILINE)
_LONGEST = 2_000_000
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
_NUMBERS = ("AN", "U2", "C2", "C5")
_YEARS = ("PY", "Y1", "DA", "C6")


@dataclass
class _Record:
    """Values of one record by tag."""

    line: int
    tags: dict[str, list[str]] = field(default_factory=dict)

    def all(self, *names: str) -> list[str]:
        """Values of the first of these tags that has any."""
        for name in names:
            if name in self.tags:
                return self.tags[name]
        return []

    def text(self, *names: str) -> str | None:
        """First value of the first of these tags that has one."""
        tags = self.tags
        for name in names:
            if name in tags:
                for value in tags[name]:
                    if text := plain(value):
                        return text
        return None


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
    drafts = []
    for record in _records(pieces, records):
        if len(record.tags) > ("TY" in record.tags):
            drafts.append(_draft(record, records))
        else:
            records.problem("unreadable record", record.line, "the record holds nothing but its type; left out")
    if not drafts and not records.problems:
        raise ParseError("no RIS record found", file=records.file, line=1, excerpt="".join(pieces).lstrip()[:80])
    settle(drafts, records)
    records.note_no_references("RIS")


def _records(pieces: Iterable[str], records: Records) -> Iterator[_Record]:
    """Yield records: text up to an ER at one go where each line has its tag, else line by line."""
    first = 1
    seen: set[str] = set()
    for block in blocks(pieces, "\nER  -"):
        begin = 0
        while begin < len(block):
            ended = block.find("\nER  -", begin)
            end = block.find("\n", ended + 1) + 1 or len(block) if ended >= 0 else len(block)
            body = block[begin:ended].lstrip("\n ") if ended >= 0 else ""
            tags = _regular(body, seen)
            n_lines = block.count("\n", begin, end)
            if tags is not None:
                yield _Record(first + n_lines - body.count("\n") - block.count("\n", ended, end), tags)
            else:
                yield from _by_line(block[begin:end], first, records)
            first += n_lines
            begin = end


def _regular(body: str, seen: set[str]) -> dict[str, list[str]] | None:
    """Values by tag of one record in which TY comes first and each line has one tag; None of any other text.

    ``seen`` are beginnings of lines known to be tags.
    """
    lines = body.split("\n")
    if not body.startswith("TY  - ") or body.count("  - ") != len(lines) or len(body) > _LONGEST:
        return None
    begins = {line[:6] for line in lines}
    if not begins <= seen:
        if not all(map(_BEGIN.fullmatch, begins)):
            return None
        seen |= begins
    tags: dict[str, list[str]] = {}
    for line in lines:
        tag = line[:2]
        if tag in tags:
            tags[tag].append(line[6:])
        else:
            tags[tag] = [line[6:]]
    return tags if len(tags["TY"]) == 1 else None


def _by_line(text: str, first: int, records: Records) -> Iterator[_Record]:
    record: _Record | None = None
    values: list[str] | None = None  # of the tag that further lines continue
    for number, tag, value in _tagged_lines(text, first, records):
        if tag is None:
            if values:
                values[-1] = f"{values[-1]} {value}"
            else:
                records.problem("malformed line", number, "stands before any tag; left out", value)
            continue
        if tag == "TY" and record is not None:
            records.problem("truncated record", record.line, "another begins before its ER", record.text(*_TITLES))
            yield record
            record = None
        if tag == "ER":
            if record is not None:
                yield record
            record, values = None, None
            continue
        if record is None:
            record = _Record(number)
            if tag != "TY":
                records.problem("truncated record", number, "the record begins without TY", value)
        values = record.tags.setdefault(tag, [])
        values.append(value)
    if record is not None:
        records.problem("truncated record", record.line, "the file ends before its ER", record.text(*_TITLES))
        yield record


def _tagged_lines(text: str, first: int, records: Records) -> Iterator[tuple[int, str | None, str]]:
    """Line number, tag and value; the tag of a line that continues another is None."""
    first_stuck: int | None = None
    for number, line in enumerate(text.split("\n"), start=first):
        if len(line) > _LONGEST:
            message = f"a line of {len(line):,} characters is no RIS; the limit is {_LONGEST:,}"
            raise ParseError(message, file=records.file, line=number, excerpt=line[:80])
        pieces = _STUCK.split(line) if "  - " in line[6:] and _TAG.match(line) else [line]
        if len(pieces) > 1 and first_stuck is None:
            first_stuck = number
        for piece in pieces:
            found = _TAG.match(piece)
            if found and found.group(1) != "EF":  # the end of the file, in exports of the Web of Science
                yield number, found.group(1), found.group(2).strip()
            elif found is None and piece.strip():
                yield number, None, piece.strip()
    if first_stuck is not None and not any(row["kind"] == "missing line end" for row in records.problems):
        detail = "line ends are missing before some tags; read as if they were there"
        records.problem("missing line end", first_stuck, detail)


def _draft(record: _Record, records: Records) -> Draft:
    text = record.text
    ids = _ids(record)
    doi = _doi(record, records)
    first_page, last_page = text("SP"), text("EP")
    if last_page and "-" not in (first_page or ""):
        first_page = f"{first_page or ''}--{last_page}"
    first_page, last_page = split_pages(first_page)
    fields = {
        "title": text(*_TITLES) or (text("BT") if text("TY") in ("BOOK", "EDBOOK") else None),
        "authors": inverted_names(record.all(*_AUTHORS) or record.all(*_EDITORS)),
        "year": _year(record, records),
        "type": _type(record),
        "container": text(*_CONTAINERS),
        "container_abbrev": text(*_ABBREVIATIONS),
        "volume": text("VL", "VO"),
        "issue": text("IS", "CP"),
        "first_page": first_page or text("C7"),
        "last_page": last_page,
        "doi": doi,
        "ids": ids,
        "keywords": terms(record.tags.get("KW", ())),
    }
    return Draft(_work_id(record, doi, ids), record.line, fields)


def _work_id(record: _Record, doi: str | None, ids: str | None) -> str | None:
    """Choose the accession number of the Web of Science, the key of a reference manager, DOI, another identifier."""
    known = (ids or "").split()
    accession = next((term for term in known if term.startswith("wos:")), None)
    if accession:
        return f"WOS:{accession[4:]}"
    key = record.text("ID")
    if key and not key.isdecimal():
        return key
    return f"doi:{doi}" if doi else (known[0] if known else key)


def _ids(record: _Record) -> str | None:
    if record.tags.keys().isdisjoint(_NUMBERS):
        return None
    accession = record.text("AN") or ""
    source = " ".join(record.tags.get("DB", ())).lower()
    embase = record.text("U2") or (accession if "embase" in source else None) or ""
    medline = "medline" in source or "pubmed" in source or re.match(r"PMID", accession, re.IGNORECASE)
    numbers = [value for name in ("C5", "AN") if medline for value in record.tags.get(name, ())]
    return join_ids(
        [
            normalise_id("wos", accession) if accession.upper().startswith(("WOS:", "ISI:")) else None,
            normalise_id("embase", embase) if re.fullmatch(r"L\d+", embase) else None,
            *(normalise_id("pmid", value) for value in numbers),
            normalise_id("pmcid", record.text("C2")),
        ]
    )


def _doi(record: _Record, records: Records) -> str | None:
    stated = record.text("DO")
    doi = normalise_doi(stated)
    if stated and doi is None:
        records.problem("malformed DOI", record.line, f"DO is {stated[:80]!r}; left out", record.text(*_TITLES))
    if doi is None:
        others = [value for name in ("M3", "L3", "UR", "L2") for value in record.tags.get(name, ())]
        doi = next((normalise_doi(v) for v in others if "doi" in v.lower() or v.startswith("10.")), None)
    return doi


def _year(record: _Record, records: Records) -> int | None:
    stated = None
    for name in _YEARS:
        for value in record.tags.get(name, ()):
            year = year_of(value)
            if year is not None:
                return year
            stated = stated or value.strip()
    if stated:
        records.problem("unknown year", record.line, f"the year is {stated[:40]!r}", record.text(*_TITLES))
    return None


def _type(record: _Record) -> str | None:
    stated = record.text("M3")
    if stated and not normalise_doi(stated):
        return stated
    code = plain(record.tags["TY"][0]) if "TY" in record.tags else None
    return _TYPES.get(code.upper(), code.lower()) if code else None
