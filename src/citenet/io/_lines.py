"""Lines of a text one after the other: never all of them at once, and with a bar where that takes long."""

from __future__ import annotations

from collections.abc import Iterator

from citenet._support.progress import progress

__all__ = ["numbered_lines"]

_PIECE = 1 << 20


def numbered_lines(text: str, name: str) -> Iterator[tuple[int, str]]:
    r"""Yield number and text of each line, without its end.

    >>> list(numbered_lines("a\n\nb", "works.ris"))
    [(1, 'a'), (2, ''), (3, 'b')]
    """
    pieces = progress(_pieces(text), f"reading {name}", total=len(text), unit="B", size=len)
    yield from enumerate((line for piece in pieces for line in piece.split("\n")), start=1)


def _pieces(text: str) -> Iterator[str]:
    """Yield parts of about a million characters, cut between lines."""
    begin = 0
    while len(text) - begin > _PIECE:
        end = text.find("\n", begin + _PIECE)
        if end < 0:
            break
        yield text[begin:end]
        begin = end + 1
    yield text[begin:]
