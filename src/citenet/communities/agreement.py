"""How far two partitions agree: detected communities against disciplines, one run against another."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.tables import Table
from citenet.partition import Partition, check_partition

__all__ = ["Agreement", "agreement"]

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ROUNDING = 16 * np.finfo(float).eps  # of the expected information, for each n log n: it is made of logarithms of n!


@dataclass(frozen=True, eq=False, repr=False)
class Agreement:
    """Agreement of two partitions on the works that both assign to a group.

    Parameters
    ----------
    ami : float
        Adjusted mutual information, at most 1; 0 is what chance gives (groups of the same sizes filled at random).
        The mutual information is adjusted for its exact expectation and scaled by the mean of the two entropies.
    ari : float
        Adjusted Rand index, at most 1; 0 is what chance gives.
    vi : float
        Variation of information in nats, from 0 (equal) to log n.
    ecs : float
        Element-centric similarity in (0, 1], 1 where equal: mean over works of the share of works that its two groups
        have in common, in the larger of them.
    cells : DataFrame
        Pairs of groups with works in common: a, b, works.
    names_b : tuple of str
        Groups of the second partition, in order.
    n_common, n_union : int
        Works that both, and that either of the partitions assign to a group.

    Notes
    -----
    Without a work in common every figure is NaN. Two partitions into one group agree fully (1), as do two into
    groups of one work; one of each agree not at all (AMI = ARI = 0).
    """

    ami: float
    ari: float
    vi: float
    ecs: float
    cells: Table = Table()
    names_b: tuple[str, ...] = ()
    n_common: int = 0
    n_union: int = 0

    @property
    def overlap(self) -> float:
        """Share of the assigned works that both partitions assign, in [0, 1]; NaN where neither assigns any."""
        return self.n_common / self.n_union if self.n_union else float("nan")

    @property
    def contingency(self) -> pd.DataFrame:
        """Works in each two groups: rows of the first partition, columns of the second, in order of their groups."""
        cells = self.cells
        wide = cells.pivot_table(index="a", columns="b", values="works", aggfunc="sum", fill_value=0, sort=False)
        names = [name for name in self.names_b if name in wide.columns]
        return wide.reindex(columns=pd.Index(names, name="b", dtype="str")).astype(np.int64)

    @property
    def reason(self) -> str | None:
        """Why the figures are NaN, or None."""
        return None if self.n_common else "no work is assigned to a group in both partitions"

    def __repr__(self) -> str:
        rest = f" of {self.n_union:,}" if self.n_union > self.n_common else ""
        return (
            f"<Agreement: AMI {self.ami:z.3f}, ARI {self.ari:z.3f}, VI {self.vi:.3f} nats, ECS {self.ecs:.3f} "
            f"on {self.n_common:,}{rest} works>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.contingency.iloc[:12, :12].to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """Return the figures as a table with one row."""
        figures = {
            "ami": self.ami,
            "ari": self.ari,
            "vi": self.vi,
            "vi_share": self.vi / np.log(self.n_common) if self.n_common > 1 else float("nan"),
            "ecs": self.ecs,
            "n_common": self.n_common,
            "n_union": self.n_union,
            "overlap": self.overlap,
        }
        return pd.DataFrame([figures])


def agreement(a: Partition, b: Partition) -> Agreement:
    """Compare two partitions on the works that both assign to a group.

    Parameters
    ----------
    a, b : Partition
        Aligned by work id; they may cover different works.

    Returns
    -------
    Agreement
        Says how many works were compared, of how many.

    Raises
    ------
    InputError
        If one of them is not a partition.

    References
    ----------
    Vinh, N. X., Epps, J. & Bailey, J. (2010). JMLR 11, 2837 (AMI).
    Hubert, L. & Arabie, P. (1985). J. Classif. 2, 193 (ARI).
    Meilă, M. (2007). J. Multivar. Anal. 98, 873 (VI).
    Gates, A. J. et al. (2019). Sci. Rep. 9, 8574 (ECS).

    Examples
    --------
    >>> a = Partition(pd.Index(list("pqrstu")), [0, 0, 0, 1, 1, 1])
    >>> b = Partition(pd.Index(list("pqrstu")), [0, 0, 1, 1, 2, 2])
    >>> agreement(a, b)
    <Agreement: AMI 0.299, ARI 0.242, VI 0.868 nats, ECS 0.556 on 6 works>
    """
    a, b = check_partition(a), check_partition(b)
    in_a, in_b = a.works[a.labels >= 0], b.works[b.labels >= 0]
    common = in_a.intersection(in_b).sort_values()
    rows, columns = a.labels[a.works.get_indexer(common)], b.labels[b.works.get_indexer(common)]
    k = max(b.n_groups, 1)
    pairs, works = np.unique(rows.astype(np.int64) * k + columns, return_counts=True)
    names_a, names_b = pd.Series(a.group_names, dtype="str"), pd.Series(b.group_names, dtype="str")
    cells = pd.DataFrame(
        {
            "a": names_a.iloc[pairs // k].array,
            "b": names_b.iloc[pairs % k].array,
            "works": works,
        }
    )
    return Agreement(
        **scores(rows, columns),
        cells=cells,
        names_b=b.group_names,
        n_common=len(common),
        n_union=len(in_a) + len(in_b) - len(common),
    )


def scores(rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> dict[str, float]:
    """Return ami, ari, vi and ecs of two arrays of labels (from 0), shape (n,) each."""
    n = rows.size
    if n == 0:
        return dict.fromkeys(("ami", "ari", "vi", "ecs"), float("nan"))
    a, b = np.bincount(rows), np.bincount(columns)
    # Only pairs of labels that occur: two partitions into many small groups have a table of mostly zeros.
    pairs, together = np.unique(rows.astype(np.int64) * b.size + columns, return_counts=True)
    if pairs.size == np.count_nonzero(a) == np.count_nonzero(b):  # the same groups, exactly and whatever their number
        return {"ami": 1.0, "ari": 1.0, "vi": 0.0, "ecs": 1.0}
    size_a, size_b = a[pairs // b.size], b[pairs % b.size]
    entropy_a, entropy_b = _entropy(a, n), _entropy(b, n)
    information = float((together / n * (np.log(together) + np.log(n) - np.log(size_a) - np.log(size_b))).sum())
    return {
        "ami": _adjusted(information, entropy_a, entropy_b, a[a > 0], b[b > 0]),
        "ari": _rand(together, a, b, n),
        "vi": max(entropy_a + entropy_b - 2 * information, 0.0),
        "ecs": float((together**2 / np.maximum(size_a, size_b)).sum() / n),
    }


def ami(rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> float:
    """Return the adjusted mutual information of two arrays of labels."""
    return scores(rows, columns)["ami"]


def _entropy(sizes: Counts, n: int) -> float:
    share = sizes[sizes > 0] / n
    return float(-(share * np.log(share)).sum())


def _adjusted(information: float, entropy_a: float, entropy_b: float, a: Counts, b: Counts) -> float:
    if 1 in (a.size, b.size):
        return 0.0
    expected = _expected_information(a, b)
    ceiling = (entropy_a + entropy_b) / 2
    beyond, n = information - expected, a.sum()
    if abs(beyond) < ROUNDING * n * np.log(n):
        return 0.0
    # Between two groupings that are nearly all of single works both differences vanish: they agree by force.
    return beyond / max(ceiling - expected, np.finfo(float).eps)


def _expected_information(a: Counts, b: Counts) -> float:
    """Mutual information expected when groups of sizes ``a`` and ``b`` are filled at random, in nats.

    Each cell is hypergeometric. Its sum is taken over counts within 15 + √(225 + 90σ²) of the mean; by Bernstein's
    inequality the rest has probability below exp(-45), which is nothing in double precision.
    """
    from scipy.special import gammaln

    n = int(a.sum())
    sizes_a, times_a = np.unique(a, return_counts=True)
    sizes_b, times_b = np.unique(b, return_counts=True)
    log_factorial = gammaln(np.arange(n + 2, dtype=np.float64) + 1)
    total = 0.0
    for x, times in zip(sizes_a.tolist(), times_a.tolist(), strict=True):
        y = sizes_b
        mean = x * y / n
        reach = 15 + np.sqrt(225 + 90 * mean * (1 - x / n) * (1 - y / n) * n / max(n - 1, 1))
        low = np.maximum(np.maximum(1, x + y - n), np.floor(mean - reach)).astype(np.int64)
        high = np.minimum(np.minimum(x, y), np.ceil(mean + reach)).astype(np.int64)
        width = np.maximum(high - low + 1, 0)
        cell = np.repeat(np.arange(y.size), width)
        k = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width) + low[cell]
        yk = y[cell]
        log_p = (
            (log_factorial[x] + log_factorial[n - x] - log_factorial[n])
            + (log_factorial[yk] + log_factorial[n - yk])
            - (log_factorial[k] + log_factorial[x - k] + log_factorial[yk - k] + log_factorial[n - x - yk + k])
        )
        term = np.exp(log_p) * (k / n) * (np.log(k) + np.log(n) - np.log(x) - np.log(yk))
        total += times * float((term * times_b[cell]).sum())
    return total


def _rand(together: Counts, a: Counts, b: Counts, n: int) -> float:
    both, in_a, in_b = (float((x * (x - 1)).sum()) for x in (together, a, b))
    pairs = float(n) * (n - 1)
    expected = in_a * in_b / pairs
    return (both - expected) / ((in_a + in_b) / 2 - expected)
