"""Rows kept by column: what a reader finds is a table from the first row on, at a third of the memory of its dicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Row", "Rows", "typed"]

Row = dict[str, Any]
Cells = list[Any] | npt.NDArray[Any] | pd.api.extensions.ExtensionArray


class Rows:
    """A growing table that takes and gives rows as dicts; a cell that was not given is None.

    >>> rows = Rows([{"raw": "A. 2004.", "year": 2004}])
    >>> rows.append({"raw": "B."})
    >>> len(rows), rows[0]["year"], rows[-1]
    (2, 2004, {'raw': 'B.', 'year': None})
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._columns: dict[str, Cells] = {}
        self._length = 0
        for row in rows:
            self.append(row)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: int) -> Row:
        at = range(self._length)[at]
        return {name: self._cells(name)[at] for name in self._columns}

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(self._length))

    def append(self, row: Row) -> None:
        """Add a row."""
        columns, length = self._columns, self._length
        for name, value in row.items():
            cells = columns.get(name)
            if cells is None:
                cells = columns[name] = []
            if value is None:  # as where it is not given
                continue
            if type(cells) is not list or len(cells) < length:
                cells = self._cells(name)
            cells.append(value)
        self._length = length + 1

    def extend(self, columns: Mapping[str, Cells], **same: Any) -> None:
        """Add many rows: their columns, all of one length, and cells that are the same in all of them.

        Arrays are held as they are while there are no other rows.
        """
        n = max(map(len, columns.values()), default=0)
        constant = {name: np.full(n, value, dtype=object) for name, value in same.items()}
        for name, values in {**columns, **constant}.items():
            if not isinstance(values, list) and not self._length:
                self._columns[name] = values
            else:
                self._cells(name).extend(_as_list(values))
        self._length += n

    def _cells(self, name: str) -> list[Any]:
        """Cells of a column as a list of as many as there are rows."""
        cells = _as_list(self._columns.get(name, []))
        cells.extend(repeat(None, self._length - len(cells)))
        self._columns[name] = cells
        return cells

    def column(self, name: str) -> list[Any]:
        """Cells of a column, None where none was given."""
        return self._cells(name).copy() if name in self._columns else [None] * self._length

    def columns(self) -> dict[str, list[Any]]:
        """Cells by column."""
        return {name: self.column(name) for name in self._columns}

    def frame(self, schema: Mapping[str, str]) -> pd.DataFrame:
        """Hand over the rows as a table; none is left here, as the cells would else be held twice.

        Columns of the schema come first, in their types; further ones that are known follow, typed by content.
        """
        further = sorted(self._columns.keys() - schema.keys())
        columns = {
            name: typed(self._taken(name), dtype) if name in self._columns else _unknown(self._length, dtype)
            for name, dtype in schema.items()
        }
        for name in further:
            cells = self._taken(name)
            kinds = set(map(type, cells)) - {type(None)}
            if kinds:
                columns[name] = _further(cells, kinds)
        self._length = 0
        return pd.DataFrame(columns, copy=False)

    def _taken(self, name: str) -> Cells:
        held = self._columns[name]
        cells = held if len(held) == self._length else self._cells(name)
        del self._columns[name]
        return cells


def _further(cells: Cells, kinds: set[type]) -> Any:
    """Cells of a column that no schema names: truths, numbers or text, whichever they all are."""
    if kinds == {bool}:
        return pd.Series(cells, dtype="boolean" if None in cells else "bool").array
    if float in kinds and kinds <= {int, float}:
        return np.array([np.nan if cell is None else float(cell) for cell in cells])
    dtype = "Int64" if kinds <= {int, bool} else "str"
    return typed(cells, dtype) if len(kinds) == 1 else pd.Series(cells, dtype=dtype)


def _as_list(cells: Cells) -> list[Any]:
    """Cells as a list, None where there is none."""
    if isinstance(cells, list):
        return cells
    if isinstance(cells, np.ndarray):
        return list(cells.tolist())
    objects = np.array(cells.astype("object"))
    objects[np.asarray(cells.isna())] = None
    return list(objects.tolist())


def _unknown(n: int, dtype: str) -> Any:
    if dtype not in ("Int64", "str"):
        return pd.Series([None] * n)
    nothing: Any = pd.Series([], dtype=dtype).array
    return nothing.take(np.full(n, -1), allow_fill=True)


def typed(cells: Cells, dtype: str) -> Any:
    """Array of the type where the cells are of it; anything else is left to the checks of the corpus."""
    if isinstance(cells, pd.api.extensions.ExtensionArray):
        return cells
    values = np.array(cells, dtype=object) if isinstance(cells, list) else cells
    if dtype == "str" and pd.api.types.infer_dtype(values, skipna=True) in ("string", "empty"):
        return pd.array(values, dtype="str", copy=False)
    if dtype == "Int64" and pd.api.types.infer_dtype(values, skipna=True) in ("integer", "empty"):
        unknown = np.asarray(pd.isna(values))
        known = np.where(unknown, 0, values) if unknown.any() else values
        try:
            return pd.arrays.IntegerArray(known.astype("int64"), unknown)
        except OverflowError:
            pass
    return pd.Series(values, dtype="object")
