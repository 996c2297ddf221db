"""Candidate pairs: which works could a reference mean, found through blocks that a slip in one field leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["BLOCKS", "candidate_pairs"]

Ints = npt.NDArray[np.int64]
BLOCKS = ("author and year", "volume and page", "page, year and journal", "title", "title words")
# The rarest words by which a title is looked up, and those of a printed reference that are tried, two at a time.
_WORDS_HELD, _WORDS_TRIED, _SHORTEST_WORD = 4, 6, 3
_NO_YEAR = -(10**9)


@dataclass(frozen=True)
class _Block:
    """Keys of one kind with the row that each belongs to, and what splits a block that is too large.

    A key is what stands at one place of all of ``parts``.
    """

    row: Ints
    parts: tuple[npt.NDArray[Any], ...]
    finer: npt.NDArray[Any]

    def inside(self, group: Ints) -> _Block:
        """Split every block by group."""
        return _Block(self.row, (*self.parts, group[self.row]), self.finer)


def candidate_pairs(
    references: pd.DataFrame,
    works: pd.DataFrame,
    *,
    max_block: int = 200,
    within: tuple[Ints, Ints] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pair each reference with the works it shares a block with.

    Parameters
    ----------
    references, works : DataFrame
        Key tables (`key_table`), in the positions that the result counts in.
    max_block : int
        A block that holds more works than this is split by one more field (author and year by the initial, the others
        by the year); one that is still larger is passed over, and said: its references may be found through another
        block.
    within : pair of ndarray of int64, optional
        Group of each reference and of each work: pairs are sought within the same group alone.

    Returns
    -------
    pairs : DataFrame
        ``reference`` and ``work`` (positions), no pair twice, in order.
    capped : DataFrame
        ``reference`` (position) and ``block``: where a block was passed over.
    """
    n = max(len(works), 1)
    held = _title_words(works)
    sought = held if references is works else _title_words(references)
    rank = _word_ranks(held)
    sides = zip(
        BLOCKS,
        _blocks(references, _word_pairs(sought, rank, _WORDS_TRIED), near=True),
        _blocks(works, _word_pairs(held, rank, _WORDS_HELD), near=False),
        strict=True,
    )
    found, capped = [np.empty(0, np.int64)], []
    for name, left_block, right_block in sides:
        if within:
            left_block, right_block = left_block.inside(within[0]), right_block.inside(within[1])
        left, right, passed = _joined(left_block, right_block, max_block)
        found.append(left * n + right)
        capped.append(pd.DataFrame({"reference": passed, "block": name}))
    every = _distinct(np.concatenate(found))
    pairs = pd.DataFrame({"reference": every // n, "work": every % n})
    return pairs, pd.concat(capped, ignore_index=True).sort_values(["reference", "block"], ignore_index=True)


def _distinct(numbers: Ints) -> Ints:
    """Distinct numbers in order."""
    found: Ints = np.sort(pd.unique(numbers))
    return found


def _blocks(keys: pd.DataFrame, words: tuple[Ints, Ints], *, near: bool) -> Iterator[_Block]:
    """Blocks of a key table, in the order of `BLOCKS`; ``near`` adds the neighbouring years."""
    family, volume, page, title, container, initial = (
        keys[name].to_numpy(dtype=object) for name in ("family", "volume", "page", "title", "container", "initial")
    )
    year = keys["year"].to_numpy(dtype="int64", na_value=_NO_YEAR)
    dated = np.flatnonzero((family != "") & (year != _NO_YEAR))
    shifts = (0, -1, 1) if near else (0,)
    years = np.concatenate([year[dated] + shift for shift in shifts])
    yield _Block(np.tile(dated, len(shifts)), (np.tile(family[dated], len(shifts)), years), initial)
    paged = np.flatnonzero((volume != "") & (page != ""))
    yield _Block(paged, (volume[paged], page[paged]), year)
    placed = np.flatnonzero((page != "") & (year != _NO_YEAR) & (container != ""))
    first = np.array([name.removeprefix("the ")[:1] for name in container[placed]], dtype=object)
    yield _Block(placed, (first, page[placed], year[placed]), volume)
    titled = np.flatnonzero(title != "")
    yield _Block(titled, (title[titled],), year)
    yield _Block(words[0], (words[1],), year)


def _joined(sought: _Block, held: _Block, max_block: int) -> tuple[Ints, Ints, Ints]:
    """Rows of both sides that share a block, and the rows sought whose block is too large even when split."""
    left, right, n = _coded(sought.parts, held.parts)
    known = left >= 0
    left, left_row, right_row = left[known], sought.row[known], held.row
    large = np.bincount(right, minlength=n) > max_block
    pairs = [_equal(left_row[~large[left]], left[~large[left]], right_row[~large[right]], right[~large[right]])]
    passed = np.empty(0, np.int64)
    if large.any():
        left, left_row = left[large[left]], left_row[large[left]]
        right, right_row = right[large[right]], right_row[large[right]]
        left_split, right_split = sought.finer[left_row], held.finer[right_row]
        left_part, right_part, n = _coded((left, left_split), (right, right_split))
        unsplit = _unknown(left_split)
        fits = (left_part >= 0) & ~unsplit
        small = np.bincount(right_part, minlength=n) <= max_block
        fits[fits] = small[left_part[fits]]
        held_fits = small[right_part] & ~_unknown(right_split)
        pairs.append(_equal(left_row[fits], left_part[fits], right_row[held_fits], right_part[held_fits]))
        passed = _distinct(left_row[((left_part >= 0) & ~fits) | unsplit])
    left_rows, right_rows = (np.concatenate(side) for side in zip(*pairs, strict=True))
    return left_rows, right_rows, passed


def _unknown(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    unknown: npt.NDArray[np.bool_] = values == ("" if values.dtype == object else _NO_YEAR)
    return unknown


def _coded(sought: tuple[npt.NDArray[Any], ...], held: tuple[npt.NDArray[Any], ...]) -> tuple[Ints, Ints, int]:
    """Number the keys that are held, from 0 to n - 1; a key sought that is not held is -1."""
    left, right = np.zeros(len(sought[0]), np.int64), np.zeros(len(held[0]), np.int64)
    n = 1
    for wanted, known in zip(sought, held, strict=True):
        codes, distinct = pd.factorize(known)
        left_codes = pd.Index(distinct).get_indexer(pd.Index(wanted))
        right, codes = pd.factorize(right * len(distinct) + codes)  # stays small, however many parts a key has
        left = np.where((left < 0) | (left_codes < 0), -1, left * len(distinct) + left_codes)
        left = pd.Index(codes).get_indexer(pd.Index(left))
        n = len(codes)
    return left, right, n


def _equal(left: Ints, left_key: Ints, right: Ints, right_key: Ints) -> tuple[Ints, Ints]:
    """Every pair of rows with the same key."""
    order = np.argsort(right_key, kind="stable")
    right, right_key = right[order], right_key[order]
    start, stop = np.searchsorted(right_key, left_key), np.searchsorted(right_key, left_key, side="right")
    count = stop - start
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(left, count), right[np.repeat(start, count) + offset]


def _title_words(keys: pd.DataFrame) -> tuple[Ints, npt.NDArray[np.object_]]:
    """Row and word of every word of the printed text, or else the title."""
    text = keys["text"].to_numpy(dtype=object)
    texts = np.where(text != "", text, keys["title"].to_numpy(dtype=object))
    rows = np.flatnonzero(texts != "")
    known = texts[rows].tolist()
    words = np.array(" ".join(known).split(" ") if known else [], dtype=object)
    return np.repeat(rows, [line.count(" ") + 1 for line in known]), words


def _word_ranks(held: tuple[Ints, npt.NDArray[np.object_]]) -> pd.Index[Any]:
    """Words by which works are looked up, the rarest first."""
    rows, words = held
    codes, distinct = pd.factorize(words)
    once = _distinct(rows * len(distinct) + codes) % max(len(distinct), 1)
    counts = zip(np.bincount(once, minlength=len(distinct)).tolist(), distinct, strict=True)
    return pd.Index([word for _, word in sorted(counts) if len(word) >= _SHORTEST_WORD], dtype="object")


def _word_pairs(texts: tuple[Ints, npt.NDArray[np.object_]], ranked: pd.Index[Any], n_words: int) -> tuple[Ints, Ints]:
    """Row and key of every two of the rarest known words of each text."""
    rows, words = texts
    size = max(len(ranked), 1)
    rank = ranked.get_indexer(pd.Index(words, dtype="object"))
    known = _distinct((rows * size + rank)[rank >= 0])  # by row, the rarest first
    row, rank = known // size, known % size
    first = np.flatnonzero(np.append(True, row[1:] != row[:-1])) if row.size else row
    place = np.arange(row.size) - np.repeat(first, np.diff(np.append(first, row.size)))
    number = np.cumsum(place == 0) - 1
    table = np.full((first.size, n_words), -1, dtype=np.int64)
    table[number[place < n_words], place[place < n_words]] = rank[place < n_words]
    found = [(row[first], table[:, i], table[:, j]) for i, j in combinations(range(n_words), 2)]
    rows, one, other = (np.concatenate(side) for side in zip(*found, strict=True))
    return rows[other >= 0], (one * size + other)[other >= 0]
