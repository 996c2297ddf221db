"""Where to draw each work: communities as discs beside those they cite, the works of each by who cites whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.rng import RngLike, as_generator
from citenet.network import CitationNetwork
from citenet.partition import as_partition

__all__ = ["layout"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer[Any]]
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
_MOST_DISCS = 150  # smaller groups share the last disc with the unassigned works
_ALL_PAIRS = 150  # up to so many points push each other; of more, each is pushed by a sample
_REST = 0.6  # works in no group lie closer together
_SAMPLE = 12
_STEPS = 80


def layout(net: CitationNetwork, groups: object, *, rng: RngLike = 0) -> pd.DataFrame:
    """Place works in two steps: a disc for each group, near those it shares citations with; then works in their disc.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        What makes a disc. For large networks pass detected communities, and colour by something else.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    DataFrame indexed by work id
        ``x``, ``y`` and ``group`` (position among the groups; -1 unassigned). A disc's area is proportional to its
        works; discs do not overlap. The same network and seed give the same places.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(60, rng=1)
    >>> layout(net, "field").columns.tolist()
    ['x', 'y', 'group']
    """
    labels = as_partition(groups, net).labels
    discs = np.where(labels < _MOST_DISCS, labels, -1)
    values, disc = np.unique(discs, return_inverse=True)
    generator, _ = as_generator(rng)
    seeds = generator.spawn(values.size + 1)
    radius = np.sqrt(np.bincount(disc, minlength=values.size)) * np.where(values < 0, _REST, 1.0)
    centre = _discs(disc[net.citing], disc[net.cited], radius, values < 0, seeds[-1])
    inside = disc[net.citing] == disc[net.cited]
    order = np.flatnonzero(inside)[np.argsort(disc[net.citing[inside]], kind="stable")]
    bounds = np.searchsorted(disc[net.citing[order]], np.arange(values.size + 1))
    place = np.empty(net.n_works, np.int64)  # of a work among those of its disc
    xy = np.empty((net.n_works, 2))
    for i in range(values.size):
        members = np.flatnonzero(disc == i)
        place[members] = np.arange(members.size)
        arcs = order[bounds[i] : bounds[i + 1]]
        if values[i] < 0:
            points = _spiral(members, labels)
        else:
            points = _filled(_spring(members.size, place[net.citing[arcs]], place[net.cited[arcs]], None, seeds[i]))
        xy[members] = centre[i] + 0.92 * radius[i] * points
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "group": labels}, index=net.ids)


def _discs(one: Ints, other: Ints, radius: Floats, rest: npt.NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    """Centres of the discs: linked ones close, none on another; the disc of the rest below all."""
    k = radius.size
    if k < 2:
        return np.zeros((k, 2))
    across = (one != other) & ~rest[one] & ~rest[other]
    pair, count = np.unique(
        np.minimum(one, other)[across].astype(np.int64) * k + np.maximum(one, other)[across], return_counts=True
    )
    weight = count / (radius[pair // k] * radius[pair % k])
    centre = _spring(k, pair // k, pair % k, weight / weight.max(initial=1e-9), rng)
    centre *= 3 * np.sqrt((radius**2).sum())
    placed = np.flatnonzero(~rest)
    centre[placed] = _apart(centre[placed], 1.06 * radius[placed])
    if rest.any() and placed.size:
        low = (centre[placed, 1] - radius[placed]).min()
        centre[rest] = centre[placed, 0].mean(), low - 1.15 * radius[rest][0]
    return centre


def _apart(centre: Floats, radius: Floats) -> Floats:
    """Draw discs together towards the largest and push them off each other until none overlap."""
    centre = centre - centre[np.argmax(radius)]
    least = radius[:, None] + radius[None, :]
    share = radius[None, :] ** 2 / (radius[:, None] ** 2 + radius[None, :] ** 2)  # the smaller one moves more
    np.fill_diagonal(least, 0)
    for step in range(400):
        if step < 200:
            centre = centre * 0.97
        gap = centre[:, None] - centre[None, :]
        distance = np.hypot(gap[..., 0], gap[..., 1])
        overlap = np.maximum(0.0, least - distance)
        if step >= 200 and overlap.max(initial=0.0) < 1e-6 * radius.max():
            break
        direction = gap / np.maximum(distance, 1e-9)[..., None]
        centre = centre + ((overlap * share)[..., None] * direction).sum(axis=1) * (1.0 if len(centre) < 3 else 0.7)
    return centre


def _spring(n: int, one: Ints, other: Ints, weight: Floats | None, rng: np.random.Generator) -> Floats:
    """Fruchterman and Reingold's springs within about the unit circle; many points push by a sample of pairs."""
    xy = _sunflower(n)[rng.permutation(n)]
    if n < 3:
        return xy
    strength = np.ones(one.size) if weight is None else weight
    k = np.sqrt(1.0 / n)
    for step in range(_STEPS):
        if n <= _ALL_PAIRS:
            gap = xy[:, None] - xy[None, :]
            push = (gap * (k * k / np.maximum((gap**2).sum(-1), 1e-6))[..., None]).sum(axis=1)
        else:
            gap = xy[:, None] - xy[rng.integers(0, n, (n, _SAMPLE))]
            push = (gap * (k * k / np.maximum((gap**2).sum(-1), 1e-6))[..., None]).mean(axis=1) * n
        along = xy[one] - xy[other]
        pull = along * (strength * np.hypot(along[:, 0], along[:, 1]) / k)[:, None]
        move = push - 0.3 * xy
        for axis in (0, 1):
            move[:, axis] -= np.bincount(one, pull[:, axis], minlength=n)
            move[:, axis] += np.bincount(other, pull[:, axis], minlength=n)
        length = np.hypot(move[:, 0], move[:, 1])
        heat = 0.2 * (1 - step / _STEPS)
        xy = xy + move * (np.minimum(length, heat) / np.maximum(length, 1e-12))[:, None]
    return xy


def _filled(xy: Floats) -> Floats:
    """Spread points evenly over the unit disc: angles and the order of distances from the middle stay."""
    if len(xy) < 2:
        return np.zeros_like(xy)
    centred = xy - xy.mean(axis=0)
    distance = np.hypot(centred[:, 0], centred[:, 1])
    rank = np.argsort(np.argsort(distance, kind="stable"), kind="stable")
    filled: Floats = centred * (np.sqrt((rank + 0.5) / len(xy)) / np.maximum(distance, 1e-12))[:, None]
    return filled


def _sunflower(n: int) -> Floats:
    i = np.arange(n)
    r = np.sqrt((i + 0.5) / max(1, n))
    return np.stack([r * np.cos(i * _GOLDEN_ANGLE), r * np.sin(i * _GOLDEN_ANGLE)], axis=1)


def _spiral(members: Ints, labels: Ints) -> Floats:
    """Works that are in no disc of their own, small groups side by side from the middle outwards."""
    points = np.empty((members.size, 2))
    small_first = np.where(labels[members] < 0, labels.max(initial=0) + 1, labels[members])
    points[np.argsort(small_first, kind="stable")] = _sunflower(members.size)
    return points
