"""Networks written as tables, and the engines that shall count them alike."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import citenet as cn

pytest.importorskip("duckdb", reason="needs citenet[scale]")
pytest.importorskip("narwhals", reason="needs citenet[scale]")
DATA = Path(os.environ.get("CITENET_DATA", Path(__file__).parents[2].parent / "shared" / "data"))


@pytest.fixture(scope="session")
def simulated() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Works and citations with gaps: every seventh work has no group, every eleventh no year, every fifth no title."""
    net = cn.datasets.simulate(900, preference=2.0, share_b=(0.2, 0.7), rng=1)
    works = net.works.reset_index().rename(columns={"work_id": "id", "field": "group"})[["id", "year", "group"]]
    works.loc[::7, "group"] = None
    works.loc[::11, "year"] = pd.NA
    works["title"] = ("On " + works["id"]).mask(works.index % 5 == 0)
    return works, net.to_frame()[["citing", "cited"]]


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One Spark session for all tests, with two executors in processes of their own."""
    pytest.importorskip("pyspark", reason="needs citenet[spark]")
    if not shutil.which("java"):
        pytest.skip("needs Java")
    told = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    if int(told.split('"')[1].split(".")[0]) < 17:
        pytest.skip("Spark 4 needs Java 17 or newer")
    from citenet.scale.engines import Spark

    engine = Spark(master="local-cluster[2,1,1024]", options={"spark.sql.shuffle.partitions": "2"})
    yield engine.session
    engine.stop()


def assert_same_result(one: cn.Bridges, other: cn.Bridges) -> None:
    """All that two results hold is the same, to the bit."""
    assert one.flows.names == other.flows.names
    assert one.flows.counts.tolist() == other.flows.counts.tolist()
    assert one.flows.excluded == other.flows.excluded
    assert one.summary() == other.summary()
    expected = "self_citations_expected"
    assert one.params[expected] == other.params[expected]
    for table in ("table", "coverage", "arcs", "papers"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)
    for key, test in one.tests.items():
        same = other.tests[key]
        assert (test.expected, test.sd, test.statistic) == pytest.approx(
            (same.expected, same.sd, same.statistic), rel=0, abs=0, nan_ok=True
        )
