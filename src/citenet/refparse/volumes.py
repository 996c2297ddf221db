"""Volumes, issues and pages: which number is which, and where it begins."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.refparse.spans import Span

__all__ = ["find_volume", "mend_numbers"]

_ISSUE_BEFORE = regex(
    r"(?:[(/.:]|\b(?:nos?|nr|n|issue|heft|hefte|h|núm|num|number|ausgabe)\b|n[º°])[\s.]*\Z", re.IGNORECASE
)
_PAGE_LETTER = regex(r"(?<![\w’'-])(?!p|P)[A-Za-z]{1,2}\Z")
_PAGE_P = regex(r"(?<!\w)P(?=0\d{4,5}(?!\d)|1\d{4}(?!\d))")  # J. Stat. Mech. P02015
# Sections of a journal are journals: Phys. Rev. D59, Nucl. Instrum. Meth. A 317.
_SECTION = regex(r"([A-HL])\s?(?=\d{1,4}\Z)")
_HAS_SECTIONS = regex(
    r"(?:Phys|Physics|Rev|Review|Lett|Letters|Meth|Methods|Instrum|Res|Theor|Soc|Fluids|Acta|[ .]J)\W*\Z"
)
_VOLUME = regex(r"(?<![^\W_])(?:Bd|Band|Vol|Volume|Tome|Tomo)\b\.?\s?(\d{1,3}|[IVX]{1,5})(?![\w–-])", re.IGNORECASE)
_VOLUME_WORDS = ("Bd", "bd", "Band", "BAND", "Vol", "vol", "VOL", "Tom", "tom", "TOM")


def mend_numbers(text: str, first: dict[str, Span]) -> None:
    """Change spans of volume, issue and pages, and the end of the journal before them, in place."""
    _mend_volume(text, first)
    _mend_section(text, first)
    if "pages" in first:
        _mend_pages(text, first)


def _mend_volume(text: str, first: dict[str, Span]) -> None:
    """Take a number that no "no." or bracket marks as an issue for the volume."""
    issue = first.get("issue")
    if issue and "volume" not in first:
        start = issue.start + text[issue.start].isspace()
        if not _ISSUE_BEFORE.search(text, max(0, start - 12), start):
            first["volume"] = first.pop("issue")


def _mend_section(text: str, first: dict[str, Span]) -> None:
    """Give the letter of a journal's section to the journal."""
    container, volume = first.get("container"), first.get("volume")
    if container is None or volume is None or not 0 <= volume.start - container.end <= 3:
        return
    start = volume.start + text[volume.start].isspace()
    section = _SECTION.match(text, start, volume.end)
    if section and _HAS_SECTIONS.search(text, container.start, container.end):
        first["container"] = container._replace(end=section.end(1))
        first["volume"] = volume._replace(start=section.end())


def _mend_pages(text: str, first: dict[str, Span]) -> None:
    """Pages begin with the letters that stand right before their number: ``S67–S77``."""
    pages = first["pages"]
    if text[pages.start - 1 : pages.start] == "P" and _PAGE_P.match(text, pages.start - 1):
        first["pages"] = pages._replace(start=pages.start - 1)
        if (volume := first.get("volume")) and volume.end == pages.start:
            del first["volume"]
        return
    if text[pages.start].isdigit() and (letters := _PAGE_LETTER.search(text, 0, pages.start)):
        first["pages"] = pages._replace(start=letters.start())


def find_volume(text: str, first: dict[str, Span], found: list[Span]) -> None:
    """Take the number behind the one "Bd." or "Vol." of the string for the volume where there is none."""
    if "volume" in first or "issue" in first or not any(map(text.__contains__, _VOLUME_WORDS)):
        return
    printed = list(_VOLUME.finditer(text))
    if len(printed) == 1:
        start, end = printed[0].span(1)
        if not any(span.field in ("pages", "date") and span.start < end and start < span.end for span in found):
            sure = min((span.certainty for span in found if span.start < end and start < span.end), default=1.0)
            first["volume"] = Span("volume", start, end, 0, 0, True, sure)
