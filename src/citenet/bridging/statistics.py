"""Statistics of a mixing matrix: pure functions of counts, shape (..., k, k) in.

Out comes one value (...), one a group (..., k), or one a cell (..., k, k).

Rows cite, columns are cited. Undefined is NaN. A new statistic is one function, here or in a module of its own, and one
line in `STATISTICS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from citenet._support.arithmetic import quotient
from citenet.bridging.availability import arcs_in_time, feasible_pairs
from citenet.bridging.homophily import (
    available_shares,
    beyond_share,
    coleman,
    freeman,
    group_sizes,
    inbreeding_homophily,
)
from citenet.bridging.insularity import insularity
from citenet.bridging.mixing import LabelledArcs, square_counts
from citenet.bridging.odds import dyad_odds_ratio, odds_ratio

__all__ = [
    "STATISTICS",
    "Statistic",
    "assortativity",
    "cross_share",
    "directed_modularity",
    "ei_cited",
    "ei_citing",
    "ei_index",
    "preference",
]

Floats = npt.NDArray[np.float64]


def cross_share(counts: npt.ArrayLike) -> Floats:
    """Share of citations that cross a border between groups.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (...)
        In [0, 1]; NaN without citations or with a single group.

    Examples
    --------
    >>> cross_share([[8, 2], [1, 9]]).item()
    0.15
    """
    matrix = square_counts(counts)
    total = _total(matrix)
    return _ratio(total - _trace(matrix), total, matrix)


def ei_index(counts: npt.ArrayLike) -> Floats:
    """Compute the E-I index: external minus internal citations, over all of them.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (...)
        In [-1, 1]; -1 all internal, 1 all external. It is not 0 for random citing: report its null mean beside it.
        NaN without citations or with a single group.

    References
    ----------
    .. [1] Krackhardt & Stern (1988). Informal networks and organizational crises: an experimental simulation.
       Social Psychology Quarterly 51, 123-140.

    Examples
    --------
    >>> ei_index([[30, 5], [4, 11]]).item()
    -0.64
    """
    matrix = square_counts(counts)
    total = _total(matrix)
    return _ratio(total - 2 * _trace(matrix), total, matrix)


def ei_citing(counts: npt.ArrayLike) -> Floats:
    """Compute the E-I index of what each group cites.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (..., k)
        ``(R_a - 2 M_aa) / R_a`` of the citations a group makes, in [-1, 1]; NaN where it makes none, or is the only
        group.

    Examples
    --------
    >>> ei_citing([[30, 5], [4, 11]]).round(4).tolist()
    [-0.7143, -0.4667]
    """
    matrix = square_counts(counts)
    made = matrix.sum(-1)
    return _ratio(made - 2 * np.diagonal(matrix, axis1=-2, axis2=-1), made, matrix)


def ei_cited(counts: npt.ArrayLike) -> Floats:
    """Compute the E-I index of being cited: as `ei_citing`, of the citations each group receives.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (..., k)
        ``(C_a - 2 M_aa) / C_a``, in [-1, 1]; NaN where a group is not cited, or is the only one.

    Examples
    --------
    >>> ei_cited([[30, 5], [4, 11]]).round(4).tolist()
    [-0.7647, -0.375]
    """
    return ei_citing(np.swapaxes(square_counts(counts), -1, -2))


def assortativity(counts: npt.ArrayLike) -> Floats:
    """Compute Newman's assortativity coefficient of a directed mixing matrix.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (...)
        At most 1; 0 where citing and cited group are independent. NaN where one group takes all citations.

    Notes
    -----
    ``(sum e_aa - sum a_a b_a) / (1 - sum a_a b_a)`` with ``e = M / m`` and its row and column sums ``a, b``.

    References
    ----------
    .. [1] Newman (2003). Mixing patterns in networks. Physical Review E 67, 026126.

    Examples
    --------
    >>> round(assortativity([[30, 5], [4, 11]]).item(), 6)
    0.579439
    """
    matrix = square_counts(counts)
    total = _total(matrix)
    by_chance = (matrix.sum(-1) * matrix.sum(-2)).sum(-1)
    return _ratio(total * _trace(matrix) - by_chance, total**2 - by_chance, matrix)


def directed_modularity(counts: npt.ArrayLike, resolution: float = 1.0) -> Floats:
    """Compute the directed modularity of a given partition from its mixing matrix.

    Parameters
    ----------
    counts : array_like, shape (..., k, k)
    resolution : float
        Weight of the expectation.

    Returns
    -------
    ndarray, shape (...)
        ``sum_a (M_aa / m - resolution R_a C_a / m**2)``; NaN without citations or with a single group.

    References
    ----------
    .. [1] Leicht & Newman (2008). Community structure in directed networks. Physical Review Letters 100, 118703.

    Examples
    --------
    >>> round(directed_modularity([[30, 5], [4, 11]]).item(), 6)
    0.248
    """
    matrix = square_counts(counts)
    total = _total(matrix)
    by_chance = (matrix.sum(-1) * matrix.sum(-2)).sum(-1)
    return _ratio(total * _trace(matrix) - resolution * by_chance, total**2, matrix)


def preference(counts: npt.ArrayLike) -> Floats:
    """Compute each group's preference for citing each other one (Schubert and Glänzel).

    Parameters
    ----------
    counts : array_like, shape (..., k, k)

    Returns
    -------
    ndarray, shape (..., k, k)
        ``(M_ab / R_a) / (C_b / (m - R_a))``: the share of b in what a cites, over what b receives per citation that
        the other groups make. NaN on the diagonal, where a cites nothing or alone cites, and where b is not cited.

    Notes
    -----
    Citations that a itself makes to b count in ``C_b``, so that it is not 1 for citing without preference, and it does
    not know time: observed/expected does (`mixing_test` of "counts"). Test it to know what to expect.

    Examples
    --------
    >>> preference([[30, 5], [4, 11]]).round(4).tolist()
    [[nan, 0.1339], [0.2745, nan]]
    """
    matrix = square_counts(counts)
    made, received = matrix.sum(-1, keepdims=True), matrix.sum(-2, keepdims=True)
    others = _total(matrix)[..., None, None] - made
    apart = ~np.eye(matrix.shape[-1], dtype=bool)
    found = np.full(matrix.shape, np.nan)
    np.divide(matrix * others, made * received, out=found, where=apart & (made * received * others > 0))
    return found


@dataclass(frozen=True)
class Statistic:
    """A statistic of counts that can be tested against any null.

    Parameters
    ----------
    function : callable
        Counts (..., k, k) to values (...), (..., k) for one a group, or (..., k, k) for one a cell.
    label : str
        How it is called in results.
    undefined : str
        Where it is NaN, in words.
    weights : callable or None
        For a statistic ``sum w_ab M_ab / m``: k to the weights w, shape (k, k). It then has moments in closed form.
    given : callable or None
        What else the function takes, as its second argument, from the labelled citations: the sizes of the groups, say.
    per : {"whole", "group", "cell"}
        What it has one value for.
    caution : str
        What to keep in mind where a cell of the mixing matrix is empty.
    in_time : bool
        What is given counts the works that were there to be cited, so that only citations of them may count.
    counts_only : bool
        It multiplies, divides or compares cells, so that it says nothing of cells that are fractions or below 0.
    """

    function: Callable[..., Floats]
    label: str
    undefined: str
    weights: Callable[[int], Floats] | None = None
    given: Callable[[LabelledArcs], Floats] | None = None
    per: Literal["whole", "group", "cell"] = "whole"
    caution: str = ""
    in_time: bool = False
    counts_only: bool = False

    def shape(self, k: int) -> tuple[int, ...]:
        """Shape of the values of k groups."""
        return {"whole": (), "group": (k,), "cell": (k, k)}[self.per]

    def prepare(self, arcs: LabelledArcs) -> LabelledArcs:
        """Return the arcs that count: where the statistic is one in time, those of dated works to no later ones."""
        return arcs_in_time(arcs) if self.in_time else arcs

    def of(self, arcs: LabelledArcs, counts: npt.ArrayLike | None = None) -> Floats:
        """Compute the statistic of labelled citations, or of counts drawn from a null that keeps their labels."""
        others = () if self.given is None else (self.given(arcs),)
        return self.function(arcs.counts() if counts is None else counts, *others)


_NOTHING = "there is no citation, or only one group"
STATISTICS: Mapping[str, Statistic] = {
    "ei": Statistic(ei_index, "E-I index", _NOTHING, weights=lambda k: np.ones((k, k)) - 2 * np.eye(k)),
    "cross_share": Statistic(
        cross_share, "share of citations that cross", _NOTHING, weights=lambda k: np.ones((k, k)) - np.eye(k)
    ),
    "assortativity": Statistic(assortativity, "assortativity", "one group takes all citations"),
    "modularity": Statistic(directed_modularity, "directed modularity", _NOTHING),
    "odds_ratio": Statistic(
        odds_ratio,
        "odds ratio",
        "a group does not cite, or is not cited",
        caution="a cell is empty: 0.5 is added to all four (Haldane-Anscombe)",
        counts_only=True,
    ),
    "dyad_odds_ratio": Statistic(
        dyad_odds_ratio,
        "odds ratio of pairs",
        "there are no pairs within or between groups",
        given=feasible_pairs,
        in_time=True,
        counts_only=True,
    ),
    "freeman": Statistic(
        freeman,
        "Freeman's segregation index",
        "there is no citation, or no pair between groups",
        given=feasible_pairs,
        in_time=True,
    ),
    "ei_citing": Statistic(ei_citing, "E-I index of what is cited", "it cites nothing", per="group"),
    "ei_cited": Statistic(ei_cited, "E-I index of being cited", "it is not cited", per="group"),
    "coleman": Statistic(
        coleman,
        "Coleman's homophily index",
        "it cites nothing or nothing could lie beyond chance",
        given=group_sizes,
        per="group",
        counts_only=True,
    ),
    "coleman_in_time": Statistic(
        beyond_share,
        "Coleman's homophily index in time",
        "it cites nothing or nothing could lie beyond chance",
        given=available_shares,
        per="group",
        in_time=True,
        counts_only=True,
    ),
    "inbreeding": Statistic(
        inbreeding_homophily, "inbreeding homophily", "it cites nothing", given=group_sizes, per="group"
    ),
    "insularity": Statistic(
        insularity,
        "insularity (quasi-independence)",
        "a group has no citations with others, or takes part in every one that crosses",
        per="group",
        counts_only=True,
    ),
    "preference": Statistic(
        preference,
        "preference (Schubert-Glänzel)",
        "the first cites nothing or alone cites, or the second is not cited",
        per="cell",
        counts_only=True,
    ),
}


def _total(matrix: Floats) -> Floats:
    total: Floats = matrix.sum((-2, -1))
    return total


def _trace(matrix: Floats) -> Floats:
    trace: Floats = np.trace(matrix, axis1=-2, axis2=-1)
    return trace


def _ratio(above: Floats, below: Floats, matrix: Floats) -> Floats:
    """Quotient; NaN where the divisor is 0 or there is only one group."""
    if matrix.shape[-1] < 2:
        return np.full(np.shape(above), np.nan)
    return quotient(above, below)
