"""Where tables come from: files are looked at before an engine opens them, so that all engines open the same ones."""

from __future__ import annotations

import csv
import glob
import mmap
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from citenet._support.optional import require
from citenet.errors import ColumnError, InputError
from citenet.scale.packed import broken, unpacked

__all__ = ["COLUMN_ABSENT", "Part", "Source", "source_of"]

_ENDINGS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson": "jsonl",
}


_PIECE = 1 << 20
COLUMN_ABSENT = "column absent"


@dataclass(frozen=True)
class Part:
    """Files that are alike, so that an engine can read them together.

    Parameters
    ----------
    files : tuple of str
        In order of their path.
    columns : tuple of str
        Those that are there; of CSV all, in their order.
    types : tuple of str
        Those of the columns that are used, where the files state them.
    skip : int
        Blank lines above the header of CSV.
    quoted : bool
        Whether a quotation mark stands anywhere in CSV: then a line break may be part of a field.
    """

    files: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...] = ()
    skip: int = 0
    quoted: bool = True


@dataclass(frozen=True, eq=False)
class Source:
    """A table somewhere: files of one kind, or a table that an engine or a data frame library already holds.

    Parameters
    ----------
    name : str
        What it is called in messages.
    kind : str
        "parquet", "csv", "jsonl" or "frame".
    parts : tuple of Part
    frame : object
    columns : tuple of str
        Those that are there; of JSON Lines, those that are used (a key may be absent anywhere); of files elsewhere
        none: the engine has to look at them.
    problems : tuple of dict
        Files left out, and those read without a column that others have: table, file, kind, detail.
    rows : int or None
        Known without reading for Parquet alone.
    size : int
        Bytes of the local files.
    """

    name: str
    kind: str
    parts: tuple[Part, ...] = ()
    frame: Any = None
    columns: tuple[str, ...] = ()
    problems: tuple[dict[str, str], ...] = ()
    rows: int | None = None
    size: int = 0

    @property
    def files(self) -> tuple[str, ...]:
        """All files."""
        return tuple(file for part in self.parts for file in part.files)


def source_of(name: str, given: Any, wanted: Sequence[str], more: Sequence[str] = ()) -> Source:
    """Look at a table before an engine opens it.

    Parameters
    ----------
    name : str
        "works" or "citations".
    given : path, glob, list of paths, or table
        Parquet, CSV or JSON Lines (also gzipped); or a DuckDB relation, a Spark, pandas, Polars or Arrow table.
    wanted : sequence of str
        Columns that must be there.
    more : sequence of str
        Columns that are used where they are there.

    Raises
    ------
    InputError, ColumnError
        If nothing is there, the files are of different kinds, none of them can be read, or none has the columns.

    Notes
    -----
    A local file that cannot be opened, or lacks a column that is needed, is left out and listed in ``problems``; one
    that lacks another column, which other files have, is read without it and listed. Files elsewhere (``s3://…``) are
    left to the engine.
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
        return Source(name, kind, (Part(tuple(paths), ()),), columns=(*wanted, *more) if kind == "jsonl" else ())
    return _looked_at(name, kind, paths, wanted, more)


def _looked_at(name: str, kind: str, paths: list[str], wanted: Sequence[str], more: Sequence[str]) -> Source:
    kept: list[Part] = []
    poor: list[Part] = []
    problems: list[dict[str, str]] = []
    rows = 0
    for path in paths:
        try:
            part, n = _LOOKS[kind](path, (*wanted, *more))
        except broken(ValueError) as error:  # Arrow's errors are among them
            problems.append({"table": name, "file": path, "kind": "unreadable shard", "detail": str(error)[:200]})
            continue
        lacking = [column for column in wanted if column not in part.columns]
        if not part.columns or n == 0:
            problems.append({"table": name, "file": path, "kind": "empty shard", "detail": "nothing in it"})
        elif lacking:
            poor.append(part)
            detail = f"no column {lacking[0]!r}; it has {', '.join(part.columns)}"
            problems.append({"table": name, "file": path, "kind": "missing column", "detail": detail})
        else:
            kept.append(part)
            rows += n or 0
    if not kept:
        for part in poor[:1]:
            _check_columns(name, part.columns, wanted)
        raise InputError(f"{name}: none of {len(paths)} files can be read: {problems[0]['detail']} ({paths[0]})")
    columns = tuple(dict.fromkeys(column for part in kept for column in part.columns))
    for column in (column for column in more if column in columns):
        without = [part.files[0] for part in kept if column not in part.columns]
        detail = f"no column {column!r}, which other files have; read without it"
        problems += [{"table": name, "file": file, "kind": COLUMN_ABSENT, "detail": detail} for file in without]
    size = sum(os.path.getsize(part.files[0]) for part in kept)
    whole = rows if kind == "parquet" else None
    return Source(name, kind, _alike(kept), columns=columns, problems=tuple(problems), rows=whole, size=size)


def _alike(parts: list[Part]) -> tuple[Part, ...]:
    """Put files together that are read alike."""
    found: dict[Part, list[str]] = {}
    for part in parts:
        found.setdefault(replace(part, files=()), []).extend(part.files)
    return tuple(replace(part, files=tuple(files)) for part, files in found.items())


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
        place = Path(pattern)
        hits = [str(p) for p in place.rglob("*") if _of_folder(p, place)] if place.is_dir() else []
        hits = hits or ([pattern] if place.is_file() else glob.glob(pattern, recursive=True))
        if not hits:
            raise InputError(f"no file matches {pattern!r}")
        paths += hits
    return sorted(dict.fromkeys(paths))


def _ending(path: str) -> str | None:
    lowered = path.lower()
    return next((kind for ending, kind in _ENDINGS.items() if lowered.endswith(ending)), None)


def _kind(name: str, path: str) -> str:
    kind = _ending(path)
    if kind is None and "://" in path and "." not in path.rstrip("/").rpartition("/")[2]:
        return "parquet"  # a folder
    if kind is None:
        raise InputError(f"{name}: {path} is of no known kind; its name must end in {', '.join(_ENDINGS)}")
    return kind


def _of_folder(path: Path, folder: Path) -> bool:
    """Whether a file is one of the table: not one that a program keeps for itself, or left when it died."""
    own = any(part.startswith(("_", ".")) for part in path.relative_to(folder).parts)
    return not own and path.is_file() and _ending(str(path)) is not None


def _parquet(path: str, used: Sequence[str]) -> tuple[Part, int | None]:
    """Look at a Parquet file; and how many rows it has."""
    if not os.path.getsize(path):
        return Part((path,), ()), 0
    file = require("pyarrow.parquet", "scale").ParquetFile(path)
    types = {column.name: str(column.type) for column in file.schema_arrow}
    stated = tuple(types.get(column, "") for column in used)
    return Part((path,), tuple(types), stated, quoted=False), file.metadata.num_rows


def _text(path: str, _: Sequence[str]) -> tuple[Part, int | None]:
    """Look at a CSV file, to the end of a packed one, whose checksum stands there."""
    quoted, lines = _read_through(path), _first_lines(path)
    blank = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    header = next(csv.reader([lines[blank]]), []) if blank < len(lines) else []
    seen: dict[str, int] = {}
    names = []
    for name in header:  # of columns of one name the first counts
        number = seen[name.lower()] = seen.get(name.lower(), 0) + 1
        names.append(name if number == 1 else f"{name}_{number}")
    return Part((path,), tuple(names), skip=blank, quoted=quoted), None if any(
        map(str.strip, lines[blank + 1 :])
    ) else 0


def _json_lines(path: str, used: Sequence[str]) -> tuple[Part, int | None]:
    """Look at a file of JSON Lines."""
    _read_through(path)
    lines = _first_lines(path)
    if lines and lines[0].startswith("\ufeff"):
        raise ValueError("it begins with a byte order mark; write it anew without")
    return Part((path,), tuple(used)), None if any(map(str.strip, lines)) else 0


_LOOKS = {"parquet": _parquet, "csv": _text, "jsonl": _json_lines}


def _read_through(path: str) -> bool:
    """Read a packed file to its end, or raise; whether there is a quotation mark in it."""
    if not os.path.getsize(path):
        return False
    if not path.endswith(".gz"):
        with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            return view.find(b'"') >= 0
    found = False
    with unpacked(path) as file:
        while piece := file.read(_PIECE):
            found = found or b'"' in piece
    return found


def _first_lines(path: str) -> list[str]:
    """Lines up to the second that is not blank."""
    lines: list[str] = []
    with unpacked(path) as file:
        while sum(map(bool, map(str.strip, lines))) < 2 and (line := file.readline(_PIECE)):
            lines.append(line.decode("utf-8"))
    return lines


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
