"""What each group of features, and each source of training strings, brings: small models of equal size.

python tools/refparse/ablation.py DATA [--size 2000] [--epochs 8]
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

import names
import rendered
from csl import references as csl_references
from data import Example, example, split
from scoring import score
from train import SEED, persons
from training import Fit, fit

from citenet.refparse import parse
from citenet.refparse.tagger import Tagger
from citenet.refparse.weights import load_lexicon

FEATURES = ("word", "affix", "dictionary", "side", "ngram", "context")
SOURCES = {
    "AnyStyle": ("anystyle",),
    "GROBID": ("grobid",),
    "templates": ("set",),
    "CSL": ("csl",),
    "AnyStyle + GROBID": ("anystyle", "grobid"),
    "all": ("anystyle", "grobid", "set", "csl"),
}


def main() -> None:
    """Print micro F1 and strict accuracy of every small model on every development set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=2_000)
    parser.add_argument("--epochs", type=int, default=8)
    given = parser.parse_args()
    training, development = split(given.data)
    held = {name: records[:1200] for name, records in development.items()}
    known = persons(list(names.annotated(given.data / "author-lists")))
    setter = rendered.Setter(SEED, training, known)
    pool = [*training, *setter.references(given.size), *csl_references(setter, 11, 60, given.size // 50)]
    by_source: dict[str, list[Example]] = {}
    for record in pool:
        made = example(record)
        if made is not None:
            by_source.setdefault(record["source"].split("-")[0], []).append(made)
    for examples in by_source.values():
        random.Random(1).shuffle(examples)
    whole = mixed(by_source, SOURCES["all"], given.size)
    runs = [("all features, all sources", whole, frozenset[str]())]
    runs += [(f"without {group}", whole, frozenset({group})) for group in FEATURES]
    runs += [
        (f"from {name}", mixed(by_source, parts, given.size), frozenset[str]())
        for name, parts in SOURCES.items()
        if name != "all"
    ]
    print(f"{'':<28}" + "".join(f"{name:>18}" for name in held))  # noqa: T201 - a command prints
    for name, examples, without in runs:
        tagger = Tagger(fit(examples, load_lexicon(), Fit(passes=given.epochs), without=without), load_lexicon())
        parse.fields_tagger = lambda tagger=tagger: tagger
        cells = []
        for records in held.values():
            result = score(records, parse.parse_strings([record["raw"] for record in records]))
            cells.append(f"{result['micro']:.1f} / {result['strict']:.1f}")
        print(f"{name:<28}" + "".join(f"{cell:>18}" for cell in cells), flush=True)  # noqa: T201


def mixed(by_source: dict[str, list[Example]], parts: tuple[str, ...], size: int) -> list[Example]:
    """Equal shares of the sources, ``size`` examples together."""
    share = size // len(parts)
    return [one for part in parts for one in by_source[part][:share]]


if __name__ == "__main__":
    main()
