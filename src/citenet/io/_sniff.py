"""Which format a text is in: decided by its content, never by its name.

A format is one module with ``NAME``, ``sniff(head)`` and ``read(text, records)``; it takes part by standing in
`FORMATS`, which are asked in order: the more a format says of itself in its first lines, the earlier. Printed lists,
which are any plain text that looks like references, come last.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Protocol

from citenet._support.choices import check_choice
from citenet.io import (
    bibtex,
    citenet_jsonl,
    crossref,
    csl_json,
    datacite,
    dimensions,
    endnote_xml,
    europepmc,
    gexf,
    graphml,
    id_list,
    jats,
    lens,
    nbib,
    openalex,
    openalex_csv,
    opencitations,
    pajek,
    printed,
    pubmed_xml,
    ris,
    scopus,
    semanticscholar,
    spreadsheet,
    tables,
    vosviewer,
    wos,
    zotero_rdf,
)
from citenet.io._pieces import HEAD
from citenet.io._records import Records

__all__ = ["FORMATS", "Format", "find_format", "format_names"]

_YAML = re.compile(r"\s*(?:---\s*\n)?[\w-]+:[ \t]*\n(?:[ ]*- [\w-]+:|[ ]+[\w-]+:)")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")


class Format(Protocol):
    """What a format module offers."""

    NAME: str

    def sniff(self, head: str) -> bool:
        """Whether the first characters of a text look like this format."""
        ...

    def read(self, text: str, records: Records) -> None:
        """Fill ``records`` from the text; raise `ParseError` where it cannot be read at all."""
        ...


FORMATS: Sequence[Format] = (
    wos,
    ris,
    nbib,
    # XML, told by its root
    jats,
    pubmed_xml,
    endnote_xml,
    zotero_rdf,
    graphml,
    gexf,
    # JSON, told by members that only one source has
    citenet_jsonl,
    vosviewer,
    openalex,
    lens,
    opencitations,
    europepmc,
    semanticscholar,
    datacite,
    crossref,
    csl_json,
    pajek,
    bibtex,
    # tables, told by their header
    scopus,
    dimensions,
    openalex_csv,
    tables,
    spreadsheet,
    # what says least of itself
    id_list,
    printed,
)


def format_names() -> list[str]:
    """Names of the formats that can be read."""
    return [module.NAME for module in FORMATS]


def find_format(text: str, name: str | None = None) -> Format | None:
    """Format of that name, or else the first whose `sniff` accepts the text; None where none does."""
    if name is not None:
        check_choice("format", name, format_names())
        return next(module for module in FORMATS if name == module.NAME)
    head = text.lstrip()[:HEAD]
    for module in FORMATS:
        if module.sniff(head):
            return None if module.NAME == printed.NAME and _is_other_table(head) else module
    return None


def _is_other_table(head: str) -> bool:
    """Whether the text is a table or YAML of a kind that is not known, whose years would pass for references."""
    if _YAML.match(head):
        return True
    first = head.lstrip().split("\n", 1)[0]
    if _YEAR.search(first) or first.startswith("#"):
        return False
    for delimiter in ",;\t":
        rows = csv.reader(io.StringIO(head), delimiter=delimiter)
        try:
            header, row = next(rows), next(rows)
        except (StopIteration, csv.Error):
            continue
        named = all(cell == cell.strip() and len(cell) <= 60 for cell in header)  # prose has a blank behind a comma
        if len(header) >= 4 and len(row) == len(header) and named:
            return True
    return False
