"""Fold text so that spellings of the same words compare equal."""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "’": "'"}
)
# Characters that are not seen: soft hyphens and zero-width marks, as copying from a PDF leaves them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Casefold, strip accents, and turn every run of other characters into one space.

    >>> fold("  Łódź: Études – l’État ")
    'lodz etudes l etat'
    """
    if text.isascii():
        plain = text.casefold()
    else:
        folded = _UNSEEN.sub("", text).casefold().translate(_LETTERS)
        plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain).strip()


def shorten(text: str, width: int = 80) -> str:
    """Cut a text for a message or a cell, marking the cut.

    >>> shorten("a  long   text", 8)
    'a long …'
    """
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
