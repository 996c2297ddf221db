r"""BibTeX entries without any fault, taken apart by regular expressions; what is left goes to the tolerant parser.

Most entries are of this kind, and for them this takes a twentieth of the time. An entry begins with ``@word{`` at the
beginning of a line, as the parser has it too: whatever is open there, a new entry starts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from sys import intern

__all__ = ["Found", "RawField", "take_regular"]

RawField = tuple[str, str, bool, int]  # name, value, whether the value is plain text without its braces, line

# Text in braces that may hold braces, to a depth that leaves little to the parser; a sign behind \ is none.
_BRACED = r"\{(?:[^{}\\]++|\\[\s\S])*+\}"
for _ in range(3):
    _BRACED = rf"\{{(?:[^{{}}\\]++|\\[\s\S]|{_BRACED})*+\}}"
_QUOTED = rf'"(?:[^"{{}}\\]++|\\[^"]|{_BRACED})*+"'
_PIECE = rf"(?:{_BRACED}|{_QUOTED}|[^\s,#{{}}\"=@%\\()]++)"
_NAME = r"[A-Za-z][^=,{}\"#@\\\n]*+"
_VALUE = rf"{_PIECE}(?:\s*+\#\s*+{_PIECE})*+"
_FIELDS = re.compile(rf"({_NAME})=\s*+(?:({_BRACED})|({_VALUE}))\s*+(?=[,}}]),?+\s*+")
# No group may stand within a possessive repetition: Python 3.11 fails on it.
_FIELD = rf"{_NAME}=\s*+(?:{_BRACED}|{_VALUE})\s*+(?=[,}}])"
_WHOLE = re.compile(
    r"[ \t]*@(?!string|comment|preamble)(\w+)[ \t]*\{\s*+([^,{}\"=#%\\()@\n]++),\s*+"
    rf"((?:{_FIELD},\s*+)*+(?:{_FIELD})?+)\}}[^@]*",
    re.IGNORECASE,
)
_START = re.compile(r"^[ \t]*@\w*[ \t]*[{(]", re.MULTILINE)


@dataclass(slots=True)
class Found:
    """One entry as found: type, key, the line it begins in, where in the text it stands, fields where they are known.

    Text and fields of a regular entry are only taken when they are asked for: a large file has millions of them.
    """

    kind: str
    key: str
    line: int
    text: str
    begin: int
    end: int
    known: list[RawField] | None = None

    @property
    def content(self) -> str:
        """Text of the entry, from the ``@`` to its last brace."""
        return self.text[self.begin : self.end]

    def fields(self) -> list[RawField]:
        """Fields in their order."""
        return list(_fields(self)) if self.known is None else self.known


def take_regular(text: str) -> tuple[list[Found], str]:
    r"""Regular entries, and the text with nothing but line ends left of them.

    >>> found, rest = take_regular("@misc{a, title={A {B}},\n year=2004}\n@misc{b, title={C}")
    >>> found[0].fields(), rest
    ([('title', 'A {B}', True, 1), ('year', '2004', False, 2)], '\n\n@misc{b, title={C}')
    """
    found: list[Found] = []
    rest: list[str] = []
    line, begin = 1, 0
    for chunk in _chunks(text):
        whole = None if "\\\\" in chunk else _WHOLE.fullmatch(chunk)
        n_lines = chunk.count("\n")
        if whole is None:
            rest.append(chunk)
        else:
            kind, key = intern(whole.group(1).lower()), whole.group(2).strip()
            found.append(Found(kind, key, line, text, begin + chunk.index("@"), begin + whole.end(3) + 1))
            rest.append("\n" * n_lines)
        line += n_lines
        begin += len(chunk)
    return found, "".join(rest)


def _chunks(text: str) -> Iterator[str]:
    """Yield pieces of text that begin where an entry does."""
    begin = 0
    for start in _START.finditer(text):
        if start.start() > begin:
            yield text[begin : start.start()]
        begin = start.start()
    yield text[begin:]


def _fields(entry: Found) -> Iterator[RawField]:
    text = entry.content
    at = text.index(",") + 1
    at += len(text[at:]) - len(text[at:].lstrip())
    line = entry.line + text.count("\n", 0, at)
    for found in _FIELDS.finditer(text, at):
        name, braced, other = found.groups()
        name = name.rstrip().lower()
        yield (name, other, False, line) if braced is None else (name, braced[1:-1], True, line)
        line += found.group().count("\n")
