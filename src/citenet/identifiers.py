"""Identifiers of works: recognised, normalised, and kept as one readable string.

A work or a reference holds its DOI in ``doi`` and all others in ``ids``: ``scheme:value`` terms, sorted and
separated by blanks, for example ``"pmid:27502770 wos:000380830600008"``. The scheme ``work`` names a work of the
same corpus by its ``work_id`` (a BibTeX key in ``cites = {...}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from citenet._support.patterns import regex

__all__ = ["join_ids", "normalise_doi", "normalise_id", "tidy_doi", "tidy_ids", "untidy"]

# Angle brackets belong to a DOI only around pages, as in 10.1002/(SICI)1097-4571(199010)41:6<391::AID-ASI1>3.0.CO;2-9.
_SUFFIX = r"(?:[^\s<>\"]|<[^\s<>:]*:[^\s<>]*>)+"
_DOI = regex(rf"10\.\d{{4,9}}(?:\.\d+)*/{_SUFFIX}", re.IGNORECASE)
# Bare or behind its resolver, of letters and signs that need no second look; what is trimmed elsewhere cannot end it.
_USUAL_DOI = regex(r"(?:https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}(?:\.\d+)*/[\w.()/:;-]*\w)", re.IGNORECASE | re.ASCII)
_UNSEEN = regex("[\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANKS = regex(r"\s+")
_TRAILING = regex(r"[\s.,;:/\]}\"'’”]+$")
_SCHEMES = {
    "pmid": regex(
        r"^(?:pmid:?\s*|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)?0*(\d{1,9})"
        r"[/\s.,;]*$",
        re.I,
    ),
    "pmcid": regex(r"^(?:pmcid:?\s*|https?://\S*/)?(PMC\d+)[/\s.,;]*$", re.I),
    "openalex": regex(r"^(?:openalex:?\s*|https?://(?:api\.)?openalex\.org/(?:works/)?)?(W\d+)$", re.I),
    "wos": regex(r"^(?:(?:wos|isi|ut):?\s*)?([A-Z0-9]{15})$", re.I),
}

# What is in its normal form already, as almost all that enters is.
_TIDY_DOI = (
    r"10\.\d{4,9}+(?:\.\d++)*+/[a-z0-9_.()/:;-]*+"
    r"(?:\+?<[a-z0-9_.()/;-]*+:[a-z0-9_.()/:;-]*+>[a-z0-9_.()/:;-]*+)?+(?<=[a-z0-9_])"
)
_TIDY_ID = (
    r"(?:pmid:[1-9]\d{0,8}|pmcid:PMC\d+|openalex:W\d+|wos:[A-Z0-9]{15}"
    r"|(?!(?:pmid|pmcid|openalex|wos|doi|https?):)[a-z][a-z0-9_.-]*:[^\s;,|]+|doi:10\.\d{4,9}/[a-z0-9._/-]*[a-z0-9])"
)
_TIDY = {"doi": _TIDY_DOI, "ids": f"{_TIDY_ID}(?: {_TIDY_ID})*"}
_IS_TIDY = {column: regex(form, re.ASCII) for column, form in _TIDY.items()}
_TIDY_LINES = {column: regex(rf"^(?:(?:{form})\n)++", re.ASCII | re.MULTILINE) for column, form in _TIDY.items()}
_AFTER_COLON = regex(r"\b(doi|openalex|pmc?id|wos):\s+", re.IGNORECASE)
_BETWEEN = regex(r"[;,|]+(?=[A-Za-z]+:|$)")


def normalise_doi(text: str | None) -> str | None:
    """Bare lower-case DOI, or None where the text holds none.

    Resolver addresses, ``doi:`` prefixes, percent-encoding, and punctuation that closes a sentence are taken off;
    a closing bracket stays when the DOI opened it.

    Examples
    --------
    >>> normalise_doi("https://doi.org/10.1016/S0140-6736(05)71146-6.")
    '10.1016/s0140-6736(05)71146-6'
    >>> normalise_doi("DOI 10.1002/(SICI)1097-4571%28199010%2941:6%3C391::AID%3E3.0")
    '10.1002/(sici)1097-4571(199010)41:6<391::aid>3.0'
    >>> normalise_doi("not one") is None
    True
    """
    if not text or "10." not in text:
        return None
    usual = _USUAL_DOI.fullmatch(text)
    if usual:
        return usual.group(1).lower()
    found = _DOI.search(re.sub("%2f", "/", _UNSEEN.sub("", text), flags=re.IGNORECASE))
    if not found:
        return None
    doi = found.group()
    if "%" in doi:
        from urllib.parse import unquote  # slow to import, seldom needed

        doi = unquote(doi)
    while True:
        trimmed = _TRAILING.sub("", doi)
        if trimmed.endswith(")") and trimmed.count("(") < trimmed.count(")"):
            trimmed = trimmed[:-1]
        if trimmed == doi:
            return doi.lower() if _DOI.fullmatch(doi) else None
        doi = trimmed


def normalise_id(scheme: str, text: str | None) -> str | None:
    """``scheme:value`` in its normal form, or None where the value is not of that scheme.

    Punctuation that closes a sentence is taken off a DOI, a PMID and a PMCID.

    Examples
    --------
    >>> normalise_id("pmid", "https://pubmed.ncbi.nlm.nih.gov/27502770/")
    'pmid:27502770'
    >>> normalise_id("pmid", "27748203.")
    'pmid:27748203'
    >>> normalise_id("openalex", "https://openalex.org/w2741809807")
    'openalex:W2741809807'
    """
    value = (text or "").strip()
    if not value:
        return None
    if scheme == "doi":
        doi = normalise_doi(value)
        return f"doi:{doi}" if doi else None
    pattern = _SCHEMES.get(scheme)
    if pattern is None:
        return f"{scheme}:{_BLANKS.sub('_', value)}"
    found = pattern.match(value)
    return f"{scheme}:{found.group(1).upper()}" if found else None


def tidy_doi(text: str) -> str | None:
    """Return the DOI that stands in a cell of a table; None where it holds none.

    What looks like a DOI but is none by the book is kept, in lower case.

    >>> tidy_doi("https://doi.org/10.1000/X1"), tidy_doi(" 10.1/Odd "), tidy_doi("n/a")
    ('10.1000/x1', '10.1/odd', None)
    """
    if _IS_TIDY["doi"].fullmatch(text):
        return text
    return normalise_doi(text) or (text.strip().lower() if text.strip().startswith("10.") else None)


def tidy_ids(text: str) -> tuple[str | None, list[str]]:
    """Return the identifiers that stand in a cell of a table in their normal form, and what in it is none.

    >>> tidy_ids("PMID: 0012; https://openalex.org/w7 scopus:2-s2.0-1"), tidy_ids("pmid:12"), tidy_ids("none")
    (('openalex:W7 pmid:12 scopus:2-s2.0-1', []), ('pmid:12', []), (None, ['none']))
    """
    if _IS_TIDY["ids"].fullmatch(text):
        return text, []
    cells: list[str] = []
    for cell in _AFTER_COLON.sub(r"\1:", text).split():
        cells += [cell] if cell.startswith("work:") else _BETWEEN.split(cell)  # the id of a work may hold any sign
    terms = [_tidy_term(cell) for cell in cells if cell]
    return join_ids(term for term, _ in terms), [cell for term, cell in terms if term is None]


def untidy(texts: list[str], column: str) -> list[str]:
    """Return the cells of a column ``doi`` or ``ids`` that `tidy_doi` or `tidy_ids` may change, asked of all at once.

    >>> untidy(["10.1000/a", "doi:10.1000/b", "10.1000/c(1)2"], "doi")
    ['doi:10.1000/b']
    """
    joined = "\n".join(texts)
    if joined.count("\n") >= len(texts) > 0:  # a cell of several lines
        return [text for text in texts if not _IS_TIDY[column].fullmatch(text)]
    return _TIDY_LINES[column].sub("", f"{joined}\n").split("\n")[:-1] if texts else []


def _tidy_term(text: str) -> tuple[str | None, str]:
    scheme, colon, value = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme in ("http", "https"):
        told = (normalise_id(name, text) for name in ("doi", "openalex", "pmid", "pmcid") if not text.isdigit())
        return next(filter(None, told), None), text
    return normalise_id(scheme, value) or (f"{scheme}:{value}" if scheme and value else None), text


def join_ids(terms: Iterable[str | None]) -> str | None:
    """Sorted terms as one string; None where there is none.

    >>> join_ids(["wos:A1", None, "pmid:1"])
    'pmid:1 wos:A1'
    """
    kept = sorted({term for term in terms if term})
    return " ".join(kept) or None
