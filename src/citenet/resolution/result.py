"""Resolution: one row per reference, with the work it means, by which rule, how surely."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from citenet._support.tables import Record, Table, conform
from citenet.errors import InputError

__all__ = ["LINK_COLUMNS", "STATUSES", "Resolution"]

LINK_COLUMNS = {
    "citing": "str",
    "position": "Int64",
    "work": "str",
    "rule": "str",
    "score": "float64",
    "status": "str",
}
STATUSES = ("matched", "ambiguous", "unmatched")


@dataclass(frozen=True, eq=False, repr=False)
class Resolution:
    """Which work each reference means.

    Parameters
    ----------
    links : DataFrame
        One row per reference: citing, position, work (NA unless matched), rule, score in [0, 1], status.
    candidates : DataFrame, optional
        For references that were compared field by field: citing, position, work, score, identified; best first.
    params : mapping, optional
        Thresholds, and the references whose block was too large to look through.

    Examples
    --------
    >>> links = pd.DataFrame({"citing": ["a"], "position": [1], "work": ["b"], "rule": ["doi"], "status": ["matched"]})
    >>> Resolution(links)
    <Resolution: 1 reference: 1 matched (100 %), 0 ambiguous, 0 unmatched>
    """

    links: Table = Table()
    candidates: Table = Table()
    params: Record = Record()

    def __post_init__(self) -> None:
        links = conform(self.links, LINK_COLUMNS, "links")
        wrong = ~links["status"].isin(STATUSES)
        if wrong.any():
            raise InputError(
                f"status must be one of {', '.join(STATUSES)}; found {links.loc[wrong, 'status'].iloc[0]!r}"
            )
        if (links["work"].notna() != (links["status"] == "matched")).any():
            raise InputError("a link has a work exactly where its status is matched")
        links = links.sort_values(["citing", "position"], ignore_index=True)
        candidates = conform(
            self.candidates, {"citing": "str", "position": "Int64", "work": "str", "score": "float64"}, "candidates"
        )
        object.__setattr__(self, "links", links)
        object.__setattr__(self, "candidates", candidates)

    def __repr__(self) -> str:
        counts = self.links["status"].value_counts().reindex(STATUSES, fill_value=0)
        n = int(counts.sum())
        share = f" ({counts['matched'] / n:.0%})".replace("%", " %") if n else ""
        return (
            f"<Resolution: {n:,} reference{'s'[: n != 1]}: {counts['matched']:,} matched{share}, "
            f"{counts['ambiguous']:,} ambiguous, {counts['unmatched']:,} unmatched>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.summary().to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """One row per reference."""
        return self.links

    def summary(self) -> pd.DataFrame:
        """Count references by status and rule.

        Returns
        -------
        DataFrame
            Indexed by status and rule; column ``references``. The counts add up to the references of the corpus.
        """
        links = self.links
        counts = links.fillna({"rule": ""}).value_counts(["status", "rule"]).rename("references")
        order = {status: i for i, status in enumerate(STATUSES)}
        return (
            counts.reset_index()
            .sort_values(
                ["status", "references", "rule"],
                key=lambda c: c.map(order) if c.name == "status" else (-c if c.name == "references" else c),
            )
            .set_index(["status", "rule"])
        )
