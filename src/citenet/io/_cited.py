"""One cited reference as the Web of Science prints it, taken apart by what each part looks like.

``GRANOVETTER M, 1985, AM J SOCIOL, V91, P481, DOI 10.1086/228311`` in its many shapes: without author, year or
source, with the given name behind a comma of its own, with a date stuck to the source. Never by position alone:
a part that is missing or doubled would shift all that follow.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._cited_authors import is_group, parse_author
from citenet.io._columns import Cell
from citenet.io._signs import Places, Signs, is_digit, signs_of, spans_of_lines, where

__all__ = ["parse_cited", "parse_tail", "plain_dois", "plain_sources", "take_container", "take_dois"]

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
_IN_PRESS = re.compile(r"(?:^|\b)\(?IN[ -]PRESS\)?(?:\b|$)", re.IGNORECASE)
_KINDS = (
    ("unpublished", re.compile(r"UNPUB|UNPUBLISHED|MANUSCRIPT|SUBMITTED", re.IGNORECASE)),
    ("thesis", re.compile(r"THESIS|DISSERTATION|(?:DOCTORAL|PHD|MASTERS?) (?:DISS|THES)", re.IGNORECASE)),
    ("communication", re.compile(r"(?:PERSONAL |PRIVATE )?COMMUNICATION$|PERS COMMUN", re.IGNORECASE)),
)
_DATE = re.compile(
    r"(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])$|(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SPR|SUM|FAL|AUT|WIN)$"
)
_KIND_BEGINNINGS = (b"UNPU", b"MANU", b"SUBM", b"THES", b"DISS", b"DOCT", b"PHD", b"MAST", b"PERS", b"PRIV", b"COMM")
_UNPRINTED = np.array([not 32 <= code < 127 or code == ord("?") for code in range(256)])  # "?" stands for what is none
_UNPRINTED[ord("\n")] = False
_PLAIN_DOIS = re.compile(
    r"^(?:(?:doi )?(10\.\d{4,9}+/[\w.()/:;-]++(?:<[\w.()/;-]*+:[\w.()/:;-]*+>[\w.()/:;-]*+)*+)(?<=\w)|.*)$",
    re.MULTILINE | re.ASCII,
)
_UPPER = np.uint8(0xDF)  # leaves out what tells small letters from capitals
_WIDTH = 20  # sources are cut there; a date is set flush right in the last 3 or 4 columns
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
    _take_source(rest, fields)
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


def _take_source(parts: list[str], fields: dict[str, Any]) -> None:
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
        take_container(", ".join(source), fields)


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


def plain_sources(texts: list[str]) -> list[Cell]:
    """Return sources that are names as they stand; None for what may hold a date or give away the kind of work.

    >>> plain_sources(["AM J SOCIOL", "CHINA Q          DEC", "IN PRESS SOC SCI"])
    ['AM J SOCIOL', None, None]
    """
    if not texts:
        return []
    signs = signs_of("\n".join([*texts, ""]))
    begins, ends = spans_of_lines(signs)
    upper = signs & _UPPER
    unprinted = np.flatnonzero(_UNPRINTED[signs[: ends[-1]]])
    places = [unprinted, where(signs, b"  "), where(upper, b"PRESS"), _dates(signs, begins, ends)]
    places += [where(upper, beginning, begins) for beginning in _KIND_BEGINNINGS]
    is_odd = np.zeros(len(texts), dtype=bool)
    is_odd[np.searchsorted(ends, np.concatenate(places))] = True
    return [None if odd else text for text, odd in zip(texts, is_odd.tolist(), strict=True)]


def _dates(signs: Signs, begins: Places, ends: Places) -> Places:
    """Where a date may stand in the last columns of a source: four digits, or a month of three letters."""
    lengths = ends - begins
    at = begins[(lengths == _WIDTH) | (lengths == _WIDTH - 1)] + _WIDTH - 5
    at = at[signs[at] == ord(" ")]
    dates: Places = at[is_digit(signs[at + 1]) | (signs[at + 4] == ord("\n"))]
    return dates


def plain_dois(texts: list[str]) -> list[Cell]:
    """DOIs of texts that are one, or one behind "DOI"; None for what takes a second look.

    >>> plain_dois(["10.1000/A", "DOI 10.1000/b", "[10.1000/c, 10.1000/d]"])
    ['10.1000/a', '10.1000/b', None]
    """
    return _PLAIN_DOIS.split("\n".join(texts).lower())[1::2] if texts else []


def take_container(text: str, fields: dict[str, Any]) -> None:
    """Source into ``container``, and into ``type`` what it gives away."""
    container, kind = _container(text)
    if kind == "in press":
        fields["type"] = kind
    elif kind:
        fields.setdefault("type", kind)
    if container:
        fields["container"] = container


def _container(text: str) -> tuple[str | None, str | None]:
    """Source without a date stuck to it, and the kind of work where the source gives it away."""
    found = None
    if _IN_PRESS.search(text):
        found = "in press"
        text = _IN_PRESS.sub(" ", text)
    found = found or next((kind for kind, pattern in _KINDS if pattern.match(text)), None)
    if found == "unpublished":
        text = re.sub(r"^UNPUB(?:LISHED)?\b", "", text, flags=re.IGNORECASE)
    source, _, last = text.strip().rpartition(" ")
    if _DATE.match(last) and (source.endswith(" ") or len(source) == _WIDTH - 5):
        text = source
    return " ".join(text.split()) or None, found


def _take_pages(pages: str, fields: dict[str, Any]) -> None:
    first, dash, last = pages.strip("[] ").split(", ")[0].partition("-")
    if first.strip():
        fields["first_page"] = first.strip()
        if dash and last.strip():
            fields["last_page"] = last.strip()


def take_dois(text: str, fields: dict[str, Any]) -> None:
    """First DOI into ``doi``, others of a ``[list]`` into ``ids``; what is no DOI is left to ``raw``."""
    listed = text[1:-1].split(", ") if text.startswith("[") and text.endswith("]") else [text]
    dois = list(dict.fromkeys(doi for doi in map(normalise_doi, listed) if doi))
    if dois:
        fields["doi"] = dois[0]
    if len(dois) > 1:
        fields["ids"] = join_ids(f"doi:{doi}" for doi in dois[1:])


def _join_author(parts: list[str]) -> str | None:
    if len(parts) == 1:
        return parse_author(parts[0])
    family, given = parts[0].strip(), ", ".join(parts[1:]).strip()
    if family.startswith("*") or is_group(family) or len(given.split()) > 3:
        return parse_author(f"*{family} {given}")
    return f"{family}, {given}".replace(";", " ") if family else parse_author(given)
