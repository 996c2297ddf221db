"""Works that are named by a reviewer: by id or identifier, and still the ones that were meant."""

from __future__ import annotations

from typing import Any

import pandas as pd

from citenet._support.text import fold
from citenet.identifiers import normalise_doi, normalise_id
from citenet.names import author_keys
from citenet.resolution.decisions import quoted
from citenet.resolution.identity import terms_of

__all__ = ["described", "identifiers_of", "named_works"]


def described(works: pd.DataFrame) -> pd.Series[Any]:
    """Put author, year, title and place of each work in one line."""
    parts = []
    for authors, year, title, container, volume, page in works[
        ["authors", "year", "title", "container", "volume", "first_page"]
    ].itertuples(index=False):
        who = "" if pd.isna(authors) else " et al.".join(authors.split(";")[:1]) + " et al." * (";" in authors)
        when = "" if pd.isna(year) else f"({year})"
        where = ", ".join(
            f"{mark}{value}" for mark, value in (("", container), ("v", volume), ("p", page)) if not pd.isna(value)
        )
        what = "" if pd.isna(title) else f"{title}."
        parts.append(" ".join(part for part in (who, when, what, where) if part))
    return pd.Series(parts, index=works.index, dtype="str")


def identifiers_of(works: pd.DataFrame) -> pd.Series[Any]:
    """DOI of each work as ``doi:…``, else the first of its other identifiers; NA where it has none."""
    first = [ids.partition(" ")[0] if isinstance(ids, str) else None for ids in works["ids"]]
    return ("doi:" + works["doi"]).fillna(pd.Series(first, index=works.index, dtype="str"))


def named_works(
    names: pd.Series[Any], identifiers: pd.Series[Any], descriptions: pd.Series[Any], works: pd.DataFrame
) -> pd.DataFrame:
    """Find the works that are named.

    Parameters
    ----------
    names : Series of str
        Ids of works, or identifiers such as ``doi:…``; NA names none.
    identifiers, descriptions : Series of str, same index
        What the work was known by when it was named (`identifiers_of`, `described`); NA: not told. The identifier
        outranks the id, which may mean another work in the next version of a corpus.
    works : DataFrame
        Of a corpus.

    Returns
    -------
    DataFrame, same index
        ``work`` (id; NA where none is named or found) and ``problem`` (why it was not found; NA).
    """
    if names.isna().all():
        return pd.DataFrame({"work": None, "problem": None}, index=names.index, dtype="object")
    lookup = _Lookup(works)
    rows = zip(names, identifiers, descriptions, strict=True)
    found = [(None, None) if pd.isna(name) else lookup.find(name, known, said) for name, known, said in rows]
    return pd.DataFrame(found, columns=["work", "problem"], index=names.index, dtype="object")


class _Lookup:
    """Works by id and by identifier."""

    def __init__(self, works: pd.DataFrame) -> None:
        self.works = works
        terms = terms_of(works)
        owners = pd.Series(works.index.to_numpy(dtype=object)[terms["row"]], index=terms["term"].to_numpy(dtype=object))
        self.owners = {str(term): sorted(set(ids)) for term, ids in owners.groupby(level=0)}

    def find(self, name: str, identifier: Any, description: Any) -> tuple[str | None, str | None]:
        """Find the work of that name; return it, or why it is not the one that was meant."""
        own = next((one for one in (name, name.strip()) if one in self.works.index), None)
        if not pd.isna(identifier):
            owners = self.owners.get(_term(identifier), [])
            if len(owners) == 1:
                return owners[0], None
            scheme = _term(identifier).partition(":")[0]
            carried = [] if own is None else [term for term in self._terms(own) if term.startswith(f"{scheme}:")]
            if not owners and carried:
                return None, f"the work {own!r} has now {carried[0]}, not {_term(identifier)}"
        if own is None:
            owners = self.owners.get(_term(name), [])
            if len(owners) > 1:
                return None, f"{quoted(name)} is an identifier of several works: {', '.join(owners)}"
            return (owners[0], None) if owners else (None, f"the corpus has no work {quoted(name)}")
        if not pd.isna(description) and not self._fits(own, description):
            now = described(self.works.loc[[own]]).iloc[0]
            return None, f"the work {own!r} is now {quoted(now)}, not {quoted(description)}"
        return own, None

    def _terms(self, work_id: str) -> list[str]:
        return terms_of(self.works.loc[[work_id]])["term"].tolist()

    def _fits(self, work_id: str, description: str) -> bool:
        """Say whether the title, the first author and the year (give or take one) of a work stand in a description."""
        work = self.works.loc[[work_id]]
        now, said = (f" {fold(text)} " for text in (described(work).iloc[0], description))
        title, authors, year = (work[name].iloc[0] for name in ("title", "authors", "year"))
        if now == said or pd.isna(title):
            return now == said
        people = author_keys(None if pd.isna(authors) else authors)
        dated = pd.isna(year) or any(f" {year + shift} " in said for shift in (0, -1, 1))
        return f" {fold(title)} " in said and dated and all(name in said.replace(" ", "") for name in people[:1])


def _term(name: str) -> str:
    """Write an identifier as a ``scheme:value`` term."""
    doi = normalise_doi(name)
    scheme, _, value = name.strip().partition(":")
    return f"doi:{doi}" if doi else str(normalise_id(scheme.strip().lower(), value))
