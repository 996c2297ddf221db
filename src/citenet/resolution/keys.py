"""What works and references are compared by: folded names, years, volumes, pages, containers and titles."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pandas as pd

from citenet._support.text import fold
from citenet.names import author_keys, first_author_key

__all__ = ["container_similarity", "key_table", "people_keys"]

_NUMBER = re.compile(r"0*(\d+)")
_SMALL_WORDS = frozenset(
    {
        "a",
        "an",
        "and",
        "der",
        "die",
        "das",
        "de",
        "des",
        "et",
        "for",
        "fur",
        "in",
        "la",
        "of",
        "on",
        "the",
        "to",
        "und",
        "y",
    }
)


def key_table(table: pd.DataFrame) -> pd.DataFrame:
    """Compute the comparable form of each field of works or references.

    Parameters
    ----------
    table : DataFrame
        With the columns of `citenet.corpus.WORK_COLUMNS` or `REFERENCE_COLUMNS`.

    Returns
    -------
    DataFrame, same index
        family, initial (of the first author), volume, page, container, title (str, "" unknown) and year (Int64).
    """
    first = _distinct(table["authors"], lambda authors: ";".join(first_author_key(authors)), unknown=";").str.split(";")
    container = table["container"]
    if "container_abbrev" in table:
        container = table["container_abbrev"].fillna(container)
    return pd.DataFrame(
        {
            "family": first.str[0],
            "initial": first.str[1],
            "year": table["year"],
            "volume": _distinct(table["volume"], _number_key),
            "page": _distinct(table["first_page"], _page_key),
            "container": _distinct(container, fold),
            "title": _distinct(table["title"], fold),
        },
        index=table.index,
    )


def _distinct(column: pd.Series[Any], function: Callable[[str], str], unknown: str = "") -> pd.Series[Any]:
    """Apply a function once per distinct value."""
    values = {value: function(value) for value in column.dropna().unique()}
    known = column.astype("object").where(column.notna(), None)
    return pd.Series([values.get(value, unknown) for value in known], index=column.index, dtype="str")


def people_keys(authors: pd.Series[Any]) -> pd.Series[Any]:
    """Return the comparable family names of all authors of each work, each between blanks."""
    return _distinct(authors, lambda names: f" {' '.join(author_keys(names))} ")


def _number_key(text: str) -> str:
    """Return the first number of a volume without leading zeros: 'v012', '12' and '12(3)' are one."""
    found = _NUMBER.search(fold(text))
    return found.group(1) if found else fold(text)


def _page_key(text: str) -> str:
    """First page or article number without leading zeros; letters stay: 'S31' is not '31'."""
    plain = fold(text).replace(" ", "")
    return re.sub(r"^([a-z]*)0+(?=\d)", r"\1", plain)


@cache
def container_similarity(one: str, other: str) -> float:
    """Compare two folded container names, of which one may abbreviate the other.

    Returns
    -------
    float
        In [0, 1]; 1 where every word of one begins the next significant word of the other.

    Examples
    --------
    >>> container_similarity("am j sociol", "american journal of sociology")
    1.0
    >>> container_similarity("bmj open", "bmj quality safety") < 0.7
    True
    """
    if one == other:
        return 1.0
    a, b = ([word for word in name.split() if word not in _SMALL_WORDS] for name in (one, other))
    if not a or not b:
        return 0.0
    if len(a) == len(b) and all(_abbreviates(x, y) for x, y in zip(a, b, strict=True)):
        return 1.0
    from rapidfuzz import fuzz

    return float(fuzz.ratio(" ".join(a), " ".join(b))) / 100


def _abbreviates(one: str, other: str) -> bool:
    """One word abbreviates the other: 'sociol' or 'manage' and 'mgmt' begin alike and keep the order of letters."""
    short, long = sorted((one, other), key=len)
    if long.startswith(short):
        return True
    letters = iter(long)
    return short[0] == long[0] and len(short) >= 3 and all(letter in letters for letter in short)
