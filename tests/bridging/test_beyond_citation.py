"""What holds for every measure beyond direct citation: order and names change nothing, and no input is changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.bridging.drawn import drawn_test
from citenet.bridging.rewiring import rewired
from citenet.network import CitationNetwork

SETS = [f"w{i:03d}" for i in range(5, 12)]


def tables(net, groups, a, b, c):
    """Every measure as a table."""
    pair, options = (net, groups, a, b), {"n_draws": 12, "rng": 7}
    base = cn.shared_knowledge_base(*pair, **options)
    between = cn.intergroup_betweenness(*pair)
    crossing = cn.first_crossing(*pair)
    uptake = cn.theory_uptake(net, groups, SETS)
    path = cn.main_path(net, groups)
    distance = pd.DataFrame([[0, 0.5, 1], [0.5, 0, 0.2], [1, 0.2, 0]], index=[a, b, c], columns=[a, b, c])
    return {
        "shared_knowledge_base": base.to_frame().reset_index(drop=True),
        "common_works": base.common,
        "missing_bridges": base.missing,
        "reference_diversity": cn.reference_diversity(net, groups),
        "reference_diversity, own distance": cn.reference_diversity(net, groups, distance=distance),
        "group_diversity": cn.group_diversity(net, groups).reset_index(drop=True),
        "participation": cn.participation(net, groups),
        "participation_test": cn.participation_test(net, groups, **options),
        "betweenness": between.works,
        "betweenness of arcs": between.arcs,
        "removal_effect": cn.removal_effect(*pair).works,
        "burt_constraint": cn.burt_constraint(net).to_frame(),
        "bridging_centrality": cn.bridging_centrality(net),
        "brokerage_roles": cn.brokerage_roles(net, groups),
        "brokerage_test": cn.brokerage_test(net, groups, **options).to_frame(),
        "search_path_counts": cn.search_path_counts(net),
        "main_path": path.arcs,
        "crossings": path.crossings,
        "border_share_test": cn.border_share_test(net, groups, **options).to_frame(),
        "lag_test": cn.lag_test(*pair, **options).to_frame().reset_index(drop=True),
        "citation_lag": cn.citation_lag(net, groups).reset_index(drop=True),
        "first_crossing": crossing.works,
        "curves": crossing.curves.drop(columns=["cited", "citing"]),
        "uptake": uptake.groups.reset_index(drop=True),
        "uptake by year": uptake.years.reset_index(drop=True),
        "papers reached": uptake.papers,
    }


@pytest.fixture
def every_table(net):
    return tables(net, "group", "g0", "g1", "g2")


def test_the_order_of_works_and_citations_changes_nothing(net, every_table):
    rng = np.random.default_rng(3)
    order, arcs = rng.permutation(net.n_works), rng.permutation(net.n_citations)
    place = np.argsort(order)
    again = CitationNetwork(net.works.iloc[order], place[net.citing][arcs], place[net.cited][arcs])
    for name, table in tables(again, "group", "g0", "g1", "g2").items():
        pd.testing.assert_frame_equal(table, every_table[name], check_exact=True)


def test_the_names_of_groups_change_nothing(net, every_table):
    names = {"g0": "z", "g1": "b", "g2": "a"}
    renamed = net.works["group"].map(names)
    for name, table in tables(net, renamed, "z", "b", "a").items():
        expected = every_table[name]
        named = [c for c in table if "group" in c and expected[c].dtype == "str"]
        for column in named:
            pd.testing.assert_series_equal(table[column], expected[column].map(names).astype("str"))
        pd.testing.assert_frame_equal(table.drop(columns=named), expected.drop(columns=named), check_exact=True)


def test_results_cannot_be_changed_through_their_tables(net):
    found = cn.intergroup_betweenness(net, "group", "g0", "g1")
    table = found.works
    table["betweenness"] = -1
    assert (found.works["betweenness"] >= 0).all()
    with pytest.raises(AttributeError):
        found.reachable = 3


def test_participation_against_the_null(net):
    table = cn.participation_test(net, "group", n_draws=60, rng=1)
    plain = cn.participation(net, "group")
    pd.testing.assert_series_equal(table["observed"], plain["participation_out"], check_names=False)
    assert table["p"].dropna().between(0, 1, inclusive="right").all()
    assert table["z"].abs().median() < 1.5  # labels were drawn at random
    assert (table["p"].isna() == table["observed"].isna()).all()
    assert (table.loc[table["sd"] == 0, "p"] == 1).all()
    total, inward = (cn.participation_test(net, "group", direction=d, n_draws=5, rng=1) for d in ("total", "in"))
    np.testing.assert_allclose(total["observed"], plain["participation_total"])
    np.testing.assert_allclose(inward["observed"], plain["participation_in"])


def test_draws_leave_undated_citations_where_they_are(net):
    works = net.works
    works.iloc[100:110, works.columns.get_loc("year")] = pd.NA
    partly = CitationNetwork(works, net.citing, net.cited)
    undated = np.isnan(partly.year[partly.citing]) | np.isnan(partly.year[partly.cited])
    for cited in rewired(partly, 3, np.random.default_rng(1)):
        np.testing.assert_array_equal(cited[undated], partly.cited[undated])
        assert (cited != partly.cited).any()
        np.testing.assert_array_equal(np.bincount(cited, minlength=120), np.bincount(partly.cited, minlength=120))
        np.testing.assert_array_equal(partly.year[cited], partly.year[partly.cited])


def test_draws_become_a_test():
    draws = np.array([[1.0, 5, np.nan], [2, 5, np.nan], [4, 5, 3]])
    test = drawn_test("x", np.array([3.0, 5, 3]), draws, "labels")
    np.testing.assert_allclose(test.expected, [7 / 3, 5, 3])
    np.testing.assert_allclose(test.sd, [np.std([1, 2, 4], ddof=1), 0, np.nan])
