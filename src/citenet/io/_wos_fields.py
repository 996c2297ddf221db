"""Fields of records of the Web of Science, a block of them at a time."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from typing import Any

import numpy as np

from citenet._support.text import shorten
from citenet.identifiers import join_ids, normalise_id
from citenet.io._columns import SEPARATOR, Block, Cell, Known, matched, tidied
from citenet.io._plain_columns import dois_column
from citenet.io._records import Records
from citenet.io._signs import Numbers

__all__ = ["cited_references", "content", "title", "work_columns", "work_ids"]

_AUTHORS = ("AF", "AU", "BF", "BA", "CA", "ED", "BE")
_USUAL_NAMES = re.compile(
    r"^(?:([^\W\d_][\w'.-]{0,30}+(?:,? [\w'.-]{1,30}+){0,4}+(?:\0[^\W\d_][\w'.-]{0,30}+(?:,? [\w'.-]{1,30}+){0,4}+)*+)"
    r"|.*)$",
    re.MULTILINE,
)
_YEAR = re.compile(r"\b(1[4-9]\d\d|20\d\d)\b")
_ACCESSION = re.compile(r"\A(?:WOS|ISI|UT):\s*", re.IGNORECASE)
_USUAL_NUMBER = re.compile(r"WOS:[A-Z0-9]{15}")
_OTHER_DATABASE = re.compile(r"(?!(?:WOS|ISI|UT):)([A-Z]{2,10}):(?=\S)")  # BCI, MEDLINE, KJD …


def work_columns(block: Block, ids: list[str], counts: Numbers, records: Records) -> dict[str, list[Any]]:
    """Return the works of a block by column; ``counts`` says how many references each was found to list."""
    text = partial(_texts, block)
    return {
        "work_id": ids,
        "line": block.lines,
        "title": text("TI"),
        "authors": _authors(block),
        "year": _years(block, records),
        "type": text("DT"),
        "container": text("SO"),
        "container_abbrev": text("J9"),
        "volume": text("VL"),
        "issue": text("IS"),
        "first_page": [one or other for one, other in zip(text("BP"), text("AR"), strict=True)],
        "last_page": text("EP"),
        "doi": _dois(block, records),
        "ids": list(map(_ids, text("UT"), text("PM"))),
        "categories": _terms(text("WC")),
        "research_areas": _terms(text("SC")),
        "keywords": _terms(text("DE")),
        "n_cited_references": _stated_counts(block, counts.tolist(), records),
    }


def title(cells: dict[str, str]) -> str | None:
    """Title of a record, to report it by."""
    return _tidy(cells.get("TI", ""))


def _tidy(text: str) -> str | None:
    return " ".join(text.replace(SEPARATOR, " ").split()) or None


def _texts(block: Block, name: str) -> list[Cell]:
    cells = block.column(name)
    return [None] * len(block) if cells is None else tidied(cells, _tidy)


def content(block: Block, at: int) -> str:
    """Return a text that is the same for the same record, wherever it stands."""
    return repr(sorted((name, text.replace(SEPARATOR, " ").split()) for name, text in block.record(at).items()))


def _accession(text: Cell) -> Cell:
    if text is not None and _USUAL_NUMBER.fullmatch(text):
        return text
    number = _ACCESSION.sub("", text or "").replace(" ", "_").upper()
    if not number:
        return None
    return number if _OTHER_DATABASE.match(number) else f"WOS:{number}"


def _ids(number: str | None, pmid: str | None) -> str | None:
    """Join the identifiers of a record; other databases of the Web of Science have numbers of their own."""
    if number is not None and pmid is None and _USUAL_NUMBER.fullmatch(number):
        return f"wos:{number[4:]}"
    other = _OTHER_DATABASE.match((number or "").upper())
    named = None if other is None else "pmid" if other.group(1) == "MEDLINE" else other.group(1).lower()
    own = normalise_id("wos", number) if named is None else normalise_id(named, (number or "").partition(":")[2])
    return join_ids([own, normalise_id("pmid", pmid)])


def work_ids(block: Block, records: Records) -> list[str]:
    """Return the accession number of each record; an id made from its content where it has none, which is reported."""
    ids = []
    for at, work_id in enumerate(map(_accession, _texts(block, "UT"))):
        if work_id is None:
            digest = hashlib.sha256(content(block, at).encode()).hexdigest()[:12]
            detail = "the record has no accession number (UT); an id was made from its content"
            records.problem("missing id", block.lines[at], detail, title(block.record(at)))
        ids.append(work_id or f"wos-{digest}")
    return ids


def cited_references(block: Block) -> tuple[Numbers, list[str], Numbers]:
    """How many references each record cites, these references, and the lines that they stand in."""
    of_record, raws, lines = block.items("CR")
    return np.bincount(of_record, minlength=len(block)), raws, lines


def _stated_counts(block: Block, counts: list[int], records: Records) -> list[int | None]:
    """Return how many references each record says it has, which is compared with how many it lists."""
    stated = [int(text) if text is not None and text.isdecimal() else None for text in _texts(block, "NR")]
    for at, (said, found) in enumerate(zip(stated, counts, strict=True)):
        if said is not None and said != found:
            detail = f"NR states {said} cited references, the record lists {found}"
            records.problem("reference count", block.lines[at], detail, title(block.record(at)))
    return stated


def _authors(block: Block) -> list[Cell]:
    """Join the authors, full names first; a group only where no person is named."""
    found: list[Cell] = [None] * len(block)
    for name in _AUTHORS:
        cells = block.column(name)
        if cells is not None and None in found:
            names = list(map(_group, cells)) if name == "CA" else matched(_USUAL_NAMES, cells, _names)
            found = [
                other.replace(SEPARATOR, "; ") if one is None and other else one
                for one, other in zip(found, names, strict=True)
            ]
    return found


def _names(cell: str) -> str | None:
    names = [shorten(name.strip().replace(";", " "), 200).rstrip(" ,") for name in cell.split(SEPARATOR)]
    return SEPARATOR.join(name for name in names if name and not name.startswith("[Anonymous")) or None


def _group(cell: Cell) -> str | None:
    names = None if cell is None else _names(cell)
    return None if names is None else names.replace(",", "")


def _years(block: Block, records: Records) -> list[int | None]:
    years: list[int | None] = [None] * len(block)
    for name in ("PY", "EA", "PD"):
        if None in years and block.column(name) is not None:
            found = _YEARS.of(_texts(block, name))
            years = [other if one is None else one for one, other in zip(years, found, strict=True)]
    if None in years:
        for at, (year, stated) in enumerate(zip(years, _texts(block, "PY"), strict=True)):
            if year is None and stated:
                records.problem("unknown year", block.lines[at], f"PY is {stated!r}", title(block.record(at)))
    return years


def _year_in(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found.group(1)) if found else None


_YEARS = Known(_year_in)


def _dois(block: Block, records: Records) -> list[Cell]:
    stated = _texts(block, "DI")
    dois = dois_column(stated)
    if dois.count(None) == stated.count(None):
        return dois
    for at, (doi, text) in enumerate(zip(dois, stated, strict=True)):
        if text and not doi:
            detail = f"DI is {shorten(text)!r}; left out"
            records.problem("malformed DOI", block.lines[at], detail, title(block.record(at)))
    return dois


def _terms(texts: list[Cell]) -> list[Cell]:
    """Write lists of terms as "one; two" whatever the blanks between them."""
    known = "\n".join(["", *filter(None, texts), ""])
    if known.count("; ") == known.count(";") and " ;" not in known and "; \n" not in known:
        return texts  # by far the most frequent
    return [text and _list_of_terms(text) for text in texts]


def _list_of_terms(text: str) -> str | None:
    if text.count("; ") == text.count(";") and " ;" not in text and not text.endswith("; "):
        return text
    return "; ".join(filter(None, map(str.strip, text.split(";")))) or None
