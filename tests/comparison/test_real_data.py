"""Real updates: the same query a year apart in two formats, a growing corpus, a record that drifted."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import citenet as cn

DATA = Path(os.environ.get("CITENET_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no data at {DATA}; set CITENET_DATA")


@pytest.fixture(scope="module")
def update():
    """One query in 2015 (BibTeX) and 2016 (plain text): other keys, other marks, other field sets."""
    folder = DATA / "bibliometrix_history"
    return [cn.read(folder / f"bibliometric_in_management.{ending}") for ending in ("bib", "txt")]


def test_every_record_of_an_update_is_accounted_for(update):
    change = cn.compare(*update)
    works = change.works
    assert works["status"].value_counts().to_dict() == {"kept": 220, "added": 21}
    for column, corpus in zip(("before", "after"), update, strict=True):
        assert sorted(works[column].dropna()) == sorted(corpus.works.index)
    kept = works[works["status"] == "kept"]
    assert (kept["references_before"] == kept["references_after"]).all()


def test_differences_between_formats_are_no_changes(update):
    """Only new papers bring citations; of 12,100 references three are matched otherwise, for another abbreviation."""
    nets = [cn.build_network(corpus, cn.resolve(corpus), external=True) for corpus in update]
    change, back = cn.compare(*nets), cn.compare(*nets[::-1])
    turned = back.arcs.replace({"status": {"gained": "lost", "lost": "gained"}})
    assert change.arcs.value_counts(["status", "cause"]).equals(turned.value_counts(["status", "cause"]))
    causes = change.arcs["cause"].value_counts()
    assert set(causes.index) == {"", "citing paper", "resolution"}
    assert causes["resolution"] <= 3
    assert change.arcs.loc[change.arcs["cause"] == "", "status"].eq("kept").all()
    names = [name for name in change.causes if name not in ("before", "after", "change")]
    assert change.causes.loc["citations", names].sum() == change.causes.loc["citations", "change"]
    own = change.works[~change.works["external"]]
    assert (own["changed"] != "").sum() <= 1  # one record has an author in another form


def test_the_format_of_an_export_changes_no_group_and_no_bridge(update):
    """The same 220 records: BibTeX has ISO abbreviations, plain text those that references are printed with."""
    before, later = update
    again = later.works["ids"].isin(before.works["ids"])
    works = later.works[again]
    after = cn.Corpus(works=works, references=later.references[later.references["citing"].isin(works.index)])
    sides, labelled = [], []
    for corpus in (before, after):
        net = cn.build_network(corpus, cn.resolve(corpus), external=True)
        fields = {
            "IS": ["Information Science & Library Science", "Computer Science, Information Systems"],
            "Business": "Business",
        }
        groups = cn.label(net, "categories", groups=fields, spread="container")
        sides.append(cn.bridges(net, groups, "IS", "Business", n_boot=0, n_lists=0))
        labelled.append(int(groups.to_frame()["group"][net.external].notna().sum()))
    change = cn.compare(*sides, n_boot=0)
    assert len(works) == 220
    assert labelled[0] == labelled[1] > 1_200
    assert set(change.arcs["status"]) == {"kept"}
    assert set(change.arcs["cause"]) == {""}


def test_other_keys_alone_change_nothing():
    corpus = cn.read(DATA / "eusn_social_networks_wos" / "1998_500.txt")
    shuffled = np.random.default_rng(0).permutation(corpus.works.index)
    keys = {key: f"K{i:04d}" for i, key in enumerate(shuffled)}
    references = corpus.references.assign(citing=corpus.references["citing"].map(keys))
    change = cn.compare(corpus, cn.Corpus(works=corpus.works.rename(keys), references=references), external=True)
    assert set(change.works["status"]) == {"kept"}
    assert set(change.arcs["status"]) == {"kept"}


def test_a_record_that_drifted_is_provider_growth():
    """OpenAlex gave a work of 2018 45 references in 2025 and 54 in 2026, and another type."""
    folder = DATA / "api_payloads" / "openalex"
    before, after = (cn.read(folder / f"work_W2741809807_{date}.json") for date in ("2025-06", "2026-03"))
    change = cn.compare(before, after, external=True)
    assert change.arcs["cause"].value_counts().to_dict() == {"": 45, "reference list": 9}
    work = change.works.set_index("before").loc["openalex:W2741809807"]
    assert work[["references_before", "references_after"]].tolist() == [45, 54]
    assert work["changed"] == "type: article → book-chapter"
    assert "0 works were added" in change.sentence()


GROUPS = {
    "HSR/QI": ["Health Care Sciences & Services", "Health Policy & Services"],
    "PAM": ["Public Administration", "Management"],
}


def measured(last: int):
    folder = DATA / "eusn_social_networks_wos"
    corpus = cn.read([file for file in folder.glob("*.txt") if int(file.name[:4]) <= last])
    net = cn.build_network(corpus, cn.resolve(corpus), external=True)
    groups = cn.label(net, "categories", groups=GROUPS, spread="container")
    return corpus, cn.bridges(net, groups, "HSR/QI", "PAM", n_boot=0, n_lists=0)


@pytest.mark.slow
@pytest.mark.skipif(os.environ.get("CITENET_SLOW") != "1", reason="minutes; CITENET_SLOW=1 runs it")
def test_a_corpus_that_grows_by_windows_names_the_cause_of_each_new_citation():
    windows = [measured(last) for last in (1998, 2001, 2004)]
    for (one, before), (other, after) in zip(windows, windows[1:], strict=False):
        change = cn.compare(before, after, n_boot=0)
        own = change.works[~change.works["external"]]
        assert own["status"].value_counts().to_dict() == {
            "kept": len(one.works),
            "added": len(other.works) - len(one.works),
        }
        crossing = change.arcs["status"].value_counts()
        assert crossing["kept"] == len(before.arcs)
        assert crossing["kept"] + crossing["gained"] == len(after.arcs)
        assert set(change.arcs.loc[change.arcs["status"] == "gained", "cause"]) == {"citing paper", "label changed"}
        journals = change.carriers(by="container")
        assert journals["crossings after"].iloc[0] > 0
    assert (windows[0][0].works.shape[0], windows[2][0].works.shape[0]) == (835, 3303)
