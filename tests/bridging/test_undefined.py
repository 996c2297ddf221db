"""Whatever is NaN says why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.bridging.inference import NullTest
from citenet.network import CitationNetwork


@pytest.fixture
def sparse():
    """Paper c of x cites a of x and b of y; d of y and e of z do nothing; f lies outside the corpus."""
    works = pd.DataFrame(
        {"year": [1990, 1990, 2000, 2000, 2000, 1990], "field": [*"xyxyz", None], "external": [False] * 5 + [True]},
        index=list("abcdef"),
    )
    return CitationNetwork(works, [2, 2, 2], [0, 1, 5])


def test_cells_that_cannot_vary_are_named(sparse):
    test = cn.mixing_test(sparse, "field")
    assert np.isnan(test.zscore).any()
    assert test.reason
    several = NullTest("x", np.ones(3), "", np.ones(3), np.array([0.0, 1.0, 0.0]), names=("p", "q", "r"))
    assert several.reason == "the null leaves nothing to vary of p, r"
    cells = NullTest("x", np.ones((2, 2)), "", np.ones((2, 2)), np.array([[1.0, 0.0], [1, 1]]), names=("p", "q"))
    assert cells.reason == "the null leaves nothing to vary of p → q"
    many = NullTest("x", np.ones(9), "", np.ones(9), np.arange(9) // 8, names=tuple("abcdefghi"), reason="few")
    assert many.reason == "few; the null leaves nothing to vary of a, b, c, d, e, f, 2 more"


def test_the_shared_base_of_a_single_paper_says_that_it_has_no_pair(sparse):
    test = cn.shared_knowledge_base(sparse, "field", "x", "y", n_draws=2, rng=1).test
    assert np.isnan(test.to_frame().loc["coupling within x", "observed"])
    assert "x has one paper with references, so no pair within it" in test.reason


def test_homogeneity_says_why_it_is_undefined():
    assert cn.homogeneity_test([[[3, 1], [1, 3]]]).reason.endswith("a comparison needs two")
    assert cn.homogeneity_test([[[3, 0], [1, 3]]] * 2).reason == "the pooled odds ratio is 0 or infinite"
    assert cn.homogeneity_test([[[3, 1], [1, 3]]] * 2).reason == ""


def noted(table, column):
    """Whether exactly the works without a value have a note."""
    return (table[column].isna() == table["note"].notna()).all()


def test_tables_of_works_say_why_a_value_is_undefined(sparse):
    spread = cn.participation_test(sparse, "field", n_draws=2, rng=7)
    assert spread["note"].to_dict() | {"c": None} == {
        **dict.fromkeys("abde", "no references with a group"),
        "c": None,
        "f": "outside the corpus, its references were not read",
    }
    assert spread.loc["c", "note"] == "the null leaves nothing to vary"
    assert spread.attrs == {"seed": 7, "n_draws": 2}
    assert noted(cn.bridging_centrality(sparse), "bridging_centrality")
    effect = cn.removal_effect(sparse, "field", "y", "x").works
    assert noted(effect, "ratio_without")
    assert effect["ratio_without"].isna().any()
    diverse = cn.group_diversity(sparse, "field", distance="equal")
    assert noted(diverse, "simpson")
    assert diverse.loc["y", "note"] == "no reference with a group"


def test_series_say_why_a_value_is_undefined(sparse):
    constraint = cn.burt_constraint(sparse)
    assert constraint.attrs["reason"] == "undefined for 2 of 6 works: neither cites nor is cited"
    coleman = cn.coleman_in_time(sparse, "field")
    undefined = ", ".join(name for name in coleman.index if np.isnan(coleman[name]))
    assert undefined
    assert coleman.attrs["reason"].startswith(f"undefined of {undefined}: ")


def test_shares_of_a_group_that_cites_nothing_say_so(sparse):
    table = cn.bridges(sparse, "field", "x", "y", n_boot=0, n_lists=0).table
    assert np.isnan(table.loc[("share of tested citations", "y", "x"), "value"])
    for row in (("share of tested citations", "y", "x"), ("difference of shares", "x", "y")):
        assert table.loc[row, "note"] == "y cites nothing that has a group and a year"
    assert table.loc[("share of tested citations", "x", "y"), "note"] is None or pd.isna(
        table.loc[("share of tested citations", "x", "y"), "note"]
    )
