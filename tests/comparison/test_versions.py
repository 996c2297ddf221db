"""Two versions of a corpus: what changed, why, and that the causes add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.comparison.decomposition import DECOMPOSED
from citenet.network import CitationNetwork


def measured(net, groups="field", **options):
    return cn.bridges(net, groups, "A", "B", n_boot=0, n_lists=0, **options)


@pytest.fixture
def net():
    return cn.datasets.simulate(300, share_b=(0.3, 0.6), preference=2.0, n_references=6, rng=1)


def causes(change):
    return set(change.arcs["cause"]) - {""}


def test_a_version_compared_with_itself_has_no_changes(net):
    change = cn.compare(measured(net), measured(net), n_boot=50, rng=1)
    assert set(change.works["status"]) == {"kept"}
    assert set(change.arcs["status"]) == {"kept"}
    assert (change.differences["difference"].dropna() == 0).all()
    assert (change.causes["change"].dropna() == 0).all()


def test_later_years_are_new_citing_papers(net):
    early = net.subset(net.year <= 2012)
    change = cn.compare(measured(early), measured(net), n_boot=0)
    assert causes(change) == {"citing paper"}
    assert (change.arcs["status"] == "kept").sum() == len(measured(early).arcs)


def test_turning_the_comparison_round_mirrors_it(net):
    early = net.subset(net.year <= 2012)
    there, back = (cn.compare(measured(x), measured(y), n_boot=0) for x, y in ((early, net), (net, early)))
    gained, lost = ((c.arcs["status"] == s).sum() for c, s in ((there, "gained"), (back, "lost")))
    assert gained == lost > 0
    pd.testing.assert_series_equal(there.causes["change"], -back.causes["change"])
    pd.testing.assert_series_equal(there.differences["difference"], -back.differences["difference"])


def without(net, keep, dropped=None):
    """Return the network with only some of its arcs; the others stand in ``dropped`` if a reason is given."""
    works, arcs = net.to_frames()
    kept = CitationNetwork.from_frames(works, arcs[keep], max_lead=None)
    if dropped is None:
        return kept
    lost = arcs[~keep].assign(cited=pd.NA, reason=dropped)
    return CitationNetwork(kept.works, kept.citing, kept.cited, dropped=lost, evidence=kept.evidence)


def with_raw(net):
    works, arcs = net.to_frames()
    return CitationNetwork.from_frames(
        works, arcs.assign(raw=arcs["citing"] + " cites " + arcs["cited"]), max_lead=None
    )


def test_a_reference_that_is_newly_matched_is_told_from_one_that_is_newly_listed(net):
    full = with_raw(net)
    keep = np.random.default_rng(1).random(full.n_citations) < 0.9
    matched = cn.compare(measured(without(full, keep, "unmatched")), measured(full), n_boot=0)
    listed = cn.compare(measured(without(full, keep)), measured(full), n_boot=0)
    assert causes(matched) == {"resolution"}
    assert causes(listed) == {"reference list"}
    assert (matched.arcs["status"] == "gained").sum() == (listed.arcs["status"] == "gained").sum() > 0


def test_changed_labels_and_dates_are_causes(net):
    works = net.works
    relabelled = works.assign(field=np.where(np.arange(len(works)) % 20 == 0, "B", works["field"]))
    change = cn.compare(measured(net), measured(CitationNetwork(relabelled, net.citing, net.cited)), n_boot=0)
    assert causes(change) == {"label changed"}
    redated = works.assign(year=works["year"].where(np.arange(len(works)) % 20 != 0, works["year"] + 1))
    change = cn.compare(measured(net), measured(CitationNetwork(redated, net.citing, net.cited)), n_boot=0)
    assert causes(change) == {"date changed"}
    assert change.causes.loc["ratio a→b", "change"] != 0


def test_keys_that_change_on_export_are_no_change(net):
    """The same works under other ids are the same works, if their descriptions say so."""
    works = net.works.assign(
        title=[f"a study of subject number {i}" for i in range(net.n_works)],
        authors=[f"Author{i}, A" for i in range(net.n_works)],
        doi=[f"10.1000/{i}" for i in range(net.n_works)],
    )
    one = CitationNetwork(works, net.citing, net.cited)
    two = CitationNetwork(works.set_axis([f"key{i}" for i in range(net.n_works)]), net.citing, net.cited)
    change = cn.compare(measured(one), measured(two), n_boot=0)
    assert set(change.works["status"]) == {"kept"}
    assert set(change.works["rule"]) == {"doi"}
    assert set(change.arcs["status"]) == {"kept"}


def test_merged_records_are_named():
    works = pd.DataFrame(
        {
            "year": [1990, 1990, 2000, 2000],
            "field": ["A", "A", "B", "B"],
            "doi": ["10.1000/a", "10.1000/a", None, None],
        },
        index=["a1", "a2", "c", "d"],
    )
    before = CitationNetwork(works, [2, 3], [0, 1])
    after = CitationNetwork(works.drop("a2").rename({"a1": "a"}), [1, 2], [0, 0])
    change = cn.compare(measured(before), measured(after), n_boot=0)
    assert (change.works["status"] == "merged").sum() == 2


def mixed_change(net):
    """Drop some papers, relabel some, redate some, unmatch some references."""
    rng = np.random.default_rng(3)
    full = with_raw(net)
    early = full.subset(full.year <= 2014)
    works = early.works
    draw = rng.random(len(works))
    works["field"] = works["field"].where(draw > 0.05, "A")
    works["year"] = works["year"].where(draw < 0.95, works["year"] - 1)
    keep = rng.random(early.n_citations) < 0.95
    thinned = without(early, keep, "unmatched")
    return CitationNetwork(
        works, thinned.citing, thinned.cited, dropped=thinned.dropped, evidence=thinned.evidence
    ), full


def test_causes_add_up_exactly_whatever_changed(net):
    before, after = mixed_change(net)
    change = cn.compare(measured(before), measured(after), n_boot=0)
    names = [c for c in change.causes if c not in ("before", "after", "change")]
    assert {"citing paper", "date changed", "label changed", "resolution"} <= set(names)
    np.testing.assert_allclose(change.causes[names].sum(axis=1), change.causes["change"], atol=1e-9)


def test_before_and_after_are_the_measures_of_the_versions(net):
    before, after = mixed_change(net)
    one, two = measured(before), measured(after)
    table = cn.compare(one, two, n_boot=0).causes
    for column, result in (("before", one), ("after", two)):
        for key, pair in (("a→b", ("A", "B")), ("b→a", ("B", "A"))):
            row = result.row("citations", *pair)
            assert table.loc[f"citations {key}", column] == row["value"]
            assert table.loc[f"expected {key}", column] == pytest.approx(row["expected"])
            assert table.loc[f"ratio {key}", column] == pytest.approx(row["ratio"])
        assert table.loc["E-I index", column] == pytest.approx(result.row("E-I index", "A", "B")["value"])
    assert tuple(table.index) == DECOMPOSED


def test_paired_intervals_are_narrower_than_those_of_strangers(net):
    """Versions that share their papers differ less by chance than two samples would."""
    early = net.subset(net.year <= 2017)
    change = cn.compare(measured(early), measured(net), n_boot=300, rng=1).differences.T["ratio a→b"]
    alone = [
        cn.bridges(n, "field", "A", "B", n_boot=300, n_lists=0, rng=1).row("citations", "A", "B") for n in (early, net)
    ]
    independent = np.hypot(*(row["high"] - row["low"] for row in alone))
    assert change["high"] - change["low"] < 0.7 * independent
    assert change["low"] <= change["difference"] <= change["high"]


def test_seeds_reproduce_and_other_groups_are_refused(net):
    early = net.subset(net.year <= 2012)
    one, two = (cn.compare(measured(early), measured(net), n_boot=50, rng=4).differences for _ in range(2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    other = net.works.assign(field=net.works["field"].replace("B", "C"))
    third = cn.bridges(CitationNetwork(other, net.citing, net.cited), "field", "A", "C", n_boot=0, n_lists=0)
    with pytest.raises(cn.InputError, match="other groups"):
        cn.compare(measured(net), third)


def test_the_sentence_counts_works_citations_and_causes(net):
    early = net.subset(net.year <= 2012)
    change = cn.compare(measured(early), measured(net), n_boot=50, rng=1)
    added = (change.works["status"] == "added").sum()
    assert f"{added} works were added, 0 removed and 0 merged" in change.sentence()
    assert "causes: gained: citing paper" in change.sentence()
    assert "log odds ratio" in change.summary()


def test_the_paragraph_tests_the_odds_ratio_and_not_what_depends_on_composition(net):
    early = net.subset(net.year <= 2012)
    change = cn.compare(measured(early), measured(net), n_boot=200, rng=1)
    table, said = change.differences, change.sentence()
    row = table.loc["log odds ratio"]
    odds = f"difference {row['difference']:+.2f}, 95 % CI {row['low']:+.2f} to {row['high']:+.2f}, p = "
    assert said.index(odds) < said.index("Observed/expected A → B went from")
    assert "CI" not in said.split("Observed/expected")[1].split(".  ")[0].split(" Odds ratio")[0]
    shares = table.filter(like="share", axis=0)
    assert len(shares) == 3
    assert shares[["low", "high", "p"]].isna().all(axis=None)
    assert shares["note"].str.contains("composition").all()
    ratios = table.filter(like="ratio ", axis=0).drop("log odds ratio", errors="ignore")
    assert ratios["p"].isna().all()
    assert ratios["low"].notna().all()
    assert table.loc[["log odds ratio", "E-I index"], ["low", "high", "p"]].notna().all(axis=None)


def test_few_papers_show_no_interval():
    """Five review papers, three of one group: resampling them says little of how much papers differ."""
    rng = np.random.default_rng(0)
    works = pd.DataFrame(
        {
            "title": [f"Old work {i} on {chr(97 + i) * 4}" for i in range(20)] + [f"Review {c * 5}" for c in "mnopq"],
            "year": [2000] * 20 + [2005, 2005, 2005, 2006, 2006],
            "field": ["A", "B"] * 10 + ["A", "B", "A", "B", "A"],
        },
        index=[f"o{i}" for i in range(20)] + list("mnopq"),
    )
    arcs = [(citing, f"o{cited}") for citing in "mnopq" for cited in rng.choice(20, 8, replace=False)]
    few = CitationNetwork.from_frames(works, pd.DataFrame(arcs, columns=["citing", "cited"]))
    change = cn.compare(few.subset(few.year <= 2005), few, groups="field", between=("A", "B"), n_boot=99, rng=1)
    assert change.differences[["low", "high", "p"]].isna().all(axis=None)
    assert "fewer than five papers of a group cite in a version" in change.sentence()
    assert "undefined" in change.summary()


def test_corpora_and_networks_are_compared_as_their_bridges_are(net):
    early = net.subset(net.year <= 2012)
    by_bridges = cn.compare(measured(early), measured(net), n_boot=50, rng=1)
    by_networks = cn.compare(early, net, groups="field", between=("A", "B"), n_boot=50, rng=1)
    for table in ("differences", "causes", "arcs", "works", "odds"):
        pd.testing.assert_frame_equal(getattr(by_networks, table), getattr(by_bridges, table), check_exact=True)
    assert by_networks.sentence() == by_bridges.sentence()


@pytest.fixture
def corpora():
    """Two versions: a reference list grew, a work was added, one renamed, a DOI corrected, a type changed."""
    works = pd.DataFrame(
        {
            "title": ["Getting a job", "The strength of weak ties", "Structural holes", "Bowling alone"],
            "authors": ["Granovetter, M", "Granovetter, M", "Burt, R", "Putnam, R"],
            "year": [1974, 1973, 1992, 2000],
            "doi": ["10.1000/job", "10.1000/tis", None, None],
            "type": ["book", "article", "book", "book"],
            "field": ["A", "A", "B", "B"],
        },
        index=["job", "ties", "holes", "bowling"],
    )
    lists = {"holes": ["job"], "bowling": ["ties", "job"]}

    def corpus(works, lists):
        rows = [
            {
                "citing": citing,
                **works.loc[cited, ["title", "authors", "year", "doi"]],
                "raw": works.loc[cited, "title"],
            }
            for citing, printed in lists.items()
            for cited in printed
        ]
        return cn.Corpus(works, pd.DataFrame(rows))

    later = works.rename({"job": "granovetter1974"})
    later.loc["ties", "doi"] = "10.1000/ties"
    later.loc["holes", "type"] = "monograph"
    later.loc["new"] = ["Educational organizations as loosely coupled systems", "Weick, K", 1976, None, "article", "A"]
    later_lists = {"holes": ["granovetter1974", "ties", "new"], "bowling": ["ties", "granovetter1974"]}
    return corpus(works, lists), corpus(later, later_lists)


def test_corpora_are_compared_by_their_works_and_reference_lists(corpora):
    change = cn.compare(*corpora)
    works = change.works.set_index("after")
    assert works["status"].to_dict() == {
        "granovetter1974": "kept",
        "ties": "kept",
        "holes": "kept",
        "bowling": "kept",
        "new": "added",
    }
    assert works.loc["ties", "changed"] == "doi: 10.1000/tis → 10.1000/ties"
    assert works.loc["holes", ["references_before", "references_after", "changed"]].tolist() == [
        1,
        3,
        "type: book → monograph",
    ]
    gained = change.arcs[change.arcs["status"] == "gained"].set_index(["citing", "cited"])["cause"]
    assert gained.to_dict() == {("holes", "new"): "cited work", ("holes", "ties"): "reference list"}
    assert change.causes.loc["citations"].to_dict() == {
        "before": 3,
        "after": 5,
        "change": 2,
        "cited work": 1,
        "reference list": 1,
    }
    assert change.differences.loc["references"].tolist() == [3, 5, 2]
    assert "1 work was added, 0 removed and 0 merged; the description of 2 changed." in change.sentence()
    with pytest.raises(cn.InputError, match="no bridges to carry"):
        change.carriers()


@pytest.mark.parametrize("missing", [None, "volume", "title"])
def test_a_corrected_doi_under_another_key_is_the_same_work_if_all_else_agrees(missing):
    record = {
        "title": "Co-production in public health services: a review of reviews",
        "authors": "Smith, John; Doe, Jane",
        "year": 2001,
        "container": "Public Management Review",
        "volume": "3",
        "first_page": "101",
        "doi": "10.1016/j.a.2001.01",
        "field": "A",
    }
    citing = {"title": "Management reform and its discontents", "year": 2003, "field": "B"}
    corrected = {**record, "doi": "10.1080/14719037.2001.99"} | ({missing: None} if missing else {})
    one, other = (
        CitationNetwork(pd.DataFrame([first, citing], index=[key, "b"]), [1], [0])
        for first, key in ((record, "a"), (corrected, "q"))
    )
    change = cn.compare(one, other)
    if missing:
        assert sorted(change.works["status"]) == ["added", "kept", "removed"]
    else:
        work = change.works.set_index("before").loc["a"]
        assert work[["after", "status", "rule"]].tolist() == ["q", "kept", "same description"]
        assert work["changed"] == "doi: 10.1016/j.a.2001.01 → 10.1080/14719037.2001.99"
        assert causes(change) == set()


def test_a_longer_list_to_works_outside_the_corpus_is_no_cited_work(corpora):
    """Works outside the corpus are there because they are cited: a longer list brings them, they do not bring it."""
    one = cn.Corpus(corpora[0].works, corpora[0].references)
    more = pd.concat(
        [
            one.references,
            pd.DataFrame({"citing": ["holes"], "position": [2], "title": ["Outside"], "doi": ["10.2000/x"]}),
        ]
    )
    change = cn.compare(one, cn.Corpus(one.works, more), external=True)
    assert causes(change) == {"reference list"}
    assert change.works.loc[change.works["external"], "status"].tolist() == ["added"]
    assert "0 works were added" in change.sentence()


def test_the_list_of_a_work_that_was_only_cited_before_comes_with_the_work(net):
    """A corpus extended to earlier years: its new papers had been cited, and no list of a provider grew."""
    early = net.year < 2000
    works = net.works.assign(external=early)
    cited_only = CitationNetwork(works, net.citing, net.cited).without(early[net.citing], "not of the corpus")
    there, back = (cn.compare(measured(x), measured(y), n_boot=0) for x, y in ((cited_only, net), (net, cited_only)))
    assert causes(there) == causes(back) == {"citing paper"}
    assert set(there.works["status"]) == {"kept"}
    assert f"0 removed and 0 merged; {early.sum()} that had only been cited became of the corpus." in there.sentence()
    assert f"0 removed and 0 merged; {early.sum()} of the corpus are now only cited." in back.sentence()


@pytest.mark.parametrize("column", ["group", "year"])
def test_a_cited_work_that_became_a_record_explains_what_its_record_says_otherwise(column):
    """Outside the corpus a work has the group of its journal; its record has no category, or another year."""
    works = pd.DataFrame(
        {
            "title": ["Old public value", "New public value", "Safety of patients", "Governing networks"],
            "year": [2000, 2005, 2006, 2001],
            "container": ["Gov", "Gov", "Qual", "Gov"],
            "category": ["PAM", "PAM", "HSR", None if column == "group" else "PAM"],
            "doi": ["10.1000/old", "10.1000/new", "10.1000/safe", "10.1000/nets"],
        },
        index=["old", "new", "safe", "nets"],
    )
    printed = works.loc[["old", "nets"], ["title", "year", "container", "doi"]].assign(citing="safe", position=[1, 2])
    if column == "year":
        printed.loc["nets", "year"] = 2002
    references = printed.reset_index(drop=True)

    def version(records):
        corpus = cn.Corpus(records, references)
        net = cn.build_network(corpus, cn.resolve(corpus), external=True)
        spread = "container" if net.external.any() else None
        return cn.bridges(net, cn.label(net, "category", spread=spread), "HSR", "PAM", n_boot=0, n_lists=0)

    one, two = version(works.drop("nets")), version(works)
    there, back = cn.compare(one, two, n_boot=0), cn.compare(two, one, n_boot=0)
    assert causes(there) == causes(back) == {"cited work"}
    assert "1 that had only been cited became of the corpus" in there.sentence()
    assert "1 of the corpus is now only cited" in back.sentence()
    gained = {"group": (0, 1), "year": (0, 0)}[column]
    assert f"{gained[0]} were gained and {gained[1]} lost" in there.sentence()
    if column == "group":
        assert "1 stayed, 1 was gained and 0 lost (causes: gained: cited work 1)." in back.sentence()


def test_labels_of_works_outside_the_corpus_that_follow_their_journal_are_told_apart():
    """A new paper breaks a tie within a journal: what is cited there has another group."""
    works = pd.DataFrame(
        {"year": [2000, 2001, 2002, 1990], "external": [False] * 3 + [True]}, index=["one", "two", "three", "book"]
    )
    nets = CitationNetwork(works, [0, 2], [3, 0]), CitationNetwork(works, [0, 2], [3, 0])
    fields = {"one": "A", "two": "B", "three": "A", "book": "A"}
    change = cn.compare(*nets, groups=(fields, fields | {"book": "B", "three": "B"}), between=("A", "B"), n_boot=0)
    assert "(causes: gained: label changed 2 (1 to works outside the corpus))" in change.sentence()


def test_citations_that_lost_their_year_are_lost_and_said_to_be(net):
    works = net.works
    undated = CitationNetwork(
        works.assign(year=works["year"].where(np.arange(len(works)) % 5 != 0)), net.citing, net.cited
    )
    change = cn.compare(measured(net), measured(undated), n_boot=0)
    counts = change.arcs["status"].value_counts()
    assert counts["lost"] == -change.causes.loc[["citations a→b", "citations b→a"], "change"].sum() > 0
    assert set(change.arcs.loc[change.arcs["status"] == "lost", "cause"]) == {"date changed"}
    same = cn.compare(measured(undated), measured(undated), n_boot=0)
    assert f"{counts['lost']:,} lack a year and do not count." in same.sentence()
    with pytest.warns(cn.errors.NullModelWarning):
        free = cn.compare(*[measured(x, null="configuration") for x in (net, undated)], n_boot=0)
    assert set(free.arcs["status"]) == {"kept"}


def test_an_outside_work_printed_with_other_marks_is_the_same():
    works = pd.DataFrame({"title": ["Review of quality"], "year": [2000]}, index=["r"])

    def printed(raw, author):
        return pd.DataFrame({"citing": ["r"], "raw": [raw], "authors": [author], "year": [1995], "container": ["CWTS"]})

    one, two = (
        cn.Corpus(works, printed(raw, author))
        for raw, author in (("Van Raan AFJ, 1995, CWTS", "Raan, AFJ"), ("VANRAAN AFJ. 1995. CWTS", "Vanraan, AFJ"))
    )
    change = cn.compare(one, two, external=True)
    assert set(change.arcs["status"]) == {"kept"}
    assert set(change.works["status"]) == {"kept"}


def test_a_record_that_became_two_is_split_and_the_reverse_merged():
    works = pd.DataFrame(
        {"year": [1990, 1990, 2000, 2000], "field": ["A", "A", "B", "B"], "doi": ["10.1/a", "10.1/a", None, None]},
        index=["a1", "a2", "c", "d"],
    )
    two = CitationNetwork(works, [2, 3, 2], [0, 1, 1])
    one = CitationNetwork(works.drop("a2").rename({"a1": "a"}), [1, 2], [0, 0])
    there, back = (cn.compare(measured(x), measured(y), n_boot=0) for x, y in ((two, one), (one, two)))
    assert there.works["status"].value_counts().to_dict() == {"merged": 2, "kept": 2}
    assert back.works["status"].value_counts().to_dict() == {"split": 2, "kept": 2}
    assert (there.causes.loc["citations b→a", ["before", "after"]] == [3, 2]).all()
    assert there.causes.loc["citations b→a", "records merged"] == -1
    pd.testing.assert_series_equal(there.causes["records merged"], -back.causes["records merged"])


@pytest.mark.parametrize("null", ["year-pairs", "citing-years"])
@pytest.mark.parametrize("unlabelled", ["drop", "own"])
def test_before_and_after_are_those_of_the_null_that_was_asked(net, null, unlabelled):
    works = net.works
    works["field"] = works["field"].where(np.arange(len(works)) % 7 != 0)
    full = CitationNetwork(works, net.citing, net.cited)
    one, two = (measured(x, null=null, unlabelled=unlabelled) for x in (full.subset(full.year <= 2012), full))
    change = cn.compare(one, two, n_boot=0)
    for column, result in (("before", one), ("after", two)):
        for key, pair in (("a→b", ("A", "B")), ("b→a", ("B", "A"))):
            row = result.row("citations", *pair)
            assert change.causes.loc[f"expected {key}", column] == pytest.approx(row["expected"])
            assert change.differences.loc[f"ratio {key}", column] == pytest.approx(row["ratio"])
        odds = result.row("odds ratio (Mantel-Haenszel)", "A", "B")["value"]
        assert change.causes.loc["log odds ratio", column] == pytest.approx(np.log(odds))
    other = measured(full, null="citing-years" if null == "year-pairs" else "year-pairs", unlabelled=unlabelled)
    with pytest.raises(cn.InputError, match="measure both alike"):
        cn.compare(one, other)


def test_the_odds_of_kept_and_gained_citations_are_those_of_their_parts(net):
    """The oracle: Mantel-Haenszel of the parts by hand; the test is Woolf's."""
    early = net.subset(net.year <= 2005)
    change = cn.compare(measured(early), measured(net), n_boot=0)
    late = net.without(net.year[net.citing] <= 2005, "early")
    for name, part in (("kept", early), ("gained", late)):
        assert change.odds.loc[name, "citations"] == part.n_citations
        value = measured(part).row("odds ratio (Mantel-Haenszel)", "A", "B")["value"]
        assert change.odds.loc[name, "odds_ratio"] == pytest.approx(value)
    (one, two), (s, t) = np.log(change.odds["odds_ratio"][:2]), change.odds["se_log"][:2]
    assert change.homogeneity.statistic == pytest.approx((one - two) ** 2 / (s**2 + t**2))
    assert change.homogeneity.df == 1
    assert "for one odds ratio" in change.sentence()


def test_what_cannot_be_compared_is_refused(net):
    with pytest.raises(cn.InputError, match="two corpora, two networks or two results"):
        cn.compare(net, measured(net))
    with pytest.raises(cn.InputError, match="pass both groups= and between="):
        cn.compare(net, net, groups="field")
    with pytest.raises(cn.InputError, match="leave groups= and between= out"):
        cn.compare(measured(net), measured(net), groups="field", between=("A", "B"))
    with pytest.raises(cn.InputError, match="must name two groups"):
        cn.compare(net, net, groups="field", between=3)
    with pytest.raises(cn.InputError, match="pass external=True to build_network"):
        cn.compare(net, net, external=True)
    with pytest.raises(cn.InputError, match="must name two groups"):
        cn.compare(net, net, groups="field", between="AB")
    with pytest.raises(cn.InputError, match="n_boot"):
        cn.compare(net, net, n_boot=-1)


def test_empty_versions_are_compared_too(net):
    empty = CitationNetwork(pd.DataFrame({"field": pd.Series(dtype="str")}))
    assert set(cn.compare(empty, net).works["status"]) == {"added"}
    assert set(cn.compare(net, empty).works["status"]) == {"removed"}
    assert cn.compare(empty, empty).works.empty
    nothing = net.subset(np.zeros(net.n_works, bool))  # with columns of text, not of nothing in particular
    assert cn.compare(nothing, nothing).arcs.empty
