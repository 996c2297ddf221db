"""The same measures under other choices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.bridging.selection import author_self_citations, container_self_citations, review_citations
from citenet.network import CitationNetwork


@pytest.fixture
def described():
    """Five works: e cites a (same author), b (same journal), c (a review), d (nothing in common)."""
    works = pd.DataFrame(
        {
            "year": [1990, 1990, 1990, 1990, 2000],
            "field": list("xyxyx"),
            "authors": ["Moe, A; Poe, B", "Roe, C", "Loe, D", "Moe, B", "Poe, Bob; Zoe, E"],
            "container": ["J One", "J Two", "J Three", "J Four", "J. TWO"],
            "type": ["Article", "Book Review", "Review", "Article; Early Access", "Article"],
        },
        index=list("abcde"),
    )
    return CitationNetwork(works, [4, 4, 4, 4], [0, 1, 2, 3])


def test_kinds_of_citations_are_told_apart(described):
    assert author_self_citations(described).tolist() == [True, False, False, False]
    assert container_self_citations(described).tolist() == [False, True, False, False]
    assert review_citations(described).tolist() == [False, False, True, False]


def test_citations_left_out_are_dropped_with_their_reason(described):
    without = described.without(author_self_citations(described), "self-citation")
    assert without.n_citations == 3
    assert without.dropped[["citing", "cited", "reason"]].to_numpy().tolist() == [["e", "a", "self-citation"]]
    with pytest.raises(cn.InputError, match="mask has shape"):
        described.without(np.array([True]), "x")


def test_each_choice_measures_what_it_says(described):
    table = cn.robustness(described, "field", "x", "y")
    assert table.loc["without citations within a journal", "left_out"] == 1
    assert table.loc["without review articles", "left_out"] == 1
    assert table.loc["matches of at least 0.9", "note"] == "the citations have no scores"
    assert table.loc["as it is", "citations"] == 4
    assert table.loc["without author self-citations", "left_out"] == 1
    assert table.loc["without author self-citations", "citations"] == 3
    assert table.loc["without b", "x → y observed"] == 1
    assert "without e" in table.index


def test_without_a_paper_equals_the_network_without_it(net):
    table = cn.robustness(net, "group", "g0", "g1", n_papers=2, resolutions=[])
    paper = table.index[-1].removeprefix("without ")
    rest = net.subset([work for work in net.ids if work != paper])
    alone = cn.bridges(rest, "group", "g0", "g1", n_boot=0).row("citations", "g0", "g1")
    assert table.iloc[-1]["g0 → g1 ratio"] == pytest.approx(alone["ratio"])


def test_other_labels_and_the_result_itself(net):
    other = net.works["group"].where(net.works.index != net.ids[0], "g1")
    result = cn.bridges(net, "group", "g0", "g1", rng=1)
    table = result.robustness(alternatives={"coding": other}, n_papers=1)
    assert "labels: coding" in table.index
    assert table.loc["as it is", "g0 → g1 ratio"] == result.row("citations", "g0", "g1")["ratio"]


def test_as_it_is_repeats_the_result_with_its_own_draws(net):
    for seed, n_lists in ((5, 99), (None, 59), (7, 0)):
        result = cn.bridges(net, "group", "g0", "g1", n_boot=40, n_lists=n_lists, rng=seed)
        row = result.robustness(n_papers=0, resolutions=[]).loc["as it is"]
        for citing, cited in (("g0", "g1"), ("g1", "g0")):
            expected = result.row("citations", citing, cited)[["p", "p_lists"]].astype(float)
            found = [float(row[f"{citing} → {cited} {name}"]) for name in ("p", "p_lists")]
            assert found == pytest.approx(expected.tolist(), rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize("choice", [{"thresholds": "0.9"}, {"thresholds": 0.9}, {"alternatives": ["group"]}])
def test_choices_of_the_wrong_kind_are_answered(net, choice):
    with pytest.raises(cn.InputError, match="as in|for example"):
        cn.robustness(net, "group", "g0", "g1", **choice)


def test_thresholds_leave_out_the_citations_matched_below_them():
    works = pd.DataFrame({"year": [1990, 1990, 2000, 2000], "field": list("xyxy")}, index=list("abcd"))
    evidence = pd.DataFrame({"score": [0.92, 0.97, 1.0, 0.96]})
    net = CitationNetwork(works, [2, 2, 3, 3], [0, 1, 0, 1], evidence=evidence)
    table = cn.robustness(net, "field", "x", "y", n_papers=0, resolutions=[])
    assert table.loc["matches of at least 0.9", "note"] == "there are none"
    assert table.loc[["matches of at least 0.95", "matches of at least 0.99"], "left_out"].tolist() == [1, 3]
    assert table.loc["matches of at least 0.99", "citations"] == 1


def test_communities_stand_in_for_the_groups_of_which_they_hold_more():
    """Where citing hardly crosses, communities are the fields, at every seed; they have a ratio and no p."""
    net = cn.datasets.simulate(200, preference=30.0, rng=1)
    table = cn.robustness(net, "field", "A", "B", n_papers=0, resolutions=[0.5, 1.0], n_seeds=2)
    found = table.loc[table.index.str.startswith("communities")]
    assert found.index.tolist() == [f"communities, γ = {γ}, seed {s}" for γ in ("0.5", "1") for s in (0, 1)]
    assert (found["agreement"] > 0.3).all()
    assert (found["A → B ratio"] < 0.5).all()
    assert (found["odds_ratio"] > 5).all()
    assert found[["A → B p", "B → A p_lists"]].isna().all(axis=None)
    assert found["note"].str.contains("not tested").all()


def test_communities_that_stand_for_one_group_alone_say_so():
    """All works of y are isolated: no community holds any of them."""
    works = pd.DataFrame({"year": [1990, 1990, 2000, 2000], "field": list("xyxx")}, index=list("abcd"))
    net = CitationNetwork(works, [2, 3], [0, 0])
    table = cn.robustness(net, "field", "x", "y", n_papers=0, resolutions=[1.0], n_seeds=1)
    assert table.iloc[-1]["note"] == "no community is nearer to y"
    assert np.isnan(table.iloc[-1]["x → y ratio"])


def test_communities_leave_works_out_where_all_groups_must_be_known():
    """g, which nobody cites and which cites nothing, stands for neither group: that is no missing label."""
    works = pd.DataFrame({"year": [1990, 1995, 2000] * 2 + [2000], "field": list("xxxyyyx")}, index=list("abcdefg"))
    net = CitationNetwork(works, [1, 2, 2, 4, 5, 5], [0, 0, 1, 3, 3, 4])
    options = {"n_papers": 0, "resolutions": [1.0], "n_seeds": 1}
    strict, loose = (
        cn.robustness(net, "field", "x", "y", unlabelled=how, **options).iloc[-1] for how in ("error", "drop")
    )
    assert strict["note"] == "not tested: detected in the same citations"
    pd.testing.assert_series_equal(strict, loose)


def test_parts_of_equal_size_stand_for_neither_and_names_decide_nothing():
    from citenet.bridging.robustness import _nearest_groups
    from citenet.partition import Partition

    ids = pd.Index(list("abcdefgh"))
    fields = Partition(ids, [0, 0, 1, 1, 0, 1, -1, -1], names=["x", "y"])
    found = Partition(ids, [0, 0, 0, 1, 1, 2, 2, -1], origin="detected")
    nearest = _nearest_groups(found, fields, "x", "y")
    assert nearest.where(nearest.notna(), None).tolist() == ["x", "x", "x", None, None, "y", "y", None]


def test_what_is_to_be_varied_is_checked(net):
    for option, message in (({"n_papers": -1}, "n_papers=-1"), ({"n_seeds": 1.5}, "n_seeds=1.5")):
        with pytest.raises(cn.InputError, match=message):
            cn.robustness(net, "group", "g0", "g1", **option)
    with pytest.raises(cn.InputError, match=r"thresholds=\[2\] are probabilities"):
        cn.robustness(net, "group", "g0", "g1", thresholds=[2])
