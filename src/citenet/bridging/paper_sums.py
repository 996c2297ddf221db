"""What each paper contributes to the measures of two groups, as sums of whole numbers over its references.

The measures hold products of counts over the size of a stratum. They are split among the citations by their first-order
expansion, ``(Q/m) p_i + (P/m) q_i - (P Q/m**2) m_i`` for ``P Q / m``: the parts add up to the sum. The weight of a
citation depends on its stratum and on the groups at its ends alone; as a whole number of units of ``2**-bits`` it adds
up in any order, in any engine, to the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from citenet.bridging.cells import Cells
from citenet.bridging.mixing import LabelledArcs

__all__ = ["PARTS", "PaperSums", "PairWeights", "pair_weights", "paper_sums", "summed_papers"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
A, B, OTHER = 0, 1, 2
PARTS = ("expected_ab", "expected_ba", "odds_inside", "odds_across", "share_a", "share_b")
_BITS = 36  # a paper of 100,000 references still adds up exactly in doubles
_ROOM = 61  # bits that the sum over all citations may take


@dataclass(frozen=True, eq=False)
class PairWeights:
    """What a citation adds to each of `PARTS`.

    Parameters
    ----------
    table : ndarray of int64, shape (s, 3, 3, 6)
        By stratum and by the roles (a, b, other) of the citing and the cited group; units of ``2**-bits``.
    roles : ndarray of int64, shape (k,)
        Role of each group.
    bits : int
    """

    table: Ints
    roles: Ints
    bits: int


@dataclass(frozen=True, eq=False)
class PaperSums:
    """Sums over the references of each labelled paper, papers in order of their id.

    Parameters
    ----------
    role : ndarray of int64, shape (p,)
        0 of group a, 1 of b, 2 of another.
    year : ndarray, shape (p,)
        NaN unknown.
    made, to_a, to_b : ndarray of int64, shape (p,)
        Citations that are tested: all, to works of a, to works of b.
    parts : ndarray of int64, shape (p, 6)
        Sums of `PARTS`, in units of ``2**-bits``.
    bits : int
    """

    role: Ints
    year: Floats
    made: Ints
    to_a: Ints
    to_b: Ints
    parts: Ints
    bits: int

    def contributions(self) -> Floats:
        """Columns of `PairCounts`, shape (p, 10)."""
        from_a, from_b = self.role == A, self.role == B
        parts = np.ldexp(self.parts.astype(float), -self.bits)
        return np.column_stack(
            [
                from_a * self.to_b,
                from_b * self.to_a,
                parts[:, 0],
                parts[:, 1],
                from_a * self.made,
                from_b * self.made,
                from_a * self.to_a + from_b * self.to_b,
                from_a * self.to_b + from_b * self.to_a,
                parts[:, 2],
                parts[:, 3],
            ]
        ).astype(np.float64)

    def excess(self) -> Ints:
        """Subtract the share of its strata from what each paper cites of a and of b, shape (p, 2), same units."""
        return np.column_stack([self.to_a << self.bits, self.to_b << self.bits]) - self.parts[:, 4:]


def pair_weights(cells: Cells, pair: tuple[int, int]) -> PairWeights:
    """Compute what a citation adds to each part, from the cells of all tested citations."""
    a, b = pair
    roles = np.full(cells.k, OTHER, dtype=np.int64)
    roles[[a, b]] = A, B
    given, within = cells.margins(), cells.within(a, b)
    tables = np.zeros((cells.n_strata, 2, 2))
    tables[: within.n_strata] = within.tables()
    made, received, total = given.made.astype(float), given.received.astype(float), given.total.astype(float)
    weights = np.zeros((cells.n_strata, 3, 3, len(PARTS)))
    weights[:, A, :, 0] += _ratio(received[:, b], total)[:, None]
    weights[:, :, B, 0] += _ratio(made[:, a], total)[:, None]
    weights[:, :, :, 0] -= _ratio(made[:, a] * received[:, b], total**2)[:, None, None]
    weights[:, B, :, 1] += _ratio(received[:, a], total)[:, None]
    weights[:, :, A, 1] += _ratio(made[:, b], total)[:, None]
    weights[:, :, :, 1] -= _ratio(made[:, b] * received[:, a], total**2)[:, None, None]
    inside = tables.sum((1, 2))
    for part, one, other in ((2, (A, A), (B, B)), (3, (A, B), (B, A))):
        p, q = tables[:, *one], tables[:, *other]
        weights[:, *one, part] += _ratio(q, inside)
        weights[:, *other, part] += _ratio(p, inside)
        weights[:, :2, :2, part] -= _ratio(p * q, inside**2)[:, None, None]
    weights[:, :, :, 4] = _ratio(received[:, a], total)[:, None, None]
    weights[:, :, :, 5] = _ratio(received[:, b], total)[:, None, None]
    bits = min(_BITS, _ROOM - max(1, cells.n_citations).bit_length())
    return PairWeights(np.rint(np.ldexp(weights, bits)).astype(np.int64), roles, bits)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(np.shape(above)), where=below > 0)


def summed_papers(tested: LabelledArcs) -> Ints:
    """Positions of the papers that `paper_sums` adds up, in their order."""
    net = tested.net
    cites = np.zeros(net.n_works, bool)
    cites[net.citing[tested.index]] = True
    return np.flatnonzero((tested.labels >= 0) & (cites | ~net.external))


def paper_sums(tested: LabelledArcs, stratum: Ints, weights: PairWeights) -> PaperSums:
    """Add up the references of every labelled paper, also of those without references.

    Works outside the corpus are no papers here: their reference lists were never read.
    """
    net = tested.net
    citing = net.citing[tested.index]
    papers = summed_papers(tested)
    column = np.full(net.n_works, -1, dtype=np.int32)
    column[papers] = np.arange(papers.size, dtype=np.int32)
    paper = column[citing]
    role = np.append(weights.roles, OTHER)[tested.labels]
    to = role[net.cited[tested.index]]
    kind = (stratum * 3 + role[citing]) * 3 + to
    table = weights.table.reshape(-1, len(PARTS))

    def add_up(values: npt.NDArray[np.generic] | None = None) -> Ints:
        # Whole numbers below 2**53 add up exactly in doubles.
        return np.bincount(paper, values, minlength=papers.size).astype(np.int64)

    return PaperSums(
        role=role[papers],
        year=net.year[papers],
        made=add_up(),
        to_a=add_up(to == A),
        to_b=add_up(to == B),
        parts=np.column_stack([add_up(table[kind, part]) for part in range(len(PARTS))]),
        bits=weights.bits,
    )
