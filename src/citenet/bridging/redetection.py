"""The one honest test of detected communities: detect them anew in every draw of the null."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_choice
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.drawn import check_draws, drawn_test
from citenet.bridging.inference import NullTest
from citenet.bridging.mixing import LabelledArcs, count_cells
from citenet.bridging.shuffling import shuffled_orders
from citenet.bridging.statistics import STATISTICS
from citenet.bridging.stratified import strata_of
from citenet.communities.detect import METHODS, Method, best_of
from citenet.communities.graph import WEIGHTS, LinkGraph, Weights, link_graph
from citenet.communities.quality import QUALITIES, Objective, Quality, check_resolution, objective
from citenet.communities.runs import leiden_runs
from citenet.errors import InputError
from citenet.network import CitationNetwork, check_network

__all__ = ["redetection_test"]

Ints = npt.NDArray[np.int32]
Null = Literal["year-pairs", "citing-years", "configuration"]
_COMPARABLE = [name for name, of in STATISTICS.items() if not (of.per != "whole" or of.given or name == "odds_ratio")]
BATCH = 16  # draws held in memory together
MOST_GROUPS = 5_000  # whose table is made: 200 MB
TRIES = 100  # partners tried before a repeated citation is left as it is


def redetection_test(  # noqa: PLR0913 - the options of the detection, and those of the null, by keyword
    net: CitationNetwork,
    statistic: str = "modularity",
    *,
    null: Null = "year-pairs",
    method: Method = "leiden",
    quality: Quality = "modularity",
    weights: Weights = "arcs",
    resolution: float = 1.0,
    n_draws: int = 199,
    workers: int = 1,
    rng: RngLike = None,
) -> NullTest:
    """Test whether communities are more marked than those that shuffled citations have.

    Parameters
    ----------
    net : CitationNetwork
    statistic : str
        Of the citations within and between the communities found: "modularity" (directed, at the γ of the detection
        where that optimised modularity, else at γ = 1) or another name in `STATISTICS` that treats all groups alike;
        citations of works without a link are left out. Or "quality": what the method optimises, in the links it was
        given (the one to take with "coupling" and "co-citation", and with ``quality="cpm"``).
    null : {"year-pairs", "citing-years", "configuration"}
        What is shuffled and what is kept, as in `mixing_test`.
    method, quality, weights, resolution
        Of the detection, in the network and in every draw, as in `detect_communities`. Coupling and co-citation are
        computed anew from the shuffled citations. A given matrix cannot be: it is refused.
    n_draws : int
        199 is the least that should be reported.
    workers : int
        Threads; their number changes nothing in the result.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    NullTest
        One draw is one detection in one shuffled network. Testing "greater" is done by
        ``dataclasses.replace(test, alternative="greater")``; two-sided is the default.

    Raises
    ------
    InputError
        If the statistic needs exactly two groups, there are fewer than two draws, the weights are a given matrix, the
        quality of label propagation is asked, which has none, or a table of all communities would be too large.

    Notes
    -----
    Any optimiser finds communities in any network, also where citing has no structure. Held against the citations
    they were found in, as if they had been given beforehand, they pass nearly every test. Here observed and expected
    went through the same search. Citations that the null cannot place (no year) are left out of both. Repeats and loops
    that a draw gives rise to are swapped away within their stratum: left in, they would tie works together and make the
    null's communities more marked than any real network's can be.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(n_works=60, preference=8.0, rng=1)
    >>> test = redetection_test(net, n_draws=19, rng=1)
    >>> test.n_draws, test.pvalue
    (19, 0.1)
    """
    detector = _detector(check_network(net), method, quality, weights, resolution)
    check_choice("statistic", statistic, ["quality", *_COMPARABLE])
    if statistic == "quality" and method == "label propagation":
        raise InputError("label propagation optimises nothing, so that it has no quality; take statistic='modularity'")
    n_draws = check_draws(n_draws)
    generator, seed = as_generator(rng)
    everything = LabelledArcs(net, np.zeros(net.n_works, np.int32), ("all",), np.arange(net.n_citations), {})
    arcs, stratum = strata_of(everything, null)
    citing, cited = net.citing[arcs.index], net.cited[arcs.index]
    detection, shuffling = generator.spawn(2)
    networks = itertools.chain([(citing, cited)], _drawn(citing, cited, stratum, n_draws, shuffling))
    values: list[float] = []
    while batch := list(itertools.islice(networks, BATCH)):
        goals = [detector.goal(*pair) for pair in batch]
        found = detector.run(goals, detection, workers, n_draws + 1)
        values += [_value(statistic, detector.gamma, *each) for each in zip(batch, goals, found, strict=True)]
    undated = net.n_citations - citing.size
    notes = [f"{undated:,} citation{'' if undated == 1 else 's'} without a year"] if undated else []
    notes += [_why_undefined(detector, citing, cited)] if np.isnan(values[0]) else []
    return drawn_test(
        f"{_measured(statistic, detector)} of communities {detector}",
        values[0],
        values[1:],
        f"{null}, communities detected anew in every draw",
        seed=seed,
        reason="; ".join(notes),
    )


def _measured(statistic: str, detector: Detector) -> str:
    if statistic == "quality":
        return statistic
    elsewhere = statistic == "modularity" and detector.quality == "cpm" and detector.resolution != detector.gamma
    return STATISTICS[statistic].label + (f" at γ = {detector.gamma:g}" if elsewhere else "")


def _why_undefined(detector: Detector, citing: Ints, cited: Ints) -> str:
    if not citing.size:
        return "undefined: no citation to shuffle"
    if not detector.goal(citing, cited).graph.neighbour.size:
        return f"undefined: no two works are linked by {detector.weights}"
    return "undefined: fewer than two groups that cite"


def _drawn(
    citing: Ints, cited: Ints, stratum: npt.NDArray[np.int64], n_draws: int, rng: np.random.Generator
) -> Iterator[tuple[Ints, Ints]]:
    """Shuffled citations, repaired so that no paper has the same reference twice or cites itself."""
    shuffling, repairing = rng.spawn(2)
    by_stratum = np.argsort(stratum, kind="stable")
    first = np.searchsorted(stratum[by_stratum], stratum)
    size = np.bincount(stratum)[stratum] if stratum.size else stratum
    peers = Peers(by_stratum.tolist(), first.tolist(), size.tolist())
    for order in shuffled_orders(stratum, n_draws, shuffling):
        drawn = simple(citing.tolist(), cited[order].tolist(), peers, repairing.spawn(1)[0])
        sound = citing != drawn
        yield citing[sound], drawn[sound]


class Peers(NamedTuple):
    """Arcs in order of their stratum; of each arc, where its stratum begins there and how many arcs it has."""

    arcs: list[int]
    first: list[int]
    size: list[int]


def simple(citing: list[int], cited: list[int], peers: Peers, rng: np.random.Generator) -> Ints:
    """Swap the cited works of repeats and loops with other arcs of their stratum until there are none.

    Returns
    -------
    ndarray of int32, shape (m,)
        Cited works. Where a stratum leaves no way out, a repeat or loop stays.
    """
    times = Counter(zip(citing, cited, strict=True))

    def wrong(e: int) -> bool:
        return citing[e] == cited[e] or times[citing[e], cited[e]] > 1

    for e in [e for e in range(len(citing)) if wrong(e)]:
        if not wrong(e):  # its twin has been moved
            continue
        for at in rng.integers(peers.size[e], size=TRIES).tolist():
            f = peers.arcs[peers.first[e] + at]
            one, other = (citing[e], cited[f]), (citing[f], cited[e])
            if times[one] or times[other] or one[0] == one[1] or other[0] == other[1] or one == other:
                continue
            times[citing[e], cited[e]] -= 1
            times[citing[f], cited[f]] -= 1
            times[one] += 1
            times[other] += 1
            cited[e], cited[f] = cited[f], cited[e]
            break
    return np.array(cited, np.int32)


def _value(statistic: str, gamma: float, arcs: tuple[Ints, Ints], goal: Objective, labels: Ints) -> float:
    if not goal.graph.neighbour.size:
        return float("nan")
    if statistic == "quality":
        return goal.value(labels)
    ends = np.stack(arcs)
    ends = ends[:, ~goal.graph.isolated[ends].any(axis=0)]  # works without a link belong to no community
    if not ends.size:
        return float("nan")
    # Only groups that cite: a table that had a row for every work without a citation would not fit.
    groups, numbers = np.unique(labels[ends], return_inverse=True)
    citing, cited = numbers.reshape(ends.shape).astype(np.int32)
    if statistic == "modularity":  # without the table: at a high γ every work is a group of its own
        made, received = np.bincount(citing, minlength=groups.size), np.bincount(cited, minlength=groups.size)
        return float((citing == cited).mean() - gamma * (made * received).sum() / citing.size**2)
    if groups.size > MOST_GROUPS:
        raise InputError(
            f"statistic={statistic!r} needs a table of all communities that cite, and {groups.size:,} are too many (at "
            f"most {MOST_GROUPS:,}); take statistic='modularity' or 'quality', or a lower resolution"
        )
    return float(STATISTICS[statistic].function(count_cells(citing, cited, groups.size)))


class Detector(NamedTuple):
    """How communities are sought, in the network and in every draw."""

    net: CitationNetwork
    method: Method
    quality: Quality
    weights: Weights
    resolution: float

    def __str__(self) -> str:
        by = "" if self.method == "leiden" else f" by {self.method}"
        aim = "" if self.method != "leiden" or self.quality == "modularity" else f" with {self.quality}"
        links = "" if self.weights == "arcs" else f" in {self.weights} links"
        at = "" if self.method == "label propagation" else f" at γ = {self.resolution:g}"
        return f"detected{by}{aim}{links}{at}"

    @property
    def gamma(self) -> float:
        """γ at which modularity is measured: that of the detection, where it is one of modularity."""
        return 1.0 if self.method == "label propagation" or self.quality == "cpm" else self.resolution

    def goal(self, citing: Ints, cited: Ints) -> Objective:
        """Say what is optimised in a network of these citations."""
        if self.weights == "arcs":
            graph = LinkGraph.from_arcs(self.net.n_works, citing, cited)
        else:  # a repeat that the null could not avoid is one reference in these links
            citing, cited = np.unique(np.stack([citing, cited]), axis=1)
            graph = link_graph(CitationNetwork(self.net.works, citing, cited), self.weights)
        return objective(graph, self.quality, self.resolution)

    def run(self, goals: list[Objective], rng: np.random.Generator, workers: int, runs: int) -> list[Ints]:
        """Detect once for each objective."""
        if self.method == "leiden":
            return leiden_runs(goals, rng, workers=workers, runs=runs)
        return [
            best_of(goal, self.method, 1, child)[0] for goal, child in zip(goals, rng.spawn(len(goals)), strict=True)
        ]


def _detector(net: CitationNetwork, method: Method, quality: Quality, weights: Weights, resolution: float) -> Detector:
    check_choice("method", method, METHODS)
    check_choice("quality", quality, QUALITIES)
    check_resolution(resolution)
    if not isinstance(weights, str):
        raise InputError(
            "weights given as a matrix cannot be computed anew from shuffled citations, so that there is no null for "
            f"them; take one of {', '.join(map(repr, WEIGHTS))}"
        )
    check_choice("weights", weights, WEIGHTS)
    if method == "louvain" and quality == "cpm":
        raise InputError("louvain optimises undirected modularity only; use method='leiden' for quality='cpm'")
    return Detector(net, method, "undirected modularity" if method == "louvain" else quality, weights, resolution)
