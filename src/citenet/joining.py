"""Corpora and files put together: their tables as parts of one, in which no described work is merged with another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import count
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.checking import DESCRIPTION, Tables, of_part
from citenet.corpus import Corpus
from citenet.identifiers import join_ids, normalise_id

__all__ = ["Renamed", "as_parts", "concat", "described", "joined", "replaced"]

Renamed = dict[tuple[int, str], str]  # new id of a work by its part and its id


def concat(corpora: Sequence[Corpus]) -> Corpus:
    """Put corpora together without merging any described work.

    Parameters
    ----------
    corpora : sequence of Corpus
        Where a work id occurs again, the later copy gets the suffix ``#2``, ``#3`` … in its own tables, and a row
        in ``problems``. A work of which nothing but the id is known is no copy: it gives way to the described one,
        and its references join that work's list, numbered on after those that came before.

    Returns
    -------
    Corpus
    """
    if len(corpora) == 1:
        return corpora[0]
    parts = [as_parts(corpus, at) for at, corpus in enumerate(corpora)]
    return (
        Corpus(**joined({name: pd.concat([part[name] for part in parts]) for name in parts[0]})) if parts else Corpus()
    )


def as_parts(corpus: Corpus, at: int) -> Tables:
    """Tables of a corpus as part ``at`` of others: its number is their index, and works have a column ``work_id``."""
    return of_part({**corpus._tables(), "works": corpus.works.reset_index()}, at)


def described(works: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether more is known of each work than its id and where it stands."""
    found = works["title"].notna().to_numpy(copy=True)  # as good as all have one
    found[~found] = works.loc[~found, DESCRIPTION].notna().any(axis=1)
    return found


def joined(tables: Tables) -> Tables:
    """Tables of several parts as those of one corpus, which is still to be put in order; see `concat`."""
    renamed = _ids_of_copies(tables["works"])
    tables = _with_other_ids(tables, renamed) if renamed else tables
    works = tables["works"]
    is_described = described(works)
    ids = works["work_id"]
    works = works[is_described | ~ids.isin(ids[is_described]).to_numpy()]
    works = works[~works["work_id"].duplicated().to_numpy()]
    return {**tables, "works": works, "references": _renumbered(tables["references"])}


def _ids_of_copies(works: pd.DataFrame) -> Renamed:
    """Return another id for each described work whose id a part before it has given to one."""
    ids = works.loc[described(works), "work_id"]
    copies = ids[ids.duplicated(keep=False).to_numpy()]
    given, taken = set(ids) if len(copies) else set(), set()
    renamed: Renamed = {}
    for part, work_id in sorted(zip(copies.index.tolist(), copies.tolist(), strict=True)):
        if work_id in taken:
            free = next(f"{work_id}#{n}" for n in count(2) if f"{work_id}#{n}" not in given)
            renamed[part, work_id] = free
            given.add(free)
        taken.add(work_id)
    return renamed


def replaced(ids: pd.Series[str], renamed: Renamed) -> pd.Series[str]:
    """Ids of works as they are called now; the index of the series is the part that each is of."""
    concerned = ids.isin({work_id for _, work_id in renamed}).to_numpy()
    keys = zip(ids.index[concerned].tolist(), ids[concerned].tolist(), strict=True)
    changed: Any = ids.copy()
    changed[concerned] = [renamed.get(key, key[1]) for key in keys]
    return cast("pd.Series[str]", changed)


def _with_other_ids(tables: Tables, renamed: Renamed) -> Tables:
    """Call works as they are called now, wherever their part names them, and report it."""
    works, references, contexts = (tables[name].copy(deep=False) for name in ("works", "references", "contexts"))
    copies = _rows_of(works, renamed)
    works["work_id"] = replaced(works["work_id"], renamed)
    references["citing"] = replaced(references["citing"], renamed)
    contexts["citing"] = replaced(contexts["citing"], renamed)
    parts = {part for part, _ in renamed}
    ids: Any = references["ids"].copy()
    linked = ids.str.contains("work:", regex=False, na=False).to_numpy() & references.index.isin(parts)
    terms = {(part, normalise_id("work", old)): normalise_id("work", new) for (part, old), new in renamed.items()}
    ids[linked] = [
        join_ids(terms.get((part, term), term) for term in text.split()) for part, text in ids[linked].items()
    ]
    references["ids"] = ids
    told = pd.DataFrame(
        {
            "file": copies["file"],
            "line": copies["line"],
            "kind": "repeated work id",
            "detail": [
                f"{old!r} occurs more than once; this one is kept as {renamed[part, old]!r}. "
                "Remove the copy or deduplicate."
                for part, old in zip(copies.index, copies["work_id"], strict=True)
            ],
            "excerpt": copies["title"],
        }
    )
    problems = pd.concat([tables["problems"], told])
    return {**tables, "works": works, "references": references, "contexts": contexts, "problems": problems}


def _rows_of(works: pd.DataFrame, of: Collection[tuple[int, str]]) -> pd.DataFrame:
    """Rows of works by their part and id."""
    rows = works[works["work_id"].isin({work_id for _, work_id in of}).to_numpy()]
    return rows[[key in of for key in zip(rows.index, rows["work_id"], strict=True)]]


def _renumbered(references: pd.DataFrame) -> pd.DataFrame:
    """Give references whose position is taken the next free ones of their list.

    Printed numbers are what passages refer to: a link to another record (``work:``), which has none, gives way.
    """
    is_link = references["ids"].str.startswith("work:", na=False).to_numpy()
    order = np.argsort(is_link, kind="stable")
    keys = references[["citing", "position"]].iloc[order] if is_link.any() else references[["citing", "position"]]
    clash = keys.duplicated().to_numpy()
    if not clash.any():
        return references
    last = keys[~clash].groupby("citing")["position"].max()
    later = keys[clash].reset_index(drop=True)
    positions: Any = references["position"].array.copy()
    positions[order[clash]] = (later["citing"].map(last) + later.groupby("citing").cumcount() + 1).array
    return references.assign(position=positions)
