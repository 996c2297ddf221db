"""The engines: DuckDB on one machine, Spark on a cluster. They scan, keep and fetch; what is computed is not theirs."""

from __future__ import annotations

import itertools
import os
import re
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
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
_OWN = "citenet_own"
_NAME = '"'
Frame = Any  # a Narwhals LazyFrame


class Engine(Protocol):
    """What the relational measures ask of an engine."""

    name: str

    def columns(self, part: Part) -> tuple[str, ...]:
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

    def troubles(self) -> AbstractContextManager[None]:
        """Raise in our words what the engine could not do."""
        ...

    def fetch(self, frame: Frame, *, dense: int = 0) -> Any:
        """Compute a table and bring it here, as an Arrow table; dense: so many rows are counted by small numbers."""
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
    _files: set[str] = field(default_factory=set)

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

    def columns(self, part: Part) -> tuple[str, ...]:
        """Columns of files that are alike."""
        with self.troubles():
            return tuple(self._read(part).columns)

    def scan(self, source: Source, part: Part | None, columns: Mapping[str, str]) -> Frame:
        """Open some columns of files that are alike, or of a table."""
        constants = {column: _quoted(value, "'") if value else "NULL::VARCHAR" for column, value in _constants(part)}
        shown = (
            f"{constants.get(column, _quoted(column, _NAME))} AS {_quoted(key, _NAME)}"
            for key, column in columns.items()
        )
        with self.troubles():
            relation = self._relation(source) if part is None else self._read(part)
            return require("narwhals", "scale").from_native(relation.project(", ".join(shown))).lazy()

    def _read(self, part: Part) -> Any:
        self._files.update(part.files)
        # Elsewhere a folder means what is in it.
        folders = ("://" in file and "." not in file.rstrip("/").rpartition("/")[2] for file in part.files)
        names = (
            f"{f.rstrip('/')}/**/*.parquet" if folder else f for f, folder in zip(part.files, folders, strict=True)
        )
        listed = ", ".join(_quoted(name, "'") for name in names)
        read = "FROM read_parquet([{}], hive_partitioning={}, union_by_name=true)".format
        inside = self.connection.sql(read(listed, "false"))
        if part.columns:
            return inside
        folders = self.connection.sql(read(listed, "true"))
        return folders if len(folders.columns) > len(inside.columns) else inside

    def _relation(self, source: Source) -> Any:
        of_duckdb = type(source.frame).__module__.lstrip("_").startswith("duckdb")
        return source.frame if of_duckdb else self.connection.from_arrow(source.frame)

    def table(self, rows: Any) -> Frame:
        """Hand a table to the engine."""
        arrow = _arrow(rows)
        return self.keep(require("narwhals", "scale").from_native(self.connection.from_arrow(arrow)))

    def keep(self, frame: Frame) -> Frame:
        """Compute a table once; it lives in memory or, where that is short, on disk."""
        name = f"kept_{next(self._number)}"
        with self.troubles():
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
            with self.troubles():
                yield
        finally:
            self._forget(self._held - before)

    def _forget(self, names: set[str]) -> None:
        for name in names:
            self.connection.execute(f"DROP TABLE {self._database}.main.{name}")
        self._held -= names

    def troubles(self) -> AbstractContextManager[None]:
        """Raise in our words what DuckDB could not do."""
        return _told("DuckDB", (require("duckdb", "scale").Error,), self._files)

    def fetch(self, frame: Frame, *, dense: int = 0) -> Any:
        """Compute a table and bring it here."""
        with self.troubles(), self._counting_without_hashing(dense):
            return frame.to_native().to_arrow_table()

    @contextmanager
    def _counting_without_hashing(self, rows: int) -> Iterator[None]:
        """Let DuckDB count in tables with a place for every key, one a core, no larger than the rows."""
        if not rows:
            yield
            return
        setting = "current_setting('{}')".format
        asked = f"SELECT {setting('perfect_ht_threshold')}, {setting('threads')}, "
        asked += f"parse_formatted_bytes({setting('memory_limit')})"
        before, cores, room = self.connection.execute(asked).fetchone()
        places = min(rows, room // (_SHARE * cores * _BYTES_A_COUNT), 1 << _MOST_BITS)
        self.connection.execute(f"SET perfect_ht_threshold = {max(before, int(places).bit_length() - 1)}")
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
    _files: set[str] = field(default_factory=set)

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

    def columns(self, part: Part) -> tuple[str, ...]:
        """Columns of files that are alike."""
        with self.troubles():
            return tuple(self._read(part).columns)

    def scan(self, source: Source, part: Part | None, columns: Mapping[str, str]) -> Frame:
        """Open some columns of files that are alike, or of a table."""
        functions = require("pyspark.sql.functions", "spark")
        constants = {column: functions.lit(value).cast("string") for column, value in _constants(part)}
        shown = [
            constants.get(column, functions.col(_quoted(column, "`"))).alias(key) for key, column in columns.items()
        ]
        with self.troubles():
            if part is None:
                frame = self._frame(source.frame)
            elif part.converted and not self._here():
                frame = self._frame(require("pyarrow.parquet", "scale").read_table(list(part.files)))
            else:
                frame = self._read(part)
            return require("narwhals", "scale").from_native(frame.select(*shown))

    def _here(self) -> bool:
        """Whether executors see the files of this machine."""
        return str(self.session.conf.get("spark.master")).startswith("local")

    def _frame(self, frame: Any) -> Any:
        return frame if type(frame).__module__.startswith("pyspark") else self.session.createDataFrame(frame)

    def _read(self, part: Part) -> Any:
        self._files.update(part.files)
        if part.columns:
            return self.session.read.option("recursiveFileLookup", "true").parquet(*part.files)
        inside, folders = (
            self.session.read.options(mergeSchema="true", recursiveFileLookup=alone).parquet(*part.files)
            for alone in ("true", "false")
        )
        return folders if len(folders.columns) > len(inside.columns) else inside

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
        with self.troubles():
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
            with self.troubles():
                yield
        finally:
            self._forget(set(self._held) - before)

    def _forget(self, keys: set[int]) -> None:
        for key in keys:
            self._held.pop(key)[1].unpersist()

    def fetch(self, frame: Frame, *, dense: int = 0) -> Any:  # noqa: ARG002 - Spark plans by itself
        """Compute a table and bring it here."""
        with self.troubles():
            return frame.to_native().toArrow()

    def troubles(self) -> AbstractContextManager[None]:
        """Raise in our words what Spark could not do."""
        errors = require("pyspark.errors", "spark").PySparkException, require("py4j.protocol", "spark").Py4JError
        return _told("Spark", errors, self._files)

    def describe(self) -> dict[str, str]:
        """Name the engine and its version."""
        master = str(self.session.conf.get("spark.master"))
        return {"engine": "spark", "version": str(self.session.version), "master": master}


@contextmanager
def _told(name: str, errors: tuple[type[Exception], ...], files: set[str]) -> Iterator[None]:
    """Tell in our words what an engine could not do; a file that is damaged is looked for, and named."""
    try:
        yield
    except errors as error:
        told = str(getattr(error, "java_exception", None) or error)
        reasons = [
            line.strip() for line in told.splitlines() if line.strip() and not re.match(r"\s*(at|\.\.\.) ", line)
        ]
        whole = " ".join(dict.fromkeys(reasons))[:2_000]
        no_room = type(error).__name__ == "OutOfMemoryException"
        damaged = None if no_room else next(filter(None, map(_damage, sorted(files))), None)
        remedy = f"; {damaged}: take this file out or get it anew" if damaged else ""
        raise InputError(f"{name} could not go on: {whole}{remedy}") from error


def _damage(file: str) -> str | None:
    """Say what is wrong with a Parquet file here; None if it can be read to its end."""
    if "://" in file:
        return None
    pyarrow, parquet = require("pyarrow", "scale"), require("pyarrow.parquet", "scale")
    try:
        for _ in parquet.ParquetFile(file, page_checksum_verification=True).iter_batches():
            pass
    except FileNotFoundError:  # which the engine says itself
        return None
    except (OSError, pyarrow.ArrowException) as error:
        return f"{file} is damaged ({error})"
    return None


def _constants(part: Part | None) -> tuple[tuple[str, str | None], ...]:
    return part.constants if part else ()


def _arrow(rows: Any) -> Any:
    pyarrow = require("pyarrow", "scale")
    return rows if isinstance(rows, pyarrow.Table) else pyarrow.Table.from_pandas(rows, preserve_index=False)


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark
