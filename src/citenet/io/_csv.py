"""Tables of separated values: the delimiter found out, rows with the line they begin in, cells by their column."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from citenet._support.progress import progress
from citenet.errors import ParseError
from citenet.io._lines import first_line
from citenet.io._records import Records

__all__ = ["Cells", "header_of", "read_rows", "split_rows"]

Cells = dict[str, str]
Text = str | Iterable[str]  # whole, or in pieces that are each cut behind a line end; gone through more than once

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_CELL = 20_000_000
_HEADER_LINES = 20
_HEAD = 200_000  # characters


def header_of(head: str, *needed: str) -> list[str] | None:
    r"""Lower-case columns of the first row that has the needed ones; None where no row does.

    The first lines may hold something else: a ``sep=`` hint, the query of an export.

    >>> header_of('"About the data: exported"\nRank,DOI,PubYear\n', "doi", "pubyear")
    ['rank', 'doi', 'pubyear']
    """
    found = _find_header(head, frozenset(needed))
    return found[2] if found else None


def _find_header(text: str, needed: frozenset[str]) -> tuple[int, str, list[str]] | None:
    """Index of the header's line, delimiter and columns."""
    for at, line in enumerate(text[:_HEAD].split("\n", _HEADER_LINES)[:_HEADER_LINES]):
        for delimiter in _DELIMITERS:
            if delimiter not in line and len(needed) > 1:
                continue
            try:
                names = next(csv.reader([line[:20_000]], delimiter=delimiter), [])
            except csv.Error:
                continue
            columns = [" ".join(name.strip("\ufeff ").lower().split()) for name in names]
            if needed <= set(columns):
                return at, delimiter, columns
    return None


def read_rows(
    text: Text, records: Records, *needed: str, mend: Callable[[list[str], list[str]], list[str] | None] | None = None
) -> Iterator[tuple[int, Cells]]:
    """Line number and non-empty cells, by lower-case column, of each row behind the header.

    ``mend`` is given the columns and the cells of a row that has more cells than the header, and returns the cells
    that belong to the columns, or None where it cannot know.

    Raises
    ------
    ParseError
        If no row has the needed columns, or a cell is too long to be one.
    """
    head = _head(text)
    found = _find_header(head, frozenset(needed))
    if found is None:
        first = first_line([head])
        message = f"no header with the columns {', '.join(needed)}"
        raise ParseError(message, file=records.file, line=1, excerpt=first)
    at, delimiter, columns = found
    twice = {name for name in columns if name and columns.count(name) > 1}
    rows = split_rows(text, delimiter, at + 1, records)
    if isinstance(text, str):
        rows = progress(rows, f"reading {records.file}", unit=" rows")
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        mended = mend(columns, cells) if mend is not None and len(cells) > len(columns) else None
        if mended is not None:
            detail = f"the row has {len(cells)} cells, the header {len(columns)}; told apart by what they hold"
            records.problem("ragged row", number, detail, delimiter.join(cells)[:200])
            cells = mended
        if len(cells) != len(columns) and (len(cells) < len(columns) or any(c.strip() for c in cells[len(columns) :])):
            detail = f"the row has {len(cells)} cells, the header {len(columns)}; read as far as they agree"
            records.problem("ragged row", number, detail, delimiter.join(cells)[:200])
        row: Cells = {}
        for name, cell in zip(columns, cells, strict=False):
            value = cell.strip()
            if value and name and (name not in twice or name not in row):
                row[name] = value
        if row:
            yield number, row
        else:
            records.problem("unreadable record", number, "no cell stands in a named column; left out")


def split_rows(text: Text, delimiter: str, before: int, records: Records) -> Iterator[tuple[int, list[str]]]:
    """Rows behind so many lines, with the line each begins in; where quotes are not as they should be, leniently.

    Raises
    ------
    ParseError
        If the text is no table either way.
    """
    strict = _quotes_hold(text, delimiter, before, records)
    yield from _parsed(text, delimiter, before, strict, records)


def _quotes_hold(text: Text, delimiter: str, before: int, records: Records) -> bool:
    """Go through the rows once to see whether they are well quoted; what is not is reported."""
    try:
        for _ in _parsed(text, delimiter, before, True, records):
            pass
    except ParseError as error:
        if "field larger" in error.reason:
            raise
        reason = error.reason.removeprefix("no table: ")
        records.problem("quoting", error.line, f"quotes are not as they should be ({reason}); read leniently")
        return False
    return True


def _parsed(text: Text, delimiter: str, before: int, strict: bool, records: Records) -> Iterator[tuple[int, list[str]]]:
    begin = before + 1
    reader = csv.reader(islice(_lines(text), before, None), delimiter=delimiter, strict=strict)
    try:
        with _long_cells():
            for cells in reader:
                yield begin, cells
                begin = before + reader.line_num + 1
    except csv.Error as error:
        raise ParseError(f"no table: {error}", file=records.file, line=begin) from error


def _head(text: Text) -> str:
    """Return the beginning of a text, at least as much as a header is looked for in."""
    head = ""
    for piece in _pieces(text):
        head += piece
        if len(head) >= _HEAD:
            break
    return head


def _pieces(text: Text) -> Iterable[str]:
    return [text] if isinstance(text, str) else text


def _lines(text: Text) -> Iterator[str]:
    """Yield lines with their ends, one by one: no second copy of the text is made."""
    for piece in _pieces(text):
        begin = 0
        while begin < len(piece):
            end = piece.find("\n", begin) + 1 or len(piece)
            yield piece[begin:end]
            begin = end


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as reference lists are; the limit is the module's own and put back."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
