"""Label propagation: every work takes the label most common among its neighbours. Fast, and without a parameter."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from citenet._support.kernel import kernel, random_bits
from citenet.communities._moves import Groups, Level, Scratch, call_neighbours, gather, renumber, shuffle
from citenet.communities._refine import split_groups
from citenet.communities.graph import LinkGraph
from citenet.communities.leiden import empty_groups, scratch_for

__all__ = ["propagate_labels"]

# A label must weigh more by this share: sums of the same weights in another order are ties.
SLACK = 1e-12
STEPS = 30  # elementary steps for each end of a link, by counting


def propagate_labels(graph: LinkGraph, *, rng: np.random.Generator) -> npt.NDArray[np.int32]:
    """Divide a graph by asynchronous label propagation.

    Parameters
    ----------
    graph : LinkGraph
        Directions are not used.
    rng : Generator
        One key is drawn from it.

    Returns
    -------
    ndarray of int32, shape (n,)
        Groups, numbered from 0 by their first node. Each is connected.

    Notes
    -----
    A node keeps its label as long as no other weighs more around it, so that the weight inside groups only grows and
    the process ends. Ties between other labels are decided by lot.

    Examples
    --------
    >>> pair = LinkGraph.from_arcs(4, np.array([1, 3]), np.array([0, 2]))
    >>> propagate_labels(pair, rng=np.random.default_rng(1)).tolist()
    [0, 0, 1, 1]
    """
    work = STEPS * graph.neighbour.size
    none = np.empty(0)
    level = Level(graph.start, graph.neighbour, graph.weight, none, none)
    labels = np.arange(graph.n, dtype=np.int32)
    scratch = scratch_for(graph.n)
    spread.sized(work)(level, empty_groups(labels), scratch, int(rng.integers(2**32)))
    pieces = np.empty(graph.n, np.int32)
    split_groups.sized(work)(level, labels, pieces, scratch.queue)
    renumber.sized(work)(pieces, scratch.spare)
    return pieces


@kernel
def spread(level: Level, groups: Groups, scratch: Scratch, key: int) -> int:
    """Give nodes the heaviest label around them until none changes; returns the number of changes."""
    label, queue, link, touched = groups.label, scratch.queue, scratch.link, scratch.touched
    n = len(label)
    for i in range(n):
        scratch.flag[i] = 1
    shuffle(queue, key)
    head = 0
    tail = n
    changes = 0
    looks = 0
    while head < tail:
        i = queue[head]
        scratch.flag[i] = 0
        head += 1
        if head == n:
            head = 0
            tail -= n
        n_touched = gather(level, label, i, scratch)
        best = label[i]
        most = link[best]
        first = 0
        if n_touched > 0:
            looks += 1
            first = (random_bits(key ^ 1, looks & 0xFFFFFFFF) * n_touched) >> 32
        for t in range(n_touched):  # beginning anywhere decides ties by lot
            at = first + t
            c = touched[at if at < n_touched else at - n_touched]
            if link[c] > most * (1 + SLACK):
                best = c
                most = link[c]
        for t in range(n_touched):
            link[touched[t]] = 0.0
        if best != label[i]:
            label[i] = best
            changes += 1
            tail = call_neighbours(level, label, scratch, i, tail)
    return changes
