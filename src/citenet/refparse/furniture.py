"""Lines of a printed list that belong to no reference: headings, dividers, page numbers, what stands behind it."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.refparse.years import YEAR

__all__ = ["LONE_NUMBER", "closes_list", "is_divider", "is_heading", "is_titled"]

LONE_NUMBER = regex(
    r"^(?:\d{1,4}|[-–—]\s?\d{1,4}\s?[-–—]|page\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\|\s?\d{1,4}\s?\|?|\d{1,4}\s?\|)$",
    re.IGNORECASE,
)
_HEADS = (
    "reference references bibliography literature sources works reading readings citations notes footnotes endnotes "
    "literatur literaturverzeichnis literaturangaben literaturliste literaturnachweis literaturnachweise quellen "
    "quellenverzeichnis quellenangaben bibliographie bibliografie références referencias bibliografía bibliografia "
    "referências fuentes fontes riferimenti fonti literatuur literatuurlijst referenties bronnen bronvermelding "
    "referenser litteratur litteraturförteckning litteraturliste källor källförteckning referanser kilder kildeliste "
    "referencer lähteet lähdeluettelo viitteet literatura piśmiennictwo literatúra литература "
    "参考文献 参考資料 引用文献 文献 注释 "
    "참고문헌"
)
_BESIDE = (
    "list of the and cited selected select further primary secondary general recommended suggested additional used "
    "consulted other key main online internet web archival unpublished published printed appendix supplementary "
    "supplemental und der verwendete zitierte weiterführende ausgewählte sonstige gedruckte ungedruckte quellen "
    "literatur sélective sélectionnée bibliographique bibliographiques citées bibliográfica bibliográficas citadas "
    "consultada bibliografici citati en y e et de la des du og och över"
)
_OF_HEADS = frozenset(_HEADS.split())
_OF_HEADINGS = _OF_HEADS | frozenset(_BESIDE.split())
_OUTER = regex(r"^(?:\W*(?:\d{1,2}\.?|[IVX]{1,5}\.)\s+)?\W*(.*?)\W*(?:\(\d+\))?\W*$")
_SPREAD = regex(r"^(?:\w )+\w$")
_DIGIT = regex(r"\d")
_WORD = regex(r"[^\W\d_]+")
_WORDS_ALONE = regex(r"^(?:\d{1,4}\s{2,})?[^\W\d_a-z][^\d.,;()\[\]/&]*(?:\set al\.)?(?:\s+\d{1,4})?$")
_BEHIND = regex(
    r"^(?:Received|Accepted|Submitted|Revised|Correspond(?:ence|ing author)|Appendix|Supplement(?:ary|al) "
    r"(?:material|data|information)|Acknowledge?ments?|Author(?:s['’]?|['’]s)? (?:information|contributions?|"
    r"affiliations?|details)|"
    r"About the authors?|Funding|Conflicts? of interest|Competing interests|Declaration of|"
    r"Eingegangen|Anschrift de[rs]|Korrespondenz|Danksagung|Copyright|©|Publisher['’]s note)\b"
)
_LONGEST = 60  # characters of a heading


def is_heading(line: str, *, first: bool = False) -> bool:
    """Whether a line is the heading of a list or of a part of it: words for lists, and what stands beside them.

    A small letter before it, or a stop behind it, is a heading's only in the ``first`` line of a list.

    >>> [is_heading(line) for line in ("VII. References (42)", "R E F E R E N C E S", "Primary sources", "literature.")]
    [True, True, True, False]
    """
    found = _OUTER.match(line) if len(line) <= _LONGEST else None
    if not found or (not first and line.endswith(".")):
        return False
    text = found[1].replace(" ", "") if _SPREAD.match(found[1]) else found[1]
    words = _WORD.findall(text.casefold())
    if _OF_HEADS.isdisjoint(words) or not _OF_HEADINGS.issuperset(words) or _DIGIT.search(text):
        return False
    return first or not text[0].islower()


def is_titled(line: str) -> bool:
    """Whether a line holds a few words alone, as a heading or a running head does: no year, no mark of a reference.

    >>> is_titled("Co-production: a review"), is_titled("Health policy"), is_titled("44   Smith et al.")
    (True, True, True)
    """
    return len(line) <= _LONGEST and line.count(" ") < 8 and bool(_WORDS_ALONE.match(line)) and not YEAR.search(line)


def is_divider(line: str, behind: str) -> bool:
    """Whether a line is the letter under which the next references stand.

    >>> is_divider("B", "Beck, Ulrich (1986)"), is_divider("B", "129 (1983) 177.")
    (True, False)
    """
    return len(line) == 1 and line.isupper() and behind[:1].upper() == line and len(behind) > 1


def closes_list(line: str) -> bool:
    """Whether a line, set apart, begins what stands behind a list of references.

    >>> closes_list("Received: 3 May 2020. Accepted: 4 June 2020.")
    True
    """
    return _BEHIND.match(line) is not None
