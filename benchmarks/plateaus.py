"""How often a scan over resolution finds a plateau: where there is no structure, and where communities were planted.

``python benchmarks/plateaus.py 100`` scans so many corpora of each kind. Half of those without structure are two fields
that grow at different times and cite each other without preference, half are random citations to earlier works. False
plateaus are tested once more by detecting anew at their resolution (99 shuffled networks).
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd

import citenet as cn
from citenet.network import CitationNetwork
from citenet.partition import Partition

WIDTHS = (0.0, 0.5, 1.0)


def random_citations(n: int, mean: float, rng: np.random.Generator) -> CitationNetwork:
    """Return works that cite any earlier ones."""
    year = np.sort(rng.integers(1990, 2020, n))
    citing = rng.integers(1, n, int(n * mean))
    cited = (rng.random(citing.size) * citing).astype(int)
    return network(citing, cited, n, year)


def without_structure(seed: int) -> CitationNetwork:
    """Return a network of 150 to 500 works without communities."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(150, 500))
    if seed % 2:
        return cn.datasets.simulate(n, share_b=(0.1, 0.8), n_references=int(rng.integers(3, 9)), rng=seed)
    return random_citations(n, float(rng.uniform(3, 9)), rng)


def planted(seed: int) -> tuple[CitationNetwork, Partition]:
    """Return a network of 5 to 40 communities of 8 to 25 works, 10 % to 35 % of the citations outside the own one."""
    rng = np.random.default_rng(10_000 + seed)
    groups, size, inside, share = (
        int(rng.integers(5, 40)), int(rng.integers(8, 25)), rng.uniform(2, 5), rng.uniform(0.1, 0.35)
    )  # fmt: skip
    n = groups * size
    truth = np.repeat(np.arange(groups), size)
    own = np.repeat(np.arange(n), rng.poisson(inside, n))
    other = np.repeat(np.arange(n), rng.poisson(inside * share, n))
    ends = np.concatenate([truth[own] * size + rng.integers(0, size, own.size), rng.integers(0, n, other.size)])
    citing = np.concatenate([own, other])
    linked = citing != ends
    net = network(np.maximum(citing, ends)[linked], np.minimum(citing, ends)[linked], n)
    return net, Partition(net.ids, truth)


def network(citing: np.ndarray, cited: np.ndarray, n: int, year: np.ndarray | None = None) -> CitationNetwork:
    """Return the network of distinct citations."""
    works = pd.DataFrame({"year": year} if year is not None else {}, index=[f"w{i:05d}" for i in range(n)])
    pairs = np.unique(np.stack([citing, cited]), axis=1)
    return CitationNetwork(works, pairs[0], pairs[1])


def main() -> None:
    """Print the rates."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    false, tested, found, good = (np.zeros(len(WIDTHS), int) for _ in range(4))
    for seed in range(n):
        net = without_structure(seed)
        scan = cn.scan_resolution(net, rng=seed)
        for i, width in enumerate(WIDTHS):
            plateaus = scan.plateaus(octaves=width)
            false[i] += len(plateaus) > 0
            if len(plateaus):
                gamma = float(plateaus["resolution"].iloc[-1])
                test = cn.redetection_test(net, resolution=gamma, n_draws=99, rng=seed)
                tested[i] += replace(test, alternative="greater").pvalue <= 0.05
        net, truth = planted(seed)
        scan = cn.scan_resolution(net, rng=seed)
        for i, width in enumerate(WIDTHS):
            plateaus = scan.plateaus(octaves=width)
            found[i] += len(plateaus) > 0
            good[i] += bool(len(plateaus)) and cn.agreement(scan.best(octaves=width), truth).ami >= 0.9
        if (seed + 1) % 20 == 0 or seed + 1 == n:
            print(f"{seed + 1} corpora of each kind")
            for row in zip(
                WIDTHS, *(100 * counts / (seed + 1) for counts in (false, tested, found, good)), strict=True
            ):
                print(
                    "  {:.1f} octaves or more: no structure, plateau {:.1f} %, and more marked than shuffled {:.1f} %; "
                    "planted, plateau {:.1f} %, with AMI >= .9 {:.1f} %".format(*row),
                    flush=True,
                )


if __name__ == "__main__":
    main()
