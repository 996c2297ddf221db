"""Share out the change of each measure among its causes: exactly, and whatever the order of the causes."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.mixing import Unlabelled
from citenet.bridging.stratified import Strata

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
    "share a→b",
    "share b→a",
    "share difference",
    "E-I index",
    "log odds ratio",
)
_AWAY = -1  # role of an end that does not count
_N_ROLES = 3  # a, b, any other group


def decompose(
    arcs: pd.DataFrame, a: str, b: str, *, null: Strata = "year-pairs", unlabelled: Unlabelled = "drop"
) -> pd.DataFrame:
    """Share the change of each measure between two versions among the causes of changed citations.

    Parameters
    ----------
    arcs : DataFrame
        From `arc_changes`.
    a, b : str
        The two groups.
    null : {"year-pairs", "citing-years", "configuration"}
        Strata of the expectations and of the odds ratio.
    unlabelled : {"drop", "own", "error"}
        With "own", works without a group are another group.

    Returns
    -------
    DataFrame indexed by measure (`DECOMPOSED`)
        ``before``, ``after``, ``change``, and a column for each cause; the causes add up to the change. NaN where the
        measure is undefined in a mixture of the versions.

    Notes
    -----
    Each cause gets its Shapley value: the change that it makes when its citations pass from the earlier to the later
    version, averaged over all orders in which the causes could act. Expectations are those of the null, over
    citations with a group (and the years it takes) at both ends.
    """
    causes = sorted(set(arcs["cause"]) - {""})
    states, strata = _states(arcs, (a, b), null, unlabelled)
    cause = np.array([*range(len(causes)), _AWAY])[pd.Index(causes, dtype="object").get_indexer(arcs["cause"])]
    rows, count = _counted(np.column_stack([states, cause]))
    values = {
        chosen: _measures(np.where(np.isin(rows[:, 2], chosen), rows[:, 1], rows[:, 0]), count, strata)
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


def _states(arcs: pd.DataFrame, pair: tuple[str, str], null: Strata, unlabelled: Unlabelled) -> tuple[Ints, int]:
    """State of each citation before and after, shape (m, 2), and the number of strata.

    A state is (citing role, cited role, stratum) in one number; -1 where the citation does not count.
    """
    cells, keys = [], []
    nowhere = 2 if unlabelled == "own" else _AWAY
    for version in ("before", "after"):
        role = []
        for end in ("citing", "cited"):
            group = arcs[f"{end}_group_{version}"]
            conditions = [(group == name).fillna(False).to_numpy(dtype=bool) for name in pair]
            role.append(np.select([*conditions, group.notna().to_numpy()], [0, 1, 2], nowhere))
        years = [arcs[f"{end}_year_{version}"].to_numpy(dtype=np.float64) for end in ("citing", "cited")]
        taken = {"year-pairs": years, "citing-years": years[:1], "configuration": []}[null]
        key = sum((np.nan_to_num(year) * 1e6**i for i, year in enumerate(taken)), np.zeros(len(arcs)))
        counts = arcs[f"in_{version}"].to_numpy(dtype=bool) & (np.minimum(*role) >= 0)
        for year in taken:
            counts &= ~np.isnan(year)
        cells.append(np.where(counts, role[0] * _N_ROLES + role[1], _AWAY))
        keys.append(key)
    codes, strata = pd.factorize(np.concatenate(keys))
    stratum = codes.reshape(2, -1)
    states = [np.where(cell >= 0, cell * len(strata) + at, _AWAY) for cell, at in zip(cells, stratum, strict=True)]
    return np.column_stack(states).astype(np.int64), len(strata)


def _counted(rows: Ints) -> tuple[Ints, Ints]:
    """Distinct rows and how often each occurs."""
    width = rows.max(axis=0, initial=0) + 2
    key = np.ravel_multi_index(tuple((rows + 1).T), tuple(width))
    _, first, count = np.unique(key, return_index=True, return_counts=True)
    return rows[first], count.astype(np.int64)


def _measures(states: Ints, count: Ints, strata: int) -> Floats:
    """Compute the measures of `DECOMPOSED` for citations in the given states."""
    kept = states >= 0
    cells = np.bincount(states[kept], count[kept], minlength=_N_ROLES**2 * strata).reshape(_N_ROLES, _N_ROLES, strata)
    made, received, m = cells.sum(1), cells.sum(0), np.maximum(cells.sum((0, 1)), 1)
    pooled = cells.sum(2)
    observed, total = (pooled[0, 1], pooled[1, 0]), pooled.sum(1)
    expected = [(made[i] * received[j] / m).sum() for i, j in ((0, 1), (1, 0))]
    inside, across = pooled[0, 0] + pooled[1, 1], sum(observed)
    pair_total = np.maximum(cells[:2, :2].sum((0, 1)), 1)
    odds = [(cells[0, 0] * cells[1, 1] / pair_total).sum(), (cells[0, 1] * cells[1, 0] / pair_total).sum()]
    ratios = [_over(o, e) for o, e in zip(observed, expected, strict=True)]
    shares = [_over(o, t) for o, t in zip(observed, total[:2], strict=True)]
    ei = _over(across - inside, across + inside)
    log_odds = np.log(odds[0] / odds[1]) if min(odds) > 0 else np.nan
    values = [*observed, *expected, *ratios, *shares, shares[0] - shares[1], ei, log_odds]
    return np.array(values, dtype=np.float64)


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
