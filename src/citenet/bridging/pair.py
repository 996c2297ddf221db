"""Bridges: what crosses between two groups, compared with what, and who carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from html import escape
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from citenet._support.tables import Table
from citenet.bridging.inference import NullTest, format_p
from citenet.bridging.mixing import MixingMatrix
from citenet.bridging.summary import SummaryText, percent, summary_lines
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

__all__ = ["Bridges"]

_SHUFFLED = "with single citations shuffled"
# What the expectation of a null rests on, and what a citation must have to enter it.
_FROM = {
    "year-pairs": "from who was cited when",
    "citing-years": "from who was cited by the papers of the same year",
    "configuration": "from who was cited at any time",
}
_KNOWN = {
    "year-pairs": "a known group and year at both ends",
    "citing-years": "a known group at both ends and a known citing year",
    "configuration": "a known group at both ends",
}


@dataclass(frozen=True, eq=False, repr=False)
class Bridges:
    """Citations between two groups, held against a null model.

    Parameters
    ----------
    a, b : str
        The groups.
    flows : MixingMatrix
        Citations between all groups, dated or not.
    tests : mapping of str to NullTest
        "a→b" and "b→a" (counts, citations shuffled singly), "E-I", and "a→b, lists" and "b→a, lists" (counts, whole
        reference lists swapped: the references of one paper depend on each other).
    table : DataFrame
        The measures: value, low, high, expected, z, p, note; with sampled matches also ``taken``.
    arcs : DataFrame
        The citations that cross, each with the reference behind it where it is known.
    papers : DataFrame
        The papers they run between, most crossings first.
    coverage : DataFrame
        Per group: what share of its references was resolved, labelled and dated.
    params : mapping
        Null, intervals, seed, counts.
    net, partition : CitationNetwork, Partition
        What was measured.
    """

    a: str
    b: str
    flows: MixingMatrix
    tests: Mapping[str, NullTest]
    table: Table = Table()
    arcs: Table = Table()
    papers: Table = Table()
    coverage: Table = Table()
    params: Mapping[str, Any] = field(default_factory=dict)
    net: CitationNetwork | None = None
    partition: Partition | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))
        object.__setattr__(self, "tests", MappingProxyType(dict(self.tests)))

    def __reduce__(self) -> tuple[Any, ...]:
        values = (getattr(self, one.name) for one in fields(self))
        return type(self), tuple(dict(value) if isinstance(value, MappingProxyType) else value for value in values)

    def __repr__(self) -> str:
        return self.sentence()

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.sentence())}</p>{self.to_frame().to_html(float_format='{:.3g}'.format)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the measures as a table.

        Returns
        -------
        DataFrame
            Indexed by measure, citing and cited group; ``low`` and ``high`` are the interval of ``value`` (for
            citations: of ``ratio``, observed/expected). With ``matching="sampled"`` that is the value over the networks
            drawn, and ``taken`` holds that of the matches taken, which counts and tests are of.
        """
        return self.table

    def sentence(self) -> str:
        """Say the result in words fit for a paper."""
        level = percent(self.params["level"])
        forward, back = (self.direction(key, level) for key in ("a→b", "b→a"))
        tested = int(self.coverage.loc[[self.a, self.b], "tested"].sum())
        shares = [
            f"{percent(self.coverage['share_tested'][group])} of the references of {group}"
            for group in (self.a, self.b)
            if self.coverage["references"][group]
        ]
        covered = f", {' and '.join(shares)}" if shares else ""
        return (
            f"{forward}; {back}. Tested on {tested:,} citation{'s'[: tested != 1]} by the two groups with "
            f"{_KNOWN[self.params['null']]}{covered}."
        )

    def row(self, measure: str, citing: str, cited: str) -> pd.Series[Any]:
        """Return one row of the table of measures."""
        return self.table.T[measure, citing, cited]

    def direction(self, key: str, level: str) -> str:
        """Say what crosses in one direction, "a→b" or "b→a", with the confidence level in words."""
        citing, cited = (self.a, self.b) if key == "a→b" else (self.b, self.a)
        test, row = self.tests[key], self.row("citations", citing, cited)
        names = self.flows.names
        count = int(self.flows.counts[names.index(citing), names.index(cited)])
        count = count if np.isnan(test.statistic) else int(test.statistic)
        said = f"{citing} cites {cited} {count:,} time{'s'[: count != 1]}"
        ratio = row["ratio"]
        if np.isnan(test.ratio) or np.isnan(ratio) or test.sd == 0:
            return f"{said}, which cannot be tested ({test.reason or row['note']})"
        interval = f"{level} CI {row['low']:.2f}–{row['high']:.2f}" if not np.isnan(row["low"]) else "no interval"
        if "independent citations" in str(row["note"]):
            interval += " for independent citations"
        if "taken" in row.index:
            interval += " over networks drawn from the matches"
        is_or_are = "is" if round(test.expected, 1) == 1 else "are"
        p = [f"{format_p(test.pvalue)} {_SHUFFLED}"]
        if key == "b→a" and len(self.flows.names) == 2:
            p = []  # the totals being given, both directions are one test
        lists = self.tests.get(f"{key}, lists")
        if lists is not None:
            p.insert(0, f"{format_p(lists.pvalue)} with whole reference lists swapped")
        return (
            f"{said} where {test.expected:.1f} {is_or_are} expected {_FROM[self.params['null']]} "
            f"({', '.join([f'observed/expected {ratio:.2f}', interval, *p])})"
        )

    def summary(self) -> str:
        """Return about a dozen lines: the flows, the tests, their limits, the coverage and the leading papers."""
        return SummaryText("\n".join(summary_lines(self)) + "\n")

    def robustness(self, *, alternatives: Mapping[str, object] | None = None, **choices: Any) -> pd.DataFrame:
        """Measure again under other choices; see `citenet.robustness`, which also says what may be chosen.

        Null, unlabelled works, draws and seed are those of this result unless chosen, so that "as it is" repeats it.
        """
        from citenet.bridging.robustness import robustness

        if self.net is None or self.partition is None:
            raise InputError("this result does not hold its network; call citenet.robustness(net, groups, a, b)")
        own = {name: self.params[name] for name in ("null", "unlabelled", "n_lists")}
        own |= {"rng": self.params["seed"]} if self.params["seed"] is not None else {}
        return robustness(self.net, self.partition, self.a, self.b, alternatives=alternatives, **{**own, **choices})

    def plot(self, *, ax: Any = None) -> Any:
        """Draw the flows with observed/expected. Returns the Axes."""
        from citenet import plot

        return plot.flows(self, ax=ax)
