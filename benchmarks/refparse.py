"""Score and time the reference parser.

    python benchmarks/refparse.py DATA [--sets grobid-dev …] [--jats FOLDER] [--parts scores confidence …]

DATA is the folder of docs/refparse.md (``grobid-dev.jsonl`` …); the articles of the JATS folder make a further set,
scielo-dev. Prints F1 per field, micro F1 and the share of references right in every field; which share of the fields is
right at which confidence; then references per second
on one core, with words seen before and not, beside plain python-crfsuite with the same features in the same run; then
size, load time and memory; then how well lists are split, by cross-validation (which trains five line models).
``speed`` and ``splitting`` need python-crfsuite, ``splitting`` all that tools/refparse/train.py names; the other parts
need nothing more.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one core; read when numpy is loaded
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools" / "refparse")]

from scoring import FIELDS, calibration, score  # noqa: E402 - found through the path above

from citenet.refparse import parse  # noqa: E402

PARTS = ("scores", "speed", "footprint", "splitting", "confidence")
SETS = ("grobid-dev", "excite-de-dev", "citations-dev", "anystyle-dev")
LOAD = """
import time; start = time.process_time()
import citenet.refparse.parse as parse; parse.parse_strings(["Smith J. A title. BMJ 2001;1:2."])
print(time.process_time() - start)
"""
MEMORY = """
import resource, sys, json
import pandas
from citenet.refparse import parse_references
lines = [json.loads(line)["raw"] for line in open(sys.argv[1])]
lines = [f"{line} {i}" for i in range(100_000 // len(lines) + 1) for line in lines][:100_000]
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak(); table = parse_references(lines); print(len(table), round(before), round(peak()))
"""


def held_out(data: Path, wanted: list[str], articles: Path | None) -> dict[str, list[dict[str, Any]]]:
    """Return the development sets."""
    import jats
    from data import split

    _, development = split(data)
    sets = {name: development[name] for name in wanted}
    return sets | ({"scielo-dev": list(jats.references(articles))} if articles else {})


def confidence(sets: dict[str, list[dict[str, Any]]]) -> None:
    """Print the share of fields that are right, and how many there are, by confidence."""
    print(f"\n{'confidence':<15}" + "".join(f"{i / 10:.1f}–{(i + 1) / 10:.1f}".rjust(13) for i in range(10)))
    for name, records in sets.items():
        cells = calibration(records, parse.parse_strings([record["raw"] for record in records]))
        print(f"{name:<15}" + "".join(f"{share:.2f} ({n})".rjust(13) for n, share in cells))


def scores(sets: dict[str, list[dict[str, Any]]]) -> None:
    """Print the table of development sets."""
    columns = (*FIELDS, "micro", "strict")
    print(f"{'set':<15}{'n':>6}" + "".join(f"{name[:9]:>10}" for name in columns))
    for name, records in sets.items():
        result = score(records, parse.parse_strings([record["raw"] for record in records]))
        print(
            f"{name:<15}{len(records):>6}"
            + "".join(f"{result[field]:>10.1f}" for field in (*FIELDS, "micro", "strict"))
        )


def speed(data: Path, n: int = 6_000) -> None:
    """Print references per second, end to end, beside crfsuite's tagger with the same features."""
    names = ("grobid-train", "anystyle-good", "excite-de-dev")
    lines = [json.loads(line)["raw"] for name in names for line in (data / f"{name}.jsonl").open(encoding="utf-8")]
    random.Random(2).shuffle(lines)
    lines = lines[:n]
    parse.parse_strings(lines[:3])
    parse.fields_tagger().forget()
    rates = []
    for _ in range(4):
        start = time.process_time()
        parse.parse_strings(lines)
        rates.append(n / (time.process_time() - start))
    plain = crfsuite_rate(data, lines[:400])
    print(f"\nreferences per second (one core): unseen words {rates[0]:,.0f}, seen {max(rates[1:]):,.0f}")
    print(f"python-crfsuite, same features, labels alone: {plain:,.0f}; ratio {max(rates[1:]) / plain:.1f}")


def crfsuite_rate(data: Path, lines: list[str]) -> float:
    """Time python-crfsuite from the string to labels, with a small model of the same features."""
    import pycrfsuite
    from data import example, load
    from training import Fit, feature_texts, fit

    from citenet.refparse.clean import clean
    from citenet.refparse.tokens import tokenize
    from citenet.refparse.weights import load_lexicon

    path = Path("/tmp") / "citenet-bench.crfsuite"  # noqa: S108 - a scratch file of this benchmark
    examples = [one for record in load(data, "grobid-dev") if (one := example(record))]
    fit(examples, load_lexicon(), Fit(passes=3), keep=path)
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    start = time.process_time()
    sequences = [tokens for line in lines if (tokens := tokenize(clean(line)))]
    for features in feature_texts(sequences, load_lexicon()):
        tagger.tag(features)
    rate = len(lines) / (time.process_time() - start)
    path.unlink()
    return rate


def footprint(data: Path) -> None:
    """Print size of the model files, time to import and load, memory at 100,000 references."""
    folder = Path(parse.__file__).parent
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir()) if path.suffix == ".z"}
    print(f"\nmodel files: {sizes}, together {sum(sizes.values()):,} bytes")
    runs = [float(_run(LOAD)) for _ in range(5)]
    took = f"{1000 * min(runs):.0f} ms of the processor, {_numpy():.0f} of them for numpy"
    print(f"import, load, first reference, fresh process: {took}")
    n, before, after = _run(MEMORY, str(data / "anystyle-good.jsonl")).split()
    print(f"memory at {int(n):,} references: peak {after} MB, {before} MB before the call")


def _numpy() -> float:
    code = "import time; s = time.process_time(); import numpy; print(time.process_time() - s)"
    return 1000 * min(float(_run(code)) for _ in range(5))


def splitting(data: Path) -> None:
    """Print precision, recall and F1 of exact references in the annotated lists."""
    from splitting import cross_validated

    for name, (precision, recall, f1) in cross_validated(data).items():
        print(f"lists {name}: exact references P {precision:.1f} R {recall:.1f} F1 {f1:.1f}")


def _run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src"), "OPENBLAS_NUM_THREADS": "1"},
    )
    return done.stdout


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--jats", type=Path, help="folder of JATS articles that print their references and tag them")
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=PARTS[:3])
    given = parser.parse_args()
    if {"scores", "confidence"} & set(given.parts):
        sets = held_out(given.data, given.sets, given.jats)
        for name, table in (("scores", scores), ("confidence", confidence)):
            if name in given.parts:
                table(sets)
    for name, part in (("speed", speed), ("footprint", footprint), ("splitting", splitting)):
        if name in given.parts:
            part(given.data)


if __name__ == "__main__":
    main()
