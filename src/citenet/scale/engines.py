"""The engines: DuckDB on one machine, Spark on a cluster. They scan, keep and fetch; what is computed is not theirs."""

from __future__ import annotations

import functools
import itertools
import math
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

from citenet._support.optional import require
from citenet.errors import InputError
from citenet.scale.sources import Source

__all__ = ["DuckDB", "Engine", "Frame", "Spark"]

_ON_THIS_MACHINE = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
}
_SENT_WHOLE = 1_000_000  # rows
_SHARE, _BYTES_A_COUNT, _MOST_BITS = 8, 48, 26  # of the memory, for counts in tables with a place for every key
_SCRATCH = itertools.count()
Frame = Any  # a Narwhals LazyFrame


class Engine(Protocol):
    """What the relational measures ask of an engine."""

    name: str

    def scan(self, source: Source, columns: Sequence[str]) -> Frame:
        """Open some columns of a source."""
        ...

    def table(self, rows: Any) -> Frame:
        """Hand a pandas or Arrow table to the engine."""
        ...

    def keep(self, frame: Frame) -> Frame:
        """Compute a table once for those who read it several times."""
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
        self._scratch = f"citenet_{next(_SCRATCH)}"
        self.connection.execute(f"ATTACH ':memory:' AS {self._scratch}")

    def scan(self, source: Source, columns: Sequence[str]) -> Frame:
        """Open some columns of a source."""
        narwhals = require("narwhals", "scale")
        if source.kind == "frame":
            return narwhals.from_native(self._relation(source)).lazy().select(*columns)
        listed = "[" + ", ".join(_quoted(path, "'") for path in source.files) + "]"
        shown = ", ".join(_quoted(column, '"') for column in columns)
        if source.kind == "parquet":
            read = f"read_parquet({listed}, union_by_name=true)"
        elif source.kind == "csv":
            read = f"read_csv({listed}, header=true, delim=',', quote='\"', all_varchar=true, union_by_name=true, "
            read += "null_padding=true, strict_mode=false)"
        else:
            types = ", ".join(_quoted(column, '"') + ": 'VARCHAR'" for column in columns)
            read = f"read_json({listed}, format='newline_delimited', ignore_errors=true, columns={{{types}}})"
        with _troubles("duckdb", "Error"):
            return narwhals.from_native(self.connection.sql(f"SELECT {shown} FROM {read}"))

    def _relation(self, source: Source) -> Any:
        frame, narwhals = source.frame, require("narwhals", "scale")
        if type(frame).__module__.split(".")[0].lstrip("_") == "duckdb":
            return frame
        try:
            arrow = narwhals.from_native(frame).lazy().collect("pyarrow").to_native()
        except TypeError as error:
            raise InputError(f"{source.name}: DuckDB cannot read a {type(frame).__name__}") from error
        return self.connection.from_arrow(arrow)

    def table(self, rows: Any) -> Frame:
        """Hand a table to the engine."""
        arrow = _arrow(rows)
        return self.keep(require("narwhals", "scale").from_native(self.connection.from_arrow(arrow)))

    def keep(self, frame: Frame) -> Frame:
        """Compute a table once; it lives in memory or, where that is short, on disk."""
        name = f"{self._scratch}.main.kept_{next(self._number)}"
        with _troubles("duckdb", "Error"):
            frame.to_native().create(name)
        return require("narwhals", "scale").from_native(self.connection.table(name))

    def drop(self, frame: Frame) -> None:
        """Forget a table that was kept."""
        self.connection.execute(f"DROP TABLE {self._scratch}.main.{frame.to_native().alias}")

    def fetch(self, frame: Frame, *, dense: bool = False) -> Any:
        """Compute a table and bring it here."""
        with _troubles("duckdb", "Error"), self._counting_without_hashing() if dense else nullcontext():
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

    def scan(self, source: Source, columns: Sequence[str]) -> Frame:
        """Open some columns of a source."""
        narwhals = require("narwhals", "scale")
        if source.kind == "frame":
            frame = source.frame
            if not type(frame).__module__.startswith("pyspark"):
                arrow = narwhals.from_native(frame).lazy().collect("pyarrow").to_native()
                frame = self.session.createDataFrame(arrow)
            return narwhals.from_native(frame).select(*columns)
        with _troubles("pyspark.errors", "PySparkException"):
            return narwhals.from_native(self._read(source, columns)).select(*columns)

    def _read(self, source: Source, columns: Sequence[str]) -> Any:
        reader, files = self.session.read, list(source.files)
        if source.kind == "parquet":
            return reader.parquet(*files)
        if source.kind == "csv":
            parts = [files] if source.uniform else [[file] for file in files]
            frames = [reader.csv(part, header=True, escape='"').select(*columns) for part in parts]
            return functools.reduce(lambda one, other: one.union(other), frames)
        return reader.json(files, schema=", ".join(f"`{column}` STRING" for column in columns))

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
        return require("narwhals", "scale").from_native(frame.to_native().persist(levels.MEMORY_AND_DISK))

    def fetch(self, frame: Frame, *, dense: bool = False) -> Any:  # noqa: ARG002 - Spark plans by itself
        """Compute a table and bring it here."""
        with _troubles("pyspark.errors", "PySparkException"):
            return frame.to_native().toArrow()

    def describe(self) -> dict[str, str]:
        """Name the engine and its version."""
        master = str(self.session.conf.get("spark.master"))
        return {"engine": "spark", "version": str(self.session.version), "master": master}


@contextmanager
def _troubles(module: str, name: str) -> Iterator[None]:
    """Tell what an engine could not do in our words: most often a file that breaks off."""
    errors = getattr(require(module, "scale"), name)
    try:
        yield
    except errors as error:
        first = str(error).strip().splitlines()[0]
        raise InputError(
            f"the tables cannot be read to their end: {first[:300]}; take the file out or get it anew"
        ) from error


def _arrow(rows: Any) -> Any:
    pyarrow = require("pyarrow", "scale")
    return rows if isinstance(rows, pyarrow.Table) else pyarrow.Table.from_pandas(rows, preserve_index=False)


def _quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark
