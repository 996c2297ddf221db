"""What the string shows to be outside a field: notes behind a title, numbers that belong to a date or a document."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.refparse.spans import Span

__all__ = ["trim"]

# Where a title, or the book that holds a chapter, ends: ". – Berlin", ", Diplomarbeit an der …", ". URL: …".
_AREA = regex(r"(?<=[^\W\d_A-Z]{5})\. [–—] (?=[^\W\d_a-z])")
_THESIS = regex(
    r"[.,?!](?: [–-])? (?=(?:[Uu]nveröff\w*\.? |[Uu]npublished |[Pp]hil\. )?(?:Diplomarbeit|Magisterarbeit|"
    r"Masterarbeit|Bachelorarbeit|(?:Inaugural-?)?[Dd]issertation|Habilitationsschrift|Diss\.|Ph\.?D\.? (?:[Tt]hesis|[Dd]iss)|"
    r"(?:Master|Doctoral|M\.?Sc\.?)\S* [Tt]hesis|Tesis (?:doctoral|de)|Tese \(|Tese de|Dissertação|Thèse de)"
    r"(?: an der| im Fach| am | of | at |,|\.| \(|\)| Univ| [Uu]niv))"
)
_ADDRESS = regex(
    r"(?:[.,?!:;] |\s\(?|\()(?=(?:Online-Publikation|[Oo]nline verfügbar|Verfügbar unter|URL|"
    r"Available (?:at|from|online)|Retrieved from|Dispon[ií]\w+ (?:en|em|sur)|In Internet)\b[^.]{0,40}?(?:https?:|www\.)|https?://|www\.\w)"
)
_BY = regex(
    r"[.,] (?=(?:herausgegeben|hrsg\.|hg\.|edited|translated|übersetzt|aus dem \w+)"
    r"(?: und \w+\.?)?(?: \w+en)? (?:von|v\.|by|and translated by) [^\W\d_a-z])"
)
_ENDS = {"title": (_AREA, _THESIS, _ADDRESS, _BY), "container": (_AREA, _ADDRESS)}
_SHORTEST = 6  # characters that a title keeps
# Numbers that are no volume, issue or page: of a day, a note, a double year.
_OF_DATE = regex(
    r"(?<![\d.])\d{1,2}\. ?\d{1,2}\. ?(?:(?:1[5-9]|20)\d\d|\d\d)(?!\d)|\b(?:Anm|Fn|Fußn)\.? ?\d{1,4}"
    r"|(?<!\d)\d{1,2}\.? (?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
_DOUBLE_YEAR = regex(r"(?<!\d)(?:1[5-9]|20)(\d\d)[/–-](?:(?:1[5-9]|20)?(\d\d))(?!\d)")
_DOCUMENT = regex(r"\b(?:COM|KOM|SEC|SEK|SWD|JOIN) ?\( ?(?:19|20)?\d\d\) ?(\d{1,4})\b(?: final)?")
_ISSUE = regex(
    r"(?:\. ?(?:Jg|Jahrg|Jahrgang)\b\.?)?[\s.,;:(]{1,4}"
    r"(?:Heft|H\.|Nr\.?|[Nn]o\.?|[Ii]ssue|[Ii]ss\.?|n[°º]\.?|[Nn]úm\.?) ?(\d{1,4}(?:[-–/]\d{1,4})?)(?![\w-]|\.\d)"
)


def trim(text: str, first: dict[str, Span]) -> None:
    """Change the first span of each field, in place, where marks in the string say so."""
    for name, patterns in _ENDS.items():
        if span := first.get(name):
            first[name] = _ended(text, span, patterns)
    if "volume" in first or "issue" in first or "pages" in first:
        _drop_other_numbers(text, first)
    _find_issue(text, first)


def _ended(text: str, span: Span, patterns: tuple[re.Pattern[str], ...]) -> Span:
    """Return the span up to the first of the patterns."""
    for pattern in patterns:
        found = pattern.search(text, span.start + _SHORTEST, span.end)
        if found:
            mark = found.start() + (text[found.start()] in "?!")
            span = span._replace(end=mark)
    return span


def _drop_other_numbers(text: str, first: dict[str, Span]) -> None:
    """Drop a volume, issue or page that is part of a date or a double year; a document's number is its volume."""
    taken = [found.span() for found in _OF_DATE.finditer(text)] if "." in text else []
    taken += [found.span() for found in _DOUBLE_YEAR.finditer(text) if (int(found[1]) + 1) % 100 == int(found[2])]
    document = _DOCUMENT.search(text) if "(" in text else None
    for name in ("volume", "issue", "pages"):
        span = first.get(name)
        if span is None:
            continue
        if any(_within(text, span, *place) for place in taken):
            del first[name]
        elif document and _within(text, span, *document.span()):  # COM(2011) 244 is number 244
            first["volume"] = first.pop(name)._replace(field="volume", start=document.start(1), end=document.end(1))


def _within(text: str, span: Span, start: int, end: int) -> bool:
    return start <= span.start + text[span.start].isspace() and span.end <= end


def _find_issue(text: str, first: dict[str, Span]) -> None:
    """Take the number behind "Heft" or "No.", right after the volume, for the issue where there is none."""
    volume = first.get("volume")
    if volume is None or "issue" in first:
        return
    found = _ISSUE.match(text, volume.end)
    pages = first.get("pages")
    if found and not (pages and pages.start < found.end(1)):
        first["issue"] = volume._replace(field="issue", start=found.start(1), end=found.end(1))
