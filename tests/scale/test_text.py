"""CSV and JSON Lines: one reading, in pieces of any size, that tells what it could not read."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citenet.scale import text

parquet = pytest.importorskip("pyarrow.parquet", reason="needs citenet[scale]")
pytest.importorskip("msgspec", reason="needs citenet[scale]")


def read(folder: Path, kind: str, content: str | bytes, columns: tuple[str, ...]) -> tuple[text.Text, list[tuple]]:
    """Read a file and return what was found, row by row."""
    path, target = folder / f"table.{kind}", folder / "table.parquet"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    target.unlink(missing_ok=True)
    found = text.converted(kind, str(path), columns, str(target))
    rows = parquet.read_table(target).to_pylist() if target.exists() else []
    assert len(rows) == found.rows
    return found, [tuple(row.values()) for row in rows]


CELLS = st.lists(
    st.tuples(*[st.text(st.sampled_from('a1 ,"\n\r.é'), max_size=4) for _ in range(3)]), min_size=1, max_size=8
)


@given(cells=CELLS, piece=st.sampled_from([1, 7, 1 << 20]), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_was_written_as_csv_is_read_in_pieces_of_any_size(tmp_path_factory, cells, piece, quoting):
    with io.StringIO(newline="") as out:
        writer = csv.writer(out, quoting=quoting)
        writer.writerows([("id", "skipped", "group"), *cells])
        content = out.getvalue()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_PIECE", piece)
        patch.setattr(text, "_ROWS", 2)
        found, rows = read(tmp_path_factory.getbasetemp(), "csv", content, ("id", "group"))
    assert (found.columns, found.broken) == (("id", "skipped", "group"), 0)
    assert rows == [(one, other) for one, _, other in cells]


VALUES = st.one_of(st.none(), st.integers(), st.text(max_size=4), st.booleans(), st.floats(-1e9, 1e9))


@given(
    lines=st.lists(st.fixed_dictionaries({}, optional={"id": VALUES, "group": VALUES, "more": VALUES})),
    small=st.booleans(),
)
def test_what_was_written_as_json_lines_is_read_in_pieces_of_any_size(tmp_path_factory, lines, small):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_PIECE", 5 if small else 1 << 20)
        content = "\n".join(json.dumps(line) for line in lines)
        found, rows = read(tmp_path_factory.getbasetemp(), "jsonl", content, ("id", "group"))
    assert found.broken == 0
    assert set(found.columns) == {key for line in lines for key in line} - {"more"}
    assert rows == [tuple(text.cell_text(line.get(key)) for key in ("id", "group")) for line in lines]


@pytest.mark.parametrize(
    ("content", "rows", "broken"),
    [
        ("id,group\na,x\nb\nc,y,z\nd,x\n", [("a", "x"), (None, None), (None, None), ("d", "x")], 2),
        ("\n  \nid,group\n\n\na,x\n \n", [("a", "x")], 0),
        ('\ufeff"id",group\r\na,"x"\r\n', [("a", "x")], 0),
        ('id,group\na,the "odd" one\n', [("a", 'the "odd" one')], 0),
        ("id,group\n", [], 0),
        ("", [], 0),
        ('id,group\na,"x"\n' + "\n" * 5, [("a", "x")], 0),
        ("id,group\nNA,\n", [("NA", "")], 0),
    ],
)
def test_csv_by_hand(tmp_path, content, rows, broken):
    found, read_rows = read(tmp_path, "csv", content, ("id", "group"))
    assert (read_rows, found.broken) == (rows, broken)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'id,group\na,x\nb,"y\nc,z\n', "unexpected end of data"),
        (b"id,group\na,\xe9\n", "no UTF-8"),
        (b"id,group\ra,x\r", "new-line character"),
        (b'id,group\na,"x" and more\n', "expected after"),
    ],
)
def test_csv_that_cannot_be_told_is_refused(tmp_path, content, why):
    with pytest.raises(ValueError, match=f"(?i){why}"):
        read(tmp_path, "csv", content, ("id", "group"))
