"""Uncertain matches carried on: networks drawn from the probabilities of the matches, and worst cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.rng import RngLike, as_generator
from citenet.bridging.cells import cells_of
from citenet.bridging.flow import pair_of_groups
from citenet.bridging.mixing import label_arcs
from citenet.bridging.paper_sums import PaperSums, pair_weights, paper_sums
from citenet.bridging.stratified import strata_of
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

if TYPE_CHECKING:
    from citenet.bridging.measure import BridgeOptions

__all__ = ["N_MATCHINGS", "draw_matches", "drawn_papers", "matching_bounds"]

N_MATCHINGS = 20  # networks drawn; the resamples of an interval are shared among them
_NO_CHILD = 2**32 - 1  # children of a seed are counted from 0: none has this number
_UNRESOLVED = ("unmatched", "ambiguous")


def draw_matches(net: CitationNetwork, *, rng: RngLike = None) -> CitationNetwork:
    """Draw a network from the probabilities of its matches.

    Parameters
    ----------
    net : CitationNetwork
        From `build_network`: ``evidence`` holds the probability of each match (those without one are certain), and
        ``dropped`` that of the likeliest work of each ambiguous reference.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    CitationNetwork
        Each citation is kept with its probability; each ambiguous reference becomes a citation of its likeliest work
        with its own.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [2001, 2005, 2006]}, index=list("abc"))
    >>> citations = pd.DataFrame({"citing": ["b", "c"], "cited": ["a", "a"], "score": [1.0, 0.0]})
    >>> draw_matches(CitationNetwork.from_frames(works, citations), rng=1).n_citations
    1
    """
    generator, _ = as_generator(rng)
    evidence = net.evidence
    score = evidence["score"].fillna(1.0).to_numpy() if len(evidence) else np.ones(net.n_citations)
    if ((score < 0) | (score > 1)).any():
        wrong = score[(score < 0) | (score > 1)][0]
        raise InputError(f"the score {wrong:g} of a citation is no probability; it must lie between 0 and 1")
    kept = generator.random(net.n_citations) < score
    citing, cited = net.citing[kept].astype(np.int64), net.cited[kept].astype(np.int64)
    possible = _possible(net)
    drawn = possible[generator.random(len(possible)) < possible["score"].to_numpy()]
    more = net.ids.get_indexer(pd.Index(drawn["citing"])), net.ids.get_indexer(pd.Index(drawn["cited"]))
    arcs = np.concatenate([citing * net.n_works + cited, more[0] * net.n_works + more[1]])
    arcs = np.unique(arcs)
    return CitationNetwork(net.works, arcs // max(net.n_works, 1), arcs % max(net.n_works, 1))


def _possible(net: CitationNetwork) -> pd.DataFrame:
    """Ambiguous references with their likeliest work, where the network has both and allows for their years."""
    dropped = net.dropped
    if "score" not in dropped:
        return pd.DataFrame({"citing": [], "cited": [], "score": []})
    rows = dropped[
        (dropped["reason"] == "ambiguous") & dropped["score"].notna() & (dropped["citing"] != dropped["cited"])
    ]
    rows = rows[rows["citing"].isin(net.ids) & rows["cited"].isin(net.ids)]
    max_lead = net.provenance.get("max_lead")
    if max_lead is None or "year" not in net.works:
        return rows
    year = net.works["year"].astype("float64")
    lead = rows["cited"].map(year).astype("float64") - rows["citing"].map(year).astype("float64")
    allowed: pd.DataFrame = rows[~(lead > max_lead)]
    return allowed


def drawn_papers(
    net: CitationNetwork,
    partition: Partition,
    pair: tuple[int, int],
    options: BridgeOptions,
    source: tuple[np.random.Generator, int | None],
) -> tuple[PaperSums, ...]:
    """Sum what each paper contributes to the measures of two groups, in `N_MATCHINGS` drawn networks."""
    found = []
    for child in _own_stream(*source).spawn(N_MATCHINGS):
        labelled, _ = label_arcs(draw_matches(net, rng=child), partition, options.unlabelled)
        tested, stratum = strata_of(labelled, options.null)
        cells = cells_of(tested, stratum)
        found.append(paper_sums(tested, stratum, pair_weights(cells, pair)))
    return tuple(found)


def _own_stream(generator: np.random.Generator, seed: int | None) -> np.random.Generator:
    """Return a stream of its own; from a seed, one that leaves the other draws as they are without."""
    if seed is None:
        return generator.spawn(1)[0]
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_NO_CHILD,)))


def matching_bounds(net: CitationNetwork, groups: object, a: str, b: str) -> pd.DataFrame:
    """Bound what crosses between two groups by the worst that the unresolved references could hide.

    Parameters
    ----------
    net : CitationNetwork
        From `build_network`; its dropped references "unmatched" and "ambiguous" are the unresolved. With
        ``external=True`` references to works outside are resolved, to works that mostly have no group: bound without.
    groups : Partition, column name, mapping, Series or list of sets of ids
    a, b : str
        The two groups.

    Returns
    -------
    DataFrame, indexed by measure, citing and cited
        ``value`` among the citations within and between the two groups; ``if_stayed`` and ``if_crossed``: were every
        unresolved reference of either group one to its own group, or one to the other; ``unresolved`` references. For
        the share of citations that cross (in each direction), the E-I index and the odds ratio (not stratified by
        year: the years of unresolved references are not in the network). NaN where nothing was cited; an odds ratio
        without crossing citations is infinite.

    Examples
    --------
    >>> works = pd.DataFrame({"field": list("xxyy"), "year": 2000}, index=list("abcd"))
    >>> dropped = pd.DataFrame({"citing": ["a"], "reason": ["unmatched"]})
    >>> net = CitationNetwork(works, [0, 0, 2], [1, 2, 3], dropped=dropped)
    >>> matching_bounds(net, "field", "x", "y").loc[("share that crosses", "x", "y")].round(3).to_dict()
    {'value': 0.5, 'if_stayed': 0.333, 'if_crossed': 0.667, 'unresolved': 1.0}
    """
    _, in_a, in_b = pair_of_groups(net, groups, a, b)
    sides = (in_a, in_b)
    counts = np.array([[int((one[net.citing] & other[net.cited]).sum()) for other in sides] for one in sides], float)
    dropped = net.dropped
    unresolved = net.ids.get_indexer(pd.Index(dropped.loc[dropped["reason"].isin(_UNRESOLVED), "citing"]))
    unresolved = unresolved[unresolved >= 0]
    hidden = np.array([float(side[unresolved].sum()) for side in sides])
    stayed, crossed = counts + np.diag(hidden), counts + np.diag(hidden)[:, ::-1]
    columns = [_measures(table) for table in (counts, stayed, crossed)]
    names = [("share that crosses", a, b), ("share that crosses", b, a), ("E-I index", a, b), ("odds ratio", a, b)]
    index = pd.MultiIndex.from_tuples(names, names=["measure", "citing", "cited"])
    table = pd.DataFrame(dict(zip(("value", "if_stayed", "if_crossed"), columns, strict=True)), index=index)
    return table.assign(unresolved=[*hidden, hidden.sum(), hidden.sum()])


def _measures(counts: npt.NDArray[np.float64]) -> list[float]:
    """Share of each group's citations that cross, E-I index and odds ratio of a 2 x 2 table."""
    inside, across = float(np.trace(counts)), float(counts[0, 1] + counts[1, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.array([counts[0, 1], counts[1, 0]]) / counts.sum(axis=1)
        index = np.float64(across - inside) / (across + inside)
        odds = counts[0, 0] * counts[1, 1] / (counts[0, 1] * counts[1, 0])
    return [float(shares[0]), float(shares[1]), float(index), float(odds)]
