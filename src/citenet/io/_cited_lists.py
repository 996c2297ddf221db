"""Lists of cited references of the Web of Science: what is printed again and again is held, and taken apart, once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet.io._cited import parse_list
from citenet.io._records import Records

__all__ = ["CitedLists"]

_TOGETHER = 20_000  # references


class CitedLists:
    """Reference lists of many works, collected while a file is read and then put into its records.

    A third of what a few thousand records cite is cited by several of them in the very same words.
    """

    def __init__(self) -> None:
        self._turn: dict[str, int] = {}  # of each that is printed, in the order of its first time
        self._printed = array("q")
        self._lines = array("q")
        self._citing: list[str] = []
        self._counts = array("q")

    def add(self, citing: Iterable[str], counts: Iterable[int], raws: list[str], lines: Iterable[int]) -> None:
        """Add the lists of some works, one behind the other, with the line that each reference stands in."""
        turn = self._turn
        for raw in dict.fromkeys(raws):
            turn.setdefault(raw, len(turn))
        self._printed.extend(map(turn.__getitem__, raws))
        self._lines.extend(lines)
        self._citing.extend(citing)
        self._counts.extend(counts)

    def put(self, records: Records) -> None:
        """Put all that was added into the records; what could not be taken apart is kept as printed and reported."""
        raws = list(self._turn)
        if not raws:
            return
        parts, to_report = _taken_apart(raws)
        printed = np.array(self._printed)
        counts = np.array(self._counts)
        columns = {name: cells[printed] for name, cells in parts.items()}
        columns["citing"] = np.repeat(np.array(self._citing, dtype=object), counts)
        begins = np.cumsum(counts) - counts
        columns["position"] = np.arange(1, len(printed) + 1) - np.repeat(begins, counts)
        columns["line"] = np.array(self._lines)
        for at in np.flatnonzero(np.isin(printed, list(to_report))).tolist():
            kind, fault = to_report[int(printed[at])]
            detail = f"a reference of {columns['citing'][at]!r} {fault}"
            records.problem(kind, int(columns["line"][at]), detail, columns["raw"][at])
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
