"""Records as columns: what most cells need is done to a column at once, and only the others are visited one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

import numpy as np

from citenet.io._signs import Numbers

__all__ = ["SEPARATOR", "Block", "Cell", "Known", "matched", "tidied", "trimmed"]

SEPARATOR = "\0"  # of the values in a cell; no text holds one, as control characters are taken out before
_MOST_KNOWN = 20_000

Cell = str | None


class Block:
    """Some records by column: a cell a record, None where it has no such field.

    Parameters
    ----------
    lines : list of int
        The line that each record begins in.
    columns : dict
        Cells by the name of their field; several values of a cell are parted by `SEPARATOR`.
    """

    def __init__(self, lines: list[int], columns: dict[str, list[Cell]]) -> None:
        self.lines = lines
        self._columns = columns

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[Cell] | None:
        """Cells of a field; None where no record has it."""
        return self._columns.get(name)

    def first(self, *names: str) -> list[Cell]:
        """Cells of the first of these fields that each record has."""
        found: list[Cell] | None = None
        for cells in filter(None, map(self.column, names)):
            found = cells if found is None else [b if a is None else a for a, b in zip(found, cells, strict=True)]
        return [None] * len(self) if found is None else found

    def items(self, name: str) -> tuple[Numbers, list[str], Numbers]:
        """Values of a field that say anything, the record of each, and the line it stands in (that of the record)."""
        cells = self.column(name) or []
        values = [[] if cell is None else cell.split(SEPARATOR) for cell in cells]
        records = np.repeat(np.arange(len(values)), list(map(len, values)))
        return trimmed(records, list(chain.from_iterable(values)), np.array(self.lines, dtype=np.int64)[records])

    def record(self, at: int) -> dict[str, str]:
        """Return what one record holds."""
        return {name: cell for name, cells in self._columns.items() if (cell := cells[at]) is not None}

    def part(self, begin: int, end: int) -> Block:
        """Return records from one to another, which is not of them."""
        if (begin, end) == (0, len(self)):
            return self
        return Block(self.lines[begin:end], {name: cells[begin:end] for name, cells in self._columns.items()})


def trimmed(records: Numbers, values: list[str], lines: Numbers) -> tuple[Numbers, list[str], Numbers]:
    """Values without blanks around them, where they say anything, with the record and the line of each."""
    values = list(map(str.strip, values))
    if "" in values:
        known = np.array(list(map(bool, values)))
        records, values, lines = records[known], list(filter(None, values)), lines[known]
    return records, values, lines


class Known(dict[str | None, Any]):
    """What a function says of texts that come again and again: asked once for each, forgotten where there are many.

    >>> Known(int).of(["1", None, "1"])
    [1, None, 1]
    """

    def __init__(self, function: Callable[[str], Any]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str | None) -> Any:
        value = self[text] = None if text is None else self._function(text)
        return value

    def of(self, texts: Iterable[str | None]) -> list[Any]:
        """Value of each text; None stays None."""
        if len(self) > _MOST_KNOWN:
            self.clear()
        return list(map(self.__getitem__, texts))


def tidied(cells: list[Cell], tidy: Callable[[str], Cell], marks: Iterable[str] = ()) -> list[Cell]:
    """Cells as ``tidy`` has them, which is asked only of those with a mark, a double blank or more than a line.

    >>> tidied([" one ", "two  three", None, ""], lambda cell: " ".join(cell.split()))
    ['one', 'two three', None, None]
    """
    marks = ("  ", *marks)
    known = " ".join(["", *filter(None, cells), ""])  # with two blanks in a row where a cell begins or ends with one
    if known.isprintable() and not any(map(known.__contains__, marks)):
        return cells if "" not in cells else [cell or None for cell in cells]
    return [
        (cell.strip() or None if cell.isprintable() and not any(map(cell.__contains__, marks)) else tidy(cell))
        if cell
        else None
        for cell in cells
    ]


def matched(usual: re.Pattern[str], cells: list[Cell], otherwise: Callable[[str], Cell]) -> list[Cell]:
    r"""Cells that the one group of a pattern takes as they are, all gone through at once; the others by a function.

    The pattern is of the form ``^(?:(...)|.*)$`` and takes lines.

    >>> matched(re.compile(r"^(?:(\d+)|.*)$", re.MULTILINE), ["12", "a", None], str.upper)
    ['12', 'A', None]
    """
    known = [cell for cell in cells if cell is not None]
    found = usual.split("\n".join(known))[1::2] if known else []
    taken = [otherwise(cell) if whole is None else whole for cell, whole in zip(known, found, strict=True)]
    if len(taken) == len(cells):
        return taken
    each = iter(taken)
    return [None if cell is None else next(each) for cell in cells]
