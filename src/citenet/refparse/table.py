"""The table of printed references: what users call with a text or with strings."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from citenet.errors import InputError
from citenet.refparse.parse import BATCH, parse_strings
from citenet.refparse.several import LONGEST

if TYPE_CHECKING:
    import pandas as pd

    from citenet.refparse.split import SplitList

__all__ = ["parse_references"]

_CERTAIN = ("title", "authors", "year", "container", "volume", "issue", "pages", "publisher", "editors")
_NAMES = (
    "title authors year type container volume issue first_page last_page publisher doi ids editors edition place url"
)
_COLUMNS = tuple(_NAMES.split())
_REPEATED = frozenset(
    {"type", "container", "volume", "issue", "first_page", "last_page", "publisher", "edition", "place"}
)


def parse_references(references: str | Iterable[str]) -> pd.DataFrame:
    """Fields of printed references.

    Parameters
    ----------
    references : str or iterable of str
        A printed list as one text (it is split into references: numbered, bulleted, hanging, separated by blank
        lines or one a line), or one string per reference (taken as they are; None or NA gives a row of NA).

    Returns
    -------
    DataFrame
        One row per reference. ``raw`` is the string as given; ``title``, ``authors`` and ``editors``
        (``"Family, Given; Family, Given"``), ``year`` (Int64), ``type``, ``container``, ``volume``, ``issue``,
        ``first_page``, ``last_page``, ``publisher``, ``place``, ``edition``, ``doi``, ``ids``, ``url`` are what it
        prints, NA where it prints none. A last page is completed (902–13 gives 913), nothing else is added.
        ``title_confidence`` and so on, in [0, 1], is the model's probability of the least certain word of the field
        or beside it, NA where the field is; ``confidence`` is the lowest of them. ``problems`` says what is odd about
        the reference, or about the list where it begins: a range that runs backwards, further works in the string,
        missing numbers, lines left out; NA where nothing is.

    Raises
    ------
    InputError
        If ``references`` is neither a text nor strings: a table, a mapping, bytes, or holds anything but strings.

    Notes
    -----
    A conditional random field labels the words, a second one the names; see ``docs/refparse.md`` for scores.
    Of a string beyond 4,000 characters only the beginning is looked at; ``raw`` keeps it all.

    Examples
    --------
    >>> table = parse_references(["Porter ME, Lee TH. From volume to value in health care. JAMA 2016;316:1047–8."])
    >>> table.loc[0, ["authors", "title", "container", "first_page", "last_page"]].tolist()
    ['Porter, ME; Lee, TH', 'From volume to value in health care', 'JAMA', '1047', '1048']
    """
    if isinstance(references, str):
        from citenet.refparse.split import split_references

        found = split_references(_encodable(references))
        lines: list[str | None] = [entry.text for entry in found.entries]
        return _table(lines, _by_entry(found))
    given = _strings(references)
    replaced = "characters that are no text (halves of surrogate pairs) are replaced by ?"
    lines = [line if line is None else _encodable(line) for line in given]
    return _table(lines, {i: [replaced] for i, line in enumerate(given) if line != lines[i]})


def _strings(references: Iterable[str]) -> list[str | None]:
    """Check what was given, and return it with None for what is missing."""
    remedy = "give a text, or a list or column of strings, one per reference"
    if isinstance(references, (bytes, bytearray, Mapping)) or hasattr(references, "columns"):
        raise InputError(f"references is of type {type(references).__name__}, which holds no strings; {remedy}")
    try:
        given = list(references)
    except TypeError:
        raise InputError(f"references is {references!r}, which is neither text nor strings; {remedy}") from None
    lines: list[str | None] = []
    for place, line in enumerate(given):
        missing = line is None or not isinstance(line, str) and type(line).__name__ in ("NAType", "NaTType")
        if missing or isinstance(line, (float, np.floating)) and math.isnan(line):
            lines.append(None)
        elif isinstance(line, str):
            lines.append(str(line))
        else:
            shown = f"{type(line).__name__} {str(line)[:40]!r}"
            raise InputError(f"reference {place} is {shown}; only strings, None and NA are read: {remedy}")
    return lines


def _encodable(text: str) -> str:
    """Return a text that UTF-8 can hold: halves of surrogate pairs become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _by_entry(found: SplitList) -> dict[int, list[str]]:
    """Return what was odd about a list, by the entry at or before whose first line it stands."""
    places = sorted((entry.line, i) for i, entry in enumerate(found.entries))
    notes: dict[int, list[str]] = {}
    for _, line, detail, _ in found.problems if places else ():
        before = bisect_right(places, (line, len(places))) - 1
        notes.setdefault(places[max(before, 0)][1], []).append(f"line {line}: {detail}")
    return notes


def _table(lines: Sequence[str | None], notes: Mapping[int, Sequence[str]]) -> pd.DataFrame:
    """Fields as columns; each batch leaves only its part of them behind, repeated strings once."""
    import pandas as pd

    known: dict[str | int, str | int] = {}
    parts: dict[str, list[pd.Series]] = {}
    for start in range(0, max(len(lines), 1), BATCH):
        for name, values in _columns(lines[start : start + BATCH], start, notes, known).items():
            kind = "float64" if isinstance(values, array) else "Int64" if name == "year" else "str"
            parts.setdefault(name, []).append(pd.Series(values, dtype=kind))
    columns = {name: pd.concat(parts.pop(name), ignore_index=True) for name in list(parts)}
    return pd.DataFrame(columns, copy=False)


def _columns(
    lines: Sequence[str | None], start: int, notes: Mapping[int, Sequence[str]], known: dict[str | int, str | int]
) -> dict[str, Sequence[str | int | float | None]]:
    """Columns of one batch, the first line of which is number ``start``; ``known`` holds strings that recur."""
    parsed = parse_strings([line or "" for line in lines])
    columns: dict[str, Sequence[str | int | float | None]] = {"raw": lines}
    for name in _COLUMNS:
        values = [entry.fields.get(name) for entry in parsed]
        if name in _REPEATED:
            values = [value if value is None else known.setdefault(value, value) for value in values]
        columns[name] = values
    certain = array("d", [_thousandths(min(entry.certainty.values(), default=0.0)) for entry in parsed])
    columns["confidence"] = certain
    for name in _CERTAIN:
        columns[f"{name}_confidence"] = array("d", [_thousandths(entry.certainty.get(name)) for entry in parsed])
    columns["problems"] = [
        "; ".join([*notes.get(start + i, ()), *entry.slips, *_too_long(line)]) or None
        for i, (entry, line) in enumerate(zip(parsed, lines, strict=True))
    ]
    return columns


def _thousandths(chance: float | None) -> float:
    return math.nan if chance is None else int(chance * 1000 + 0.5) / 1000


def _too_long(line: str | None) -> list[str]:
    if line is None or len(line) <= LONGEST:
        return []
    return [f"the string has {len(line):,} characters; the first {LONGEST:,} were looked at"]
