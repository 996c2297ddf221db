"""Reference lists in one cell of a table: identifiers however they are listed, Web of Science strings, or printed."""

from __future__ import annotations

import re

from citenet.identifiers import normalise_id
from citenet.io._cited import parse_cited
from citenet.io._drafts import Draft
from citenet.io._records import Records
from citenet.io._values import find_id, split_ids

__all__ = ["cite_cell", "cite_wos_cell"]

_PMIDS = re.compile(r"\d{1,8}(?:[\s;,|]+\d{1,8})*$")
_LIST = re.compile(r" ?(?:; |;$|;(?=https?://|10\.)|\|) ?")


def cite_cell(draft: Draft, cell: str, *, of_pmids: bool, records: Records) -> None:
    """Add the references of a cell; what is no identifier is kept as printed and counted."""
    if of_pmids and _PMIDS.match(cell):
        for number in re.split(r"[\s;,|]+", cell):
            draft.cite(number, ids=normalise_id("pmid", number))
        return
    cell = " ".join(cell.split())
    items = split_ids(cell)
    if not all(map(find_id, items)):
        items = [item for printed in _LIST.split(cell) if printed for item in _items(printed)]
    unknown = 0
    for item in items:
        found = find_id(item)
        doi = found.removeprefix("doi:") if found and found.startswith("doi:") else None
        draft.cite(item, doi=doi, ids=None if doi else found)
        unknown += found is None
    if unknown:
        detail = f"{unknown} references of the row are no identifiers; kept as printed"
        records.problem("unparsed reference", draft.line, detail, cell)


def _items(printed: str) -> list[str]:
    """Return a printed reference whole, and each identifier of a list that something else stands in."""
    items = split_ids(printed)
    return items if sum(find_id(item) is not None for item in items) > 1 else [printed]


def cite_wos_cell(draft: Draft, cell: str, stated: str | None, records: Records) -> None:
    """Add the references of a cell of the Web of Science, and compare their number with the one that it states."""
    items = [item for part in cell.split("; ") if (item := part.strip(" ;"))]
    for item in items:
        fields = parse_cited(item)
        draft.cite(item, **fields)
        if not fields.keys() & {"authors", "year", "doi", "type"}:
            records.problem("unparsed reference", draft.line, "no author, year or DOI; kept as printed", item)
    if stated and stated.isdecimal() and items and int(stated) != len(items):
        detail = f"the row states {stated} cited references, its list has {len(items)}"
        records.problem("reference count", draft.line, detail, draft.fields.get("title"))
