"""What two groups share without citing each other, against counts of every pair."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cosine

import citenet as cn
from citenet.bridging.knowledge_base import shared_knowledge_base
from citenet.network import CitationNetwork


def by_hand(net, labels, a, b):
    """Every measure, pair by pair from the definitions."""
    n = net.n_works
    A = net.to_scipy().toarray().astype(float)
    papers = [[i for i in range(n) if labels[i] == g and A[i].any()] for g in (a, b)]
    shared, length = A @ A.T, A.sum(1)
    raw = [shared[i, j] for i in papers[0] for j in papers[1]]
    salton = [shared[i, j] / np.sqrt(length[i] * length[j]) for i in papers[0] for j in papers[1]]
    within = [
        np.mean([shared[i, j] / (np.sqrt(length[i] * length[j]) if scaled else 1) for i in p for j in p if i < j])
        for scaled in (False, True)
        for p in papers
    ]
    x, y = (A[p].sum(0) for p in papers)
    both = set(np.flatnonzero(x)) & set(np.flatnonzero(y))
    either = set(np.flatnonzero(x)) | set(np.flatnonzero(y))
    horn = 2 * (x @ y) / ((x @ x / x.sum() ** 2 + y @ y / y.sum() ** 2) * x.sum() * y.sum())
    cited = [[v for v in range(n) if labels[v] == g and A[:, v].any()] for g in (a, b)]
    together = A.T @ A
    strength = cn.co_citation(net, normalise="association").toarray()
    return {
        "coupling between": np.mean(raw),
        f"coupling within {a}": within[0],
        f"coupling within {b}": within[1],
        "Salton between": np.mean(salton),
        f"Salton within {a}": within[2],
        f"Salton within {b}": within[3],
        "Jaccard": len(both) / len(either),
        "cosine": 1 - cosine(x, y),
        "Morisita-Horn": horn,
        "co-citation between": sum(together[u, v] for u in cited[0] for v in cited[1]),
        "co-citation strength": np.mean([strength[u, v] for u in cited[0] for v in cited[1]]),
    }


@pytest.mark.parametrize("seed", range(3))
def test_measures_equal_counts_of_every_pair(make_network, seed):
    net = make_network(seed, n=40, refs=4)
    base = shared_knowledge_base(net, "group", "g0", "g2", n_draws=5, rng=1)
    found = base.to_frame()["observed"]
    expected = by_hand(net, net.works["group"].to_numpy(), "g0", "g2")
    assert list(found.index) == list(expected)
    np.testing.assert_allclose(found, list(expected.values()), rtol=1e-12)


def test_names_of_groups_stay_whole(net):
    """Whatever the names begin with."""
    groups = net.works["group"].map({"g0": "biology", "g1": "medicine", "g2": "within b"})
    for a, b in (("biology", "medicine"), ("within b", "biology")):
        names = shared_knowledge_base(net, groups, a, b, n_draws=2, rng=1).test.names
        assert names[:3] == ("coupling between", f"coupling within {a}", f"coupling within {b}")
        assert names[4:6] == (f"Salton within {a}", f"Salton within {b}")


def test_coupling_agrees_with_bibliographic_coupling(net):
    shared = cn.bibliographic_coupling(net).toarray()
    papers = [np.flatnonzero((net.works["group"] == g) & np.isin(np.arange(120), net.citing)) for g in ("g0", "g1")]
    found = shared_knowledge_base(net, "group", "g0", "g1", n_draws=2, rng=1).to_frame()["observed"]
    assert found["coupling between"] == pytest.approx(shared[np.ix_(*papers)].mean())


def test_null_is_the_mean_over_all_relabellings_within_year():
    works = pd.DataFrame(
        {"year": [1, 1, 1, 2, 2, 0, 0, 0], "field": [*"xyyxy", None, None, None]}, index=list("abcdepqr")
    )
    net = CitationNetwork(works, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], [5, 6, 5, 7, 7, 6, 6, 7, 5, 7])
    every = [by_hand_overlap(net, [*first, *second]) for first in permutations("xyy") for second in permutations("xy")]
    test = shared_knowledge_base(net, "field", "x", "y", n_draws=3_000, rng=5).to_frame()
    for i, name in enumerate(("coupling between", "Jaccard")):
        values = np.array(every)[:, i]
        assert test.loc[name, "expected"] == pytest.approx(values.mean(), abs=4 * values.std() / np.sqrt(3_000))


def by_hand_overlap(net, labels):
    A = net.to_scipy().toarray().astype(float)[:5]
    x, y = (A[[label == g for label in labels]].sum(0) for g in "xy")
    return (x @ y) / (labels.count("x") * labels.count("y")), ((x > 0) & (y > 0)).sum() / ((x > 0) | (y > 0)).sum()


def test_the_two_groups_may_change_places(net):
    one, two = (shared_knowledge_base(net, "group", *pair, n_draws=20, rng=3) for pair in (("g0", "g1"), ("g1", "g0")))
    np.testing.assert_allclose(one.to_frame()["observed"].sort_index(), two.to_frame()["observed"].sort_index())
    assert set(one.common["work"]) == set(two.common["work"])


def test_separate_bases_share_nothing_and_say_so():
    works = pd.DataFrame({"year": 2000, "field": [*"xxyy", None, None]}, index=list("abcdpq"))
    net = CitationNetwork(works, [0, 1, 2, 3], [4, 4, 5, 5])
    base = shared_knowledge_base(net, "field", "x", "y", n_draws=199, rng=1)
    table = base.to_frame()
    assert (table.loc[["coupling between", "Jaccard", "cosine", "Morisita-Horn"], "observed"] == 0).all()
    assert base.common.empty
    assert base.missing.empty
    assert np.isnan(table.loc["co-citation between", "observed"])
    assert "no work of x is cited" in base.test.reason
    assert "0 works" in repr(base)


def test_a_group_without_references_is_undefined():
    works = pd.DataFrame({"field": [*"xxyy"]}, index=list("abcd"))
    base = shared_knowledge_base(CitationNetwork(works, [0, 1], [2, 3]), "field", "x", "y", n_draws=9, rng=1)
    table = base.to_frame()
    assert (
        table.loc["coupling between":"Morisita-Horn", ["observed", "p"]]
        .drop(index=["coupling within x", "Salton within x"])
        .isna()
        .all(axis=None)
    )
    assert "y has no paper with references" in base.test.reason


def test_common_works_and_missing_bridges(make_network):
    net = make_network(4, n=60, refs=8)
    A, labels = net.to_scipy().toarray().astype(int), net.works["group"].to_numpy()
    shared = A @ A.T
    pairs = {
        (net.ids[i], net.ids[j]): shared[i, j]
        for i in range(60)
        for j in range(60)
        if labels[i] == "g0" and labels[j] == "g1" and shared[i, j] >= 3 and not A[i, j] and not A[j, i]
    }
    table = cn.missing_bridges(net, "group", "g0", "g1", min_shared=3)
    assert dict(zip(zip(table["work_a"], table["work_b"], strict=True), table["shared"], strict=True)) == pairs
    assert table["salton"].is_monotonic_decreasing
    common = cn.common_works(net, "group", "g0", "g1").set_index("work")
    for group, column in (("g0", "citing_a"), ("g1", "citing_b")):
        counts = A[labels == group].sum(0)
        assert (common[column] == counts[net.ids.get_indexer(common.index)]).all()
        assert common[column].min() > 0


def test_blocks_do_not_change_the_missing_bridges(monkeypatch, net):
    whole = cn.missing_bridges(net, "group", "g0", "g1")
    monkeypatch.setattr("citenet.bridging.missing._BLOCK", 50)
    pd.testing.assert_frame_equal(cn.missing_bridges(net, "group", "g0", "g1"), whole)


def test_refusals(net):
    with pytest.raises(cn.InputError, match="two groups"):
        shared_knowledge_base(net, "group", "g0", "g0")
    with pytest.raises(cn.InputError, match="detected"):
        shared_knowledge_base(net, cn.detect_communities(net, rng=1), "1", "2")
    with pytest.raises(cn.InputError, match="n_draws=1"):
        shared_knowledge_base(net, "group", "g0", "g1", n_draws=1)
    with pytest.raises(cn.InputError, match="min_shared=0"):
        cn.missing_bridges(net, "group", "g0", "g1", min_shared=0)


def test_co_citation_shuffles_the_labels_of_the_cited():
    """Four works of one year, cited together as ab, cd, ac, bd: of three ways to halve them two cross twice."""
    works = pd.DataFrame({"year": [1] * 4 + [2] * 4, "field": [*"xxyy", *"xyxy"]}, index=list("abcdpqrs"))
    net = CitationNetwork(works, [4, 4, 5, 5, 6, 6, 7, 7], [0, 1, 2, 3, 0, 2, 1, 3])
    together = shared_knowledge_base(net, "field", "x", "y", rng=1).to_frame().loc["co-citation between"]
    assert together["observed"] == 2
    assert together["expected"] == pytest.approx((2 + 2 + 4) / 3, abs=0.1)


def test_labels_change_places_among_lists_of_one_length_alone():
    """Papers a, b print two references, c, d five: x and y cannot change places, and the result says so."""
    works = pd.DataFrame({"year": 2000, "field": [*"xxyy", *[None] * 5]}, index=list("abcdpqrst"))
    citing, cited = [0, 0, 1, 1, *[2] * 5, *[3] * 5], [4, 5, 5, 6, *range(4, 9), *range(4, 9)]
    base = shared_knowledge_base(CitationNetwork(works, citing, cited), "field", "x", "y", n_draws=19, rng=1)
    assert base.params["exchangeable"]["papers"] == 0
    assert (base.to_frame()["p"].dropna() == 1).all()
    works["field"] = [*"xyyx", *[None] * 5]
    mixed = shared_knowledge_base(CitationNetwork(works, citing, cited), "field", "x", "y", n_draws=19, rng=1)
    assert mixed.params["exchangeable"]["papers"] == 1


@pytest.mark.parametrize("null", ["labels", "year-pairs"])
def test_unequal_lists_are_no_separate_bases(null):
    """Groups that print 9 and 15 references and read alike: both nulls leave them alone."""
    names = ["coupling between", "Salton between", "Jaccard", "Morisita-Horn"]
    found = np.zeros(len(names))
    for seed in range(10):
        net = cn.datasets.simulate(250, n_references=(9, 15), share_b=(0.2, 0.7), rng=seed)
        base = shared_knowledge_base(net, "field", "A", "B", null=null, n_draws=59, rng=seed)
        found += base.to_frame()["p"][names] < 0.05
    assert found.max() <= 4  # the 99.9 % quantile of binomial(10, 0.05)


@pytest.mark.parametrize("null", ["labels", "year-pairs"])
def test_separate_reading_is_found(null):
    net = cn.datasets.simulate(400, preference=3.0, rng=1)
    table = shared_knowledge_base(net, "field", "A", "B", null=null, n_draws=99, rng=1).to_frame()
    assert (table.loc[["coupling between", "Morisita-Horn"], "p"] <= 0.02).all()
    assert (table.loc[["coupling between", "Morisita-Horn"], "ratio"] < 1).all()


def test_swaps_keep_labels_lists_and_fame(net):
    base = shared_knowledge_base(net, "group", "g0", "g1", null="year-pairs", n_draws=19, rng=1)
    assert base.test.null == "year-pairs, by swaps"
    assert base.params["null"] == "year-pairs"
    assert base.to_frame()["p"].between(0.05, 1).all()
    with pytest.raises(cn.InputError, match="null='swaps'"):
        shared_knowledge_base(net, "group", "g0", "g1", null="swaps")
