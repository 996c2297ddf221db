"""Stretches of one text, so that many short texts are looked at, told apart and written out at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.io._columns import Cell
from citenet.io._signs import MARGIN, WORD, Mask, Numbers, Places, Signs, Words, bytes_of_lines, words_of

__all__ = ["SPREAD", "Parted", "Spans", "fill_in", "texts_of_lines"]

SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd and without a pattern: a product has it that bits of both are mixed
_HALF = np.uint64(32)
_LONG = 6 * WORD


class Spans:
    """Stretches of a text, given by where each begins and ends.

    Examples
    --------
    >>> spans = Spans.of(["VOLUNTAS", "VOLUNTAS", "VOLUME"])
    >>> different, which = spans.distinct()
    >>> different.texts(), which.tolist()
    (['VOLUNTAS', 'VOLUME'], [0, 0, 1])
    """

    def __init__(self, signs: Signs, begins: Places, ends: Places) -> None:
        self.signs, self.begins, self.ends = signs, begins, ends

    def __len__(self) -> int:
        return len(self.begins)

    def __getitem__(self, at: Places | Mask) -> Spans:
        return Spans(self.signs, self.begins[at], self.ends[at])

    @classmethod
    def of(cls, texts: list[str]) -> Spans:
        """Put texts that hold no line end behind one another."""
        signs = bytes_of_lines(texts)
        ends = np.flatnonzero(signs == ord("\n"))
        return cls(signs, np.append(-1, ends)[:-1] + 1, ends)

    @classmethod
    def joined(cls, several: list[Spans]) -> Spans:
        """Put spans of the same text behind one another."""
        begins, ends = ([getattr(spans, name) for spans in several] for name in ("begins", "ends"))
        return cls(several[0].signs, np.concatenate(begins), np.concatenate(ends))

    def first(self) -> Signs:
        """Return the first sign of each, or what stands in its place."""
        return self.signs[self.begins]

    def words(self, offset: int = 0) -> Words:
        """Return eight signs of each, or as many as it has, as one number."""
        return words_of(self.signs, self.begins + offset, self.ends)

    def lines(self) -> Spans:
        """Return the same in a text of their own, each with a line end behind it, and with a margin at its end."""
        lengths = self.ends - self.begins + 1
        behind = np.cumsum(lengths)
        size = int(behind[-1]) if len(behind) else 0
        signs = np.zeros(size + MARGIN, dtype=np.uint8)
        places = np.repeat(self.begins - behind + lengths, lengths)
        places += np.arange(size)
        signs[:size] = self.signs[places]
        signs[behind - 1] = ord("\n")
        return Spans(signs, behind - lengths, behind - 1)

    def texts(self) -> list[str]:
        """Return each as a text."""
        return self.lines().signs[:-MARGIN].tobytes().decode("utf-8", "surrogatepass").split("\n")[:-1]

    def holding(self, places: Places) -> Mask:
        """Whether each of the lines holds one of some places."""
        found = np.zeros(len(self), dtype=bool)
        found[np.searchsorted(self.ends, places)] = True
        return found

    def with_signs(self, table: bytes) -> Mask:
        """Whether each of the lines holds a sign for which a table has 1; it has 1 for the line end."""
        marked = np.frombuffer(self.signs.tobytes().translate(table), dtype=np.bool_)
        found: Mask = np.diff(np.searchsorted(np.flatnonzero(marked[:-MARGIN]), self.ends), prepend=-1) > 1
        return found

    def distinct(self) -> tuple[Spans, Numbers]:
        """Return those that hold something new, and which of them each is the same as."""
        lengths = self.ends - self.begins
        hashes = lengths.astype(np.uint64)
        by_words = list(self._by_words())
        for at, words in by_words:
            mixed = (hashes[at] ^ words) * SPREAD
            hashes[at] = mixed ^ (mixed >> _HALF)
        codes, first = _factorized(hashes)
        same = first[codes]
        if not (np.array_equal(lengths, lengths[same]) and _are_alike(by_words, same)):
            codes, first = self._told_apart()  # as two that differ have one hash
        return self[first], codes

    def _by_words(self) -> Iterator[tuple[Places, Words]]:
        """Yield which of them go on, and the next eight signs of each; in the end all the rest of the few long ones."""
        lengths = self.ends - self.begins
        yield np.arange(len(self)), self.words()
        at = np.flatnonzero(lengths > WORD)
        for offset in range(WORD, _LONG, WORD):
            yield at, self[at].words(offset)
            at = at[lengths[at] > offset + WORD]
        if len(at):
            yield at, Spans(self.signs, self.begins[at] + _LONG, self.ends[at])._told_apart()[0].astype(np.uint64)

    def _told_apart(self) -> tuple[Numbers, Places]:
        """Give each a number by what it holds, one by one, and tell where each number comes first."""
        spans = zip(self.begins.tolist(), self.ends.tolist(), strict=True)
        return _factorized(np.array([self.signs[begin:end].tobytes() for begin, end in spans], dtype=object))


class Parted:
    """Lines and their parts, from the places of what parts them.

    Parameters
    ----------
    places : array of int, shape (p,)
        Where separators stand and lines end, in order.
    are_ends : array of bool, shape (p,)
        Which of them are the ends of lines.

    Attributes
    ----------
    places : array of int, shape (p,)
        As given.
    behind : array of int, shape (n,)
        For each line the number, among the places, of the one behind its last part. May be set to another.
    """

    def __init__(self, places: Places, are_ends: Mask) -> None:
        self.places = places
        self.behind = np.flatnonzero(are_ends)
        self._first = np.append(-1, self.behind)[:-1] + 1

    @property
    def counts(self) -> Numbers:
        """How many separators each line has."""
        counts: Numbers = self.behind - self._first
        return counts

    @property
    def begins(self) -> Places:
        """Where each line begins, as long as none was cut short."""
        begins: Places = np.append(-1, self.ends)[:-1] + 1
        return begins

    @property
    def ends(self) -> Places:
        """Where each line ends."""
        return self.places[self.behind]

    def at(self, number: int | Numbers) -> Places:
        """Return the place of a separator of each line, by its number there; the line's end where there is none."""
        return self.places[np.minimum(self._first + number, self.behind)]

    def last(self) -> Places:
        """Return the place of the last separator of each line; the line's end where there is none."""
        last: Places = self.places[np.maximum(self.behind - 1, self._first)]
        return last


def texts_of_lines(lines: bytes) -> list[Cell]:
    r"""Return lines in front of a margin as texts; those with other signs than ASCII are not what they were.

    >>> texts_of_lines(b"BATE P\nLocock L\n\0\0")
    ['BATE P', 'Locock L']
    """
    texts = lines.decode("latin-1").split("\n")
    texts.pop()
    return cast("list[Cell]", texts)


def fill_in(values: list[Cell], spans: Spans, odd: Mask, parse: Callable[[str], Cell]) -> list[int]:
    """Put in place of some values what is parsed of their spans one by one; return which of them are None."""
    nothing = []
    for at, text in zip(np.flatnonzero(odd).tolist(), spans[odd].texts(), strict=True):
        values[at] = parse(text)
        if values[at] is None:
            nothing.append(at)
    return nothing


def _factorized(values: npt.NDArray[Any]) -> tuple[Numbers, Places]:
    """Return the number of each value, and where each of these numbers comes first."""
    codes, found = pd.factorize(values)
    first = np.empty(len(found), dtype=np.intp)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return codes, first


def _are_alike(by_words: list[tuple[Places, Words]], same: Places) -> bool:
    """Whether each of some spans holds the same, word by word, as another of them that is as long."""
    place = np.empty(len(same), dtype=np.intp)
    for at, words in by_words:
        place[at] = np.arange(len(at))
        if not np.array_equal(words, words[place[same[at]]]):
            return False
    return True
