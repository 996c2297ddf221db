"""Dirty tables: every engine drops the same, and says how much."""

from __future__ import annotations

import glob
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet
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


# Works a and b of group x, c of y; c cites a and b, b cites a: found by every engine in files of every kind.
GOOD = "id,year,group\na,2000,x\nb,2000,x\nc,2001,y\n"
CITED = "citing,cited\nc,a\nc,b\nb,a\n"


def frames(works: str = GOOD, citations: str = CITED) -> list[pd.DataFrame]:
    return [pd.read_csv(io.StringIO(text), dtype="str") for text in (works, citations)]


def line_breaks(folder: Path) -> None:
    """Line breaks, commas and quotation marks inside fields."""
    works = frames()[0].assign(title=["A title\nover two lines", 'The "odd", one', "t"])
    works.to_csv(folder / "works-0.csv", index=False)
    (folder / "citations-0.csv").write_text(CITED)


def bare_quotes(folder: Path) -> None:
    (folder / "works-0.csv").write_text('id,year,group,title\na,2000,x,The "odd" one\nb,2000,x,t\nc,2001,y,t\n')
    (folder / "citations-0.csv").write_text(CITED)


def blank_lines(folder: Path) -> None:
    (folder / "works-0.csv").write_text("\n" + GOOD.replace("\n", "\n\n"))
    (folder / "citations-0.csv").write_text(CITED.replace("citing,cited\n", "citing,cited\n\n\n"))


def other_columns(folder: Path) -> None:
    """Shards whose columns stand in another order, or are others; a name that stands twice."""
    (folder / "works-0.csv").write_text("id,year,group,Group\na,2000,x,z\n")
    (folder / "works-1.csv").write_text("note,group,id,year\nn,x,b,2000\nn,y,c,2001\n")
    (folder / "citations-0.csv").write_text("citing,cited\nc,a\n")
    (folder / "citations-1.csv").write_text("cited,note,citing\nb,n,c\na,n,b\n")


def odd_names(folder: Path) -> None:
    """Names that an engine would take for patterns, or for values of a column."""
    works, citations = frames()
    for i, name in enumerate(["p[1]", "p1", "p{1,2}"]):
        citations.iloc[i : i + 1].to_parquet(folder / f"citations-{name}.parquet")
    (folder / "works-all" / "group=Q").mkdir(parents=True)
    works.to_parquet(folder / "works-all" / "group=Q" / "p.parquet")
    (folder / "works-all" / "_temporary").mkdir()
    works.to_parquet(folder / "works-all" / "_temporary" / "p.parquet")


def other_types(folder: Path) -> None:
    """Ids and years as numbers of every kind, as text, and a shard with nothing but gaps."""
    number = {"a": 1, "b": 2, "c": 3}
    works, citations = frames()
    works["id"] = works["id"].map(number)
    for end in ("citing", "cited"):
        citations[end] = citations[end].map(number)
    for i, (id_type, year_type) in enumerate([("int32", "int16"), ("float64", "str"), ("str", "float64")]):
        works.iloc[i : i + 1].astype({"year": "int64"}).astype({"id": id_type, "year": year_type}).to_parquet(
            folder / f"works-{i}.parquet"
        )
        citations.iloc[i : i + 1].astype({"citing": id_type, "cited": "int64"}).to_parquet(
            folder / f"citations-{i}.parquet"
        )
    gap = pyarrow.table({"citing": pyarrow.nulls(1), "cited": pyarrow.array([1], pyarrow.int64())})
    pyarrow.parquet.write_table(gap, folder / "citations-3.parquet")


def odd_numbers(folder: Path) -> None:
    """Ids that are no whole numbers: infinite, not a number, with a fraction."""
    pd.DataFrame({"id": [1.0, 2.0, 3.0], "year": [2000, 2000, 2001], "group": list("xxy")}).to_parquet(
        folder / "works-0.parquet"
    )
    ends = {"citing": [3.0, 3.0, 2.0, np.inf], "cited": [1.0, 2.0, 1.0, 1.5]}
    pd.DataFrame(ends).to_parquet(folder / "citations-0.parquet")


def broken_lines(folder: Path) -> None:
    """JSON Lines of which some are no object."""
    frames()[0].to_parquet(folder / "works-0.parquet")
    lines = [
        "not json",
        "",
        "{'citing':'c','cited':'b'}",
        '{"citing":"c","cited":"a"} more',
        '[{"citing":"c"}]',
        "null",
    ]
    good = frames()[1].to_json(orient="records", lines=True)
    (folder / "citations-0.jsonl").write_text("\n".join([*lines, good]))


def corrupt_gzip(folder: Path) -> None:
    """Write a packed shard that breaks off, one with a wrong byte, one that is whole."""
    (folder / "works-0.csv").write_text(GOOD)
    packed = gzip.compress(CITED.encode())
    (folder / "citations-0.csv.gz").write_bytes(packed)
    many = gzip.compress((CITED + "c,a\n" * 50_000).encode())
    (folder / "citations-1.csv.gz").write_bytes(many[: len(many) // 2])
    (folder / "citations-2.csv.gz").write_bytes(packed[:-8] + bytes([packed[-8] ^ 255]) + packed[-7:])


def without_group(folder: Path) -> None:
    """Write a shard of the works that lacks a column that others have."""
    works = frames()[0]
    works.iloc[:2].to_parquet(folder / "works-0.parquet")
    works.iloc[2:].drop(columns="group").to_parquet(folder / "works-1.parquet")
    frames()[1].to_parquet(folder / "citations-0.parquet")


# References that are no citation, and files left out, by hand.
HOSTILE: dict[Callable[[Path], None], tuple[dict[str, int], int]] = {
    line_breaks: ({}, 0),
    bare_quotes: ({}, 0),
    blank_lines: ({}, 0),
    other_columns: ({}, 0),
    odd_names: ({}, 0),
    other_types: ({"unmatched": 1}, 0),
    odd_numbers: ({"unmatched": 1}, 0),
    broken_lines: ({"unmatched": 5}, 0),
    corrupt_gzip: ({}, 2),
    without_group: ({}, 0),
}


def check_hostile(make: Callable[[Path], None], folder: Path, **where: object) -> None:
    """Hold what every engine must find in hostile files: three works, three citations, and what is dropped."""
    make(folder)
    paths = [str(folder / "works-*"), str(folder / "citations-*")]
    paths = [next(iter(hits)) if len(hits := glob.glob(path)) == 1 else path for path in paths]
    tables = scale.open_tables(*paths, **where)
    assert tables.skipped == {"no id": 0, "repeated id": 0, "year not read": 0}
    dropped, left_out = HOSTILE[make]
    counted = tables.counted
    assert (counted.n_citations, counted.dropped()) == (3, dropped)
    assert tables.summary()["files left out"] == left_out
    matrix = scale.mixing_matrix(tables)
    if make is without_group:
        assert (matrix.names, matrix.counts.tolist()) == (("x",), [[1]])
        assert tables.problems["detail"].str.contains("no column 'group'").tolist() == [True]
    else:
        assert (matrix.names, matrix.counts.tolist()) == (("x", "y"), [[1, 0], [2, 0]])


@pytest.mark.parametrize("engine", ["arrays", "duckdb"])
@pytest.mark.parametrize("make", HOSTILE)
def test_hostile_files_give_the_same_on_every_engine(make, engine, tmp_path):
    check_hostile(make, tmp_path, engine=engine)


@pytest.mark.parametrize("engine", ["arrays", "duckdb"])
def test_ids_of_numbers_and_text_in_one_column_are_text(engine):
    works = pd.DataFrame({"id": [1, "2", 3.0, None], "group": list("xyxy")})
    citations = pd.DataFrame({"citing": ["2", 3], "cited": [1, "2"]}, dtype="object")
    tables = scale.open_tables(works, citations, engine=engine)
    assert (tables.counted.n_citations, tables.skipped["no id"]) == (2, 1)


def test_a_broken_shard_alone_is_an_error_with_its_name(tmp_path):
    works, citations = dirty()
    works.to_csv(tmp_path / "works.csv", index=False)
    packed = gzip.compress(citations.to_csv(index=False).encode() * 2_000)
    (tmp_path / "citations.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError, match=r"citations\.csv\.gz"):
        scale.open_tables(tmp_path / "works.csv", tmp_path / "citations.csv.gz", engine="duckdb")


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
