"""What was read of many files, one under the other, so that tables are made and checked once and not for each file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from citenet.checking import CONTEXT_COLUMNS, PROBLEM_COLUMNS, REFERENCE_COLUMNS, WORK_COLUMNS, Tables
from citenet.corpus import Corpus
from citenet.io._records import Records
from citenet.io._rows import Row, Rows
from citenet.joining import as_parts

__all__ = ["Gathered"]

_COLUMNS = {
    "works": {"work_id": "str", **WORK_COLUMNS},
    "references": REFERENCE_COLUMNS,
    "contexts": CONTEXT_COLUMNS,
    "problems": PROBLEM_COLUMNS,
}


class Gathered:
    """Records of files, and corpora that were saved, in the order in which they are added: each is a part.

    ``formats`` are those of the parts, None where a part is of several files that are not all tables.
    """

    def __init__(self) -> None:
        self.formats: list[str | None] = []
        self.files: list[str] = []
        self._rows = {name: Rows() for name in _COLUMNS}
        self._parts: dict[str, list[int]] = {name: [] for name in _COLUMNS}  # of each row's file
        self._lengths: dict[str, list[int]] = {name: [] for name in _COLUMNS}
        self._sources: list[Row] = []
        self._saved: list[Tables] = []

    def __len__(self) -> int:
        return len(self.formats)

    def add(self, records: Records, format: str, sha256: str) -> None:  # noqa: A002 - the name of the column
        """Add what was read of a file, which ``records`` then hold no more.

        A citing work that this file only names becomes a work of which nothing but the id is known.
        """
        at = len(self.formats)
        self.formats.append(format)
        self.files.append(records.file)
        self._sources.append(records.source(format, sha256))
        records.name_citing_works()
        found = {"works": records.works, "references": records.references}
        found |= {"contexts": Rows(records.contexts), "problems": Rows(records.problems)}
        for name, rows in found.items():
            if len(rows):
                self._parts[name].append(at)
                self._lengths[name].append(len(rows))
                self._rows[name].absorb(rows)

    def add_saved(self, corpus: Corpus) -> None:
        """Add a corpus as one part."""
        sources = corpus.sources
        self._saved.append(as_parts(corpus, len(self.formats)))
        formats = sources["format"].tolist()
        self.formats.append(formats[0] if len(formats) == 1 or set(formats) == {"tables"} else None)
        self.files.append(sources["file"].iloc[0] if len(sources) == 1 else "")

    def tables(self) -> Tables:
        """Hand over the tables, indexed by the number of the part that each row is of."""
        tables: dict[str, Any] = {}
        for name, columns in _COLUMNS.items():
            part = np.repeat(np.array(self._parts[name], dtype="int32"), self._lengths[name])
            tables[name] = self._rows[name].frame(columns).set_axis(part, axis=0)
        tables["sources"] = pd.DataFrame(self._sources)
        for saved in self._saved:
            tables = {name: pd.concat([table, saved[name]]) for name, table in tables.items()}
        return {name: table.sort_index(kind="stable") if self._saved else table for name, table in tables.items()}
