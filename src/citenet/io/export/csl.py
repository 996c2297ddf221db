"""CSL-JSON: works as citation processors and Zotero take them."""

from __future__ import annotations

import json
from typing import Any

from citenet.io.export._kinds import kind_of
from citenet.io.export._view import View
from citenet.names import split_authors

__all__ = ["files"]

_VARIABLES = (
    ("title", "title"), ("container-title", "container"), ("container-title-short", "container_abbrev"),
    ("volume", "volume"), ("issue", "issue"), ("DOI", "doi"), ("keyword", "keywords"),
)  # fmt: skip
_WRITTEN = frozenset(
    [*(column for _, column in _VARIABLES), "authors", "year", "type", "first_page", "last_page", "ids", "file", "line"]
)


def files(view: View, name: str) -> dict[str, str]:
    """Text of the file, by its name. What CSL has no variable for stands in ``custom``, with the works cited."""
    cites = view.cites()
    items = [_item(view, at, [view.ids[j] for j in cites[at]]) for at in range(len(view.ids))]
    return {name: json.dumps(items, ensure_ascii=False, indent=1) + "\n"}


def _item(view: View, at: int, cites: list[str]) -> dict[str, Any]:
    stated, container = view.value("type", at), view.value("container", at)
    item: dict[str, Any] = {"id": view.ids[at], "type": kind_of(stated, container).csl}
    item |= {variable: str(value) for variable, column in _VARIABLES if (value := view.value(column, at)) is not None}
    people = split_authors(view.value("authors", at))
    if people:
        item["author"] = [
            {"family": family, "given": given} if given else {"literal": family} for family, given in people
        ]
    if (year := view.value("year", at)) is not None:
        item["issued"] = {"date-parts": [[year]]}
    pages = [page for name in ("first_page", "last_page") if (page := view.value(name, at))]
    if pages:
        item["page"] = "-".join(pages)
    if stated and stated != item["type"]:
        item["genre"] = stated
    ids = (view.value("ids", at) or "").split()
    for scheme in ("pmid", "pmcid"):
        values = [term.partition(":")[2] for term in ids if term.startswith(f"{scheme}:")]
        if values:
            item[scheme.upper()] = values[0]
    custom = {"cites": cites, "group": view.value("group", at), "ids": ids}
    custom |= {name: column.cells[at] for name, column in view.columns.items() if name not in _WRITTEN}
    known = {name: value for name, value in custom.items() if value not in (None, [])}
    return {**item, "custom": known} if known else item
