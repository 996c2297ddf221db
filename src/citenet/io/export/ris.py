"""RIS: works as reference managers exchange them. It has no field for what a work cites."""

from __future__ import annotations

from collections.abc import Iterator

from citenet.io.export._kinds import kind_of
from citenet.io.export._view import View
from citenet.names import split_authors

__all__ = ["files"]

_TAGS = (
    ("TI", "title"), ("PY", "year"), ("T2", "container"), ("J2", "container_abbrev"), ("VL", "volume"), ("IS", "issue"),
    ("SP", "first_page"), ("EP", "last_page"), ("DO", "doi"), ("AN", "ids"), ("M3", "type"), ("C1", "group"),
)  # fmt: skip


def files(view: View, name: str) -> dict[str, str]:
    """Text of the file, by its name."""
    records = ("".join(f"{tag}  - {value}\n" for tag, value in _lines(view, at)) for at in range(len(view.ids)))
    return {name: "\n".join(records)}


def _lines(view: View, at: int) -> Iterator[tuple[str, str]]:
    yield "TY", kind_of(view.value("type", at), view.value("container", at)).ris
    yield "ID", view.ids[at]
    for family, given in split_authors(view.value("authors", at)):
        yield "AU", f"{family}, {given}" if given else family
    for tag, column in _TAGS:
        value = view.value(column, at)
        if value is not None:
            yield tag, str(value)
    for keyword in (view.value("keywords", at) or "").split(";"):
        if keyword.strip():
            yield "KW", keyword.strip()
    yield "ER", ""
