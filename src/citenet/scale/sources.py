"""Where tables come from: files are looked at before an engine opens them, so that all engines open the same ones."""

from __future__ import annotations

import glob
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse
from urllib.request import url2pathname

from citenet._support.optional import require
from citenet.errors import ColumnError, InputError
from citenet.scale.frames import arrow_of
from citenet.scale.packed import broken
from citenet.scale.text import Text, converted

__all__ = ["LEFT_OUT", "Part", "Source", "source_of"]

_ENDINGS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson": "jsonl",
}

LEFT_OUT = ("unreadable shard", "missing column", "empty shard")  # other problems are of files that are read
_PLAIN = re.compile(r"[^\[\]{}*?\\:,]+")  # names that no engine takes for a pattern
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Part:
    """Files of Parquet that are alike, so that an engine can read them together.

    Parameters
    ----------
    files : tuple of str
        In order of their path.
    columns : tuple of str
        Those that are there.
    types : tuple of str
        Those of the columns that are used.
    constants : tuple of (str, str or None)
        Columns that stand in the names of folders alone (``year=2000/``), and their value.
    converted : bool
        Whether they were made of text, on this machine.
    """

    files: tuple[str, ...]
    columns: tuple[str, ...]
    types: tuple[str, ...] = ()
    constants: tuple[tuple[str, str | None], ...] = ()
    converted: bool = False


class Scratch:
    """A folder that is made when it is first needed, and removed with its last user."""

    @cached_property
    def folder(self) -> str:
        """Its path."""
        made = tempfile.mkdtemp(prefix="citenet-")
        weakref.finalize(self, shutil.rmtree, made, ignore_errors=True)
        return made

    def path(self, i: int) -> str:
        """Path of the i-th file in it."""
        return os.path.join(self.folder, f"{i}.parquet")


@dataclass(frozen=True, eq=False)
class Source:
    """A table somewhere: files, or a table that an engine or a data frame library already holds.

    Parameters
    ----------
    name : str
        What it is called in messages.
    parts : tuple of Part
        Of a text file, the Parquet that was made of it.
    frame : object
        Of an engine, or of Arrow.
    columns : tuple of str
        Those that are there; of files elsewhere none: the engine has to look at them.
    problems : tuple of dict
        Files left out, those read without a column that others have, and those with broken lines: table, file, kind,
        detail.
    rows : int or None
        Where they are known.
    scratch : Scratch
        Where text was written as Parquet; it goes with the source.
    """

    name: str
    parts: tuple[Part, ...] = ()
    frame: Any = None
    columns: tuple[str, ...] = ()
    problems: tuple[dict[str, str], ...] = ()
    rows: int | None = None
    scratch: Scratch | None = None

    @property
    def elsewhere(self) -> bool:
        """Whether the engine has to look at the files."""
        return bool(self.parts) and not self.columns


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
        return _table(name, given, wanted, more)
    kinds = {_kind(name, path) for path in paths}
    far = ["://" in path for path in paths]
    if any(far):
        if kinds != {"parquet"} or not all(far):
            raise InputError(f"{name}: files elsewhere are read as Parquet, and alone; copy the others here first")
        return Source(name, (Part(tuple(paths), ()),))
    if len(kinds) > 1:
        raise InputError(f"{name}: files of one kind are read together; found {', '.join(sorted(kinds))}")
    return _Looking(name, kinds.pop(), tuple(wanted), tuple(more)).at(paths)


def _table(name: str, given: Any, wanted: Sequence[str], more: Sequence[str]) -> Source:
    columns = tuple(_columns_of(given))
    _check_columns(name, columns, wanted)
    of_an_engine = type(given).__module__.lstrip("_").startswith(("duckdb", "pyspark"))
    if of_an_engine:
        return Source(name, frame=given, columns=columns)
    arrow = arrow_of(name, given, [column for column in dict.fromkeys((*wanted, *more)) if column in columns])
    return Source(name, frame=arrow, columns=columns, rows=arrow.num_rows)


@dataclass
class _Looking:
    """Looks at local files, and notes what is wrong with them."""

    name: str
    kind: str
    wanted: tuple[str, ...]
    more: tuple[str, ...]
    problems: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0
    scratch: Scratch = field(default_factory=Scratch)

    def note(self, path: str, kind: str, detail: str) -> None:
        self.problems.append({"table": self.name, "file": path, "kind": kind, "detail": detail[:1_000]})

    def at(self, paths: list[str]) -> Source:
        kept: dict[str, Part] = {}
        poor: list[tuple[str, ...]] = []
        for i, path in enumerate(paths):
            try:
                part, rows = (self.parquet if self.kind == "parquet" else self.text)(i, path)
            except broken(ValueError) as error:  # Arrow's errors are among them
                self.note(path, "unreadable shard", str(error))
                continue
            lacking = [column for column in self.wanted if column not in part.columns]
            if lacking and (part.columns or rows):
                poor.append(part.columns)
                self.note(path, "missing column", f"no column {lacking[0]!r}; it has {', '.join(part.columns)}")
            elif rows:
                kept[path] = part
                self.rows += rows
            else:
                self.note(path, "empty shard", "nothing in it")
        if not kept:
            if poor:
                _check_columns(self.name, poor[0], self.wanted)
            first = self.problems[0]
            raise InputError(
                f"{self.name}: none of {len(paths)} files can be read; {first['file']}: {first['detail']}; "
                "take it out or get it anew"
            )
        columns = tuple(dict.fromkeys(column for part in kept.values() for column in part.columns))
        for column in (column for column in self.more if column in columns):
            for path in (path for path, part in kept.items() if column not in part.columns):
                self.note(path, "column absent", f"no column {column!r}, which other files have; read without it")
        parts = _alike(list(kept.values()))
        return Source(self.name, parts, None, columns, tuple(self.problems), self.rows, self.scratch)

    def parquet(self, i: int, path: str) -> tuple[Part, int]:
        """Look at a Parquet file; and how many rows it has."""
        if not os.path.getsize(path):
            return Part((path,), ()), 0
        file = require("pyarrow.parquet", "scale").ParquetFile(path)
        types = {column.name: str(column.type) for column in file.schema_arrow}
        folders: dict[str, str] = dict(re.findall(r"([^/\\=]+)=([^/\\]*)(?=[/\\])", path))
        used = (*self.wanted, *self.more)
        for column in used:
            alike = [name for name in file.schema_arrow.names if name.lower() == column.lower()]
            if column in types and len(alike) > 1:
                raise ValueError(f"columns {' and '.join(alike)}, which engines do not tell apart; rename one")
        constants = {
            c: None if folders[c] == _NO_VALUE else unquote(folders[c]) for c in used if c in folders.keys() - types
        }
        part = Part((self.plain(i, path),), (*types, *constants), tuple(types.get(c, "") for c in used))
        return replace(part, constants=tuple(constants.items())), file.metadata.num_rows

    def text(self, i: int, path: str) -> tuple[Part, int]:
        """Read a text file into Parquet."""
        target = self.scratch.path(i)
        text = converted(self.kind, path, (*self.wanted, *self.more), target) if os.path.getsize(path) else Text()
        if text.broken:
            detail = f"{text.broken:,} of {text.rows:,} lines cannot be read as {self.kind}; they count as rows of gaps"
            self.note(path, "broken lines", detail)
        return Part((target,), text.columns, converted=True), text.rows

    def plain(self, i: int, path: str) -> str:
        """Give a file a name that engines do not take for a pattern, or pass over, in the folder of our own."""
        if _PLAIN.fullmatch(path) and not os.path.basename(path).startswith(("_", ".")):
            return path
        name = self.scratch.path(i)
        try:
            os.symlink(os.path.abspath(path), name)
        except OSError:  # where links are not allowed
            shutil.copyfile(path, name)
        return name


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
    if not isinstance(given, list | tuple) or not given or not all(isinstance(path, str | Path) for path in given):
        return None
    paths: list[str] = []
    for path in map(str, given):
        pattern = path
        if pattern.startswith("file:"):
            pattern = url2pathname(urlparse(pattern).path)
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
