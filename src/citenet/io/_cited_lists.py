"""Lists of cited references of the Web of Science, taken apart by the thousand: what is printed again is so once."""

from __future__ import annotations

from collections import defaultdict
from itertools import count
from sys import intern
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

from citenet.corpus import REFERENCE_COLUMNS
from citenet.io._cited_columns import CitedColumns
from citenet.io._records import Records
from citenet.io._rows import Cells, typed

__all__ = ["CitedLists"]

_TOGETHER = 40_000  # references
_OFTEN_ALIKE = ("authors", "container", "volume", "first_page")  # their texts are held once

Numbers = npt.NDArray[np.int64]


class CitedLists:
    """Reference lists on their way into ``records``, where they are put as soon as there are some thousands of them."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._citing: list[str] = []
        self._counts: list[Numbers] = []
        self._raws: list[str] = []
        self._lines: list[Numbers] = []

    def add(self, citing: list[str], counts: ArrayLike, raws: list[str], lines: ArrayLike) -> None:
        """Add the lists of some works, one behind the other, with the line that each reference stands in."""
        self._citing += citing
        self._counts.append(np.asarray(counts))
        self._raws += raws
        self._lines.append(np.asarray(lines))
        if len(self._raws) >= _TOGETHER:
            self.put()

    def put(self) -> None:
        """Put what was added and waits into the records; what could not be taken apart is reported."""
        if not self._raws:
            return
        turn: defaultdict[str, int] = defaultdict(count().__next__)  # of all that is printed, by its first time
        printed = np.fromiter(map(turn.__getitem__, self._raws), dtype=np.int64, count=len(self._raws))
        raws = list(turn)
        cited = CitedColumns(raws)
        counts, lines = np.concatenate(self._counts), np.concatenate(self._lines)
        citing = np.repeat(np.array(self._citing, dtype=object), counts)
        position = np.arange(1, len(printed) + 1) - np.repeat(np.cumsum(counts) - counts, counts)
        faults = {at: fault for at in cited.doubted if (fault := _fault(cited.fields(at), raws[at]))}
        for one in np.flatnonzero(np.isin(printed, list(faults))).tolist():
            kind, what = faults[int(printed[one])]
            self._records.problem(kind, int(lines[one]), f"a reference of {citing[one]!r} {what}", raws[printed[one]])
        for name in _OFTEN_ALIKE:
            column = cited.columns[name]
            column.values = [text if text is None else intern(text) for text in column.values]
        columns: dict[str, Cells] = {"citing": citing, "position": position, "line": lines}
        columns["raw"] = typed(raws, "str").take(printed)
        columns |= {
            name: typed(column.values, REFERENCE_COLUMNS[name]).take(column.codes[printed], allow_fill=True)
            for name, column in cited.columns.items()
        }
        self._records.references.extend(columns, file=self._records.file)
        self._citing, self._counts, self._raws, self._lines = [], [], [], []


def _fault(fields: dict[str, Any], raw: str) -> tuple[str, str] | None:
    """Kind of problem and what is wrong with a reference, if anything."""
    if "doi" in fields:
        return None
    if not fields.keys() & {"year", "authors", "type"}:
        return "unparsed reference", "has no author, year or DOI; kept as printed"
    if "DOI " in raw:
        return "malformed DOI", "has a DOI that is none; the rest is kept"
    return None
