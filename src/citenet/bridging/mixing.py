"""The mixing matrix: how many citations run from each group to each group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice, check_numbers
from citenet._support.kernel import kernel
from citenet.errors import InputError
from citenet.network import CitationNetwork
from citenet.partition import Partition, as_partition

__all__ = ["LabelledArcs", "MixingMatrix", "label_arcs", "mixing_matrix", "square_counts"]

Unlabelled = Literal["drop", "own", "error"]
OWN_GROUP = "(unlabelled)"
_BLOCK = 1 << 18


@dataclass(frozen=True, eq=False, repr=False)
class MixingMatrix:
    """Citations between groups.

    Parameters
    ----------
    counts : array_like of int, shape (k, k)
        Citations from row (citing) to column (cited) group.
    names : sequence of str, shape (k,)
    excluded : mapping of str to int
        Citations that are in no cell, by reason.

    Examples
    --------
    >>> MixingMatrix([[30, 5], [4, 11]], ("HSR/QI", "PAM"))
    <MixingMatrix: 50 citations between 2 groups, 9 of them cross>
    """

    counts: npt.NDArray[np.int64]
    names: tuple[str, ...]
    excluded: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = np.asarray(self.counts)
        if given.dtype.kind == "f" and not (given == np.floor(given)).all():
            raise InputError("counts are numbers of citations and must be whole; found fractions or NaN")
        counts = np.array(given, dtype=np.int64)
        k = len(self.names)
        if counts.shape != (k, k):
            raise InputError(f"counts has shape {counts.shape} for {k} groups; it must be ({k}, {k})")
        if counts.size and counts.min() < 0:
            raise InputError(f"counts are numbers of citations; found {counts.min()}")
        counts.flags.writeable = False
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "names", tuple(self.names))
        object.__setattr__(self, "excluded", dict(self.excluded))

    @property
    def n_citations(self) -> int:
        """Citations in the matrix."""
        return int(self.counts.sum())

    def __repr__(self) -> str:
        cross = self.n_citations - int(np.trace(self.counts))
        out = "".join(f", {n:,} excluded ({reason})" for reason, n in self.excluded.items() if n)
        k = len(self.names)
        between = f"{self.n_citations:,} citations between {k} group{'s'[: k != 1]}"
        return f"<MixingMatrix: {between}, {cross:,} of them cross{out}>"

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(repr(self)[1:-1])}</b></p>{self.to_frame().to_html()}"

    def to_frame(self) -> pd.DataFrame:
        """Return the counts as a table: rows citing, columns cited."""
        index, columns = pd.Index(self.names, name="citing"), pd.Index(self.names, name="cited")
        return pd.DataFrame(self.counts, index=index, columns=columns)

    def out_shares(self) -> pd.DataFrame:
        """Share of each group's citations that go to each group: what it reads. NaN where it cites nothing."""
        return self._shares(axis=1)

    def in_shares(self) -> pd.DataFrame:
        """Share of each group's received citations by citing group: who reads it. NaN where it is not cited."""
        return self._shares(axis=0)

    def exchange(self) -> pd.DataFrame:
        """Compare both directions of every pair of groups.

        Returns
        -------
        DataFrame indexed by the two groups a and b
            ``forward`` (a cites b), ``back`` (b cites a), ``net`` (forward less back: b gives more than it takes where
            it is above 0) and ``reciprocity``, the smaller over the larger, in [0, 1]; NaN where neither cites the
            other.

        Examples
        --------
        >>> MixingMatrix([[30, 5], [4, 11]], ("HSR/QI", "PAM")).exchange().iloc[0].tolist()
        [5.0, 4.0, 1.0, 0.8]
        """
        first, second = np.triu_indices(len(self.names), 1)
        forward, back = self.counts[first, second], self.counts[second, first]
        larger = np.maximum(forward, back)
        reciprocity = np.divide(np.minimum(forward, back), larger, out=np.full(larger.shape, np.nan), where=larger > 0)
        names = np.array(self.names, dtype=object)
        index = pd.MultiIndex.from_arrays([names[first], names[second]], names=["a", "b"])
        columns = {"forward": forward, "back": back, "net": forward - back, "reciprocity": reciprocity}
        return pd.DataFrame(columns, index=index)

    def _shares(self, axis: int) -> pd.DataFrame:
        totals = self.counts.sum(axis=axis, keepdims=True).astype(float)
        shares = np.divide(self.counts, totals, out=np.full(self.counts.shape, np.nan), where=totals > 0)
        frame = self.to_frame()
        return pd.DataFrame(shares, index=frame.index, columns=frame.columns)


@dataclass(frozen=True, eq=False)
class LabelledArcs:
    """The arcs whose two ends have a group: what every measure and null counts on.

    Parameters
    ----------
    net : CitationNetwork
    labels : ndarray of int32, shape (n_works,)
        Group of each work; -1 none.
    names : tuple of str, shape (k,)
    index : ndarray of int64, shape (m,)
        Positions of the arcs in the network.
    excluded : mapping of str to int
        Arcs left out, by reason.
    """

    net: CitationNetwork
    labels: npt.NDArray[np.int32]
    names: tuple[str, ...]
    index: npt.NDArray[np.int64]
    excluded: Mapping[str, int]

    @property
    def k(self) -> int:
        """Number of groups."""
        return len(self.names)

    @property
    def citing_group(self) -> npt.NDArray[np.int32]:
        """Group of the citing work of each arc, shape (m,)."""
        return self.labels[self.net.citing[self.index]]

    @property
    def cited_group(self) -> npt.NDArray[np.int32]:
        """Group of the cited work of each arc, shape (m,)."""
        return self.labels[self.net.cited[self.index]]

    def counts(self) -> npt.NDArray[np.int64]:
        """Mixing counts, shape (k, k)."""
        net, index = self.net, self.index
        if index.size == net.n_citations:
            return count_ends(net.citing, net.cited, self.labels, self.k)[:-1, :-1]
        return count_ends(net.citing[index], net.cited[index], self.labels, self.k)[:-1, :-1]

    def where(self, kept: npt.NDArray[np.bool_], reason: str) -> LabelledArcs:
        """Return the arcs that are kept; the others are counted under the reason."""
        lost = int(kept.size - kept.sum())
        excluded = {**self.excluded, reason: lost} if lost else self.excluded
        return LabelledArcs(self.net, self.labels, self.names, self.index[kept], excluded)


def square_counts(counts: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return counts as floats of shape (..., k, k), or raise."""
    # Stacks are draws of a null: what whole lists hold beyond expectation may add up to less than 0.
    matrix = check_numbers("counts", counts, least=0.0 if np.ndim(counts) < 3 else None)
    if matrix.ndim < 2 or matrix.shape[-1] != matrix.shape[-2]:
        raise InputError(f"counts has shape {matrix.shape}; it must end in (k, k)")
    return matrix


def count_cells(
    citing_group: npt.NDArray[np.int32], cited_group: npt.NDArray[np.int32], k: int
) -> npt.NDArray[np.int64]:
    """Count pairs of groups, shape (k, k), without a table wider than that."""
    cells = citing_group.astype(np.int64) * k + cited_group
    return np.bincount(cells, minlength=k * k).reshape(k, k)


def count_ends(
    citing: npt.NDArray[np.int32], cited: npt.NDArray[np.int32], labels: npt.NDArray[np.int32], k: int
) -> npt.NDArray[np.int64]:
    """Count citations by the groups of their ends, shape (k + 1, k + 1); last are those without a group.

    The labels are looked up and counted in one pass, a block at a time: no table as long as the citations is made.
    """
    width = k + 1
    # The narrower the labels, the more of them stay in the processor's caches.
    group = np.where(labels < 0, k, labels).astype(np.min_scalar_type(k))
    cells = np.zeros(width * width, dtype=np.int64)
    if count_pairs.pays(2 * citing.size):
        # Numbers without a sign are used as they are; others would be looked at, whether they count from the end.
        count_pairs.compiled(citing.view(np.uint32), cited.view(np.uint32), group, np.uint64(width), cells)
    else:
        for begin in range(0, citing.size, _BLOCK):
            one, other = group[citing[begin : begin + _BLOCK]], group[cited[begin : begin + _BLOCK]]
            cells += np.bincount(one.astype(np.int64) * width + other.astype(np.int64), minlength=cells.size)
    return cells.reshape(width, width)


@kernel
def count_pairs(
    citing: npt.NDArray[np.uint32],
    cited: npt.NDArray[np.uint32],
    group: npt.NDArray[np.unsignedinteger[Any]],
    width: np.uint64,
    cells: npt.NDArray[np.int64],
) -> None:
    """Count pairs of groups in place."""
    for i in range(len(citing)):
        cells[group[citing[i]] * width + group[cited[i]]] += 1


def excluded_ends(counts: npt.NDArray[np.int64]) -> dict[str, int]:
    """Say what `count_ends` found without a group at an end."""
    lost = {
        "citing work unlabelled": int(counts[-1, :-1].sum()),
        "cited work unlabelled": int(counts[:-1, -1].sum()),
        "both unlabelled": int(counts[-1, -1]),
    }
    return {reason: n for reason, n in lost.items() if n}


def named_groups(
    net: CitationNetwork, groups: object, unlabelled: Unlabelled
) -> tuple[npt.NDArray[np.int32], tuple[str, ...], Partition]:
    """Return the labels of all works, -1 where they count for nothing, and the names they stand for."""
    check_choice("unlabelled", unlabelled, ["drop", "own", "error"])
    if not isinstance(net, CitationNetwork):
        raise InputError(
            f"net is a {type(net).__name__}; it must be a CitationNetwork: build_network(corpus, resolve(corpus)) "
            "makes one of a corpus, CitationNetwork.from_frames of tables"
        )
    partition = as_partition(groups, net)
    labels, names = partition.labels, partition.group_names
    missing = labels < 0
    if missing.any() and unlabelled == "error":
        raise InputError(
            f'{int(missing.sum())} of {labels.size} works have no group; label them or pass unlabelled="drop"'
        )
    if missing.any() and unlabelled == "own":
        labels = np.where(missing, len(names), labels).astype(np.int32)
        names = (*names, OWN_GROUP)
    return labels, names, partition


def label_arcs(net: CitationNetwork, groups: object, unlabelled: Unlabelled = "drop") -> tuple[LabelledArcs, Partition]:
    """Look up the groups at both ends of every arc.

    Parameters
    ----------
    net : CitationNetwork
    groups : anything `as_partition` takes
    unlabelled : {"drop", "own", "error"}
        Leave out arcs with an end that has no group (and count them), make the unlabelled works a group of their
        own, or raise.

    Returns
    -------
    arcs : LabelledArcs
    partition : Partition
    """
    labels, names, partition = named_groups(net, groups, unlabelled)
    excluded = excluded_ends(count_ends(net.citing, net.cited, labels, len(names)))
    if excluded:
        index = np.flatnonzero((labels[net.citing] >= 0) & (labels[net.cited] >= 0))
    else:
        index = np.arange(net.n_citations)
    return LabelledArcs(net, labels, names, index, excluded), partition


def mixing_matrix(net: CitationNetwork, groups: object, *, unlabelled: Unlabelled = "drop") -> MixingMatrix:
    """Count the citations from each group to each group.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    unlabelled : {"drop", "own", "error"}
        What to do with arcs that touch a work without a group.

    Returns
    -------
    MixingMatrix
        Sum of counts and excluded equals the citations of the network.

    Examples
    --------
    >>> import pandas as pd
    >>> net = CitationNetwork(pd.DataFrame(index=["a", "b", "c"]), [1, 2, 2], [0, 0, 1])
    >>> mixing_matrix(net, {"a": "PAM", "b": "PAM", "c": "HSR/QI"}).counts.tolist()
    [[1, 0], [2, 0]]
    """
    labels, names, _ = named_groups(net, groups, unlabelled)
    counts = count_ends(net.citing, net.cited, labels, len(names))
    return MixingMatrix(counts[:-1, :-1], names, excluded_ends(counts))
