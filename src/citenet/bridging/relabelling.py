"""The null that keeps the graph and moves the labels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs

__all__ = ["LabelNull", "permuted_within"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_UNDATED = -1e9


@dataclass(frozen=True, eq=False)
class LabelNull:
    """Labels are shuffled among the labelled works of one publication year; the graph is kept.

    Works of the corpus and cited works outside it are shuffled apart. Groups whose papers print lists of different
    length differ under this null even if they cite alike.

    Parameters
    ----------
    by_degree : bool
        Only among works of about the same number of citations too (bins that double).
    """

    by_degree: bool = False

    def prepare(self, arcs: LabelledArcs) -> tuple[LabelledArcs, Ints]:
        """Return the arcs, and the stratum of each work (-1 unlabelled); undated works are one year."""
        net = arcs.net
        keys = [np.nan_to_num(net.year, nan=_UNDATED), net.external.astype(float)]
        if self.by_degree:
            cited = np.bincount(net.cited[arcs.index], minlength=net.n_works)
            keys.append(np.floor(np.log2(cited + 1)))
        _, stratum = np.unique(np.stack(keys), axis=1, return_inverse=True)
        return arcs, np.where(arcs.labels >= 0, stratum.ravel(), -1).astype(np.int64)

    def relabelled(
        self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator
    ) -> Iterator[LabelledArcs]:
        """Draw labels; one spawned child of the generator per draw."""
        for labels in permuted_within(arcs.labels, stratum, n_draws, rng):
            yield replace(arcs, labels=labels)

    def draws(self, arcs: LabelledArcs, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Ints]:
        """Draw mixing matrices, shape (k, k)."""
        return (drawn.counts() for drawn in self.relabelled(arcs, stratum, n_draws, rng))


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
