"""Web of Science exports: tab-delimited and tagged text (``.txt``, ``.ciw``, ``.isi``)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from citenet._support.progress import progress
from citenet._support.text import shorten
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._cited import parse_list
from citenet.io._lines import numbered_lines
from citenet.io._records import Records

__all__ = ["NAME", "read", "sniff"]

NAME = "wos"

# A tag with its value and the indented lines that go on with it, or else one other line.
_FIELD = re.compile(r"^(?:([A-Z][A-Z0-9])((?: .*|[^\S\n]*)$(?:\n(?:  .*|[^\S\n]*)$)*)|(.*)$)\n?", re.MULTILINE)
_LISTS = frozenset(["AU", "AF", "BA", "BF", "BE", "CA", "CR", "C1", "ED"])
_FRAME = frozenset(["FN", "VR", "ER", "EF"])
_KNOWN = ("doi", "year", "authors", "type")
_STATED = re.compile(r"\nUT (.*)")
_YEAR = re.compile(r"\b(1[4-9]\d\d|20\d\d)\b")
_ACCESSION = re.compile(r"\A(?:WOS|ISI|UT):\s*", re.IGNORECASE)


@dataclass
class _Record:
    """Texts of one record by tag, each with the line it begins in; items stand on lines of their own."""

    line: int
    tags: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def text(self, tag: str) -> str | None:
        if tag not in self.tags:
            return None
        return " ".join(" ".join(text for _, text in self.tags[tag]).split()) or None

    def items(self, tag: str) -> list[str]:
        return self.numbered(tag)[1]

    def numbered(self, tag: str) -> tuple[list[int], list[str]]:
        """Lines of the items of a tag, and the items."""
        lines: list[int] = []
        items: list[str] = []
        for first, text in self.tags.get(tag, ()):
            found = list(map(str.strip, text.split("\n")))
            lines += range(first, first + len(found))
            items += found
        if "" in items:
            lines = [line for line, item in zip(lines, items, strict=True) if item]
            items = [item for item in items if item]
        return lines, items

    def content(self) -> str:
        """Return a text that is the same for the same record, wherever it stands."""
        return repr(sorted((tag, [text.split() for _, text in texts]) for tag, texts in self.tags.items()))


def sniff(head: str) -> bool:
    r"""Whether a text begins like a Web of Science export.

    >>> sniff("FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\n"), sniff("PT\tAU\tTI\tSO")
    (True, True)
    """
    first = head.lstrip().split("\n", 1)[0]
    if "\t" in first:
        return _is_header(first)
    return bool(re.match(r"\s*(?:FN .*\n+\s*VR \d|(?:VR [\d.]+\n+)?PT [A-Z]\n(?:[A-Z][A-Z0-9] |   ))", head))


def read(text: str, records: Records) -> None:
    r"""Read an export of either shape into ``records``.

    A record exported twice is one work: the copy with the longer reference list is kept, the others are reported.

    Examples
    --------
    >>> records = Records("savedrecs.txt")
    >>> read("PT J\nAU Ewert, B\nTI An ambiguous concept\nCR PESTOFF V, 2012, VOLUNTAS, V23, P1102\n"
    ...      "PY 2014\nUT WOS:000335157400006\nER\n", records)
    >>> records.works[0]["work_id"], records.references[0]["container"]
    ('WOS:000335157400006', 'VOLUNTAS')
    """
    first = text.lstrip().split("\n", 1)[0]
    parsed = _tab_delimited(text, records) if "\t" in first else _tagged(text, records)
    n_stated = Counter(map(_accession, _STATED.findall(text)))
    taken: set[str] = set()
    waiting: dict[str, list[_Record]] = {}
    for record in parsed:
        work_id = _work_id(record, records)
        if n_stated[work_id] == 1 and work_id not in taken:  # no other has its number: it need not wait for the rest
            taken.add(work_id)
            _take(work_id, record, records)
        else:
            waiting.setdefault(work_id, []).append(record)
    for work_id, copies in waiting.items():
        if len(copies) > 1:
            copies.sort(key=lambda record: (-len(record.items("CR")), record.content()))
        for copy in copies[work_id not in taken :]:
            same = copy.content() == copies[0].content()
            detail = f"{work_id!r} is exported more than once{'' if same else ', with other content'}; kept once"
            records.problem("repeated record", copy.line, detail, copy.text("TI"))
        if work_id not in taken:
            _take(work_id, copies[0], records)


def _is_header(line: str) -> bool:
    names = [name.strip() for name in line.split("\t")]
    return len(names) > 2 and names[0] == "PT" and all(re.fullmatch(r"[A-Z][A-Z0-9]", name) for name in names if name)


def _tab_delimited(text: str, records: Records) -> Iterator[_Record]:
    """Yield records of the tab-delimited shape, which knows no quoting."""
    names: list[str] = []
    for number, line in numbered_lines(text, records.file):
        if not line.strip():
            continue
        cells = line.split("\t")
        if not names:
            if not _is_header(line):
                records.problem("unreadable record", number, "stands before the header row (PT, AU, …); left out", line)
                continue
            names = [cell.strip() for cell in cells]
        elif cells[0].strip() == "PT" and _is_header(line):
            continue  # exports put together by hand repeat the header
        else:
            yield from _row(names, cells, number, records)


def _row(names: list[str], cells: list[str], number: int, records: Records) -> Iterator[_Record]:
    excerpt = " ".join(cell for cell in cells[:12] if cell)
    if len(cells) < 3:
        records.problem("unreadable record", number, "a single cell is no record; left out", excerpt)
        return
    if len(cells) < len(names) - 1 or any(cell.strip() for cell in cells[len(names) :]):
        detail = f"the row has {len(cells)} cells, the header {len(names)}; read as far as it goes"
        records.problem("truncated record" if len(cells) < len(names) else "ragged row", number, detail, excerpt)
    record = _Record(number)
    for name, cell in zip(names, cells, strict=False):
        value = cell.strip()
        if value:
            items = value.split("; ") if name in _LISTS else [value]
            record.tags[name] = [(number, item.strip().rstrip(";")) for item in items if item.strip("; ")]
    if record.tags:
        yield record


def _tagged(text: str, records: Records) -> Iterator[_Record]:
    """Yield records of the tagged shape, from ``PT`` to ``ER``."""
    record: _Record | None = None
    line, begun, ended = 0, False, False
    for line, tag, value in _fields(text, records):
        begun, ended = begun or tag == "FN", tag == "EF"
        if record is not None and tag == "PT" and "PT" in record.tags:
            records.problem("truncated record", record.line, "another begins before its ER", record.text("TI"))
        if record is not None and (tag == "ER" or (tag == "PT" and "PT" in record.tags)):
            yield record
            record = None
        if tag not in _FRAME:
            record = record or _Record(line)
            record.tags.setdefault(tag, []).append((line, value))
    if record is not None:
        detail = "the file ends before its ER; export again"
        records.problem("truncated record", record.line, detail, record.text("TI"))
        yield record
    if begun and not ended:
        records.problem("truncated file", line, "the closing EF is missing: the export may have been cut")


def _fields(text: str, records: Records) -> Iterator[tuple[int, str, str]]:
    """Yield line number, tag and text: two letters, a blank, the value; further lines are indented."""
    number = 1
    fields = progress(_FIELD.finditer(text), f"reading {records.file}", total=len(text), unit="B", size=_length)
    for found in fields:
        tag, value, other = found.groups()
        if tag is not None:
            yield number, tag, value
        elif other.strip() and not other.startswith("  "):
            records.problem("malformed line", number, "no tag and no continuation; left out", other)
        number += found.group().count("\n")


def _length(found: re.Match[str]) -> int:
    return found.end() - found.start()


def _accession(text: str) -> str | None:
    number = _ACCESSION.sub("", text.strip()).replace(" ", "_")
    return f"WOS:{number.upper()}" if number else None


def _work_id(record: _Record, records: Records) -> str:
    accession = _accession(record.text("UT") or "")
    if accession:
        return accession
    digest = hashlib.sha256(record.content().encode()).hexdigest()[:12]
    detail = "the record has no accession number (UT); an id was made from its content"
    records.problem("missing id", record.line, detail, record.text("TI"))
    return f"wos-{digest}"


def _take(work_id: str, record: _Record, records: Records) -> None:
    """One record as a work and its references."""
    text = record.text
    first_page, last_page = text("BP"), text("EP")
    lines, cited = record.numbered("CR")
    records.work(
        work_id,
        record.line,
        title=text("TI"),
        authors=_authors(record),
        year=_year(record, records),
        type=text("DT"),
        container=text("SO"),
        container_abbrev=text("J9"),
        volume=text("VL"),
        issue=text("IS"),
        first_page=first_page or text("AR"),
        last_page=last_page,
        doi=_doi(record, records),
        ids=join_ids([normalise_id("wos", text("UT")), normalise_id("pmid", text("PM"))]),
        categories=_terms(text("WC")),
        research_areas=_terms(text("SC")),
        keywords=_terms(text("DE")),
        n_cited_references=_count(record, len(cited), records),
    )
    add_cited(work_id, lines, cited, records)


def add_cited(citing: str, lines: list[int], raws: list[str], records: Records) -> None:
    """Add cited references; what could not be taken apart is kept as printed and reported."""
    if not raws:
        return
    columns, unusual = parse_list(raws)
    for at in unusual:
        doi, *known = (columns[name][at] for name in _KNOWN)
        if doi is None and not any(known):
            detail = f"a reference of {citing!r} has no author, year or DOI; kept as printed"
            records.problem("unparsed reference", lines[at], detail, raws[at])
        elif doi is None and "DOI " in raws[at]:
            detail = f"a reference of {citing!r} has a DOI that is none; the rest is kept"
            records.problem("malformed DOI", lines[at], detail, raws[at])
    records.references.extend({"line": lines, **columns}, citing=citing, file=records.file)


def _count(record: _Record, n_parsed: int, records: Records) -> int | None:
    stated = record.text("NR")
    if stated is None or not stated.isdecimal():
        return None
    if int(stated) != n_parsed:
        detail = f"NR states {stated} cited references, the record lists {n_parsed}"
        records.problem("reference count", record.line, detail, record.text("TI"))
    return int(stated)


def _authors(record: _Record) -> str | None:
    """Join the authors, full names first; a group only where no person is named."""
    for tag in ("AF", "AU", "BF", "BA", "CA", "ED", "BE"):
        names = [shorten(name.replace(";", " "), 200).rstrip(" ,") for name in record.items(tag)]
        names = [name for name in names if name and not name.startswith("[Anonymous")]
        if names:
            return "; ".join(name.replace(",", "") if tag == "CA" else name for name in names)
    return None


def _year(record: _Record, records: Records) -> int | None:
    for tag in ("PY", "EA", "PD"):
        found = _YEAR.search(record.text(tag) or "")
        if found:
            return int(found.group(1))
    if record.text("PY"):
        records.problem("unknown year", record.line, f"PY is {record.text('PY')!r}", record.text("TI"))
    return None


def _doi(record: _Record, records: Records) -> str | None:
    stated = record.text("DI")
    doi = normalise_doi(stated)
    if stated and not doi:
        records.problem("malformed DOI", record.line, f"DI is {shorten(stated)!r}; left out", record.text("TI"))
    return doi


def _terms(text: str | None) -> str | None:
    """Write a list of terms as "one; two" whatever the blanks between them."""
    if text is None:
        return None
    terms: list[Any] = [term.strip() for term in text.split(";")]
    return "; ".join(term for term in terms if term) or None
