"""Tagged reference strings to tokens with labels; splits for development."""

# ruff: noqa: E501 - word lists and patterns

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from citenet._support.text import fold
from citenet.refparse.clean import clean
from citenet.refparse.tokens import tokenize

ANYSTYLE = ("anystyle-core", "anystyle-gold", "anystyle-good")
# Labels that get a B- variant: two spans of them can stand side by side, or their beginning looks special.
BEGINS = frozenset({"title", "container", "author", "editor", "publisher", "date", "note"})
KEPT = BEGINS | {"volume", "issue", "pages", "location", "number", "collection", "link"}
LINKS = frozenset({"doi", "url", "arxiv"})
_NUMERIC = re.compile(r"\d|^(?:[IVXLC]+|[ivxlc]+|[A-Z]{1,2})$")
_PAGE = re.compile(r"\d|^(?:[IVXLC]+|[ivxlc]+)$")
_VANCOUVER = re.compile(
    r"(?<!\d)(?P<date>(?:19|20)\d\d(?:\s+[A-Z][a-z]{2}\b(?:[\s\-]\d+)?)?)\s*;\s*(?P<volume>[A-Za-z]?\d+)\s*"
    r"(?:\(\s*(?P<issue>[^()]{1,14})\s*\))?\s*:\s*(?P<pages>[A-Za-z]{0,2}\d\w*(?:\s*[-–—]\s*[A-Za-z]{0,2}\d\w*)?)"
)
_VOLUME_ISSUE = (
    re.compile(r"^\W*(?:vol\w*|v|band|bd|jg|jahrgang|tom[eo]?|t)?\W*(?P<volume>[\w–-]+?)\s*\(\s*(?P<issue>[^()]+?)\s*\)", re.I),
    re.compile(
        r"(?:(?:vol\w*|v|band|bd|jg|jahrgang|tom[eo]?|t)\W*)?(?P<volume>\w+)\W+"
        r"(?:no|nr|n|issue|iss|heft|h|number|num|nº|n°|núm)\b\W*(?P<issue>\w+(?:[-–/]\w+)?)", re.I),
    re.compile(r"^\W*(?:no|nr|n|issue|iss|heft|h|number|num|nº|n°|núm)\b\W*(?P<issue>\w+(?:[-–/]\w+)?)", re.I),
    re.compile(r"^\W*(?P<volume>\d+)\s*[./:,]\s*(?P<issue>\d+(?:[-–/]\d+)?)\W*$"),
    re.compile(r"^\W*(?:(?:vol\w*|v|band|bd|jg|jahrgang|tom[eo]?|t)\b\W*)?(?P<volume>[A-Z]?\d+\w*|[IVXLC]+)", re.I),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A token sequence with its labels and where it comes from."""

    tokens: list[str]
    labels: list[str]
    source: str


def load(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the records of ``folder/name.jsonl``."""
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def bucket(text: str, n: int) -> int:
    """Return a number below ``n`` that depends on the text alone."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % n


def identity(record: dict[str, Any]) -> str:
    """Return what two copies of one string share."""
    return fold(record["raw"]).replace(" ", "")[:60]


def distinct(records: Iterable[dict[str, Any]], besides: Iterable[dict[str, Any]] = ()) -> Iterator[dict[str, Any]]:
    """Yield records whose string has not come before, nor stands in ``besides``."""
    seen = {identity(record) for record in besides}
    for record in records:
        key = identity(record)
        if key not in seen:
            seen.add(key)
            yield record


def spans(tokens: list[str]) -> list[tuple[int, int]]:
    """Start and end of each token's word in the joined tokens."""
    ends = list(accumulate(map(len, tokens)))
    return [(end - len(token.lstrip()), end) for token, end in zip(tokens, ends, strict=True)]


def example(record: dict[str, Any]) -> Example | None:
    """Tokens and labels of a tagged record; None where there is no token."""
    glued = record["source"].startswith("anystyle")
    raw, segments = "", []
    for text, tag in record["segs"]:
        if glued and raw and not raw.endswith(" "):
            raw += " "
        piece = clean(text, strip=False)
        if not raw or raw.endswith(" "):
            piece = piece.lstrip()
        segments.append((len(raw), len(raw) + len(piece), tag))
        raw += piece
    tokens = tokenize(raw)
    if not tokens:
        return None
    places = spans(tokens)
    labels = ["o"] * len(tokens)
    for start, end, tag in segments:
        members = [i for i, (a, b) in enumerate(places) if a >= start and b <= end]
        if members:
            _mark(labels, tokens, members, tag)
    if glued:
        _relabel_vancouver("".join(tokens), places, labels)
    return Example(tokens, labels, record["source"])


def _mark(labels: list[str], tokens: list[str], members: list[int], tag: str) -> None:
    """Write the labels of one segment."""
    words = [token.lstrip() for token in tokens]
    tag = "link" if tag in LINKS else tag
    if tag not in KEPT and tag != "volissue":
        return
    if tag == "volissue":
        _mark_volume_issue(labels, tokens, members)
        return
    members = _trimmed(words, members)
    if tag in ("container", "editor", "collection") and len(members) > 1 and words[members[0]].lower() in (
        "in", "en", "dans", "em",
    ):  # fmt: skip
        members = _trimmed(words, members[1:])
    if not members:
        return
    if tag in ("volume", "issue", "pages"):
        _mark_number(labels, words, tokens, members, tag)
    else:
        for i in members:
            labels[i] = tag
        if tag in BEGINS:
            labels[members[0]] = f"B-{tag}"


def _trimmed(words: list[str], members: list[int]) -> list[int]:
    """Members without marks at either end."""
    low, high = 0, len(members)
    while low < high and not words[members[low]][0].isalnum():
        low += 1
    while high > low and not words[members[high - 1]][0].isalnum():
        high -= 1
    return members[low:high]


def _mark_number(labels: list[str], words: list[str], tokens: list[str], members: list[int], tag: str) -> None:
    """Label the numbers of a volume, issue or page segment, not the words around them."""
    numeric = [i for i in members if _NUMERIC.search(words[i])]
    if tag == "pages":
        numeric = [i for i in numeric if _PAGE.search(words[i])] or numeric
    if not numeric:
        return
    for i in range(numeric[0], numeric[-1] + 1):
        labels[i] = tag
    before = numeric[0] - 1
    prefix = (
        before in members and tokens[numeric[0]] == words[numeric[0]] and re.fullmatch(r"[A-Za-z]{1,2}", words[before])
    )
    if tag == "pages" and prefix and words[before].lower() not in ("p", "pp"):
        labels[before] = tag


def _mark_volume_issue(labels: list[str], tokens: list[str], members: list[int]) -> None:
    """Tell volume and issue apart inside a segment that holds both."""
    text = "".join(tokens[i] for i in members)
    ends = list(accumulate(len(tokens[i]) for i in members))
    for pattern in _VOLUME_ISSUE:
        found = pattern.search(text)
        if not found:
            continue
        for name in ("volume", "issue"):
            if name not in pattern.groupindex or found.start(name) < 0:
                continue
            for i, end in zip(members, ends, strict=True):
                if found.start(name) <= end - len(tokens[i].lstrip()) and end <= found.end(name):
                    labels[i] = name
        return


def _relabel_vancouver(raw: str, places: list[tuple[int, int]], labels: list[str]) -> None:
    """Label ``2019;29(6):1073-81``, which corpora of whitespace tokens hold as one field."""
    for found in _VANCOUVER.finditer(raw):
        for i, (start, end) in enumerate(places):
            if start < found.start() or end > found.end():
                continue
            inside = [name for name in found.groupdict() if found.start(name) <= start and end <= found.end(name)]
            labels[i] = inside[0] if inside else "o"
            if labels[i] == "date" and start == found.start("date"):
                labels[i] = "B-date"


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
