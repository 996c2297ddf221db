"""Counting citations by years and groups on each engine, against a compiled loop over the same files in the same run.

    python benchmarks/simulated.py FOLDER 5e7
    python benchmarks/scale.py FOLDER [--tools loop duckdb …] [--master local-cluster[2,1,1024]]

Each in a fresh process: seconds on the clock and of the processor, and peak memory, of all its processes together. The
loop checks what the engines check (unknown ids, loops, later works). All must find the same counts, drop as many and,
bit for bit, compute the same expectations and variances.
"""

from __future__ import annotations

import argparse
import glob
import hashlib
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

TOOLS = (
    "loop",
    "loop, repeats looked for",
    "duckdb",
    "duckdb, 512 MB",
    "duckdb, repeats looked for",
    "spark",
)


def loop(folder: str, repeats: bool) -> Any:
    """Walk Parquet batches with one compiled loop; ids are positions here, which no engine knows."""
    import numba
    import pyarrow.parquet as pq

    from citenet.bridging.cells import Cells, placed

    @numba.njit(nogil=True)
    def count(citing, cited, stamp, span, cells, lost):  # type: ignore[no-untyped-def]
        n = len(stamp)
        for i in range(len(citing)):
            one, other = citing[i], cited[i]
            if one < 0 or one >= n or other < 0 or other >= n:
                lost[0] += 1
            elif one == other:
                lost[1] += 1
            else:
                cells[stamp[one] * span + stamp[other]] += 1

    works = pq.read_table(f"{folder}/works.parquet").to_pandas()
    sizes = works["group"].value_counts()
    first = works["id"].astype("str").groupby(works["group"]).min()
    names = sorted(sizes.index, key=lambda name: (-sizes[name], first[name]))
    group = works["group"].map({name: i for i, name in enumerate(names)}).to_numpy(np.int64)
    years, code = np.unique(works["year"].to_numpy(), return_inverse=True)
    k, span = len(names), len(names) * years.size
    stamp = (code * k + group).astype(np.int16 if span < 2**15 else np.int32)
    cells, lost = np.zeros(span * span, np.int64), np.zeros(2, np.int64)
    batches = arcs(folder, len(works), repeats)
    read = sum(count(*batch, stamp, span, cells, lost) or batch[0].size for batch in batches)  # simulated: none twice
    found = np.flatnonzero(cells)
    (citing_year, citing), (cited_year, cited) = (divmod(end, k) for end in divmod(found, span))
    ends = years[citing_year].astype(float), years[cited_year].astype(float)
    kept = ends[1] - ends[0] <= 1
    counted = Cells(*ends, citing, cited, cells[found], tuple(names), {}, found * 0).where(kept)
    return placed(counted, "year-pairs"), read - counted.n_citations


def arcs(folder: str, n: int, repeats: bool) -> Iterator[tuple[Any, Any]]:
    """Citing and cited ids by the batch; all at once, each once, where repeats are looked for."""
    import pyarrow.parquet as pq

    files = sorted(glob.glob(f"{folder}/citations-*.parquet"))
    batches = (batch for file in files for batch in pq.ParquetFile(file).iter_batches(1 << 20))
    pairs = ((batch["citing"].to_numpy(), batch["cited"].to_numpy()) for batch in batches)
    if not repeats:
        yield from pairs
        return
    key = np.concatenate([citing.astype(np.int64) * n + cited for citing, cited in pairs])
    key.sort()
    key = key[np.append(True, key[1:] != key[:-1])]
    yield key // n, key % n


def engine(folder: str, tool: str, master: str) -> Any:
    """Count on an engine."""
    from citenet import scale
    from citenet.bridging.cells import placed

    options: dict[str, Any] = {"engine": "duckdb", "memory_limit": "512MB" if "512" in tool else None}
    if tool == "spark":
        options = {"engine": "spark", "master": master}
    unique = "repeats" not in tool
    tables = scale.open_tables(
        f"{folder}/works.parquet", f"{folder}/citations-*.parquet", assume_unique=unique, **options
    )
    counted = tables.counted
    return placed(counted.cells(tables.names), "year-pairs"), counted.n_references - counted.n_citations


def measure(tool: str, folder: str, master: str) -> dict[str, Any]:
    """Run one tool in this process."""
    from citenet.bridging.stratified import cell_moments

    begin = time.perf_counter()
    if "loop" in tool:
        cells, n_dropped = loop(folder, repeats="repeats" in tool)
    else:
        cells, n_dropped = engine(folder, tool, master)
    expected, variance = cell_moments(cells.margins())
    seconds = time.perf_counter() - begin
    digest = hashlib.sha256(b"".join(part.tobytes() for part in (cells.counts(), expected, variance))).hexdigest()
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(part.ru_utime + part.ru_stime for part in usage)
    return {"s": seconds, "cpu": cpu, "citations": cells.n_citations, "digest": f"{digest[:16]} {n_dropped}"}


def tree_bytes(root: int) -> int:
    """Bytes that a process and all below it hold."""
    parents: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parent = int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            parents.setdefault(parent, []).append(int(entry))
    held, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        waiting += parents.get(process, [])
        try:
            held += int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()
        except OSError:
            continue
    return held


def in_fresh_process(tool: str, folder: str, master: str) -> dict[str, Any]:
    """Run one tool, and watch the memory of its processes."""
    command = [sys.executable, __file__, folder, "--one", tool, "--master", master]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak, stop = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not stop.wait(0.1):
            peak = max(peak, tree_bytes(run.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = run.communicate()
    stop.set()
    watcher.join()
    if run.returncode:
        raise SystemExit(f"{tool}: {err.strip().splitlines()[-1] if err.strip() else 'failed'}")
    return {**json.loads(out.strip().splitlines()[-1]), "MB": peak / 1e6}


def compare(folder: str, tools: list[str], master: str, repeats: int = 1) -> dict[str, dict[str, Any]]:
    """Measure every tool; all must agree. The fastest of the repeats counts."""
    found = {}
    for tool in tools:
        runs = [in_fresh_process(tool, folder, master) for _ in range(repeats)]
        found[tool] = min(runs, key=lambda run: run["s"])
    assert len({run["digest"] for run in found.values()}) == 1, "the tools disagree"
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--master", default="local-cluster[2,1,1024]")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.folder, options.master)))
        return
    found = compare(options.folder, options.tools, options.master, options.repeats)
    base = next(iter(found.values()))
    print(f"{base['citations']:,} citations; counts, expectations and variances the same bits everywhere")
    print(f"{'':28}{'s':>9}{'ratio':>7}{'CPU s':>9}{'ratio':>7}{'MB':>8}")
    for tool, run in found.items():
        ratios = run["s"] / base["s"], run["cpu"] / base["cpu"]
        print(f"{tool:28}{run['s']:9.1f}{ratios[0]:7.2f}{run['cpu']:9.1f}{ratios[1]:7.2f}{run['MB']:8.0f}")


if __name__ == "__main__":
    main()
