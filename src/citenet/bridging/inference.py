"""NullTest: what was observed, what the null expects, and how surprising the difference is."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice
from citenet._support.tables import read_only
from citenet.bridging.convolution import tail_probabilities
from citenet.errors import InputError
from citenet.partition import Partition

__all__ = ["NullTest", "benjamini_hochberg", "format_p", "holm", "refuse_detected", "scalar"]

Floats = npt.NDArray[np.float64]
Alternative = Literal["two-sided", "greater", "less"]
_NAMED = 6  # values that a reason names
_TIE = 1e-12  # two sums of the same numbers in another order are the same statistic


@dataclass(frozen=True, eq=False, repr=False)
class NullTest:
    """A statistic held against a null model.

    Parameters
    ----------
    name : str
        What was measured.
    statistic : float or ndarray, shape (...)
        The observed value.
    null : str
        The null model.
    expected, sd : float or ndarray, shape (...)
        Mean and standard deviation under the null.
    null_distribution : ndarray, shape (n_draws, ...), optional
        Draws from the null.
    distribution : (support, probability), optional
        The exact null distribution of a single statistic.
    tails : (upper, lower), optional
        Exact probabilities of a value at least as high, and as low, of each cell; NaN where the normal distribution
        serves.
    alternative : {"two-sided", "greater", "less"}
    seed : int or None
        What recreates the draws.
    names : sequence of str
        Names of the groups, for a statistic of shape (k, k); of the values, for one of shape (n,).
    reason : str
        Why a value is NaN, or what to keep in mind.

    Notes
    -----
    With draws, ``p = (1 + b) / (1 + d)`` with b draws at least as extreme (ties count, and so do draws in which the
    statistic is undefined); two-sided is twice the smaller tail, at most 1. With an exact distribution the tails are
    its own. With neither, they are those of a normal distribution with the exact mean and variance. A p-value is never
    0: what is too small for a number is the smallest number, and where an exact distribution was computed by an FFT
    (of very many citations) no tail is taken for less than 1e-13.

    References
    ----------
    .. [1] Phipson & Smyth (2010). Permutation p-values should never be zero. Statistical Applications in Genetics and
       Molecular Biology 9, 39.
    """

    name: str
    statistic: Any
    null: str
    expected: Any
    sd: Any
    null_distribution: Floats | None = None
    distribution: tuple[Floats, Floats] | None = None
    tails: tuple[Floats, Floats] | None = None
    alternative: Alternative = "two-sided"
    seed: int | None = None
    names: tuple[str, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        check_choice("alternative", self.alternative, ["two-sided", "greater", "less"])
        for name in ("statistic", "expected", "sd", "null_distribution"):
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, name, read_only(value))
        for name in ("distribution", "tails"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, tuple(read_only(part) for part in value))

        # Sums of the same numbers in another order differ in the last bits: that is no variation.
        still = np.asarray(self.sd) <= _TIE * np.maximum(1.0, np.abs(np.asarray(self.expected, dtype=float)))
        if still.any():
            object.__setattr__(self, "sd", scalar(np.where(still, 0.0, self.sd)))
            if not still.all():
                fixed = f"the null leaves nothing to vary of {_listed(self._labels(), still)}"
                object.__setattr__(self, "reason", "; ".join(filter(None, [self.reason, fixed])))
            elif not self.reason:
                object.__setattr__(self, "reason", "the null leaves nothing to vary")

    def _labels(self) -> list[str]:
        """Names of the values, in order."""
        names = list(self.names)
        return [f"{a} → {b}" for a in names for b in names] if np.ndim(self.statistic) == 2 else names

    @property
    def n_draws(self) -> int:
        """Draws from the null; 0 where it is exact or normal."""
        return 0 if self.null_distribution is None else len(self.null_distribution)

    @property
    def zscore(self) -> Any:
        """(observed - expected) / sd; NaN where the null leaves nothing to vary. An effect size, not a test."""
        sd = np.asarray(self.sd, dtype=float)
        return scalar(
            np.divide(self.statistic - np.asarray(self.expected), sd, out=np.full(sd.shape, np.nan), where=sd > 0)
        )

    @property
    def ratio(self) -> Any:
        """Observed / expected; NaN where nothing is expected."""
        expected = np.asarray(self.expected, dtype=float)
        return scalar(np.divide(self.statistic, expected, out=np.full(expected.shape, np.nan), where=expected > 0))

    @property
    def pvalue(self) -> Any:
        """Probability under the null of a value at least as extreme; NaN where the statistic is."""
        upper, lower = self._tails()
        if self.alternative == "greater":
            p = upper
        elif self.alternative == "less":
            p = lower
        else:
            p = np.minimum(1.0, 2 * np.minimum(upper, lower))
        undefined = np.isnan(np.asarray(self.statistic, dtype=float) + np.asarray(self.expected, dtype=float))
        return scalar(np.where(undefined, np.nan, np.maximum(p, np.finfo(float).tiny)))

    @property
    def interval(self) -> tuple[Any, Any]:
        """Central 95 % of the null: where the statistic would lie if there were no preference.

        Of the draws or the exact distribution; of the cells of a matrix the mean less and plus 1.96 deviations, never
        below 0 where they are counts with exact tails.
        """
        if self.null_distribution is not None:
            low, high = _quantiles(self.null_distribution, (0.025, 0.975))
            return scalar(low), scalar(high)
        if self.distribution is not None:
            support, probability = self.distribution
            below = np.cumsum(probability)
            last = support.size - 1
            low, high = (support[min(int(np.searchsorted(below, q)), last)] for q in (0.025, 0.975))
            return float(low), float(high)
        half = 1.959963984540054 * np.asarray(self.sd, dtype=float)
        low = self.expected - half
        return scalar(low if self.tails is None else np.maximum(0.0, low)), scalar(self.expected + half)

    def _tails(self) -> tuple[Floats, Floats]:
        """P(null >= observed) and P(null <= observed), observed values included."""
        observed = np.asarray(self.statistic, dtype=float)
        slack = _TIE * np.maximum(1.0, np.abs(observed))
        if self.null_distribution is not None:
            draws = self.null_distribution
            n = self.n_draws + 1
            undefined = np.isnan(draws)
            upper, lower = (draws >= observed - slack) | undefined, (draws <= observed + slack) | undefined
            return (1 + upper.sum(0)) / n, (1 + lower.sum(0)) / n
        if self.distribution is not None:
            upper, lower = tail_probabilities(self.distribution, float(observed), float(slack))
            return np.asarray(upper), np.asarray(lower)
        from scipy.special import ndtr

        z = np.asarray(self.zscore, dtype=float)
        still = (np.abs(observed - self.expected) <= slack) & np.isnan(z)
        normal = np.where(still, 1.0, ndtr(-z)), np.where(still, 1.0, ndtr(z))
        if self.tails is None:
            return normal
        upper, lower = (
            np.where(np.isnan(exact), other, exact) for exact, other in zip(self.tails, normal, strict=True)
        )
        return upper, lower

    def __repr__(self) -> str:
        drawn = f", {self.n_draws:,} draws" if self.n_draws else ""
        if np.ndim(self.statistic):
            shape = " x ".join(map(str, np.shape(self.statistic)))
            return f"<NullTest: {self.name}, {shape} cells, null {self.null}{drawn}; .to_frame() has the table>"
        note = f"; {self.reason}" if self.reason else ""
        return (
            f"<NullTest: {self.name} {self.statistic:.4g}, expected {self.expected:.4g} (z {self.zscore:.2f}, "
            f"{format_p(self.pvalue)}), null {self.null}{drawn}{note}>"
        )

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.to_frame().to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """Return the test as a table: one row, or one per value with p adjusted for how many there are.

        Returns
        -------
        DataFrame
            observed, expected, ratio, sd, z, null_low, null_high, p; for several values also ``p_holm``, against one
            false finding among them, and ``p_bh``, against a share of false findings (Benjamini & Hochberg). The
            family is all values of this table that could vary under the null; of the others both are NaN. Between two
            groups, who cites and who is cited being given, the four cells are one test: take its p as it is.
        """
        low, high = self.interval
        columns = {
            "observed": self.statistic,
            "expected": self.expected,
            "ratio": self.ratio,
            "sd": self.sd,
            "z": self.zscore,
            "null_low": low,
            "null_high": high,
            "p": self.pvalue,
        }
        if not np.ndim(self.statistic):
            return pd.DataFrame(columns, index=pd.Index([self.name], name="measure"))
        index: pd.Index[Any] = pd.Index(self.names, name="of")
        if np.ndim(self.statistic) == 2:
            index = pd.MultiIndex.from_product([self.names, self.names], names=["citing", "cited"])
        table = pd.DataFrame({name: np.ravel(value) for name, value in columns.items()}, index=index)
        family = np.where(table["sd"] > 0, table["p"], np.nan)
        return table.assign(p_holm=holm(family), p_bh=benjamini_hochberg(family))


def holm(p: npt.ArrayLike) -> Floats:
    """Adjust p-values for the number of tests (Holm 1979); NaN are no tests.

    Examples
    --------
    >>> holm([0.01, 0.04, float("nan"), 0.03]).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    order = tested[np.argsort(values[tested], kind="stable")]
    steps = values[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Adjust p-values so that what is below q holds a share of at most q of false findings; NaN are no tests.

    For tests that are independent or rise and fall together (Benjamini & Hochberg 1995). Cells of one matrix have their
    totals given, so that one above expectation pulls another below: where that matters take `holm`.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]).round(6).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    order = tested[np.argsort(-values[tested], kind="stable")]
    steps = values[order] * order.size / np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(steps))
    return adjusted


def refuse_detected(partition: Partition) -> None:
    """Raise where groups would be tested on the citations they were detected in."""
    if partition.origin == "detected":
        raise InputError(
            "these groups were detected in the citations they would be tested on: the test would find a silo almost "
            "always. Test assigned groups (journal, category, coding); redetection_test() detects anew in every draw"
        )


def format_p(p: float) -> str:
    """Print a p-value as it would stand in a paper.

    >>> format_p(0.0421), format_p(0.000012), format_p(float("nan"))
    ('p = 0.042', 'p < 0.0001', 'p undefined')
    """
    if np.isnan(p):
        return "p undefined"
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"


def _listed(names: list[str], which: npt.NDArray[np.bool_]) -> str:
    """Say which values, the first few by name."""
    found = np.flatnonzero(which).tolist()
    named = [names[i] for i in found[:_NAMED] if i < len(names)]
    more = len(found) - len(named)
    rest = [f"{more} more" if named else f"{more} of the values"] if more else []
    return ", ".join([*named, *rest])


def _quantiles(draws: Floats, shares: tuple[float, ...]) -> Floats:
    """Quantiles over the defined draws of each value, shape (shares, ...); NaN where none is defined."""
    flat = draws.reshape(len(draws), -1)
    found = np.full((len(shares), flat.shape[1]), np.nan)
    for j, values in enumerate(flat.T):
        defined = values[~np.isnan(values)]
        if defined.size:
            found[:, j] = np.quantile(defined, shares)
    return found.reshape(len(shares), *draws.shape[1:])


def scalar(value: Any) -> Any:
    """0-d arrays as float; arrays as they are."""
    array = np.asarray(value, dtype=float)
    return array if array.ndim else float(array)
