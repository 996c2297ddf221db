"""Consensus: what runs agree on, and the stability of each work."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from citenet import agreement, consensus, detect_communities
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition


def test_stability_by_hand(from_edges):
    """Work c is with a and b in two of three runs; a and b are always together."""
    net = from_edges([("b", "a"), ("c", "a"), ("c", "b")], ["lonely"])
    runs = [Partition(net.ids, labels) for labels in ([0, 0, 0, -1], [0, 0, 0, -1], [0, 0, 1, -1])]
    result = consensus(net, runs, rng=1)
    assert result.partition.labels.tolist() == [0, 0, 0, -1]
    assert result.stability.iloc[:3].tolist() == pytest.approx([5 / 6, 5 / 6, 2 / 3])
    assert math.isnan(result.stability.iloc[3])
    assert result.n_runs == 3
    assert result.converged


def test_pairs_below_the_threshold_count_as_apart(from_edges):
    net = from_edges([("b", "a"), ("c", "b")])
    runs = [Partition(net.ids, labels) for labels in ([0, 0, 0], [0, 0, 1], [0, 0, 1])]
    assert consensus(net, runs, threshold=0.5, rng=1).partition.labels.tolist() == [0, 0, 1]
    assert consensus(net, runs, threshold=0.3, rng=1).partition.n_groups == 1


def test_consensus_is_better_than_single_runs_and_steadier(planted):
    net, truth = planted(groups=8, size=25, inside=2.5, outside=2.5, seed=3)
    truth = Partition(net.ids, truth)
    results = [consensus(net, 10, rng=seed) for seed in (1, 2)]
    singles = [detect_communities(net, rng=seed) for seed in range(10)]
    scores = [agreement(single, truth).ami for single in singles]
    assert agreement(results[0].partition, truth).ami > np.mean(scores)
    between = [agreement(singles[i], singles[i + 1]).ami for i in range(0, 10, 2)]
    assert agreement(results[0].partition, results[1].partition).ami > np.mean(between)
    frame = results[0].to_frame()
    assert frame["stability"].between(0, 1).all()
    assert repr(results[0]).startswith("<Consensus of 10 runs (AMI 0.")


def test_unassigned_works_of_given_runs_stand_alone(from_edges):
    net = from_edges([("b", "a"), ("c", "b")])
    result = consensus(net, [Partition(net.ids, [0, 0, -1])], rng=1)
    assert result.partition.labels.tolist() == [0, 0, 1]
    assert math.isnan(result.ami)


def test_any_whole_number_of_runs_and_whether_they_converged(karate):
    one, other = (consensus(karate, n, rng=1) for n in (3, np.int64(3)))
    assert one.partition.labels.tolist() == other.partition.labels.tolist()
    assert "with each other, converged): " in repr(one)
    assert "not converged in 20 rounds): " in repr(dataclasses.replace(one, converged=False, rounds=20))


def test_a_consensus_says_that_it_is_one(karate):
    assert repr(consensus(karate, 3, rng=1).partition).endswith("detected by consensus of 3 runs>")
    assert consensus(karate, 1, rng=1).partition.method == "consensus of 1 run"


def test_nothing_is_not_less_than_nothing(karate):
    found = dataclasses.replace(consensus(karate, 2, rng=1), ami=-1e-9)
    assert "(AMI 0.000 with each other" in repr(found)


def test_empty_and_wrong(from_edges):
    for net in (CitationNetwork(), from_edges([], ["a", "b"])):
        result = consensus(net, 3, rng=1)
        assert result.partition.n_groups == 0
        assert result.converged
    with pytest.raises(InputError, match="runs=0"):
        consensus(net, 0)
    for wrong in ([], ["field"], "field"):
        with pytest.raises(InputError, match="at least one run"):
            consensus(net, wrong)
    for wrong in (2, -0.1, "a", None, True, float("nan")):
        with pytest.raises(InputError, match=f"threshold={wrong!r} must be a number from 0 to 1"):
            consensus(net, 3, threshold=wrong)
    other = Partition(pd.Index(["x"]), [0])
    with pytest.raises(InputError, match="not in the network"):
        consensus(net, [other])
