"""What null models cost, whether their draws agree with the closed form, and what memory they take.

    pip install "citenet[fast]" igraph
    python benchmarks/nulls.py [works]

Prints ratios of CPU time to igraph's rewiring in the same run; absolute times mean little on a shared machine. igraph
(GPL) is called for comparison only.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

import citenet as cn
from citenet.bridging.mixing import LabelledArcs, count_cells, label_arcs
from citenet.bridging.shuffling import shuffled_tables
from citenet.bridging.stratified import StratifiedNull, cell_moments, margins, strata_of
from citenet.bridging.swaps import swap_chain

SWEEPS = 10


def cpu(work: Callable[[], object], repeats: int = 1) -> float:
    """Best CPU seconds of one call."""
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return float(best)


def simulated(n_works: int) -> cn.CitationNetwork:
    """Simulate a corpus of about 8.5 citations a work."""
    return cn.datasets.simulate(n_works, share_b=(0.2, 0.7), preference=2.0, n_references=9, rng=1)


def thirty(net: cn.CitationNetwork) -> cn.Partition:
    """Thirty groups at random."""
    return cn.Partition(net.ids, np.random.default_rng(1).integers(0, 30, net.n_works).astype(np.int32))


def rms_z(draws: npt.NDArray[Any], arcs: LabelledArcs, stratum: npt.NDArray[np.int64]) -> float:
    """Distance of the mean of draws from the closed form in its standard errors, over all cells; 1 where they agree."""
    expected, variance = cell_moments(margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k))
    z = (draws.mean(0) - expected) / np.sqrt(variance / len(draws))
    return float(np.sqrt((z**2).mean()))


def shuffles(arcs: LabelledArcs, n: int) -> Iterator[npt.NDArray[np.int64]]:
    """Matrices of shuffles within (citing year, cited year)."""
    arcs, stratum = strata_of(arcs, "year-pairs")
    return shuffled_tables(arcs.citing_group, arcs.cited_group, stratum, arcs.k, n, np.random.default_rng(1))


def chain(arcs: LabelledArcs, n: int) -> Iterator[npt.NDArray[np.int64]]:
    """Matrices of simple graphs by the swap chain."""
    arcs, stratum = strata_of(arcs, "year-pairs")
    for cited, _ in swap_chain(arcs, stratum, n, np.random.default_rng(0), sweeps=SWEEPS):
        yield count_cells(arcs.citing_group, arcs.labels[cited], arcs.k)


def closed_form(arcs: LabelledArcs) -> object:
    """Mean and variance of all cells, from the strata of the citations."""
    arcs, stratum = strata_of(arcs, "year-pairs")
    return cell_moments(margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k))


def peak(work: Callable[[], object]) -> int:
    """Bytes that a call held at most (NumPy reports its arrays)."""
    tracemalloc.start()
    work()
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return held


def print_memory(n_works: int) -> None:
    """Print bytes a citation at two sizes: the same where memory grows with the citations alone."""
    cases: dict[str, Callable[[LabelledArcs], object]] = {
        "closed form": closed_form,
        "shuffles": lambda arcs: [None for _ in shuffles(arcs, 20)],
        "swap chain": lambda arcs: [None for _ in chain(arcs, 2)],
    }
    for name, work in cases.items():
        said = []
        for n in (n_works // 4, n_works):
            net = simulated(n)
            arcs = label_arcs(net, thirty(net))[0]
            held = peak(lambda: work(arcs))  # noqa: B023 - called at once
            said.append(f"{held / net.n_citations:.0f} at {net.n_citations:,} citations")
        print(f"memory, {name}: bytes a citation: {', '.join(said)}")


def print_costs(cases: dict[str, LabelledArcs]) -> dict[str, float]:
    """Print what 1,000 shuffles cost against the closed form, both of placed citations; return their CPU seconds."""
    seconds = {}
    for name, arcs in cases.items():
        placed, stratum = strata_of(arcs, "year-pairs")
        ends = placed.citing_group, placed.cited_group, stratum, placed.k
        list(shuffles(arcs, 20))  # compile before the clock starts
        seconds[name] = cpu(lambda: [None for _ in shuffled_tables(*ends, 1_000, np.random.default_rng(1))])  # noqa: B023
        closed = cpu(lambda: cell_moments(margins(*ends)), 5)  # noqa: B023
        whole = cpu(lambda: exact_test(placed, stratum))  # noqa: B023
        print(
            f"{name}: closed form {closed * 1e3:.2f} ms; 1,000 shuffles with matrices {seconds[name]:.2f} s "
            f"= {seconds[name] / closed:.0f}x the closed form, {seconds[name] / whole:.1f}x the whole test of "
            f"all cells with exact p ({whole:.2f} s)"
        )
    return seconds


def exact_test(arcs: LabelledArcs, stratum: npt.NDArray[np.int64]) -> object:
    """Moments and exact tails of all cells."""
    law = StratifiedNull("year-pairs").law(arcs, stratum)
    return law.tails(np.sqrt(law.moments()[1]))


def main(n_works: int) -> None:
    """Print the table for a simulated corpus of that many works."""
    net = simulated(n_works)
    print(f"{net.n_works:,} works, {net.n_citations:,} citations")
    cases = {"2 groups": label_arcs(net, "field")[0], "30 groups": label_arcs(net, thirty(net))[0]}
    seconds = print_costs(cases)
    many, stratum = strata_of(cases["30 groups"], "year-pairs")
    list(chain(many, 1))
    print(
        f"rms z over 900 cells: 1,000 shuffles {rms_z(np.array(list(shuffles(many, 1_000))), many, stratum):.3f}, "
        f"200 graphs of the chain {rms_z(np.array(list(chain(many, 200))), many, stratum):.3f}"
    )
    tried, n_draws = 6 * SWEEPS * many.index.size, 5  # from the observed graph to the hub, and from there five times
    chain_rate = tried / cpu(lambda: [None for _ in chain(many, n_draws)])
    print_memory(n_works)
    try:
        import igraph
    except ImportError:
        print("igraph is not installed: no ratio to it")
        return
    graph = igraph.Graph(n=net.n_works, edges=np.column_stack([net.citing, net.cited]).tolist(), directed=True)
    tries = SWEEPS * net.n_citations
    rewire = cpu(lambda: graph.copy().rewire(n=tries), 2)
    for name, spent in seconds.items():
        print(
            f"igraph rewire ({SWEEPS} tries an arc, no time order) x 1,000 / 1,000 shuffles, {name}: "
            f"{rewire * 1e3 / spent:.0f}x"
        )
    print(
        f"swap chain {chain_rate / 1e6:.1f} M tries/s, igraph {tries / rewire / 1e6:.1f} M tries/s: "
        f"{chain_rate * rewire / tries:.1f}x"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12_000)
