"""What holds of the tables of a corpus, whoever made them: their types, their order, their identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.tables import are_alike, conform, known_texts, taken
from citenet.errors import InputError
from citenet.identifiers import tidy_doi, tidy_ids, untidy

__all__ = [
    "CONTEXT_COLUMNS",
    "DESCRIPTION",
    "PROBLEM_COLUMNS",
    "REFERENCE_COLUMNS",
    "SOURCE_COLUMNS",
    "WORK_COLUMNS",
    "Places",
    "Tables",
    "amendments",
    "arranged",
    "checked",
    "counted",
    "identified",
    "in_lists",
    "of_part",
    "problems_in_order",
]

Tables = dict[str, pd.DataFrame]
_Amended = dict[str, tuple[str | None, list[str]]]
Amendments = dict[tuple[str, str], _Amended]

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

_IDENTIFIERS = {"doi": "malformed DOI", "ids": "malformed identifier"}  # by column, what a problem with them is called

_Numbers = npt.NDArray[np.int32]
_Factorized = tuple[npt.NDArray[Any], Any]  # which of some texts each cell has, -1 for none; the texts, each once
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
    schemas = {
        "works": {"work_id": "str", **WORK_COLUMNS},
        "references": REFERENCE_COLUMNS,
        "contexts": CONTEXT_COLUMNS,
        "problems": PROBLEM_COLUMNS,
        "sources": SOURCE_COLUMNS,
    }
    return arranged({name: conform(tables.pop(name), columns, name) for name, columns in schemas.items()})


def arranged(tables: Tables) -> Tables:
    """Return tables that conform to their types as `checked` does, and raise as it does.

    Further columns of Python objects get the type that all of these are of.
    """
    works, references, contexts = (tables.pop(name).infer_objects() for name in ("works", "references", "contexts"))
    places = Places(works.index.to_numpy(), *works["work_id"].array.factorize())
    places.of(contexts.index.to_numpy(), contexts["citing"].array.factorize(), "contexts")
    named = references["citing"].array.factorize()
    citing = places.of(references.index.to_numpy(), named, "references")
    positions, order = in_lists(references["position"].array, citing, named)
    references["position"] = positions
    tables |= {"works": _taken(works, places.order), "references": _taken(references, order), "contexts": contexts}
    return identified(tables, amendments(lambda name, column: known_texts(tables[name][column])))


def identified(tables: Tables, amended: Amendments) -> Tables:
    """Return tables with identifiers in the normal form, and what goes with works and references in order.

    Parameters
    ----------
    tables : dict of DataFrame
        Works and references are in order.
    amended : dict
        What `amendments` says.
    """
    malformed = [row for (name, column), said in amended.items() for row in _amend(tables[name], column, said)]
    return {
        "works": tables["works"],
        "references": tables["references"],
        "contexts": tables["contexts"].sort_values(["citing", "passage", "position"], kind="stable"),
        "problems": problems_in_order(tables["problems"], malformed),
        "sources": tables["sources"].sort_values(["file", "sha256"], ignore_index=True),
    }


def of_part(tables: Tables, at: int) -> Tables:
    """Tables as part ``at`` of others."""
    return {name: table.set_axis(np.full(len(table), at, dtype="int32"), axis=0) for name, table in tables.items()}


def problems_in_order(problems: pd.DataFrame, further: Sequence[Mapping[str, Any]] = ()) -> pd.DataFrame:
    """Put problems, which are in their types, and further ones in order."""
    table = problems
    if further:
        table = pd.concat([table, conform(pd.DataFrame(further), PROBLEM_COLUMNS, "problems")])
    return table.sort_values(["file", "line", "kind", "detail"], ignore_index=True)


def counted(n: int, noun: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "work"), counted(1200, "work")
    ('1 work', '1,200 works')
    """
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


class Places:
    """The place of each work in the order of its part and id, and of whatever names a work.

    ``order`` puts works in this order.

    Parameters
    ----------
    parts : array of int
        The part that each work is of.
    codes : array of int
        Which of ``ids`` each work has.
    ids : array of str
        Ids of works, each once.

    Raises
    ------
    InputError
        If a work has no id, or one that another of its part has.
    """

    def __init__(self, parts: npt.NDArray[Any], codes: npt.NDArray[Any], ids: Any) -> None:
        if (codes < 0).any():
            raise InputError(f"{int((codes < 0).sum())} of {len(codes)} works have no id; give each one, as text")
        ranks, ordered = pd.factorize(ids, sort=True)
        keys = parts.astype("int64") * len(ids) + ranks[codes]
        self.order = np.argsort(keys, kind="stable")
        self._ids, self._keys = pd.Index(ordered), keys[self.order]
        again = np.flatnonzero(np.diff(self._keys) == 0)
        if len(again):
            raise InputError(f"work ids must be unique; {ids[codes[self.order[again[0]]]]!r} occurs more than once")

    def of(self, parts: npt.NDArray[Any], named: _Factorized, table: str) -> _Numbers:
        """Place of the work that each row of a table names as ``citing``: the parts of these rows, codes and ids.

        Raises
        ------
        InputError
            If there is no such work.
        """
        codes, ids = named
        known = np.append(self._ids.get_indexer(pd.Index(ids)), -1)  # -1 also where none is named
        places = np.empty(len(codes), dtype="int32")
        for at in range(0, len(codes), _SLICE):
            some = known[codes[at : at + _SLICE]]
            keys = parts[at : at + _SLICE].astype("int64") * len(self._ids) + some
            found = np.searchsorted(self._keys, keys)
            found[(some < 0) | (np.append(self._keys, -1)[found] != keys)] = -1
            places[at : at + _SLICE] = found
        unknown = places < 0
        if unknown.any():
            first = codes[int(unknown.argmax())]
            raise InputError(
                f"{int(unknown.sum())} of {len(codes)} {table} name a citing work that is not in works, "
                f"e.g. {np.nan if first < 0 else ids[first]!r}"
            )
        return places


def in_lists(positions: Any, citing: _Numbers, named: _Factorized) -> tuple[Any, npt.NDArray[np.intp]]:
    """Return positions of references within their lists, and the order that puts references in that of their lists.

    Positions that are not given follow those of their list that are. ``citing`` is the place of the citing work of
    each reference, ``named`` are codes and ids of these works.

    Raises
    ------
    InputError
        If a position is below 1 or taken twice within a list.
    """
    if positions.isna().any():
        positions = _filled_positions(positions, citing)
    numbers = positions.to_numpy(dtype="int64")
    if (numbers < 1).any():
        raise InputError(f"references.position counts from 1; found {numbers.min()}")
    order = np.argsort(citing, kind="stable")
    if not _steps(order, citing, numbers).all():  # the positions are in no order, or some are taken twice
        order = np.lexsort((numbers, citing))
    repeated = ~_steps(order, citing, numbers)
    if repeated.any():
        first = int(order[1:][repeated].min())
        raise InputError(
            f"work {named[1][named[0][first]]!r} has two references at position {numbers[first]}; number them 1, 2, …"
        )
    return positions, order


def _steps(order: npt.NDArray[np.intp], citing: _Numbers, numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether each but the first, in some order, is of another list than the one before it or has a higher position."""
    steps: npt.NDArray[np.bool_] = (np.diff(numbers[order]) > 0) | (np.diff(citing[order]) != 0)
    return steps


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
    columns: dict[Any, Any] = {}
    index = table.index.take(order)
    for name in list(table.columns):
        if are_alike(table[name].array):  # not copied: pandas has to know that they are the caller's, too
            columns[name] = table.pop(name).set_axis(index)
        else:
            columns[name] = taken([table.pop(name).array], order)
    return pd.DataFrame(columns, index=index, copy=False)


def amendments(texts_of: Callable[[str, str], Iterable[list[str]]]) -> Amendments:
    """Return what becomes of identifiers that are not in their normal form, by table and column and what they hold.

    That is the normal form, or None, and what of it is no identifier. ``texts_of`` gives the texts that stand in a
    column of a table, some at a time.
    """
    amended: Amendments = {}
    for name in ("works", "references"):
        for column in _IDENTIFIERS:
            found = {text for some in texts_of(name, column) for text in untidy(some, column)}
            tidy = {text: tidy_ids(text) if column == "ids" else (tidy_doi(text), []) for text in found}
            amended[name, column] = {text: kept for text, kept in tidy.items() if kept != (text, [])}
    return amended


def _amend(table: pd.DataFrame, column: str, amended: _Amended) -> list[dict[str, Any]]:
    """Put the identifiers of a column in their normal form; return a problem for each text of a file that is none."""
    if not amended:
        return []
    is_odd = table[column].isin(list(amended))
    rows = table.loc[is_odd, [column, "file", "line"]].reset_index(drop=True)
    table.loc[is_odd, column] = [amended[text][0] for text in rows[column]]
    lost: dict[tuple[str, str], list[int]] = {}
    for at, (text, file) in enumerate(zip(rows[column], rows["file"].fillna(""), strict=True)):
        new, others = amended[text]
        for malformed in others or ([text] if new is None else ()):
            lost.setdefault((file, malformed), []).append(at)
    problems = []
    for (_, text), found in lost.items():
        kind = _IDENTIFIERS[column]
        detail = f"{text[:80]!r} is no {kind.split()[1]}; left out ({counted(len(found), 'row')})"
        place = {"file": rows.loc[found[0], "file"], "line": rows.loc[found[0], "line"]}
        problems.append({**place, "kind": kind, "detail": detail, "excerpt": text[:200]})
    return problems
