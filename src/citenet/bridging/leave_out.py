"""Observed/expected citations between two groups without each paper, journal or other holder of citations in turn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs

__all__ = ["LeftOut", "without_each"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class LeftOut(NamedTuple):
    """Citations, their expectation, and per holder what is lost and the ratio that is left.

    ``lost`` and ``ratio_without`` have shape (n_holders,); the ratio is NaN where nothing is expected any more.
    """

    citations: int
    expected: float
    lost: Ints
    ratio_without: Floats

    @property
    def ratio(self) -> float:
        """Observed over expected citations with all holders; NaN where none is expected."""
        return self.citations / self.expected if self.expected > 0 else float("nan")


def without_each(tested: LabelledArcs, stratum: Ints, citing: int, cited: int, holder: Ints | None = None) -> LeftOut:
    """Count and expect citations from one group to another without the citations of each holder.

    Parameters
    ----------
    tested : LabelledArcs
    stratum : ndarray of int64, shape (m,)
    citing, cited : int
        The groups.
    holder : ndarray of int64, shape (n_works,), optional
        Who holds each work, from 0 (-1 nobody): its journal, say. By default each work holds itself.

    Returns
    -------
    LeftOut

    Notes
    -----
    A holder changes the margins of the strata it has arcs in, at most two per arc: only these terms of the expectation
    are computed anew. A citation from a holder to itself is taken out once.
    """
    net = tested.net
    holder = np.arange(net.n_works, dtype=np.int64) if holder is None else holder
    n, s = int(holder.max(initial=-1)) + 1, int(stratum.max(initial=-1)) + 1
    made, received = tested.citing_group == citing, tested.cited_group == cited
    both = made & received
    total, by, to = (np.bincount(stratum, part, minlength=s).astype(float) for part in (None, made, received))
    expected = float((by * to / np.maximum(1, total)).sum())
    ends = [holder[net.citing[tested.index]], holder[net.cited[tested.index]]]
    kept = np.concatenate([ends[0] >= 0, (ends[1] >= 0) & (ends[1] != ends[0])])
    arc = np.tile(np.arange(tested.index.size), 2)[kept]
    end = np.concatenate(ends)[kept].astype(np.int64)
    cells, cell = np.unique(end * max(1, s) + stratum[arc], return_inverse=True)
    d_total, d_by, d_to = (
        np.bincount(cell, part, minlength=cells.size).astype(float) for part in (None, made[arc], received[arc])
    )
    whose, at = cells // max(1, s), cells % max(1, s)
    left = total[at] - d_total
    term = np.divide((by[at] - d_by) * (to[at] - d_to), left, out=np.zeros(left.size), where=left > 0)
    change = np.bincount(whose, term - by[at] * to[at] / np.maximum(1, total[at]), minlength=n)
    lost = np.bincount(end, both[arc], minlength=n).astype(np.int64)
    remaining = expected + change
    remaining[remaining < 1e-9 * max(1.0, expected)] = 0.0  # what rounding leaves of nothing
    ratio = np.divide(both.sum() - lost, remaining, out=np.full(n, np.nan), where=remaining > 0)
    return LeftOut(int(both.sum()), expected, lost, ratio)
