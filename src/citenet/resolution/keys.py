"""What works and references are compared by: folded names, years, volumes, pages, containers and titles."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from citenet._support.text import fold
from citenet.names import author_keys, first_author_key

__all__ = ["container_similarity", "key_table"]

_NUMBER = re.compile(r"0*(\d+)")
_SMALL_WORDS = frozenset("a an and der die das de des et for fur in la of on the to und y".split())  # noqa: SIM905


def key_table(table: pd.DataFrame) -> pd.DataFrame:
    """Compute the comparable form of each field of works or references.

    Parameters
    ----------
    table : DataFrame
        With the columns of `citenet.corpus.WORK_COLUMNS` or `REFERENCE_COLUMNS`.

    Returns
    -------
    DataFrame, same index
        family and initial of the first author, ``people`` (family names of all, each between blanks), volume, issue,
        page, container (abbreviated, if an abbreviation is known), whole_container, title, ``text`` (the printed
        reference; "" for works) and ``unsure`` (the fields that were read with doubt) as str, "" unknown, and year
        (Int64).
    """
    names = _distinct(table["authors"], _people, unknown=";;").str.split(";")
    container = table["container"]
    if "container_abbrev" in table:
        container = table["container_abbrev"].fillna(container)
    nothing = pd.Series("", index=table.index, dtype="str")
    return pd.DataFrame(
        {
            "family": names.str[0],
            "initial": names.str[1],
            "people": names.str[2],
            "year": table["year"],
            "volume": _distinct(table["volume"], _number_key),
            "issue": _distinct(table["issue"], _number_key),
            "page": _distinct(table["first_page"], _page_key),
            "container": _distinct(container, fold),
            "whole_container": _distinct(table["container"], fold),
            "title": _distinct(table["title"], fold),
            "text": _distinct(table["raw"], fold) if "raw" in table else nothing,
            "unsure": table["unsure"].astype("str").fillna("") if "unsure" in table else nothing,
        },
        index=table.index,
    )


def _people(authors: str) -> str:
    return ";".join([*first_author_key(authors), f" {' '.join(author_keys(authors))} "])


def _distinct(column: pd.Series[Any], function: Callable[[str], str], unknown: str = "") -> pd.Series[Any]:
    """Apply a function once per distinct value."""
    codes, values = pd.factorize(column)
    results = np.array([*map(function, values), unknown], dtype=object)
    return pd.Series(results[codes], index=column.index, dtype="str")


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
