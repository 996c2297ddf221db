"""Scan and runs: plateaus, what is reported, workers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from citenet import agreement, build_network, detect_runs, resolve, scan_resolution
from citenet.communities.scan import ResolutionScan
from citenet.datasets import coproduction_2024, simulate
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition


def test_the_scan_finds_what_one_resolution_misses(planted):
    """At γ = 1 modularity joins most of 80 small communities; the finest plateau has them all."""
    net, truth = planted(groups=80, size=8, inside=2.5, outside=0.4)
    truth = Partition(net.ids, truth)
    scan = scan_resolution(net, np.geomspace(0.5, 16, 11), rng=1)
    assert agreement(scan.at(1), truth).ami < 0.9
    best = scan.best()
    assert agreement(best, truth).ami > 0.93
    assert best.params["resolution"] > 1
    assert best.origin == "detected"
    row = scan.table.set_index("resolution").loc[best.params["resolution"]]
    assert row["groups"] == best.n_groups
    assert row["quality"] == best.quality
    assert row["largest"] == best.sizes.max() / best.sizes.sum()


def test_a_network_without_structure_has_no_plateau():
    rng = np.random.default_rng(0)
    citing, cited = np.nonzero(np.tril(rng.random((200, 200)) < 0.04, -1))
    net = CitationNetwork(pd.DataFrame(index=[f"w{i:03d}" for i in range(200)]), citing, cited)
    scan = scan_resolution(net, np.geomspace(0.1, 8, 9), rng=1)
    assert scan.plateaus().empty
    assert "plateaus: none" in repr(scan)
    with pytest.raises(InputError, match="no plateau found"):
        scan.best()


def table(groups, runs, following, alone=None) -> ResolutionScan:
    columns = {"resolution": 2.0 ** np.arange(len(groups)), "groups": groups, "ami_runs": runs, "ami_next": following}
    columns["alone"] = np.zeros(len(groups)) if alone is None else alone
    return ResolutionScan(pd.DataFrame(columns))


def test_plateaus_by_hand():
    nan = float("nan")
    scan = table([1, 3, 3, 4, 9, 9, 9], [1, 1, 1, 0.9, 0.96, 1, 0.97], [1, 0.99, 0.8, 0.7, 0.97, 0.99, nan])
    plateaus = scan.plateaus()
    assert plateaus[["low", "high", "octaves", "groups"]].to_numpy().tolist() == [[2, 4, 1, 3], [16, 64, 2, 9]]
    assert plateaus["resolution"].tolist() == [2, 32]
    assert plateaus["ami"].iloc[1] == pytest.approx((1 + 0.98) / 2)
    assert scan.plateaus(0.98)["groups"].tolist() == [3]
    assert scan.plateaus(octaves=2)["groups"].tolist() == [9]
    with pytest.raises(InputError, match=r"no plateau found at AMI 0.95 over 2.1 octaves"):
        scan.best(octaves=2.1)


def test_equal_but_for_rounding_is_equal():
    scan = table([3, 3, 3], [1, 1 + 2e-16, 1], [1, 1, float("nan")])
    assert scan.plateaus()["resolution"].tolist() == [1]


def test_partitions_of_single_works_are_no_plateau():
    """They agree with each other because there is nothing to disagree about."""
    scan = table([3, 3, 9, 9], [1, 1, 1, 1], [1, 0.2, 1, float("nan")], [0, 0.49, 0.5, 0.9])
    assert scan.plateaus()["groups"].tolist() == [3]
    assert "half of the works or more alone from γ 4>" in repr(scan)


def test_the_share_of_works_alone_is_of_the_linked(from_edges):
    net = from_edges([("b", "a"), ("d", "c")], ["a", "b", "c", "d", "e"])
    scan = scan_resolution(net, [1, 9], rng=1)
    assert scan.table["alone"].tolist() == [0, 1]
    assert scan.table["groups"].tolist() == [2, 0]
    assert scan.at(1).params["iterations"] == 5


def test_a_star_has_no_scale_of_single_works():
    """The review and what it cites: above γ = 1 nearly every work is alone, and all runs agree on that."""
    corpus = coproduction_2024()
    scan = scan_resolution(build_network(corpus, resolve(corpus)), rng=42)
    alone = scan.table.set_index("resolution")["alone"]
    assert alone.iloc[-1] == 1
    assert (alone[scan.plateaus()["high"]] < 0.5).all()
    assert scan.best().n_groups < 10


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_two_fields_are_found_where_there_are_two_and_not_where_there_are_none(seed):
    resolutions = np.geomspace(0.25, 1, 17)
    net = simulate(400, preference=6.0, rng=seed)
    best = scan_resolution(net, resolutions, rng=42).best()
    assert agreement(best, as_partition("field", net)).ami > 0.9
    assert scan_resolution(simulate(400, preference=1.0, rng=seed), resolutions, rng=42).plateaus().empty


def test_order_and_workers_change_nothing(planted):
    net, _ = planted(groups=4, size=20)
    works, arcs = net.to_frames()
    shuffled = CitationNetwork.from_frames(works.iloc[::-1], arcs.sample(frac=1, random_state=3))
    one = scan_resolution(net, [1, 2], rng=5)
    other = scan_resolution(shuffled, [2, 1], workers=3, rng=5)
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    runs, again = detect_runs(net, 4, rng=5), detect_runs(net, 4, workers=2, rng=5)
    assert [r.labels.tolist() for r in runs] == [r.labels.tolist() for r in again]
    assert [r.params["run"] for r in runs] == [0, 1, 2, 3]


def test_empty_and_wrong(from_edges):
    for net in (CitationNetwork(), from_edges([], ["a", "b"])):
        scan = scan_resolution(net, [1, 2], rng=1)
        assert scan.table["groups"].tolist() == [0, 0]
        assert scan.plateaus().empty
    with pytest.raises(InputError, match="at least two resolutions"):
        scan_resolution(net, [1, 1])
    with pytest.raises(InputError, match="resolutions='fine'"):
        scan_resolution(net, "fine")
    with pytest.raises(InputError, match="positive"):
        scan_resolution(net, [0, 1])
    for wrong in ("a", None, -0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match="least="):
            scan_resolution(net, [1, 2]).plateaus(wrong)
    for wrong in ("a", -1, float("inf")):
        with pytest.raises(InputError, match="octaves="):
            scan_resolution(net, [1, 2]).best(octaves=wrong)
    for wrong in (0, -1, float("nan"), "1"):
        with pytest.raises(InputError, match="positive number"):
            scan_resolution(net, [1, 2]).at(wrong)
    with pytest.raises(InputError, match="workers=0"):
        detect_runs(net, workers=0)
    with pytest.raises(InputError, match="n_runs=0"):
        detect_runs(net, 0)
