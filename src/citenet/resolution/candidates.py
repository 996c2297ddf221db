"""Candidate pairs: which works could a reference mean, found through blocks that a slip in one field leaves open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
# Codes of fields that say nothing, and that say what no work holds.
_UNKNOWN, _ELSEWHERE = -(10**9), -1
_YEARS = 1 << 16  # more than the years there are, BC ones included


@dataclass(frozen=True)
class _Block:
    """Keys of one kind with the row that each belongs to, and what splits a block that is too large."""

    row: Ints
    key: Ints
    finer: Ints


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
    fields = _coded(references, works)
    held = _title_words(works)
    sought = held if references is works else _title_words(references)
    rank = _word_ranks(held)
    sides = zip(
        BLOCKS,
        _blocks(fields[0], _word_pairs(sought, rank, _WORDS_TRIED), near=True),
        _blocks(fields[1], _word_pairs(held, rank, _WORDS_HELD), near=False),
        strict=True,
    )
    found, capped = [np.empty(0, np.int64)], []
    for name, left_block, right_block in sides:
        left, right, passed = _joined(left_block, right_block, max_block, within)
        found.append(left * n + right)
        capped.append(pd.DataFrame({"reference": passed, "block": name}))
    every = _distinct(np.concatenate(found))
    pairs = pd.DataFrame({"reference": every // n, "work": every % n})
    return pairs, pd.concat(capped, ignore_index=True).sort_values(["reference", "block"], ignore_index=True)


def _distinct(numbers: Ints) -> Ints:
    """Distinct numbers in order."""
    found: Ints = np.sort(pd.unique(numbers))
    return found


def _coded(references: pd.DataFrame, works: pd.DataFrame) -> tuple[dict[str, Ints], dict[str, Ints]]:
    """Give what the works hold in each field a number, on both sides; what no work holds is `_ELSEWHERE`."""
    sides: tuple[dict[str, Ints], dict[str, Ints]] = ({}, {})
    for name in ("family", "initial", "volume", "page", "title", "container"):
        left, right = (table[name].to_numpy(dtype=object) for table in (references, works))
        if name == "container":  # its first letter, which abbreviations keep
            left, right = (_each_once(column, lambda text: text.removeprefix("the ")[:1]) for column in (left, right))
        codes, distinct = pd.factorize(right)
        sides[1][name] = np.where(right == "", _UNKNOWN, codes)
        found = codes if left is right else pd.Index(distinct).get_indexer(pd.Index(left))
        sides[0][name] = np.where(left == "", _UNKNOWN, np.where(found < 0, _ELSEWHERE, found))
    for side, table in zip(sides, (references, works), strict=True):
        side["year"] = table["year"].to_numpy(dtype="int64", na_value=_UNKNOWN)
    return sides


def _each_once(column: npt.NDArray[np.object_], function: Callable[[str], str]) -> npt.NDArray[np.object_]:
    codes, distinct = pd.factorize(column)
    return np.array([*map(function, distinct), ""], dtype=object)[codes]


def _blocks(fields: dict[str, Ints], words: tuple[Ints, Ints], *, near: bool) -> Iterator[_Block]:
    """Blocks of the coded fields, in the order of `BLOCKS`; ``near`` adds the neighbouring years."""
    family, initial, volume, page, title, container, year = fields.values()
    dated = np.flatnonzero((family >= 0) & (year != _UNKNOWN))
    shifts = (0, -1, 1) if near else (0,)
    years = np.concatenate([family[dated] * _YEARS + year[dated] + shift for shift in shifts])
    yield _Block(np.tile(dated, len(shifts)), years, initial)
    paged = np.flatnonzero((volume >= 0) & (page >= 0))
    yield _Block(paged, volume[paged] << 32 | page[paged], year)
    placed = np.flatnonzero((page >= 0) & (year != _UNKNOWN) & (container >= 0))
    yield _Block(placed, (page[placed] << 16 | container[placed]) * _YEARS + year[placed], volume)
    titled = np.flatnonzero(title >= 0)
    yield _Block(titled, title[titled], year)
    yield _Block(words[0], words[1], year)


def _joined(sought: _Block, held: _Block, max_block: int, within: tuple[Ints, Ints] | None) -> tuple[Ints, Ints, Ints]:
    """Rows of both sides that share a block, and the rows sought whose block is too large even when split."""
    right, keys = pd.factorize(held.key)
    left = pd.Index(keys).get_indexer(pd.Index(sought.key))
    if within:
        n_groups = int(within[1].max(initial=0)) + 1
        right, keys = pd.factorize(right * n_groups + within[1][held.row])
        left = np.where(left < 0, -1, left * n_groups + within[0][sought.row])
        left = pd.Index(keys).get_indexer(pd.Index(left))
    left, left_row, right_row = left[left >= 0], sought.row[left >= 0], held.row
    large = np.bincount(right, minlength=len(keys)) > max_block
    pairs = [_equal(left_row[~large[left]], left[~large[left]], right_row[~large[right]], right[~large[right]])]
    passed = np.empty(0, np.int64)
    if large.any():
        left, left_row = left[large[left]], left_row[large[left]]
        right, right_row = right[large[right]], right_row[large[right]]
        split = pd.MultiIndex.from_arrays([right, held.finer[right_row]])
        parts = split.unique()
        left_part = parts.get_indexer(pd.MultiIndex.from_arrays([left, sought.finer[left_row]]))
        right_part = parts.get_indexer(split)
        fit = np.bincount(right_part, minlength=len(parts)) <= max_block
        fit &= parts.get_level_values(1).to_numpy() != _UNKNOWN
        fits = (left_part >= 0) & fit[left_part]
        pairs.append(_equal(left_row[fits], left_part[fits], right_row[fit[right_part]], right_part[fit[right_part]]))
        passed = _distinct(left_row[((left_part >= 0) & ~fits) | (sought.finer[left_row] == _UNKNOWN)])
    left_rows, right_rows = (np.concatenate(side) for side in zip(*pairs, strict=True))
    return left_rows, right_rows, passed


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
    ranked: pd.Index[Any] = pd.Index(
        [word for _, word in sorted(counts) if len(word) >= _SHORTEST_WORD], dtype="object"
    )
    return ranked


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
