"""Memory that reading takes: its peak, what stays, and what the tables alone need, as multiples of the file.

``python benchmarks/read_memory.py [--without-pyarrow] [MB] [FORMAT ...]`` reads a synthetic export of about so many
megabytes (default 50) of each format in a process of its own, as if pyarrow were not installed if asked so. The peak is
that of the resident set over its value before the read (Linux).
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from exports import bibtex_text, openalex_text, ris_text, scopus_text, wos_text

import citenet as cn

FORMATS = {
    "wos": (wos_text, "txt"),
    "bibtex": (bibtex_text, "bib"),
    "ris": (ris_text, "ris"),
    "openalex": (openalex_text, "jsonl"),
    "scopus": (scopus_text, "csv"),
}


def resident(what: str) -> float:
    """Return the resident set (VmRSS) or its peak (VmHWM) in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1000


def content(corpus: cn.Corpus) -> float:
    """Megabytes that the tables need at least: the cells, and each text or piece of texts once, whoever shares it."""
    texts: dict[int, int] = {}
    cells = 0
    for table in (corpus.works, corpus.references, corpus.problems):
        cells += table.index.nbytes
        for name, column in table.items():
            if column.dtype != "str":
                cells += column.nbytes
            elif column.dtype.storage == "python":
                pointers = table[name].to_numpy()
                texts[pointers.ctypes.data] = pointers.nbytes
                texts |= {id(cell): sys.getsizeof(cell) for cell in pointers}
            else:
                buffers = (b for chunk in column.array.__arrow_array__().chunks for b in chunk.buffers() if b)
                texts |= {buffer.address: buffer.size for buffer in buffers}
    return (cells + sum(texts.values())) / 1e6


def measure(file: Path, small: Path) -> None:
    """Print how much memory reading the file takes, once everything needed is loaded."""
    cn.read(small)
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    corpus = cn.read(file)
    size = file.stat().st_size / 1e6
    peak, kept = (resident("VmHWM") - before) / size, (resident("VmRSS") - before) / size
    tables = content(corpus) / size
    print(f"{size:6.1f} MB   peak {peak:5.2f} x   kept {kept:5.2f} x   tables {tables:5.2f} x   {corpus}", flush=True)


def main(megabytes: float, chosen: list[str], measure: str) -> None:
    """Write a file of each format and measure it in a process of its own."""
    for name in chosen or FORMATS:
        text_of, suffix = FORMATS[name]
        with TemporaryDirectory() as folder:
            file, small = Path(folder, f"large.{suffix}"), Path(folder, f"small.{suffix}")
            small.write_text(text_of(50, random.Random(1)), encoding="utf-8")
            n = int(megabytes * 1e6 / small.stat().st_size * 50)
            file.write_text(text_of(n, random.Random(7)), encoding="utf-8")
            print(f"{name:10}", end="", flush=True)
            subprocess.run([sys.executable, __file__, measure, str(file), str(small)], check=True)


if __name__ == "__main__":
    way, *given = sys.argv[1:] or [""]
    if way.startswith("--measure"):
        if way == "--measure-without-pyarrow":
            sys.modules["pyarrow"] = None  # type: ignore[assignment]
        measure(Path(given[0]), Path(given[1]))
    else:
        without = way == "--without-pyarrow"
        size, *names = (given if without else sys.argv[1:]) or ["50"]
        main(float(size), names, "--measure-without-pyarrow" if without else "--measure")
