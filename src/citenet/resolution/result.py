"""Resolution: one row per reference, with the work it means, by which rule, how surely."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from citenet._support.tables import Record, Table, conform
from citenet.errors import InputError
from citenet.resolution.identity import CONFLICT_COLUMNS

__all__ = ["LINK_COLUMNS", "STATUSES", "Resolution"]

LINK_COLUMNS = {
    "citing": "str",
    "position": "Int64",
    "work": "str",
    "rule": "str",
    "score": "float64",
    "status": "str",
    "note": "str",
}
_CANDIDATE_COLUMNS = {
    "citing": "str",
    "position": "Int64",
    "work": "str",
    "score": "float64",
    "reference": "str",
    "description": "str",
    "identifier": "str",
}
_ALIAS_COLUMNS = {"identifier": "str", "work": "str", "source": "str"}
STATUSES = ("matched", "ambiguous", "unmatched")


@dataclass(frozen=True, eq=False, repr=False)
class Resolution:
    """Which work each reference means.

    Parameters
    ----------
    links : DataFrame
        One row per reference: citing, position, work (NA unless matched), rule, score (probability that the work is
        meant, in [0, 1]), status, note.
    candidates : DataFrame, optional
        The works that a reference could mean, where its text was compared or its identifier is no answer: citing,
        position, work, score, reference (as printed), description and identifier (of the work); best first.
    aliases : DataFrame, optional
        Identifiers that no work of the corpus has, but that mean one: identifier, work, source.
    conflicts : DataFrame, optional
        Where identifiers contradict each other or the fields: kind, citing, position, identifier, works.
    decisions : DataFrame, optional
        What a reviewer decided, where it stands (``file``, ``line``), of how many ``references`` each decision speaks
        (NA where it is one on works: `deduplicate` follows these), and the ``problem`` why it could not be followed.
    params : mapping, optional
        Thresholds, and how many references had a block too large to look through.

    Examples
    --------
    >>> links = pd.DataFrame({"citing": ["a"], "position": [1], "work": ["b"], "rule": ["doi"], "status": ["matched"]})
    >>> Resolution(links)
    <Resolution: 1 reference: 1 matched (100 %), 0 ambiguous, 0 unmatched>
    """

    links: Table = Table()
    candidates: Table = Table()
    aliases: Table = Table()
    conflicts: Table = Table()
    decisions: Table = Table()
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
        put = object.__setattr__
        put(self, "links", links)
        put(self, "candidates", conform(self.candidates, _CANDIDATE_COLUMNS, "candidates"))
        aliases = conform(self.aliases, _ALIAS_COLUMNS, "aliases")
        put(self, "aliases", aliases.sort_values(list(_ALIAS_COLUMNS), ignore_index=True))
        conflicts = conform(self.conflicts, CONFLICT_COLUMNS, "conflicts")
        put(self, "conflicts", conflicts.sort_values(list(CONFLICT_COLUMNS), ignore_index=True))

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

    def review(self) -> pd.DataFrame:
        """List what is left for a person to decide, the most doubtful first.

        Returns
        -------
        DataFrame
            One row per reference and candidate: ``decision`` (empty), ``reference`` as printed, ``work``,
            ``description`` and ``identifier`` of the work, ``score``, ``status``, ``note``, ``citing`` and
            ``position`` of the first such reference, ``n_references`` that print the same. Ambiguous references first,
            those whose best candidate is least sure leading; then matched ones by their score. Fill in "this work" or
            "different", save as CSV, and pass the file to ``resolve(corpus, decisions=…)``: it holds for the same text
            in every later version, as long as the identifier or description is that of the work.
        """
        links = self.links[["citing", "position", "rule", "status", "score", "note"]]
        table = self.candidates.merge(links, on=["citing", "position"], suffixes=("", "_link"))
        table = table[table["rule"] != "decision"]
        counts = table.groupby(["reference", "work"])["work"].transform("size")
        table = table.assign(n_references=counts, doubtful=table["status"] != "matched")
        best = table.groupby(["citing", "position"])["score"].transform("max")
        table = table.assign(best=best).sort_values(
            ["doubtful", "best", "reference", "score", "work", "citing", "position"],
            ascending=[False, True, True, False, True, True, True],
        )
        table = table.drop_duplicates(["reference", "work"], ignore_index=True)
        shown = ["reference", "work", "description", "identifier", "score", "status", "note"]
        table = table[[*shown, "citing", "position", "n_references"]]
        table.insert(0, "decision", pd.Series(pd.NA, index=table.index, dtype="str"))
        return table
