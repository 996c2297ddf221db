"""Uptake of a set of works: counted by hand, expected against the mean of shuffles."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.stratified import strata_of
from citenet.network import CitationNetwork


@pytest.fixture
def theory():
    """t1, t2 are the theory (2000, 2001); a2 cites t1, b1 cites a2 alone, b2 cites t2, c1 reaches nothing."""
    works = pd.DataFrame(
        {"year": [1999, 2001, 2002, 2003, 2005, 2004, 2000, 2001], "field": [*"xxxyyy", None, None]},
        index=["a0", "a1", "a2", "b1", "b2", "c1", "t1", "t2"],
    )
    arcs = {"a2": ["t1", "a1"], "b1": ["a2"], "b2": ["t2", "a0"], "t2": ["t1"], "c1": ["a0"]}
    rows = [(citing, cited) for citing, cites in arcs.items() for cited in cites]
    return CitationNetwork.from_frames(works, pd.DataFrame(rows, columns=["citing", "cited"]))


def test_counts_by_hand(theory):
    found = cn.theory_uptake(theory, "field", ["t1", "t2"])
    assert found.groups.loc["x", ["papers", "direct", "reached"]].tolist() == [2, 1, 1]  # a0 is older than the theory
    assert found.groups.loc["y", ["papers", "direct", "reached"]].tolist() == [3, 1, 2]
    assert found.groups.loc["y", ["first_direct", "first_direct_work"]].tolist() == [2005, "b2"]
    assert found.groups.loc["y", ["first_reached", "first_reached_work", "years_to_reached"]].tolist() == [
        2003,
        "b1",
        3,
    ]
    assert found.papers[["work", "step"]].to_numpy().tolist() == [["a2", 1], ["b1", 2], ["b2", 1]]
    assert found.params["before the first work of the set"] == 1
    years = found.years
    assert years.loc[("y", 2004), ["papers", "cumulative_share_direct", "cumulative_share_reached"]].tolist() == [
        1,
        0,
        0.5,
    ]
    assert years.loc[("y", 2005), "cumulative_share_reached"] == pytest.approx(2 / 3)
    assert np.isnan(years.loc[("y", 2000), "cumulative_share_reached"])
    assert years["papers"].sum() == found.groups["papers"].sum()
    assert "x 1 of 2 directly" in repr(found)


def test_one_step_is_direct(theory, net):
    found = cn.theory_uptake(theory, "field", ["t1"], steps=1)
    assert (found.groups["direct"] == found.groups["reached"]).all()
    wide = [cn.theory_uptake(net, "group", net.ids[:3], steps=s).groups["reached"].sum() for s in (1, 2, 3)]
    assert wide == sorted(wide)


def test_steps_are_distances(net):
    import networkx as nx

    works = net.ids[:4].tolist()
    found = cn.theory_uptake(net, "group", works, steps=3).papers
    away = nx.multi_source_dijkstra_path_length(net.to_networkx().reverse(), works, cutoff=3)
    expected = {work: int(step) for work, step in away.items() if step}
    assert dict(zip(found["work"], found["step"], strict=True)) == expected


def test_expectation_is_the_mean_of_shuffles(net):
    works = net.ids[5:15]
    in_set = net.ids.isin(works)
    found = cn.theory_uptake(net, "group", works)
    index = np.flatnonzero(~in_set[net.citing])
    arcs, stratum = strata_of(LabelledArcs(net, np.zeros(120, np.int32), ("all",), index, {}), "year-pairs")
    rng = np.random.default_rng(0)
    labels = net.works["group"].to_numpy()
    papers = found.params["first_year"] <= net.year
    draws = []
    for _ in range(1_500):
        order = np.lexsort((rng.random(stratum.size), stratum))
        place = np.lexsort((np.arange(stratum.size), stratum))
        cited = np.empty(stratum.size, int)
        cited[place] = net.cited[arcs.index][order]
        citing = np.unique(net.citing[arcs.index][in_set[cited]])
        draws.append([(labels[citing[papers[citing]]] == g).sum() for g in found.groups.index])
    mean, sd = np.mean(draws, 0), np.std(draws, 0)
    np.testing.assert_allclose(found.groups["expected_direct"], mean, atol=4 * sd.max() / np.sqrt(1_500))
    assert found.years["expected_direct"].sum() == pytest.approx(found.groups["expected_direct"].sum())
    assert found.test.expected.sum() == pytest.approx(found.test.statistic.sum())


def test_citations_of_the_set_agree_with_the_mixing_test(net):
    """With the set as a group of its own that cites nothing, its column is the same test."""
    in_set = net.ids.isin(net.ids[:9])
    kept = ~in_set[net.citing]
    bare = CitationNetwork(net.works, net.citing[kept], net.cited[kept])
    labels = net.works["group"].where(~in_set, "set")
    cells = cn.mixing_test(bare, labels)
    column = cells.names.index("set")
    rows = [cells.names.index(name) for name in ("g0", "g1", "g2")]
    found = cn.theory_uptake(net, net.works["group"].where(~in_set), net.ids[in_set])
    order = [found.test.names.index(name) for name in ("g0", "g1", "g2")]
    for value in ("statistic", "expected", "sd", "pvalue"):
        np.testing.assert_allclose(getattr(found.test, value)[order], getattr(cells, value)[rows, column])


def test_undated_citations_of_the_set_stay(theory):
    works = theory.works
    works.loc["t2", "year"] = pd.NA
    net = CitationNetwork(works, theory.citing, theory.cited)
    found = cn.theory_uptake(net, "field", ["t1", "t2"]).years
    assert found.loc[("y", 2005), "expected_direct"] == 1


def test_refusals(theory):
    with pytest.raises(cn.InputError, match="holds no works"):
        cn.theory_uptake(theory, "field", [])
    with pytest.raises(cn.InputError, match="'nobody'"):
        cn.theory_uptake(theory, "field", ["nobody"])
    with pytest.raises(cn.InputError, match="steps=0"):
        cn.theory_uptake(theory, "field", ["t1"], steps=0)
    with pytest.raises(cn.InputError, match=r"\['t1'\]"):
        cn.theory_uptake(theory, "field", "t1")


def test_a_set_without_years_is_refused():
    works = pd.DataFrame({"year": [None, 2000], "field": [None, "x"]}, index=list("ab"))
    with pytest.raises(cn.InputError, match="no work of the set has a year"):
        cn.theory_uptake(CitationNetwork(works, [1], [0]), "field", ["a"])


def test_works_outside_the_corpus_are_not_counted():
    works = pd.DataFrame({"year": [2000, 2001, 2001], "field": [None, "x", "x"], "external": [True, True, False]})
    found = cn.theory_uptake(CitationNetwork(works.set_axis(list("abc")), [2], [0]), "field", ["a"])
    assert found.groups.loc["x", ["papers", "direct"]].tolist() == [1, 1]
