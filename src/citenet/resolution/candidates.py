"""Candidate pairs: which works could a reference mean, found through blocks that a slip in one field leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

__all__ = ["BLOCKS", "candidate_pairs"]

BLOCKS = ("author and year", "volume and page", "title")
_TITLE_WORDS, _LEAST_WORDS = 4, 3


def candidate_pairs(
    references: pd.DataFrame, works: pd.DataFrame, *, max_block: int = 200
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Pair each reference with the works it shares a block with.

    Parameters
    ----------
    references, works : DataFrame
        Key tables (`key_table`), in the positions that the result counts in.
    max_block : int
        A block that holds more works than this is passed over, and counted: its references may be found through
        another block.

    Returns
    -------
    pairs : DataFrame
        ``reference`` and ``work`` (positions), no pair twice, in order.
    capped : dict of str to int
        References whose block was passed over, by kind of block.
    """
    found, capped = [], dict.fromkeys(BLOCKS, 0)
    for (name, keys), (_, targets) in zip(_blocks(references, near=True), _blocks(works, near=False), strict=True):
        sizes = targets.value_counts()
        large = sizes.index[sizes > max_block]
        capped[name] += int(keys[keys.isin(large)].index.nunique())
        keys, targets = keys[~keys.isin(large)], targets[~targets.isin(large)]
        left = pd.DataFrame({"reference": keys.index, "key": keys.to_numpy()})
        right = pd.DataFrame({"work": targets.index, "key": targets.to_numpy()})
        found.append(left.merge(right, on="key")[["reference", "work"]])
    pairs = pd.concat(found).drop_duplicates().sort_values(["reference", "work"], ignore_index=True)
    return pairs, {name: n for name, n in capped.items() if n}


def _blocks(keys: pd.DataFrame, *, near: bool) -> Iterator[tuple[str, pd.Series[Any]]]:
    """Block keys by position; ``near`` adds the neighbouring years."""
    keys = keys.reset_index(drop=True)
    dated = keys[(keys["family"] != "") & keys["year"].notna()]
    shifted = [
        dated["family"] + " " + (dated["year"] + shift).astype("str") for shift in ((-1, 0, 1) if near else (0,))
    ]
    yield "author and year", pd.concat(shifted)
    paged = keys[(keys["volume"] != "") & (keys["page"] != "")]
    yield "volume and page", paged["volume"] + " " + paged["page"]
    titled = keys[keys["title"].str.count(" ") >= _LEAST_WORDS - 1]["title"]
    yield "title", titled.str.split(" ", n=_TITLE_WORDS).str[:_TITLE_WORDS].str.join(" ")
