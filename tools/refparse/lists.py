"""Reference lists with labelled lines: the annotated ones, and lists set from single references."""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from citenet.refparse.lines import Line, line_features
from citenet.refparse.rows import read_rows

Labelled = tuple[list[list[str]], list[str]]


def alnum(text: str) -> str:
    """Letters and digits alone, to compare strings."""
    return "".join(c for c in text.casefold() if c.isalnum())


def flat(text: str) -> str:
    """Take the blanks before lines away: annotation tools leave some before each reference."""
    return "\n".join(line.strip() for line in text.split("\n"))


def labelled(text: str, references: list[str]) -> Labelled | None:
    """Features and labels of the lines of a list; None where the references cannot be found in it."""
    rows = read_rows(text).rows
    whole = "".join(alnum(row.line.text) for row in rows)
    starts, at = set(), 0
    for reference in references:
        place = whole.find(alnum(reference), at)
        if place >= 0:
            starts.add(place)
            at = place + len(alnum(reference))
    if len(starts) < 0.8 * len(references):
        return None
    labels, at = [], 0
    for row in rows:
        labels.append("start" if at in starts else "inside")
        at += len(alnum(row.line.text))
    return line_features([row.line for row in rows]), labels


def composed(seed: int, references: list[dict[str, Any]], n: int) -> Iterator[Labelled]:
    """Yield lists of neighbouring references (they share a style), wrapped, indented, numbered or separated."""
    chance = random.Random(seed)
    by_document: dict[str, list[str]] = {}
    for place, record in enumerate(references):
        raw = re.sub(r"^\W*\d{1,3}[.)\]]\s*", "", record["raw"])
        by_document.setdefault(str(record.get("doc") or f"{record['source']}{place // 25}"), []).append(raw)
    documents = [refs for _, refs in sorted(by_document.items()) if len(refs) >= 6]
    for _ in range(n):
        refs = [" ".join(ref.split()) for ref in chance.choice(documents)]
        at = chance.randrange(max(1, len(refs) - 20))
        refs = refs[at : at + chance.randint(5, 30)]
        if chance.random() < 0.4:
            refs = sorted(refs)
        made = _set(chance, refs)
        if made:
            yield made


def _set(chance: random.Random, refs: list[str]) -> Labelled | None:
    width = chance.choice([38, 45, 55, 65, 75, 90, 110, 10_000])
    hanging = chance.random() < 0.25
    numbers = chance.choice(["", "", "", "{}. ", "[{}] ", "({}) ", "{} "])
    between = "\n\n" if chance.random() < 0.15 else "\n"
    blocks = []
    for i, ref in enumerate(refs):
        wrapped = textwrap.wrap(numbers.format(i + 1) + ref, width, subsequent_indent="   " if hanging else "",
                                break_long_words=False, break_on_hyphens=chance.random() < 0.5)  # fmt: skip
        blocks.append("\n".join(wrapped))
    return labelled(between.join(blocks), [numbers.format(i + 1) + ref for i, ref in enumerate(refs)])


def examples(lists: Iterable[dict[str, Any]]) -> Iterator[Labelled]:
    """Annotated lists, with and without the blanks before lines and the printed numbers."""
    for entry in lists:
        for text, refs in variants(entry):
            made = labelled(text, refs)
            if made:
                yield made


def variants(entry: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the list as it is, without indentation, and without printed numbers."""
    text, refs = entry["text"], entry["refs"]
    number = re.compile(r"^\s*(?:\[\d+\]|\(?\d+[.)])\s*")
    bare = "\n".join(number.sub("", line) for line in flat(text).split("\n"))
    found = [(text, refs), (flat(text), refs)]
    if bare != flat(text):
        found.append((bare, [number.sub("", ref) for ref in refs]))
    return found


__all__ = ["Line", "alnum", "composed", "examples", "flat", "labelled", "variants"]
