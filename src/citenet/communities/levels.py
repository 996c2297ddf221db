"""Communities at several levels, each inside one of the next; and what to do with very small ones."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.rng import RngLike, as_generator
from citenet.communities.graph import LinkGraph, Weights, link_graph
from citenet.communities.leiden import coarsened
from citenet.communities.quality import Objective, Quality, check_resolution, objective
from citenet.communities.runs import leiden_runs
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, check_partition

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["CommunityLevels", "community_levels", "merge_small"]

Labels = npt.NDArray[np.int32]
LEVELS: Mapping[str, float] = {"macro": 0.5, "meso": 2.0, "micro": 8.0}


@dataclass(frozen=True, eq=False, repr=False)
class CommunityLevels(Mapping[str, Partition]):
    """Partitions of the same works by level, from coarse to fine; every group lies in one group of the level before.

    Parameters
    ----------
    partitions : mapping of str to Partition
        A fine group is named after the coarse one it lies in: "2", "2.1", "2.1.4".
    """

    partitions: Mapping[str, Partition]

    def __getitem__(self, level: str) -> Partition:
        return self.partitions[level]

    def __iter__(self) -> Iterator[str]:
        return iter(self.partitions)

    def __len__(self) -> int:
        return len(self.partitions)

    def __repr__(self) -> str:
        counts = ", ".join(f"{level} {partition.n_groups:,}" for level, partition in self.items())
        return f"<CommunityLevels: groups {counts}>"

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.to_frame().head(10).to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """Group of each work at each level (NA unassigned)."""
        return pd.DataFrame({level: partition.to_frame()["group"] for level, partition in self.items()})


def community_levels(
    net: CitationNetwork,
    resolutions: Mapping[str, float] = LEVELS,
    *,
    quality: Quality = "modularity",
    weights: Weights | sparse.csr_array = "arcs",
    trials: int = 1,
    rng: RngLike = None,
) -> CommunityLevels:
    """Detect communities at several levels that nest.

    Parameters
    ----------
    net : CitationNetwork
    resolutions : mapping of str to float
        γ of each level. The finest is detected in the network; each coarser one joins whole groups of the one below.
        The defaults are conventions; `scan_resolution` says which γ the citations single out, if any.
    quality, weights
        As in `detect_communities`.
    trials : int
        Runs at each level, of which the best is kept.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    CommunityLevels

    Raises
    ------
    InputError
        If the levels have no names, there is none, or two have the same resolution.

    Examples
    --------
    >>> net = CitationNetwork(pd.DataFrame(index=list("abcxyz")), [1, 2, 2, 4, 5, 5, 2], [0, 0, 1, 3, 3, 4, 3])
    >>> community_levels(net, {"macro": 0.2, "meso": 1, "micro": 9}, rng=1)
    <CommunityLevels: groups macro 1, meso 2, micro 6>
    """
    if not isinstance(resolutions, Mapping):
        raise InputError(f"resolutions={resolutions!r:.60}: name the levels, as in {dict(LEVELS)}")
    for gamma in resolutions.values():
        check_resolution(gamma)
    if not resolutions or len(set(resolutions.values())) < len(resolutions):
        raise InputError(f"resolutions={dict(resolutions)}: give at least one level, each with a resolution of its own")
    trials = check_count("trials", trials, 1)
    generator, seed = as_generator(rng)
    graph = link_graph(net, weights)
    fine_first = sorted(resolutions.items(), key=lambda level: -level[1])
    goal = objective(graph, quality, fine_first[0][1])
    labels = np.arange(net.n_works, dtype=np.int32)
    steps: list[tuple[str, float, Labels]] = []
    present = goal
    for name, gamma in fine_first:
        present = present.at(gamma)
        runs = leiden_runs([present] * trials, generator)
        best = max(runs, key=present.value) if present.graph.neighbour.size else runs[0]
        labels = best[labels]
        steps.append((name, gamma, labels))
        present = coarsened(present, best)
    params = {
        "weights": weights if isinstance(weights, str) else "given",
        "trials": trials,
        "isolates": int(graph.isolated.sum()),
    }
    return CommunityLevels(_named(net, goal, steps, seed, params))


def _named(
    net: CitationNetwork,
    goal: Objective,
    steps: list[tuple[str, float, Labels]],
    seed: int | None,
    params: Mapping[str, Any],
) -> dict[str, Partition]:
    """Partitions from coarse to fine, groups named after those they lie in."""
    isolated = goal.graph.isolated
    partitions: dict[str, Partition] = {}
    above: Partition | None = None
    for level, gamma, labels in reversed(steps):
        shown = np.where(isolated, -1, labels).astype(np.int32)
        partition = Partition(net.ids, shown)
        if above is not None:
            parents = pd.Series(above.labels[shown >= 0]).groupby(partition.labels[shown >= 0]).first()
            rank = parents.groupby(parents).cumcount() + 1
            names = tuple(f"{above.group_names[p]}.{r}" for p, r in zip(parents, rank, strict=True))
        else:
            names = partition.group_names
        above = partitions[level] = Partition(
            works=net.ids,
            labels=partition.labels,
            names=names,
            origin="detected",
            method="leiden",
            params={
                "quality": goal.name,
                "directed": goal.directed,
                "resolution": float(gamma),
                "level": level,
                **params,
            },
            seed=seed,
            quality=goal.at(gamma).value(labels),
        )
    return partitions


def merge_small(
    net: CitationNetwork,
    partition: Partition,
    min_size: int,
    *,
    weights: Weights | sparse.csr_array | None = None,
) -> Partition:
    """Merge groups below a size into the group they are most strongly linked to.

    Parameters
    ----------
    net : CitationNetwork
    partition : Partition
    min_size : int
        Works that a group must have.
    weights : {"arcs", "fractional", "coupling", "co-citation"} or csr_array
        What links the works; by default what the partition was detected in, and citations for assigned groups.

    Returns
    -------
    Partition
        Smallest groups first, each joins the group with the highest link weight per pair of works (association
        strength). A small group without a link to another becomes unassigned. ``params`` count both. Groups that had
        numbers for names are numbered anew.

    Raises
    ------
    InputError
        If the partition is none, the least size is below 1, or the partition was detected in weights of your own and
        they are not passed.

    References
    ----------
    Waltman, L. & van Eck, N. J. (2012). JASIST 63, 2378.

    Examples
    --------
    >>> net = CitationNetwork(pd.DataFrame(index=list("abcxyz")), [1, 2, 2, 4, 5], [0, 0, 1, 3, 2])
    >>> groups = Partition(net.ids, [0, 0, 0, 1, 1, 2])
    >>> merge_small(net, groups, 3)
    <Partition: 1 group of 6 works (sizes 4), 2 unassigned, assigned>
    """
    partition = check_partition(partition)
    min_size = check_count("min_size", min_size, 1)
    if weights is None:
        weights = partition.params.get("weights", "arcs")
        if isinstance(weights, str) and weights == "given":
            raise InputError("the partition was detected in weights that were given: pass them here as well")
    labels = partition.aligned(net.ids).astype(np.int64)
    graph = link_graph(net, weights)
    weight = _between(graph, labels, partition.n_groups)
    size = {c: int(n) for c, n in enumerate(np.bincount(labels[labels >= 0], minlength=partition.n_groups))}
    small = [(n, c) for c, n in size.items() if n < min_size]
    heapq.heapify(small)
    joins: list[tuple[int, int]] = []
    while small:
        n, c = heapq.heappop(small)
        if size.get(c) != n:  # it has grown since, and stands further back
            continue
        linked = weight.pop(c, {})
        del size[c]
        best = max(linked, key=lambda d: (linked[d] / size[d], -d), default=-1)
        joins.append((c, best))
        if best < 0:
            continue
        size[best] += n
        if size[best] < min_size:
            heapq.heappush(small, (size[best], best))
        for d, w in linked.items():
            del weight[d][c]
            if d != best:
                weight[d][best] = weight[best][d] = weight[best].get(d, 0.0) + w
    target = np.append(np.arange(partition.n_groups), -1)  # the last entry serves -1: unassigned
    for c, best in reversed(joins):
        target[c] = target[best]
    dropped = sum(best < 0 for _, best in joins)
    merged = len(joins) - dropped
    params = {**partition.params, "min_size": min_size, "merged": merged, "small and unlinked": dropped}
    numbered = partition.group_names == tuple(str(i + 1) for i in range(partition.n_groups))
    return Partition(
        works=net.ids,
        labels=target[labels].astype(np.int32),
        names=None if numbered else partition.names,
        origin=partition.origin,
        method=partition.method,
        params=params,
        seed=partition.seed,
    )


def _between(graph: LinkGraph, labels: npt.NDArray[np.int64], k: int) -> dict[int, dict[int, float]]:
    """Weight of the links between each two groups."""
    rows = labels[np.repeat(np.arange(graph.n), np.diff(graph.start))]
    columns = labels[graph.neighbour]
    between = (rows != columns) & (rows >= 0) & (columns >= 0)
    pairs, position = np.unique(rows[between] * k + columns[between], return_inverse=True)
    sums = np.bincount(position, graph.weight[between] if graph.weight.size else None, minlength=pairs.size)
    weight: dict[int, dict[int, float]] = {c: {} for c in range(k)}
    for pair, total in zip(pairs.tolist(), sums.tolist(), strict=True):
        weight[pair // k][pair % k] = float(total)
    return weight
