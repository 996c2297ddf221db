"""Lines of a printed list in reading order: columns one after another, without running heads and page numbers.

Copying from a page leaves two columns side by side, with a gutter of blanks between them, or line by line in turn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["TextLine", "text_lines"]

_BREAK = re.compile(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_LONE_NUMBER = re.compile(
    r"^(?:\d{1,4}|[-–—]\s?\d{1,4}\s?[-–—]|page\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\|?\s?\d{1,4}\s?\|?)$", re.IGNORECASE
)
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_NUMBERED = re.compile(r"^[\[(]?(\d{1,4})(?:[\])][.:]?|\.)(?!\d)\s*\S")
_WIDEST = 400  # characters of a line that can hold two columns


class TextLine(NamedTuple):
    """A line, its number in the file, and whether a page begins with it."""

    number: int
    text: str
    new_page: bool = False


def text_lines(text: str, first_line: int = 1) -> list[TextLine]:
    r"""Return the lines of a text as they are to be read.

    >>> page = "[1] Roe A. One.    [3] Moe C. Three.\n    BMJ 2001;1:2.      BMJ 2003;5:6.\n"
    >>> page += "[2] Lee B. Two.    [4] Poe D. Four.\n    BMJ 2002;3:4.      BMJ 2004;7:8."
    >>> [line.text.strip() for line in text_lines(page)][:5]
    ['[1] Roe A. One.', 'BMJ 2001;1:2.', '[2] Lee B. Two.', 'BMJ 2002;3:4.', '[3] Moe C. Three.']
    """
    lines: list[TextLine] = []
    at, new_page = 0, False
    for number, found in enumerate([*_BREAK.finditer(text), None], start=first_line):
        lines.append(TextLine(number, text[at : found.start() if found else len(text)].expandtabs(4), new_page))
        if found:
            at, new_page = found.end(), found[0] == "\f"
    lines = _without_heads(lines)
    return _out_of_turn([line for page in _pages(lines) for line in _columns(page)])


def _without_heads(lines: list[TextLine]) -> list[TextLine]:
    """Leave out running heads: lines that come back, but for their numbers, at the edges of pages."""
    edges = _edges(lines)
    kinds = {i: re.sub(r"\d+", "0", lines[i].text.strip()) for i in edges}
    often = {kind for kind, n in Counter(kinds.values()).items() if n > 1 and 3 < len(kind) < 100 and kind[0] != "["}
    dropped = {i for i, kind in kinds.items() if kind in often and not _NUMBERED.match(lines[i].text.strip())}
    if not dropped:
        return lines
    kept: list[TextLine] = []
    begun = False
    for i, line in enumerate(lines):
        begun = begun or line.new_page
        if i not in dropped:
            kept.append(line._replace(new_page=begun))
            begun = False
    return kept


def _edges(lines: Sequence[TextLine]) -> set[int]:
    """Places of lines next to a form feed or to a lone page number."""
    filled = [i for i, line in enumerate(lines) if line.text.strip()]
    edges: set[int] = {*filled[:1]} if any(line.new_page for line in lines) else set()
    for turn, i in enumerate(filled):
        before = filled[turn - 1] if turn else -1
        page_began = any(line.new_page for line in lines[before + 1 : i + 1])
        if page_began:
            edges |= {i, before} - {-1}
        if _LONE_NUMBER.match(lines[i].text.strip()):
            edges |= {place for place in (before, *filled[turn + 1 : turn + 2]) if place >= 0}
    return edges


def _pages(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines between form feeds, or between lone page numbers."""
    pages: list[list[TextLine]] = [[]]
    for line in lines:
        if line.new_page or _LONE_NUMBER.match(line.text.strip()):
            pages.append([])
        pages[-1].append(line)
    return pages


def _columns(page: list[TextLine]) -> list[TextLine]:
    """Left column, then right column, where a gutter of blanks runs down the page."""
    gutter = _gutter([line.text for line in page])
    if gutter is None:
        return page
    top = next(i for i, line in enumerate(page) if _GAP.search(line.text))
    left = [line._replace(text=line.text[:gutter].rstrip()) for line in page[top:]]
    right = [line._replace(text=line.text[gutter:].rstrip(), new_page=False) for line in page[top:]]
    edge = min((len(line.text) - len(line.text.lstrip()) for line in right if line.text.strip()), default=0)
    return [*page[:top], *left, *(line._replace(text=line.text[edge:]) for line in right)]


def _gutter(lines: Sequence[str]) -> int | None:
    """Where the right column begins: a place that text crosses in no line, with text on both sides in half of them."""
    filled = [line.rstrip() for line in lines if line.strip() and len(line) < _WIDEST]
    starts = Counter(found.end() for line in filled for found in _GAP.finditer(line) if found.end() > 15)
    best, most = None, max(2, (len(filled) - 1) // 2)
    for place in sorted(starts, key=lambda at: (-starts[at], at))[:12]:
        reaching = [line for line in filled if len(line) > place]
        both = sum(line[:place].strip() != "" and line[place - 2 : place] == "  " for line in reaching)
        crossed = sum(line[place - 2 : place].strip() != "" for line in reaching)
        if both > most and crossed <= len(filled) // 20:
            best, most = place, both
    return best


def _out_of_turn(lines: list[TextLine]) -> list[TextLine]:
    """Undo columns that were copied line by line in turn: 1, 14, 2, 15, … become 1, 2, …, 14, 15, …."""
    filled = [line for line in lines if line.text.strip()]
    streams = filled[::2], filled[1::2]
    numbers = [[int(m[1]) for line in stream if (m := _NUMBERED.match(line.text.strip()))] for stream in streams]
    counting = [len(run) > 1 and all(b - a == 1 for a, b in zip(run, run[1:], strict=False)) for run in numbers]
    if all(counting) and numbers[1][0] == numbers[0][-1] + 1:
        return [*streams[0], *streams[1]]
    return lines
