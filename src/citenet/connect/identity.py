"""Which identifiers name one work, as the sources say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["SCHEMES", "Identity", "Terms", "terms_of"]

SCHEMES = ("doi", "pmid", "pmcid", "openalex", "s2", "omid", "europepmc")  # the first known one names a work

Terms = tuple[str, ...]


class Identity:
    """Identifiers in sets, each set one work, called by its first identifier.

    Parameters
    ----------
    groups : iterable of sequence of str
        Identifiers that one record gives to one work. Sets that share an identifier are one.

    Examples
    --------
    >>> same = Identity([["pmid:7", "doi:10.1/a"], ["openalex:W1", "doi:10.1/a"], ["pmid:8"]])
    >>> same.name("openalex:W1"), same.terms("doi:10.1/a"), same.name("pmid:9")
    ('doi:10.1/a', ('doi:10.1/a', 'pmid:7', 'openalex:W1'), 'pmid:9')
    """

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        kept = [group for group in groups if group]
        firsts = [group[0] for group in kept for _ in group]
        everyone = [term for group in kept for term in group]
        codes, terms = pd.factorize(np.array([*firsts, *everyone], dtype=object))
        n = len(codes) // 2
        links = coo_array((np.ones(n, dtype=np.int8), (codes[:n], codes[n:])), shape=(len(terms), len(terms)))
        _, labels = connected_components(links, directed=False) if n else (0, np.empty(0, dtype=np.int64))
        sets: dict[int, list[str]] = {}
        for term, label in zip(terms, labels.tolist(), strict=True):
            sets.setdefault(label, []).append(term)
        self._terms: dict[str, tuple[str, ...]] = {}
        self._name: dict[str, str] = {}
        for members in sets.values():
            ordered = tuple(sorted(members, key=_rank))
            self._terms[ordered[0]] = ordered
            self._name.update(dict.fromkeys(ordered, ordered[0]))

    def name(self, term: str) -> str:
        """Return what the work with this identifier is called."""
        return self._name.get(term, term)

    def terms(self, name: str) -> tuple[str, ...]:
        """Return all identifiers of the work of that name."""
        return self._terms.get(name, (name,))


def _rank(term: str) -> tuple[int, str]:
    scheme = term.partition(":")[0]
    return (SCHEMES.index(scheme) if scheme in SCHEMES else len(SCHEMES)), term


def terms_of(dois: Iterable[Any], ids: Iterable[Any], work_ids: Iterable[str] | None = None) -> list[Terms]:
    """Return the identifiers of each work or reference.

    Parameters
    ----------
    dois, ids : iterable
        The columns ``doi`` and ``ids``; what is no text is unknown.
    work_ids : iterable of str, optional
        Ids of the works, which in a service's answer are identifiers themselves.

    Examples
    --------
    >>> terms_of(["10.1/a", None], ["pmid:7 isbn:1", None], ["pmid:7", "smith2004"])
    [('pmid:7', 'doi:10.1/a'), ()]
    """
    dois = list(dois)
    found = []
    for work_id, doi, more in zip(work_ids or [""] * len(dois), dois, ids, strict=True):
        terms = [
            work_id,
            f"doi:{doi}" if isinstance(doi, str) else "",
            *(more.split() if isinstance(more, str) else ()),
        ]
        found.append(tuple(dict.fromkeys(term for term in terms if term.partition(":")[0] in SCHEMES)))
    return found
