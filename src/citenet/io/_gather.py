"""What was read of many files, one under the other, so that tables are made and checked once and not for each file."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.checking import (
    CONTEXT_COLUMNS,
    PROBLEM_COLUMNS,
    REFERENCE_COLUMNS,
    SOURCE_COLUMNS,
    WORK_COLUMNS,
    Places,
    Tables,
    amendments,
    arranged,
    identified,
    in_lists,
)
from citenet.corpus import Corpus
from citenet.io._cells import Array
from citenet.io._records import Records
from citenet.io._rows import Order, Row, Rows
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
        """Hand over the tables as `citenet.checking.checked` has them, indexed by the part that each row is of."""
        tables: Tables = {"sources": Rows(self._sources).frame(SOURCE_COLUMNS, what="sources")}
        if self._saved:
            parts = [tables | {name: self._table(name) for name in _COLUMNS}, *self._saved]
            whole = {name: pd.concat([part[name] for part in parts]) for name in parts[0]}
            return arranged({name: table.sort_index(kind="stable") for name, table in whole.items()})
        rows = self._rows
        amended = amendments(lambda name, column: rows[name].texts(column))
        places = Places(self._part("works"), *rows["works"].factorized("work_id"))
        places.of(self._part("contexts"), rows["contexts"].factorized("citing"), "contexts")
        named = rows["references"].factorized("citing")
        citing = places.of(self._part("references"), named, "references")
        positions, order = in_lists(rows["references"].taken_out("position", "Int64"), citing, named)
        del citing, named  # as memory is scarce from here on
        references = self._table("references", order, position=positions)
        works = self._table("works", places.order)
        others = {name: self._table(name) for name in ("contexts", "problems")}
        return identified({**tables, **others, "works": works, "references": references}, amended)

    def _table(self, name: str, order: Order | None = None, **known: Array) -> pd.DataFrame:
        """Hand over a table; columns that are ``known`` already, in their types, are put in order with the others."""
        part = self._part(name)
        table = self._rows[name].frame(_COLUMNS[name], order=order, known=known, what=name)
        return table.set_axis(part if order is None else part[order], axis=0)

    def _part(self, name: str) -> npt.NDArray[np.int32]:
        """Return the part that each row of a table is of."""
        return np.repeat(np.array(self._parts[name], dtype="int32"), self._lengths[name])
