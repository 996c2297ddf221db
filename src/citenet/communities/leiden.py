"""Leiden: communities that are connected, cannot be merged with gain, and are locally as good as they can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from citenet.communities._moves import Groups, Level, Scratch, move_nodes, renumber, sum_up
from citenet.communities._refine import merge_level, refine, split_groups
from citenet.communities.graph import LinkGraph
from citenet.communities.quality import Objective
from citenet.errors import InputError

__all__ = ["coarsened", "leiden"]

Labels = npt.NDArray[np.int32]

# Randomness of the refinement, in units of the mean weight of a link (the authors' own value for unit weights).
THETA = 0.01
# A move must raise the quality by more than this; rounding stays four orders of magnitude below.
SLACK = 1e-12
# Elementary steps of a run to convergence for each end of a link, by counting.
STEPS = 60
MAX_ITERATIONS = 1000


def leiden(
    goal: Objective,
    *,
    start: Labels | None = None,
    iterations: int | None = None,
    runs: int = 1,
    rng: np.random.Generator,
) -> Labels:
    """Divide a graph by the Leiden algorithm.

    Parameters
    ----------
    goal : Objective
        The graph and what is optimised.
    start : ndarray of int, shape (n,), optional
        Groups to start from (a warm start); nodes labelled -1 start alone. By default all do.
    iterations : int, optional
        By default until an iteration gains nothing.
    runs : int
        How many such runs there will be in all: many small ones together may be worth compiled code.
    rng : Generator
        Only keys are drawn from it: two numbers for each level of each iteration.

    Returns
    -------
    ndarray of int32, shape (n,)
        Groups, numbered from 0 by their first node. Each is connected.

    Raises
    ------
    InputError
        If ``start`` has another shape or there is no iteration.

    References
    ----------
    Traag, V. A., Waltman, L. & van Eck, N. J. (2019). Sci. Rep. 9, 5233.

    Examples
    --------
    >>> from citenet.communities.graph import LinkGraph
    >>> from citenet.communities.quality import objective
    >>> ring = LinkGraph.from_arcs(6, np.array([1, 2, 2, 4, 5, 5, 5]), np.array([0, 0, 1, 3, 3, 4, 2]))
    >>> leiden(objective(ring), rng=np.random.default_rng(1)).tolist()
    [0, 0, 0, 1, 1, 1]
    """
    n = goal.graph.n
    if iterations is not None and iterations < 1:
        raise InputError(f"iterations={iterations}: at least one is needed")
    labels = _started(start, n)
    if goal.graph.neighbour.size == 0:
        return labels
    value = goal.value(labels)
    for _ in range(iterations or MAX_ITERATIONS):
        labels = _iterate(goal, labels, STEPS * goal.graph.neighbour.size * runs, rng)
        before, value = value, goal.value(labels)
        if value <= before + SLACK:
            break
    return labels


def _started(start: Labels | None, n: int) -> Labels:
    if start is None:
        return np.arange(n, dtype=np.int32)
    labels = np.array(start, np.int32)
    if labels.shape != (n,):
        raise InputError(f"start has shape {labels.shape}; the graph has {n} nodes")
    alone = labels < 0
    labels[alone] = labels.max(initial=-1) + 1 + np.arange(alone.sum())
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)


def _iterate(goal: Objective, labels: Labels, work: int, rng: np.random.Generator) -> Labels:
    """Move, refine and aggregate until every group is one node of the last level."""
    graph = goal.graph
    level = Level(graph.start, graph.neighbour, graph.weight, goal.a, goal.b)
    theta = THETA * graph.total / (graph.neighbour.size / 2)
    slack = SLACK * graph.total
    node = np.arange(graph.n, dtype=np.int32)  # node of the present level that stands for each node of the graph
    while True:
        n = level.a.size
        groups, scratch = empty_groups(labels), scratch_for(n)
        move_key, refine_key = rng.integers(2**32, size=2).tolist()
        sum_up.sized(work)(level, groups)
        move_nodes.sized(work)(level, groups, scratch, goal.scale, slack, move_key)
        k = renumber.sized(work)(labels, scratch.spare)
        if k == n:
            return labels[node]
        sum_up.sized(work)(level, groups)
        part = np.arange(n, dtype=np.int32)
        parts = Groups(part, level.a.copy(), level.b.copy(), np.ones(n, np.int32))
        if refine.sized(work)(level, groups, parts, scratch, goal.scale, theta, refine_key) == 0:
            # Ties alone hold these groups together: take their connected pieces whole, or it would never end.
            split_groups.sized(work)(level, labels, part, scratch.queue)
            labels = part.copy()
        n_parts = renumber.sized(work)(part, scratch.spare)
        if n_parts == n:
            return labels[node]
        level = _next_level(level, part, n_parts, scratch, work)
        above = np.empty(n_parts, np.int32)
        above[part] = labels
        node, labels = part[node], above


def coarsened(goal: Objective, labels: Labels) -> Objective:
    """Return the objective on the graph whose nodes are the groups; what it adds up to differs by a constant."""
    graph = goal.graph
    k = int(labels.max(initial=-1)) + 1
    level = Level(graph.start, graph.neighbour, graph.weight, goal.a, goal.b)
    work = STEPS * graph.neighbour.size
    merged = _next_level(level, labels, k, scratch_for(max(k, graph.n)), work)
    out, into = (np.bincount(labels, x, minlength=k).astype(np.float64) for x in (graph.out, graph.into))
    whole = LinkGraph(merged.start, merged.neighbour, merged.weight, out, into, graph.directed)
    return replace(goal, graph=whole, a=merged.a, b=merged.b)


def empty_groups(labels: Labels) -> Groups:
    """Room for the sums of the groups that the labels name."""
    n = labels.size
    return Groups(labels, np.empty(n), np.empty(n), np.empty(n, np.int32))


def scratch_for(n: int) -> Scratch:
    """Room to work in for a graph of n nodes."""
    return Scratch(
        link=np.zeros(n),
        touched=np.empty(n, np.int32),
        queue=np.empty(n, np.int32),
        flag=np.empty(n, np.int8),
        spare=np.empty(n, np.int32),
        rest=np.empty(n),
    )


def _next_level(level: Level, part: Labels, n_parts: int, scratch: Scratch, work: int) -> Level:
    order = np.argsort(part, kind="stable").astype(np.int32)
    room = level.neighbour.size  # pages that are not written to are never taken from the system
    merged = Level(
        np.zeros(n_parts + 1, np.int64),
        np.empty(room, np.int32),
        np.empty(room),
        np.zeros(n_parts),
        np.zeros(n_parts),
    )
    entries = merge_level.sized(work)(level, part, order, merged, scratch)
    merged.neighbour.resize(entries, refcheck=False)
    merged.weight.resize(entries, refcheck=False)
    return merged
