"""Plain lists of identifiers (DOI, PMID, PMCID, OpenAlex, Web of Science), with whatever stands before them."""

from __future__ import annotations

import re

from citenet.errors import ParseError
from citenet.identifiers import normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._records import Records
from citenet.io._values import find_id, split_ids

__all__ = ["NAME", "read", "sniff"]

NAME = "id_list"

_SEPARATOR = re.compile(r"[\s,;|]")
_LABEL = re.compile(
    r"(?:dois?|pmids?|pmcids?|openalex(?:[ _]ids?)?|ids?|identifiers?|works?|wos|ut)\W*$", re.IGNORECASE
)
_PREFIX = re.compile(r"(?:dois?|pmids?|pmcids?|openalex(?:[ _]ids?)?|wos|ut)\s*[:=]?\s+(?=\S)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{5,8}$")
_LONGEST = 10_000
_ENOUGH = 0.7
_REMARK = 5  # words; a printed reference has more


def sniff(head: str) -> bool:
    r"""Whether nearly all lines of a text are identifiers and nothing else.

    >>> sniff("https://doi.org/10.1000/a\ndoi: 10.1000/b\n"), sniff("12345678\n23456789\n"), sniff("1. Porter 2010")
    (True, True, False)
    >>> sniff("# my list\n10.1000/a\nTBC\n10.1000/b\n")
    True
    """
    lines = [line for line in head.split("\n") if line.strip()]
    if head.count("\n") > 1 and len(head) >= 20_000:
        lines.pop()  # cut by the length of the head
    listed = [found for line in lines[:200] if (found := _items(line)[0])]
    if listed and _LABEL.match(listed[0][0]):
        listed[0] = listed[0][1:]
    items = [item for found in listed for item in found]
    known = sum(_term(item, None) is not None for item in items)
    return known > 0 and (known >= _ENOUGH * len(items) or _is_mostly_lines_of_ids(listed))


def _is_mostly_lines_of_ids(listed: list[list[str]]) -> bool:
    """Whether half of the lines are identifiers alone, and the others but a word or a short remark."""
    others = [found for found in listed if found and not all(_term(item, None) for item in found)]
    odd = any(len(found) > _REMARK or found[:2] == ["#", "citing:"] or any(map(find_id, found)) for found in others)
    return len(others) <= len(listed) / 2 and not odd


def read(text: str, records: Records) -> None:
    r"""Read a list of identifiers into ``records``: works of which nothing else is known.

    Bare numbers are PMIDs, unless a heading says otherwise. A line that is no identifier is a problem, an identifier
    that comes again is counted once.

    Examples
    --------
    >>> records = Records("ids.txt")
    >>> read("DOI:10.1000/A\nhttps://openalex.org/w12\nPMID 27502770\n", records)
    >>> sorted(row["work_id"] for row in records.works)
    ['doi:10.1000/a', 'openalex:W12', 'pmid:27502770']
    """
    drafts: list[Draft] = []
    scheme: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > _LONGEST and not _SEPARATOR.search(line[:_LONGEST]):
            message = f"a line of {len(line):,} characters without a blank is no list of identifiers"
            raise ParseError(message, file=records.file, line=number, excerpt=line[:80])
        items, whole = _items(line)
        if not drafts and len(items) == 1 and _LABEL.match(items[0]):
            scheme = _scheme_of(items[0])
            continue
        found = [_term(item, scheme) for item in items]
        if None in found:
            records.problem("unreadable record", number, "what stands here is no identifier; left out", whole)
        for term in found:
            if term is not None:
                doi = term.removeprefix("doi:") if term.startswith("doi:") else None
                drafts.append(Draft(term, number, {"doi": doi, "ids": None if doi else term}))
    if not drafts:
        raise ParseError("no identifier found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    settle(drafts, records, accessioned=True)
    records.note_no_references("A list of identifiers")


def _items(line: str) -> tuple[list[str], str]:
    """Return the identifiers of a line, and the line."""
    items = split_ids(_PREFIX.sub("", line.strip()))
    heading = " ".join(items)
    return ([heading] if _LABEL.match(heading) else items), line


def _scheme_of(label: str) -> str | None:
    found = re.match(r"doi|pmid|pmcid|openalex|wos|ut", label.lower())
    return None if found is None else {"ut": "wos"}.get(found.group(), found.group())


def _term(item: str, scheme: str | None) -> str | None:
    found = find_id(item)
    if found is None and scheme is not None:
        found = normalise_id(scheme, item)
    return normalise_id("pmid", item) if found is None and scheme is None and _NUMBER.match(item) else found
