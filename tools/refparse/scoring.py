"""How well fields agree with the gold ones: F1 per field, micro F1, and the share of references right in every field.

Compared are letters and digits alone, casefolded and without accents; authors as the set of family names where the
gold marks them, else as the set of their words of two letters or more; of pages the first, of dates the year.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from citenet.refparse.fields import Parsed

FIELDS = ("authors", "title", "container", "year", "volume", "issue", "pages", "publisher", "doi")
STRICT = FIELDS[:7]
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th"})
_NAMES = (
    "and et al und in ed eds edd editor editors by hrsg hg others jr sr with the de van von der den la le di da y e"
)
_SMALL = frozenset(_NAMES.split())

Value = Any


def fold(text: object) -> str:
    """Casefolded, without accents."""
    plain = unicodedata.normalize("NFKD", str(text)).casefold().translate(_LETTERS)
    return "".join(c for c in plain if not unicodedata.combining(c))


def alnum(text: object) -> str:
    """Letters and digits alone."""
    return "".join(c for c in fold(text) if c.isalnum())


def _words(text: object) -> frozenset[str]:
    found = re.findall(r"[^\W\d_]{2,}", unicodedata.normalize("NFKC", str(text)))
    return frozenset(fold(w) for w in found if not (w.isupper() and len(w) <= 3) and fold(w) not in _SMALL)


def _container(text: object) -> str:
    return alnum(re.sub(r"^\W*(in|in:)\b\W*", "", fold(text).strip()))


def _year(text: object) -> str:
    found = re.search(r"(1[4-9]\d\d|20[0-4]\d)", str(text))
    return found[1] if found else ""


def _page(text: object) -> str:
    plain = re.sub(r"(?i)^\W*(pp?|pages?|s|seiten?|art(icle)?)\b\.?", "", fold(text)).strip()
    found = re.match(r"\W*([a-z]{0,4}\d[\da-z]*(?:\.\d+)?)", plain)
    return alnum(found[1]) if found else alnum(re.split(r"[-–—,]", plain)[0])


def _doi(text: object) -> str:
    found = re.search(r"10\.\d{4,9}/\S+", str(text))
    return found[0].rstrip(".,;)").lower() if found else alnum(text)


_NORMAL: dict[str, Callable[[object], str]] = {
    "title": alnum, "container": _container, "year": _year, "pages": _page, "publisher": alnum, "doi": _doi,
    "volume": lambda text: alnum(text).lstrip("0"), "issue": lambda text: alnum(text).lstrip("0"),
}  # fmt: skip


def _gold(record: dict[str, Any]) -> dict[str, Value]:
    gold = record["gold"]
    values: dict[str, Value] = {}
    if gold.get("authors"):
        values["authors"] = frozenset(filter(None, map(alnum, gold["authors"])))
    elif words := _words(gold.get("author_text") or ""):
        values["authors"] = words
    for name, normal in _NORMAL.items():
        if gold.get(name) and (value := normal(gold[name])):
            values[name] = value
    return values


def _found(parsed: Parsed, families: bool) -> dict[str, Value]:
    fields = parsed.fields
    values: dict[str, Value] = {}
    authors = str(fields.get("authors") or "")
    names = frozenset(filter(None, (alnum(name.split(",")[0]) for name in authors.split(";"))))
    if people := (names if families else _words(authors)):
        values["authors"] = people
    for name, normal in _NORMAL.items():
        printed = fields.get("first_page" if name == "pages" else name)
        if printed and (value := normal(printed)):
            values[name] = value
    return values


def score(records: Sequence[dict[str, Any]], parsed: Sequence[Parsed]) -> dict[str, float]:
    """F1 of each field, ``micro`` over all of them and ``strict``, in percent."""
    counts = {name: [0, 0, 0] for name in FIELDS}
    strict = 0
    for record, one in zip(records, parsed, strict=True):
        gold = _gold(record)
        found = _found(one, bool(record["gold"].get("authors")))
        right = True
        for name in FIELDS:
            wanted, got = gold.get(name), found.get(name)
            match = wanted is not None and (
                wanted == got or (name == "year" and got in record["gold"].get("years", ()))
            )
            counts[name][0] += match
            counts[name][1] += got is not None
            counts[name][2] += wanted is not None
            if name in STRICT and not match and not (wanted is None and got is None):
                right = False
        strict += right
    result = {name: _f1(*count) for name, count in counts.items()}
    result["micro"] = _f1(*(sum(count[i] for count in counts.values()) for i in range(3)))
    result["strict"] = 100 * strict / max(1, len(records))
    return result


def calibration(records: Sequence[dict[str, Any]], parsed: Sequence[Parsed]) -> list[tuple[int, float]]:
    """How many fields have a confidence in [0, 0.1), [0.1, 0.2) … [0.9, 1], and which share of them is right."""
    counts = [[0, 0] for _ in range(10)]
    for record, one in zip(records, parsed, strict=True):
        gold = _gold(record)
        for name, value in _found(one, bool(record["gold"].get("authors"))).items():
            if name in one.certainty:
                cell = counts[min(9, int(one.certainty[name] * 10))]
                cell[0] += 1
                cell[1] += gold.get(name) == value
    return [(n, right / n if n else float("nan")) for n, right in counts]


def _f1(right: int, found: int, wanted: int) -> float:
    return 200 * right / (found + wanted) if found + wanted else 0.0
