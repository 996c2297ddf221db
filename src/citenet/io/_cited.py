"""One cited reference as the Web of Science prints it, taken apart by what each part looks like.

``GRANOVETTER M, 1985, AM J SOCIOL, V91, P481, DOI 10.1086/228311`` in its many shapes: without author, year or
source, with the given name behind a comma of its own, with a date stuck to the source. Never by position alone:
a part that is missing or doubled would shift all that follow.
"""

from __future__ import annotations

import re
from typing import Any

from citenet.identifiers import join_ids, normalise_id
from citenet.io._cited_authors import is_group, parse_author
from citenet.io._cited_dois import take_dois
from citenet.io._cited_sources import take_source

__all__ = ["parse_cited", "parse_tail"]

_YEAR = re.compile(r"\(?(1[0-9]{3}|20[0-9][0-9])[A-Za-z]?\)?$|(1[0-9]{3}|20[0-9][0-9])[-/][0-9]{2,4}$")
_PLAIN_YEAR = re.compile(r"(?:1[0-9]|20)[0-9][0-9]$")
_OUTSIDE_BRACKETS = re.compile(r", (?![^\[]*\])")
_VOLUME = re.compile(
    r"V(?!OLS? |ol\. )\(?(?=[^\d]{0,12}\d)(\S.*)$|V([IVXLCDMivxlcdm]+)$|V([a-z]+|One|Two|Second|Third)$"
)
_VOLUME_ALONE = re.compile(r"V([0-9]+)$")
_PAGE = re.compile(r"P(\d\S*|[IVXLC]+)$|p(?!art\.)(\S.{0,11})$")
_PAGE_ALONE = re.compile(r"[Pp]\[?([0-9]\S*)$")
_ARTICLE = re.compile(r"ARTN (\S.*)$")
_ARTICLE_UNKNOWN = re.compile(r"p?art\. no\.|ARTN?$")
_PATENT = re.compile(r"Patent No\.? *\[?([^\],]+)")
_INITIALS = re.compile(r"[A-Z]{1,4}$|(?:[A-Z][a-z]?\.[- ]?)+$|[A-Z](?:[- ][A-Z])*$")


def parse_cited(raw: str) -> dict[str, Any]:
    """Fields of one Web of Science cited reference.

    Parameters
    ----------
    raw : str
        One item of ``CR``.

    Returns
    -------
    dict
        Columns of ``corpus.references`` that could be recognised; what is not there is unknown. ``container`` is the
        source as abbreviated, without a date stuck to it; further DOIs of a list stand in ``ids``.

    Examples
    --------
    >>> parse_cited("GRANOVETTER M, 1985, AM J SOCIOL, V91, P481")
    {'authors': 'GRANOVETTER, M', 'year': 1985, 'volume': '91', 'first_page': '481', 'container': 'AM J SOCIOL'}
    >>> parse_cited("1983, CHINA Q          DEC")
    {'year': 1983, 'container': 'CHINA Q'}
    """
    fields: dict[str, Any] = {}
    body, found, dois = raw.partition(", DOI ")
    if found:
        take_dois(dois, fields)
    elif raw.startswith("DOI "):
        take_dois(raw[4:], fields)
        body = ""
    parts = _OUTSIDE_BRACKETS.split(body) if "[" in body else body.split(", ")
    year_at = _find_year(parts)
    if year_at is None:
        authors, rest = _without_year(parts)
    else:
        authors, rest = parts[:year_at], parts[year_at + 1 :]
    if authors:
        name = _join_author(authors)
        if name:
            fields["authors"] = name
    if year_at is not None:
        fields["year"] = int(re.sub(r"\D", "", parts[year_at])[:4])
    _take_rest(rest, fields)
    return fields


def _find_year(parts: list[str]) -> int | None:
    for at, part in enumerate(parts):
        if _PLAIN_YEAR.match(part):
            return at
    for at, part in enumerate(parts[:4]):
        if _YEAR.match(part):
            return at
    return None


def _without_year(parts: list[str]) -> tuple[list[str], list[str]]:
    """Split off the author parts of a reference that gives no year."""
    sources = [at for at, part in enumerate(parts) if not (_VOLUME_ALONE.match(part) or _PAGE_ALONE.match(part))]
    if len(sources) < 2:
        return [], parts
    n_authors = 2 if len(sources) > 2 and _INITIALS.match(parts[1]) else 1
    return parts[:n_authors], parts[n_authors:]


def _take_rest(parts: list[str], fields: dict[str, Any]) -> None:
    """Source, volume, pages and kind from the parts behind the year."""
    source: list[str] = []
    for part in parts:
        begun = bool(source) or "volume" in fields
        if "volume" not in fields and (found := (_VOLUME if begun else _VOLUME_ALONE).match(part)):
            fields["volume"] = next(group for group in found.groups() if group)
        elif "first_page" not in fields and (found := (_PAGE if begun else _PAGE_ALONE).match(part)):
            _take_pages(next(group for group in found.groups() if group), fields)
        elif found := _ARTICLE.match(part):
            fields.setdefault("first_page", found.group(1))
        elif found := _PATENT.match(part):
            fields["type"] = "patent"
            fields["ids"] = join_ids([fields.get("ids"), normalise_id("patent", found.group(1).strip())])
        elif begun and (_ARTICLE_UNKNOWN.match(part) or "volume" in fields or "first_page" in fields):
            continue
        elif part.strip():
            source.append(part.strip())
    if source:
        take_source(", ".join(source), fields)


def parse_tail(part: str) -> tuple[str | None, str | None]:
    """Field and value of a part behind the source that is a volume or a first page and no more than that.

    >>> parse_tail("V15"), parse_tail("pS48"), parse_tail("P307-9")
    (('volume', '15'), ('first_page', 'S48'), (None, None))
    """
    fields: dict[str, Any] = {}
    if found := _VOLUME.match(part):
        fields["volume"] = next(group for group in found.groups() if group)
    elif found := _PAGE.match(part):
        _take_pages(next(group for group in found.groups() if group), fields)
    return next(iter(fields.items())) if len(fields) == 1 else (None, None)


def _take_pages(pages: str, fields: dict[str, Any]) -> None:
    first, dash, last = pages.strip("[] ").split(", ")[0].partition("-")
    if first.strip():
        fields["first_page"] = first.strip()
        if dash and last.strip():
            fields["last_page"] = last.strip()


def _join_author(parts: list[str]) -> str | None:
    if len(parts) == 1:
        return parse_author(parts[0])
    family, given = parts[0].strip(), ", ".join(parts[1:]).strip()
    if family.startswith("*") or is_group(family) or len(given.split()) > 3:
        return parse_author(f"*{family} {given}")
    return f"{family}, {given}".replace(";", " ") if family else parse_author(given)
