"""What can only be done once all files are read: records met twice, labels, and names that lead nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.tables import are_new, known_texts
from citenet.checking import (
    CONTEXT_COLUMNS,
    DESCRIPTION,
    REFERENCE_COLUMNS,
    WORK_COLUMNS,
    Tables,
    arranged,
    of_part,
    problems_in_order,
)
from citenet.corpus import Corpus
from citenet.io._gather import Gathered
from citenet.io._named_works import describe_named, join_named
from citenet.io._records import Records
from citenet.io._rows import Row
from citenet.joining import joined

__all__ = ["finish", "together"]

# Formats whose work ids are accession numbers of a database: the same id is the same record.
_ACCESSIONED = frozenset(
    ["wos", "openalex", "openalex_csv", "lens", "scopus", "dimensions", "nbib", "pubmed_xml", "europepmc", "crossref",
     "datacite", "semanticscholar", "opencitations", "id_list"]
)  # fmt: skip
_KEY = re.compile(r"work:\S+")
_EARLIEST = 1500  # before the first scholarly journals there is little to cite, but many a page number
_AHEAD = 2  # years by which what is cited in press may be later than what cites it
_SAYING = ["title", "authors", "year", "container"]


def together(gathered: Gathered, strict: bool) -> Corpus:
    """Put what was gathered into one corpus: a database record that several files hold is kept once."""
    tables = gathered.tables()
    if len(gathered) > 1:
        tables = _without_repeated_records(tables, gathered, strict)
        tables = arranged(of_part(joined(join_named(tables, gathered.formats)), 0))
    return Corpus._of(tables)


def _without_repeated_records(tables: Tables, gathered: Gathered, strict: bool) -> Tables:
    """Keep a record whose id is its number in a database from the file where its reference list is longest.

    A record of which nothing but identifiers is known gives way to one that is described; its reference list is kept
    where it is the longest.
    """
    works, references, contexts = tables["works"], tables["references"], tables["contexts"]
    of_database = works.index.isin([part for part, name in enumerate(gathered.formats) if name in _ACCESSIONED])
    copies = works[of_database]
    copies = copies[copies["work_id"].duplicated(keep=False).to_numpy()]
    if copies.empty:
        return tables
    is_copied = references["citing"].isin(copies["work_id"]).to_numpy()
    n_listed = Counter(zip(references.index[is_copied], references.loc[is_copied, "citing"], strict=True))
    says = np.asarray(copies[_SAYING].notna().any(axis=1)).tolist()
    row_in: dict[str, tuple[bool, int, int]] = {}  # the best so far: says anything, references, part
    list_in: dict[str, tuple[int, int]] = {}
    keys = list(zip(copies.index.tolist(), copies["work_id"].tolist(), strict=True))
    for (part, work_id), said in zip(keys, says, strict=True):
        n = n_listed[part, work_id]
        row_in[work_id] = max(row_in.get(work_id, (False, -1, 0)), (said, n, -part))
        list_in[work_id] = max(list_in.get(work_id, (-1, 0)), (n, -part))
    elsewhere = {key: -row_in[key[1]][2] for key in keys if -row_in[key[1]][2] != key[0]}
    unlisted = {key for key in keys if -list_in[key[1]][1] != key[0]}
    report = _Report([], strict)
    _report_repeated(copies, elsewhere, {key for key in keys if n_listed[key]} - unlisted, gathered, report)
    gone = {key for key in elsewhere if key in unlisted or not n_listed[key]}
    giving_way = _is_one_of(works, "work_id", elsewhere)
    works.loc[giving_way, DESCRIPTION] = pd.NA  # to the other, when they are joined
    return {
        "works": works[~_is_one_of(works, "work_id", gone)],
        "references": references[~_is_one_of(references, "citing", unlisted)],
        "contexts": contexts[~_is_one_of(contexts, "citing", unlisted)],
        "problems": problems_in_order(tables["problems"], report.problems),
        "sources": tables["sources"],
    }


def _is_one_of(table: pd.DataFrame, column: str, keys: Collection[tuple[int, str]]) -> npt.NDArray[np.bool_]:
    """Whether each row is of one of some works, by its part and id."""
    found = table[column].isin({work_id for _, work_id in keys}).to_numpy(copy=True)
    rows = zip(table.index[found], table.loc[found, column], strict=True)
    found[found] = [key in keys for key in rows]
    return found


def _report_repeated(
    works: pd.DataFrame,
    elsewhere: dict[tuple[int, str], int],
    listing: set[tuple[int, str]],
    gathered: Gathered,
    report: _Report,
) -> None:
    """Report works that are kept from another part, but for the lists that are kept from here."""
    rows = works[_is_one_of(works, "work_id", elsewhere)]
    cells = (rows[name].tolist() for name in ("work_id", "line", "title"))
    for part, work_id, line, title in zip(rows.index.tolist(), *cells, strict=True):
        key = (part, work_id)
        only = ", but for the references" if key in listing else ""
        detail = f"{work_id!r} is also in {gathered.files[elsewhere[key]]!r}; kept once, from there{only}"
        report.add("repeated record", gathered.files[part], line, detail, title)


def finish(corpus: Corpus, labels: list[Row], skipped: list[Row], strict: bool) -> Corpus:
    """Join labels to works, report what leads nowhere, and put further columns in order of their names."""
    report = _Report(list(skipped), strict)
    works = _join_labels(corpus.works, labels, report)
    _report_unknown_works(corpus, report)
    _report_unknown_keys(corpus, report)
    _report_unknown_positions(corpus, report)
    _report_impossible_years(corpus, report)
    problems = _not_told_yet(report.problems, corpus.problems)
    return corpus._with(
        works=_ordered(describe_named(works), WORK_COLUMNS),
        references=_ordered(corpus.references, REFERENCE_COLUMNS),
        contexts=_ordered(corpus.contexts, CONTEXT_COLUMNS),
        problems=problems_in_order(corpus.problems, problems),
    )


def _not_told_yet(problems: list[Row], told: pd.DataFrame) -> list[Row]:
    """Problems that no saved corpus tells already."""
    if not problems or told.empty:
        return problems
    columns = ["file", "kind", "detail"]
    known = set(told[columns].astype("str").itertuples(index=False, name=None))
    return [row for row in problems if tuple(str(row[column]) for column in columns) not in known]


def _ordered(table: pd.DataFrame, schema: Iterable[str]) -> pd.DataFrame:
    first = list(schema)
    return table[[*first, *sorted(set(table.columns).difference(first))]]


class _Report:
    """Problems that only show once all files are read."""

    def __init__(self, problems: list[Row], strict: bool) -> None:
        self.problems, self._strict = problems, strict

    def add(self, kind: str, file: Any, line: Any, detail: str, excerpt: Any = None) -> None:
        records = Records("" if pd.isna(file) else str(file), self._strict)
        printed = None if pd.isna(excerpt) else str(excerpt)
        records.problem(kind, None if pd.isna(line) else int(line), detail, printed)
        self.problems += records.problems


def _join_labels(works: pd.DataFrame, labels: list[Row], report: _Report) -> pd.DataFrame:
    """Return works with the columns of label tables; what is known already is not overwritten."""
    columns = sorted({column for row in labels for column in row["labels"]})
    for column in [column for column in columns if column in works and works[column].dtype != "str"]:
        file = min(row["file"] for row in labels if column in row["labels"])
        report.add("reserved column", file, None, f"{column!r} holds numbers; no label can be put there")
        columns.remove(column)
    known: dict[str, dict[str, str]] = {}
    for column in columns:
        stated = works[column].dropna().astype("str") if column in works else pd.Series(dtype="str")
        known[column] = dict(zip(stated.index, stated, strict=True))
    unknown: dict[tuple[str, str], Row] = {}
    # In the order of their content: which of two contradicting rows is kept must not hang on their order.
    for row in sorted(labels, key=lambda row: (row["file"], row["work"], sorted(row["labels"].items()), row["line"])):
        if row["work"] not in works.index:
            unknown.setdefault((row["file"], row["work"]), row)
            continue
        for column, value in row["labels"].items():
            if column not in known:
                continue
            before = known[column].setdefault(row["work"], value)
            if before != value:
                detail = f"{row['work']!r} is {column} {before!r} already, not {value!r}; the first is kept"
                report.add("contradicting label", row["file"], row["line"], detail)
    for row in unknown.values():
        detail = f"the label names {row['work']!r}, which is not in works"
        report.add("unknown work", row["file"], row["line"], detail)
    for column in columns:
        works[column] = pd.Series(known[column], dtype="str").reindex(works.index)
    return works


def _report_unknown_works(corpus: Corpus, report: _Report) -> None:
    """Report works that a table or a ``# citing`` line names but that no file says anything else about.

    A printed list alone, whose file's name stands for the citing work, names nobody.
    """
    works, sources = corpus.works, corpus.sources
    if not sources["format"].isin(["tables", "references"]).any():
        return
    bare = works[works[DESCRIPTION].isna().all(axis=1)]
    of_tables = bare["file"].isin(sources.loc[sources["format"] == "tables", "file"]) & bare["line"].isna()
    of_lists = bare["file"].isin(sources.loc[sources["format"] == "references", "file"]) & bare["line"].notna()
    named = bare[of_tables | of_lists]
    for work_id, file, line in zip(named.index, named["file"], named["line"], strict=True):
        detail = (
            f"the citing work {work_id!r} is not in works: its year and container are unknown. It is kept by its id "
            "alone; add a file that describes it, or correct the key"
        )
        report.add("unknown work", file, line, detail)


def _report_unknown_keys(corpus: Corpus, report: _Report) -> None:
    """Report references to a work of the same corpus, by its id, that is not there and that nothing else identifies."""
    references = corpus.references
    if not any("work:" in "\n".join(texts) for texts in known_texts(references["ids"])):
        return
    alone = (references["ids"].notna() & references["doi"].isna()).to_numpy(copy=True)
    alone[alone] = [_KEY.fullmatch(ids) is not None for ids in references["ids"].array[alone]]
    named = _cells(references, alone, "citing", "ids", "file", "line")
    known = {f"work:{work_id}" for work_id in corpus.works.index} if alone.any() else set()
    for citing, ids, file, line in named:
        for term in ids.split():
            if term.startswith("work:") and term not in known:
                detail = f"{citing!r} cites {term[5:]!r}, which is not in works; kept as a reference that leads nowhere"
                report.add("unknown key", file, line, detail)


def _report_unknown_positions(corpus: Corpus, report: _Report) -> None:
    """Report passages that mention a reference number which the list of the citing work does not have."""
    contexts = corpus.contexts
    if contexts.empty:
        return
    listed = set(corpus.references["citing"].unique())
    for citing in sorted(set(contexts["citing"].dropna()) - listed):
        detail = f"passages of {citing!r} mention references by number, but none of the files holds its list"
        report.add("missing reference list", None, None, detail)
    contexts = contexts[contexts["citing"].isin(listed)]
    known = pd.MultiIndex.from_frame(corpus.references[["citing", "position"]])
    mentioned = contexts[contexts["position"].notna()]
    missing = mentioned[~pd.MultiIndex.from_frame(mentioned[["citing", "position"]]).isin(known)]
    for citing, passage, position in zip(missing["citing"], missing["passage"], missing["position"], strict=True):
        detail = f"passage {passage!r} of {citing!r} mentions reference {position}, which its list does not have"
        report.add("unknown reference", None, None, detail)


def _report_impossible_years(corpus: Corpus, report: _Report) -> None:
    """Report cited years that cannot be: long before print, or later than the citing work; nothing is changed."""
    references = corpus.references
    citing = references["citing"].array
    begins = are_new(citing)  # as references are in the order of what cites them
    works = corpus.works.index.get_indexer(pd.Index(citing[begins]))[np.cumsum(begins) - 1]
    own = corpus.works["year"].array
    is_dated, latest = (~own.isna())[works], own.to_numpy("int64", na_value=0)[works] + _AHEAD
    cited = references["year"].to_numpy("int64", na_value=0)
    odd = references["year"].notna().to_numpy() & ((is_dated & (cited > latest)) | (cited < _EARLIEST))
    cells = _cells(references, odd, "citing", "year", "file", "line", "raw")
    for (work_id, year, file, line, raw), dated in zip(cells, own[works[odd]], strict=True):
        detail = (
            f"{work_id!r} cites a work of the year {year}{'' if year < _EARLIEST else f', but is of {dated} itself'}"
        )
        detail += "; kept as read, but perhaps it is no year: compare with what is printed"
        report.add("impossible year", file, line, detail, raw)


def _cells(table: pd.DataFrame, rows: npt.NDArray[np.bool_], *columns: str) -> Iterator[tuple[Any, ...]]:
    """Cells of some rows; each column is asked by itself, since to take rows of a table takes a copy of its texts."""
    return zip(*(table[column].array[rows] for column in columns), strict=True)
