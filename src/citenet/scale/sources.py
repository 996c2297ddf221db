"""Where tables come from: files are looked at before an engine opens them, so that all engines open the same ones."""

from __future__ import annotations

import glob
import gzip
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citenet._support.optional import require
from citenet.errors import ColumnError, InputError

__all__ = ["Source", "source_of"]

_ENDINGS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson": "jsonl",
}


@dataclass(frozen=True, eq=False)
class Source:
    """A table somewhere: files of one kind, or a table that an engine or a data frame library already holds.

    Parameters
    ----------
    name : str
        What it is called in messages.
    kind : str
        "parquet", "csv", "jsonl" or "frame".
    files : tuple of str
        In order of their path.
    frame : object
    columns : tuple of str
        Those that are there; of JSON Lines, those that are asked for (a key may be absent anywhere).
    problems : tuple of dict
        Files left out: table, file, kind, detail.
    rows : int or None
        Known without reading for Parquet alone.
    size : int
        Bytes of the local files.
    uniform : bool
        Whether all files have the same columns in the same order.
    """

    name: str
    kind: str
    files: tuple[str, ...] = ()
    frame: Any = None
    columns: tuple[str, ...] = ()
    problems: tuple[dict[str, str], ...] = ()
    rows: int | None = None
    size: int = 0
    uniform: bool = True


def source_of(name: str, given: Any, wanted: Sequence[str]) -> Source:
    """Look at a table before an engine opens it.

    Parameters
    ----------
    name : str
        "works" or "citations".
    given : path, glob, list of paths, or table
        Parquet, CSV or JSON Lines (also gzipped); or a DuckDB relation, a Spark, pandas, Polars or Arrow table.
    wanted : sequence of str
        Columns that must be there.

    Raises
    ------
    InputError, ColumnError
        If nothing is there, the files are of different kinds, none of them can be read, or none has the columns.

    Notes
    -----
    A local file that cannot be opened, or lacks a column that the others have, is left out and listed in ``problems``.
    Files elsewhere (``s3://…``) are left to the engine.
    """
    paths = _paths(given)
    if paths is None:
        columns = tuple(_columns_of(given))
        _check_columns(name, columns, wanted)
        known = not type(given).__module__.lstrip("_").startswith(("duckdb", "pyspark"))  # others would have to count
        shape = getattr(given, "shape", None) if known else None
        rows = shape[0] if isinstance(shape, tuple) and isinstance(shape[0], int) else None
        return Source(name, "frame", frame=given, columns=columns, rows=rows)
    kinds = {_kind(name, path) for path in paths}
    if len(kinds) > 1:
        raise InputError(f"{name}: files of one kind are read together; found {', '.join(sorted(kinds))}")
    kind = kinds.pop()
    if any("://" in path for path in paths):
        return Source(name, kind, tuple(paths), columns=tuple(wanted))
    return _looked_at(name, kind, paths, wanted)


def _looked_at(name: str, kind: str, paths: list[str], wanted: Sequence[str]) -> Source:
    kept: list[str] = []
    problems: list[dict[str, str]] = []
    found: list[tuple[str, ...]] = []
    rows = 0
    for path in paths:
        try:
            columns, n = _header(kind, path, wanted)
        except (OSError, EOFError, ValueError) as error:  # Arrow's errors are among them
            problems.append({"table": name, "file": path, "kind": "unreadable shard", "detail": str(error)[:200]})
            continue
        found.append(columns)
        lacking = [column for column in wanted if column not in columns]
        if columns and lacking:
            detail = f"no column {lacking[0]!r}; it has {', '.join(columns)}"
            problems.append({"table": name, "file": path, "kind": "missing column", "detail": detail})
        elif not columns or n == 0:
            problems.append({"table": name, "file": path, "kind": "empty shard", "detail": "nothing in it"})
        else:
            kept.append(path)
            rows += n or 0
    if not kept:
        if any(found):
            _check_columns(name, max(found, key=len), wanted)
        raise InputError(f"{name}: none of {len(paths)} files can be read: {problems[0]['detail']} ({paths[0]})")
    common = [
        column for column in dict.fromkeys(c for one in found for c in one) if all(column in one for one in found)
    ]
    size = sum(os.path.getsize(path) for path in kept)
    return Source(
        name,
        kind,
        tuple(kept),
        columns=tuple(common or wanted),
        problems=tuple(problems),
        rows=rows if kind == "parquet" else None,
        size=size,
        uniform=len(set(found)) < 2,
    )


def _paths(given: Any) -> list[str] | None:
    """Paths in order, or None for a table."""
    if isinstance(given, str | Path):
        given = [given]
    if not isinstance(given, list | tuple) or not all(isinstance(path, str | Path) for path in given):
        return None
    paths: list[str] = []
    for pattern in map(str, given):
        if "://" in pattern:
            paths.append(pattern)
            continue
        folder = Path(pattern)
        hits = [str(p) for p in folder.rglob("*") if p.is_file() and _ending(str(p))] if folder.is_dir() else []
        hits = hits or glob.glob(pattern, recursive=True)
        if not hits:
            raise InputError(f"no file matches {pattern!r}")
        paths += hits
    return sorted(dict.fromkeys(paths))


def _ending(path: str) -> str | None:
    lowered = path.lower()
    return next((kind for ending, kind in _ENDINGS.items() if lowered.endswith(ending)), None)


def _kind(name: str, path: str) -> str:
    kind = _ending(path)
    if kind is None:
        raise InputError(f"{name}: {path} is of no known kind; its name must end in {', '.join(_ENDINGS)}")
    return kind


def _header(kind: str, path: str, wanted: Sequence[str]) -> tuple[tuple[str, ...], int | None]:
    """Columns of a file, and rows where they are known without reading it."""
    if os.path.getsize(path) == 0:
        return (), 0
    if kind == "parquet":
        file = require("pyarrow.parquet", "scale").ParquetFile(path)
        return tuple(file.schema_arrow.names), file.metadata.num_rows
    opened: Any = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig") as file:
        line = file.readline(1 << 20)
        more = bool(file.readline(1 << 20).strip())
    if kind == "jsonl":
        return tuple(wanted), None if line.strip() or more else 0
    import csv

    return tuple(next(csv.reader([line]), [])), None if more else 0


def _columns_of(table: Any) -> Iterable[str]:
    columns = getattr(table, "column_names", None) or getattr(table, "columns", None)
    if columns is None or isinstance(columns, str):
        raise InputError(
            f"a table is a path, a glob, a list of paths or a table with columns; {type(table).__name__} is none"
        )
    return [str(column) for column in columns]


def _check_columns(name: str, columns: Sequence[str], wanted: Sequence[str]) -> None:
    for column in wanted:
        if column not in columns:
            raise ColumnError(name, column, columns)
