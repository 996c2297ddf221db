"""How long a comparison takes beside measuring the two versions, and how it grows with the corpus.

``python benchmarks/comparison.py`` compares a simulated corpus of described works (title, authors, DOI, about eight
references each) with its state four years earlier, some of whose records have other keys, corrected DOIs or lost
references. It prints seconds of the processor, and the exponent of growth from size to size: 1 is linear.
"""

from __future__ import annotations

import sys
import time

import numpy as np

import citenet as cn
from citenet.network import CitationNetwork

SIZES = (12_500, 25_000, 50_000, 100_000)
N_BOOT = 199


def versions(n: int) -> tuple[CitationNetwork, CitationNetwork]:
    """Two states of a corpus of n works."""
    rng = np.random.default_rng(n)
    simulated = cn.datasets.simulate(n, preference=2.0, n_references=8, rng=rng)
    works = simulated.works.assign(
        title=[f"Study number {i} of subject {i * 7_919 % n}" for i in range(n)],
        authors=[f"Author{i % 5_003}, A; Second{i % 701}, B" for i in range(n)],
        doi=[f"10.1000/{i}" for i in range(n)],
    )
    after = CitationNetwork(works, simulated.citing, simulated.cited)
    lost = rng.random(after.n_citations) < 0.02
    early = after.without(lost, "not listed").subset(after.year <= after.year.max() - 4)
    works = early.works
    fate = rng.random(len(works))
    works.loc[fate < 0.02, "doi"] += ".old"
    keys = np.where(fate > 0.95, "old-" + works.index, works.index)
    return CitationNetwork(works.set_axis(keys), early.citing, early.cited), after


def main() -> None:
    """Print one line for each size."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    print("    works  citations  measure both  compare  of it  growth")
    last = None
    for n in sizes:
        pair = versions(n)
        start = time.process_time()
        before, after = (cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=0) for net in pair)
        measured = time.process_time()
        change = cn.compare(before, after, n_boot=N_BOOT, rng=1)
        done = time.process_time()
        assert (change.works["status"] == "removed").sum() == 0
        took = done - measured
        growth = "" if last is None else f"{np.log(took / last[1]) / np.log(n / last[0]):.2f}"
        ratio = took / (measured - start)
        print(f"{n:9,} {pair[1].n_citations:10,} {measured - start:13.2f} {took:8.2f} {ratio:5.1f}x {growth:>6}")
        last = (n, took)


if __name__ == "__main__":
    main()
