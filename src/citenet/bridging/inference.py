"""NullTest: what was observed, what the null expects, and how surprising the difference is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice, check_count
from citenet._support.rng import RngLike, as_generator
from citenet._support.tables import read_only
from citenet.bridging.cells import Cells, cells_of, placed
from citenet.bridging.mixing import LabelledArcs, Unlabelled, label_arcs
from citenet.bridging.nulls import ClosedFormNull, NullName, find_null
from citenet.bridging.statistics import STATISTICS, Statistic
from citenet.bridging.stratified import (
    Margins,
    Strata,
    StratifiedNull,
    cell_distribution,
    cell_moments,
    exact_tails,
    linear_moments,
)
from citenet.bridging.swaps import SwapNull
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition

__all__ = ["NullTest", "holm", "mixing_test", "stratified_test"]

Floats = npt.NDArray[np.float64]
Alternative = Literal["two-sided", "greater", "less"]
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
    0: what is too small for a number is the smallest number.

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
            object.__setattr__(self, "sd", _scalar(np.where(still, 0.0, self.sd)))
            if not np.ndim(self.statistic) and not self.reason:
                object.__setattr__(self, "reason", "the null leaves nothing to vary")

    @property
    def n_draws(self) -> int:
        """Draws from the null; 0 where it is exact or normal."""
        return 0 if self.null_distribution is None else len(self.null_distribution)

    @property
    def zscore(self) -> Any:
        """(observed - expected) / sd; NaN where the null leaves nothing to vary. An effect size, not a test."""
        sd = np.asarray(self.sd, dtype=float)
        return _scalar(
            np.divide(self.statistic - np.asarray(self.expected), sd, out=np.full(sd.shape, np.nan), where=sd > 0)
        )

    @property
    def ratio(self) -> Any:
        """Observed / expected; NaN where nothing is expected."""
        expected = np.asarray(self.expected, dtype=float)
        return _scalar(np.divide(self.statistic, expected, out=np.full(expected.shape, np.nan), where=expected > 0))

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
        return _scalar(np.where(undefined, np.nan, np.maximum(p, np.finfo(float).tiny)))

    @property
    def interval(self) -> tuple[Any, Any]:
        """Central 95 % of the null: where the statistic would lie if there were no preference."""
        if self.null_distribution is not None:
            low, high = _quantiles(self.null_distribution, (0.025, 0.975))
            return _scalar(low), _scalar(high)
        if self.distribution is not None:
            support, probability = self.distribution
            below = np.cumsum(probability)
            last = support.size - 1
            low, high = (support[min(int(np.searchsorted(below, q)), last)] for q in (0.025, 0.975))
            return float(low), float(high)
        half = 1.959963984540054 * np.asarray(self.sd, dtype=float)
        return _scalar(self.expected - half), _scalar(self.expected + half)

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
            support, probability = self.distribution
            upper = probability[support >= observed - slack].sum()
            lower = probability[support <= observed + slack].sum()
            return np.minimum(1.0, upper), np.minimum(1.0, lower)
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
        """Return the test as a table: one row, or one per value with Holm-adjusted p over those that could vary.

        Returns
        -------
        DataFrame
            observed, expected, ratio, sd, z, null_low, null_high, p (and p_holm for a table of cells).
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
        index: pd.Index[Any] = pd.Index(self.names, name="pair")
        if np.ndim(self.statistic) == 2:
            index = pd.MultiIndex.from_product([self.names, self.names], names=["citing", "cited"])
        table = pd.DataFrame({name: np.ravel(value) for name, value in columns.items()}, index=index)
        table["p_holm"] = holm(np.where(table["sd"] > 0, table["p"], np.nan))
        return table


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


def mixing_test(
    net: CitationNetwork,
    groups: object,
    statistic: str = "counts",
    *,
    null: NullName = "year-pairs",
    n_draws: int | None = None,
    unlabelled: Unlabelled = "drop",
    rng: RngLike = None,
) -> NullTest:
    """Test a statistic of the mixing matrix against a null model.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups. Groups detected in the same citations are refused.
    statistic : str
        "counts" (every cell) or a name in `STATISTICS`.
    null : str
        What is shuffled and what is kept: a name in `NULLS`.
    n_draws : int, optional
        Draws. By default none where mean and variance are known in closed form ("counts", "ei" and "cross_share", under
        "year-pairs", "citing-years", "configuration" and "availability"), else 9,999.
    unlabelled : {"drop", "own", "error"}
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    NullTest

    Raises
    ------
    InputError
        If the groups were detected in the network, or a choice is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame({"year": [1990] * 4 + [2000] * 4, "field": list("xxyyxxyy")}, index=list("abcdefgh"))
    >>> net = CitationNetwork(works, [4, 4, 5, 6, 6, 7], [0, 1, 0, 2, 3, 2])
    >>> mixing_test(net, "field").to_frame().loc[("x", "y"), ["observed", "expected"]].tolist()
    [0.0, 1.5]
    """
    model = find_null(null)
    check_choice("statistic", statistic, ["counts", *STATISTICS])
    arcs, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    what = STATISTICS.get(statistic)
    linear = what is None or what.weights is not None
    if n_draws is None and linear and isinstance(model.null, ClosedFormNull) and not model.skewed:
        return _closed_form(arcs, what, model.null, null)
    return _drawn(arcs, what, null, 9_999 if n_draws is None else check_count("n_draws", n_draws, 1), rng)


def refuse_detected(partition: Partition) -> None:
    """Raise where groups would be tested on the citations they were detected in."""
    if partition.origin == "detected":
        raise InputError(
            "these groups were detected in the citations they would be tested on: the test would find a silo almost "
            "always. Test assigned groups (journal, category, coding); redetection_test() detects anew in every draw"
        )


def _closed_form(arcs: LabelledArcs, what: Statistic | None, model: ClosedFormNull, null: str) -> NullTest:
    arcs, stratum = model.prepare(arcs)
    if isinstance(model, StratifiedNull):
        return stratified_test(placed(cells_of(arcs), model.strata), what, model.strata)
    if what is None or what.weights is None:
        return _count_test(arcs.counts(), model.cells(arcs, stratum), arcs.names, null, None)
    moments = model.linear(arcs, stratum, what.weights(arcs.k)) if arcs.index.size else (0.0, 0.0)
    return _linear_test(arcs.counts(), moments, what, arcs.names, null)


def stratified_test(cells: Cells, what: Statistic | None, null: Strata) -> NullTest:
    """Test counts, or a weighted sum of them, against shuffling within strata, in closed form.

    Parameters
    ----------
    cells : Cells
        Placed in their strata.
    what : Statistic or None
        A linear statistic; None for every cell.
    null : {"year-pairs", "citing-years", "configuration"}
    """
    counts, given = cells.counts(), cells.margins()
    if what is None or what.weights is None:
        expected, variance = cell_moments(given)
        return _count_test(counts, (expected, variance), cells.names, null, exact_tails(counts, given, expected))
    weights = what.weights(cells.k)
    moments = linear_moments(given, weights) if cells.n_citations else (0.0, 0.0)
    test = _linear_test(counts, moments, what, cells.names, null)
    if cells.k != 2 or not cells.n_citations:
        return test
    return replace(test, distribution=_exact(counts, given, weights / cells.n_citations))


def _count_test(
    counts: Any, moments: tuple[Floats, Floats], names: tuple[str, ...], null: str, tails: tuple[Floats, Floats] | None
) -> NullTest:
    return NullTest(
        "citations",
        counts.astype(float),
        null,
        moments[0],
        np.sqrt(moments[1]),
        tails=tails,
        names=names,
        reason=_reason(len(names), int(counts.sum())),
    )


def _linear_test(
    counts: Any, moments: tuple[float, float], what: Statistic, names: tuple[str, ...], null: str
) -> NullTest:
    m = max(1, int(counts.sum()))
    observed = float(what.function(counts))
    return NullTest(
        name=what.label,
        statistic=observed,
        null=null,
        expected=float("nan") if np.isnan(observed) else moments[0] / m,
        sd=float(np.sqrt(max(0.0, moments[1]))) / m,
        names=names,
        reason=_reason(len(names), int(counts.sum())),
    )


def _exact(counts: Any, given: Margins, weights: Floats) -> tuple[Floats, Floats] | None:
    """Exact distribution of ``sum w M`` for two groups: one cell moves all four by one."""
    support, probability = cell_distribution(given, 0, 1)
    step = weights[0, 1] + weights[1, 0] - weights[0, 0] - weights[1, 1]
    values = float((weights * counts).sum()) + step * (support - counts[0, 1])
    return (values, probability) if step > 0 else (values[::-1], probability[::-1])


def _drawn(arcs: LabelledArcs, what: Statistic | None, null: NullName, n_draws: int, rng: RngLike) -> NullTest:
    generator, seed = as_generator(rng)
    model = find_null(null).null
    arcs, stratum = model.prepare(arcs)
    function = (lambda counts: np.asarray(counts, dtype=float)) if what is None else what.function
    observed = function(arcs.counts())
    drawn = np.array([function(counts) for counts in model.draws(arcs, stratum, n_draws, generator)])
    mixing = model.note(arcs, stratum, generator) if isinstance(model, SwapNull) else ""
    undefined = int(np.isnan(drawn).any(axis=tuple(range(1, drawn.ndim))).sum())
    lost = f"undefined in {undefined} of {n_draws} draws, which count as extreme" if undefined else ""
    defined = drawn[~np.isnan(drawn).reshape(n_draws, -1).any(axis=1)]
    return NullTest(
        name="citations" if what is None else what.label,
        statistic=_scalar(observed),
        null=null,
        expected=_scalar(defined.mean(0) if len(defined) else np.full(drawn.shape[1:], np.nan)),
        sd=_scalar(defined.std(0, ddof=1) if len(defined) > 1 else np.full(drawn.shape[1:], np.nan)),
        null_distribution=drawn,
        seed=seed,
        names=arcs.names,
        reason="; ".join(filter(None, [_reason(arcs.k, arcs.index.size), lost, mixing])),
    )


def _reason(k: int, n_citations: int) -> str:
    if k < 2:
        return "undefined: there is only one group"
    if not n_citations:
        return "undefined: no citation has a group and a year at both ends"
    return ""


def format_p(p: float) -> str:
    """Print a p-value as it would stand in a paper.

    >>> format_p(0.0421), format_p(0.000012), format_p(float("nan"))
    ('p = 0.042', 'p < 0.0001', 'p undefined')
    """
    if np.isnan(p):
        return "p undefined"
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"


def _quantiles(draws: Floats, shares: tuple[float, ...]) -> Floats:
    """Quantiles over the defined draws of each value, shape (shares, ...); NaN where none is defined."""
    flat = draws.reshape(len(draws), -1)
    found = np.full((len(shares), flat.shape[1]), np.nan)
    for j, values in enumerate(flat.T):
        defined = values[~np.isnan(values)]
        if defined.size:
            found[:, j] = np.quantile(defined, shares)
    return found.reshape(len(shares), *draws.shape[1:])


def _scalar(value: Any) -> Any:
    """0-d arrays as float; arrays as they are."""
    array = np.asarray(value, dtype=float)
    return array if array.ndim else float(array)
