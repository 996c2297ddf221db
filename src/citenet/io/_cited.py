"""One cited reference as the Web of Science prints it, taken apart by what each part looks like.

``GRANOVETTER M, 1985, AM J SOCIOL, V91, P481, DOI 10.1086/228311`` in its many shapes: without author, year or
source, with the given name behind a comma of its own, with a date stuck to the source. Never by position alone:
a part that is missing or doubled would shift all that follow.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Any

from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._columns import Cell, Known

__all__ = ["parse_author", "parse_cited", "parse_list"]

_YEAR = re.compile(r"\(?(1\d{3}|20\d\d)[A-Za-z]?\)?$|(1\d{3}|20\d\d)[-/]\d{2,4}$")
_PLAIN_YEAR = re.compile(r"(?:1\d|20)\d\d$")
_OUTSIDE_BRACKETS = re.compile(r", (?![^\[]*\])")
_VOLUME = re.compile(
    r"V(?!OLS? |ol\. )\(?(?=[^\d]{0,12}\d)(\S.*)$|V([IVXLCDMivxlcdm]+)$|V([a-z]+|One|Two|Second|Third)$"
)
_VOLUME_ALONE = re.compile(r"V(\d+)$")
_PAGE = re.compile(r"P(\d\S*|[IVXLC]+)$|p(?!art\.)(\S.{0,11})$")
_PAGE_ALONE = re.compile(r"[Pp]\[?(\d\S*)$")
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
# The usual shape, in which each part stands where it should; anything else matches without a group. A person is
# told from other authors: family name and initials.
_USUAL = re.compile(
    r"^(?:(?:(?!DOI )(?:([A-Za-z]++) ([A-Z]{1,4}+)|([^\d,\n\[][^,\n\[]*+)), )?((?:1\d|20)\d\d), "
    r"(?!V\d+(?:,|$)|[Pp]\[?\d|p?art\. no|ARTN|Patent|DOI )([^,\n\[]++)"
    r"(?:, V(\d++))?(?:, P(\d\w*+))?"
    r"(?:, DOI (?:DOI )?(10\.\d{4,9}+/[\w.()/:;-]++(?:<[^\s<>:,]*+:[^\s<>,]*+>[\w.()/:;-]*+)*+)(?<=\w))?|.*)$",
    re.MULTILINE | re.ASCII,
)
_WIDTH = 20  # sources are cut there; a date is set flush right in the last 3 or 4 columns
_INITIALS = re.compile(r"[A-Z]{1,4}$|(?:[A-Z][a-z]?\.[- ]?)+$|[A-Z](?:[- ][A-Z])*$")
_TRAILING_INITIALS = re.compile(r"(.+?)\s((?:[A-Z][a-z]?\.[- ]?)+|[A-Z]{1,4})$")
_CUT_NAME = re.compile(r"([^\s.,]{3,}\.)([A-Z]{1,4})$")
_STRIDE = _USUAL.groups + 1
_NOBODY = re.compile(r"\[?anon(?:ymous|\.)?\]?$|\[no author\]$|\[s\.? ?n\.?\]$", re.IGNORECASE)
_GROUPS = frozenset(
    ["and", "for", "of", "on", "the", "des", "agency", "association", "assoc", "authority", "bank", "board", "bureau",
     "center", "centre", "cent", "college", "commission", "comm", "committee", "community", "company",
     "confederation", "conference", "consortium", "corporation", "council", "department", "dept", "directorate",
     "federation", "foundation", "fund", "government", "group", "inc", "inst", "international", "int", "ministry",
     "nations", "national", "nat", "natl", "network", "office", "org", "organisation", "organization", "parliament",
     "press", "program", "programme", "project", "research", "secretariat", "service", "services", "society", "soc",
     "task", "team", "trust", "union", "univ", "us", "uk", "usa", "world", "working"]
)  # fmt: skip
_GROUP_STEMS = ("institut", "minist", "universit")
_GROUP_WORDS = re.compile(
    rf"\b(?:de l[ae]|(?:{'|'.join(_GROUP_STEMS)})\w*|{'|'.join(sorted(_GROUPS))})\b|&|\d", re.IGNORECASE
)
_USUAL_NAME = re.compile(r"([^\W\d_]+) ([A-Z]{1,4})")


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
        _take_dois(dois, fields)
    elif raw.startswith("DOI "):
        _take_dois(raw[4:], fields)
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


def parse_list(raws: list[str]) -> tuple[dict[str, Any], list[int]]:
    """Fields of many cited references as columns: `parse_cited` of each, the usual shape taken at one go.

    Returns
    -------
    columns : dict of list
        Cells by field.
    unusual : list of int
        Which references do not have the usual shape: author, year and source, all else where it belongs.

    Examples
    --------
    >>> columns, unusual = parse_list(["BATE P, 2006, QUAL SAF HEALTH CARE, V15, P307", "[Anonymous], HDB"])
    >>> columns["container"], unusual
    (['QUAL SAF HEALTH CARE', 'HDB'], [1])
    """
    text = "\n".join(raws)
    if text.count("\n") >= len(raws) > 0:  # each stands on one line
        raws = [raw.replace("\n", " ") for raw in raws]
        text = "\n".join(raws)
    found = _USUAL.split(text)  # a flat list: the groups, then what stands between two references
    families, givens, others, years, sources, volumes, pages, dois = (found[at::_STRIDE] for at in range(1, _STRIDE))
    columns: dict[str, Any] = {
        "authors": _authors(families, givens, others),
        "year": _YEARS.of(years),
        "container": _CONTAINERS.of(sources),
        "volume": _SHARED.of(volumes),
        "first_page": _SHARED.of(pages),
        "doi": [doi and doi.lower() for doi in dois],
    }
    if _KIND_OF_SOURCE and not _KIND_OF_SOURCE.keys().isdisjoint(sources):
        columns["type"] = list(map(_KIND_OF_SOURCE.get, sources))
    unusual = [at for at, year in enumerate(years) if year is None]
    if text.count("DOI ") > len(raws) - dois.count(None):
        without = (at for at, (doi, raw) in enumerate(zip(dois, raws, strict=True)) if doi is None and "DOI " in raw)
        unusual = sorted({*unusual, *without})
    for at in unusual:
        for name, value in parse_cited(raws[at]).items():
            if name not in columns:
                columns[name] = [None] * len(raws)
            columns[name][at] = value
    return columns, unusual


def _authors(families: list[Cell], givens: list[Cell], others: list[Cell]) -> list[Cell]:
    """Join family name and initials where the author is a person of the usual shape; ask `parse_author` else."""
    authors: list[Cell] = [
        other if family is None else intern(f"{family}, {given}")
        for family, given, other in zip(families, givens, _AUTHORS.of(others), strict=True)
    ]
    groups = set(filter(_IS_OF_GROUP.__getitem__, {*families, *givens}))
    if groups:
        for at, (family, given) in enumerate(zip(families, givens, strict=True)):
            if family in groups or given in groups:
                authors[at] = parse_author(f"{family} {given}")
    return authors


def _is_of_group(name: str) -> bool:
    low = name.lower()
    return low in _GROUPS or low.startswith(_GROUP_STEMS)


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
        _take_container(", ".join(source), fields)


def _take_container(text: str, fields: dict[str, Any]) -> None:
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


def _take_dois(text: str, fields: dict[str, Any]) -> None:
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
    if family.startswith("*") or _GROUP_WORDS.search(family) or len(given.split()) > 3:
        return parse_author(f"*{family} {given}")
    return f"{family}, {given}".replace(";", " ") if family else parse_author(given)


def parse_author(text: str) -> str | None:
    """``"Family, Given"`` of a cited author; a group keeps its name whole; None for ``[Anonymous]``.

    Examples
    --------
    >>> parse_author("de Leon CFM"), parse_author("Granovetter Mark S."), parse_author("*NAT STAT BUR")
    ('de Leon, CFM', 'Granovetter, Mark S.', 'NAT STAT BUR')
    """
    usual = _USUAL_NAME.fullmatch(text)
    if usual:
        family, given = usual.groups()
        low = family.lower()
        if low not in _GROUPS and given.lower() not in _GROUPS and not low.startswith(_GROUP_STEMS):
            return f"{family}, {given}"
    name = " ".join(text.replace(";", " ").split())
    if not name or _NOBODY.match(name):
        return None
    if name.startswith("*"):
        return name.lstrip("* ").replace(",", "") or None
    if cut := _CUT_NAME.match(name):
        return f"{cut.group(1).rstrip('.')}, {cut.group(2)}"
    if _GROUP_WORDS.search(name):
        return name.replace(",", "")
    found = _TRAILING_INITIALS.match(name)
    if found:
        family, given = found.group(1), found.group(2)
        words = family.split()
        if len(words) == 2 and given.endswith(".") and words[0][:1].isupper() and words[1][:1].isupper():
            return f"{words[0]}, {words[1]} {given}"
        return f"{family}, {given}"
    family, blank, given = name.rstrip(".").partition(" ")
    if blank and family[:1].isupper() and len(given.split()) <= 2:
        return f"{family}, {given}"
    return name.rstrip(".").replace(",", "")


def _source(text: str) -> str | None:
    """Source of the usual shape: as it stands, unless it may hold a date or give away the kind of work."""
    up = text.upper()
    if (
        "  " not in text
        and up[:4] not in _KIND_BEGINNINGS
        and "PRESS" not in up
        and " " not in (text[0], text[-1], text[_WIDTH - 5 : _WIDTH - 4])
        and text.isprintable()
    ):
        return text
    container, kind = _container(text)
    if kind:
        _KIND_OF_SOURCE[text] = kind
    return container


_AUTHORS = Known(parse_author)
_IS_OF_GROUP = Known(_is_of_group)
_YEARS = Known(int)
_CONTAINERS = Known(_source)
_KIND_OF_SOURCE: dict[str | None, str] = {}  # of those that give one away
_KIND_BEGINNINGS = frozenset(["UNPU", "MANU", "SUBM", "THES", "DISS", "DOCT", "PHD ", "MAST", "PERS", "PRIV", "COMM"])
_SHARED = Known(intern)
