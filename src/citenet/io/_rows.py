"""Rows kept by column: what a reader finds becomes pieces of a table as it comes, and is no Python object any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.tables import alike, together

__all__ = ["Row", "Rows", "typed"]

Row = dict[str, Any]
Cells = list[Any] | npt.NDArray[Any] | pd.api.extensions.ExtensionArray
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
        return {name: (*_as_list(columns.get(name, [])[at : at + 1]), None)[0] for name in self._last}

    def __iter__(self) -> Iterator[Row]:
        for n, columns in self._parts():
            lists = [_as_list(columns.get(name, []), n) for name in self._last]
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
        self._extend(n, {**columns, **{name: [value] * n for name, value in same.items()}})

    def _extend(self, n: int, columns: Mapping[str, Cells]) -> None:
        if n >= _PIECE:
            self._close()
            self._add(n, columns)
            return
        for name, cells in columns.items():
            before = self._last.setdefault(name, [])
            before.extend(repeat(None, self._n_last - len(before)))
            before.extend(_as_list(cells, n))
        self._n_last += n
        if self._n_last >= _PIECE:
            self._close()

    def absorb(self, other: Rows) -> None:
        """Take over the rows of another table."""
        for n, columns in other._given_up():
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
        packed = {name: array for name, cells in columns.items() if (array := _packed(cells, n)) is not None}
        self._pieces.append((n, packed))
        self._n_before += n
        for name in columns:
            self._last.setdefault(name, [])

    def _parts(self) -> Iterator[tuple[int, Mapping[str, Cells]]]:
        yield from self._pieces
        if self._n_last:
            yield self._n_last, self._last

    def column(self, name: str) -> list[Any]:
        """Cells of a column, None where none was given."""
        return [cell for n, columns in self._parts() for cell in _as_list(columns.get(name, []), n)]

    def columns(self) -> dict[str, list[Any]]:
        """Cells by column."""
        return {name: self.column(name) for name in self._last}

    def distinct(self, name: str) -> list[Any]:
        """Return what stands in a column, each once, in the order in which it comes."""
        parts = (pd.Series(columns[name], dtype=object) for _, columns in self._parts() if name in columns)
        return list(dict.fromkeys(cell for part in parts for cell in part.dropna().unique()))

    def frame(self, schema: Mapping[str, str]) -> pd.DataFrame:
        """Hand over the rows as a table; none is left here, as the cells would else be held twice.

        Columns of the schema come first, in their types; further ones that are known follow, typed by content.
        """
        self._close()
        further = sorted(self._last.keys() - schema.keys())
        n, pieces = len(self), self._given_up()
        columns = {name: typed(_taken(pieces, name, dtype), dtype) for name, dtype in schema.items()}
        columns |= {name: cells for name in further if (cells := _further(_taken(pieces, name, "str"))) is not None}
        return pd.DataFrame(columns, index=range(n), copy=False)


def _taken(parts: list[tuple[int, dict[str, Cells]]], name: str, dtype: str) -> Any:
    """Cells of a column, which are let go there: an array of one type where all pieces are of it."""
    pieces = [(n, columns.pop(name, None)) for n, columns in parts]
    types = {str(cells.dtype) for _, cells in pieces if not (cells is None or isinstance(cells, list))} or {dtype}
    if len(types) > 1 or not types <= {"str", "Int64"}:
        lists = (_as_list([] if cells is None else cells, n) for n, cells in pieces)
        return np.array(list(chain.from_iterable(lists)), dtype=object)
    return together([_unknown(n, *types) if cells is None else cells for n, cells in pieces] or [_unknown(0, *types)])


def _as_list(cells: Cells, n: int = 0) -> list[Any]:
    """Cells as a list, None where there is none, with None behind them where there are to be more."""
    if isinstance(cells, list):
        return [*cells, *repeat(None, n - len(cells))] if len(cells) < n else cells
    if isinstance(cells, pd.api.extensions.ExtensionArray):
        unknown = np.asarray(cells.isna())
        cells = np.array(cells.astype("object"))
        cells[unknown] = None
    return _as_list(list(cells.tolist()), n)


def _packed(cells: Cells, n: int) -> Any:
    """So many cells as an array that needs little memory if they are of one type; None where none is known."""
    if isinstance(cells, list):
        if cells and isinstance(cells[0], str) and cells.count(cells[0]) == n:
            return alike(cells[0], n)
        cells = np.array(_as_list(cells, n), dtype=object)
    if not isinstance(cells, np.ndarray):
        return cells
    found = pd.api.types.infer_dtype(cells, skipna=True)
    return None if found == "empty" else typed(cells, {"string": "str", "integer": "Int64"}.get(found, "object"))


def _further(cells: Cells) -> Any:
    """Cells of a column that no schema names: truths, numbers or text, whichever they all are; None if unknown."""
    if isinstance(cells, pd.api.extensions.ExtensionArray):
        return None if cells.isna().all() else cells
    kinds = set(map(type, cells)) - {type(None)}
    if not kinds:
        return None
    if kinds == {bool}:
        return pd.Series(cells, dtype="boolean" if None in cells else "bool").array
    if float in kinds and kinds <= {int, float}:
        return np.array([np.nan if cell is None else float(cell) for cell in cells])
    dtype = "Int64" if kinds <= {int, bool} else "str"
    return typed(cells, dtype) if len(kinds) == 1 else pd.Series(cells, dtype=dtype)


def _unknown(n: int, dtype: str) -> Any:
    if dtype == "str":
        return alike(None, n)
    if dtype == "Int64":
        return pd.arrays.IntegerArray(np.zeros(n, dtype="int64"), np.ones(n, dtype=bool))
    return np.full(n, None, dtype=object)


def typed(cells: Cells, dtype: str) -> Any:
    """Array of the type where the cells are of it; anything else is left to the checks of the corpus."""
    if isinstance(cells, pd.api.extensions.ExtensionArray):
        return cells
    values = np.array(cells, dtype=object) if isinstance(cells, list) else cells
    if values.dtype.kind == "i":
        return pd.arrays.IntegerArray(values.astype("int64"), np.zeros(len(values), dtype=bool))
    if dtype == "str" and pd.api.types.infer_dtype(values, skipna=True) in ("string", "empty"):
        return pd.array(values, dtype="str", copy=False)
    if dtype == "Int64" and pd.api.types.infer_dtype(values, skipna=True) in ("integer", "empty"):
        unknown = np.asarray(pd.isna(values))
        known = np.where(unknown, 0, values) if unknown.any() else values
        try:
            return pd.arrays.IntegerArray(known.astype("int64"), unknown)
        except OverflowError:
            pass
    return values
