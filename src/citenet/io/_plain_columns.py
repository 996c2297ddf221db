"""Columns of what RIS and PubMed deliver: text with mark-up, names in order, terms, pages."""

from __future__ import annotations

import re

from citenet.identifiers import normalise_doi
from citenet.io._columns import SEPARATOR, Block, Cell, matched, tidied
from citenet.io._fields import split_pages
from citenet.io._values import inverted_names, plain, terms

__all__ = ["dois_column", "first_plain", "names_column", "pages_column", "terms_column", "texts_column"]

_MARKS = ("&", "<")
_NAME = r"[^,;&<\0 \n][^,;&<\0\n]*+, [^,;&<\0 \n][^,;&<\0\n]*+(?<! )"
_NAMES = re.compile(rf"^(?:({_NAME}(?:\0{_NAME})*+)|.*)$", re.MULTILINE)
_TIDY_DOIS = re.compile(r"^(?:(10\.\d{4,9}+/[a-z0-9_.()/:;-]*[a-z0-9_])|.*)$", re.MULTILINE | re.ASCII)
_UNTIDY_TERMS = ("&", "<", ";", "  ", " \0", "\0 ", " \n", "\n ", "\0\0", "\0\n", "\n\0")


def first_plain(cell: Cell) -> Cell:
    r"""First value of a cell that says anything, without mark-up.

    >>> first_plain("\0<i>E. coli</i>\0other")
    'E. coli'
    """
    return next((text for value in (cell or "").split(SEPARATOR) if (text := plain(value))), None)


def texts_column(block: Block, *names: str) -> list[Cell]:
    """First value, without mark-up, of the first of these fields that has one."""
    found: list[Cell] | None = None
    for cells in filter(None, map(block.column, names)):
        texts = tidied(cells, first_plain, _MARKS)
        found = texts if found is None else [b if a is None else a for a, b in zip(found, texts, strict=True)]
        if None not in found:
            break
    return [None] * len(block) if found is None else found


def dois_column(cells: list[Cell]) -> list[Cell]:
    """DOIs of texts in their normal form, in which most are; None where there is none.

    >>> dois_column(["10.1000/a", "https://doi.org/10.1000/B", "n/a", None])
    ['10.1000/a', '10.1000/b', None, None]
    """
    return matched(_TIDY_DOIS, cells, normalise_doi)


def names_column(cells: list[Cell]) -> list[Cell]:
    r"""Names of each cell in one text.

    >>> names_column(["Robert, Glenn\0Locock, Louise", "Louise Locock", None])
    ['Robert, Glenn; Locock, Louise', 'Locock, Louise', None]
    """
    text = "".join(filter(None, cells)).replace(SEPARATOR, "")
    if text.isprintable() and "  " not in text:
        found = matched(_NAMES, cells, _names)
    else:
        found = [None if cell is None else _names(cell) for cell in cells]
    return [names and names.replace(SEPARATOR, "; ") for names in found]


def _names(cell: str) -> Cell:
    return inverted_names(cell.split(SEPARATOR))


def terms_column(cells: list[Cell]) -> list[Cell]:
    r"""Terms of each cell in one text, each of them once.

    >>> terms_column(["one\0two\0one", "one; two", None])
    ['one; two', 'one, two', None]
    """
    text = "\n".join(["", *filter(None, cells), ""])
    if not any(map(text.__contains__, _UNTIDY_TERMS)) and text.replace(SEPARATOR, "").replace("\n", "").isprintable():
        return ["; ".join(dict.fromkeys(cell.split(SEPARATOR))) if cell else None for cell in cells]
    return [terms(cell.split(SEPARATOR)) if cell else None for cell in cells]


def pages_column(firsts: list[Cell], lasts: list[Cell]) -> tuple[list[Cell], list[Cell]]:
    """First and last pages, the last ones written out, of columns of which the first may hold both.

    >>> pages_column(["902", "77-100", None], ["13", None, None])
    (['902', '77', None], ['913', '100', None])
    """
    pages = [_pages(first, last) for first, last in zip(firsts, lasts, strict=True)]
    return [first for first, _ in pages], [last for _, last in pages]


def _pages(first: Cell, last: Cell) -> tuple[Cell, Cell]:
    if first and last and first.isdecimal() and last.isdecimal():  # by far the most frequent
        return first, first[: max(0, len(first) - len(last))] + last
    if last and "-" not in (first or ""):
        first = f"{first or ''}--{last}"
    return split_pages(first)
