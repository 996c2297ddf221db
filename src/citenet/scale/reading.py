"""Open a source on an engine: files that differ are read apart, and put together under names and types of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citenet._support.optional import require
from citenet.scale.engines import Engine, Frame
from citenet.scale.sources import Source
from citenet.scale.tidy import as_text

__all__ = ["columns_of", "opened"]


def columns_of(backend: Engine, source: Source) -> tuple[str, ...]:
    """Columns of a source; of files elsewhere the engine knows them."""
    return source.columns or backend.columns(source.kind, source.parts[0])


def opened(backend: Engine, source: Source, columns: Mapping[str, str]) -> Frame:
    """Open some columns of a source.

    Parameters
    ----------
    backend : Engine
    source : Source
    columns : mapping of str to str
        Our name of each column, and that in the source.

    Returns
    -------
    LazyFrame
        Columns of our names. One that some files lack is null there; one whose type differs between files is a whole
        number where it is one everywhere, else text.
    """
    nw = require("narwhals", "scale")
    if not source.parts:
        return backend.scan(source, None, columns)
    frames = []
    for part in source.parts:
        there = {key: column for key, column in columns.items() if not part.columns or column in part.columns}
        frames.append(backend.scan(source, part, there))
    if len(frames) == 1:
        return frames[0]
    schemas = [frame.collect_schema() for frame in frames]
    return nw.concat(
        [
            frame.select(*(_like_all(key, schema, schemas) for key in columns))
            for frame, schema in zip(frames, schemas, strict=True)
        ],
        how="vertical",
    )


def _like_all(key: str, schema: Mapping[str, Any], schemas: list[Any]) -> Any:
    """Give a column of one part the type that it has in all of them."""
    nw = require("narwhals", "scale")
    types = {one[key] for one in schemas if key in one}
    common = next(iter(types)) if len(types) == 1 else nw.String
    if len(types) > 1 and all(dtype.is_signed_integer() for dtype in types):
        common = nw.Int64
    if key not in schema:
        return nw.lit(None, common).alias(key)
    column = nw.col(key)
    if schema[key] == common:
        return column
    return (column.cast(common) if common == nw.Int64 else as_text(column, schema[key])).alias(key)
