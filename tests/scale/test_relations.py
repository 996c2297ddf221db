"""Shared knowledge base, label propagation, subnetworks and leading papers, against the network in memory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import citenet as cn
from citenet import scale
from citenet.errors import InputError
from citenet.scale.propagation import _FACTOR, _PRIME


@pytest.fixture(scope="module")
def net(simulated):
    return cn.CitationNetwork.from_frames(*simulated)


@pytest.fixture(scope="module")
def tables(simulated):
    return scale.open_tables(*simulated, engine="duckdb")


def test_the_shared_base_is_that_of_the_network(tables, net):
    found = scale.shared_base(tables, "A", "B")
    observed = cn.shared_knowledge_base(net, "group", "A", "B", n_draws=2, rng=1).to_frame()["observed"]
    assert found.measures.to_dict() == observed[found.measures.index].to_dict()
    common = cn.bridging.missing.common_works(net, "group", "A", "B").set_index("work")
    mine = found.common.set_index("work")
    assert len(mine) == len(common) == found.params["cited by both"]
    for column in ("citing_a", "citing_b"):
        assert mine[column].to_dict() == common[column].to_dict()


def test_hubs_left_out_are_counted(tables, net):
    found = scale.shared_base(tables, "A", "B", max_cited=12, n_common=3)
    times = np.bincount(net.cited, minlength=net.n_works)
    labels = cn.as_partition("group", net)
    by_both = np.isin(labels.labels[net.citing], [labels.group("A"), labels.group("B")])
    hubs = np.flatnonzero(times > 12)
    assert found.params["hubs left out"] == np.isin(hubs, net.cited[by_both]).sum() > 0
    assert found.params["citations to hubs"] == (times[net.cited[by_both]] > 12).sum()
    assert len(found.common) == 3
    assert "left out" in repr(found)
    assert scale.shared_base(tables, "A", "B", max_cited=0).params["cited by both"] == 0


def test_top_papers_are_those_of_the_result(tables, net):
    papers = cn.bridges(net, "group", "A", "B", n_boot=0, n_lists=0).papers
    pd.testing.assert_frame_equal(scale.top_papers(tables, "A", "B", n_papers=10), papers.head(10))
    assert papers["title"].head(10).notna().any()


def test_a_title_is_known_where_the_rows_of_a_work_agree(simulated):
    works, citations = simulated
    again = works.assign(title=works["title"].mask(works.index % 2 == 0, "On something else"))
    tables = scale.open_tables(pd.concat([works, again, works]), citations, engine="duckdb")
    papers = scale.top_papers(tables, "A", "B", n_papers=1_000)
    place = pd.Series(works.index, works["id"].to_numpy())[papers["work"]].to_numpy()
    own, other = (place % 2 == 1) & (place % 5 != 0), place % 10 == 0
    titles = np.select([own, other], ["On " + papers["work"].astype("object"), "On something else"], None)
    assert papers["title"].astype("object").where(papers["title"].notna(), None).tolist() == titles.tolist()


def test_a_subnetwork_is_that_of_the_network(tables, net):
    whole = scale.subnetwork(tables)
    assert whole.ids.tolist() == net.ids.tolist()
    assert whole.citing.tolist() == net.citing.tolist()
    assert whole.cited.tolist() == net.cited.tolist()
    chosen = net.ids[(net.works["group"] == "A").fillna(False) & net.works["year"].between(2000, 2009).fillna(False)]
    for part in (
        scale.subnetwork(tables, groups=["A"], years=(2000, 2009)),
        scale.subnetwork(tables, works=chosen),
    ):
        same = net.subset(chosen)
        assert part.ids.tolist() == same.ids.tolist()
        assert part.citing.tolist() == same.citing.tolist()
        assert part.cited.tolist() == same.cited.tolist()
        assert part.dropped["reason"].value_counts().to_dict() == same.dropped["reason"].value_counts().to_dict()
    with pytest.raises(InputError, match="no group is called"):
        scale.subnetwork(tables, groups=["C"])


def test_nothing_is_left_in_the_engine_but_the_works(simulated):
    tables = scale.open_tables(*simulated, engine="duckdb")
    scale.bridges(tables, "A", "B", n_boot=9, n_lists=9, rng=1)
    scale.shared_base(tables, "A", "B")
    scale.subnetwork(tables, groups=["A"])
    scale.label_propagation(tables)
    kept = tables.backend.connection.sql("SELECT column_count FROM duckdb_tables()").fetchall()
    assert kept == [(3,)]


def propagated(net: cn.CitationNetwork, rounds: int) -> np.ndarray:
    """Run the same rounds, work by work in plain Python."""
    neighbours: list[list[int]] = [[] for _ in range(net.n_works)]
    for i, j in zip(net.citing.tolist(), net.cited.tolist(), strict=True):
        neighbours[i].append(j)
        neighbours[j].append(i)
    labels = list(range(1, net.n_works + 1))
    for turn in range(1, rounds + 1):
        factor = pow(_FACTOR, 7 * turn, _PRIME)
        before = list(labels)
        for i, around in enumerate(neighbours):
            if around and (i + 1) * factor % _PRIME % 2 == 0:
                seen = dict.fromkeys((before[j] for j in around), 0)
                for j in around:
                    seen[before[j]] += 1
                labels[i] = max(seen, key=lambda c: (seen[c], c == before[i], c * factor % _PRIME))
    return np.array(labels)


def test_label_propagation_is_that_of_plain_loops(tables, net):
    with pytest.warns(cn.CitenetWarning, match="still changed in round 5"):
        found = scale.label_propagation(tables, rounds=5)
    expected = cn.Partition(net.ids, np.unique(propagated(net, 5), return_inverse=True)[1])
    assert found.labels.tolist() == expected.labels.tolist()
    assert found.origin == "detected"
    assert len(found.params["changed"]) == 5
    with pytest.raises(InputError, match="were detected"):
        cn.bridges(net, found, "1", "2")


def test_label_propagation_finds_planted_groups():
    """Sparse ones, of which eight rounds leave fragments."""
    rng = np.random.default_rng(7)
    group, m = np.repeat(np.arange(6), 300), 9_000
    one = rng.integers(0, group.size, m)
    inside = group[one] * 300 + rng.integers(0, 300, m)
    other = np.where(rng.random(m) < 0.9, inside, rng.integers(0, group.size, m))
    citations = pd.DataFrame({"citing": np.maximum(one, other), "cited": np.minimum(one, other)})
    tables = scale.open_tables(pd.DataFrame({"id": np.arange(group.size)}), citations, engine="duckdb")
    found = scale.label_propagation(tables)
    truth = pd.Series(group, index=np.arange(group.size).astype("str"))
    assert cn.agreement(found, cn.Partition(truth.index, truth.to_numpy())).ami > 0.95
