"""First crossing: how long a work waits for its first citation by another group, with those still waiting counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count
from citenet._support.tables import Record, Table
from citenet.bridging.flow import pair_of_groups
from citenet.bridging.inference import NullTest, format_p, refuse_detected
from citenet.network import CitationNetwork

__all__ = ["FirstCrossing", "first_crossing", "kaplan_meier", "logrank"]

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class FirstCrossing:
    """Waiting times of two groups' works for a first citation by the other group.

    Parameters
    ----------
    a, b : str
        The groups.
    tests : mapping of str to NullTest
        By citing group: log-rank of the other group's works against its own.
    curves : DataFrame
        Kaplan-Meier estimates: see `first_crossing`.
    works : DataFrame
        Waiting time of each work: see `first_crossing`.
    params : mapping
        Last year observed, works left out and why.
    """

    a: str
    b: str
    tests: Mapping[str, NullTest]
    curves: Table = Table()
    works: Table = Table()
    params: Record = Record()

    def __repr__(self) -> str:
        said = []
        works = self.works
        for one, other in ((self.a, self.b), (self.b, self.a)):
            rows = works[works["group"] == one]
            counted = f"{int(rows['crossed'].sum()):,} of {len(rows):,} works of {one} cited by {other}"
            said.append(f"{counted} (log-rank {format_p(self.tests[other].pvalue)})")
        return f"<FirstCrossing: {', '.join(said)}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.to_frame().to_html(max_rows=20)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the curves."""
        return self.curves


def first_crossing(net: CitationNetwork, groups: object, a: str, b: str, *, end: int | None = None) -> FirstCrossing:
    """Measure how long the works of two groups wait for their first citation by the other group.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    a, b : str
        The two groups.
    end : int, optional
        Last year observed; by default the last year of a work of the corpus. Works not cited across by then are
        censored: they wait at least so long.

    Returns
    -------
    FirstCrossing
        ``curves``: rows for each ``cited`` and ``citing`` group (also each with itself) and ``time`` (years since
        publication) with a first citation: ``at_risk``, ``events``, ``waiting`` (share of works without such a citation
        after that time, Kaplan-Meier, in [0, 1]) and ``se`` (Greenwood; NaN where none is left waiting).

        ``works``, indexed by work id: ``group``, ``year``, ``time`` (years to the first citation by the other group, or
        to ``end``), ``crossed``, ``first`` (the first to cite it across; NA none), and ``time_home``, ``cited_home``
        for citations by its own group.

        ``tests``: for citing group b, the works of a that it has cited at all, and how many are expected if at every
        age works of a were as likely to be cited by it for the first time as its own works of the same publication
        year (stratified log-rank, normal p-value); and the same for citing group a.

    Notes
    -----
    Only dated works of the corpus count: works outside it are in the network because they are cited. A citation dated
    before the work counts as of its year. A large group cites sooner for its size alone: compare curves of one citing
    group, as the tests do, not the two directions. A field that everybody cites less waits longer too: look at the
    ratio of observed to expected citations beside it.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [2000, 2000, 2003, 2004], "field": list("xxyy")}, index=list("abcd"))
    >>> first_crossing(CitationNetwork(works, [2, 3], [0, 0]), "field", "x", "y").works["time"].to_dict()
    {'a': 3.0, 'b': 4.0, 'c': 1.0, 'd': 0.0}
    """
    partition, in_a, in_b = pair_of_groups(net, groups, a, b)
    refuse_detected(partition)
    year, inside = net.year, ~net.external
    dated = inside & ~np.isnan(year)
    last = float(np.max(year[dated], initial=-np.inf)) if end is None else float(check_count("end", end))
    counted = dated & (in_a | in_b) & (year <= last)
    chosen = np.flatnonzero(counted)
    labels = np.where(in_a, 0, np.where(in_b, 1, -1))
    times: dict[bool, tuple[Floats, Mask, npt.NDArray[np.int64]]] = {}
    for across in (True, False):
        times[across] = _first_citations(net, labels, chosen, across=across, last=last)
    of_a = labels[chosen] == 0
    curves = []
    for cited, members in ((a, of_a), (b, ~of_a)):
        for across in (True, False):
            time, event, _ = times[across]
            curve = kaplan_meier(time[members], event[members])
            citing = (b if cited == a else a) if across else cited
            curves.append(curve.assign(cited=cited, citing=citing))
    time, event, first = times[True]
    ids = np.array([*net.ids, None], dtype=object)
    columns = ["cited", "citing", "time", "at_risk", "events", "waiting", "se"]
    return FirstCrossing(
        a=a,
        b=b,
        tests={
            citing: _against_home(
                times, of_a == (cited == a), year[chosen], f"works of {cited} first cited by {citing}"
            )
            for cited, citing in ((a, b), (b, a))
        },
        curves=pd.concat(curves, ignore_index=True)[columns],
        works=pd.DataFrame(
            {
                "group": np.where(of_a, a, b),
                "year": year[chosen].astype(np.int64),
                "time": time,
                "crossed": event,
                "first": pd.Series(ids[first], dtype="str").array,
                "time_home": times[False][0],
                "cited_home": times[False][1],
            },
            index=net.ids[chosen],
        ),
        params={
            "end": last if np.isfinite(last) else None,
            "undated": int((inside & np.isnan(year) & (in_a | in_b)).sum()),
            "outside the corpus": int((~inside & (in_a | in_b)).sum()),
            "after the end": int((dated & (in_a | in_b) & (year > last)).sum()),
        },
    )


def _first_citations(
    net: CitationNetwork, labels: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64], *, across: bool, last: float
) -> tuple[Floats, Mask, npt.NDArray[np.int64]]:
    """Years to the first citation by the other or the own group, whether there was one, and by whom (-1 nobody)."""
    year, n = net.year, net.n_works
    ends = labels[net.citing], labels[net.cited]
    counted = (ends[0] >= 0) & (ends[1] >= 0) & ((ends[0] != ends[1]) == across) & (year[net.citing] <= last)
    citing, cited = net.citing[counted].astype(np.int64), net.cited[counted]
    order = np.lexsort((citing, year[citing], cited))
    works, where = np.unique(cited[order], return_index=True)
    first = np.full(n, -1, np.int64)
    first[works] = citing[order[where]]
    found = first[chosen]
    event = found >= 0
    until = np.where(event, year[found], last)
    return np.maximum(0.0, until - year[chosen]), event, found


def _against_home(
    times: Mapping[bool, tuple[Floats, Mask, npt.NDArray[np.int64]]], away: Mask, year: Floats, name: str
) -> NullTest:
    """Compare when one group first cites the other group's works (``away``) and its own."""
    time, event = (np.where(away, times[True][i], times[False][i]) for i in (0, 1))
    return logrank(time, event.astype(bool), away, year, name)


def kaplan_meier(time: npt.ArrayLike, event: npt.ArrayLike) -> pd.DataFrame:
    """Estimate the share that still waits after each time.

    Parameters
    ----------
    time : array_like, shape (n,)
        Waiting time; at least 0.
    event : array_like of bool, shape (n,)
        Whether it ended with an event; otherwise it is censored.

    Returns
    -------
    DataFrame, one row per time with an event
        ``time``, ``at_risk``, ``events``, ``waiting`` (in [0, 1]) and ``se`` (Greenwood; NaN where nobody is left
        waiting). Who is censored at a time was at risk at that time.

    Examples
    --------
    >>> kaplan_meier([1, 2, 2, 3], [True, True, False, False])["waiting"].tolist()
    [0.75, 0.5]
    """
    t, happened = np.asarray(time, dtype=float), np.asarray(event, dtype=bool)
    times, events = np.unique(t[happened], return_counts=True)
    at_risk = t.size - np.searchsorted(np.sort(t), times, side="left")
    waiting = np.cumprod(1 - events / at_risk)
    left = at_risk - events
    parts = np.divide(events, at_risk * left, out=np.full(times.size, np.nan), where=left > 0)
    return pd.DataFrame(
        {
            "time": times,
            "at_risk": at_risk,
            "events": events,
            "waiting": waiting,
            "se": waiting * np.sqrt(parts.cumsum()),
        }
    )


def logrank(time: Floats, event: Mask, first: Mask, stratum: npt.ArrayLike, name: str = "events") -> NullTest:
    """Compare waiting times of two samples by the stratified log-rank test.

    Parameters
    ----------
    time : ndarray, shape (n,)
    event : ndarray of bool, shape (n,)
    first : ndarray of bool, shape (n,)
        Whether each belongs to the first sample, whose events are the statistic.
    stratum : array_like, shape (n,)
        Only within a stratum are samples compared.
    name : str

    Returns
    -------
    NullTest
        Events of the first sample, their expectation and deviation given who was at risk when.

    Examples
    --------
    >>> waited, ended = np.array([1.0, 2, 3, 4]), np.ones(4, bool)
    >>> test = logrank(waited, ended, np.array([True, True, False, False]), np.zeros(4))
    >>> test.statistic, round(test.expected, 4)
    (2.0, 0.8333)
    """
    s = np.unique(np.asarray(stratum), return_inverse=True)[1]
    span = float(time.max(initial=0.0)) + 1
    when = s * span + time
    at, events = np.unique(when[event], return_counts=True)
    of = at // span
    ends = np.searchsorted(np.sort(s), of, side="right")
    at_risk = (ends - np.searchsorted(np.sort(when), at, side="left")).astype(float)
    ends_first = np.searchsorted(np.sort(s[first]), of, side="right")
    at_risk_first = (ends_first - np.searchsorted(np.sort(when[first]), at, side="left")).astype(float)
    share = at_risk_first / at_risk
    spread = np.divide(at_risk - events, at_risk - 1, out=np.zeros(at.size), where=at_risk > 1)
    variance = float((events * share * (1 - share) * spread).sum())
    mixed = bool(first.any() and not first.all())
    nan = float("nan")
    if not mixed:
        return NullTest(name, nan, "log-rank", nan, nan, reason="undefined: one of the groups has no works to follow")
    reason = "" if variance > 0 else "no year has works of both groups waiting when one is first cited across"
    return NullTest(
        name=name,
        statistic=float((event & first).sum()),
        null="log-rank within publication year",
        expected=float((events * share).sum()),
        sd=float(np.sqrt(variance)),
        reason=reason,
    )
