"""Citing works that a table of citations names by their DOI alone: the works of other files that bear it."""

from __future__ import annotations

import re

import pandas as pd

from citenet.corpus import WORK_COLUMNS, Corpus
from citenet.identifiers import normalise_doi

__all__ = ["describe_named", "join_named"]

_DOI = re.compile(r"(?:https?://\S*doi\.org/|doi:)?10\.\d{4,9}(?:\.\d+)*/\S+", re.IGNORECASE)
_DESCRIPTION = [column for column in WORK_COLUMNS if column not in ("file", "line")]


def join_named(corpora: list[Corpus]) -> list[Corpus]:
    """Call the citing works of tables, which are named by a DOI, as the one described work that bears it is called."""
    if len(corpora) == 1 or not any(_is_table(corpus) for corpus in corpora):
        return corpora
    bearers: dict[str, set[str]] = {}
    ids: set[str] = set()
    for corpus in corpora:
        works = corpus.works[corpus.works[_DESCRIPTION].notna().any(axis=1)]
        ids.update(works.index)
        known = works["doi"].dropna()
        for work_id, doi in zip(known.index, known.tolist(), strict=True):
            bearers.setdefault(doi, set()).add(work_id)
    joined = []
    for corpus in corpora:
        named = _dois(corpus.works) if _is_table(corpus) else {}
        found = {work_id: bearers.get(doi, set()) for work_id, doi in named.items() if work_id not in ids}
        renamed = {work_id: min(bearing) for work_id, bearing in found.items() if len(bearing) == 1}
        joined.append(_renamed(corpus, renamed) if renamed else corpus)
    return joined


def describe_named(works: pd.DataFrame) -> pd.DataFrame:
    """Put the DOI by which a work is named where others are looked for."""
    named = _dois(works)
    if named:
        works = works.copy()
        works.loc[list(named), "doi"] = list(named.values())
    return works


def _is_table(corpus: Corpus) -> bool:
    return len(corpus.sources) > 0 and bool((corpus.sources["format"] == "tables").all())


def _dois(works: pd.DataFrame) -> dict[str, str]:
    """DOIs of works of which nothing but an id is known that is one."""
    bare = works.index[works[_DESCRIPTION].isna().all(axis=1)]
    found = {work_id: normalise_doi(work_id) for work_id in bare if _DOI.fullmatch(work_id)}
    return {work_id: doi for work_id, doi in found.items() if doi}


def _renamed(corpus: Corpus, renamed: dict[str, str]) -> Corpus:
    works = corpus.works.rename(index=renamed)
    references, contexts = corpus.references, corpus.contexts
    references["citing"] = references["citing"].replace(renamed)
    contexts["citing"] = contexts["citing"].replace(renamed)
    clash = references["citing"].isin(references.loc[references.duplicated(["citing", "position"]), "citing"])
    references.loc[clash, "position"] = references[clash].groupby("citing").cumcount() + 1
    return Corpus(works[~works.index.duplicated()], references, contexts, corpus.problems, corpus.sources)
