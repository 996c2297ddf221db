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
    r"Masterarbeit|Bachelorarbeit|(?:Inaugural-?)?[Dd]issertation|Habilitationsschrift|Diss\.|"
    r"Ph\.?D\.? (?:[Tt]hesis|[Dd]iss)|"
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
_TRANSLATOR = regex(r",? ?(?:Trans|Übers|Trad)\b[^()]{0,20}\)")  # … (A. Sheridan, Trans.)
# With what each needs: looking for that is cheaper than trying the pattern.
_SHORTEST = 6  # characters that a title keeps
_AROUND = 14  # characters beside a number in which a date stands
# Numbers that are no volume, issue or page: of a day, a note, a double year.
_OF_DATE = regex(
    r"[0-9](?:[0-9]?(?:\. ?[0-9]{1,2}\. ?(?:(?:1[5-9]|20)[0-9]{2}|[0-9]{2})(?![0-9])"
    r"|\.? (?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b)"
    r"|(?:(?<=1)[5-9]|(?<=2)0)(?P<year>[0-9]{2})[/–-](?:1[5-9]|20)?(?P<next>[0-9]{2})(?![0-9]))"
)
_DATE_BEHIND = regex(r"\. ?[0-9]|[/–-][0-9]|\.? [JFMASOND][a-z]")
_DATE_GOES_ON = (".", "/", "–", "-", " ")  # how that begins
_NUMBERS = ("volume", "issue", "pages")
_NOTE = regex(r"\b(?:Anm|Fn|Fußn)\.? ?\Z")
_DOCUMENT = regex(r"\b(?:COM|KOM|SEC|SEK|SWD|JOIN) ?\( ?(?:19|20)?\d\d\) ?(\d{1,4})\b(?: final)?")
# How many pages a book has: 726p., 674 S., 500 pages
_COUNTED = regex(
    r"\s?(?:(?:pp?|S|Seiten|pages|páginas|págs?|Bl)\b\.?(?=\W*(?:\Z|[(\[.;,]))|f\. \(?(?:Disserta|Tese|Mono))"
)
_PAGE_BEFORE = regex(r"(?:\b(?:pp?|ss?|seiten?|págs?|pages?)\b\.?|:|[-–—])\s?\Z", re.IGNORECASE)
_DOCUMENTS = ("COM", "KOM", "SEC", "SEK", "SWD", "JOIN")
_ISSUE = regex(
    r"(?:\. ?(?:Jg|Jahrg|Jahrgang)\b\.?)?[\s.,;:(]{1,4}"
    r"(?:Heft|H\.|Nr\.?|[Nn]o\.?|[Ii]ssue|[Ii]ss\.?|n[°º]\.?|[Nn]úm\.?) ?(\d{1,4}(?:[-–/]\d{1,4})?)(?![\w-]|\.\d)"
)


def trim(text: str, first: dict[str, Span]) -> None:
    """Change the first span of each field, in place, where marks in the string say so."""
    for name in ("title", "container"):
        if name in first:
            span = first[name]
            for end in _ends(name, text[span.start : span.end]):
                span = first[name] = _ended(text, span, end)
    title = first.get("title")
    if title and _TRANSLATOR.match(text, title.end):
        aside = text.rfind(" (", title.start, title.end)
        if aside > 0 and ")" not in text[aside : title.end]:
            first["title"] = title._replace(end=aside)
    held = first.get("container")
    if held and text[held.end - 1].isdigit() and not any(map(str.isalpha, text[held.start : held.end])):
        del first["container"]  # a day of access
    if not first.keys() & _NUMBERS:
        return
    _drop_other_numbers(text, first)
    _find_issue(text, first)
    pages = first.get("pages")
    counted = pages and text[pages.start : pages.end].strip().isdigit() and _COUNTED.match(text, pages.end)
    if pages and counted and not _PAGE_BEFORE.search(text, 0, pages.start + text[pages.start].isspace()):
        del first["pages"]


def _ends(name: str, value: str) -> list[re.Pattern[str]]:
    """Patterns that may end a field: looking for a part of each is cheaper than trying it."""
    ends: list[re.Pattern[str]] = []
    if " – " in value or " — " in value:
        ends.append(_AREA)
    if "http" in value or "www." in value or "nline" in value or "URL" in value or "vailable" in value:
        ends.append(_ADDRESS)
    if name == "container":
        return ends
    if "arbeit" in value or "iss" in value or "hesis" in value or "Tes" in value or "Thèse" in value:
        ends.append(_THESIS)
    if " von " in value or " by " in value or " v. " in value:
        ends.append(_BY)
    return ends


def _ended(text: str, span: Span, mark: re.Pattern[str]) -> Span:
    """Return the span up to the mark, with a question mark that begins it."""
    found = mark.search(text, span.start + _SHORTEST, span.end)
    return span._replace(end=found.start() + (text[found.start()] in "?!")) if found else span


def _drop_other_numbers(text: str, first: dict[str, Span]) -> None:
    """Drop a volume, issue or page that is part of a date or a double year; a document's number is its volume."""
    noting = "Anm" in text or "Fn" in text or "Fußn" in text
    document = _DOCUMENT.search(text) if "(" in text and any(map(text.__contains__, _DOCUMENTS)) else None
    for name in _NUMBERS:
        if name not in first:
            continue
        span = first[name]
        if name == "pages" and text[max(0, span.start - 3) : span.start].strip(". ") == "Nr":
            first.setdefault("volume", first.pop(name)._replace(field="volume"))  # IAQ-Report, Nr. 2009-02
        elif (noting and _NOTE.search(text, 0, span.start + text[span.start].isspace())) or _in_date(text, span):
            del first[name]
        elif document and _within(text, span, document):  # COM(2011) 244 is number 244
            first["volume"] = first.pop(name)._replace(field="volume", start=document.start(1), end=document.end(1))


def _within(text: str, span: Span, found: re.Match[str]) -> bool:
    return found.start() <= span.start + text[span.start].isspace() and span.end <= found.end()


def _in_date(text: str, span: Span) -> bool:
    """Whether a number is part of a date or of a double year; the marks beside it tell first."""
    start = span.start + text[span.start].isspace()
    before = text[start - 1] in "./-–" and text[start - 2 : start - 1].isdigit()
    if not before and not (text.startswith(_DATE_GOES_ON, span.end) and _DATE_BEHIND.match(text, span.end)):
        return False
    dates = _OF_DATE.finditer(text, max(0, span.start - _AROUND), span.end + _AROUND)
    return any(_within(text, span, found) and _is_date(found) for found in dates)


def _is_date(found: re.Match[str]) -> bool:
    """Whether two years, where there are two, follow each other: 2018/19, but not 2004/12."""
    return found["year"] is None or (int(found["year"]) + 1) % 100 == int(found["next"])


def _find_issue(text: str, first: dict[str, Span]) -> None:
    """Take the number behind "Heft" or "No.", right after the volume, for the issue where there is none."""
    volume = first.get("volume")
    if volume is None or "issue" in first:
        return
    found = _ISSUE.match(text, volume.end)
    pages = first.get("pages")
    if found and not (pages and pages.start < found.end(1)):
        first["issue"] = volume._replace(field="issue", start=found.start(1), end=found.end(1))
