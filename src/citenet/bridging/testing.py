"""Test a statistic of the mixing matrix against a null model, by formula where there is one, else by draws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_choice
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.cells import Cells
from citenet.bridging.drawn import check_draws, drawn_test
from citenet.bridging.inference import NullTest, refuse_detected, scalar
from citenet.bridging.lists import ListNull
from citenet.bridging.mixing import LabelledArcs, Unlabelled, label_arcs, square_counts
from citenet.bridging.nulls import ClosedFormNull, Law, NullName, find_null
from citenet.bridging.relabelling import LabelNull, undated_note
from citenet.bridging.self_cited import self_cited, self_cited_note
from citenet.bridging.statistics import STATISTICS, Statistic
from citenet.bridging.stratified import Strata, StratifiedLaw, StratifiedNull
from citenet.bridging.swaps import SwapNull
from citenet.errors import InputError
from citenet.network import CitationNetwork

__all__ = ["mixing_test", "stratified_test"]

_CELLS = Statistic(square_counts, "citations", "", per="cell")
_AT_ONCE = 1_000_000  # cells of drawn matrices that a statistic takes at once


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
        "counts" (every cell) or a name in `STATISTICS`: "ei", "cross_share", "assortativity", "modularity",
        "odds_ratio" (two groups), "dyad_odds_ratio", "freeman"; one value a group: "ei_citing", "ei_cited", "coleman",
        "coleman_in_time", "inbreeding", "insularity" (three groups or more); one value a cell: "preference".
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
        If the groups were detected in the network, a choice is unknown, or null "lists" (whose draws are no counts) is
        asked for a statistic that needs counts.

    Examples
    --------
    >>> import pandas as pd
    >>> works = pd.DataFrame({"year": [1990] * 4 + [2000] * 4, "field": list("xxyyxxyy")}, index=list("abcdefgh"))
    >>> net = CitationNetwork(works, [4, 4, 5, 6, 6, 7], [0, 1, 0, 2, 3, 2])
    >>> mixing_test(net, "field").to_frame().loc[("x", "y"), ["observed", "expected"]].tolist()
    [0.0, 1.5]
    """
    model = find_null(null).null
    check_choice("statistic", statistic, ["counts", *STATISTICS])
    what = STATISTICS.get(statistic, _CELLS)
    if what.counts_only and isinstance(model, ListNull):
        possible = ["counts", *(name for name, one in STATISTICS.items() if not one.counts_only)]
        raise InputError(
            f'statistic={statistic!r} needs counts, and the cells that null="lists" draws may be fractions or below 0; '
            f"take another null, or one of {', '.join(possible)}"
        )
    arcs, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    if arcs.k < 2 and (what is not _CELLS or not arcs.k):
        return _without_groups(arcs, what, null)
    linear = what is _CELLS or what.weights is not None
    if n_draws is None and linear and isinstance(model, ClosedFormNull):
        return _closed_form(arcs, what, model, null)
    return _drawn(arcs, what, null, 9_999 if n_draws is None else check_draws(n_draws), rng)


def _without_groups(arcs: LabelledArcs, what: Statistic, null: str) -> NullTest:
    """Return what is known of no group, or of a single one: nothing, in the shape of the statistic."""
    nan = scalar(np.full(what.shape(arcs.k), np.nan))
    reason = _reason(arcs.names, arcs.counts(), what, nan, null)
    return NullTest(what.label, nan, null, nan, nan, names=arcs.names, reason=reason)


def _closed_form(arcs: LabelledArcs, what: Statistic, model: ClosedFormNull, null: str) -> NullTest:
    arcs, stratum = model.prepare(arcs)
    test = _exact(what, model.law(arcs, stratum), arcs.names, null)
    if not isinstance(model, StratifiedNull):
        return test
    return _noted(test, self_cited(arcs, stratum, model.strata), arcs.index.size)


def _noted(test: NullTest, meetings: float, n_citations: int) -> NullTest:
    """Say in the reason of a test where the shuffle would let papers cite themselves."""
    return replace(test, reason="; ".join(filter(None, [test.reason, self_cited_note(meetings, n_citations)])))


def stratified_test(cells: Cells, what: Statistic | None, null: Strata, meetings: float) -> NullTest:
    """Test counts, or a weighted sum of them, against shuffling within strata, in closed form.

    Parameters
    ----------
    cells : Cells
        Placed in their strata.
    what : Statistic or None
        A linear statistic; None for every cell.
    null : {"year-pairs", "citing-years", "configuration"}
    meetings : float
        Citations of papers of themselves that the shuffle expects.

    Returns
    -------
    NullTest
    """
    test = _exact(what or _CELLS, StratifiedLaw(cells.counts(), cells.margins()), cells.names, null)
    return _noted(test, meetings, cells.n_citations)


def _exact(what: Statistic, law: Law, names: tuple[str, ...], null: str) -> NullTest:
    counts = law.counts
    k, m, observed = len(counts), int(counts.sum()), what.function(counts)
    reason = _reason(names, counts, what, observed, null)
    if what.weights is None:
        expected, variance = law.moments()
        sd = np.sqrt(variance)
        return NullTest(
            what.label,
            observed,
            null,
            expected,
            sd,
            tails=law.tails(sd),
            names=names,
            reason=reason,
        )
    weights = what.weights(k) / max(1, m)
    mean, variance_of_sum = law.linear(weights) if m else (0.0, 0.0)
    return NullTest(
        name=what.label,
        statistic=float(observed),
        null=null,
        expected=float("nan") if np.isnan(observed) else mean,
        sd=float(np.sqrt(max(0.0, variance_of_sum))),
        distribution=law.distribution(weights) if m and k > 1 else None,
        names=names,
        reason=reason,
    )


def _drawn(arcs: LabelledArcs, what: Statistic, null: NullName, n_draws: int, rng: RngLike) -> NullTest:
    generator, seed = as_generator(rng)
    model = find_null(null).null
    left_out, arcs = _left_out(what, arcs)
    arcs, stratum = model.prepare(arcs)
    observed = what.of(arcs)
    if what.given is not None and isinstance(model, LabelNull):  # what is given moves with the labels
        drawn = np.array([what.of(one) for one in model.relabelled(arcs, stratum, n_draws, generator)])
    else:
        draws = model.draws(arcs, stratum, n_draws, generator)
        step = max(1, _AT_ONCE // max(1, arcs.k**2))
        drawn = np.concatenate([what.of(arcs, np.stack(part)) for part in _parts(draws, step)])
    mixing = model.note(arcs, stratum, generator) if isinstance(model, SwapNull) else ""
    if isinstance(model, LabelNull):
        mixing = undated_note(arcs.net.year, stratum)
    return drawn_test(
        what.label,
        observed,
        drawn,
        null,
        seed=seed,
        names=arcs.names,
        reason="; ".join(filter(None, [_reason(arcs.names, arcs.counts(), what, observed, null), left_out, mixing])),
    )


def _left_out(what: Statistic, arcs: LabelledArcs) -> tuple[str, LabelledArcs]:
    """Leave out the citations that a statistic in time does not count, whatever the null keeps, and say how many."""
    kept = what.prepare(arcs)
    lost = [f"{n} ({reason})" for reason, n in kept.excluded.items() if n != arcs.excluded.get(reason, 0)]
    return f"citations that do not count in time: {', '.join(lost)}" if lost else "", kept


def _parts(draws: Iterator[npt.NDArray[Any]], step: int) -> Iterator[list[npt.NDArray[Any]]]:
    while part := list(islice(draws, step)):
        yield part


_NO_YEAR = "a group at both ends"
_NEEDS = {  # what a citation needs to count, where that is not a group and a year at both ends
    "citing-years": f"{_NO_YEAR} and a year of the citing work",
    "configuration": _NO_YEAR,
    "labels": _NO_YEAR,
    "labels-and-degree": _NO_YEAR,
}


def _reason(
    names: tuple[str, ...], counts: npt.NDArray[Any], what: Statistic, observed: npt.ArrayLike, null: str
) -> str:
    if len(names) < 2:
        return "undefined: there is only one group" if names else "undefined: no work has a group"
    if not counts.any():
        needed = "a group and a year at both ends"
        return f"undefined: no citation has {needed if what.in_time else _NEEDS.get(null, needed)}"
    missing = np.isnan(observed)
    if what.per == "cell":  # one value for the two directions of each pair; the diagonal may be undefined for all
        missing = missing & ~np.eye(len(names), dtype=bool)
    if not missing.any():
        return "" if counts.all() else what.caution
    named = names if what.per == "group" else [f"{a} → {b}" for a in names for b in names] if what.per == "cell" else ()
    undefined = [name for name, nan in zip(named, np.ravel(missing), strict=False) if nan]
    of = f" of {', '.join(undefined)}" if undefined else ""
    return f"undefined{of}: {what.undefined}"
