"""Identifiers of works: recognised, normalised, and kept as one readable string.

A work or a reference holds its DOI in ``doi`` and all others in ``ids``: ``scheme:value`` terms, sorted and
separated by blanks, for example ``"pmid:27502770 wos:000380830600008"``. The scheme ``work`` names a work of the
same corpus by its ``work_id`` (a BibTeX key in ``cites = {...}``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from citenet._support.patterns import regex

__all__ = ["join_ids", "normalise_doi", "normalise_id"]

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
        r"^(?:pmid:?\s*|https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/)?0*(\d{1,9})/?$",
        re.I,
    ),
    "pmcid": regex(r"^(?:pmcid:?\s*|https?://\S*/)?(PMC\d+)/?$", re.I),
    "openalex": regex(r"^(?:openalex:?\s*|https?://(?:api\.)?openalex\.org/(?:works/)?)?(W\d+)$", re.I),
    "wos": regex(r"^(?:(?:wos|isi|ut):?\s*)?([A-Z0-9]{15})$", re.I),
}


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

    Examples
    --------
    >>> normalise_id("pmid", "https://pubmed.ncbi.nlm.nih.gov/27502770/")
    'pmid:27502770'
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


def join_ids(terms: Iterable[str | None]) -> str | None:
    """Sorted terms as one string; None where there is none.

    >>> join_ids(["wos:A1", None, "pmid:1"])
    'pmid:1 wos:A1'
    """
    kept = sorted({term for term in terms if term})
    return " ".join(kept) or None
