"""The default test keeps its level on corpora without preference whose fields grow at different times.

The configuration null calls nearly all of them siloed. Run small by default; CITENET_SLOW=1 runs 400 corpora and more.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest
from scipy.stats import binom

import citenet as cn
from citenet.errors import NullModelWarning

WHOLE = os.environ.get("CITENET_SLOW") == "1"
N = 800 if WHOLE else 120
GROWTH = {"share_b": (0.1, 0.8), "n_works": 400, "n_references": 8}


def rejections(null: str, statistic: str, preference: float = 1.0, n: int = N) -> int:
    count = 0
    for seed in range(n):
        net = cn.datasets.simulate(preference=preference, rng=seed, **GROWTH)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NullModelWarning)
            count += cn.mixing_test(net, "field", statistic, null=null).pvalue < 0.05
    return count


@pytest.mark.slow
@pytest.mark.parametrize("null", ["year-pairs", "citing-years"])
def test_type_one_error_is_within_binomial_bounds(null):
    """Citing is drawn paper by paper without preference: rejections stay at or below the nominal 5 %."""
    count = rejections(null, "ei")
    assert binom(N, 0.05).ppf(0.0005) <= count <= binom(N, 0.05).ppf(0.9995)


@pytest.mark.slow
def test_the_configuration_null_finds_silos_that_are_not_there():
    assert rejections("configuration", "ei", n=N // 4) >= 0.95 * (N // 4)


@pytest.mark.slow
def test_a_planted_preference_is_found():
    assert rejections("year-pairs", "ei", preference=2.0, n=N // 4) >= 0.95 * (N // 4)


@pytest.mark.slow
def test_intervals_of_the_odds_ratio_cover_the_truth():
    """Odds that multiply by 3 each way make a common odds ratio of 9; the bootstrap interval covers it."""
    covered, n = 0, N // 2
    for seed in range(n):
        net = cn.datasets.simulate(preference=3.0, rng=seed, **GROWTH)
        row = cn.bridges(net, "field", "A", "B", n_boot=399, rng=seed).row("odds ratio (Mantel-Haenszel)", "A", "B")
        covered += row["low"] <= 9 <= row["high"]
    assert covered >= binom(n, 0.90).ppf(0.001)
    assert np.isfinite(row["value"])
