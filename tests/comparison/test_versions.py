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
    assert "causes: citing paper" in change.sentence()
    assert "log odds ratio" in change.summary()
