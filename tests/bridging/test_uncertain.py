"""Uncertain matches widen intervals; worst cases bound what unresolved references could hide."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from citenet._support.rng import as_generator
from citenet.bridging.measure import bridges
from citenet.bridging.rubin import combine, combined_limits
from citenet.bridging.uncertain import _own_stream, draw_matches, matching_bounds
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.resolution.build import build_network
from citenet.resolution.matching import resolve

N = 40
WORKS = pd.DataFrame(
    {"year": [1990] * N + [2000] * N, "field": list("xy") * N}, index=[f"w{i:02d}" for i in range(2 * N)]
)


def network(crossing: float) -> CitationNetwork:
    """Each later work cites four earlier ones of its field surely, and two of the other with a probability."""
    rows = []
    for i in range(N):
        own = [((i % 2) + 2 * (i + j)) % N for j in range(4)]
        other = [((i + 1) % 2 + 2 * (i + j)) % N for j in range(2)]
        rows += [(f"w{N + i}", f"w{j:02d}", 1.0) for j in own] + [(f"w{N + i}", f"w{j:02d}", crossing) for j in other]
    citations = pd.DataFrame(rows, columns=["citing", "cited", "score"])
    return CitationNetwork.from_frames(WORKS, citations)


def test_each_citation_is_drawn_with_its_probability():
    net = network(0.5)
    drawn = [draw_matches(net, rng=seed).n_citations for seed in range(40)]
    assert np.mean(drawn) == pytest.approx(4 * N + N, abs=4 * np.sqrt(N / 2 / 40))
    assert draw_matches(network(1.0), rng=1).n_citations == 6 * N
    assert draw_matches(net, rng=1).cited.tolist() == draw_matches(net, rng=1).cited.tolist()


def test_the_seed_of_a_result_recreates_it_where_matches_are_drawn():
    options = {"n_boot": 100, "n_lists": 9, "matching": "sampled"}
    first = bridges(network(0.5), "field", "x", "y", **options)
    again = bridges(network(0.5), "field", "x", "y", **options, rng=first.params["seed"])
    pd.testing.assert_frame_equal(first.table, again.table)


def test_networks_are_drawn_from_a_stream_of_their_own():
    """Not that of the other draws, nor one of its children."""
    for rng in (3, np.random.SeedSequence(3).spawn(1)[0], np.random.default_rng(3)):
        generator, seed = as_generator(rng)
        own = _own_stream(generator, seed).bit_generator.seed_seq
        taken = [generator.bit_generator.seed_seq, *generator.bit_generator.seed_seq.spawn(9)]
        assert (own.entropy, own.spawn_key) not in [(other.entropy, other.spawn_key) for other in taken]


def test_a_likely_work_of_an_ambiguous_reference_is_drawn_too():
    dropped = pd.DataFrame(
        {
            "citing": ["w40"] * 3,
            "cited": ["w00", "w40", "w01"],
            "reason": ["ambiguous", "ambiguous", "later"],
            "score": 1.0,
        }
    )
    net = CitationNetwork(WORKS, dropped=dropped)
    assert draw_matches(net, rng=1).to_frame().to_numpy().tolist() == [["w40", "w00"]]


def test_the_network_of_a_corpus_carries_the_probabilities():
    works = pd.DataFrame(
        {"title": ["Small ties in towns", "Later"], "authors": ["Lee, A", "Poe, B"], "year": [1973, 1990],
         "container": ["Soc Ropes", None], "volume": ["3", None]},
        index=["a", "b"],
    )  # fmt: skip
    references = pd.DataFrame(
        {"citing": ["b"], "authors": ["Lee, A"], "year": [1973], "container": ["Soc Ropes"], "volume": ["3"]}
    )
    corpus = Corpus(works, references)
    dropped = build_network(corpus, resolve(corpus)).dropped
    assert dropped[["cited", "reason"]].to_numpy().tolist() == [["a", "ambiguous"]]
    assert 0.4 < dropped["score"].iloc[0] < 0.9


def test_intervals_with_matching_error_are_wider_and_certain_matches_change_nothing_but_the_draws():
    options = {"n_boot": 400, "n_lists": 0, "rng": 3}

    def width(net: CitationNetwork, matching: str) -> float:
        row = bridges(net, "field", "x", "y", matching=matching, **options).row("share of tested citations", "x", "y")
        return row["high"] - row["low"]

    uncertain = network(0.5)
    assert width(uncertain, "taken") == pytest.approx(0), "every paper cites alike"
    assert width(uncertain, "sampled") > 0.05
    assert width(network(1.0), "sampled") == pytest.approx(0)
    result = bridges(uncertain, "field", "x", "y", matching="sampled", **options)
    again = bridges(uncertain, "field", "x", "y", matching="sampled", **options)
    assert result.to_frame().equals(again.to_frame())
    assert (result.params["matching"], result.params["n_matchings"]) == ("sampled", 20)
    taken = bridges(uncertain, "field", "x", "y", **options)
    assert taken.tests["a→b"].pvalue == result.tests["a→b"].pvalue
    said = "over 20 networks in which each matched or ambiguous reference means its likeliest work with the probability"
    assert said in result.summary()
    assert "networks" not in taken.summary()


def test_with_sampled_matches_the_value_lies_in_its_interval_and_the_taken_one_stands_beside_it():
    """Half of the 80 crossing citations mean another work: what was taken is outside of what is likely."""
    options = {"n_boot": 400, "n_lists": 0, "rng": 3}
    taken = bridges(network(0.5), "field", "x", "y", **options)
    result = bridges(network(0.5), "field", "x", "y", matching="sampled", **options)
    table = result.table.drop(index="smallest detectable ratio (80 % power)", level=0)
    shown = table["ratio"].where(table["ratio"].notna(), table["value"])
    assert ((table["low"] < shown) & (shown < table["high"])).all()
    before = taken.row("share of tested citations", "x", "y")["value"]
    row = result.row("share of tested citations", "x", "y")
    assert (row["taken"], before) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert row["value"] == pytest.approx(1 / 5, abs=0.03)
    citations = result.row("citations", "x", "y")
    assert citations["value"] == result.tests["a→b"].statistic
    assert citations["taken"] == pytest.approx(result.tests["a→b"].ratio)
    assert "taken" not in taken.table
    said = result.sentence()
    assert f"observed/expected {citations['ratio']:.2f}, 95 % CI {citations['low']:.2f}" in said
    assert "over networks drawn from the matches" in said
    assert "of the matches taken" in result.summary()


def test_rubins_rules_by_hand():
    mean, variance, freedom = combine([0.2, 0.4, 0.3, 0.5], [0.01, 0.02, 0.03, 0.02])
    between = np.var([0.2, 0.4, 0.3, 0.5], ddof=1)
    assert mean == pytest.approx(0.35)
    assert variance == pytest.approx(0.02 + 1.25 * between)
    assert freedom == pytest.approx(3 * (1 + 0.02 / (1.25 * between)) ** 2)
    assert combine([0.5, 0.5], [0.1, 0.3]) == (0.5, 0.2, np.inf)


def test_limits_of_a_difference_are_mean_and_t_of_the_combined_variance():
    rng = np.random.default_rng(1)
    estimates, replicates = rng.uniform(0.1, 0.3, (7, 5)), [rng.uniform(0.1, 0.3, (7, 40)) for _ in range(5)]
    mean, variance, freedom = combine(estimates[4], [part[4].var(ddof=1) for part in replicates])
    half = stats.t.ppf(0.95, freedom) * np.sqrt(variance)
    pooled, limits = combined_limits(estimates, replicates, 0.9)
    assert pooled[4] == pytest.approx(mean)
    assert ((limits[:, 0] < pooled) & (pooled < limits[:, 1])).all()
    assert limits[4].tolist() == pytest.approx([mean - half, mean + half])
    assert (limits[:, 0] < limits[:, 1]).all()
    wider = combined_limits(estimates, replicates, 0.99)[1]
    assert ((wider[:, 0] < limits[:, 0]) & (wider[:, 1] > limits[:, 1])).all()


def test_limits_stay_within_what_a_measure_can_be():
    """None crosses in some networks, all in others; the odds are 0 here and without end there."""
    low, high = np.array([0, 0, 0, 0, -1, -1, 0.0]), np.array([9, 9, 1, 1, 1, 1, np.inf])
    estimates = np.stack([low, high, low], axis=1)
    pooled, limits = combined_limits(estimates, [np.stack([low, high], axis=1)] * 3, 0.95)
    assert (limits[:, 0] >= low).all()
    assert (limits[[2, 3, 4, 5, 6], 1] <= high[2:]).all()
    assert not np.isnan(limits).any()
    assert ((limits[:, 0] <= pooled) & (pooled <= limits[:, 1])).all()


def test_a_measure_that_one_network_defines_has_no_limits():
    estimates, replicates = np.full((7, 3), np.nan), [np.full((7, 4), 0.5)] * 3
    estimates[:, 0] = 0.5
    assert np.isnan(combined_limits(estimates, replicates, 0.95)[1]).all()
    assert np.isnan(combined_limits(np.full((7, 3), 0.5), [np.full((7, 4), np.nan)] * 3, 0.95)[1]).all()


def test_networks_that_agree_have_the_normal_interval_of_their_resamples():
    certain = network(1.0)
    certain = certain.without(np.random.default_rng(1).random(certain.n_citations) < 0.3, "some")
    options = {"n_boot": 4_000, "n_lists": 0, "rng": 3}
    for name in ("odds ratio (Mantel-Haenszel)", "share of tested citations"):
        taken, sampled = (
            bridges(certain, "field", "x", "y", matching=matching, **options).row(name, "x", "y")
            for matching in ("taken", "sampled")
        )
        width = taken["high"] - taken["low"]
        assert sampled["low"] == pytest.approx(taken["low"], abs=0.15 * width)
        assert sampled["high"] == pytest.approx(taken["high"], abs=0.15 * width)


def test_sampling_refuses_what_it_cannot_do():
    with pytest.raises(InputError, match=r'needs interval="percentile"'):
        bridges(network(0.5), "field", "x", "y", matching="sampled", interval="bca")
    with pytest.raises(InputError, match=r"'drawn' is not a choice"):
        bridges(network(0.5), "field", "x", "y", matching="drawn")


def test_bounds_move_all_unresolved_references_to_one_side_or_the_other():
    works = pd.DataFrame({"field": list("xxyy")}, index=list("abcd"))
    dropped = pd.DataFrame(
        {"citing": ["a", "a", "c", "a"], "reason": ["unmatched", "ambiguous", "unmatched", "duplicate"]}
    )
    net = CitationNetwork(works, [0, 0, 2, 2], [1, 2, 3, 0], dropped=dropped)
    bounds = matching_bounds(net, "field", "x", "y")
    assert bounds["unresolved"].tolist() == [2, 1, 3, 3]
    assert bounds.loc[("share that crosses", "x", "y")].tolist()[:3] == [1 / 2, 1 / 4, 3 / 4]
    assert bounds.loc[("share that crosses", "y", "x")].tolist()[:3] == [1 / 2, 1 / 3, 2 / 3]
    assert bounds.loc[("E-I index", "x", "y")].tolist()[:3] == [0, -3 / 7, 3 / 7]
    assert bounds.loc[("odds ratio", "x", "y")].tolist()[:3] == [1, 6, 1 / 6]
    with_all = CitationNetwork(works, [0, 0, 2, 2], [1, 2, 3, 0])
    assert matching_bounds(with_all, "field", "x", "y").iloc[:, :3].nunique(axis=1).tolist() == [1] * 4


def test_bounds_without_citations_are_undefined():
    net = CitationNetwork(pd.DataFrame({"field": list("xy")}, index=list("ab")))
    assert matching_bounds(net, "field", "x", "y")["value"].isna().all()


def test_coverage_says_what_was_ambiguous_and_unmatched():
    works = pd.DataFrame({"field": list("xxyy"), "year": 2000}, index=list("abcd"))
    dropped = pd.DataFrame({"citing": ["a", "a", "c"], "reason": ["unmatched", "ambiguous", "unmatched"]})
    net = CitationNetwork(works, [0, 0, 2, 2], [1, 2, 3, 0], dropped=dropped)
    coverage = bridges(net, "field", "x", "y", n_boot=0, n_lists=0).coverage
    assert coverage[["references", "ambiguous", "unmatched", "citations"]].to_numpy().tolist() == [
        [4, 1, 1, 2],
        [3, 0, 1, 2],
    ]
