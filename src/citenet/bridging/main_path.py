"""Main path: the citations that most lines of ideas run through, and how often they cross between groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice, check_count
from citenet._support.rng import RngLike, as_generator
from citenet._support.tables import Table
from citenet.bridging.drawn import check_draws, drawn_test
from citenet.bridging.inference import NullTest, refuse_detected
from citenet.bridging.rewiring import rewired
from citenet.bridging.search_paths import SearchPaths, search_paths
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition

__all__ = ["MainPath", "border_share_test", "main_path"]

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False, repr=False)
class MainPath:
    """The main path of a citation network, and where it crosses between groups.

    Parameters
    ----------
    kind : str
        "global" or "key-route".
    border_share : float
        Share of the search path counts of the whole network that lies on citations between groups, in [0, 1].
    n_paths : int
        Paths in the whole network, exact.
    ties : int
        Choices among equals that were made by the order of ids.
    arcs : DataFrame
        The citations of the main path, oldest ideas first: see `main_path`.
    crossings : DataFrame
        All citations of the network that cross, with the most search paths first.
    """

    kind: str
    border_share: float
    n_paths: int
    ties: int
    arcs: Table = Table()
    crossings: Table = Table()

    def __repr__(self) -> str:
        arcs = self.arcs
        crossing = int(arcs["crosses"].sum()) if len(arcs) else 0
        tied = f", {self.ties} ties" if self.ties else ""
        return (
            f"<MainPath: {self.kind}, {len(arcs):,} citations, {crossing:,} of them cross; "
            f"border share of the network {self.border_share:.1%}{tied}>"
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.to_frame().to_html(max_rows=20)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the citations of the main path."""
        return self.arcs


def main_path(
    net: CitationNetwork,
    groups: object,
    *,
    kind: Literal["global", "key-route"] = "global",
    n_key: int = 10,
) -> MainPath:
    """Find the main path of the idea flow and where it crosses between groups.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    kind : {"global", "key-route"}
        "global" is the path whose citations have the largest sum of search path counts. "key-route" joins the best
        paths through each of the citations with the largest counts.
    n_key : int
        Key citations; those that tie with the last one are key too.

    Returns
    -------
    MainPath
        ``arcs`` and ``crossings``: ``cited``, ``citing`` (ideas run from the former to the latter), their groups and
        years, ``spc`` (exact Python ints), ``share`` (of all paths), ``crosses`` (NA where an end has no group). The
        border share is over citations with a group at both ends that are in no cycle; NaN where there are none.

    Notes
    -----
    Counts as in `search_path_counts`: works in a cycle are one family. A main path leads through a family as through
    one work, so that its citations need not meet in the same work there. Among equally good ways the first by id is
    taken, and ``ties`` counts such choices.

    References
    ----------
    .. [1] Hummon & Doreian (1989). Connectivity in a citation network: the development of DNA theory. Social Networks
       11, 39-63.
    .. [2] Liu & Lu (2012). An integrated approach for main path analysis: development of the Hirsch index as an
       example. Journal of the American Society for Information Science and Technology 63, 528-542.

    Examples
    --------
    >>> works = pd.DataFrame({"field": list("xxxyy")}, index=list("abcde"))
    >>> net = CitationNetwork(works, [1, 2, 3, 3, 4], [0, 0, 1, 2, 3])
    >>> path = main_path(net, "field")
    >>> path.arcs[["cited", "citing", "spc"]].values.tolist(), path.ties, round(path.border_share, 4)
    ([['a', 'b', 1], ['b', 'd', 1], ['d', 'e', 2]], 1, 0.3333)
    """
    check_choice("kind", kind, ["global", "key-route"])
    n_key = check_count("n_key", n_key, 1)
    partition = as_partition(groups, net)
    paths = search_paths(net.citing, net.cited, net.n_works)
    best = _BestWays(net, paths)
    chosen = best.overall() if kind == "global" else best.through(n_key)
    labels = partition.labels
    crossing = _crossing(net.citing, net.cited, labels)
    in_no_cycle = np.array([count is not None for count in paths.spc], dtype=bool)
    rank = np.full(net.n_works, -1, np.int64)
    rank[paths.order] = np.arange(len(paths.order))
    route = sorted(chosen, key=lambda arc: (rank[paths.family[net.cited[arc]]], arc))
    crossings = sorted(np.flatnonzero(crossing & in_no_cycle).tolist(), key=lambda arc: (-(paths.spc[arc] or 0), arc))
    return MainPath(
        kind=kind,
        border_share=_border_share(paths, net.citing, net.cited, labels),
        n_paths=paths.total,
        ties=best.ties,
        arcs=_table(net, partition, paths, route),
        crossings=_table(net, partition, paths, crossings),
    )


def border_share_test(net: CitationNetwork, groups: object, *, n_draws: int = 199, rng: RngLike = None) -> NullTest:
    """Test what share of the search path counts lies on citations between groups.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    n_draws : int
        Networks drawn, each with its search paths counted anew.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    NullTest
        The share is in [0, 1]; NaN where no citation has a group at both ends. The null swaps who cites whom within
        (citing year, cited year): every paper keeps its references per cited year, every work its citations per
        citing year.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1, 1, 2, 2], "field": list("xyxy")}, index=list("abcd"))
    >>> net = CitationNetwork(works, [2, 3], [0, 1])
    >>> border_share_test(net, "field", n_draws=19, rng=1).statistic
    0.0
    """
    check_draws(n_draws)
    partition = as_partition(groups, net)
    refuse_detected(partition)
    labels, n = partition.labels, net.n_works
    generator, seed = as_generator(rng)
    shares = (
        _border_share(search_paths(net.citing, cited, n), net.citing, cited, labels)
        for cited in rewired(net, n_draws, generator)
    )
    observed = _border_share(search_paths(net.citing, net.cited, n), net.citing, net.cited, labels)
    reason = "undefined: no citation outside cycles has a group at both ends" if np.isnan(observed) else ""
    return drawn_test("border share of search paths", observed, shares, "year-pairs", seed=seed, reason=reason)


def _crossing(citing: Labels, cited: Labels, labels: Labels) -> npt.NDArray[np.bool_]:
    crossing: npt.NDArray[np.bool_] = (labels[citing] != labels[cited]) & (labels[citing] >= 0) & (labels[cited] >= 0)
    return crossing


def _border_share(paths: SearchPaths, citing: Labels, cited: Labels, labels: Labels) -> float:
    """Share of the counts on arcs that cross, among labelled arcs in no cycle; exact until the last division."""
    crossing = _crossing(citing, cited, labels).tolist()
    known = ((labels[citing] >= 0) & (labels[cited] >= 0)).tolist()
    across = total = 0
    for count, crosses, has_groups in zip(paths.spc, crossing, known, strict=True):
        if has_groups and count is not None:
            total += count
            across += count if crosses else 0
    return across / total if total else float("nan")


class _BestWays:
    """Best way into and out of each family: the sum of search path counts, and the arc it runs through.

    Of arcs with equal sums the one with the first position (citing, then cited id) is taken.
    """

    def __init__(self, net: CitationNetwork, paths: SearchPaths) -> None:
        n = net.n_works
        self.paths, self.ties = paths, 0
        self.source, self.target = paths.family[net.cited].tolist(), paths.family[net.citing].tolist()
        arcs = [i for i, count in enumerate(paths.spc) if count is not None]
        self.into: list[tuple[int, list[int]]] = [(0, []) for _ in range(n)]
        self.onward: list[tuple[int, list[int]]] = [(0, []) for _ in range(n)]
        rank = {v: i for i, v in enumerate(paths.order)}
        for arc in sorted(arcs, key=lambda i: (rank[self.source[i]], i)):
            self._offer(self.into, self.target[arc], self.into[self.source[arc]][0], arc)
        for arc in sorted(arcs, key=lambda i: (-rank[self.target[i]], i)):
            self._offer(self.onward, self.source[arc], self.onward[self.target[arc]][0], arc)

    def _offer(self, best: list[tuple[int, list[int]]], v: int, so_far: int, arc: int) -> None:
        value = so_far + (self.paths.spc[arc] or 0)
        if not best[v][1] or value > best[v][0]:
            best[v] = (value, [arc])
        elif value == best[v][0]:
            best[v][1].append(arc)

    def _pick(self, equals: list[int]) -> int:
        self.ties += len(equals) > 1
        return min(equals)

    def _back(self, v: int) -> Iterable[int]:
        while self.into[v][1]:
            arc = self._pick(self.into[v][1])
            yield arc
            v = self.source[arc]

    def _forth(self, v: int) -> Iterable[int]:
        while self.onward[v][1]:
            arc = self._pick(self.onward[v][1])
            yield arc
            v = self.target[arc]

    def overall(self) -> set[int]:
        """Arcs of the best path of all."""
        ends = [v for v in self.paths.order if not self.into[v][1]]
        if not ends:
            return set()
        most = max(self.onward[v][0] for v in ends)
        return set(self._forth(self._pick([v for v in ends if self.onward[v][0] == most])))

    def through(self, n_key: int) -> set[int]:
        """Arcs of the best paths through each of the arcs with the largest counts."""
        counts = sorted((count for count in self.paths.spc if count is not None), reverse=True)
        if not counts:
            return set()
        least = counts[min(n_key, len(counts)) - 1]
        chosen: set[int] = set()
        for arc, count in enumerate(self.paths.spc):
            if count is not None and count >= least:
                chosen |= {arc, *self._back(self.source[arc]), *self._forth(self.target[arc])}
        return chosen


def _table(net: CitationNetwork, partition: Partition, paths: SearchPaths, arcs: list[int]) -> pd.DataFrame:
    index = np.array(arcs, dtype=np.int64)
    citing, cited = net.citing[index], net.cited[index]
    year, labels = net.works["year"].array, partition.labels
    crosses = pd.Series(labels[citing] != labels[cited], dtype="boolean")
    return pd.DataFrame(
        {
            "cited": net.ids[cited],
            "citing": net.ids[citing],
            "cited_group": pd.Series(partition.names_of(labels[cited]), dtype="str"),
            "citing_group": pd.Series(partition.names_of(labels[citing]), dtype="str"),
            "cited_year": year[cited],
            "citing_year": year[citing],
            "spc": pd.Series([paths.spc[arc] for arc in arcs], dtype="object"),
            "share": [(paths.spc[arc] or 0) / paths.total for arc in arcs],
            "crosses": crosses.mask((labels[citing] < 0) | (labels[cited] < 0)),
        }
    )
