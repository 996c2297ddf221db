"""Works that are cited but not in the corpus: one node for all references that mean the same work."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from citenet.corpus import WORK_COLUMNS

__all__ = ["external_ids", "external_works"]


def external_ids(references: pd.DataFrame, keys: pd.DataFrame, known_containers: pd.Series[Any]) -> pd.Series[Any]:
    """Name the external work that each reference means.

    Parameters
    ----------
    references : DataFrame
        References that match no work of the corpus.
    keys : DataFrame, same index
        Their `key_table`.
    known_containers : Series of str
        Folded names of journals, from references with a volume and from the corpus.

    Returns
    -------
    Series of str, same index
        A DOI or other identifier where one is printed; else author, year and what tells the work apart (volume and
        page, title, or the title of a book). NA where the reference says too little: an author, a year and a journal do
        not name a work.

    Notes
    -----
    References without a DOI join those with one where author, year, volume and page are the same and only one DOI has
    them.
    """
    composite = _composite(keys, known_containers)
    identifier = pd.Series(map(_identifier, references["doi"], references["ids"]), index=references.index, dtype="str")
    both = pd.DataFrame({"composite": composite, "identifier": identifier}).dropna().drop_duplicates()
    unique = both[~both["composite"].duplicated(keep=False)].set_index("composite")["identifier"]
    shared = composite.map(unique).astype("str")
    return identifier.where(identifier.notna(), shared.where(shared.notna(), composite))


def _identifier(doi: object, ids: object) -> str | None:
    """Return the DOI or else the first other identifier, as a ``scheme:value`` term."""
    if isinstance(doi, str):
        return f"doi:{doi}"
    terms = ids.split() if isinstance(ids, str) else []
    return next((term for term in terms if not term.startswith("work:")), None)


def _composite(keys: pd.DataFrame, known_containers: pd.Series[Any]) -> pd.Series[Any]:
    """Readable key of author, year and what tells works of one author and year apart; NA where nothing does."""
    named = (keys["family"] != "") & keys["year"].notna()
    start = keys["family"] + " " + keys["year"].astype("str")
    paged = named & (keys["volume"] != "") & (keys["page"] != "")
    titled = named & ~paged & (keys["title"] != "")
    book = named & ~paged & ~titled & (keys["container"] != "") & ~keys["container"].isin(known_containers)
    in_journal = named & ~paged & ~titled & (keys["container"] != "") & (keys["page"] != "") & ~book
    parts = [
        (paged, start + " v" + keys["volume"] + " p" + keys["page"]),
        (titled, start + " " + keys["title"].str.split(" ", n=10).str[:10].str.join(" ")),
        (book, start + " " + keys["initial"] + " " + keys["container"]),
        (in_journal, start + " " + keys["container"] + " p" + keys["page"]),
    ]
    composite = pd.Series(np.nan, index=keys.index, dtype="str")
    for chosen, text in parts:
        composite = composite.mask(chosen, text)
    return composite


def external_works(references: pd.DataFrame, ids: pd.Series[Any]) -> pd.DataFrame:
    """Describe each external work by what most of its references print.

    Parameters
    ----------
    references : DataFrame
    ids : Series of str
        External work of each reference; NA none.

    Returns
    -------
    DataFrame indexed by external id
        The columns of `WORK_COLUMNS` that a reference can tell; ties go to the first in alphabetical order.
    """
    told = [column for column in WORK_COLUMNS if column in references and column not in ("file", "line")]
    named = references.loc[ids.notna(), told].assign(external_id=ids.dropna())
    described = {column: _most_common(named, column) for column in told}
    works = pd.DataFrame(described, index=pd.Index(sorted(named["external_id"].unique()), dtype="str"))
    return works.rename_axis("work_id")


def _most_common(named: pd.DataFrame, column: str) -> pd.Series[Any]:
    known = named[["external_id", column]].dropna()
    alone = ~known["external_id"].duplicated(keep=False)  # most works are cited once: nothing to count
    counts = known[~alone].value_counts().rename("n").reset_index()
    counts = counts.sort_values(["external_id", "n", column], ascending=[True, False, True])
    chosen = pd.concat([known[alone], counts.drop_duplicates("external_id")])
    return chosen.set_index("external_id")[column]
