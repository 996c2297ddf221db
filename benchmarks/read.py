"""Reading: records a second, and ratios against what others need for the same file, measured in one run.

``python benchmarks/read.py [FORMAT ...]`` writes synthetic exports to files and reads each with `citenet.read` whole
(decoded, parsed, put into checked tables) and, where it is installed, with the peer: bibtexparser with decoded accents
and split names, rispy, metaknowledge, and for JSON the parser alone. Real records of the Web of Science are read too
where ``CITENET_DATA`` has them. Seconds are those of the processor, the best of several turns.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from exports import bibtex_text, nbib_text, openalex_text, real_wos_text, ris_text, scopus_text, wos_text

import citenet as cn


def timed(runs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the fewest seconds of each of some calls, made in turns; of one call each, where that takes long.

    What cannot be imported is left out.
    """
    best: dict[str, float] = {}
    for _ in range(4):
        for who, run in runs.items():
            gc.collect()
            begin = time.process_time()
            with suppress(ImportError):
                run()
                best[who] = min(best.get(who, float("inf")), time.process_time() - begin)
        if sum(best.values()) > 10:
            break
    return best


def by_bibtexparser(file: Path) -> object:
    """Read with decoded LaTeX and split names, as its documentation has it."""
    import bibtexparser
    from bibtexparser import middlewares as m

    layers = [m.SeparateCoAuthors(), m.SplitNameParts(), m.LatexDecodingMiddleware()]
    return bibtexparser.parse_file(str(file), append_middleware=layers)


def by_rispy(file: Path) -> object:
    """Read with rispy."""
    import rispy

    with file.open(encoding="utf-8") as stream:
        return rispy.load(stream)


def by_metaknowledge(file: Path) -> object:
    """Read with metaknowledge, and ask for the parsed citations, which it otherwise leaves for later."""
    import metaknowledge

    collection = metaknowledge.RecordCollection(str(file))
    return [citation.author for record in collection for citation in record.get("citations") or ()]


def by_metaknowledge_with_fields(file: Path) -> object:
    """Ask metaknowledge, which parses a field when it is asked for, for the fields that citenet reads as well."""
    import metaknowledge

    collection = metaknowledge.RecordCollection(str(file))
    fields = [record.get(name) for record in collection for name in WOS_FIELDS]
    return fields, [citation.author for record in collection for citation in record.get("citations") or ()]


def by_json(file: Path) -> object:
    """Parse each line and keep what it holds, nothing more."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def by_passing_json(file: Path) -> object:
    """Parse each line and let it go: the limit of the parser itself."""
    return sum(json.loads(line) is not None for line in file.read_text(encoding="utf-8").splitlines())


WOS_FIELDS = ["AF", "TI", "SO", "J9", "DT", "DE", "PY", "VL", "IS", "BP", "EP", "DI", "WC", "SC", "PM", "UT", "NR"]
Peers = list[tuple[str, Callable[[Path], object]]]
METAKNOWLEDGE: Peers = [
    ("metaknowledge", by_metaknowledge),
    ("metaknowledge with other fields", by_metaknowledge_with_fields),
]
JOBS: list[tuple[str, Callable[[int, random.Random], str], int, str, Peers]] = [
    ("BibTeX", bibtex_text, 20_000, "works.bib", [("bibtexparser, its full pipeline", by_bibtexparser)]),
    ("RIS", ris_text, 10_000, "works.ris", [("rispy", by_rispy)]),
    ("PubMed", nbib_text, 10_000, "works.nbib", []),
    ("WoS tagged", wos_text, 2_000, "works.txt", METAKNOWLEDGE),
    ("WoS, real", real_wos_text, 3_303, "works.txt", METAKNOWLEDGE),
    (
        "OpenAlex JSONL",
        openalex_text,
        5_000,
        "works.jsonl",
        [("json, kept", by_json), ("json, let go", by_passing_json)],
    ),
    ("Scopus CSV", scopus_text, 2_000, "works.csv", []),
]


def main(chosen: list[str]) -> None:
    """Print a line for each format, or for those named."""
    for name, text_of, n, file_name, peers in JOBS:
        if chosen and name.split()[0].strip(",") not in chosen:
            continue
        text = text_of(n, random.Random(7))
        if not text:
            print(f"{name:15} (CITENET_DATA does not have them)")
            continue
        with TemporaryDirectory() as folder:
            file = Path(folder, file_name)
            file.write_text(text, encoding="utf-8")
            seconds = timed({"citenet": partial(cn.read, file), **{who: partial(peer, file) for who, peer in peers}})
            line = f"{name:15} {file.stat().st_size / 1e6:6.1f} MB {n / seconds['citenet']:9,.0f} records/s"
            for who, _ in peers:
                if who in seconds:
                    line += f"   {seconds[who] / seconds['citenet']:6.2f} x {who} ({n / seconds[who]:,.0f})"
                else:
                    line += f"   ({who}: not installed)"
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
