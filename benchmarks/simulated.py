"""Citations of any number, simulated shard by shard: works with years and groups, arcs that run back in time.

python benchmarks/simulated.py FOLDER CITATIONS [--references 20] [--shards 8] [--csv]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

GROUPS, YEARS, FIRST_YEAR = 100, 30, 1990
REFERENCES = 20
OWN = 0.4  # references drawn from one's own group alone

Ints = npt.NDArray[np.int32]


def works(n: int, seed: int = 1) -> tuple[Ints, Ints]:
    """Year and group of each work; ids count up in time."""
    rng = np.random.default_rng(seed)
    growth = np.cumsum(1.05 ** np.arange(YEARS))
    year = FIRST_YEAR + np.searchsorted(growth / growth[-1], (np.arange(n) + 0.5) / n)
    share = rng.lognormal(0, 0.8, GROUPS)
    return year.astype(np.int32), rng.choice(GROUPS, n, p=share / share.sum()).astype(np.int32)


def citations(
    n: int, group: Ints, shards: int, references: int = REFERENCES, seed: int = 1
) -> Iterator[tuple[Ints, Ints]]:
    """Arcs shard by shard, in order and none twice: recent works are likelier to be cited, and those of one's group."""
    by_group = np.argsort(group, kind="stable").astype(np.int32)
    first = np.searchsorted(group[by_group], np.arange(GROUPS + 1))
    rank = np.empty(n, np.int64)
    rank[by_group] = np.arange(n) - first[group[by_group]]
    edges = np.linspace(0, n, shards + 1).astype(np.int64)
    for s, (begin, end) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        rng = np.random.default_rng([seed, s])
        citing = np.repeat(np.arange(begin, end), rng.poisson(references, end - begin))
        back = np.minimum(rng.exponential(0.2, citing.size), 0.999)
        anyone = (citing * (1 - back)).astype(np.int64)
        own = by_group[first[group[citing]] + (rank[citing] * (1 - back)).astype(np.int64)]
        cited = np.where(rng.random(citing.size) < OWN, own, anyone)
        key = np.unique((citing * n + cited)[cited < citing])
        yield (key // n).astype(np.int32), (key % n).astype(np.int32)


def write(folder: Path, n_citations: int, shards: int = 8, *, references: int = REFERENCES, csv: bool = False) -> int:
    """Write works and shards of citations as Parquet (or two CSV files with text ids); return the citations."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    n = int(n_citations / references * 1.01)
    year, group = works(n)
    names = np.array([f"field {g:02d}" for g in range(GROUPS)])
    table = pa.table({"id": np.arange(n, dtype=np.int32), "year": year.astype(np.int16), "group": names[group]})
    total = 0
    if csv:
        text = table.to_pandas().assign(id=lambda t: "W" + t["id"].astype("str"))
        text.to_csv(folder / "works.csv", index=False)
    else:
        pq.write_table(table, folder / "works.parquet")
    for s, (citing, cited) in enumerate(citations(n, group, shards, references)):
        total += citing.size
        if csv:
            part = pd.DataFrame({"citing": citing, "cited": cited}).astype("str").radd("W")
            part.to_csv(folder / "citations.csv", index=False, mode="a" if s else "w", header=not s)
        else:
            pq.write_table(pa.table({"citing": citing, "cited": cited}), folder / f"citations-{s:03d}.parquet")
    return total


def main() -> None:
    """Write and say how many."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("citations", type=float)
    parser.add_argument("--references", type=int, default=REFERENCES, help="of a work, on average")
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--csv", action="store_true")
    options = parser.parse_args()
    how = {"references": options.references, "csv": options.csv}
    total = write(options.folder, int(options.citations), options.shards, **how)
    print(f"{total:,} citations in {options.folder}")


if __name__ == "__main__":
    main()
