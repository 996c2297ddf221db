"""Reading a folder of many small files: what each of them costs, whatever stands in it.

``python benchmarks/read_folder.py [FILES]`` writes so many answers of OpenAlex with one work each (default 2,000) and
reads the folder. Seconds are those of the processor.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import citenet as cn


def main(n: int) -> None:
    """Print what a file costs."""
    rng = random.Random(7)
    with TemporaryDirectory() as folder:
        for i in range(n):
            work = {"id": f"https://openalex.org/W{i + 1}", "title": f"Work {i}", "publication_year": 2020}
            work["referenced_works"] = [f"https://openalex.org/W{rng.randint(1, n)}"]
            Path(folder, f"{i}.json").write_text(json.dumps(work), encoding="utf-8")
        cn.read(Path(folder, "0.json"))
        begin = time.process_time()
        corpus = cn.read(folder)
        seconds = time.process_time() - begin
    print(f"{n:,} files   {seconds / n * 1000:.2f} ms a file   {corpus}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
