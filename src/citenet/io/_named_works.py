"""Citing works that a table of citations names by their DOI alone: the works of other files that bear it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from citenet.checking import Tables
from citenet.identifiers import normalise_doi
from citenet.joining import Renamed, described, replaced

__all__ = ["describe_named", "join_named"]

_DOI = re.compile(r"(?:https?://\S*doi\.org/|doi:)?10\.\d{4,9}(?:\.\d+)*/\S+", re.IGNORECASE)


def join_named(tables: Tables, formats: Sequence[str | None]) -> Tables:
    """Call the citing works of tables, which are named by a DOI, as the one described work that bears it is called.

    Rows are indexed by their part, of which these are the formats.
    """
    works = tables["works"]
    is_described = described(works)
    of_table = works.index.isin([part for part, name in enumerate(formats) if name == "tables"])
    named = [(part, work_id, doi) for part, work_id, doi in _dois(works[of_table & ~is_described])]
    if not named:
        return tables
    bearers: dict[str, set[str]] = {}
    known = works[is_described & works["doi"].notna().to_numpy()]
    for work_id, doi in zip(known["work_id"], known["doi"], strict=True):
        bearers.setdefault(doi, set()).add(work_id)
    ids = set(works.loc[is_described, "work_id"])
    found = {(part, work_id): bearers.get(doi, set()) for part, work_id, doi in named if work_id not in ids}
    renamed = {key: min(bearing) for key, bearing in found.items() if len(bearing) == 1}
    return _with_names(tables, renamed) if renamed else tables


def describe_named(works: pd.DataFrame) -> pd.DataFrame:
    """Put the DOI by which a work is named where others are looked for."""
    named = {work_id: doi for _, work_id, doi in _dois(works[~described(works)].reset_index())}
    if named:
        works = works.copy()
        works.loc[list(named), "doi"] = list(named.values())
    return works


def _dois(bare: pd.DataFrame) -> list[tuple[int, str, str]]:
    """DOIs of works of which nothing but an id is known that is one, behind their index and id."""
    rows = zip(bare.index.tolist(), bare["work_id"].tolist(), strict=True)
    found = ((at, work_id, normalise_doi(work_id)) for at, work_id in rows if _DOI.fullmatch(work_id))
    return [(at, work_id, doi) for at, work_id, doi in found if doi]


def _with_names(tables: Tables, renamed: Renamed) -> Tables:
    """Call works as they are called now; the lists of two works of a part that have become one are numbered anew."""
    works, references, contexts = (tables[name].copy(deep=False) for name in ("works", "references", "contexts"))
    works["work_id"] = replaced(works["work_id"], renamed)
    references["citing"] = replaced(references["citing"], renamed)
    contexts["citing"] = replaced(contexts["citing"], renamed)
    keys = references[["citing", "position"]].reset_index(names="part")
    twice = keys[keys.duplicated()][["part", "citing"]].drop_duplicates()
    if len(twice):
        clash = pd.MultiIndex.from_frame(keys[["part", "citing"]]).isin(pd.MultiIndex.from_frame(twice))
        turn = keys[clash].groupby(["part", "citing"]).cumcount() + 1
        references.loc[clash, "position"] = turn.to_numpy()
    again = works.reset_index(names="part").duplicated(["part", "work_id"]).to_numpy()
    return {**tables, "works": works[~again], "references": references, "contexts": contexts}
