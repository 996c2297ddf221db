"""Vertex bootstrap: how far a statistic of the whole graph would vary over corpora of works like these.

The statistics of `bridges` are sums over citing papers, which are resampled whole. Assortativity and betweenness are
not: here works are resampled with all that they cite and all that cites them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit, ndtri

from citenet._support.choices import MOST_DRAWS, check_choice, check_count, check_level
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.bootstrap import least_resamples
from citenet.bridging.inference import refuse_detected, scalar
from citenet.bridging.mixing import label_arcs
from citenet.bridging.statistics import STATISTICS
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition

__all__ = ["GraphInterval", "resampled_works", "vertex_bootstrap"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
GraphStatistic = Callable[[CitationNetwork, Partition], npt.ArrayLike]
_FEWEST = 5  # works of a group: fewer cannot show how much works differ


Transform = Callable[[Floats], Floats]
# To a scale without ends, its slope, the way back, and the ends.
_SCALES: dict[str, tuple[Transform, Transform, Transform, tuple[float, float]]] = {
    "": (lambda v: v, np.ones_like, lambda v: v, (-np.inf, np.inf)),
    "index": (np.arctanh, lambda v: 1 / (1 - v**2), np.tanh, (-1.0, 1.0)),
    "share": (logit, lambda v: 1 / (v * (1 - v)), expit, (0.0, 1.0)),
    "ratio": (np.log, lambda v: 1 / v, np.exp, (0.0, np.inf)),
}
_SCALE_OF = {
    **dict.fromkeys(("ei", "ei_citing", "ei_cited", "assortativity", "modularity", "coleman"), "index"),
    "coleman_in_time": "index",
    "cross_share": "share",
    **dict.fromkeys(("odds_ratio", "dyad_odds_ratio", "insularity"), "ratio"),
}


@dataclass(frozen=True, eq=False, repr=False)
class GraphInterval:
    """A statistic of the whole graph with its bootstrap standard error.

    Parameters
    ----------
    name : str
        What was measured.
    statistic : float or ndarray, shape (n,)
        The observed value.
    se : float or ndarray, shape (n,)
        Standard deviation over the resamples; NaN where undefined.
    resampled : float or ndarray, shape (n,)
        Mean over the resamples.
    level : float
    n_boot : int
    undefined : ndarray of int64, shape (n,)
        Resamples in which each value is undefined; they are left out and counted here.
    names : tuple of str
        Names of several values.
    seed : int or None
        What recreates the resamples.
    reason : str
        Why something is NaN, or what to keep in mind.
    scale : {"", "index", "share", "ratio"}
        Where the statistic lies: anywhere, in [-1, 1], in [0, 1], or from 0 on. The limits stay there.
    """

    name: str
    statistic: Any
    se: Any
    resampled: Any
    level: float
    n_boot: int
    undefined: Ints
    names: tuple[str, ...] = ()
    seed: int | None = None
    reason: str = ""
    scale: str = ""

    @property
    def low(self) -> Any:
        """Lower limit; NaN of fewer resamples than a limit takes."""
        return scalar(self._limits()[0])

    @property
    def high(self) -> Any:
        """Upper limit."""
        return scalar(self._limits()[1])

    def _limits(self) -> tuple[Floats, Floats]:
        """So many standard errors from the value, on the scale on which the statistic has no ends."""
        value, se = np.asarray(self.statistic, dtype=float), np.asarray(self.se, dtype=float)
        se = np.where(se > 0, se, np.nan)  # resampling cannot show what was never seen
        if self.n_boot < least_resamples(self.level):
            return np.full(value.shape, np.nan), np.full(value.shape, np.nan)
        forth, slope, back, (least, most) = _SCALES[self.scale]
        half = ndtri((1 + self.level) / 2)
        with np.errstate(all="ignore"):
            found = [np.asarray(back(forth(value) + sign * half * se * slope(value))) for sign in (-1, 1)]
        # At an end of the scale itself there is no slope.
        low, high = (
            np.where(np.isfinite(one), one, np.clip(value + sign * half * se, least, most))
            for one, sign in zip(found, (-1, 1), strict=True)
        )
        return low, high

    def __repr__(self) -> str:
        note = f"; {self.reason}" if self.reason else ""
        if np.ndim(self.statistic):
            return f"<GraphInterval: {self.name}, {len(self.names)} values, {self.n_boot:,} resamples{note}>"
        limits = f"{self.level:.0%} interval {self.low:.3g} to {self.high:.3g}"
        return f"<GraphInterval: {self.name} {self.statistic:.3g}, {limits}, {self.n_boot:,} resamples of works{note}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self)[1:-1])}</p>{self.to_frame().to_html(float_format='{:.3g}'.format)}"

    def to_frame(self) -> pd.DataFrame:
        """Return value, se, low, high, resampled and undefined: one row, or one per value."""
        columns = {"value": self.statistic, "se": self.se, "low": self.low, "high": self.high}
        columns["resampled"] = self.resampled
        values = {name: np.atleast_1d(value) for name, value in columns.items()}
        index = pd.Index(self.names or (self.name,), name="of" if self.names else "measure")
        return pd.DataFrame({**values, "undefined": self.undefined}, index=index)


def vertex_bootstrap(
    net: CitationNetwork,
    groups: object,
    statistic: str | GraphStatistic = "assortativity",
    *,
    n_boot: int = 999,
    level: float = 0.95,
    rng: RngLike = None,
) -> GraphInterval:
    """Compute the standard error of a statistic of the whole graph by resampling works.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    statistic : str or callable
        A name in `STATISTICS`, or a function of a network and its partition that returns a number or a fixed number of
        them, such as ``lambda net, groups: intergroup_betweenness(net, groups, "A", "B").reachability``.
    n_boot : int
        Resamples; one child generator each.
    level : float
        Confidence level of the interval around the observed value: normal on a scale without ends (Fisher's z for
        indices in [-1, 1], log odds for shares, the logarithm for odds ratios), for a function as it is. Fewer
        resamples than limits take (39 at 95 %) give none.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    GraphInterval
        ``se`` is NaN where a group has fewer than five works.

    Raises
    ------
    InputError
        If the groups were detected in the network, or a choice is unknown.

    Notes
    -----
    Works are drawn with replacement within their group (works outside the corpus apart), so that the sizes of the
    groups are taken as given. Two copies are linked as the works they are copies of; copies of one work cannot be, and
    the second cites the first as often as works of the corpus cite each other on the whole.

    The interval is for a population that works like these were drawn from: a complete census has no sampling error.
    Where few of the possible citations exist it is wide, because the chance of each citation is counted with the
    citing, with the cited work, and once more: up to 1.7 times what citations that are independent would need. For
    counts, shares and odds between two groups prefer the intervals of `bridges`. Every resample lacks about a third of
    the works: longer ways break, so that what rests on them (reachability, betweenness) is lower in resamples than it
    was; where the mean of the resamples is more than a standard error off, ``reason`` says so.

    References
    ----------
    .. [1] Snijders & Borgatti (1999). Non-parametric standard errors and tests for network statistics. Connections 22,
       161-170.

    Examples
    --------
    >>> import citenet as cn
    >>> net = cn.datasets.simulate(n_works=100, preference=3.0, rng=1)
    >>> found = vertex_bootstrap(net, "field", n_boot=99, rng=1)
    >>> bool(found.low < found.statistic < found.high)
    True
    """
    n_boot = check_count("n_boot", n_boot, 1, MOST_DRAWS)
    check_level(level)
    partition = as_partition(groups, net)
    refuse_detected(partition)
    name, measure = _measure(statistic, partition.group_names)
    observed = np.asarray(measure(net, partition), dtype=float)
    if observed.ndim > 1:
        raise InputError(f"the statistic has shape {observed.shape}; it must be a number, or one row of them")
    generator, seed = as_generator(rng)
    drawn = [np.asarray(measure(*resampled_works(net, partition, one)), float) for one in generator.spawn(n_boot)]
    other = next((value.shape for value in drawn if value.shape != observed.shape), observed.shape)
    if other != observed.shape:
        raise InputError(f"the statistic has shape {observed.shape}, and {other} in a resample")
    values = np.stack(drawn).reshape(n_boot, -1)
    known = ~np.isnan(values)
    times = known.sum(axis=0)
    small = [str(one) for one, size in partition.sizes.items() if size < _FEWEST]
    shown = (times > 1) & ~np.isnan(observed).ravel() & (not small)
    mean = np.divide(values.sum(axis=0, where=known), times, out=np.full(times.shape, np.nan), where=shown)
    squares = ((values - mean) ** 2).sum(axis=0, where=known)
    se = np.sqrt(np.divide(squares, times - 1, out=np.full(times.shape, np.nan), where=shown))
    of_groups = observed.shape == (partition.n_groups,)
    names = partition.group_names if of_groups else tuple(map(str, range(observed.size))) if observed.ndim else ()
    return GraphInterval(
        name=name,
        statistic=scalar(observed),
        se=scalar(se.reshape(observed.shape)),
        resampled=scalar(mean.reshape(observed.shape)),
        level=level,
        n_boot=n_boot,
        undefined=n_boot - times,
        names=names,
        seed=seed,
        reason=_reason(observed.ravel(), mean, se, n_boot - times, small, _too_few(n_boot, level)),
        scale=_SCALE_OF.get(statistic, "") if isinstance(statistic, str) else "",
    )


def _too_few(n_boot: int, level: float) -> str:
    least = least_resamples(level)
    return f"no interval: only {n_boot} resamples, at {level:.6g} it takes {least:,}" if n_boot < least else ""


def _reason(observed: Floats, mean: Floats, se: Floats, undefined: Ints, small: list[str], few: str) -> str:
    found = [few] if few else []
    found += [f"undefined: fewer than five works of {', '.join(small)}"] if small else []
    if np.isnan(observed).any():
        found.append("undefined: there is no value to resample")
    if (se == 0).any():
        found.append("no interval where no resample differs: resampling cannot show what was never seen")
    if undefined.any():
        found.append(f"undefined in up to {undefined.max():,} resamples, left out")
    if (np.abs(mean - observed) > se).any():
        found.append("resamples centre more than a standard error off: resampling breaks what this rests on")
    return "; ".join(found)


def resampled_works(
    net: CitationNetwork, partition: Partition, rng: np.random.Generator
) -> tuple[CitationNetwork, Partition]:
    """Draw works with replacement within their group, with the citations between them.

    Parameters
    ----------
    net : CitationNetwork
    partition : Partition
    rng : numpy.random.Generator

    Returns
    -------
    net, partition
        Copies have ids of their own; the column ``copy_of`` says which work they are copies of.
    """
    n = net.n_works
    kind = partition.labels.astype(np.int64) * 2 + net.external
    times = np.zeros(n, np.int64)
    for one in np.unique(kind):
        members = np.flatnonzero(kind == one)
        times += np.bincount(rng.choice(members, members.size), minlength=n)
    first = np.cumsum(times) - times
    each = times[net.citing] * times[net.cited]
    arc = np.repeat(np.arange(each.size), each)
    offset = np.arange(arc.size) - np.repeat(np.cumsum(each) - each, each)
    citing, cited = net.citing[arc], net.cited[arc]
    copy_of_citing, copy_of_cited = np.divmod(offset, np.maximum(1, times[cited]))
    later, earlier = _between_copies(net, times, first, rng)
    work = np.repeat(np.arange(n), times)
    ids = pd.Index([f"{i:09d}" for i in range(work.size)], dtype="str")
    works = net.works.iloc[work].set_axis(ids).assign(copy_of=net.ids[work])
    drawn = CitationNetwork(
        works,
        np.concatenate([first[citing] + copy_of_citing, later]),
        np.concatenate([first[cited] + copy_of_cited, earlier]),
    )
    return drawn, partition._replace(works=ids, labels=partition.labels[work])


def _between_copies(net: CitationNetwork, times: Ints, first: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Citations between copies of one paper of the corpus, at the density of the whole graph; never both ways."""
    papers = np.flatnonzero((times > 1) & ~net.external)
    pairs = [(first[v] + j, first[v] + i) for v in papers for j in range(1, times[v]) for i in range(j)]
    possible = int((~net.external).sum()) * (net.n_works - 1)
    linked = rng.random(len(pairs)) < min(1.0, 2 * net.n_citations / max(1, possible))
    chosen = np.array(pairs, dtype=np.int64).reshape(-1, 2)[linked]
    return chosen[:, 0], chosen[:, 1]


def _measure(statistic: str | GraphStatistic, names: tuple[str, ...]) -> tuple[str, GraphStatistic]:
    """Return the name of the statistic, and what computes it, one value a group in the order of the names."""
    if callable(statistic):
        return getattr(statistic, "__name__", "statistic").replace("<lambda>", "statistic"), statistic
    known = [name for name, what in STATISTICS.items() if what.per != "cell"]
    what = STATISTICS[check_choice("statistic", statistic, known)]

    def measure(net: CitationNetwork, partition: Partition) -> npt.ArrayLike:
        arcs, _ = label_arcs(net, partition)
        if arcs.k < 2:
            return np.full(what.shape(arcs.k), np.nan)
        value = what.of(what.prepare(arcs))
        return value[[arcs.names.index(name) for name in names]] if what.per == "group" else value

    return what.label, measure
