"""References of which nothing but the printed string is known, read by the parser of printed references."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from citenet._support.text import shorten
from citenet.corpus import REFERENCE_COLUMNS
from citenet.io._drafts import Draft
from citenet.io._records import Records

__all__ = ["DOUBTED", "SEE_UNSURE", "fill_in", "parse_printed"]

DOUBTED = "low confidence"
SEE_UNSURE = "their column `unsure` names the fields. Compare with `raw`"
_DESCRIBING = ("title", "authors", "container", "year")


def parse_printed(drafts: Iterable[Draft], records: Records, *, mark: str = "printed") -> None:
    """Fill in what the parser finds in strings marked as printed; what is stated already is kept.

    References carry the mark as a key of that name; it is taken off. What the parser is unsure of becomes a problem
    row of ``records``.
    """
    rows = [row for draft in drafts for row in draft.references if row.pop(mark, False)]
    fill_in(rows, records)


def fill_in(rows: list[dict[str, Any]], records: Records) -> None:
    """Fill in what the parser finds in the ``raw`` string of rows that say nothing else of the work."""
    rows = [row for row in rows if row.get("raw") and not any(row.get(name) for name in _DESCRIBING)]
    if not rows:
        return
    from citenet.refparse.parse import parse_strings  # the model is loaded only where strings are to be read

    doubted = 0
    for row, parsed in zip(rows, parse_strings([row["raw"] for row in rows]), strict=True):
        for name, value in parsed.fields.items():
            if name in REFERENCE_COLUMNS and value is not None and row.get(name) is None:
                row[name] = value
        if unsure := parsed.unsure():
            row["unsure"] = " ".join(unsure)
            doubted += 1
        for slip in parsed.slips:
            records.note("printed slip", f"{slip}; kept as printed: {shorten(row['raw'], 120)}")
    if doubted:
        detail = f"{doubted:,} of {len(rows):,} references that are strings were read with doubt; {SEE_UNSURE}"
        records.note(DOUBTED, detail)
