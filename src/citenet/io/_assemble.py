"""What can only be done once all files are read: records met twice, labels, and names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from citenet.corpus import CONTEXT_COLUMNS, REFERENCE_COLUMNS, WORK_COLUMNS, Corpus
from citenet.io._records import Records
from citenet.io._rows import Row

__all__ = ["drop_repeated_records", "finish"]

# Formats whose work ids are accession numbers of a database: the same id is the same record.
_ACCESSIONED = frozenset(
    ["wos", "openalex", "openalex_csv", "lens", "scopus", "dimensions", "nbib", "pubmed_xml", "europepmc", "crossref",
     "datacite", "semanticscholar", "id_list"]
)  # fmt: skip
_EARLIEST = 1500  # before the first scholarly journals there is little to cite, but many a page number
_AHEAD = 2  # years by which what is cited in press may be later than what cites it
_DESCRIPTION = [column for column in WORK_COLUMNS if column not in ("file", "line")]


def drop_repeated_records(corpora: list[Corpus], strict: bool) -> list[Corpus]:
    """Keep a database record that several files hold once.

    It is kept where it is described and its reference list is longest, else from the first file. A list that only
    another file has, which does not describe the work, is kept beside the description.
    """
    if len(corpora) == 1:
        return corpora
    best: dict[str, tuple[tuple[bool, int], int]] = {}
    longest: dict[str, tuple[int, int]] = {}  # list, which a file may have that does not describe the work
    ranks: list[dict[str, tuple[bool, int]]] = []
    for at, corpus in enumerate(corpora):
        ranks.append(_ranks(corpus) if corpus.sources["format"].iloc[0] in _ACCESSIONED else {})
        for work_id, rank in ranks[-1].items():
            if work_id not in best or rank > best[work_id][0]:
                best[work_id] = (rank, at)
            if rank[1] > longest.get(work_id, (0, at))[0]:
                longest[work_id] = (rank[1], at)
    kept = []
    for at, corpus in enumerate(corpora):
        repeated = [work_id for work_id in ranks[at] if best[work_id][1] != at]
        lists = {w for w in repeated if best[w][0][1] == 0 and longest.get(w, (0, -1))[1] == at}
        kept.append(_without(corpus, repeated, lists, best, corpora, strict) if repeated else corpus)
    return kept


def _ranks(corpus: Corpus) -> dict[str, tuple[bool, int]]:
    """Whether a file says what each work is, and how many references it lists."""
    works = corpus.to_frame()
    described = works[["title", "authors", "year", "container"]].notna().any(axis=1)
    return dict(zip(works.index, zip(described.tolist(), works["n_references"].tolist(), strict=True), strict=True))


def _without(
    corpus: Corpus,
    repeated: list[str],
    lists: set[str],
    best: dict[str, tuple[tuple[bool, int], int]],
    corpora: list[Corpus],
    strict: bool,
) -> Corpus:
    """Take repeated works out; of some the list is kept, under the bare id that gives way to the described work."""
    works, references, contexts = corpus.works, corpus.references, corpus.contexts
    file = corpus.sources["file"].iloc[0]
    records = Records(file, strict)
    lines = dict(zip(works.index, works["line"].tolist(), strict=True))
    titles = dict(zip(works.index, works["title"].tolist(), strict=True))
    for work_id in repeated:
        other = corpora[best[work_id][1]].sources["file"].iloc[0]
        line: int | None = None if pd.isna(lines[work_id]) else int(lines[work_id])
        title: str | None = None if pd.isna(titles[work_id]) else str(titles[work_id])
        but = ", but for its references, which are only here" if work_id in lists else ""
        records.problem("repeated record", line, f"{work_id!r} is also in {other!r}; kept once, from there{but}", title)
    gone = set(repeated) - lists
    works.loc[works.index.isin(lists), _DESCRIPTION] = pd.NA
    return Corpus(
        works=works[~works.index.isin(gone)],
        references=references[~references["citing"].isin(gone)],
        contexts=contexts[~contexts["citing"].isin(gone)],
        problems=pd.concat([corpus.problems, pd.DataFrame(records.problems)], ignore_index=True),
        sources=corpus.sources,
    )


def finish(corpus: Corpus, labels: list[Row], skipped: list[Row], strict: bool) -> Corpus:
    """Join labels to works, report what leads nowhere, and put further columns in order of their names."""
    report = _Report(list(skipped), strict)
    works = _join_labels(corpus.works, labels, report)
    _report_unknown_works(corpus, report)
    _report_unknown_keys(corpus, report)
    _report_unknown_positions(corpus, report)
    _report_impossible_years(corpus, report)
    problems = report.problems
    reported = pd.concat([corpus.problems, pd.DataFrame(problems)]) if problems else corpus.problems
    if len(corpus.sources) == 1 and not labels:
        return corpus._reporting(reported) if problems else corpus
    return Corpus(
        works=_ordered(works, WORK_COLUMNS),
        references=_ordered(corpus.references, REFERENCE_COLUMNS),
        contexts=_ordered(corpus.contexts, CONTEXT_COLUMNS),
        problems=reported,
        sources=corpus.sources,
    )


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
    bare = works[works[_DESCRIPTION].isna().all(axis=1)]
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
    """Report references to a work of the same corpus, by its id, that is not there."""
    references = corpus.references
    named = references[references["ids"].str.contains("work:", regex=False, na=False)]
    known = {f"work:{work_id}" for work_id in corpus.works.index} if len(named) else set()
    for citing, ids, file, line in zip(*(named[column] for column in ("citing", "ids", "file", "line")), strict=True):
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
    citing = references["citing"].map(corpus.works["year"]).astype("Int64")
    late = (references["year"] > citing + _AHEAD).fillna(False)
    early = (references["year"] < _EARLIEST).fillna(False)
    odd = references[late | early]
    columns = (*(odd[name] for name in ("citing", "year", "file", "line", "raw")), citing[odd.index])
    for work_id, year, file, line, raw, own in zip(*columns, strict=True):
        detail = f"{work_id!r} cites a work of the year {year}{'' if year < _EARLIEST else f', but is of {own} itself'}"
        detail += "; kept as read, but perhaps it is no year: compare with what is printed"
        report.add("impossible year", file, line, detail, raw)
