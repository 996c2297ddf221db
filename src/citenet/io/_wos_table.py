"""Web of Science exports in tab-delimited text as blocks of records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from citenet.io._columns import SEPARATOR, Block, Cell
from citenet.io._lines import numbered
from citenet.io._records import Records

__all__ = ["is_header", "table_blocks"]

_LISTS = frozenset(["AU", "AF", "BA", "BF", "BE", "CA", "CR", "C1", "ED"])
_ROWS = 500  # taken together
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_UNTIDY_LIST = re.compile(rf"[; ](?:{SEPARATOR}|$)|{SEPARATOR}(?:[; ]|{SEPARATOR}|$)|^;")


def is_header(line: str) -> bool:
    """Whether a line is the header row: PT and other tags."""
    names = [name.strip() for name in line.split("\t")]
    return len(names) > 2 and names[0] == "PT" and all(re.fullmatch(r"[A-Z][A-Z0-9]", name) for name in names if name)


def table_blocks(pieces: Iterable[str], records: Records) -> Iterator[Block]:
    """Yield the records of a text, which knows no quoting, and report what is no row."""
    names: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    for number, line in numbered(pieces):
        if not line.strip():
            continue
        cells = line.split("\t")
        if not names:
            if is_header(line):
                names = [cell.strip() for cell in cells]
            else:
                records.problem("unreadable record", number, "stands before the header row (PT, AU, …); left out", line)
        elif cells[0].strip() == "PT" and is_header(line):
            continue  # exports put together by hand repeat the header
        elif _is_row(names, cells, number, records):
            rows.append(_unquoted(names, cells))
            lines.append(number)
            if len(rows) == _ROWS:
                yield _block(names, rows, lines)
                rows, lines = [], []
    if rows:
        yield _block(names, rows, lines)


def _is_row(names: list[str], cells: list[str], number: int, records: Records) -> bool:
    """Whether cells are a record, if perhaps one with too few or too many of them, which is reported."""
    if len(cells) == len(names):
        return True
    excerpt = " ".join(cell for cell in cells[:12] if cell)
    if len(cells) < 3:
        records.problem("unreadable record", number, "a single cell is no record; left out", excerpt)
        return False
    if len(cells) < len(names) - 1 or any(cell.strip() for cell in cells[len(names) :]):
        detail = f"the row has {len(cells)} cells, the header {len(names)}; read as far as it goes"
        records.problem("truncated record" if len(cells) < len(names) else "ragged row", number, detail, excerpt)
    return True


def _unquoted(names: list[str], cells: list[str]) -> list[str]:
    """Cells without the quotes that a spreadsheet sets: it did where a list of names or references has them."""
    if not any(name in _LISTS and _QUOTED.fullmatch(cell) for name, cell in zip(names, cells, strict=False)):
        return cells
    return [cell[1:-1].replace('""', '"') if _QUOTED.fullmatch(cell) else cell for cell in cells]


def _block(names: list[str], rows: list[list[str]], lines: list[int]) -> Block:
    columns: dict[str, list[Cell]] = {}
    for name, cells in zip(names, zip_longest(*rows, fillvalue=""), strict=False):
        values = list(map(_items, cells)) if name in _LISTS else [cell.strip() or None for cell in cells]
        if name in columns:  # a header that names a column twice
            values = [_joined(one, other) for one, other in zip(columns[name], values, strict=True)]
        columns[name] = values
    return Block(lines, columns)


def _joined(one: Cell, other: Cell) -> Cell:
    return f"{one}{SEPARATOR}{other}" if one and other else one or other


def _items(cell: str) -> str | None:
    """Values of a list in one cell."""
    text = cell.strip().replace("; ", SEPARATOR)
    if _UNTIDY_LIST.search(text):
        items = (item.strip().rstrip(";") for item in text.split(SEPARATOR) if item.strip("; "))
        text = SEPARATOR.join(items)
    return text or None
