"""What works and references are compared by: folded names, years, volumes, pages, containers and titles."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.text import fold_all
from citenet.names import people_keys

__all__ = ["container_similarity", "key_table"]

_NUMBER = re.compile(r"0*(\d+)")
_SUPPLEMENT = re.compile(r"\bs(?:up\w*)? ?\d|\d ?s(?:up\w*)?\b|\bsup")
_ZEROS = re.compile(r"^([a-z]*)0+(?=\d)")
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
        reference; "" for works) and ``unsure`` (the fields that were read with doubt) as text, "" unknown, and year
        (Int64).
    """
    container = table["container"]
    if "container_abbrev" in table:
        container = table["container_abbrev"].fillna(container)
    columns = _names(table["authors"]) | {
        "year": table["year"],
        "volume": _distinct(table["volume"], _number_keys),
        "issue": _distinct(table["issue"], _issue_keys),
        "page": _distinct(table["first_page"], _page_keys),
        "container": _distinct(container, fold_all),
        "whole_container": _distinct(table["container"], fold_all),
        "title": _distinct(table["title"], fold_all),
        "text": _distinct(table["raw"], fold_all) if "raw" in table else np.full(len(table), "", dtype=object),
        "unsure": table["unsure"].astype("object").fillna("") if "unsure" in table else "",
    }
    held_as = {name: "Int64" if name == "year" else "object" for name in columns}  # each text once, as a Python object
    return pd.DataFrame(
        {name: pd.Series(column, index=table.index, dtype=held_as[name]) for name, column in columns.items()}
    )


def _names(authors: pd.Series[Any]) -> dict[str, npt.NDArray[np.object_]]:
    """Family name and initial of the first author, and the family names of all."""
    codes, values = pd.factorize(authors)
    keys = people_keys(values.tolist())
    columns = zip(("family", "initial", "people"), keys, strict=True)
    return {name: np.array([*known, ""], dtype=object)[codes] for name, known in columns}


def _distinct(column: pd.Series[Any], function: Callable[[list[str]], list[str]]) -> npt.NDArray[np.object_]:
    """Apply a function to the distinct values; "" where unknown."""
    codes, values = pd.factorize(column)
    results: npt.NDArray[np.object_] = np.array([*function(values.tolist()), ""], dtype=object)[codes]
    return results


def _number_keys(texts: list[str]) -> list[str]:
    """First number of each volume without leading zeros: 'v012', '12' and '12(3)' are one."""
    plain = fold_all(texts)
    found = map(_NUMBER.search, plain)
    return [number.group(1) if number else text for number, text in zip(found, plain, strict=True)]


def _issue_keys(texts: list[str]) -> list[str]:
    """First number of each issue, with an s before that of a supplement: 'S1' and 'Suppl. 1' are one, and not '1'."""
    supplements = map(_SUPPLEMENT.search, fold_all(texts))
    numbers = _number_keys(texts)
    return [f"s{number}" if found else number for number, found in zip(numbers, supplements, strict=True)]


def _page_keys(texts: list[str]) -> list[str]:
    """First pages or article numbers without leading zeros; letters stay: 'S31' is not '31'."""
    return [_ZEROS.sub(r"\1", text.replace(" ", "")) for text in fold_all(texts)]


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
