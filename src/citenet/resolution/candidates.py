"""Candidate pairs: which works could a reference mean, found through blocks that a slip in one field leaves open."""

from __future__ import annotations

from collections import Counter
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


@dataclass(frozen=True)
class _Block:
    """Keys of one kind with the row that each belongs to, and what splits a block that is too large."""

    row: Ints
    key: npt.NDArray[Any]
    finer: npt.NDArray[Any]

    def part(self, chosen: npt.NDArray[np.bool_]) -> _Block:
        return _Block(self.row[chosen], self.key[chosen], self.finer)

    def inside(self, group: Ints) -> _Block:
        """Split every block by group."""
        keys = [f"{g} {key}" for g, key in zip(group[self.row].tolist(), self.key, strict=True)]
        return _Block(self.row, np.array(keys, dtype=object), self.finer)


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
    sought, held = (table["text"].where(table["text"] != "", table["title"]) for table in (references, works))
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
        found.append(np.unique(left * n + right))
        capped.append(pd.DataFrame({"reference": passed, "block": name}))
    every = np.unique(np.concatenate(found))
    pairs = pd.DataFrame({"reference": every // n, "work": every % n})
    return pairs, pd.concat(capped, ignore_index=True).sort_values(["reference", "block"], ignore_index=True)


def _blocks(keys: pd.DataFrame, words: tuple[Ints, Ints], *, near: bool) -> Iterator[_Block]:
    """Blocks of a key table, in the order of `BLOCKS`; ``near`` adds the neighbouring years."""
    family, volume, page, title, container, initial = (
        keys[name].to_numpy(dtype=object) for name in ("family", "volume", "page", "title", "container", "initial")
    )
    year = keys["year"].astype("str").where(keys["year"].notna(), "").to_numpy(dtype=object)
    dated = np.flatnonzero((family != "") & (year != ""))
    years = [(keys["year"].iloc[dated] + shift).astype("str").to_numpy(dtype=object) for shift in (0, -1, 1)]
    used = years if near else years[:1]
    yield _Block(np.tile(dated, len(used)), np.concatenate([family[dated] + " " + y for y in used]), initial)
    paged = np.flatnonzero((volume != "") & (page != ""))
    yield _Block(paged, volume[paged] + " " + page[paged], year)
    placed = np.flatnonzero((page != "") & (year != "") & (container != ""))
    first = np.array([name.removeprefix("the ")[:1] for name in container[placed]], dtype=object)
    yield _Block(placed, first + " " + page[placed] + " " + year[placed], volume)
    titled = np.flatnonzero(title != "")
    yield _Block(titled, title[titled], year)
    yield _Block(words[0], words[1], year)


def _joined(sought: _Block, held: _Block, max_block: int) -> tuple[Ints, Ints, Ints]:
    """Rows of both sides that share a block, and the rows sought whose block is too large even when split."""
    keys = pd.Index(held.key).unique()
    left, right = keys.get_indexer(sought.key), keys.get_indexer(held.key)
    sought, left = sought.part(left >= 0), left[left >= 0]
    large = np.bincount(right, minlength=len(keys)) > max_block
    pairs = [_equal(sought.row[~large[left]], left[~large[left]], held.row[~large[right]], right[~large[right]])]
    passed = np.empty(0, np.int64)
    if large.any():
        sought, held = sought.part(large[left]), held.part(large[right])
        split = pd.MultiIndex.from_arrays([right[large[right]], held.finer[held.row]])
        parts = split.unique()
        left_part = parts.get_indexer(pd.MultiIndex.from_arrays([left[large[left]], sought.finer[sought.row]]))
        right_part = parts.get_indexer(split)
        small = np.bincount(right_part, minlength=len(parts)) <= max_block
        known = parts.get_level_values(1).to_numpy() != ""
        fits = (left_part >= 0) & (small & known)[left_part]
        held_fits = (small & known)[right_part]
        pairs.append(_equal(sought.row[fits], left_part[fits], held.row[held_fits], right_part[held_fits]))
        unsplit = sought.finer[sought.row] == ""
        passed = np.unique(sought.row[((left_part >= 0) & ~fits) | unsplit])
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


def _word_ranks(texts: pd.Series[Any]) -> dict[str, int]:
    """Rank of each word by which works are looked up, the rarest first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({word for word in text.split() if len(word) >= _SHORTEST_WORD})
    return {word: rank for rank, (_, word) in enumerate(sorted((n, word) for word, n in counts.items()))}


def _word_pairs(texts: pd.Series[Any], rank: dict[str, int], n_words: int) -> tuple[Ints, Ints]:
    """Row and key of every two of the rarest known words of each text."""
    rows: list[int] = []
    keys: list[int] = []
    size = len(rank)
    for row, text in enumerate(texts):
        known = sorted({rank[word] for word in text.split() if word in rank})[:n_words]
        pairs = [one * size + other for one, other in combinations(known, 2)]
        keys += pairs
        rows += [row] * len(pairs)
    return np.array(rows, dtype=np.int64), np.array(keys, dtype=np.int64)
