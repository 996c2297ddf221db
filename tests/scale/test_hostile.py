"""Dirty tables: every engine drops the same, and says how much."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest
from tests.scale.conftest import assert_same_result

import citenet as cn
from citenet import scale
from citenet.errors import InputError

# Works: 3 rows of one id that agree, 2 that do not, 2 without id, a year that is none, a blank group.
WORKS = [
    ("1", "1999", "x"),
    ("1", "1999", "x"),
    ("1", None, "x"),
    ("2", "2001", "x"),
    ("2", "2001", "y"),
    ("3", "2001", "y"),
    ("4", "soon", "y"),
    ("5", "2003", "  "),
    ("6", "2003.0", " y "),
    (None, "2003", "x"),
    ("  ", "2003", "y"),
]
# 2 repeats of one citation, a loop twice, dangling ids twice the same, a null, a citation of a later work.
CITATIONS = [
    ("3", "1"),
    ("3", "1"),
    ("3", "1"),
    ("6", "1"),
    ("6", "3"),
    ("3", "3"),
    ("3", "3"),
    ("3", "99"),
    ("3", "99"),
    ("98", "1"),
    (None, "1"),
    ("3", None),
    ("1", "6"),
    ("2", "1"),
    ("5", "3"),
    ("4", "6"),
]
DROPPED = {"duplicate": 2, "later": 1, "self": 2, "unmatched": 5}
SKIPPED = {"no id": 2, "repeated id": 3, "year not read": 1}


def dirty() -> tuple[pd.DataFrame, pd.DataFrame]:
    return (
        pd.DataFrame(WORKS, columns=["id", "year", "group"], dtype="str"),
        pd.DataFrame(CITATIONS, columns=["citing", "cited"], dtype="str"),
    )


def check_dirty(tables: scale.CitationTables) -> None:
    """Hold what is dropped, and the few citations that are left, against counts by hand."""
    assert tables.skipped == SKIPPED
    counted = tables.counted
    assert counted.dropped() == DROPPED
    assert counted.n_references == len(CITATIONS) == counted.n_citations + sum(DROPPED.values())
    matrix = scale.mixing_matrix(tables)
    assert matrix.names == ("y", "x")  # 3, 4 and 6; of 2, which group is not known
    assert matrix.counts.tolist() == [[2, 2], [0, 0]]  # 6 to 3, 4 to 6; 3 to 1, 6 to 1
    assert matrix.excluded == {"citing work unlabelled": 2}  # 2 to 1, 5 to 3
    frame = scale.coverage(tables)
    assert frame["references"].tolist() == [3 + 2 + 2 + 2 + 1 + 1, 1]
    assert frame["tested"].tolist() == [3, 0]  # 4 has no year


@pytest.mark.parametrize("engine", ["arrays", "duckdb"])
def test_what_is_dropped_is_counted_by_hand(engine):
    check_dirty(scale.open_tables(*dirty(), engine=engine))


@pytest.mark.parametrize("engine", ["arrays", "duckdb"])
def test_the_result_says_what_was_dropped(engine):
    result = scale.bridges(scale.open_tables(*dirty(), engine=engine), "y", "x", n_boot=0, n_lists=0)
    assert result.params["dropped"] == DROPPED


def test_the_network_drops_the_same():
    net = scale.subnetwork(scale.open_tables(*dirty()))
    assert net.dropped["reason"].value_counts().to_dict() == DROPPED
    assert net.n_citations == len(CITATIONS) - sum(DROPPED.values())
    assert net.summary()["works"] == 6


@pytest.mark.parametrize("engine", ["arrays", "duckdb"])
def test_ids_as_numbers_with_gaps_and_as_text_are_the_same_ids(engine):
    works, citations = dirty()
    numbers = citations.astype("float64")  # as pandas holds whole numbers beside gaps
    assert numbers["citing"].dtype == "float64"
    check_dirty(scale.open_tables(works, numbers, engine=engine))
    whole = works[works["id"].str.strip().fillna("") != ""].astype({"id": "int64"})
    tables = scale.open_tables(whole, numbers, engine=engine)
    assert not tables.as_text
    assert tables.counted.dropped() == DROPPED


def write_shards(folder: Path) -> None:
    """Three good shards, one empty, one that lacks a column, one corrupt."""
    works, citations = dirty()
    works.to_parquet(folder / "works.parquet")
    for i in range(3):
        citations.iloc[i::3].to_parquet(folder / f"part-{i}.parquet")
    citations.iloc[:0].to_parquet(folder / "part-3.parquet")
    citations[["citing"]].to_parquet(folder / "part-4.parquet")
    (folder / "part-5.parquet").write_bytes(b"PAR1" + bytes(40))


def check_shards(tables: scale.CitationTables) -> None:
    check_dirty(tables)
    kinds = tables.problems.set_index(tables.problems["file"].str[-9:])["kind"].to_dict()
    assert kinds == {
        "3.parquet": "empty shard",
        "4.parquet": "missing column",
        "5.parquet": "unreadable shard",
    }


@pytest.mark.parametrize("engine", ["arrays", "duckdb"])
def test_shards_that_cannot_be_read_are_left_out_and_listed(tmp_path, engine):
    write_shards(tmp_path)
    check_shards(scale.open_tables(tmp_path / "works.parquet", str(tmp_path / "part-*.parquet"), engine=engine))


@pytest.mark.parametrize("engine", ["arrays", "duckdb"])
def test_lines_that_are_broken_count_as_citations_without_ids(tmp_path, engine):
    (tmp_path / "works.csv").write_text("id,year,group\n1,1999,x\n2,2001,y\n3,2001,x\n")
    (tmp_path / "citations.csv").write_text("citing,cited,note\n2,1,a\n3\n2,3,b,c\n,1,\n")
    tables = scale.open_tables(tmp_path / "works.csv", tmp_path / "citations.csv", engine=engine)
    assert (tables.counted.n_references, tables.counted.dropped()) == (4, {"unmatched": 2})
    lines = '{"citing": 2, "cited": "1"}\nnot json\n{"citing": "2", "cited": 3}\n{"cited": 1}\n'
    (tmp_path / "citations.jsonl").write_text(lines)
    tables = scale.open_tables(tmp_path / "works.csv", tmp_path / "citations.jsonl", engine=engine)
    assert (tables.counted.n_references, tables.counted.dropped()) == (4, {"unmatched": 2})


def test_a_shard_that_breaks_off_while_it_is_read_is_an_error_with_its_name(tmp_path):
    works, citations = dirty()
    works.to_csv(tmp_path / "works.csv", index=False)
    packed = gzip.compress(citations.to_csv(index=False).encode() * 2_000)
    (tmp_path / "citations.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError, match="citations"):
        scale.open_tables(tmp_path / "works.csv", tmp_path / "citations.csv.gz", engine="duckdb").summary()


def test_nothing_at_all_is_no_crash():
    works, citations = dirty()
    for engine in ("arrays", "duckdb"):
        tables = scale.open_tables(works.iloc[:6], citations.iloc[:0], engine=engine)
        assert tables.counted.n_citations == 0
        result = scale.bridges(tables, "x", "y", n_boot=9, n_lists=9, rng=1)
        assert "no citation" in result.tests["a→b"].reason
    with pytest.raises(InputError, match="no group is called"):
        scale.bridges(scale.open_tables(works.iloc[:0], citations, engine="duckdb"), "x", "y")


def test_dirty_tables_give_the_same_bridges():
    options = {"n_boot": 19, "n_lists": 19, "rng": 1}
    for unlabelled in ("drop", "own"):
        results = [
            scale.bridges(scale.open_tables(*dirty(), engine=engine), "x", "y", unlabelled=unlabelled, **options)
            for engine in ("arrays", "duckdb")
        ]
        assert_same_result(*results)
    assert isinstance(results[0], cn.Bridges)
