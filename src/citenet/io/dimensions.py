"""Dimensions CSV: the export of the web application, with references by Dimensions id or as strings."""

from __future__ import annotations

import re

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._csv import Cells, header_of, read_rows
from citenet.io._drafts import Draft, settle
from citenet.io._fields import split_pages
from citenet.io._records import Records
from citenet.io._values import inverted, join_people, person, plain, terms, trailing_initials, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "dimensions"

_NEEDED = ("publication id", "title", "pubyear")
_LIST = re.compile(r"\s*;\s*")
_PUB = re.compile(r"pub\.\d+$")
# One cited reference: [authors]|[title]|source|year|volume|issue|pages|DOI|publication id|times cited
_N_BARS = 9
_YEAR = re.compile(r"(?:1\d|20)\d\d$")
_REFERENCE_COLUMNS = ("cited references", "references", "reference ids")


def sniff(head: str) -> bool:
    r"""Whether a text holds the header of a Dimensions export in its first lines.

    >>> sniff('"About the data: Exported on 1 Jan 2024"\nRank,Publication ID,DOI,Title,PubYear\n')
    True
    """
    return header_of(head, *_NEEDED) is not None


def read(text: str, records: Records) -> None:
    r"""Read a Dimensions export into ``records``.

    Cited references are ids (``pub.1001;pub.1002``) or texts whose parts stand between bars.

    Examples
    --------
    >>> records = Records("dimensions.csv")
    >>> read("Publication ID,Title,PubYear,Authors,Cited references\n"
    ...      'pub.1,A title,2024,"Robert, Glenn; Locock, Louise",pub.7;pub.8\n', records)
    >>> records.works[0]["authors"], records.references[1]["ids"]
    ('Robert, Glenn; Locock, Louise', 'dimensions:pub.8')
    """
    drafts = []
    for line, cells in read_rows(text, records, *_NEEDED):
        if cells.keys() & {"publication id", "title", "doi"}:
            drafts.append(_draft(line, cells, records))
        else:
            records.problem("unreadable record", line, "no title and no identifier; left out", str(cells))
    if not drafts and not records.problems:
        raise ParseError("no record of Dimensions found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    settle(drafts, records, accessioned=True)
    if drafts and not any(draft.references for draft in drafts):
        records.note("no references", "the export has no column of cited references; choose it when exporting")


def _draft(line: int, cells: Cells, records: Records) -> Draft:
    get = cells.get
    doi = normalise_doi(get("doi"))
    if get("doi") and doi is None:
        records.problem("malformed DOI", line, f"DOI is {cells['doi'][:80]!r}; left out", get("title"))
    stated = get("publication id", "")
    number = normalise_id("dimensions", stated) if _PUB.match(stated) else None
    first_page, last_page = split_pages(get("pagination"))
    names = _LIST.split(get("authors") or get("authors (raw affiliation)") or "")
    fields = {
        "title": plain(get("title")),
        "authors": join_people(inverted(name) for name in names if name),
        "year": year_of(get("pubyear")) or year_of(get("publication date")),
        "type": plain(get("publication type") or get("document type")),
        "container": plain(get("source title") or get("anthology title")),
        "volume": get("volume"),
        "issue": get("issue"),
        "first_page": first_page,
        "last_page": last_page,
        "doi": doi,
        "ids": join_ids([number, normalise_id("pmid", get("pmid")), normalise_id("pmcid", get("pmcid"))]),
        "categories": terms(
            _LIST.split(get("fields of research (anzsrc 2020)") or get("for (anzsrc) categories") or "")
        ),
        "mesh": terms(_LIST.split(get("mesh terms", ""))),
    }
    draft = Draft(number or (f"doi:{doi}" if doi else None), line, fields)
    cell = next((cells[name] for name in _REFERENCE_COLUMNS if name in cells), "")
    for raw in _printed(cell) if "|" in cell else _LIST.split(cell):
        if raw.strip():
            _cite(draft, raw.strip(), records)
    return draft


def _printed(cell: str) -> list[str]:
    """Split a cell into references: semicolons also stand within their parts, bars never do."""
    references: list[str] = []
    begun: list[str] = []
    n_bars = 0
    for piece in cell.split(";"):
        begun.append(piece)
        n_bars += piece.count("|")
        if n_bars >= _N_BARS - 1:
            references.append(";".join(begun))
            begun, n_bars = [], 0
    return [*references, ";".join(begun)]


def _cite(draft: Draft, raw: str, records: Records) -> None:
    """Add a reference: an id, a DOI, or parts between bars, told by how many there are and what they look like."""
    if _PUB.match(raw):
        draft.cite(raw, ids=normalise_id("dimensions", raw))
        return
    parts = [part.strip() for part in raw.split("|")]
    if not _N_BARS <= len(parts) <= _N_BARS + 1 or (parts[3] and not _YEAR.match(parts[3])):
        doi = normalise_doi(raw)
        if doi is None:
            records.problem(
                "unparsed reference", draft.line, "neither an id nor parts between bars; kept as printed", raw
            )
        draft.cite(raw, doi=doi)
        return
    first_page, last_page = split_pages(parts[6])
    names = [name for name in _LIST.split(parts[0].strip("[]")) if name]
    number = next((normalise_id("dimensions", part) for part in parts if _PUB.match(part)), None)
    draft.cite(
        raw,
        authors=join_people(person(*n.split(",", 1)) if "," in n else trailing_initials(n) for n in names),
        title=plain(parts[1].strip("[]")),
        container=plain(parts[2]),
        year=year_of(parts[3]),
        volume=parts[4] or None,
        issue=parts[5] or None,
        first_page=first_page,
        last_page=last_page,
        doi=next((doi for part in parts if (doi := normalise_doi(part))), None),
        ids=number,
    )
