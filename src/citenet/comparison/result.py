"""What a comparison of two versions found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from citenet._support.tables import Table
from citenet.bridging.inference import format_p
from citenet.bridging.odds import Homogeneity
from citenet.bridging.pair import Bridges
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["Comparison"]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Two versions of a corpus, or of the bridges between two of its groups.

    Parameters
    ----------
    before, after : Bridges or CitationNetwork
        What was compared: bridges, or networks alone.
    differences : DataFrame
        Per measure: before, after, difference; for bridges also interval, p, undefined resamples and a note on either.
    causes : DataFrame
        Per measure: the change, shared out among its causes.
    arcs : DataFrame
        The citations that cross in either version (of networks: all): kept, gained or lost, with the cause; "not
        counted" where a year is unknown that the null needs.
    works : DataFrame
        Every work: ``before``, ``after`` (ids), ``status`` (kept, added, removed, merged, split), ``rule``,
        ``external``, ``external_before``, ``external_after``, ``references_before``, ``references_after``, ``changed``.
    params : mapping
    odds : DataFrame
        Odds ratio of the citations kept, gained and lost; empty for networks.
    homogeneity : Homogeneity or None
        Test that these odds ratios are one.
    """

    before: Bridges | CitationNetwork
    after: Bridges | CitationNetwork
    differences: Table = Table()
    causes: Table = Table()
    arcs: Table = Table()
    works: Table = Table()
    params: Mapping[str, Any] = field(default_factory=dict)
    odds: Table = Table()
    homogeneity: Homogeneity | None = None

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence())}</p>{self.differences.to_html(float_format='{:.3g}'.format)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the differences of the measures as a table."""
        return self.differences

    def sentence(self) -> str:
        """Say what changed in words fit for the update section of a paper."""
        said = [self._works_said(), self._citations_said()]
        if isinstance(self.before, Bridges):
            said.append(self._preference_said())
            said.append(self._ratios_said(self.before.a, self.before.b))
            said.append(self._odds_said())
        return " ".join(text for text in said if text)

    def summary(self) -> str:
        """Return the sentence, the differences and the causes as text."""
        tables = (self.differences, self.causes, *([self.odds] if len(self.odds) else []))
        return "\n\n".join([self.sentence(), *(t.to_string(float_format="{:.3g}".format) for t in tables)]) + "\n"

    def carriers(self, *, by: str = "work") -> pd.DataFrame:
        """Name who carried the crossing citations then and who does now.

        Parameters
        ----------
        by : str
            "work", or a column of the works: "container" for journals.

        Returns
        -------
        DataFrame
            One row per carrier: newcomers, those that stay, those that faded; their crossings, shares and leave-one-out
            influence in both versions (see `citenet.bridge_carriers`).
        """
        from citenet.comparison.carriers import compare_carriers

        if not (isinstance(self.before, Bridges) and isinstance(self.after, Bridges)):
            raise InputError("networks alone have no bridges to carry: compare with groups= and between=")
        return compare_carriers(self.before, self.after, by=by)

    def plot(self, *, ax: Any = None) -> Any:
        """Draw what each cause added and took away. Returns the Axes."""
        from citenet import plot

        return plot.causes(self, ax=ax)

    def _works_said(self) -> str:
        own = self.works[~self.works["external"]]
        n = own["status"].value_counts()
        added = int(n.get("added", 0))
        said = (
            f"{added:,} work{' was' if added == 1 else 's were'} added, {n.get('removed', 0):,} removed and "
            f"{n.get('merged', 0):,} merged"
        )
        outside = [self.works[f"external_{version}"] for version in ("before", "after")]
        came, left = int((outside[0] & ~outside[1]).sum()), int((~outside[0] & outside[1]).sum())
        said += f"; {came:,} that had only been cited became of the corpus" if came else ""
        said += f"; {left:,} of the corpus {'is' if left == 1 else 'are'} now only cited" if left else ""
        split = int(n.get("split", 0))
        changed = int(((own["status"] == "kept") & (own["changed"] != "")).sum())
        said += (
            f"; {split:,} {'is a record' if split == 1 else 'are records'} of a work that was one record"
            if split
            else ""
        )
        return said + (f"; the description of {changed:,} changed." if changed else ".")

    def _citations_said(self) -> str:
        arcs = self.arcs["status"].value_counts()
        differ = self.arcs[self.arcs["status"].isin(["gained", "lost"])]
        why = "; ".join(said for status in ("gained", "lost") if (said := self._why_said(differ, status)))
        which = "citations"
        if isinstance(self.before, Bridges):
            which = f"citations between {self.before.a} and {self.before.b}"
        kept, gained, lost, undated = (int(arcs.get(name, 0)) for name in ("kept", "gained", "lost", "not counted"))
        without_year = f"; {undated:,} {'lacks a year and does' if undated == 1 else 'lack a year and do'} not count"
        return (
            f"Of the {which}, {kept:,} stayed, {gained:,} {'was' if gained == 1 else 'were'} gained and {lost:,} lost "
            f"(causes: {why or 'none'}){without_year if undated else ''}."
        )

    def _why_said(self, differ: pd.DataFrame, status: str) -> str:
        """Say what the citations gained, or lost, are put down to, the commonest first."""
        these = differ[differ["status"] == status]
        causes = sorted(these["cause"].value_counts().items(), key=lambda item: (-item[1], str(item[0])))
        notes = {"label changed": self._regrouped_said(these)}
        said = ", ".join(f"{name} {n:,}{notes.get(str(name), '')}" for name, n in causes)
        return f"{status}: {said}" if said else ""

    def _regrouped_said(self, differ: pd.DataFrame) -> str:
        """Say how many labels changed of works outside the corpus: they follow their journal, not a record."""
        outside = self.works[(self.works["external_before"] & self.works["external_after"]).fillna(False)]["after"]
        n = int((differ["cited"].isin(outside) & (differ["cause"] == "label changed")).sum())
        return f" ({n:,} to works outside the corpus)" if n else ""

    def _preference_said(self) -> str:
        """Say what became of the odds ratio, which does not depend on the sizes of the groups."""
        row = self.differences.T["log odds ratio"]
        if pd.isna(row["difference"]):
            return "The odds ratio of citing one's own group is undefined in a version."
        interval = "" if pd.isna(row["low"]) else f", 95 % CI {row['low']:+z.2f} to {row['high']:+z.2f}"
        p = "" if pd.isna(row["p"]) else f", {format_p(row['p'])}"
        left_out = f"; undefined in {row['undefined']:,} resamples" if row["undefined"] else ""
        few = f"; {row['note']}" if row["note"] else ""
        return (
            f"The log odds ratio of citing one's own group went from {row['before']:.2f} to {row['after']:.2f} "
            f"(difference {row['difference']:+z.2f}{interval}{p}{left_out}{few})."
        )

    def _ratios_said(self, a: str, b: str) -> str:
        said = []
        for key, (citing, cited) in (("a→b", (a, b)), ("b→a", (b, a))):
            row = self.differences.T[f"ratio {key}"]
            if pd.isna(row["difference"]):
                said.append(f"observed/expected {citing} → {cited} is undefined in a version")
                continue
            said.append(
                f"observed/expected {citing} → {cited} went from {row['before']:.2f} to {row['after']:.2f} "
                f"(difference {row['difference']:+z.2f})"
            )
        return f"{said[0][0].upper()}{said[0][1:]}; {said[1]}."

    def _odds_said(self) -> str:
        test = self.homogeneity
        if test is None or pd.isna(test.pvalue):
            return ""
        shown = [f"{name} {ratio:.2f}" for name, ratio in self.odds["odds_ratio"].items() if pd.notna(ratio)]
        return (
            f"Odds ratio of citing one's own group, by citations {', '.join(shown)}: {format_p(test.pvalue)} for one "
            "odds ratio (independent citations)."
        )
