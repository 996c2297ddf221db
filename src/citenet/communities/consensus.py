"""Consensus of many runs: what they agree on, and how firmly each work belongs to its group."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count, check_number
from citenet._support.rng import RngLike, as_generator
from citenet.communities._moves import Level
from citenet.communities._refine import split_groups
from citenet.communities.agreement import ami
from citenet.communities.graph import Floats, LinkGraph, Weights, link_graph
from citenet.communities.quality import Objective, Quality, objective
from citenet.communities.runs import found, leiden_runs
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["Consensus", "consensus"]

Labels = npt.NDArray[np.int32]
MAX_ROUNDS = 20


@dataclass(frozen=True, eq=False, repr=False)
class Consensus:
    """What many runs agree on.

    Parameters
    ----------
    partition : Partition
        The consensus.
    stability : Series of float, one per work
        Share of runs in which a work is together with another member of its group, on average over the members, in
        [0, 1]; NaN for works that are alone or unassigned.
    ami : float
        Mean AMI of the runs with each other; NaN for a single run.
    n_runs : int
    rounds : int
        Rounds of clustering until the runs were of one mind.
    converged : bool
        Whether they were.
    """

    partition: Partition
    stability: pd.Series[float]
    ami: float
    n_runs: int
    rounds: int
    converged: bool

    def __repr__(self) -> str:
        doubtful, k = int((self.stability < 0.5).sum()), self.partition.n_groups
        converged = "converged" if self.converged else f"not converged in {self.rounds} rounds"
        return (
            f"<Consensus of {self.n_runs} run{'s'[: self.n_runs != 1]} "
            f"(AMI {self.ami:z.3f} with each other, {converged}): "
            f"{k:,} group{'s'[: k != 1]}, mean stability {self.stability.mean():.3f}, "
            f"{doubtful:,} work{'s'[: doubtful != 1]} below 0.5>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.to_frame().head(10).to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """Return group and stability of each work."""
        return self.partition.to_frame().assign(stability=self.stability)


def consensus(
    net: CitationNetwork,
    runs: int | Sequence[Partition] = 20,
    *,
    quality: Quality = "modularity",
    resolution: float = 1.0,
    weights: Weights | sparse.csr_array = "arcs",
    threshold: float = 0.5,
    rng: RngLike = None,
) -> Consensus:
    """Find the communities that many runs agree on.

    Parameters
    ----------
    net : CitationNetwork
    runs : int or sequence of Partition
        How many runs of Leiden to make, or runs made before (`detect_runs`, other methods, other resolutions).
    quality, resolution, weights
        As in `detect_communities`; they also rule the rounds that follow.
    threshold : float
        Pairs of works that are together in a smaller share of the runs count as apart; in [0, 1].
    rng : None, int, SeedSequence or Generator
        The same seed gives the same consensus, whatever the order of works and citations.

    Returns
    -------
    Consensus
        Its partition has ``origin="detected"``, and as ``quality`` that of the consensus in the network. Works without
        a link are unassigned.

    Raises
    ------
    InputError
        If there is no run, the threshold is not in [0, 1], or quality, resolution or weights are none that
        `detect_communities` takes.

    Notes
    -----
    Each two works that are joined by a link get the share of runs in which they are together as their weight; shares
    below the threshold are left out; the weighted graph is clustered as often again, until all runs give the same.
    Pairs without a link are not weighed, which keeps the work proportional to the links.

    References
    ----------
    Lancichinetti, A. & Fortunato, S. (2012). Sci. Rep. 2, 336.

    Examples
    --------
    >>> net = CitationNetwork(pd.DataFrame(index=list("abcxyz")), [1, 2, 2, 4, 5, 5, 2], [0, 0, 1, 3, 3, 4, 3])
    >>> consensus(net, 5, rng=1)
    <Consensus of 5 runs (AMI 1.000 with each other, converged): 2 groups, mean stability 1.000, 0 works below 0.5>
    """
    threshold = check_number("threshold", threshold, most=1.0)
    generator, seed = as_generator(rng)
    graph = link_graph(net, weights)
    goal = objective(graph, quality, resolution)
    if not isinstance(runs, Sequence):
        first = leiden_runs([goal] * check_count("runs", runs, 1), generator)
    elif runs and all(isinstance(run, Partition) for run in runs):
        first = [_own_groups(run.aligned(net.ids)) for run in runs]
    else:
        raise InputError("a consensus needs at least one run: pass their number or the partitions they gave")
    labels, rounds, converged = _agree(graph, first, goal, threshold, generator)
    params = {"weights": weights if isinstance(weights, str) else "given", "runs": len(first), "threshold": threshold}
    partition = found(
        net, goal, labels, seed, method=f"consensus of {len(first)} run{'s'[: len(first) != 1]}", **params
    )
    linked = ~graph.isolated
    pairs = [ami(a[linked], b[linked]) for a, b in itertools.combinations(first, 2)]
    return Consensus(
        partition=partition,
        stability=pd.Series(_stability(partition.labels, first), index=net.ids, name="stability"),
        ami=float(np.mean(pairs)) if pairs else float("nan"),
        n_runs=len(first),
        rounds=rounds,
        converged=converged,
    )


def _own_groups(labels: Labels) -> Labels:
    """Labels in which every unassigned work has a group of its own."""
    alone = labels < 0
    own = labels.copy()
    own[alone] = labels.max(initial=-1) + 1 + np.arange(alone.sum())
    return own


def _agree(
    graph: LinkGraph, runs: list[Labels], goal: Objective, threshold: float, generator: np.random.Generator
) -> tuple[Labels, int, bool]:
    """Cluster the shares of runs together until every share is 0 or 1; the pieces are the consensus."""
    rows = np.repeat(np.arange(graph.n, dtype=np.int32), np.diff(graph.start))
    rounds = 0
    while True:
        share = np.zeros(rows.size)
        for labels in runs:
            share += labels[rows] == labels[graph.neighbour]
        share /= len(runs)
        certain = bool(np.isin(share, (0.0, 1.0)).all())
        share[share < threshold] = 0.0
        weighted = _reweighted(graph, rows, share)
        if certain or rounds == MAX_ROUNDS:
            return _pieces(weighted), rounds, certain
        again = objective(weighted, "cpm" if goal.name == "cpm" else "undirected modularity", goal.resolution)
        runs = leiden_runs([again] * len(runs), generator)
        rounds += 1


def _reweighted(graph: LinkGraph, rows: Labels, weight: Floats) -> LinkGraph:
    """Return the graph with other weights on its links; links of weight 0 are left out."""
    kept = weight > 0
    start = np.zeros(graph.n + 1, np.int64)
    np.cumsum(np.bincount(rows[kept], minlength=graph.n), out=start[1:])
    half = np.bincount(rows, weight, minlength=graph.n) / 2
    return LinkGraph(start, graph.neighbour[kept], weight[kept], half, half, directed=False)


def _pieces(graph: LinkGraph) -> Labels:
    none = np.empty(0)
    part = np.empty(graph.n, np.int32)
    level = Level(graph.start, graph.neighbour, graph.weight, none, none)
    split = split_groups.sized(4 * graph.neighbour.size)
    split(level, np.zeros(graph.n, np.int32), part, np.empty(graph.n, np.int32))
    return part


def _stability(labels: Labels, runs: list[Labels]) -> Floats:
    """Mean share of runs that put a work together with another member of its group."""
    assigned = labels >= 0
    others = np.bincount(labels[assigned], minlength=1)[labels] - 1.0
    together = np.zeros(labels.size)
    for run in runs:
        key = labels.astype(np.int64) * (int(run.max(initial=0)) + 1) + run
        _, position, times = np.unique(key, return_inverse=True, return_counts=True)
        together += times[position] - 1.0
    known = assigned & (others > 0)
    return np.where(known, together / len(runs) / np.where(known, others, 1.0), np.nan)
