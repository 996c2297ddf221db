"""How often each test cries wolf, and how often each interval holds the truth, on corpora with a known truth.

    python benchmarks/calibration.py [corpora]

Prints Markdown tables (docs/calibration.md holds those of 400 corpora).
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
    "clustered lists": {"taste": 1.0},
    "growth and clusters": {"share_b": (0.1, 0.8), "taste": 1.0},
    "B less cited by all": {"fame_b": 0.5},
}
NULLS = ["year-pairs", "citing-years", "configuration", "labels", "labels-and-degree", "availability", "lists"]


def rejections(n: int, options: Mapping[str, Any]) -> dict[str, float]:
    """Share of corpora in which each null rejects at 5 %."""
    counts = dict.fromkeys(NULLS, 0)
    for seed in range(n):
        net = cn.datasets.simulate(**{**SIZE, **options}, rng=seed)
        for null in NULLS:
            draws = None if null in ("year-pairs", "citing-years", "configuration", "availability") else 199
            counts[null] += cn.mixing_test(net, "field", "ei", null=null, n_draws=draws, rng=seed).pvalue < 0.05
    return {null: count / n for null, count in counts.items()}


def coverage(n: int, options: Mapping[str, Any], interval: str) -> tuple[float, float]:
    """Share of corpora whose 95 % intervals hold observed/expected = 1 (or the planted odds ratio)."""
    truth = cn.bridges(
        cn.datasets.simulate(**{**SIZE, **options, "n_works": 60_000}, rng=10**6),
        "field",
        "A",
        "B",
        n_boot=0,
        n_lists=0,
    ).row("odds ratio (Mantel-Haenszel)", "A", "B")["value"]
    held = np.zeros(2)
    for seed in range(n):
        net = cn.datasets.simulate(**{**SIZE, **options}, rng=seed)
        result = cn.bridges(net, "field", "A", "B", n_boot=399, n_lists=0, interval=interval, rng=seed)
        odds, ratio = result.row("odds ratio (Mantel-Haenszel)", "A", "B"), result.row("citations", "A", "B")
        held += [odds["low"] <= truth <= odds["high"], ratio["low"] <= 1 <= ratio["high"]]
    return float(held[0] / n), float(held[1] / n)


def main(n: int) -> None:
    """Print the tables."""
    warnings.simplefilter("ignore", CitenetWarning)
    print(f"Share of {n} corpora without preference in which a test of the E-I index rejects at 5 %:\n")
    print("| corpora | " + " | ".join(NULLS) + " |\n|---|" + "---|" * len(NULLS))
    for name, options in WITHOUT_PREFERENCE.items():
        print(
            f"| {name} | " + " | ".join(f"{share:.1%}" for share in rejections(n, options).values()) + " |", flush=True
        )
    powers = {f"preference {p}": {"preference": p, "share_b": (0.1, 0.8)} for p in (1.1, 1.2, 1.5)}
    for name, options in powers.items():
        print(
            f"| {name}, growth | " + " | ".join(f"{share:.1%}" for share in rejections(n, options).values()) + " |",
            flush=True,
        )
    print(f"\nShare of {n} corpora whose 95 % interval (399 resamples) holds the truth:\n")
    print(
        "| corpora | odds ratio, percentile | odds ratio, BCa | observed/expected = 1, percentile |\n|---|---|---|---|"
    )
    for name, options in {
        **WITHOUT_PREFERENCE,
        "preference 3": {"preference": 3.0},
        "preference 3, clusters": {"preference": 3.0, "taste": 1.0},
    }.items():
        percentile, bca = coverage(n, options, "percentile"), coverage(n, options, "bca")
        ratio = "" if "preference" in options else f"{percentile[1]:.1%}"
        print(f"| {name} | {percentile[0]:.1%} | {bca[0]:.1%} | {ratio} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
