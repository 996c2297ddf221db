"""Several works in one entry: ``(a) …; (b) …``, ``…; see also …``, works set apart by semicolons."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.refparse.years import YEAR

__all__ = ["LONGEST", "separate_works"]

LONGEST = 4_000  # characters of a reference that are looked at
_LETTERED = regex(r"(?:(?<=[.;,:)\]])\s+|^\s*)(?:\(([a-h])\)|([a-h])[.)])\s+(?=\S)")
_SEE_ALSO = regex(
    r"(?:[;.,]\s+|\s+)(?i:see also|see further|cf\. also|and also|siehe auch|s\. auch|vgl\. auch|voir aussi"
    r"|véase también|ver também)[:,]?\s+(?=[^\W\d_a-z])"
)
_SEE = regex(r";\s+(?i:but see|see|cf\.|vgl\.|siehe|so auch|a\.\s?A\.|anders)[:,]?\s+(?=[^\W\d_a-z])")
_ALSO = ("also", "auch", "further", "aussi", "també", "tambié")
# A work ends with a year, a page or the like: not with a place, an initial or a body's short name.
_ENDED = regex(r"(?:\d[a-z]?|ibid|\bff?|\bseq)\Z")
_PARTICLE = r"(?:(?:van|von|de|der|den|di|la|le|del|da|Van|Von|De)\s+){0,2}"
_FAMILY = r"[^\W\d_a-z][\w’'-]+(?:\s[^\W\d_a-z][\w’'-]+)?"
# How a work begins: people, initials and all, "ibid.", a journal and its volume; not a place: "Leeds, UK."
_BEGINS = regex(
    rf"(?i:ibid|idem|id)\b|(?:[^\W\d_a-z]\.[\s-]?){{1,4}}{_PARTICLE}[^\W\d_a-z][\w’'-]+"
    rf"|{_PARTICLE}{_FAMILY}(?:\s[^\W\d_a-z]{{1,3}}(?:[.,;:(]|\s(?:and|&|et|und)\s)|,\s?[^\W\d_a-z]\.)"
    rf"|{_PARTICLE}{_FAMILY},\s[^\W\d_a-z][\w’'-]+(?:\s[^\W\d_a-z]\.?)?(?:\s?[:(/;]|,\s(?!\d)|\s(?:and|&|und)\s)"
    rf"|{_PARTICLE}{_FAMILY}\s(?:et al|u\. ?a\.)|{_FAMILY}\s\((?=\d{{4}})"
    r"|[^\W\d_a-z][\w’'-]+/[^\W\d_a-z][\w’'-]+,\s"  # Palandt/Grüneberg, BGB
    r"|(?:[^\W\d_a-z]\w*\.\s?){2,5}[^\W\d_]?\s?\d"  # Phys. Lett. B 435
)
_EDITORS = regex(r"[^:]{0,120}?\b(?:Eds?\b\.?|editors?\b|Hrsg\.|Hg\.)")  # people who edit the host of the work before
_SHORTEST = 15  # characters of a work


def separate_works(text: str) -> list[str]:
    """Return the works that an entry prints, without the letters before them; one where nothing sets them apart.

    >>> separate_works("(a) J. Roe, Phys. Rev. A 1, 2 (1990); (b) K. Lee, Phys. Rev. B 3, 4 (1991).")
    ['J. Roe, Phys. Rev. A 1, 2 (1990);', 'K. Lee, Phys. Rev. B 3, 4 (1991).']
    >>> separate_works("Roe J, Lee K. A title; and more. BMJ 2001;1:2-3.")
    ['Roe J, Lee K. A title; and more. BMJ 2001;1:2-3.']
    """
    if len(text) > LONGEST:
        return [text]
    if ("b)" in text or "b. " in text) and (lettered := _by_letters(text)):
        return lettered
    works = _parts(text, _SEE_ALSO) if any(map(text.__contains__, _ALSO)) else [text]
    if "; " in text:
        works = [part for work in works for one in _parts(work, _SEE) for part in _between_semicolons(one)]
    return works


def _by_letters(text: str) -> list[str]:
    """Parts behind (a), (b), … where the letters run on and every part could be a work."""
    found = list(_LETTERED.finditer(text))
    letters = "".join(one[1] or one[2] for one in found)
    if len(found) < 2 or not "abcdefgh".startswith(letters) or len(text[: found[0].start()].strip()) > 5:
        return []
    ends = [*(one.start() for one in found[1:]), len(text)]
    parts = [text[one.end() : end].strip() for one, end in zip(found, ends, strict=True)]
    return parts if all(_is_work(part) for part in parts) else []


def _parts(text: str, mark: re.Pattern[str]) -> list[str]:
    """Parts between marks; what could be no work stays with the part before it."""
    parts: list[str] = []
    at = 0
    for found in mark.finditer(text):
        if _is_work(text[at : found.start()]) and _is_work(text[found.end() :]):
            parts.append(text[at : found.start()].strip())
            at = found.end()
    return [*parts, text[at:].strip()]


def _between_semicolons(text: str) -> list[str]:
    """Parts between semicolons, where the one before has ended as a work does and people begin the one behind."""
    parts: list[str] = []
    at = 0
    place = text.find("; ")
    while place >= 0:
        before = text[at:place]
        if _ENDED.search(before.rstrip(")].,")[-5:]) and _is_work(before) and _begins(text[place + 2 :].lstrip()):
            parts.append(before.strip())
            at = place + 2
        place = text.find("; ", place + 2)
    return [*parts, text[at:].strip()]


def _begins(text: str) -> bool:
    return _BEGINS.match(text) is not None and not _EDITORS.match(text) and _is_work(text)


def _is_work(text: str) -> bool:
    return len(text.strip()) >= _SHORTEST and YEAR.search(text) is not None
