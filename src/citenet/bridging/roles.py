"""Brokerage roles: between which groups a work passes ideas on (Gould and Fernandez)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice
from citenet._support.rng import RngLike, as_generator
from citenet.bridging.drawn import check_draws, drawn_test
from citenet.bridging.inference import NullTest, refuse_detected
from citenet.bridging.relabelling import alike, permuted_within, strata_of_works, undated_note
from citenet.bridging.rewiring import rewired
from citenet.network import CitationNetwork
from citenet.partition import as_partition

__all__ = ["ROLES", "brokerage_roles", "brokerage_test"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]
Triples = tuple[Ints, Ints, Ints, Floats]
ROLES = ("coordinator", "itinerant", "importer", "exporter", "liaison")
_BLOCK = 1_000_000  # triples looked at together
_KEPT = 5_000_000  # triples kept for relabelling; more are listed anew for each draw


def brokerage_roles(net: CitationNetwork, groups: object) -> pd.DataFrame:
    """Count the roles in which each work passes on ideas from a work it cites to a work that cites it.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids

    Returns
    -------
    DataFrame, indexed by work id
        ``group`` (NA unlabelled) and, per role, the triples (recipient cites broker, broker cites source, recipient
        does not cite source, all three with a group) in which the work is the broker; ``total`` over the roles; and the
        same as ``…_partial``, each triple divided by the number of works between the same source and recipient. 0 for a
        work that cites nothing or is not cited. NaN, with a ``note``, for one without a group or outside the corpus.

        - coordinator: all three of one group.
        - itinerant: source and recipient of one group, broker of another (consultant).
        - importer: broker and recipient of one group, source of another (gatekeeper).
        - exporter: source and broker of one group, recipient of another (representative).
        - liaison: three groups.

    Notes
    -----
    Roles are read on the idea flow, from source to recipient; on the citations importer and exporter change places.
    Time grows with the paths of two citations, memory does not.

    References
    ----------
    .. [1] Gould & Fernandez (1989). Structures of mediation: a formal approach to brokerage in transaction networks.
       Sociological Methodology 19, 89-126.

    Examples
    --------
    >>> works = pd.DataFrame({"field": list("xyy")}, index=["source", "broker", "recipient"])
    >>> net = CitationNetwork(works, [1, 2], [0, 1])
    >>> brokerage_roles(net, "field").loc["broker", "importer"].item()
    1.0
    """
    partition = as_partition(groups, net)
    labels, n = partition.labels, net.n_works
    raw, partial = np.zeros((n, len(ROLES))), np.zeros((n, len(ROLES)))
    for recipient, broker, source, between in _open_triples(net.citing, net.cited, n):
        role, known = _role(labels[source], labels[broker], labels[recipient])
        cell = broker[known] * len(ROLES) + role
        raw += np.bincount(cell, minlength=raw.size).reshape(raw.shape)
        partial += np.bincount(cell, 1 / between[known], minlength=raw.size).reshape(raw.shape)
    undefined = (labels < 0) | net.external
    raw[undefined] = partial[undefined] = np.nan
    columns: dict[str, object] = {"group": pd.Series(partition.names_of(labels), index=net.ids, dtype="str")}
    for values, ending in ((raw, ""), (partial, "_partial")):
        columns |= {f"{role}{ending}": values[:, i] for i, role in enumerate(ROLES)}
        columns[f"total{ending}"] = values.sum(1)
    notes = np.full(n, None, dtype=object)
    notes[net.external] = "outside the corpus: its references were not read"
    notes[labels < 0] = "no group"
    columns["note"] = pd.Series(notes, index=net.ids, dtype="str")
    return pd.DataFrame(columns, index=net.ids)


def brokerage_test(
    net: CitationNetwork,
    groups: object,
    *,
    null: Literal["labels", "year-pairs"] = "year-pairs",
    n_draws: int = 999,
    rng: RngLike = None,
) -> NullTest:
    """Test how often each brokerage role occurs in the network.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused.
    null : {"labels", "year-pairs"}
        "year-pairs" keeps the labels and who cites and is cited when, and swaps who cites whom. "labels" keeps the
        graph and shuffles labels among the labelled works of one year that cite, and are cited, about as often.
    n_draws : int
    rng : None, int, SeedSequence or Generator

    Returns
    -------
    NullTest
        One value per role: triples in the whole network (raw counts, as in `brokerage_roles`). z is NaN where the null
        leaves nothing to vary (liaison with two groups).

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1, 1, 2, 3, 3], "field": list("xyxyx")}, index=list("abcde"))
    >>> net = CitationNetwork(works, [2, 3, 4], [0, 2, 2])
    >>> brokerage_test(net, "field", n_draws=19, rng=1).to_frame()["observed"].to_dict()
    {'coordinator': 1.0, 'itinerant': 0.0, 'importer': 0.0, 'exporter': 1.0, 'liaison': 0.0}
    """
    check_choice("null", null, ["labels", "year-pairs"])
    check_draws(n_draws)
    partition = as_partition(groups, net)
    refuse_detected(partition)
    generator, seed = as_generator(rng)
    labels = partition.labels
    observed = _totals(_open_triples(net.citing, net.cited, net.n_works), labels)
    reasons = [] if partition.n_groups > 1 else ["there is only one group: every broker is a coordinator"]
    if null == "labels":
        stratum = _stratum(net, labels)
        reasons.append(undated_note(net.year, stratum))
        found = list(_relabelled(net, labels, stratum, n_draws, generator))
    else:
        drawn = rewired(net, n_draws, generator)
        found = [_totals(_open_triples(net.citing, cited, net.n_works), labels) for cited in drawn]
    return drawn_test(
        "brokerage roles",
        observed,
        found,
        "labels within year and citations" if null == "labels" else null,
        seed=seed,
        names=ROLES,
        reason="; ".join(filter(None, reasons)),
    )


def _stratum(net: CitationNetwork, labels: Labels) -> npt.NDArray[np.int64]:
    """Give works of one year and about as many citations one number; -1 without label."""
    made, received = (np.bincount(end, minlength=net.n_works) for end in (net.citing, net.cited))
    return np.where(labels >= 0, strata_of_works(net.year, alike(made), alike(received)), -1)


def _relabelled(
    net: CitationNetwork, labels: Labels, stratum: npt.NDArray[np.int64], n_draws: int, rng: np.random.Generator
) -> Iterator[Floats]:
    """Totals of the roles with labels shuffled within strata."""
    made, received = (np.bincount(end, minlength=net.n_works) for end in (net.citing, net.cited))
    blocks: list[Triples] | None = None
    if float(made.astype(float) @ received) <= _KEPT:
        blocks = list(_open_triples(net.citing, net.cited, net.n_works))
    for shuffled in permuted_within(labels, stratum, n_draws, rng):
        yield _totals(_open_triples(net.citing, net.cited, net.n_works) if blocks is None else blocks, shuffled)


def _totals(triples: Iterator[Triples] | list[Triples], labels: Labels) -> Floats:
    total = np.zeros(len(ROLES))
    for recipient, broker, source, _ in triples:
        role, _ = _role(labels[source], labels[broker], labels[recipient])
        total += np.bincount(role, minlength=len(ROLES))
    return total


def _role(source: Labels, broker: Labels, recipient: Labels) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Role of each triple whose three works have a group (a position in `ROLES`), and which triples these are."""
    known = (source >= 0) & (broker >= 0) & (recipient >= 0)
    s, j, r = source[known], broker[known], recipient[known]
    role = np.select([(s == j) & (j == r), s == r, j == r, s == j], [0, 1, 2, 3], 4)
    return role.astype(np.int64), known


def _open_triples(citing: Labels, cited: Labels, n: int) -> Iterator[Triples]:
    """Triples recipient, broker, source of which the recipient does not cite the source, and how many stand between.

    Arcs are in order of ``citing``. Block by block of recipients, so that no block holds many more than `_BLOCK`.
    """
    start = np.concatenate([[0], np.cumsum(np.bincount(citing, minlength=n))]).astype(np.int64)
    length = np.diff(start)
    reach = np.concatenate([[0], np.cumsum(length[cited])])[start]  # paths of two citations before each recipient
    block = (reach[1:] - 1) // _BLOCK if n else reach[1:]
    bounds = [*np.flatnonzero(np.diff(block, prepend=-2)).tolist(), n]
    for low, high in zip(bounds[:-1], bounds[1:], strict=True):
        arcs = slice(start[low], start[high])
        times = length[cited[arcs]]
        recipient = np.repeat(citing[arcs].astype(np.int64), times)
        broker = np.repeat(cited[arcs].astype(np.int64), times)
        offset = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        source = cited[start[broker] + offset].astype(np.int64)
        pair = recipient * n + source
        direct = np.isin(pair, citing[arcs].astype(np.int64) * n + cited[arcs])
        kept = ~direct & (source != recipient)
        recipient, broker, source, pair = recipient[kept], broker[kept], source[kept], pair[kept]
        _, which, count = np.unique(pair, return_inverse=True, return_counts=True)
        yield recipient, broker, source, count[which].astype(float)
