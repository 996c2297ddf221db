"""The Lens: scholarly works exported as CSV, JSON or JSON Lines; references by their Lens id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._csv import Cells, header_of, read_rows
from citenet.io._drafts import Draft, settle
from citenet.io._json import Item, compact, dicts, get, load, mentions
from citenet.io._records import Records
from citenet.io._values import inverted, join_people, person, plain, terms, text_of, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "lens"

_NEEDED = ("lens id", "title")
_LENS_ID = re.compile(r"\d{3}-\d{3}-\d{3}-\d{3}-\d{2}[\dX]$")
_LIST = re.compile(r"\s*;\s*")


def sniff(head: str) -> bool:
    """Whether a text begins like an export of The Lens.

    >>> sniff('"Lens ID","Title","DOI"'), sniff('[{"lens_id": "000-360-106-493-122"}]'), sniff('{"id": 1}')
    (True, True, False)
    """
    return mentions(head, r'"lens_id"\s*:') or header_of(head, *_NEEDED) is not None


def read(text: str, records: Records) -> None:
    r"""Read an export of The Lens into ``records``; references become Lens ids.

    Examples
    --------
    >>> records = Records("lens.csv")
    >>> read("Lens ID,Title,References\n000-360-106-493-122,A title,011-017-218-361-731\n", records)
    >>> records.works[0]["work_id"], records.references[0]["ids"]
    ('lens:000-360-106-493-122', 'lens:011-017-218-361-731')
    """
    if mentions(text[:1_000], "."):
        drafts = list(_json_drafts(text, records))
    else:
        drafts = [_of_row(line, cells, records) for line, cells in read_rows(text, records, *_NEEDED)]
    if not drafts and not records.problems:
        raise ParseError("no work of The Lens found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    settle(drafts, records, accessioned=True)


def _cite(draft: Draft, listed: Any, records: Records) -> None:
    for value in listed:
        stated = text_of(value)
        if stated is None or not _LENS_ID.match(stated):
            records.problem("unreadable reference", draft.line, "no Lens id; kept as it is", compact(value))
            draft.cite(stated or compact(value))
        else:
            draft.cite(stated, ids=normalise_id("lens", stated))


def _of_row(line: int, cells: Cells, records: Records) -> Draft:
    get_cell = cells.get
    lens = normalise_id("lens", get_cell("lens id"))
    doi = normalise_doi(get_cell("doi"))
    if get_cell("doi") and doi is None:
        records.problem("malformed DOI", line, f"DOI is {cells['doi'][:80]!r}; left out", get_cell("title"))
    fields = {
        "title": plain(get_cell("title")),
        "authors": join_people(inverted(name) for name in _LIST.split(get_cell("author/s", ""))),
        "year": year_of(get_cell("publication year")) or year_of(get_cell("date published")),
        "type": plain(get_cell("publication type")),
        "container": plain(get_cell("source title")),
        "volume": get_cell("volume"),
        "issue": get_cell("issue number"),
        "first_page": get_cell("start page"),
        "last_page": get_cell("end page"),
        "doi": doi,
        "ids": join_ids([lens, normalise_id("pmid", get_cell("pmid")), normalise_id("pmcid", get_cell("pmcid"))]),
        "fields_of_study": terms(_LIST.split(get_cell("fields of study", ""))),
        "keywords": terms(_LIST.split(get_cell("keywords", ""))),
        "mesh": terms(_LIST.split(get_cell("mesh terms", ""))),
    }
    if lens is None:
        records.problem("missing id", line, "the row has no Lens ID", get_cell("title"))
    draft = Draft(lens, line, fields)
    _cite(draft, [value for value in _LIST.split(get_cell("references", "")) if value], records)
    return draft


def _json_drafts(text: str, records: Records) -> Iterator[Draft]:
    for line, item in _items(load(text, records)):
        if isinstance(item, dict) and text_of(item.get("lens_id")):
            yield _of_item(line, item, records)
        else:
            records.problem("unreadable record", line, "this is no work of The Lens; left out", compact(item)[:120])


def _items(values: Iterable[Item]) -> Iterator[Item]:
    for line, value in values:
        found = value["data"] if isinstance(value, dict) and isinstance(value.get("data"), list) else value
        if isinstance(found, list):
            yield from enumerate(found, start=1)
        else:
            yield line, found


def _of_item(line: int, item: dict[str, Any], records: Records) -> Draft:
    lens = normalise_id("lens", text_of(item["lens_id"]))
    external: dict[str, str] = {}
    for known in dicts(item.get("external_ids")):
        kind, value = text_of(known.get("type")), text_of(known.get("value"))
        if kind and value:
            external.setdefault(kind.lower(), value)
    source = item.get("source")
    fields = {
        "title": plain(item.get("title")),
        "authors": join_people(_author(author) for author in dicts(item.get("authors"))),
        "year": year_of(item.get("year_published")) or year_of(item.get("date_published")),
        "type": plain(item.get("publication_type")),
        "container": plain(get(source, "title")) or plain(item.get("source_title")),
        "volume": text_of(item.get("volume")),
        "issue": text_of(item.get("issue")),
        "first_page": text_of(item.get("start_page")),
        "last_page": text_of(item.get("end_page")),
        "doi": normalise_doi(external.get("doi")),
        "ids": join_ids(
            [lens, *(normalise_id(s, external.get(s)) for s in ("pmid", "pmcid", "openalex"))]
        ),
        "fields_of_study": terms(_texts(item.get("fields_of_study"))),
        "keywords": terms(_texts(item.get("keywords"))),
    }  # fmt: skip
    draft = Draft(lens, line, fields)
    listed = item.get("references")
    values = [get(value, "lens_id") or value for value in listed] if isinstance(listed, list) else []
    stated = item.get("references_count")
    if isinstance(stated, int) and not isinstance(stated, bool) and 0 <= stated < 10**9:
        draft.fields["n_cited_references"] = stated
    _cite(draft, values, records)
    return draft


def _author(author: dict[str, Any]) -> str | None:
    family = text_of(author.get("last_name"))
    if family:
        return person(family, author.get("first_name") or author.get("initials"))
    name = text_of(author.get("display_name")) or text_of(author.get("collective_name"))
    return inverted(name) if name else None


def _texts(value: Any) -> list[str | None]:
    return [text_of(term) for term in value] if isinstance(value, list) else []
