"""Sources of cited references of the Web of Science, which may hold a date or give away the kind of work."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from citenet.io._columns import Cell
from citenet.io._signs import WORD, Mask, Numbers, Places, begin_with, number_of, numbers_of_four, where, words_of
from citenet.io._spans import Spans, fill_in, texts_of_lines

__all__ = ["KINDS", "parse_sources", "take_source"]

KINDS = ("in press", "unpublished", "thesis", "communication")
_IN_PRESS = re.compile(r"(?:^|\b)\(?IN[ -]PRESS\)?(?:\b|$)", re.IGNORECASE)
_KIND = re.compile(
    r"(?P<unpublished>UNPUB|MANUSCRIPT|SUBMITTED)"
    r"|(?P<thesis>THESIS|DISSERTATION|(?:DOCTORAL|PHD|MASTERS?) (?:DISS|THES))"
    r"|(?P<communication>(?:PERSONAL |PRIVATE )?COMMUNICATION$|PERS COMMUN)",
    re.IGNORECASE,
)
_UNPUBLISHED = re.compile(r"^UNPUB(?:LISHED)?\b", re.IGNORECASE)
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
           "SPR", "SUM", "FAL", "AUT", "WIN")  # fmt: skip
_DATE = re.compile(rf"(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|{'|'.join(_MONTHS)})$")
_KIND_BEGINNINGS = ("UNPUB", "MANUSCRI", "SUBMITTE", "THESIS", "DISSERTA", "DOCTORAL", "PHD", "MASTER", "PERSONAL",
                    "PRIVATE", "COMMUNIC", "PERS\0COM")  # fmt: skip
_IS_UNPRINTED = bytes(not 32 <= code < 127 or code == ord("?") for code in range(256))  # "?" stands for what is none
_UPPER = np.uint8(0xDF)  # leaves out what tells small letters from capitals
_WIDTH = 20  # sources are cut there; a date is set flush right in the last 3 or 4 columns


def parse_sources(texts: Spans) -> tuple[list[Cell], list[int], Numbers]:
    """Return the source of each text, which of them are None, and which of `KINDS` each gives away, -1 for none.

    >>> parse_sources(Spans.of(["AM J SOCIOL", "CHINA Q          DEC", "IN PRESS SOC SCI", "UNPUB"]))
    (['AM J SOCIOL', 'CHINA Q', 'SOC SCI', None], [3], array([-1, -1,  0,  1]))
    """
    kinds, widths = _plain_kinds(texts)
    begins = texts.begins + widths
    lines = Spans(texts.signs, begins, _before_dates(Spans(texts.signs, begins, texts.ends))).lines()
    sources = texts_of_lines(lines.signs.tobytes())
    odd = _are_odd(lines, kinds)
    further: list[str | None] = []

    def parse(text: str) -> str | None:
        source, kind = _source(text)
        further.append(kind)
        return source

    nothing = fill_in(sources, texts, odd, parse)
    kinds[odd] = [KINDS.index(kind) if kind else -1 for kind in further]
    return sources, nothing, kinds


def take_source(text: str, fields: dict[str, Any]) -> None:
    """Source into ``container``, and into ``type`` what it gives away."""
    source, kind = _source(text)
    if kind == "in press":
        fields["type"] = kind
    elif kind:
        fields.setdefault("type", kind)
    if source:
        fields["container"] = source


def _plain_kinds(texts: Spans) -> tuple[Numbers, Numbers]:
    """Return which of `KINDS` the usual words say that sources begin with, and the width of those to be left out."""
    kinds, widths = np.full(len(texts), -1), np.zeros(len(texts), dtype=np.int64)
    words, ninth = texts.words(), texts.signs[np.minimum(texts.begins + WORD, texts.ends)]
    in_press = begin_with(words, "IN PRESS") & (ninth == ord(" "))
    unpublished = begin_with(words, "UNPUB ")
    kinds[in_press], kinds[unpublished] = KINDS.index("in press"), KINDS.index("unpublished")
    widths[in_press], widths[unpublished] = len("IN PRESS "), len("UNPUB ")
    kinds[begin_with(words, "THESIS")] = KINDS.index("thesis")
    return kinds, widths


def _before_dates(texts: Spans) -> Places:
    """Where each text ends but for a date in the last columns: month and day, or a month of three letters."""
    lengths, ends = texts.ends - texts.begins, texts.ends.copy()
    wide = np.flatnonzero((lengths == _WIDTH) | (lengths == _WIDTH - 1))
    last = texts.begins[wide] + _WIDTH - 5
    wide, last = wide[texts.signs[last] == ord(" ")], last[texts.signs[last] == ord(" ")]
    days = numbers_of_four(texts.signs, last + 1)
    dated = (lengths[wide] == _WIDTH) & (days >= 100) & (days < 1300) & (days % 100 <= 31)
    words = words_of(texts.signs, last + 1, texts.ends[wide])
    for month in _MONTHS:
        dated |= words == number_of(month)
    at, last = wide[dated], last[dated]
    for _ in range(_WIDTH):
        last -= texts.signs[last - 1] == ord(" ")
    ends[at] = last
    return ends


def _are_odd(lines: Spans, kinds: Numbers) -> Mask:
    """Whether each line may be more than the name of a source: a kind of work, signs that are not printed."""
    upper = lines.signs & _UPPER
    words = Spans(upper, lines.begins, lines.ends).words()
    odd = np.zeros(len(lines), dtype=bool)
    for beginning in _KIND_BEGINNINGS:
        odd |= begin_with(words, beginning)
    odd &= kinds < 0
    odd |= lines.with_signs(_IS_UNPRINTED) | (lines.begins >= lines.ends) | (lines.first() == ord(" "))
    return odd | lines.holding(where(lines.signs, b"  ")) | lines.holding(where(upper, b"PRESS"))


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
