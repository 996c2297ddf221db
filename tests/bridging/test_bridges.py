"""bridges(): the whole result for two groups, by hand and by relation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.network import CitationNetwork


def cell(result, citing, cited):
    return result.row("citations", citing, cited)


@pytest.fixture
def by_hand():
    """Two years, two fields: what is cited is known, so every number can be checked on paper."""
    works = pd.DataFrame(
        {"year": [1990] * 4 + [2000] * 4, "field": list("xxyyxxyy"), "title": [f"title {c}" for c in "abcdefgh"]},
        index=list("abcdefgh"),
    )
    return CitationNetwork(works, [4, 4, 5, 6, 6, 7, 4], [0, 1, 0, 2, 3, 2, 2])


def test_every_number_by_hand(by_hand):
    """Seven citations in one stratum: x makes 4, y makes 3; x gets 3, y gets 4."""
    result = cn.bridges(by_hand, "field", "x", "y", n_boot=0)
    assert result.flows.counts.tolist() == [[3, 1], [0, 3]]
    assert cell(result, "x", "y")["expected"] == pytest.approx(4 * 4 / 7)
    assert cell(result, "y", "x")["expected"] == pytest.approx(3 * 3 / 7)
    assert cell(result, "x", "y")["ratio"] == pytest.approx(7 / 16)
    variance = 4 * 3 * 4 * 3 / (49 * 6)
    assert cell(result, "x", "y")["z"] == pytest.approx((1 - 16 / 7) / np.sqrt(variance))
    # P(x cites y once or not at all): draw 4 of 7 cited ends, of which 4 are y's; at least one is.
    assert cell(result, "x", "y")["p"] == pytest.approx(2 * 4 / 35)
    assert result.row("E-I index", "x", "y")["value"] == pytest.approx((1 - 6) / 7)
    assert result.row("E-I index", "x", "y")["expected"] == pytest.approx((2 * (16 / 7 + 9 / 7) - 7) / 7)
    assert result.row("share of tested citations", "x", "y")["value"] == pytest.approx(1 / 4)
    assert np.isinf(result.row("odds ratio (Mantel-Haenszel)", "x", "y")["value"])


def test_the_crossing_citation_and_its_papers_are_named(by_hand):
    result = cn.bridges(by_hand, "field", "x", "y", n_boot=0)
    arcs = result.arcs
    assert arcs[["citing", "cited", "citing_group", "cited_group"]].to_numpy().tolist() == [["e", "c", "x", "y"]]
    assert arcs["citing_title"].tolist() == ["title e"]
    assert result.papers[["work", "cites_across", "cited_across"]].to_numpy().tolist() == [["c", 0, 1], ["e", 1, 0]]


def test_swapping_the_groups_swaps_the_directions(net):
    one = cn.bridges(net, "group", "g0", "g1", rng=3)
    two = cn.bridges(net, "group", "g1", "g0", rng=3)
    for pair in (("g0", "g1"), ("g1", "g0")):
        pd.testing.assert_series_equal(
            cell(one, *pair)[["value", "expected", "ratio", "z", "p"]],
            cell(two, *pair)[["value", "expected", "ratio", "z", "p"]],
        )
    assert one.row("E-I index", "g0", "g1")["p"] == pytest.approx(two.row("E-I index", "g1", "g0")["p"])


def test_names_of_groups_and_order_of_works_change_nothing(make_network):
    """Same network with works renamed, rows shuffled and arcs shuffled: the same bytes."""
    net = make_network(11)
    works, citations = net.to_frames()
    plain = cn.bridges(net, "group", "g0", "g1", rng=5)
    mixed = CitationNetwork.from_frames(works.sample(frac=1, random_state=1), citations.sample(frac=1, random_state=2))
    again = cn.bridges(mixed, "group", "g0", "g1", rng=5)
    pd.testing.assert_frame_equal(plain.to_frame(), again.to_frame(), check_exact=True)
    pd.testing.assert_frame_equal(plain.papers, again.papers)
    renamed = CitationNetwork(works.assign(group=works["group"].str.replace("g", "h")), net.citing, net.cited)
    other = cn.bridges(renamed, "group", "h0", "h1", rng=5)
    np.testing.assert_array_equal(plain.to_frame().select_dtypes("number"), other.to_frame().select_dtypes("number"))


def test_time_reversed_direction_is_the_transpose(net):
    """What a cites of b is what b is cited by a: with citing and cited swapped, expectations swap."""
    flipped = CitationNetwork(net.works, net.cited, net.citing)
    one, two = (cn.bridges(n, "group", "g0", "g1", n_boot=0) for n in (net, flipped))
    for column in ("value", "expected", "p"):
        assert cell(one, "g0", "g1")[column] == pytest.approx(cell(two, "g1", "g0")[column])


def test_two_groups_in_all_are_one_test(make_network):
    result = cn.bridges(make_network(4, k=2), "group", "g0", "g1", n_boot=0)
    assert cell(result, "g0", "g1")["p"] == pytest.approx(cell(result, "g1", "g0")["p"])
    assert cell(result, "g0", "g1")["p"] == pytest.approx(result.row("E-I index", "g0", "g1")["p"])


def test_unlabelled_works_can_be_a_group_of_their_own(net):
    some = net.works["group"].where(net.works["group"] != "g2")
    dropped = cn.bridges(net, some, "g0", "g1", n_boot=0)
    own = cn.bridges(net, some, "g0", "g1", unlabelled="own", n_boot=0)
    named = cn.bridges(net, "group", "g0", "g1", n_boot=0)
    assert cell(own, "g0", "g1")["expected"] == pytest.approx(cell(named, "g0", "g1")["expected"])
    assert cell(dropped, "g0", "g1")["expected"] != pytest.approx(cell(named, "g0", "g1")["expected"])
    assert dropped.flows.n_citations + sum(dropped.flows.excluded.values()) == net.n_citations


def test_the_interval_holds_its_estimate_and_is_reproducible(net):
    one, two = (cn.bridges(net, "group", "g0", "g1", rng=9) for _ in range(2))
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame(), check_exact=True)
    for measure, estimate in (("citations", "ratio"), ("share of tested citations", "value")):
        row = one.row(measure, "g0", "g1")
        assert row["low"] < row[estimate] < row["high"]
    assert (one.params["seed"], one.params["n_lists"]) == (9, 999)


def test_bca_and_percentile_agree_roughly_where_nothing_is_skewed(make_network):
    net = make_network(6, n=400, k=2)
    rows = [
        cell(cn.bridges(net, "group", "g0", "g1", interval=kind, rng=1), "g0", "g1") for kind in ("percentile", "bca")
    ]
    assert rows[0]["low"] == pytest.approx(rows[1]["low"], abs=0.03)
    assert rows[0]["high"] == pytest.approx(rows[1]["high"], abs=0.03)


def test_no_crossing_gives_an_exact_interval_with_a_note():
    """Nine citations each way inside, none across: a bootstrap would give 0 to 0, which is no interval."""
    works = pd.DataFrame({"year": [1990] * 6 + [2000] * 6, "field": list("xxxyyy") * 2}, index=list("abcdefghijkl"))
    citing = [6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 11]
    cited = [0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5, 3, 4, 5]
    row = cell(cn.bridges(CitationNetwork(works, citing, cited), "field", "x", "y", rng=1), "x", "y")
    assert row["value"] == row["ratio"] == row["low"] == 0
    assert 0 < row["high"] < 1
    assert "exact" in row["note"]


def crossing_network(crossing_a: int, crossing_b: int, *, per_group: int = 30) -> CitationNetwork:
    """Two fields of papers with one reference each; so many of the first of each go across."""
    works = pd.DataFrame(
        {"year": [1990] * 20 + [2000] * 2 * per_group, "field": list("x" * 10 + "y" * 10) + list("xy" * per_group)},
        index=[f"w{i:03d}" for i in range(20 + 2 * per_group)],
    )
    citing = np.arange(20, 20 + 2 * per_group)
    paper, is_y = np.divmod(citing - 20, 2)
    across = paper < np.where(is_y, crossing_b, crossing_a)
    return CitationNetwork(works, citing, paper % 10 + 10 * (is_y ^ across))


@pytest.mark.parametrize("kind", ["percentile", "bca"])
@pytest.mark.parametrize(("crossing_a", "crossing_b"), [(0, 0), (0, 6), (6, 0), (30, 30), (30, 12)])
def test_no_measure_has_an_interval_without_width(kind, crossing_a, crossing_b):
    b = cn.bridges(
        crossing_network(crossing_a, crossing_b), "field", "x", "y", n_boot=199, n_lists=0, interval=kind, rng=1
    )
    table = b.table.drop(index="smallest detectable ratio (80 % power)", level=0)
    assert (table["low"] < table["high"]).all()
    estimate = table["ratio"].fillna(table["value"])
    assert ((table["low"] <= estimate + 1e-9) & (estimate <= table["high"] + 1e-9)).all()
    share = b.row("share of tested citations", "x", "y")
    beyond = 1 - 0.025 ** (1 / 30)
    if crossing_a in (0, 30):
        assert [share["low"], share["high"]] == pytest.approx([0, beyond] if crossing_a == 0 else [1 - beyond, 1])
        assert "independent citations" in share["note"]
    said = b.summary()
    assert "for independent citations" in said.split("difference")[1].split("\n")[0]


def test_the_exact_odds_are_those_of_one_table_by_hand():
    """30 citations each way inside, none across: odds so low that so few cross once in 40 times."""
    from scipy.stats import nchypergeom_fisher

    b = cn.bridges(crossing_network(0, 0), "field", "x", "y", n_boot=199, n_lists=0, rng=1)
    row = b.row("odds ratio (Mantel-Haenszel)", "x", "y")
    assert row["high"] == np.inf
    assert nchypergeom_fisher.cdf(0, 60, 30, 30, 1 / row["low"]) == pytest.approx(0.025)


def test_coverage_follows_references_to_the_test():
    works = pd.DataFrame(
        {"year": [1990, 1991, None, 2000, 2001], "field": ["x", "y", "x", "x", None]}, index=list("abcde")
    )
    citations = pd.DataFrame({"citing": list("dddddde"), "cited": list("abceazb")})
    net = CitationNetwork.from_frames(works, citations, missing="drop", max_lead=None)
    coverage = cn.bridges(net, "field", "x", "y", n_boot=0).coverage.loc["x"]
    assert coverage["references"] == 6
    assert coverage["citations"] == 4  # one repeat, one unknown
    assert coverage["labelled"] == 3  # e has no field
    assert coverage["tested"] == 2  # c has no year
    assert coverage["share_tested"] == pytest.approx(2 / 6)


def test_the_sentence_holds_the_numbers(net):
    result = cn.bridges(net, "group", "g0", "g1", rng=1)
    row = cell(result, "g0", "g1")
    said = result.sentence()
    assert f"g0 cites g1 {row['value']:.0f} times where {row['expected']:.1f} are expected" in said
    assert f"observed/expected {row['ratio']:.2f}" in said
    assert repr(result) == said


def test_the_summary_is_a_dozen_lines_that_hold_the_table(net):
    result = cn.bridges(net, "group", "g0", "g1", rng=1)
    lines = result.summary().splitlines()
    assert 9 <= len(lines) <= 14
    odds, ei = (result.row(name, "g0", "g1") for name in ("odds ratio (Mantel-Haenszel)", "E-I index"))
    lead = result.papers.iloc[0]
    for part in (
        f"g0 cites g1 {cell(result, 'g0', 'g1')['value']:.0f} times",
        f"own group over the other's: {odds['value']:.2f}",
        f"CI {odds['low']:.2f}–{odds['high']:.2f}",
        f"E-I index {ei['value']:.2f} where {ei['expected']:.2f}",
        "80 % of such corpora would have shown: g0 → g1 a lack from",
        f"Tested: {net.n_citations:,} citations",
        "Coverage: of",
        f"Bridging papers: {lead['work']} ({lead['group']}, {lead['year']}) cites {lead['cites_across']}",
    ):
        assert any(part in line for line in lines), part
    assert max(map(len, lines)) < 400


def test_the_summary_of_what_cannot_be_tested_says_why():
    works = pd.DataFrame({"year": [1990, 1991, 2000], "field": ["x", "y", "x"]}, index=list("abc"))
    said = cn.bridges(CitationNetwork(works, [2, 2], [0, 1]), "field", "x", "y").summary()
    assert "Note: no informative stratum" in said
    assert "nan" not in said


def test_crossing_citations_carry_the_references_behind_them():
    """From a printed list to the string on the arc; a network without reference lists has none."""
    corpus = cn.datasets.coproduction_2024()
    links = cn.resolve(corpus)
    net = cn.build_network(corpus, links)
    result = cn.bridges(net, cn.label(net, by="by_journal"), "HSR/QI", "PAM", n_boot=0, n_lists=0)
    arcs = result.arcs
    assert len(arcs) == result.flows.to_frame().loc["HSR/QI", "PAM"] + result.flows.to_frame().loc["PAM", "HSR/QI"]
    printed = corpus.references.set_index(["citing", "position"])["raw"]
    for citing, position, raw, title in arcs[["citing", "position", "raw", "cited_title"]].itertuples(index=False):
        assert printed[citing, position] == raw
        assert title.split(":")[0].lower() in raw.lower()
    assert "raw" not in cn.bridges(cn.datasets.simulate(100, rng=1), "field", "A", "B", n_boot=0, n_lists=0).arcs


def test_what_cannot_be_tested_says_why():
    works = pd.DataFrame({"field": list("xyxy")}, index=list("abcd"))
    net = CitationNetwork(works, [0, 1], [2, 3])
    result = cn.bridges(net, "field", "x", "y")
    assert "cannot be tested (no citation has a group and a year at both ends" in result.sentence()
    assert np.isnan(cell(result, "x", "y")["ratio"])
    result.summary()
    result.plot()
    apart = CitationNetwork(works.assign(year=2000, field=list("xyxx")), [2], [3])
    apart = cn.bridges(apart, {"a": "x", "b": "y"}, "x", "y")
    assert "no citation runs between works that have a group" in apart.sentence()


def test_a_lone_stratum_has_no_information():
    works = pd.DataFrame({"year": [1990, 1991, 2000], "field": ["x", "y", "x"]}, index=list("abc"))
    result = cn.bridges(CitationNetwork(works, [2, 2], [0, 1]), "field", "x", "y")
    assert cell(result, "x", "y")["p"] == 1
    assert np.isnan(cell(result, "x", "y")["z"])
    assert "no informative stratum" in cell(result, "x", "y")["note"]


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("g0", "g0"), {}, "this needs two groups"),
        (("g0", "G1"), {}, "did you mean 'g1'"),
        (("g0", "g1"), {"n_boot": -1}, "at least 0"),
        (("g0", "g1"), {"level": 95}, "between 0 and 1"),
        (("g0", "g1"), {"interval": "normal"}, "not a choice"),
        (("g0", "g1"), {"null": "labels"}, "not a choice"),
    ],
)
def test_calls_that_cannot_be_answered(net, arguments, options, message):
    with pytest.raises(cn.InputError, match=message):
        cn.bridges(net, "group", *arguments, **options)


def test_detected_communities_are_refused(net):
    found = cn.detect_communities(net, rng=1)
    with pytest.raises(cn.InputError, match="detected in the citations"):
        cn.bridges(net, found, "1", "2")


def test_results_cannot_be_changed(net):
    result = cn.bridges(net, "group", "g0", "g1", n_boot=0)
    table = result.to_frame()
    table.loc[:, "value"] = 0
    assert result.to_frame()["value"].max() > 0
    with pytest.raises(AttributeError):
        result.a = "other"  # type: ignore[misc]


def clustered_lists(seed, n=60, refs=15):
    """Papers with tastes of their own for cited group x or y; the groups of the citing papers mean nothing."""
    rng = np.random.default_rng(seed)
    works = pd.DataFrame(
        {"year": [1990] * 60 + [2000] * n, "field": ["x"] * 30 + ["y"] * 30 + rng.choice(["x", "y"], n).tolist()},
        index=[f"w{i:03d}" for i in range(60 + n)],
    )
    taste = rng.beta(0.5, 0.5, n)
    citing = np.repeat(np.arange(60, 60 + n), refs)
    cited = np.concatenate(
        [rng.choice(60, refs, replace=False, p=np.repeat([t + 0.02, 1.02 - t], 30) / (30 * 1.04)) for t in taste]
    )
    return CitationNetwork(works, citing, cited)


def test_the_list_null_keeps_its_level_where_references_of_a_paper_depend_on_each_other():
    """Shuffling single citations calls most such corpora siloed; swapping whole lists does not."""
    single = lists = 0
    for seed in range(60):
        tests = cn.bridges(clustered_lists(seed), "field", "x", "y", n_boot=0, n_lists=199, rng=seed).tests
        single += tests["a→b"].pvalue < 0.05
        lists += tests["a→b, lists"].pvalue < 0.05
    assert single > 20
    assert lists <= 9  # the 99.9 % quantile of binomial(60, 0.05)


def test_the_sentence_leads_with_the_p_that_holds_for_dependent_references(net):
    said = cn.bridges(net, "group", "g0", "g1", rng=1).sentence()
    assert said.index("whole reference lists swapped") < said.index("single citations shuffled")
    two = cn.bridges(net, {work: "xy"[i % 2] for i, work in enumerate(net.ids)}, "x", "y", rng=1)
    assert two.sentence().count("single citations shuffled") == 1
    assert "one test" in two.summary()


def test_an_infinite_resample_keeps_the_odds_ratio_open_above():
    """Where some resamples have no crossing citation, the upper limit is infinite, not cut off."""
    net = cn.datasets.simulate(80, years=(2000, 2009), n_references=4, preference=15.0, rng=5)
    row = cn.bridges(net, "field", "A", "B", n_boot=399, rng=5).row("odds ratio (Mantel-Haenszel)", "A", "B")
    assert row["low"] < row["value"] < row["high"]
    assert row["high"] == np.inf


def test_too_few_citing_papers_give_no_interval():
    works = pd.DataFrame(
        {"year": [1990] * 40 + [2000] * 2, "field": ["x"] * 20 + ["y"] * 20 + ["x", "y"]},
        index=[f"w{i:02d}" for i in range(42)],
    )
    citing = [40] * 12 + [41] * 12
    cited = [*range(10), 20, 21, *range(22, 32), 0, 1]
    result = cn.bridges(CitationNetwork(works, citing, cited), "field", "x", "y", rng=1)
    assert np.isnan(result.row("odds ratio (Mantel-Haenszel)", "x", "y")["low"])
    assert "fewer than five papers" in str(result.row("odds ratio (Mantel-Haenszel)", "x", "y")["note"])
    table = result.table
    empty = table["low"].isna() & table["value"].notna()
    assert empty.sum() >= 5
    assert table.loc[empty, "note"].str.contains("fewer than five papers").all()


def test_cells_are_tested_exactly_everywhere(net):
    """The table of all cells and the result for a pair give the same p."""
    pair = cn.bridges(net, "group", "g0", "g1", n_boot=0, n_lists=0)
    table = cn.mixing_test(net, "group").to_frame()
    for citing, cited in (("g0", "g1"), ("g1", "g0")):
        assert table.loc[(citing, cited), "p"] == pytest.approx(cell(pair, citing, cited)["p"])


@pytest.mark.parametrize("lengths", [(9, 15), (18, 31)])
def test_lists_of_unequal_length_are_no_preference(lengths):
    """Groups that print longer lists cite everything more often: no test may take that for a silo."""
    found = [0, 0]
    for seed in range(40):
        net = cn.datasets.simulate(400, n_references=lengths, taste=0.5, rng=seed)
        tests = cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=199, rng=seed).tests
        found[0] += tests["a→b, lists"].pvalue < 0.05
        found[1] += cn.mixing_test(net, "field", "ei", null="lists", n_draws=199, rng=seed).pvalue < 0.05
    assert max(found) <= 7  # the 99.9 % quantile of binomial(40, 0.05)


def test_the_list_null_finds_a_preference():
    found = 0
    for seed in range(10):
        net = cn.datasets.simulate(400, n_references=(9, 15), taste=1.0, preference=1.5, rng=seed)
        found += cn.bridges(net, "field", "A", "B", n_boot=0, n_lists=199, rng=seed).tests["a→b, lists"].pvalue < 0.05
    assert found >= 9


def test_what_is_no_network_is_answered_with_how_to_make_one():
    with pytest.raises(cn.InputError, match="net is a Corpus; it must be a CitationNetwork: build_network"):
        cn.bridges(cn.datasets.coproduction_2024(), "by_journal", "PAM", "HSR/QI")
    with pytest.raises(cn.InputError, match="net is a DataFrame"):
        cn.mixing_matrix(pd.DataFrame({"field": ["A"]}), "field")


def test_a_handful_of_resamples_gives_no_interval(net):
    few, enough = (cn.bridges(net, "group", "g0", "g1", n_boot=n, n_lists=0, rng=1) for n in (38, 39))
    note = "no intervals by resampling: only 38 resamples: an interval at 0.95 takes 39"
    assert note in few.table["note"].iloc[-1]
    assert "only" not in str(enough.table["note"].iloc[-1])
    measures = ["citations", "share of tested citations", "difference of shares", "E-I index"]
    assert few.table.loc[measures, ["low", "high"]].isna().all().all()
    assert not enough.table.loc[measures, ["low", "high"]].isna().any().any()
    assert "no interval" in few.sentence()
    assert "CI" not in few.summary()


def test_works_without_a_group_are_told_apart_in_the_coverage(net):
    """As a group of their own they take part in the test; they have no group for that."""
    some = net.works["group"].mask(net.works["group"] == "g2")
    b = cn.bridges(net, some, "g0", "g1", unlabelled="own", n_boot=0, n_lists=0)
    names, counts = b.flows.names, b.flows.counts
    row, total = counts[names.index("g0")], b.coverage["references"]["g0"]
    grouped = (row[names.index("g0")] + row[names.index("g1")]) / total
    said = f"{grouped:.0%} to one with a group and {row[names.index('(unlabelled)')] / total:.0%} to one without"
    assert said.replace("%", " %") in b.summary()
    assert "(of the two directions, the lower)" in b.summary()
    two = cn.bridges(net, some, "g0", "g1", n_boot=0, n_lists=0).summary()
    assert "to one without" not in two
    assert "the lower" not in two


@pytest.mark.parametrize("numbers", [(1, 2), (1.0, 2.0), ("1", "2")])
@pytest.mark.parametrize("kind", ["integers", "floats", "mapping of integers", "mapping of floats"])
def test_groups_that_are_numbers_have_one_name(net, numbers, kind):
    codes = net.works["group"].map({"g0": 1, "g1": 2, "g2": 3})
    codes = codes.astype("float64" if "floats" in kind else "int64")
    labelled = CitationNetwork(net.works.assign(code=codes), net.citing, net.cited)
    groups = codes.to_dict() if "mapping" in kind else "code"
    b = cn.bridges(labelled, groups, *numbers, n_boot=0, n_lists=0)
    assert (b.a, b.b) == ("1", "2")
    assert b.tests["a→b"].statistic == cn.bridges(net, "group", "g0", "g1", n_boot=0, n_lists=0).tests["a→b"].statistic


def test_small_shares_and_single_citations_are_said_as_they_are():
    from citenet.bridging.summary import percent

    b = cn.bridges(crossing_network(0, 1, per_group=250), "field", "x", "y", n_boot=40, n_lists=0, rng=1)
    assert "0 % of what x cites is y, 0.4 % of what y cites is x" in b.summary()
    assert "-0.0%" not in b.summary()
    assert "is cited 1 time." in b.summary() or "is cited 1 time;" in b.summary()
    assert [percent(share) for share in (0.0, 0.0049, 0.9999, 1.0)] == ["0 %", "0.5 %", "> 99.9 %", "100 %"]
