"""The syntax of BibTeX behind one adapter: entries and fields with their lines, macros put in, damage reported.

bibtexparser finds the blocks. Values are taken apart here, since it leaves ``"A " # x`` as raw text, does not flag
undefined macros, and reads ``title = "x" year = 2003`` (a comma is missing) as one value.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bibtexparser.entrypoint import parse_string
from bibtexparser.exceptions import ParserStateException
from bibtexparser.model import Block, ImplicitComment, ParsingFailedBlock, String
from bibtexparser.model import Entry as Parsed

from citenet.errors import ParseError
from citenet.io._bibtex_regular import Found, RawField, take_regular
from citenet.io._records import Records

__all__ = ["RawEntry", "parse"]

_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"]  # fmt: skip
_NEXT_FIELD = re.compile(r"([A-Za-z][\w:.-]*)\s*=\s*(?=\S)(.*)$", re.DOTALL)
_BARE = re.compile(r"[^\s#,{}\"=]+")
_FIELD = re.compile(r"\w ?= ?[{\"\w]")
_BRACES = re.compile(r"[{}]")
_MAX_DEPTH, _MAX_LENGTH = 50, 100_000


@dataclass
class RawEntry:
    """One entry: lower-case type and field names, values without their delimiters, still in LaTeX."""

    kind: str
    key: str
    line: int
    fields: dict[str, str] = field(default_factory=dict)
    content: str = ""


def parse(text: str, records: Records) -> tuple[list[Found], Callable[[Found], RawEntry]]:
    """Entries found in a BibTeX text in their order, and what takes the fields of one.

    What is damaged is recovered where it can be and reported.
    """
    found, rest = take_regular(text)
    for entry in found:
        following = text.find("@", entry.end)
        behind = text[entry.end : following if following >= 0 else len(text)]
        if "=" in behind and _holds_field(behind):
            line = entry.line + entry.content.count("\n")
            detail = f"text behind {entry.key!r}, which a brace closes too early; left out"
            records.problem("stray text", line, detail, behind.strip())
    with _quiet():
        try:
            library = parse_string(rest, parse_stack=[])
        except ParserStateException as error:
            raise ParseError(f"BibTeX that cannot be taken apart: {error.message}", file=records.file) from error
    lines = rest.split("\n")
    strings: dict[str, str] = {name[:3].lower(): f"{{{name}}}" for name in _MONTHS}
    defined: set[str] = set()
    for before, block in zip([None, *library.blocks], library.blocks, strict=False):
        line = (block.start_line or 0) + 1
        behind_damage = isinstance(before, ParsingFailedBlock)  # which is reported itself
        if isinstance(block, ImplicitComment) and not behind_damage and _holds_field(block.comment):
            detail = "text between entries, one of which a brace closes too early; left out"
            records.problem("stray text", line, detail, block.comment)
        inner = _recovered(block, records)
        if inner is None or not isinstance(inner, Parsed | String):
            continue
        if lines[line - 1].lstrip().startswith("%"):
            detail = "the entry is commented out with %; left out (BibTeX itself would read it)"
            records.problem("commented entry", line, detail, lines[line - 1])
        elif isinstance(inner, Parsed):
            found.append(_found(inner, line))
        elif inner.key.lower() in defined:
            records.problem("repeated macro", line, f"@string {inner.key!r} is defined again; the first is kept")
        else:
            defined.add(inner.key.lower())
            strings[inner.key.lower()] = inner.value
    macros = _Macros(strings)
    found.sort(key=lambda entry: entry.line)
    return found, lambda entry: _entry(entry, macros, records)


def _holds_field(text: str) -> bool:
    """Whether a text outside of entries holds what stands in one, on a line that is no comment."""
    lines = (line for line in text.split("\n") if "=" in line and "}" in line and not line.lstrip().startswith("%"))
    return any(_FIELD.search(line) for line in lines)


def _found(block: Parsed, line: int) -> Found:
    fields = [
        (parsed.key.strip().lower(), str(parsed.value), False, (parsed.start_line or 0) + 1) for parsed in block.fields
    ]
    raw = block.raw or ""
    return Found(block.entry_type.lower(), block.key.strip(), line, raw, 0, len(raw), fields)


def _recovered(block: Block, records: Records) -> Block | None:
    """Return the block itself, or what bibtexparser set aside; a block that could not be parsed is reported."""
    if not isinstance(block, ParsingFailedBlock):
        return block
    if block.ignore_error_block is not None:
        return block.ignore_error_block
    reason = str(getattr(block.error, "abort_reason", block.error)).strip()
    reason = " ".join(reason.split())
    detail = f"the entry is left out: {reason[:1].lower()}{reason[1:]}".rstrip(". ")
    records.problem("broken entry", (block.start_line or 0) + 1, detail, (block.raw or "").split("\n")[0])
    return None


def _entry(found: Found, macros: _Macros, records: Records) -> RawEntry:
    entry = RawEntry(found.kind, found.key, found.line, content=found.content)
    for raw_field in found.fields():
        name, value, plain, _ = raw_field
        if plain and name not in entry.fields:
            entry.fields[name] = value
        else:
            _take_field(entry, raw_field, macros, records)
    return entry


def _take_field(entry: RawEntry, raw_field: RawField, macros: _Macros, records: Records) -> None:
    """Add a field and those that a missing comma hid in its value."""
    name, raw, plain, line = raw_field
    raw = f"{{{raw}}}" if plain else raw
    while True:
        value, undefined, rest = macros.value(raw)
        for macro in undefined:
            detail = f"{macro!r} in {name} of {entry.key!r} is no @string of this file; kept as a word"
            records.problem("undefined macro", line, detail)
        if name in entry.fields:
            if entry.fields[name] != value:
                detail = f"{entry.key!r} has {name!r} twice; the first is kept"
                records.problem("repeated field", line, detail, value)
        elif name:
            entry.fields[name] = value
        if not rest:
            return
        hidden = _NEXT_FIELD.match(rest)
        if hidden is None:
            records.problem("stray text", line, f"text behind the value of {name} of {entry.key!r}; left out", rest)
            return
        detail = f"a comma is missing behind {name} of {entry.key!r}; read as if it were there"
        records.problem("missing comma", line, detail, rest)
        name, raw = hidden.group(1).lower(), hidden.group(2)


class _Macros:
    """Values with ``@string`` macros put in; macros may name each other, in any order."""

    def __init__(self, strings: dict[str, str]) -> None:
        self._strings = strings
        self._known: dict[str, tuple[str, list[str]]] = {}

    def value(self, raw: str, within: frozenset[str] = frozenset()) -> tuple[str, list[str], str]:
        """Value of a right-hand side, the macros that are not defined, and what is left over behind it."""
        if raw[:1] == "{" and raw[-1:] == "}" and "{" not in raw[1:] and raw.find("}") == len(raw) - 1:
            return raw[1:-1], [], ""  # by far the most frequent
        parts: list[str] = []
        undefined: list[str] = []
        at = 0
        while True:
            token, at = _token(raw, at)
            if token is None:
                break
            if token[0] in '{"':
                parts.append(token[1:-1] if len(token) > 1 and token[-1] in '}"' else token[1:])
            else:
                parts.append(self._macro(token, within, undefined))
            rest = raw[at:].lstrip()
            if not rest.startswith("#"):
                return "".join(parts), undefined, rest
            at = len(raw) - len(rest) + 1
        return "".join(parts), undefined, raw[at:].strip()

    def _macro(self, token: str, within: frozenset[str], undefined: list[str]) -> str:
        name = token.lower()
        if token.isdecimal():
            return token
        # A cycle, or a tower of macros built to overflow, is no definition.
        if name not in self._strings or name in within or len(within) > _MAX_DEPTH:
            undefined.append(token)
            return token
        if name not in self._known:
            value, missing, _ = self.value(self._strings[name], within | {name})
            too_long = len(value) > _MAX_LENGTH
            self._known[name] = (token, [token]) if too_long else (value, sorted(set(missing)))
        value, missing = self._known[name]
        undefined += missing
        return value


def _token(raw: str, at: int) -> tuple[str | None, int]:
    """Next ``{braced}``, ``"quoted"`` or bare token and where it ends; None at the end."""
    while at < len(raw) and raw[at].isspace():
        at += 1
    if at == len(raw):
        return None, at
    if raw[at] == "{":
        end = _closing(raw, at)
    elif raw[at] == '"':
        end = _closing_quote(raw, at)
    else:
        found = _BARE.match(raw, at)
        if found is None:
            return None, at
        end = found.end()
    return raw[at:end], end


def _closing(raw: str, at: int) -> int:
    depth = 0
    for found in _BRACES.finditer(raw, at):
        if raw[found.start() - 1 : found.start()] == "\\":
            continue
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return found.end()
    return len(raw)


def _closing_quote(raw: str, at: int) -> int:
    depth = 0
    for position in range(at + 1, len(raw)):
        sign = raw[position]
        if sign in '{}"' and raw[position - 1] == "\\" and sign != '"':
            continue
        depth += (sign == "{") - (sign == "}")
        if sign == '"' and depth <= 0:
            return position + 1
    return len(raw)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the parser's log lines off stderr: each stands in ``problems`` as well."""

    def nothing(record: logging.LogRecord) -> bool:
        return record is None

    logger = logging.getLogger("bibtexparser.splitter")
    logger.addFilter(nothing)
    try:
        yield
    finally:
        logger.removeFilter(nothing)
