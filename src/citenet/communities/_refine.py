"""The kernels of Leiden that refine groups, build the next level and split what is not connected."""

from __future__ import annotations

from citenet._support.kernel import kernel, random_bits
from citenet.communities._moves import Floats, Groups, Ints, Level, Scratch, shuffle


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
