"""Nulls: closed form against brute force, shuffles and the swap chain; what each of them keeps."""

from __future__ import annotations

from functools import partial
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom

import citenet as cn
import citenet.bridging.convolution as convolution
import citenet.bridging.stratified as stratified_module
from citenet.bridging.availability import AvailabilityLaw, available
from citenet.bridging.convolution import hypergeometric_sum, tail_probabilities
from citenet.bridging.inference import NullTest
from citenet.bridging.lists import ListNull, lists_of
from citenet.bridging.mixing import count_cells, label_arcs
from citenet.bridging.nulls import NULLS, ClosedFormNull
from citenet.bridging.relabelling import LabelNull
from citenet.bridging.self_cited import self_cited
from citenet.bridging.shuffling import shuffled_orders, shuffled_tables
from citenet.bridging.stratified import (
    Margins,
    StratifiedLaw,
    cell_covariance,
    cell_distribution,
    cell_moments,
    linear_moments,
    margins,
    strata_of,
)
from citenet.bridging.swaps import chain_diagnostics, swap_chain
from citenet.errors import InputError, NullModelError, NullModelWarning
from citenet.network import CitationNetwork


def stratified(net, null="year-pairs"):
    arcs, _ = label_arcs(net, "group")
    arcs, stratum = strata_of(arcs, null)
    return arcs, stratum, margins(arcs.citing_group, arcs.cited_group, stratum, arcs.k)


def all_shuffles(citing, cited, stratum, k):
    """Mixing matrices of every order of the cited ends within strata, each as likely."""
    found = []
    for order in permutations(range(len(cited))):
        if all(stratum[i] == stratum[j] for i, j in enumerate(order)):
            found.append(count_cells(citing, cited[list(order)], k))
    return np.array(found, dtype=float)


def test_closed_form_is_the_mean_over_all_permutations():
    """Moments, and the whole distribution of a cell, agree with enumeration on a tiny network."""
    citing = np.array([0, 0, 1, 2, 1, 0, 2], dtype=np.int32)
    cited = np.array([1, 0, 2, 2, 0, 1, 0], dtype=np.int32)
    stratum = np.array([0, 0, 0, 0, 1, 1, 1])
    every = all_shuffles(citing, cited, stratum, 3)
    given = margins(citing, cited, stratum, 3)
    expected, variance = cell_moments(given)
    np.testing.assert_allclose(expected, every.mean(0))
    np.testing.assert_allclose(variance, every.var(0), atol=1e-12)
    weights = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 1.0], [2.0, 0.0, -1.0]])
    sums = (every * weights).sum((1, 2))
    np.testing.assert_allclose(linear_moments(given, weights), (sums.mean(), sums.var()))
    support, probability = cell_distribution(given, 0, 1)
    for x, p in zip(support, probability, strict=True):
        assert p == pytest.approx((every[:, 0, 1] == x).mean())


def test_one_stratum_is_one_hypergeometric():
    support, probability = cell_distribution(Margins(np.array([[35, 15]]), np.array([[34, 16]])), 0, 1)
    np.testing.assert_allclose(probability, hypergeom(50, 16, 35).pmf(support), rtol=1e-10)


def test_moments_of_the_distribution_are_the_closed_form(net):
    _, _, given = stratified(net)
    expected, variance = cell_moments(given)
    for a in range(3):
        for b in range(3):
            support, probability = cell_distribution(given, a, b)
            mean = support @ probability
            assert mean == pytest.approx(expected[a, b])
            assert (support - mean) ** 2 @ probability == pytest.approx(variance[a, b])


def test_fourier_and_direct_convolution_agree(net, monkeypatch):
    _, _, given = stratified(net)
    direct = cell_distribution(given, 0, 1)[1]
    monkeypatch.setattr("citenet.bridging.convolution._DIRECT", 0)
    np.testing.assert_allclose(cell_distribution(given, 0, 1)[1], direct, atol=1e-14)


def test_the_four_cells_of_two_groups_are_one_test(monkeypatch):
    """However much is expected of each: a cell and its complement have the same p."""
    counts = np.array([[3_000, 40], [35, 5]])
    for large in (100.0, 0.0):  # exact, and normal
        monkeypatch.setattr(convolution, "_LARGE", large)
        for law in (
            StratifiedLaw(counts, Margins(counts.sum(1)[None], counts.sum(0)[None])),
            AvailabilityLaw(counts, counts.sum(1)[:, None], np.array([[4_000, 90], [400, 9]]), *sizes(4_090, 409)),
        ):
            expected, variance = law.moments()
            sd = np.sqrt(variance)
            p = NullTest("citations", counts, "", expected, sd, tails=law.tails(sd)).pvalue
            assert p[0, 0] == pytest.approx(p[0, 1], rel=1e-9)
            assert p[1, 0] == pytest.approx(p[1, 1], rel=1e-9)
            if isinstance(law, StratifiedLaw):
                np.testing.assert_allclose(p, p[0, 0], rtol=1e-9)
                if large:
                    assert p[0, 0] == pytest.approx(min(1, 2 * hypergeom(3_080, 3_040, 3_035).sf(2_999)), rel=1e-9)


def sizes(*numbers):
    return np.array(numbers)[:, None], np.arange(len(numbers), dtype=np.int32)


def test_an_fft_gives_no_p_below_its_noise(monkeypatch):
    """Direct convolution knows the tail; an FFT only that it is below its rounding."""
    one = np.array([60, 70]), np.array([60, 70]), np.array([120, 140])
    direct = hypergeometric_sum(*one)
    assert 0 < tail_probabilities(direct, 130.0)[0] == direct[1][-1] < 1e-70
    monkeypatch.setattr(convolution, "_DIRECT", 0)
    fft = hypergeometric_sum(*one)
    assert tail_probabilities(fft, 130.0)[0] == 1e-13
    assert NullTest("citations", 130.0, "", 65.0, 4.0, distribution=fft).pvalue == pytest.approx(2e-13)
    assert tail_probabilities(fft, 70.0)[0] == pytest.approx(tail_probabilities(direct, 70.0)[0], rel=1e-9)


def test_values_that_are_too_unlikely_to_matter_are_left_out_of_wide_sums(monkeypatch):
    rng = np.random.default_rng(1)
    total = rng.integers(400, 900, 30)
    urns = (total * rng.uniform(0.2, 0.7, 30)).astype(int), (total * rng.uniform(0.2, 0.7, 30)).astype(int), total
    support, probability = whole = hypergeometric_sum(*urns)
    monkeypatch.setattr(convolution, "_WIDE", 1_000)
    some, chance = wide = hypergeometric_sum(*urns)
    assert some.size < support.size / 4
    assert (some[0], some[-1]) == (support[0], support[-1])
    assert (np.diff(some)[1:-1] == 1).all()
    np.testing.assert_allclose(chance, np.interp(some, support, probability), atol=1e-13 * probability.max())
    middle = support @ probability
    for value in (middle // 1, middle // 1 - 60, middle // 1 + 60):
        np.testing.assert_allclose(tail_probabilities(wide, value), tail_probabilities(whole, value), rtol=1e-5)
    for value, at_least in ((support[0], (1.0, 1e-13)), (support[-1], (1e-13, 1.0))):
        np.testing.assert_allclose(tail_probabilities(wide, value), at_least)


def test_empty_and_lone_strata_add_nothing_to_vary():
    given = Margins(np.array([[1, 0], [0, 0], [2, 0]]), np.array([[0, 1], [0, 0], [1, 1]]))
    expected, variance = cell_moments(given)
    assert expected.tolist() == [[1.0, 2.0], [0.0, 0.0]]
    assert variance.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert cell_distribution(given, 0, 1)[0].tolist() == [2.0]


@pytest.mark.parametrize("null", ["year-pairs", "citing-years"])
def test_shuffles_agree_with_the_closed_form(make_network, null):
    """Mean over draws lies within three Monte Carlo errors of the closed form in every cell."""
    arcs, stratum, given = stratified(make_network(3, n=300), null)
    expected, variance = cell_moments(given)
    ends = arcs.citing_group, arcs.cited_group, stratum
    draws = np.array(list(shuffled_tables(*ends, arcs.k, 600, np.random.default_rng(1))))
    z = (draws.mean(0) - expected) / np.sqrt(variance / len(draws))
    assert np.abs(z).max() < 3
    assert 0.8 < np.mean(draws.var(0) / variance) < 1.25


def test_swap_chain_agrees_with_the_closed_form(make_network):
    """Simple graphs and multigraphs differ little where papers of a stratum share few references."""
    arcs, stratum, given = stratified(make_network(5, n=300, refs=4))
    expected, variance = cell_moments(given)
    draws = np.array(
        [
            count_cells(arcs.citing_group, arcs.labels[cited], arcs.k)
            for cited, _ in swap_chain(arcs, stratum, 60, np.random.default_rng(2), sweeps=10)
        ]
    )
    z = (draws.mean(0) - expected) / np.sqrt(variance / len(draws))
    assert np.abs(z).max() < 3


def year_profile(net, papers, others):
    """How many citations each paper has with works of each year."""
    years = net.year[others].astype(int)
    return pd.Series(1, index=pd.MultiIndex.from_arrays([papers, years])).groupby(level=[0, 1]).sum()


@pytest.mark.parametrize("kind", ["shuffle", "chain"])
def test_every_draw_keeps_time_and_each_papers_years(net, kind):
    """No work cites a later one; references per cited year and citations per citing year stay."""
    arcs, stratum, _ = stratified(net)
    citing, cited = net.citing[arcs.index], net.cited[arcs.index]
    rng = np.random.default_rng(4)
    if kind == "shuffle":
        drawn = [cited[order] for order in shuffled_orders(stratum, 5, rng)]
    else:
        drawn = [new for new, _ in swap_chain(arcs, stratum, 5, rng)]
    for new in drawn:
        assert (net.year[citing] >= net.year[new]).all()
        pd.testing.assert_series_equal(year_profile(net, citing, new), year_profile(net, citing, cited))
        pd.testing.assert_series_equal(year_profile(net, new, citing), year_profile(net, cited, citing))
    assert any((new != cited).any() for new in drawn)


def test_the_chain_keeps_graphs_simple_and_says_what_it_accepts(net):
    arcs, stratum, _ = stratified(net)
    citing = net.citing[arcs.index]
    for cited, acceptance in swap_chain(arcs, stratum, 3, np.random.default_rng(0)):
        pairs = set(zip(citing.tolist(), cited.tolist(), strict=True))
        assert len(pairs) == citing.size
        assert (citing != cited).all()
        assert 0 < acceptance <= 1


def test_the_chain_leaves_citations_of_one_year_alone():
    works = pd.DataFrame({"year": [2000] * 4, "group": list("xyxy")}, index=list("abcd"))
    arcs, stratum, _ = stratified(CitationNetwork(works, [0, 1], [2, 3]))
    with pytest.raises(NullModelError, match="no stratum"):
        next(swap_chain(arcs, stratum, 1, np.random.default_rng(0)))


def test_label_permutation_keeps_the_groups_of_each_year(make_network):
    """Group sizes per year stay, so a network whose groups never share a year cannot vary."""
    net = make_network(2)
    works = net.works.assign(group=np.where(net.year < 2004, "old", "new"))
    net = CitationNetwork(works, net.citing, net.cited)
    null = LabelNull()
    arcs, stratum = null.prepare(label_arcs(net, "group")[0])
    for counts in null.draws(arcs, stratum, 5, np.random.default_rng(0)):
        np.testing.assert_array_equal(counts, arcs.counts())


def test_the_configuration_null_warns(net):
    with pytest.warns(NullModelWarning, match="silos that are not there"):
        stratified(net, "configuration")


def test_the_warning_points_to_the_line_that_asked(net):
    """However deep inside citenet it comes from."""
    for ask in (
        lambda: cn.bridges(net, "group", "g0", "g1", null="configuration", n_boot=0, n_lists=0),
        lambda: cn.mixing_test(net, "group", null="configuration"),
        lambda: cn.robustness(net, "group", "g0", "g1", null="configuration", n_papers=0, resolutions=[]),
    ):
        with pytest.warns(NullModelWarning) as caught:
            ask()
        assert {warning.filename for warning in caught} == {__file__}


def test_undated_arcs_are_left_out_and_counted():
    works = pd.DataFrame({"year": [2000, None, 2005], "group": ["x", "y", "x"]}, index=list("abc"))
    net = CitationNetwork(works, [2, 2], [0, 1])
    arcs, stratum, _ = stratified(net)
    assert arcs.excluded == {"no year": 1}
    assert stratum.tolist() == [0]
    assert stratified(net, "citing-years")[0].excluded == {}


def lists_by_stratum(lists):
    """Excesses of the papers of each stratum, and how many papers of each group it holds."""
    for s in np.unique(lists.exchangeable):
        members = lists.exchangeable == s
        yield lists.excess[members], np.bincount(lists.labels[members], minlength=len(lists.base))


def cells_of_lists(arcs, stratum):
    """Mean and variance of every cell of the list null: sampling without replacement among the lists of a stratum."""
    lists = lists_of(arcs, stratum)
    expected, variance = lists.base.copy(), np.zeros_like(lists.base)
    for excess, sizes in lists_by_stratum(lists):
        n = len(excess)
        expected += np.outer(sizes / n, excess.sum(0))
        if n > 1:
            variance += np.outer(sizes * (n - sizes) / n, excess.var(0, ddof=1))
    return expected, variance


def sum_of_lists(arcs, stratum, weights):
    """Mean and variance of a weighted sum of cells of the list null (Hoeffding's combinatorial variance)."""
    lists = lists_of(arcs, stratum)
    expected, variance = float((lists.base * weights).sum()), 0.0
    for excess, sizes in lists_by_stratum(lists):
        n = len(excess)
        matrix = (excess @ weights.T)[:, np.repeat(np.arange(arcs.k), sizes)]  # of each list in each paper's place
        expected += float(matrix.sum() / n)
        if n > 1:
            centred = matrix - matrix.mean(0) - matrix.mean(1, keepdims=True) + matrix.mean()
            variance += float((centred**2).sum() / (n - 1))
    return expected, variance


def closed_form(model, arcs, stratum):
    """Mean and variance of every cell, and what gives those of a weighted sum."""
    if isinstance(model, ListNull):
        return *cells_of_lists(arcs, stratum), partial(sum_of_lists, arcs, stratum)
    law = model.law(arcs, stratum)
    return *law.moments(), law.linear


@pytest.mark.parametrize("null", [name for name in NULLS if name != "configuration"])
def test_draws_of_every_null_have_its_closed_form_moments(make_network, null):
    """Where mean and variance are known, draws agree with them; all draws keep the number of citations."""
    arcs, _ = label_arcs(make_network(7, n=200), "group")
    model = NULLS[null].null
    arcs, stratum = model.prepare(arcs)
    n = 40 if null == "simple-graphs" else 400
    draws = np.array(list(model.draws(arcs, stratum, n, np.random.default_rng(3))), dtype=float)
    np.testing.assert_allclose(draws.sum((1, 2)), arcs.index.size)
    if isinstance(model, ClosedFormNull | ListNull):
        expected, variance, linear = closed_form(model, arcs, stratum)
        assert np.abs((draws.mean(0) - expected) / np.sqrt(variance / n)).max() < 3.5
        assert 0.75 < np.mean(draws.var(0) / variance) < 1.3
        weights = np.random.default_rng(0).normal(size=(3, 3))
        mean, spread = linear(weights)
        sums = (draws * weights).sum((1, 2))
        assert abs(sums.mean() - mean) < 3.5 * np.sqrt(spread / n)
        assert 0.7 < sums.var() / spread < 1.4


@pytest.mark.parametrize("null", list(NULLS))
def test_every_null_says_what_it_keeps(null):
    assert NULLS[null].keeps


def test_tables_and_permutations_are_the_same_null(make_network, monkeypatch):
    """Both ways of drawing a shuffle have the closed form's moments."""
    arcs, stratum, given = stratified(make_network(9, n=250))
    expected, variance = cell_moments(given)
    ends = arcs.citing_group, arcs.cited_group, stratum
    for cost in (0.0, 1e9):
        monkeypatch.setattr("citenet.bridging.shuffling._TABLE_COST", cost)
        draws = np.array(list(shuffled_tables(*ends, 3, 300, np.random.default_rng(5))))
        assert np.abs((draws.mean(0) - expected) / np.sqrt(variance / 300)).max() < 3.5
        assert 0.75 < np.mean(draws.var(0) / variance) < 1.3


def test_covariance_of_cells_agrees_with_enumeration():
    citing = np.array([0, 0, 1, 2, 1, 0], dtype=np.int32)
    cited = np.array([1, 0, 2, 2, 0, 1], dtype=np.int32)
    stratum = np.array([0, 0, 0, 0, 1, 1])
    every = all_shuffles(citing, cited, stratum, 3).reshape(-1, 9)
    np.testing.assert_allclose(
        cell_covariance(margins(citing, cited, stratum, 3)), np.cov(every.T, bias=True), atol=1e-12
    )


def test_covariances_in_parts_are_those_of_one_go(monkeypatch):
    rng = np.random.default_rng(3)
    made = rng.multinomial(40, np.full(5, 0.2), 30)
    received = rng.multinomial(40, [0.1, 0.3, 0.2, 0.4, 0.0], 30)
    given = Margins(made, received)
    whole = cell_covariance(given)
    np.testing.assert_allclose(np.diag(whole).reshape(5, 5), cell_moments(given)[1], atol=1e-9)
    ones = np.array([cell_covariance(Margins(made[[s]], received[[s]])) for s in range(30)])
    monkeypatch.setattr(stratified_module, "_AT_ONCE", 100)
    np.testing.assert_allclose(cell_covariance(given), whole, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(ones.sum(0), whole, rtol=1e-12, atol=1e-9)


def test_more_groups_than_memory_has_room_for_are_refused_before_any_is_taken():
    many = np.ones((1, 2_000), np.int64)
    with pytest.raises(InputError, match="of 2000 groups are 16,000,000,000,000 numbers; at most 64 groups"):
        cell_covariance(Margins(many, many))


def test_what_could_be_cited_is_counted_by_hand():
    works = pd.DataFrame({"year": [2000, 2000, 2001, None], "group": list("xyxy")}, index=list("abcd"))
    arcs, _ = label_arcs(CitationNetwork(works, [2], [0]), "group")
    made, pool = available(arcs)
    assert made.tolist() == [0, 0, 1, 0]
    assert pool.tolist() == [[0, 1], [1, 0], [1, 1], [0, 0]]


def test_lists_move_whole():
    """Two papers of one year: either both lists stay, or both are swapped."""
    works = pd.DataFrame({"year": [2000] * 4 + [2001] * 2, "group": list("xxyyxy")}, index=list("abcdef"))
    arcs, _ = label_arcs(CitationNetwork(works, [4, 4, 5, 5], [0, 1, 2, 3]), "group")
    model = NULLS["lists"].null
    arcs, stratum = model.prepare(arcs)
    seen = {tuple(counts.ravel()) for counts in model.draws(arcs, stratum, 50, np.random.default_rng(0))}
    assert seen == {(2, 0, 0, 2), (0, 2, 2, 0)}
    expected, variance = cells_of_lists(arcs, stratum)
    assert expected.tolist() == [[1, 1], [1, 1]]
    assert variance.tolist() == [[1, 1], [1, 1]]


def test_the_chain_says_how_well_it_mixes(net):
    """Swaps are accepted, counts of successive sweeps are nearly independent, and most citations have moved."""
    arcs, stratum, _ = stratified(net)
    found = chain_diagnostics(arcs, stratum, 0, 1, 200, np.random.default_rng(1))
    assert 0.5 < found["acceptance"] <= 1
    assert abs(found["autocorrelation"]) < 0.5
    assert 0.3 < found["moved"] <= 1


def same_year_network(seed: int, per_year: int = 4) -> CitationNetwork:
    """Two years of few papers, each of which cites two of its own year."""
    rng = np.random.default_rng(seed)
    n = 2 * per_year
    works = pd.DataFrame(
        {"year": [2000] * per_year + [2001] * per_year, "field": list("xy" * per_year)},
        index=[f"w{i}" for i in range(n)],
    )
    citing = np.repeat(np.arange(n), 2)
    year = citing // per_year * per_year
    cited = [(i - start + 1 + k) % per_year + start for i, start, k in zip(citing, year, [0, 1] * n, strict=True)]
    order = rng.permutation(citing.size)
    return CitationNetwork(works, citing[order], np.array(cited)[order])


@pytest.mark.parametrize("null", ["year-pairs", "citing-years", "configuration"])
@pytest.mark.filterwarnings("ignore::citenet.errors.NullModelWarning")
def test_papers_that_would_cite_themselves_are_counted_as_in_shuffles(null):
    net = same_year_network(1)
    arcs, _ = label_arcs(net, "field")
    tested, stratum = strata_of(arcs, null)
    citing, cited = net.citing[tested.index], net.cited[tested.index]
    rng, times = np.random.default_rng(1), []
    for _ in range(4_000):
        order = np.lexsort((rng.random(stratum.size), stratum))
        start = np.argsort(stratum, kind="stable")
        times.append((citing[start] == cited[order]).sum())
    expected = self_cited(tested, stratum, null)
    assert np.mean(times) == pytest.approx(expected, abs=4 * np.std(times) / np.sqrt(4_000))
    assert expected > 1


def test_a_shuffle_that_lets_papers_cite_themselves_says_so(net):
    few = same_year_network(1)
    b = cn.bridges(few, "field", "x", "y", n_boot=0, n_lists=0)
    assert b.params["self_citations_expected"] == pytest.approx(4.0)  # 8 papers: 2 made x 2 received / 8 of a year
    assert "Note: shuffled, 4.0 citations (25.0 % of those tested) would run from a paper to itself" in b.summary()
    assert "would run from a paper to itself" in cn.mixing_test(few, "field", "ei").reason
    assert "itself" not in cn.mixing_test(few, "field", "ei", null="availability").reason
    assert "itself" not in cn.mixing_test(net, "group", "ei").reason + cn.bridges(net, "group", "g0", "g1").summary()


def test_works_without_a_year_that_change_places_are_told(make_network):
    net = make_network(3)
    undated = net.works.assign(year=net.works["year"].mask(np.arange(net.n_works) < 50))
    some, none = CitationNetwork(undated, net.citing, net.cited), make_network(3)
    for null in ("labels", "labels-and-degree"):
        reasons = [cn.mixing_test(one, "group", "ei", null=null, n_draws=9, rng=1).reason for one in (some, none)]
        assert "works without a year, which change places as if of one year" in reasons[0]
        assert not reasons[1]
    assert "for 50 works" in cn.mixing_test(some, "group", "ei", null="labels", n_draws=9, rng=1).reason
    some = CitationNetwork(undated.assign(year=pd.NA), net.citing, net.cited)
    said = [
        [
            cn.brokerage_test(one, "group", null="labels", n_draws=9, rng=1).reason,
            cn.co_citation_test(one, "group", within="year", n_draws=9, rng=1).reason,
            cn.shared_knowledge_base(one, "group", "g0", "g1", n_draws=9, rng=1).test.reason,
        ]
        for one in (some, none)
    ]
    assert all("time is not kept for" in reason for reason in said[0])
    assert not any(said[1])
