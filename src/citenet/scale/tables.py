"""CitationTables: a citation network too large for arrays, as two tables that an engine holds."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from citenet._support.choices import check_choice, check_count
from citenet._support.optional import require
from citenet._support.tables import Record, Table
from citenet.errors import ColumnError, InputError
from citenet.partition import group_position
from citenet.scale.counting import Counted, counted_citations, kept_citations
from citenet.scale.engines import DuckDB, Engine, Frame, Spark
from citenet.scale.reading import columns_of, opened
from citenet.scale.sources import COLUMN_ABSENT, Source, source_of
from citenet.scale.tidy import SPAN, stamp_of, tidy_citations, tidy_titles, tidy_works

__all__ = ["CitationTables", "EngineName", "open_tables", "scratched"]

P = ParamSpec("P")
R = TypeVar("R")
EngineName = Literal["auto", "arrays", "duckdb", "spark"]
COLUMNS = {key: key for key in ("id", "year", "group", "external", "title", "citing", "cited")}
_OF_WORKS = ("id", "year", "group", "external")
_BYTES_A_CITATION = 150  # at the peak of reading two CSV files and measuring, ids as text
_BYTES_ON_DISK = 12  # least bytes of a citation in a file


@dataclass(frozen=True, eq=False, repr=False)
class CitationTables:
    """Works and citations as tables of an engine; made by `open_tables`.

    Parameters
    ----------
    engine : {"arrays", "duckdb", "spark"}
        Where the measures between groups are computed.
    reason : str
        Why that engine.
    backend : Engine
        What holds the tables; DuckDB also where measures are computed on arrays.
    works, citations : LazyFrame of Narwhals
        ``id``, ``stamp`` (group and year), ``external``; ``citing``, ``cited``.
    names : tuple of str
        Groups, in order of size, then of their first work.
    sizes : ndarray of int64, shape (k + 1,)
        Works in each group; the last have none.
    titles : LazyFrame of Narwhals or None
        ``id`` and ``title``, not kept: read again for the works that are listed.
    problems : DataFrame
        Files left out, or read without a column that others have: table, file, kind, detail.
    skipped : mapping of str to int
        Rows of the works that are no work of their own: "no id", "repeated id"; and years that could not be read.
    params : mapping
        Options, and the engine with its version.
    """

    engine: str
    reason: str
    backend: Engine
    works: Frame
    citations: Frame
    names: tuple[str, ...]
    group_sizes: np.ndarray
    sources: tuple[Source, Source]
    columns: Mapping[str, str | None]
    as_text: bool
    titles: Frame | None = None
    problems: Table = Table()
    skipped: Record = Record()
    params: Record = Record()
    _memory: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        n = int(self.group_sizes.sum())
        k = len(self.names)
        left_out = f", {self._left_out} files left out" if self._left_out else ""
        return (
            f"<CitationTables: {n:,} works, {k:,} group{'s'[: k != 1]}{left_out}; engine {self.engine} ({self.reason})>"
        )

    @property
    def _left_out(self) -> int:
        return int((self.problems["kind"] != COLUMN_ABSENT).sum())

    @property
    def assume_unique(self) -> bool:
        """Whether ids and citations are taken to stand once."""
        return bool(self.params["assume_unique"])

    @property
    def max_lead(self) -> int | None:
        """Years by which a cited work may be later than the citing one."""
        lead: int | None = self.params["max_lead"]
        return lead

    @cached_property
    def counted(self) -> Counted:
        """All citations, counted by the years and groups of their ends: one pass over the citations."""
        nw, backend = require("narwhals", "scale"), self.backend
        stamps = np.unique(backend.fetch(self.works.select("stamp").unique())["stamp"].to_numpy())
        numbers = pd.DataFrame({"stamp": stamps, "number": np.arange(stamps.size, dtype=np.int32)})
        with backend.scratch():
            numbered = self.works.join(backend.table(numbers), on="stamp", how="inner")
            numbered = numbered.select("id", nw.col("number").alias("stamp"))
            expression = counted_citations(numbered, self.citations, self.assume_unique, stamps.size)
            return Counted.of(backend.fetch(expression, dense=True), stamps, self.max_lead)

    @property
    def kept(self) -> Frame:
        """The citations that are arcs, with the stamps of both ends."""
        return kept_citations(self.works, self.citations, self.assume_unique, self.max_lead)

    def summary(self) -> pd.Series[Any]:
        """Count works, references, citations, and each reason for a drop.

        Returns
        -------
        Series of int
        """
        counted = self.counted
        skipped = {f"works: {kind}": n for kind, n in self.skipped.items() if n}
        dropped = {f"dropped: {reason}": n for reason, n in counted.dropped().items()}
        counts = {
            "works": int(self.group_sizes.sum()),
            **skipped,
            "references": counted.n_references,
            "citations": counted.n_citations,
            **dropped,
            "files left out": self._left_out,
        }
        return pd.Series(counts, name="count")

    def group(self, name: str) -> int:
        """Position of a group; an unknown name raises and lists the groups."""
        return group_position(self.names, name)

    def text_id(self, column: str) -> Any:
        """Return an id column as text, as an expression."""
        nw = require("narwhals", "scale")
        return nw.col(column) if self.as_text else nw.col(column).cast(nw.String)


def scratched(function: Callable[Concatenate[CitationTables, P], R]) -> Callable[Concatenate[CitationTables, P], R]:
    """Let a function of tables leave nothing in the engine of what it kept there meanwhile."""

    @functools.wraps(function)
    def tidied(tables: CitationTables, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with tables.backend.scratch():
            return function(tables, *args, **kwargs)

    return tidied


def open_tables(  # noqa: PLR0913 - two tables and how to read them; options are keyword-only
    works: Any,
    citations: Any,
    *,
    engine: EngineName = "auto",
    columns: Mapping[str, str] | None = None,
    groups: Mapping[str, Iterable[str]] | None = None,
    max_lead: int | None = 1,
    assume_unique: bool = False,
    memory_limit: str | None = None,
    session: Any = None,
    master: str | None = None,
) -> CitationTables:
    """Open a works table and a citations table of any size.

    Parameters
    ----------
    works, citations : path, folder, glob, list of paths, or table
        Parquet, CSV or JSON Lines (also gzipped), local or ``s3://…``; or a DuckDB relation, a Spark, pandas, Polars
        or Arrow table. Works need an id; citations the ids of the citing and the cited work.
    engine : {"auto", "arrays", "duckdb", "spark"}
        "auto" takes Spark where a session, a master or a Spark table is given, arrays while they fit into half of the
        free memory, DuckDB beyond. All give the same counts, expectations and variances, bit for bit.
    columns : mapping, optional
        Column names, where they are not ``id``, ``year``, ``group``, ``external``, ``title``, ``citing``, ``cited``.
    groups : mapping of group to values of the group column, optional
        By default each value is a group. Values that are in none leave their works without a group.
    max_lead : int or None
        A citation to a work dated more than this many years after the citing one is dropped as "later".
    assume_unique : bool
        Ids and citations are known to stand once: citations are not looked through for repeats, which is most of the
        work. Ids are; if one stands twice, each of its citations would be counted twice, and this raises.
    memory_limit : str, optional
        Of DuckDB, such as "4GB"; beyond it goes to disk.
    session : SparkSession or DuckDB connection, optional
        That of DuckDB for relations, which can be read on their own connection alone.
    master : str, optional
        Where Spark runs: "yarn", "k8s://…", "spark://…", "local-cluster[2,1,1024]".

    Returns
    -------
    CitationTables

    Raises
    ------
    InputError, ColumnError
        If nothing can be read, a column is missing, a value is in two groups, or ids said to stand once do not.
    MissingDependencyError
        Without ``citenet[scale]``, or ``citenet[spark]`` for Spark.

    Notes
    -----
    An id is a whole number or text: if one of the three id columns is text, all are compared as text. Rows of the works
    without an id are skipped; of those that repeat an id a year or group stays known where they agree. Both are counted
    in ``skipped``.

    Examples
    --------
    >>> works = pd.DataFrame({"id": [1, 2, 3], "year": [1999, 2001, 2001], "group": ["x", "x", "y"]})
    >>> citations = pd.DataFrame({"citing": [2, 3, 3], "cited": [1, 1, 1]})
    >>> tables = open_tables(works, citations)
    >>> tables.names, tables.summary()["citations"].item(), tables.counted.dropped()
    (('x', 'y'), 2, {'duplicate': 1})
    """
    check_choice("engine", engine, ["auto", "arrays", "duckdb", "spark"])
    if max_lead is not None:
        check_count("max_lead", max_lead)
    _check_session(engine, session, memory_limit)
    named = _named(columns)
    sources = (
        source_of("works", works, [named["id"]], [named[key] for key in (*_OF_WORKS[1:], "title")]),
        source_of("citations", citations, [named["citing"], named["cited"]]),
    )
    chosen, reason = _choose(engine, sources, session, master)
    duckdb = functools.partial(DuckDB, memory_limit, connection=session)
    backend: Engine = Spark(session, master) if chosen == "spark" else duckdb()
    found = _present(named, columns_of(backend, sources[0]), columns or {})
    options = {"max_lead": max_lead, "assume_unique": assume_unique, "groups": _listed(groups)}
    return _prepared(backend, sources, found, options, (chosen, reason))


def _named(columns: Mapping[str, str] | None) -> dict[str, str]:
    for key in columns or {}:
        check_choice("columns", key, COLUMNS)
    return {**COLUMNS, **(columns or {})}


def _present(named: dict[str, str], there: tuple[str, ...], asked: Mapping[str, str]) -> dict[str, str | None]:
    """Columns that are there; one that was asked for by name must be."""
    found: dict[str, str | None] = dict(named)
    for key in ("id", "year", "group", "external", "title"):
        if named[key] not in there:
            if key in asked or key == "id":
                raise ColumnError("works", named[key], there)
            found[key] = None
    return found


def _listed(groups: Mapping[str, Iterable[str]] | None) -> dict[str, list[str]] | None:
    if groups is None:
        return None
    if not isinstance(groups, Mapping):
        raise InputError(f"groups is a {type(groups).__name__}; pass {{name: [values]}}")
    listed = {
        str(name): [str(v).strip() for v in ([values] if isinstance(values, str) else values)]
        for name, values in groups.items()
    }
    values = [value for one in listed.values() for value in one]
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise InputError(f"groups: the value {twice[0]!r} is listed twice; a value belongs to one group")
    return listed


def _check_session(engine: str, session: Any, memory_limit: str | None) -> None:
    given = type(session).__module__.lstrip("_").split(".")[0]
    if session is not None and given not in ("pyspark", "duckdb"):
        raise InputError(f"session is a {type(session).__name__}; pass a Spark session or a DuckDB connection")
    if session is not None and memory_limit:
        raise InputError("memory_limit is for a DuckDB that is started here; set it on the connection instead")
    if given == "duckdb" and engine == "spark":
        raise InputError('engine="spark" takes a Spark session; this is a DuckDB connection')


def _choose(engine: str, sources: tuple[Source, Source], session: Any, master: str | None) -> tuple[str, str]:
    given = type(session).__module__.lstrip("_").split(".")[0]
    frames = {type(source.frame).__module__.lstrip("_").split(".")[0] for source in sources}
    on_spark = master is not None or given == "pyspark" or "pyspark" in frames
    if engine == "spark" or (engine == "auto" and on_spark):
        return "spark", "as asked" if engine == "spark" else "a Spark session, master or table was given"
    if on_spark:
        raise InputError(f'engine={engine!r} takes no Spark session, master or table; pass engine="spark"')
    if "duckdb" in frames and given != "duckdb":
        raise InputError("a DuckDB relation is read on its own connection: pass it as session=connection")
    if engine != "auto":
        return engine, "as asked"
    citations, room = sources[1], free_memory() // 2
    rows = citations.rows if citations.rows is not None else _rows_at_most(citations)
    at_most = "" if citations.rows is not None else "at most "
    if rows is None:
        return "duckdb", "the size of the tables is not known"
    needs = rows * _BYTES_A_CITATION
    fits = needs <= room
    compared = f"{at_most}{rows:,} citations need {needs / 1e9:.1f} GB of {room / 1e9:.1f}"
    return ("arrays" if fits else "duckdb"), compared


def _rows_at_most(source: Source) -> int | None:
    if source.kind == "frame" or any("://" in file for file in source.files):
        return None
    packed = sum(10 if file.endswith(".gz") else 1 for file in source.files) / len(source.files)
    return int(source.size * packed / _BYTES_ON_DISK)


def free_memory() -> int:
    """Bytes of memory that are free, or can be freed."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            line = next(line for line in file if line.startswith("MemAvailable"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)


def _prepared(
    backend: Engine,
    sources: tuple[Source, Source],
    columns: dict[str, str | None],
    options: dict[str, Any],
    chosen: tuple[str, str],
) -> CitationTables:
    """Tidy both tables and keep the works with their stamps."""
    nw = require("narwhals", "scale")
    stated = {key: str(column) for key, column in columns.items() if column}
    works = opened(backend, sources[0], {key: stated[key] for key in _OF_WORKS if key in stated})
    ends = opened(backend, sources[1], {key: stated[key] for key in ("citing", "cited")})
    citations, id_type = tidy_citations(ends, works.collect_schema()["id"])
    tidied = tidy_works(works, id_type)
    titles = None
    if "title" in stated:
        titles = tidy_titles(opened(backend, sources[0], {key: stated[key] for key in ("id", "title")}), id_type)
    raw = backend.keep(
        tidied.with_columns(nw.lit(1, nw.Int64).alias("rows")) if options["assume_unique"] else _merged(tidied)
    )
    if options["assume_unique"]:
        _check_unique(backend, raw)
    skipped, counts = _counts(backend, raw)
    table, names, sizes = _coded(counts, options["groups"])
    codes = backend.table(table)
    coded = raw.filter(~nw.col("id").is_null()).join(codes, left_on="group", right_on="value", how="left")
    stamp = stamp_of(nw.col("code").fill_null(-1).cast(nw.Int32), nw.col("year").fill_null(-SPAN // 2))
    kept = backend.keep(coded.select("id", stamp.cast(nw.Int32).alias("stamp"), "external"))
    for table in (raw, codes):
        backend.drop(table)
    problems = [problem for source in sources for problem in source.problems]
    return CitationTables(
        engine=chosen[0],
        reason=chosen[1],
        backend=backend,
        works=kept,
        citations=citations,
        names=names,
        group_sizes=sizes,
        sources=sources,
        columns=columns,
        as_text=id_type == nw.String,
        titles=titles,
        problems=pd.DataFrame(problems, columns=["table", "file", "kind", "detail"]),
        skipped=skipped,
        params={**options, "chosen": chosen[0], "because": chosen[1], **_described(backend, chosen[0])},
    )


def _described(backend: Engine, chosen: str) -> dict[str, str]:
    described = backend.describe()
    return {**described, "engine": chosen} if chosen == "arrays" else described


def _check_unique(backend: Engine, works: Frame) -> None:
    """Raise where ids repeat: each of their citations would be counted several times."""
    nw = require("narwhals", "scale")
    known = works.filter(~nw.col("id").is_null())
    sizes = backend.fetch(known.select(nw.len().alias("rows"), nw.col("id").n_unique().alias("ids")))
    repeats = sizes["rows"][0].as_py() - sizes["ids"][0].as_py()
    if repeats:
        raise InputError(f"works: {repeats:,} rows repeat an id; leave out assume_unique, and they are merged")


def _merged(works: Frame) -> Frame:
    """One row an id; a year or group is known where the rows that state one agree."""
    nw = require("narwhals", "scale")
    merged = works.group_by("id").agg(
        *(
            getattr(nw.col(column), kind)().alias(f"{column}_{kind}")
            for column in ("year", "group")
            for kind in ("min", "max")
        ),
        nw.col("external").min().alias("external"),
        nw.col("odd_year").max().alias("odd_year"),
        nw.len().cast(nw.Int64).alias("rows"),
    )

    def agreed(column: str) -> Any:
        low, high = nw.col(f"{column}_min"), nw.col(f"{column}_max")
        return nw.when(low == high).then(low).otherwise(None).alias(column)

    return merged.select("id", agreed("year"), agreed("group"), "external", "odd_year", "rows")


def _counts(backend: Engine, raw: Frame) -> tuple[dict[str, int], pd.DataFrame]:
    """Rows that are no work of their own, and size and first id of every group."""
    nw = require("narwhals", "scale")
    text = nw.col("id") if raw.collect_schema()["id"] == nw.String else nw.col("id").cast(nw.String)
    lost = nw.col("id").is_null().alias("lost")
    table = backend.fetch(
        raw.with_columns(lost, text.alias("text"))
        .group_by("lost", "group")
        .agg(
            nw.len().cast(nw.Int64).alias("works"),
            nw.col("rows").sum().cast(nw.Int64).alias("rows"),
            nw.col("odd_year").cast(nw.Int64).sum().cast(nw.Int64).alias("odd"),
            nw.col("text").min().alias("first"),
        )
    ).to_pandas()
    known = table[~table["lost"].astype(bool)]
    skipped = {
        "no id": int(table.loc[table["lost"].astype(bool), "rows"].sum()),
        "repeated id": int(known["rows"].sum() - known["works"].sum()),
        "year not read": int(known["odd"].sum()),
    }
    return skipped, known.drop(columns="lost")


def _coded(table: pd.DataFrame, groups: Mapping[str, list[str]] | None) -> tuple[pd.DataFrame, tuple[str, ...], Any]:
    """Find the group of each value, and names and sizes of the groups in the order of a `Partition`."""
    stated = table[table["group"].notna()]
    name_of = (
        {v: name for name, values in groups.items() for v in values}
        if groups is not None
        else {v: v for v in stated["group"]}
    )
    named = stated.assign(name=stated["group"].map(name_of)).dropna(subset="name")
    by_name = named.groupby("name").agg(works=("works", "sum"), first=("first", "min"))
    order = sorted(by_name.index, key=lambda name: (-by_name["works"][name], by_name["first"][name]))
    if len(order) * SPAN >= 2**31 - SPAN:
        raise InputError(f"{len(order):,} groups are too many; merge them with groups={{name: [values]}}")
    number = {name: i for i, name in enumerate(order)}
    codes = pd.DataFrame({"value": named["group"].astype("object"), "code": named["name"].map(number).astype("int32")})
    sizes = np.array([int(by_name["works"][name]) for name in order], dtype=np.int64)
    rest = int(table["works"].sum()) - int(sizes.sum())
    return codes.astype({"value": "str"}), tuple(order), np.append(sizes, rest)
