"""The OpenAlex snapshot as two tables: streamed file by file, in little memory, taken up again where it stopped."""

from __future__ import annotations

import functools
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from citenet._support.choices import check_count
from citenet._support.optional import require
from citenet.errors import InputError
from citenet.scale.openalex_batch import LEVELS, Batch, number_of, schemas
from citenet.scale.packed import broken, unpacked

__all__ = ["OpenAlexTables", "from_openalex"]

_VERSION = 2
_SUMMARY = "openalex.json"


@dataclass(frozen=True)
class OpenAlexTables:
    """What `from_openalex` wrote.

    Parameters
    ----------
    works, citations : str
        Folders of Parquet files, for `open_tables`.
    counts : dict of str to int
        Lines, works, references, citations, and everything skipped, by reason.
    problems : list of dict
        Shards that could not be read to their end: file and detail. Nothing of them is in the tables; the next run
        tries them again.
    snapshot : str
        Where they are from.
    """

    works: str
    citations: str
    counts: dict[str, int]
    problems: list[dict[str, str]] = field(default_factory=list)
    snapshot: str = ""


class _BreaksOffError(Exception):
    """A shard cannot be read to its end."""


def from_openalex(snapshot: str | Path, out: str | Path, *, workers: int = 1) -> OpenAlexTables:
    """Turn the works of an OpenAlex snapshot into tables of works and citations.

    Parameters
    ----------
    snapshot : path
        Folder of the works, ``works/updated_date=…/part_000.gz`` or other ``.gz`` and ``.jsonl`` files; or one file.
    out : path
        Folder that is written to, for this snapshot alone. Shards that are there already and whose source has not
        changed are left as they are; those whose source is gone are taken out, and counted as "shard taken out".
    workers : int
        Processes; each holds one shard's stream, below 150 MB whatever its size.

    Returns
    -------
    OpenAlexTables
        Works have ``id`` (the number after W), ``year``, ``type``, and ``topic``, ``subfield``, ``field``, ``domain``
        of the primary topic. Citations have ``citing`` and ``cited``; the references of one work stand once. Pass
        ``columns={"group": "field"}`` to `open_tables`. A work that stands in two shards (where the folder of an older
        ``updated_date`` was not deleted) stands twice here; `open_tables` merges it, and refuses ``assume_unique``.

    Raises
    ------
    InputError
        If no file is there, two shards would have one name, or ``out`` holds the tables of another snapshot.
    OSError
        If the tables cannot be written.
    MissingDependencyError
        Without ``citenet[scale]``.

    Examples
    --------
    >>> import tempfile
    >>> line = '{"id": "https://openalex.org/W2", "publication_year": 2020, '
    >>> line += '"referenced_works": ["https://openalex.org/W1"]}'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "part_000.jsonl").write_text(line)
    ...     from_openalex(folder, Path(folder, "out")).counts
    {'lines': 1, 'works': 1, 'references': 1, 'citations': 1, 'work without a topic': 1}
    """
    check_count("workers", workers, 1)
    source, target = Path(snapshot), Path(out)
    shards = _shards(source, target)
    taken_out = _prepare(target, source, {name for _, name in shards})
    convert = functools.partial(_convert, target=target)
    if workers == 1:
        reports = list(map(convert, shards))
    else:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            reports = list(pool.map(convert, shards))
    counts: Counter[str] = Counter({"lines": 0, "works": 0, "references": 0, "citations": 0})
    for report in reports:
        counts.update(report["counts"])
    counts.update({"shard taken out": taken_out} if taken_out else {})
    problems = [report["problem"] for report in reports if report["problem"]]
    folders = str(target / "works"), str(target / "citations")
    tables = OpenAlexTables(*folders, dict(counts), problems, str(source.resolve()))
    _replace(target / _SUMMARY, json.dumps(asdict(tables), indent=1))
    return tables


def _prepare(target: Path, source: Path, names: set[str]) -> int:
    """Make the folders, and take out what is left of shards that are no longer in the snapshot; return how many."""
    summary, snapshot = target / _SUMMARY, str(source.resolve())
    if summary.is_file():
        before = json.loads(summary.read_text(encoding="utf-8")).get("snapshot", snapshot)
        if before != snapshot:
            raise InputError(f"{target} holds the tables of {before}; write those of {snapshot} to another folder")
    for name in ("works", "citations", "shards"):
        (target / name).mkdir(parents=True, exist_ok=True)
    if not summary.is_file():
        _replace(summary, json.dumps({"snapshot": snapshot}))
    gone = [report for report in (target / "shards").glob("*.json") if report.name.removesuffix(".json") not in names]
    for report in gone:
        for part in _parts(target, report.name.removesuffix(".json")).values():
            part.unlink(missing_ok=True)
        report.unlink()
    return len(gone)


def _parts(target: Path, name: str) -> dict[str, Path]:
    return {kind: target / kind / f"{name}.parquet" for kind in ("works", "citations")}


def _shards(source: Path, target: Path) -> list[tuple[str, str]]:
    """Path and name of every file of works, in order."""
    if source.is_file():
        return [(str(source), source.name)]
    root = source / "works" if (source / "works").is_dir() else source
    inside = target.resolve()
    files = [
        file
        for pattern in ("*.gz", "*.jsonl", "*.ndjson")
        for file in root.rglob(pattern)
        if not file.resolve().is_relative_to(inside) and not file.name.startswith(".")
    ]
    if not files:
        raise InputError(f"no works (.gz, .jsonl) below {root}; download the snapshot's works first")
    names: dict[str, Path] = {}
    for file in sorted(files):
        name = str(file.relative_to(root)).replace(os.sep, "_")
        if name in names:
            raise InputError(f"{names[name]} and {file} would have the same tables, {name}; rename one")
        names[name] = file
    return [(str(file), name) for name, file in names.items()]


def _convert(shard: tuple[str, str], target: Path) -> dict[str, Any]:
    """Write the tables of one file, unless they are there; return what was counted."""
    path, name = shard
    report_file = target / "shards" / f"{name}.json"
    state = os.stat(path)
    stamp = {"version": _VERSION, "size": state.st_size, "modified": state.st_mtime_ns}
    counts: Counter[str] = Counter()
    parts = _parts(target, name)
    if report_file.is_file() and all(part.is_file() for part in parts.values()):
        report: dict[str, Any] = json.loads(report_file.read_text(encoding="utf-8"))
        if report["source"] == stamp:
            return report
    problem = None
    try:
        _write(path, parts, counts)
    except _BreaksOffError as error:
        detail = f"the file breaks off after {counts['works']:,} works: {error}; nothing of it was kept"
        problem, counts = {"file": path, "detail": detail}, Counter({"unreadable shard": 1})
        for part in parts.values():
            part.unlink(missing_ok=True)
    report = {"source": stamp, "counts": dict(counts), "problem": problem}
    _replace(report_file, json.dumps(report))
    return report


def _replace(file: Path, text: str) -> None:
    draft = file.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, file)


def _write(path: str, parts: dict[str, Path], counts: Counter[str]) -> None:
    """Stream one file into drafts, which take their names when they are whole."""
    parquet = require("pyarrow.parquet", "scale")
    drafts = {kind: part.with_suffix(".draft") for kind, part in parts.items()}
    pool = require("pyarrow", "scale").system_memory_pool()  # gives back what it no longer needs
    options = {"compression": "zstd", "memory_pool": pool}
    writers = {
        "works": parquet.ParquetWriter(drafts["works"], schemas()["works"], **options),
        "citations": parquet.ParquetWriter(
            drafts["citations"],
            schemas()["citations"],
            use_dictionary=False,
            column_encoding="DELTA_BINARY_PACKED",
            **options,
        ),
    }
    try:
        for tables in _tables(path, counts):
            for kind, table in tables.items():
                writers[kind].write_table(table)
    except BaseException:
        for kind, writer in writers.items():
            writer.close()
            drafts[kind].unlink()
        raise
    for kind, writer in writers.items():
        writer.close()
        os.replace(drafts[kind], parts[kind])


@functools.cache
def _decoder() -> Any:
    """Make a decoder of the fields that are needed; all else in a line is passed over without being built."""
    msgspec = require("msgspec", "scale")
    named = msgspec.defstruct("Named", [("display_name", str | None, None)])
    levels = [("display_name", str | None, None), *((level, named | None, None) for level in LEVELS[1:])]
    topic = msgspec.defstruct("Topic", levels)
    fields = [
        ("id", str | None, None),
        ("publication_year", int | None, None),
        ("type", str | None, None),
        ("primary_topic", topic | None, None),
        ("referenced_works", list[str] | None, None),
    ]
    return msgspec.json.Decoder(msgspec.defstruct("Work", fields, gc=False))


def _lines(path: str) -> Iterator[bytes]:
    """Lines of a file; what cannot be read of it is an error of its own, unlike what cannot be written."""
    try:
        if not os.path.getsize(path):
            raise EOFError("it is empty")
        with unpacked(path) as lines:
            yield from lines
    except broken() as error:
        raise _BreaksOffError(error) from error


def _tables(path: str, counts: Counter[str]) -> Iterator[dict[str, Any]]:
    """Tables of a few thousand works each."""
    decode, unreadable = _decoder().decode, require("msgspec", "scale").DecodeError
    batch = Batch()
    for line in _lines(path):
        counts["lines"] += 1
        if not line.strip():
            counts["blank line"] += 1
            continue
        try:
            work = decode(line)
        except (unreadable, UnicodeDecodeError) as error:
            if not line.endswith(b"\n"):
                raise _BreaksOffError("its last line is not whole") from error
            counts["unreadable line"] += 1
            continue
        number = number_of(work.id)
        if number is None:
            counts["no OpenAlex id of a work"] += 1
            continue
        batch.add(number, work, counts)
        if batch.full:
            yield batch.tables(counts)
            batch = Batch()
    yield batch.tables(counts)
