"""Compare the bridges of two versions of a corpus: what changed, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from citenet._support.rng import RngLike, as_generator
from citenet._support.tables import Table
from citenet.bridging.inference import format_p
from citenet.bridging.pair import Bridges
from citenet.comparison.alignment import align_works
from citenet.comparison.changes import arc_changes
from citenet.comparison.decomposition import decompose
from citenet.comparison.paired import paired_differences
from citenet.errors import InputError

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Two versions of the bridges between two groups.

    Parameters
    ----------
    before, after : Bridges
    differences : DataFrame
        Per measure: before, after, difference, interval, p.
    causes : DataFrame
        Per measure: the change, shared out among its causes.
    arcs : DataFrame
        The citations that cross in either version: kept, gained or lost, with the cause.
    works : DataFrame
        Every work: ``before``, ``after`` (ids), ``status`` (kept, added, removed, merged), ``rule``.
    params : mapping
    """

    before: Bridges
    after: Bridges
    differences: Table = Table()
    causes: Table = Table()
    arcs: Table = Table()
    works: Table = Table()
    params: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence())}</p>{self.differences.to_html(float_format='{:.3g}'.format)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the differences of the measures as a table."""
        return self.differences

    def sentence(self) -> str:
        """Say what changed in words fit for the update section of a paper."""
        works = self.works["status"].value_counts()
        arcs = self.arcs["status"].value_counts()
        a, b = self.before.a, self.before.b
        said = []
        for key, (citing, cited) in (("a→b", (a, b)), ("b→a", (b, a))):
            row = self.differences.T[f"ratio {key}"]
            said.append(
                f"observed/expected {citing} → {cited} went from {row['before']:.2f} to {row['after']:.2f} "
                f"(difference {row['difference']:+.2f}, 95 % CI {row['low']:.2f} to {row['high']:.2f}, "
                f"{format_p(row['p'])})"
            )
        causes = self.arcs.loc[self.arcs["status"] != "kept", "cause"].value_counts()
        why = ", ".join(f"{name} {n:,}" for name, n in causes.items()) or "none"
        return (
            f"{works.get('added', 0):,} works were added, {works.get('removed', 0):,} removed and "
            f"{works.get('merged', 0):,} merged. Of the citations between {a} and {b}, {arcs.get('kept', 0):,} stayed, "
            f"{arcs.get('gained', 0):,} were gained and {arcs.get('lost', 0):,} lost (causes: {why}). "
            f"{said[0][0].upper()}{said[0][1:]}; {said[1]}."
        )

    def summary(self) -> str:
        """Return the sentence, the differences and the causes as text."""
        tables = (self.differences.drop(columns="undefined"), self.causes)
        return "\n\n".join([self.sentence(), *(t.to_string(float_format="{:.3g}".format) for t in tables)]) + "\n"


def compare(before: Bridges, after: Bridges, *, n_boot: int = 1_999, rng: RngLike = None) -> Comparison:
    """Compare the bridges of two versions of a corpus.

    Parameters
    ----------
    before, after : Bridges
        From `bridges`, for the same two groups.
    n_boot : int
        Resamples of the paired bootstrap.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    Comparison
        Works are aligned by what is known of them, not by key. The causes of changed citations add up to the change of
        every measure.

    Raises
    ------
    InputError
        If the two are about other groups or do not hold their networks.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(300, preference=2.0, rng=1)
    >>> early = net.subset(net.year <= 2015)
    >>> one, two = (cn.bridges(n, "field", "A", "B", n_boot=0) for n in (early, net))
    >>> change = compare(one, two, n_boot=0)
    >>> change.works["status"].value_counts().to_dict()
    {'kept': 258, 'added': 42}
    >>> set(change.arcs["cause"])
    {'', 'citing paper'}
    """
    if {before.a, before.b} != {after.a, after.b}:
        raise InputError(f"the two are about other groups: {before.a!r} and {before.b!r}, {after.a!r} and {after.b!r}")
    versions = []
    for result in (before, after):
        if result.net is None or result.partition is None:
            raise InputError("a result does not hold its network; make both with bridges()")
        versions.append((result.net, result.partition))
    generator, seed = as_generator(rng)
    aligned = align_works(versions[0][0].works, versions[1][0].works)
    arcs = arc_changes(versions[0][0], versions[1][0], (versions[0][1], versions[1][1]), aligned)
    pair = (before.a, before.b)
    return Comparison(
        before=before,
        after=after,
        differences=paired_differences((versions[0], versions[1]), aligned, pair, n_boot, generator),
        causes=decompose(arcs, *pair),
        arcs=_crossing(arcs, *pair),
        works=_works(aligned, versions[1][0].ids),
        params={"seed": seed, "n_boot": n_boot},
    )


def _works(aligned: pd.DataFrame, after: pd.Index[str]) -> pd.DataFrame:
    """Every work of either version and what became of it; merged records are those that share a later one."""
    table = aligned.rename_axis("before").reset_index()
    merged = table["after"].notna() & table["after"].duplicated(keep=False)
    table["status"] = "kept"
    table.loc[table["after"].isna(), "status"] = "removed"
    table.loc[merged, "status"] = "merged"
    added = pd.DataFrame({"after": after[~after.isin(table["after"])], "status": "added"})
    return pd.concat([table, added], ignore_index=True)[["before", "after", "status", "rule"]]


def _crossing(arcs: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """List the citations that run between the groups in either version."""
    crossing = {}
    for version in ("before", "after"):
        ends = arcs[f"citing_group_{version}"], arcs[f"cited_group_{version}"]
        crossing[version] = ((ends[0] == a) & (ends[1] == b)) | ((ends[0] == b) & (ends[1] == a))
    kept = crossing["before"] & crossing["after"]
    table = arcs[crossing["before"] | crossing["after"]].copy()
    table["status"] = "lost"
    table.loc[crossing["after"].loc[table.index], "status"] = "gained"
    table.loc[kept.loc[table.index], "status"] = "kept"
    return table.reset_index(drop=True)
