"""Every work of two versions: what became of it, of its description and of its reference list."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from citenet.comparison.alignment import Alignment, letters
from citenet.network import CitationNetwork

__all__ = ["work_changes"]

_DESCRIBED = ("title", "authors", "year", "type", "container", "doi")


def work_changes(before: CitationNetwork, after: CitationNetwork, alignment: Alignment) -> pd.DataFrame:
    """List the works of both versions with what became of them.

    Parameters
    ----------
    before, after : CitationNetwork
    alignment : Alignment
        Of their works.

    Returns
    -------
    DataFrame
        One row per pair of records of a work, and per record without one: ``before``, ``after`` (ids), ``status``
        ("kept", "added", "removed"; "merged" and "split" where the versions describe a work in more and in fewer
        records), ``rule`` (by what it was found), ``external`` (cited, but not of the corpus; where it is in both, in
        the later), ``external_before``, ``external_after``, ``references_before``, ``references_after`` (NA where it is
        not in the version), ``changed``: what of its description is known in both and another, as "type:
        article → book-chapter".
    """
    records = [
        pd.DataFrame({version: names.index, "name": names.to_numpy(dtype=object)})
        for version, names in zip(("before", "after"), alignment.versions(), strict=True)
    ]
    table = records[0].merge(records[1], on="name", how="outer")
    many = [names.value_counts().reindex(table["name"]).fillna(0).to_numpy() for names in alignment.versions()]
    several = table["name"].isin(alignment.merged).to_numpy()
    conditions = [many[1] == 0, many[0] == 0, several & (many[0] > many[1]), several & (many[0] < many[1])]
    table["status"] = np.select(conditions, ["removed", "added", "merged", "split"], "kept")
    table["rule"] = table["before"].map(alignment.rule).astype("str").fillna("")
    for version, net in (("before", before), ("after", after)):
        known = table[version].notna()
        position = net.ids.get_indexer(pd.Index(table.loc[known, version]))
        lists = _references(net)[position]
        table[f"references_{version}"] = pd.array([pd.NA] * len(table), dtype="Int64")
        table.loc[known, f"references_{version}"] = lists
        table[f"external_{version}"] = pd.array([pd.NA] * len(table), dtype="boolean")
        table.loc[known, f"external_{version}"] = net.external[position]
    table["external"] = table["external_after"].fillna(table["external_before"]).astype(bool)
    table["changed"] = _changed(table, before.works, after.works)
    return table.drop(columns="name").sort_values(["before", "after"], ignore_index=True)


def _references(net: CitationNetwork) -> Any:
    """Count the references of each work, resolved or not, shape (n_works,)."""
    made = np.bincount(net.citing, minlength=net.n_works)
    lost = net.ids.get_indexer(pd.Index(net.dropped["citing"]))
    return made + np.bincount(lost[lost >= 0], minlength=net.n_works)


def _changed(table: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> pd.Series[str]:
    """Say what of the description of each work differs; case, accents and punctuation do not count."""
    said = pd.Series("", index=table.index, dtype="object")
    both = table[table["before"].notna() & table["after"].notna()]
    for column in _DESCRIBED:
        if column not in before or column not in after:
            continue
        one = before[column].reindex(both["before"]).array
        other = after[column].reindex(both["after"]).array
        values = pd.DataFrame({"one": one, "other": other}, index=both.index, dtype="object").dropna().astype("str")
        values = values[values["one"] != values["other"]]
        values = values[values["one"].map(letters) != values["other"].map(letters)]
        text = f"{column}: " + values["one"] + " → " + values["other"]
        said[text.index] = said[text.index].where(said[text.index] == "", said[text.index] + "; ") + text
    return said.astype("str")
