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
    assert table.loc["as it is", "citations"] == 4
    assert table.loc["without author self-citations", "left_out"] == 1
    assert table.loc["without author self-citations", "citations"] == 3
    assert table.loc["without b", "x → y observed"] == 1
    assert "without e" in table.index


def test_without_a_paper_equals_the_network_without_it(net):
    table = cn.robustness(net, "group", "g0", "g1", n_papers=2)
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
