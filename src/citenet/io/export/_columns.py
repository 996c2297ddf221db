"""Columns of a table as plain values of one kind each: what every typed format needs."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from citenet.io.export._text import number, one_line

__all__ = ["Column", "Kind", "column", "text_of"]

Kind = Literal["boolean", "integer", "double", "string"]
_LONG = 2**63


@dataclass(frozen=True)
class Column:
    """Values of one kind; None is unknown.

    Parameters
    ----------
    name : str
    kind : {"boolean", "integer", "double", "string"}
    cells : list
        Python values of that kind or None. Text is on one line and never empty, numbers are finite.
    """

    name: str
    kind: Kind
    cells: list[Any]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return all(value is None for value in self.cells)

    @property
    def is_long(self) -> bool:
        """Whether whole numbers need more than 32 bits."""
        return self.kind == "integer" and any(v is not None and not -(2**31) <= v < 2**31 for v in self.cells)

    def text(self, at: int) -> str | None:
        """Text of one value; None where it is unknown."""
        value = self.cells[at]
        return value if value is None or isinstance(value, str) else number(value)


def column(name: str, values: pd.Series[Any] | list[Any]) -> Column:
    """Turn a column of a table into plain values of the one kind that holds them all.

    Lists are joined with "; ", blank text and numbers that are not finite are unknown.

    >>> column("year", pd.Series([2004, None], dtype="Int64"))
    Column(name='year', kind='integer', cells=[2004, None])
    >>> column("score", [0.5, float("nan")]).cells, column("tags", [["b", "a"], []]).cells
    ([0.5, None], ['b; a', None])
    """
    series = pd.Series(values, dtype="object") if isinstance(values, list) else values.astype("object")
    plain = [_scalar(value) for value in series.where(series.notna(), None).tolist()]
    kind = _kind([value for value in plain if value is not None], values)
    convert: dict[Kind, Callable[[Any], Any]] = {"boolean": bool, "integer": int, "double": _finite, "string": text_of}
    return Column(name, kind, [None if value is None else convert[kind](value) for value in plain])


def _kind(known: list[Any], values: pd.Series[Any] | list[Any]) -> Kind:
    """Kind that holds all known values; where none is known, that of the column's dtype."""
    types = pd.api.types
    if not known and not isinstance(values, list):
        if types.is_bool_dtype(values):
            return "boolean"
        if types.is_integer_dtype(values):
            return "integer"
        return "double" if types.is_float_dtype(values) else "string"
    if not known or not all(isinstance(value, bool | int | float) for value in known):
        return "string"
    n_truths = sum(isinstance(value, bool) for value in known)
    if n_truths:
        return "boolean" if n_truths == len(known) else "string"
    if any(isinstance(value, float) for value in known):
        return "double"
    return "integer" if all(-_LONG <= value < _LONG for value in known) else "string"


def _scalar(value: Any) -> Any:
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value


def _finite(value: float) -> float | None:
    found = float(value)
    return found if math.isfinite(found) else None


def text_of(value: Any) -> str | None:
    """One line of text for any value; None for blanks.

    >>> text_of({"b", "a"}), text_of("  "), text_of({"k": 1})
    ('a; b', None, '{"k": 1}')
    """
    if isinstance(value, str):
        return one_line(value) or None
    if isinstance(value, set | frozenset):
        value = sorted(map(str, value))
    if isinstance(value, list | tuple):
        value = "; ".join(text for item in value if (text := text_of(item)))
    elif isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    elif isinstance(value, bool):
        value = number(value)
    return one_line(str(value)) or None
