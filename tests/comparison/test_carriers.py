"""Who carries the crossing: counts and influence against leaving each out by hand, newcomers and the faded by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet.network import CitationNetwork

PAIR = ("A", "B")


@pytest.fixture
def net():
    simulated = cn.datasets.simulate(200, preference=2.0, n_references=6, rng=3)
    works = simulated.works
    works["container"] = [f"Journal {'ABCDE'[i % 5]}" for i in range(len(works))]
    works["container"] = works["container"].where(np.arange(len(works)) % 11 != 0)
    return CitationNetwork(works, simulated.citing, simulated.cited)


def ratios(net):
    result = cn.bridges(net, "field", *PAIR, n_boot=0, n_lists=0)
    return [result.row("citations", *pair)["ratio"] for pair in (PAIR, PAIR[::-1])]


@pytest.mark.parametrize("by", ["work", "container"])
def test_influence_is_that_of_measuring_again_without_the_carrier(net, by):
    table = cn.bridge_carriers(net, "field", *PAIR, by=by, window=40).head(4)
    held = net.ids if by == "work" else net.works["container"].to_numpy(dtype=object)
    for _, row in table.iterrows():
        at_it = np.asarray(held == row["carrier"])
        less = net.without(at_it[net.citing] | at_it[net.cited], "left out")
        expected = np.subtract(ratios(net), ratios(less))
        assert row[["influence a→b", "influence b→a"]].tolist() == pytest.approx(expected.tolist())


def test_crossings_are_those_of_the_bridges(net):
    table = cn.bridge_carriers(net, "field", *PAIR, window=40).set_index("carrier")
    papers = cn.bridges(net, "field", *PAIR, n_boot=0, n_lists=0).papers.set_index("work")
    for column in ("cites_across", "cited_across", "crossings"):
        assert table[column].to_dict() == papers[column].to_dict()
    assert table["share"].sum() == pytest.approx(2)  # both ends carry


def small(years):
    """Papers of A in the given years, each citing the same work of B; the first also cites in A."""
    works = pd.DataFrame(
        {"year": [1980, 1980, *years], "field": ["B", "A"] + ["A"] * len(years), "container": ["Old", None, *"xyXz"]},
        index=["b", "a0", *(f"p{i}" for i in range(len(years)))],
    )
    citing = np.arange(2, 2 + len(years))
    return CitationNetwork(works, [*citing, *citing], [0] * len(years) + [1] * len(years))


def test_newcomers_those_who_stay_return_and_fade():
    table = cn.bridge_carriers(small([2000, 2005, 2010, 2000]), "field", "A", "B", by="container", window=5)
    status = {(row["first"], row["carrier"]): row["status"] for _, row in table.iterrows()}
    assert status == {
        (2000, "X"): "newcomer",  # and x, in 2000: one journal, whatever its case
        (2000, "z"): "newcomer",
        (2000, "Old"): "newcomer",
        (2005, "y"): "newcomer",
        (2005, "Old"): "stays",
        (2005, "X"): "faded",
        (2005, "z"): "faded",
        (2010, "X"): "returns",
        (2010, "Old"): "stays",
        (2010, "y"): "faded",
    }


def test_versions_name_who_came_stayed_and_faded(net):
    early = net.subset(net.year <= 2008)
    keys = net.ids.to_series()
    change = cn.compare(early, net, groups="field", between=PAIR, n_boot=0)
    found = change.carriers().set_index("carrier")
    before, after = (
        cn.bridges(x, "field", *PAIR, n_boot=0, n_lists=0).papers.set_index("work")["crossings"] for x in (early, net)
    )
    assert found["crossings after"].to_dict() == after.reindex(found.index).fillna(0).to_dict()
    assert found["crossings before"].to_dict() == before.reindex(found.index).fillna(0).to_dict()
    assert set(found.index[found["status"] == "newcomer"]) == set(after.index) - set(before.index)
    assert keys.isin(found.index).any()
    back = cn.compare(net, early, groups="field", between=PAIR, n_boot=0).carriers().set_index("carrier")
    assert (back["status"] == "faded").sum() == (found["status"] == "newcomer").sum() > 0


def test_what_cannot_be_named_is_refused(net):
    with pytest.raises(cn.InputError, match="has no column 'journal'"):
        cn.bridge_carriers(net, "field", *PAIR, by="journal")
    with pytest.raises(cn.InputError, match="this needs two groups"):
        cn.bridge_carriers(net, "field", "A", "A")
    found = cn.detect_communities(net, rng=1)
    with pytest.raises(cn.InputError, match="detected"):
        cn.bridge_carriers(net, found, *found.group_names[:2])
