"""Resolution is a finding: scan over γ and see at which scales the communities hold still."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.rng import RngLike, as_generator
from citenet._support.tables import Table
from citenet.communities.agreement import ami
from citenet.communities.graph import Weights, link_graph
from citenet.communities.quality import Quality, objective
from citenet.communities.runs import found, leiden_runs
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["ResolutionScan", "scan_resolution"]

Labels = npt.NDArray[np.int32]
N_RUNS = 3
ITERATIONS = 5  # where communities hold still, two or three suffice; where they do not, forty change little


@dataclass(frozen=True, eq=False, repr=False)
class ResolutionScan:
    """Communities over a range of resolutions, and how alike neighbours and repeated runs are.

    Parameters
    ----------
    table : DataFrame, one row per resolution
        ``resolution``; ``groups``, with at least two works; ``effective``, the number of equal groups with the same
        entropy of sizes; ``largest``, the share of works in the largest; ``quality``; ``ami_runs``, mean AMI of the
        runs at this resolution with each other; ``ami_next``, mean AMI with the next resolution (NaN for the last).
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
            f"γ {row.low:.3g}–{row.high:.3g} ({row.groups} groups, AMI {row.ami:.2f})" for row in plateaus.itertuples()
        ]
        span = f"γ {table['resolution'].min():.3g}–{table['resolution'].max():.3g}" if len(table) else "no γ"
        return f"<ResolutionScan: {len(table)} resolutions, {span}; plateaus: {'; '.join(places) or 'none'}>"

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.table.round(3).to_html(index=False)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the table of resolutions."""
        return self.table

    def plateaus(self, least: float = 0.95) -> pd.DataFrame:
        """Find the ranges of resolution over which the communities hold still.

        Parameters
        ----------
        least : float
            AMI that neighbouring resolutions, and the runs at each of them, must reach with each other.

        Returns
        -------
        DataFrame
            From coarse to fine: ``low`` and ``high`` resolution, ``octaves`` between them, and at the steadiest
            resolution inside (highest mean of its AMIs) ``resolution``, ``groups`` and ``ami``. One group of all works
            is no plateau.
        """
        table = self.table
        runs, following = table["ami_runs"].to_numpy(), table["ami_next"].to_numpy()
        steady = (runs >= least) & (table["groups"].to_numpy() > 1)
        joined = steady[:-1] & steady[1:] & (following[:-1] >= least)
        rows, at = [], 0
        for holds, members in itertools.groupby(joined.tolist()):
            steps = len(list(members))
            if holds:
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
        best = int(steadiness.argmax())
        low, high = float(gamma[first]), float(gamma[last])
        groups = int(table["groups"].iloc[first + best])
        return low, high, float(np.log2(high / low)), float(gamma[first + best]), groups, float(steadiness[best])

    def best(self, least: float = 0.95) -> Partition:
        """Return the communities at the steadiest resolution of the finest plateau.

        Raises
        ------
        InputError
            If there is no plateau: then the citations do not single out a scale, and any resolution is a choice.
        """
        plateaus = self.plateaus(least)
        if plateaus.empty:
            raise InputError(
                f"no plateau at AMI {least}: these citations single out no scale. Choose a resolution on other grounds "
                "(scan.table shows what each gives; scan.at(γ) returns it) or lower the bar"
            )
        return self.at(float(plateaus["resolution"].iloc[-1]))

    def at(self, resolution: float) -> Partition:
        """Return the communities at the scanned resolution nearest (by ratio) to this one."""
        gammas = self.table["resolution"].to_numpy()
        if not gammas.size:
            raise InputError("the scan has no resolutions")
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
    """Detect communities at many resolutions, three times at each (five iterations of Leiden), and compare.

    Parameters
    ----------
    net : CitationNetwork
    resolutions : array_like, shape (k,), optional
        By default 17 from 0.25 to 64, half an octave apart.
    quality, weights
        As in `detect_communities`.
    workers : int
        Threads; their number changes nothing in the result.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    ResolutionScan
        ``plateaus()`` says at which scales the communities hold still; ``best()`` takes the finest of them.

    Notes
    -----
    At γ = 1 modularity joins communities that are small beside the network, whatever optimises it (its resolution
    limit). A scale that is in the citations shows as a range of γ over which the same communities come back. There
    may be several (fields, and topics within them), or none.

    Raises
    ------
    InputError
        If the resolutions are not positive and distinct, or fewer than two.

    Examples
    --------
    >>> arcs = [(5 * c + i, 5 * c + j) for c in range(12) for i in range(5) for j in range(i)]
    >>> arcs += [(5 * c, 5 * c - 4) for c in range(1, 12)]
    >>> citing, cited = np.array(arcs).T
    >>> net = CitationNetwork(pd.DataFrame(index=[f"w{i:02d}" for i in range(60)]), citing, cited)
    >>> scan_resolution(net, [1, 2, 4], rng=1).best()
    <Partition: 12 groups of 60 works (sizes 5, 5, 5, 5, 5, … 7 more), detected by leiden>
    """
    gammas = np.geomspace(0.25, 64, 17) if resolutions is None else np.unique(np.asarray(resolutions, dtype=float))
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
    rows, partitions = [], []
    for i, (goal, here) in enumerate(zip(goals, by_gamma, strict=True)):
        best = max(here, key=goal.value) if linked.any() else here[0]
        partitions.append(found(net, goal, best, seed, weights=named, trials=N_RUNS))
        following = by_gamma[i + 1] if i + 1 < len(goals) else []
        rows.append(_row(goal.resolution, partitions[-1], [x[linked] for x in here], [x[linked] for x in following]))
    return ResolutionScan(pd.DataFrame(rows), tuple(partitions), seed)


def _row(gamma: float, best: Partition, here: list[Labels], following: list[Labels]) -> dict[str, float]:
    sizes = best.sizes.to_numpy()
    share = sizes / sizes.sum()
    return {
        "resolution": gamma,
        "groups": int((sizes > 1).sum()),
        "effective": float(np.exp(-(share * np.log(share)).sum())) if sizes.size else float("nan"),
        "largest": float(share.max()) if sizes.size else float("nan"),
        "quality": best.quality,
        "ami_runs": float(np.mean([ami(a, b) for a, b in itertools.combinations(here, 2)])),
        "ami_next": float(np.mean([ami(a, b) for a, b in zip(here, following, strict=True)]))
        if following
        else float("nan"),
    }
