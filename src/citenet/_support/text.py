"""Fold text so that spellings of the same words compare equal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "’": "'"}
)
# Characters that are not seen: soft hyphens and zero-width marks, as copying from a PDF leaves them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MARKS = "‘’“”–—…\u00a0"  # of print; all else that is no word is mostly ASCII
_NOT_WORD = re.compile(r"[\W_]+")
# ASCII letters in lower case, digits and line ends as they are, and a blank for all else.
_ASCII = "".join(c.lower() if c.isalnum() or c == "\n" else " " for c in map(chr, range(128))).encode() + b" " * 128


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
        plain = plain.casefold()  # of the letters that a single sign stood for
    return _NOT_WORD.sub(" ", plain).strip()


def fold_all(texts: Sequence[str]) -> list[str]:
    r"""Fold many texts at once, several times as fast as one by one.

    >>> fold_all(["  Łódź: Études – l’État ", "A--B\nC", ""])
    ['lodz etudes l etat', 'a b c', '']
    """
    if not texts:
        return []
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        joined = "\n".join([text.replace("\n", " ") for text in texts])
    if not joined.isascii():
        for mark in _MARKS:
            joined = joined.replace(mark, " ")
    lines = joined.split("\n")
    accented = [] if joined.isascii() else [i for i, line in enumerate(lines) if not line.isascii()]
    for i, line in zip(accented, _plain([lines[i] for i in accented]), strict=True):
        lines[i] = line
    other = [i for i in accented if not lines[i].isascii()]
    folded_others = [_NOT_WORD.sub(" ", lines[i]).strip() for i in other]
    for i in other:
        lines[i] = ""
    folded = _folded_ascii("\n".join(lines)).split("\n")
    for i, line in zip(other, folded_others, strict=True):
        folded[i] = line
    return folded


def _plain(lines: list[str]) -> list[str]:
    """Casefold lines and strip their accents."""
    if not lines:
        return []
    folded = _UNSEEN.sub("", "\n".join(lines)).casefold()
    for letter, spelt in _LETTERS.items():
        folded = folded.replace(chr(letter), spelt)
    plain = unicodedata.normalize("NFKD", folded)
    for mark in sorted(set(plain)):
        if unicodedata.combining(mark):
            plain = plain.replace(mark, "")
    return plain.casefold().split("\n")  # the letters that a single sign stood for


def _folded_ascii(text: str) -> str:
    """Fold the lines of an ASCII text."""
    letters = np.frombuffer(text.encode("ascii").translate(_ASCII), dtype=np.uint8)
    blank = letters <= ord(" ")
    letters = letters[~((letters == ord(" ")) & np.append(True, blank[:-1]))]
    ends = np.append(letters[1:] == ord("\n"), True)
    kept: bytes = letters[~((letters == ord(" ")) & ends)].tobytes()
    return kept.decode("ascii")


def shorten(text: str, width: int = 80) -> str:
    """Cut a text for a message or a cell, marking the cut.

    >>> shorten("a  long   text", 8)
    'a long …'
    """
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
