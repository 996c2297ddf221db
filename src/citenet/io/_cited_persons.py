"""Authors of many cited references at once: where in each the family name ends is told by the shape of its words."""

from __future__ import annotations

import numpy as np

from citenet.io._cited_authors import GROUP_STEMS, GROUPS, parse_author
from citenet.io._columns import Cell
from citenet.io._signs import MARGIN, WORD, Mask, Places, Signs, Words, number_of, words_of
from citenet.io._spans import SPREAD, Parted, Spans, fill_in, texts_of_lines

__all__ = ["parse_authors"]

_PLAIN = b" .-'\n"  # what stands in names beside letters
_SHAPES = bytes(
    ord("A" if chr(code).isupper() else "a") if code < 128 and chr(code).isalpha() else code if code in _PLAIN else 63
    for code in range(256)
)  # of each sign: A for a capital, a for a small letter, "?" for what is odd
_CAPITALS = ("A", "AA", "AAA", "AAAA")
_DOTTED = ("A.", "A.A.", "A.-A.", "A.A.A.")
_INITIALS = (*_CAPITALS, *_DOTTED, "A. A.", "A. A. A.", "A.A. A.")
_TELLING = 6  # letters by which the word of a group is suspected
_SMALL = number_of(" " * WORD)  # makes letters small, and fills up with blanks
_SLOT = np.uint64(64 - 16)  # what is left of a product are 16 bits


def parse_authors(names: Spans) -> tuple[list[Cell], list[int]]:
    """`parse_author` of each of some distinct names; and which of them name nobody.

    >>> parse_authors(Spans.of(["BATE P", "Robert G. B.", "Locock Louise", "World Bank", "[Anonymous]"]))
    (['BATE, P', 'Robert, G. B.', 'Locock, Louise', 'World Bank', None], [4])
    """
    are_bodies = names.first() == ord("*")
    lines = Spans(names.signs, names.begins + are_bodies, names.ends).lines()
    commas, odd = _parse(lines, are_bodies)
    lines.signs[commas] = 0
    authors = texts_of_lines(lines.signs.tobytes().replace(b"\0", b", "))
    return authors, fill_in(authors, names, odd, parse_author)


def _parse(lines: Spans, are_bodies: Mask) -> tuple[Places, Mask]:
    """Return the blanks in whose place a comma and a blank belong, and which lines have to be parsed by themselves."""
    shapes = np.frombuffer(lines.signs.tobytes().translate(_SHAPES), dtype=np.uint8)
    apart = np.flatnonzero((shapes[:-MARGIN] | 32) != ord("a"))
    stands = shapes[apart]
    are_ends = stands == ord("\n")
    gaps = are_ends | (stands == ord(" "))
    places = apart[gaps]
    commas, odd = _commas(lines, shapes, Parted(places, are_ends[gaps]))
    odd |= lines.holding(_words_of_groups(lines.signs, apart))
    commas[are_bodies], odd[are_bodies] = -1, False
    odd |= lines.holding(apart[stands == ord("?")]) | lines.holding(places[np.diff(places, prepend=-1) == 1])
    return commas[(commas >= 0) & ~odd], odd


def _commas(lines: Spans, shapes: Signs, words: Parted) -> tuple[Places, Mask]:
    """Return behind which blank the given name of each person begins, -1 for none, and which cannot be told."""
    n, first, last = words.counts, words.at(0), words.last()
    final, final_sign = _shapes_of(shapes, last + 1, lines.ends), shapes[lines.ends - 1]
    has_capitals = _are_among(final, _CAPITALS)
    has_upper = shapes[lines.begins] == ord("A")
    in_initials = (n >= 1) & _are_among(_shapes_of(shapes, first + 1, lines.ends), _INITIALS)
    one_initial = (n >= 2) & _are_among(final, _DOTTED) & ((shapes[last - 1] | 32) == ord("a"))
    spelt = (n >= 1) & ~has_capitals & ((final_sign | 32) == ord("a"))
    at_last = (n >= 2) & (has_capitals | (one_initial & ~((n == 2) & has_upper & (shapes[first + 1] == ord("A")))))
    at_first = in_initials | (one_initial & ~at_last) | (spelt & has_upper & (n <= 2))
    commas = np.where(at_first, first, np.where(at_last, last, -1))
    return commas, ~(at_first | at_last | spelt)


def _words_of_groups(signs: Signs, apart: Places) -> Places:
    """Where words of two letters and more begin that may be those of a group, given what parts words."""
    lengths = np.diff(apart, prepend=-1) - 1
    long = np.flatnonzero(lengths > 1)
    begins = apart[long] - lengths[long]
    words = words_of(signs, begins, begins + np.minimum(lengths[long], _TELLING)) | _SMALL
    found: Places = begins[_IS_TELLING[_slots(words)]]
    return found


def _shapes_of(shapes: Signs, begins: Places, ends: Places) -> Words:
    """Return the shape of each span as one number, 0 for what is too long for that."""
    lengths = ends - begins
    return np.where(lengths > WORD, np.uint64(0), words_of(shapes, begins, ends))


def _are_among(words: Words, few: tuple[str, ...]) -> Mask:
    """Whether each word is one of a few."""
    found = np.zeros(len(words), dtype=bool)
    for word in few:
        found |= words == number_of(word)
    return found


def _slots(words: Words) -> Words:
    return (words * SPREAD) >> _SLOT


_IS_TELLING = np.zeros(1 << 16, dtype=bool)
_IS_TELLING[_slots(np.array([number_of(f"{word[:_TELLING]:8}") for word in (*GROUPS, *GROUP_STEMS, "la", "le")]))] = (
    True
)
