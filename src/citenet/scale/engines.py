"""The engines: DuckDB on one machine, Spark on a cluster. They scan, keep and fetch; what is computed is not theirs."""

from __future__ import annotations

import functools
import itertools
import math
import os
import re
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from citenet._support.optional import require
from citenet.errors import InputError
from citenet.scale.sources import Part, Source

__all__ = ["DuckDB", "Engine", "Frame", "Spark"]

_ON_THIS_MACHINE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
}
_SENT_WHOLE = 1_000_000  # rows
_SHARE, _BYTES_A_COUNT, _MOST_BITS = 8, 48, 26  # of the memory, for counts in tables with a place for every key
_SCRATCH = itertools.count()
_DUCKDB_ERRORS, _SPARK_ERRORS = ("duckdb", "Error"), ("pyspark.errors", "PySparkException")
_OWN = "citenet_own"
Frame = Any  # a Narwhals LazyFrame


class Engine(Protocol):
    """What the relational measures ask of an engine."""

    name: str

    def columns(self, kind: str, part: Part) -> tuple[str, ...]:
        """Columns of files that are alike."""
        ...

    def scan(self, source: Source, part: Part | None, columns: Mapping[str, str]) -> Frame:
        """Open some columns of files that are alike, or of a table (part None), under names of our own."""
        ...

    def table(self, rows: Any) -> Frame:
        """Hand a pandas or Arrow table to the engine."""
        ...

    def keep(self, frame: Frame) -> Frame:
        """Compute a table once for those who read it several times."""
        ...

    def drop(self, frame: Frame) -> None:
        """Forget a table that was kept."""
        ...

    def scratch(self) -> AbstractContextManager[None]:
        """Forget, at the end, what was kept since the beginning."""
        ...

    def fetch(self, frame: Frame, *, dense: bool = False) -> Any:
        """Compute a table and bring it here, as an Arrow table; dense if it counts small numbers without large gaps."""
        ...

    def describe(self) -> dict[str, str]:
        """Name the engine and its version."""
        ...


@dataclass(eq=False)
class DuckDB:
    """DuckDB, embedded: out of core, on all cores.

    Parameters
    ----------
    memory_limit : str, optional
        Such as "4GB"; what does not fit is written to ``temporary``. By default 80 % of the memory.
    temporary : str, optional
        Folder for what does not fit.
    threads : int, optional
    connection : duckdb.DuckDBPyConnection, optional
        An open connection, for relations that belong to it; what is kept goes into a database of its own beside it.
    """

    memory_limit: str | None = None
    temporary: str | None = None
    threads: int | None = None
    connection: Any = None
    name: str = "duckdb"
    _number: Any = field(default_factory=itertools.count)
    _held: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        duckdb = require("duckdb", "scale")
        if self.connection is None:
            folder = self.temporary or os.path.join(tempfile.gettempdir(), f"citenet-duckdb-{os.getpid()}")
            options = {"temp_directory": folder, "preserve_insertion_order": "false"}
            options |= {"memory_limit": self.memory_limit} if self.memory_limit else {}
            options |= {"threads": str(self.threads)} if self.threads else {}
            try:
                self.connection = duckdb.connect(":memory:", config=options)
            except duckdb.Error as error:
                raise InputError(f"DuckDB does not take these options: {error}") from error
        self._database = f"citenet_{next(_SCRATCH)}"
        self.connection.execute(f"ATTACH ':memory:' AS {self._database}")

    def columns(self, kind: str, part: Part) -> tuple[str, ...]:
        """Columns of files that are alike."""
        with _troubles(*_DUCKDB_ERRORS):
            return tuple(self.connection.sql(self._read(kind, part, {})).columns)

    def scan(self, source: Source, part: Part | None, columns: Mapping[str, str]) -> Frame:
        """Open some columns of files that are alike, or of a table."""
        quoted = functools.partial(_quoted, mark='"')
        shown = ", ".join(f"{quoted(column)} AS {quoted(key)}" for key, column in columns.items())
        with _troubles(*_DUCKDB_ERRORS):
            read = None if part is None else self._read(source.kind, part, columns)
            relation = self._relation(source) if read is None else self.connection.sql(read)
            return require("narwhals", "scale").from_native(relation.project(shown)).lazy()

    def _read(self, kind: str, part: Part, columns: Mapping[str, str]) -> str:
        names = map(_as_duckdb_has_it, part.files)
        listed = "[" + ", ".join(_quoted(name, "'") for name in names) + "], hive_partitioning=false"
        if kind == "parquet":
            return f"FROM read_parquet({listed})"
        if kind == "csv":
            return f"FROM read_csv({listed}, {_csv_options(part)})"
        types = ", ".join(_quoted(column, '"') + ": 'VARCHAR'" for column in columns.values())
        return f"FROM read_json({listed}, format='newline_delimited', ignore_errors=true, columns={{{types}}})"

    def _relation(self, source: Source) -> Any:
        if type(source.frame).__module__.split(".")[0].lstrip("_") == "duckdb":
            return source.frame
        return self.connection.from_arrow(_frame_as_arrow(source, "DuckDB"))

    def table(self, rows: Any) -> Frame:
        """Hand a table to the engine."""
        arrow = _arrow(rows)
        return self.keep(require("narwhals", "scale").from_native(self.connection.from_arrow(arrow)))

    def keep(self, frame: Frame) -> Frame:
        """Compute a table once; it lives in memory or, where that is short, on disk."""
        name = f"kept_{next(self._number)}"
        with _troubles(*_DUCKDB_ERRORS):
            frame.to_native().create(f"{self._database}.main.{name}")
        self._held.add(name)
        return require("narwhals", "scale").from_native(self.connection.table(f"{self._database}.main.{name}"))

    def drop(self, frame: Frame) -> None:
        """Forget a table that was kept."""
        self._forget({frame.to_native().alias})

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """Forget, at the end, what was kept since the beginning."""
        before = set(self._held)
        try:
            yield
        finally:
            self._forget(self._held - before)

    def _forget(self, names: set[str]) -> None:
        for name in names:
            self.connection.execute(f"DROP TABLE {self._database}.main.{name}")
        self._held -= names

    def fetch(self, frame: Frame, *, dense: bool = False) -> Any:
        """Compute a table and bring it here."""
        with _troubles(*_DUCKDB_ERRORS), self._counting_without_hashing() if dense else nullcontext():
            return frame.to_native().to_arrow_table()

    @contextmanager
    def _counting_without_hashing(self) -> Iterator[None]:
        """Let DuckDB count in a table with a place for every key, on each core, while those take little memory."""
        setting = "current_setting('{}')".format
        asked = f"SELECT {setting('perfect_ht_threshold')}, {setting('threads')}, "
        asked += f"parse_formatted_bytes({setting('memory_limit')})"
        before, cores, room = self.connection.execute(asked).fetchone()
        bits = int(math.log2(max(1, room // (_SHARE * cores * _BYTES_A_COUNT))))
        self.connection.execute(f"SET perfect_ht_threshold = {max(before, min(bits, _MOST_BITS))}")
        try:
            yield
        finally:
            self.connection.execute(f"SET perfect_ht_threshold = {before}")

    def describe(self) -> dict[str, str]:
        """Name the engine and its version."""
        return {"engine": "duckdb", "version": str(require("duckdb", "scale").__version__)}


@dataclass(eq=False)
class Spark:
    """PySpark: on a cluster, or on processes of this machine.

    Parameters
    ----------
    session : pyspark.sql.SparkSession, optional
        By default one is made, and stopped with `stop`.
    master : str, optional
        Where to run, as Spark has it: "yarn", "k8s://…", "spark://…", "local-cluster[2,1,1024]", "local[4]".
    options : dict of str to str, optional
        Further options of the session.
    """

    session: Any = None
    master: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    name: str = "spark"
    _held: dict[int, tuple[Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sql = require("pyspark.sql", "spark")
        self.own = self.session is None
        if self.session is None:
            builder = sql.SparkSession.builder.appName("citenet").config("spark.ui.enabled", "false")
            if self.master:
                builder = builder.master(self.master)
            here = _ON_THIS_MACHINE if (self.master or "").startswith("local") else {}
            for key, value in {**here, **self.options}.items():
                builder = builder.config(key, value)
            try:
                self.session = builder.getOrCreate()
            except Exception as error:  # noqa: BLE001 - Java tells its troubles in many classes
                raise InputError(f"no Spark session: {error}; Spark 4 needs Java 17 or newer") from error

    def stop(self) -> None:
        """End the session, if it was made here."""
        if self.own:
            self.session.stop()

    def columns(self, kind: str, part: Part) -> tuple[str, ...]:
        """Columns of files that are alike."""
        with _troubles(*_SPARK_ERRORS):
            return tuple(self._read(kind, part, {}).columns)

    def scan(self, source: Source, part: Part | None, columns: Mapping[str, str]) -> Frame:
        """Open some columns of files that are alike, or of a table."""
        functions = require("pyspark.sql.functions", "spark")
        with _troubles(*_SPARK_ERRORS):
            frame = self._frame(source) if part is None else self._read(source.kind, part, columns)
            shown = (functions.col(_quoted(column, "`")).alias(key) for key, column in columns.items())
            return require("narwhals", "scale").from_native(frame.select(*shown))

    def _frame(self, source: Source) -> Any:
        if type(source.frame).__module__.startswith("pyspark"):
            return source.frame
        return self.session.createDataFrame(_frame_as_arrow(source, "Spark"))

    def _read(self, kind: str, part: Part, columns: Mapping[str, str]) -> Any:
        reader = self.session.read
        # These would begin a pattern.
        files = [re.sub(r"([][*?{}\\])", r"\\\1", file) if "://" not in file else file for file in part.files]
        if kind == "parquet":
            return reader.parquet(*files)
        if kind == "csv":
            schema = ", ".join(f"{_quoted(column, '`')} STRING" for column in part.columns) or None
            return reader.csv(files, schema=schema, header=True, escape='"', multiLine=part.quoted)
        return self._json_lines(reader.text(files), list(columns.values()))

    def _json_lines(self, lines: Any, columns: list[str]) -> Any:
        """Read one object a line, as DuckDB does; what is none is a row of gaps."""
        functions = require("pyspark.sql.functions", "spark")
        line = functions.trim(functions.col("value"))
        schema = ", ".join(f"{_quoted(column, '`')} STRING" for column in columns)
        read = functions.from_json(line, schema, {"allowSingleQuotes": "false"})
        read = functions.when(line.startswith("{") & line.endswith("}"), read)
        return lines.filter(line != "").select(read.alias("read")).select("read.*")

    def table(self, rows: Any) -> Frame:
        """Hand a table to the engine; a small one is sent to every executor."""
        arrow = _arrow(rows)
        frame = self.session.createDataFrame(arrow)
        if arrow.num_rows < _SENT_WHOLE:
            frame = require("pyspark.sql.functions", "spark").broadcast(frame)
        return require("narwhals", "scale").from_native(frame)

    def keep(self, frame: Frame) -> Frame:
        """Compute a table once; executors hold it, and compute it anew where one is lost."""
        levels = require("pyspark", "spark").StorageLevel
        # Spark takes a table that was computed for any later one of the same plan, also where its files have changed.
        own = require("pyspark.sql.functions", "spark").lit(uuid.uuid4().hex)
        with _troubles(*_SPARK_ERRORS):
            held = frame.to_native().withColumn(_OWN, own).persist(levels.MEMORY_AND_DISK)
            held.count()
        kept = held.drop(_OWN)
        self._held[id(kept)] = kept, held
        return require("narwhals", "scale").from_native(kept)

    def drop(self, frame: Frame) -> None:
        """Forget a table that was kept."""
        self._forget({id(frame.to_native())} & set(self._held))

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """Forget, at the end, what was kept since the beginning."""
        before = set(self._held)
        try:
            yield
        finally:
            self._forget(set(self._held) - before)

    def _forget(self, keys: set[int]) -> None:
        for key in keys:
            self._held.pop(key)[1].unpersist()

    def fetch(self, frame: Frame, *, dense: bool = False) -> Any:  # noqa: ARG002 - Spark plans by itself
        """Compute a table and bring it here."""
        with _troubles(*_SPARK_ERRORS):
            return frame.to_native().toArrow()

    def describe(self) -> dict[str, str]:
        """Name the engine and its version."""
        master = str(self.session.conf.get("spark.master"))
        return {"engine": "spark", "version": str(self.session.version), "master": master}


@contextmanager
def _troubles(module: str, *names: str) -> Iterator[None]:
    """Tell in our words what an engine could not do."""
    found = require(module, "scale")
    errors = tuple(getattr(found, name) for name in names)
    if module.startswith("pyspark"):  # what fails on an executor comes as it is
        errors = (*errors, require("py4j.protocol", "spark").Py4JError)
    try:
        yield
    except errors as error:
        told = str(getattr(error, "java_exception", None) or error)
        lines = [line.strip() for line in told.splitlines() if line.strip()]
        cause = next((line for line in lines if line.startswith("Caused by")), "")
        raise InputError(
            f"{module.split('.')[0]} could not go on: {lines[0][:300]} {cause[:300]}".rstrip()
            + "; if it names a file, that file is broken: take it out or get it anew"
        ) from error


def _as_duckdb_has_it(file: str) -> str:
    """Name of a file here, where a bracket would begin a pattern; elsewhere a folder means what is in it."""
    if "://" not in file:
        return re.sub(r"([*?[])", r"[\1]", file)
    return file if "." in file.rstrip("/").rpartition("/")[2] else f"{file.rstrip('/')}/**/*.parquet"


def _csv_options(part: Part) -> str:
    """How DuckDB reads CSV: every column as text; a short line is a line with gaps."""
    shown = "header=true, delim=',', quote='\"', escape='\"', null_padding=true, strict_mode=false, "
    shown += f"parallel={str(not part.quoted).lower()}, "  # a line break may be part of a field
    if not part.columns:
        return shown + "all_varchar=true, union_by_name=true"
    types = ", ".join(_quoted(column, "'") + ": 'VARCHAR'" for column in part.columns)
    return f"{shown}skip={part.skip}, auto_detect=false, columns={{{types}}}"


def _frame_as_arrow(source: Source, engine: str) -> Any:
    """Bring a table of another library here; columns that mix numbers and text become text."""
    narwhals, pyarrow = require("narwhals", "scale"), require("pyarrow", "scale")
    try:
        frame = narwhals.from_native(source.frame)
    except TypeError as error:
        raise InputError(f"{source.name}: {engine} cannot read a {type(source.frame).__name__}") from error
    try:
        return frame.lazy().collect("pyarrow").to_native()
    except pyarrow.ArrowException:
        texts = {name: column.map(_as_text) for name, column in source.frame.items() if column.dtype == object}
        return pyarrow.Table.from_pandas(source.frame.assign(**texts), preserve_index=False)


def _as_text(value: Any) -> str | None:
    """Text of a cell; a whole number held as a float is a whole number."""
    if value is None or value != value:
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _arrow(rows: Any) -> Any:
    pyarrow = require("pyarrow", "scale")
    return rows if isinstance(rows, pyarrow.Table) else pyarrow.Table.from_pandas(rows, preserve_index=False)


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark
