"""Rows kept by column: what a reader finds becomes pieces of a table as it comes, and is no Python object any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.tables import alike, as_text, as_type, known_texts, reordered, taken, together
from citenet.io._cells import Array, Cells, as_list, distinct_cells, packed, typed, values_of
from citenet.io._coded import Coded

__all__ = ["Order", "Row", "Rows"]

Row = dict[str, Any]
Piece = dict[str, Cells]
Order = npt.NDArray[np.signedinteger[Any]]
_PIECE = 2048  # rows


class Rows:
    """A growing table that takes and gives rows as dicts; a cell that was not given is None.

    The last rows are lists of Python objects, those before them pieces of a table, at a third of the memory.

    >>> rows = Rows([{"raw": "A. 2004.", "year": 2004}])
    >>> rows.append({"raw": "B."})
    >>> len(rows), rows[0]["year"], rows[-1]
    (2, 2004, {'raw': 'B.', 'year': None})
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._pieces: list[tuple[int, dict[str, Cells]]] = []  # number of rows, and their known columns
        self._n_before = 0  # rows of the pieces
        self._last: dict[str, list[Any]] = {}  # of all columns there are; cells are missing where none was given
        self._n_last = 0
        for row in rows:
            self.append(row)

    def __len__(self) -> int:
        return self._n_before + self._n_last

    def __getitem__(self, at: int) -> Row:
        at = range(len(self))[at]
        parts = self._parts()
        n, columns = next(parts)
        while at >= n:
            at -= n
            n, columns = next(parts)
        return {name: (*as_list(columns.get(name, [])[at : at + 1]), None)[0] for name in self._last}

    def __iter__(self) -> Iterator[Row]:
        for n, columns in self._parts():
            lists = [as_list(columns.get(name, []), n) for name in self._last]
            for cells in zip(*lists, strict=True) if lists else repeat((), n):
                yield dict(zip(self._last, cells, strict=True))

    def append(self, row: Row) -> None:
        """Add a row."""
        columns, length = self._last, self._n_last
        for name, value in row.items():
            cells = columns.get(name)
            if cells is None:
                cells = columns[name] = []
            if value is None:  # as where it is not given
                continue
            if len(cells) < length:
                cells.extend(repeat(None, length - len(cells)))
            cells.append(value)
        self._n_last = length + 1
        if self._n_last >= _PIECE:
            self._close()

    def extend(self, columns: Mapping[str, Cells], **same: Any) -> None:
        """Add many rows: their columns, all of one length, and cells that are the same in all of them."""
        n = max(map(len, columns.values()), default=0)
        cells: dict[str, Cells] = {
            name: [value] * n if n < _PIECE else Coded([value], np.zeros(n, dtype=np.int16))
            for name, value in same.items()
        }
        self._extend(n, {**columns, **cells})

    def _extend(self, n: int, columns: Mapping[str, Cells]) -> None:
        if n >= _PIECE:
            self._close()
            self._add(n, columns)
            return
        for name, cells in columns.items():
            before = self._last.setdefault(name, [])
            before.extend(repeat(None, self._n_last - len(before)))
            before.extend(as_list(cells, n))
        self._n_last += n
        if self._n_last >= _PIECE:
            self._close()

    def absorb(self, other: Rows) -> None:
        """Take over the rows of another table."""
        for n, columns in other._given_up():
            if n >= _PIECE:
                self._close()
                self._put(n, columns, columns)
            else:
                self._extend(n, columns)

    def _given_up(self) -> list[tuple[int, dict[str, Cells]]]:
        """Hand over all rows, of which none is left here: cells are then let go one by one."""
        parts = [(n, dict(columns)) for n, columns in self._parts()]
        self.__init__()  # type: ignore[misc]
        return parts

    def _close(self) -> None:
        """Make a piece of the last rows."""
        last, self._last = self._last, {name: [] for name in self._last}
        n, self._n_last = self._n_last, 0
        if n:
            self._add(n, last)

    def _add(self, n: int, columns: Mapping[str, Cells]) -> None:
        piece = {name: array for name, cells in columns.items() if (array := packed(cells, n)) is not None}
        self._put(n, piece, columns)

    def _put(self, n: int, columns: Piece, names: Iterable[str]) -> None:
        self._pieces.append((n, columns))
        self._n_before += n
        for name in names:
            self._last.setdefault(name, [])

    def _parts(self) -> Iterator[tuple[int, Mapping[str, Cells]]]:
        yield from self._pieces
        if self._n_last:
            yield self._n_last, self._last

    def column(self, name: str) -> list[Any]:
        """Cells of a column, None where none was given."""
        return _listed([(n, columns.get(name)) for n, columns in self._parts()], None)

    def columns(self) -> dict[str, list[Any]]:
        """Cells by column."""
        return {name: self.column(name) for name in self._last}

    def distinct(self, name: str) -> list[Any]:
        """Return what stands in a column, each once, in the order in which it comes."""
        parts = (distinct_cells(columns[name]) for _, columns in self._parts() if name in columns)
        return list(dict.fromkeys(chain.from_iterable(parts)))

    def texts(self, name: str) -> Iterator[list[str]]:
        """Yield the texts that stand in a column, piece by piece, perhaps some of them more than once."""
        self._close()
        for _, columns in self._pieces:
            if name in columns:
                held = pd.Series(values_of(columns[name]), copy=False)
                yield from known_texts(held if held.dtype == "str" else as_text(held))

    def factorized(self, name: str) -> tuple[Order, Array]:
        """Return the texts of a column, each once, and which of them each cell has, -1 for none."""
        self._close()
        pieces = [(n, columns.get(name)) for n, columns in self._pieces]
        if _are_of(pieces, "str"):
            values, codes = _as_one(pieces, "str")
        else:
            values, codes = as_text(pd.Series(self.column(name), dtype=object)).array, None
        numbers, texts = values.factorize()
        numbers = np.append(numbers.astype(np.int32), np.int32(-1))
        return numbers[:-1] if codes is None else numbers[codes], texts

    def taken_out(self, name: str, dtype: str) -> Any:
        """Hand over a column, which the rows then have no more."""
        self._close()
        self._last.pop(name, None)
        return _column(self._pieces, name, dtype, where=name)

    def frame(
        self,
        schema: Mapping[str, str],
        *,
        order: Order | None = None,
        known: Mapping[str, Array] = MappingProxyType({}),
        what: str = "table",
    ) -> pd.DataFrame:
        """Hand over the rows as a table; none is left here, as the cells would else be held twice.

        Parameters
        ----------
        schema : mapping of str to str
            Columns that come first, and their types. Further ones that are known follow, typed by content.
        order : array of int, optional
            Which row comes first, second … A column is made in this order at once, column by column.
        known : mapping of str to array, optional
            Columns of the schema that were taken out, in their types.
        what : str
            What the table is called in messages.

        Returns
        -------
        DataFrame
            In the types of the schema; blank text is unknown in any column, and further columns are known somewhere.
        """
        self._close()
        further = sorted(self._last.keys() - schema.keys())
        n, pieces = len(self), self._given_up()
        columns = dict.fromkeys(schema)
        for name in sorted(schema, key=lambda name: -_size(pieces, name)):  # the largest while the others are small
            if name in known:
                columns[name] = known[name] if order is None else known[name].take(order)
            else:
                columns[name] = _column(pieces, name, schema[name], order, f"{what}.{name}")
        columns |= {name: cells for name in further if (cells := _further(pieces, name, order)) is not None}
        return pd.DataFrame(columns, index=range(n), copy=False)


def _size(parts: list[tuple[int, Piece]], name: str) -> int:
    """Return how many bytes the pieces of a column take."""
    return sum(getattr(values_of(columns.get(name)), "nbytes", 0) for _, columns in parts)


def _column(parts: list[tuple[int, Piece]], name: str, dtype: str, order: Order | None = None, where: str = "") -> Any:
    """Cells of a column, which are let go there, as an array of a type."""
    pieces = [(n, columns.pop(name, None)) for n, columns in parts]
    if not _are_of(pieces, dtype):
        return as_type(pd.Series(typed(_listed(pieces, order), dtype)), dtype, where).array
    return _in_order(_as_one(pieces, dtype), order, dtype)


def _listed(pieces: list[tuple[int, Any]], order: Order | None) -> list[Any]:
    """Cells of the pieces of a column, None where none was given."""
    cells = list(chain.from_iterable(as_list([] if some is None else some, n) for n, some in pieces))
    return cells if order is None else [cells[at] for at in order.tolist()]


def _in_order(found: list[Any], order: Order | None, dtype: str) -> Any:
    """Array of cells, given what `_as_one` found."""
    codes = found.pop()
    if codes is not None and not len(found[0]):
        return _unknown(len(codes), dtype)
    if codes is None:
        return found[0] if order is None else reordered(found, order)
    if len(found[0]) == 1 and codes.min() == 0 and dtype == "str":
        return alike(found[0][0], len(codes))
    return taken(found, codes if order is None else codes[order])


def _are_of(pieces: list[tuple[int, Any]], dtype: str) -> bool:
    kinds = {str(values_of(cells).dtype) for _, cells in pieces if cells is not None}
    return dtype in ("str", "Int64") and kinds <= ({dtype, "int64", "int32", "int16"} if dtype == "Int64" else {dtype})


def _as_one(pieces: list[tuple[int, Any]], dtype: str) -> list[Any]:
    """Values that stand in the pieces of a column, which are let go, and which of them each cell has, -1 for none.

    Where the cells themselves are the values, None stands for their numbers. A text may be there more than once.
    """
    known = [typed(values_of(cells), dtype) for _, cells in pieces if cells is not None]
    values = together(known) if known else typed([], dtype)
    if len(known) == len(pieces) and not any(isinstance(cells, Coded) for _, cells in pieces):
        pieces.clear()
        return [values, None]
    codes = np.full(sum(n for n, _ in pieces), -1, dtype=np.int32)
    begin = offset = 0
    for n, cells in pieces:
        if isinstance(cells, Coded):
            codes[begin : begin + n] = np.where(cells.codes < 0, -1, cells.codes.astype(np.int32) + offset)
        elif cells is not None:
            codes[begin : begin + n] = np.arange(offset, offset + n)
        begin += n
        offset += 0 if cells is None else len(values_of(cells))
    if 1 < len(values) <= len(pieces):  # one or two each, perhaps always the same
        numbers, values = values.factorize()
        codes = np.append(numbers, -1)[codes]
    pieces.clear()
    return [values, codes]


def _further(parts: list[tuple[int, Piece]], name: str, order: Order | None) -> Any:
    """Cells of a column that no schema names: truths, numbers or text, whichever they all are; None if unknown."""
    pieces = [(n, columns.pop(name, None)) for n, columns in parts]
    for dtype in ("str", "Int64"):
        if _are_of(pieces, dtype):
            found = _in_order(_as_one(pieces, dtype), order, dtype)
            return None if found.isna().all() else found
    cells = _listed(pieces, order)
    kinds = set(map(type, cells)) - {type(None)}
    if not kinds:
        return None
    if kinds == {bool}:
        return pd.Series(cells, dtype="boolean" if None in cells else "bool").array
    if float in kinds and kinds <= {int, float}:
        found = pd.Series([np.nan if cell is None else float(cell) for cell in cells])
    else:
        dtype = "Int64" if kinds <= {int, bool} else "str"
        found = pd.Series(typed(cells, dtype) if len(kinds) == 1 else pd.Series(cells, dtype=dtype))
        found = as_text(found) if found.dtype == "str" else found.infer_objects()
    return None if found.isna().all() else found.array


def _unknown(n: int, dtype: str) -> Any:
    if dtype == "str":
        return alike(None, n)
    return pd.arrays.IntegerArray(np.zeros(n, dtype="int64"), np.ones(n, dtype=bool))
