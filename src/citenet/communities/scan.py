"""Resolution is a finding: scan over γ and see at which scales the communities hold still."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_number
from citenet._support.rng import RngLike, as_generator
from citenet._support.tables import Table
from citenet.communities.agreement import ami
from citenet.communities.graph import Weights, link_graph
from citenet.communities.quality import Objective, Quality, check_resolution, objective
from citenet.communities.runs import found, leiden_runs
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["ResolutionScan", "scan_resolution"]

Labels = npt.NDArray[np.int32]
N_RUNS = 5
ITERATIONS = 5  # where communities hold still, two or three suffice; where they do not, forty change little
MOSTLY_ALONE = 0.5
ROUNDING = 1e-9
FINE, COARSE = np.geomspace(0.25, 1, 17), np.geomspace(1, 64, 13)  # few large groups are found in a narrow range of γ


@dataclass(frozen=True, eq=False, repr=False)
class ResolutionScan:
    """Communities over a range of resolutions, and how alike neighbours and repeated runs are.

    Parameters
    ----------
    table : DataFrame, one row per resolution
        ``resolution``; ``groups``, with at least two works; ``alone``, the share of linked works in groups of one;
        ``effective``, the number of equal groups with the same entropy of sizes; ``largest``, the share of works in the
        largest; ``quality``; ``ami_runs``, median AMI of the best run at this resolution with the others; ``ami_next``,
        AMI of the best run with that at the next resolution (NaN for the last).
    partitions : tuple of Partition
        The best run at each resolution.
    seed : int or None
    """

    table: Table = Table()
    partitions: tuple[Partition, ...] = ()
    seed: int | None = None

    def __repr__(self) -> str:
        table, plateaus = self.table, self.plateaus()
        places = [
            f"γ {row.low:.3g}–{row.high:.3g} ({row.groups} groups, AMI {row.ami:z.2f})" for row in plateaus.itertuples()
        ]
        span = f"γ {table['resolution'].min():.3g}–{table['resolution'].max():.3g}" if len(table) else "no γ"
        scattered = table["resolution"][table["alone"] >= MOSTLY_ALONE] if len(table) else ()
        passed_over = f"; half of the works or more alone from γ {min(scattered):.3g}" if len(scattered) else ""
        found = "; ".join(places) or "none"
        return f"<ResolutionScan: {len(table)} resolutions, {span}; plateaus: {found}{passed_over}>"

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.table.round(3).add(0.0).to_html(index=False)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the table of resolutions."""
        return self.table

    def plateaus(self, least: float = 0.95, *, octaves: float = 0.0) -> pd.DataFrame:
        """Find the ranges of resolution over which the communities hold still.

        Parameters
        ----------
        least : float
            AMI that neighbouring resolutions, and the runs at each of them, must reach.
        octaves : float
            How wide a range must be: γ grows by this power of 2. By default two neighbours that agree are enough, for
            few large groups are found in a narrow range.

        Returns
        -------
        DataFrame
            From coarse to fine: ``low`` and ``high`` resolution, ``octaves`` between them, and at the steadiest
            resolution inside (highest mean of its AMIs) ``resolution``, ``groups`` and ``ami``. One group of all works
            is no plateau, nor is one where half of the linked works or more are alone: such partitions agree by force.

        Raises
        ------
        InputError
            If the AMI is not a number from 0 to 1, or the width not one of at least 0.
        """
        least, octaves = check_number("least", least, most=1.0), check_number("octaves", octaves)
        table = self.table
        runs, following = table["ami_runs"].to_numpy(), table["ami_next"].to_numpy()
        divided = (table["groups"].to_numpy() > 1) & (table["alone"].to_numpy() < MOSTLY_ALONE)
        steady = divided & (runs >= least)
        joined = steady[:-1] & steady[1:] & (following[:-1] >= least)
        rows, at = [], 0
        for holds, members in itertools.groupby(joined.tolist()):
            steps = len(list(members))
            if holds and self._octaves(at, at + steps) >= octaves - ROUNDING:
                rows.append(self._plateau(at, at + steps))
            at += steps
        columns = ["low", "high", "octaves", "resolution", "groups", "ami"]
        return pd.DataFrame(rows, columns=columns)

    def _plateau(self, first: int, last: int) -> tuple[float, float, float, float, int, float]:
        table = self.table
        gamma, inside = table["resolution"].to_numpy(), table["ami_next"].to_numpy()[first:last]
        runs = table["ami_runs"].to_numpy()[first : last + 1]
        beside = np.concatenate([inside[:1], (inside[:-1] + inside[1:]) / 2, inside[-1:]])
        steadiness = (runs + beside) / 2
        best = int(steadiness.round(9).argmax())  # what differs by rounding alone is equal: the coarser is taken
        low, high = float(gamma[first]), float(gamma[last])
        groups = int(table["groups"].iloc[first + best])
        return low, high, self._octaves(first, last), float(gamma[first + best]), groups, float(steadiness[best])

    def _octaves(self, first: int, last: int) -> float:
        gamma = self.table["resolution"]
        return float(np.log2(gamma.iloc[last] / gamma.iloc[first]))

    def best(self, least: float = 0.95, *, octaves: float = 0.0) -> Partition:
        """Return the communities at the steadiest resolution of the finest plateau.

        Parameters
        ----------
        least, octaves
            As in `plateaus`.

        Raises
        ------
        InputError
            If no plateau is found: then nothing here singles out a scale, and any resolution is a choice.
        """
        plateaus = self.plateaus(least, octaves=octaves)
        if plateaus.empty:
            wide = f" over {octaves:g} octaves" if octaves else ""
            raise InputError(
                f"no plateau found at AMI {least}{wide}. Scan other or more resolutions, choose one on other grounds "
                "(scan.table shows what each gives; scan.at(γ) returns it), or lower the bar"
            )
        return self.at(float(plateaus["resolution"].iloc[-1]))

    def at(self, resolution: float) -> Partition:
        """Return the communities at the scanned resolution nearest (by ratio) to this one."""
        check_resolution(resolution)
        if not len(self.table):
            raise InputError("the scan has no resolutions")
        gammas = self.table["resolution"].to_numpy()
        return self.partitions[int(np.abs(np.log(gammas / resolution)).argmin())]


def scan_resolution(
    net: CitationNetwork,
    resolutions: npt.ArrayLike | None = None,
    *,
    quality: Quality = "modularity",
    weights: Weights | sparse.csr_array = "arcs",
    workers: int = 1,
    rng: RngLike = None,
) -> ResolutionScan:
    """Detect communities at many resolutions, five times at each (five iterations of Leiden), and compare.

    Parameters
    ----------
    net : CitationNetwork
    resolutions : array_like, shape (k,), optional
        By default 29 from 0.25 to 64, an eighth of an octave apart below 1 and half an octave above.
    quality, weights
        As in `detect_communities`.
    workers : int
        Threads; their number changes nothing in the result.
    rng : None, int, SeedSequence or Generator
        The same seed gives the same scan, whatever the order of works and citations.

    Returns
    -------
    ResolutionScan
        From the lowest resolution to the highest, each once. ``plateaus()`` says at which scales the communities hold
        still; ``best()`` takes the finest of them. What a network without links has none of is NaN.

    Raises
    ------
    InputError
        If the resolutions are not positive numbers, or fewer than two differ; if quality or weights are none that
        `detect_communities` takes.

    Notes
    -----
    At γ = 1 modularity joins communities that are small beside the network, whatever optimises it (its resolution
    limit). A scale that is in the citations shows as a range of γ over which the same communities come back. There
    may be several (fields, and topics within them), or none.

    Examples
    --------
    >>> arcs = [(5 * c + i, 5 * c + j) for c in range(12) for i in range(5) for j in range(i)]
    >>> arcs += [(5 * c, 5 * c - 4) for c in range(1, 12)]
    >>> citing, cited = np.array(arcs).T
    >>> net = CitationNetwork(pd.DataFrame(index=[f"w{i:02d}" for i in range(60)]), citing, cited)
    >>> scan_resolution(net, [1, 2, 4], rng=1).best()
    <Partition: 12 groups of 60 works (sizes 5, 5, 5, 5, 5, … 7 more), detected by leiden>
    """
    gammas = np.concatenate([FINE, COARSE[1:]]) if resolutions is None else _distinct(resolutions)
    if gammas.size < 2:
        raise InputError(f"a scan needs at least two resolutions; {gammas.size} given")
    generator, seed = as_generator(rng)
    graph = link_graph(net, weights)
    goals = [objective(graph, quality, float(gamma)) for gamma in gammas]
    linked = ~graph.isolated
    runs = leiden_runs(
        [goal for goal in goals for _ in range(N_RUNS)], generator, workers=workers, iterations=ITERATIONS
    )
    by_gamma = [runs[i : i + N_RUNS] for i in range(0, len(runs), N_RUNS)]
    named = weights if isinstance(weights, str) else "given"
    best = [_best_first(goal, here) for goal, here in zip(goals, by_gamma, strict=True)]
    partitions = tuple(
        found(net, goal, here[0], seed, weights=named, trials=N_RUNS, iterations=ITERATIONS)
        for goal, here in zip(goals, best, strict=True)
    )
    inside = [[labels[linked] for labels in here] for here in best]
    following = [here[0] for here in inside[1:]] + [None]
    rows = [_row(*each) for each in zip(partitions, inside, following, strict=True)]
    return ResolutionScan(pd.DataFrame(rows), partitions, seed)


def _distinct(resolutions: npt.ArrayLike) -> npt.NDArray[np.float64]:
    try:
        return np.unique(np.asarray(resolutions, dtype=float))
    except (TypeError, ValueError):
        raise InputError(f"resolutions={resolutions!r}: they must be numbers") from None


def _best_first(goal: Objective, runs: list[Labels]) -> list[Labels]:
    """Put the run of the highest quality before the others; the first wins a tie."""
    if goal.graph.neighbour.size == 0:
        return runs
    best = int(np.argmax([goal.value(labels) for labels in runs]))
    return [runs[best], *runs[:best], *runs[best + 1 :]]


def _row(partition: Partition, runs: list[Labels], following: Labels | None) -> dict[str, float]:
    sizes = partition.sizes.to_numpy()
    share = sizes / sizes.sum()
    return {
        "resolution": partition.params["resolution"],
        "groups": int((sizes > 1).sum()),
        "alone": float((sizes == 1).sum() / sizes.sum()) if sizes.size else float("nan"),
        "effective": float(np.exp(-(share * np.log(share)).sum())) if sizes.size else float("nan"),
        "largest": float(share.max()) if sizes.size else float("nan"),
        "quality": partition.quality,
        "ami_runs": float(np.median([ami(runs[0], other) for other in runs[1:]])),
        "ami_next": float("nan") if following is None else ami(runs[0], following),
    }
