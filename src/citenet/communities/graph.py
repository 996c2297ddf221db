"""LinkGraph: what community detection works on; both directions of every link side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from citenet._support.choices import check_choice
from citenet._support.kernel import kernel
from citenet.communities.similarity import bibliographic_coupling, co_citation
from citenet.errors import InputError
from citenet.network import CitationNetwork, check_network

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["LinkGraph", "Weights", "link_graph"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer[Any]]
Weights = Literal["arcs", "fractional", "coupling", "co-citation"]
WEIGHTS = ("arcs", "fractional", "coupling", "co-citation")
LARGEST = 1e100  # weight of a link


@dataclass(frozen=True, eq=False)
class LinkGraph:
    """Links between positions 0 … n-1, each stored at both of its ends.

    Parameters
    ----------
    start : ndarray of int64, shape (n + 1,)
        Where each node's neighbours begin.
    neighbour : ndarray of int32, shape (2 × links,)
    weight : ndarray of float64, shape (2 × links,) or (0,)
        Weights > 0; empty where every link weighs 1.
    out, into : ndarray of float64, shape (n,)
        Weight of the arcs that leave and reach each node. Without direction both are half of the node's weight.
    directed : bool
        Whether ``out`` and ``into`` keep the direction of the arcs.
    """

    start: Ints
    neighbour: Ints
    weight: Floats
    out: Floats
    into: Floats
    directed: bool

    @property
    def n(self) -> int:
        """Number of nodes."""
        return int(self.start.size - 1)

    @property
    def total(self) -> float:
        """Weight of all links, each counted once."""
        return float(self.out.sum())

    @property
    def isolated(self) -> npt.NDArray[np.bool_]:
        """Nodes without a link, shape (n,)."""
        lonely: npt.NDArray[np.bool_] = np.diff(self.start) == 0
        return lonely

    def undirected(self) -> LinkGraph:
        """Return the graph with the direction of its arcs forgotten."""
        half = (self.out + self.into) / 2
        return LinkGraph(self.start, self.neighbour, self.weight, half, half, directed=False)

    @classmethod
    def from_arcs(
        cls, n: int, citing: npt.NDArray[np.int32], cited: npt.NDArray[np.int32], weight: Floats | None = None
    ) -> LinkGraph:
        """Build the graph of arcs in order of (citing, cited); parallel arcs are kept, loops are not allowed.

        Parameters
        ----------
        n : int
            Number of nodes.
        citing, cited : ndarray of int32, shape (m,)
        weight : ndarray of float64, shape (m,), optional
            Weights > 0; by default 1 each.
        """
        out = np.bincount(citing, weight, minlength=n).astype(np.float64)
        into = np.bincount(cited, weight, minlength=n).astype(np.float64)
        start = np.zeros(n + 1, np.int64)
        np.cumsum(np.bincount(citing, minlength=n) + np.bincount(cited, minlength=n), out=start[1:])
        neighbour = np.empty(2 * citing.size, np.int32)
        weights = np.empty(0 if weight is None else 2 * citing.size)
        given = np.empty(0) if weight is None else weight
        scatter = _scatter.sized(10 * citing.size)
        scatter(citing.copy(), cited.copy(), given, start[:-1].copy(), neighbour, weights)
        return cls(start, neighbour, weights, out, into, directed=True)

    @classmethod
    def from_matrix(cls, matrix: sparse.csr_array) -> LinkGraph:
        """Build the graph of a symmetric sparse matrix of similarities; its diagonal and zeros are left out.

        Raises
        ------
        InputError
            If the matrix is not square and symmetric, or has negative, infinite, huge or complex entries.
        """
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
            raise InputError(f"the matrix of similarities must be square; its shape is {matrix.shape}")
        if matrix.dtype.kind not in "biuf":
            raise InputError(f"similarities must be real numbers; these are {matrix.dtype}")
        links = matrix.tocsr(copy=True).astype(np.float64)
        if links.nnz and not (np.isfinite(links.data).all() and links.data.min() >= 0):
            raise InputError("similarities must be finite and at least 0")
        if links.nnz and links.data.max() > LARGEST:
            raise InputError(f"similarities must not be above {LARGEST:g}, or their products overflow: divide them all")
        links.setdiag(0)
        links.eliminate_zeros()
        links.sum_duplicates()
        gap = abs(links - links.T)
        if gap.nnz and gap.max() > 1e-9 * links.max():
            raise InputError("the matrix of similarities must be symmetric; pass matrix + matrix.T if that is meant")
        half = np.asarray(links.sum(axis=1)).ravel() / 2
        start, neighbour = links.indptr.astype(np.int64), links.indices.astype(np.int32)
        return cls(start, neighbour, links.data, half, half, directed=False)


def link_graph(net: CitationNetwork, weights: Weights | sparse.csr_array = "arcs") -> LinkGraph:
    """Build the graph that communities are sought in.

    Parameters
    ----------
    net : CitationNetwork
    weights : {"arcs", "fractional", "coupling", "co-citation"} or csr_array, shape (n_works, n_works)
        "arcs": each citation counts 1. "fractional": each work's relations add up to 1 at its own end (Waltman & van
        Eck 2012). "coupling", "co-citation": shared references, joint citations. Or a symmetric array of similarities
        in the order of ``net.ids``, such as those two with a normalisation.

    References
    ----------
    Waltman, L. & van Eck, N. J. (2012). JASIST 63, 2378.
    """
    check_network(net)
    if not isinstance(weights, str):
        if not hasattr(weights, "tocsr"):
            raise InputError(
                f"weights is a {type(weights).__name__}; it must be {', '.join(map(repr, WEIGHTS))} or a sparse array "
                "(scipy.sparse.csr_array makes one of a dense array)"
            )
        if weights.shape != (net.n_works, net.n_works):
            raise InputError(f"weights has shape {weights.shape}; the network has {net.n_works} works")
        return LinkGraph.from_matrix(weights)
    check_choice("weights", weights, WEIGHTS)
    if weights == "arcs":
        return LinkGraph.from_arcs(net.n_works, net.citing, net.cited)
    if weights == "fractional":
        return _fractional(net)
    return LinkGraph.from_matrix(bibliographic_coupling(net) if weights == "coupling" else co_citation(net))


def _fractional(net: CitationNetwork) -> LinkGraph:
    """Weigh a relation 1/k at each end with k relations; two works that cite each other have one relation."""
    low, high = np.minimum(net.citing, net.cited), np.maximum(net.citing, net.cited)
    pairs = np.unique(low.astype(np.int64) * max(net.n_works, 1) + high)
    low, high = (pairs // max(net.n_works, 1)).astype(np.int32), (pairs % max(net.n_works, 1)).astype(np.int32)
    relations = np.bincount(low, minlength=net.n_works) + np.bincount(high, minlength=net.n_works)
    weight = 1 / relations[low] + 1 / relations[high]
    return LinkGraph.from_arcs(net.n_works, low, high, weight).undirected()


@kernel
def _scatter(citing: Ints, cited: Ints, given: Floats, slot: Ints, neighbour: Ints, weight: Floats) -> None:
    """Write every arc at both its ends; ``slot`` says where each node's next neighbour goes."""
    for e in range(len(citing)):
        i = citing[e]
        j = cited[e]
        neighbour[slot[i]] = j
        neighbour[slot[j]] = i
        if len(given) > 0:
            weight[slot[i]] = given[e]
            weight[slot[j]] = given[e]
        slot[i] += 1
        slot[j] += 1
