"""Records of tagged lines (Web of Science, RIS, PubMed) as columns: all lines of one tag have a cell a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from citenet.errors import ParseError
from citenet.io._columns import SEPARATOR, Block, Cell, trimmed
from citenet.io._lines import blocks, first_line
from citenet.io._records import Records
from citenet.io._signs import Numbers, Places
from citenet.io._tagged_lines import Cutter, Dialect, Line, Lines, Tags

__all__ = ["Dialect", "Line", "TaggedBlock", "TaggedReader"]

_Mask = npt.NDArray[np.bool_]


class TaggedReader:
    """Cuts text into blocks of records, and reports lines and records that are not as they should be.

    ``first_tag`` and ``last_tag`` are those of the text so far.
    """

    def __init__(self, dialect: Dialect, records: Records) -> None:
        self.first_tag: str | None = None
        self.last_tag: str | None = None
        self._dialect, self._records = dialect, records
        self._cutter = Cutter(dialect, records)
        self._tags = tags = self._cutter.tags
        self._begins = tags.code(dialect.opening[1:].rstrip("- "))
        self._ends = -1 if dialect.ends is None else tags.code(dialect.ends)
        self._passed_over = list(map(tags.code, sorted(dialect.passed_over)))
        self._open: tuple[int, str | None] | None = None  # line and title of a record that has no end so far

    @property
    def n_lines(self) -> int:
        """How many line ends the text has so far."""
        return self._cutter.n_lines

    def blocks(self, pieces: Iterable[str]) -> Iterator[TaggedBlock]:
        """Yield the records of a text, block by block.

        Raises
        ------
        ParseError
            If the text is of another format.
        """
        if not any(map(self._dialect.sign.search, pieces)):
            detail = f"no line looks like {self._dialect.name}: the file is of another format"
            raise ParseError(detail, file=self._records.file, line=1, excerpt=first_line(pieces) or None)
        for text in blocks(pieces, self._dialect.opening):
            block = self._block(text)
            if block is not None:
                yield block
        self._truncated("the file ends before its ER; export again")

    def _block(self, text: str) -> TaggedBlock | None:
        lines = self._cutter.lines(text)
        if len(lines):
            self.first_tag = self.first_tag or self._tags.names[lines.codes[0]]
            self.last_tag = self._tags.names[lines.codes[-1]]
        passed = np.isin(lines.codes, self._passed_over)
        lines = lines.only(~passed) if passed.any() else lines
        if not len(lines):
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


class TaggedBlock(Block):
    """Records by tag, of which a column is made when it is asked for."""

    def __init__(self, lines: Lines, opens: _Mask, tags: Tags, joint: str) -> None:
        super().__init__(lines.numbers[lines.firsts[opens]].tolist(), {})
        self._held, self._tags, self._joint = lines, tags, joint
        self._record = np.cumsum(opens) - 1

    def column(self, name: str) -> list[Cell] | None:
        if name not in self._columns:
            at = self._at(name)
            if not len(at):
                return None
            self._columns[name] = self._cells(at)
        return self._columns[name]

    def items(self, name: str) -> tuple[Numbers, list[str], Numbers]:
        at = self._at(name)
        held = self._held
        found = np.repeat(self._record[at], held.counts[at]), held.values_apart(at), held.numbers_apart(at)
        return trimmed(*found) if held.padded[at].any() else found

    def record(self, at: int) -> dict[str, str]:
        begin, end = np.searchsorted(self._record, [at, at + 1]).tolist()
        cells: dict[str, str] = {}
        values = self._held.values_joined(np.arange(begin, end), self._joint)
        for code, value in zip(self._held.codes[begin:end].tolist(), values, strict=True):
            name = self._tags.names[code]
            cells[name] = f"{cells[name]}{SEPARATOR}{value}" if name in cells else value
        return cells

    def bare(self, name: str) -> list[int]:
        """Return which records have no field but this one."""
        other = self._held.codes != self._tags.code(name)
        return np.flatnonzero(np.bincount(self._record[other], minlength=len(self)) == 0).tolist()

    def part(self, begin: int, end: int) -> Block:
        if (begin, end) == (0, len(self)):
            return self
        first, behind = np.searchsorted(self._record, [begin, end]).tolist()
        opens = np.diff(self._record[first:behind], prepend=-1) > 0
        return TaggedBlock(self._held.part(first, behind), opens, self._tags, self._joint)

    def _at(self, name: str) -> Places:
        return np.flatnonzero(self._held.codes == self._tags.code(name))

    def _cells(self, at: Places) -> list[Cell]:
        values, records = _joined(self._held.values_joined(at, self._joint), self._record[at])
        if len(values) == len(self):
            return [*values]
        cells: list[Cell] = [None] * len(self)
        for record, value in zip(records.tolist(), values, strict=True):
            cells[record] = value
        return cells


def _joined(values: list[str], records: Numbers) -> tuple[list[str], Numbers]:
    """Join the values of each record."""
    is_further = records[1:] == records[:-1]
    if not is_further.any():
        return values, records
    first = np.flatnonzero(np.append(True, ~is_further))
    return [SEPARATOR.join(values[i:j]) for i, j in pairwise([*first.tolist(), len(values)])], records[first]
