"""Agreement of partitions: values by hand, brute force over all fillings, degenerate cases."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citenet.communities.agreement import Agreement, _expected_information, agreement, scores
from citenet.errors import InputError
from citenet.partition import Partition


def partition(labels: list[int], ids: str = "abcdefghijklmnopqrstuvwxyz") -> Partition:
    return Partition(pd.Index(list(ids[: len(labels)])), labels)


@pytest.mark.parametrize("n", [1, 2, 7, 100, 1000])
def test_the_same_groups_agree_exactly(n):
    rng = np.random.default_rng(n)
    labels = rng.integers(0, max(n // 3, 1), n)
    renamed = rng.permutation(labels.max() + 1)[labels]
    assert scores(labels, renamed) == {"ami": 1.0, "ari": 1.0, "vi": 0.0, "ecs": 1.0}


def test_only_partitions_can_be_compared():
    with pytest.raises(InputError, match="'field' is no partition"):
        agreement(partition([0, 1]), "field")


def test_nothing_is_not_less_than_nothing():
    for n in (5, 29, 300, 3000):  # whatever groups of one are held against, chance gives the same
        for other in (np.minimum(np.arange(n), n - 2), np.arange(n) // 2, np.zeros(n, int)):
            assert str(scores(np.arange(n), other)["ami"]) == "0.0"
    assert repr(Agreement(-1e-9, -1e-9, 0.0, 0.5)).startswith("<Agreement: AMI 0.000, ARI 0.000, ")


def information(rows: np.ndarray, columns: np.ndarray) -> float:
    total, n = 0.0, len(rows)
    for x, y in itertools.product(set(rows.tolist()), set(columns.tolist())):
        both, a, b = int(((rows == x) & (columns == y)).sum()), int((rows == x).sum()), int((columns == y).sum())
        total += both / n * math.log(n * both / (a * b)) if both else 0
    return total


@pytest.mark.parametrize(
    ("rows", "columns"),
    [([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]), ([0, 0, 1, 1, 1, 2, 3], [0, 1, 1, 1, 1, 2, 2]), ([0, 0, 1], [0, 1, 2])],
)
def test_expected_information_is_the_mean_over_all_fillings(rows, columns):
    rows, columns = np.array(rows), np.array(columns)
    every = [information(rows[list(order)], columns) for order in itertools.permutations(range(len(rows)))]
    assert _expected_information(np.bincount(rows), np.bincount(columns)) == pytest.approx(np.mean(every), abs=1e-12)


def test_window_of_the_sum_loses_nothing():
    """The full hypergeometric sum by scipy, on sizes where the window cuts."""
    from scipy.stats import hypergeom

    a, b = np.array([3000, 2000, 5000]), np.array([4000, 6000])
    n, total = 10_000, 0.0
    for x, y in itertools.product(a, b):
        k = np.arange(1, min(x, y) + 1)
        total += (hypergeom(n, x, y).pmf(k) * k / n * np.log(n * k / (x * y))).sum()
    assert _expected_information(a, b) == pytest.approx(total, rel=1e-6)


def test_values_by_hand():
    """Table [[2, 1, 0], [0, 1, 2]]: Rand indices by counting pairs, similarity by Σ n² / larger group."""
    result = agreement(partition([0, 0, 0, 1, 1, 1]), partition([0, 0, 1, 1, 2, 2]))
    assert result.contingency.to_numpy().tolist() == [[2, 1, 0], [0, 1, 2]]
    assert result.ari == pytest.approx((2 - 6 * 3 / 15) / ((6 + 3) / 2 - 6 * 3 / 15))
    assert result.ecs == pytest.approx((4 / 3 + 1 / 3 + 1 / 3 + 4 / 3) / 6)
    assert result.vi == pytest.approx(math.log(2) + math.log(3) - 2 * (2 / 3 * math.log(2)))
    assert result.ami == pytest.approx(0.2987924581708903)  # scikit-learn, arithmetic mean


def test_element_centric_similarity_matches_its_definition():
    """1 - (1/2α) Σ|p - q| with personalised PageRank inside each group, α = 0.9."""
    rng = np.random.default_rng(0)
    rows, columns, alpha = rng.integers(0, 4, 30), rng.integers(0, 5, 30), 0.9

    def affinity(labels: np.ndarray) -> np.ndarray:
        same = labels[:, None] == labels[None, :]
        return alpha * same / same.sum(1, keepdims=True) + (1 - alpha) * np.eye(labels.size)

    expected = (1 - np.abs(affinity(rows) - affinity(columns)).sum(1) / (2 * alpha)).mean()
    assert scores(rows, columns)["ecs"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [([0] * 5, [0] * 5, 1), ([0, 1, 2, 3, 4], [4, 2, 3, 0, 1], 1), ([0] * 5, [0, 1, 2, 3, 4], 0), ([0], [0], 1)],
)
def test_degenerate_partitions(rows, columns, expected):
    result = agreement(partition(rows), partition(columns))
    assert (result.ami, result.ari) == (expected, expected)


def test_different_works_are_intersected_and_reported():
    a = partition([0, 0, 1, 1, -1])
    b = Partition(pd.Index(list("bcdez")), [0, 1, 1, 1, 0])
    result = agreement(a, b)
    assert (result.n_common, result.n_union, result.overlap) == (3, 6, 0.5)
    assert result.contingency.to_numpy().sum() == 3
    assert (result.ami, result.ari, result.ecs) == (1, 1, 1)
    assert "on 3 of 6 works" in repr(result)


def test_nothing_in_common_is_nan_with_a_reason():
    result = agreement(partition([0, 1]), Partition(pd.Index(["x", "y"]), [0, 1]))
    assert math.isnan(result.ami)
    assert math.isnan(result.ecs)
    assert result.reason == "no work is assigned to a group in both partitions"
    assert result.to_frame()["overlap"].item() == 0
    assert result.contingency.empty


labels = st.lists(st.integers(0, 4), min_size=2, max_size=12)


@settings(deadline=None)
@given(labels, st.randoms(use_true_random=False))
def test_agreement_is_symmetric_and_ignores_names(rows, random):
    columns = random.choices(range(4), k=len(rows))
    one, other = agreement(partition(rows), partition(columns)), agreement(partition(columns), partition(rows))
    for name in ("ami", "ari", "vi", "ecs"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9)
    renamed = agreement(partition([9 - x for x in rows]), partition(columns))
    assert renamed.ami == pytest.approx(one.ami, abs=1e-9)
    same = agreement(partition(rows), partition(rows))
    assert (same.ami, same.ari, same.ecs) == pytest.approx((1, 1, 1))
    assert same.vi == pytest.approx(0, abs=1e-9)


def test_chance_gives_zero():
    rng = np.random.default_rng(1)
    values = [scores(rng.integers(0, 5, 100), rng.integers(0, 5, 100)) for _ in range(200)]
    assert np.mean([v["ami"] for v in values]) == pytest.approx(0, abs=0.01)
    assert np.mean([v["ari"] for v in values]) == pytest.approx(0, abs=0.01)


def test_many_small_groups_need_no_dense_table():
    a = Partition(pd.Index([f"w{i:06d}" for i in range(60_000)]), np.arange(60_000))
    assert agreement(a, a).ami == 1
