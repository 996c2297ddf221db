"""Citation lag: how old what is cited is, within a group and across, and whether the difference is more than chance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from citenet._support.choices import check_choice
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.flow import pair_of_groups
from citenet.bridging.inference import NullTest, refuse_detected
from citenet.bridging.mixing import LabelledArcs, label_arcs
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["citation_lag", "lag_test"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
PRICE_YEARS = 5


def citation_lag(net: CitationNetwork, groups: object, *, window: int | None = None) -> pd.DataFrame:
    """Describe the age of what each group cites of each group.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    window : int, optional
        Only citations of works at most so many years older; None takes all.

    Returns
    -------
    DataFrame, indexed by citing and cited group
        ``citations`` (dated at both ends), ``undated`` (left out), ``median``, ``q1``, ``q3`` and ``iqr`` of the lag
        (citing less cited year, in years), ``price_index`` (share of citations with a lag of at most 5 years),
        ``early`` (citations with a negative lag, which count). NaN without citations.

    Notes
    -----
    A young group cannot have cited its own works late: do not compare these rows, use `lag_test`.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1990, 2000, 2002], "field": list("xyy")}, index=list("abc"))
    >>> net = CitationNetwork(works, [1, 2, 2], [0, 0, 1])
    >>> citation_lag(net, "field").loc[("y", "x"), ["citations", "median", "price_index"]].tolist()
    [2.0, 11.0, 0.0]
    """
    if window is not None and window < 0:
        raise InputError(f"window={window} must be a number of years from 0 on, or None")
    labelled, _ = label_arcs(net, groups)
    k, names = labelled.k, labelled.names
    lag = _lags(labelled)
    known = ~np.isnan(lag)
    cell = labelled.citing_group.astype(np.int64) * k + labelled.cited_group
    undated = np.bincount(cell[~known], minlength=k * k)
    if window is not None:
        known &= lag <= window
    index = pd.MultiIndex.from_product([names, names], names=["citing", "cited"])
    found = pd.Series(lag[known]).groupby(cell[known])
    quartiles = {name: found.quantile(q).reindex(range(k * k)) for name, q in _QUARTILES.items()}
    recent = pd.Series(lag[known] <= PRICE_YEARS).groupby(cell[known]).mean().reindex(range(k * k))
    return pd.DataFrame(
        {
            "citations": np.bincount(cell[known], minlength=k * k),
            "undated": undated,
            **{name: values.to_numpy() for name, values in quartiles.items()},
            "iqr": (quartiles["q3"] - quartiles["q1"]).to_numpy(),
            "price_index": recent.to_numpy(dtype=float),
            "early": np.bincount(cell[known & (lag < 0)], minlength=k * k),
        },
        index=index,
    )


_QUARTILES = {"median": 0.5, "q1": 0.25, "q3": 0.75}


def lag_test(  # noqa: PLR0913 - two groups and how they are compared; options are keyword-only
    net: CitationNetwork,
    groups: object,
    a: str,
    b: str,
    *,
    strata: Literal["citing-year", "paper"] = "citing-year",
    window: int | None = None,
    n_draws: int = 0,
    rng: RngLike = None,
) -> NullTest:
    """Test whether a group cites another one's works later than its own.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    a, b : str
        Citations of b by a are compared with citations of a by a.
    strata : {"citing-year", "paper"}
        Compare citations made in the same year, or by the same paper: the latter does not take the references of one
        paper for independent, and uses only papers that cite both groups.
    window : int, optional
        Only cited works at most so many years older than the citing one.
    n_draws : int
        Shuffles of which citations cross, within strata. 0 gives the exact mean and deviation and a normal p-value.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    NullTest
        Probability that a citation across has a longer lag than one within of the same stratum (ties count half),
        strata weighted as van Elteren does; in [0, 1], 0.5 where the lags are alike. NaN where no stratum has both.

    Notes
    -----
    What can be cited is cut off at the first year of a group, which differs between groups. Only cited works are
    compared that were published when both groups had works (in the network) already; within a stratum the years that
    can be cited are then the same for both.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1990, 1990, 1998, 2000], "field": list("xyxx")}, index=list("abcd"))
    >>> net = CitationNetwork(works, [3, 3], [1, 2])
    >>> lag_test(net, "field", "x", "y").statistic
    1.0
    """
    check_choice("strata", strata, ["citing-year", "paper"])
    partition, in_a, in_b = pair_of_groups(net, groups, a, b)
    refuse_detected(partition)
    labelled, _ = label_arcs(net, partition)
    citing, cited = net.citing[labelled.index], net.cited[labelled.index]
    lag, year = _lags(labelled), net.year
    kept = in_a[citing] & (in_a[cited] | in_b[cited]) & ~np.isnan(lag) & (year[cited] >= _both_exist(year, in_a, in_b))
    if window is not None:
        kept &= lag <= window
    lag, across = lag[kept], in_b[cited[kept]]
    key = citing[kept] if strata == "paper" else year[citing[kept]]
    stratum = np.unique(key, return_inverse=True)[1].astype(np.int64)
    name = f"P({a} cites {b} later than {a})"
    return _van_elteren(name, lag, across, stratum, f"lags within {strata}", n_draws, rng)


def _lags(labelled: LabelledArcs) -> Floats:
    """Citing less cited year of each arc; NaN undated."""
    net = labelled.net
    lag: Floats = net.year[net.citing[labelled.index]] - net.year[net.cited[labelled.index]]
    return lag


def _both_exist(year: Floats, in_a: Mask, in_b: Mask) -> float:
    """First year from which both groups have works; inf where one has none that is dated."""
    first = [np.min(year[members & ~np.isnan(year)], initial=np.inf) for members in (in_a, in_b)]
    return float(max(first))


def _van_elteren(  # noqa: PLR0913 - private
    name: str, lag: Floats, across: Mask, stratum: Ints, null: str, n_draws: int, rng: RngLike
) -> NullTest:
    """Stratified rank test: the statistic is linear in the ranks of the citations across."""
    s = int(stratum.max(initial=-1)) + 1
    total, n_across = np.bincount(stratum, minlength=s), np.bincount(stratum[across], minlength=s)
    useful = (n_across > 0) & (n_across < total)
    kept = useful[stratum]
    nan = float("nan")
    if not kept.any():
        return NullTest(name, nan, null, nan, nan, reason="no stratum has citations both within and across")
    lag, across, stratum = lag[kept], across[kept], np.unique(stratum[kept], return_inverse=True)[1].astype(np.int64)
    total, n_across = total[useful].astype(float), n_across[useful].astype(float)
    rank = _ranks(lag, stratum, total.astype(np.int64))
    weight = 1 / (total + 1)
    scale = float((weight * n_across * (total - n_across)).sum())
    least = float((weight * n_across * (n_across + 1) / 2).sum())
    score = weight[stratum] * rank

    def statistic(chosen: Mask) -> float:
        return (float(score[chosen].sum()) - least) / scale

    spread = np.bincount(stratum, (rank - (total[stratum] + 1) / 2) ** 2) / (total - 1)  # variance of a rank in a draw
    variance = weight**2 * n_across * (total - n_across) / total * spread
    test: dict[str, Any] = {
        "expected": 0.5,
        "sd": float(np.sqrt(variance.sum())) / scale,
        "seed": None,
        "null_distribution": None,
    }
    if n_draws:
        generator, test["seed"] = as_generator(rng)
        test["null_distribution"] = np.array([statistic(m) for m in _shuffled(across, stratum, n_draws, generator)])
    reason = "" if test["sd"] else "all lags of a stratum are equal: there is nothing to compare"
    return NullTest(name, statistic(across), null, reason=reason, **test)


def _ranks(lag: Floats, stratum: Ints, total: Ints) -> Floats:
    """Midranks within strata."""
    key = stratum * (np.ptp(lag) + 1) + (lag - lag.min())
    before = np.cumsum(total) - total
    rank: Floats = rankdata(key) - before[stratum]
    return rank


def _shuffled(across: Mask, stratum: Ints, n_draws: int, rng: np.random.Generator) -> Iterator[Mask]:
    order = np.argsort(stratum, kind="stable")
    for child in rng.spawn(n_draws):
        mask = across.copy()
        mask[order] = across[order[np.argsort(stratum[order] + child.random(order.size), kind="stable")]]
        yield mask
