"""Tables inside frozen objects: checked on the way in, copied on the way out, saved as plain files."""

from __future__ import annotations

import copy
import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.errors import InputError, ParseError

Schema = Mapping[str, str]
_SLICE = 8192  # rows
_ALIKE = 2048  # rows that are alike held once
_LARGE = 1 << 23  # bytes of a column of which memory is given back as soon as it is let go, which takes time
_TAKEN = 1 << 14  # rows of a large column put in another order together
_PARTS = 16  # of a column that is put in another order
_HALF_PAIR = re.compile("[\ud800-\udfff]")


def read_only(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a copy of an array that cannot be written to."""
    copy = np.array(values)
    copy.flags.writeable = False
    return copy


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
        if value is not None and not isinstance(value, pd.DataFrame):
            raise InputError(f"{self._slot[1:]} must be a pandas DataFrame; got {type(value).__name__}")
        instance.__dict__[self._slot] = value


class Record:
    """A dataclass field that holds a mapping of plain values and hands out copies of it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._slot = f"_{name}"

    @overload
    def __get__(self, instance: None, owner: type) -> None: ...
    @overload
    def __get__(self, instance: object, owner: type) -> dict[str, Any]: ...
    def __get__(self, instance: object | None, owner: type) -> dict[str, Any] | None:
        if instance is None:
            return None
        record: dict[str, Any] = copy.deepcopy(instance.__dict__[self._slot])
        return record

    def __set__(self, instance: object, value: Mapping[str, Any] | None) -> None:
        instance.__dict__[self._slot] = plain_values(value or {})


def plain_values(value: Any) -> Any:
    """Copy a nested value with NumPy scalars and arrays, tuples, dates and paths turned into what JSON knows.

    >>> plain_values({"seed": np.int64(3), "years": (1990, 2019)})
    {'seed': 3, 'years': [1990, 2019]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else copy.deepcopy(value)


def conform(frame: pd.DataFrame | None, schema: Schema, name: str) -> pd.DataFrame:
    """Return the table with all columns of the schema in their types; further columns are kept.

    Blank text becomes NA: unknown is NA, never "".

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
        If a column cannot be read as its type, or two columns have the same name.
    """
    source = pd.DataFrame() if frame is None else frame
    names = source.columns.astype("str")
    if names.has_duplicates:
        raise InputError(f"{name} has two columns called {names[names.duplicated()][0]!r}; rename one")
    columns: dict[str, pd.Series[Any]] = {}
    for column, dtype in schema.items():
        if column not in source:
            unknown = alike(None, len(source)) if dtype == "str" else [pd.NA] * len(source)
            values: pd.Series[Any] = pd.Series(unknown, source.index, "str" if dtype == "str" else "object")
        else:
            values = source[column]
        columns[column] = as_type(values, dtype, f"{name}.{column}")
    for column in source.columns:
        if column not in columns:
            values = source[column]
            if isinstance(values.dtype, pd.CategoricalDtype):
                values = values.astype(values.cat.categories.dtype)
            columns[str(column)] = encodable(values).infer_objects()
    return pd.DataFrame(columns, index=source.index, copy=False)


def index_by(table: pd.DataFrame, name: str, *, alias: str, what: str) -> pd.DataFrame:
    """Index a table by unique text ids.

    Parameters
    ----------
    table : DataFrame
        Indexed by its ids, or with a column called ``name``; or, where its index only counts rows, ``alias``.
    name, alias : str
        Names of the id column. The index is called ``name`` afterwards.
    what : str
        What a row is called in messages.

    Raises
    ------
    InputError
        If an id is unknown or occurs twice.
    """
    if name in table and table.index.name == name:
        table = table.drop(columns=name)
    elif name in table:
        table = table.set_index(name)
    elif alias in table and table.index.name is None and pd.api.types.is_integer_dtype(table.index):
        table = table.set_index(alias)
    if isinstance(table.index, pd.MultiIndex):
        raise InputError(f"{what}s must have one id each, not an index of {table.index.nlevels} levels")
    ids = as_text(table.index.to_series())
    if ids.isna().any():
        raise InputError(f"{int(ids.isna().sum())} of {len(ids)} {what}s have no id; give each one, as text")
    table = table.set_axis(pd.Index(ids, dtype="str", name=name))
    # Asking the index itself would leave a table of Python strings in it.
    if not ascending(table.index) and ids.nunique() < len(ids):
        raise InputError(f"{what} ids must be unique; {ids[ids.duplicated()].iloc[0]!r} occurs more than once")
    return table


def ascending(ids: pd.Index[str]) -> bool:
    """Whether ids ascend, none twice.

    >>> ascending(pd.Index(["a", "b"], dtype="str")), ascending(pd.Index(["a", "a"], dtype="str"))
    (True, False)
    """
    texts: Any = ids.array
    return bool((texts[:-1] < texts[1:]).all())


def as_text(values: pd.Series[Any]) -> pd.Series[str]:
    """Text of each cell; NA where there is none or nothing but blanks.

    Whole numbers that a gap in their column turned into floats are written as whole numbers. Half of a surrogate pair,
    which UTF-8 cannot hold, becomes U+FFFD.

    >>> as_text(pd.Series([12.0, None])).tolist()
    ['12', nan]
    """
    if pd.api.types.is_float_dtype(values) and _whole(values):
        values = values.astype("Int64")
    blank, half = _odd_texts(values)
    if half:
        values = _without_halves(values)
    if values.dtype == "str" and not blank:
        return values
    text = values.astype("str") if values.dtype != "str" else values
    return text.mask((text.str.strip() == "") | values.isna())


def encodable(values: pd.Series[Any]) -> pd.Series[Any]:
    """Replace halves of surrogate pairs by U+FFFD, so that text is the same whatever pandas keeps it in."""
    return _without_halves(values) if _odd_texts(values)[1] else values


def _without_halves(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.map(lambda value: _HALF_PAIR.sub("\ufffd", value) if isinstance(value, str) else value)


def _odd_texts(values: pd.Series[Any]) -> tuple[bool, bool]:
    """Whether any text of a column is blank, and whether any holds half a surrogate pair."""
    blank = half = False
    if _is_in_arrow(values):
        slices = (values.iloc[at : at + _SLICE] for at in range(0, len(values), _SLICE))
        return any((some.str.strip() == "").any() for some in slices), False
    if values.dtype == "object" or values.dtype == "str":
        for known in known_texts(values):
            blank = blank or _is_any_blank(known)
            half = half or not _is_encodable("".join(known))
    return blank, half


def are_texts_sound(texts: list[str]) -> bool:
    """Whether texts are such as tables hold: none blank, and none with half a surrogate pair.

    Raises
    ------
    TypeError
        If one is no text.
    """
    return _is_encodable("".join(texts)) and not _is_any_blank(texts)


def _is_any_blank(texts: list[str]) -> bool:
    return "" in texts or any(map(str.isspace, texts))


def _is_encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def known_texts(values: pd.Series[Any]) -> Iterator[list[str]]:
    """Yield the texts of a column some thousands at a time."""
    known = values.notna().to_numpy()
    cells = values.array if known.all() else values.array[known]
    for at in range(0, len(cells), _SLICE):
        some = np.asarray(cells[at : at + _SLICE], dtype=object).tolist()
        yield some if values.dtype == "str" else [cell for cell in some if isinstance(cell, str)]


def _whole(numbers: pd.Series[Any]) -> bool:
    known = numbers.dropna().to_numpy(dtype="float64")
    return bool(np.isfinite(known).all() and (known == np.round(known)).all())


def as_type(values: pd.Series[Any], dtype: Any, where: str) -> pd.Series[Any]:
    """Return a column in a type of a schema; ``where`` names it in messages.

    Raises
    ------
    InputError
        If it cannot be read as that type.
    """
    if dtype == "str":
        return as_text(values)
    try:
        if dtype == "Int64":
            if values.dtype == "Int64":
                return values
            numbers = pd.to_numeric(values)
            if not _whole(numbers):
                raise ValueError("not whole numbers")
            return numbers.astype("Int64")
        if dtype == "float64":
            return pd.to_numeric(values.where(values.notna())).astype("float64")
        return values.astype(dtype)
    except (ValueError, TypeError) as error:
        numbers = pd.to_numeric(values, errors="coerce").astype("float64")
        bad = values.notna() & ~np.isclose(numbers % 1, 0) if dtype == "Int64" else values.notna() & numbers.isna()
        example = values[bad].iloc[0] if bad.any() else error
        kind = {"Int64": "whole numbers", "float64": "numbers"}.get(dtype, dtype)
        raise InputError(f"{where} must hold {kind}; {example!r} is none (unknown is None or NA)") from error


@lru_cache(maxsize=8)
def _chunk(text: str | None, storage: str) -> Any:  # noqa: ARG001 - one for each storage
    return pd.array(np.full(_ALIKE, text, dtype=object), dtype="str")


def alike(text: str | None, n: int) -> Any:
    """Array of the same text again and again; where pandas keeps text in Arrow it is held once.

    >>> list(alike("a", 2))
    ['a', 'a']
    """
    chunk: Any = _chunk(text, pd.get_option("mode.string_storage"))
    return together([*[chunk] * (n // _ALIKE), chunk[: n % _ALIKE]])


def together(arrays: list[Any]) -> Any:
    """Arrays of one type as one.

    >>> list(together([pd.array(["a"], "str"), pd.array(["b"], "str")]))
    ['a', 'b']
    """
    return type(arrays[0])._concat_same_type(arrays)


def _is_in_arrow(cells: Any) -> bool:
    """Whether texts are kept in Arrow, which can hold no half of a pair."""
    return bool(cells.dtype == "str" and cells.dtype.storage == "pyarrow")


def _is_large(texts: Any, n: int) -> bool:
    """Whether so many texts, if they are on average as long as these, are a large column."""
    return bool(n * texts.nbytes > _LARGE * len(texts))


def taken(pieces: list[Any], order: npt.NDArray[np.signedinteger[Any]]) -> Any:
    """Cells of the only array in a list, which is taken out, in another order, unknown where that is -1.

    Where pandas keeps text in Arrow the pieces are put together first: else Arrow does, and keeps them.
    """
    cells = pieces.pop()
    if not _is_in_arrow(cells):
        return cells.take(order, allow_fill=True)
    arrow, take = sys.modules["pyarrow"], sys.modules["pyarrow.compute"].take
    pool = arrow.default_memory_pool()
    step = _TAKEN if _is_large(cells, len(order)) else max(len(order), 1)
    texts, dtype = cells.__arrow_array__().combine_chunks(), cells.dtype
    del cells
    for at in range(0, max(len(order), 1), step):
        pool.release_unused()  # of the room that Arrow makes the half is not needed
        places = order[at : at + step]
        pieces.append(take(texts, arrow.array(places, mask=places < 0), memory_pool=pool))
    del texts
    pool.release_unused()
    return pd.array(arrow.chunked_array(pieces), dtype=dtype)


def reordered(pieces: list[Any], order: npt.NDArray[np.signedinteger[Any]]) -> Any:
    """All cells of the only array in a list, which is taken out, in another order.

    Where pandas keeps texts in Arrow, the chunks of a large column are dealt out to parts of the result, some at a
    time, and let go: the texts are never all there twice.
    """
    if not (_is_in_arrow(pieces[0]) and _is_large(pieces[0], len(order))):
        return taken(pieces, order)
    arrow, take = sys.modules["pyarrow"], sys.modules["pyarrow.compute"].take
    pool, dtype, texts = arrow.default_memory_pool(), pieces[0].dtype, pieces.pop().__arrow_array__()
    kind, chunks = texts.type, texts.chunks[::-1]
    target = np.empty(len(order), dtype=np.intp)
    target[order] = np.arange(len(order))
    size = len(order) // _PARTS + 1
    parts: list[list[tuple[Any, npt.NDArray[np.intp]]]] = [[] for _ in range(0, len(order), size)]
    while chunks:
        some = [chunks.pop()]
        while chunks and sum(map(len, some)) < size:
            some.append(chunks.pop())
        texts = arrow.concat_arrays(some, memory_pool=pool)
        some.clear()
        pool.release_unused()
        places, target = target[: len(texts)], target[len(texts) :]
        for at, part in enumerate(parts):
            dealt = np.flatnonzero(places // size == at)
            part.append((take(texts, arrow.array(dealt), memory_pool=pool), places[dealt]))
    found = []
    for part in parts:
        texts = arrow.concat_arrays([some for some, _ in part], memory_pool=pool)
        within = np.argsort(np.concatenate([places for _, places in part]))
        part.clear()
        found.append(take(texts, arrow.array(within), memory_pool=pool))
        del texts
        pool.release_unused()
    return pd.array(arrow.chunked_array(found, type=kind), dtype=dtype)


def are_alike(texts: Any) -> bool:
    """Whether all cells of a column are the same text, or all unknown; three of them tell most columns apart.

    >>> are_alike(pd.array([None, None], "str")), are_alike(pd.array(["a", None], "str"))
    (True, False)
    """
    if texts.dtype != "str":
        return False
    some = [texts[at] for at in (0, len(texts) // 2, -1)] if len(texts) else []
    known = {text for text in some if not pd.isna(text)}
    if not known:
        return bool(texts.isna().all())
    return len(known) == 1 and bool((texts == known.pop()).all())


def are_new(texts: Any) -> npt.NDArray[np.bool_]:
    """Whether each text of a column is another than the one before it.

    >>> are_new(pd.array(["a", "a", "b"], "str")).tolist()
    [True, False, True]
    """
    cells = texts if _is_in_arrow(texts) else np.asarray(texts, dtype=object)  # a sixth of the time
    changes = np.asarray(cells[1:] != cells[:-1], dtype=bool)
    return np.append(True, changes)[: len(texts)]


@contextmanager
def returning_memory() -> Iterator[None]:
    """Let Arrow, where pandas keeps text in it, use the allocator of the C library: its own keeps what it lets go.

    That is a setting of the whole process, which is as before afterwards. Arrays keep the allocator they were made by.
    """
    arrow: Any = sys.modules.get("pyarrow")
    before = arrow and arrow.default_memory_pool()
    if before is None or before.backend_name == "system":  # perhaps set by another thread, which then sets it back
        yield
        return
    arrow.set_memory_pool(arrow.system_memory_pool())
    try:
        yield
    finally:
        arrow.set_memory_pool(before)


def save_tables(folder: str | Path, kind: str, version: int, tables: Mapping[str, pd.DataFrame], **meta: Any) -> None:
    """Write tables as JSON Lines beside a header that names kind, schema version, types and digests.

    The bytes depend on the content alone. Each row of a ``.jsonl`` file is one JSON array in column order.

    Raises
    ------
    InputError
        If a table or the header holds something that is neither text, number, truth value nor date.
    """
    path = Path(folder)
    header: dict[str, Any] = {"kind": kind, "schema_version": version, **meta, "tables": {}}
    texts = {}
    for name, table in tables.items():
        flat = table.reset_index() if table.index.name else table
        columns = [_plain(flat[column]) for column in flat.columns]
        texts[name] = "".join(_line(row, name) for row in zip(*columns, strict=True))
        header["tables"][name] = {
            "index": table.index.name,
            "columns": {str(column): str(dtype) for column, dtype in flat.dtypes.items()},
            "rows": len(flat),
            "sha256": sha256_of(texts[name].encode()),
        }
    header["sha256"] = header_digest(header, kind)
    path.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (path / f"{name}.jsonl").write_text(text, encoding="utf-8", newline="\n")
    (path / f"{kind}.json").write_text(
        json.dumps(header, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )


def is_saved(folder: Path, kind: str) -> bool:
    """Whether a folder holds what `save_tables` wrote; a file that merely has the name of its header is none."""
    try:
        header = json.loads((folder / f"{kind}.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(header, dict) and header.get("kind") == kind and "schema_version" in header


def load_tables(folder: str | Path, kind: str, version: int) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Read what `save_tables` wrote; a changed or missing file raises `ParseError`."""
    path = Path(folder)
    head = path / f"{kind}.json"
    if not head.is_file():
        raise ParseError(f"no saved {kind} here ({head.name} is missing)", file=str(path))
    try:
        header = json.loads(head.read_bytes())
        found = (header["kind"], header["schema_version"], header["tables"], header["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise ParseError(f"this is not the header of a saved {kind}", file=str(head)) from error
    if found[:2] != (kind, version):
        raise ParseError(
            f"saved as {found[0]} with schema {found[1]}, this citenet reads {kind} with schema {version}; "
            "read the sources again and save anew",
            file=str(head),
        )
    if found[3] != header_digest({key: value for key, value in header.items() if key != "sha256"}, kind):
        raise ParseError("the file has changed since it was saved (its sha256 differs)", file=str(head))
    return {name: _load_table(path / f"{name}.jsonl", spec) for name, spec in header["tables"].items()}, header


def _load_table(file: Path, spec: Mapping[str, Any]) -> pd.DataFrame:
    if not file.is_file():
        raise ParseError("the file is missing from the saved folder", file=str(file))
    data = file.read_bytes()
    if sha256_of(data) != spec["sha256"]:
        raise ParseError("the file has changed since it was saved (its sha256 differs)", file=str(file))
    rows = [json.loads(line) for line in data.decode("utf-8").split("\n") if line]
    columns = list(spec["columns"])
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    table = pd.DataFrame(
        {column: _typed(value, dtype) for (column, dtype), value in zip(spec["columns"].items(), values, strict=True)}
    )
    return table.set_index(spec["index"]) if spec["index"] else table


def _line(row: tuple[Any, ...], table: str) -> str:
    """One row as a line of JSON."""
    try:
        return json_text(row) + "\n"
    except TypeError as error:
        raise InputError(f"{table} cannot be saved: {error}; turn that column into text or numbers first") from error


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Write a value as JSON; text that UTF-8 cannot hold (half a surrogate pair) is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text


def column_digest(table: pd.DataFrame) -> str:
    """Digest of the content of a table: its index, its columns and their values, not their types.

    Raises
    ------
    InputError
        If a column holds something that is neither text, number, truth value nor date.
    """
    digest = hashlib.sha256()
    for name, values in (("", table.index.to_series()), *table.items()):
        try:
            digest.update(json.dumps([str(name), _plain(values)]).encode())
        except TypeError as error:
            raise InputError(f"column {name!r}: {error}; turn it into text or numbers first") from error
    return digest.hexdigest()


def header_digest(header: Mapping[str, Any], kind: str) -> str:
    """Digest of a header as JSON, whatever the order of its keys."""
    try:
        return sha256_of(json.dumps(header, sort_keys=True).encode())
    except TypeError as error:
        raise InputError(f"the {kind} cannot be saved: {error}; its provenance must hold plain values") from error


def _plain(values: pd.Series[Any]) -> list[Any]:
    """Column as plain Python values; missing is None."""
    if pd.api.types.is_datetime64_any_dtype(values):
        values = values.astype("str")
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
