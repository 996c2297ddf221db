"""What holds of the tables of a corpus, whoever made them: their types, their order, their identifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.tables import conform, known_texts, taken
from citenet.errors import InputError
from citenet.identifiers import tidy_doi, tidy_ids, untidy

__all__ = [
    "CONTEXT_COLUMNS",
    "DESCRIPTION",
    "PROBLEM_COLUMNS",
    "REFERENCE_COLUMNS",
    "SOURCE_COLUMNS",
    "WORK_COLUMNS",
    "Tables",
    "checked",
    "counted",
    "of_part",
    "problems_in_order",
]

Tables = dict[str, pd.DataFrame]

WORK_COLUMNS = {
    "title": "str",
    "authors": "str",
    "year": "Int64",
    "type": "str",
    "container": "str",
    "container_abbrev": "str",
    "volume": "str",
    "issue": "str",
    "first_page": "str",
    "last_page": "str",
    "doi": "str",
    "ids": "str",
    "file": "str",
    "line": "Int64",
}
DESCRIPTION = [column for column in WORK_COLUMNS if column not in ("file", "line")]
REFERENCE_COLUMNS = {
    "citing": "str",
    "position": "Int64",
    "raw": "str",
    "title": "str",
    "authors": "str",
    "year": "Int64",
    "type": "str",
    "container": "str",
    "volume": "str",
    "issue": "str",
    "first_page": "str",
    "last_page": "str",
    "publisher": "str",
    "doi": "str",
    "ids": "str",
    "file": "str",
    "line": "Int64",
}
CONTEXT_COLUMNS = {"citing": "str", "position": "Int64", "passage": "str", "section": "str"}
PROBLEM_COLUMNS = {"file": "str", "line": "Int64", "kind": "str", "detail": "str", "excerpt": "str"}
SOURCE_COLUMNS = {
    "file": "str",
    "format": "str",
    "sha256": "str",
    "n_works": "Int64",
    "n_references": "Int64",
    "retrieved": "str",
}

_Numbers = npt.NDArray[np.int32]
_SLICE = 1 << 16  # rows of which numbers are made together


def checked(tables: Tables) -> Tables:
    """Tables of a corpus in their types and in order, their identifiers in the normal form; all else is refused.

    Parameters
    ----------
    tables : dict of DataFrame
        ``works`` (with a column ``work_id``), ``references``, ``contexts``, ``problems`` and ``sources``; what is
        checked is taken out, so that it is not held twice. Where works, references and contexts are of several parts
        (files, other corpora), their index is the number of the part: ids are then those of their part.

    Raises
    ------
    InputError
        If a column cannot be read as its type, a citing work is none of ``works``, or a position is below 1 or taken
        twice within a list.
    """
    works = conform(tables.pop("works"), {"work_id": "str", **WORK_COLUMNS}, "works")
    places = _Places(works)
    works = _taken(works, places.order)
    contexts = conform(tables.pop("contexts"), CONTEXT_COLUMNS, "contexts")
    places.of(contexts, "contexts")
    references = conform(tables.pop("references"), REFERENCE_COLUMNS, "references")
    references = _in_order(references, places.of(references, "references"))
    malformed = _tidy_identifiers(works) + _tidy_identifiers(references)
    sources = conform(tables.pop("sources"), SOURCE_COLUMNS, "sources")
    return {
        "works": works,
        "references": references,
        "contexts": contexts.sort_values(["citing", "passage", "position"], kind="stable"),
        "problems": problems_in_order(tables.pop("problems"), malformed),
        "sources": sources.sort_values(["file", "sha256"], ignore_index=True),
    }


def of_part(tables: Tables, at: int) -> Tables:
    """Tables as part ``at`` of others."""
    return {name: table.set_axis(np.full(len(table), at, dtype="int32"), axis=0) for name, table in tables.items()}


def problems_in_order(problems: pd.DataFrame, further: Sequence[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Problems and further ones, in their types and in order."""
    table = conform(problems, PROBLEM_COLUMNS, "problems")
    if further:
        table = pd.concat([table, conform(pd.DataFrame(further), PROBLEM_COLUMNS, "problems")])
    return table.sort_values(["file", "line", "kind", "detail"], ignore_index=True)


def counted(n: int, noun: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "work"), counted(1200, "work")
    ('1 work', '1,200 works')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


class _Places:
    """The place of each work in the order of its part and id, and of whatever names a work.

    ``order`` puts works in this order.

    Raises
    ------
    InputError
        If a work has no id, or one that another of its part has.
    """

    def __init__(self, works: pd.DataFrame) -> None:
        codes, ids = pd.factorize(works["work_id"], sort=True)
        keys = works.index.to_numpy(dtype="int64") * len(ids) + codes
        self.order = np.argsort(keys, kind="stable")
        self._ids, self._keys = pd.Index(ids), keys[self.order]
        if (codes < 0).any():
            raise InputError(f"{int((codes < 0).sum())} of {len(works)} works have no id; give each one, as text")
        again = np.flatnonzero(np.diff(self._keys) == 0)
        if len(again):
            twice = works["work_id"].iloc[self.order[again[0]]]
            raise InputError(f"work ids must be unique; {twice!r} occurs more than once")

    def of(self, table: pd.DataFrame, name: str) -> _Numbers:
        """Place of the work that each row names as ``citing``.

        Raises
        ------
        InputError
            If there is no such work.
        """
        codes, named = table["citing"].array.factorize()
        known = np.append(self._ids.get_indexer(pd.Index(named)), -1)  # -1 also where none is named
        places = np.empty(len(table), dtype="int32")
        for at in range(0, len(table), _SLICE):
            some = known[codes[at : at + _SLICE]]
            keys = table.index[at : at + _SLICE].to_numpy(dtype="int64") * len(self._ids) + some
            found = np.searchsorted(self._keys, keys)
            found[(some < 0) | (np.append(self._keys, -1)[found] != keys)] = -1
            places[at : at + _SLICE] = found
        unknown = places < 0
        if unknown.any():
            raise InputError(
                f"{int(unknown.sum())} of {len(table)} {name} name a citing work that is not in works, "
                f"e.g. {table['citing'][unknown].iloc[0]!r}"
            )
        return places


def _in_order(references: pd.DataFrame, citing: _Numbers) -> pd.DataFrame:
    """Put references in the order of the place of their citing work and of their position.

    Positions that are not given follow those of their list that are.

    Raises
    ------
    InputError
        If a position is below 1 or taken twice within a list.
    """
    if references["position"].isna().any():
        references["position"] = _filled_positions(references["position"].array, citing)
    positions = references["position"].to_numpy(dtype="int64")
    if (positions < 1).any():
        raise InputError(f"references.position counts from 1; found {positions.min()}")
    order = np.lexsort((positions, citing))
    repeated = (citing[order[1:]] == citing[order[:-1]]) & (positions[order[1:]] == positions[order[:-1]])
    if repeated.any():
        first = int(order[1:][repeated].min())
        who, position = references["citing"].iloc[first], references["position"].iloc[first]
        raise InputError(f"work {who!r} has two references at position {position}; number them 1, 2, …")
    return _taken(references, order)


def _filled_positions(positions: Any, citing: _Numbers) -> Any:
    """Positions, of which those that are not given follow those that are, in the order of the rows."""
    unknown = np.asarray(positions.isna())
    last = np.zeros(citing.max() + 1, dtype="int64")
    np.maximum.at(last, citing[~unknown], positions[~unknown].to_numpy(dtype="int64"))
    turn = pd.Series(citing[unknown]).groupby(citing[unknown]).cumcount().to_numpy() + 1
    filled = positions.copy()
    filled[unknown] = last[citing[unknown]] + turn
    return filled


def _taken(table: pd.DataFrame, order: npt.NDArray[np.intp]) -> pd.DataFrame:
    """Rows in another order, column by column, so that no more than one of them is there twice."""
    if (np.diff(order) == 1).all():
        return table
    columns = {name: taken([table.pop(name).array], order) for name in list(table.columns)}
    return pd.DataFrame(columns, index=table.index.take(order), copy=False)


def _tidy_identifiers(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Put the identifiers of a table in their normal form; return a problem for each text of a file that is none."""
    problems: list[dict[str, Any]] = []
    for column, kind in (("doi", "malformed DOI"), ("ids", "malformed identifier")):
        odd = {text for known in known_texts(table[column]) for text in untidy(known, column)}
        if not odd:
            continue
        tidy = {text: tidy_ids(text) if column == "ids" else (tidy_doi(text), []) for text in odd}
        is_odd = table[column].isin(odd)
        rows = table.loc[is_odd, [column, "file", "line"]].reset_index(drop=True)
        table.loc[is_odd, column] = [tidy[text][0] for text in rows[column]]
        lost: dict[tuple[str, str], list[int]] = {}
        for at, (text, file) in enumerate(zip(rows[column], rows["file"].fillna(""), strict=True)):
            new, others = tidy[text]
            for malformed in others or ([text] if new is None else ()):
                lost.setdefault((file, malformed), []).append(at)
        for (_, text), found in lost.items():
            detail = f"{text[:80]!r} is no {kind.split()[1]}; left out ({counted(len(found), 'row')})"
            place = {"file": rows.loc[found[0], "file"], "line": rows.loc[found[0], "line"]}
            problems.append({**place, "kind": kind, "detail": detail, "excerpt": text[:200]})
    return problems
