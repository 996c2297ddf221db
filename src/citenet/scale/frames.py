"""Tables of data frame libraries as tables of Arrow, of types that every engine takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citenet._support.optional import require
from citenet.errors import InputError
from citenet.scale.text import cell_text

__all__ = ["arrow_of"]


def arrow_of(name: str, frame: Any, columns: Sequence[str]) -> Any:
    """Bring some columns of a pandas, Polars or Arrow table here; one that mixes numbers and text becomes text.

    Raises
    ------
    InputError
        If it is no such table, or two of its columns have one name.
    """
    narwhals, pyarrow = require("narwhals", "scale"), require("pyarrow", "scale")
    try:
        chosen = narwhals.from_native(frame).lazy().select(*columns)
    except (TypeError, narwhals.exceptions.NarwhalsError) as error:
        raise InputError(f"{name}: a {type(frame).__name__} that cannot be read: {error}") from error
    try:
        arrow = chosen.collect("pyarrow").to_native()
    except pyarrow.ArrowException:
        cells = {column: list(map(cell_text, frame[column])) for column in columns}
        arrow = pyarrow.table({column: pyarrow.array(told, pyarrow.string()) for column, told in cells.items()})
    return arrow.cast(pyarrow.schema([(column.name, _plain(column.type)) for column in arrow.schema]))


def _plain(kind: Any) -> Any:
    """Type that Spark takes as well as DuckDB."""
    pyarrow, types = require("pyarrow", "scale"), require("pyarrow.types", "scale")
    if types.is_dictionary(kind):
        return _plain(kind.value_type)
    if types.is_null(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return pyarrow.string()
    if types.is_unsigned_integer(kind):
        return pyarrow.string() if kind.bit_width == 64 else pyarrow.int64()
    return pyarrow.float64() if types.is_float16(kind) else kind
