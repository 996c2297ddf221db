"""Results can be copied and stored; limits stay where a statistic can be; options that cannot be are answered."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys

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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda _: cn.rao_stirling([-1, 2]), "counts holds -1; none may be below 0"),
        (lambda _: cn.inbreeding_homophily([[1, 2], [3, 4]], [-1, 5]), "sizes holds -1"),
        (lambda _: cn.ei_index([[1, -2], [3, 4]]), "counts holds -2"),
        (lambda _: cn.ei_index("x"), "counts must hold numbers"),
        (lambda _: cn.preference([["a"]]), "counts must hold numbers"),
        (lambda _: cn.homogeneity_test([[1, 2], [3, 4]]), "one table a stratum"),
        (lambda _: cn.freeman([[1, 2], [3, 4]], [[0, 1], [1, 0]]), "it must be two numbers"),
        (lambda _: cn.dyad_odds_ratio([[1, 2], [3, 4]], [[3, 9], [9, 3]]), "it must be two numbers"),
        (lambda _: cn.power_sentence("x"), "test is a str; it must be a NullTest"),
        (lambda _: cn.datasets.simulate(10.5), "n_works=10.5"),
        (lambda net: cn.first_crossing(net, "group", "g0", "g1", end=float("nan")), "end=nan"),
        (lambda net: cn.first_crossing(net, "group", "g0", "g1", end=True), "end=True"),
        (lambda net: cn.lag_test(net, "group", "g0", "g1", n_draws=0), "n_draws=0"),
    ],
)
def test_what_is_no_number_of_its_kind_is_answered(net, call, message):
    with pytest.raises(cn.InputError, match=message):
        call(net)


def test_a_score_that_is_no_probability_is_answered():
    works = pd.DataFrame({"year": [2001, 2005]}, index=list("ab"))
    citations = pd.DataFrame({"citing": ["b"], "cited": ["a"], "score": [1.5]})
    with pytest.raises(cn.InputError, match="score 1.5 of a citation is no probability"):
        cn.draw_matches(CitationNetwork.from_frames(works, citations), rng=1)


def test_swaps_run_without_a_compiler():
    """Python and numpy whole numbers mixed must not overflow 32 bits."""
    code = (
        "import citenet as cn; net = cn.datasets.simulate(60, n_references=3, rng=1); "
        "print(cn.mixing_test(net, 'field', 'ei', null='simple-graphs', n_draws=3, rng=1).pvalue)"
    )
    told = [
        subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", "-c", code],
            env={**os.environ, "NUMBA_DISABLE_JIT": off},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for off in ("0", "1")
    ]
    assert told[0] == told[1]


def test_a_notebook_shows_lines_and_tables(net):
    pretty = pytest.importorskip("IPython.lib.pretty").pretty
    summary = cn.bridges(net, "group", "g0", "g1", n_boot=0, n_lists=0).summary()
    assert isinstance(summary, str)
    assert pretty(summary) == str(summary)
    assert "<table" in cn.vertex_bootstrap(net, "group", n_boot=39, rng=1)._repr_html_()
    assert "OverallTest" in cn.overall_test(net, "group")._repr_html_()


def test_other_results_have_a_table_in_a_notebook_too(net):
    for found in (
        cn.shared_knowledge_base(net, "group", "g0", "g1", n_draws=9, rng=1),
        cn.first_crossing(net, "group", "g0", "g1"),
        cn.main_path(net, "group"),
    ):
        assert "<table" in found._repr_html_()
