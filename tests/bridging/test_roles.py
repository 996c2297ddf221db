"""Brokerage roles, against every triple counted by hand."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.bridging.roles import ROLES
from citenet.network import CitationNetwork


def triple_by_triple(net, labels):
    """Raw and partial counts by three nested loops."""
    A, n = net.to_scipy().toarray().astype(bool), net.n_works
    raw, partial = np.zeros((n, 5)), np.zeros((n, 5))
    for i, j, k in permutations(range(n), 3):
        if not (A[i, j] and A[j, k]) or A[i, k] or None in (labels[i], labels[j], labels[k]):
            continue
        source, broker, recipient = labels[k], labels[j], labels[i]
        if source == broker == recipient:
            role = "coordinator"
        elif source == recipient:
            role = "itinerant"
        elif broker == recipient:
            role = "importer"
        elif source == broker:
            role = "exporter"
        else:
            role = "liaison"
        raw[j, ROLES.index(role)] += 1
        partial[j, ROLES.index(role)] += 1 / (A[i] & A[:, k]).sum()
    return raw, partial


def tangled(seed, n=16, m=60):
    """Make a network with mutual citations and unlabelled works."""
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, n, (m, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    works = pd.DataFrame(
        {"year": rng.integers(2000, 2003, n), "group": rng.choice(["x", "y", "z", None], n)},
        index=[f"w{i:02d}" for i in range(n)],
    )
    return CitationNetwork(works, pairs[:, 0], pairs[:, 1])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("block", [1_000_000, 7])
def test_roles_equal_counts_of_every_triple(seed, block, monkeypatch):
    monkeypatch.setattr("citenet.bridging.roles._BLOCK", block)
    net = tangled(seed)
    labels = net.works["group"].astype(object).where(net.works["group"].notna(), None).to_numpy()
    raw, partial = triple_by_triple(net, labels)
    table = cn.brokerage_roles(net, "group")
    known = np.array([label is not None for label in labels])
    np.testing.assert_array_equal(table.loc[known, list(ROLES)], raw[known])
    np.testing.assert_allclose(table.loc[known, [f"{role}_partial" for role in ROLES]], partial[known])
    assert table.loc[~known, "total"].isna().all()
    assert (table.loc[~known, "note"] == "no group").all()


def test_importer_and_exporter_change_places_when_citations_turn_round(net):
    table = cn.brokerage_roles(net, "group")
    turned = cn.brokerage_roles(CitationNetwork(net.works, net.cited, net.citing), net.works["group"])
    for role, other in (("importer", "exporter"), ("coordinator", "coordinator"), ("liaison", "liaison")):
        np.testing.assert_array_equal(table[role], turned[other])
        np.testing.assert_allclose(table[f"{role}_partial"], turned[f"{other}_partial"])


def test_who_cites_nothing_brokers_nothing():
    works = pd.DataFrame({"field": list("xy")}, index=list("ab"))
    table = cn.brokerage_roles(CitationNetwork(works, [1], [0]), "field")
    assert (table["total"] == 0).all()


def test_label_null_is_the_mean_over_all_relabellings():
    works = pd.DataFrame({"year": [1, 2, 2, 2, 3, 3], "field": list("xxyyxy")}, index=list("abcdef"))
    net = CitationNetwork(works, [1, 2, 3, *[4] * 3, *[5] * 3], [0, 0, 0, *[1, 2, 3] * 2])
    every = np.array(
        [
            triple_by_triple(net, ["x", *second, *third])[0].sum(0)
            for second in permutations("xyy")
            for third in permutations("xy")
        ]
    )
    test = cn.brokerage_test(net, "field", null="labels", n_draws=2_000, rng=1)
    np.testing.assert_allclose(test.expected, every.mean(0), atol=5 * every.std(0).max() / np.sqrt(2_000))
    liaison = test.to_frame().loc["liaison"]
    assert (liaison["observed"], liaison["p"]) == (0, 1)
    assert np.isnan(liaison["z"])


def test_labels_stay_among_works_that_are_cited_as_often():
    """B, c and d of one year are cited 1, 2 and 3 times: each keeps its label."""
    works = pd.DataFrame({"year": [1, 2, 2, 2, 3, 3, 3], "field": list("xxyyxxx")}, index=list("abcdefg"))
    net = CitationNetwork(works, [1, 2, 3, 4, 4, 4, 5, 5, 6], [0, 0, 0, 1, 2, 3, 2, 3, 3])
    test = cn.brokerage_test(net, "field", null="labels", n_draws=19, rng=1)
    np.testing.assert_array_equal(test.expected, test.statistic)


def test_listing_anew_for_each_draw_changes_nothing(monkeypatch, net):
    kept = cn.brokerage_test(net, "group", n_draws=5, rng=2)
    monkeypatch.setattr("citenet.bridging.roles._KEPT", 0)
    anew = cn.brokerage_test(net, "group", n_draws=5, rng=2)
    np.testing.assert_array_equal(kept.null_distribution, anew.null_distribution)


def test_swaps_keep_the_labels_and_the_reference_lists(net):
    test = cn.brokerage_test(net, "group", null="year-pairs", n_draws=20, rng=2)
    assert test.null == "year-pairs"
    assert (test.sd > 0).all()
    assert ((test.pvalue > 0) & (test.pvalue <= 1)).all()
    with pytest.raises(cn.InputError, match="null='swaps'"):
        cn.brokerage_test(net, "group", null="swaps")


def test_what_cannot_be_swapped_stays():
    works = pd.DataFrame({"year": [1, 2, 3], "field": list("xyy")}, index=list("abc"))
    test = cn.brokerage_test(CitationNetwork(works, [1, 2], [0, 1]), "field", null="year-pairs", n_draws=9, rng=1)
    np.testing.assert_array_equal(test.statistic, test.expected)
    assert (test.pvalue == 1).all()
    assert np.isnan(test.zscore).all()
