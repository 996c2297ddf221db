"""Pairs of versions with known causes: shares exact, intervals that hold the truth as often as they say."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import citenet as cn
from citenet.network import CitationNetwork

WHOLE = os.environ.get("CITENET_SLOW") == "1"
N = 400 if WHOLE else 24
PAIR = {"groups": "field", "between": ("A", "B")}
pair = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "versions.py"))["pair"]


@pytest.mark.slow
def test_intervals_of_differences_hold_the_truth_as_often_as_they_say():
    """The truth is the median of what such pairs show."""
    rows = [cn.compare(*pair(seed), **PAIR, n_boot=199, rng=seed).differences for seed in range(N)]
    for measure in ("log odds ratio", "E-I index"):
        table = pd.DataFrame([row.loc[measure] for row in rows])
        truth = table["difference"].median()
        held = ((table["low"] <= truth) & (truth <= table["high"])).sum()
        assert binom(N, 0.95).ppf(0.0005) <= held, measure
        assert (table["p"] < 0.05).mean() > 0.5, measure  # and the change is seen


def with_raw(net: CitationNetwork) -> CitationNetwork:
    works, arcs = net.to_frames()
    return CitationNetwork.from_frames(
        works, arcs.assign(raw=arcs["citing"] + " cites " + arcs["cited"]), max_lead=None
    )


@pytest.mark.parametrize("seed", range(3))
def test_each_citation_is_put_down_to_what_was_done_to_it(seed):
    """Remove papers, unresolve references and shorten lists: every lost citation has the cause that took it."""
    rng = np.random.default_rng(seed)
    after = with_raw(cn.datasets.simulate(250, preference=2.0, n_references=6, rng=rng))
    gone = rng.random(after.n_works) < 0.1
    fate = rng.choice(["kept", "unmatched", "not listed"], size=after.n_citations, p=[0.8, 0.1, 0.1])
    here = after.without(fate == "unmatched", "unmatched").subset(~gone)
    unlisted = after.to_frame()[fate == "not listed"]
    works, arcs = here.to_frames()
    listed = ~pd.MultiIndex.from_frame(arcs[["citing", "cited"]]).isin(
        pd.MultiIndex.from_frame(unlisted[["citing", "cited"]])
    )
    shorter = CitationNetwork.from_frames(works, arcs[listed], max_lead=None)
    before = CitationNetwork(
        shorter.works, shorter.citing, shorter.cited, dropped=here.dropped, evidence=shorter.evidence
    )
    change = cn.compare(before, after, n_boot=0)
    ids = after.ids[gone]
    truth = after.to_frame().assign(fate=fate)
    truth["cause"] = np.select(
        [truth["citing"].isin(ids), truth["cited"].isin(ids), fate == "unmatched", fate == "not listed"],
        ["citing paper", "cited work", "resolution", "reference list"],
        "",
    )
    found = change.arcs.set_index(["citing", "cited"])["cause"]
    assert found.to_dict() == truth.set_index(["citing", "cited"])["cause"].to_dict()
    counted = truth["cause"].value_counts().drop("")
    assert change.causes.loc["citations", list(counted.index)].to_dict() == counted.to_dict()
