"""Tables and records inside frozen objects: checked in, copied out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet._support import tables
from citenet._support.tables import (
    Record,
    Table,
    are_new,
    as_text,
    conform,
    index_by,
    load_tables,
    plain_values,
    reordered,
    returning_memory,
    save_tables,
    taken,
    together,
)
from citenet.errors import InputError, ParseError


@dataclass(frozen=True, eq=False)
class Holder:
    """A frozen object with a table and a record."""

    table: Table = Table()
    record: Record = Record()


def test_an_empty_field_hands_out_empty_copies():
    assert Holder().table.empty
    assert Holder().record == {}


def test_records_are_copied_in_and_out():
    given = {"steps": [{"n": np.int64(1)}]}
    holder = Holder(record=given)
    given["steps"][0]["n"] = 2
    holder.record["steps"].append("more")
    assert holder.record == {"steps": [{"n": 1}]}


def test_a_table_must_be_a_table():
    with pytest.raises(InputError, match=r"table must be a pandas DataFrame; got dict"):
        Holder(table={"a": 1})


def test_plain_values_are_what_json_knows():
    assert plain_values({1: (np.float64(0.5), Path("x"), np.array([1, 2]), None, True)}) == {
        "1": [0.5, "x", [1, 2], None, True]
    }


def test_further_columns_are_kept_as_they_are():
    source = pd.DataFrame({"extra": [1, 2], "title": ["x", ""], 5: [True, False]})
    table = conform(source, {"title": "str", "year": "Int64"}, "works")
    assert table.columns.tolist() == ["title", "year", "extra", "5"]
    assert table["title"].isna().tolist() == [False, True]
    assert [str(dtype) for dtype in table.dtypes] == ["str", "Int64", "int64", "bool"]
    assert source["title"].tolist() == ["x", ""]


@pytest.mark.parametrize(
    ("values", "dtype", "message"),
    [
        (["1999", "no"], "Int64", r"t\.c must hold whole numbers; 'no' is none"),
        ([1.5, 2], "Int64", r"t\.c must hold whole numbers; .*1\.5"),
        (["high"], "float64", r"t\.c must hold numbers; 'high' is none"),
    ],
)
def test_cells_of_another_type_are_named(values, dtype, message):
    with pytest.raises(InputError, match=message):
        conform(pd.DataFrame({"c": values}), {"c": dtype}, "t")


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(InputError, match=r"works has two columns called '5'; rename one"):
        conform(pd.DataFrame({5: [1], "5": [2]}), {}, "works")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([12.0, None], ["12", None]),
        ([1.5, 2.0], ["1.5", "2.0"]),
        ([np.inf, 1.0], ["inf", "1.0"]),
        ([3, 4], ["3", "4"]),
        (["", " ", None, "x "], [None, None, None, "x "]),
        ([True, False], ["True", "False"]),
    ],
)
def test_text_of_a_cell(values, expected):
    text = as_text(pd.Series(values))
    assert [None if pd.isna(cell) else cell for cell in text] == expected


def test_ids_come_from_the_index_or_a_column():
    by_column = index_by(pd.DataFrame({"work_id": [3, 1], "id": ["x", "y"]}), "work_id", alias="id", what="work")
    assert by_column.index.tolist() == ["3", "1"]
    filtered = pd.DataFrame({"id": ["x", "y", "z"]}).loc[[0, 2]]
    assert index_by(filtered, "work_id", alias="id", what="work").index.tolist() == ["x", "z"]
    named = pd.DataFrame({"work_id": ["q"], "n": [1]}, index=pd.Index(["p"], name="work_id"))
    assert index_by(named, "work_id", alias="id", what="work").index.tolist() == ["p"]


def test_tables_with_and_without_an_index_come_back(tmp_path):
    tables = {
        "indexed": pd.DataFrame({"n": [1, 2]}, index=pd.Index(["a", "b"], dtype="str", name="key")),
        "counted": pd.DataFrame({"t": pd.Series(["x", None], dtype="str")}),
        "empty": pd.DataFrame({"t": pd.Series([], dtype="str"), "n": pd.Series([], dtype="Int64")}),
    }
    save_tables(tmp_path, "thing", 3, tables, note="é")
    loaded, header = load_tables(tmp_path, "thing", 3)
    assert header["note"] == "é"
    for name, table in tables.items():
        pd.testing.assert_frame_equal(loaded[name], table)


def test_saved_rows_can_be_read_by_eye(tmp_path):
    save_tables(tmp_path, "thing", 1, {"rows": pd.DataFrame({"t": ["é", None], "n": [1, 2]})})
    assert (tmp_path / "rows.jsonl").read_text(encoding="utf-8") == '["é", 1]\n[null, 2]\n'


def test_another_kind_is_refused(tmp_path):
    save_tables(tmp_path, "thing", 1, {})
    (tmp_path / "thing.json").rename(tmp_path / "other.json")
    with pytest.raises(ParseError, match=r"saved as thing with schema 1, this citenet reads other with schema 1"):
        load_tables(tmp_path, "other", 1)


def test_half_a_surrogate_pair_is_replaced_however_text_is_kept():
    given = pd.DataFrame({"title": ["a\ud83d", "b", None]}, dtype="object")
    table = conform(given, {"title": "str"}, "works")
    assert table["title"].tolist()[:2] == ["a\ufffd", "b"]


@pytest.mark.parametrize("large", [-1, tables._LARGE])
@given(
    pieces=st.lists(st.lists(st.none() | st.text(max_size=3), min_size=1, max_size=5), min_size=1, max_size=4),
    data=st.data(),
)
def test_cells_in_another_order_are_those_of_their_places(large, pieces, data):
    cells = [cell for piece in pieces for cell in piece]
    order = data.draw(st.lists(st.integers(-1, len(cells) - 1)))
    with mock.patch.multiple(tables, _LARGE=large, _TAKEN=3):
        given_up = [together([pd.array(piece, "str") for piece in pieces])]
        found = taken(given_up, np.array(order, dtype=np.intp))
    assert found.dtype == "str"
    assert [None if pd.isna(cell) else cell for cell in found] == [None if at < 0 else cells[at] for at in order]


@pytest.mark.parametrize("large", [-1, tables._LARGE])
@pytest.mark.parametrize("storage", ["python", "pyarrow"])
@given(cells=st.lists(st.none() | st.text(max_size=3), min_size=1), data=st.data())
def test_all_cells_in_another_order_are_those_of_their_places(storage, large, cells, data):
    if storage == "pyarrow":
        pytest.importorskip("pyarrow")
    order = data.draw(st.permutations(range(len(cells))))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(cells)))) | {len(cells)})
    kind = pd.StringDtype(storage, na_value=np.nan)
    pieces = [pd.array(cells[begin:end], kind) for begin, end in pairwise([0, *cuts])]
    with mock.patch.multiple(tables, _LARGE=large, _PARTS=3):
        found = reordered([together(pieces)], np.array(order, dtype=np.intp))
    assert found.dtype == kind
    assert [None if pd.isna(cell) else cell for cell in found] == [cells[at] for at in order]


@pytest.mark.parametrize(
    ("cells", "new"), [([], []), (["a"], [True]), (["a", "a", "b", "a"], [True, False, True, True])]
)
def test_a_text_is_new_where_another_stands_before_it(cells, new):
    assert are_new(pd.array(cells, "str")).tolist() == new


def test_the_allocator_of_arrow_is_as_before_even_after_an_error():
    arrow = pytest.importorskip("pyarrow")
    before = arrow.default_memory_pool().backend_name

    @returning_memory()
    def fail() -> None:
        assert arrow.default_memory_pool().backend_name == "system"
        raise InputError("no")

    with pytest.raises(InputError, match="no"):
        fail()
    assert arrow.default_memory_pool().backend_name == before
