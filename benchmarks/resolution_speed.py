"""Time and memory of resolution at 10,000, 100,000 and 1,000,000 references.

    python benchmarks/resolution_speed.py DATA [references …]

DATA is the folder that ``CITENET_DATA`` names for the tests. References and the works they cite are real (Web of
Science exports); beyond their number, copies are made in which every name, title word and page is another one, so
that blocks stay as full as in real data of that size and each copy cites itself. Each size runs in a process of its
own; times are of the processor, on one core.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

import citenet as cn

SIZES = (10_000, 100_000, 1_000_000)


def simulated(data: Path, n: int) -> cn.Corpus:
    """Build a corpus of n references: the first papers of the real one, or copies of all of it, each renamed."""
    corpus = cn.read(data / "eusn_social_networks_wos")
    works, references = corpus.works, corpus.references
    if n <= len(references):
        return cn.Corpus(works, references.iloc[:: len(references) // n].head(n))
    parts = [renamed(works, references, k) for k in range(-(-n // len(references)))]
    both = [pd.concat(side) for side in zip(*parts, strict=True)]
    return cn.Corpus(both[0], both[1].head(n))


def renamed(works: pd.DataFrame, references: pd.DataFrame, k: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Copy with the letters of names and titles shifted in the alphabet, pages moved and identifiers numbered."""
    if not k:
        return works, references
    letters = "abcdefghijklmnopqrstuvwxyz"
    moved = letters[k:] + letters[:k]
    shift = str.maketrans(letters + letters.upper(), moved + moved.upper())

    def copy(table: pd.DataFrame) -> pd.DataFrame:
        table = table.copy()
        for column in ("authors", "title", "raw"):
            if column in table:
                table[column] = table[column].map(lambda text: text.translate(shift), na_action="ignore")
        pages = pd.to_numeric(table["first_page"], errors="coerce")
        table["first_page"] = (pages + 7 * k).astype("Int64").astype("str").where(pages.notna(), table["first_page"])
        table["doi"] = table["doi"] + f".{k}"
        return table.assign(ids=None)

    cited = copy(references)
    cited["citing"] += f" {k}"
    return copy(works).set_axis([f"{work} {k}" for work in works.index], axis=0), cited


def run(data: Path, n: int) -> None:
    """Print one line for one size."""
    corpus = simulated(data, n)
    before = peak()
    start = time.process_time()
    links = cn.resolve(corpus)
    resolved = time.process_time() - start
    after = peak()
    start = time.process_time()
    net = cn.build_network(corpus, links, external=True)
    built = time.process_time() - start
    table = links.links
    print(
        f"{n:>10,}{len(corpus.works):>8,}{resolved:>9.1f}{n / resolved:>12,.0f}{before:>9,.0f}{after:>9,.0f}"
        f"{(table['status'] == 'matched').mean():>9.1%}{sum(links.params['capped'].values()):>8,}"
        f"{built:>9.1f}{int(net.external.sum()):>11,}{peak():>9,.0f}",
        flush=True,
    )


def peak() -> float:
    """Peak memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    folder = sys.argv[1]
    if "--one" in sys.argv:
        run(Path(folder), int(sys.argv[-1]))
    else:
        print(
            f"{'references':>10}{'works':>8}{'resolve':>9}{'refs/s':>12}{'MB read':>9}{'MB then':>9}{'matched':>9}"
            f"{'capped':>8}{'network':>9}{'outside':>11}{'MB then':>9}"
        )
        for size in [int(arg) for arg in sys.argv[2:]] or SIZES:
            subprocess.run([sys.executable, __file__, folder, "--one", str(size)], check=True)
