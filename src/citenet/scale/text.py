"""CSV and JSON Lines, read in one way whatever the engine: into Parquet, which every engine reads alike.

A line that cannot be read (another number of fields than the header, no JSON object) is a row of gaps, and counted.
A file that cannot be read to its end is an error.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Any

from citenet._support.optional import require
from citenet.scale.packed import unpacked

__all__ = ["Text", "cell_text", "converted"]

_PIECE = 1 << 24  # bytes
_ROWS = 50_000
_MARK = "\ufeff".encode()  # of the order of bytes


@dataclass
class Text:
    """What a text file holds.

    Parameters
    ----------
    columns : tuple of str
        Of CSV all; of JSON Lines those that were asked for and are stated anywhere.
    rows : int
    broken : int
        Lines that cannot be read; they are rows of gaps.
    """

    columns: tuple[str, ...] = ()
    rows: int = 0
    broken: int = 0


def converted(kind: str, path: str, columns: Sequence[str], target: str) -> Text:
    """Write some columns of a text file as text to a file of Parquet.

    Parameters
    ----------
    kind : {"csv", "jsonl"}
    path : str
        Packed if it ends in .gz.
    columns : sequence of str
        Those that are needed, where they are there.
    target : str
        Written only where there is a row.

    Raises
    ------
    OSError, EOFError, ValueError, zlib.error
        If the file cannot be read to its end.
    """
    text = Text()
    with unpacked(path) as file:
        tables = {"csv": _csv, "jsonl": _json_lines}[kind](file, tuple(dict.fromkeys(columns)), text)
        writer = None
        try:
            for table in tables:
                writer = writer or require("pyarrow.parquet", "scale").ParquetWriter(target, table.schema)
                writer.write_table(table)
                text.rows += table.num_rows
        except UnicodeDecodeError as error:
            raise ValueError(f"after {text.rows:,} rows: no UTF-8 ({error.reason}); write it as UTF-8") from error
        except csv.Error as error:
            raise ValueError(f"after {text.rows:,} rows: {error}") from error
        finally:
            if writer:
                writer.close()
    return text


def _csv(file: Any, columns: tuple[str, ...], text: Text) -> Iterator[Any]:
    """Tables of the columns that are there. Without a quotation mark Arrow splits them, which is faster."""
    lines = (line.removeprefix(_MARK) if i == 0 else line for i, line in enumerate(file))
    header = next((row for row in csv.reader(map(bytes.decode, lines), strict=True) if not _blank(row)), [])
    text.columns = tuple(header)
    places = {column: header.index(column) for column in columns if column in header}
    if not places:
        return
    while block := file.read(_PIECE):
        block += file.readline()
        if b'"' in block or block.count(b"\r") != block.count(b"\r\n"):
            rest = itertools.chain(io.BytesIO(block), file)
            yield from _rows(map(bytes.decode, rest), len(header), places, text)
            return
        try:
            yield _split(block, len(header), places)
        except require("pyarrow", "scale").ArrowInvalid:
            yield from _rows(map(bytes.decode, io.BytesIO(block)), len(header), places, text)


def _split(block: bytes, width: int, places: dict[str, int]) -> Any:
    arrow, pyarrow = require("pyarrow.csv", "scale"), require("pyarrow", "scale")
    names = [str(place) for place in range(width)]
    table = arrow.read_csv(
        pyarrow.BufferReader(block),
        read_options=arrow.ReadOptions(column_names=names),
        parse_options=arrow.ParseOptions(quote_char=False),
        convert_options=arrow.ConvertOptions(
            column_types=dict.fromkeys(names, pyarrow.string()),
            include_columns=[str(place) for place in places.values()],
        ),
    )
    return table.rename_columns(list(places))


def _rows(lines: Iterator[str], width: int, places: dict[str, int], text: Text) -> Iterator[Any]:
    reader = csv.reader(lines, strict=True)
    chosen: Callable[[Any], Any] = itemgetter(*places.values())
    gaps = [None] * width
    while batch := list(itertools.islice(reader, _ROWS)):
        stated = [row if len(row) == width else gaps for row in batch if len(row) == width or not _blank(row)]
        text.broken += sum(row is gaps for row in stated)
        cells = map(chosen, stated)
        if stated:
            yield _table(places, list(zip(*cells, strict=True)) if len(places) > 1 else [list(cells)])


def _blank(row: list[str]) -> bool:
    return len(row) < 2 and not "".join(row).strip()


def _json_lines(file: Any, columns: tuple[str, ...], text: Text) -> Iterator[Any]:
    """Tables of some keys; all else in a line is passed over without being built."""
    decode = _decoder(columns)
    keys = [f"key_{i}" for i in range(len(columns))]
    beginning, absent = _MARK, require("msgspec", "scale").UNSET
    while block := file.read(_PIECE):
        rows = _objects((block + file.readline()).removeprefix(beginning), decode, text)
        beginning = b""
        found = [list(map(attrgetter(key), rows)) for key in keys]
        stated = {column for column, cells in zip(columns, found, strict=True) if not all(c is absent for c in cells)}
        text.columns = tuple(column for column in columns if column in stated or column in text.columns)
        yield _table(columns, [[None if c is absent else cell_text(c) for c in cells] for cells in found])


def _objects(block: bytes, decode: Callable[[bytes], Any], text: Text) -> list[Any]:
    """One object a line."""
    broken = require("msgspec", "scale").DecodeError
    gaps = decode(b"{}")
    rows = []
    for line in block.split(b"\n"):
        if not line or line.isspace():
            continue
        try:
            rows.append(decode(line))
        except (broken, UnicodeDecodeError):
            rows.append(gaps)
            text.broken += 1
    return rows


def _decoder(columns: tuple[str, ...]) -> Callable[[bytes], Any]:
    msgspec = require("msgspec", "scale")
    names = {f"key_{i}": column for i, column in enumerate(columns)}
    row = msgspec.defstruct("Row", [(name, Any, msgspec.UNSET) for name in names], rename=names, gc=False)
    decode: Callable[[bytes], Any] = msgspec.json.Decoder(row).decode
    return decode


def _table(names: Any, columns: list[Any]) -> Any:
    pyarrow = require("pyarrow", "scale")
    schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
    return pyarrow.Table.from_arrays([pyarrow.array(cells, pyarrow.string()) for cells in columns], schema=schema)


def cell_text(value: Any) -> str | None:
    """Text of a cell; a whole number held as a float is a whole number, and NaN none at all.

    >>> cell_text(12.0), cell_text("12.0"), cell_text(True), cell_text(float("nan"))
    ('12', '12.0', 'true', None)
    """
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
