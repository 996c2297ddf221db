"""Records of one work, from one database or several: found, merged with all their references, and explained."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.tables import Record, Table
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.resolution.decisions import decided_works, read_decisions
from citenet.resolution.keys import key_table
from citenet.resolution.merging import kept_works, merged_corpus
from citenet.resolution.result import described
from citenet.resolution.same_works import joined_works, pairs_of_works

__all__ = ["Deduplication", "deduplicate"]


@dataclass(frozen=True, eq=False, repr=False)
class Deduplication:
    """What was merged, and why.

    Parameters
    ----------
    corpus : Corpus
        Each work once, with the references of all its records.
    original : Corpus
        As it was before.
    merges : DataFrame
        One row per record that was merged into another: ``work`` (kept), ``copy`` (merged), ``rule`` ("decision", the
        scheme of a shared identifier, or the fields that agree), ``score`` (probability that they are one work),
        ``description`` and ``copy_description``, ``n_references`` (of the copy), ``merged_references`` (of them, in the
        list of the work already), ``file`` and ``line`` of the copy.
    references : DataFrame
        Where each reference went: ``citing``, ``position`` before, ``new_citing``, ``new_position`` after, and ``raw``.
        References that several records print are one after.
    doubtful : DataFrame
        Pairs that may be one work and were left apart: ``work``, ``other``, ``rule``, ``score``, ``note``,
        descriptions.
    decisions : DataFrame
        What a reviewer decided, and of how many ``pairs`` of records each decision speaks: 0 where one is not in the
        corpus.
    params : mapping
    """

    corpus: Corpus
    original: Corpus
    merges: Table = Table()
    references: Table = Table()
    doubtful: Table = Table()
    decisions: Table = Table()
    params: Record = Record()

    def __repr__(self) -> str:
        n, kept = len(self.original.works), len(self.corpus.works)
        before, after = len(self.original.references), len(self.corpus.references)
        return (
            f"<Deduplication: {n:,} records are {kept:,} works, {len(self.doubtful):,} doubtful pairs, "
            f"{before:,} references are {after:,}>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.merges.head(5).to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """One row per merged record."""
        return self.merges

    def review(self) -> pd.DataFrame:
        """List the pairs left for a person to decide, the most doubtful first, then the merges by their score.

        Returns
        -------
        DataFrame
            ``decision`` (empty), ``work``, ``other``, their descriptions, ``rule``, ``score``, ``status``, ``note``.
            Fill in "same" or "different", save as CSV, and pass the file to ``deduplicate(corpus, decisions=…)``.
        """
        merges = self.merges.rename(columns={"copy": "other", "copy_description": "other_description"})
        parts = [self.doubtful.assign(status="apart"), merges[merges["rule"] != "decision"].assign(status="merged")]
        table = pd.concat(parts, ignore_index=True)
        table["doubt"] = (table["score"] - 0.5).abs().where(table["status"] == "apart", 1 + table["score"])
        table = table.sort_values(["doubt", "work", "other"], ignore_index=True)
        columns = ["work", "other", "description", "other_description", "rule", "score", "status", "note"]
        table = table.reindex(columns=columns)
        table.insert(0, "decision", pd.Series(pd.NA, index=table.index, dtype="str"))
        return table

    def undo(self, *copies: str) -> Deduplication:
        """Take merges back.

        Parameters
        ----------
        *copies : str
            Records that are to stand alone again, by their id (``merges["copy"]``).

        Returns
        -------
        Deduplication
            Of the original corpus, with a decision "different" for each; records that a copy alone connected come apart
            with it. ``original`` takes all merges back.

        Raises
        ------
        InputError
            If a record was not merged.
        """
        unknown = sorted(set(copies) - set(self.merges["copy"]))
        if unknown:
            raise InputError(f"{unknown[0]!r} was not merged into another record; see merges['copy']")
        merges = self.merges.set_index("copy")
        works = merges.loc[list(copies), "work"]
        others = [sorted({work, *merges.index[merges["work"] == work]} - {copy}) for copy, work in works.items()]
        taken = [(copy, other) for copy, rest in zip(works.index, others, strict=True) for other in rest]
        said = decided_works(self.decisions, self.original.works)
        about = said[["work", "other"]].isin(copies).any(axis=1) & (said["decision"] == "same")
        rows = pd.DataFrame(taken, columns=["work", "other"]).assign(decision="different")
        kept = self.decisions[~self.decisions.index.isin(said.loc[about, "number"])]
        decisions = pd.concat([kept, rows], ignore_index=True)
        return deduplicate(
            self.original,
            threshold=self.params["threshold"],
            max_block=self.params["max_block"],
            decisions=decisions,
        )


def deduplicate(
    corpus: Corpus,
    *,
    threshold: float = 0.95,
    max_block: int = 200,
    decisions: str | Path | pd.DataFrame | None = None,
) -> Deduplication:
    """Merge the records of one work, also across databases, with the references of all copies.

    Parameters
    ----------
    corpus : Corpus
        For example ``read("wos.txt") + read("scopus.csv")``.
    threshold : float
        Probability from which two records are one work, if what agrees tells works apart.
    max_block : int
        As in `resolve`.
    decisions : path of a CSV file or DataFrame, optional
        Rows "same" or "different" with ``work`` and ``other``; they outrank everything else.

    Returns
    -------
    Deduplication

    Raises
    ------
    InputError
        If the threshold is no probability, or the decisions cannot be read or contradict each other.

    Notes
    -----
    Pairs are found by shared identifiers and by the blocks and evidence of `resolve`, and joined from the surest on.
    Records with different identifiers of one scheme are never joined, not even through a third, unless they share
    another identifier (of two DOIs with one PMID, one is a misprint); nor are those whose
    fields deny it, or whose years are two or more apart. The record with most references is kept (then: with most
    fields known, then the first by id); what it lacks is filled in from its copies. References that two copies print
    are matched within the work, where an author and a year that each list has once are enough; all others are appended
    to the list.

    Examples
    --------
    >>> works = pd.DataFrame({"title": ["Getting a job in the city", "Getting a Job in the City."], "year": 1974,
    ...                       "doi": ["10.1000/job", None]}, index=["wos1", "scopus1"])
    >>> references = pd.DataFrame({"citing": ["wos1", "scopus1", "scopus1"], "title": [None, "Ties", "Markets"],
    ...                            "authors": ["Lee, A", "Lee, A", "Poe, B"], "year": [1960, 1960, 1961]})
    >>> merged = deduplicate(Corpus(works, references))
    >>> merged
    <Deduplication: 2 records are 1 works, 0 doubtful pairs, 3 references are 2>
    >>> merged.merges[["work", "copy", "rule"]].values.tolist()
    [['scopus1', 'wos1', 'title, year']]
    """
    if not 0 < threshold < 1:
        raise InputError(f"threshold={threshold} must lie between 0 and 1, for example 0.9")
    check_count("max_block", max_block, 1)
    works = corpus.works
    table = read_decisions(decisions)
    decided = decided_works(table, works)
    keys = key_table(works)
    pairs, capped = pairs_of_works(works, keys, decided, max_block)
    labels = joined_works(works, keys, pairs, threshold)
    _check_followed(decided, pd.Series(labels, index=works.index))
    kept = kept_works(corpus, labels)
    merged, placed = merged_corpus(corpus, kept)
    text = described(works)
    return Deduplication(
        corpus=merged,
        original=corpus,
        merges=_merges(works, kept, pairs, text).merge(_counts(corpus, placed), on="copy", how="left"),
        references=placed,
        doubtful=_doubtful(works, labels, pairs, text),
        decisions=table.assign(pairs=np.bincount(decided["number"], minlength=len(table))),
        params={"threshold": threshold, "max_block": max_block, "capped": int(capped["reference"].nunique())},
    )


def _check_followed(decided: pd.DataFrame, labels: pd.Series[int]) -> None:
    """Refuse decisions that join two records through others and keep them apart."""
    same = decided[decided["decision"] == "same"]
    open_ = same[labels.reindex(same["work"]).to_numpy() != labels.reindex(same["other"]).to_numpy()]
    if len(open_):
        one, other = open_[["work", "other"]].iloc[0]
        raise InputError(
            f"the decisions say that {one!r} and {other!r} are the same, and by way of other records that they differ; "
            "take one of them out"
        )


def _merges(works: pd.DataFrame, kept: Any, pairs: pd.DataFrame, text: pd.Series[str]) -> pd.DataFrame:
    """One row per merged record, with the surest evidence that joins it to its cluster."""
    ids = works.index.to_numpy(dtype=object)
    copies = np.flatnonzero(kept != np.arange(kept.size))
    inside = pairs[(kept[pairs["one"]] == kept[pairs["other"]]) & pairs["joins"]]
    ends = pd.concat(
        [inside.assign(copy=inside["one"], to=inside["other"]), inside.assign(copy=inside["other"], to=inside["one"])]
    )
    direct = ends["to"].to_numpy() == kept[ends["copy"]]
    best = ends.assign(direct=direct).sort_values(
        ["copy", "direct", "score", "to"], ascending=[True, False, False, True]
    )
    best = best.drop_duplicates("copy").set_index("copy").reindex(copies)
    through = np.where(best["direct"].astype("bool"), "", " (through " + ids[best["to"]].astype(object) + ")")
    return pd.DataFrame(
        {
            "work": ids[kept[copies]],
            "copy": ids[copies],
            "rule": best["rule"].to_numpy(dtype=object) + through,
            "score": best["score"].to_numpy(),
            "description": text.to_numpy(dtype=object)[kept[copies]],
            "copy_description": text.to_numpy(dtype=object)[copies],
            "file": works["file"].to_numpy(dtype=object)[copies],
            "line": works["line"].array[copies],
        }
    )


def _counts(corpus: Corpus, placed: pd.DataFrame) -> pd.DataFrame:
    """Count the references of each record, and how many of them the list of the work had already."""
    after = placed.duplicated(["new_citing", "new_position"], keep=False)
    counts = pd.DataFrame({"copy": placed["citing"], "merged_references": after}).groupby("copy")["merged_references"]
    table = counts.agg(n_references="size", merged_references="sum").reindex(corpus.works.index, fill_value=0)
    return table.rename_axis("copy").reset_index()


def _doubtful(works: pd.DataFrame, labels: Any, pairs: pd.DataFrame, text: pd.Series[str]) -> pd.DataFrame:
    """Pairs that look like one work and were left apart, with the reason."""
    ids = works.index.to_numpy(dtype=object)
    likely = pairs[
        (labels[pairs["one"]] != labels[pairs["other"]]) & (pairs["score"] >= 0.5) & (pairs["rule"] != "decision")
    ]
    note = likely["note"].mask((likely["note"] == "") & likely["joins"], "conflicts with a surer pair")
    note = note.mask((note == "") & ~likely["identified"], "nothing that tells works apart agrees")
    note = note.mask(note == "", "not sure enough")
    return pd.DataFrame(
        {
            "work": ids[likely["one"]],
            "other": ids[likely["other"]],
            "rule": likely["rule"].to_numpy(dtype=object),
            "score": likely["score"].to_numpy(),
            "note": note.to_numpy(dtype=object),
            "description": text.to_numpy(dtype=object)[likely["one"]],
            "other_description": text.to_numpy(dtype=object)[likely["other"]],
        }
    )
