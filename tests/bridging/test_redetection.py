"""The re-detecting null keeps its level where testing detected groups as if they were given rejects nearly always."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import citenet as cn
from citenet.bridging.mixing import count_cells
from citenet.bridging.redetection import _detector, _drawn, _value, redetection_test
from citenet.bridging.statistics import directed_modularity
from citenet.communities.detect import detect_communities
from citenet.errors import InputError
from citenet.partition import Partition

WHOLE = os.environ.get("CITENET_SLOW") == "1"
N, DRAWS = (200, 99) if WHOLE else (20, 19)
GROWTH = {"n_works": 150, "n_references": 5, "share_b": (0.1, 0.8)}


@pytest.mark.slow
def test_circularity():
    """Structureless corpora whose fields grow: communities treated as given against communities detected anew."""
    given = anew = 0
    for seed in range(N):
        net = cn.datasets.simulate(rng=seed, **GROWTH)
        found = detect_communities(net, rng=seed)
        given += cn.mixing_test(net, Partition(found.works, found.labels), "ei").pvalue < 0.05
        test = dataclasses.replace(redetection_test(net, n_draws=DRAWS, rng=seed), alternative="greater")
        anew += test.pvalue <= 0.05
    assert given >= 0.95 * N
    assert binom(N, 0.05).ppf(0.0005) <= anew <= binom(N, 0.05).ppf(0.9995)


def test_communities_that_are_there_are_found():
    net = cn.datasets.simulate(n_works=120, n_references=6, preference=12.0, rng=1)
    test = redetection_test(net, n_draws=39, resolution=0.5, rng=1)
    assert test.statistic > test.null_distribution.max()
    assert test.zscore > 3
    assert "detected anew" in test.null


def pairs(one: np.ndarray, other: np.ndarray) -> Counter[tuple[int, int]]:
    return Counter(zip(one.tolist(), other.tolist(), strict=True))


def test_draws_are_simple_and_keep_every_margin():
    net = cn.datasets.simulate(rng=3, **GROWTH)
    year = net.year
    stratum = np.unique(year[net.citing] * 1e4 + year[net.cited], return_inverse=True)[1].astype(np.int64)
    margins = pairs(stratum, net.citing), pairs(stratum, net.cited)
    for citing, cited in _drawn(net.citing, net.cited, stratum, 5, np.random.default_rng(1)):
        assert citing.size == net.n_citations
        assert len(set(zip(citing.tolist(), cited.tolist(), strict=True))) > 0.99 * net.n_citations
        drawn = np.unique(year[citing] * 1e4 + year[cited], return_inverse=True)[1]
        assert pairs(drawn, citing) == margins[0]
        assert pairs(drawn, cited) == margins[1]


def test_workers_and_order_change_nothing():
    net = cn.datasets.simulate(n_works=60, rng=2)
    one = redetection_test(net, "cross_share", n_draws=20, rng=4)
    other = redetection_test(net, "cross_share", n_draws=20, workers=3, rng=4)
    assert one.null_distribution.tolist() == other.null_distribution.tolist()
    assert one.seed == 4


WAYS = [
    {"method": "louvain"},
    {"method": "label propagation"},
    {"quality": "cpm", "statistic": "quality"},
    {"weights": "fractional"},
    {"weights": "coupling", "statistic": "quality"},
    {"weights": "co-citation", "statistic": "quality"},
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
def test_other_ways_of_detecting_find_what_is_there(way):
    """Every method and every kind of link is detected anew in the draws; two planted fields stand out."""
    net = cn.datasets.simulate(n_works=120, n_references=8, preference=30.0, rng=1)
    test = redetection_test(net, n_draws=19, resolution=0.5, rng=1, **way)
    options = {key: value for key, value in way.items() if key != "statistic"}
    found = detect_communities(net, resolution=0.5, rng=1, **options)
    if way.get("statistic") == "quality":
        assert test.statistic == pytest.approx(found.quality, rel=0.02)
    assert test.statistic > test.null_distribution.max()
    again = redetection_test(net, n_draws=19, resolution=0.5, rng=1, **way)
    assert again.null_distribution.tolist() == test.null_distribution.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
def test_other_ways_of_detecting_keep_the_level(way):
    n, draws = (200, 39) if WHOLE else (4, 9)
    found = 0
    for seed in range(n):
        net = cn.datasets.simulate(rng=seed, **GROWTH)
        test = redetection_test(net, n_draws=draws, rng=seed, **way)
        found += dataclasses.replace(test, alternative="greater").pvalue <= 0.1
    assert found <= binom(n, 0.1).ppf(0.9995)


def test_works_without_a_citation_change_nothing_and_cost_nothing(monkeypatch):
    """A reading list has many; each would be a row of the table of groups."""
    net = cn.datasets.simulate(n_works=60, rng=2)
    works = net.works
    lonely = works.set_axis([f"z{work}" for work in works.index])
    wider = cn.CitationNetwork(pd.concat([works, lonely]), net.citing, net.cited)
    sizes = []

    def counted(citing, cited, k):
        sizes.append(k)
        return count_cells(citing, cited, k)

    monkeypatch.setattr("citenet.bridging.redetection.count_cells", counted)
    redetection_test(wider, "assortativity", n_draws=5, rng=4)
    assert max(sizes) < 30


def test_works_without_a_shared_reference_are_in_no_community():
    """Two pairs that each share a reference; the works they cite share none, so that no citation is inside a group."""
    works = pd.DataFrame({"year": [2000] * 2 + [2001] * 4}, index=list("abwxyz"))
    net = cn.CitationNetwork(works, [2, 3, 4, 5], [0, 0, 1, 1])
    assert np.isnan(redetection_test(net, weights="coupling", n_draws=3, rng=1).statistic)


def test_what_is_undefined_says_why():
    works = pd.DataFrame(index=list("abc"))
    assert redetection_test(cn.CitationNetwork(works), n_draws=3, rng=1).reason == "undefined: no citation to shuffle"
    pair = redetection_test(cn.CitationNetwork(works, [1], [0]), n_draws=3, rng=1)
    assert pair.reason == "1 citation without a year; undefined: no citation to shuffle"
    one = cn.CitationNetwork(works.assign(year=2000), [1, 2, 2], [0, 0, 1])
    test = redetection_test(one, "ei", resolution=0.01, n_draws=3, rng=1)
    assert np.isnan(test.statistic)
    assert test.reason == "undefined: fewer than two groups that cite"


def test_the_name_says_what_was_optimised():
    net = cn.datasets.simulate(n_works=30, rng=2)
    names = [redetection_test(net, n_draws=2, quality=quality, rng=1).name for quality in ("modularity", "cpm")]
    assert names == [f"directed modularity of communities detected{by} at γ = 1" for by in ("", " with cpm")]


def test_modularity_is_that_which_was_optimised():
    """Of citations at the γ of the detection, by the function of the table and as detection itself says it."""
    net = cn.datasets.simulate(n_works=80, preference=8.0, rng=2)
    for gamma in (0.3, 2.0):
        test = redetection_test(net, resolution=gamma, n_draws=3, rng=1)
        same = redetection_test(net, "quality", resolution=gamma, n_draws=3, rng=1)
        assert test.statistic == pytest.approx(same.statistic, abs=1e-12)
        assert test.null_distribution == pytest.approx(same.null_distribution, abs=1e-12)
        assert test.name == f"directed modularity of communities detected at γ = {gamma:g}"
    cpm = redetection_test(net, quality="cpm", resolution=2.0, n_draws=3, rng=1)
    assert cpm.name == "directed modularity at γ = 1 of communities detected with cpm at γ = 2"
    every = net.citing, net.cited
    goal = _detector(net, "leiden", "cpm", "arcs", 2.0).goal(*every)
    labels = (np.arange(net.n_works) % 7).astype(np.int32)
    table = count_cells(labels[net.citing], labels[net.cited], 7)
    assert _value("modularity", 1.0, every, goal, labels) == pytest.approx(directed_modularity(table), abs=1e-12)


def test_a_group_for_every_work_makes_no_table(monkeypatch):
    net = cn.datasets.simulate(n_works=60, rng=2)
    monkeypatch.setattr("citenet.bridging.redetection.MOST_GROUPS", 20)
    assert redetection_test(net, resolution=1e6, n_draws=2, rng=1).statistic < 0
    with pytest.raises(InputError, match=r"6\d are too many \(at most 20\); take statistic='modularity'"):
        redetection_test(net, "ei", resolution=1e6, n_draws=2, rng=1)


@pytest.mark.parametrize("method", ["leiden", "louvain", "label propagation"])
@pytest.mark.parametrize("weights", ["coupling", "co-citation"])
def test_without_a_link_nothing_is_defined(method, weights):
    """A chain: no two works share a reference, and no two are cited together."""
    net = cn.CitationNetwork(pd.DataFrame({"year": [2000, 2001, 2002]}, index=list("abc")), [1, 2], [0, 1])
    test = redetection_test(net, method=method, weights=weights, n_draws=3, rng=1)
    assert np.isnan(test.statistic)
    assert np.isnan(test.pvalue)
    assert test.reason == f"undefined: no two works are linked by {weights}"
    with pytest.raises(InputError, match="n_draws=1"):
        redetection_test(net, method=method, weights=weights, n_draws=1)


def test_wrong_arguments():
    net = cn.datasets.simulate(n_works=30, rng=2)
    with pytest.raises(InputError, match="n_draws=0"):
        redetection_test(net, n_draws=0)
    with pytest.raises(InputError, match="statistic='odds_ratio'"):
        redetection_test(net, "odds_ratio")
    with pytest.raises(InputError, match="cannot be computed anew"):
        redetection_test(net, weights=cn.co_citation(net))
    with pytest.raises(InputError, match="it has no quality"):
        redetection_test(net, "quality", method="label propagation")
    with pytest.raises(InputError, match="louvain optimises undirected modularity only"):
        redetection_test(net, method="louvain", quality="cpm")
