"""Titles of the few works that are listed: they are looked up in the source, and never kept with the works."""

from __future__ import annotations

import pandas as pd

from citenet._support.optional import require
from citenet.scale.tables import CitationTables, scratched

__all__ = ["titles_of"]


@scratched
def titles_of(tables: CitationTables, ids: pd.Series[str]) -> pd.Series[str]:
    """Look up titles.

    Parameters
    ----------
    tables : CitationTables
    ids : Series of str

    Returns
    -------
    Series of str
        With the index of ``ids``; NA where none is stated, or where rows of one id state different ones.
    """
    unknown = pd.Series(pd.NA, index=ids.index, dtype="str")
    if tables.titles is None or not len(ids):
        return unknown
    nw = require("narwhals", "scale")
    wanted = pd.DataFrame({"wanted": ids.unique()}, dtype="str")
    texts = tables.titles.select(tables.text_id("id").alias("text"), "title")
    stated = texts.join(tables.backend.table(wanted), left_on="text", right_on="wanted", how="inner")
    title = nw.col("title")
    found = tables.backend.fetch(stated.group_by("text").agg(title.min().alias("low"), title.max().alias("high")))
    table = found.to_pandas().astype("str").set_index("text")
    return ids.map(table.loc[table["low"] == table["high"], "low"]).astype("str")
