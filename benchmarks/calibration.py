"""How often each test cries wolf, and how often each interval holds the truth, on corpora with a known truth.

    python benchmarks/calibration.py [corpora] [rejections] [coverage]

Prints Markdown tables (docs/calibration.md holds those of 200 corpora).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

import citenet as cn
from citenet.errors import CitenetWarning

SIZE: Mapping[str, Any] = {"n_works": 400, "n_references": 8}
WITHOUT_PREFERENCE: Mapping[str, Mapping[str, Any]] = {
    "nothing else": {},
    "unequal growth": {"share_b": (0.1, 0.8)},
    "unequal lists": {"n_references": (4, 16)},
    "lists 9 and 15": {"n_references": (9, 15)},
    "clustered lists": {"taste": 1.0},
    "growth and clusters": {"share_b": (0.1, 0.8), "taste": 1.0},
    "B less cited by all": {"fame_b": 0.5},
}
NULLS = ["year-pairs", "citing-years", "configuration", "labels", "labels-and-degree", "availability", "lists"]


def rejections(n: int, options: Mapping[str, Any]) -> dict[str, float]:
    """Share of corpora in which each null rejects at 5 %."""
    counts = dict.fromkeys([*NULLS, "lists, A → B"], 0)
    for seed in range(n):
        net = cn.datasets.simulate(**{**SIZE, **options}, rng=seed)
        for null in NULLS:
            draws = None if null in ("year-pairs", "citing-years", "configuration", "availability") else 199
            counts[null] += cn.mixing_test(net, "field", "ei", null=null, n_draws=draws, rng=seed).pvalue < 0.05
        result = cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=199, rng=seed)
        counts["lists, A → B"] += result.tests["a→b, lists"].pvalue < 0.05
    return {null: count / n for null, count in counts.items()}


def coverage(n: int, options: Mapping[str, Any], interval: str) -> tuple[float, float]:
    """Share of corpora whose 95 % intervals hold the odds ratio, and observed/expected, that such corpora have.

    The truth is the median over the corpora: repeated draws collapse, so that planted odds are not quite those found.
    """
    limits = np.empty((n, 2, 3))
    for seed in range(n):
        net = cn.datasets.simulate(**{**SIZE, **options}, rng=seed)
        result = cn.bridges(net, "field", "A", "B", n_boot=399, n_lists=0, interval=interval, rng=seed)
        odds, ratio = result.row("odds ratio (Mantel-Haenszel)", "A", "B"), result.row("citations", "A", "B")
        limits[seed] = [[odds["low"], odds["value"], odds["high"]], [ratio["low"], ratio["ratio"], ratio["high"]]]
    truth = np.median(limits[:, :, 1], axis=0)
    held = (limits[:, :, 0] <= truth) & (truth <= limits[:, :, 2])
    return float(held[:, 0].mean()), float(held[:, 1].mean())


def print_rejections(n: int) -> None:
    """Print how often each null rejects, without preference and with a small one."""
    print(f"Share of {n} corpora in which a test of the E-I index rejects at 5 %:\n")
    print("| corpora | " + " | ".join([*NULLS, "lists, A → B"]) + " |\n|---|" + "---|" * (len(NULLS) + 1))
    preferring = {f"preference {p}, growth": {"preference": p, "share_b": (0.1, 0.8)} for p in (1.1, 1.2, 1.5)}
    for name, options in {**WITHOUT_PREFERENCE, **preferring}.items():
        print(
            f"| {name} | " + " | ".join(f"{share:.1%}" for share in rejections(n, options).values()) + " |", flush=True
        )


def print_coverage(n: int) -> None:
    """Print how often intervals hold the truth."""
    print(f"\nShare of {n} corpora whose 95 % interval (399 resamples) holds the truth:\n")
    print("| corpora | odds ratio, percentile | odds ratio, BCa | observed/expected, percentile |\n|---|---|---|---|")
    preferring = {"preference 3": {"preference": 3.0}, "preference 3, clusters": {"preference": 3.0, "taste": 1.0}}
    for name, options in {**WITHOUT_PREFERENCE, **preferring}.items():
        percentile, bca = coverage(n, options, "percentile"), coverage(n, options, "bca")
        print(f"| {name} | {percentile[0]:.1%} | {bca[0]:.1%} | {percentile[1]:.1%} |", flush=True)


def main(n: int, parts: list[str]) -> None:
    """Print the tables."""
    warnings.simplefilter("ignore", CitenetWarning)
    if "rejections" in parts:
        print_rejections(n)
    if "coverage" in parts:
        print_coverage(n)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400, sys.argv[2:] or ["rejections", "coverage"])
