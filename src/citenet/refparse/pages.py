"""Lines of a printed list in reading order: columns one after another, without running heads and numbers of lines.

Copying from a page leaves two columns side by side, with a gutter of blanks between them, or line by line in turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from citenet._support.patterns import regex
from citenet.refparse.furniture import LONE_NUMBER
from citenet.refparse.marks import number_of

__all__ = ["TextLine", "text_lines"]

_BREAK = regex(r"\r\n|[\n\r\f\v\x85\u2028\u2029]")
_PAGE_BESIDE = regex(r"^\d{1,4}\s+|\s+\d{1,4}$")  # a page number in a running head
_WORD = regex(r"[^\W\d_]{3}")
_MARGIN = regex(r"^\s{0,8}(\d{1,5})(?=\s)")
_GAP = regex(r"(?<=\S) {2,}(?=\S)")
_TABBED = regex(r"(?<=\S) *\t+ *(?=\S)")
_WIDEST = 400  # characters of a line that can hold two columns
_HEAD = 2  # lines of a running head at most
_PAGE = 8  # lines that a page holds at least, where lone numbers alone tell pages apart


class TextLine(NamedTuple):
    """A line, its number in the file, and whether a page begins with it."""

    number: int
    text: str
    new_page: bool = False


def text_lines(text: str, first_line: int = 1, left_out: list[TextLine] | None = None) -> list[TextLine]:
    r"""Return the lines of a text as they are to be read; running heads go to ``left_out``.

    >>> page = "[1] Roe A. One.    [3] Moe C. Three.\n    BMJ 2001;1:2.      BMJ 2003;5:6.\n"
    >>> page += "[2] Lee B. Two.    [4] Poe D. Four.\n    BMJ 2002;3:4.      BMJ 2004;7:8."
    >>> [line.text.strip() for line in text_lines(page)][:5]
    ['[1] Roe A. One.', 'BMJ 2001;1:2.', '[2] Lee B. Two.', 'BMJ 2002;3:4.', '[3] Moe C. Three.']
    """
    lines: list[TextLine] = []
    at, number, new_page = 0, first_line, False
    for found in [*_BREAK.finditer(text), None]:
        lines.append(TextLine(number, text[at : found.start() if found else len(text)], new_page))
        if found:
            at, new_page = found.end(), found[0] == "\f"
            number += not new_page
    lines = _without_heads(_without_margin(_untabbed(lines)), [] if left_out is None else left_out)
    return _out_of_turn([line for page in _pages(lines) for line in _columns(page)])


def _untabbed(lines: list[TextLine]) -> list[TextLine]:
    """Blanks for tabs; where most lines hold one tab inside, it stands for the gutter between two columns."""
    if not any("\t" in line.text for line in lines):
        return lines
    tabbed = [len(found) == 1 and found[0].start() > 15 for line in lines if (found := [*_TABBED.finditer(line.text)])]
    filled = sum(bool(line.text.strip()) for line in lines)
    if sum(tabbed) * 2 <= filled or filled < 6:
        return [line._replace(text=line.text.expandtabs(4)) for line in lines]
    halves = [(line, *line.text.rstrip().partition("\t")) for line in lines]
    width = max(len(left.rstrip()) for _, left, _, right in halves if right) + 4
    return [
        line._replace(text=f"{left.rstrip():<{width}}{right.strip()}" if right.strip() else left)
        for line, left, _, right in halves
    ]


def _without_margin(lines: list[TextLine]) -> list[TextLine]:
    """Take off the numbers that a manuscript prints before each line: they count lines, and the list has its own."""
    filled = [i for i, line in enumerate(lines) if line.text.strip()]
    found = {i: int(m[1]) for i in filled if (m := _MARGIN.match(lines[i].text))}
    steps = Counter(found.get(j, 0) - found.get(i, 0) for i, j in zip(filled, filled[1:], strict=False))
    if len(filled) < 6 or steps[1] * 10 < 9 * (len(filled) - 1):
        return lines
    bare = {i: _MARGIN.sub(lambda m: " " * len(m[0]), lines[i].text) for i in found}
    own = sum(number_of(text.strip()) is not None for text in bare.values())
    depth = min(len(text) - len(text.lstrip()) for text in bare.values())
    going_on = sum(text.strip()[:1].islower() or text[: depth + 2].isspace() for text in bare.values())
    if own < 2 and going_on * 5 < len(filled):
        return lines
    return [line._replace(text=bare.get(i, line.text)) for i, line in enumerate(lines)]


def _without_heads(lines: list[TextLine], left_out: list[TextLine]) -> list[TextLine]:
    """Leave out running heads: lines that come back, but for a page number, at the same edge of many pages."""
    for _ in range(_HEAD):
        dropped = _heads(lines)
        left_out += [lines[i] for i in sorted(dropped)]
        kept: list[TextLine] = []
        begun = False
        for i, line in enumerate(lines):
            begun = begun or line.new_page
            if i not in dropped:
                kept.append(line._replace(new_page=begun))
                begun = False
        lines = kept
    return lines


def _heads(lines: Sequence[TextLine]) -> set[int]:
    """Places of the running heads that are now outermost on their pages."""
    pages: list[list[int]] = [[]]
    for i, line in enumerate(lines):
        lone = LONE_NUMBER.match(line.text.strip()) is not None
        if (line.new_page or lone) and pages[-1]:
            pages.append([])
        if line.text.strip() and not lone:
            pages[-1].append(i)
    pages = [page for page in pages if page]
    marked = any(line.new_page for line in lines)
    if len(pages) < 2 or (not marked and sum(map(len, pages)) < _PAGE * len(pages)):
        return set()
    dropped: set[int] = set()
    for edge in (0, -1):
        kinds = {page[edge]: _PAGE_BESIDE.sub("", lines[page[edge]].text.strip()) for page in pages}
        often = {kind for kind, n in Counter(kinds.values()).items() if n > 1 and 3 * n >= len(pages)}
        dropped |= {
            i
            for i, kind in kinds.items()
            if kind in often and len(kind) < 100 and _WORD.search(kind) and number_of(kind) is None
        }
    return dropped


def _pages(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines between form feeds, or between lone page numbers."""
    pages: list[list[TextLine]] = [[]]
    for line in lines:
        if line.new_page or LONE_NUMBER.match(line.text.strip()):
            pages.append([])
        pages[-1].append(line)
    return pages


def _columns(page: list[TextLine]) -> list[TextLine]:
    """Left column, then right column, where a gutter of blanks runs down the page.

    A line across both, with an empty line before it, is the head of a further page.
    """
    gutter = _gutter([line.text for line in page])
    if gutter is None:
        return page
    across = [_crosses(line.text, gutter) for line in page]
    top = next(i for i, line in enumerate(page) if _GAP.search(line.text) and not across[i])
    heads = [i for i in range(top + 1, len(page)) if across[i] and not page[i - 1].text.strip()]
    read = page[:top]
    for start, end in zip([top, *heads], [*heads, len(page)], strict=True):
        head = start in heads
        read += page[start : start + head] + _side_by_side(page[start + head : end], gutter)
    return read


def _side_by_side(lines: list[TextLine], gutter: int) -> list[TextLine]:
    whole = [_crosses(line.text, gutter) for line in lines]
    left = [
        line if across else line._replace(text=line.text[:gutter].rstrip())
        for line, across in zip(lines, whole, strict=True)
    ]
    right = [
        line._replace(text="" if across else line.text[gutter:].rstrip(), new_page=False)
        for line, across in zip(lines, whole, strict=True)
    ]
    edge = min((len(line.text) - len(line.text.lstrip()) for line in right if line.text.strip()), default=0)
    return [*left, *(line._replace(text=line.text[edge:]) for line in right)]


def _crosses(line: str, gutter: int) -> bool:
    return line[gutter - 1 : gutter].strip() != ""


def _gutter(lines: Sequence[str]) -> int | None:
    """Where the right column begins: a place that hardly a line crosses, with text on both sides in half of them.

    In a few of these lines a single blank may be all that is left of the gutter.
    """
    filled = [line.rstrip() for line in lines if line.strip() and len(line) < _WIDEST]
    starts = Counter(found.end() for line in filled for found in _GAP.finditer(line) if found.end() > 15)
    best, widest, least = None, 0, max(2, (len(filled) - 1) // 2)
    for place in sorted(starts, key=lambda at: (-starts[at], at))[:12]:
        reaching = [line for line in filled if len(line) > place]
        crossed = sum(_crosses(line, place) for line in reaching)
        wide = sum(line[:place].strip() != "" and line[place - 2 : place] == "  " for line in reaching)
        both = sum(line[:place].strip() != "" and not _crosses(line, place) for line in reaching)
        allowed = max(len(filled) // 20, wide >= 8)
        if both > least and 2 * wide > both and wide > widest and crossed <= allowed:
            best, widest = place, wide
    return best


def _out_of_turn(lines: list[TextLine]) -> list[TextLine]:
    """Undo columns that were copied line by line in turn: 1, 14, 2, 15, … become 1, 2, …, 14, 15, …."""
    counted = [(line, number_of(line.text.strip())) for line in lines if line.text.strip()]
    streams = counted[::2], counted[1::2]
    whole, left, right = ([n for _, n in part if n is not None] for part in (counted, *streams))
    if len(left) < 2 or len(right) < 2 or whole == sorted(whole) or right[0] != left[-1] + 1:
        return lines
    if all(b - a == 1 for run in (left, right) for a, b in zip(run, run[1:], strict=False)):
        return [line for stream in streams for line, _ in stream]
    return lines
