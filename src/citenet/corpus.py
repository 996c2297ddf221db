"""Corpus: works, the references they print, and what could not be read."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from citenet._support.tables import Table, index_by, load_tables, save_tables
from citenet.checking import (
    CONTEXT_COLUMNS,
    PROBLEM_COLUMNS,
    REFERENCE_COLUMNS,
    SOURCE_COLUMNS,
    WORK_COLUMNS,
    Tables,
    checked,
    counted,
    of_part,
)

if TYPE_CHECKING:
    from citenet.lock import CorpusLock

__all__ = [
    "CONTEXT_COLUMNS",
    "PROBLEM_COLUMNS",
    "REFERENCE_COLUMNS",
    "SOURCE_COLUMNS",
    "WORK_COLUMNS",
    "Corpus",
]

_VERSION = 1


@dataclass(frozen=True, eq=False, repr=False)
class Corpus:
    """Works with their reference lists, as read.

    Parameters
    ----------
    works : DataFrame
        Index ``work_id`` (str, unique), or a column of that name (or ``id``, where the index counts rows). Columns
        `WORK_COLUMNS`; further columns are kept (categories, labels …).
        ``authors`` is ``"Family, Given; Family, Given"``, ``ids`` is ``"scheme:value scheme:value"``.
    references : DataFrame
        One row per printed reference: ``citing`` (a ``work_id``), ``position`` (from 1 within the citing work; those
        that are not given follow those that are, in the order of the rows), ``raw`` and the parsed fields of
        `REFERENCE_COLUMNS`.
    contexts : DataFrame, optional
        One row per mention in the text: which ``passage`` of ``citing`` mentions its reference ``position``.
    problems : DataFrame, optional
        What could not be read as meant: file, line, kind, detail, excerpt.
    sources : DataFrame, optional
        The files read: file, format, sha256, counts.

    Notes
    -----
    Rows are put in order (works by id, references by citing work and position), so that the order of files and
    records changes nothing. Unknown is NA, never "" or 0. Tables are handed out as copies.

    Examples
    --------
    >>> works = pd.DataFrame({"title": ["A", "B"], "year": [2004, 2010]}, index=["a", "b"])
    >>> references = pd.DataFrame({"citing": ["b"], "position": [1], "raw": ["A. 2004."]})
    >>> Corpus(works, references)
    <Corpus: 2 works (2004–2010), 1 reference of 1 work, no problems>
    """

    works: Table = Table()
    references: Table = Table()
    contexts: Table = Table()
    problems: Table = Table()
    sources: Table = Table()

    def __post_init__(self) -> None:
        works = index_by(self.works, "work_id", alias="id", what="work").reset_index()
        self._take(checked(of_part({**self._tables(), "works": works}, 0)))

    def _take(self, tables: Tables) -> None:
        for name, table in tables.items():
            whole = table.set_index("work_id") if name == "works" else table.reset_index(drop=True)
            object.__setattr__(self, name, whole)

    @classmethod
    def _of(cls, tables: Tables) -> Corpus:
        """Return the corpus of tables that are checked already."""
        corpus = object.__new__(cls)
        corpus._take(tables)
        return corpus

    def __repr__(self) -> str:
        works, references = self.works, self.references
        n_citing = references["citing"].nunique()
        n_problems = len(self.problems)
        return (
            f"<Corpus: {counted(len(works), 'work')}{_span(works['year'])}, "
            f"{counted(len(references), 'reference')} of {counted(n_citing, 'work')}, "
            f"{counted(n_problems, 'problem') if n_problems else 'no problems'}>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.works.head(5).to_html()}"

    def _with(self, **tables: pd.DataFrame) -> Corpus:
        """Return the corpus with other tables, which hold all that `checked` sees to already."""
        other = copy.copy(self)
        for name, table in tables.items():
            object.__setattr__(other, name, table)
        return other

    def __add__(self, other: Corpus) -> Corpus:
        """Both corpora together; nothing is merged (deduplication is its own call).

        A work id that both hold is kept for the first and suffixed (``#2``) for the second, with a row in ``problems``.
        """
        if not isinstance(other, Corpus):
            return NotImplemented
        from citenet.joining import concat

        return concat([self, other])

    def to_frame(self) -> pd.DataFrame:
        """Works with the number of references each one prints.

        Returns
        -------
        DataFrame, shape (n_works, n_columns)
        """
        works = self.works
        counts = self.references["citing"].value_counts()
        works["n_references"] = counts.reindex(works.index, fill_value=0).astype("Int64")
        return works

    def summary(self) -> pd.DataFrame:
        """Count per source file: works, references, problems.

        Returns
        -------
        DataFrame
            One row per file.
        """
        sources = self.sources[["file", "format", "n_works", "n_references"]].copy()
        problems = self.problems["file"].value_counts()
        sources["n_problems"] = sources["file"].map(problems).fillna(0).astype("Int64")
        return sources

    def lock(self, *, origin: Mapping[str, Any] | None = None) -> CorpusLock:
        """Record what the corpus was made from, to be kept beside what is made of it.

        Parameters
        ----------
        origin : mapping, optional
            What the files themselves do not tell, in plain values: ``query``, ``retrieved`` (a date), ``providers``
            (counts for each) and whatever else is needed to search again.

        Returns
        -------
        CorpusLock
            With the digest of every source, counts, and versions. ``lock.save(folder)`` writes ``citenet.lock.json``;
            ``later.lock().changed_since(CorpusLock.load(folder))`` says what changed.

        Raises
        ------
        InputError
            If ``origin`` holds what JSON cannot.
        """
        from citenet.lock import lock_of

        return lock_of(self, _VERSION, origin)

    def save(self, folder: str | Path) -> None:
        """Write the corpus as a folder of plain files (JSON Lines and a header with digests)."""
        save_tables(folder, "corpus", _VERSION, self._tables())

    @classmethod
    def load(cls, folder: str | Path) -> Corpus:
        """Read what `save` wrote; the tables come back exactly as they were."""
        tables, _ = load_tables(folder, "corpus", _VERSION)
        return cls(**tables)

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {
            "works": self.works,
            "references": self.references,
            "contexts": self.contexts,
            "problems": self.problems,
            "sources": self.sources,
        }


def _span(years: pd.Series[int]) -> str:
    known = years.dropna()
    if known.empty:
        return ""
    low, high = int(known.min()), int(known.max())
    return f" ({low})" if low == high else f" ({low}–{high})"
