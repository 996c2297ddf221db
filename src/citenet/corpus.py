"""Corpus: works, the references they print, and what could not be read."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citenet._support.tables import Table, conform, index_by, load_tables, save_tables
from citenet.errors import InputError
from citenet.identifiers import join_ids, normalise_id, tidy_doi, tidy_ids

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

WORK_COLUMNS = {
    "title": "str",
    "authors": "str",
    "year": "Int64",
    "type": "str",
    "container": "str",
    "container_abbrev": "str",
    "volume": "str",
    "issue": "str",
    "first_page": "str",
    "last_page": "str",
    "doi": "str",
    "ids": "str",
    "file": "str",
    "line": "Int64",
}
REFERENCE_COLUMNS = {
    "citing": "str",
    "position": "Int64",
    "raw": "str",
    "title": "str",
    "authors": "str",
    "year": "Int64",
    "type": "str",
    "container": "str",
    "volume": "str",
    "issue": "str",
    "first_page": "str",
    "last_page": "str",
    "publisher": "str",
    "doi": "str",
    "ids": "str",
    "file": "str",
    "line": "Int64",
}
CONTEXT_COLUMNS = {"citing": "str", "position": "Int64", "passage": "str", "section": "str"}
PROBLEM_COLUMNS = {"file": "str", "line": "Int64", "kind": "str", "detail": "str", "excerpt": "str"}
SOURCE_COLUMNS = {
    "file": "str",
    "format": "str",
    "sha256": "str",
    "n_works": "Int64",
    "n_references": "Int64",
    "retrieved": "str",
}
_DESCRIPTION = [column for column in WORK_COLUMNS if column not in ("file", "line")]
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
        One row per printed reference: ``citing`` (a ``work_id``), ``position`` (from 1 within the citing work),
        ``raw`` and the parsed fields of `REFERENCE_COLUMNS`.
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
        works = conform(index_by(self.works, "work_id", alias="id", what="work"), WORK_COLUMNS, "works")
        references = conform(self.references, REFERENCE_COLUMNS, "references")
        contexts = conform(self.contexts, CONTEXT_COLUMNS, "contexts")
        for name, table in (("references", references), ("contexts", contexts)):
            unknown = ~table["citing"].isin(works.index)
            if unknown.any():
                raise InputError(
                    f"{int(unknown.sum())} of {len(table)} {name} name a citing work that is not in works, "
                    f"e.g. {table.loc[unknown, 'citing'].iloc[0]!r}"
                )
        if not works.index.is_monotonic_increasing:
            works = works.sort_index(kind="stable")
        set_table = object.__setattr__
        references = _in_order(references, works.index)
        malformed = [_with_tidy_identifiers(table) for table in (works, references)]
        set_table(self, "works", works)
        set_table(self, "references", references)
        set_table(self, "contexts", contexts.sort_values(["citing", "passage", "position"], ignore_index=True))
        set_table(self, "problems", _problems_in_order(self.problems, sum(malformed, [])))
        sources = conform(self.sources, SOURCE_COLUMNS, "sources")
        set_table(self, "sources", sources.sort_values(["file", "sha256"], ignore_index=True))

    def __repr__(self) -> str:
        works, references = self.works, self.references
        n_citing = references["citing"].nunique()
        n_problems = len(self.problems)
        return (
            f"<Corpus: {_count(len(works), 'work')}{_span(works['year'])}, "
            f"{_count(len(references), 'reference')} of {_count(n_citing, 'work')}, "
            f"{_count(n_problems, 'problem') if n_problems else 'no problems'}>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.works.head(5).to_html()}"

    def _reporting(self, problems: pd.DataFrame) -> Corpus:
        """Return the corpus with other problems; what was checked and put in order already stays as it is."""
        other = copy.copy(self)
        object.__setattr__(other, "problems", _problems_in_order(problems))
        return other

    def __add__(self, other: Corpus) -> Corpus:
        """Both corpora together; nothing is merged (deduplication is its own call).

        A work id that both hold is kept for the first and suffixed (``#2``) for the second, with a row in ``problems``.
        """
        if not isinstance(other, Corpus):
            return NotImplemented
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


def _problems_in_order(problems: pd.DataFrame, further: Sequence[Mapping[str, Any]] = ()) -> pd.DataFrame:
    checked = conform(problems, PROBLEM_COLUMNS, "problems")
    if further:
        checked = pd.concat([checked, conform(pd.DataFrame(further), PROBLEM_COLUMNS, "problems")])
    return checked.sort_values(["file", "line", "kind", "detail"], ignore_index=True)


def concat(corpora: list[Corpus]) -> Corpus:
    """Put corpora together without merging any described work.

    Parameters
    ----------
    corpora : list of Corpus
        Where a work id occurs again, the later copy gets the suffix ``#2``, ``#3`` … in its own tables, and a row
        in ``problems``. A work of which nothing but the id is known is no copy: it gives way to the described one,
        and its references join that work's list, numbered on after those that came before.

    Returns
    -------
    Corpus
    """
    if len(corpora) == 1:
        return corpora[0]
    parts = [corpus._tables() for corpus in corpora]
    described_ids = [part["works"].index[part["works"][_DESCRIPTION].notna().any(axis=1)] for part in parts]
    given = {work_id for ids in described_ids for work_id in ids}
    taken: set[str] = set()
    for part, described in zip(parts, described_ids, strict=True):
        renamed = {}
        for work_id in described:
            free = work_id
            if work_id in taken:
                free = next(f"{work_id}#{n}" for n in count(2) if f"{work_id}#{n}" not in given)
                renamed[work_id] = free
                given.add(free)
            taken.add(free)
        if renamed:
            part.update(_rename(part, renamed))
    joined = {name: pd.concat([part[name] for part in parts]) for name in parts[0]} if parts else {}
    if not joined:
        return Corpus()
    works = joined["works"]
    described_only = works[_DESCRIPTION].notna().any(axis=1)
    works = works[described_only | ~works.index.isin(works.index[described_only])]
    joined["works"] = works[~works.index.duplicated()]
    joined["references"] = _renumber(joined["references"].reset_index(drop=True))
    return Corpus(**joined)


def _renumber(references: pd.DataFrame) -> pd.DataFrame:
    """Give references whose position is taken the next free ones of their list.

    Printed numbers are what passages refer to: a link to another record (``work:``), which has none, gives way.
    """
    numbered = ~references["ids"].str.startswith("work:", na=False)
    references = references.loc[np.argsort(~numbered, kind="stable")].reset_index(drop=True)
    clash = references.duplicated(["citing", "position"])
    if clash.any():
        last = references.loc[~clash].groupby("citing")["position"].max()
        later = references.loc[clash]
        turn = later.groupby("citing").cumcount() + 1
        references.loc[clash, "position"] = later["citing"].map(last) + turn
    return references


def _rename(tables: dict[str, pd.DataFrame], renamed: dict[str, str]) -> dict[str, pd.DataFrame]:
    works = tables["works"].rename(index=renamed)
    references, contexts = tables["references"].copy(), tables["contexts"].copy()
    references["citing"] = references["citing"].replace(renamed)
    terms = {normalise_id("work", old): normalise_id("work", new) for old, new in renamed.items()}
    references["ids"] = references["ids"].map(
        lambda ids: join_ids(terms.get(term, term) for term in ids.split()), na_action="ignore"
    )
    contexts["citing"] = contexts["citing"].replace(renamed)
    rows = works.loc[list(renamed.values())]
    repeated = pd.DataFrame(
        {
            "file": rows["file"],
            "line": rows["line"],
            "kind": "repeated work id",
            "detail": [
                f"{old!r} occurs more than once; this one is kept as {new!r}. Remove the copy or deduplicate."
                for old, new in renamed.items()
            ],
            "excerpt": rows["title"],
        }
    )
    problems = pd.concat([tables["problems"], repeated], ignore_index=True)
    return {**tables, "works": works, "references": references, "contexts": contexts, "problems": problems}


def _with_tidy_identifiers(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Put the identifiers of a table in their normal form; return a problem for each text that is none."""
    problems = []
    for column, kind in (("doi", "malformed DOI"), ("ids", "malformed identifier")):
        known = table[column].dropna()
        tidy = [tidy_ids(text) if column == "ids" else (tidy_doi(text), ()) for text in known.tolist()]
        changed = [new != old for (new, _), old in zip(tidy, known.tolist(), strict=True)]
        if not any(changed):
            continue
        table.loc[known.index[changed], column] = [new for (new, _), other in zip(tidy, changed, strict=True) if other]
        lost: dict[str, list[int]] = {}
        for at, (text, (new, others)) in enumerate(zip(known, tidy, strict=True)):
            for malformed in others or ([text] if new is None else ()):
                lost.setdefault(malformed, []).append(at)
        for text, rows in lost.items():
            first = table.loc[known.index[rows[0]]]
            detail = f"{text[:80]!r} is no {kind.split()[1]}; left out ({_count(len(rows), 'row')})"
            problems.append(
                {**first[["file", "line"]].to_dict(), "kind": kind, "detail": detail, "excerpt": text[:200]}
            )
    return problems


def _in_order(references: pd.DataFrame, work_ids: pd.Index[str]) -> pd.DataFrame:
    """Put references in the order of citing work (all in ``work_ids``, which are sorted) and position, all filled in.

    Raises
    ------
    InputError
        If a position is below 1 or taken twice within a list.
    """
    references["position"] = _fill_positions(references)
    positions = references["position"].to_numpy(dtype="int64")
    if (positions < 1).any():
        raise InputError(f"references.position counts from 1; found {positions.min()}")
    citing = work_ids.get_indexer(pd.Index(references["citing"]))
    order = np.lexsort((positions, citing))
    citing, positions = citing[order], positions[order]
    repeated = (np.diff(citing) == 0) & (np.diff(positions) == 0)
    if repeated.any():
        first = int(order[1:][repeated].min())
        who, position = references["citing"].iloc[first], references["position"].iloc[first]
        raise InputError(f"work {who!r} has two references at position {position}; number them 1, 2, …")
    if (np.diff(order) == 1).all():
        return references.reset_index(drop=True)
    # Column by column, so that no more than one of them is there twice.
    return pd.DataFrame(
        {name: references.pop(name).take(order).array for name in map(str, references.columns)}, copy=False
    )


def _fill_positions(references: pd.DataFrame) -> pd.Series[int]:
    """Positions as given; where unknown, the order of the rows within the citing work."""
    positions = references["position"]
    if not positions.isna().any():
        return positions
    order = references.groupby("citing", sort=False).cumcount() + 1
    return positions.fillna(order.astype("Int64"))


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _span(years: pd.Series[int]) -> str:
    known = years.dropna()
    if known.empty:
        return ""
    low, high = int(known.min()), int(known.max())
    return f" ({low})" if low == high else f" ({low}–{high})"
