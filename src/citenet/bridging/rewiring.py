"""Whole networks drawn from the null that respects time, for measures that need more than the mixing matrix."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from citenet.bridging.mixing import LabelledArcs
from citenet.bridging.stratified import strata_of
from citenet.bridging.swaps import swap_chain
from citenet.errors import NullModelError
from citenet.network import CitationNetwork

__all__ = ["rewired"]


def rewired(net: CitationNetwork, n_draws: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.int32]]:
    """Draw who is cited by each citation, by swaps within (citing year, cited year).

    Parameters
    ----------
    net : CitationNetwork
    n_draws : int
    rng : numpy.random.Generator

    Yields
    ------
    ndarray of int32, shape (n_citations,)
        The cited work of each citation. Every paper keeps its references per cited year, every work its citations per
        citing year; nothing is cited twice by one paper. Citations without two years, or within one year, stay.
    """
    every = LabelledArcs(net, np.zeros(net.n_works, np.int32), ("all",), np.arange(net.n_citations), {})
    arcs, stratum = strata_of(every, "year-pairs")
    try:
        for cited, _ in swap_chain(arcs, stratum, n_draws, rng):
            drawn = net.cited.copy()
            drawn[arcs.index] = cited
            yield drawn
    except NullModelError:  # nothing can be swapped: the null holds the observed network alone
        for _ in range(n_draws):
            yield net.cited.copy()
