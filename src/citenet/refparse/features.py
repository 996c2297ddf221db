"""What the models look at, written once for training and for run time.

Per token: *own* features (word, ending, shape, dictionaries), *side* features that neighbours see (offsets ±1, ±2),
and a class. Per place: n-grams of classes, and *contexts*, small whole numbers that say where in the reference and
in which style the place stands (years seen, inside quotes, sentence stops ahead, how the string begins …).
No feature joins the identities of two words, so a model is a sum of table rows and decodes in bulk.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from citenet.refparse.tokens import DICTIONARIES, shape, word_class

__all__ = ["CONTEXTS", "FLAGS", "NGRAMS", "SIDES", "Places", "Token", "contexts", "describe"]

Ints = NDArray[np.int64]
Small = NDArray[np.int16]
SIDES = (-2, -1, 1, 2)
# Windows of classes around a place, by the name that their weights carry.
NGRAMS: dict[str, tuple[int, ...]] = {
    "c3-": (-3,),
    "c3+": (3,),
    "b-": (-1, 0),
    "b+": (0, 1),
    "bb": (-2, -1),
    "aa": (1, 2),
    "t0": (-1, 0, 1),
    "t-": (-2, -1, 0),
    "t+": (0, 1, 2),
    "aaa": (1, 2, 3),
    "bbb": (-3, -2, -1),
}
_COUNTED = (
    "quote", "open", "close", "year", "in", "stop", "number", "numeric", "ed", "page", "comma", "vol", "press", "link",
    "initial", "caps", "semicolon", "slash",
)  # fmt: skip
FLAGS = (*_COUNTED, "capital", "lower")
# Number of values of each context.
CONTEXTS = {
    "pos": 19,
    "end": 7,
    "rel": 10,
    "quote": 12,
    "bracket": 3,
    "years": 12,
    "year_distance": 49,
    "stops": 36,
    "numbers": 25,
    "last_number": 12,
    "in": 24,
    "ahead": 64,
    "start": 1024,
    "start_stop": 1536,
    "start_kind": 4096,
    "initials": 25,
    "list": 48,
    "people": 64,
}
_OF_CLASS = {
    '"': "quote", "(": "open", "[": "open", ")": "close", "]": "close", "YR": "year", ".": "stop",
    "?": "stop", "!": "stop", "ed": "ed", "pp": "page", ",": "comma", ";": "semicolon", "vol": "vol", "no": "vol",
    "press": "press", "univ": "press", "URL": "link", "DOI": "link", "doi": "link", "arxiv": "link", "/": "slash",
}  # fmt: skip
_OF_OUTLINE = {
    "X": "initial", "XX": "initial", "Xxx": "capital", "Xx": "capital", "xxx": "lower", "XXX": "caps", "XXXX": "caps",
}  # fmt: skip
_IN, _STOP = 1 << FLAGS.index("in"), 1 << FLAGS.index("stop")
_LONG = sum(1 << FLAGS.index(name) for name in ("capital", "lower", "caps", "close", "year", "quote"))
# Which of four flags are set, by four bits, one count in each 16-bit part of a number.
_PARTS = (np.arange(16)[:, None] >> np.arange(4) & 1).astype(np.int16).view(np.int64).ravel()
_COARSE = {",": 4, ".": 5}


class Token(NamedTuple):
    """All that a model may know of one distinct token."""

    own: tuple[str, ...]
    side: tuple[str, ...]
    word_class: str
    flags: int
    coarse: int


def describe(token: str, lexicon: Mapping[str, int]) -> Token:
    """Features of a token; ``lexicon`` maps folded words to a bit mask over `DICTIONARIES`.

    >>> describe(" Smith", {"smith": 1}).side
    ('w=smith', 'c=Xxx', 'D=1')
    """
    word = token.lstrip()
    blank = len(token) > len(word)
    lower = word.lower()
    outline, kind = shape(word), word_class(word)
    key = outline if len(word) > 2 and word.isdigit() else lower
    if outline == "URL" or len(key) > 24:
        key = outline
    own = [f"w={key}", f"c={kind}", f"s={outline}", f"_={int(blank)}{kind}"]
    side = [f"w={key}", f"c={kind}"]
    if outline != kind:
        side.append(f"s={outline}")
    mask = 0
    if word[0].isalpha() and outline not in ("URL", "han"):
        if len(lower) > 2:
            own += [f"p2={lower[:2]}", f"p3={lower[:3]}", f"s2={lower[-2:]}", f"s3={lower[-3:]}", f"s4={lower[-4:]}"]
        mask = lexicon.get(lower, 0)
        if mask:
            own += [f"D={mask}", *(f"d={name}" for i, name in enumerate(DICTIONARIES) if mask >> i & 1)]
            own.append(f"d|{mask}|{outline}")
            side.append(f"D={mask}")
        elif len(lower) > 2:
            own.append(f"d-{outline}")
    elif outline == "d4":
        own.append(f"decade={word[:3]}")
    flags, coarse = _marked(kind, outline)
    if kind == "in" and word[0] == "I":
        flags |= _IN
    return Token(tuple(own), tuple(side), kind, flags, coarse)


@cache
def _marked(kind: str, outline: str) -> tuple[int, int]:
    """Bit mask over `FLAGS`, and the coarse kind, of words of a class and an outline."""
    names = {_OF_CLASS.get(kind, ""), _OF_OUTLINE.get(outline, "")}
    if kind == "YR" or outline[0] == "d" and outline[1:].isdigit():
        names |= {"numeric"} if kind == "YR" else {"numeric", "number"}
    return sum(1 << i for i, name in enumerate(FLAGS) if name in names), _coarse(kind, outline)


def _coarse(kind: str, outline: str) -> int:
    """Eight coarse kinds, for how a reference begins."""
    if kind in _COARSE:
        return _COARSE[kind]
    if outline in ("Xxx", "Xx", "mix"):
        return 0
    if outline in ("xx", "xxx", "x"):
        return 1
    if outline in ("X", "XX", "XXX"):
        return 2
    if outline == "XXXX":
        return 6
    return 3 if outline[0] == "d" else 7


class Places(NamedTuple):
    """Where each token of a batch of references stands: sequences one after another.

    Of each sequence ``starts`` is its first row, ``lengths`` how many it has; of each token ``first`` is the row at
    which its sequence starts, ``position`` its place in it, ``after`` how many follow.
    """

    starts: Ints
    lengths: Ints
    first: Ints
    position: Small
    after: Small

    @classmethod
    def of(cls, lengths: Ints) -> Places:
        """Places of sequences of these lengths, of at most 32,767 tokens each."""
        starts = np.cumsum(lengths) - lengths
        first = np.repeat(starts, lengths)
        position = (np.arange(len(first)) - first).astype(np.int16)
        return cls(starts, lengths, first, position, np.repeat((lengths - 1).astype(np.int16), lengths) - position)

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """One value a sequence, at each of its tokens."""
        return np.repeat(values, self.lengths)


class _Counts:
    """How often each flag stands before a place in its sequence (``seen``), and in the whole of it (``total``).

    Counts of four flags are kept in the four 16-bit parts of one number, so that one running sum counts all four.
    """

    def __init__(self, flags: NDArray[np.int32], places: Places) -> None:
        self.seen: dict[str, Small] = {}
        self.total: dict[str, Small] = {}
        last = places.starts + places.lengths - 1
        for shift in range(0, len(_COUNTED), 4):
            held = _PARTS[flags >> shift & 15]
            before = np.cumsum(held) - held
            seen = before - before[places.first]
            total = seen[last] + held[last]
            for part, name in enumerate(_COUNTED[shift : shift + 4]):
                self.seen[name] = seen.view(np.int16)[part::4]
                self.total[name] = total.view(np.int16)[part::4]


def contexts(flags: NDArray[np.int32], coarse: NDArray[np.int8], places: Places) -> dict[str, Small]:
    """Value of every context at every place; each lies in ``range(CONTEXTS[name])``."""
    flags = _without_short_stops(flags, places)
    counts = _Counts(flags, places)
    seen, total, spread = counts.seen, counts.total, places.spread
    position, after = places.position, places.after
    stop, number, year = (_flag(flags, name) for name in ("stop", "number", "year"))
    years, quotes = np.minimum(seen["year"], 2), seen["quote"]
    year_state, inside = np.minimum(years, 1), quotes & 1
    begin = _begin(coarse, number, places)
    numbers_ahead = spread(total["number"]) - seen["number"]
    stops_ahead = np.minimum(spread(total["stop"]) - seen["stop"] - stop, 5)
    last_number = (seen["numeric"] == spread(total["numeric"])) & (_flag(flags, "numeric") == 0)
    quoted = total["quote"] > 1
    ahead = {name: spread(total[name]) > seen[name] for name in ("year", "page", "vol", "press", "link", "in")}
    edited = np.minimum(spread(total["ed"]) - seen["ed"], 2) + np.minimum(seen["ed"], 1) * 3
    return {
        "pos": np.where(position < 10, position, 10 + np.minimum((position - 10) // 5, 8)),
        "end": np.minimum(after, 6),
        "rel": (position * np.float32(10) / spread(places.lengths.astype(np.float32))).astype(np.int16),
        "quote": inside * 6 + np.minimum(quotes, 2) + spread(quoted * np.int16(3)),
        "bracket": np.clip(seen["open"] - seen["close"], 0, 2),
        "years": years * 4 + spread(np.minimum(total["year"], 3)),
        "year_distance": _year_distance(year, places),
        "stops": np.minimum(seen["stop"], 5) * 6 + stops_ahead,
        "numbers": np.minimum(seen["number"], 4) * 5 + np.minimum(numbers_ahead, 4),
        "last_number": years * 4 + spread(quoted * np.int16(2)) + last_number,
        "in": np.minimum(seen["in"], 1) * 12 + ahead["in"] * np.int16(6) + edited,
        "ahead": ahead["year"] * np.int16(32) + ahead["page"] * np.int16(16) + (numbers_ahead > 0) * np.int16(8)
        + ahead["vol"] * np.int16(4) + ahead["press"] * np.int16(2) + ahead["link"],
        "start": begin * 2 + year_state,
        "start_stop": begin * 3 + np.minimum(seen["stop"], 2),
        "start_kind": begin * 8 + coarse,
        "initials": _near(seen["initial"], _flag(flags, "initial"), places),
        "list": np.minimum(seen["comma"], 3) * 12 + year_state * 6 + np.minimum(stops_ahead, 2) * 2 + inside,
        "people": spread(_people(total)),
    }  # fmt: skip


def _flag(flags: NDArray[np.int32], name: str) -> Small:
    return (flags >> FLAGS.index(name) & 1).astype(np.int16)


def _without_short_stops(flags: NDArray[np.int32], places: Places) -> NDArray[np.int32]:
    """Leave the flag of a stop to those that end a sentence: not behind an initial, nor at the beginning."""
    ends = np.zeros(len(flags), np.bool_)
    ends[1:] = (flags[:-1] & _LONG) > 0
    ends[places.starts] = False
    return np.where(ends, flags, flags & ~_STOP)


def _begin(coarse: NDArray[np.int8], number: Small, places: Places) -> Small:
    """How the sequence begins: coarse kinds of its first three tokens behind a printed number, at each place."""
    starts, last = places.starts, places.starts + places.lengths - 1
    skip = starts + np.where((number[starts] > 0) & (places.lengths > 4), 2, 0)
    code = np.zeros(len(starts), np.int16)
    for i in range(3):
        code = code * 8 + np.where(skip + i <= last, coarse[np.minimum(skip + i, last)], 7)
    begin: Small = places.spread(code.astype(np.int16))
    return begin


def _near(seen: Small, flag: Small, places: Places) -> Small:
    """How many of the four tokens before carry the flag, times five, and of the four behind."""
    here = np.arange(len(flag))
    behind: Small = seen - seen[here - np.minimum(places.position, 4)]
    with_it: Small = seen + flag
    return behind * 5 + with_it[here + np.minimum(places.after, 4)] - with_it


def _year_distance(year: Small, places: Places) -> Small:
    """Tokens since the last year and until the next one, each 0–5 or 6 for more or none."""
    here = np.arange(len(year), dtype=np.int32)
    since = here - np.maximum.accumulate(np.where(year > 0, here, -10))
    until = np.minimum.accumulate(np.where(year > 0, here, len(year) + 10)[::-1])[::-1] - here
    since = np.where(since <= places.position, np.minimum(since, 6), 6)
    until = np.where(until <= places.after, np.minimum(until, 6), 6)
    return (since * 7 + until).astype(np.int16)


def _people(total: Mapping[str, Small]) -> Small:
    """How a list of people is written: marks between them, capitals, how many commas."""
    code = np.minimum(total["comma"], 3)
    for name in ("semicolon", "slash", "caps", "initial"):
        code = code * 2 + (total[name] > 0)
    return code
