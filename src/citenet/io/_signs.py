"""A text as an array of its bytes or signs, so that what stands where is asked of all its lines at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["MARGIN", "WORD", "Mask", "Numbers", "Places", "Signs", "Words", "are_at", "begin_with", "bytes_of_lines",
           "first_of", "is_digit", "is_letter", "number_of", "numbers_of_four", "signs_of", "where",
           "words_of"]  # fmt: skip

MARGIN = 8  # zeros behind the text, so that a look ahead needs no care
WORD = 8  # signs that are looked at as one number
_KEPT = np.array([(1 << 8 * n) - 1 for n in range(WORD + 1)], dtype=np.uint64)  # by how many signs of a word

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Signs = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]


def bytes_of_lines(texts: list[str]) -> Signs:
    """UTF-8 of texts, a line end behind each, and a margin: no byte of any other sign looks like a sign of ASCII."""
    return np.frombuffer("\n".join([*texts, "\0" * MARGIN]).encode("utf-8", "surrogatepass"), dtype=np.uint8)


def signs_of(text: str) -> Signs:
    r"""Code of each sign in its own place; that of ``?`` for all that Latin-1 does not have.

    >>> signs_of("A–\n")[:4].tolist()
    [65, 63, 10, 0]
    """
    return np.frombuffer(text.encode("latin-1", "replace") + bytes(MARGIN), dtype=np.uint8)


def is_digit(signs: Signs) -> Mask:
    """Whether each sign is one of 0 to 9."""
    digits: Mask = signs - np.uint8(ord("0")) < 10  # those below 0 become large
    return digits


def is_letter(signs: Signs) -> Mask:
    """Whether each sign is one of A to Z or a to z."""
    letters: Mask = (signs | 32) - np.uint8(ord("a")) < 26
    return letters


def where(signs: Signs, word: bytes, among: Places | None = None) -> Places:
    """Places in which a word begins, of all or of some.

    >>> where(signs_of("cocoa"), b"co").tolist()
    [0, 2]
    """
    if among is None:
        places = np.flatnonzero((signs[:-1] == word[0]) & (signs[1:] == word[1]))
    else:
        places = among[signs[among] == word[0]]
    for at, sign in enumerate(word[1:], start=1):
        places = places[signs[places + at] == sign]
    return places


def words_of(signs: Signs, begins: Places, ends: Places) -> Words:
    """Return the first eight signs of each span, or as many as it has, as one number."""
    words: Words = _windows(signs, "<u8")[begins] & _KEPT[np.minimum(ends - begins, WORD)]
    return words


def number_of(word: str) -> np.uint64:
    """Return a word of up to eight signs as the number that `words_of` gives for it."""
    return np.uint64(int.from_bytes(word.encode(), "little"))


def first_of(words: Words, n: int) -> Words:
    """Return the first so many signs of each word."""
    first: Words = words & _KEPT[n]
    return first


def begin_with(words: Words, beginning: str) -> Mask:
    """Whether each word has a beginning.

    >>> begin_with(np.array([number_of("IN PRESS"), number_of("INST")]), "IN ").tolist()
    [True, False]
    """
    found: Mask = first_of(words, len(beginning)) == number_of(beginning)
    return found


def are_at(signs: Signs, places: Places, word: bytes) -> Mask:
    """Whether a word of four signs begins in each place.

    >>> are_at(signs_of("P DOI 1"), np.array([0, 2]), b"DOI ").tolist()
    [False, True]
    """
    found: Mask = _windows(signs, "<u4")[places] == np.uint32(int.from_bytes(word, "little"))
    return found


def numbers_of_four(signs: Signs, begins: Places) -> Numbers:
    """Return the number of four digits that begins in each place, -1 where there is none.

    >>> numbers_of_four(signs_of("in 1985, 198/"), np.array([0, 3, 9])).tolist()
    [-1, 1985, -1]
    """
    digits = _windows(signs, "<u4")[begins] ^ np.uint32(0x30303030)  # 0 to 9 in each byte
    above = (digits | digits + np.uint32(0x06060606)) & np.uint32(0xF0F0F0F0)
    tens, ones = (digits >> 16) & 15, digits >> 24
    numbers = (digits & 15) * 1000 + ((digits >> 8) & 15) * 100 + tens * 10 + ones
    return np.where(above == 0, numbers.astype(np.int64), -1)


def _windows(signs: Signs, dtype: str) -> npt.NDArray[Any]:
    """Return the word that begins with each sign."""
    size = np.dtype(dtype).itemsize
    return np.ndarray(len(signs) - size + 1, dtype=dtype, buffer=signs, strides=(1,))
