"""What the models look at, written once for training and for run time.

Per token: *own* features (word, ending, shape, dictionaries), *side* features that neighbours see (offsets ±1, ±2),
and a class. Per place: n-grams of classes, and *contexts*, small whole numbers that say where in the reference and
in which style the place stands (years seen, inside quotes, sentence stops ahead, how the string begins …).
No feature joins the identities of two words, so a model is a sum of table rows and decodes in bulk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from citenet.refparse.tokens import DICTIONARIES, shape, word_class

__all__ = ["CONTEXTS", "FLAGS", "NGRAMS", "SIDES", "Places", "Token", "contexts", "describe"]

Ints = NDArray[np.int64]
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
_NAMES = (
    "quote open close year in stop number numeric ed page colon comma semicolon and vol press initial link "
    "capital lower caps slash"
)
FLAGS = tuple(_NAMES.split())
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
_CLASS_FLAGS = {
    '"': "quote", "(": "open", "[": "open", ")": "close", "]": "close", "YR": "year", "in": "in", ".": "stop",
    "?": "stop", "!": "stop", "ed": "ed", "pp": "page", ":": "colon", ",": "comma", ";": "semicolon",
    "and": "and", "&": "and", "vol": "vol", "no": "vol", "press": "press", "univ": "press", "URL": "link",
    "DOI": "link", "doi": "link", "arxiv": "link", "/": "slash",
}  # fmt: skip
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
    return Token(tuple(own), tuple(side), kind, _flags(word, kind, outline), _coarse(kind, outline))


def _flags(word: str, kind: str, outline: str) -> int:
    """Bit mask over `FLAGS`."""
    names = {_CLASS_FLAGS.get(kind, "")}
    if kind == "YR" or outline[0] == "d" and outline[1:].isdigit():
        names.add("numeric")
        if kind != "YR":
            names.add("number")
    if kind == "in" and word[0] != "I":
        names.discard("in")
    if outline in ("X", "XX"):
        names.add("initial")
    elif outline in ("Xxx", "Xx"):
        names.add("capital")
    elif outline == "xxx":
        names.add("lower")
    elif outline in ("XXX", "XXXX"):
        names.add("caps")
    return sum(1 << i for i, name in enumerate(FLAGS) if name in names)


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

    ``first`` is the row at which the token's sequence starts, ``position`` its place in it, ``after`` how many follow.
    """

    first: Ints
    starts: Ints
    position: Ints
    after: Ints

    @classmethod
    def of(cls, lengths: Ints) -> Places:
        """Places of sequences of these lengths."""
        starts = np.cumsum(lengths) - lengths
        first = np.repeat(starts, lengths)
        position = np.arange(len(first)) - first
        return cls(first, starts, position, np.repeat(lengths, lengths) - 1 - position)

    def seen(self, flag: NDArray[np.integer]) -> Ints:
        """How often the flag stood before each place in its sequence."""
        running = np.cumsum(flag, dtype=np.int32) - flag
        return np.asarray(running - running[self.first])

    def total(self, flag: NDArray[np.integer]) -> Ints:
        """How often the flag stands in the whole sequence, at each of its places."""
        sums = np.add.reduceat(flag, self.starts, dtype=np.int32) if len(self.starts) else flag
        return np.asarray(np.repeat(sums, np.diff(np.append(self.starts, len(self.first)))))


def contexts(flags: NDArray[np.int32], coarse: NDArray[np.int8], places: Places) -> dict[str, Ints]:
    """Value of every context at every place; each lies in ``range(CONTEXTS[name])``."""
    bit = {name: (flags >> i & 1).astype(np.int32) for i, name in enumerate(FLAGS)}
    seen, total = places.seen, places.total
    position, after = places.position, places.after
    length = position + after + 1
    long_before = np.zeros_like(bit["stop"])
    long_before[1:] = ((bit["capital"] | bit["lower"] | bit["caps"] | bit["close"] | bit["year"] | bit["quote"]) > 0)[
        :-1
    ]
    long_before[places.starts] = 0
    stop = bit["stop"] & long_before
    years, all_years = seen(bit["year"]), total(bit["year"])
    stops, all_stops = seen(stop), total(stop)
    numbers, all_numbers = seen(bit["number"]), total(bit["number"])
    quotes, all_quotes = seen(bit["quote"]), total(bit["quote"])
    ins, all_ins = seen(bit["in"]), total(bit["in"])
    eds, all_eds = seen(bit["ed"]), total(bit["ed"])
    numerics = seen(bit["numeric"])
    last_number = (numerics == total(bit["numeric"])) & (bit["numeric"] == 0)
    coarse3 = _begin(coarse, bit, places)
    year_state = np.minimum(years, 1)
    inside = quotes & 1
    stops_ahead = np.minimum(all_stops - stops - stop, 5)
    initials_behind, initials_ahead = _near(bit["initial"], places)
    pages_ahead = total(bit["page"]) > seen(bit["page"])
    commas = np.minimum(seen(bit["comma"]), 3)
    return {
        "pos": np.where(position < 10, position, 10 + np.minimum((position - 10) // 5, 8)),
        "end": np.minimum(after, 6),
        "rel": position * 10 // length,
        "quote": (inside * 2 + (all_quotes > 1)) * 3 + np.minimum(quotes, 2),
        "bracket": np.clip(seen(bit["open"]) - seen(bit["close"]), 0, 2),
        "years": np.minimum(years, 2) * 4 + np.minimum(all_years, 3),
        "year_distance": _year_distance(bit["year"], places),
        "stops": np.minimum(stops, 5) * 6 + stops_ahead,
        "numbers": np.minimum(numbers, 4) * 5 + np.minimum(all_numbers - numbers, 4),
        "last_number": (np.minimum(years, 2) * 2 + (all_quotes > 1)) * 2 + last_number,
        "in": (np.minimum(ins, 1) * 2 + (all_ins > ins)) * 6 + np.minimum(eds, 1) * 3 + np.minimum(all_eds - eds, 2),
        "ahead": (((all_years > years) * 2 + pages_ahead) * 2 + (all_numbers > numbers)) * 8
        + ((total(bit["vol"]) > seen(bit["vol"])) * 2 + (total(bit["press"]) > seen(bit["press"]))) * 2
        + (total(bit["link"]) > seen(bit["link"])),
        "start": coarse3 * 2 + year_state,
        "start_stop": coarse3 * 3 + np.minimum(stops, 2),
        "start_kind": coarse3 * 8 + coarse,
        "initials": initials_behind * 5 + initials_ahead,
        "list": (commas * 2 + year_state) * 6 + np.minimum(stops_ahead, 2) * 2 + inside,
        "people": _people(bit, places),
    }


def _begin(coarse: NDArray[np.int8], bit: dict[str, NDArray[np.int32]], places: Places) -> Ints:
    """How the sequence begins: coarse kinds of its first three tokens behind a printed number, at each place."""
    n = len(coarse)
    if not n:
        return np.zeros(0, np.int64)
    lengths = np.diff(np.append(places.starts, n))
    numbered = (bit["number"][places.starts] > 0) & (lengths > 4)
    skip = places.starts + np.where(numbered, 2, 0)
    last = places.starts + lengths - 1
    code = np.zeros(len(places.starts), np.int64)
    for i in range(3):
        code = code * 8 + np.where(skip + i <= last, coarse[np.minimum(skip + i, last)], 7)
    return np.repeat(code, lengths)


def _near(flag: NDArray[np.int32], places: Places) -> tuple[Ints, Ints]:
    """How many of the four tokens before, and of the four behind, carry the flag."""
    running = np.concatenate([[0], np.cumsum(flag)])
    here = np.arange(len(flag))
    behind = running[here] - running[here - np.minimum(places.position, 4)]
    ahead = running[here + 1 + np.minimum(places.after, 4)] - running[here + 1]
    return behind, ahead


def _year_distance(year: NDArray[np.int32], places: Places) -> Ints:
    """Tokens since the last year and until the next one, each 0–5 or 6 for more or none."""
    here = np.arange(len(year))
    last = np.maximum.accumulate(np.where(year > 0, here, -10))
    last = np.where(last >= places.first, last, -10)
    ahead = np.where(year > 0, here, len(year) + 10)
    following = np.minimum.accumulate(ahead[::-1])[::-1] if len(year) else ahead
    following = np.where(following <= here + places.after, following, len(year) + 10)
    return np.asarray(np.minimum(here - last, 6) * 7 + np.minimum(following - here, 6))


def _people(bit: dict[str, NDArray[np.int32]], places: Places) -> Ints:
    """How a list of people is written: marks between them, capitals, how many commas."""
    commas = np.minimum(places.total(bit["comma"]), 3)
    marks = (places.total(bit["semicolon"]) > 0) * 2 + (places.total(bit["slash"]) > 0)
    capitals = (places.total(bit["caps"]) > 0) * 2 + (places.total(bit["initial"]) > 0)
    return np.asarray((commas * 4 + marks) * 4 + capitals)
