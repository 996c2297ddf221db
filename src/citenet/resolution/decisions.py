"""Decisions of a reviewer: a table that outranks what the records say, and that outlives re-runs and updates.

References are named by their printed text and works by their id or an identifier (``doi:…``), never by position.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice
from citenet._support.tables import conform
from citenet._support.text import fold, shorten
from citenet.errors import ColumnError, InputError
from citenet.identifiers import normalise_doi, normalise_id
from citenet.resolution.identity import terms_of

__all__ = [
    "DECISIONS",
    "DECISION_COLUMNS",
    "DecidedReferences",
    "decided_references",
    "decided_works",
    "printed",
    "read_decisions",
]

DECISIONS = ("this work", "same", "different")
DECISION_COLUMNS = {"decision": "str", "reference": "str", "work": "str", "other": "str", "note": "str"}
_PRINTED = ("authors", "year", "title", "container", "volume", "first_page", "doi")


def read_decisions(source: str | Path | pd.DataFrame | None) -> pd.DataFrame:
    """Read decisions from a CSV file or a table.

    Parameters
    ----------
    source : path, DataFrame or None
        Columns ``decision`` and, as the decision needs, ``reference``, ``work``, ``other``, ``note``; further columns
        and rows without a decision are passed over, so that `Resolution.review` can be filled in and given back.

    Returns
    -------
    DataFrame
        `DECISION_COLUMNS`.

    Raises
    ------
    InputError
        If a decision is none of "this work", "same", "different", or does not name what it decides on.
    """
    if source is None:
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in DECISION_COLUMNS.items()})
    if isinstance(source, pd.DataFrame):
        table = source
    else:
        try:
            table = pd.read_csv(source, dtype="str", encoding="utf-8-sig", keep_default_na=False, na_values=[""])
        except (OSError, ValueError) as error:  # what pandas cannot parse is a ValueError
            raise InputError(f"the decisions {source} cannot be read as CSV in UTF-8: {error}") from error
    if "decision" not in table:
        raise ColumnError("decisions", "decision", table.columns)
    kept = table[[name for name in DECISION_COLUMNS if name in table]].reset_index(drop=True)
    decisions = conform(kept, DECISION_COLUMNS, "decisions")
    decisions["decision"] = decisions["decision"].str.strip().str.lower()
    decisions = decisions.dropna(subset="decision").drop_duplicates()
    for decision in decisions["decision"].unique():
        check_choice("decision", decision, DECISIONS)
    _check_complete(decisions)
    return decisions.sort_values(list(DECISION_COLUMNS), ignore_index=True)


def _check_complete(decisions: pd.DataFrame) -> None:
    has = decisions.notna()
    needed = {
        "this work": (has["reference"] & has["work"], "a reference and a work"),
        "same": (
            has["other"] & (has["reference"] ^ has["work"]),
            "two works, or two references, the second in 'other'",
        ),
        "different": (
            (has["reference"] & ~(has["work"] & has["other"])) | (has["work"] & has["other"] & ~has["reference"]),
            "a reference and a work (or no work: it means none of them), two works, or two references",
        ),
    }
    for decision, (complete, wanted) in needed.items():
        wrong = (decisions["decision"] == decision) & ~complete
        if wrong.any():
            row = decisions[wrong].iloc[0].dropna().to_dict()
            raise InputError(f"{int(wrong.sum())} decisions {decision!r} do not name {wanted}, e.g. {row}")


def printed(references: pd.DataFrame) -> pd.Series[Any]:
    """Text by which a reference is known: as printed, else its fields one after the other."""
    text = references["raw"]
    if text.isna().any():
        rows = references.loc[text.isna(), list(_PRINTED)].astype("object")
        told = [" ".join(str(value) for value in row if not pd.isna(value)) for row in rows.to_numpy()]
        text = text.copy()
        text[text.isna()] = told
    return text


@dataclass(frozen=True)
class DecidedReferences:
    """What the decisions say of the references, by row number.

    Parameters
    ----------
    works : Series of str, indexed by row
        The work that a reference means; NA: none of the corpus.
    barred : DataFrame
        ``row`` and ``work``: what a reference does not mean.
    used : ndarray of int64, shape (n_decisions,)
        References that each decision speaks of and that could be followed.
    """

    works: pd.Series[Any]
    barred: pd.DataFrame
    used: npt.NDArray[np.int64]


def decided_references(decisions: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> DecidedReferences:
    """Look up the references that decisions speak of.

    Raises
    ------
    InputError
        If one reference is decided to mean two works, or a work that it is decided not to mean, or two references to be
        both the same and different.
    """
    texts = decisions[decisions["reference"].notna() & decisions["other"].notna()]
    said_twice = np.sort([[fold(text) for text in pair] for pair in texts[["reference", "other"]].to_numpy()], axis=-1)
    _check_one_verdict(
        pd.DataFrame(said_twice.reshape(-1, 2), columns=["work", "other"]).assign(decision=texts["decision"].to_numpy())
    )
    chosen = decisions[decisions["reference"].notna() & decisions["other"].isna()]
    if chosen.empty:
        nothing = pd.DataFrame({"row": np.empty(0, np.int64), "work": np.empty(0, dtype=object)})
        return DecidedReferences(nothing.set_index("row")["work"], nothing, np.zeros(len(decisions), np.int64))
    texts = pd.DataFrame({"text": printed(references).map(fold).to_numpy(), "row": np.arange(len(references))})
    rows = chosen.assign(text=chosen["reference"].map(fold), work_id=_named(chosen["work"], works))
    rows = rows.assign(number=chosen.index).merge(texts, on="text")
    known = rows["work"].isna() | rows["work_id"].notna()
    used = np.bincount(rows.loc[known, "number"], minlength=len(decisions))
    meant = rows[(rows["decision"] == "this work") & known]
    none = rows[(rows["decision"] == "different") & rows["work"].isna()]
    said = pd.concat([meant, none])[["row", "work_id", "reference"]].drop_duplicates(["row", "work_id"])
    barred = rows[(rows["decision"] == "different") & rows["work_id"].notna()]
    against = pd.MultiIndex.from_frame(barred[["row", "work_id"]])
    twice = said["row"].duplicated() | pd.MultiIndex.from_frame(said[["row", "work_id"]]).isin(against)
    if twice.any():
        text = said.loc[twice, "reference"].iloc[0]
        raise InputError(f"the decisions give the reference {shorten(text)!r} two meanings; keep one")
    return DecidedReferences(
        said.set_index("row")["work_id"].rename("work"),
        barred[["row", "work_id"]].rename(columns={"work_id": "work"}).drop_duplicates(),
        used,
    )


def decided_works(decisions: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Pairs of works that are decided to be the same or different.

    Returns
    -------
    DataFrame
        ``decision``, ``work``, ``other`` (ids, in alphabetical order) of the pairs that both are in the corpus, and
        ``number`` of the decision.

    Raises
    ------
    InputError
        If two works are decided to be both the same and different.
    """
    chosen = decisions[decisions["reference"].isna() & decisions["other"].notna()]
    if chosen.empty:
        columns = {name: np.empty(0, dtype=object) for name in ("decision", "work", "other")}
        return pd.DataFrame(columns | {"number": np.empty(0, np.int64)})
    pairs = pd.DataFrame({"work": _named(chosen["work"], works), "other": _named(chosen["other"], works)})
    pairs = pairs.assign(decision=chosen["decision"], number=chosen.index).dropna()
    pairs = pairs[pairs["work"] != pairs["other"]]
    pairs[["work", "other"]] = np.sort(pairs[["work", "other"]].to_numpy(dtype=object), axis=1)
    _check_one_verdict(pairs)
    return pairs[["decision", "work", "other", "number"]].reset_index(drop=True)


def _check_one_verdict(pairs: pd.DataFrame) -> None:
    verdicts = pairs.groupby(["work", "other"])["decision"].nunique()
    twofold = verdicts.index[verdicts > 1]
    if len(twofold):
        one, other = map(shorten, twofold[0])
        raise InputError(f"the decisions say that {one!r} and {other!r} are the same and that they differ; keep one")


def _named(names: pd.Series[Any], works: pd.DataFrame) -> pd.Series[Any]:
    """Work id that each name or identifier means; NA where no work of the corpus, or more than one, is called so."""
    terms = terms_of(works)
    terms["work"] = works.index.to_numpy(dtype=object)[terms["row"]]
    terms = terms.drop_duplicates(["term", "work"]).drop_duplicates("term", keep=False)
    by_term = dict(zip(terms["term"], terms["work"], strict=True))

    def find(name: str) -> str | None:
        if name in works.index:
            return name
        scheme, _, value = name.partition(":")
        doi = normalise_doi(name)
        return by_term.get(f"doi:{doi}" if doi else str(normalise_id(scheme.lower(), value)))

    found = [None if pd.isna(name) else find(name.strip()) for name in names]
    return pd.Series(found, index=names.index, dtype="object")
