"""Works of OpenAlex as columns: many lines at once, so that no step runs over single references."""

from __future__ import annotations

import functools
from array import array
from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet._support.optional import require

__all__ = ["LEVELS", "Batch", "number_of", "schemas"]

Ints = npt.NDArray[np.int64]
LEVELS = ("topic", "subfield", "field", "domain")
_WORK = "https://openalex.org/W"
_BEGINNING = ("\n" + _WORK).encode()
_BATCH, _REFERENCES = 5_000, 100_000  # works and references after which a batch is written
_DIGITS_AT_MOST = 19  # fewer fit into 64 bits
_BITS = 40  # of the number of a cited work: today they have 33


@functools.cache
def schemas() -> dict[str, Any]:
    """Types of the columns of works and citations."""
    pa = require("pyarrow", "scale")
    name = pa.dictionary(pa.int32(), pa.string())
    works = [("id", pa.int64()), ("year", pa.int16()), *((column, name) for column in ("type", *LEVELS))]
    return {"works": pa.schema(works), "citations": pa.schema([("citing", pa.int64()), ("cited", pa.int64())])}


class Batch:
    """Columns that grow until they are written.

    Arrow takes the memory of plain arrays: its own conversion of Python lists would load pandas first.
    """

    def __init__(self) -> None:
        self.ids, self.lengths = array("q"), array("q")
        self.stated: list[str] = []
        self.years, self.dated = array("h"), bytearray()
        self.kinds = array("i")  # which combination of type and topic
        self.numbers: dict[tuple[str | None, ...], int] = {}

    @property
    def full(self) -> bool:
        """Whether it is time to write."""
        return len(self.ids) >= _BATCH or len(self.stated) >= _REFERENCES

    def add(self, number: int, work: Any, counts: Counter[str]) -> None:
        """Add a work and its references."""
        counts["works"] += 1
        self.ids.append(number)
        year = work.publication_year
        if year is None:
            counts["work without a year"] += 1
        elif not -9_999 <= year <= 9_999:
            year = None
            counts["year out of range"] += 1
        self.years.append(year or 0)
        self.dated.append(year is not None)
        kind = (work.type, *_topic_names(work.primary_topic))
        self.kinds.append(self.numbers.setdefault(kind, len(self.numbers)))
        if work.primary_topic is None:
            counts["work without a topic"] += 1
        stated = work.referenced_works or []
        self.stated.extend(stated)
        self.lengths.append(len(stated))

    def tables(self, counts: Counter[str]) -> dict[str, Any]:
        """Return works and citations as Arrow tables, and count what is no citation."""
        pa, schema = require("pyarrow", "scale"), schemas()
        years = _column(pa.int16(), self.years, np.frombuffer(self.dated, bool))
        works = [_column(pa.int64(), self.ids), years, *map(self._named, range(1 + len(LEVELS)))]
        ends = [_column(pa.int64(), end) for end in self._citations(counts)]
        return {
            "works": pa.Table.from_arrays(works, schema=schema["works"]),
            "citations": pa.Table.from_arrays(ends, schema=schema["citations"]),
        }

    def _citations(self, counts: Counter[str]) -> tuple[Ints, Ints]:
        """Citing and cited numbers in order of the citing line and the cited number; what is dropped is counted."""
        ids = np.frombuffer(self.ids, np.int64)
        work = np.repeat(np.arange(ids.size), np.frombuffer(self.lengths, np.int64))
        cited = _numbers(self.stated)
        unknown, own = cited < 0, cited == ids[work]
        work, cited = work[~(unknown | own)], cited[~(unknown | own)]
        work, cited = _in_order(work, cited)
        again = np.zeros(cited.size, bool)
        again[1:] = (work[1:] == work[:-1]) & (cited[1:] == cited[:-1])
        counts["references"] += unknown.size
        counts["citations"] += int((~again).sum())
        lost = {"reference without an OpenAlex id": unknown, "reference to itself": own, "repeated reference": again}
        counts.update({reason: int(which.sum()) for reason, which in lost.items() if which.any()})
        return ids[work[~again]], cited[~again]

    def _named(self, place: int) -> Any:
        """Type or a level of the topic as a column of Arrow."""
        pa = require("pyarrow", "scale")
        stated = [kind[place] for kind in self.numbers]
        known = [name for name in dict.fromkeys(stated) if name is not None]
        position = {name: i for i, name in enumerate(known)}
        code = np.array([-1 if name is None else position[name] for name in stated], np.int32)
        codes = code[np.frombuffer(self.kinds, np.int32)]
        names = [name.encode() for name in known]
        ends = np.cumsum([0, *map(len, names)], dtype=np.int32)
        buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(names))]
        return pa.DictionaryArray.from_arrays(
            _column(pa.int32(), np.maximum(codes, 0), codes >= 0),
            pa.Array.from_buffers(pa.string(), len(names), buffers),
        )


def _in_order(work: Ints, cited: Ints) -> tuple[Ints, Ints]:
    """Sort references by their work, then by their number: both in one number where they have room in it."""
    if cited.max(initial=0) >> _BITS or work.max(initial=0) >> (62 - _BITS):
        order = np.lexsort((cited, work))
        return work[order], cited[order]
    key = np.sort(work << _BITS | cited)
    return key >> _BITS, key & ((1 << _BITS) - 1)


def _topic_names(topic: Any) -> tuple[str | None, ...]:
    if topic is None:
        return (None,) * len(LEVELS)
    below, field, domain = topic.subfield, topic.field, topic.domain
    return (
        topic.display_name,
        below and below.display_name,
        field and field.display_name,
        domain and domain.display_name,
    )


def _column(kind: Any, values: Any, present: Any = None) -> Any:
    pa = require("pyarrow", "scale")
    valid = None if present is None else pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(values)])


def number_of(identifier: str | None) -> int | None:
    """Return the number of a work.

    >>> number_of("https://openalex.org/W42"), number_of("https://openalex.org/A42"), number_of(None)
    (42, None, None)
    """
    if identifier is None or not identifier.startswith(_WORK):
        return None
    digits = identifier[len(_WORK) :]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < _DIGITS_AT_MOST else None


def _numbers(identifiers: list[str]) -> Ints:
    """Return the numbers of works, as `number_of` does, -1 where there is none; a list without a fault is read at once.

    >>> _numbers([_WORK + "42", _WORK + "7"]).tolist(), _numbers([_WORK + "42", _WORK, "7"]).tolist()
    ([42, 7], [42, -1, -1])
    """
    text = ("\n" + "\n".join(identifiers) + "\n").encode(errors="replace")
    characters = np.frombuffer(text, np.uint8)
    breaks = np.flatnonzero(characters == ord("\n"))
    first, lengths = breaks[:-1] + len(_BEGINNING), np.diff(breaks) - len(_BEGINNING)
    faultless = text.count(_BEGINNING) == len(identifiers) == lengths.size
    numbers = np.zeros(lengths.size, np.int64)
    if faultless and lengths.size and lengths.min() > 0 and lengths.max() < _DIGITS_AT_MOST:
        for place in range(lengths.max()):
            there = lengths > place
            digit = characters[np.where(there, first + place, first)] - np.uint8(ord("0"))
            faultless = faultless and not (digit > 9).any()  # what is no digit wraps around
            numbers[there] = numbers[there] * 10 + digit[there]
        if faultless:
            return numbers
    return np.array([-1 if (number := number_of(one)) is None else number for one in identifiers], np.int64)
