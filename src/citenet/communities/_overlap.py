"""Count what lists have in common, pair by pair, keeping only the pairs that share enough.

Compiled, each pair is counted once (Gustavson's row by row product, upper triangle) and what falls below the
threshold is never stored; otherwise SciPy multiplies block by block. The counts are integers and their order is
canonical, so that both ways give the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from citenet._support.kernel import kernel

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["common_members"]

Ints = npt.NDArray[np.integer[Any]]
BLOCK = 5_000_000  # multiplications of one block


class Lists(NamedTuple):
    """Members of list i at ``member[start[i]:start[i + 1]]``, ascending."""

    start: Ints
    member: Ints


class Pairs(NamedTuple):
    """Pairs of row i at ``start[i]:start[i + 1]``: the other row and how much both share."""

    start: Ints
    other: Ints
    shared: Ints


class Room(NamedTuple):
    """What counting keeps between calls: per member and per list.

    ``cursor`` points at the first holder of each member that comes after the present row: as rows come in order, each
    row moves the cursors of its members by one.
    """

    cursor: Ints
    tally: Ints
    touched: Ints


def common_members(lists: sparse.csr_array, holders: sparse.csr_array, least: int) -> sparse.csr_array:
    """Count the common members of each two lists that share at least so many.

    Parameters
    ----------
    lists : csr_array, shape (n, p)
        Which members each list has; sorted, without repeats.
    holders : csr_array, shape (p, n)
        The same, transposed.
    least : int
        At least 1.

    Returns
    -------
    csr_array of int32, shape (n, n)
        Symmetric, without a diagonal, indices sorted.
    """
    from scipy import sparse

    n = lists.shape[0]
    length = np.diff(holders.indptr).astype(np.int64)
    work = 2.0 * float(length @ length)
    if not count_pairs.pays(work):
        upper = _by_blocks(lists, holders, least)
        return (upper + upper.T.tocsr()).tocsr()
    pairs = _compiled(lists, holders, least, work)
    rows = np.diff(pairs.start) + np.bincount(pairs.other, minlength=n)
    kind = np.int64 if 2 * pairs.other.size > np.iinfo(np.int32).max else np.int32
    start = np.zeros(n + 1, kind)
    np.cumsum(rows, out=start[1:])
    full = Pairs(start, np.empty(start[-1], kind), np.empty(start[-1], np.int32))
    cursor = start[:-1].copy()
    fill_lower.sized(work)(pairs, full, cursor)
    fill_upper.sized(work)(full, cursor.copy(), cursor)
    return sparse.csr_array((full.shared, full.other, full.start), shape=(n, n))


def _by_blocks(lists: sparse.csr_array, holders: sparse.csr_array, least: int) -> sparse.csr_array:
    """Upper triangle by products of blocks of rows, so that what is below the threshold is dropped early."""
    from scipy import sparse

    n = lists.shape[0]
    per_row = lists @ np.diff(holders.indptr).astype(np.int64)
    block = np.cumsum(per_row) // BLOCK
    bounds = [*np.flatnonzero(np.diff(block, prepend=-1)), n]
    parts = [sparse.csr_array((0, n), dtype=np.int32)]
    for low, high in zip(bounds[:-1], bounds[1:], strict=True):
        product = (lists[low:high] @ holders).tocoo()
        row, column = product.coords
        kept = (product.data >= least) & (column > row + low)
        part = sparse.coo_array((product.data[kept], (row[kept], column[kept])), shape=(high - low, n))
        parts.append(part.tocsr())
    upper = sparse.csr_array(sparse.vstack(parts, format="csr", dtype=np.int32))
    upper.sort_indices()
    return upper


def _compiled(lists: sparse.csr_array, holders: sparse.csr_array, least: int, work: float) -> Pairs:
    """Upper triangle, counted; memory grows with the pairs that are kept."""
    n = lists.shape[0]
    longest = np.partition(np.diff(lists.indptr), -2)[-2]  # two lists share at most the shorter one
    start = np.zeros(n + 1, np.int64)
    other = np.empty(max(4 * n, lists.nnz), np.int32)
    shared = np.empty(other.size, np.min_scalar_type(int(longest)))
    given, held = Lists(lists.indptr, lists.indices), Lists(holders.indptr, holders.indices)
    room = Room(holders.indptr[:-1].copy(), np.zeros(n, np.int32), np.empty(n, np.int32))
    run = count_pairs.sized(work)
    row = run(given, held, room, Pairs(start, other, shared), 0, least)
    while row < n:
        larger = other.size + max(other.size // 2, 2 * n)
        other.resize(larger, refcheck=False)  # blocks this large are moved by the page table, not copied
        shared.resize(larger, refcheck=False)
        row = run(given, held, room, Pairs(start, other, shared), row, least)
    other.resize(start[-1], refcheck=False)
    shared.resize(start[-1], refcheck=False)
    return Pairs(start, other, shared)


@kernel
def count_pairs(lists: Lists, holders: Lists, room: Room, pairs: Pairs, row: int, least: int) -> int:
    """Write the pairs of each row with later rows while there is room; returns the first row not written."""
    cursor, tally, touched = room.cursor, room.tally, room.touched
    n = len(tally)
    entries = pairs.start[row]
    while row < n and entries + n - row <= len(pairs.other):
        n_touched = 0
        for p in range(lists.start[row], lists.start[row + 1]):
            member = lists.member[p]
            cursor[member] += 1
            for q in range(cursor[member], holders.start[member + 1]):
                other = holders.member[q]
                if tally[other] == 0:
                    touched[n_touched] = other
                    n_touched += 1
                tally[other] += 1
        for t in range(n_touched):
            other = touched[t]
            if tally[other] >= least:
                pairs.other[entries] = other
                pairs.shared[entries] = tally[other]
                entries += 1
            tally[other] = 0
        row += 1
        pairs.start[row] = entries
    return row


@kernel
def fill_lower(upper: Pairs, full: Pairs, cursor: Ints) -> None:
    """Write each pair of the upper triangle into the later of its rows; rows come in order, so these are sorted."""
    for i in range(len(upper.start) - 1):
        for p in range(upper.start[i], upper.start[i + 1]):
            j = upper.other[p]
            full.other[cursor[j]] = i
            full.shared[cursor[j]] = upper.shared[p]
            cursor[j] += 1


@kernel
def fill_upper(full: Pairs, lower_end: Ints, cursor: Ints) -> None:
    """Write each pair into the earlier of its rows as well, behind that row's lower part."""
    for j in range(len(lower_end)):
        for p in range(full.start[j], lower_end[j]):
            i = full.other[p]
            full.other[cursor[i]] = j
            full.shared[cursor[i]] = full.shared[p]
            cursor[i] += 1
