"""Identifiers of works and references: who owns which, what else they are called, and where they contradict."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from citenet.identifiers import normalise_id

__all__ = ["CONFLICT_COLUMNS", "Identified", "conflict", "identified", "terms_of"]

CONFLICT_COLUMNS = {"kind": "str", "citing": "str", "position": "Int64", "identifier": "str", "works": "str"}
_PRIORITY = {"work": 0, "doi": 1}


@dataclass(frozen=True)
class Identified:
    """What the identifiers alone say.

    Parameters
    ----------
    links : DataFrame
        One row per reference that carries an identifier of a work: ``row``, ``work`` (NA where several have it),
        ``rule`` (the scheme, or "alias").
    shared : DataFrame
        ``row`` and ``work``: the works that have the identifier of a reference, where they are several.
    aliases : DataFrame
        ``identifier``, ``work``, ``source``: what a work is also called.
    conflicts : DataFrame
        `CONFLICT_COLUMNS`.
    """

    links: pd.DataFrame
    shared: pd.DataFrame
    aliases: pd.DataFrame
    conflicts: pd.DataFrame


def terms_of(table: pd.DataFrame) -> pd.DataFrame:
    """All identifiers of a table in long form: row number and ``scheme:value`` term."""
    numbered = table.reset_index(drop=True)
    doi = "doi:" + numbered["doi"].dropna()
    others = numbered["ids"].dropna().str.split(" ").explode()
    terms = pd.concat([doi, others])
    return pd.DataFrame(
        {"row": terms.index.astype("int64"), "term": pd.array(terms.to_numpy(dtype=object), dtype="str")}
    )


def identified(references: pd.DataFrame, works: pd.DataFrame) -> Identified:
    """Find the work that the identifiers of each reference name.

    Parameters
    ----------
    references, works : DataFrame
        Of a corpus.

    Returns
    -------
    Identified

    Notes
    -----
    An identifier that no work has, printed beside one that a work has, is an alias of it, if it stands beside no other
    work's. A work id outranks a DOI, and a DOI all others; one that several works have says which of them is meant
    together with another.
    """
    owned = _owned(works)
    several = owned[owned["term"].duplicated(keep=False)]
    owners = owned.assign(work=owned["work"].mask(owned.index.isin(several.index), ""))
    terms = terms_of(references)
    owner = terms["term"].map(owners.drop_duplicates("term").set_index("term")["work"])
    terms["work"] = owner.astype("str")  # floats where no identifier is of any work
    known = terms.dropna(subset=["work"])
    beside = terms[terms["work"].isna()].merge(known[["row", "work"]], on="row", suffixes=("_", ""))
    beside = beside[(beside["work"] != "") & ~beside["term"].str.startswith("work:")][["term", "work"]]
    names = beside.drop_duplicates().groupby("term")["work"].agg(lambda works: " | ".join(sorted(works)))
    twofold = names.str.contains(" | ", regex=False)
    alias = names[~twofold]
    called = terms[terms["work"].isna() & terms["term"].isin(alias.index)]
    called = called.assign(work=called["term"].map(alias), rule="alias", priority=3)
    agreed = known["row"].map(_agreed(known, several)).where(known["work"] == "").astype("str")
    known = known.assign(work=agreed.fillna(known["work"]), rule=known["term"].str.split(":", n=1).str[0])
    known["priority"] = known["rule"].map(_PRIORITY).fillna(2)
    ranked = pd.concat([known, called]).sort_values(["row", "priority", "term"])
    links = ranked.drop_duplicates("row")[["row", "work", "rule"]].reset_index(drop=True)
    links["work"] = links["work"].mask(links["work"] == "")
    shared = terms[terms["work"] == ""][["row", "term"]].merge(several, on="term")[["row", "work"]]
    shared = shared[shared["row"].isin(links.loc[links["work"].isna(), "row"])].drop_duplicates()
    held = several.groupby("term")["work"].agg(lambda works: " | ".join(sorted(works)))
    conflicts = [
        conflict("identifier of several works", identifier=held.index, works=held.to_numpy()),
        conflict("alias of several works", identifier=names.index[twofold], works=names[twofold].to_numpy()),
        _contradicting(known[known["work"] != ""], references),
    ]
    aliases = pd.DataFrame({"identifier": alias.index, "work": alias.to_numpy(), "source": "printed together"})
    return Identified(links, shared, aliases, pd.concat(conflicts, ignore_index=True))


def _agreed(known: pd.DataFrame, several: pd.DataFrame) -> pd.Series[str]:
    """Find the only work that has all the identifiers of a reference, by row, where one of these has several."""
    torn = known[known["work"] == ""]
    owners = torn[["row", "term"]].merge(several, on="term")
    held = pd.concat([owners, known[(known["work"] != "") & known["row"].isin(torn["row"])][["row", "term", "work"]]])
    n = held.groupby("row")["term"].nunique()
    of_work = held.groupby(["row", "work"])["term"].nunique().reset_index(name="n")
    every = of_work[of_work["n"].to_numpy() == n.reindex(of_work["row"]).to_numpy()]
    meant: pd.Series[str] = every.drop_duplicates("row", keep=False).set_index("row")["work"].astype("str")
    return meant


def _owned(works: pd.DataFrame) -> pd.DataFrame:
    """Every identifier with the works that have it."""
    terms = terms_of(works)
    terms["work"] = works.index.to_numpy(dtype=object)[terms["row"]]
    own = pd.DataFrame({"term": [normalise_id("work", work_id) for work_id in works.index], "work": works.index})
    return pd.concat([terms[["term", "work"]], own]).drop_duplicates(ignore_index=True)


def _contradicting(known: pd.DataFrame, references: pd.DataFrame) -> pd.DataFrame:
    """List the references whose identifiers name different works."""
    different = known.drop_duplicates(["row", "work"])
    different = different[different["row"].duplicated(keep=False)]
    rows = different.groupby("row").agg(
        term=("term", lambda terms: " ".join(sorted(terms))), work=("work", lambda works: " | ".join(sorted(works)))
    )
    return conflict(
        "identifiers of different works", references.iloc[rows.index], identifier=rows["term"], works=rows["work"]
    )


def conflict(kind: str, rows: pd.DataFrame | None = None, **columns: object) -> pd.DataFrame:
    """Build rows of the table of conflicts."""
    table = pd.DataFrame({name: np.asarray(values, dtype=object) for name, values in columns.items()})
    for column in ("citing", "position"):
        table[column] = rows[column].to_numpy() if rows is not None else None
    return table.assign(kind=kind)[list(CONFLICT_COLUMNS)]
