"""DataCite: answers of its API and dumps; ``References`` and ``Cites`` among the related identifiers are references."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import normalise_doi, normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._json import Item, compact, dicts, get, load, mentions
from citenet.io._records import Records
from citenet.io._values import inverted, join_people, person, plain, terms, text_of, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "datacite"

_CITING = frozenset(["references", "cites"])


def sniff(head: str) -> bool:
    """Whether a text begins like records of DataCite.

    >>> sniff('{"id": "10.5072/x", "type": "dois", "attributes": {"doi": "10.5072/x", "creators": []}}')
    True
    """
    return mentions(head, r'"attributes"\s*:\s*\{', r'"(?:creators|titles|publicationYear|identifiers)"\s*:')


def read(text: str, records: Records) -> None:
    """Read records of DataCite into ``records``.

    Related identifiers that say something else than that the work cites them (parts, versions, journals) are no
    references and are left out; they are counted in a note.

    Examples
    --------
    >>> records = Records("datacite.json")
    >>> read('{"type": "dois", "attributes": {"doi": "10.5072/X", "titles": [{"title": "Data"}], "relatedIdentifiers":'
    ...      ' [{"relatedIdentifier": "10.1000/A", "relatedIdentifierType": "DOI", "relationType": "References"}]}}',
    ...      records)
    >>> records.works[0]["work_id"], records.references[0]["doi"]
    ('doi:10.5072/x', '10.1000/a')
    """
    drafts: list[Draft] = []
    others = 0
    for line, item in _items(load(text, records)):
        attributes = get(item, "attributes")
        if not isinstance(attributes, dict):
            records.problem("unreadable record", line, "this is no record of DataCite; left out", compact(item)[:120])
            continue
        drafts.append(_draft(line, attributes))
        others += _take_related(drafts[-1], attributes, records)
    if not drafts and not records.problems:
        raise ParseError("no record of DataCite in this JSON", file=records.file, line=1, excerpt=text.lstrip()[:80])
    settle(drafts, records, accessioned=True)
    if others:
        detail = f"{others} related identifiers name parts, versions or journals, not what is cited; left out"
        records.note("other relations", detail)


def _items(values: Iterable[Item]) -> list[Item]:
    items: list[Item] = []
    for line, value in values:
        found = value["data"] if isinstance(value, dict) and "data" in value else value
        items += enumerate(found, start=1) if isinstance(found, list) else [(line, found)]
    return items


def _draft(line: int, work: dict[str, Any]) -> Draft:
    doi = normalise_doi(text_of(work.get("doi")))
    container = work.get("container")
    fields = {
        "title": next((title for found in dicts(work.get("titles")) if (title := plain(found.get("title")))), None),
        "authors": join_people(_creator(creator) for creator in dicts(work.get("creators"))),
        "year": year_of(work.get("publicationYear")) or year_of(work.get("published")),
        "type": plain(get(work, "types", "resourceTypeGeneral")) or plain(get(work, "types", "resourceType")),
        "container": plain(get(container, "title")),
        "volume": text_of(get(container, "volume")),
        "issue": text_of(get(container, "issue")),
        "first_page": text_of(get(container, "firstPage")),
        "last_page": text_of(get(container, "lastPage")),
        "doi": doi,
        "keywords": terms(subject.get("subject") for subject in dicts(work.get("subjects"))),
    }
    return Draft(f"doi:{doi}" if doi else None, line, fields)


def _creator(creator: dict[str, Any]) -> str | None:
    family = text_of(creator.get("familyName"))
    name = text_of(creator.get("name"))
    if family:
        return person(family, creator.get("givenName"))
    if name and creator.get("nameType") == "Organizational":
        return person(name)
    return inverted(name) if name else None


def _take_related(draft: Draft, work: dict[str, Any], records: Records) -> int:
    """Add what is cited as references; return how many other relations there are."""
    others = 0
    for related in dicts(work.get("relatedIdentifiers")):
        relation = (text_of(related.get("relationType")) or "").lower()
        if relation not in _CITING:
            others += 1
            continue
        stated, kind = text_of(related.get("relatedIdentifier")), text_of(related.get("relatedIdentifierType")) or ""
        doi = normalise_doi(stated) if kind.upper() in ("DOI", "URL", "") else None
        scheme = {"PMID": "pmid", "ARXIV": "arxiv", "ISBN": "isbn"}.get(kind.upper())
        if kind.upper() == "DOI" and doi is None:
            records.problem("malformed DOI", draft.line, f"a reference has the DOI {stated!r}; kept as it is")
        draft.cite(stated or compact(related), doi=doi, ids=normalise_id(scheme, stated) if scheme else None)
    return others
