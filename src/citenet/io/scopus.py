"""Scopus CSV: exports of all years, with reference lists in both of its layouts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._author_lists import paired_names
from citenet.io._csv import Cells, header_of, read_rows
from citenet.io._drafts import Draft, settle
from citenet.io._fields import work_key
from citenet.io._records import Records, read_comparing_copies
from citenet.io._rows import Row, Rows
from citenet.io._scopus_references import scopus_references
from citenet.io._strings import fill_in
from citenet.io._values import join_people, person, plain, terms, trailing_initials, year_of

__all__ = ["NAME", "read", "read_pieces", "sniff"]

NAME = "scopus"

_NEEDED = ("title", "year", "source title")
_OWN = frozenset(["eid", "author(s) id", "abbreviated source title", "cited by", "authors with affiliations"])
_AUTHOR_ID = re.compile(r"\s*\(\d{6,}\)")
_LIST = re.compile(r"\s*;\s*")
_NOBODY = re.compile(r"\[no author", re.IGNORECASE)
_EID = re.compile(r"2-s2\.0-\d+$")
_TELLING = frozenset(["authors", "title"])
_FIELDS = frozenset(["authors", "title", "container"])


def sniff(head: str) -> bool:
    r"""Whether a text begins with the header of a Scopus export.

    >>> sniff("Authors,Title,Year,Source title,Volume,EID\n"), sniff("id,title,year\n")
    (True, False)
    """
    header = header_of(head, *_NEEDED)
    return header is not None and not _OWN.isdisjoint(header)


def read(text: str, records: Records) -> None:
    r"""Read a Scopus export into ``records``.

    The layout of the authors and of the reference list is told record by record. A reference that has the shape of
    neither layout is given to the parser of printed references; where that finds nothing, it is kept and reported.

    Examples
    --------
    >>> records = Records("scopus.csv")
    >>> read('Authors,Title,Year,Source title,EID,References\n"Robert G.; Locock L.",A title,2024,A Journal,2-s2.0-1,'
    ...      '"Porter, M.E., Value (2010) N. Engl. J. Med., 363, pp. 2477-2481"\n', records)
    >>> records.works[0]["work_id"], records.works[0]["authors"], records.references[0]["container"]
    ('scopus:2-s2.0-1', 'Robert, G.; Locock, L.', 'N. Engl. J. Med.')
    """
    read_pieces([text], records)


def read_pieces(pieces: Iterable[str], records: Records) -> None:
    """Read an export that comes in pieces, each cut behind a line end."""
    read_comparing_copies(_Reading, pieces, records)


class _Reading:
    """One way through an export: works are put as they come, but for those of the ids that are ``awaited``."""

    def __init__(self, records: Records, awaited: Collection[str]) -> None:
        self.repeated: set[str] = set()
        self._records, self._awaited = records, awaited
        self._taken: set[str] = set()
        self._held: list[Draft] = []  # until all copies are there, or because only their content can give an id
        self._untold: list[Row] = []  # references for the parser of printed ones

    def read(self, pieces: Iterable[str]) -> None:
        records = self._records
        for line, cells in read_rows(pieces, records, *_NEEDED, mend=_mend):
            known = {name: cell for name, cell in cells.items() if cell != "NA"}  # tables written by R
            if not known.keys() & {"title", "authors", "doi", "eid"}:
                records.problem("unreadable record", line, "no title, author or identifier; left out", str(cells))
                continue
            draft = _draft(line, known, records)
            work_id = draft.work_id and work_key(draft.work_id)
            if work_id in self._taken:
                self.repeated.add(work_id)
            elif work_id is None or work_id in self._awaited:
                self._hold(draft, scopus_references(known.get("references", "")))
            else:
                self._taken.add(work_id)
                self._put(work_id, draft, scopus_references(known.get("references", "")))
        if not (self._taken or self._held or records.problems):
            excerpt = "".join(pieces).lstrip()[:80]
            raise ParseError("no record of Scopus found", file=records.file, line=1, excerpt=excerpt)

    def finish(self) -> None:
        """Put what had to wait."""
        printed = [row for draft in self._held for row in draft.references if row.pop("printed", False)]
        fill_in([*printed, *self._untold], self._records)
        for row in self._untold:
            self._cite(row)
        for draft in self._held:
            for row in draft.references:
                self._report_unparsed(draft.work_id, {"line": draft.line, **row})
        settle(self._held, self._records, accessioned=True, taken=self._taken)

    def _put(self, work_id: str, draft: Draft, rows: list[Row]) -> None:
        records = self._records
        records.works.append({"work_id": work_id, "file": records.file, "line": draft.line, **draft.fields})
        for position, row in enumerate(rows, start=1):
            whole = {"citing": work_id, "position": position, "file": records.file, "line": draft.line, **row}
            if row.keys() & _FIELDS:
                self._cite(whole)
            else:
                self._untold.append(whole)

    def _hold(self, draft: Draft, rows: list[Row]) -> None:
        self._held.append(draft)
        if all(row.keys() & _TELLING for row in rows):
            draft.listed = Rows({"line": draft.line, **row} for row in rows)
            return
        for row in rows:
            draft.references.append({"line": draft.line, "printed": not row.keys() & _FIELDS, **row})

    def _cite(self, row: Row) -> None:
        self._report_unparsed(row["citing"], row)
        self._records.references.append(row)

    def _report_unparsed(self, work_id: str | None, row: Row) -> None:
        if not row.keys() & {"authors", "year", "doi", "title"}:
            detail = f"a reference of {work_id!r} has no author, title, year or DOI; kept as printed"
            self._records.problem("unparsed reference", row["line"], detail, row["raw"])


def _mend(columns: list[str], cells: list[str]) -> list[str] | None:
    """Cells of a row whose funding texts take more columns than the header has, as Scopus used to write them.

    What stands right of the funding texts is counted from the end, if the row then ends with an EID as it should.
    """
    funding = [at for at, name in enumerate(columns) if name.startswith("funding text")]
    n_right = len(columns) - funding[-1] - 1 if funding else 0
    if not n_right or "eid" not in columns[-n_right:]:
        return None
    right = cells[-n_right:]
    return [*cells[: funding[-1] + 1], *right] if _EID.match(right[columns[-n_right:].index("eid")].strip()) else None


def _draft(line: int, cells: Cells, records: Records) -> Draft:
    get = cells.get
    doi = normalise_doi(get("doi"))
    if get("doi") and doi is None:
        records.problem("malformed DOI", line, f"DOI is {cells['doi'][:80]!r}; left out", get("title"))
    year = year_of(get("year"))
    if get("year") and year is None:
        records.problem("unknown year", line, f"Year is {cells['year'][:40]!r}; left unknown", get("title"))
    eid = normalise_id("scopus", get("eid")) if _EID.match(get("eid", "")) else None
    if get("eid") and eid is None:
        records.problem("missing id", line, f"{cells['eid'][:60]!r} is no EID of Scopus; left out", get("title"))
    fields = {
        "title": plain(get("title")),
        "authors": _authors(cells),
        "year": year,
        "type": plain(get("document type")),
        "container": plain(get("source title")),
        "container_abbrev": plain(get("abbreviated source title")),
        "volume": get("volume"),
        "issue": get("issue"),
        "first_page": get("page start") or get("art. no."),
        "last_page": get("page end"),
        "doi": doi,
        "ids": join_ids([eid, normalise_id("pmid", get("pubmed id"))]),
        "keywords": terms(_LIST.split(get("author keywords", ""))),
        "index_keywords": terms(_LIST.split(get("index keywords", ""))),
    }
    return Draft(eid or (f"doi:{doi}" if doi else None), line, fields)


def _authors(cells: Cells) -> str | None:
    """Full names where the export has them, else names with initials in one of three layouts."""
    full = _AUTHOR_ID.sub("", cells.get("author full names", ""))
    if full:
        return join_people(person(*name.split(",", 1)) for name in _LIST.split(full) if name)
    text = cells.get("authors", "")
    if not text or _NOBODY.match(text):
        return None
    if ";" in text:
        return join_people(trailing_initials(name) for name in _LIST.split(text) if name)
    return join_people(paired_names(text))
