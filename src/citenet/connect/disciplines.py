"""Disciplines of fetched works: the user's word, else the journal, else the topic that OpenAlex gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from citenet._support.text import fold
from citenet.corpus import Corpus
from citenet.errors import ColumnError, InputError, ParseError

__all__ = ["EXAMPLE", "Disciplines", "add_disciplines", "read_disciplines"]

EXAMPLE = Path(__file__).with_name("coproduction_disciplines.csv")
Disciplines = pd.DataFrame | str | Path
_COLUMNS = ("by", "value", "discipline")
# What a row of the table can speak of, the strongest word first, and the columns of works it looks at.
_RULES = {
    "work": (),
    "journal": ("container", "container_abbrev"),
    "topic": ("topic",),
    "subfield": ("subfield",),
    "field": ("field",),
    "domain": ("domain",),
}


def add_disciplines(corpus: Corpus, table: Disciplines = "coproduction") -> Corpus:
    """Give each work a discipline, and say by which rule.

    Parameters
    ----------
    corpus : Corpus
        From `fetch`, or any: OpenAlex fills the columns topic, subfield, field and domain.
    table : DataFrame, path of a CSV, or "coproduction"
        Columns ``by`` ("work", "journal", "topic", "subfield", "field" or "domain"), ``value`` and ``discipline``. A
        blank discipline takes a work out. "coproduction" is the example of `EXAMPLE`: health services research and
        quality improvement (HSR/QI), public administration and management (PAM), Sociology, Service research.

    Returns
    -------
    Corpus
        ``works`` gains ``discipline`` (NA where no row of the table applies) and ``discipline_by`` ("work", "journal"
        …). A row about the work itself decides; else one about its journal; else about its topic, subfield, field,
        domain, the finest first. Names are compared without case, accents and punctuation.

    Raises
    ------
    InputError
        If the table says two things of one value, or speaks of something else.

    Notes
    -----
    OpenAlex learns its topics from citations, too: groups made by topic are not independent of the citations that are
    tested between them. Groups made by journal are.

    Examples
    --------
    >>> works = pd.DataFrame({"container": ["Public Manage Rev", None], "subfield": ["Marketing", "Marketing"]},
    ...                      index=["a", "b"])
    >>> add_disciplines(Corpus(works)).works[["discipline", "discipline_by"]].values.tolist()
    [['PAM', 'journal'], ['Service research', 'subfield']]
    """
    rules = _checked(read_disciplines(table))
    works = corpus.works
    discipline: pd.Series[Any] = pd.Series(None, index=works.index, dtype="object")
    decided: pd.Series[Any] = pd.Series(None, index=works.index, dtype="object")
    for by, columns in _RULES.items():
        lookup = rules.get(by, {})
        if not lookup:
            continue
        if by == "work":
            _refuse_unknown(lookup, works.index)
        keys = (
            [works.index.to_series()]
            if by == "work"
            else [works[c].map(fold, na_action="ignore") for c in columns if c in works]
        )
        for values in keys:
            said = values.astype("object").map(lookup)
            chosen = decided.isna() & said.notna()
            discipline = discipline.mask(chosen, said)
            decided = decided.mask(chosen, by)
    discipline = discipline.replace("", None)
    works["discipline"] = discipline.astype("str")
    works["discipline_by"] = decided.where(discipline.notna(), None).astype("str")
    return Corpus(works, corpus.references, corpus.contexts, corpus.problems, corpus.sources)


def read_disciplines(table: Disciplines) -> pd.DataFrame:
    """Return the table, if it is one.

    Raises
    ------
    InputError
        If there is no such file, a column is lacking, or the table contradicts itself.
    """
    if isinstance(table, pd.DataFrame):
        found, name = table, "the table"
    else:
        path = EXAMPLE if table == "coproduction" else Path(table)
        if not path.is_file():
            raise InputError(
                f"{str(table)!r} is no file; give a CSV with columns {', '.join(_COLUMNS)}, or 'coproduction'"
            )
        name = path.name
        try:
            found = pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False)
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise ParseError(
                f"this is no table in UTF-8 with columns {', '.join(_COLUMNS)} ({error})", file=name
            ) from error
    for column in _COLUMNS:
        if column not in found:
            raise ColumnError(name, column, found.columns)
    found = found.assign(**{column: found[column].fillna("").astype("str").str.strip() for column in _COLUMNS})
    _checked(found)
    return found


def _checked(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Discipline of each value, by what the value is; names folded, ids of works as they are."""
    rules: dict[str, dict[str, str]] = {}
    for by, value, discipline in zip(*(table[column].tolist() for column in _COLUMNS), strict=True):
        if by not in _RULES:
            raise InputError(f"by={by!r} of the table of disciplines is none of {', '.join(_RULES)}")
        key = value if by == "work" else fold(value)
        if rules.setdefault(by, {}).setdefault(key, discipline) != discipline:
            raise InputError(
                f"{by} {value!r} is {rules[by][key]!r} and {discipline!r} in the table of disciplines; keep one"
            )
    return rules


def _refuse_unknown(lookup: dict[str, str], ids: pd.Index[Any]) -> None:
    if unknown := sorted(set(lookup).difference(ids)):
        raise InputError(f"the table of disciplines names work {unknown[0]!r}, which is not in the corpus")
