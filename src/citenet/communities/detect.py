"""Find communities: groups of works that cite each other more than the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_choice, check_count
from citenet._support.rng import RngLike, as_generator, integer_seed
from citenet.communities.graph import LinkGraph, Weights, link_graph
from citenet.communities.leiden import leiden
from citenet.communities.propagation import propagate_labels
from citenet.communities.quality import QUALITIES, Objective, Quality, objective
from citenet.communities.runs import found
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, check_partition

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["detect_communities", "improve_communities"]

Method = Literal["leiden", "louvain", "label propagation"]
METHODS = ("leiden", "louvain", "label propagation")
Labels = npt.NDArray[np.int32]


def detect_communities(
    net: CitationNetwork,
    *,
    method: Method = "leiden",
    quality: Quality = "modularity",
    resolution: float = 1.0,
    weights: Weights | sparse.csr_array = "arcs",
    trials: int = 1,
    rng: RngLike = None,
) -> Partition:
    """Divide the works of a network into communities.

    Parameters
    ----------
    net : CitationNetwork
    method : {"leiden", "louvain", "label propagation"}
        "leiden" runs until an iteration gains nothing, and its communities are connected. "louvain" is
        python-louvain's and optimises undirected modularity only. "label propagation" optimises nothing: quality and
        resolution do not enter, and there is no best of several trials.
    quality : {"modularity", "undirected modularity", "cpm"}
        What is optimised (`objective`); "modularity" uses the direction of citations where method and weights do.
    resolution : float
        γ > 0: higher values give more and smaller communities. 1 is a convention, not a finding.
    weights : {"arcs", "fractional", "coupling", "co-citation"} or csr_array, shape (n_works, n_works)
        Which links the communities are sought in (`link_graph`).
    trials : int
        Independent runs, of which the one with the highest quality is returned.
    rng : None, int, SeedSequence or Generator
        The same seed gives the same communities, whatever the order of works and citations.

    Returns
    -------
    Partition
        ``origin="detected"``; ``quality`` is the value reached, NaN for label propagation; ``params`` say what was
        optimised and whether direction was used. Works without a link stay in the partition, unassigned: nothing says
        where they belong.

    Raises
    ------
    InputError
        For an unknown choice, a resolution that is not positive, fewer than one trial, or label propagation with
        more than one.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame(index=list("abcxyz"))
    >>> arcs = pd.DataFrame({"citing": list("bccyzzc"), "cited": list("aabxxyx")})
    >>> net = CitationNetwork.from_frames(works, arcs)
    >>> detect_communities(net, rng=1)
    <Partition: 2 groups of 6 works (sizes 3, 3), detected by leiden>
    """
    check_choice("method", method, METHODS)
    check_choice("quality", quality, QUALITIES)
    trials = check_count("trials", trials, 1)
    optimises = method != "label propagation"
    if trials > 1 and not optimises:
        raise InputError(f"trials={trials}: label propagation optimises nothing, so that no run is the best; pass 1")
    if method == "louvain" and quality == "cpm":
        raise InputError("louvain optimises undirected modularity only; use method='leiden' for quality='cpm'")
    generator, seed = as_generator(rng)
    graph = link_graph(net, weights)
    goal = objective(graph, "undirected modularity" if method == "louvain" else quality, resolution)
    labels, reached = best_of(goal, method, trials, generator)
    labels[graph.isolated] = -1
    aim: dict[str, Any] = {"quality": "none", "directed": False}
    if optimises:
        aim = {"quality": goal.name, "directed": goal.directed, "resolution": float(resolution)}
    params = {
        **aim,
        "weights": weights if isinstance(weights, str) else "given",
        "trials": trials,
        "isolates": int(graph.isolated.sum()),
    }
    return Partition(
        works=net.ids,
        labels=labels,
        origin="detected",
        method=method,
        params=params,
        seed=seed,
        quality=reached if optimises else float("nan"),
    )


def improve_communities(
    net: CitationNetwork,
    partition: Partition,
    *,
    quality: Quality = "modularity",
    resolution: float = 1.0,
    weights: Weights | sparse.csr_array = "arcs",
    rng: RngLike = None,
) -> Partition:
    """Detect communities by Leiden from a partition to start with.

    Parameters
    ----------
    net : CitationNetwork
    partition : Partition
        Disciplines, or the communities of an earlier version of the network: what is close to it is found first.
        Works that it does not assign start alone; works that are no longer in the network are passed over.
    quality, resolution, weights, rng
        As in `detect_communities`.

    Returns
    -------
    Partition
        Its quality is at least that of the start.

    Raises
    ------
    InputError
        If it is no partition, or assigns none of the network's works.

    Examples
    --------
    >>> import pandas as pd
    >>> net = CitationNetwork(pd.DataFrame(index=list("abcxyz")), [1, 2, 2, 4, 5, 5, 2], [0, 0, 1, 3, 3, 4, 3])
    >>> improve_communities(net, Partition(net.ids, [0, 0, 0, 0, 1, 1]), rng=1)
    <Partition: 2 groups of 6 works (sizes 3, 3), detected by leiden>
    """
    generator, seed = as_generator(rng)
    goal = objective(link_graph(net, weights), quality, resolution)
    start = check_partition(partition).restrict(net.ids).aligned(net.ids)
    if start.size and start.max() < 0:
        raise InputError("the partition assigns none of the network's works: there is nothing to start from")
    labels = leiden(goal, start=start, rng=generator)
    return found(net, goal, labels, seed, weights=weights if isinstance(weights, str) else "given", start="given")


def best_of(goal: Objective, method: Method, trials: int, generator: np.random.Generator) -> tuple[Labels, float]:
    """Run the trials, each from its own child of the generator, and keep the best; the first wins a tie."""
    if goal.graph.neighbour.size == 0:
        return np.full(goal.graph.n, -1, np.int32), float("nan")
    runs = (_run(goal, method, trials, child) for child in generator.spawn(trials))
    best = next(runs)
    reached = goal.value(best)
    for labels in runs:
        value = goal.value(labels)
        if value > reached:
            best, reached = labels, value
    return best, reached


def _run(goal: Objective, method: Method, trials: int, generator: np.random.Generator) -> Labels:
    if method == "louvain":
        return _louvain(goal, generator)
    if method == "leiden":
        return leiden(goal, runs=trials, rng=generator)
    return propagate_labels(goal.graph, rng=generator)


def _louvain(goal: Objective, generator: np.random.Generator) -> Labels:
    """Run python-louvain on nodes and links in canonical order."""
    import networkx as nx
    from community import best_partition

    graph = nx.Graph()
    graph.add_nodes_from(np.flatnonzero(~goal.graph.isolated).tolist())
    graph.add_weighted_edges_from(_links(goal.graph))
    return _numbered(
        best_partition(graph, resolution=goal.resolution, random_state=integer_seed(generator)), goal.graph.n
    )


def _links(graph: LinkGraph) -> list[tuple[int, int, float]]:
    """Each linked pair once, in order, with the sum of its weights."""
    rows = np.repeat(np.arange(graph.n), np.diff(graph.start))
    once = rows < graph.neighbour
    pairs, position = np.unique(rows[once] * graph.n + graph.neighbour[once], return_inverse=True)
    weight = np.bincount(position, graph.weight[once] if graph.weight.size else None, minlength=pairs.size)
    return list(
        zip((pairs // graph.n).tolist(), (pairs % graph.n).tolist(), weight.astype(float).tolist(), strict=True)
    )


def _numbered(found: dict[int, int], n: int) -> Labels:
    """Labels from 0; nodes that the library leaves out (isolates) get groups of their own."""
    labels = np.full(n, -1, np.int64)
    labels[list(found)] = list(found.values())
    missing = np.flatnonzero(labels < 0)
    labels[missing] = labels.max(initial=-1) + 1 + np.arange(missing.size)
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)
