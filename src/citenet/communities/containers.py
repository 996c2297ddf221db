"""One name for each journal: databases print it in full, in the abbreviation of ISO 4, or in one of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.text import fold

__all__ = ["container_keys"]

_ByInitials = dict[str, list[tuple[list[str], str]]]  # words and full name of journals, by the initials of the words
_LEFT_OUT = "an and at de del der des die et for fur in la le of on the to und y"
_SMALL_WORDS = frozenset(_LEFT_OUT.split(" "))  # that abbreviations leave out
_VOLUME = re.compile(r" vol(ume)? \w+$")  # of a series
_FULL = range(18, 21)  # letters of the abbreviations that Web of Science cuts off, at least three words long
_CUT = 2  # letters that an abbreviation saves in some word: less is a plural or a misprint


def container_keys(works: pd.DataFrame, external: npt.NDArray[np.bool_]) -> pd.Series[Any]:
    """Name the journal or series of each work, whichever of its names the record has.

    Parameters
    ----------
    works : DataFrame
    external : ndarray of bool, shape (n,)
        Works outside the corpus: what they say of their journal is often its abbreviation alone.

    Returns
    -------
    Series of str
        The folded full name that a record of the corpus gives; of a journal that none names in full, the name there
        is; NA where unknown.

    Notes
    -----
    A name stands for the journal of the corpus that is called so; else for the one that a record abbreviates so; else
    for the only one that it can abbreviate: each word begins a word of the full name, or holds its first and last
    letter and others in order ("natl", "mgmt"); small words are left out, and no other, but for the last ones of a name
    of 18 to 20 characters, where Web of Science cuts names off. A name that could abbreviate several journals stands
    for itself.

    Examples
    --------
    >>> names = ["MIS QUARTERLY", "JOURNAL OF MANAGEMENT", "MIS QUART", "J Manage.", "J MANAGE STUD"]
    >>> container_keys(pd.DataFrame({"container": names}), np.array([False, False, True, True, True])).tolist()
    ['mis quarterly', 'journal of management', 'mis quarterly', 'journal of management', 'j manage stud']
    """
    whole, short = (_folded(works, column) for column in ("container", "container_abbrev"))
    journals, by_initials = _journals(whole[~external].dropna().unique())
    called = _called(short[~external], whole[~external].map(journals)) | journals
    for name in pd.concat([whole, short]).dropna().unique():
        if name not in called:
            called[name] = _abbreviated(name, by_initials) or name
    keys = whole.map(called)
    return keys.where(keys.isin(list(journals.values())) | short.isna(), short.map(called)).astype("object")


def _folded(works: pd.DataFrame, column: str) -> pd.Series[Any]:
    """Names of a column, comparable; NA where there is none."""
    names = works.get(column, pd.Series(np.nan, index=works.index, dtype="str"))
    folded = names.map(fold, na_action="ignore").astype("object")
    return folded.where(folded.notna() & (folded != ""), None)


def _journals(names: Iterable[str]) -> tuple[dict[str, str], _ByInitials]:
    """Full name of each name that records of the corpus give, since some give an abbreviation; and what finds them."""
    found: dict[str, str] = {}
    by_initials: _ByInitials = {}
    for name in sorted(names, key=lambda name: (-len(name), name)):
        found[name] = _abbreviated(name, by_initials) or name
        if found[name] == name:
            words = _words(name)
            for n in range(min(3, len(words)), len(words) + 1):
                by_initials.setdefault(_initials(words[:n]), []).append((words, name))
    return found, by_initials


def _called(names: pd.Series[Any], journals: pd.Series[Any]) -> dict[str, str]:
    """Journal of each abbreviation that records of the corpus give; one given of several stands for itself."""
    pairs = pd.DataFrame({"name": names, "journal": journals}).dropna().drop_duplicates()
    several = pairs["name"].duplicated(keep=False)
    pairs["journal"] = pairs["journal"].mask(several, pairs["name"])
    return dict(zip(pairs["name"], pairs["journal"], strict=True))


def _words(name: str) -> list[str]:
    return [word for word in _VOLUME.sub("", name).split() if word not in _SMALL_WORDS]


def _initials(words: list[str]) -> str:
    return "".join(word[0] for word in words)


def _abbreviated(name: str, by_initials: _ByInitials) -> str | None:
    """Find the only journal whose name this can abbreviate, or has but for small words."""
    words = _words(name)
    fits = [
        (whole, journal)
        for whole, journal in by_initials.get(_initials(words), ())
        if words == whole or _shortens(words, whole[: len(words)])
    ]
    complete = [journal for whole, journal in fits if len(whole) == len(words)]
    found = complete or [journal for _, journal in fits if len(name) in _FULL]
    return found[0] if len(found) == 1 else None


def _shortens(words: list[str], whole: list[str]) -> bool:
    """Say whether each word can abbreviate its counterpart (they are as many), and one surely does."""
    pairs = list(zip(words, whole, strict=True))
    return any(len(long) - len(short) >= _CUT for short, long in pairs) and all(
        long.startswith(short) or _contracts(short, long) for short, long in pairs
    )


def _contracts(short: str, long: str) -> bool:
    """Say whether one word holds first, last and some inner letters of another, in order."""
    letters = iter(long)
    return len(short) > 2 and short[-1] == long[-1] and all(letter in letters for letter in short)
