"""The works that both of two groups cite, and the bridges that are missing between papers that read the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_count
from citenet.bridging.flow import pair_of_groups
from citenet.network import CitationNetwork

__all__ = ["common_works", "missing_bridges"]

Ints = npt.NDArray[np.int64]
_BLOCK = 4_000_000  # multiplications of one block


def common_works(net: CitationNetwork, groups: object, a: str, b: str) -> pd.DataFrame:
    """List the works that both of two groups cite.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    a, b : str
        The two groups.

    Returns
    -------
    DataFrame
        ``work``, ``title``, ``year``, ``group`` (NA unlabelled), ``citing_a`` and ``citing_b`` (papers of each group
        that cite it), ``share_a`` and ``share_b`` (of the papers of the group that have references).
        Those whose smaller share is largest come first.

    Examples
    --------
    >>> works = pd.DataFrame({"field": ["x", "y", None, None]}, index=list("abpq"))
    >>> net = CitationNetwork(works, [0, 0, 1], [2, 3, 2])
    >>> common_works(net, "field", "x", "y")["work"].tolist()
    ['p']
    """
    partition, in_a, in_b = pair_of_groups(net, groups, a, b)
    n = net.n_works
    by_a, by_b = (np.bincount(net.cited[members[net.citing]], minlength=n) for members in (in_a, in_b))
    cites = np.bincount(net.citing, minlength=n) > 0
    shared = np.flatnonzero((by_a > 0) & (by_b > 0))
    works = net.works
    table = pd.DataFrame(
        {
            "work": net.ids[shared],
            "title": works["title"].array[shared],
            "year": works["year"].array[shared],
            "group": pd.array(partition.names_of(partition.labels[shared]), dtype="str"),
            "citing_a": by_a[shared],
            "citing_b": by_b[shared],
            "share_a": by_a[shared] / max(1, int((cites & in_a).sum())),
            "share_b": by_b[shared] / max(1, int((cites & in_b).sum())),
        }
    )
    smaller = np.minimum(table["share_a"], table["share_b"])
    order = np.lexsort((shared, -(table["citing_a"] + table["citing_b"]), -smaller))
    return table.iloc[order].reset_index(drop=True)


def missing_bridges(net: CitationNetwork, groups: object, a: str, b: str, *, min_shared: int = 2) -> pd.DataFrame:
    """List the pairs across two groups that share references and do not cite each other.

    Parameters
    ----------
    net : CitationNetwork
    groups : Partition, column name, mapping, Series or list of sets of ids
    a, b : str
        The two groups.
    min_shared : int
        Pairs that share fewer references are left out.

    Returns
    -------
    DataFrame
        ``work_a``, ``work_b``, ``year_a``, ``year_b``, ``shared`` (references in common), ``salton`` (divided by the
        geometric mean of the lengths of both lists, in (0, 1]), ``title_a``, ``title_b``; largest ``salton`` first.

    Raises
    ------
    InputError
        If ``min_shared`` is no whole number of at least 1.

    Notes
    -----
    Pairs are counted block by block, so that memory grows with the pairs that are listed alone.

    Examples
    --------
    >>> works = pd.DataFrame({"field": ["x", "y", None, None]}, index=list("abpq"))
    >>> net = CitationNetwork(works, [0, 0, 1, 1], [2, 3, 2, 3])
    >>> missing_bridges(net, "field", "x", "y")[["work_a", "work_b", "shared", "salton"]].values.tolist()
    [['a', 'b', 2, 1.0]]
    """
    check_count("min_shared", min_shared, 1)  # pairs with nothing in common are not listed
    _, in_a, in_b = pair_of_groups(net, groups, a, b)
    parts = list(_coupled(net, np.flatnonzero(in_a), np.flatnonzero(in_b), min_shared))
    one, other, shared = (np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
    n = net.n_works
    arcs = net.citing.astype(np.int64) * n + net.cited
    apart = ~(np.isin(one * n + other, arcs) | np.isin(other * n + one, arcs))
    one, other, shared = one[apart], other[apart], shared[apart]
    length = np.bincount(net.citing, minlength=n).astype(float)
    salton = shared / np.sqrt(length[one] * length[other])
    order = np.lexsort((other, one, -shared, -salton))
    one, other, shared, salton = one[order], other[order], shared[order], salton[order]
    works = net.works
    columns: dict[str, Any] = {"work_a": net.ids[one], "work_b": net.ids[other]}
    columns |= {"year_a": works["year"].array[one], "year_b": works["year"].array[other]}
    columns |= {"shared": shared, "salton": salton}
    columns |= {"title_a": works["title"].array[one], "title_b": works["title"].array[other]}
    return pd.DataFrame(columns)


def _coupled(net: CitationNetwork, rows: Ints, columns: Ints, least: int) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Pairs (row, column) of works that share so many references, and how many; block by block."""
    yield (np.empty(0, np.int64),) * 3
    if not (rows.size and columns.size):
        return
    lists = net.to_scipy().astype(np.int32).tocsr()
    holders = lists[columns].T.tocsr()
    lists = lists[rows]
    block = np.cumsum(lists @ np.diff(holders.indptr).astype(np.int64)) // _BLOCK
    bounds = [*np.flatnonzero(np.diff(block, prepend=-1)), rows.size]
    for low, high in zip(bounds[:-1], bounds[1:], strict=True):
        product = (lists[low:high] @ holders).tocoo()
        kept = product.data >= least
        row, column = product.coords
        yield rows[row[kept] + low], columns[column[kept]], product.data[kept]
