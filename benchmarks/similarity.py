"""Coupling and co-citation of 100,000 papers with 30 references each, against SciPy's product.

    python benchmarks/similarity.py [--papers N] [--least K]

Each in a fresh process: CPU seconds and peak memory beyond what the process held before. All must count the same pairs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse


def papers_and_references(papers: int, seed: int = 1) -> sparse.csr_array:
    """Papers x cited works: negative binomial lists; who is cited follows a skewed popularity inside fields."""
    rng = np.random.default_rng(seed)
    works, fields = int(papers * 3.6), max(papers // 5000, 1)
    length = np.minimum(1 + rng.negative_binomial(3, 3 / (3 + 29), papers), 250)
    rows = np.repeat(np.arange(papers), length)
    field = np.repeat(rng.integers(0, fields, papers), length)
    rank = (rng.random(rows.size) ** 3.2 * (works // fields)).astype(np.int64)
    columns = np.where(rng.random(rows.size) < 0.7, field * (works // fields) + rank, rng.integers(0, works, rows.size))
    pairs = np.unique(rows * works + columns)
    rows, columns = pairs // works, pairs % works
    return sparse.csr_array((np.ones(rows.size, np.int32), (rows, columns)), shape=(papers, works))


def count(tool: str, lists: sparse.csr_array, holders: sparse.csr_array, least: int) -> int:
    """Count the stored entries of the symmetric result with at least so much in common."""
    from citenet.communities._overlap import common_members

    if tool != "scipy product":
        return int(common_members(lists, holders, least).nnz)
    product = lists @ holders
    return int((product.data >= least).sum() - (product.diagonal() >= least).sum())


def measure(tool: str, kind: str, papers: int, least: int) -> dict[str, Any]:
    """Run one tool in this process."""
    from citenet._support import kernel

    kernel.WORTH_COMPILING = float("inf") if tool == "citenet, no numba" else 0
    lists = papers_and_references(papers)
    holders = lists.T.tocsr()
    if kind == "co-citation":
        lists, holders = holders, lists
    small = sparse.csr_array(np.ones((3, 3), np.int32))
    count(tool, small, small, 1)
    before = int(_status("VmRSS"))
    Path("/proc/self/clear_refs").write_text("5")
    begin = time.process_time()
    entries = count(tool, lists, holders, least)
    return {"s": time.process_time() - begin, "MB": (int(_status("VmHWM")) - before) / 1024, "entries": entries}


def _status(field: str) -> str:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return line.split()[1]


# Freed memory goes back to the system at once: what a process keeps from before would not count as taken anew.
GIVE_BACK = {"MALLOC_MMAP_THRESHOLD_": "100000", "MALLOC_TRIM_THRESHOLD_": "100000"}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--papers", type=int, default=100_000)
    parser.add_argument("--least", type=int, default=2)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one, options.papers, options.least)))
        return
    lists = papers_and_references(options.papers)
    print(f"{options.papers:,} papers, {lists.nnz:,} references, pairs that share at least {options.least}")
    print(f"{'':34}{'CPU s':>8}{'ratio':>7}{'MB':>8}{'share':>7}{'entries':>14}")
    for kind in ("coupling", "co-citation"):
        base: dict[str, Any] = {}
        for tool in ("scipy product", "citenet", "citenet, no numba"):
            command = [sys.executable, __file__, "--papers", str(options.papers), "--least", str(options.least)]
            env = {**os.environ, **GIVE_BACK, "OMP_NUM_THREADS": "1"}
            done = subprocess.run([*command, "--one", tool, kind], env=env, capture_output=True, text=True, check=True)
            found = json.loads(done.stdout)
            base = base or found
            assert found["entries"] == base["entries"], "the tools count different pairs"
            print(
                f"{kind + ', ' + tool:34}{found['s']:8.2f}{base['s'] / found['s']:7.1f}{found['MB']:8.0f}"
                f"{found['MB'] / base['MB']:7.2f}{found['entries']:14,}",
                flush=True,
            )


if __name__ == "__main__":
    main()
