"""Lines that begin with a tag (Web of Science, RIS, PubMed), found in a block of text at once.

Where all lines of a block begin as they usually do it is never cut into lines: what begins where, and with which
tag, is told from its signs. Only a block with a line that begins otherwise is gone through line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io._signs import Mask, Numbers, Places, Signs, begin_with, first_of, signs_of, words_of

__all__ = ["Cutter", "Dialect", "Line", "Lines", "Tags"]

_LONGEST = 2_000_000

Codes = npt.NDArray[np.int32]
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
    """Lines with a tag in a text: where their values begin and end, and the codes of their tags.

    A value goes on with the lines that continue it: a ``fold`` stands before what each of them says, and nowhere else
    in a value. ``firsts`` and ``counts`` tell which of the ``numbers`` of all lines are those of a value. Of a value
    that is not ``padded`` no line is empty, begins with a blank or ends with one.
    """

    text: str
    begins: Places
    ends: Places
    codes: Codes
    firsts: Places
    counts: Places
    padded: Mask
    numbers: Numbers
    fold: str

    def __len__(self) -> int:
        return len(self.codes)

    def only(self, kept: Mask | Places | slice) -> Lines:
        """Return some of the lines, each with what continues it."""
        begins, ends, codes = self.begins[kept], self.ends[kept], self.codes[kept]
        firsts, counts, padded = self.firsts[kept], self.counts[kept], self.padded[kept]
        return Lines(self.text, begins, ends, codes, firsts, counts, padded, self.numbers, self.fold)

    def part(self, begin: int, end: int) -> Lines:
        """Return lines from one to another, which is not of them, with no more text than theirs."""
        some = self.only(slice(begin, end))
        first, upper = some.begins[0], some.firsts[0]
        return replace(
            some,
            text=self.text[first : some.ends[-1]],
            begins=some.begins - first,
            ends=some.ends - first,
            firsts=some.firsts - upper,
            numbers=self.numbers[upper : some.firsts[-1] + some.counts[-1]],
        )

    def values(self, at: Places | slice) -> list[str]:
        """Return the values of some lines, with what continues them."""
        text = self.text
        return [text[begin:end] for begin, end in zip(self.begins[at].tolist(), self.ends[at].tolist(), strict=True)]

    def values_joined(self, at: Places | slice, joint: str) -> list[str]:
        """Return the values of some lines with another joint for the fold."""
        values = self.values(at)
        return [value.replace(self.fold, joint) for value in values] if (self.counts[at] > 1).any() else values

    def values_apart(self, at: Places | slice) -> list[str]:
        """Return what each line says, those that continue some lines behind them."""
        values, fold = self.values(at), self.fold
        if (self.counts[at] > 1).any():
            # from behind, as a line end, with which a fold begins, is rarer than the blanks with which it ends
            return list(chain.from_iterable([value.rsplit(fold) for value in values]))
        return values

    def numbers_apart(self, at: Places | slice) -> Numbers:
        """Return the number of each line, those that continue some lines behind them."""
        counts = self.counts[at]
        skipped = self.firsts[at] - np.cumsum(counts) + counts
        numbers: Numbers = self.numbers[np.repeat(skipped, counts) + np.arange(counts.sum())]
        return numbers


class Tags:
    """Code of each tag, asked of the dialect once for each beginning of a line."""

    def __init__(self, dialect: Dialect) -> None:
        self.names: list[str] = []
        self._codes: dict[str, int] = {}
        self._dialect = dialect
        self._of_beginnings: dict[str, int] = {}
        self._of_words: dict[int, int] = {}

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

    def of_word(self, word: int) -> int:
        """Return the code of the tag that a line begins with, whose first signs are the bytes of a number."""
        code = self._of_words.get(word)
        if code is None:
            code = self.of_beginning(word.to_bytes(8, "little").rstrip(b"\0").decode("latin-1"))
            if code >= 0:
                self._of_words[word] = code
        return code


class Cutter:
    """Cuts blocks of text into lines, one block after the other, and reports what is no line of the format.

    ``n_lines`` counts the line ends so far.
    """

    def __init__(self, dialect: Dialect, records: Records) -> None:
        self.tags = Tags(dialect)
        self.n_lines = 0
        self._dialect, self._records = dialect, records
        self._fold = "\n" + (dialect.indent or "")
        self._torn = False

    def lines(self, text: str) -> Lines:
        """Lines that begin with a tag, each with what continues it."""
        if len(text) > _LONGEST:
            self._refuse_long_lines(text)
        signs = signs_of(text)
        ends = np.append(np.flatnonzero(signs == ord("\n")), len(text))
        lines = self._all_usual(text, signs, ends)
        lines = self._one_by_one(text) if lines is None else lines
        self.n_lines += len(ends) - 1
        return lines

    def _all_usual(self, text: str, signs: Signs, ends: Places) -> Lines | None:
        """Lines of a text in which each begins with a tag, is empty, or continues the one before it; None else."""
        dialect = self._dialect
        begins = np.append(-1, ends[:-1]) + 1
        filled = np.flatnonzero(begins < ends)
        begins, ends = begins[filled], ends[filled]
        words = words_of(signs, begins, ends)
        further = np.zeros(len(words), dtype=bool)
        if dialect.indent is not None:
            further = begin_with(words, dialect.indent)
            if further[np.diff(filled, prepend=-2) > 1].any():
                return None
        firsts = np.flatnonzero(~further)
        counts = np.diff(firsts, append=len(words))
        turn, found = pd.factorize(first_of(words[firsts], dialect.width))
        codes = np.array(list(map(self.tags.of_word, found.tolist())), dtype=np.int32)
        if (codes < 0).any() or (dialect.tear is not None and _may_hold_stuck_tags(signs, len(firsts))):
            return None
        values = np.minimum(begins[firsts] + dialect.width, ends[firsts])
        inner = begins + len(self._fold) - 1
        inner[firsts] = values
        padded = _in_each(_may_be_blank(signs[inner]) | _may_be_blank(signs[ends - 1]), firsts)
        numbers = filled + (self.n_lines + 1)
        return Lines(text, values, ends[firsts + counts - 1], codes[turn], firsts, counts, padded, numbers, self._fold)

    def _one_by_one(self, text: str) -> Lines:
        """Lines of a text in which some begin otherwise."""
        texts = text.split("\n")
        numbers = np.arange(self.n_lines + 1, self.n_lines + 1 + len(texts))
        if self._dialect.tear is not None:
            texts, numbers = self._torn_lines(self._dialect.tear, texts, numbers)
        taken = list(self._taken(zip(numbers.tolist(), texts, strict=True)))
        further = np.array([is_further for _, _, is_further, _ in taken], dtype=bool)
        folded = [(self._fold if is_further else "\n") + value for _, _, is_further, value in taken]
        firsts = np.flatnonzero(~further)
        begins = np.append(0, np.cumsum(list(map(len, folded)), dtype=np.intp))[np.append(firsts, len(taken))]
        codes = np.array([code for _, code, *_ in taken], dtype=np.int32)[firsts]
        counts = np.diff(firsts, append=len(taken))
        of_taken = np.array([number for number, *_ in taken], dtype=np.int64)
        padded = _in_each(np.array([value != value.strip() or not value for *_, value in taken], dtype=bool), firsts)
        return Lines("".join(folded), begins[:-1] + 1, begins[1:], codes, firsts, counts, padded, of_taken, self._fold)

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


def _in_each(truths: Mask, firsts: Places) -> Mask:
    """Whether any is true, from each of some places up to the next."""
    found = np.zeros(len(firsts), dtype=bool)
    found[np.searchsorted(firsts, np.flatnonzero(truths), side="right") - 1] = True
    return found


def _may_hold_stuck_tags(signs: Signs, n_tags: int) -> bool:
    """Whether more lines could begin than there are tags: a hyphen behind two blanks parts a tag from its value."""
    hyphens = np.flatnonzero(signs[2:] == ord("-"))
    behind_blanks = (signs[hyphens] == ord(" ")) & (signs[hyphens + 1] == ord(" "))
    return int(np.count_nonzero(behind_blanks)) > n_tags


def _may_be_blank(signs: Signs) -> Mask:
    """Whether each sign may be a blank, as each that Latin-1 does not have."""
    found: Mask = (signs <= ord(" ")) | (signs == 0x85) | (signs == 0xA0) | (signs == ord("?"))
    return found
