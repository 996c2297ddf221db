"""OpenAlex CSV: the export of the web site, whose headers name paths or are written out, and openalexR's tables."""

from __future__ import annotations

import re

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._csv import Cells, header_of, read_rows
from citenet.io._drafts import Draft, settle
from citenet.io._records import Records
from citenet.io._values import inverted, join_people, plain, terms, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "openalex_csv"

_OPENALEX = re.compile(r"https?://openalex\.org/W\d", re.IGNORECASE)
_BARS = re.compile(r"\s*\|\s*")
_ITEMS = re.compile(r"\s*[|;,]\s*")
# Columns of our own, each from the first of these headers that a file has.
_COLUMNS = {
    "title": ("display_name", "title"),
    "authors": ("authorships.author.display_name", "authorships_author_display_name", "authors", "author"),
    "year": ("publication_year", "publication year", "year", "publication_date", "publication date"),
    "type": ("type", "work type"),
    "container": ("primary_location.source.display_name", "primary_location_display_name", "source", "so"),
    "volume": ("biblio.volume", "biblio_volume", "volume"),
    "issue": ("biblio.issue", "biblio_issue", "issue"),
    "first_page": ("biblio.first_page", "biblio_first_page", "first_page", "first page"),
    "last_page": ("biblio.last_page", "biblio_last_page", "last_page", "last page"),
    "doi": ("doi", "ids.doi"),
    "pmid": ("ids.pmid", "ids_pmid", "pmid"),
    "pmcid": ("ids.pmcid", "ids_pmcid", "pmcid"),
    "topic": ("primary_topic.display_name", "primary_topic_display_name", "primary_topic", "topic", "primary topic"),
    "subfield": ("primary_topic.subfield.display_name", "primary_topic_subfield_display_name", "subfield"),
    "field": ("primary_topic.field.display_name", "primary_topic_field_display_name", "field"),
    "domain": ("primary_topic.domain.display_name", "primary_topic_domain_display_name", "domain"),
    "keywords": ("keywords.display_name", "keywords_display_name", "keywords"),
    "references": ("referenced_works", "referenced works", "references"),
}  # fmt: skip
_OWN = frozenset(
    name for column in ("authors", "container", "topic", "references") for name in _COLUMNS[column] if "." in name
) | {"authorships_author_display_name", "primary_location_display_name", "referenced_works", "cited_by_count"}


def sniff(head: str) -> bool:
    r"""Whether a text begins with a table of OpenAlex works.

    >>> sniff("id,display_name,authorships.author.display_name,doi\nhttps://openalex.org/W1,A,B,\n")
    True
    >>> sniff("id,title,year\na,First,2004\n")
    False
    """
    header = header_of(head, "id")
    return (
        header is not None
        and (not _OWN.isdisjoint(header) or _OPENALEX.search(head[:5_000]) is not None)
        and bool({"display_name", "title"}.intersection(header))
    )


def read(text: str, records: Records) -> None:
    r"""Read a table of OpenAlex works into ``records``; lists in a cell are separated by bars.

    Examples
    --------
    >>> records = Records("works.csv")
    >>> read("id,display_name,authorships.author.display_name,publication_year\n"
    ...      "https://openalex.org/W2,A title,Glenn Robert|Louise Locock,2024\n", records)
    >>> records.works[0]["work_id"], records.works[0]["authors"]
    ('openalex:W2', 'Robert, Glenn; Locock, Louise')
    """
    drafts = []
    for line, cells in read_rows(text, records, "id"):
        draft = _draft(line, cells, records)
        if draft is not None:
            drafts.append(draft)
    if not drafts and not records.problems:
        raise ParseError("no work of OpenAlex found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    settle(drafts, records, accessioned=True)
    if drafts and not any(draft.references for draft in drafts):
        detail = (
            "the table has no column referenced_works: its works cite nothing here. Fetch them as JSON by their ids"
        )
        records.note("no references", detail)


def _draft(line: int, cells: Cells, records: Records) -> Draft | None:
    def cell(column: str) -> str | None:
        return next((cells[name] for name in _COLUMNS[column] if name in cells), None)

    openalex = normalise_id("openalex", cells.get("id"))
    if openalex is None:
        detail = f"the id {cells.get('id', '')[:60]!r} is none of an OpenAlex work; left out"
        records.problem("unreadable record", line, detail, cell("title"))
        return None
    doi = normalise_doi(cell("doi"))
    ids = [openalex, normalise_id("pmid", cell("pmid")), normalise_id("pmcid", cell("pmcid"))]
    fields = {
        **{name: plain(cell(name)) for name in ("title", "type", "container", "topic", "subfield", "field", "domain")},
        **{name: cell(name) for name in ("volume", "issue", "first_page", "last_page")},
        "authors": join_people(inverted(name) for name in _BARS.split(cell("authors") or "") if name),
        "year": year_of(cell("year")),
        "doi": doi,
        "ids": join_ids(ids),
        "keywords": terms(_BARS.split(cell("keywords") or "")),
    }
    draft = Draft(openalex, line, fields)
    for value in _ITEMS.split(cell("references") or ""):
        if value and value != "NA":
            found = normalise_id("openalex", value)
            if found is None:
                records.problem("unreadable reference", line, "no OpenAlex id; kept as it is", value)
            draft.cite(value, ids=found)
    return draft
