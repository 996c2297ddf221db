"""Count citations by the years and groups of their ends: one relational expression that returns whole numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet._support.optional import require
from citenet.bridging.cells import Cells
from citenet.bridging.mixing import OWN_GROUP
from citenet.errors import InputError
from citenet.scale.engines import Frame
from citenet.scale.tidy import SPAN, UNKNOWN, decode

__all__ = ["Counted", "counted_citations", "joined_citations", "kept_citations", "with_unlabelled"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NO_GROUP, NO_WORK = -1, -2


def joined_citations(works: Frame, citations: Frame, assume_unique: bool) -> Frame:
    """Return citations with the stamps of both ends and ``n``, how often each is printed.

    Parameters
    ----------
    works : LazyFrame
        ``id`` and ``stamp``.
    citations : LazyFrame
        ``citing`` and ``cited``.
    assume_unique : bool
        No citation stands twice: they are not looked through for repeats.
    """
    nw = require("narwhals", "scale")
    once = nw.lit(1, nw.Int64)
    pairs = citations.with_columns(once.alias("n")) if assume_unique else repeats_counted(citations)
    for end in ("citing", "cited"):
        side = works.select(nw.col("id").alias(f"{end}_id"), nw.col("stamp").alias(f"{end}_stamp"))
        pairs = pairs.join(side, left_on=end, right_on=f"{end}_id", how="left")
    stamps = (nw.col(f"{end}_stamp").fill_null(nw.lit(UNKNOWN)) for end in ("citing", "cited"))
    return pairs.with_columns(*stamps)


def repeats_counted(citations: Frame) -> Frame:
    """Return each pair once, with how often it stands there."""
    nw = require("narwhals", "scale")
    return citations.group_by("citing", "cited").agg(nw.len().cast(nw.Int64).alias("n"))


def counted_citations(works: Frame, citations: Frame, assume_unique: bool, n: int) -> Frame:
    """Count printed citations (``n``) and pairs of works (``pairs``) by the stamps of both ends.

    Parameters
    ----------
    works : LazyFrame
        ``id`` and ``stamp``: here its number among the n different ones, from 0, so that all counts fit a small table.
    citations : LazyFrame
    assume_unique : bool
    n : int
        Loops are counted apart, as if the citing work had this number.
    """
    nw = require("narwhals", "scale")
    joined = joined_citations(works, citations, assume_unique)
    loop = nw.when(nw.col("citing") == nw.col("cited")).then(nw.lit(n)).otherwise(nw.col("citing_stamp"))
    grouped = joined.with_columns(loop.alias("citing_stamp")).group_by("citing_stamp", "cited_stamp")
    pairs = nw.len().cast(nw.Int64).alias("pairs")
    if assume_unique:  # then the sum would be the same
        return grouped.agg(pairs).with_columns(nw.col("pairs").alias("n"))
    return grouped.agg(pairs, nw.col("n").sum().cast(nw.Int64).alias("n"))


def kept_citations(works: Frame, citations: Frame, assume_unique: bool, max_lead: int | None) -> Frame:
    """Return the citations that are arcs: both works known and different, none later than allowed."""
    nw = require("narwhals", "scale")
    joined = joined_citations(works, citations, assume_unique)
    citing, cited = nw.col("citing_stamp"), nw.col("cited_stamp")
    kept = joined.filter((citing >= 0) & (cited >= 0) & (nw.col("citing") != nw.col("cited")))
    if max_lead is None:
        return kept
    undated = (citing % SPAN == 0) | (cited % SPAN == 0)
    return kept.filter(undated | (cited % SPAN - citing % SPAN <= max_lead))


@dataclass(frozen=True, eq=False)
class Counted:
    """Citations counted by the years and groups of their ends, and why some are no arcs.

    Parameters
    ----------
    citing, cited : ndarray of int64, shape (c,)
        Groups; -1 none, -2 no such work.
    citing_year, cited_year : ndarray, shape (c,)
        NaN unknown.
    printed : ndarray of int64, shape (c,)
        References, repeats included.
    pairs : ndarray of int64, shape (c,)
        Pairs of works, each once.
    reason : ndarray of str, shape (c,)
        Why those of a row are no arcs: "unmatched", "self", "later"; "" where they are.
    """

    citing: Ints
    cited: Ints
    citing_year: Floats
    cited_year: Floats
    printed: Ints
    pairs: Ints
    reason: npt.NDArray[Any]

    @classmethod
    def of(cls, table: Any, stamps: npt.NDArray[Any], max_lead: int | None) -> Counted:
        """Read what `counted_citations` returns; ``stamps`` are those that it numbers."""
        # Rows are in any order, which sums of whole numbers do not show.
        one, other = (table[f"{end}_stamp"].to_numpy().astype(np.intp) for end in ("citing", "cited"))
        same = one == stamps.size
        one = np.where(same, other, one)
        group, year = decode(np.append(stamps, UNKNOWN))  # the last has the number -1
        citing, cited, citing_year, cited_year = group[one], group[other], year[one], year[other]
        reason = np.full(same.size, "", dtype="<U9")
        if max_lead is not None:
            reason[cited_year - citing_year > max_lead] = "later"
        reason[same] = "self"
        reason[(citing == NO_WORK) | (cited == NO_WORK)] = "unmatched"
        return cls(citing, cited, citing_year, cited_year, table["n"].to_numpy(), table["pairs"].to_numpy(), reason)

    @property
    def arcs(self) -> Ints:
        """Citations that are arcs of the network, shape (c,)."""
        return np.where(self.reason == "", self.pairs, 0)

    @property
    def n_references(self) -> int:
        """References printed, repeats included."""
        return int(self.printed.sum())

    @property
    def n_citations(self) -> int:
        """Arcs of the network."""
        return int(self.arcs.sum())

    def dropped(self) -> dict[str, int]:
        """Count references that are no arc, by reason; with the arcs they add up to the references."""
        known = ~np.isin(self.reason, ["unmatched", "self"])
        counts = {
            "duplicate": int((self.printed - self.pairs)[known].sum()),
            "later": int(self.pairs[self.reason == "later"].sum()),
            "self": int(self.printed[self.reason == "self"].sum()),
            "unmatched": int(self.printed[self.reason == "unmatched"].sum()),
        }
        return {reason: n for reason, n in counts.items() if n}

    def references_of(self, k: int) -> Ints:
        """Count references printed by the works of each group, shape (k,)."""
        known = self.citing >= 0
        return np.bincount(self.citing[known], self.printed[known], minlength=k)[:k].astype(np.int64)

    def unmatched_of(self, k: int) -> Ints:
        """Count references of the works of each group to works that are not there, shape (k,)."""
        lost = (self.citing >= 0) & (self.reason == "unmatched")
        return np.bincount(self.citing[lost], self.printed[lost], minlength=k)[:k].astype(np.int64)

    def citations_of(self, k: int) -> Ints:
        """Count arcs from the works of each group, shape (k,)."""
        known = self.citing >= 0
        return np.bincount(self.citing[known], self.arcs[known], minlength=k)[:k].astype(np.int64)

    def owned(self, k: int) -> Counted:
        """Return the same counts with works without a group as group k."""
        citing, cited = (np.where(end == NO_GROUP, k, end) for end in (self.citing, self.cited))
        return replace(self, citing=citing, cited=cited)

    def cells(self, names: tuple[str, ...]) -> Cells:
        """Return the arcs with a group at both ends; the others are counted by what they lack."""
        citing_out, cited_out = self.citing < 0, self.cited < 0
        excluded: Mapping[str, int] = {
            "citing work unlabelled": int(self.arcs[citing_out & ~cited_out].sum()),
            "cited work unlabelled": int(self.arcs[cited_out & ~citing_out].sum()),
            "both unlabelled": int(self.arcs[citing_out & cited_out].sum()),
        }
        kept = ~(citing_out | cited_out) & (self.arcs > 0)
        return Cells(
            self.citing_year[kept],
            self.cited_year[kept],
            self.citing[kept],
            self.cited[kept],
            self.arcs[kept],
            names,
            {reason: n for reason, n in excluded.items() if n},
            np.zeros(int(kept.sum()), np.int64),
        )


def with_unlabelled(
    counted: Counted, names: tuple[str, ...], n_unlabelled: int, unlabelled: str
) -> tuple[Counted, tuple[str, ...]]:
    """Apply the option ``unlabelled``: as it is, with a group of their own, or an error."""
    if n_unlabelled and unlabelled == "error":
        raise InputError(f'{n_unlabelled:,} works have no group; label them or pass unlabelled="drop"')
    if n_unlabelled and unlabelled == "own":
        return counted.owned(len(names)), (*names, OWN_GROUP)
    return counted, names
