"""Works and citations as every engine shall see them: ids of one type, whole years, numbered groups, no nulls.

Year and group of a work stand in one whole number, its stamp, so that joins and counts move as little as possible:
``(group + 1) * SPAN + year + SPAN / 2``; group -1 is none, an unknown year is ``-SPAN / 2``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.optional import require
from citenet.errors import InputError
from citenet.scale.engines import Frame

__all__ = [
    "SPAN",
    "UNKNOWN",
    "as_text",
    "decode",
    "stamp_of",
    "tidy_citations",
    "tidy_titles",
    "tidy_works",
    "year_column",
]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
SPAN = 1 << 15
UNKNOWN = -1  # the stamp of a work that is not among the works
_HALF = SPAN // 2
_LAST_YEAR = 9_999
_MOST = 2.0**63  # floats below are whole numbers of 64 bits, if whole


def decode(stamps: npt.NDArray[Any]) -> tuple[Ints, Floats]:
    """Return group (-1 none, -2 no such work) and year (NaN unknown) of stamps.

    >>> decode(np.array([2 * SPAN + SPAN // 2 + 1999, SPAN, -1]))
    (array([ 1,  0, -2]), array([1999.,   nan,   nan]))
    """
    stamps = stamps.astype(np.int64)
    year = (stamps % SPAN - _HALF).astype(float)
    year[(stamps < 0) | (stamps % SPAN == 0)] = np.nan
    return np.where(stamps < 0, -2, stamps // SPAN - 1), year


def year_column(years: Floats) -> pd.Series[Any]:
    """Years as a column of whole numbers, NA unknown."""
    return pd.Series(years).astype("Int64")


def stamp_of(group: Any, year: Any) -> Any:
    """Compute the stamp from a group (-1 none) and a year (``-SPAN / 2`` unknown): numbers, arrays or expressions."""
    return (group + 1) * SPAN + year + _HALF


def tidy_citations(citations: Frame, works_id: Any) -> tuple[Frame, Any]:
    """Return citations with ``citing`` and ``cited`` of one type, and that type: text, or the narrower whole number.

    Parameters
    ----------
    citations : LazyFrame
        ``citing`` and ``cited``.
    works_id : data type
        Of the ids of the works.
    """
    nw = require("narwhals", "scale")
    schema = citations.collect_schema()
    ends = ("citing", "cited")
    kind = _id_type([works_id, *(schema[end] for end in ends)])
    return citations.select(*(_id(nw.col(end), schema[end], kind).alias(end) for end in ends)), kind


def tidy_works(works: Frame, id_type: Any) -> Frame:
    """Return works with id, year, group, external and ``odd_year`` (1 where a stated year cannot be read).

    Parameters
    ----------
    works : LazyFrame
        ``id``, and ``year``, ``group`` and ``external`` where they are stated.
    id_type : data type
        Of the ids, as `tidy_citations` found it.
    """
    nw = require("narwhals", "scale")
    schema = works.collect_schema()
    year, group, external = (nw.col(key) if key in schema else None for key in ("year", "group", "external"))
    stated = nw.lit(False) if year is None else ~year.is_null()
    if year is not None and schema["year"] == nw.String:
        stated = stated & (year.str.strip_chars() != "")
    tidied = works.select(
        _id(nw.col("id"), schema["id"], id_type).alias("id"),
        (nw.lit(None, nw.Int32) if year is None else _year(year, schema["year"])).alias("year"),
        (nw.lit(None, nw.String) if group is None else _text(group, schema["group"])).alias("group"),
        (nw.lit(0, nw.Int32) if external is None else _truth(external, schema["external"])).alias("external"),
        stated.fill_null(False).alias("stated"),
    )
    odd = nw.when(nw.col("year").is_null() & nw.col("stated")).then(nw.lit(1)).otherwise(nw.lit(0))
    return tidied.with_columns(odd.cast(nw.Int32).alias("odd_year")).drop("stated")


def tidy_titles(works: Frame, id_type: Any) -> Frame:
    """Return ``id`` and ``title`` of the works that state both."""
    nw = require("narwhals", "scale")
    schema = works.collect_schema()
    stated = works.select(
        _id(nw.col("id"), schema["id"], id_type).alias("id"),
        _text(nw.col("title"), schema["title"], strip=False).alias("title"),
    )
    return stated.filter(~nw.col("id").is_null() & ~nw.col("title").is_null())


def as_text(column: Any, dtype: Any) -> Any:
    """Text of a column; a whole number held as a float is written as one."""
    nw = require("narwhals", "scale")
    if not dtype.is_float():
        return column if dtype == nw.String else column.cast(nw.String)
    whole = _whole(column)
    return nw.when(~whole.is_null()).then(whole.cast(nw.Int64).cast(nw.String)).otherwise(column.cast(nw.String))


def _whole(column: Any) -> Any:
    """Floats that are whole numbers; null where they are none, infinite or NaN."""
    nw = require("narwhals", "scale")
    bounded = nw.when(column.abs() < _MOST).then(column)
    return nw.when(bounded == bounded.floor()).then(bounded)


def _id_type(found: Sequence[Any]) -> Any:
    """Type in which ids are compared: joins move half as much where all fit into 32 bits."""
    nw = require("narwhals", "scale")
    if all(dtype in (nw.Int8, nw.Int16, nw.Int32, nw.UInt8, nw.UInt16) for dtype in found):
        return nw.Int32
    # pandas makes floats of whole numbers where one is missing
    whole = (
        dtype.is_signed_integer() or dtype.is_float() or dtype in (nw.UInt8, nw.UInt16, nw.UInt32) for dtype in found
    )
    return nw.Int64 if all(whole) else nw.String


def _id(column: Any, dtype: Any, id_type: Any) -> Any:
    nw = require("narwhals", "scale")
    if dtype.is_float():
        column = _whole(column).cast(nw.Int64)
    if id_type != nw.String:
        return column if dtype == id_type else column.cast(id_type)
    return _text(column, dtype, strip=False)


def _text(column: Any, dtype: Any, *, strip: bool = True) -> Any:
    """Text; null where there is none or nothing but blanks."""
    nw = require("narwhals", "scale")
    text = column if dtype == nw.String else column.cast(nw.String)
    return nw.when(text.str.strip_chars() != "").then(text.str.strip_chars() if strip else text).otherwise(None)


def _year(column: Any, dtype: Any) -> Any:
    nw = require("narwhals", "scale")
    if dtype in (nw.Date, nw.Datetime):
        return column.dt.year().cast(nw.Int32)
    if dtype == nw.String:
        plain = column.str.strip_chars().str.replace_all(r"\.0*$", "")
        column, dtype = nw.when(plain.str.contains(r"^-?\d{1,4}$")).then(plain).otherwise(None).cast(nw.Int32), nw.Int32
    if dtype.is_float():
        column = _whole(column)
    elif not dtype.is_integer():
        raise InputError(f"works: years must be whole numbers, dates or text; found {dtype}")
    return nw.when(column.is_between(-_LAST_YEAR, _LAST_YEAR)).then(column).otherwise(None).cast(nw.Int32)


def _truth(column: Any, dtype: Any) -> Any:
    nw = require("narwhals", "scale")
    if dtype == nw.String:
        column = column.str.strip_chars().str.to_lowercase().is_in(["true", "1", "yes", "t"])
    elif dtype != nw.Boolean:
        column = column != 0
    return nw.when(column.fill_null(False)).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int32)
