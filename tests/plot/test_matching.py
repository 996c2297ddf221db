"""The figure of the matching flow shows the counts of the table."""

from __future__ import annotations

import pandas as pd
import pytest

from citenet import plot
from citenet.errors import InputError

FLOW = pd.DataFrame(
    {"one": [10, 4, 0, 3, 2, 1, 4], "two": [20, 5, 0, 5, 5, 0, 10], "none": [0] * 7},
    index=[
        "references",
        "with an identifier",
        "block too large",
        "matched by identifier",
        "matched by text, 0.99 to 1",
        "ambiguous",
        "unmatched: book",
    ],
)


def test_one_column_is_drawn_as_boxes_with_its_counts():
    ax = plot.matching_flow(FLOW[["one"]])
    text = "\n".join(t.get_text() for t in ax.texts)
    for said in ("references printed\n10", "with an identifier 4", "matched by identifier\n3", "ambiguous", "book: 4"):
        assert said in text


def test_several_columns_are_drawn_as_shares_that_fill_each_bar():
    ax = plot.matching_flow(FLOW)
    widths = {}
    for bar in ax.patches:
        y = round(bar.get_y() + bar.get_height() / 2)
        widths[y] = widths.get(y, 0) + bar.get_width()
    assert widths == pytest.approx({0: 1.0, 1: 1.0}), "groups without references have no bar"
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one (10)", "two (20)"]


def test_another_table_is_refused():
    with pytest.raises(InputError, match=r"no row 'references'"):
        plot.matching_flow(pd.DataFrame({"a": [1]}))
