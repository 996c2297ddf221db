"""OpenCitations: citations and metadata as its APIs deliver them, in both versions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, first_id, settle
from citenet.io._fields import split_pages
from citenet.io._json import Item, compact, load, mentions
from citenet.io._records import Records
from citenet.io._values import find_id, join_people, person, plain, text_of, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "opencitations"

_INDEX = re.compile(r"\[?\w+\]?\s*=>\s*")
_SCHEMES = ("doi", "pmid", "openalex", "omid", "pmcid")


def sniff(head: str) -> bool:
    """Whether a text begins like an answer of OpenCitations.

    >>> sniff('[{"oci": "06-07", "citing": "doi:10.1000/a", "cited": "doi:10.1000/b"}]'), sniff("[]")
    (True, False)
    """
    if mentions(head, r'"oci"\s*:', r'"citing"\s*:', r'"cited"\s*:'):
        return True
    return mentions(head, r'"reference"\s*:\s*"', r'"citation"\s*:\s*"', r'"source_(?:title|id)"\s*:')


def read(text: str, records: Records) -> None:
    """Read citations, or metadata with its lists of DOIs, into ``records``.

    Of a work that is only named in citations no more is known than its identifiers and, where it cites, its year.
    The work that ``citation`` lists of the metadata name becomes the citing work.

    Examples
    --------
    >>> records = Records("references.json")
    >>> read('[{"oci": "1-2", "citing": "omid:br/1 doi:10.1000/A", "cited": "doi:10.1000/b pmid:7",'
    ...      ' "creation": "2024-05"}]', records)
    >>> records.works[0]["work_id"], records.works[0]["year"], records.references[0]["ids"]
    ('doi:10.1000/a', 2024, 'pmid:7')
    """
    drafts: dict[str, Draft] = {}
    for line, row in _rows(load(text, records)):
        if isinstance(row, dict) and text_of(row.get("citing")) and text_of(row.get("cited")):
            _take_citation(line, row, drafts, records)
        elif isinstance(row, dict) and text_of(row.get("doi")) and "reference" in row:
            _take_metadata(line, row, drafts)
        else:
            records.problem("unreadable record", line, "this is no citation; left out", compact(row)[:120])
    if not drafts and not records.problems:
        raise ParseError("no citation in this JSON", file=records.file, line=1, excerpt=text.lstrip()[:80])
    for draft in drafts.values():
        draft.references.sort(key=lambda row: (row["raw"] or "", row["line"]))
    settle(drafts.values(), records)


def _rows(values: Iterable[Item]) -> list[Item]:
    rows: list[Item] = []
    for line, value in values:
        rows += enumerate(value, start=1) if isinstance(value, list) else [(line, value)]
    return rows


def _identifiers(text: str) -> tuple[str | None, str | None]:
    """First DOI, and all other identifiers, of a list separated by blanks."""
    dois: list[str] = []
    others: list[str | None] = []
    for part in _INDEX.sub("", text).split():
        scheme, colon, value = part.partition(":")
        doi = normalise_doi(part) if scheme in ("doi", "https", "http") or part.startswith("10.") else None
        if doi:
            dois.append(doi)
        elif colon and scheme in _SCHEMES:
            others.append(normalise_id(scheme, value))
        else:
            others.append(find_id(part))
    doi = dois[0] if dois else None
    return doi, join_ids([*(f"doi:{more}" for more in dict.fromkeys(dois[1:]) if more != doi), *others])


def _draft_of(text: str, line: int, drafts: dict[str, Draft]) -> Draft | None:
    doi, ids = _identifiers(text)
    work_id = f"doi:{doi}" if doi else first_id(ids)
    if work_id is None:
        return None
    return drafts.setdefault(work_id, Draft(work_id, line, {"doi": doi, "ids": ids}))


def _take_citation(line: int, row: dict[str, Any], drafts: dict[str, Draft], records: Records) -> None:
    citing, cited = text_of(row["citing"]) or "", text_of(row["cited"]) or ""
    draft = _draft_of(citing, line, drafts)
    if draft is None:
        records.problem("unreadable record", line, f"{citing!r} names no work; left out", compact(row))
        return
    draft.fields["year"] = draft.fields.get("year") or year_of(row.get("creation"))
    doi, ids = _identifiers(cited)
    if doi is None and ids is None:
        records.problem("unreadable reference", line, f"{cited[:80]!r} is no identifier; kept as it is")
    draft.cite(cited, line=line, doi=doi, ids=ids)


def _take_metadata(line: int, row: dict[str, Any], drafts: dict[str, Draft]) -> None:
    draft = _draft_of(text_of(row["doi"]) or "", line, drafts)
    if draft is None:
        return
    first_page, last_page = split_pages(text_of(row.get("page")))
    names = (name.partition(",") for name in (text_of(row.get("author")) or "").split(";"))
    draft.fields |= {
        "title": plain(row.get("title")),
        "authors": join_people(person(family, given) for family, _, given in names),
        "year": year_of(row.get("year")),
        "container": plain(row.get("source_title")),
        "volume": text_of(row.get("volume")),
        "issue": text_of(row.get("issue")),
        "first_page": first_page,
        "last_page": last_page,
    }
    for listed in (text_of(row.get("reference")) or "").split("; "):
        if listed.strip():
            doi, ids = _identifiers(listed)
            draft.cite(listed.strip(), line=line, doi=doi, ids=ids)
    for listed in (text_of(row.get("citation")) or "").split("; "):
        citing = _draft_of(listed, line, drafts) if listed.strip() else None
        if citing is not None:
            citing.cite(draft.fields["doi"], line=line, doi=draft.fields["doi"])
