"""BibTeX: works as entries, the works of the file that each one cites by their keys in ``cites = {…}``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from citenet.io.export._kinds import kind_of
from citenet.io.export._text import one_line, unique
from citenet.io.export._view import View
from citenet.names import split_authors

__all__ = ["files", "keys", "latex"]

_NOT_IN_KEYS = re.compile(r"[\s\"#%'(),;={}~\\]+")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9_-]+")
_AND = re.compile(r"\band\b|,", re.IGNORECASE)
_ESCAPES = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
}  # fmt: skip
_BALANCED = str.maketrans({**_ESCAPES, "{": r"\{", "}": r"\}"})
_UNBALANCED = str.maketrans({**_ESCAPES, "{": r"\textbraceleft{}", "}": r"\textbraceright{}"})
_LIGATURE = re.compile("-(?=-)|`(?=`)|'(?=')|[?!](?=`)")
_VERBATIM = str.maketrans({"{": "%7B", "}": "%7D"})

# Column → field, where they differ only in name. What is in none of these follows under its own name.
_TEXT = {"title": "title", "container_abbrev": "shortjournal", "volume": "volume", "issue": "number"}
_ID_FIELDS = {"wos": "unique-id", "arxiv": "eprint", "doi": "further-doi"}
_WRITTEN = frozenset(
    [*_TEXT, "authors", "year", "type", "container", "first_page", "last_page", "doi", "ids", "file", "line", "group"]
)
_TAKEN = frozenset(
    ["author", "editor", "journal", "journaltitle", "booktitle", "shortjournal", "number", "pages", "date", "cites",
     "document_type", "archiveprefix", "unique-id", "eprint", "pmid", "pmcid", "further-doi", "crossref", "xdata",
     "citenet-id", "cited-references", "number-of-cited-references", "references", "key", *_WRITTEN]
)  # fmt: skip


def files(view: View, name: str) -> dict[str, str]:
    """Text of the file, by its name."""
    found = keys(view)
    cites = view.cites()
    entries = [_entry(view, at, found, [found[j] for j in cites[at]]) for at in range(len(view.ids))]
    return {name: "\n".join(entries)}


def keys(view: View) -> list[str]:
    """Keys of the works: their ids without what BibTeX does not allow in a key, no two alike in any case."""
    plain = [_NOT_IN_KEYS.sub("_", work_id).strip("_") or "work" for work_id in view.ids]
    folded = unique((key.casefold() for key in plain), mark="-")
    return [key + same[len(key.casefold()) :] for key, same in zip(plain, folded, strict=True)]


def latex(text: str) -> str:
    r"""Text as LaTeX; braces that do not close are written as commands, for BibTeX counts them.

    Signs that LaTeX would draw together, such as two hyphens, are kept apart by an empty group.

    >>> latex("R&D at 50% {a}"), latex("a {b")
    ('R\\&D at 50\\% \\{a\\}', 'a \\textbraceleft{}b')
    """
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
    return _LIGATURE.sub(r"\g<0>{}", text.translate(_UNBALANCED if depth else _BALANCED))


def _entry(view: View, at: int, found: list[str], cites: list[str]) -> str:
    container = view.value("container", at)
    kind = kind_of(view.value("type", at), container).bibtex
    fields = list(_fields(view, at, kind))
    if view.ids[at] != found[at]:
        fields.append(("citenet-id", latex(view.ids[at])))
    if cites:
        fields.append(("cites", ", ".join(cites)))
    return f"@{kind}{{{found[at]},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields) + "}\n"


def _fields(view: View, at: int, kind: str) -> Iterator[tuple[str, str]]:
    """Fields of an entry in their order."""
    authors = [_person(family, given) for family, given in split_authors(view.value("authors", at))]
    if authors:
        yield "author", " and ".join(authors)
    year, container = view.value("year", at), view.value("container", at)
    if year is not None:
        yield "year", str(year)
    if container:
        yield "booktitle" if kind in ("incollection", "inproceedings") else "journal", latex(container)
    for column, field in _TEXT.items():
        if value := view.value(column, at):
            yield field, latex(str(value))
    pages = [page for name in ("first_page", "last_page") if (page := view.value(name, at))]
    if pages:
        yield "pages", "--".join(latex(page) for page in pages)
    if doi := view.value("doi", at):
        yield "doi", doi.translate(_VERBATIM)
    yield from _identifiers(view.value("ids", at))
    stated = view.value("type", at)
    if stated and stated != kind:
        yield "document_type", latex(stated)
    if group := view.value("group", at):
        yield "group", latex(group)
    yield from _further(view, at)


def _person(family: str, given: str) -> str:
    """One name; what would be read as several, or in parts, is held together by braces."""
    if not given:
        return f"{{{latex(family)}}}"
    parts = [latex(part) for part in (family, given)]
    return ", ".join(f"{{{part}}}" if _AND.search(part) else part for part in parts)


def _identifiers(ids: str | None) -> Iterator[tuple[str, str]]:
    by_scheme: dict[str, list[str]] = {}
    for term in (ids or "").split():
        scheme, _, value = term.partition(":")
        by_scheme.setdefault(_NOT_IN_NAMES.sub("", scheme.lower()) or "id", []).append(value)
    for scheme, values in sorted(by_scheme.items()):
        prefix = "WOS:" if scheme == "wos" else ""
        yield _ID_FIELDS.get(scheme, scheme), " ".join(prefix + value.translate(_VERBATIM) for value in values)
        if scheme == "arxiv":
            yield "archiveprefix", "arXiv"


def _further(view: View, at: int) -> Iterator[tuple[str, str]]:
    for name in sorted(view.columns):
        text = None if name in _WRITTEN else view.columns[name].text(at)
        field = _NOT_IN_NAMES.sub("_", one_line(name).lower()).strip("_")
        if text and field:
            yield f"{field}_given" if field in _TAKEN else field, latex(text)
