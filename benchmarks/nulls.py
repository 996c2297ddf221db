"""What null models cost, against igraph's rewiring in the same run.

    pip install "citenet[fast]" igraph
    python benchmarks/nulls.py [works]

Prints ratios of CPU time; absolute times mean little on a shared machine. igraph (GPL) is called for comparison only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

import citenet as cn
from citenet.bridging.mixing import LabelledArcs, label_arcs
from citenet.bridging.shuffling import shuffled_tables
from citenet.bridging.stratified import cell_moments, margins, strata_of
from citenet.bridging.swaps import swap_chain


def cpu(work: Callable[[], object], repeats: int = 1) -> float:
    """Best CPU seconds of one call."""
    best = np.inf
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return float(best)


def main(n_works: int) -> None:
    """Print the table for a simulated corpus of that many works."""
    net = cn.datasets.simulate(n_works, share_b=(0.2, 0.7), preference=2.0, n_references=9, rng=1)
    rng = np.random.default_rng(1)
    many = cn.Partition(net.ids, rng.integers(0, 30, net.n_works).astype(np.int32))
    print(f"{net.n_works:,} works, {net.n_citations:,} citations")
    few = label_arcs(net, "field")[0]
    cases = {"2 groups": few, "30 groups": label_arcs(net, many)[0]}
    seconds: dict[str, float] = {}
    for name, arcs in cases.items():
        arcs, stratum = strata_of(arcs, "year-pairs")
        ends = arcs.citing_group, arcs.cited_group
        list(shuffled_tables(*ends, stratum, arcs.k, 20, rng))  # compile before the clock starts
        shuffles = cpu(lambda: [None for _ in shuffled_tables(*ends, stratum, arcs.k, 1_000, rng)])  # noqa: B023
        closed = cpu(lambda: cell_moments(margins(*ends, stratum, arcs.k)), 5)  # noqa: B023
        expected, variance = cell_moments(margins(*ends, stratum, arcs.k))
        draws = np.array(list(shuffled_tables(*ends, stratum, arcs.k, 300, rng)))
        z = (draws.mean(0) - expected) / np.sqrt(variance / 300)
        seconds[name] = shuffles
        print(
            f"{name}: closed form {closed * 1e3:.2f} ms; 1,000 shuffles with matrices {shuffles:.2f} s "
            f"= {shuffles / closed:.0f}x the closed form; rms z of the shuffles {np.sqrt((z**2).mean()):.2f}"
        )
    chain_tries, chain_seconds = chain(few)
    try:
        import igraph
    except ImportError:
        print("igraph is not installed: no ratio to it")
        return
    graph = igraph.Graph(n=net.n_works, edges=np.column_stack([net.citing, net.cited]).tolist(), directed=True)
    tries = 10 * net.n_citations
    rewire = cpu(lambda: graph.copy().rewire(n=tries), 2)
    for name, shuffles in seconds.items():
        print(
            f"igraph rewire (10 tries an arc, no time order) x 1,000 / 1,000 shuffles, {name}: "
            f"{rewire * 1e3 / shuffles:.0f}x"
        )
    print(
        f"swap chain {chain_tries / chain_seconds / 1e6:.1f} M tries/s, igraph {tries / rewire / 1e6:.1f} M tries/s: ",
        end="",
    )
    print(f"{(chain_tries / chain_seconds) / (tries / rewire):.1f}x")


def chain(arcs: LabelledArcs) -> tuple[int, float]:
    """Return tries and CPU seconds of the swap chain, which also holds the time order."""
    arcs, stratum = strata_of(arcs, "year-pairs")
    list(swap_chain(arcs, stratum, 1, np.random.default_rng(0), sweeps=1))
    n_draws, sweeps = 5, 10
    seconds = cpu(lambda: list(swap_chain(arcs, stratum, n_draws, np.random.default_rng(0), sweeps=sweeps)))
    return (n_draws + 1) * sweeps * arcs.index.size, seconds


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 12_000)
