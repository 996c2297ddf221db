"""The matching flow: what became of the references, from the printed list to the work, group by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from citenet.corpus import Corpus
from citenet.errors import ColumnError, InputError
from citenet.partition import Partition
from citenet.refparse.kinds import kind_of
from citenet.resolution.result import Resolution
from citenet.resolution.score import by_text

__all__ = ["BANDS", "kinds_of_references", "matching_flow"]

# Lower limits of the bands in which matches by text are counted.
BANDS = (0.99, 0.95, 0.9)
_FIELDS = ("title", "container", "volume", "issue", "first_page", "publisher", "doi", "ids")
# What exports print under "type" and what counts as the same kind here.
_KINDS = {"journal article": "article", "proceedings paper": "conference", "in press": "article", "website": "web"}


def matching_flow(corpus: Corpus, links: Resolution, *, by: object = None) -> pd.DataFrame:
    """Count the references at each stage of matching.

    Parameters
    ----------
    corpus : Corpus
    links : Resolution
        From ``resolve(corpus)``.
    by : None, "year", "source", column name, Partition, Series or mapping of work id to group
        What the citing works are told apart by: their year, their file, a column of the works, groups. None counts all.

    Returns
    -------
    DataFrame, indexed by stage
        One column of counts per group (``references`` where ``by`` is None), works without a group under "(none)".
        "references" = matched by decision, by identifier and by text (in bands of the probability) + ambiguous +
        unmatched of each kind (article, book, chapter, report, web …; "no volume or page": books, reports and chapters
        as Web of Science prints them; "unknown": nothing tells). "with an
        identifier" and "block too large" are counted beside these.

    Raises
    ------
    InputError
        If the links are not of this corpus, or no such column exists.

    Examples
    --------
    >>> works = pd.DataFrame({"title": ["Getting a job in town", "Ties"], "year": [1974, 1990]}, index=["g", "t"])
    >>> references = pd.DataFrame({"citing": ["t", "t"], "title": ["Getting a job in town", None], "year": [1974, 1960],
    ...                            "publisher": [None, "Wiley"]})
    >>> from citenet.resolution.matching import resolve
    >>> corpus = Corpus(works, references)
    >>> flow = matching_flow(corpus, resolve(corpus))
    >>> flow[flow["references"] > 0]["references"].to_dict()
    {'references': 2, 'matched by text, 0.95 to 0.99': 1, 'unmatched: unknown': 1}
    """
    table, references = links.links, corpus.references
    if not table[["citing", "position"]].equals(references[["citing", "position"]]):
        raise InputError("the links are not of this corpus; resolve it again")
    stage = _stages(table, references)
    group = _groups(corpus, by).reindex(table["citing"]).fillna("(none)").to_numpy(dtype=object)
    counts = pd.crosstab(stage, group)
    kinds = sorted(
        {name for name in counts.index if name.startswith("unmatched")}, key=lambda n: (n[11:] == "unknown", n)
    )
    order = ["matched by decision", "matched by identifier", *_band_names(), "ambiguous", *kinds]
    flow = counts.reindex(order, fill_value=0)
    carried = pd.crosstab((references["doi"].notna() | references["ids"].notna()).to_numpy(), group)
    capped = pd.crosstab(table["note"].str.contains("block too large", na=False).to_numpy(), group)
    top = pd.DataFrame(
        {"references": flow.sum(), "with an identifier": _row(carried, flow), "block too large": _row(capped, flow)}
    )
    flow = pd.concat([top.T, flow])
    if by is None:
        flow = flow.reindex(columns=["references"]) if flow.empty else flow.set_axis(["references"], axis=1)
    return flow.fillna(0).astype("int64").rename_axis(index="stage", columns=None)


def _row(counts: pd.DataFrame, flow: pd.DataFrame) -> pd.Series[Any]:
    return counts.reindex([True], fill_value=0).iloc[0].reindex(flow.columns, fill_value=0)


def _band_names() -> list[str]:
    upper = ["1", *(f"{limit:g}" for limit in BANDS)]
    bands = [f"{low} to {high}" for high, low in zip(upper[:-1], upper[1:], strict=True)]
    return [f"matched by text, {band}" for band in (*bands, f"below {BANDS[-1]:g}")]


def _stages(table: pd.DataFrame, references: pd.DataFrame) -> pd.Series[Any]:
    """Name the stage at which each reference stopped."""
    matched = (table["status"] == "matched").to_numpy()
    fields = matched & by_text(table["rule"]).to_numpy()
    names = np.array(_band_names(), dtype=object)
    band = names[np.searchsorted(-np.array(BANDS), -table["score"].fillna(0).to_numpy(), side="left")]
    by_id = np.where(table["rule"] == "decision", "matched by decision", "matched by identifier")
    open_ = table["status"] == "unmatched"
    kinds = pd.Series("", index=table.index, dtype="object")
    kinds[open_] = ("unmatched: " + kinds_of_references(references[open_])).to_numpy()
    rest = np.where(table["status"] == "ambiguous", "ambiguous", kinds)
    return pd.Series(np.where(fields, band, np.where(matched, by_id, rest)), name="stage")


def kinds_of_references(references: pd.DataFrame) -> pd.Series[Any]:
    """Kind of work that each reference cites: as the file says, else by its fields.

    "no volume or page" is what Web of Science prints of books, reports and chapters; "unknown": nothing tells.
    """
    said = references["type"].str.lower().replace(_KINDS)
    unsaid = references[said.isna()]
    text = unsaid["raw"].fillna("")
    values = unsaid[list(_FIELDS)].astype("object").where(unsaid[list(_FIELDS)].notna(), None)
    guessed = []
    for line, row in zip(text, values.to_numpy().tolist(), strict=True):
        fields = dict(zip(_FIELDS, row, strict=True))
        guessed.append(kind_of(line, fields) or ("no volume or page" if fields["container"] else "unknown"))
    said[said.isna()] = np.array(guessed, dtype=object)
    return said


def _groups(corpus: Corpus, by: object) -> pd.Series[Any]:
    """Group of each work that cites, by work id."""
    works = corpus.works
    if by is None:
        return pd.Series("references", index=works.index)
    if isinstance(by, Partition):
        return pd.Series(by.names_of(by.labels), index=by.works)
    if isinstance(by, Mapping | pd.Series):
        groups = pd.Series(by).astype("object")
        groups.index = groups.index.astype("str")
        if groups.index.has_duplicates:
            raise InputError(f"{groups.index[groups.index.duplicated()][0]!r} has two groups; give each work one")
        if not groups.index.isin(works.index).any() and len(works):
            raise InputError("no work of the corpus has a group; ``by`` goes from work id to group")
        return groups
    column = "file" if by == "source" else by
    if not isinstance(column, str) or column not in works:
        raise ColumnError("works", str(column), works.columns)
    return works[column].astype("str").where(works[column].notna())
