"""Words of links that web pages print behind a reference: "Article PubMed Google Scholar", "[Crossref]"."""

from __future__ import annotations

from citenet._support.patterns import regex

__all__ = ["is_link_line", "without_links"]

_SURE = (
    r"Google Scholar|Cross[Rr]ef|Web of Science ?®?|View (?:Record )?in Scopus|View Article|PMC free article|"
    r"MathSciNet|Full Text(?: PDF)?|Free Full Text|Green Version|SpringerLink|Export Citation"
)
_MAYBE = (
    r"Article|Pub[Mm]ed(?: Central)?|PMC|CAS|Med[Ll]ine|MEDLINE|ADS|MATH|Scopus|ISI|Abstract|PDF|DOI|Download|Ref list"
)
_LINK = rf"[\[(]?(?:{_SURE}|{_MAYBE})[\])]?"
_RUN = regex(rf"[\s,;|·]*{_LINK}(?:[\s,;|·.]*{_LINK})*[\s.,;|]*\Z")
_HINT = regex(rf"{_SURE}|\[(?:{_MAYBE})\]")
_GLUED_ID = regex(r"(?<=[\w)])\.?(?=pmid:\s?\d)")
_LAST = 240  # characters at the end that are looked at


def without_links(text: str) -> str:
    """Return a reference without the words of links behind it.

    >>> without_links("Roe A. BMJ 2001;1:2. doi:10.1136/bmj-2017-011339Article PubMed Google Scholar")
    'Roe A. BMJ 2001;1:2. doi:10.1136/bmj-2017-011339'
    >>> without_links("Roe A. Searching PubMed.")
    'Roe A. Searching PubMed.'
    """
    if "pmid:" in text:
        text = _GLUED_ID.sub(". ", text)
    end = text[-_LAST:]
    if _HINT.search(end) and (found := _RUN.search(end)) and _HINT.search(found[0]):
        return text[: len(text) - len(end) + found.start()]
    return text


def is_link_line(line: str, behind: str = "") -> bool:
    """Whether a line holds words of links alone; one doubtful word ("Article") needs such a line behind it.

    >>> is_link_line("[Crossref], [Web of Science ®], [Google Scholar]"), is_link_line("Article")
    (True, False)
    """
    found = _RUN.match(line) if len(line) < _LAST else None
    if not found:
        return False
    return _HINT.search(line) is not None or (bool(behind) and is_link_line(behind))
