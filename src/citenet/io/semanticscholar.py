"""Semantic Scholar: works, batches, and pages of references or citations of its API."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._fields import split_pages
from citenet.io._json import Item, compact, dicts, get, load, mentions
from citenet.io._records import Records
from citenet.io._values import inverted, join_people, plain, terms, text_of, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "semanticscholar"

_SCHEMES = {"PubMed": "pmid", "PubMedCentral": "pmcid", "ArXiv": "arxiv", "MAG": "mag", "CorpusId": "s2corpus"}


def sniff(head: str) -> bool:
    """Whether a text begins like an answer of Semantic Scholar.

    >>> sniff('{"paperId": "abc", "title": "A title"}'), sniff('{"offset": 0, "data": [{"citedPaper": {}}]}')
    (True, True)
    """
    return mentions(head, r'"(?:paperId|citedPaper|citingPaper)"\s*:')


def read(text: str, records: Records) -> None:
    """Read works and their references into ``records``.

    A page of references does not name the work they belong to: the file's name, less its suffix, stands for it. A
    page of citations does not name the work that is cited: the works are kept and the page is reported.

    Examples
    --------
    >>> records = Records("paper.json")
    >>> read('{"paperId": "abc", "externalIds": {"DOI": "10.1000/A"}, "title": "A title",'
    ...      ' "references": [{"paperId": null, "title": "Cited"}]}', records)
    >>> records.works[0]["work_id"], records.references[0]["title"]
    ('s2:abc', 'Cited')
    """
    drafts: list[Draft] = []
    page: Draft | None = None
    n_citing = 0
    for line, item in _items(load(text, records)):
        cited, citing = get(item, "citedPaper"), get(item, "citingPaper")
        if isinstance(cited, dict):
            if page is None:
                page = Draft(PurePath(records.file).stem or "references", line, {})
            _cite(page, line, cited)
        elif isinstance(item, dict) and ("paperId" in item or "title" in item):
            drafts.append(_draft(line, item))
        elif isinstance(citing, dict):
            n_citing += 1
            drafts.append(_draft(line, citing))
        else:
            records.problem("unreadable record", line, "no paper was found here; left out", compact(item)[:120])
    if n_citing:
        detail = f"the file does not name the work that these {n_citing} works cite; read as works alone"
        records.note("unknown cited work", detail)
    if page is not None:
        detail = f"the file does not name the work that cites; {page.work_id!r}, its own name, stands for it"
        records.note("unknown citing work", detail)
        drafts.append(page)
    if not drafts and not records.problems:
        raise ParseError("no paper in this JSON", file=records.file, line=1, excerpt=text.lstrip()[:80])
    settle(drafts, records, accessioned=True)


def _items(values: Iterable[Item]) -> list[Item]:
    items: list[Item] = []
    for line, value in values:
        found = value["data"] if isinstance(value, dict) and isinstance(value.get("data"), list) else value
        items += enumerate(found, start=1) if isinstance(found, list) else [(line, found)]
    return items


def _fields(paper: dict[str, Any]) -> dict[str, Any]:
    external, journal = paper.get("externalIds"), paper.get("journal")
    first_page, last_page = split_pages(text_of(get(journal, "pages")))
    number = text_of(paper.get("paperId"))
    kinds = paper.get("publicationTypes")
    return {
        "title": plain(paper.get("title")),
        "authors": join_people(
            inverted(name) for author in dicts(paper.get("authors")) if (name := text_of(author.get("name")))
        ),
        "year": year_of(paper.get("year")) or year_of(paper.get("publicationDate")),
        "type": plain(kinds[0]) if isinstance(kinds, list) and kinds else None,
        "container": plain(get(journal, "name")) or plain(paper.get("venue")),
        "volume": text_of(get(journal, "volume")),
        "first_page": first_page,
        "last_page": last_page,
        "doi": normalise_doi(text_of(get(external, "DOI"))),
        "ids": join_ids(
            [
                normalise_id("s2", number),
                *(normalise_id(scheme, text_of(get(external, name))) for name, scheme in _SCHEMES.items()),
            ]
        ),
    }


def _draft(line: int, paper: dict[str, Any]) -> Draft:
    fields = _fields(paper)
    number, doi = normalise_id("s2", text_of(paper.get("paperId"))), fields["doi"]
    listed = paper.get("fieldsOfStudy")
    fields["fields_of_study"] = terms(map(text_of, listed)) if isinstance(listed, list) else None
    stated = paper.get("referenceCount")
    if isinstance(stated, int) and not isinstance(stated, bool) and 0 <= stated < 10**9:
        fields["n_cited_references"] = stated
    draft = Draft(number or (f"doi:{doi}" if doi else None), line, fields)
    for reference in dicts(paper.get("references")):
        _cite(draft, line, reference)
    return draft


def _cite(draft: Draft, line: int, paper: dict[str, Any]) -> None:
    draft.cite(compact(paper), line=line, **_fields(paper))
