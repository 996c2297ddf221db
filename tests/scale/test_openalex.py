"""from_openalex(): shards to tables, everything skipped counted, taken up again where it stopped."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from tests.scale.conftest import DATA

from citenet import scale
from citenet.errors import InputError
from citenet.scale.openalex_batch import _WORK as ID
from citenet.scale.openalex_batch import _numbers, number_of

pytest.importorskip("msgspec", reason="needs citenet[scale]")


def work(number: int, cited: list[object], year: object = 2020, field: str | None = "Medicine", **more: object) -> str:
    """One line as the snapshot has it, with much that is not needed."""
    topic = {
        "id": "https://openalex.org/T1",
        "display_name": "Co-production",
        "subfield": {"display_name": "Health"},
        "field": {"display_name": field},
        "domain": {"display_name": "Health Sciences"},
        "score": 0.9,
    }
    record = {
        "id": f"https://openalex.org/W{number}",
        "title": "Ünïcode \u2028 title",
        "publication_year": year,
        "type": "article",
        "primary_topic": topic if field else None,
        "authorships": [{"author": {"display_name": "A. Author"}}] * 3,
        "referenced_works": [f"https://openalex.org/W{c}" if isinstance(c, int) else c for c in cited],
        "abstract_inverted_index": {"word": [1, 2]},
    }
    return json.dumps({**record, **more})


def write(folder: Path) -> Path:
    """Write a small snapshot: two days, one shard each, and a shard cut in half."""
    lines = [
        work(1, [], year=1999),
        work(2, [1, 1, 2, 3, "https://openalex.org/A5", 77]),
        work(3, [1], year=None, field=None),
        "",
        '{"id": "https://openalex.org/W4", "publication_year": ',
        '{"id": "https://openalex.org/A9", "publication_year": 2000}',
        '{"publication_year": 2000}',
        work(5, [1], year=123_456),
    ]
    more = [work(6, [1, 2], field="Management"), work(7, None or [], referenced_works=None)]
    for day, content in (("2024-01-01", lines), ("2024-02-01", more)):
        shard = folder / "works" / f"updated_date={day}" / "part_000.gz"
        shard.parent.mkdir(parents=True)
        shard.write_bytes(gzip.compress("\n".join(content).encode()))
    cut = gzip.compress("\n".join(work(100 + i, [1]) for i in range(500)).encode())
    broken = folder / "works" / "updated_date=2024-02-01" / "part_001.gz"
    broken.write_bytes(cut[: len(cut) // 2])
    return folder


COUNTS = {
    "lines": 10,
    "works": 6,
    "references": 10,
    "citations": 7,
    "blank line": 1,
    "unreadable line": 1,
    "no OpenAlex id of a work": 2,
    "work without a year": 1,
    "work without a topic": 1,
    "year out of range": 1,
    "reference without an OpenAlex id": 1,
    "reference to itself": 1,
    "repeated reference": 1,
    "unreadable shard": 1,
}


def test_everything_is_counted_by_hand(tmp_path):
    found = scale.from_openalex(write(tmp_path / "snapshot"), tmp_path / "out")
    assert found.counts == COUNTS
    lost = ("reference without an OpenAlex id", "reference to itself", "repeated reference")
    assert found.counts["citations"] + sum(found.counts[key] for key in lost) == found.counts["references"]
    assert [Path(problem["file"]).name for problem in found.problems] == ["part_001.gz"]
    assert "breaks off" in found.problems[0]["detail"]
    works = pd.read_parquet(found.works).set_index("id")
    assert works["year"].fillna(0).to_dict() == {1: 1999, 2: 2020, 3: 0, 5: 0, 6: 2020, 7: 2020}
    assert works["field"].isna().tolist() == [False, False, True, False, False, False]
    assert works.loc[6, ["type", "field", "domain"]].tolist() == ["article", "Management", "Health Sciences"]
    pairs = pd.read_parquet(found.citations)
    assert sorted(map(tuple, pairs.to_numpy().tolist())) == [(2, 1), (2, 3), (2, 77), (3, 1), (5, 1), (6, 1), (6, 2)]


def test_the_tables_open_and_count(tmp_path):
    found = scale.from_openalex(write(tmp_path / "snapshot"), tmp_path / "out")
    tables = scale.open_tables(found.works, found.citations, columns={"group": "field"}, assume_unique=True)
    assert tables.names == ("Medicine", "Management")
    assert tables.counted.dropped() == {"unmatched": 1}
    assert scale.mixing_matrix(tables).counts.tolist() == [[2, 0], [2, 0]]


def test_a_second_run_does_only_what_is_new(tmp_path):
    snapshot, out = write(tmp_path / "snapshot"), tmp_path / "out"
    first = scale.from_openalex(snapshot, out)
    shards = sorted(out.rglob("*.parquet"))
    times = {shard: os.stat(shard).st_mtime_ns for shard in shards}
    assert len(shards) == 4
    new = snapshot / "works" / "updated_date=2024-02-01" / "part_001.gz"
    new.write_bytes(gzip.compress(work(8, [1, 2]).encode()))
    second = scale.from_openalex(snapshot, out, workers=2)
    assert {shard: os.stat(shard).st_mtime_ns for shard in shards} == times
    assert second.problems == []
    assert second.counts["works"] == first.counts["works"] + 1
    assert not list(out.rglob("*.draft"))
    assert json.loads((out / "openalex.json").read_text())["counts"] == second.counts


def test_the_tables_do_not_depend_on_batches_or_workers(tmp_path, monkeypatch):
    snapshot = write(tmp_path / "snapshot")
    one = scale.from_openalex(snapshot, tmp_path / "one")
    monkeypatch.setattr("citenet.scale.openalex_batch._BATCH", 1)
    other = scale.from_openalex(snapshot, tmp_path / "other")
    assert one.counts == other.counts
    for table in ("works", "citations"):
        left, right = (pd.read_parquet(getattr(found, table)).astype("object") for found in (one, other))
        pd.testing.assert_frame_equal(left, right)


ODD = [
    "",
    "7",
    f"{ID}",
    f"{ID}1\n{ID}2",
    f"\n{ID}3",
    f"{ID}4\n",
    f"{ID}٣",
    f"{ID}-5",
    f"{ID}{'9' * 19}",
    f"{ID}{'0' * 20}1",
    "\ud800",
]


@pytest.mark.parametrize("odd", ODD)
def test_a_list_with_an_odd_reference_is_read_as_one_by_one(odd):
    for stated in ([odd], [f"{ID}42", odd, f"{ID}{'9' * 18}"], [odd, odd]):
        assert _numbers(stated).tolist() == [-1 if (n := number_of(one)) is None else n for one in stated]
    assert _numbers([]).size == 0


def tables_hold(found: scale.OpenAlexTables) -> dict[str, int]:
    return {kind: len(pd.read_parquet(getattr(found, kind))) for kind in ("works", "citations")}


def test_shards_that_are_gone_are_taken_out_of_the_tables(tmp_path):
    snapshot, out = write(tmp_path / "snapshot"), tmp_path / "out"
    scale.from_openalex(snapshot, out)
    (snapshot / "works" / "updated_date=2024-02-01").rename(snapshot / "works" / "updated_date=2024-03-01")
    moved = scale.from_openalex(snapshot, out)
    assert moved.counts == {**COUNTS, "shard taken out": 2}
    assert tables_hold(moved) == {"works": 6, "citations": 7}
    (out / "citations" / "updated_date=2024-03-01_part_000.gz.parquet").unlink()
    assert tables_hold(scale.from_openalex(snapshot, out)) == {"works": 6, "citations": 7}
    with pytest.raises(InputError, match="another folder"):
        scale.from_openalex(write(tmp_path / "other"), out)


def test_a_work_in_two_shards_is_merged_or_refused(tmp_path):
    for day in ("1", "2"):
        (tmp_path / f"{day}.jsonl").write_text("\n".join([work(1, []), work(2, [1])]))
    found = scale.from_openalex(tmp_path, tmp_path / "out")
    tables = scale.open_tables(found.works, found.citations)
    assert tables.skipped["repeated id"] == 2
    assert tables.counted.dropped() == {"duplicate": 1}
    with pytest.raises(InputError, match="2 rows repeat an id"):
        scale.open_tables(found.works, found.citations, assume_unique=True)


def test_shards_that_would_have_one_name_are_refused(tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("a/b.jsonl", "a_b.jsonl"):
        (tmp_path / name).write_text(work(1, []))
    with pytest.raises(InputError, match="rename one"):
        scale.from_openalex(tmp_path, tmp_path / "out")


def test_what_cannot_be_written_is_no_broken_shard(tmp_path, monkeypatch):
    (tmp_path / "works.jsonl").write_text(work(1, []))

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("pyarrow.parquet.ParquetWriter.write_table", full)
        with pytest.raises(OSError, match="No space left"):
            scale.from_openalex(tmp_path, tmp_path / "out")
    assert scale.from_openalex(tmp_path, tmp_path / "out").counts["works"] == 1


@pytest.mark.parametrize("broken", ["empty", "flipped", "cut"])
def test_a_shard_that_is_not_whole_is_left_out_and_tried_again(tmp_path, broken):
    whole = gzip.compress("\n".join(work(i, [i + 1]) for i in range(300)).encode())
    middle = len(whole) // 2
    bad = {
        "empty": b"",
        "flipped": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
        "cut": gzip.compress(gzip.decompress(whole)[:-9]),
    }[broken]
    (tmp_path / "part_000.gz").write_bytes(bad)
    found = scale.from_openalex(tmp_path, tmp_path / "out")
    assert found.counts["unreadable shard"] == len(found.problems) == 1
    (tmp_path / "part_000.gz").write_bytes(whole)
    assert scale.from_openalex(tmp_path, tmp_path / "out").counts["works"] == 300


def test_what_is_no_snapshot_says_so(tmp_path):
    with pytest.raises(InputError, match="no works"):
        scale.from_openalex(tmp_path, tmp_path / "out")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is told by Linux")
def test_memory_does_not_grow_with_the_file(tmp_path):
    """The peak of a process that reads four times as much is hardly larger."""
    peaks = []
    for n in (4_000, 16_000):
        file = tmp_path / f"{n}.jsonl"
        file.write_text("\n".join(work(i, list(range(i + 1, i + 41))) for i in range(n)))
        code = (
            "import sys; from citenet.scale import from_openalex;"
            "print(from_openalex(sys.argv[1], sys.argv[2]).counts['works'],"
            "*(int(line.split()[1]) // 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        )
        command = [sys.executable, "-c", code, str(file), str(tmp_path / f"out-{n}")]
        works, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert int(works) == n
        peaks.append(int(peak))
    assert peaks[1] < 1.15 * peaks[0]
    assert peaks[1] < 150


@pytest.mark.skipif(not (DATA / "openalex_biodiv_finance").is_dir(), reason="needs CITENET_DATA")
def test_real_answers_have_the_same_shape(tmp_path):
    lines, cited = [], 0
    for page in sorted((DATA / "openalex_biodiv_finance").glob("*.json")):
        results = json.loads(page.read_text()).get("results", [])
        lines += [json.dumps(result) for result in results]
        cited += sum(len(set(result.get("referenced_works") or [])) for result in results)
    if not lines:
        pytest.skip("no result pages")
    (tmp_path / "works.jsonl").write_text("\n".join(lines))
    found = scale.from_openalex(tmp_path / "works.jsonl", tmp_path / "out")
    assert found.counts["works"] == found.counts["lines"] == len(lines)
    assert found.counts["citations"] == cited - found.counts.get("reference to itself", 0)
