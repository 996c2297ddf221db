"""Lists of cited references of the Web of Science, taken apart by the thousand: what is printed again is so once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from numpy.typing import ArrayLike

from citenet.io._cells import Cells
from citenet.io._cited_columns import CitedColumns
from citenet.io._coded import Coded
from citenet.io._records import Records

__all__ = ["CitedLists"]

_TOGETHER = 30_000  # references

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
        """Add the lists of some works, one behind the other, with the line that each reference stands in.

        References are stripped, and none is empty.
        """
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
        printed, distinct = pd.factorize(np.array(self._raws, dtype=object))
        raws = distinct.tolist()
        cited = CitedColumns(raws)
        counts, lines = np.concatenate(self._counts), np.concatenate(self._lines)
        position = np.arange(1, len(printed) + 1) - np.repeat(np.cumsum(counts) - counts, counts)
        faults = {at: _fault(cited.fields(at)) for at in cited.doubted}
        for one in np.flatnonzero(np.isin(printed, list(faults))).tolist():
            kind, what = faults[int(printed[one])]
            citing = self._citing[np.searchsorted(np.cumsum(counts), one, side="right")]
            self._records.problem(kind, int(lines[one]), f"a reference of {citing!r} {what}", raws[printed[one]])
        columns: dict[str, Cells] = {
            "citing": Coded(self._citing, np.repeat(np.arange(len(counts), dtype=np.int32), counts)),
            "position": position,
            "line": lines,
            "raw": Coded(distinct, printed, cited.sound),
        }
        for name, cells in cited.columns.items():
            columns[name] = Coded(cells.values, cells.codes[printed], cited.sound and name != "year")
        self._records.references.extend(columns, file=self._records.file)
        self._citing, self._counts, self._raws, self._lines = [], [], [], []


def _fault(fields: dict[str, Any]) -> tuple[str, str]:
    """Kind of problem and what is wrong with a reference of which too little is known, or whose DOI is none."""
    if fields.keys() & {"year", "authors", "type"}:
        return "malformed DOI", "has a DOI that is none; the rest is kept"
    return "unparsed reference", "has no author, year or DOI; kept as printed"
