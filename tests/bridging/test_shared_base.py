"""Groups cited together, against brute force over all relabellings."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.network import CitationNetwork


@pytest.fixture
def passages():
    """Three passages that mention four of five works of two fields; the fifth is not cited and takes no part."""
    works = pd.DataFrame({"field": [*"xxyyy", None, None, None]}, index=[*"abcde", "p1", "p2", "p3"])
    return CitationNetwork(works, [5, 5, 5, 6, 6, 7], [0, 1, 2, 2, 3, 0])


def together(labels):
    pairs = [(0, 1), (0, 2), (1, 2), (2, 3)]
    kinds = [" & ".join(sorted((labels[i], labels[j]))) for i, j in pairs]
    return [kinds.count(name) for name in ("x & x", "x & y", "y & y")]


def test_expectation_is_the_mean_over_all_relabellings(passages):
    every = np.array([together(labels) for labels in permutations("xxyy")])
    test = cn.co_citation_test(passages, "field", n_draws=4_000, rng=1)
    table = test.to_frame()
    observed = dict(zip(("x & x", "x & y", "y & y"), together("xxyy"), strict=True))
    for name, mean, sd in zip(observed, every.mean(0), every.std(0), strict=True):
        row = table.loc[name] if name in table.index else table.loc[" & ".join(name.split(" & ")[::-1])]
        assert row["observed"] == observed[name]
        assert row["expected"] == pytest.approx(mean, abs=4 * sd / np.sqrt(4_000))
    assert table["observed"].sum() == pytest.approx(table["expected"].sum()) == 4


def test_labels_stay_within_their_year_when_asked(passages):
    works = passages.works.assign(year=[1990, 1990, 2000, 2000, 2000, 2010, 2010, 2010])
    net = CitationNetwork(works, passages.citing, passages.cited)
    table = cn.co_citation_test(net, "field", within="year", n_draws=50, rng=1).to_frame()
    assert (table["observed"] == table["expected"]).all()
    assert (table["p"] == 1).all()


def test_a_field_that_is_cited_less_does_not_look_apart_where_citations_are_held():
    """Works cited once and works cited twice do not change places."""
    works = pd.DataFrame({"field": [*"xxyy", None, None, None]}, index=list("abcdpqr"))
    net = CitationNetwork(works, [4, 4, 4, 4, 5, 5], [0, 1, 2, 3, 0, 1])
    year, alike = (
        cn.co_citation_test(net, "field", within=within, n_draws=50, rng=1).to_frame()
        for within in ("year", "year-and-citations")
    )
    assert year.loc["x & x", "sd"] > 0
    assert (alike["sd"] == 0).all()


def test_a_pair_cited_together_twice_counts_twice():
    works = pd.DataFrame({"field": ["x", "y", None, None]}, index=list("abpq"))
    net = CitationNetwork(works, [2, 2, 3, 3], [0, 1, 0, 1])
    assert cn.co_citation_test(net, "field", n_draws=9, rng=1).to_frame().loc["x & y", "observed"] == 2


def test_seeds_reproduce_and_too_few_works_are_refused(passages):
    one, two = (cn.co_citation_test(passages, "field", n_draws=200, rng=3) for _ in range(2))
    np.testing.assert_array_equal(one.null_distribution, two.null_distribution)
    with pytest.raises(cn.InputError, match="at least two"):
        cn.co_citation_test(passages, {"a": "x"})


def test_the_litstudy_triple():
    """References {1,2,3}, {1,2,4}, {3,...}: A and B share two, A and C one, B and C one."""
    arcs = pd.DataFrame({"citing": list("AAABBBCC"), "cited": list("wxywxzyz")})
    net = CitationNetwork.from_frames(pd.DataFrame(index=list("ABCwxyz")), arcs)
    shared = cn.bibliographic_coupling(net).toarray()
    assert (shared[0, 1], shared[0, 2], shared[1, 2]) == (2, 1, 1)
