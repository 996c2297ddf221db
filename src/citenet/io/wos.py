"""Web of Science exports: tab-delimited and tagged text (``.txt``, ``.ciw``, ``.isi``)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby, zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet._support.text import shorten
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._cited_lists import CitedLists
from citenet.io._columns import SEPARATOR, Block, Cell, Known, matched, tidied
from citenet.io._lines import numbered
from citenet.io._records import Records
from citenet.io._rows import Rows
from citenet.io._tagged import Dialect, Line, TaggedReader

__all__ = ["NAME", "read", "read_pieces", "sniff"]

NAME = "wos"

_BEGIN = re.compile(r"[A-Z][A-Z0-9] ?")
_BARE_TAG = re.compile(r"([A-Z][A-Z0-9])\s*")
_LISTS = frozenset(["AU", "AF", "BA", "BF", "BE", "CA", "CR", "C1", "ED"])
_AUTHORS = ("AF", "AU", "BF", "BA", "CA", "ED", "BE")
_ROWS = 500  # of a table, taken together
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_UNTIDY_LIST = re.compile(rf"[; ](?:{SEPARATOR}|$)|{SEPARATOR}(?:[; ]|{SEPARATOR}|$)|^;")
_USUAL_NAMES = re.compile(
    r"^(?:([^\W\d_][\w'.-]{0,30}+(?:,? [\w'.-]{1,30}+){0,4}+(?:\0[^\W\d_][\w'.-]{0,30}+(?:,? [\w'.-]{1,30}+){0,4}+)*+)"
    r"|.*)$",
    re.MULTILINE,
)
_YEAR = re.compile(r"\b(1[4-9]\d\d|20\d\d)\b")
_ACCESSION = re.compile(r"\A(?:WOS|ISI|UT):\s*", re.IGNORECASE)
_OTHER_DATABASE = re.compile(r"(?!(?:WOS|ISI|UT):)([A-Z]{2,10}):(?=\S)")  # BCI, MEDLINE, KJD …


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
    """Read an export that comes in pieces, each cut behind a line end.

    Where it turns out to hold a record more than once it is read again, as all copies have to be compared.
    """
    n_problems = len(records.problems)
    reading = _Reading(records)
    reading.read(pieces)
    if reading.repeated:
        records.works, records.references, records.problems = Rows(), Rows(), records.problems[:n_problems]
        reading = _Reading(records, reading.repeated)
        reading.read(pieces)
    reading.cited.put()


class _Reading:
    """One way through an export; records of the ids that are ``awaited`` are held until all copies are there."""

    def __init__(self, records: Records, awaited: Iterable[str] = ()) -> None:
        self.repeated: set[str] = set()
        self.cited = CitedLists(records)
        self._records = records
        self._copies: dict[str, list[Block]] = {work_id: [] for work_id in sorted(awaited)}
        self._seen: set[str] = set()

    def read(self, pieces: Iterable[str]) -> None:
        tabbed = "\t" in next((line for piece in pieces for line in piece.split("\n") if line.strip()), "")
        for block in _tab_delimited(pieces, self._records) if tabbed else _tagged(pieces, self._records):
            ids = _work_ids(block, self._records)
            self._note_repeated(ids)
            if self.repeated:
                continue  # all is read again
            for awaited, run in groupby(range(len(ids)), lambda at: ids[at] in self._copies):  # noqa: B023 - used at once
                places = list(run)
                if not awaited:
                    self._take(ids[places[0] : places[-1] + 1], block.part(places[0], places[-1] + 1))
                for at in places if awaited else ():
                    self._copies[ids[at]].append(block.part(at, at + 1))
        for work_id, copies in self._copies.items():
            self._take_longest(work_id, copies)

    def _note_repeated(self, ids: list[str]) -> None:
        for work_id in ids:
            if work_id in self._seen and work_id not in self._copies:
                self.repeated.add(work_id)
            self._seen.add(work_id)

    def _take_longest(self, work_id: str, copies: list[Block]) -> None:
        """Take the copy with the longest reference list, and report the others."""
        copies.sort(key=lambda copy: (-len(_cited(copy)[1]), _content(copy, 0)))
        for copy in copies[1:]:
            same = _content(copy, 0) == _content(copies[0], 0)
            detail = f"{work_id!r} is exported more than once{'' if same else ', with other content'}; kept once"
            self._records.problem("repeated record", copy.lines[0], detail, _title(copy.record(0)))
        self._take([work_id], copies[0])

    def _take(self, ids: list[str], block: Block) -> None:
        """Put records into the works and their references to those that are put together later."""
        records = self._records
        counts, raws, lines = _cited(block)
        self.cited.add(ids, counts, raws, lines)
        text = partial(_texts, block)
        wos, pmids = text("UT"), text("PM")
        columns: dict[str, list[Any]] = {
            "work_id": ids,
            "line": block.lines,
            "title": text("TI"),
            "authors": _authors(block),
            "year": _years(block, records),
            "type": text("DT"),
            "container": text("SO"),
            "container_abbrev": text("J9"),
            "volume": text("VL"),
            "issue": text("IS"),
            "first_page": [one or other for one, other in zip(text("BP"), text("AR"), strict=True)],
            "last_page": text("EP"),
            "doi": _dois(block, records),
            "ids": list(map(_ids, wos, pmids)),
            "categories": list(map(_terms, text("WC"))),
            "research_areas": list(map(_terms, text("SC"))),
            "keywords": list(map(_terms, text("DE"))),
            "n_cited_references": _stated_counts(block, counts.tolist(), records),
        }
        records.works.extend(columns, file=records.file)


def _is_header(line: str) -> bool:
    names = [name.strip() for name in line.split("\t")]
    return len(names) > 2 and names[0] == "PT" and all(re.fullmatch(r"[A-Z][A-Z0-9]", name) for name in names if name)


def _tab_delimited(pieces: Iterable[str], records: Records) -> Iterator[Block]:
    """Yield records of the tab-delimited shape, which knows no quoting."""
    names: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    for number, line in numbered(pieces):
        if not line.strip():
            continue
        cells = line.split("\t")
        if not names:
            if _is_header(line):
                names = [cell.strip() for cell in cells]
            else:
                records.problem("unreadable record", number, "stands before the header row (PT, AU, …); left out", line)
        elif cells[0].strip() == "PT" and _is_header(line):
            continue  # exports put together by hand repeat the header
        elif _is_row(names, cells, number, records):
            rows.append(_unquoted(names, cells))
            lines.append(number)
            if len(rows) == _ROWS:
                yield _block(names, rows, lines)
                rows, lines = [], []
    if rows:
        yield _block(names, rows, lines)


def _is_row(names: list[str], cells: list[str], number: int, records: Records) -> bool:
    """Whether cells are a record, if perhaps one with too few or too many of them, which is reported."""
    if len(cells) == len(names):
        return True
    excerpt = " ".join(cell for cell in cells[:12] if cell)
    if len(cells) < 3:
        records.problem("unreadable record", number, "a single cell is no record; left out", excerpt)
        return False
    if len(cells) < len(names) - 1 or any(cell.strip() for cell in cells[len(names) :]):
        detail = f"the row has {len(cells)} cells, the header {len(names)}; read as far as it goes"
        records.problem("truncated record" if len(cells) < len(names) else "ragged row", number, detail, excerpt)
    return True


def _unquoted(names: list[str], cells: list[str]) -> list[str]:
    """Cells without the quotes that a spreadsheet sets: it did where a list of names or references has them."""
    if not any(name in _LISTS and _QUOTED.fullmatch(cell) for name, cell in zip(names, cells, strict=False)):
        return cells
    return [cell[1:-1].replace('""', '"') if _QUOTED.fullmatch(cell) else cell for cell in cells]


def _block(names: list[str], rows: list[list[str]], lines: list[int]) -> Block:
    columns: dict[str, list[Cell]] = {}
    for name, cells in zip(names, zip_longest(*rows, fillvalue=""), strict=False):
        values = list(map(_items, cells)) if name in _LISTS else [cell.strip() or None for cell in cells]
        if name in columns:  # a header that names a column twice
            values = [_joined(one, other) for one, other in zip(columns[name], values, strict=True)]
        columns[name] = values
    return Block(lines, columns)


def _joined(one: Cell, other: Cell) -> Cell:
    return f"{one}{SEPARATOR}{other}" if one and other else one or other


def _items(cell: str) -> str | None:
    """Values of a list in one cell."""
    text = cell.strip().replace("; ", SEPARATOR)
    if _UNTIDY_LIST.search(text):
        items = (item.strip().rstrip(";") for item in text.split(SEPARATOR) if item.strip("; "))
        text = SEPARATOR.join(items)
    return text or None


def _tagged(pieces: Iterable[str], records: Records) -> Iterator[Block]:
    """Yield records of the tagged shape."""
    reader = TaggedReader(_DIALECT, records)
    yield from reader.blocks(pieces)
    if reader.first_tag == "FN" and reader.last_tag != "EF":
        detail = "the closing EF is missing: the export may have been cut"
        records.problem("truncated file", reader.n_lines, detail)


def _unusual(line: str) -> Line:
    """Tag and value of a line that does not begin with two letters and a blank; a line that is indented continues."""
    if line.startswith("  "):
        return None, line
    bare = _BARE_TAG.fullmatch(line)
    return (bare.group(1), "") if bare else (None, None)


def _title(cells: dict[str, str]) -> str | None:
    return _tidy(cells.get("TI", ""))


_DIALECT = Dialect(
    name="the Web of Science (PT …)",
    sign=re.compile(r"^(?:PT|AU|TI|SO|UT) \S", re.MULTILINE),
    width=3,
    opening="\nPT ",
    is_usual=_BEGIN.fullmatch,
    unusual=_unusual,
    title=_title,
    ends="ER",
    passed_over=frozenset(["FN", "VR", "EF"]),
    indent="   ",
    joint=SEPARATOR,
)


def _tidy(text: str) -> str | None:
    return " ".join(text.replace(SEPARATOR, " ").split()) or None


def _texts(block: Block, name: str) -> list[Cell]:
    cells = block.column(name)
    return [None] * len(block) if cells is None else tidied(cells, _tidy)


def _content(block: Block, at: int) -> str:
    """Return a text that is the same for the same record, wherever it stands."""
    return repr(sorted((name, text.replace(SEPARATOR, " ").split()) for name, text in block.record(at).items()))


def _accession(text: str | None) -> str | None:
    number = _ACCESSION.sub("", text or "").replace(" ", "_").upper()
    if not number:
        return None
    return number if _OTHER_DATABASE.match(number) else f"WOS:{number}"


def _ids(number: str | None, pmid: str | None) -> str | None:
    """Join the identifiers of a record; other databases of the Web of Science have numbers of their own."""
    other = _OTHER_DATABASE.match((number or "").upper())
    named = None if other is None else "pmid" if other.group(1) == "MEDLINE" else other.group(1).lower()
    own = normalise_id("wos", number) if named is None else normalise_id(named, (number or "").partition(":")[2])
    return join_ids([own, normalise_id("pmid", pmid)])


def _work_ids(block: Block, records: Records) -> list[str]:
    ids = []
    for at, work_id in enumerate(map(_accession, _texts(block, "UT"))):
        if work_id is None:
            digest = hashlib.sha256(_content(block, at).encode()).hexdigest()[:12]
            detail = "the record has no accession number (UT); an id was made from its content"
            records.problem("missing id", block.lines[at], detail, _title(block.record(at)))
        ids.append(work_id or f"wos-{digest}")
    return ids


def _cited(block: Block) -> tuple[npt.NDArray[np.int64], list[str], npt.NDArray[np.int64]]:
    """How many references each record cites, these references, and the lines that they stand in."""
    of_record, raws, lines = block.items("CR")
    raws = list(map(str.strip, raws))
    if "" in raws:
        known = np.array(list(map(bool, raws)))
        of_record, raws, lines = of_record[known], list(filter(None, raws)), lines[known]
    return np.bincount(of_record, minlength=len(block)), raws, lines


def _stated_counts(block: Block, counts: list[int], records: Records) -> list[int | None]:
    """Return how many references each record says it has, which is compared with how many it lists."""
    stated = [int(text) if text is not None and text.isdecimal() else None for text in _texts(block, "NR")]
    for at, (said, found) in enumerate(zip(stated, counts, strict=True)):
        if said is not None and said != found:
            detail = f"NR states {said} cited references, the record lists {found}"
            records.problem("reference count", block.lines[at], detail, _title(block.record(at)))
    return stated


def _authors(block: Block) -> list[Cell]:
    """Join the authors, full names first; a group only where no person is named."""
    found: list[Cell] = [None] * len(block)
    for name in _AUTHORS:
        cells = block.column(name)
        if cells is not None and None in found:
            names = list(map(_group, cells)) if name == "CA" else matched(_USUAL_NAMES, cells, _names)
            found = [
                other.replace(SEPARATOR, "; ") if one is None and other else one
                for one, other in zip(found, names, strict=True)
            ]
    return found


def _names(cell: str) -> str | None:
    names = [shorten(name.strip().replace(";", " "), 200).rstrip(" ,") for name in cell.split(SEPARATOR)]
    return SEPARATOR.join(name for name in names if name and not name.startswith("[Anonymous")) or None


def _group(cell: Cell) -> str | None:
    names = None if cell is None else _names(cell)
    return None if names is None else names.replace(",", "")


def _years(block: Block, records: Records) -> list[int | None]:
    years: list[int | None] = [None] * len(block)
    for name in ("PY", "EA", "PD"):
        if None in years and block.column(name) is not None:
            found = _YEARS.of(_texts(block, name))
            years = [other if one is None else one for one, other in zip(years, found, strict=True)]
    if None in years:
        for at, (year, stated) in enumerate(zip(years, _texts(block, "PY"), strict=True)):
            if year is None and stated:
                records.problem("unknown year", block.lines[at], f"PY is {stated!r}", _title(block.record(at)))
    return years


def _year_in(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found.group(1)) if found else None


_YEARS = Known(_year_in)


def _dois(block: Block, records: Records) -> list[Cell]:
    stated = _texts(block, "DI")
    dois = list(map(normalise_doi, stated))
    for at, (doi, text) in enumerate(zip(dois, stated, strict=True)):
        if text and not doi:
            detail = f"DI is {shorten(text)!r}; left out"
            records.problem("malformed DOI", block.lines[at], detail, _title(block.record(at)))
    return dois


def _terms(text: str | None) -> str | None:
    """Write a list of terms as "one; two" whatever the blanks between them."""
    if text is None:
        return None
    if text.count("; ") == text.count(";") and " ;" not in text and not text.endswith("; "):
        return text  # by far the most frequent
    return "; ".join(filter(None, map(str.strip, text.split(";")))) or None
