"""Cells of a column on their way into a table: lists of Python objects, packed into arrays as soon as they are many."""

from __future__ import annotations

from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.tables import are_texts_sound, as_text
from citenet.io._coded import Coded

__all__ = ["Array", "Cells", "as_list", "distinct_cells", "packed", "typed", "values_of"]

Array = pd.api.extensions.ExtensionArray
Cells = list[Any] | npt.NDArray[Any] | Array | Coded
_SAMPLE = 64  # cells by which a column is told in which the same is said again and again


def values_of(cells: Any) -> Any:
    """Return what cells hold, each text once if they are codes of them."""
    return cells.values if isinstance(cells, Coded) else cells  # noqa: PD011 - of Coded


def as_list(cells: Cells, n: int = 0) -> list[Any]:
    """Cells as a list, None where there is none, with None behind them where there are to be more."""
    if isinstance(cells, list):
        return [*cells, *repeat(None, n - len(cells))] if len(cells) < n else cells
    if isinstance(cells, Coded):
        known = cells.codes >= 0
        found = np.full(len(cells), None, dtype=object)
        found[known] = as_list(typed(cells.values, "object").take(cells.codes[known]))
        cells = found
    if isinstance(cells, Array):
        unknown = np.asarray(cells.isna())
        cells = np.array(cells.astype("object"))
        cells[unknown] = None
    return as_list(list(cells.tolist()), n)


def distinct_cells(cells: Any) -> list[Any]:
    """Return what is known in cells, each once, in the order in which it comes."""
    if isinstance(cells, Coded):
        codes = pd.unique(cells.codes)
        cells = typed(cells.values, "object").take(codes[codes >= 0])
    return pd.Series(cells, dtype=object).dropna().unique().tolist()


def packed(cells: Any, n: int) -> Any:
    """So many cells as an array that needs little memory if they are of one type; None where none is known."""
    if isinstance(cells, Coded):
        values = _as_texts(cells.values) if cells.sound else _array(cells.values)
        return None if values is None else Coded(values, _narrowed(cells.codes), cells.sound)
    array = _array(as_list(cells, n) if isinstance(cells, list) else cells)
    if isinstance(cells, list) and array is not None and array.dtype == "str" and _often_alike(cells[:_SAMPLE]):
        codes, values = array.factorize()
        return Coded(values, _narrowed(codes)) if 2 * len(values) <= n else array
    return _narrowed(array) if isinstance(array, np.ndarray) and array.dtype.kind == "i" else array


def _often_alike(cells: list[Any]) -> bool:
    return 2 * len(set(cells)) <= len(cells)


def _narrowed(numbers: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Whole numbers in the least memory that holds the largest of them."""
    low, high = (int(numbers.min()), int(numbers.max())) if len(numbers) else (0, 0)
    types = (np.dtype(name) for name in ("int16", "int32", "int64"))
    fitting = next(dtype for dtype in types if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max)
    return numbers.astype(fitting, copy=False)


def _array(cells: Any) -> Any:
    """Cells as an array of the type that all known ones are of; None where none is known.

    Blank text is unknown, whatever stands beside it, and of half a surrogate pair is made what can be written.
    """
    if isinstance(cells, Array) or (isinstance(cells, np.ndarray) and cells.dtype.kind == "i"):
        return cells
    try:
        are_sound = are_texts_sound(cells)
    except TypeError:
        known = [cell for cell in cells if cell is not None]
        if not known:
            return None
        try:
            are_sound = are_texts_sound(known)
        except TypeError:  # not all of them are texts
            found = np.array(
                [None if isinstance(cell, str) and not cell.strip() else cell for cell in cells], dtype=object
            )
            integer = pd.api.types.infer_dtype(found, skipna=True) == "integer"
            return typed(found, "Int64" if integer else "object")
    if are_sound:
        return _as_texts(cells)
    texts = as_text(pd.Series(_as_texts(cells))).array
    return None if texts.isna().all() else texts


def _as_texts(cells: Any) -> Any:
    values = np.fromiter(cells, dtype=object, count=len(cells)) if isinstance(cells, list) else cells
    return pd.array(values, dtype="str", copy=False)


def typed(cells: Any, dtype: str) -> Any:
    """Array of the type where the cells are of it; anything else is left to the checks of the corpus."""
    if isinstance(cells, Array):
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
