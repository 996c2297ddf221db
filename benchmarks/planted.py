"""Citation networks with planted communities: every arc points backwards, fame and copying skew who is cited."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from citenet._support.kernel import kernel, random_bits

Ints = npt.NDArray[np.int32]

# works, mean number of references, communities
SIZES = {"1e4": (1_050, 10, 8), "1e5": (10_400, 10, 30), "1e6": (102_000, 10, 100), "1e7": (1_010_000, 10, 300)}
CROSS = 0.3  # references that leave the community; half of them stay in its field
COPIED = 0.5  # references taken from the list of a work that is cited
RECENT = 0.85  # references to recent works, by an exponential age
CONTEST = 0.85  # references decided by a contest among candidates: the fitter is cited


class Planted(NamedTuple):
    """Arcs (positions; citing > cited) and the community of each work."""

    n: int
    citing: Ints
    cited: Ints
    community: Ints


class State(NamedTuple):
    """What the growing network knows: works of each community, arcs so far, fitness, quantiles of an age."""

    community: Ints
    field: Ints
    members: Ints
    first: Ints
    count: Ints
    start: npt.NDArray[np.int64]
    cited: Ints
    fitness: npt.NDArray[np.int64]
    age: npt.NDArray[np.float64]


def planted(size: str, seed: int = 1) -> Planted:
    """Grow a network of about that many arcs."""
    n, mean, k = SIZES[size]
    rng = np.random.default_rng(seed)
    share = rng.lognormal(0, 0.8, k)
    community = rng.choice(k, size=n, p=share / share.sum()).astype(np.int32)
    fields = max(1, round(k**0.5))
    field = np.sort(np.concatenate([np.arange(fields), rng.integers(0, fields, k - fields)])).astype(np.int32)
    length = np.minimum(rng.negative_binomial(2, 2 / (2 + mean), n), 400).astype(np.int32)
    sizes = np.bincount(community, minlength=k)
    state = State(
        community=community,
        field=field,
        members=np.empty(n, np.int32),
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        count=np.zeros(k, np.int32),
        start=np.zeros(n + 1, np.int64),
        cited=np.empty(length.sum(), np.int32),
        fitness=rng.integers(2**31, size=n),
        age=-0.3 * np.log1p(-(np.arange(4096) + 0.5) / 4096),
    )
    m = grow.sized(300 * length.sum())(state, length, int(rng.integers(2**32)))
    citing = np.repeat(np.arange(n, dtype=np.int32), np.diff(state.start))
    order = np.lexsort((state.cited[:m], citing))
    return Planted(n, citing, state.cited[:m][order], community)


@kernel
def unit(key: int, counter: int) -> float:
    """Random number in [0, 1)."""
    return random_bits(key, counter) / 4294967296.0


@kernel
def choose_community(state: State, i: int, key: int, at: int) -> int:
    """Own community, one of the same field, or that of any earlier work."""
    own = state.community[i]
    if unit(key, at) >= CROSS or i == 0:
        return own
    if unit(key, at + 1) < 0.5:
        low = own
        high = own + 1
        while low > 0 and state.field[low - 1] == state.field[own]:
            low -= 1
        while high < len(state.field) and state.field[high] == state.field[own]:
            high += 1
        return low + int(unit(key, at + 2) * (high - low))
    return state.community[int(unit(key, at + 2) * i)]


@kernel
def recent(state: State, c: int, key: int, at: int) -> int:
    """Work of a community, by recency."""
    k = state.count[c]
    back = int(state.age[random_bits(key, at) >> 20] * k)
    if unit(key, at + 1) >= RECENT or back >= k:
        back = int(unit(key, at + 2) * k)
    return state.members[state.first[c] + k - 1 - back]


@kernel
def cite(state: State, i: int, key: int, at: int) -> int:
    """Work that i cites next, or -1."""
    c = choose_community(state, i, key, at)
    if state.count[c] == 0:
        return -1
    j = recent(state, c, key, at + 3)
    if unit(key, at + 6) < CONTEST:
        for t in range(1 + int(unit(key, at + 7) * 12)):
            other = recent(state, c, key, at + 10 + 3 * t)
            if state.fitness[other] > state.fitness[j]:
                j = other
    listed = state.start[j + 1] - state.start[j]
    if listed > 0 and unit(key, at + 8) < COPIED:
        copied = state.cited[state.start[j] + int(unit(key, at + 9) * listed)]
        if state.community[copied] == c:
            j = copied
    return j


@kernel
def grow(state: State, length: Ints, key: int) -> int:
    """Give every work its references in turn; returns the number of arcs."""
    m = 0
    at = 0
    for i in range(len(length)):
        for _ in range(length[i]):
            for _ in range(8):
                j = cite(state, i, key, at)
                at = (at + 64) & 0xFFFFFFFF
                fresh = j >= 0
                for e in range(state.start[i], m):
                    if state.cited[e] == j:
                        fresh = False
                if fresh:
                    state.cited[m] = j
                    m += 1
                    break
        state.start[i + 1] = m
        c = state.community[i]
        state.members[state.first[c] + state.count[c]] = i
        state.count[c] += 1
    return m
