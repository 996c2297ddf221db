"""Several works in one entry: ``(a) …; (b) …``, ``…; see also …``, works set apart by semicolons."""

from __future__ import annotations

import re

from citenet._support.patterns import regex

__all__ = ["separate_works"]

_YEAR = regex(r"(?<!\d)(?:1[5-9]\d\d|20[0-4]\d)(?!\d)")
_LETTERED = regex(r"(?:(?<=[.;,:)\]])\s+|^\s*)(?:\(([a-h])\)|([a-h])[.)])\s+(?=\S)")
_SEE_ALSO = regex(
    r"(?:[;.,]\s+|\s+)(?i:see also|see further|cf\. also|and also|siehe auch|s\. auch|vgl\. auch|voir aussi"
    r"|véase también|ver também)[:,]?\s+(?=[^\W\d_a-z])"
)
_SEMICOLON = regex(
    r"(?<=[\d)\].]);\s+(?=(?:(?i:ibid|idem|id)\b|[^\W\d_a-z]))(?!Available|Retrieved|Accessed|URL|DOI|PMID)"
)
_LONGEST = 4_000  # characters of an entry that are looked at
_SHORTEST = 15  # characters of a work


def separate_works(text: str) -> list[str]:
    """Return the works that an entry prints, without the letters before them; one where nothing sets them apart.

    >>> separate_works("(a) J. Roe, Phys. Rev. A 1, 2 (1990); (b) K. Lee, Phys. Rev. B 3, 4 (1991).")
    ['J. Roe, Phys. Rev. A 1, 2 (1990);', 'K. Lee, Phys. Rev. B 3, 4 (1991).']
    >>> separate_works("Roe J, Lee K. A title; and more. BMJ 2001;1:2-3.")
    ['Roe J, Lee K. A title; and more. BMJ 2001;1:2-3.']
    """
    if len(text) > _LONGEST:
        return [text]
    if ("b)" in text or "b. " in text) and (lettered := _by_letters(text)):
        return lettered
    also = (
        "also" in text or "auch" in text or "further" in text or "aussi" in text or "també" in text or "tambié" in text
    )
    works = _parts(text, _SEE_ALSO) if also else [text]
    if "; " in text and _SEMICOLON.search(text):
        works = [part for work in works for part in _parts(work, _SEMICOLON)]
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


def _is_work(text: str) -> bool:
    return len(text.strip()) >= _SHORTEST and _YEAR.search(text) is not None
