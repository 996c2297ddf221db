"""Lines of a text one after the other: never all of them at once, and with a bar where that takes long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from citenet._support.progress import progress

__all__ = ["blocks", "numbered", "numbered_lines"]

_PIECE = 1 << 20


def numbered_lines(text: str, name: str) -> Iterator[tuple[int, str]]:
    r"""Yield number and text of each line, without its end.

    >>> list(numbered_lines("a\n\nb", "works.ris"))
    [(1, 'a'), (2, ''), (3, 'b')]
    """
    yield from numbered(progress(_pieces(text), f"reading {name}", total=len(text), unit="B", size=len))


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


def blocks(pieces: Iterable[str], end: str) -> Iterator[str]:
    r"""Yield blocks of whole records: cut behind the last ``end`` in about a million characters.

    >>> list(blocks(["A\n", "ER\nB\nER\nC"], "\nER\n"))
    ['A\nER\nB\nER\n', 'C']
    """
    begun: list[str] = []
    for text in pieces:
        for piece in _pieces(text) if len(text) > 2 * _PIECE else (text,):
            last = begun[-1][-len(end) :] if begun else ""
            cut = (last + piece).rfind(end) + len(end) - len(last)
            if cut >= len(end) - len(last) and cut > 0:
                yield "".join(begun) + piece[:cut]
                begun = [piece[cut:]] if cut < len(piece) else []
            elif piece:
                begun.append(piece)
    if begun:
        yield "".join(begun)


def _pieces(text: str) -> Iterator[str]:
    """Yield parts of about a million characters, cut between lines."""
    begin = 0
    while len(text) - begin > _PIECE:
        end = text.find("\n", begin + _PIECE)
        if end < 0:
            break
        yield text[begin : end + 1]
        begin = end + 1
    yield text[begin:]
