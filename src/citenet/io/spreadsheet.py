"""Any other table with a title or an identifier in a column that says so: IEEE, Springer, iCite, screening tools.

Columns are known by their names alone, never by their position.
"""

from __future__ import annotations

import re
from typing import Any

from citenet.corpus import WORK_COLUMNS
from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._author_lists import split_people
from citenet.io._cell_references import cite_cell, cite_wos_cell
from citenet.io._csv import Cells, header_of, read_rows
from citenet.io._drafts import Draft, first_id, settle
from citenet.io._fields import split_pages, work_key
from citenet.io._lines import first_line
from citenet.io._records import Records
from citenet.io._values import inverted, join_people, plain, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "spreadsheet"

_COLUMNS = {
    "title": ("title", "document title", "article title", "item title", "primary title", "title of article"),
    "authors": ("authors", "author", "author full names", "author names", "authors_full"),
    "year": ("year", "publication year", "publication_year", "pubyear", "pub year", "published year", "date",
             "publication date"),
    "type": ("document type", "content type", "publication type", "type", "item type"),
    "container": ("journal", "publication title", "source title", "journal/book", "container", "secondary_title",
                  "publication"),
    "volume": ("volume", "journal volume"),
    "issue": ("issue", "journal issue", "number", "issue number"),
    "first_page": ("start page", "page start", "first page", "first_page", "startpage"),
    "last_page": ("end page", "page end", "last page", "last_page", "endpage"),
    "pages": ("pages", "page", "page range", "pagination"),
    "doi": ("doi", "item doi", "doi link", "digital object identifier"),
    "pmid": ("pmid", "pubmed id", "pubmed_id", "pubmedid"),
    "pmcid": ("pmcid", "pmc id"),
    "openalex": ("openalex_id", "openalex id", "openalex"),
    "wos": ("ut (unique wos id)", "ut (unique id)", "wos id", "accession number"),
    "key": ("work_id", "record id", "dataset_id", "itemid_ref", "key", "id", "covidence #", "lens id", "eid"),
    "citing": ("citing_itemid_ref",),
    "references": ("references", "referenced_works", "cited references"),
    "n_cited_references": ("cited reference count",),
}  # fmt: skip
_NAMES = {name: column for column, names in _COLUMNS.items() for name in names}
_IDS = ("doi", "openalex", "pmid", "pmcid", "wos")
_KNOWN = frozenset(_NAMES)
_DROPPED = re.compile(r"abstract|url|link$|affiliation|issn|isbn|funding|address|^x_coord$|^y_coord$|cited_by|note")
_COLUMN = re.compile(r"\W+")
_RUN_TOGETHER = re.compile(r"(?<=[a-zà-ÿ])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLe)(?=[A-ZÀ-Þ])")
_DEGREE = re.compile(r"(?:Prof|Dr)\. *", re.IGNORECASE)
_OF_WOS = frozenset(["ut (unique wos id)", "ut (unique id)", "cited reference count"])


def sniff(head: str) -> bool:
    r"""Whether a text begins with a header that names a title beside other columns, or identifiers.

    >>> sniff("Document Title,Authors,Publication Year,DOI\n"), sniff("doi,openalex_id,label_included\n")
    (True, True)
    >>> sniff("name,size\nx,1\n")
    False
    """
    return _header(head) is not None


def _header(text: str) -> list[str] | None:
    """Columns of the header, if they are those of a bibliographic table."""
    first = first_line([text])
    for needed in (
        *_COLUMNS["title"],
        *(name for scheme in _IDS for name in _COLUMNS[scheme]),
        "citing_itemid_ref",
        "itemid_ref",
    ):
        header = header_of(first, needed)
        if header is None or len(header) < 2:
            continue
        known = {_NAMES[name] for name in header if name in _KNOWN}
        if (
            "citing" in known
            or _lists_authors(header)
            or len(known & {"title", "authors", "year", *_IDS}) >= 2
            or known.intersection(_IDS)
        ):
            return header
    return None


def read(text: str, records: Records) -> None:
    r"""Read a table into ``records``; columns that are not known become further columns.

    ``references`` of a cell are read where they are identifiers: bare numbers are PMIDs if the table has a column of
    PMIDs. Those of the Web of Science are taken apart. A row without title and identifier is a problem.

    Examples
    --------
    >>> records = Records("ieee.csv")
    >>> read("Document Title,Authors,Publication Year,DOI\nA title,G. Robert; L. Locock,2013,10.1109/X\n", records)
    >>> records.works[0]["authors"], records.works[0]["work_id"]
    ('Robert, G.; Locock, L.', 'doi:10.1109/x')
    """
    header = _header(text)
    if header is None:
        message = "no header with a title, or with identifiers, in columns of a known name"
        raise ParseError(message, file=records.file, line=1, excerpt=text.lstrip()[:80])
    needed = next(name for name in header if name in _KNOWN)
    if _lists_authors(header):
        _take_authors(text, needed, records)
        return
    drafts: list[Draft] = []
    for line, cells in read_rows(text, records, needed):
        row: Cells = {}
        for name, value in cells.items():
            if name in _KNOWN and value != "NA":
                row.setdefault(_NAMES[name], value)
        if "gsrank" in header:  # Publish or Perish; elsewhere the source is a database
            row.setdefault("container", cells.get("source", ""))
        draft = _citation(line, row) if "citing" in row else _draft(line, row, cells, header, records)
        if draft is None:
            records.problem(
                "unreadable record", line, "no title and no identifier; left out", "; ".join(cells.values())
            )
        else:
            drafts.append(draft)
    if "citing_itemid_ref" in header:
        _settle_citations(drafts, records)
        return
    settle(drafts, records)
    if not any(draft.references for draft in drafts):
        records.note_no_references("The table")


def _lists_authors(header: list[str]) -> bool:
    """Whether a table gives one author of a work a row, in their order."""
    return {_NAMES.get(name) for name in header if name != "order"} == {"key", "authors"} and "order" in header


def _take_authors(text: str, needed: str, records: Records) -> None:
    """Take authors of works that another table describes: a label of those works, in a column of its own."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    for line, cells in read_rows(text, records, needed):
        row = {_NAMES.get(name, name): value for name, value in cells.items()}
        key, author, order = row.get("key"), plain(row.get("authors")), row.get("order", "")
        if key and author and order.isdecimal() and len(order) < 7:
            found.setdefault(work_key(key), []).append((int(order), line, author.replace(";", ",")))
        else:
            records.problem(
                "incomplete row", line, "an author needs the work, the name and its turn; left out", str(cells)
            )
    for work, listed in found.items():
        names = "; ".join(name for _, _, name in sorted(listed))
        records.labels.append({"work": work, "line": listed[0][1], "labels": {"all_authors": names}})


def _draft(line: int, row: Cells, cells: Cells, header: list[str], records: Records) -> Draft | None:
    get = row.get
    doi = normalise_doi(get("doi"))
    ids = join_ids(normalise_id(scheme, get(scheme)) for scheme in _IDS[1:])
    if not (get("title") or doi or ids or (get("key") and get("authors"))):
        return None
    if get("doi") and doi is None:
        records.problem("malformed DOI", line, f"the DOI is {row['doi'][:80]!r}; left out", get("title"))
    if get("year") and year_of(row["year"]) is None:
        records.problem("unknown year", line, f"the year is {row['year'][:40]!r}; left unknown", get("title"))
    first_page, last_page = split_pages(get("pages"))
    fields = {
        **{name: plain(get(name)) for name in ("title", "type", "container", "volume", "issue")},
        "authors": _authors(get("authors", ""), line, header, records),
        "year": year_of(get("year")),
        "first_page": get("first_page") or first_page,
        "last_page": get("last_page") or last_page,
        "doi": doi,
        "ids": ids,
    }
    if get("n_cited_references", "").isdecimal():
        fields["n_cited_references"] = int(row["n_cited_references"])
    for name, value in cells.items():
        if name not in _KNOWN and not _DROPPED.search(name) and (column := _COLUMN.sub("_", name).strip("_")):
            fields.setdefault(column if column not in (*WORK_COLUMNS, "work_id") else f"{column}_given", plain(value))
    key = get("key")
    draft = Draft(key or (f"doi:{doi}" if doi else first_id(ids)), line, fields)
    if not _OF_WOS.isdisjoint(header):
        cite_wos_cell(draft, get("references", ""), get("n_cited_references"), records)
    else:
        of_pmids = any(name in header for name in _COLUMNS["pmid"])
        cite_cell(draft, get("references", ""), of_pmids=of_pmids, records=records)
    return draft


def _authors(cell: str, line: int, header: list[str], records: Records) -> str | None:
    """Names of a cell; what may be several in one is reported."""
    if "item doi" in header:  # Springer runs the names together
        cell = _RUN_TOGETHER.sub("; ", cell)
    names, unsure = split_people(cell)
    if unsure:
        records.problem("author names", line, "an author has more than two commas; separate them by semicolons", cell)
    return join_people(inverted(_DEGREE.sub("", name)) for name in names)


def _citation(line: int, row: Cells) -> Draft:
    """One row of a table of citations with the described cited work (biblionetwork, networkflow)."""
    draft = Draft(row["citing"], line, {})
    fields: dict[str, Any] = {name: plain(row.get(name)) for name in ("title", "container")}
    authors = join_people(inverted(name.strip(" ,")) for name in row.get("authors", "").split(";") if name.strip(" ,"))
    raw = ", ".join(row[name] for name in ("authors", "year", "title", "container") if name in row)
    ids = normalise_id("work", work_key(row["key"])) if "key" in row else None
    draft.cite(raw or row.get("key"), year=year_of(row.get("year")), authors=authors, ids=ids, **fields)
    return draft


def _settle_citations(drafts: list[Draft], records: Records) -> None:
    """Put references under the works that other tables describe; here they are only named."""
    rows = [(work_key(draft.work_id), row) for draft in drafts for row in draft.references]
    for citing, row in sorted(rows, key=lambda item: (item[0], item[1]["raw"] or "", item[1].get("ids") or "")):
        records.reference(citing, **row)
