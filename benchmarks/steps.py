"""From files to a Bridges between two halves of the groups, step by step: clock, processor, peak memory, disk.

    python benchmarks/simulated.py FOLDER 1e7 --references 10 --csv     # a million works in two CSV files
    python benchmarks/steps.py FOLDER
    python benchmarks/steps.py FOLDER --engine duckdb --memory-limit 4GB --resamples 199 --lists 99 --unique

Run it alone on the machine: seconds on the clock are those of a process that has it for itself.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

R = TypeVar("R")


def bytes_below(folder: Path) -> int:
    """Bytes of the files below a folder."""
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size
        except FileNotFoundError:  # taken away meanwhile
            continue
    return total


@contextmanager
def watched(folder: Path) -> Iterator[list[int]]:
    """Watch how much a folder holds at most."""
    most, stop = [0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.2):
            most[0] = max(most[0], bytes_below(folder))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        stop.set()
        watcher.join()


def step(name: str, work: Callable[[], R]) -> R:
    """Do a step, and print what it took."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name:28}{clock:9.1f} s{processor:9.1f} CPU s{peak:8.2f} GB at most so far", flush=True)
    return result


def main() -> None:
    """Print one line a step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", default="auto", choices=["auto", "arrays", "duckdb"])
    parser.add_argument("--memory-limit")
    parser.add_argument("--resamples", type=int, default=1_999)
    parser.add_argument("--lists", type=int, default=999)
    parser.add_argument("--unique", action="store_true")
    options = parser.parse_args()
    csv = (options.folder / "works.csv").is_file()
    files = [options.folder / f"{name}.{'csv' if csv else 'parquet'}" for name in ("works", "citations*")]
    groups = {name: [f"field {g:02d}" for g in range(first, 100, 2)] for name, first in (("A", 0), ("B", 1))}
    temporary = Path(tempfile.mkdtemp())
    tempfile.tempdir = str(temporary)  # where DuckDB puts what does not fit
    clock, processor = time.perf_counter(), time.process_time()

    def imported() -> object:
        from citenet import scale

        return scale.bridges

    with watched(temporary) as disk:
        step("import", imported)
        from citenet import scale

        how = {"engine": options.engine, "memory_limit": options.memory_limit, "assume_unique": options.unique}
        tables = step("open", lambda: scale.open_tables(files[0], str(files[1]), groups=groups, **how))
        if tables.engine != "arrays":
            step("count", lambda: tables.counted)
            step("bridges, counts alone", lambda: scale.bridges(tables, "A", "B", n_boot=0, n_lists=0))
        draws = {"n_boot": options.resamples, "n_lists": options.lists}
        found = step("bridges, with interval", lambda: scale.bridges(tables, "A", "B", rng=1, **draws))
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    print(f"{'all':28}{clock:9.1f} s{processor:9.1f} CPU s; on disk at most {disk[0] / 1e9:.1f} GB")
    print(tables, found.sentence(), sep="\n")


if __name__ == "__main__":
    main()
