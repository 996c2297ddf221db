"""Rows kept by column: what goes in comes out, as rows and as a table."""

from __future__ import annotations

from unittest import mock

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.io import _rows
from citenet.io._rows import Rows

SCHEMA = {"raw": "str", "year": "Int64"}
TEXTS = st.text(max_size=3).filter(str.strip)
CELLS = {"raw": TEXTS, "year": st.integers(-5, 2**40), "own": TEXTS, "n": st.integers()}
OPTIONAL = {name: st.none() | cell for name, cell in CELLS.items() if name != "raw"}
ROWS = st.lists(st.fixed_dictionaries({"raw": st.none() | CELLS["raw"]}, optional=OPTIONAL), max_size=6)


PIECES = st.sampled_from([1, 2, 3, 100])  # rows of one


@given(ROWS, ROWS, PIECES)
def test_rows_come_back_as_they_were_given(first, second, size):
    with mock.patch.object(_rows, "_PIECE", size):
        rows, more = Rows(first), Rows(second)
        rows.extend(more.columns(), file="x")
    assert [rows[at] for at in range(len(rows))] == list(rows)
    assert rows.column("raw") == [row["raw"] for row in [*first, *second]]
    assert rows.distinct("raw") == list(dict.fromkeys(row["raw"] for row in rows if row["raw"] is not None))
    for row, given_row in zip(rows, [*first, *({**row, "file": "x"} for row in second)], strict=True):
        assert {name: cell for name, cell in row.items() if cell is not None} == {
            name: cell for name, cell in given_row.items() if cell is not None
        }


@given(ROWS, PIECES)
def test_a_table_has_the_columns_of_the_schema_and_what_else_is_known(rows, size):
    with mock.patch.object(_rows, "_PIECE", size):
        whole = Rows()
        whole.absorb(Rows(rows[:2]))
        whole.absorb(Rows(rows[2:]))
        table = whole.frame(SCHEMA)
    rows = [
        {name: cell for name, cell in row.items() if not (isinstance(cell, str) and not cell.strip())} for row in rows
    ]
    known = {name for row in rows for name, cell in row.items() if cell is not None}
    assert list(table.columns) == ["raw", "year", *sorted(known - SCHEMA.keys())]
    assert table[["raw", "year"]].dtypes.astype(str).tolist() == ["str", "Int64"]
    for name in table.columns:
        assert [None if pd.isna(cell) else cell for cell in table[name]] == [row.get(name) for row in rows]


@pytest.mark.parametrize(
    ("others", "own"), [([], []), ([1], [1]), (["a"], ["a"]), (["a", 1], ["a", "1"]), ([True], [True])]
)
@given(size=PIECES)
def test_blank_text_is_unknown_whatever_stands_beside_it(others, own, size):
    with mock.patch.object(_rows, "_PIECE", size):
        table = Rows([{"raw": cell, "own": cell} for cell in ["\u3000", "", *others]]).frame(SCHEMA)
    assert ("own" in table) == bool(own)
    for name, known in (("raw", list(map(str, others))), ("own", own)):
        cells = table[name].tolist() if name in table else [None, None]
        assert [None if pd.isna(cell) else cell for cell in cells] == [None, None, *known]


def test_cells_of_several_types_become_text_and_truth_a_number():
    rows = Rows([{"mixed": "a", "flag": True}, {"mixed": 1.5, "flag": 3}, {"mixed": None}])
    table = rows.frame(SCHEMA)
    assert table["mixed"].tolist()[:2] == ["a", "1.5"]
    assert table["flag"].tolist()[:2] == [1, 3]
    assert (len(rows), list(rows)) == (0, [])


@pytest.mark.parametrize("storage", ["python", "pyarrow"])
def test_a_text_that_stands_in_all_rows_is_held_once_where_it_can_be(storage):
    if storage == "pyarrow":
        pytest.importorskip("pyarrow")
    with pd.option_context("mode.string_storage", storage):
        rows = Rows()
        for _ in range(3):
            rows.extend({"year": list(range(2_000))}, raw="a long text " * 20)
        table = rows.frame({**SCHEMA, "title": "str"})
        assert table["raw"].tolist() == ["a long text " * 20] * 6_000
        assert table["year"].tolist() == [*range(2_000)] * 3
        assert table["title"].isna().all()
        if storage == "pyarrow":
            buffers = {buffer.address for chunk in pd.array(table["raw"]).__arrow_array__().chunks
                       for buffer in chunk.buffers() if buffer}  # fmt: skip
            assert len(buffers) <= 2  # offsets and text, of one chunk
        table.loc[0, "raw"] = "another"
        assert table["raw"].value_counts().tolist() == [5_999, 1]
