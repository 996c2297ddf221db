"""Robustness: the same measures under other choices, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.rng import RngLike, as_generator, integer_seed
from citenet.bridging.cells import cells_of, placed
from citenet.bridging.measure import bridges
from citenet.bridging.mixing import Unlabelled, label_arcs
from citenet.bridging.odds import mantel_haenszel
from citenet.bridging.pair import Bridges
from citenet.bridging.selection import author_self_citations, container_self_citations, review_citations
from citenet.bridging.stratified import Strata, cell_moments
from citenet.communities.agreement import agreement
from citenet.communities.detect import detect_communities
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

__all__ = ["robustness"]


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
    thresholds: Sequence[float] = (0.9, 0.95, 0.99),
    resolutions: Sequence[float] = (0.5, 1.0, 2.0),
    n_seeds: int = 2,
    n_lists: int = 499,
    rng: RngLike = 0,
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
    thresholds : sequence of float
        Least scores of the matches that are kept, where the citations have scores.
    resolutions : sequence of float
        γ of the communities that stand in for the two groups.
    n_seeds : int
        Seeds, from 0 on, with which communities are detected at each resolution.
    n_lists : int
        Draws of whole reference lists, as in `bridges`.
    rng : None, int, SeedSequence or Generator
        The same draws for every row; `Bridges.robustness` passes what the result was made with.

    Returns
    -------
    DataFrame indexed by choice
        ``left_out`` (citations), and for each direction observed, expected, ratio, p and p_lists; the Mantel-Haenszel
        odds ratio; ``citations`` tested; ``agreement`` of communities with the groups (adjusted mutual information);
        ``note``. Choices: as it is; without author self-citations; without citations within a journal; without review
        articles; matches of at least each score; strata of citing years or of years on both sides, whichever is not
        ``null``; unlabelled works as a group of their own; other labels; without each leading paper; communities.
        Where a choice leaves nothing out, its note says so.

    Notes
    -----
    p_lists is from the same draws in every row, so that rows differ by their choice alone. No intervals are computed.

    A community stands for the group that more of its share is in: for a where it holds a larger part of all works of
    a than of b. Communities are found in the citations they would be tested on, so that they have a ratio and no p.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(300, preference=3.0, rng=1)
    >>> table = robustness(net, "field", "A", "B", n_papers=1, resolutions=[1.0], n_seeds=1)
    >>> table.loc["without review articles", "note"]
    'the works have no document types'
    """
    _check(n_papers, n_seeds, thresholds, alternatives)
    plain: dict[str, Any] = {"null": null, "unlabelled": unlabelled, "n_lists": n_lists, "rng": _seed(rng)}
    base = _measure(net, groups, a, b, **plain)
    rows = [_row("as it is", base)]
    for name, mask, without in _masks(net, thresholds):
        if mask.any():
            rows.append(_row(name, _measure(net.without(mask, name), groups, a, b, **plain), int(mask.sum())))
        else:
            rows.append(_row(name, base, note=without))
    for other, name in (("citing-years", "strata of citing years"), ("year-pairs", "strata of years on both sides")):
        if other != null:
            rows.append(_row(name, _measure(net, groups, a, b, **{**plain, "null": other})))
    if unlabelled != "own":
        own = _measure(net, groups, a, b, **{**plain, "unlabelled": "own"})
        rows.append(_row("unlabelled works as a group", own))
    for name, other_groups in (alternatives or {}).items():
        rows.append(_row(f"labels: {name}", _measure(net, other_groups, a, b, **plain)))
    for work in base.papers["work"].head(n_papers):
        position = net.ids.get_loc(work)
        mask = (net.citing == position) | (net.cited == position)
        rows.append(_row(f"without {work}", _measure(net.without(mask, "left out"), groups, a, b, **plain), mask.sum()))
    for resolution in resolutions:
        for seed in range(n_seeds):
            rows.append(_communities(base, resolution, seed))
    return pd.DataFrame(rows).set_index("choice")


def _check(n_papers: int, n_seeds: int, thresholds: Sequence[float], alternatives: object) -> None:
    check_count("n_papers", n_papers)
    check_count("n_seeds", n_seeds)
    listed = isinstance(thresholds, Iterable) and not isinstance(thresholds, str)
    if not listed or not all(isinstance(least, Real) and 0 <= least <= 1 for least in thresholds):
        raise InputError(
            f"thresholds={thresholds!r} are probabilities of matches; each must be a number from 0 to 1, as in [0.9]"
        )
    if alternatives is not None and not isinstance(alternatives, Mapping):
        raise InputError(
            f"alternatives is a {type(alternatives).__name__}; it must be a mapping of names to groups, for example "
            '{"by category": "category"}'
        )


def _seed(rng: RngLike) -> int:
    generator, seed = as_generator(rng)
    return integer_seed(generator) if seed is None else seed  # a generator moves on: one number of it serves all rows


def _measure(net: CitationNetwork, groups: object, a: str, b: str, **options: Any) -> Bridges:
    return bridges(net, groups, a, b, n_boot=0, **options)


def _masks(net: CitationNetwork, thresholds: Sequence[float]) -> Iterator[tuple[str, Any, str]]:
    """Name, citations left out, and what to say where there are none."""
    works, evidence = net.works, net.evidence

    def unless(column: str, missing: str) -> str:
        return "there are none" if column in works and works[column].notna().any() else f"the works have no {missing}"

    yield "without author self-citations", author_self_citations(net), unless("authors", "authors")
    yield "without citations within a journal", container_self_citations(net), unless("container", "journals")
    yield "without review articles", review_citations(net), unless("type", "document types")
    scored = len(evidence) > 0 and evidence["score"].notna().any()
    for least in thresholds:
        below = (evidence["score"] < least).to_numpy(dtype=bool) if scored else np.zeros(net.n_citations, bool)
        yield f"matches of at least {least:g}", below, "there are none" if scored else "the citations have no scores"


def _row(choice: str, result: Bridges, left_out: int = 0, note: str | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"choice": choice, "left_out": int(left_out)}
    for citing, cited in ((result.a, result.b), (result.b, result.a)):
        measured = result.row("citations", citing, cited)
        for column in ("value", "expected", "ratio", "p", "p_lists"):
            name = "observed" if column == "value" else column
            row[f"{citing} → {cited} {name}"] = measured[column]
    row["odds_ratio"] = result.row("odds ratio (Mantel-Haenszel)", result.a, result.b)["value"]
    row["citations"] = result.params["citations_tested"]
    return {**row, "agreement": np.nan, "note": note}


def _communities(base: Bridges, resolution: float, seed: int) -> dict[str, Any]:
    """Measure communities in the place of the two groups; they are not tested on the citations that made them."""
    net, partition = base.net, base.partition
    if net is None or partition is None:
        raise InputError("this result does not hold its network")
    found = detect_communities(net, resolution=resolution, rng=seed)
    stands_for = _nearest_groups(found, partition, base.a, base.b)
    row = dict.fromkeys(_row("", base), np.nan) | {"choice": f"communities, γ = {resolution:g}, seed {seed}"}
    row |= {"left_out": 0, "citations": 0, "agreement": agreement(partition, found).ami}
    missing = [name for name in (base.a, base.b) if name not in set(stands_for)]
    if missing:
        return row | {"note": f"no community is nearer to {' or '.join(missing)}"}
    # A work may stand for neither group: where all must have a label it is left out here, not refused.
    unlabelled: Unlabelled = "own" if base.params["unlabelled"] == "own" else "drop"
    arcs, _ = label_arcs(net, stands_for, unlabelled)
    cells = placed(cells_of(arcs), base.params["null"])
    counts, expected = cells.counts(), cell_moments(cells.margins())[0]
    i, j = cells.names.index(base.a), cells.names.index(base.b)
    for citing, cited in ((i, j), (j, i)):
        cell = f"{cells.names[citing]} → {cells.names[cited]}"
        row[f"{cell} observed"], row[f"{cell} expected"] = counts[citing, cited], expected[citing, cited]
        if expected[citing, cited] > 0:
            row[f"{cell} ratio"] = counts[citing, cited] / expected[citing, cited]
    row["odds_ratio"] = mantel_haenszel(cells.within(i, j).tables())[0]
    return row | {"citations": cells.n_citations, "note": "not tested: detected in the same citations"}


def _nearest_groups(found: Partition, partition: Partition, a: str, b: str) -> pd.Series[Any]:
    """Group that the community of each work stands for: the one of which it holds the larger part; NA neither."""
    labels, community = partition.labels, found.labels
    part = []
    for name in (a, b):
        members = (labels == partition.group(name)) & (community >= 0)
        part.append(np.bincount(community[members], minlength=found.n_groups) / max(1, int(members.sum())))
    nearest = np.select([part[0] > part[1], part[1] > part[0]], [a, b], "")
    names = np.where(community >= 0, nearest[community], "") if found.n_groups else np.full(community.size, "")
    return pd.Series(names, index=found.works, dtype="object").replace("", None)
