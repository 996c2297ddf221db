"""Parts behind the source of cited references of the Web of Science: volumes and first pages."""

from __future__ import annotations

import numpy as np

from citenet.io._cited import parse_tail
from citenet.io._columns import Cell
from citenet.io._signs import MARGIN, Mask, is_digit
from citenet.io._spans import Spans

__all__ = ["parse_tails"]

_IS_ODD = bytes(not (code < 128 and chr(code).isalnum()) for code in range(256))
_LONGEST_PAGE = 12


def parse_tails(parts: Spans) -> tuple[list[Cell], Mask, Mask]:
    """`parse_tail` of each part: the values, and which of them are volumes and which pages.

    >>> values, are_volumes, are_pages = parse_tails(Spans.of(["V15", "pS48", "P307-9", "DEC"]))
    >>> values, are_volumes.tolist(), are_pages.tolist()
    (['15', 'S48', None, None], [True, False, False, False], [False, True, False, False])
    """
    lines = Spans(parts.signs, np.minimum(parts.begins + 1, parts.ends), parts.ends).lines()
    values: list[Cell] = [*lines.signs[:-MARGIN].tobytes().decode("latin-1").split("\n")[:-1]]
    first, lengths = parts.first(), parts.ends - parts.begins - 1
    has_number = is_digit(lines.first())
    are_volumes = (first == ord("V")) & has_number
    are_pages = ((first == ord("P")) & has_number) | ((first == ord("p")) & (lengths <= _LONGEST_PAGE))
    odd = ~(are_volumes | are_pages) | (lengths < 1) | lines.with_signs(_IS_ODD)
    for at, text in zip(np.flatnonzero(odd).tolist(), parts[odd].texts(), strict=True):
        field, values[at] = parse_tail(text)
        are_volumes[at], are_pages[at] = field == "volume", field == "first_page"
    return values, are_volumes, are_pages
