"""Shared knowledge base: which groups are drawn on together, and how much more or less than chance."""

from __future__ import annotations

from itertools import islice
from typing import Literal

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_choice
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.drawn import check_draws, drawn_test
from citenet.bridging.inference import NullTest, refuse_detected
from citenet.bridging.relabelling import alike, permuted_within, strata_of_works, undated_note
from citenet.communities.similarity import co_citation
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import as_partition

__all__ = ["co_citation_test"]

_CHUNK = 2_000_000  # pairs relabelled at once


def co_citation_test(
    net: CitationNetwork,
    groups: object,
    *,
    within: Literal["year", "year-and-citations"] | None = None,
    n_draws: int = 9_999,
    rng: RngLike = None,
) -> NullTest:
    """Test how often works of two groups are cited together.

    Parameters
    ----------
    net : CitationNetwork
        For co-citation within a text, from `passage_network`.
    groups : Partition, column name, mapping, Series or list of sets of ids
        Groups of the cited works.
    within : {"year", "year-and-citations"}, optional
        Shuffle labels among works of one publication year only, so that fields of different age do not look apart; or
        of one year and cited about as often (alike within a quarter), so that a field that everybody cites less does
        not. None shuffles them among all labelled works that are cited at all.
    n_draws : int
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    NullTest
        One statistic per pair of groups (also each with itself): pairs of works cited together, counted once for every
        paper or passage that cites both. The graph and the number of works in each group are kept. Groups are seldom
        cited together also where papers specialise, whatever their own group.

    Raises
    ------
    InputError
        If fewer than two labelled works are cited, or the groups were detected in the same network.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame({"field": ["x", "x", "y", None]}, index=list("abcp"))
    >>> net = CitationNetwork(works, [3, 3], [0, 1])
    >>> co_citation_test(net, "field", n_draws=99, rng=1).to_frame()["observed"].to_dict()
    {'x & x': 1.0, 'x & y': 0.0, 'y & y': 0.0}
    """
    if within is not None:
        check_choice("within", within, ["year", "year-and-citations"])
    partition = as_partition(groups, net)
    refuse_detected(partition)
    labels, k = partition.labels, partition.n_groups
    cited = np.bincount(net.cited, minlength=net.n_works)
    universe = np.flatnonzero((labels >= 0) & (cited > 0))
    if universe.size < 2:
        raise InputError(f"{universe.size} cited works have a group; a test needs at least two")
    together = co_citation(net)[universe][:, universe].tocoo()
    upper = together.row < together.col
    pairs = (together.row[upper], together.col[upper], together.data[upper].astype(float))
    pair_number = _pair_numbers(k)
    observed = _counts(labels[universe][None, :], pairs, pair_number)[0]
    generator, seed = as_generator(rng)
    strata = np.zeros(universe.size, np.int64)
    if within is not None:
        strata = strata_of_works(net.year[universe], *([alike(cited[universe])] if within != "year" else []))
    check_draws(n_draws)
    draws = _relabelled(labels[universe], strata, pairs, pair_number, n_draws, generator)
    names = partition.group_names
    return drawn_test(
        "works cited together",
        observed,
        draws,
        f"labels within {within.replace('-', ' ')}" if within else "labels",
        seed=seed,
        names=tuple(f"{names[i]} & {names[j]}" for i in range(k) for j in range(i, k)),
        reason=undated_note(net.year[universe], strata) if within is not None else "",
    )


Pairs = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.float64]]


def _pair_numbers(k: int) -> npt.NDArray[np.int64]:
    """Give each unordered pair of groups (i, j) its number, row by row of the upper triangle."""
    numbers = np.zeros((k, k), dtype=np.int64)
    upper = np.triu_indices(k)
    numbers[upper] = np.arange(upper[0].size)
    symmetric: npt.NDArray[np.int64] = numbers + np.triu(numbers, 1).T
    return symmetric


def _counts(labels: npt.NDArray[np.int32], pairs: Pairs, number: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Weight of each pair of groups, shape (draws, pairs of groups), for labels of shape (draws, works)."""
    first, second, weight = pairs
    n_pairs = int(number.max()) + 1
    cell = number[labels[:, first], labels[:, second]] + n_pairs * np.arange(len(labels))[:, None]
    weights = np.tile(weight, len(labels))
    totals = np.bincount(cell.ravel(), weights, minlength=n_pairs * len(labels)).astype(np.float64)
    return totals.reshape(len(labels), n_pairs)


def _relabelled(
    labels: npt.NDArray[np.int32],
    stratum: npt.NDArray[np.int64],
    pairs: Pairs,
    number: npt.NDArray[np.int64],
    n_draws: int,
    rng: np.random.Generator,
) -> npt.NDArray[np.float64]:
    draws = permuted_within(labels, stratum, n_draws, rng)
    step = max(1, _CHUNK // max(1, pairs[0].size))
    found = [np.empty((0, int(number.max()) + 1))]
    while part := list(islice(draws, step)):
        found.append(_counts(np.stack(part), pairs, number))
    return np.concatenate(found)
