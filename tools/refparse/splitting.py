"""How well printed lists are split: exact references on the annotated lists, by cross-validation over documents."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import lists
from data import bucket, load, split
from train import line_model

from citenet.refparse import lines
from citenet.refparse.split import split_references

FOLDS = 5


def exact(entry: dict[str, Any], *, flat: bool) -> tuple[int, int, int]:
    """Return how many references are right, found and wanted in one annotated list."""
    text = lists.flat(entry["text"]) if flat else entry["text"]
    found = Counter(_bare(one.text) for one in split_references(text).entries)
    wanted = Counter(_bare(reference) for reference in entry["refs"])
    return sum((found & wanted).values()), sum(found.values()), sum(wanted.values())


def _bare(text: str) -> str:
    """Letters and digits, without a printed number: the splitter takes it off, the annotation keeps it."""
    return lists.alnum(text).lstrip("0123456789")


def cross_validated(data: Path) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F1 in percent on the lists as annotated, and without the blanks before their lines."""
    annotated = load(data, "list-splitting-dev")
    composed = list(lists.composed(3, split(data)[0], 700))[:500]
    counts = {"as annotated": Counter[str](), "without blanks": Counter[str]()}
    shipped = lines.line_weights
    for fold in range(FOLDS):
        model = line_model([entry for entry in annotated if _fold(entry) != fold], composed)
        lines.line_weights = lambda model=model: model
        for entry in (entry for entry in annotated if _fold(entry) == fold):
            for name, count in counts.items():
                right, found, wanted = exact(entry, flat=name == "without blanks")
                count.update(right=right, found=found, wanted=wanted)
    lines.line_weights = shipped
    return {name: _rates(count) for name, count in counts.items()}


def _fold(entry: dict[str, Any]) -> int:
    return bucket(str(entry.get("doc") or entry["text"][:200]), FOLDS)


def _rates(count: Counter[str]) -> tuple[float, float, float]:
    return (
        100 * count["right"] / count["found"],
        100 * count["right"] / count["wanted"],
        200 * count["right"] / (count["found"] + count["wanted"]),
    )
