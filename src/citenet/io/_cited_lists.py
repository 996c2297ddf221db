"""Lists of cited references of the Web of Science: what is printed again and again is held, and taken apart, once."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from citenet.corpus import REFERENCE_COLUMNS
from citenet.io._cited import parse_list
from citenet.io._records import Records
from citenet.io._rows import Cells, typed

__all__ = ["CitedLists"]

_TOGETHER = 20_000  # references

Numbers = npt.NDArray[np.int64]


class CitedLists:
    """Reference lists of many works, collected while a file is read and then put into its records.

    A third of what a few thousand records cite is cited by several of them in the very same words.
    """

    def __init__(self) -> None:
        self._turn: defaultdict[str, int] = defaultdict(count().__next__)  # of all that is printed, by its first time
        self._citing: list[str] = []
        self._counts: list[Numbers] = []
        self._printed: list[Numbers] = []
        self._lines: list[Numbers] = []

    def add(self, citing: list[str], counts: ArrayLike, raws: list[str], lines: ArrayLike) -> None:
        """Add the lists of some works, one behind the other, with the line that each reference stands in."""
        self._citing += citing
        self._counts.append(np.asarray(counts))
        self._printed.append(np.fromiter(map(self._turn.__getitem__, raws), dtype=np.int64, count=len(raws)))
        self._lines.append(np.asarray(lines))

    def put(self, records: Records) -> None:
        """Put all that was added into the records, by citing work; what could not be taken apart is reported."""
        raws = list(self._turn)
        self._turn.clear()
        if not raws:
            return
        parts, to_report = _taken_apart(raws)
        counts, citing = np.concatenate(self._counts), np.array(self._citing, dtype=object)
        begins = np.cumsum(counts) - counts
        works = np.argsort(citing, kind="stable")  # a corpus is in this order: nothing is left to be sorted then
        position = np.arange(counts.sum()) - np.repeat(np.cumsum(counts[works]) - counts[works], counts[works])
        at = position + np.repeat(begins[works], counts[works])
        printed, lines = np.concatenate(self._printed)[at], np.concatenate(self._lines)[at]
        citing = np.repeat(citing[works], counts[works])
        for one in np.flatnonzero(np.isin(printed, list(to_report))).tolist():
            kind, fault = to_report[int(printed[one])]
            detail = f"a reference of {citing[one]!r} {fault}"
            records.problem(kind, int(lines[one]), detail, raws[printed[one]])
        del raws
        columns: dict[str, Cells] = {"citing": citing, "position": position + 1, "line": lines}
        for name in list(parts):  # each is let go as its cells are put where they are printed
            columns[name] = typed(parts.pop(name), REFERENCE_COLUMNS[name]).take(printed)
        records.references.extend(columns, file=records.file)


def _taken_apart(raws: list[str]) -> tuple[dict[str, npt.NDArray[Any]], dict[int, tuple[str, str]]]:
    """Fields by column, and what is to be reported of which."""
    columns: dict[str, npt.NDArray[Any]] = {"raw": np.array(raws, dtype=object)}
    to_report: dict[int, tuple[str, str]] = {}
    for begin in range(0, len(raws), _TOGETHER):
        some, unusual = parse_list(raws[begin : begin + _TOGETHER])
        for name, cells in some.items():
            if name not in columns:
                columns[name] = np.full(len(raws), None, dtype=object)
            columns[name][begin : begin + len(cells)] = cells
        for at in unusual:
            fault = _fault({name: cells[at] for name, cells in some.items()}, raws[begin + at])
            if fault is not None:
                to_report[begin + at] = fault
    return columns, to_report


def _fault(row: dict[str, Any], raw: str) -> tuple[str, str] | None:
    """Kind of problem and what is wrong with a reference, if anything."""
    if row["doi"]:
        return None
    if not (row["year"] or row["authors"] or row.get("type")):
        return "unparsed reference", "has no author, year or DOI; kept as printed"
    if "DOI " in raw:
        return "malformed DOI", "has a DOI that is none; the rest is kept"
    return None
