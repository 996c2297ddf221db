"""Every statistic against every null: what is expected, exact tails, and reasons where something is undefined."""

from __future__ import annotations

from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.bridging.availability import available
from citenet.bridging.mixing import count_cells, label_arcs
from citenet.bridging.nulls import NULLS, ClosedFormNull
from citenet.bridging.statistics import STATISTICS
from citenet.errors import NullModelWarning
from citenet.network import CitationNetwork

pytestmark = pytest.mark.filterwarnings("ignore::citenet.errors.NullModelWarning")


@pytest.fixture
def small():
    """Three papers of 2000 cite six works of 1990; two groups."""
    works = pd.DataFrame({"year": [1990] * 6 + [2000] * 3, "group": list("xxxyyyxxy")}, index=list("abcdefpqr"))
    return CitationNetwork(works, [6, 6, 7, 7, 8], [0, 3, 1, 2, 4])


def every_choice(net):
    """Mixing matrices of all ways in which each paper could have drawn its references from all works it could cite."""
    labels = (net.works["group"] == "y").to_numpy().astype(int)
    papers = np.unique(net.citing)
    ways = []
    for paper in papers:
        pool = [v for v in range(net.n_works) if net.year[v] <= net.year[paper] and v != paper]
        ways.append([(paper, chosen) for chosen in combinations(pool, int((net.citing == paper).sum()))])
    found = []
    for choice in product(*ways):
        counts = np.zeros((2, 2))
        for paper, chosen in choice:
            np.add.at(counts[labels[paper]], labels[list(chosen)], 1)
        found.append(counts)
    return np.array(found)


def test_availability_is_exact_against_every_choice():
    works = pd.DataFrame({"year": [1990] * 4 + [2000, 2001], "group": list("xxyyxy")}, index=list("abcdpq"))
    net = CitationNetwork(works, [4, 4, 5, 5, 5], [0, 1, 2, 3, 4])
    every = every_choice(net)
    test = cn.mixing_test(net, "group", null="availability")
    observed = test.statistic
    np.testing.assert_allclose(test.expected, every.mean(0))
    np.testing.assert_allclose(test.sd, every.std(0))
    tails = (every >= observed).mean(0), (every <= observed).mean(0)
    np.testing.assert_allclose(test.pvalue, np.minimum(1, 2 * np.minimum(*tails)))
    ei = cn.mixing_test(net, "group", "ei", null="availability")
    values = cn.ei_index(every)
    tails = (values >= ei.statistic - 1e-12).mean(), (values <= ei.statistic + 1e-12).mean()
    assert ei.pvalue == pytest.approx(min(1, 2 * min(tails)))
    assert ei.expected == pytest.approx(values.mean())
    support, probability = ei.distribution
    for value, p in zip(support, probability, strict=True):
        assert p == pytest.approx(np.isclose(values, value).mean())


def test_availability_is_exact_for_many_groups_too(make_network):
    net = make_network(2, n=150, k=4)
    exact = cn.mixing_test(net, "group", "cross_share", null="availability")
    drawn = cn.mixing_test(net, "group", "cross_share", null="availability", n_draws=4_000, rng=1)
    support, probability = exact.distribution
    assert support @ probability == pytest.approx(exact.expected)
    assert np.sqrt((support - exact.expected) ** 2 @ probability) == pytest.approx(exact.sd)
    assert drawn.pvalue == pytest.approx(exact.pvalue, abs=0.04)


@pytest.mark.parametrize("name", [name for name in STATISTICS if name not in ("insularity", "coleman_in_time")])
def test_draws_have_the_mean_over_all_permutations(small, name):
    """Two groups, one stratum: 120 orders of what is cited, by the definition of each statistic."""
    arcs, _ = label_arcs(small, "group")
    citing, cited = arcs.citing_group, arcs.cited_group
    every = np.array([count_cells(citing, cited[list(order)], 2) for order in permutations(range(5))])
    what = STATISTICS[name]
    values = np.array([what.of(arcs, counts) for counts in every])
    test = cn.mixing_test(small, "group", name, n_draws=3_000, rng=1)
    np.testing.assert_allclose(test.statistic, what.of(arcs))
    np.testing.assert_allclose(
        test.expected, values.mean(0), atol=4 * np.nanmax(values.std(0)) / np.sqrt(3_000) + 1e-12
    )
    tails = (values >= what.of(arcs) - 1e-9).mean(0), (values <= what.of(arcs) + 1e-9).mean(0)
    known = ~np.isnan(test.statistic)
    p = np.minimum(1, 2 * np.minimum(*tails))
    np.testing.assert_allclose(np.asarray(test.pvalue)[known], np.asarray(p)[known], atol=0.05)


def test_what_is_given_moves_with_the_labels():
    """Coleman in time under the label null: w* is that of each relabelling, over all six."""
    works = pd.DataFrame({"year": [1990, 1990, 1990, 2000], "group": list("xxyx")}, index=list("abcp"))
    net = CitationNetwork(works, [3, 3], [0, 2])
    every = [(s, sum(s[i] == "x" for i in (0, 2))) for s in permutations("xxy")]
    values = []
    for labels, inside in every:
        chance = 2 * labels.count("x") / 3
        values.append((inside - chance) / (2 - chance) if inside >= chance else (inside - chance) / chance)
    test = cn.mixing_test(net, "group", "coleman_in_time", null="labels", n_draws=2_000, rng=1)
    x = test.names.index("x")
    assert test.expected[x] == pytest.approx(np.mean(values), abs=4 * np.std(values) / np.sqrt(2_000))
    assert "undefined of y: it cites nothing" in test.reason


def test_coleman_in_time_is_the_function_where_nobody_cites_later_works(net):
    test = cn.mixing_test(net, "group", "coleman_in_time", n_draws=9, rng=1)
    np.testing.assert_allclose(test.statistic, cn.coleman_in_time(net, "group")[list(test.names)])


@pytest.mark.parametrize("null", ["labels", "labels-and-degree", "configuration", "year-pairs"])
def test_statistics_in_time_count_the_citations_that_were_possible(make_network, null):
    """Whatever the null keeps: no pair is feasible for a citation of a later work, or without a year."""
    sound = make_network(2)
    later = np.flatnonzero(sound.year == sound.year.max())[:6]
    works = sound.works.copy()
    works.loc[sound.ids[sound.cited[-1]], "year"] = pd.NA
    net = CitationNetwork(works, [*sound.citing, 0, 0, 1, 1, 2, 2], [*sound.cited, *later])
    lag = net.year[net.citing] - net.year[net.cited]
    possible = net.without(~(lag >= 0), "impossible")
    assert possible.n_citations < net.n_citations - 6
    for name in ("dyad_odds_ratio", "freeman", "coleman_in_time"):
        found, other = (cn.mixing_test(one, "group", name, null=null, n_draws=3, rng=1) for one in (net, possible))
        np.testing.assert_allclose(found.statistic, other.statistic)
        lost = int(np.isnan(lag).sum())
        assert f"citations that do not count in time: {lost} (no year), 6 (later work)" in found.reason
        assert "do not count" not in other.reason
        if name == "coleman_in_time":
            np.testing.assert_allclose(found.statistic, cn.coleman_in_time(net, "group")[list(found.names)])


@pytest.mark.parametrize("null", list(NULLS))
@pytest.mark.parametrize("name", list(STATISTICS))
def test_every_statistic_meets_every_null(net, null, name):
    if null == "lists" and STATISTICS[name].counts_only:
        with pytest.raises(cn.InputError, match=f"statistic='{name}' needs counts"):
            cn.mixing_test(net, "group", name, null=null, n_draws=9, rng=1)
        return
    groups = "group" if name != "odds_ratio" else {work: "xy"[i % 2] for i, work in enumerate(net.ids)}
    test = cn.mixing_test(net, groups, name, null=null, n_draws=9, rng=1)
    k = 2 if name == "odds_ratio" else 3
    assert np.shape(test.statistic) == STATISTICS[name].shape(k)
    p = np.ravel(test.pvalue)[~np.isnan(np.ravel(test.statistic))]
    assert ((p > 0) & (p <= 1)).all()
    table = test.to_frame()
    assert len(table) == np.prod(STATISTICS[name].shape(k))
    again = cn.mixing_test(net, groups, name, null=null, n_draws=9, rng=1)
    pd.testing.assert_frame_equal(table, again.to_frame())


@pytest.mark.parametrize("null", list(NULLS))
@pytest.mark.parametrize("name", ["counts", "ei", "coleman", "dyad_odds_ratio", "ei_citing"])
@pytest.mark.parametrize("years", [[2000] * 4, [None] * 4, [1990, 1990, 2000, 2001]])
def test_degenerate_networks_have_nan_and_a_reason(null, name, years):
    """No citation, one citation, one group: never a crash, and never a p without a word why it says nothing."""
    if null == "lists" and name in ("coleman", "dyad_odds_ratio"):
        pytest.skip("needs counts, which this null does not draw")
    works = pd.DataFrame({"year": pd.array(years, dtype="Int64"), "group": list("xyxy")}, index=list("abcd"))
    for net, groups in (
        (CitationNetwork(works), "group"),
        (CitationNetwork(works, [2], [0]), "group"),
        (CitationNetwork(works, [2, 3], [0, 1]), dict.fromkeys("abcd", "all")),
        (CitationNetwork(works, [2, 3], [0, 1]), {"a": "x", "b": "y"}),
    ):
        draws = None if isinstance(NULLS[null].null, ClosedFormNull) and name in ("counts", "ei") else 19
        test = cn.mixing_test(net, groups, name, null=null, n_draws=draws, rng=1)
        nothing = np.isnan(test.statistic).all() or np.isnan(test.zscore).all()
        assert not nothing or test.reason
        p = np.ravel(test.pvalue)
        known = ~np.isnan(np.ravel(test.statistic)) & ~np.isnan(np.ravel(test.expected))
        assert (np.isnan(p) == ~known).all()
        assert (p[np.isnan(np.ravel(test.zscore)) & known] == 1).all(), "what cannot vary is no surprise"


@pytest.mark.parametrize("null", list(NULLS))
@pytest.mark.parametrize("name", ["counts", *STATISTICS])
@pytest.mark.parametrize("label", [None, "all"])
def test_fewer_than_two_groups_are_nan_with_a_reason_not_a_crash(null, name, label):
    if null == "lists" and name != "counts" and STATISTICS[name].counts_only:
        pytest.skip("needs counts, which this null does not draw")
    works = pd.DataFrame({"year": [1990, 1991, 2000], "group": pd.array([label] * 3, dtype="str")}, index=list("abc"))
    test = cn.mixing_test(CitationNetwork(works, [2, 2], [0, 1]), "group", name, null=null, n_draws=9, rng=1)
    assert test.reason.startswith("undefined: there is only one group" if label else "undefined: no work has a group")
    assert name == "counts" or np.isnan(test.statistic).all()
    assert len(test.to_frame()) == (1 if np.ndim(test.statistic) == 0 else int(label is not None))


@pytest.mark.parametrize(
    ("null", "name", "needed"),
    [
        ("labels", "ei", "a group at both ends"),
        ("configuration", "counts", "a group at both ends"),
        ("citing-years", "ei", "a group at both ends and a year of the citing work"),
        ("year-pairs", "ei", "a group and a year at both ends"),
        ("labels", "freeman", "a group and a year at both ends"),
    ],
)
def test_what_no_citation_has_is_what_the_null_needs(null, name, needed):
    works = pd.DataFrame({"year": pd.array([None] * 3, dtype="Int64"), "group": ["x", "y", None]}, index=list("abc"))
    test = cn.mixing_test(CitationNetwork(works, [2], [0]), "group", name, null=null, n_draws=2, rng=1)
    assert test.reason.split("; ")[0] == f"undefined: no citation has {needed}"


def test_a_chain_that_cannot_move_says_so():
    works = pd.DataFrame({"year": [1990, 1991, 2000], "group": list("xyx")}, index=list("abc"))
    test = cn.mixing_test(CitationNetwork(works, [2, 2], [0, 1]), "group", "ei", null="simple-graphs", n_draws=9, rng=1)
    assert test.pvalue == 1
    assert "no stratum holds two citations" in test.reason


def test_the_configuration_null_still_warns(net):
    with pytest.warns(NullModelWarning):
        cn.mixing_test(net, "group", "coleman", null="configuration", n_draws=3, rng=1)


def test_papers_add_up_to_the_whole(net):
    """External references of all papers are those of the mixing matrix, expected ones too."""
    table = cn.ei_by_paper(net, "group")
    counts = cn.mixing_matrix(net, "group").counts
    assert table["references"].sum() == counts.sum()
    assert table["external"].sum() == counts.sum() - np.trace(counts)
    expected = (table["references"] * (1 + table["expected"]) / 2).sum()
    null = cn.mixing_test(net, "group")
    assert expected == pytest.approx(null.expected.sum() - np.trace(null.expected))
    by_group = table.groupby("group").apply(lambda own: (2 * own["external"] - own["references"]).sum())
    made = table.groupby("group")["references"].sum()
    np.testing.assert_allclose((by_group / made)[list(null.names)], cn.ei_citing(counts))


def test_the_expectation_of_a_paper_is_the_mean_over_all_permutations(small):
    cited = (small.works["group"] == "y").to_numpy()[small.cited]
    every = np.array([cited[list(order)] for order in permutations(range(5))])
    table = cn.ei_by_paper(small, "group")
    for paper, arcs in (("p", [0, 1]), ("q", [2, 3]), ("r", [4])):
        across = every[:, arcs] if paper != "r" else ~every[:, arcs]
        ei = 2 * across.mean(1) - 1
        assert table.loc[paper, "expected"] == pytest.approx(ei.mean())
        assert table.loc[paper, "sd"] == pytest.approx(ei.std())
    assert np.isnan(table.loc["a", "ei"])
    assert "no reference" in table.loc["a", "note"]


def test_a_paper_without_a_group_has_a_reason():
    works = pd.DataFrame({"year": 2000, "field": ["x", "y", None]}, index=list("abc"))
    works["external"] = [False, True, False]
    table = cn.ei_by_paper(CitationNetwork(works, [0, 2], [1, 0]), "field")
    assert table["note"].tolist() == [
        "the years of its references leave nothing to vary",
        "outside the corpus, its references were not read",
        "no group",
    ]
    own = cn.ei_by_paper(CitationNetwork(works, [0, 2], [1, 0]), "field", unlabelled="own")
    assert own.loc["c", "group"] == "(unlabelled)"
    assert own.loc["c", "ei"] == 1


def test_a_preference_that_is_undefined_names_its_cells():
    works = pd.DataFrame({"year": [1990] * 3 + [2000] * 2, "group": list("xyzxy")}, index=list("abcde"))
    net = CitationNetwork(works, [3, 3, 4, 4], [0, 1, 0, 2])
    test = cn.mixing_test(net, "group", "preference", n_draws=19, rng=1)
    assert test.reason.startswith("undefined of z → x, z → y: the first cites nothing")
    assert "draws" not in test.reason, "what is always undefined is not extreme"
    table = test.to_frame()
    assert table.loc[("x", "y"), "observed"] == pytest.approx((1 / 2) / (1 / 2))
    assert table["observed"].isna().sum() == 5


def test_what_is_possible_is_counted_pair_by_pair(net):
    arcs, _ = label_arcs(net, "group")
    _, pool = available(arcs)
    pairs = [(i, j) for i in range(120) for j in range(120) if i != j and net.year[j] <= net.year[i]]
    labels = net.works["group"].to_numpy()
    within = sum(labels[i] == labels[j] for i, j in pairs)
    test = cn.mixing_test(net, "group", "dyad_odds_ratio", n_draws=3, rng=1)
    by_hand = cn.dyad_odds_ratio(arcs.counts(), [within, len(pairs) - within])
    assert pool.sum() == len(pairs)
    assert test.statistic == pytest.approx(by_hand)
