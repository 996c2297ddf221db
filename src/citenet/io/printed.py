"""Printed reference lists: plain text or Markdown, numbered, bulleted, hanging, or one reference a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from citenet.io._fields import work_key
from citenet.io._records import Records
from citenet.refparse.fields import Parsed
from citenet.refparse.furniture import is_heading
from citenet.refparse.marks import is_marked
from citenet.refparse.parse import parse_strings
from citenet.refparse.rows import LEFT_OUT
from citenet.refparse.several import LONGEST
from citenet.refparse.split import Entry, split_references
from citenet.refparse.years import YEAR

__all__ = ["NAME", "PAGED", "read", "sniff"]

NAME = "references"
PAGED = True  # the reader is given form feeds, with which pages begin

_CITING = re.compile(r"^#\s*citing(?:\s*:\s*(?=\S)|\s+(?=\S+\s*$))(?P<key>\S.*?)\s*$", re.IGNORECASE)
_STRUCTURED = re.compile(
    r"\A\ufeff?\s*(?:[{<]|@\w+\s*[{(]|TY  - |FN |PT |%0 |PMID- |[\w ]+(?:\t[\w ]+){2,}|"
    r"(?:\"?[\w ]+\"?,){3,}\"?[\w ]+\"?\s*$)",
    re.MULTILINE,
)
_LINE_END = re.compile(r"\r\n|[\n\r\v\x85\u2028\u2029]")  # a form feed begins a page, and stays
_COMMENT = re.compile(r"#(?!\d{1,4}[.:)]?\s)")


def sniff(head: str) -> bool:
    """Whether the beginning of a file looks like a printed reference list.

    >>> sniff("1. Porter ME. What is value in health care. N Engl J Med 2010;363:2477–81.")
    True
    >>> sniff("@article{porter2010, year = 2010}")
    False
    """
    if _CITING.search(head) or any(_CITING.match(line) for line in head.splitlines()[:50]):
        return True
    if _STRUCTURED.match(head):
        return False
    lines = [line.strip() for line in head.splitlines() if line.strip() and not _is_comment(line)]
    if not lines:
        return False
    years = sum(bool(YEAR.search(line)) for line in lines)
    return years >= 1 and (years * 5 >= len(lines) or sum(map(is_marked, lines)) * 4 >= len(lines))


def read(text: str, records: Records) -> None:
    """Read reference lists into ``records``.

    Parameters
    ----------
    text : str
        Lines. One that starts with ``#`` is a comment; ``# citing: KEY`` names the work whose list follows, and may
        come again for further lists. Without it the file's name, less its suffix, stands for the citing work.
    records : Records
        Gets one reference per entry, ``position`` being the printed number where the list is numbered throughout and
        the turn otherwise. What is odd or unsure becomes a problem row; ``raw`` is always kept.
    """
    last: dict[str, int] = {}
    for citing, first_line, lines, named in _lists(text, PurePath(records.file).stem or "references"):
        if named:
            records.named.setdefault(work_key(citing), first_line - 1)
        found = split_references("\n".join(lines), first_line=first_line)
        for kind, line, detail, excerpt in found.problems:
            if kind == LEFT_OUT:
                records.note(kind, detail)
            else:
                records.problem(kind, line, detail, excerpt)
        if not found.entries:
            records.problem(
                "empty list", first_line, f"no reference follows for {citing!r}; add its list or remove it", None
            )
            continue
        positions = _positions(found.entries, records)
        if citing in last:
            detail = f"a second list of {citing!r} is numbered on after the first; join them, or correct the key"
            records.problem("list continued", first_line, detail, None)
            positions = [last[citing] + turn for turn in range(1, len(positions) + 1)]
        last[citing] = max(positions)
        everything = parse_strings([entry.text for entry in found.entries])
        for entry, position, parsed in zip(found.entries, positions, everything, strict=True):
            values = {name: value for name, value in parsed.fields.items() if value is not None}
            if unsure := parsed.unsure():
                values["unsure"] = " ".join(unsure)
            records.reference(citing, entry.line, entry.text, position=position, **values)
            _report(entry, parsed, records)


def _lists(text: str, stem: str) -> list[tuple[str, int, list[str], bool]]:
    """(citing work, number of its first line, lines, whether the text names the work); comments leave an empty line."""
    lists: list[tuple[str, int, list[str], bool]] = []
    citing, first, lines = stem, 1, list[str]()
    named = False
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), start=1):
        found = _CITING.match(line.lstrip("\f"))
        if found:
            if named or any(held.strip() for held in lines):
                lists.append((citing, first, lines, named))
            citing, first, lines, named = found["key"], number + 1, [], True
        else:
            lines.append("" if _is_comment(line) else line)
    if named or any(held.strip() for held in lines) or not lists:
        lists.append((citing, first, lines, named))
    return lists


def _is_comment(line: str) -> bool:
    """Whether a line begins with # and neither is a heading of Markdown nor carries a number: "#1 Roe A."."""
    return _COMMENT.match(line) is not None and not is_heading(line.lstrip("#"), first=True)


def _positions(entries: Sequence[Entry], records: Records) -> list[int]:
    """Return printed numbers where every entry has its own, else turns."""
    numbers = [entry.number for entry in entries]
    printed = [number for number in numbers if number is not None]
    if len(printed) == len(numbers) and len(set(printed)) == len(printed):
        return printed
    if printed:
        detail = (
            f"{len(printed)} of {len(numbers)} references carry a number; positions are turns, not printed "
            "numbers. Complete the numbers to have them used"
        )
        records.problem("numbering", entries[0].line, detail, entries[0].text)
    return list(range(1, len(entries) + 1))


def _report(entry: Entry, parsed: Parsed, records: Records) -> None:
    """Problem rows of one reference: slips of the print, fields the parser is unsure of, nothing recognised."""
    for slip in parsed.slips:
        records.problem(
            "printed slip", entry.line, f"{slip}; kept as printed. Compare with the work itself", entry.text
        )
    if len(entry.text) > LONGEST:
        detail = (
            f"the reference has {len(entry.text):,} characters; the first {LONGEST:,} were looked at. Split it by hand"
        )
        records.problem("reference too long", entry.line, detail, entry.text)
    if not any(parsed.fields.get(name) for name in ("title", "container", "year")):
        detail = "neither title, container nor year were recognised; the string is kept. Check that it is a reference"
        records.problem("not recognised", entry.line, detail, entry.text)
        return
    if unsure := parsed.unsure():
        shown = ", ".join(f"{name} {parsed.certainty[name]:.2f}" for name in unsure)
        detail = f"unsure of {', '.join(unsure)} (confidence {shown}); compare with the printed string"
        records.problem("low confidence", entry.line, detail, entry.text)
