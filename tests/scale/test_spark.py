"""PySpark with executors in processes of their own: the same numbers, also where executors die."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.scale.conftest import DATA, assert_same_result
from tests.scale.test_engines import cora, eusn
from tests.scale.test_hostile import (
    HOSTILE,
    bare_quotes,
    check_hostile,
    check_shards,
    corrupt_gzip,
    without_group,
    write_shards,
)

from citenet import scale
from citenet.errors import InputError

OPTIONS = {"n_boot": 49, "n_lists": 49, "rng": 1}

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark and its Java bridge warn of their own affairs


def executors(session: Any) -> list[int]:
    """Find the processes of the executors of this session: children of its Java process."""
    driver = session.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            parent = int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1])
            command = Path(f"/proc/{entry}/cmdline").read_text()
        except OSError:
            continue
        if parent == driver and "CoarseGrainedExecutorBackend" in command:
            found.append(int(entry))
    return found


def test_spark_gives_the_same_bridges(spark, simulated, tmp_path):
    works, citations = simulated
    works.to_parquet(tmp_path / "works.parquet")
    citations.to_parquet(tmp_path / "citations.parquet")
    paths = tmp_path / "works.parquet", tmp_path / "citations.parquet"
    tables = scale.open_tables(*paths, session=spark)
    assert tables.engine == "spark"
    result = scale.bridges(tables, "A", "B", unlabelled="own", **OPTIONS)
    assert_same_result(
        result, scale.bridges(scale.open_tables(*paths, engine="duckdb"), "A", "B", unlabelled="own", **OPTIONS)
    )
    assert result.params["master"] == "local-cluster[2,1,1024]"
    with pytest.raises(InputError, match="DuckDB"):
        scale.label_propagation(tables)


def test_spark_drops_the_same(spark, tmp_path):
    write_shards(tmp_path)
    check_shards(scale.open_tables(tmp_path / "works.parquet", str(tmp_path / "part-*.parquet"), session=spark))


# Those that are looked at before an engine is asked are tested without one.
@pytest.mark.parametrize("make", [one for one in HOSTILE if one not in (bare_quotes, corrupt_gzip, without_group)])
def test_hostile_files_give_the_same_on_spark(spark, make, tmp_path):
    check_hostile(make, tmp_path, session=spark)


def test_a_file_that_was_written_anew_is_read_anew(spark, tmp_path):
    for groups in ("xxy", "yyx"):
        pd.DataFrame({"id": [1, 2, 3], "group": list(groups)}).to_csv(tmp_path / "works.csv", index=False)
        pd.DataFrame({"citing": [3], "cited": [1]}).to_csv(tmp_path / "citations.csv", index=False)
        tables = scale.open_tables(tmp_path / "works.csv", tmp_path / "citations.csv", session=spark)
        assert tables.names[0] == groups[0]


def test_what_fails_on_an_executor_is_told_in_our_words(spark, tmp_path):
    pd.DataFrame({"id": np.arange(50_000), "group": "x"}).to_parquet(tmp_path / "works.parquet")
    whole = bytearray((tmp_path / "works.parquet").read_bytes())
    whole[2_000:20_000] = bytes(18_000)  # its schema, at the end, is still there
    (tmp_path / "works.parquet").write_bytes(whole)
    pd.DataFrame({"citing": [3], "cited": [1]}).to_parquet(tmp_path / "citations.parquet")
    with pytest.raises(InputError, match="take it out or get it anew"):
        scale.open_tables(tmp_path / "works.parquet", tmp_path / "citations.parquet", session=spark)


@pytest.mark.skipif(not (DATA / "cora").is_dir(), reason="needs CITENET_DATA")
@pytest.mark.parametrize("name", ["eusn", "cora"])
def test_real_citations_are_the_same_on_spark(spark, name, tmp_path):
    tables = cora() if name == "cora" else eusn()[2]
    pair, null = (("class 0", "class 1"), "configuration") if name == "cora" else (("HSR/QI", "PAM"), "year-pairs")
    paths = [tmp_path / "works.parquet", tmp_path / "citations.parquet"]
    for path, table in zip(paths, tables, strict=True):
        table.to_parquet(path)
    results = [
        scale.bridges(scale.open_tables(*paths, **where), *pair, null=null, unlabelled="own", **OPTIONS)
        for where in ({"engine": "duckdb"}, {"session": spark})
    ]
    assert [result.params["engine"] for result in results] == ["duckdb", "spark"]
    assert_same_result(*results)


def test_executors_that_are_killed_change_nothing(spark, tmp_path):
    rng = np.random.default_rng(5)
    n = 20_000
    works = pd.DataFrame(
        {"id": np.arange(n), "year": 1990 + np.arange(n) // 1_000, "group": rng.choice(list("xyz"), n)}
    )
    citing = rng.integers(1, n, 300_000)
    citations = pd.DataFrame({"citing": citing, "cited": (citing * rng.random(citing.size)).astype(np.int64)})
    works.to_parquet(tmp_path / "works.parquet")
    for i, part in enumerate(np.array_split(np.arange(len(citations)), 8)):
        citations.iloc[part].to_parquet(tmp_path / f"part-{i}.parquet")
    paths = tmp_path / "works.parquet", str(tmp_path / "part-*.parquet")
    expected = scale.mixing_test(scale.open_tables(*paths, engine="duckdb"))
    tables = scale.open_tables(*paths, session=spark)
    before, killed = set(executors(spark)), []
    assert len(before) == 2

    def kill() -> None:
        while not spark.sparkContext.statusTracker().getActiveStageIds():
            time.sleep(0.01)
        for victim in sorted(before):
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    killer = threading.Thread(target=kill)
    killer.start()
    found = scale.mixing_test(tables)
    killer.join()
    assert set(killed) == before
    assert not before & set(executors(spark))
    pd.testing.assert_frame_equal(found.to_frame(), expected.to_frame(), check_exact=True)
