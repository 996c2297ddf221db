"""Kinds of citations that one may want to leave out: of oneself, of one's own journal, by reviews."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.communities.containers import container_keys
from citenet.names import author_initials
from citenet.network import CitationNetwork

__all__ = ["author_self_citations", "container_self_citations", "review_citations"]

Mask = npt.NDArray[np.bool_]


def author_self_citations(net: CitationNetwork) -> Mask:
    """Say which citations run between works with an author in common.

    Returns
    -------
    ndarray of bool, shape (n_citations,)
        Authors are the same where family name and first initial are; some are not one person, and of works outside the
        corpus a database may tell the first author alone.
    """
    from scipy import sparse

    works = net.works
    if "authors" not in works:
        return np.zeros(net.n_citations, bool)
    names = [sorted(set(author_initials(authors))) for authors in works["authors"]]
    row = np.repeat(np.arange(net.n_works), [len(found) for found in names])
    column, _ = pd.factorize(np.array([name for found in names for name in found], dtype=object))
    shape = (net.n_works, int(column.max(initial=-1)) + 1)
    authors = sparse.csr_array((np.ones(row.size, np.int8), (row, column)), shape=shape)
    shared = authors[net.citing].multiply(authors[net.cited]).sum(axis=1)
    return np.asarray(shared).ravel() > 0


def container_self_citations(net: CitationNetwork) -> Mask:
    """Say which citations run within one journal or series.

    Returns
    -------
    ndarray of bool, shape (n_citations,)
    """
    keys = container_keys(net.works, net.external).to_numpy(dtype=object)
    citing, cited = keys[net.citing], keys[net.cited]
    return np.asarray((citing == cited) & pd.notna(citing), dtype=bool)


def review_citations(net: CitationNetwork) -> Mask:
    """Say which citations are made or received by review articles, by the document type of the work.

    Returns
    -------
    ndarray of bool, shape (n_citations,)
        Book reviews are no review articles.
    """
    works = net.works
    if "type" not in works:
        return np.zeros(net.n_citations, bool)
    kind = works["type"].str.lower().fillna("")
    review = (kind.str.contains(r"\breviews?\b") & ~kind.str.contains("book review")).to_numpy(dtype=bool)
    return np.asarray(review[net.citing] | review[net.cited], dtype=bool)
