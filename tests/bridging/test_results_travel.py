"""Results can be copied and stored; limits stay where a statistic can be; options that cannot be are answered."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.network import CitationNetwork


@pytest.mark.parametrize("through", [copy.deepcopy, copy.copy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_result_can_be_copied_and_stored(net, through):
    b = cn.bridges(net, "group", "g0", "g1", n_boot=40, n_lists=19, rng=1)
    other = through(b)
    assert (other.summary(), other.params) == (b.summary(), b.params)
    pd.testing.assert_frame_equal(other.to_frame(), b.to_frame())
    with pytest.raises(TypeError):
        other.params["seed"] = 2


@pytest.mark.parametrize(
    ("statistic", "least", "most"),
    [("ei", -1, 1), ("odds_ratio", 0, np.inf), ("cross_share", 0, 1), ("ei_citing", -1, 1)],
)
def test_limits_of_works_resampled_stay_where_the_statistic_can_be(make_network, statistic, least, most):
    net = make_network(2, n=30, k=2)
    same = net.works["group"].to_numpy()[net.citing] == net.works["group"].to_numpy()[net.cited]
    kept = same | (np.cumsum(~same) <= 2)
    few = CitationNetwork(net.works, net.citing[kept], net.cited[kept])
    found = cn.vertex_bootstrap(few, "group", statistic, n_boot=60, rng=1)
    low, value, high = (np.atleast_1d(one) for one in (found.low, found.statistic, found.high))
    still = np.atleast_1d(found.se) == 0  # a group that never crosses
    assert still.tolist() == ([True, False] if statistic == "ei_citing" else [False])
    assert ("never seen" in found.reason) == still.any()
    assert np.isnan(low[still]).all()
    assert ((least <= low) & (low < value) & (value < high) & (high <= most))[~still].all()


def test_a_handful_of_resampled_works_gives_no_limits(net):
    found = cn.vertex_bootstrap(net, "group", n_boot=38, rng=1)
    assert np.isnan(found.low)
    assert "no interval: only 38 resamples, at 0.95 it takes 39" in found.reason
    assert found.se > 0
    assert not np.isnan(cn.vertex_bootstrap(net, "group", n_boot=39, rng=1).low)


def test_no_p_value_is_zero():
    net = cn.datasets.simulate(1_500, preference=50.0, n_references=20, rng=1)
    assert 0 < cn.overall_test(net, "field").pvalue < 1e-300


@pytest.mark.parametrize("options", [{"level": "0.95"}, {"level": True}, {"n_boot": 10**12}, {"n_lists": 10**12}])
def test_options_that_cannot_be_are_answered(net, options):
    with pytest.raises(cn.InputError, match=next(iter(options))):
        cn.bridges(net, "group", "g0", "g1", **options)
    if "n_lists" not in options:
        with pytest.raises(cn.InputError, match=next(iter(options))):
            cn.vertex_bootstrap(net, "group", **options)
