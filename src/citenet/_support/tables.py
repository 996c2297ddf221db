"""Tables inside frozen objects: checked on the way in, copied on the way out, saved as plain files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, overload

import pandas as pd

from citenet.errors import InputError, ParseError

Schema = Mapping[str, str]


class Table:
    """A dataclass field that holds a DataFrame and hands out copies of it.

    Under pandas' copy-on-write a shallow copy costs nothing and shields the original.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._slot = f"_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> None: ...
    @overload
    def __get__(self, instance: object, owner: type) -> pd.DataFrame: ...
    def __get__(self, instance: object | None, owner: type) -> pd.DataFrame | None:
        if instance is None:
            return None
        table: pd.DataFrame | None = instance.__dict__[self._slot]
        return pd.DataFrame() if table is None else table.copy(deep=False)

    def __set__(self, instance: object, value: pd.DataFrame | None) -> None:
        instance.__dict__[self._slot] = value


def conform(frame: pd.DataFrame | None, schema: Schema, name: str) -> pd.DataFrame:
    """Return the table with all columns of the schema in their types; further columns are kept.

    Empty strings become NA: unknown is NA, never "".

    Parameters
    ----------
    frame : DataFrame or None
        ``None`` gives an empty table.
    schema : mapping of str to str
        Column name to pandas dtype ("str", "Int64", "float64", "bool").
    name : str
        What the table is called in messages.

    Raises
    ------
    InputError
        If a column cannot be read as its type.
    """
    source = pd.DataFrame() if frame is None else frame
    columns: dict[str, pd.Series[Any]] = {}
    for column, dtype in schema.items():
        if column not in source:
            values: pd.Series[Any] = pd.Series([pd.NA] * len(source), index=source.index, dtype="object")
        else:
            values = source[column]
        columns[column] = _as_type(values, dtype, f"{name}.{column}")
    for column in source.columns:
        if column not in columns:
            columns[str(column)] = source[column].infer_objects()
    table = pd.DataFrame(columns, index=source.index)
    return table.copy()


def _as_type(values: pd.Series[Any], dtype: Any, where: str) -> pd.Series[Any]:
    if dtype == "str":
        text = values.astype("str") if values.dtype != "str" else values
        return text.mask((text == "") | values.isna())
    try:
        if dtype == "Int64":
            numbers = pd.to_numeric(values)
            if (numbers.dropna() % 1 != 0).any():
                raise ValueError("not whole numbers")
            return numbers.astype("Int64")
        if dtype == "float64":
            return pd.to_numeric(values.where(values.notna())).astype("float64")
        return values.astype(dtype)
    except (ValueError, TypeError) as error:
        bad = pd.to_numeric(values, errors="coerce").isna() & values.notna()
        example = values[bad].iloc[0] if bad.any() else error
        raise InputError(f"{where} must be {dtype}; {example!r} is not") from error


def save_tables(folder: str | Path, kind: str, version: int, tables: Mapping[str, pd.DataFrame], **meta: Any) -> None:
    """Write tables as JSON Lines beside a header that names kind, schema version, types and digests.

    The bytes depend on the content alone. Each row of a ``.jsonl`` file is one JSON array in column order.
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    header: dict[str, Any] = {"kind": kind, "schema_version": version, **meta, "tables": {}}
    for name, table in tables.items():
        file = path / f"{name}.jsonl"
        flat = table.reset_index() if table.index.name else table
        columns = [_plain(flat[column]) for column in flat.columns]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in zip(*columns, strict=True))
        file.write_text(text, encoding="utf-8", newline="\n")
        header["tables"][name] = {
            "index": table.index.name,
            "columns": {str(column): str(dtype) for column, dtype in flat.dtypes.items()},
            "rows": len(flat),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }
    (path / f"{kind}.json").write_text(
        json.dumps(header, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


def load_tables(folder: str | Path, kind: str, version: int) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Read what `save_tables` wrote; a changed or missing file raises `ParseError`."""
    path = Path(folder)
    head = path / f"{kind}.json"
    if not head.is_file():
        raise ParseError(f"no saved {kind} here ({head.name} is missing)", file=str(path))
    header = json.loads(head.read_text(encoding="utf-8"))
    if header["schema_version"] != version:
        raise ParseError(
            f"saved with schema {header['schema_version']}, this citenet reads {version}; "
            "read the sources again and save anew",
            file=str(head),
        )
    return {name: _load_table(path / f"{name}.jsonl", spec) for name, spec in header["tables"].items()}, header


def _load_table(file: Path, spec: Mapping[str, Any]) -> pd.DataFrame:
    if not file.is_file():
        raise ParseError("the file is missing from the saved folder", file=str(file))
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != spec["sha256"]:
        raise ParseError("the file has changed since it was saved (its sha256 differs)", file=str(file))
    rows = [json.loads(line) for line in data.decode("utf-8").split("\n") if line]
    columns = list(spec["columns"])
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    table = pd.DataFrame(
        {column: _typed(value, dtype) for (column, dtype), value in zip(spec["columns"].items(), values, strict=True)}
    )
    return table.set_index(spec["index"]) if spec["index"] else table


def _plain(values: pd.Series[Any]) -> list[Any]:
    """Column as plain Python values; missing is None."""
    as_object = values.astype("object")
    return as_object.where(values.notna(), None).tolist()


def _typed(values: Any, dtype: Any) -> pd.Series[Any]:
    if dtype == "str":
        return pd.Series(list(values), dtype="str")
    series = pd.Series(list(values), dtype="object")
    return series.astype(dtype) if dtype != "object" else series


def sha256_of(data: bytes) -> str:
    """Digest of an input, as recorded in ``corpus.sources``."""
    return hashlib.sha256(data).hexdigest()
