"""The same numbers from arrays and from DuckDB, to the bit."""

from __future__ import annotations

import functools
import json

import numpy as np
import pandas as pd
import pytest
from tests.scale.conftest import DATA, assert_same_result

import citenet as cn
from citenet import scale
from citenet.bridging.nulls import NULLS
from citenet.errors import ColumnError, DroppedWarning, InputError

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
        scale.open_tables(
            tmp_path / "works.jsonl",
            tmp_path / "citations.jsonl",
            engine="duckdb",
            columns={"group": "group", "title": "title"},
        ),
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


def test_little_memory_changes_nothing(simulated):
    works, citations = simulated
    small = scale.open_tables(works, citations, engine="duckdb", memory_limit="64MB")
    large = scale.open_tables(works, citations, engine="duckdb")
    assert_same_result(scale.bridges(small, "A", "B", **OPTIONS), scale.bridges(large, "A", "B", **OPTIONS))


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
