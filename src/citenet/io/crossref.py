"""Crossref: answers of the REST API (one work, pages of works) and dumps, with their deposited reference lists."""

from __future__ import annotations

import re
from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._csl import describe
from citenet.io._drafts import Draft, settle
from citenet.io._json import Item, compact, load, mentions
from citenet.io._records import Records
from citenet.io._strings import parse_printed
from citenet.io._values import plain, text_of, trailing_initials, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "crossref"

_MARKS = r'"(?:message-type|reference-count|references-count|is-referenced-by-count|content-domain|member)"\s*:'
_PRINTED = "printed"


def sniff(head: str) -> bool:
    """Whether a text begins like an answer of Crossref.

    >>> sniff('{"status": "ok", "message-type": "work", "message": {}}'), sniff('[{"DOI": "10.1/x", "type": "book"}]')
    (True, False)
    """
    if mentions(head, r'"status"\s*:\s*"failed"'):
        return False
    return mentions(head, _MARKS) or mentions(head, r'"DOI"\s*:', r'"title"\s*:\s*\[')


def read(text: str, records: Records) -> None:
    """Read works of Crossref into ``records``, each reference with the JSON or the string that was deposited.

    A reference deposited as a string only is taken apart by the parser of printed references. In a document,
    ``line`` is the turn of the work; in JSON Lines its line.

    Raises
    ------
    ParseError
        If the JSON is broken or holds no work.

    Examples
    --------
    >>> records = Records("work.json")
    >>> read('{"message-type": "work", "message": {"DOI": "10.1000/A", "title": ["A title"], "reference-count": 1,'
    ...      ' "reference": [{"key": "1", "author": "Porter", "year": "2010", "DOI": "10.1000/B"}]}}', records)
    >>> records.works[0]["work_id"], records.references[0]["doi"], records.references[0]["year"]
    ('doi:10.1000/a', '10.1000/b', 2010)
    """
    items = [item for line, value in load(text, records) for item in _works(line, value)]
    drafts = [draft for line, item in items if (draft := _draft(line, item, records))]
    if not drafts and not records.problems:
        raise ParseError("no work of Crossref in this JSON", file=records.file, line=1, excerpt=text.lstrip()[:80])
    parse_printed(drafts, records, mark=_PRINTED)
    settle(drafts, records, accessioned=True)


def _works(line: int, value: Any) -> list[Item]:
    """Works of an answer, a page, a dump or a list of any of them."""
    if isinstance(value, dict) and isinstance(value.get("message"), dict | list):
        value = value["message"]
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        value = value["items"]
    if not isinstance(value, list):
        return [(line, value)]
    listed: list[Item] = []
    for item in value:
        listed += _works(line, item) if isinstance(item, dict) and "message" in item else [(line, item)]
    return [(turn, item) for turn, (_, item) in enumerate(listed, start=1)]


def _draft(line: int, item: Any, records: Records) -> Draft | None:
    if not isinstance(item, dict) or "agency" in item or not ("DOI" in item or "title" in item):
        records.problem("unreadable record", line, "this is no work of Crossref; left out", compact(item)[:120])
        return None
    fields = describe(item)
    doi = fields["doi"]
    if text_of(item.get("DOI")) and doi is None:
        records.problem("malformed DOI", line, f"DOI is {text_of(item['DOI'])!r}; left out", fields["title"])
    listed = item.get("reference")
    stated = item.get("reference-count", item.get("references-count"))
    if isinstance(stated, int) and not isinstance(stated, bool) and 0 <= stated < 10**9:
        fields["n_cited_references"] = stated
        n_listed = len(listed) if isinstance(listed, list) else 0
        if stated != n_listed and "title" in item and (n_listed or stated):
            detail = f"reference-count states {stated}, the work lists {n_listed}"
            records.problem("reference count", line, detail, fields["title"])
    draft = Draft(f"doi:{doi}" if doi else None, line, fields)
    for reference in listed if isinstance(listed, list) else []:
        _cite(draft, reference, records)
    return draft


def _cite(draft: Draft, reference: Any, records: Records) -> None:
    if not isinstance(reference, dict):
        records.problem(
            "unreadable reference", draft.line, "the reference is no object; kept as it is", compact(reference)
        )
        draft.cite(compact(reference))
        return

    def text(*names: str) -> str | None:
        return next((found for name in names if (found := plain(reference.get(name)))), None)

    string = text("unstructured")
    stated = text("DOI")
    doi = normalise_doi(stated) or normalise_doi(string)
    if stated and normalise_doi(stated) is None:
        records.problem(
            "malformed DOI", draft.line, f"a reference has the DOI {stated[:80]!r}; the rest is kept", string
        )
    author = text("author")
    draft.cite(
        string or compact(reference),
        title=text("article-title", "volume-title"),
        authors=trailing_initials(re.sub(r"\s+et al\.?$", "", author)) if author else None,
        year=year_of(reference.get("year")),
        container=text("journal-title", "series-title")
        or (text("volume-title") if reference.get("article-title") else None),
        volume=text("volume"),
        issue=text("issue"),
        first_page=text("first-page"),
        doi=doi,
        ids=join_ids([normalise_id("isbn", text("ISBN") or text("isbn"))]),
        **{_PRINTED: bool(string)},
    )
