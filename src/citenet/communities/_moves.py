"""The kernels of Leiden that move nodes between groups; `_refine` has those that come after.

They follow Traag, Waltman & van Eck (2019), Sci. Rep. 9, 5233. The gain of putting node i into group C is
``weight between i and C - scale × (a_i × b_C + b_i × a_C)``, which serves modularity with and without direction and
the constant Potts model alike (`quality.Objective`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from citenet._support.kernel import kernel, random_bits

Ints = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]


class Level(NamedTuple):
    """A graph: neighbours of node i at ``start[i]:start[i + 1]``; ``weight`` is empty where every link weighs 1."""

    start: Ints
    neighbour: Ints
    weight: Floats
    a: Floats
    b: Floats


class Groups(NamedTuple):
    """Group of each node, and of each group the sums of a and b and the number of nodes."""

    label: Ints
    a: Floats
    b: Floats
    size: Ints


class Scratch(NamedTuple):
    """Room to work in, n entries each; ``link`` must be 0 and is 0 again afterwards."""

    link: Floats
    touched: Ints
    queue: Ints
    flag: Ints
    spare: Ints
    rest: Floats


@kernel
def shuffle(order: Ints, key: int) -> None:
    """Fill with a random permutation of 0 … n-1."""
    n = len(order)
    for i in range(n):
        order[i] = i
    for i in range(n - 1, 0, -1):
        j = (random_bits(key, i) * (i + 1)) >> 32
        swap = order[i]
        order[i] = order[j]
        order[j] = swap


@kernel
def sum_up(level: Level, groups: Groups) -> None:
    """Compute the sums of each group from the labels."""
    for c in range(len(groups.size)):
        groups.a[c] = 0.0
        groups.b[c] = 0.0
        groups.size[c] = 0
    for i in range(len(level.a)):
        c = groups.label[i]
        groups.a[c] += level.a[i]
        groups.b[c] += level.b[i]
        groups.size[c] += 1


@kernel
def gather(level: Level, label: Ints, i: int, scratch: Scratch) -> int:
    """Add up the links of a node by the label of the other end in ``link``; returns how many labels it touched."""
    neighbour, weight, link, touched = level.neighbour, level.weight, scratch.link, scratch.touched
    unit = len(weight) == 0
    n_touched = 0
    for p in range(level.start[i], level.start[i + 1]):
        c = label[neighbour[p]]
        if link[c] == 0.0:
            touched[n_touched] = c
            n_touched += 1
        link[c] += 1.0 if unit else weight[p]
    return n_touched


@kernel
def leave(groups: Groups, c: int, a_i: float, b_i: float) -> None:
    """Take a node out of its group; an empty group has sums of exactly 0, whatever was rounded before."""
    groups.size[c] -= 1
    if groups.size[c] == 0:
        groups.a[c] = 0.0
        groups.b[c] = 0.0
    else:
        groups.a[c] -= a_i
        groups.b[c] -= b_i


@kernel
def best_group(level: Level, groups: Groups, scratch: Scratch, i: int, n_empty: int, scale: float, slack: float) -> int:
    """Group that a node, which has just left its own, gains most from; its own one where none gains more."""
    link, touched = scratch.link, scratch.touched
    old = groups.label[i]
    a_i = level.a[i]
    b_i = level.b[i]
    n_touched = gather(level, groups.label, i, scratch)
    best = old
    gain = link[old] - scale * (a_i * groups.b[old] + b_i * groups.a[old])
    if groups.size[old] > 0 and gain < -slack:
        best = scratch.spare[n_empty - 1]  # with this node in none of them, one of the n groups is empty
        gain = 0.0
    for t in range(n_touched):
        c = touched[t]
        value = link[c] - scale * (a_i * groups.b[c] + b_i * groups.a[c])
        link[c] = 0.0
        if value > gain + slack and c != old:
            best = c
            gain = value
    return int(best)


@kernel
def call_neighbours(level: Level, label: Ints, scratch: Scratch, i: int, tail: int) -> int:
    """Put the neighbours in other groups than that of ``i`` back into the queue; returns its new end."""
    queue, queued, neighbour = scratch.queue, scratch.flag, level.neighbour
    n = len(queue)
    own = label[i]
    for p in range(level.start[i], level.start[i + 1]):
        j = neighbour[p]
        if queued[j] == 0 and label[j] != own:
            queued[j] = 1
            queue[tail if tail < n else tail - n] = j
            tail += 1
    return tail


@kernel
def move_nodes(level: Level, groups: Groups, scratch: Scratch, scale: float, slack: float, key: int) -> int:
    """Move nodes to the neighbouring or empty group that gains most, until no move gains more than ``slack``.

    Returns the number of moves. A node is looked at again when a neighbour has left for another group.
    """
    label, queue, empty = groups.label, scratch.queue, scratch.spare
    n = len(label)
    n_empty = 0
    for c in range(n - 1, -1, -1):
        scratch.flag[c] = 1
        if groups.size[c] == 0:
            empty[n_empty] = c
            n_empty += 1
    shuffle(queue, key)
    head = 0
    tail = n  # the queue is a ring; head < n, and tail counts on from head
    moved = 0
    while head < tail:
        i = queue[head]
        scratch.flag[i] = 0
        head += 1
        if head == n:
            head = 0
            tail -= n
        old = label[i]
        leave(groups, old, level.a[i], level.b[i])
        best = best_group(level, groups, scratch, i, n_empty, scale, slack)
        if best != old:
            label[i] = best
            moved += 1
            if groups.size[best] == 0:
                n_empty -= 1
            if groups.size[old] == 0:
                empty[n_empty] = old
                n_empty += 1
            tail = call_neighbours(level, label, scratch, i, tail)
        groups.size[best] += 1
        groups.a[best] += level.a[i]
        groups.b[best] += level.b[i]
    return moved


@kernel
def renumber(label: Ints, number: Ints) -> int:
    """Replace the labels (below n) by numbers from 0 in order of their first node; returns how many there are."""
    for c in range(len(number)):
        number[c] = -1
    k = 0
    for i in range(len(label)):
        c = label[i]
        if number[c] < 0:
            number[c] = k
            k += 1
        label[i] = number[c]
    return k
