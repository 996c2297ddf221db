"""Robustness: the same measures under other choices, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from citenet.bridging.measure import bridges
from citenet.bridging.mixing import Unlabelled
from citenet.bridging.pair import Bridges
from citenet.bridging.selection import author_self_citations, container_self_citations, review_citations
from citenet.bridging.stratified import Strata
from citenet.network import CitationNetwork

__all__ = ["robustness"]

_STRICT = 0.99


def robustness(  # noqa: PLR0913 - the options of bridges, and what to vary
    net: CitationNetwork,
    groups: object,
    a: str,
    b: str,
    *,
    null: Strata = "year-pairs",
    unlabelled: Unlabelled = "drop",
    alternatives: Mapping[str, object] | None = None,
    n_papers: int = 5,
) -> pd.DataFrame:
    """Measure the bridges between two groups again under other choices.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    a, b : str
        The two groups.
    null, unlabelled
        As in `bridges`; rows that say so take others.
    alternatives : mapping of name to groups, optional
        Other sources of labels (journal, category, coding) that know both groups.
    n_papers : int
        How many of the leading bridging papers to leave out, each alone.

    Returns
    -------
    DataFrame indexed by choice
        ``left_out`` (citations), and for each direction observed, expected, ratio, p and p_lists; the Mantel-Haenszel
        odds ratio; ``citations`` tested. Choices: as it is; without author self-citations; without citations within a
        journal; without review articles; references matched by an identifier or nearly surely alone; strata of
        citing years; unlabelled works as a group of their own; other labels; without each leading paper.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(300, preference=3.0, rng=1)
    >>> robustness(net, "field", "A", "B", n_papers=1).index.tolist()[:2]
    ['as it is', 'strata of citing years']
    """
    rows = []
    plain: dict[str, Any] = {"null": null, "unlabelled": unlabelled}
    base = _measure(net, groups, a, b, **plain)
    rows.append(_row("as it is", base, 0))
    for name, mask in _masks(net):
        if mask.any() and not mask.all():
            rows.append(_row(name, _measure(net.without(mask, name), groups, a, b, **plain), int(mask.sum())))
    rows.append(_row("strata of citing years", _measure(net, groups, a, b, **{**plain, "null": "citing-years"}), 0))
    rows.append(_row("unlabelled works as a group", _measure(net, groups, a, b, **{**plain, "unlabelled": "own"}), 0))
    for name, other in (alternatives or {}).items():
        rows.append(_row(f"labels: {name}", _measure(net, other, a, b, **plain), 0))
    for work in base.papers["work"].head(n_papers):
        position = net.ids.get_loc(work)
        mask = (net.citing == position) | (net.cited == position)
        rows.append(
            _row(f"without {work}", _measure(net.without(mask, "left out"), groups, a, b, **plain), int(mask.sum()))
        )
    return pd.DataFrame(rows).set_index("choice")


def _measure(net: CitationNetwork, groups: object, a: str, b: str, **options: Any) -> Bridges:
    return bridges(net, groups, a, b, n_boot=0, n_lists=499, rng=0, **options)


def _masks(net: CitationNetwork) -> Iterator[tuple[str, Any]]:
    yield "without author self-citations", author_self_citations(net)
    yield "without citations within a journal", container_self_citations(net)
    yield "without review articles", review_citations(net)
    evidence = net.evidence
    if len(evidence) and evidence["score"].notna().any():
        yield "surest matches alone", (evidence["score"] < _STRICT).to_numpy(dtype=bool)


def _row(choice: str, result: Bridges, left_out: int) -> dict[str, Any]:
    row: dict[str, Any] = {"choice": choice, "left_out": left_out}
    for citing, cited in ((result.a, result.b), (result.b, result.a)):
        measured = result.row("citations", citing, cited)
        for column in ("value", "expected", "ratio", "p", "p_lists"):
            name = "observed" if column == "value" else column
            row[f"{citing} → {cited} {name}"] = measured[column]
    row["odds_ratio"] = result.row("odds ratio (Mantel-Haenszel)", result.a, result.b)["value"]
    row["citations"] = result.params["citations_tested"]
    return {key: (np.nan if value is None else value) for key, value in row.items()}
