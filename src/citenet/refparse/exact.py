"""What is recognised by rule alone: identifiers, addresses, years, page ranges."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.refparse.years import YEAR

__all__ = ["identifiers", "page_range", "year_of"]

_ARXIV = regex(
    r"(?:arxiv(?:\.org/(?:abs|pdf)/|\s*(?:preprint)?\s*[:.]?\s*(?:arxiv\s*:\s*)?)|corr,? abs/|\[)"
    r"(?P<id>\d{4}\.\d{4,5}(?:v\d+)?|(?:astro-ph|cond-mat|gr-qc|hep-(?:ex|lat|ph|th)|math(?:-ph)?|nlin|nucl-(?:ex|th)|physics|"
    r"quant-ph|q-bio|cs|stat)(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)", re.IGNORECASE)  # fmt: skip
_OLD_ARXIV = regex(r"(?<![\w/.-])(?:astro-ph|cond-mat|gr-qc|hep-(?:ex|lat|ph|th)|nucl-(?:ex|th)|quant-ph)/\d{7}")
_PMID = regex(
    r"(?:(?:pmid|pubmed|medline|\bpm:)\s*:?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov|/)\D{0,9})(\d{5,8})\b", re.IGNORECASE
)
_PMCID = regex(r"\b(PMC\d{4,8})\b")
_ISBN = regex(
    r"isbn(?:\s?\([a-z-]{1,10}\))?[\s:\-1013()]{0,9}?((?:97[89][\s‐–-]?)?(?:\d[\s‐–-]?){9}[\dX])(?![\d-])",
    re.IGNORECASE,
)
_URL = regex(r"(?:https?://|www\.)[^\s<>\"]+")
_DOI_HOST = regex(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)
_DOI_BREAK = regex(r"(?P<head>(?:doi\.org/|doi:?\s?)10\.) (?P<tail>\d{4,9}/)", re.IGNORECASE)
_PAGE = r"(?:(?<![^\W\d_])[A-Za-z]{1,4}[\s.]?)?\d[\w.]*|(?<![^\W_])[ivxlcdmIVXLCDM]+(?![^\W_])"
_RANGE = regex(rf"(?P<first>{_PAGE})(?:\s*[-–—‐−‑‒―]+\s*(?P<last>{_PAGE}))?")
_PAGE_WORD = regex(r"^\W*(?:pp?|pages?|ss?|seiten?|págs?|blz|art(?:icle)?|article no)\b[.\s]*", re.IGNORECASE)
_PLAIN_RANGE = regex(r"([0-9]+)[-–]([0-9]+)")
_NUMBERED = regex(r"(?P<prefix>\D*)(?P<number>\d+)(?P<suffix>[A-Za-z]?)\Z")
# Words of links that web pages print right behind a DOI.
_LINKED = regex(
    r"(10\.\d{4,9}/[^\s\[]*?)(?=\[?(?:Cross[Rr]ef|Google\s?Scholar|Pub[Mm]ed|MEDLINE|Medline|Article\b|Web of Science)"
    r"|[.;]?pmid:)"
)


def identifiers(text: str) -> tuple[str | None, str | None, str | None]:
    """DOI, other ids, and address that a reference prints.

    >>> identifiers("BMJ 2019. doi:10.1136/bmj.l1. arXiv:1802.01168 https://example.org/a.")
    ('10.1136/bmj.l1', 'arxiv:1802.01168', 'https://example.org/a')
    """
    doi = None
    if "10." in text:
        doi = normalise_doi(_LINKED.sub(r"\1 ", _DOI_BREAK.sub(r"\g<head>\g<tail>", text)))
    terms: list[str | None] = []
    lowered = text.lower()
    if "arxiv" in lowered or "abs/" in text or "[" in text:
        found = _ARXIV.search(text)
        if found and ("arxiv" in lowered or "abs/" in text or "/" in found["id"]):
            terms.append(f"arxiv:{found['id'].lower()}")
    if not terms and "/" in text and ("hep-" in text or "-ph/" in text or "gr-qc" in text or "-mat/" in text):
        old = _OLD_ARXIV.search(text)
        terms.append(f"arxiv:{old[0]}" if old else None)
    if "pm" in lowered or "pubmed" in lowered or "medline" in lowered:
        found = _PMID.search(text)
        terms.append(normalise_id("pmid", found[1]) if found else None)
        found = _PMCID.search(text)
        terms.append(normalise_id("pmcid", found[1]) if found else None)
    if "isbn" in lowered:
        found = _ISBN.search(text)
        terms.append(f"isbn:{re.sub(r'[^0-9Xx]', '', found[1]).upper()}" if found else None)
    return doi, join_ids(terms) if terms else None, _address(text)


def _address(text: str) -> str | None:
    """First web address that is not a DOI's."""
    if "http" not in text and "www." not in text:
        return None
    for found in _URL.finditer(text):
        url = found.group().rstrip(".,;:'\"’”]}>")
        while url.endswith(")") and url.count(")") > url.count("("):
            url = url[:-1].rstrip(".,;:")
        if not _DOI_HOST.match(url):
            return url
    return None


def year_of(text: str) -> int | None:
    """First year from 1500 to 2049 in a text.

    >>> year_of("(June 2013a)")
    2013
    """
    found = YEAR.search(text)
    return int(found[0]) if found else None


def page_range(text: str) -> tuple[str | None, str | None]:
    """First and last page; a last page that leaves out leading digits is completed, nothing else is changed.

    >>> page_range("902–13"), page_range("S31–47"), page_range("e029723"), page_range("1–0")
    (('902', '913'), ('S31', 'S47'), ('e029723', None), ('1', '0'))
    """
    if text.isdecimal():
        return text, None
    if numbers := _PLAIN_RANGE.fullmatch(text):
        return numbers[1], _whole_number(numbers[1], numbers[2]) or numbers[2]
    found = _RANGE.search(_PAGE_WORD.sub("", text))
    if not found:
        return None, None
    first, last = found["first"].strip(" ."), found["last"]
    first = first.replace(" ", "") if first[:1].isalpha() else first
    if last is None:
        return first, None
    last = last.strip(" .")
    return first, _completed(first, last)


def _completed(first: str, last: str) -> str:
    low, high = _NUMBERED.match(first), _NUMBERED.match(last)
    if not low or not high:
        return last
    same_letters = high["prefix"] in ("", low["prefix"]) and high["suffix"] == low["suffix"]
    number = _whole_number(low["number"], high["number"]) if same_letters else None
    return f"{low['prefix'] or high['prefix']}{number}{high['suffix']}" if number else last


def _whole_number(low: str, high: str) -> str | None:
    """Last number of a range with the leading digits that it leaves out; None where the range runs backwards."""
    number = low[: max(len(low) - len(high), 0)] + high
    return number if int(number) >= int(low) else None
