"""Bibliographic items as CSL-JSON has them, and Crossref, which puts some of its texts in lists."""

from __future__ import annotations

import re
from typing import Any

from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._fields import split_pages
from citenet.io._json import dicts, get
from citenet.io._values import join_people, person, plain, terms, text_of, year_of

__all__ = ["describe", "people"]

_DATES = ("issued", "published", "published-print", "published-online", "posted", "approved", "accepted", "created")
_NOTED = re.compile(r"\b(PMID|PMCID)\s*:\s*(\w+)", re.IGNORECASE)


def describe(item: dict[str, Any]) -> dict[str, Any]:
    """Fields of a work.

    >>> fields = describe({"title": ["A", "b"], "issued": {"date-parts": [[2019, 3]]}, "page": "37-53"})
    >>> fields["title"], fields["year"], fields["last_page"]
    ('A', 2019, '53')
    """
    first_page, last_page = split_pages(_text(item, "page") or _text(item, "page-first"))
    noted = {name.lower(): value for name, value in _NOTED.findall(_text(item, "note") or "")}
    title, subtitle = _text(item, "title"), _text(item, "subtitle")
    if title and subtitle and subtitle.lower() not in title.lower():
        title = f"{title}: {subtitle}"
    return {
        "title": title or _text(item, "original-title"),
        "authors": people(item.get("author")) or people(item.get("editor")),
        "year": next((year for name in _DATES if (year := _year(item.get(name)))), None),
        "type": _text(item, "type"),
        "container": _text(item, "container-title") or plain(get((dicts(item.get("institution")) or [{}])[0], "name")),
        "container_abbrev": _text(item, "short-container-title") or _text(item, "container-title-short")
        or _text(item, "journalAbbreviation"),
        "volume": _text(item, "volume"),
        "issue": _text(item, "issue"),
        "first_page": first_page or _text(item, "article-number") or _text(item, "number"),
        "last_page": last_page,
        "doi": normalise_doi(_text(item, "DOI")),
        "ids": join_ids(
            [
                normalise_id("pmid", _text(item, "PMID") or noted.get("pmid")),
                normalise_id("pmcid", _text(item, "PMCID") or noted.get("pmcid")),
            ]
        ),
        "keywords": _keywords(item),
    }  # fmt: skip


def people(value: Any) -> str | None:
    """Names of a list of people and groups.

    >>> people([{"family": "Geest", "non-dropping-particle": "van der", "given": "S"}, {"literal": "WHO"}])
    'van der Geest, S; WHO'
    """
    names = []
    for name in dicts(value):
        group = plain(name.get("literal")) or plain(name.get("name"))
        particle = plain(name.get("non-dropping-particle")) or plain(name.get("dropping-particle"))
        family = " ".join(part for part in (particle, plain(name.get("family"))) if part)
        given = " ".join(part for part in (plain(name.get("given")), plain(name.get("suffix"))) if part)
        names.append(person(family, given) if family else person(group or given))
    return join_people(names)


def _text(item: dict[str, Any], name: str) -> str | None:
    """Text of a member, or of the first of its list."""
    value = item.get(name)
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str) and part.strip()), None)
    return plain(value)


def _year(date: Any) -> int | None:
    """Year of a CSL date: parts, raw text, or the text itself."""
    if not isinstance(date, dict):
        return year_of(date)
    parts = date.get("date-parts")
    while isinstance(parts, list) and parts:
        parts = parts[0]
    return year_of(parts) or year_of(date.get("raw")) or year_of(date.get("literal"))


def _keywords(item: dict[str, Any]) -> str | None:
    listed = item.get("subject")
    if isinstance(listed, list):
        return terms(text_of(term) for term in listed)
    return terms(re.split(r"\s*[;,]\s*", _text(item, "keyword") or ""))
