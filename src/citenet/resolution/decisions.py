"""Decisions of a reviewer: a table that outranks what the records say, and that outlives re-runs and updates.

References are named by their printed text and works by their id or an identifier (``doi:…``), never by position.
"""

from __future__ import annotations

import csv
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from citenet._support.choices import check_choice
from citenet._support.tables import conform
from citenet._support.text import fold, shorten
from citenet.errors import ColumnError, DroppedWarning, InputError, ParseError

__all__ = [
    "DECISIONS",
    "DECISION_COLUMNS",
    "place_of",
    "printed",
    "quoted",
    "read_decisions",
    "text_key",
    "warn_of_unfollowed",
]

DECISIONS = ("this work", "same", "different")
_DECIDED = {"decision": "str", "reference": "str", "work": "str", "other": "str", "note": "str"}
# What the works were when it was decided on them: an id alone may mean another book in the next version.
_KNOWN_BY = {
    "identifier": "str",
    "description": "str",
    "other_identifier": "str",
    "other_description": "str",
}
DECISION_COLUMNS = _DECIDED | _KNOWN_BY | {"file": "str", "line": "Int64"}
_PRINTED = ("authors", "year", "title", "container", "volume", "issue", "first_page", "publisher", "doi", "ids")
_DELIMITERS = ",;\t"


def read_decisions(source: str | Path | pd.DataFrame | None) -> pd.DataFrame:
    """Read decisions from a CSV file or a table.

    Parameters
    ----------
    source : path, DataFrame or None
        Columns ``decision`` and, as the decision needs, ``reference``, ``work``, ``other``, ``note``; with
        ``identifier`` and ``description`` (and ``other_…``) of the works, as `Resolution.review` writes them, a
        decision is not followed once its work is another one. Further columns and rows without a decision are passed
        over, so that `Resolution.review` can be filled in and given back.

    Returns
    -------
    DataFrame
        `DECISION_COLUMNS`: ``file`` and ``line`` are where a decision stands (of a table: the row, from 1).

    Raises
    ------
    InputError
        If a decision is none of "this work", "same", "different", or does not name what it decides on.
    """
    if source is None:
        return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in DECISION_COLUMNS.items()})
    if isinstance(source, pd.DataFrame):
        table = source.reset_index(drop=True).drop(columns=["file", "line"], errors="ignore")
        table = table.assign(line=np.arange(1, len(table) + 1))
    else:
        table = _read_csv(Path(source))
    if "decision" not in table:
        raise ColumnError("decisions", "decision", table.columns)
    decisions = conform(table[[name for name in DECISION_COLUMNS if name in table]], DECISION_COLUMNS, "decisions")
    decisions["decision"] = decisions["decision"].str.strip().str.lower()
    decisions = decisions.dropna(subset="decision").drop_duplicates([*_DECIDED, *_KNOWN_BY])
    for decision, where in zip(decisions["decision"], map(place_of, decisions.to_dict("records")), strict=True):
        check_choice(f"decision ({where})", decision, DECISIONS)
    _check_complete(decisions)
    return decisions.sort_values(list(DECISION_COLUMNS), ignore_index=True)


def _read_csv(path: Path) -> pd.DataFrame:
    """Read a CSV file as text, with the line that each row begins in."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            head = stream.readline()
            stream.seek(0)
            rows = csv.reader(stream, delimiter=max(_DELIMITERS, key=head.count), strict=True)
            header = [name.strip() for name in next(rows, [])]
            cells, lines, begin = [], [], rows.line_num + 1
            for row in rows:
                if any(cell.strip() for cell in row[len(header) :]):
                    message = f"the row has {len(row)} cells, the header {len(header)}; put quotes around commas"
                    raise ParseError(message, file=path.name, line=begin)
                if row:
                    cells.append([cell or None for cell in (row + [""] * len(header))[: len(header)]])
                    lines.append(begin)
                begin = rows.line_num + 1
    except ParseError:
        raise
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"the decisions {path} cannot be read as CSV in UTF-8: {error}") from error
    if "decision" not in header:
        raise ColumnError(f"the decisions {path.name}", "decision", header)
    kept = [at for at, name in enumerate(header) if name not in ("", "file", "line")]
    table = pd.DataFrame({at: [row[at] for row in cells] for at in kept}, dtype="object")
    return table.set_axis([header[at] for at in kept], axis=1).assign(file=path.name, line=lines)


def _check_complete(decisions: pd.DataFrame) -> None:
    has = decisions.notna()
    needed = {
        "this work": (has["reference"] & has["work"] & ~has["other"], "a reference and a work"),
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
        wrong = decisions[(decisions["decision"] == decision) & ~complete]
        if len(wrong):
            row = wrong.iloc[0].dropna().to_dict()
            where = place_of(row)
            said = {name: value for name, value in row.items() if name in _DECIDED}
            raise InputError(f"{where}: {len(wrong)} decisions {decision!r} do not name {wanted}, e.g. {said}")


def place_of(row: Any) -> str:
    """Say where a decision stands."""
    file, line = row.get("file"), row.get("line")
    if pd.isna(line):
        return "a decision"
    return f"row {int(line)} of the decisions" if pd.isna(file) else f"{file}, line {int(line)}"


def warn_of_unfollowed(decisions: pd.DataFrame) -> None:
    """Warn of the decisions that have a ``problem``."""
    open_ = decisions[decisions["problem"].notna()]
    if len(open_):
        first = open_.sort_values(["file", "line"]).iloc[0]
        message = (
            f"{len(open_)} of {len(decisions)} decisions could not be followed, e.g. {place_of(first)}: "
            f"{first['problem']}; see .decisions"
        )
        warnings.warn(message, DroppedWarning, stacklevel=3)


def printed(references: pd.DataFrame) -> pd.Series[Any]:
    """Text by which a reference is known: as printed, else its fields one after the other, else its place in a list."""
    text = references["raw"]
    if text.isna().any():
        rows = references.loc[text.isna(), list(_PRINTED)].astype("object")
        told = [" ".join(str(value) for value in row if not pd.isna(value)) for row in rows.to_numpy()]
        places = references.loc[text.isna(), ["citing", "position"]].to_numpy()
        named = [
            text or f"(nothing printed) {one}, reference {at}" for text, (one, at) in zip(told, places, strict=True)
        ]
        text = text.copy()
        text[text.isna()] = named
    return text


def text_key(text: str) -> str:
    """Return what texts are compared by: folded, unless nothing but signs would be left.

    >>> text_key("LEE, A. (1960)"), text_key(" ?! ")
    ('lee a 1960', '?!')
    """
    return fold(text) or " ".join(text.split())


def quoted(text: str) -> str:
    """Short text in quotes, for messages."""
    return repr(shorten(text))
