"""Many independent runs of Leiden, on one or several workers, with the same result either way."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_count
from citenet._support.rng import RngLike, as_generator
from citenet.communities.graph import Weights, link_graph
from citenet.communities.leiden import leiden
from citenet.communities.quality import Objective, Quality, objective
from citenet.network import CitationNetwork
from citenet.partition import Partition

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["detect_runs", "found", "leiden_runs"]

Labels = npt.NDArray[np.int32]


def leiden_runs(
    goals: Sequence[Objective],
    generator: np.random.Generator,
    *,
    workers: int = 1,
    runs: int = 0,
    iterations: int | None = None,
) -> list[Labels]:
    """Run Leiden once for each objective, each with its own child of the generator.

    Parameters
    ----------
    goals : sequence of Objective
    generator : Generator
    workers : int
        Threads. The compiled code runs beside itself; interpreted code does not.
    runs : int
        How many runs there will be in all, if more than these.
    iterations : int, optional
        Of each run; by default until an iteration gains nothing.

    Returns
    -------
    list of ndarray of int32, shape (n,)
        In the order of the objectives.
    """
    workers = check_count("workers", workers, 1)
    jobs = list(zip(goals, generator.spawn(len(goals)), strict=True))

    def run(job: tuple[Objective, np.random.Generator]) -> Labels:
        return leiden(job[0], iterations=iterations, runs=max(runs, len(jobs)), rng=job[1])

    if workers == 1 or len(jobs) < 2:
        return [run(job) for job in jobs]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, jobs))


def found(
    net: CitationNetwork, goal: Objective, labels: Labels, seed: int | None, *, method: str = "leiden", **params: object
) -> Partition:
    """Partition of the works of a network by labels that were found; works without a link are unassigned."""
    isolated = goal.graph.isolated
    return Partition(
        works=net.ids,
        labels=np.where(isolated, -1, labels).astype(np.int32),
        origin="detected",
        method=method,
        params={
            "quality": goal.name,
            "directed": goal.directed,
            "resolution": goal.resolution,
            **params,
            "isolates": int(isolated.sum()),
        },
        seed=seed,
        quality=goal.value(labels),
    )


def detect_runs(
    net: CitationNetwork,
    n_runs: int = 20,
    *,
    quality: Quality = "modularity",
    resolution: float = 1.0,
    weights: Weights | sparse.csr_array = "arcs",
    workers: int = 1,
    rng: RngLike = None,
) -> list[Partition]:
    """Detect communities many times, to see how far they depend on chance.

    Parameters
    ----------
    net : CitationNetwork
    n_runs : int
    quality, resolution, weights
        As in `detect_communities`.
    workers : int
        Threads; their number changes nothing in the result.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    list of Partition
        One of each run, by Leiden.

    Examples
    --------
    >>> import pandas as pd
    >>> net = CitationNetwork(pd.DataFrame(index=list("abcxyz")), [1, 2, 2, 4, 5, 5, 2], [0, 0, 1, 3, 3, 4, 3])
    >>> [run.n_groups for run in detect_runs(net, 3, rng=1)]
    [2, 2, 2]
    """
    n_runs = check_count("n_runs", n_runs, 1)
    generator, seed = as_generator(rng)
    goal = objective(link_graph(net, weights), quality, resolution)
    runs = leiden_runs([goal] * n_runs, generator, workers=workers)
    named = weights if isinstance(weights, str) else "given"
    return [found(net, goal, labels, seed, weights=named, run=i) for i, labels in enumerate(runs)]
