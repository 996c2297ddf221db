"""Lines that begin with a tag (Web of Science, RIS, PubMed), found in a block of text at once.

Where all lines of a block begin as they usually do it is never cut into lines: what begins where, and with which
tag, is told from its signs. Only a block with a line that begins otherwise is gone through line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io._signs import Numbers, Places, Signs, signs_of, where, words_of

__all__ = ["Cutter", "Dialect", "Line", "Lines", "Tags"]

_LONGEST = 2_000_000

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Line = tuple[str | None, str | None]


@dataclass(frozen=True)
class Dialect:
    """How a format writes its lines and its records.

    ``is_usual`` says whether a line may begin so, with a tag and what parts it from its value; ``unusual`` gives tag
    and value of a line that begins otherwise: no tag where it continues the line before it, neither where it is none.
    """

    name: str
    sign: re.Pattern[str]  # what is found in any text of the format
    width: int  # of what stands before a value, at most 8
    opening: str  # a line end and how a line begins that begins a record
    is_usual: Callable[[str], object]
    unusual: Callable[[str], Line]
    title: Callable[[dict[str, str]], str | None]  # of a record, to report it by
    ends: str | None = None  # the tag that a record ends with
    passed_over: frozenset[str] = frozenset()
    headless: str | None = None  # what is said of a record that begins with another tag
    nowhere: str = "no tag and no continuation; left out"
    indent: str | None = None  # how a line begins that continues the one before it
    joint: str = " "  # put between a value and what continues it
    tear: Callable[[str], list[str]] | None = None  # a line before tags that are stuck to the value before them


@dataclass(frozen=True)
class Lines:
    """Where the values of lines begin and end in a text, the codes of their tags, and the numbers of the lines.

    A line that goes ``further`` continues the one before it, and has its tag.
    """

    text: str
    begins: Places
    ends: Places
    codes: Codes
    numbers: Numbers
    further: Mask

    def __len__(self) -> int:
        return len(self.codes)

    def only(self, kept: Mask) -> Lines:
        """Return some of the lines."""
        begins, ends, codes = self.begins[kept], self.ends[kept], self.codes[kept]
        return Lines(self.text, begins, ends, codes, self.numbers[kept], self.further[kept])

    def part(self, begin: int, end: int) -> Lines:
        """Return lines from one to another, which is not of them, with no more text than theirs."""
        at = slice(begin, end)
        first, last = self.begins[begin], self.ends[end - 1]
        text, begins, ends = self.text[first:last], self.begins[at] - first, self.ends[at] - first
        return Lines(text, begins, ends, self.codes[at], self.numbers[at], self.further[at])

    def values(self, at: Places) -> list[str]:
        """Return the values of some lines."""
        text = self.text
        return [text[begin:end] for begin, end in zip(self.begins[at].tolist(), self.ends[at].tolist(), strict=True)]


class Tags:
    """Code of each tag, asked of the dialect once for each beginning of a line."""

    def __init__(self, dialect: Dialect) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}
        self._dialect = dialect
        self._of_beginnings: dict[str, int] = {}

    def code(self, tag: str) -> int:
        """Return the code of a tag."""
        if tag not in self._codes:
            self._codes[tag] = len(self.names)
            self.names.append(tag)
        return self._codes[tag]

    def of_beginning(self, beginning: str) -> int:
        """Return the code of the tag that a line begins with, -1 where that is none."""
        code = self._of_beginnings.get(beginning)
        if code is None:
            whole = beginning.ljust(self._dialect.width)
            code = self.code(whole.rstrip("- ")) if self._dialect.is_usual(whole) else -1
            if code >= 0:
                self._of_beginnings[beginning] = code
        return code


class Cutter:
    """Cuts blocks of text into lines, one block after the other, and reports what is no line of the format.

    ``n_lines`` counts the line ends so far.
    """

    def __init__(self, dialect: Dialect, records: Records) -> None:
        self.tags = Tags(dialect)
        self.n_lines = 0
        self._dialect, self._records = dialect, records
        self._torn = False

    def lines(self, text: str) -> Lines:
        """Lines that begin with a tag, each with what continues it."""
        if len(text) > _LONGEST:
            self._refuse_long_lines(text)
        lines = self._all_usual(text)
        lines = self._one_by_one(text) if lines is None else lines
        self.n_lines += text.count("\n")
        return lines

    def _all_usual(self, text: str) -> Lines | None:
        """Lines of a text in which each begins with a tag, is empty, or continues the one before it; None else."""
        dialect = self._dialect
        signs = signs_of(text)
        ends = np.append(np.flatnonzero(signs == ord("\n")), len(text))
        begins = np.append(-1, ends[:-1]) + 1
        numbers = np.flatnonzero(begins < ends)  # of lines that are not empty, counted from 0
        begins, ends = begins[numbers], ends[numbers]
        further = np.zeros(len(begins), dtype=bool)
        if dialect.indent is not None:
            further[np.searchsorted(begins, where(signs, dialect.indent.encode(), begins))] = True
            if (further & (np.diff(numbers, prepend=-2) > 1)).any():
                return None
        tagged = np.flatnonzero(~further)
        beginnings = words_of(signs, begins[tagged], np.minimum(begins[tagged] + dialect.width, ends[tagged]))
        turn, found = pd.factorize(beginnings)
        codes = np.array([self.tags.of_beginning(beginning) for beginning in _texts(found)], dtype=np.int32)
        if (codes < 0).any() or (dialect.tear is not None and _may_hold_stuck_tags(signs, len(tagged))):
            return None
        codes = np.repeat(codes[turn], np.diff(tagged, append=len(begins)))
        values = np.minimum(begins + np.where(further, len(dialect.indent or ""), dialect.width), ends)
        return Lines(text, values, ends, codes, numbers + self.n_lines + 1, further)

    def _one_by_one(self, text: str) -> Lines:
        """Lines of a text in which some begin otherwise."""
        texts = text.split("\n")
        numbers = np.arange(self.n_lines + 1, self.n_lines + 1 + len(texts))
        if self._dialect.tear is not None:
            texts, numbers = self._torn_lines(self._dialect.tear, texts, numbers)
        taken = list(self._taken(zip(numbers.tolist(), texts, strict=True)))
        values = [value for *_, value in taken]
        ends = np.cumsum([len(value) + 1 for value in values], dtype=np.intp) - 1
        codes = np.array([code for _, code, *_ in taken], dtype=np.int32)
        further = np.array([is_further for _, _, is_further, _ in taken], dtype=bool)
        taken_numbers = np.array([number for number, *_ in taken], dtype=np.int64)
        return Lines("\n".join(values), np.append(-1, ends[:-1])[: len(ends)] + 1, ends, codes, taken_numbers, further)

    def _torn_lines(
        self, tear: Callable[[str], list[str]], texts: list[str], numbers: Numbers
    ) -> tuple[list[str], Numbers]:
        """Tear lines that hold several tags: some exports forget line ends, which is reported once."""
        parts = list(map(tear, texts))
        counts = list(map(len, parts))
        if not self._torn and max(counts) > 1:
            self._torn = True
            at = next(at for at, count in enumerate(counts) if count > 1)
            detail = "line ends are missing before some tags; read as if they were there"
            self._records.problem("missing line end", int(numbers[at]), detail)
        return list(chain.from_iterable(parts)), np.repeat(numbers, counts)

    def _taken(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int, bool, str]]:
        """Yield number, code of the tag, whether it continues another, and value of each line that says anything."""
        dialect, tags = self._dialect, self.tags
        into: int | None = None  # the tag of the line that a further one continues
        indent = dialect.indent or "\n"  # which no line begins with
        is_behind = False  # whether an indented line continues the one before it: none that is empty or blank
        for number, line in lines:
            was_behind, is_behind = is_behind, bool(line) and (not line.isspace() or line.startswith(indent))
            code = tags.of_beginning(line[: dialect.width])
            if code >= 0:
                into = code
                yield number, code, False, line[dialect.width :]
            elif was_behind and line.startswith(indent):
                if into is not None:  # else it continues what is left out
                    yield number, into, True, line[len(indent) :]
            elif line and not line.isspace():
                tag, value = dialect.unusual(line)
                if tag is not None:
                    into = tags.code(tag)
                    yield number, into, False, value or ""
                elif value is not None and into is not None and tags.names[into] != dialect.ends:
                    yield number, into, True, value
                else:
                    self._records.problem("malformed line", number, dialect.nowhere, line)
                    into = None

    def _refuse_long_lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n"), start=self.n_lines + 1):
            if len(line) > _LONGEST:
                message = f"a line of {len(line):,} characters is no {self._dialect.name}; the limit is {_LONGEST:,}"
                raise ParseError(message, file=self._records.file, line=number, excerpt=line[:80])


def _may_hold_stuck_tags(signs: Signs, n_tags: int) -> bool:
    """Whether more lines could begin than there are tags: a hyphen behind two blanks parts a tag from its value."""
    hyphens = np.flatnonzero(signs[2:] == ord("-"))
    behind_blanks = (signs[hyphens] == ord(" ")) & (signs[hyphens + 1] == ord(" "))
    return int(np.count_nonzero(behind_blanks)) > n_tags


def _texts(words: Iterable[np.uint64]) -> list[str]:
    return [int(word).to_bytes(8, "little").rstrip(b"\0").decode("latin-1") for word in words]
