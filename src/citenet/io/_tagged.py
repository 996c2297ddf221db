"""Records of tagged lines (Web of Science, RIS, PubMed) as columns: a block of them is cut into lines and tags at once.

What a line begins with says which tag it has; the few lines that begin otherwise are looked at one by one. All lines
of one tag are then one column with a cell a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, compress, pairwise

import numpy as np
import numpy.typing as npt

from citenet.errors import ParseError
from citenet.io._columns import SEPARATOR, Block, Cell
from citenet.io._lines import blocks
from citenet.io._records import Records

__all__ = ["GOES_ON", "Dialect", "Line", "TaggedBlock", "TaggedReader"]

GOES_ON = "\1"  # between a line and the one that continues it; no text holds control characters
_LONGEST = 2_000_000

_Mask = npt.NDArray[np.bool_]

Line = tuple[str | None, str | None]


@dataclass(frozen=True)
class Dialect:
    """How a format writes its lines and its records.

    ``is_usual`` says whether a line may begin so, with a tag and what parts it from its value; ``unusual`` gives tag
    and value of a line that begins otherwise: no tag where it continues the line before it, neither where it is none.
    """

    name: str
    sign: re.Pattern[str]  # what is found in any text of the format
    width: int  # of what stands before a value
    opening: str  # a line end and how a line begins that begins a record
    is_usual: Callable[[str], object]
    unusual: Callable[[str], Line]
    title: Callable[[dict[str, str]], str | None]  # of a record, to report it by
    ends: str | None = None  # the tag that a record ends with
    passed_over: frozenset[str] = frozenset()
    headless: str | None = None  # what is said of a record that begins with another tag
    nowhere: str = "no tag and no continuation; left out"
    indent: str | None = None  # a line end and how a line begins that continues the one before it
    joint: str = " "  # put between a value and what continues it
    tear: Callable[[str], list[str]] | None = None  # a line before tags that are stuck to the value before them


class TaggedReader:
    """Cuts text into blocks of records, and reports lines and records that are not as they should be.

    ``first_tag`` and ``last_tag`` are those of the text so far, ``n_lines`` counts its line ends.
    """

    def __init__(self, dialect: Dialect, records: Records) -> None:
        self.n_lines = 0
        self.first_tag: str | None = None
        self.last_tag: str | None = None
        self._dialect, self._records = dialect, records
        self._tags = _Tags(dialect)
        self._begins = self._tags[dialect.opening[1:]]
        self._ends = -1 if dialect.ends is None else self._tags.code(dialect.ends)
        self._passed_over = [self._tags.code(tag) for tag in sorted(dialect.passed_over)]
        self._open: tuple[int, str | None] | None = None  # line and title of a record that has no end so far
        self._torn = False

    def blocks(self, pieces: Iterable[str]) -> Iterator[TaggedBlock]:
        """Yield the records of a text, block by block.

        Raises
        ------
        ParseError
            If the text is of another format.
        """
        if not any(map(self._dialect.sign.search, pieces)):
            first = next((line for piece in pieces for line in piece.split("\n") if line.strip()), None)
            detail = f"no line looks like {self._dialect.name}: the file is of another format"
            raise ParseError(detail, file=self._records.file, line=1, excerpt=first)
        for text in blocks(pieces, self._dialect.opening):
            block = self._block(text)
            if block is not None:
                yield block
        self._truncated("the file ends before its ER; export again")

    def _block(self, text: str) -> TaggedBlock | None:
        lines = self._tagged_lines(text)
        if lines.texts:
            self.first_tag = self.first_tag or self._tags.names[lines.codes[0]]
            self.last_tag = self._tags.names[lines.codes[-1]]
        passed = np.isin(lines.codes, self._passed_over)
        lines = lines.only(~passed) if passed.any() else lines
        if not lines.texts:
            return None
        is_end = lines.codes == self._ends
        behind_end = np.concatenate(([True], is_end[:-1]))
        opens = ((lines.codes == self._begins) | behind_end) & ~is_end
        block = TaggedBlock(lines.only(~is_end), opens[~is_end], self._tags, self._dialect.joint)
        if len(block):
            self._report(block, lines.codes[opens] == self._begins, behind_end[opens])
        if is_end[-1]:
            self._open = None
        elif self._dialect.ends is not None:
            self._open = (block.lines[-1], self._dialect.title(block.record(len(block) - 1)))
        return block if len(block) else None

    def _report(self, block: Block, begun: _Mask, behind_end: _Mask) -> None:
        """Report records that begin with another tag than they should, or before the one before them has ended."""
        dialect = self._dialect
        if dialect.headless is not None:
            for at in np.flatnonzero(~begun).tolist():
                excerpt = next(iter(block.record(at).values())).split(SEPARATOR)[0]
                self._records.problem("truncated record", block.lines[at], dialect.headless, excerpt)
        if dialect.ends is not None:
            self._truncated("another begins before its ER")
            for at in np.flatnonzero(~behind_end).tolist():
                self._open = (block.lines[at - 1], dialect.title(block.record(at - 1)))
                self._truncated("another begins before its ER")

    def _truncated(self, detail: str) -> None:
        if self._open is not None:
            self._records.problem("truncated record", self._open[0], detail, self._open[1])
        self._open = None

    def _tagged_lines(self, text: str) -> _Lines:
        """Lines that begin with a tag, each with what continues it."""
        dialect = self._dialect
        if len(text) > _LONGEST:
            self._refuse_long_lines(text)
        if dialect.indent is not None:
            text = text.replace(dialect.indent, GOES_ON)
        texts = text.split("\n")
        numbers = np.arange(self.n_lines + 1, self.n_lines + 1 + len(texts))
        if dialect.indent is not None:
            further = np.cumsum([line.count(GOES_ON) for line in texts])
            numbers[1:] += further[:-1]
            self.n_lines += int(further[-1])
        self.n_lines += len(texts) - 1  # each but the last ends with a line end
        lines = _Lines(texts, self._codes(texts), numbers, dialect.indent is not None)
        if dialect.tear is not None and text.count("  -") > np.count_nonzero(lines.codes >= 0):
            lines = self._torn_lines(dialect.tear, lines)
        odd = np.flatnonzero(lines.codes < 0).tolist()
        if not odd:
            return lines
        self._take_odd(odd, lines)
        return lines.only(lines.codes >= 0)

    def _codes(self, texts: list[str]) -> npt.NDArray[np.int16]:
        width = self._dialect.width
        return np.fromiter(map(self._tags.__getitem__, [text[:width] for text in texts]), np.int16, len(texts))

    def _torn_lines(self, tear: Callable[[str], list[str]], lines: _Lines) -> _Lines:
        """Tear lines that hold several tags: some exports forget line ends, which is reported once."""
        parts = list(map(tear, lines.texts))
        counts = list(map(len, parts))
        if not self._torn and max(counts) > 1:
            self._torn = True
            at = next(at for at, count in enumerate(counts) if count > 1)
            detail = "line ends are missing before some tags; read as if they were there"
            self._records.problem("missing line end", int(lines.numbers[at]), detail)
        texts = list(chain.from_iterable(parts))
        return _Lines(texts, self._codes(texts), np.repeat(lines.numbers, counts))

    def _take_odd(self, odd: list[int], lines: _Lines) -> None:
        """Write lines that begin otherwise as usual ones, and put what continues another line behind it."""
        dialect = self._dialect
        grown: dict[int, list[str]] = {}
        into: int | None = None  # the line that a further one continues
        before = -1
        for at in odd:
            into = into if at - 1 == before else at - 1
            before = at
            text = lines.texts[at]
            if not text or text.isspace():
                if into is not None and dialect.joint == SEPARATOR:
                    grown.setdefault(into, []).append("")  # so that what is behind it keeps its line
                continue
            tag, value = dialect.unusual(text)
            if tag is not None:
                lines.texts[at] = f"{tag.ljust(dialect.width)}{value}"
                lines.codes[at] = self._tags.code(tag)
                into = at
            elif value is not None and into is not None and lines.codes[into] != self._ends:
                grown.setdefault(into, []).append(value)
            else:
                excerpt = text.split(GOES_ON)[0]
                self._records.problem("malformed line", int(lines.numbers[at]), dialect.nowhere, excerpt)
                into = None
        lines.any_go_on = lines.any_go_on or bool(grown)
        for at, values in grown.items():
            lines.texts[at] = GOES_ON.join([lines.texts[at], *values])

    def _refuse_long_lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n"), start=self.n_lines + 1):
            if len(line) > _LONGEST:
                message = f"a line of {len(line):,} characters is no {self._dialect.name}; the limit is {_LONGEST:,}"
                raise ParseError(message, file=self._records.file, line=number, excerpt=line[:80])


@dataclass
class _Lines:
    """Lines, the codes of their tags (-1 where there is none), their numbers, and whether any may go on."""

    texts: list[str]
    codes: npt.NDArray[np.int16]
    numbers: npt.NDArray[np.int64]
    any_go_on: bool = False

    def only(self, kept: _Mask) -> _Lines:
        texts = list(compress(self.texts, kept.tolist()))
        return _Lines(texts, self.codes[kept], self.numbers[kept], self.any_go_on)


class _Tags(dict[str, int]):
    """Code of the tag by what a line begins with, -1 where that is none; asked of the dialect once for each."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__()
        self.width = dialect.width
        self.codes: dict[str, int] = {}
        self.names: list[str] = []
        self._is_usual = dialect.is_usual

    def __missing__(self, begin: str) -> int:
        if not self._is_usual(begin):
            return -1
        code = self[begin] = self.code(begin.rstrip("- "))
        return code

    def code(self, tag: str) -> int:
        if tag not in self.codes:
            self.codes[tag] = len(self.names)
            self.names.append(tag)
        return self.codes[tag]


class TaggedBlock(Block):
    """Records by tag, of which a column is made when it is asked for."""

    def __init__(self, lines: _Lines, opens: _Mask, tags: _Tags, joint: str) -> None:
        super().__init__(lines.numbers[opens].tolist(), {})
        self._held, self._tags, self._joint = lines, tags, joint
        self._record = np.cumsum(opens) - 1

    def column(self, name: str) -> list[Cell] | None:
        if name not in self._columns:
            at = np.flatnonzero(self._held.codes == self._tags.codes.get(name, -1))
            if not len(at):
                return None
            self._columns[name] = self._cells(at)
        return self._columns[name]

    def value_lines(self, name: str) -> npt.NDArray[np.int64]:
        at = np.flatnonzero(self._held.codes == self._tags.codes.get(name, -1))
        counts = np.array([self._held.texts[line].count(GOES_ON) + 1 for line in at.tolist()], dtype=np.int64)
        first = self._held.numbers[at]
        lines: npt.NDArray[np.int64] = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
        return lines

    def record(self, at: int) -> dict[str, str]:
        begin, end = np.searchsorted(self._record, [at, at + 1]).tolist()
        cells: dict[str, str] = {}
        for code, value in zip(self._held.codes[begin:end], self._values(range(begin, end)), strict=True):
            name = self._tags.names[code]
            cells[name] = f"{cells[name]}{SEPARATOR}{value}" if name in cells else value
        return cells

    def bare(self, name: str) -> list[int]:
        """Return which records have no field but this one."""
        other = self._held.codes != self._tags.codes.get(name, -1)
        return np.flatnonzero(np.bincount(self._record[other], minlength=len(self)) == 0).tolist()

    def part(self, begin: int, end: int) -> Block:
        if (begin, end) == (0, len(self)):
            return self
        lines = slice(*np.searchsorted(self._record, [begin, end]).tolist())
        whole = self._held
        held = _Lines(whole.texts[lines], whole.codes[lines], whole.numbers[lines], whole.any_go_on)
        opens = np.diff(self._record[lines], prepend=-1) > 0
        return TaggedBlock(held, opens, self._tags, self._joint)

    def _cells(self, at: npt.NDArray[np.intp]) -> list[Cell]:
        values = self._values(at.tolist())
        records = self._record[at]
        first = np.flatnonzero(np.diff(records, prepend=-1))  # value of each record
        if len(first) < len(values):
            values = [SEPARATOR.join(values[i:j]) for i, j in pairwise([*first.tolist(), len(values)])]
            records = records[first]
        cells: list[Cell] = [*values] if len(values) == len(self) else [None] * len(self)
        if len(values) < len(self):
            for record, value in zip(records.tolist(), values, strict=True):
                cells[record] = value
        return cells

    def _values(self, at: Iterable[int]) -> list[str]:
        texts = self._held.texts
        width = self._tags.width
        values = [texts[line][width:] for line in at]
        if not self._held.any_go_on:
            return values
        return [value.replace(GOES_ON, self._joint) for value in values]
