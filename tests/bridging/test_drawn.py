"""Numbers of draws and of other things that a measure takes."""

from __future__ import annotations

import numpy as np
import pytest

import citenet as cn
from citenet.bridging.drawn import check_draws, drawn_test


@pytest.mark.parametrize(("n_draws", "least"), [(2, 2), (999, 2), (0, 0), (2, 0)])
def test_a_possible_number_of_draws_is_taken(n_draws, least):
    assert check_draws(n_draws, least=least) == n_draws


@pytest.mark.parametrize("n_draws", [-1, 0, 1, 2.5, "9", True, float("nan")])
def test_any_other_number_of_draws_is_refused(n_draws):
    with pytest.raises(cn.InputError, match="n_draws="):
        check_draws(n_draws)


def test_none_can_be_asked_for_but_not_one():
    with pytest.raises(cn.InputError, match="at least 2 draws"):
        check_draws(1, least=0)


def test_undefined_draws_count_as_extreme_and_the_reason_says_so():
    """A p of a half from draws of which half say nothing is no p of a half without a word."""
    nan = float("nan")
    test = drawn_test("x", 3.0, [1.0, nan, 2.0, nan], "labels", reason="few draws")
    assert test.reason == "few draws; undefined in 2 of 4 draws, which count as extreme"
    assert (test.expected, test.pvalue) == (1.5, 1.0)
    several = drawn_test("x", np.array([3.0, nan]), [np.array([1.0, nan]), np.array([2.0, nan])], "labels")
    assert several.reason == "", "what was not observed is not lost"


def test_one_draw_of_a_mixing_matrix_is_too_few(net):
    with pytest.raises(cn.InputError, match="n_draws=1 must be a whole number of at least 2"):
        cn.mixing_test(net, "group", "coleman", n_draws=1)


def test_half_a_draw_is_no_draw(net):
    with pytest.raises(cn.InputError, match="whole number"):
        cn.lag_test(net, "group", "g0", "g1", n_draws=2.5)


@pytest.mark.parametrize("wrong", [1.5, "2"])
def test_numbers_of_things_are_whole(net, wrong):
    with pytest.raises(cn.InputError, match="steps="):
        cn.theory_uptake(net, "group", [net.ids[0]], steps=wrong)
    with pytest.raises(cn.InputError, match="min_shared="):
        cn.missing_bridges(net, "group", "g0", "g1", min_shared=wrong)
    with pytest.raises(cn.InputError, match="n_key="):
        cn.main_path(net, "group", kind="key-route", n_key=wrong)
    with pytest.raises(cn.InputError, match="window="):
        cn.citation_lag(net, "group", window=wrong)
    with pytest.raises(cn.InputError, match="window="):
        cn.lag_test(net, "group", "g0", "g1", window=wrong)
