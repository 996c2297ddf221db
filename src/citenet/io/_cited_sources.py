"""Sources of cited references of the Web of Science, which may hold a date or give away the kind of work."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from citenet.io._columns import Cell
from citenet.io._signs import MARGIN, WORD, Mask, is_digit, where
from citenet.io._spans import Spans

__all__ = ["parse_sources", "take_source"]

_IN_PRESS = re.compile(r"(?:^|\b)\(?IN[ -]PRESS\)?(?:\b|$)", re.IGNORECASE)
_KIND = re.compile(
    r"(?P<unpublished>UNPUB|MANUSCRIPT|SUBMITTED)|(?P<thesis>THESIS|DISSERTATION|(?:DOCTORAL|PHD|MASTERS?) (?:DISS|THES))"
    r"|(?P<communication>(?:PERSONAL |PRIVATE )?COMMUNICATION$|PERS COMMUN)",
    re.IGNORECASE,
)
_UNPUBLISHED = re.compile(r"^UNPUB(?:LISHED)?\b", re.IGNORECASE)
_DATE = re.compile(
    r"(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])$|(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SPR|SUM|FAL|AUT|WIN)$"
)
_KIND_BEGINNINGS = ("UNPUB", "MANUSCRI", "SUBMITTE", "THESIS", "DISSERTA", "DOCTORAL", "PHD ", "MASTER", "PERSONAL",
                    "PRIVATE ", "COMMUNIC", "PERS COM")  # fmt: skip
_IS_UNPRINTED = bytes(not 32 <= code < 127 or code == ord("?") for code in range(256))  # "?" stands for what is none
_UPPER = np.uint8(0xDF)  # leaves out what tells small letters from capitals
_WIDTH = 20  # sources are cut there; a date is set flush right in the last 3 or 4 columns


def parse_sources(texts: Spans) -> tuple[list[Cell], dict[int, str]]:
    """Return the source of each text, and of some by their number the kind of work that it gives away.

    >>> parse_sources(Spans.of(["AM J SOCIOL", "CHINA Q          DEC", "IN PRESS SOC SCI"]))
    (['AM J SOCIOL', 'CHINA Q', 'SOC SCI'], {2: 'in press'})
    """
    lines = texts.lines()
    sources: list[Cell] = [*lines.signs[:-MARGIN].tobytes().decode("latin-1").split("\n")[:-1]]
    kinds: dict[int, str] = {}
    odd = _are_odd(lines)  # so is what is not ASCII
    for at, text in zip(np.flatnonzero(odd).tolist(), texts[odd].texts(), strict=True):
        sources[at], kind = _source(text)
        if kind:
            kinds[at] = kind
    return sources, kinds


def take_source(text: str, fields: dict[str, Any]) -> None:
    """Source into ``container``, and into ``type`` what it gives away."""
    source, kind = _source(text)
    if kind == "in press":
        fields["type"] = kind
    elif kind:
        fields.setdefault("type", kind)
    if source:
        fields["container"] = source


def _are_odd(lines: Spans) -> Mask:
    """Whether each line may be more than the name of a source: a date, a kind of work, signs that are not printed."""
    signs = lines.signs
    upper = signs & _UPPER
    odd = lines.with_signs(_IS_UNPRINTED)
    begins = Spans(upper, lines.begins, lines.ends).words()
    for beginning in _KIND_BEGINNINGS:
        word = np.frombuffer(beginning.encode().ljust(WORD, b"\0"), dtype=np.uint8) & _UPPER
        kept = np.uint64((1 << 8 * len(beginning)) - 1)
        odd |= (begins & kept) == word.view(np.uint64)
    return odd | lines.holding(where(signs, b"  ")) | lines.holding(where(upper, b"PRESS")) | _are_dated(lines)


def _are_dated(lines: Spans) -> Mask:
    """Whether a date may stand in the last columns of each line: four digits, or a month of three letters."""
    lengths = lines.ends - lines.begins
    at = np.minimum(lines.begins + _WIDTH - 5, lines.ends)
    in_three, in_four = lengths == _WIDTH - 1, (lengths == _WIDTH) & is_digit(lines.signs[at + 1])
    dated: Mask = (in_three | in_four) & (lines.signs[at] == ord(" "))
    return dated


def _source(text: str) -> tuple[str | None, str | None]:
    """Source without a date stuck to it, and the kind of work where the source gives it away."""
    kind = None
    if "PRESS" in text.upper() and _IN_PRESS.search(text):
        kind = "in press"
        text = _IN_PRESS.sub(" ", text)
    elif found := _KIND.match(text):
        kind = found.lastgroup
        if kind == "unpublished":
            text = _UNPUBLISHED.sub("", text)
    source, _, last = text.strip().rpartition(" ")
    if _DATE.match(last) and (source.endswith(" ") or len(source) == _WIDTH - 5):
        text = source
    return " ".join(text.split()) or None, kind
