"""Records of one work, from one database or several: found, merged with all their references, and explained."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.tables import Record, Table, conform
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.resolution.decisions import DECISION_COLUMNS, place_of, read_decisions, warn_of_unfollowed
from citenet.resolution.explained import doubtful_pairs, merges_told, with_problems
from citenet.resolution.keys import key_table
from citenet.resolution.merging import kept_works, merged_corpus
from citenet.resolution.same_works import joined_works, pairs_of_works
from citenet.resolution.verdicts import decided_works

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
        ``description``, ``identifier``, ``copy_description`` and ``copy_identifier``, ``n_references`` (of the copy),
        ``merged_references`` (of them, in the list of the work already), ``file`` and ``line`` of the copy.
    references : DataFrame
        Where each reference went: ``citing``, ``position`` before, ``new_citing``, ``new_position`` after, and ``raw``.
        References that several records print are one after.
    doubtful : DataFrame
        Pairs that may be one work and were left apart: ``work``, ``other``, ``rule``, ``score``, ``note``,
        descriptions and identifiers.
    decisions : DataFrame
        What a reviewer decided, where it stands (``file``, ``line``), of how many ``pairs`` of records each decision
        speaks (NA where it is one on references), and the ``problem`` why it could not be followed.
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
        pairs = len(self.doubtful)
        return (
            f"<Deduplication: {n:,} record{'s'[: n != 1]} are {kept:,} work{'s'[: kept != 1]}, {pairs:,} doubtful "
            f"pair{'s'[: pairs != 1]}, {before:,} reference{'s'[: before != 1]} are {after:,}>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.merges.head(5).to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """One row per merged record."""
        return self.merges

    def summary(self) -> pd.DataFrame:
        """Count what became of the records.

        Returns
        -------
        DataFrame
            Indexed by ``what``, column ``records``: records = works + those merged into another, by rule; beside these
            the doubtful pairs, and the records that were not compared with all others like them, by block.
        """
        rules = self.merges["rule"].str.replace(r" \(through .*", "", regex=True).value_counts().sort_index()
        counts = {"records": len(self.original.works), "works": len(self.corpus.works)}
        counts |= {f"merged by {rule}": int(n) for rule, n in rules.items()}
        counts |= {"doubtful pairs": len(self.doubtful)}
        counts |= {f"block too large: {block}": n for block, n in self.params.get("capped", {}).items()}
        return pd.DataFrame({"records": counts}).rename_axis("what")

    def review(self) -> pd.DataFrame:
        """List the pairs left for a person to decide, the most doubtful first, then the merges by their score.

        Returns
        -------
        DataFrame
            ``decision`` (empty), ``work``, ``other``, their descriptions and identifiers, ``rule``, ``score``,
            ``status``, ``note``. Fill in "same" or "different", save as CSV, and pass the file to
            ``deduplicate(corpus, decisions=…)``: it holds as long as these are the records that were described.
        """
        merges = self.merges.rename(columns=lambda name: name.replace("copy", "other"))
        parts = [self.doubtful.assign(status="apart"), merges[merges["rule"] != "decision"].assign(status="merged")]
        table = pd.concat(parts, ignore_index=True)
        table["doubt"] = (table["score"] - 0.5).abs().where(table["status"] == "apart", 1 + table["score"])
        table = table.sort_values(["doubt", "work", "other"], ignore_index=True)
        told = ["description", "identifier", "other_description", "other_identifier"]
        table = table.reindex(columns=["work", "other", *told, "rule", "score", "status", "note"])
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
            If no record is named, one was not merged, or one stays merged.
        """
        if not copies:
            raise InputError("no record is named; say which, as they stand in merges['copy']")
        unknown = sorted(set(copies) - set(self.merges["copy"]))
        if unknown:
            raise InputError(f"{unknown[0]!r} was not merged into another record; see merges['copy']")
        merges = self.merges.set_index("copy")
        works = merges.loc[list(dict.fromkeys(copies)), "work"]
        others = [sorted({work, *merges.index[merges["work"] == work]} - {copy}) for copy, work in works.items()]
        taken = [(copy, other) for copy, rest in zip(works.index, others, strict=True) for other in rest]
        said, _ = decided_works(self.decisions, self.original.works)
        about = said[["work", "other"]].isin(copies).any(axis=1) & (said["decision"] == "same")
        rows = pd.DataFrame(taken, columns=["work", "other"]).assign(decision="different")
        kept = self.decisions[~self.decisions.index.isin(said.loc[about, "number"])]
        decisions = conform(pd.concat([kept, rows], ignore_index=True)[list(DECISION_COLUMNS)], DECISION_COLUMNS, "")
        undone = _deduplicated(self.original, decisions, self.params["threshold"], self.params["max_block"])
        kept_in = {**{work: work for work in undone.corpus.works.index}, **dict(undone.merges[["copy", "work"]].values)}
        still = [(copy, other) for copy, other in taken if kept_in[copy] == kept_in[other]]
        if still:
            raise InputError(f"{still[0][0]!r} stays merged with {still[0][1]!r}: a decision joins them; take it out")
        return undone


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

    Warns
    -----
    DroppedWarning
        If decisions cannot be followed; ``decisions["problem"]`` says why.

    Notes
    -----
    Pairs are found by shared identifiers and by the blocks and evidence of `resolve`, and joined from the surest on.
    Records with different identifiers of one scheme are never joined, not even through a third, unless they share
    another identifier (of two DOIs with one PMID, one is a misprint); nor are those whose
    fields deny it, or whose years are two or more apart. A record that is as like one of two such records as the other
    is joined with neither (``doubtful`` lists both). A record that a block, too large, kept from being compared with
    all others like it is a row of ``corpus.problems``. The record with most references is kept (then: with most
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
    <Deduplication: 2 records are 1 work, 0 doubtful pairs, 3 references are 2>
    >>> merged.merges[["work", "copy", "rule"]].values.tolist()
    [['scopus1', 'wos1', 'title, year']]
    """
    if not 0 < threshold < 1:
        raise InputError(f"threshold={threshold} must lie between 0 and 1, for example 0.9")
    check_count("max_block", max_block, 1)
    return _deduplicated(corpus, read_decisions(decisions), threshold, max_block)


def _deduplicated(corpus: Corpus, table: pd.DataFrame, threshold: float, max_block: int) -> Deduplication:
    works = corpus.works
    decided, problem = decided_works(table, works)
    keys = key_table(works)
    pairs, capped = pairs_of_works(works, keys, decided, max_block)
    found = joined_works(works, keys, pairs, threshold)
    _check_followed(decided, table, pd.Series(found.labels, index=works.index))
    kept = kept_works(corpus, found.labels)
    merged, placed = merged_corpus(corpus, kept)
    large = pd.DataFrame({"reference": found.large, "block": "records of one work"})
    capped = pd.concat([capped, large], ignore_index=True).drop_duplicates()
    on_works = table["reference"].isna() & table["other"].notna()
    counts = pd.Series(np.bincount(decided["number"].astype("int64"), minlength=len(table)), index=table.index)
    followed = table.assign(pairs=counts.astype("Int64").where(on_works), problem=problem)
    warn_of_unfollowed(followed)
    return Deduplication(
        corpus=with_problems(merged, works, capped),
        original=corpus,
        merges=merges_told(corpus, kept, pairs, placed),
        references=placed,
        doubtful=doubtful_pairs(works, found, pairs),
        decisions=followed,
        params={
            "threshold": threshold,
            "max_block": max_block,
            "capped": {str(block): int(n) for block, n in capped["block"].value_counts().sort_index().items()},
        },
    )


def _check_followed(decided: pd.DataFrame, table: pd.DataFrame, labels: pd.Series[int]) -> None:
    """Refuse decisions that join two records through others and keep them apart."""
    same = decided[decided["decision"] == "same"]
    open_ = same[labels.reindex(same["work"]).to_numpy() != labels.reindex(same["other"]).to_numpy()]
    if len(open_):
        one, other, number = open_[["work", "other", "number"]].iloc[0]
        raise InputError(
            f"{place_of(table.loc[number])}: the decisions say that {one!r} and {other!r} are the same, and by way of "
            "other records that they differ; take one of them out"
        )
