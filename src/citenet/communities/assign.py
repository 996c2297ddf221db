"""Assign a group to each work from what is known about it: a column, a table, a reviewer's decisions."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet._support.choices import check_choice, did_you_mean
from citenet._support.tables import as_text
from citenet._support.text import fold
from citenet.communities.containers import container_keys
from citenet.errors import ColumnError, DroppedWarning, InputError, ParseError
from citenet.network import CitationNetwork
from citenet.partition import Partition, from_series

__all__ = ["label"]

Groups = Mapping[str, str | Iterable[str]] | str | Path


def label(
    net: CitationNetwork,
    by: str | None = None,
    *,
    groups: Groups | None = None,
    decisions: Mapping[str, str] | str | Path | None = None,
    spread: Literal["container"] | None = None,
    separator: str = ";",
) -> Partition:
    """Assign works to groups.

    Parameters
    ----------
    net : CitationNetwork
    by : str, optional
        Column of ``net.works`` that says the group, or holds the values that ``groups`` sorts. A cell may hold
        several values, separated by ``separator``.
    groups : mapping of group name to values, or path of a CSV with columns ``value,group``, optional
        Which values make which group, for example ``{"PAM": ["Public Administration", "Management"]}`` or a table
        of journals and disciplines. Compared without case, accents and punctuation. Other values are ignored;
        values of a mapping that no work has are warned of.
    decisions : mapping of work id to group name, or path of a CSV with columns ``work,group``, optional
        A reader's decisions; they outrank the column. An empty group takes a label away.
    spread : {"container"}, optional
        Label works outside the corpus (``external``) by their journal or book series: it takes the group that most
        of the corpus's works in it have. Where most have none, or there is a tie, it stays unassigned. An abbreviation
        stands for the journal of the corpus that has it, or for the only one whose name it can abbreviate; one that
        could be several labels nothing.
    separator : str
        Separates several values in a cell.

    Returns
    -------
    Partition
        Works with values of several groups are unassigned, and counted in ``params["in several groups"]``.

    Raises
    ------
    ColumnError, InputError
        If the column is missing, no value of ``groups`` occurs, or decisions name unknown works.

    Examples
    --------
    >>> works = pd.DataFrame({"year": [2000, 2001], "field": ["Management", "Surgery; Nursing"]}, index=["a", "b"])
    >>> net = CitationNetwork(works, [1], [0])
    >>> label(net, by="field", groups={"PAM": "Management", "Health": ["Nursing", "Surgery"]})
    <Partition: 2 groups of 2 works (PAM 1, Health 1), assigned by field>
    """
    if by is None and decisions is None:
        raise InputError("say how to label: by= a column of works, or decisions= a table of works and groups")
    works = net.works
    names: pd.Series[Any] = pd.Series(None, index=works.index, dtype="object")
    params: dict[str, Any] = {}
    if by is not None:
        if by not in works:
            raise ColumnError("net.works", by, works.columns)
        lookup = None if groups is None else _lookup(groups)
        names, several = _by_column(works[by], lookup, separator)
        params["in several groups"] = several
        if lookup is not None and names.isna().all():
            held = _most_common(works[by], separator)
            raise InputError(f"no value of groups occurs in column {by!r}; most often it holds {held}")
        if isinstance(groups, Mapping):
            _warn_of_absent(groups, works[by], separator)
    if decisions is not None:
        names = _decide(names, decisions)
        params["decisions"] = len(decisions) if isinstance(decisions, Mapping) else str(decisions)
    if spread is not None:
        check_choice("spread", spread, ["container"])
        names = _spread_by_container(works, names, net.external)
    return from_series(names, method=by or "decisions", params=params)


def _warn_of_absent(groups: Mapping[str, str | Iterable[str]], column: pd.Series[Any], separator: str) -> None:
    """Warn of values that no cell holds: most often they are misspelt."""
    cells = column.dropna().astype("str").unique()
    held = {fold(part): part.strip() for cell in cells for part in (cell.split(separator) if separator else [cell])}
    wanted = [value for values in groups.values() for value in ([values] if isinstance(values, str) else values)]
    absent = [str(value) for value in wanted if fold(str(value)) not in held]
    if absent:
        shown = ", ".join(f"{value!r}{did_you_mean(value, held.values())}" for value in absent[:5])
        more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
        warnings.warn(f"no work has {shown}{more}; these values of groups count nothing", DroppedWarning, stacklevel=3)


def _by_column(column: pd.Series[Any], lookup: Mapping[str, str] | None, separator: str) -> tuple[pd.Series[Any], int]:
    """Group of each cell, and how many cells belong to several groups."""
    cache: dict[str, str | None] = {}
    several = 0
    found: list[str | None] = []
    for text in as_text(column):
        if not isinstance(text, str):
            found.append(None)
            continue
        if text not in cache:
            values = [part.strip() for part in text.split(separator)] if separator else [text]
            named = values if lookup is None else [lookup[fold(v)] for v in values if fold(v) in lookup]
            distinct = sorted(set(named) - {""})
            cache[text] = distinct[0] if len(distinct) == 1 else ("" if distinct else None)
        several += cache[text] == ""
        found.append(cache[text] or None)
    return pd.Series(found, index=column.index, dtype="object"), several


def _lookup(groups: Groups) -> dict[str, str]:
    """Folded value → group name."""
    if isinstance(groups, Mapping):
        pairs = [
            (value, str(name))
            for name, values in groups.items()
            for value in ([values] if isinstance(values, str) else values)
        ]
    else:
        table = _two_columns(groups, "value", "group")
        table = table.dropna()
        pairs = list(zip(table["value"], table["group"], strict=True))
    lookup: dict[str, str] = {}
    for value, name in pairs:
        if lookup.setdefault(fold(str(value)), str(name)) != str(name):
            raise InputError(f"value {value!r} stands in two groups: {lookup[fold(str(value))]!r} and {name!r}")
    return lookup


def _decide(names: pd.Series[Any], decisions: Mapping[str, str] | str | Path) -> pd.Series[Any]:
    if isinstance(decisions, Mapping):
        decided = {str(work): group for work, group in decisions.items()}
    else:
        table = _two_columns(decisions, "work", "group")
        if table["work"].duplicated().any():
            raise InputError(f"{decisions} decides on work {table['work'][table['work'].duplicated()].iloc[0]!r} twice")
        decided = dict(zip(table["work"], table["group"], strict=True))
    unknown = [work for work in decided if work not in names.index]
    if unknown:
        raise InputError(
            f"{len(unknown)} of {len(decided)} decisions name works that are not in the network, e.g. {unknown[0]!r}"
        )
    names = names.copy()
    for work, group in decided.items():
        names[work] = group if isinstance(group, str) and group.strip() else None
    return names


def _two_columns(path: str | Path, first: str, second: str) -> pd.DataFrame:
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{path} is not a file; give a CSV with columns {first},{second} or a mapping")
    try:
        table = pd.read_csv(file, dtype="str", encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ParseError(
            f"this is not a table in UTF-8 with columns {first},{second} ({error})", file=str(path)
        ) from error
    for column in (first, second):
        if column not in table:
            raise ColumnError(str(path), column, table.columns)
    return table[table[first].notna()]


def _spread_by_container(works: pd.DataFrame, names: pd.Series[Any], external: npt.NDArray[np.bool_]) -> pd.Series[Any]:
    """Give external works the group that most corpus works of their container have."""
    if not external.any():
        raise InputError(
            'no work lies outside the corpus; build the network with external=True to use spread="container"'
        )
    keys = container_keys(works, external)
    inside = pd.DataFrame({"key": keys, "group": names.fillna("")})[~external]
    counts = inside.value_counts(["key", "group"]).reset_index(name="n").sort_values(["key", "n", "group"])
    top = counts.groupby("key").tail(1).set_index("key")
    second = counts.groupby("key")["n"].nlargest(2).groupby(level=0).nth(1).droplevel(1)
    clear = top["n"] > second.reindex(top.index, fill_value=0)
    majority = top.loc[clear, "group"].replace("", None)
    spread = keys.map(majority).astype("object")
    return names.where(~external | names.notna(), spread.where(spread.notna(), None))


def _most_common(column: pd.Series[Any], separator: str) -> str:
    """Name the single values that most cells hold."""
    text = column.dropna().astype("str")
    values = (text.str.split(separator, regex=False).explode() if separator else text).str.strip()
    counts = values[values != ""].value_counts().rename_axis("value").reset_index(name="n")
    leading = counts.sort_values(["n", "value"], ascending=[False, True])["value"].head(5)
    return ", ".join(repr(value) for value in leading) or "nothing"
