"""Sums over the references of papers: they add up, and both routes of the loops over them give the same bytes."""

from __future__ import annotations

import numpy as np
import pytest

import citenet as cn
from citenet._support import kernel, parallel
from citenet.bridging import lists
from citenet.bridging.bootstrap import resampled_sums
from citenet.bridging.cells import cells_of
from citenet.bridging.mixing import count_ends, label_arcs
from citenet.bridging.odds import mantel_haenszel
from citenet.bridging.paper_sums import pair_weights, paper_sums
from citenet.bridging.stratified import cell_moments, strata_of


@pytest.fixture
def counted(net):
    arcs, stratum = strata_of(label_arcs(net, "group")[0], "year-pairs")
    return arcs, stratum, cells_of(arcs, stratum)


def test_parts_add_up_to_expectations_and_odds(counted):
    arcs, stratum, cells = counted
    papers = paper_sums(arcs, stratum, pair_weights(cells, (0, 2)))
    sums = papers.contributions().sum(axis=0)
    expected, _ = cell_moments(cells.margins())
    counts = arcs.counts()
    assert sums[:2].tolist() == [counts[0, 2], counts[2, 0]]
    assert sums[2:4] == pytest.approx([expected[0, 2], expected[2, 0]], rel=1e-9)
    assert sums[4:6].tolist() == [counts[0].sum(), counts[2].sum()]
    ratio, _ = mantel_haenszel(cells.within(0, 2).tables())
    assert sums[8] / sums[9] == pytest.approx(ratio, rel=1e-8)
    lists_of_a, lists_of_b = (papers.excess()[papers.role == role].sum(axis=0) / 2**papers.bits for role in (0, 1))
    assert [lists_of_a[1], lists_of_b[0]] == pytest.approx(
        [counts[0, 2] - expected[0, 2], counts[2, 0] - expected[2, 0]], abs=1e-7
    )


def test_cells_are_the_arcs_counted(counted):
    arcs, stratum, cells = counted
    table = np.zeros((cells.n_strata, cells.k, cells.k), dtype=np.int64)
    np.add.at(table, (stratum, arcs.citing_group, arcs.cited_group), 1)
    assert (cells.tables() == table).all()
    assert cells.n_citations == arcs.index.size


def test_counting_ends_is_the_same_on_both_routes(monkeypatch):
    net = cn.datasets.simulate(300, rng=1)
    labels = np.random.default_rng(1).integers(-1, 3, net.n_works).astype(np.int32)
    expected = np.zeros((4, 4), dtype=np.int64)
    np.add.at(expected, (labels[net.citing], labels[net.cited]), 1)  # -1 is the last
    for worth in (0, float("inf")):
        monkeypatch.setattr(kernel, "WORTH_COMPILING", worth)
        assert count_ends(net.citing, net.cited, labels, 3).tolist() == expected.tolist()


def test_resamples_are_the_same_on_both_routes_and_in_threads(monkeypatch):
    stratum = np.random.default_rng(2).integers(0, 9, 500)
    each = np.eye(500)  # then the sums are the weights of the papers
    found = []
    for worth, threads in ((0, 0), (float("inf"), 0), (0, float("inf")), (float("inf"), float("inf"))):
        monkeypatch.setattr(kernel, "WORTH_COMPILING", worth)
        monkeypatch.setattr(parallel, "WORTH_THREADS", threads)
        found.append(np.concatenate(list(resampled_sums(each, stratum, 150, np.random.default_rng(3)))))
    assert all((one == found[0]).all() for one in found)
    assert found[0].shape == (150, 500)
    assert found[0].sum(axis=1) == pytest.approx(500)


def test_lists_of_many_papers_are_swapped_alike_on_both_routes(counted, monkeypatch):
    arcs, stratum, cells = counted
    papers = paper_sums(arcs, stratum, pair_weights(cells, (0, 1)))
    base = np.array([5.0, 7.0])
    sorting = lists.draw_crossings(papers, base, 2_000, np.random.default_rng(1))
    monkeypatch.setattr(lists, "_MANY", 0)
    loops = []
    for worth in (0, float("inf")):
        monkeypatch.setattr(kernel, "WORTH_COMPILING", worth)
        loops.append(lists.draw_crossings(papers, base, 2_000, np.random.default_rng(1)))
    assert (loops[0] == loops[1]).all()
    error = sorting.std(axis=0) * np.sqrt(2 / 2_000)
    assert (np.abs(loops[0].mean(axis=0) - sorting.mean(axis=0)) < 5 * error).all()
    assert loops[0].std(axis=0) == pytest.approx(sorting.std(axis=0), rel=0.1)
