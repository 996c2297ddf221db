"""Participation and within-module z: how a work's citations spread over groups, and how central it is to its own."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.drawn import check_draws
from citenet.bridging.inference import refuse_detected
from citenet.bridging.rewiring import rewired
from citenet.network import CitationNetwork
from citenet.partition import as_partition

__all__ = ["participation", "participation_test"]

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
_TIE = 1e-12


def participation(net: CitationNetwork, groups: object) -> pd.DataFrame:
    """Measure how evenly the citations of each work spread over groups, and how many stay in its own.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids

    Returns
    -------
    DataFrame, indexed by work id
        ``group`` (NA unlabelled), then for "out" (its references), "in" (those who cite it) and "total" (both):

        - ``links_…``: arcs whose other end has a group.
        - ``participation_…``: ``1 - sum_a (k_a / k)**2``, in [0, 1 - 1/K]; 0 where all links are with one group. NaN
          without links.
        - ``participation_rescaled_…``: the same times ``K / (K - 1)``, in [0, 1]; NaN with a single group.
        - ``z_…``: links with its own group, less the mean of the group, over the (population) standard deviation of
          the group. NaN for an unlabelled work and where all works of the group have as many.

        ``note`` says why a value is NaN. The references of works outside the corpus were not read: their "out" and
        "total" are NaN, and they do not count in the mean and deviation of these.

    Notes
    -----
    A work with many links reaches many groups by chance alone: see `participation_test`.

    References
    ----------
    .. [1] Guimerà & Amaral (2005). Functional cartography of complex metabolic networks. Nature 433, 895-900.

    Examples
    --------
    >>> works = pd.DataFrame({"field": list("xxyy")}, index=list("abcd"))
    >>> net = CitationNetwork(works, [3, 3, 3, 2], [0, 1, 2, 0])
    >>> participation(net, "field").loc["d", ["links_out", "participation_out"]].round(4).tolist()
    [3.0, 0.4444]
    """
    partition = as_partition(groups, net)
    labels, k = partition.labels, partition.n_groups
    ends = {"out": (net.citing, net.cited), "in": (net.cited, net.citing)}
    ends["total"] = (np.concatenate([net.citing, net.cited]), np.concatenate([net.cited, net.citing]))
    columns: dict[str, object] = {"group": pd.Series(partition.names_of(labels), index=net.ids, dtype="str")}
    notes = np.full(net.n_works, "", dtype=object)
    for direction, (ego, other) in ends.items():
        read = np.ones(net.n_works, bool) if direction == "in" else ~net.external
        links, spread, own = _spread(ego, labels[other], labels)
        z, flat = _within_z(own, labels, read, k)
        spread[~read] = np.nan
        columns[f"links_{direction}"] = np.where(read, links, np.nan)
        columns[f"participation_{direction}"] = spread
        columns[f"participation_rescaled_{direction}"] = spread * k / (k - 1) if k > 1 else np.full(spread.size, np.nan)
        columns[f"z_{direction}"] = z
        notes[read & (links == 0)] += f"no {_LINKS[direction]} with a group; "
        notes[read & flat] += f"all works of its group have as many {_LINKS[direction]} within it; "
    notes[net.external] += f"{_UNREAD}; "
    notes[labels < 0] += "no group; "
    if k < 2:
        notes += "only one group; "
    columns["note"] = pd.Series([note.removesuffix("; ") or None for note in notes], index=net.ids, dtype="str")
    return pd.DataFrame(columns, index=net.ids)


def participation_test(
    net: CitationNetwork,
    groups: object,
    *,
    direction: Literal["out", "in", "total"] = "out",
    n_draws: int = 199,
    rng: RngLike = None,
) -> pd.DataFrame:
    """Test whether the citations of each work spread over more groups than those of such a work would.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    direction : {"out", "in", "total"}
        Its references, those who cite it, or both.
    n_draws : int
        Networks drawn by swaps within (citing year, cited year): every work keeps its references per cited year and its
        citations per citing year.
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    DataFrame, indexed by work id
        ``group`` (NA unlabelled), ``observed`` (participation), ``expected``, ``sd``, ``z`` (NaN where the null leaves
        nothing to vary) and ``p`` (two-sided, for each work alone: not adjusted for the number of works). NaN for a
        work without links. Draws in which participation is undefined count as extreme. ``note`` says why a value is
        NaN. ``attrs`` of the table hold ``seed`` (what recreates the draws) and ``n_draws``.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1, 1, 2, 2], "field": list("xyxy")}, index=list("abcd"))
    >>> net = CitationNetwork(works, [2, 2, 3], [0, 1, 1])
    >>> participation_test(net, "field", n_draws=19, rng=1).loc["c", ["observed", "p"]].tolist()
    [0.5, 1.0]
    """
    check_choice("direction", direction, ["out", "in", "total"])
    check_draws(n_draws)
    partition = as_partition(groups, net)
    refuse_detected(partition)
    labels, n = partition.labels, net.n_works
    generator, seed = as_generator(rng)

    def spread(cited: npt.NDArray[np.int32]) -> Floats:
        ends = {"out": (net.citing, cited), "in": (cited, net.citing)}
        ego, other = ends.get(direction, (np.concatenate([net.citing, cited]), np.concatenate([cited, net.citing])))
        return _spread(ego, labels[other], labels)[1]

    observed = spread(net.cited)
    if direction != "in":
        observed[net.external] = np.nan
    total, squares = np.zeros(n), np.zeros(n)
    defined, above, below = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    for cited in rewired(net, n_draws, generator):
        drawn = spread(cited)
        known = ~np.isnan(drawn)
        departure = np.where(known, drawn - np.nan_to_num(observed), 0.0)  # from the observed: no digits are lost
        total, squares, defined = total + departure, squares + departure**2, defined + known
        above, below = above + (~known | (departure >= -_TIE)), below + (~known | (departure <= _TIE))
    mean = np.divide(total, defined, out=np.full(n, np.nan), where=defined > 0)
    variance = np.divide(squares - defined * mean**2, defined - 1, out=np.full(n, np.nan), where=defined > 1)
    undefined = np.isnan(observed)
    sd = np.sqrt(np.where(variance > _TIE, variance, variance * 0.0))  # NaN stays; what rounding leaves is 0
    sd[undefined] = np.nan
    z = np.divide(-mean, sd, out=np.full(n, np.nan), where=sd > 0)
    p = np.minimum(1.0, 2 * (1 + np.minimum(above, below)) / (1 + n_draws))
    columns = {
        "group": pd.Series(partition.names_of(labels), index=net.ids, dtype="str"),
        "observed": observed,
        "expected": observed + mean,
        "sd": sd,
        "z": z,
        "p": np.where(undefined, np.nan, p),
    }
    notes = np.full(n, None, dtype=object)
    notes[sd == 0] = "the null leaves nothing to vary"
    notes[undefined] = f"no {_LINKS[direction]} with a group"
    if direction != "in":
        notes[net.external] = _UNREAD
    table = pd.DataFrame({**columns, "note": pd.Series(notes, index=net.ids, dtype="str")}, index=net.ids)
    table.attrs.update(seed=seed, n_draws=n_draws)
    return table


_UNREAD = "outside the corpus, its references were not read"
_LINKS = {"out": "references", "in": "citations", "total": "links"}


def _spread(
    ego: npt.NDArray[np.int32], other_group: Labels, labels: Labels
) -> tuple[npt.NDArray[np.int64], Floats, npt.NDArray[np.int64]]:
    """Links of each work with labelled works, participation, and links with its own group."""
    n, k = labels.size, int(labels.max(initial=0)) + 1
    known = other_group >= 0
    ego, other_group = ego[known], other_group[known]
    links = np.bincount(ego, minlength=n)
    cell, count = np.unique(ego.astype(np.int64) * k + other_group, return_counts=True)
    squares = np.bincount(cell // k, count.astype(float) ** 2, minlength=n)
    linked = links > 0
    spread = 1 - np.divide(squares, links.astype(float) ** 2, out=np.full(n, np.nan), where=linked)
    return links, spread, np.bincount(ego[labels[ego] == other_group], minlength=n)


def _within_z(own: npt.NDArray[np.int64], labels: Labels, read: Mask, k: int) -> tuple[Floats, Mask]:
    """Compute the standard score of the links within the own group, and where the group leaves it undefined."""
    member = read & (labels >= 0)
    group, value = labels[member], own[member].astype(float)
    size = np.maximum(1, np.bincount(group, minlength=k))
    mean = np.bincount(group, value, minlength=k) / size
    centred = value - mean[group]
    sd = np.sqrt(np.bincount(group, centred**2, minlength=k) / size)
    low, high = np.full(k, np.inf), np.full(k, -np.inf)
    np.minimum.at(low, group, value)
    np.maximum.at(high, group, value)
    varies = (high > low)[group]  # a deviation of rounding errors is none
    z, flat = np.full(labels.size, np.nan), np.zeros(labels.size, bool)
    z[member] = np.divide(centred, sd[group], out=np.full(centred.size, np.nan), where=varies)
    flat[member] = ~varies
    return z, flat
