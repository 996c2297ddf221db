"""A text as an array of its bytes or signs, so that what stands where is asked of all its lines at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Numbers", "Places", "Signs", "bytes_of", "is_digit", "lines_of", "numbered", "numbers_of_four", "signs_of",
           "spans_of_lines", "where", "words_of"]  # fmt: skip

_MARGIN = 8  # zeros behind the text, so that a look ahead needs no care
_WORD = 8
_KEPT = np.array([(1 << 8 * n) - 1 for n in range(_WORD + 1)], dtype=np.uint64)  # by how many signs of a word

Numbers = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp]
Signs = npt.NDArray[np.uint8]


def bytes_of(text: str) -> Signs:
    """UTF-8 of a text: no byte of any other sign looks like a sign of ASCII."""
    return np.frombuffer(text.encode("utf-8", "surrogatepass") + bytes(_MARGIN), dtype=np.uint8)


def signs_of(text: str) -> Signs:
    r"""Code of each sign in its own place; that of ``?`` for all that Latin-1 does not have.

    >>> signs_of("A–\n")[:4].tolist()
    [65, 63, 10, 0]
    """
    return np.frombuffer(text.encode("latin-1", "replace") + bytes(_MARGIN), dtype=np.uint8)


def is_digit(signs: Signs) -> npt.NDArray[np.bool_]:
    """Whether each sign is one of 0 to 9."""
    digits: npt.NDArray[np.bool_] = signs - np.uint8(ord("0")) < 10  # those below 0 become large
    return digits


def spans_of_lines(signs: Signs) -> tuple[Places, Places]:
    """Where lines begin and end, each of which has a line end."""
    ends = np.flatnonzero(signs == ord("\n"))
    return np.append(-1, ends)[:-1] + 1, ends


def where(signs: Signs, word: bytes, among: Places | None = None) -> Places:
    """Places in which a word begins, of all or of some.

    >>> where(signs_of("cocoa"), b"co").tolist()
    [0, 2]
    """
    places = np.flatnonzero(signs == word[0]) if among is None else among[signs[among] == word[0]]
    for at, sign in enumerate(word[1:], start=1):
        places = places[signs[places + at] == sign]
    return places


def numbered(signs: Signs, begins: Places, ends: Places) -> tuple[Places, Numbers]:
    """Which of some spans hold something new, and which of those each span is the same as.

    >>> numbered(signs_of("VOLUNTAS VOLUNTAS VOLUME"), np.array([0, 9, 18]), np.array([8, 17, 24]))
    (array([0, 2]), array([0, 0, 1]))
    """
    at, rest = np.arange(len(begins)), ends - begins
    codes = np.zeros(len(begins), dtype=np.int64)
    n_codes = offset = 0
    while len(at):  # word by word, of spans that go on; what is the same so far has one code
        code, n_found = _factorized(words_of(signs, begins[at] + offset, ends[at]))
        if offset:
            code, n_found = _factorized(codes[at] * n_found + code)
        codes[at] = n_codes + code
        n_codes += n_found
        at, rest = at[rest > _WORD], rest[rest > _WORD] - _WORD
        offset += _WORD
    first = np.full(n_codes, -1)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    kept = first >= 0  # the others were given up as their spans went on
    return first[kept], (np.cumsum(kept) - 1)[codes]


def words_of(signs: Signs, begins: Places, ends: Places) -> npt.NDArray[np.uint64]:
    """Return the first eight signs of each span, or as many as it has, as one number."""
    words: npt.NDArray[np.uint64] = _windows(signs, "<u8")[begins] & _KEPT[np.minimum(ends - begins, _WORD)]
    return words


def lines_of(signs: Signs, begins: Places, ends: Places) -> Signs:
    r"""Spans as lines of an array of their own; a sign stands behind each.

    >>> bytes(lines_of(signs_of("A 1, B"), np.array([2, 0]), np.array([3, 1])))
    b'1\nA\n'
    """
    lengths = ends - begins + 1
    behind = np.cumsum(lengths)
    lines: Signs = signs[np.arange(behind[-1] if len(behind) else 0) + np.repeat(begins - behind + lengths, lengths)]
    lines[behind - 1] = ord("\n")
    return lines


def numbers_of_four(signs: Signs, begins: Places) -> Numbers:
    """Return the number of four digits that begins in each place, -1 where there is none.

    >>> numbers_of_four(signs_of("in 1985"), np.array([0, 3])).tolist()
    [-1, 1985]
    """
    digits = _windows(signs, "<u4")[begins].view(np.uint8).reshape(-1, 4) - np.uint8(ord("0"))
    return np.where((digits < 10).all(axis=1), digits @ np.array([1000, 100, 10, 1]), -1)


def _factorized(values: npt.NDArray[Any]) -> tuple[Numbers, int]:
    codes, found = pd.factorize(values)
    return codes, len(found)


def _windows(signs: Signs, dtype: str) -> npt.NDArray[Any]:
    """Return the word that begins with each sign."""
    size = np.dtype(dtype).itemsize
    return np.ndarray(len(signs) - size + 1, dtype=dtype, buffer=signs, strides=(1,))
