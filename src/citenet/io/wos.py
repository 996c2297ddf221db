"""Web of Science exports: tab-delimited and tagged text (``.txt``, ``.ciw``, ``.isi``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from citenet.io._cited_lists import CitedLists
from citenet.io._columns import SEPARATOR, Block
from citenet.io._lines import first_line
from citenet.io._records import Records, read_comparing_copies
from citenet.io._tagged import Dialect, Line, TaggedReader
from citenet.io._wos_fields import cited_references, content, title, work_columns, work_ids
from citenet.io._wos_table import is_header, table_blocks

__all__ = ["NAME", "read", "read_pieces", "sniff"]

NAME = "wos"

_BEGIN = re.compile(r"[A-Z][A-Z0-9] ")
_BARE_TAG = re.compile(r"([A-Z][A-Z0-9])\s*")


def sniff(head: str) -> bool:
    r"""Whether a text begins like a Web of Science export.

    >>> sniff("FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\n"), sniff("PT\tAU\tTI\tSO")
    (True, True)
    """
    first = head.lstrip().split("\n", 1)[0]
    if "\t" in first:
        return is_header(first)
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
    """Read an export that comes in pieces, each cut behind a line end."""
    read_comparing_copies(_Reading, pieces, records)


class _Reading:
    """One way through an export; records of the ids that are ``awaited`` are held until all copies are there."""

    def __init__(self, records: Records, awaited: Iterable[str]) -> None:
        self.repeated: set[str] = set()
        self._records, self._cited = records, CitedLists(records)
        self._copies: dict[str, list[Block]] = {work_id: [] for work_id in sorted(awaited)}
        self._seen: set[str] = set()

    def read(self, pieces: Iterable[str]) -> None:
        tabbed = "\t" in first_line(pieces)
        for block in table_blocks(pieces, self._records) if tabbed else _tagged(pieces, self._records):
            ids = work_ids(block, self._records)
            self._note_repeated(ids)
            if self.repeated:
                continue  # all is read again
            for awaited, run in groupby(range(len(ids)), lambda at: ids[at] in self._copies):  # noqa: B023 - used at once
                places = list(run)
                if not awaited:
                    self._take(ids[places[0] : places[-1] + 1], block.part(places[0], places[-1] + 1))
                for at in places if awaited else ():
                    self._copies[ids[at]].append(block.part(at, at + 1))

    def finish(self) -> None:
        """Take the copies that had to wait, and put the references that wait."""
        for work_id, copies in self._copies.items():
            self._take_longest(work_id, copies)
        self._cited.put()

    def _note_repeated(self, ids: list[str]) -> None:
        for work_id in ids:
            if work_id in self._seen and work_id not in self._copies:
                self.repeated.add(work_id)
            self._seen.add(work_id)

    def _take_longest(self, work_id: str, copies: list[Block]) -> None:
        """Take the copy with the longest reference list, and report the others."""
        copies.sort(key=lambda copy: (-len(cited_references(copy)[1]), content(copy, 0)))
        for copy in copies[1:]:
            same = content(copy, 0) == content(copies[0], 0)
            detail = f"{work_id!r} is exported more than once{'' if same else ', with other content'}; kept once"
            self._records.problem("repeated record", copy.lines[0], detail, title(copy.record(0)))
        self._take([work_id], copies[0])

    def _take(self, ids: list[str], block: Block) -> None:
        """Put records into the works and their references to those that are put together later."""
        counts, raws, lines = cited_references(block)
        self._cited.add(ids, counts, raws, lines)
        self._records.works.extend(work_columns(block, ids, counts, self._records), file=self._records.file)


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


_DIALECT = Dialect(
    name="the Web of Science (PT …)",
    sign=re.compile(r"^(?:PT|AU|TI|SO|UT) \S", re.MULTILINE),
    width=3,
    opening="\nPT ",
    is_usual=_BEGIN.fullmatch,
    unusual=_unusual,
    title=title,
    ends="ER",
    passed_over=frozenset(["FN", "VR", "EF"]),
    indent="   ",
    joint=SEPARATOR,
)
