"""Europe PMC: searches, reference lists and citation lists as its API delivers them, JSON or XML."""

from __future__ import annotations

from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, first_id, settle
from citenet.io._fields import split_pages
from citenet.io._json import compact, dicts, get, load, mentions
from citenet.io._records import Records
from citenet.io._strings import parse_printed
from citenet.io._values import join_people, person, plain, terms, text_of, trailing_initials, year_of
from citenet.io._xml import Element, all_text, parse

__all__ = ["NAME", "read", "sniff"]

NAME = "europepmc"

_PRINTED = "printed"


def sniff(head: str) -> bool:
    """Whether a text begins like an answer of Europe PMC.

    >>> sniff('{"version": "6.9", "hitCount": 30, "request": {"id": "1", "source": "MED"}}'), sniff("<article>")
    (True, False)
    """
    of_xml = head.lstrip().startswith("<") and "<responseWrapper" in head[:2_000] and "epmc" in head[:2_000]
    return of_xml or mentions(head, r'"hitCount"\s*:\s*\d', r'"request"\s*:\s*\{')


def read(text: str, records: Records) -> None:
    """Read an answer into ``records``: works found, the references of a work, or the works that cite it.

    Examples
    --------
    >>> records = Records("references.json")
    >>> read('{"hitCount": 1, "request": {"id": "34308300", "source": "MED"}, "referenceList": {"reference":'
    ...      ' [{"id": "32150622", "source": "MED", "title": "A title", "citedOrder": 1}]}}', records)
    >>> records.references[0]["citing"], records.references[0]["ids"]
    ('pmid:34308300', 'pmid:32150622')
    """
    if text.lstrip().startswith("<"):
        root = parse(text.lstrip(), records)
        answer: Any = {"resultList": {"result": [_object(result) for result in root.iter("result")]}}
    else:
        answer = next((value for _, value in load(text, records)), None)
    subject = _id_of(get(answer, "request")) if isinstance(answer, dict) else None
    drafts = [_draft(turn, item) for turn, item in enumerate(dicts(get(answer, "resultList", "result")), start=1)]
    references = dicts(get(answer, "referenceList", "reference"))
    citations = dicts(get(answer, "citationList", "citation"))
    if (references or citations) and subject is None:
        detail = "the answer does not name the work whose references or citations it lists; left out"
        records.problem("unreadable record", 1, detail, compact(get(answer, "request")))
        references = citations = []
    if references:
        drafts.append(Draft(subject, 1, {"ids": subject}))
        ordered = sorted(enumerate(references, start=1), key=lambda item: (_order(item[1]), item[0]))
        for turn, reference in ordered:
            _cite(drafts[-1], turn, reference)
    for turn, citation in enumerate(citations, start=1):
        drafts.append(_draft(turn, citation))
        drafts[-1].cite(subject, ids=subject)
    if not drafts and not records.problems:
        raise ParseError("the answer lists no work", file=records.file, line=1, excerpt=text.lstrip()[:80])
    parse_printed(drafts, records, mark=_PRINTED)
    settle(drafts, records, accessioned=True)


def _object(element: Element) -> dict[str, Any]:
    """Elements of a result as the members the JSON answer would have."""
    return {child.tag: _object(child) if len(child) else all_text(child) for child in element}


def _order(reference: dict[str, Any]) -> int:
    order = reference.get("citedOrder")
    return order if isinstance(order, int) else 10**9


def _id_of(item: Any) -> str | None:
    number, source = text_of(get(item, "id")), text_of(get(item, "source"))
    if number is None:
        return None
    if source == "MED":
        return normalise_id("pmid", number)
    if source == "PMC":
        return normalise_id("pmcid", number if number.upper().startswith("PMC") else f"PMC{number}")
    return normalise_id("europepmc", f"{source}/{number}") if source else None


def _fields(item: dict[str, Any]) -> dict[str, Any]:
    journal = item.get("journalInfo")
    first_page, last_page = split_pages(text_of(item.get("pageInfo")))
    listed = [
        person(author.get("lastName"), author.get("firstName") or author.get("initials"))
        or person(author.get("collectiveName"))
        for author in dicts(get(item, "authorList", "author"))
    ]
    names = (text_of(item.get("authorString")) or "").rstrip(".").split(", ")
    ids = [_id_of(item), *(normalise_id(scheme, text_of(item.get(scheme))) for scheme in ("pmid", "pmcid"))]
    return {
        "title": plain(item.get("title")),
        "authors": join_people(listed) or join_people(trailing_initials(name) for name in names),
        "year": year_of(item.get("pubYear")),
        "type": plain(item.get("pubType")) or plain(item.get("citationType")) or _first(item, "pubTypeList", "pubType"),
        "container": plain(item.get("journalTitle")) or plain(get(journal, "journal", "title"))
        or plain(item.get("journalAbbreviation")),
        "volume": text_of(item.get("journalVolume")) or text_of(item.get("volume")) or text_of(get(journal, "volume")),
        "issue": text_of(item.get("issue")) or text_of(get(journal, "issue")),
        "first_page": first_page,
        "last_page": last_page,
        "doi": normalise_doi(text_of(item.get("doi"))),
        "ids": join_ids(ids),
    }  # fmt: skip


def _first(item: dict[str, Any], *keys: str) -> str | None:
    value = get(item, *keys)
    return plain(value[0]) if isinstance(value, list) and value else plain(value)


def _draft(turn: int, item: dict[str, Any]) -> Draft:
    fields = _fields(item)
    keywords = get(item, "keywordList", "keyword")
    if isinstance(keywords, list):
        fields["keywords"] = terms(text_of(keyword) for keyword in keywords)
    doi = fields["doi"]
    return Draft(_id_of(item) or (f"doi:{doi}" if doi else first_id(fields["ids"])), turn, fields)


def _cite(draft: Draft, turn: int, reference: dict[str, Any]) -> None:
    string = plain(reference.get("unstructuredInformation"))
    draft.cite(string or compact(reference), line=turn, **_fields(reference), **{_PRINTED: bool(string)})
