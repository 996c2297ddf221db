"""The same numbers from arrays and from DuckDB, to the bit."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from tests.scale.conftest import DATA, assert_same_result

import citenet as cn
from citenet import scale
from citenet.bridging.nulls import NULLS
from citenet.errors import ColumnError, DroppedWarning, InputError
from citenet.scale.engines import DuckDB, Engine
from citenet.scale.reading import columns_of, opened
from citenet.scale.sources import Part, Source
from citenet.scale.tidy import tidy_works

OPTIONS = {"n_boot": 99, "n_lists": 49, "rng": 1}


@pytest.mark.parametrize("unlabelled", ["drop", "own"])
@pytest.mark.parametrize("null", ["year-pairs", "citing-years"])
def test_arrays_and_duckdb_give_the_same_bridges(simulated, unlabelled, null):
    results = [
        scale.bridges(
            scale.open_tables(*simulated, engine=engine), "A", "B", unlabelled=unlabelled, null=null, **OPTIONS
        )
        for engine in ("arrays", "duckdb")
    ]
    assert_same_result(*results)
    assert [result.params["engine"] for result in results] == ["arrays", "duckdb"]
    assert results[0].params["dropped"] == results[1].params["dropped"]
    assert results[0].net is not None


def test_tables_give_what_the_network_itself_gives(simulated):
    works, citations = simulated
    net = cn.CitationNetwork.from_frames(works, citations)
    tables = scale.open_tables(works, citations, engine="duckdb")
    assert_same_result(cn.bridges(net, "group", "A", "B", **OPTIONS), scale.bridges(tables, "A", "B", **OPTIONS))
    assert scale.mixing_matrix(tables).counts.tolist() == cn.mixing_matrix(net, "group").counts.tolist()
    pd.testing.assert_frame_equal(
        scale.over_time(tables, "A", "B").to_frame(), cn.over_time(net, "group", "A", "B").to_frame(), check_exact=True
    )
    for statistic in ("counts", "ei", "cross_share"):
        one, other = scale.mixing_test(tables, statistic), cn.mixing_test(net, "group", statistic)
        pd.testing.assert_frame_equal(one.to_frame(), other.to_frame(), check_exact=True)


@pytest.mark.parametrize("unlabelled", ["drop", "own"])
@pytest.mark.parametrize("null", ["year-pairs", "citing-years", "configuration"])
@pytest.mark.filterwarnings("ignore::citenet.errors.NullModelWarning")
def test_papers_that_would_cite_themselves_are_told_whatever_the_engine(null, unlabelled):
    rng = np.random.default_rng(3)
    works = pd.DataFrame(
        {"id": np.arange(60), "year": 2000 + np.arange(60) // 10, "group": rng.choice(list("xyz"), 60)}
    )
    works.loc[::7, "group"], works.loc[::11, "year"] = None, None
    citations = pd.DataFrame(rng.integers(0, 60, (600, 2)), columns=["citing", "cited"])
    net = cn.CitationNetwork.from_frames(works, citations)
    tables = scale.open_tables(works, citations, engine="duckdb")
    options = {"null": null, "unlabelled": unlabelled}
    one, other = cn.mixing_test(net, "group", **options), scale.mixing_test(tables, **options)
    assert "would run from a paper to itself" in one.reason
    assert one.reason == other.reason
    bare = {**options, "n_boot": 0, "n_lists": 0}
    summaries = [
        cn.bridges(net, "group", "x", "y", **bare).summary(),
        scale.bridges(tables, "x", "y", **bare).summary(),
    ]
    assert summaries[0] == summaries[1]


def test_numpy_and_duckdb_count_every_reference_alike():
    rng = np.random.default_rng(1)
    works = pd.DataFrame(
        {"id": np.arange(300), "year": rng.integers(1990, 2010, 300), "group": rng.choice(["x", "y"], 300)}
    )
    works = works.astype({"year": "Int64"})
    works.loc[::7, "group"], works.loc[::11, "year"] = None, pd.NA
    citations = pd.DataFrame(rng.integers(-3, 303, (5_000, 2)), columns=["citing", "cited"])
    arrays, duckdb = (scale.open_tables(works, citations, engine=engine) for engine in ("arrays", "duckdb"))
    assert set(arrays.counted.dropped()) == {"duplicate", "later", "self", "unmatched"}
    assert arrays.summary().equals(duckdb.summary())
    assert arrays.backend is not duckdb.backend
    for unlabelled in ("drop", "own"):
        one, other = (scale.coverage(tables, unlabelled=unlabelled) for tables in (arrays, duckdb))
        pd.testing.assert_frame_equal(one, other, check_exact=True)
        one, other = (scale.mixing_test(tables, unlabelled=unlabelled).to_frame() for tables in (arrays, duckdb))
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    with pytest.raises(InputError, match="leave out assume_unique"):
        scale.open_tables(works, citations, engine="arrays", assume_unique=True).summary()


def test_the_order_of_rows_and_the_kind_of_files_change_nothing(simulated, tmp_path):
    works, citations = simulated
    mixed = citations.sample(frac=1, random_state=3)
    works.sample(frac=1, random_state=4).to_parquet(tmp_path / "works.parquet")
    for i, part in enumerate(np.array_split(np.arange(len(mixed)), 3)):
        mixed.iloc[part].to_parquet(tmp_path / f"part-{i}.parquet")
    works.to_csv(tmp_path / "works.csv", index=False)
    mixed[["cited", "citing"]].to_csv(tmp_path / "citations.csv.gz", index=False)
    works.to_json(tmp_path / "works.jsonl", orient="records", lines=True)
    mixed.to_json(tmp_path / "citations.jsonl", orient="records", lines=True)
    opened = [
        scale.open_tables(works, citations, engine="duckdb"),
        scale.open_tables(tmp_path / "works.parquet", str(tmp_path / "part-*.parquet"), engine="duckdb"),
        scale.open_tables(tmp_path / "works.csv", tmp_path / "citations.csv.gz", engine="duckdb"),
        scale.open_tables(tmp_path / "works.jsonl", tmp_path / "citations.jsonl", engine="duckdb"),
    ]
    results = [scale.bridges(tables, "A", "B", **OPTIONS) for tables in opened]
    for result in results[1:]:
        assert_same_result(results[0], result)


def test_relations_and_arrow_tables_are_tables_too(simulated):
    import duckdb
    import pyarrow

    works, citations = simulated
    connection = duckdb.connect()
    relations = [connection.from_df(table) for table in simulated]
    summary = scale.open_tables(works, citations, engine="duckdb").summary()
    assert scale.open_tables(*relations, session=connection).summary().equals(summary)
    assert connection.sql("SHOW TABLES").fetchall() == []
    with pytest.raises(InputError, match="session=connection"):
        scale.open_tables(*relations)
    arrow = [pyarrow.Table.from_pandas(table) for table in simulated]
    assert scale.open_tables(*arrow).summary().equals(summary)


def test_what_does_not_fit_into_memory_goes_to_disk_and_changes_nothing(tmp_path):
    rng = np.random.default_rng(2)
    n, m = 50_000, 600_000
    works = pd.DataFrame({"id": np.arange(n), "year": 2000 + np.arange(n) // 5_000, "group": rng.choice(list("xy"), n)})
    works.to_parquet(tmp_path / "works.parquet")
    pd.DataFrame(rng.integers(0, n, (m, 2)), columns=["citing", "cited"]).to_parquet(tmp_path / "citations.parquet")
    paths = tmp_path / "works.parquet", tmp_path / "citations.parquet"
    summary = scale.open_tables(*paths, engine="duckdb").summary()
    assert summary["references"] == m
    small, without_disk = (scale.open_tables(*paths, engine="duckdb", memory_limit="27MB") for _ in range(2))
    for tables in (small, without_disk):
        tables.backend.connection.execute("SET threads=2")
    without_disk.backend.connection.execute("SET max_temp_directory_size='0KB'")
    assert small.summary().equals(summary)
    with pytest.raises(InputError, match="DuckDB could not go on: Out of Memory"):
        without_disk.summary()


def test_values_are_put_together_to_groups(simulated):
    works, citations = simulated
    works = works.assign(group=works["group"].astype("object").where(works.index % 2 == 0, works["group"] + " too"))
    groups = {"A": ["A", "A too"], "B": ["B", "B too"]}
    one = scale.open_tables(works, citations, engine="duckdb", groups=groups)
    assert_same_result(
        scale.bridges(one, "A", "B", **OPTIONS),
        scale.bridges(scale.open_tables(*simulated, engine="duckdb"), "A", "B", **OPTIONS),
    )
    with pytest.raises(InputError, match="listed twice"):
        scale.open_tables(works, citations, groups={"A": ["x"], "B": ["x"]})


def test_a_cap_on_listed_citations_warns_and_changes_no_number(simulated):
    tables = scale.open_tables(*simulated, engine="duckdb")
    whole = scale.bridges(tables, "A", "B", **OPTIONS)
    with pytest.warns(DroppedWarning, match="the first 5"):
        capped = scale.bridges(tables, "A", "B", max_arcs=5, **OPTIONS)
    assert len(capped.arcs) == len(capped.papers) == 5
    pd.testing.assert_frame_equal(capped.to_frame(), whole.to_frame(), check_exact=True)
    pd.testing.assert_frame_equal(capped.papers, whole.papers.head(5), check_exact=True)
    pd.testing.assert_frame_equal(capped.arcs, whole.arcs.head(5), check_exact=True)


def test_without_resampling_only_counts_leave_the_engine(simulated):
    tables = scale.open_tables(*simulated, engine="duckdb")
    bare = scale.bridges(tables, "A", "B", n_boot=0, n_lists=0)
    whole = scale.bridges(tables, "A", "B", **OPTIONS)
    columns = ["value", "expected", "ratio", "z", "p"]
    pd.testing.assert_frame_equal(bare.to_frame()[columns], whole.to_frame()[columns], check_exact=True)


def test_auto_says_what_it_chose_and_why(simulated):
    tables = scale.open_tables(*simulated)
    assert tables.engine == "arrays"
    assert "citations need" in repr(tables)
    assert scale.bridges(tables, "A", "B", n_boot=0, n_lists=0).params["because"] == tables.reason
    assert json.loads(json.dumps(tables.params)) == tables.params
    with pytest.raises(InputError, match="takes no Spark session"):
        scale.open_tables(*simulated, engine="duckdb", master="local[1]")


def test_bad_calls_say_what_to_do(simulated, tmp_path):
    works, citations = simulated
    with pytest.raises(InputError, match="did you mean 'duckdb'"):
        scale.open_tables(works, citations, engine="duckbd")
    with pytest.raises(ColumnError, match="no column 'field'"):
        scale.open_tables(works, citations, columns={"group": "field"})
    with pytest.raises(ColumnError, match="citations has no column 'citing'"):
        scale.open_tables(works, citations.rename(columns={"citing": "from"}))
    with pytest.raises(InputError, match="no file matches"):
        scale.open_tables(tmp_path / "none.csv", citations)
    (tmp_path / "works.txt").write_text("id\n1\n")
    with pytest.raises(InputError, match="of no known kind"):
        scale.open_tables(tmp_path / "works.txt", citations)
    tables = scale.open_tables(works, citations)
    with pytest.raises(InputError, match="no group is called 'C'"):
        scale.bridges(tables, "A", "C")
    with pytest.raises(InputError, match="both are 'A'"):
        scale.bridges(tables, "A", "A")
    with pytest.raises(InputError, match="not a choice"):
        scale.mixing_test(tables, "assortativity")
    with pytest.raises(InputError, match="have no group"):
        scale.mixing_matrix(tables, unlabelled="error")
    assert set(NULLS) >= {"year-pairs"}
    for years in (2_000, (1,), ("1999", 2_000)):
        with pytest.raises(InputError, match="pair of whole numbers"):
            scale.subnetwork(tables, years=years)
    whole = scale.subnetwork(tables, years=(1_900, 2_005)).ids
    assert scale.subnetwork(tables, years=(None, 2_005)).ids.equals(whole)
    with pytest.raises(InputError, match="max_cited"):
        scale.shared_base(tables, "A", "B", max_cited=-1)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"max_lead": "1"}, "max_lead='1' must be a whole number"),
        ({"max_lead": 1.5}, "max_lead=1.5 must be a whole number"),
        ({"assume_unique": "no"}, "True or False"),
        ({"groups": ["x"]}, r"groups=\['x'\]; pass {name"),
        ({"groups": {"x": 5}}, "pass {name"),
        ({"columns": ["id"]}, "columns is a list"),
        ({"session": "x"}, "session is a str"),
        ({"engine": "spark", "memory_limit": "1GB"}, "spark.executor.memory"),
        ({"memory_limit": "much"}, "does not take these options"),
    ],
)
def test_options_that_cannot_be_are_refused_at_the_front_door(simulated, options, told):
    with pytest.raises(InputError, match=told):
        scale.open_tables(*simulated, **options)


def test_a_session_of_duckdb_serves_duckdb_alone(simulated):
    import duckdb

    connection = duckdb.connect()
    with pytest.raises(InputError, match="takes a Spark session"):
        scale.open_tables(*simulated, session=connection, engine="spark")
    with pytest.raises(InputError, match="set it on the connection"):
        scale.open_tables(*simulated, session=connection, memory_limit="1GB")


def test_columns_of_any_name_are_read_and_those_of_one_name_refused(simulated, tmp_path):
    works, citations = simulated
    works.rename(columns={"group": "my.`group"}).to_csv(tmp_path / "works.csv", index=False)
    tables = scale.open_tables(tmp_path / "works.csv", citations, columns={"group": "my.`group"})
    assert tables.names == ("A", "B")
    twice = works.rename(columns={"title": "group"})
    with pytest.raises(InputError, match="works: a DataFrame that cannot be read"):
        scale.open_tables(twice, citations)
    works.assign(Group=1).to_parquet(tmp_path / "works.parquet")
    with pytest.raises(InputError, match="columns group and Group, which engines do not tell apart"):
        scale.open_tables(tmp_path / "works.parquet", citations)


def test_a_damaged_file_is_found_among_many(simulated, tmp_path):
    works, citations = simulated
    for i in range(3):
        citations.to_parquet(tmp_path / f"citations-{i}.parquet")
    bad = tmp_path / "citations-1.parquet"
    whole = bytearray(bad.read_bytes())
    whole[50:2_050] = bytes(2_000)
    bad.write_bytes(whole)
    tables = scale.open_tables(works, str(tmp_path / "citations-*.parquet"), engine="duckdb")
    with pytest.raises(InputError, match=r"citations-1\.parquet is damaged .*: take this file out or get it anew"):
        tables.summary()
    bad.unlink()
    with pytest.raises(InputError, match="DuckDB could not go on: IO Error: .*citations-1") as told:
        tables.summary()
    assert "is damaged" not in str(told.value)


def check_elsewhere(backend: Engine, folder: Path) -> None:
    """Hold what an engine sees of a folder that citenet does not look into."""
    for year, group in (("2000", ["x", "y"]), ("2001", ["y"])):
        (folder / "elsewhere" / f"year={year}").mkdir(parents=True)
        table = pd.DataFrame({"id": range(len(group)), "group": group})
        table[list(table)[: len(group)]].to_parquet(folder / "elsewhere" / f"year={year}" / "0.parquet")
    source = Source("works", (Part((f"file://{folder}/elsewhere",), ()),))
    assert set(columns_of(backend, source)) == {"id", "group", "year"}
    works = tidy_works(opened(backend, source, {key: key for key in ("id", "group", "year")}), nw.Int64)
    found = backend.fetch(works).to_pandas().sort_values(["year", "id"])
    assert found["year"].tolist() == [2000, 2000, 2001]
    assert found["group"].fillna("none").tolist() == ["x", "y", "none"]


def test_files_elsewhere_are_looked_at_by_the_engine(simulated, tmp_path):
    works, citations = simulated
    check_elsewhere(DuckDB(), tmp_path)
    (tmp_path / "works").mkdir()
    works.to_parquet(tmp_path / "works" / "0.parquet")
    with pytest.raises(InputError, match="files elsewhere are read as Parquet"):
        scale.open_tables("s3://bucket/works.csv", citations)
    assert scale.open_tables(f"file://{tmp_path}/works", citations).names == ("A", "B")


@functools.cache
def eusn() -> tuple[cn.CitationNetwork, cn.Partition, tuple[pd.DataFrame, pd.DataFrame]]:
    """Network, groups and tables of the real citations of two literatures."""
    corpus = cn.read(DATA / "eusn_social_networks_wos")
    net = cn.build_network(corpus, cn.resolve(corpus), external=True)
    groups = cn.label(
        net,
        "categories",
        groups={
            "HSR/QI": ["Health Care Sciences & Services", "Health Policy & Services"],
            "PAM": ["Public Administration", "Management"],
        },
        spread="container",
    )
    works, citations = net.to_frames()
    works = works.assign(id=works.index, group=groups.names_of(groups.labels))
    return net, groups, (works[["id", "title", "year", "group", "external"]], citations[["citing", "cited"]])


def cora() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Works of seven classes, without years, and their citations."""
    data = np.load(DATA / "cora" / "cora.npz", allow_pickle=True)
    citing = np.repeat(np.arange(data["adj_indptr"].size - 1), np.diff(data["adj_indptr"]))
    works = pd.DataFrame({"id": np.arange(data["labels"].size), "group": [f"class {c}" for c in data["labels"]]})
    return works, pd.DataFrame({"citing": citing, "cited": data["adj_indices"]})


@pytest.mark.skipif(not (DATA / "eusn_social_networks_wos").is_dir(), reason="needs CITENET_DATA")
def test_on_real_citations_between_two_literatures():
    net, groups, tables = eusn()
    results = [
        scale.bridges(scale.open_tables(*tables, engine=engine), "HSR/QI", "PAM", unlabelled="own", **OPTIONS)
        for engine in ("arrays", "duckdb")
    ]
    assert_same_result(*results)
    direct = cn.bridges(net, groups, "HSR/QI", "PAM", unlabelled="own", **OPTIONS)
    for name in ("table", "arcs", "papers"):  # coverage is of all references, which the tables do not hold
        found = getattr(results[1], name)
        pd.testing.assert_frame_equal(getattr(direct, name)[found.columns], found, check_exact=True)  # but evidence
    assert direct.papers["title"].notna().any()


@pytest.mark.skipif(not (DATA / "cora").is_dir(), reason="needs CITENET_DATA")
def test_on_a_labelled_network_without_years():
    matrices = [scale.mixing_matrix(scale.open_tables(*cora(), engine=engine)) for engine in ("arrays", "duckdb")]
    assert matrices[0].counts.tolist() == matrices[1].counts.tolist()
    tables = scale.open_tables(*cora(), engine="duckdb")
    undated = scale.bridges(tables, "class 0", "class 1", **OPTIONS)
    assert "need" in undated.tests["a→b"].reason
    with pytest.warns(cn.CitenetWarning, match="ignores time"):
        results = [
            scale.bridges(
                scale.open_tables(*cora(), engine=engine), "class 0", "class 1", null="configuration", **OPTIONS
            )
            for engine in ("arrays", "duckdb")
        ]
    assert_same_result(*results)
