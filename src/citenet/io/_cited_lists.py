"""Lists of cited references of the Web of Science: what is printed again and again is held, and taken apart, once."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from citenet.corpus import REFERENCE_COLUMNS
from citenet.io._cited_columns import CitedColumns, Column
from citenet.io._records import Records
from citenet.io._rows import Cells, typed

__all__ = ["CitedLists"]

_TOGETHER = 50_000  # references

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
        fields, to_report = _taken_apart(raws)
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
        columns: dict[str, Cells] = {"citing": citing, "position": position + 1, "line": lines}
        columns["raw"] = typed(raws, "str").take(printed)
        del raws
        for name in list(fields):  # each is let go as its cells are put where they are printed
            columns[name] = fields.pop(name).taken(printed, REFERENCE_COLUMNS[name])
        records.references.extend(columns, file=records.file)


def _taken_apart(raws: list[str]) -> tuple[dict[str, Column], dict[int, tuple[str, str]]]:
    """Fields by column, and what is to be reported of which."""
    columns: dict[str, Column] = {}
    to_report: dict[int, tuple[str, str]] = {}
    for begin in range(0, len(raws), _TOGETHER):
        some = raws[begin : begin + _TOGETHER]
        cited = CitedColumns(some)
        for name in columns.keys() | cited.columns.keys():
            before = columns.get(name, Column([], np.full(begin, -1)))
            columns[name] = cited.columns.get(name, Column([], np.full(len(some), -1))).behind(before)
        for at in cited.doubted:
            fault = _fault(cited.fields(at), some[at])
            if fault is not None:
                to_report[begin + at] = fault
    return columns, to_report


def _fault(fields: dict[str, Any], raw: str) -> tuple[str, str] | None:
    """Kind of problem and what is wrong with a reference, if anything."""
    if "doi" in fields:
        return None
    if not fields.keys() & {"year", "authors", "type"}:
        return "unparsed reference", "has no author, year or DOI; kept as printed"
    if "DOI " in raw:
        return "malformed DOI", "has a DOI that is none; the rest is kept"
    return None
