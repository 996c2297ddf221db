"""What the decisions of a reviewer say of the references and works of a corpus, and where they contradict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.errors import InputError
from citenet.resolution.decisions import place_of, printed, quoted, text_key
from citenet.resolution.named_works import named_works

__all__ = ["DecidedReferences", "decided_references", "decided_works", "rows_of_texts"]

Ints = npt.NDArray[np.int64]
_NO_ROWS = np.empty(0, np.int64)


@dataclass(frozen=True)
class DecidedReferences:
    """What the decisions say of the references, by row number.

    Parameters
    ----------
    works : Series of str, indexed by row
        The work that a reference means; NA: none of the corpus.
    barred : DataFrame
        ``row`` and ``work``: what a reference does not mean.
    same : list of (list of int, ndarray of int64)
        Decisions that together say that some rows mean one work, and these rows.
    different : list of (ndarray of int64, ndarray of int64)
        Rows that mean another work than the other rows.
    used : Series of Int64, by decision
        References that each decision speaks of; NA where it is one on works.
    problem : Series of str, by decision
        Why it cannot be followed; NA where it can.
    """

    works: pd.Series[Any]
    barred: pd.DataFrame
    same: list[tuple[list[int], Ints]]
    different: list[tuple[Ints, Ints]]
    used: pd.Series[int]
    problem: pd.Series[Any]


def decided_references(decisions: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> DecidedReferences:
    """Look up the references that decisions speak of.

    Texts that are said to be the same share what is decided on any of them.

    Raises
    ------
    InputError
        If decisions contradict each other, directly or by way of others: one reference means two works, or a work that
        it is decided not to mean; two are both the same and different.
    """
    known = named_works(decisions["work"], decisions["identifier"], decisions["description"], works)
    table = decisions.assign(work_id=known["work"], problem=known["problem"])
    on_text = table["reference"].notna()
    table["problem"] = table["problem"].where(on_text)
    open_ = table[on_text & table["problem"].isna()]
    rows_of = rows_of_texts(references, pd.concat([table["reference"], table.loc[on_text, "other"]]).dropna())
    for row in table[on_text & table["problem"].isna()].itertuples():
        gone = [text for text in (row.reference, row.other) if isinstance(text, str) and not _rows(rows_of, text).size]
        if gone:
            table.loc[row.Index, "problem"] = f"no reference prints {quoted(gone[0])}"
    sets = _consistent(open_, decisions, works)
    meant, barred = _meanings(open_, sets, rows_of)
    used = pd.Series(pd.NA, index=decisions.index, dtype="Int64")
    used[on_text] = [
        0 if isinstance(problem, str) else len(np.union1d(_rows(rows_of, one), _rows(rows_of, other)))
        for one, other, problem in table.loc[on_text, ["reference", "other", "problem"]].itertuples(index=False)
    ]
    texts = open_[open_["other"].notna()]
    differ = texts[texts["decision"] == "different"]
    return DecidedReferences(
        works=meant,
        barred=barred,
        same=_same_rows(texts[texts["decision"] == "same"], sets, rows_of),
        different=[
            (_rows_of_set(sets, rows_of, one), _rows_of_set(sets, rows_of, other))
            for one, other in zip(differ["reference"], differ["other"], strict=True)
        ],
        used=used,
        problem=table["problem"].astype("object"),
    )


def rows_of_texts(references: pd.DataFrame, texts: pd.Series[Any]) -> dict[str, Ints]:
    """Rows of the references that print each of some texts, by `text_key`."""
    if texts.empty:
        return {}
    keys = printed(references).map(text_key)
    wanted = np.flatnonzero(keys.isin(set(texts.map(text_key))).to_numpy())
    groups = pd.Series(wanted, index=keys.iloc[wanted].to_numpy()).groupby(level=0)
    return {str(key): rows.to_numpy() for key, rows in groups}


def _rows(rows_of: dict[str, Ints], text: object) -> Ints:
    return rows_of.get(text_key(text), _NO_ROWS) if isinstance(text, str) else _NO_ROWS


class _Sets:
    """Disjoint sets of texts and works that decisions say to be one."""

    def __init__(self) -> None:
        self.parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        self.parent.setdefault(name, name)
        while self.parent[name] != name:
            self.parent[name] = name = self.parent[self.parent[name]]
        return name

    def join(self, one: str, other: str) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self.parent[high] = low


def _text(text: str) -> str:
    return f"text {text_key(text)}"


def _work(work_id: str) -> str:
    return f"work {work_id}"


def _consistent(table: pd.DataFrame, decisions: pd.DataFrame, works: pd.DataFrame) -> _Sets:
    """Join what the decisions join, and refuse what contradicts it."""
    sets, same_works = _Sets(), _Sets()
    pairs, _ = _pairs_of_works(decisions, works)
    for one, other in pairs.loc[pairs["decision"] == "same", ["work", "other"]].itertuples(index=False):
        sets.join(_work(one), _work(other))
        same_works.join(_work(one), _work(other))
    for one, other in table.loc[table["decision"] == "same", ["reference", "other"]].itertuples(index=False):
        sets.join(_text(one), _text(other))
    chosen = table[table["decision"] == "this work"]
    for one, work in chosen[["reference", "work_id"]].itertuples(index=False):
        sets.join(_text(one), _work(work))
    meant: dict[str, str] = {}
    for row in chosen.to_dict("records"):
        work = same_works.root(_work(row["work_id"]))
        if meant.setdefault(sets.root(_text(row["reference"])), work) != work:
            raise _two_meanings(row)
    none = {sets.root(_text(text)) for text in _without_work(table)["reference"]}
    for row in table[table["decision"] == "different"].to_dict("records"):
        _check_different(row, sets, none.intersection(meant))
    return sets


def _check_different(row: Any, sets: _Sets, twofold: set[str]) -> None:
    """Refuse a decision that two are different, where others join them; ``twofold`` mean a work and none."""
    one = sets.root(_text(row["reference"]))
    if isinstance(row["other"], str):
        if one == sets.root(_text(row["other"])):
            raise _both(row, quoted(row["reference"]), quoted(row["other"]))
    elif one in twofold or (isinstance(row["work_id"], str) and one == sets.root(_work(row["work_id"]))):
        raise _two_meanings(row)


def _two_meanings(row: Any) -> InputError:
    return InputError(
        f"{place_of(row)}: the decisions give the reference {quoted(row['reference'])}, directly or by way of others, "
        "two meanings; keep one"
    )


def _both(row: Any, one: str, other: str) -> InputError:
    return InputError(
        f"{place_of(row)}: the decisions say, directly or by way of others, that {one} and {other} are the same and "
        "that they differ; keep one"
    )


def _without_work(table: pd.DataFrame) -> pd.DataFrame:
    """Decisions that a reference means no work of the corpus."""
    return table[(table["decision"] == "different") & table["work"].isna() & table["other"].isna()]


def _meanings(table: pd.DataFrame, sets: _Sets, rows_of: dict[str, Ints]) -> tuple[pd.Series[Any], pd.DataFrame]:
    """Work of each row that is decided, and the works that each row does not mean."""
    work_of: dict[str, str | None] = {sets.root(_text(text)): None for text in _without_work(table)["reference"]}
    own: dict[str, str] = {}
    chosen = table[table["decision"] == "this work"]
    for text, work in chosen[["reference", "work_id"]].itertuples(index=False):
        work_of[sets.root(_text(text))] = min(work, work_of.get(sets.root(_text(text))) or work)
        own[_text(text)] = work  # of two works that are one and not merged yet, each text keeps its own
    meant: dict[int, str | None] = {}
    for text in _texts(table):
        root = sets.root(_text(text))
        if root in work_of:
            meant |= dict.fromkeys(_rows(rows_of, text).tolist(), own.get(_text(text), work_of[root]))
    barred: dict[str, set[str]] = {}
    for row in table[table["decision"] == "different"].to_dict("records"):
        one = sets.root(_text(row["reference"]))
        if isinstance(row["work_id"], str):
            barred.setdefault(one, set()).add(row["work_id"])
        elif isinstance(row["other"], str):
            other = sets.root(_text(row["other"]))
            for here, there in ((one, other), (other, one)):
                barred.setdefault(here, set()).update(filter(None, [work_of.get(there)]))
    pairs = {
        (row, work)
        for text in _texts(table)
        for work in barred.get(sets.root(_text(text)), ())
        for row in _rows(rows_of, text).tolist()
    }
    ruled_out = pd.DataFrame(sorted(pairs), columns=["row", "work"]).astype({"row": "int64", "work": "object"})
    works = pd.Series(meant, dtype="object").sort_index().rename("work")
    works.index = works.index.astype("int64")
    return works, ruled_out


def _texts(table: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(pd.concat([table["reference"], table["other"]]).dropna()))


def _rows_of_set(sets: _Sets, rows_of: dict[str, Ints], text: str) -> Ints:
    """Rows of all the texts that are the same as this one."""
    root = sets.root(_text(text))
    return np.unique(
        np.concatenate([_NO_ROWS, *(rows for key, rows in rows_of.items() if sets.root(f"text {key}") == root)])
    )


def _same_rows(same: pd.DataFrame, sets: _Sets, rows_of: dict[str, Ints]) -> list[tuple[list[int], Ints]]:
    roots = same["reference"].map(lambda text: sets.root(_text(text)))
    return [
        (part.index.tolist(), _rows_of_set(sets, rows_of, part["reference"].iloc[0])) for _, part in same.groupby(roots)
    ]


def decided_works(decisions: pd.DataFrame, works: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """Pairs of works that are decided to be the same or different.

    Returns
    -------
    pairs : DataFrame
        ``decision``, ``work``, ``other`` (ids, in alphabetical order) of the pairs that both are in the corpus, and
        ``number`` of the decision.
    problem : Series of str, by decision
        Why it cannot be followed; NA where it can, and for decisions on references.

    Raises
    ------
    InputError
        If two works are decided to be both the same and different.
    """
    pairs, problem = _pairs_of_works(decisions, works)
    verdicts: dict[tuple[str, str], str] = {}
    for row in pairs.to_dict("records"):
        if verdicts.setdefault((row["work"], row["other"]), row["decision"]) != row["decision"]:
            raise _both(decisions.loc[row["number"]], repr(row["work"]), repr(row["other"]))
    return pairs, problem


def _pairs_of_works(decisions: pd.DataFrame, works: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series[Any]]:
    chosen = decisions[decisions["reference"].isna() & decisions["other"].notna()]
    one = named_works(chosen["work"], chosen["identifier"], chosen["description"], works)
    other = named_works(chosen["other"], chosen["other_identifier"], chosen["other_description"], works)
    found = pd.DataFrame({"decision": chosen["decision"], "work": one["work"], "other": other["work"]})
    alike = [
        f"both are the record {a!r}" if a == b else None for a, b in zip(found["work"], found["other"], strict=True)
    ]
    reasons = zip(one["problem"], other["problem"], alike, strict=True)
    why = pd.Series([a or b or c for a, b, c in reasons], index=chosen.index, dtype="object")
    pairs = found.assign(number=chosen.index)[why.isna().to_numpy()].reset_index(drop=True)
    pairs[["work", "other"]] = np.sort(pairs[["work", "other"]].to_numpy(dtype=object), axis=1)
    return pairs, why.reindex(decisions.index).astype("object")
