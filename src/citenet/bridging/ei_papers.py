"""The E-I index of each paper, beside what the years of its references would give."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.bridging.inference import refuse_detected
from citenet.bridging.mixing import Unlabelled, label_arcs
from citenet.bridging.stratified import Strata, margins, strata_of
from citenet.network import CitationNetwork

__all__ = ["ei_by_paper"]

Floats = npt.NDArray[np.float64]


def ei_by_paper(
    net: CitationNetwork, groups: object, *, null: Strata = "year-pairs", unlabelled: Unlabelled = "drop"
) -> pd.DataFrame:
    """Compute the E-I index of the references of each paper.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
        Assigned groups; groups detected in the same citations are refused, because an expectation stands beside.
    null : {"year-pairs", "citing-years", "configuration"}
        What the expectation holds fixed: see `mixing_test`.
    unlabelled : {"drop", "own", "error"}

    Returns
    -------
    DataFrame, indexed by work id
        ``group`` (NA unlabelled); ``references`` with a group (and the years the null takes) and how many are
        ``external``, to another group; ``ei``, external less internal over all of them, in [-1, 1]; its ``expected``
        value and ``sd`` where who is cited is shuffled among the citations of a stratum; ``z``. NaN, with the reason in
        ``note``, for a paper without such references. Most papers have too few references for z to say much alone.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [1990] * 3 + [2000] * 2, "field": list("xxyxy")}, index=list("abcde"))
    >>> net = CitationNetwork(works, [3, 3, 3, 4], [0, 1, 2, 2])
    >>> ei_by_paper(net, "field").loc[["d", "e"], ["references", "external", "ei", "expected"]].round(3).values.tolist()
    [[3.0, 1.0, -0.333, 0.0], [1.0, 0.0, -1.0, 0.0]]
    """
    labelled, partition = label_arcs(net, groups, unlabelled)
    refuse_detected(partition)
    arcs, stratum = strata_of(labelled, null)
    citing, n, k = net.citing[arcs.index], net.n_works, arcs.k
    given = margins(arcs.citing_group, arcs.cited_group, stratum, k)
    # One row for each (paper, stratum): so many of the m citations of the stratum are its own, drawn among them.
    pairs, drawn = np.unique(np.stack([citing, stratum]), axis=1, return_counts=True)
    paper, s = pairs
    m = given.total[s].astype(float)
    across = m - given.received[s, arcs.labels[paper]]
    mean = drawn * across / m
    variance = mean * (m - across) * (m - drawn) / (m * np.maximum(m - 1, 1))
    crosses = arcs.citing_group != arcs.cited_group
    made, external = np.bincount(citing, minlength=n), np.bincount(citing[crosses], minlength=n)
    expected, sd = np.bincount(paper, mean, minlength=n), np.sqrt(np.bincount(paper, variance, minlength=n))
    defined = (made > 0) & (k > 1)
    names = np.array([*arcs.names, None], dtype=object)  # the last entry serves label -1
    table = pd.DataFrame(
        {
            "group": pd.Series(names[arcs.labels], index=net.ids, dtype="str"),
            "references": made,
            "external": external,
            "ei": _share(2 * external - made, made, defined),
            "expected": _share(2 * expected - made, made, defined),
            "sd": _share(2 * sd, made, defined),
            "z": _share(external - expected, sd, defined & (sd > 0)),
        },
        index=net.ids,
    )
    notes = np.full(n, "only one group" if k < 2 else "no reference with a group and the years it takes", dtype=object)
    notes[defined] = ""
    notes[defined & (sd == 0)] = "the years of its references leave nothing to vary"
    notes[arcs.labels < 0] = "no group"
    notes[net.external & ~defined] = "outside the corpus, its references were not read"
    table["note"] = pd.Series([note or None for note in notes], index=net.ids, dtype="str")
    return table


def _share(above: npt.ArrayLike, below: npt.ArrayLike, defined: npt.NDArray[np.bool_]) -> Floats:
    shares: Floats = np.divide(above, below, out=np.full(defined.shape, np.nan), where=defined)
    return shares
