"""Rows kept by column: what goes in comes out, as rows and as a table."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from citenet.io._rows import Rows

SCHEMA = {"raw": "str", "year": "Int64"}
CELLS = {"raw": st.text(max_size=3), "year": st.integers(-5, 2**40), "own": st.text(max_size=3), "n": st.integers()}
OPTIONAL = {name: st.none() | cell for name, cell in CELLS.items() if name != "raw"}
ROWS = st.lists(st.fixed_dictionaries({"raw": st.none() | CELLS["raw"]}, optional=OPTIONAL), max_size=6)


@given(ROWS, ROWS)
def test_rows_come_back_as_they_were_given(first, second):
    rows, more = Rows(first), Rows(second)
    rows.extend(more.columns(), file="x")
    for row, given_row in zip(rows, [*first, *({**row, "file": "x"} for row in second)], strict=True):
        assert {name: cell for name, cell in row.items() if cell is not None} == {
            name: cell for name, cell in given_row.items() if cell is not None
        }


@given(ROWS)
def test_a_table_has_the_columns_of_the_schema_and_what_else_is_known(rows):
    table = Rows(rows).frame(SCHEMA)
    known = {name for row in rows for name, cell in row.items() if cell is not None}
    assert list(table.columns) == ["raw", "year", *sorted(known - SCHEMA.keys())]
    assert table[["raw", "year"]].dtypes.astype(str).tolist() == ["str", "Int64"]
    for name in table.columns:
        assert [None if pd.isna(cell) else cell for cell in table[name]] == [row.get(name) for row in rows]


def test_cells_of_several_types_become_text_and_truth_a_number():
    rows = Rows([{"mixed": "a", "flag": True}, {"mixed": 1.5, "flag": 3}, {"mixed": None}])
    table = rows.frame(SCHEMA)
    assert table["mixed"].tolist()[:2] == ["a", "1.5"]
    assert table["flag"].tolist()[:2] == [1, 3]
    assert (len(rows), list(rows)) == (0, [])
