"""The null that keeps the graph and moves the labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs

__all__ = ["LabelNull", "alike", "permuted_within", "strata_of_works", "undated_note"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_UNDATED = -1e9
_ALIKE = 1.25


@dataclass(frozen=True, eq=False)
class LabelNull:
    """Labels are shuffled among the labelled works of one publication year; the graph is kept.

    Works of the corpus and cited works outside it are shuffled apart. Groups whose papers print lists of different
    length, or that everybody cites less, differ under this null even if they cite alike, unless it goes by degree.

    Parameters
    ----------
    by_degree : bool
        Only among works that make, and receive, about as many citations (alike within a quarter).
    """

    by_degree: bool = False

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs, and the stratum of each work (-1 unlabelled); undated works are one year."""
        net = arcs.net
        keys = [net.external.astype(float)]
        if self.by_degree:
            for end in (net.citing, net.cited):
                keys.append(alike(np.bincount(end[arcs.index], minlength=net.n_works)))
        return arcs, np.where(arcs.labels >= 0, strata_of_works(net.year, *keys), -1)

    def relabelled(
        self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator
    ) -> Iterator[LabelledArcs]:
        """Draw labels; one spawned child of the generator per draw."""
        for labels in permuted_within(arcs.labels, stratum, n_draws, rng):
            yield replace(arcs, labels=labels)

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k)."""
        return (drawn.counts() for drawn in self.relabelled(arcs, stratum, n_draws, rng))


def strata_of_works(year: Floats, *keys: npt.NDArray[Any]) -> Ints:
    """Give works of one publication year (undated works are one) and equal keys one number, shape (n,)."""
    together = np.stack([np.nan_to_num(year, nan=_UNDATED), *keys])
    return np.unique(together, axis=1, return_inverse=True)[1].ravel().astype(np.int64)


def undated_note(year: Floats, stratum: Ints) -> str:
    """Say how many works without a year change places as if of one year, where time is not kept; nothing if none.

    >>> undated_note(np.array([np.nan, np.nan, 2000.0]), np.array([0, 0, 1]))
    'time is not kept for 2 works without a year, which change places as if of one year'
    """
    sizes = np.bincount(stratum[stratum >= 0], minlength=1)
    n = int((np.isnan(year) & (stratum >= 0) & (sizes[stratum] > 1)).sum())
    if not n:
        return ""
    return f"time is not kept for {n:,} works without a year, which change places as if of one year"


def alike(counts: Ints) -> Floats:
    """Put counts into bins that grow by a quarter: 1, 2, 3, 4, 5, 6 to 7, 8 to 9, 10 to 11, 12 to 14, ...; 0 is alone.

    Examples
    --------
    >>> alike(np.array([0, 1, 2, 4, 5, 6, 7, 20, 24])).tolist()
    [-1.0, 0.0, 3.0, 6.0, 7.0, 8.0, 8.0, 13.0, 14.0]
    """
    return np.where(counts > 0, np.floor(np.log(np.maximum(counts, 1)) / np.log(_ALIKE)), -1.0)


def permuted_within(
    labels: npt.NDArray[np.int32], stratum: Ints, n_draws: int, rng: np.random.Generator
) -> Iterator[npt.NDArray[np.int32]]:
    """Shuffle labels within strata; entries of stratum -1 stay."""
    order = np.flatnonzero(stratum >= 0)
    order = order[np.argsort(stratum[order], kind="stable")]
    key = stratum[order].astype(float)
    for child in rng.spawn(n_draws):
        shuffled = labels.copy()
        shuffled[order] = labels[order[np.argsort(key + child.random(key.size), kind="stable")]]
        yield shuffled
