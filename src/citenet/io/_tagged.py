"""Records of tagged lines (Web of Science, RIS, PubMed) as columns: all lines of one tag have a cell a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np

from citenet.errors import ParseError
from citenet.io._columns import SEPARATOR, Block, Cell, trimmed
from citenet.io._lines import blocks, first_line
from citenet.io._records import Records
from citenet.io._signs import Mask, Numbers
from citenet.io._tagged_lines import Cutter, Dialect, Line, Lines, Tags

__all__ = ["Dialect", "Line", "TaggedBlock", "TaggedReader"]


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

    def _report(self, block: Block, begun: Mask, behind_end: Mask) -> None:
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

    def __init__(self, lines: Lines, opens: Mask, tags: Tags, joint: str) -> None:
        super().__init__(lines.numbers[lines.firsts[opens]].tolist(), {})
        self._held, self._tags, self._joint = lines, tags, joint
        self._record = np.cumsum(opens) - 1

    @cached_property
    def _by_tag(self) -> _ByTag:
        return _ByTag(self._held, self._record)

    def column(self, name: str) -> list[Cell] | None:
        if name not in self._columns:
            values, records = self._by_tag.values(self._tags.code(name), self._joint)
            if not values:
                return None
            self._columns[name] = _cells(values, records, len(self))
        return self._columns[name]

    def items(self, name: str) -> tuple[Numbers, list[str], Numbers]:
        at, lines = self._by_tag.at(self._tags.code(name)), self._by_tag.lines
        records = np.repeat(self._by_tag.records[at], lines.counts[at])
        found = records, lines.values_apart(at), lines.numbers_apart(at)
        return trimmed(*found) if lines.padded[at].any() else found

    def record(self, at: int) -> dict[str, str]:
        begin, end = np.searchsorted(self._record, [at, at + 1]).tolist()
        cells: dict[str, str] = {}
        values = self._held.values_joined(slice(begin, end), self._joint)
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


class _ByTag:
    """Lines of a block and their records in the order of their tags, so that those of one tag are next to each other.

    Lines of the ``folded`` tags go on, records have several of the ``repeated``.
    """

    def __init__(self, lines: Lines, records: Numbers) -> None:
        small = lines.codes.astype(np.min_scalar_type(lines.codes.max(initial=0)))  # sorted in a tenth of the time
        order = np.argsort(small, kind="stable")
        self.lines, self.records = lines.only(order), records[order]
        codes = self.lines.codes
        first = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
        spans = map(slice, first, [*first[1:], len(codes)])
        self._at: dict[int, slice] = dict(zip(codes[first].tolist(), spans, strict=True))
        is_again = (codes[1:] == codes[:-1]) & (self.records[1:] == self.records[:-1])
        self._folded = set(codes[self.lines.counts > 1].tolist())
        self._repeated = set(codes[1:][is_again].tolist())

    def at(self, code: int) -> slice:
        """Return where the lines of a tag stand."""
        return self._at.get(code, slice(0, 0))

    def values(self, code: int, joint: str) -> tuple[list[str], list[int]]:
        """Return the values of a tag, those of a record joined, and their records."""
        at = self.at(code)
        values = self.lines.values_joined(at, joint) if code in self._folded else self.lines.values(at)
        records = self.records[at].tolist()
        if code not in self._repeated:
            return values, records
        first = [i for i, record in enumerate(records) if i == 0 or record != records[i - 1]]
        joined = [SEPARATOR.join(values[i:j]) for i, j in pairwise([*first, len(values)])]
        return joined, [records[i] for i in first]


def _cells(values: list[str], records: list[int], n: int) -> list[Cell]:
    """Values as cells of so many records, None where a record has none."""
    if len(values) == n:
        return [*values]
    cells: list[Cell] = [None] * n
    for record, value in zip(records, values, strict=True):
        cells[record] = value
    return cells
