"""Web of Science exports: tab-delimited and tagged text (``.txt``, ``.ciw``, ``.isi``)."""

from __future__ import annotations

import hashlib
import re
from array import array
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from citenet._support.text import shorten
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._cited import parse_list
from citenet.io._lines import blocks, numbered
from citenet.io._records import Records
from citenet.io._rows import Row

__all__ = ["NAME", "add_cited", "read", "read_pieces", "sniff"]

NAME = "wos"

# A tag with its value and the indented lines that go on with it, or else one other line.
_FIELD = re.compile(r"^(?:([A-Z][A-Z0-9])((?: .*|[^\S\n]*)$(?:\n(?:  .*|[^\S\n]*)$)*)|(.*)$)\n?", re.MULTILINE)
_BEGIN = re.compile(r"(?!ER|FN|VR|EF)[A-Z][A-Z0-9] ?")  # of a line, once indented ones are joined to theirs
_LISTS = frozenset(["AU", "AF", "BA", "BF", "BE", "CA", "CR", "C1", "ED"])
_FRAME = frozenset(["FN", "VR", "ER", "EF"])
_TOGETHER = 1_000  # references
_USUAL_NAMES = re.compile(r"[^\W\d_][\w'.-]*+(?:,? [\w'.-]++)*+(?:\n[^\W\d_][\w'.-]*+(?:,? [\w'.-]++)*+)*+")
_YEAR = re.compile(r"\b(1[4-9]\d\d|20\d\d)\b")
_ACCESSION = re.compile(r"\A(?:WOS|ISI|UT):\s*", re.IGNORECASE)


@dataclass(slots=True)
class _Record:
    """Texts of one record by tag, in which items stand on lines of their own, and the lines of cited references."""

    line: int
    tags: dict[str, str] = field(default_factory=dict)
    cited_lines: Sequence[int] = ()

    def add(self, tag: str, lines: Sequence[int], text: str) -> None:
        self.tags[tag] = f"{self.tags[tag]}\n{text}" if tag in self.tags else text
        if tag == "CR":
            self.cited_lines = [*self.cited_lines, *lines]

    def text(self, tag: str) -> str | None:
        text = self.tags.get(tag)
        if text is None:
            return None
        if text.isprintable() and "  " not in text:  # by far the most frequent
            return text.strip() or None
        return " ".join(text.split()) or None

    def items(self, tag: str) -> list[str]:
        if tag not in self.tags:
            return []
        return [item for item in map(str.strip, self.tags[tag].split("\n")) if item]

    def cited(self) -> tuple[Sequence[int], list[str]]:
        """Lines of the cited references, and the references."""
        text = self.tags.get("CR", "")
        items = text.split("\n") if text else []
        if " \n" in text or "\n " in text or text != text.strip():
            items = list(map(str.strip, items))
        if "" not in items:
            return self.cited_lines, items
        known = [(line, item) for line, item in zip(self.cited_lines, items, strict=True) if item]
        return [line for line, _ in known], [item for _, item in known]

    def content(self) -> str:
        """Return a text that is the same for the same record, wherever it stands."""
        return repr(sorted((tag, text.split()) for tag, text in self.tags.items()))


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
    read_pieces([text], records)


def read_pieces(pieces: Iterable[str], records: Records) -> None:
    """Read an export that comes in pieces, each cut behind a line end; they are gone through twice.

    Reference lists are taken apart many at a time.
    """
    tabbed = "\t" in next((line for piece in pieces for line in piece.split("\n") if line.strip()), "")
    n_stated = Counter(map(_accession, _column(pieces) if tabbed else _stated(pieces)))
    cited = _Cited(records)
    taken: set[str] = set()
    waiting: dict[str, list[_Record]] = {}
    for record in _tab_delimited(pieces, records) if tabbed else _tagged(pieces, records):
        work_id = _work_id(record, records)
        if n_stated[work_id] == 1 and work_id not in taken:  # no other has its number: it need not wait for the rest
            taken.add(work_id)
            _take(work_id, record, records, cited)
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
            _take(work_id, copies[0], records, cited)
    cited.put()


def _stated(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the accession numbers of tagged records."""
    for piece in pieces:
        for behind in f"\n{piece}".split("\nUT ")[1:]:
            yield behind[: behind.find("\n")] if "\n" in behind else behind


def _column(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the accession numbers of rows."""
    at: int | None = None
    for line in (line for piece in pieces for line in piece.split("\n")):
        cells = line.split("\t")
        if at is None and _is_header(line):
            names = [cell.strip() for cell in cells]
            at = names.index("UT") if "UT" in names else len(names)
        elif at is not None and at < len(cells):
            yield cells[at]


def _is_header(line: str) -> bool:
    names = [name.strip() for name in line.split("\t")]
    return len(names) > 2 and names[0] == "PT" and all(re.fullmatch(r"[A-Z][A-Z0-9]", name) for name in names if name)


def _tab_delimited(pieces: Iterable[str], records: Records) -> Iterator[_Record]:
    """Yield records of the tab-delimited shape, which knows no quoting."""
    names: list[str] = []
    for number, line in numbered(pieces):
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
            kept = [item.strip().rstrip(";") for item in items if item.strip("; ")]
            record.add(name, [number] * len(kept), "\n".join(kept))
    if record.tags:
        yield record


def _tagged(pieces: Iterable[str], records: Records) -> Iterator[_Record]:
    """Yield records of the tagged shape: at one go where a block of them has no fault, else line by line."""
    number, begun, ended = 1, False, False
    for block in blocks(pieces, "\nER"):
        text = block.lstrip("\n")
        first = number + len(block) - len(text)
        if text.startswith("FN "):
            begun = True
            text, first = _behind_preamble(text, first)
        found = _regular(text, first)
        if found is None:
            ended = yield from _by_line(text, first, records)
        else:
            ended = False
            yield from found
        number += block.count("\n")
    if begun and not ended:
        records.problem("truncated file", number - 1, "the closing EF is missing: the export may have been cut")


def _behind_preamble(text: str, number: int) -> tuple[str, int]:
    """Text from the first PT on, with its line; whole where there is none."""
    at = text.find("\nPT ") + 1
    return text[at:], number + text.count("\n", 0, at)


def _regular(block: str, number: int) -> list[_Record] | None:
    """Read text in which each begins with PT and ends with ER, and each tag stands once; None of any other."""
    if "\0" in block or not block.endswith("\nER\n"):
        return None
    found = []
    seen: set[str] = set()
    for text in block[:-1].split("\nER\n"):
        body = text.lstrip("\n")
        number += len(text) - len(body)
        lines = body.replace("\n   ", "\0").removesuffix("\nER").split("\n")
        begins = {line[:3] for line in lines}
        if len(begins) < len(lines) or not body.startswith("PT "):
            return None
        if not begins <= seen:
            if not all(map(_BEGIN.fullmatch, begins)):
                return None
            seen |= begins
        record = _Record(number, {line[:2]: line[3:].replace("\0", "\n") for line in lines})
        if "CR" in record.tags:
            first = number + body.count("\n", 0, body.find("\nCR ") + 1)
            record.cited_lines = range(first, first + record.tags["CR"].count("\n") + 1)
        found.append(record)
        number += body.count("\n") + 2
    return found


def _by_line(text: str, number: int, records: Records) -> Generator[_Record, None, bool]:
    """Yield records of any text and return whether it ends as an export should."""
    record: _Record | None = None
    ended = False
    for line, tag, value in _fields(text, number, records):
        ended = tag == "EF"
        if record is not None and tag == "PT" and "PT" in record.tags:
            records.problem("truncated record", record.line, "another begins before its ER", record.text("TI"))
        if record is not None and (tag == "ER" or (tag == "PT" and "PT" in record.tags)):
            yield record
            record = None
        if tag not in _FRAME:
            record = record or _Record(line)
            record.add(tag, range(line, line + value.count("\n") + 1), value)
    if record is not None:
        detail = "the file ends before its ER; export again"
        records.problem("truncated record", record.line, detail, record.text("TI"))
        yield record
    return ended


def _fields(text: str, number: int, records: Records) -> Iterator[tuple[int, str, str]]:
    """Yield line number, tag and text: two letters, a blank, the value, and the indented lines behind it."""
    for found in _FIELD.finditer(text):
        tag, value, other = found.groups()
        if tag is not None:
            yield number, tag, value
        elif other.strip() and not other.startswith("  "):
            records.problem("malformed line", number, "no tag and no continuation; left out", other)
        number += found.group().count("\n")


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


def _take(work_id: str, record: _Record, records: Records, cited: _Cited) -> None:
    """One record as a work and its references."""
    text = record.text
    first_page, last_page = text("BP"), text("EP")
    lines, raws = record.cited()
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
        n_cited_references=_count(record, len(raws), records),
    )
    cited.add(work_id, lines, raws)


def add_cited(citing: str, lines: Sequence[int], raws: list[str], records: Records) -> None:
    """Add the cited references of a work."""
    cited = _Cited(records)
    cited.add(citing, lines, raws)
    cited.put()


class _Cited:
    """Cited references of many works, taken apart together: what could not be is kept as printed and reported."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._rows: list[tuple[str, Sequence[int], list[str]]] = []
        self._n_rows = 0

    def add(self, citing: str, lines: Sequence[int], raws: list[str]) -> None:
        self._rows.append((citing, lines, raws))
        self._n_rows += len(raws)
        if self._n_rows > _TOGETHER:
            self.put()

    def put(self) -> None:
        """Put what was added into the records."""
        raws = [raw for row in self._rows for raw in row[2]]
        if raws:
            columns, unusual = parse_list(raws)
            counts = [len(row[2]) for row in self._rows]
            columns["citing"] = list(chain.from_iterable(map(repeat, (row[0] for row in self._rows), counts)))
            columns["position"] = array("q", chain.from_iterable(range(1, count + 1) for count in counts))
            columns["line"] = array("q", chain.from_iterable(row[1] for row in self._rows))
            for at in unusual:
                self._report({name: cells[at] for name, cells in columns.items()})
            self._records.references.extend(columns, file=self._records.file)
        self._rows, self._n_rows = [], 0

    def _report(self, row: Row) -> None:
        if row["doi"]:
            return
        if not (row["year"] or row["authors"] or row.get("type")):
            detail = f"a reference of {row['citing']!r} has no author, year or DOI; kept as printed"
            self._records.problem("unparsed reference", row["line"], detail, row["raw"])
        elif "DOI " in row["raw"]:
            detail = f"a reference of {row['citing']!r} has a DOI that is none; the rest is kept"
            self._records.problem("malformed DOI", row["line"], detail, row["raw"])


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
        text = record.tags.get(tag)
        if not text:
            continue
        if tag != "CA" and len(text) < 200 and _USUAL_NAMES.fullmatch(text):
            return text.replace("\n", "; ")
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
    if text.count("; ") == text.count(";") and " ;" not in text and not text.endswith("; "):
        return text  # by far the most frequent
    terms: list[Any] = [term.strip() for term in text.split(";")]
    return "; ".join(term for term in terms if term) or None
