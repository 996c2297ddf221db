"""Parts behind the source of cited references of the Web of Science: volumes and first pages."""

from __future__ import annotations

import numpy as np

from citenet.io._cited import parse_tail
from citenet.io._columns import Cell
from citenet.io._signs import MARGIN, is_digit
from citenet.io._spans import Spans

__all__ = ["parse_tails"]

_IS_ODD = bytes(not (code < 128 and chr(code).isalnum()) for code in range(256))
_LONGEST_PAGE = 12


def parse_tails(parts: Spans) -> tuple[list[Cell], list[Cell]]:
    """`parse_tail` of each part, fields and values apart.

    >>> parse_tails(Spans.of(["V15", "pS48", "P307-9", "DEC"]))
    (['volume', 'first_page', None, None], ['15', 'S48', None, None])
    """
    lines = Spans(parts.signs, np.minimum(parts.begins + 1, parts.ends), parts.ends).lines()
    values: list[Cell] = [*lines.signs[:-MARGIN].tobytes().decode("latin-1").split("\n")[:-1]]
    first, lengths = parts.first(), parts.ends - parts.begins - 1
    has_number, is_small = is_digit(lines.first()), first == ord("p")
    are_volumes = (first == ord("V")) & has_number
    plain = are_volumes | ((first == ord("P")) & has_number) | (is_small & (lengths <= _LONGEST_PAGE))
    odd = ~plain | (lengths < 1) | lines.with_signs(_IS_ODD)
    fields: list[Cell] = np.where(are_volumes, "volume", "first_page").astype(object).tolist()
    for at, text in zip(np.flatnonzero(odd).tolist(), parts[odd].texts(), strict=True):
        fields[at], values[at] = parse_tail(text)
    return fields, values
