"""The kernels of Leiden: move nodes, refine groups, build the next level, split what is not connected.

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
def falling(x: float) -> float:
    """Return exp(x) for x <= 0, near enough for a lottery, by products alone so that every route agrees."""
    y = 1.0 + x / 256.0
    if y <= 0.0:
        return 0.0
    for _ in range(8):
        y = y * y
    return y


@kernel
def draw(scratch: Scratch, n_touched: int, own: float, u: float) -> int:
    """Draw one of the touched labels by its chance in ``link``, or -1 with chance ``own``; u in [0, 1)."""
    chance, touched = scratch.link, scratch.touched
    total = own
    for t in range(n_touched):
        total += chance[touched[t]]
    u = u * total - own
    chosen = -1
    for t in range(n_touched):
        if u >= 0.0 and chance[touched[t]] > 0.0:
            chosen = touched[t]
            u -= chance[chosen]
    return chosen


@kernel
def weight_inside(level: Level, label: Ints, rest: Floats) -> None:
    """Weight of the links of each node to the other nodes of its group."""
    unit = len(level.weight) == 0
    for i in range(len(level.a)):
        total = 0.0
        for p in range(level.start[i], level.start[i + 1]):
            if label[level.neighbour[p]] == label[i]:
                total += 1.0 if unit else level.weight[p]
        rest[i] = total


@kernel
def gather_parts(level: Level, label: Ints, part: Ints, i: int, scratch: Scratch) -> int:
    """Add up the links of a node inside its group by the part of the other end; as `gather`."""
    neighbour, weight, link, touched = level.neighbour, level.weight, scratch.link, scratch.touched
    unit = len(weight) == 0
    own = label[i]
    n_touched = 0
    for p in range(level.start[i], level.start[i + 1]):
        j = neighbour[p]
        if label[j] == own:
            r = part[j]
            if link[r] == 0.0:
                touched[n_touched] = r
                n_touched += 1
            link[r] += 1.0 if unit else weight[p]
    return n_touched


@kernel
def weight_towards(level: Level, label: Ints, part: Ints, i: int, r: int) -> float:
    """Weight of the links of a node to one part of its group."""
    unit = len(level.weight) == 0
    total = 0.0
    for p in range(level.start[i], level.start[i + 1]):
        j = level.neighbour[p]
        if part[j] == r and label[j] == label[i]:
            total += 1.0 if unit else level.weight[p]
    return total


@kernel
def lacking(groups: Groups, parts: Groups, c: int, r: int, scale: float) -> float:
    """Weight that part r of group c needs towards the rest of the group to be well connected."""
    needed: float = scale * (parts.a[r] * (groups.b[c] - parts.b[r]) + parts.b[r] * (groups.a[c] - parts.a[r]))
    return needed


@kernel
def refine(level: Level, groups: Groups, parts: Groups, scratch: Scratch, scale: float, theta: float, key: int) -> int:
    """Divide each group into well-connected parts by merging single nodes, at random in favour of large gains.

    ``parts`` enters as one part a node. A node merges only along links of its own group, so parts are connected.
    Returns the number of merges.
    """
    part, link, touched, order, rest = parts.label, scratch.link, scratch.touched, scratch.queue, scratch.rest
    weight_inside(level, groups.label, rest)
    shuffle(order, key)
    merged = 0
    for k in range(len(order)):
        i = order[k]
        c = groups.label[i]
        if part[i] != i or parts.size[i] != 1 or rest[i] < lacking(groups, parts, c, i, scale):
            continue
        n_touched = gather_parts(level, groups.label, part, i, scratch)
        most = 0.0
        for t in range(n_touched):
            r = touched[t]
            gain = link[r] - scale * (level.a[i] * parts.b[r] + level.b[i] * parts.a[r])
            most = max(most, gain)
        for t in range(n_touched):  # from here on link[r] is the chance of joining part r
            r = touched[t]
            gain = link[r] - scale * (level.a[i] * parts.b[r] + level.b[i] * parts.a[r])
            sound = gain >= 0.0 and rest[r] >= lacking(groups, parts, c, r, scale)
            link[r] = falling((gain - most) / theta) if sound else 0.0
        lot = random_bits(key ^ 1, k) / 4294967296.0
        chosen = draw(scratch, n_touched, falling(-most / theta), lot)
        for t in range(n_touched):
            link[touched[t]] = 0.0
        if chosen >= 0:
            rest[chosen] += rest[i] - 2.0 * weight_towards(level, groups.label, part, i, chosen)
            parts.a[chosen] += level.a[i]
            parts.b[chosen] += level.b[i]
            parts.size[chosen] += 1
            parts.size[i] = 0
            part[i] = chosen
            merged += 1
    return merged


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


@kernel
def merge_level(level: Level, part: Ints, order: Ints, merged: Level, scratch: Scratch) -> int:
    """Write the graph whose nodes are the parts (numbered from 0); returns the entries in its neighbour array.

    ``order`` lists the nodes part by part. Links inside a part are left out: they no longer depend on any move.
    """
    start, neighbour, weight, a, b = level.start, level.neighbour, level.weight, level.a, level.b
    new_start, new_neighbour, new_weight, new_a, new_b = merged
    link, touched = scratch.link, scratch.touched
    unit = len(weight) == 0
    entries = 0
    k = 0
    for r in range(len(new_a)):
        n_touched = 0
        while k < len(order) and part[order[k]] == r:
            i = order[k]
            k += 1
            new_a[r] += a[i]
            new_b[r] += b[i]
            for p in range(start[i], start[i + 1]):
                s = part[neighbour[p]]
                if s != r:
                    if link[s] == 0.0:
                        touched[n_touched] = s
                        n_touched += 1
                    link[s] += 1.0 if unit else weight[p]
        for t in range(n_touched):
            s = touched[t]
            new_neighbour[entries] = s
            new_weight[entries] = link[s]
            link[s] = 0.0
            entries += 1
        new_start[r + 1] = entries
    return entries


@kernel
def split_groups(level: Level, label: Ints, part: Ints, queue: Ints) -> int:
    """Write the number of each node's connected piece, from 0 by their first node; returns how many there are."""
    start, neighbour = level.start, level.neighbour
    n = len(label)
    for i in range(n):
        part[i] = -1
    pieces = 0
    for first in range(n):
        if part[first] >= 0:
            continue
        part[first] = pieces
        queue[0] = first
        head = 0
        tail = 1
        while head < tail:
            i = queue[head]
            head += 1
            for p in range(start[i], start[i + 1]):
                j = neighbour[p]
                if part[j] < 0 and label[j] == label[i]:
                    part[j] = pieces
                    queue[tail] = j
                    tail += 1
        pieces += 1
    return pieces
