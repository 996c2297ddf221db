"""Which tests keep their level on which corpora without preference, and which do not: as docs/calibration.md says.

Run small by default; CITENET_SLOW=1 runs 200 corpora a claim. The whole table is printed by benchmarks/calibration.py.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest
from scipy.stats import binom

import citenet as cn
from citenet.errors import CitenetWarning

WHOLE = os.environ.get("CITENET_SLOW") == "1"
N = 200 if WHOLE else 16
CORPORA = {
    "growth": {"share_b": (0.1, 0.8)},
    "unequal lists": {"n_references": (4, 16)},
    "lists 9 and 15": {"n_references": (9, 15)},
    "clusters": {"taste": 1.0},
    "fame": {"fame_b": 0.5},
}


def mixing(null, n_draws=99):
    return lambda net, seed: cn.mixing_test(net, "field", "ei", null=null, n_draws=n_draws, rng=seed).pvalue


def coleman(net, seed):
    return cn.mixing_test(net, "field", "coleman_in_time", n_draws=99, rng=seed).pvalue[0]


def brokers(net, seed):
    return cn.brokerage_test(net, "field", null="labels", n_draws=99, rng=seed).to_frame().loc["importer", "p"]


def overlap(null):
    def p(net, seed):
        base = cn.shared_knowledge_base(net, "field", "A", "B", null=null, n_draws=99, rng=seed)
        return base.to_frame().loc["coupling between", "p"]

    return p


def together(within):
    def p(net, seed):
        table = cn.co_citation_test(net, "field", within=within, n_draws=99, rng=seed).to_frame()
        return table["p"][table.index.intersection(["A & B", "B & A"])[0]]

    return p


HOLDS = [
    ("lists", mixing("lists"), "unequal lists"),
    ("lists", mixing("lists"), "clusters"),
    ("swaps", mixing("simple-graphs", 79), "unequal lists"),
    ("swaps", mixing("simple-graphs", 79), "growth"),
    ("labels and degree", mixing("labels-and-degree"), "lists 9 and 15"),
    ("labels and degree", mixing("labels-and-degree"), "fame"),
    ("Coleman in time", coleman, "growth"),
    ("brokers", brokers, "lists 9 and 15"),
    ("shared base, labels", overlap("labels"), "lists 9 and 15"),
    ("shared base, labels", overlap("labels"), "clusters"),
    ("shared base, swaps", overlap("year-pairs"), "unequal lists"),
]
FAILS = [
    ("configuration", mixing("configuration", None), "growth"),
    ("availability", mixing("availability", None), "growth"),
    ("labels", mixing("labels"), "unequal lists"),
    ("co-citation within year", together("year"), "fame"),
    ("co-citation", together("year-and-citations"), "clusters"),
]


def rejections(test, corpora):
    """Count corpora of 400 works in which a test rejects at 5 %."""
    count = 0
    for seed in range(N):
        net = cn.datasets.simulate(**{"n_works": 400, "n_references": 8, **CORPORA[corpora]}, rng=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", CitenetWarning)
            count += bool(test(net, seed) < 0.05)
    return count


def named(claims):
    return [pytest.param(test, corpora, id=f"{name}: {corpora}") for name, test, corpora in claims]


@pytest.mark.slow
@pytest.mark.parametrize(("test", "corpora"), named(HOLDS))
def test_keeps_its_level(test, corpora):
    assert rejections(test, corpora) <= binom(N, 0.05).ppf(0.9995)


@pytest.mark.slow
@pytest.mark.parametrize(("test", "corpora"), named(FAILS))
def test_finds_what_is_not_there(test, corpora):
    """Said in the documentation; whoever mends one of these may say so there."""
    assert rejections(test, corpora) > binom(N, 0.05).ppf(0.999)


@pytest.mark.slow
def test_a_preference_is_found_by_what_keeps_its_level():
    tests = (mixing("lists"), mixing("simple-graphs", 79), mixing("labels-and-degree"), overlap("labels"), coleman)
    found = np.zeros(len(tests))
    n = N // 2
    for seed in range(n):
        net = cn.datasets.simulate(400, preference=2.0, rng=seed)
        found += [test(net, seed) < 0.05 for test in tests]
    assert (found >= 0.9 * n).all()


@pytest.mark.slow
def test_intervals_of_sampled_matches_hold_the_truth_that_taken_matches_miss():
    """Of the matches inside a field 95 % are right, of those across 60 %: true odds without preference are (95/60)²."""
    held = {"taken": 0, "sampled": 0}
    n = N // 2
    for seed in range(n):
        net = cn.datasets.simulate(400, n_references=8, rng=seed)
        field = net.works["field"].to_numpy()
        scores = np.where(field[net.citing] == field[net.cited], 0.95, 0.6)
        net = cn.CitationNetwork.from_frames(net.works, net.to_frame().assign(score=scores))
        for matching in held:
            found = cn.bridges(net, "field", "A", "B", n_boot=199, n_lists=0, matching=matching, rng=seed)
            row = found.row("odds ratio (Mantel-Haenszel)", "A", "B")
            held[matching] += row["low"] <= (0.95 / 0.6) ** 2 <= row["high"]
    assert held["sampled"] >= binom(n, 0.95).ppf(0.001)
    assert held["taken"] == 0
