"""Lines and blocks of a text that comes in pieces: never all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

__all__ = ["blocks", "cut_behind_lines", "first_line", "numbered"]

_FILLED = re.compile(r"^.*\S.*$", re.MULTILINE)
_PIECE = 1 << 19


def numbered(pieces: Iterable[str]) -> Iterator[tuple[int, str]]:
    r"""Yield number and text of each line of pieces that are cut behind line ends.

    >>> list(numbered(["a\n\n", "b"]))
    [(1, 'a'), (2, ''), (3, 'b')]
    """
    number = 0
    for piece in pieces:
        lines = piece.split("\n")
        if not lines[-1]:
            lines.pop()
        for line in lines:
            number += 1
            yield number, line


def first_line(pieces: Iterable[str]) -> str:
    r"""Return the first line that is not blank; nothing where all are.

    >>> first_line(["\n \n", "\n a\tb\nc"])
    ' a\tb'
    """
    return next((found.group() for found in map(_FILLED.search, pieces) if found), "")


def blocks(pieces: Iterable[str], opening: str) -> Iterator[str]:
    r"""Yield blocks of whole records, some 500,000 characters each: cut before the last line that opens a record.

    >>> list(blocks(["A 1\nx\n", "A 2\nA 3\n", "x"], "\nA "))
    ['A 1\nx\nA 2\n', 'A 3\nx']
    """
    begun: list[str] = []
    for piece in (part for text in pieces for part in cut_behind_lines(text)):
        cut = piece.rfind(opening) + 1
        if cut or piece.startswith(opening[1:]):
            if any(begun) or cut:
                yield "".join([*begun, piece[:cut]])
            begun = [piece[cut:]]
        else:
            begun.append(piece)
    if any(begun):
        yield "".join(begun)


def cut_behind_lines(text: str) -> Iterator[str]:
    """Yield pieces of half a million to a million characters, each cut behind a line end."""
    begin = 0
    while len(text) - begin >= 2 * _PIECE:
        end = text.find("\n", begin + _PIECE)
        if end < 0:
            break
        yield text[begin : end + 1]
        begin = end + 1
    yield text[begin:]
