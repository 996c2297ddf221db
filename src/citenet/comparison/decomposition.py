"""Share out the change of each measure among its causes: exactly, and whatever the order of the causes."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["DECOMPOSED", "decompose"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DECOMPOSED = (
    "citations a→b",
    "citations b→a",
    "expected a→b",
    "expected b→a",
    "ratio a→b",
    "ratio b→a",
    "E-I index",
    "log odds ratio",
)


def decompose(arcs: pd.DataFrame, a: str, b: str) -> pd.DataFrame:
    """Share the change of each measure between two versions among the causes of changed citations.

    Parameters
    ----------
    arcs : DataFrame
        From `arc_changes`.
    a, b : str
        The two groups.

    Returns
    -------
    DataFrame indexed by measure (`DECOMPOSED`)
        ``before``, ``after``, ``change``, and a column for each cause; the causes add up to the change. NaN where the
        measure is undefined in a mixture of the versions.

    Notes
    -----
    Each cause gets its Shapley value: the change that it makes when its citations pass from the earlier to the later
    version, averaged over all orders in which the causes could act. Expectations are those of the year-pairs null, over
    citations with a group and a year at both ends.
    """
    causes = sorted(set(arcs["cause"]) - {""})
    before, after = (_states(arcs, version, a, b) for version in ("before", "after"))
    cause = np.array([causes.index(c) if c else -1 for c in arcs["cause"]], dtype=np.int64)
    rows, count = np.unique(np.column_stack([before, after, cause]), axis=0, return_counts=True)
    values = {
        chosen: _measures(np.where(np.isin(rows[:, 6], chosen)[:, None], rows[:, 3:6], rows[:, :3]), count)
        for size in range(len(causes) + 1)
        for chosen in combinations(range(len(causes)), size)
    }
    everything = tuple(range(len(causes)))
    table = pd.DataFrame(
        {"before": values[()], "after": values[everything]}, index=pd.Index(DECOMPOSED, name="measure")
    )
    table["change"] = table["after"] - table["before"]
    for i, name in enumerate(causes):
        table[name] = _shapley(values, i, len(causes))
    return table


def _shapley(values: dict[tuple[int, ...], Floats], i: int, n: int) -> Floats:
    """Average change that member i makes when it joins the others, over all orders."""
    others = [j for j in range(n) if j != i]
    total = np.zeros(len(DECOMPOSED))
    for size in range(n):
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        for chosen in combinations(others, size):
            total += weight * (values[tuple(sorted((*chosen, i)))] - values[chosen])
    return total


def _states(arcs: pd.DataFrame, version: str, a: str, b: str) -> Ints:
    """Role of citing and cited group (0 a, 1 b, 2 other) and year pair of each citation; -1 where it does not count."""
    roles = []
    for end in ("citing", "cited"):
        group = arcs[f"{end}_group_{version}"]
        roles.append(np.select([group == a, group == b, group.notna()], [0, 1, 2], -1))
    years = [arcs[f"{end}_year_{version}"].to_numpy(dtype=float) for end in ("citing", "cited")]
    counts = arcs[f"in_{version}"].to_numpy(dtype=bool) & (np.min(roles, axis=0) >= 0) & ~np.isnan(years[0] + years[1])
    pair = np.where(counts, np.nan_to_num(years[0]) * 10_000 + np.nan_to_num(years[1]), -1).astype(np.int64)
    return np.column_stack([np.where(counts, role, -1) for role in roles] + [pair]).astype(np.int64)


def _measures(states: Ints, count: Ints) -> Floats:
    """Compute the measures of `DECOMPOSED` for citations in the given states."""
    kept = states[:, 0] >= 0
    citing, cited, pair = states[kept].T
    stratum = np.unique(pair, return_inverse=True)[1].astype(np.int64)
    s = int(stratum.max(initial=-1)) + 1
    cells = np.bincount((citing * 3 + cited) * s + stratum, count[kept], minlength=9 * s).reshape(3, 3, s)
    made, received, m = cells.sum(1), cells.sum(0), cells.sum((0, 1))
    pooled = cells.sum(2)
    expected = [(made[i] * received[j] / m).sum() for i, j in ((0, 1), (1, 0))]
    inside, across = pooled[0, 0] + pooled[1, 1], pooled[0, 1] + pooled[1, 0]
    pair_total = np.maximum(cells[:2, :2].sum((0, 1)), 1)
    odds = [(cells[0, 0] * cells[1, 1] / pair_total).sum(), (cells[0, 1] * cells[1, 0] / pair_total).sum()]
    observed = pooled[0, 1], pooled[1, 0]
    ratios = [o / e if e > 0 else np.nan for o, e in zip(observed, expected, strict=True)]
    ei = (across - inside) / (across + inside) if across + inside > 0 else np.nan
    log_odds = np.log(odds[0] / odds[1]) if min(odds) > 0 else np.nan
    return np.array([*observed, *expected, *ratios, ei, log_odds], dtype=np.float64)
