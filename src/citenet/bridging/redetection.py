"""The one honest test of detected communities: detect them anew in every draw of the null."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_choice
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.inference import NullTest
from citenet.bridging.mixing import LabelledArcs, count_cells
from citenet.bridging.shuffling import shuffled_orders
from citenet.bridging.statistics import STATISTICS, Statistic
from citenet.bridging.stratified import strata_of
from citenet.communities.graph import LinkGraph
from citenet.communities.quality import objective
from citenet.communities.runs import leiden_runs
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["redetection_test"]

Ints = npt.NDArray[np.int32]
Null = Literal["year-pairs", "citing-years", "configuration"]
_COMPARABLE = [name for name, of in STATISTICS.items() if not (of.per_group or of.given or name == "odds_ratio")]
BATCH = 16  # draws held in memory together
TRIES = 100  # partners tried before a repeated citation is left as it is


def redetection_test(
    net: CitationNetwork,
    statistic: str = "modularity",
    *,
    null: Null = "year-pairs",
    resolution: float = 1.0,
    n_draws: int = 199,
    workers: int = 1,
    rng: RngLike = None,
) -> NullTest:
    """Test whether communities are more marked than those that shuffled citations have.

    Parameters
    ----------
    net : CitationNetwork
    statistic : str
        Of the citations within and between the communities found: "modularity" (directed, at γ = 1) or another name
        in `STATISTICS` that treats all groups alike.
    null : {"year-pairs", "citing-years", "configuration"}
        What is shuffled and what is kept, as in `mixing_test`.
    resolution : float
        γ of the detection, in the network and in every draw.
    n_draws : int
        199 is the least that should be reported.
    workers : int
        Threads; their number changes nothing in the result.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    NullTest
        One draw is one detection by Leiden in one shuffled network. Testing "greater" is done by
        ``dataclasses.replace(test, alternative="greater")``; two-sided is the default.

    Raises
    ------
    InputError
        If the statistic needs exactly two groups, or there is no draw.

    Notes
    -----
    Any optimiser finds communities in any network, also where citing has no structure. Held against the citations
    they were found in, as if they had been given beforehand, they pass nearly every test. Here observed and expected
    went through the same search. Citations that the null cannot place (no year) are left out of both. Repeats and loops
    that a draw gives rise to are swapped away within their stratum: left in, they would tie works together and make the
    null's communities more marked than any real network's can be.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(n_works=60, preference=8.0, rng=1)
    >>> test = redetection_test(net, n_draws=19, rng=1)
    >>> test.n_draws, test.pvalue
    (19, 0.1)
    """
    check_choice("statistic", statistic, _COMPARABLE)
    if n_draws < 1:
        raise InputError(f"n_draws={n_draws}: at least one draw is needed")
    generator, seed = as_generator(rng)
    everything = LabelledArcs(net, np.zeros(net.n_works, np.int32), ("all",), np.arange(net.n_citations), {})
    arcs, stratum = strata_of(everything, null)
    citing, cited = net.citing[arcs.index], net.cited[arcs.index]
    of = STATISTICS[statistic]
    detection, shuffling = generator.spawn(2)
    networks = itertools.chain([(citing, cited)], _drawn(citing, cited, stratum, n_draws, shuffling))
    values: list[float] = []
    while batch := list(itertools.islice(networks, BATCH)):
        goals = [objective(LinkGraph.from_arcs(net.n_works, *pair), resolution=resolution) for pair in batch]
        found = leiden_runs(goals, detection, workers=workers, runs=n_draws + 1)
        values += [_value(of, pair, labels) for pair, labels in zip(batch, found, strict=True)]
    draws = np.array(values[1:])
    return NullTest(
        name=f"{of.label} of communities detected at γ = {resolution:g}",
        statistic=values[0],
        null=f"{null}, communities detected anew in every draw",
        expected=float(draws.mean()),
        sd=float(draws.std(ddof=1)) if draws.size > 1 else float("nan"),
        null_distribution=draws,
        seed=seed,
        reason="" if citing.size == net.n_citations else f"{net.n_citations - citing.size:,} citations without a year",
    )


def _drawn(
    citing: Ints, cited: Ints, stratum: npt.NDArray[np.int64], n_draws: int, rng: np.random.Generator
) -> Iterator[tuple[Ints, Ints]]:
    """Shuffled citations, repaired so that no paper has the same reference twice or cites itself."""
    shuffling, repairing = rng.spawn(2)
    by_stratum = np.argsort(stratum, kind="stable")
    first = np.searchsorted(stratum[by_stratum], stratum)
    size = np.bincount(stratum)[stratum] if stratum.size else stratum
    peers = Peers(by_stratum.tolist(), first.tolist(), size.tolist())
    for order in shuffled_orders(stratum, n_draws, shuffling):
        drawn = simple(citing.tolist(), cited[order].tolist(), peers, repairing.spawn(1)[0])
        sound = citing != drawn
        yield citing[sound], drawn[sound]


class Peers(NamedTuple):
    """Arcs in order of their stratum; of each arc, where its stratum begins there and how many arcs it has."""

    arcs: list[int]
    first: list[int]
    size: list[int]


def simple(citing: list[int], cited: list[int], peers: Peers, rng: np.random.Generator) -> Ints:
    """Swap the cited works of repeats and loops with other arcs of their stratum until there are none.

    Returns
    -------
    ndarray of int32, shape (m,)
        Cited works. Where a stratum leaves no way out, a repeat or loop stays.
    """
    times = Counter(zip(citing, cited, strict=True))

    def wrong(e: int) -> bool:
        return citing[e] == cited[e] or times[citing[e], cited[e]] > 1

    for e in [e for e in range(len(citing)) if wrong(e)]:
        if not wrong(e):  # its twin has been moved
            continue
        for at in rng.integers(peers.size[e], size=TRIES).tolist():
            f = peers.arcs[peers.first[e] + at]
            one, other = (citing[e], cited[f]), (citing[f], cited[e])
            if times[one] or times[other] or one[0] == one[1] or other[0] == other[1] or one == other:
                continue
            times[citing[e], cited[e]] -= 1
            times[citing[f], cited[f]] -= 1
            times[one] += 1
            times[other] += 1
            cited[e], cited[f] = cited[f], cited[e]
            break
    return np.array(cited, np.int32)


def _value(of: Statistic, arcs: tuple[Ints, Ints], labels: Ints) -> float:
    citing, cited = arcs
    if not citing.size:
        return float("nan")
    return float(of.function(count_cells(labels[citing], labels[cited], int(labels.max()) + 1)))
