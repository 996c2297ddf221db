"""OpenAlex: result pages, single works and JSON Lines of the API and the snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._json import Item, are_lines, compact, dicts, get, load, load_lines, mentions
from citenet.io._records import Records
from citenet.io._rows import Rows
from citenet.io._values import inverted, join_people, plain, terms, text_of, year_of

__all__ = ["NAME", "read", "read_pieces", "sniff"]

NAME = "openalex"

_ENTITY = re.compile(r"https?://openalex\.org/([A-Z])\d+$", re.IGNORECASE)
_ID = r'"(?:id|ids)"\s*:\s*(?:\{\s*"openalex"\s*:\s*)?"https?://openalex\.org/[A-Z]\d'
_ADDRESSES = re.compile(r"https://openalex\.org/W\d++(?: https://openalex\.org/W\d++)*+", re.ASCII)
_OF_WORKS = frozenset(
    ["authorships", "referenced_works", "publication_year", "primary_location", "primary_topic", "open_access",
     "best_oa_location", "host_venue", "title"]
)  # fmt: skip


class _Work(msgspec.Struct):
    """Members of a work that are read here: what else it has is passed over by the parser, which is most of it."""

    id: Any = None
    ids: Any = None
    doi: Any = None
    title: Any = None
    display_name: Any = None
    publication_year: Any = None
    publication_date: Any = None
    type: Any = None
    authorships: Any = None
    biblio: Any = None
    primary_location: Any = None
    host_venue: Any = None
    primary_topic: Any = None
    keywords: Any = None
    referenced_works: Any = None
    referenced_works_count: Any = None
    open_access: Any = None
    best_oa_location: Any = None
    results: msgspec.UnsetType = msgspec.UNSET  # a page, which is no work: refused here, read as any other JSON

    def get(self, name: str) -> Any:
        """Return the member, None where there is none."""
        return getattr(self, name, None)


_DECODER = msgspec.json.Decoder(_Work)


def sniff(head: str) -> bool:
    """Whether a text begins like an answer of OpenAlex.

    >>> sniff('{"id": "https://openalex.org/W1", "doi": null}'), sniff('{"lens_id": "000"}')
    (True, False)
    """
    if mentions(head, _ID):
        return True
    return mentions(head, r'"doi"\s*:', r'"(?:open_access|authorships|referenced_works|primary_location)"\s*:')


def read(text: str, records: Records) -> None:
    """Read works of OpenAlex into ``records``; ``referenced_works`` become references by their OpenAlex id.

    The primary topic fills ``topic``, ``subfield``, ``field`` and ``domain``. In a document, ``line`` is the turn of
    the work; in JSON Lines its line.

    Raises
    ------
    ParseError
        If the JSON is broken or holds no list of works.

    Examples
    --------
    >>> records = Records("works.json")
    >>> read('{"id": "https://openalex.org/W2", "title": "A title", "publication_year": 2020,'
    ...      ' "referenced_works": ["https://openalex.org/W1"]}', records)
    >>> records.works[0]["work_id"], records.references[0]["ids"]
    ('openalex:W2', 'openalex:W1')
    """
    read_pieces([text], records)


def read_pieces(pieces: Iterable[str], records: Records) -> None:
    """Read works that come in pieces of text, each cut behind a line end; JSON Lines are never held whole."""
    lines = are_lines(pieces)
    values = load_lines(pieces, records, _decoded) if lines else load("".join(pieces), records)
    items = _items(values, lines)
    drafts = (draft for line, item in items if (draft := _draft(line, item, records)))
    if not settle(drafts, records, accessioned=True) and not records.problems:
        excerpt = "".join(pieces).lstrip()[:80]
        raise ParseError("no work of OpenAlex in this JSON", file=records.file, line=1, excerpt=excerpt)


def _decoded(line: str) -> _Work:
    work = _DECODER.decode(line)
    if not _is_work(work):
        raise ValueError("not a work: to be read, and reported, as any other JSON")
    return work


def _is_work(work: dict[str, Any] | _Work) -> bool:
    return any(work.get(name) is not None for name in _OF_WORKS)


def _items(values: Iterable[Item], lines: bool) -> Iterator[Item]:
    """Works of pages, lists and lines."""
    for line, value in values:
        found = value["results"] if isinstance(value, dict) and "results" in value else value
        if not isinstance(found, list):
            yield line, found
        else:
            yield from ((line if lines else turn, item) for turn, item in enumerate(found, start=1))


def _draft(line: int, work: Any, records: Records) -> Draft | None:
    if not isinstance(work, dict | _Work) or not _is_work(work):
        records.problem("unreadable record", line, "this is no work of OpenAlex; left out", compact(work)[:120])
        return None
    stated = text_of(work.get("id")) or text_of(get(work, "ids", "openalex")) or ""
    entity = _ENTITY.match(stated)
    if entity and entity.group(1).upper() != "W":
        records.problem(
            "unreadable record", line, f"{stated!r} is no work; left out", text_of(work.get("display_name"))
        )
        return None
    ids = work.get("ids")
    openalex = normalise_id("openalex", stated)
    doi = normalise_doi(text_of(work.get("doi")) or text_of(get(ids, "doi")))
    topic, biblio = work.get("primary_topic"), work.get("biblio")
    location = work.get("primary_location")
    source = get(location, "source") or work.get("host_venue")
    listed = work.get("referenced_works")
    fields = {
        "title": plain(work.get("title") or work.get("display_name")),
        "authors": _authors(work),
        "year": year_of(work.get("publication_year")) or year_of(work.get("publication_date")),
        "type": text_of(work.get("type")),
        "container": plain(get(source, "display_name")) or plain(get(location, "raw_source_name")),
        "volume": text_of(get(biblio, "volume")),
        "issue": text_of(get(biblio, "issue")),
        "first_page": text_of(get(biblio, "first_page")),
        "last_page": text_of(get(biblio, "last_page")),
        "doi": doi,
        "ids": join_ids([openalex, *(normalise_id(s, text_of(get(ids, s))) for s in ("pmid", "pmcid"))]),
        "topic": plain(get(topic, "display_name")),
        "subfield": plain(get(topic, "subfield", "display_name")),
        "field": plain(get(topic, "field", "display_name")),
        "domain": plain(get(topic, "domain", "display_name")),
        "keywords": terms(k.get("display_name") or k.get("keyword") for k in dicts(work.get("keywords"))),
        "n_cited_references": _count(work, listed, line, records),
    }
    draft = Draft(openalex or (f"doi:{doi}" if doi else None), line, fields)
    _take_references(draft, listed, records)
    return draft


def _authors(work: dict[str, Any] | _Work) -> str | None:
    names = [
        text_of(get(authorship, "author", "display_name")) or text_of(authorship.get("raw_author_name"))
        for authorship in dicts(work.get("authorships"))
    ]
    return join_people(inverted(name) for name in names if name)


def _take_references(draft: Draft, listed: Any, records: Records) -> None:
    if listed is None:
        return
    if not isinstance(listed, list):
        records.problem("unreadable references", draft.line, "referenced_works is no list; left out", compact(listed))
        return
    joined = " ".join(listed) if set(map(type, listed)) <= {str} else ""
    if _ADDRESSES.fullmatch(joined):  # by far the most frequent
        ids = joined.replace("https://openalex.org/", "openalex:").split(" ")
        draft.listed = Rows()
        draft.listed.extend({"raw": listed, "ids": ids}, line=draft.line)
        return
    for value in listed:
        found = normalise_id("openalex", text_of(value)) if isinstance(value, str) else None
        if found is None:
            records.problem("unreadable reference", draft.line, "no OpenAlex id; kept as it is", compact(value))
        draft.cite(text_of(value) or compact(value), ids=found)


def _count(work: dict[str, Any] | _Work, listed: Any, line: int, records: Records) -> int | None:
    stated = work.get("referenced_works_count")
    if not isinstance(stated, int) or isinstance(stated, bool) or not 0 <= stated < 10**9:
        return None
    if isinstance(listed, list) and len(listed) != stated:
        detail = f"referenced_works_count states {stated}, the work lists {len(listed)}"
        records.problem("reference count", line, detail, plain(work.get("title")))
    return stated
