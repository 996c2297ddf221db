"""A result for two groups in a dozen lines that can be read aloud."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citenet.bridging.mixing import OWN_GROUP
from citenet.bridging.self_cited import self_cited_note

if TYPE_CHECKING:
    from citenet.bridging.pair import Bridges

__all__ = ["SummaryText", "summary_lines"]

_MATCHING = (
    "values and intervals are over {} networks in which each matched or ambiguous reference means its likeliest work "
    "with the probability of the match; references that were not found stay so"
)
_LEADING = 3  # bridging papers named


class SummaryText(str):
    """A text that a notebook shows in lines."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        printer.text(str(self))


def summary_lines(b: Bridges) -> Iterator[str]:
    """Say what crosses, against what, how sure, from how much of the references, and through whom.

    Parameters
    ----------
    b : Bridges

    Yields
    ------
    str
        About a dozen lines; what cannot be said is left out, and the notes say why.
    """
    level = percent(b.params["level"])
    for key in ("a→b", "b→a"):
        yield f"{b.direction(key, level)}."
    yield from _shares(b, level)
    yield from _insularity(b, level)
    yield from _power(b)
    tested = f"Tested: {b.params['citations_tested']:,} citations"
    informative = b.params["informative_share"]
    if not np.isnan(informative):
        tested += f", {percent(informative)} of them in strata where the count could have been another"
        tested += " (of the two directions, the lower)" if len(b.flows.names) > 2 else ""
    yield f"{tested}."
    for name in (b.a, b.b):
        yield _covered(name, b)
    if len(b.papers):
        yield f"Bridging papers: {'; '.join(_paper(row) for _, row in b.papers.head(_LEADING).iterrows())}."
    notes = [*dict.fromkeys(b.table["note"].dropna())]
    meeting = self_cited_note(b.params.get("self_citations_expected", 0.0), b.params["citations_tested"])
    notes += [meeting] if meeting else []
    if b.params.get("n_matchings"):
        notes.append(_MATCHING.format(b.params["n_matchings"]))
    if len(b.flows.names) == 2:
        notes.append("with two groups in all, the totals being given, both directions are one test of citations")
    yield from (f"Note: {note}." for note in notes)


def percent(share: float) -> str:
    """Print a share as a whole percentage; one that is neither none nor all is not printed as 0 % or 100 %.

    >>> percent(0.955), percent(0.004), percent(0.996)
    ('96 %', '0.4 %', '99.6 %')
    >>> percent(0.0), percent(0.0001), percent(0.99999)
    ('0 %', '< 0.1 %', '> 99.9 %')
    """
    if 0 < share < 0.005 or 0.995 <= share < 1:
        said = "< 0.1%" if share < 0.001 else "> 99.9%" if share > 0.999 else f"{share:.1%}"
    else:
        said = f"{share:.0%}"
    return said.replace("%", " %")


def _shares(b: Bridges, level: str) -> Iterator[str]:
    there, back = (b.row("share of tested citations", *pair)["value"] for pair in ((b.a, b.b), (b.b, b.a)))
    if np.isnan(there) or np.isnan(back):
        return
    row = b.row("difference of shares", b.a, b.b)
    limits = f"{row['low']:+z.1%} to {row['high']:+z.1%}"
    yield (
        f"{percent(there)} of what {b.a} cites is {b.b}, {percent(back)} of what {b.b} cites is {b.a} "
        f"(difference {row['value']:+z.1%}{_interval(row, level, limits)})."
    )


def _interval(row: pd.Series[Any], level: str, limits: str) -> str:
    """Say the limits of a row and what they are, to stand after its value; nothing where it has none."""
    if np.isnan(row["low"]):
        return ""
    independent = " for independent citations" if "independent citations" in str(row["note"]) else ""
    return f", {level} CI {limits}{independent}"


def _insularity(b: Bridges, level: str) -> Iterator[str]:
    odds, ei = b.row("odds ratio (Mantel-Haenszel)", b.a, b.b), b.row("E-I index", b.a, b.b)
    if not np.isnan(odds["value"]):
        limits = _interval(odds, level, f"{odds['low']:.2f}–{odds['high']:.2f}".replace("inf", "∞"))
        ratio = "infinite" if np.isinf(odds["value"]) else f"{odds['value']:.2f}"
        rests = f"odds ratio in strata, of {b.params['odds_citations']:,} citations that bear on it"
        yield f"Odds of citing one's own group over the other's: {ratio} ({rests}{limits})."
    if not np.isnan(ei["value"]):
        yield f"E-I index {ei['value']:.2f} where {ei['expected']:.2f} is expected (-1 all inside, 1 all across)."


def _power(b: Bridges) -> Iterator[str]:
    said = []
    for citing, cited in ((b.a, b.b), (b.b, b.a)):
        key = ("smallest detectable ratio (80 % power)", citing, cited)
        if key in b.table.index:
            row = b.row(*key)
            low, high = ("none" if np.isnan(value) else f"{value:.2f}" for value in row[["low", "high"]])
            said.append(f"{citing} → {cited} a lack from {low}, an excess from {high}")
    if said:
        yield f"Observed/expected that 80 % of such corpora would have shown: {'; '.join(said)}."


def _covered(name: str, b: Bridges) -> str:
    coverage = b.coverage
    row = coverage.T[name]
    if not row["references"]:
        return f"Coverage: {name} has no references."
    works = "a work of the corpus or outside it" if coverage["outside"].any() else "a work of the corpus"
    grouped, own = row["share_labelled"], ""
    if OWN_GROUP in b.flows.names:
        unlabelled = b.flows.counts[b.flows.names.index(name), b.flows.names.index(OWN_GROUP)] / row["references"]
        grouped = max(0.0, grouped - unlabelled)
        own = f" and {percent(unlabelled)} to one without (here a group of their own)"
    return (
        f"Coverage: of {int(row['references']):,} references of {int(row['citing_works']):,} {name} papers "
        f"{percent(row['share_citations'])} lead to {works}, {percent(grouped)} to one with a group{own}, "
        f"{percent(row['share_tested'])} were tested."
    )


def _paper(row: pd.Series[Any]) -> str:
    year = "" if pd.isna(row["year"]) else f", {row['year']}"
    cited = row["cited_across"]
    return f"{row['work']} ({row['group']}{year}) cites {row['cites_across']}, is cited {cited} time{'s'[: cited != 1]}"
