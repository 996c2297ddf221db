"""What every reader fills: works, references, contexts and problems of one file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from citenet._support.text import shorten
from citenet.errors import ParseError
from citenet.io._fields import work_key
from citenet.io._rows import Row, Rows

__all__ = ["Reading", "Records", "read_comparing_copies"]


@dataclass
class Records:
    """Rows collected while one file is read.

    Parameters
    ----------
    file : str
        Name of the file as it will stand in ``file`` columns.
    strict : bool
        Raise on the first problem instead of collecting it.
    """

    file: str
    strict: bool = False
    works: Rows = field(default_factory=Rows)
    references: Rows = field(default_factory=Rows)
    contexts: list[Row] = field(default_factory=list)
    problems: list[Row] = field(default_factory=list)
    labels: list[Row] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)  # line by id of citing works that a list names
    _copies: dict[str, int] = field(default_factory=dict, repr=False)

    def work(self, work_id: str, line: int | None, **fields: Any) -> None:
        """Add a work; fields are columns of ``corpus.works`` (further names become further columns)."""
        self.works.append({"work_id": work_id, "file": self.file, "line": line, **fields})

    def reference(self, citing: str, line: int | None, raw: str | None, **fields: Any) -> None:
        """Add a reference of ``citing``; its position is its turn unless ``position`` is given."""
        self.references.append({"citing": work_key(citing), "file": self.file, "line": line, "raw": raw, **fields})

    def problem(self, kind: str, line: int | None, detail: str, excerpt: str | None = None) -> None:
        """Report what could not be read: a kind to count by, where, what to do, and what stood there."""
        if self.strict:
            raise ParseError(f"{kind}: {detail}", file=self.file, line=line, excerpt=excerpt)
        row = {"file": self.file, "line": line, "kind": kind, "detail": detail}
        self.problems.append({**row, "excerpt": None if excerpt is None else shorten(excerpt, 120)})

    def note(self, kind: str, detail: str) -> None:
        """Report what holds for the file as a whole and is no damage: a strict reader does not raise on it."""
        self.problems.append({"file": self.file, "line": None, "kind": kind, "detail": detail, "excerpt": None})

    def note_no_references(self, name: str) -> None:
        """Say once per file that its format holds no reference lists: nothing will be cited from here."""
        detail = (
            f"{name} holds no reference lists: its works cite nothing here. Fetch their references, or export the "
            "works from a database that lists them (Web of Science, Scopus, OpenAlex, Lens)"
        )
        self.note("no references", detail)

    def unique_id(self, wanted: str, line: int | None, taken: set[str]) -> str:
        """Return the id, suffixed ``#2``, ``#3`` … and reported where it is taken."""
        work_id, n = wanted, self._copies.get(wanted, 1)
        while work_id in taken:
            n += 1
            work_id = f"{wanted}#{n}"
        if n > 1:
            self._copies[wanted] = n
            self.problem("repeated work id", line, f"{wanted!r} occurs again; kept as {work_id!r}", wanted)
        taken.add(work_id)
        return work_id

    def name_citing_works(self) -> None:
        """Add the citing works that are only named, by which nothing but their id is known."""
        described = set(self.works.distinct("work_id"))
        for citing in dict.fromkeys([*self.references.distinct("citing"), *(row["citing"] for row in self.contexts)]):
            if citing not in described:
                self.works.append({"work_id": citing, "file": self.file, "line": self.named.get(citing)})

    def source(self, format: str, sha256: str) -> Row:  # noqa: A002 - the name of the column
        """Return the row of the file in ``sources``."""
        counts = {"n_works": len(self.works), "n_references": len(self.references)}
        return {"file": self.file, "format": format, "sha256": sha256, **counts, "retrieved": None}


class Reading(Protocol):
    """One way through a file; ``repeated`` are ids that it found to come again and did not await."""

    @property
    def repeated(self) -> Collection[str]: ...

    def read(self, pieces: Iterable[str]) -> None:
        """Go through the text."""

    def finish(self) -> None:
        """Put what had to wait until all was gone through."""


def read_comparing_copies(
    begin: Callable[[Records, Collection[str]], Reading], pieces: Iterable[str], records: Records
) -> None:
    """Read text that comes in pieces; where it turns out to hold a record more than once it is read again.

    All copies of a record have to be compared: ``begin`` is told of which ids they are to be awaited.
    """
    n_problems = len(records.problems)
    reading = begin(records, ())
    reading.read(pieces)
    if reading.repeated:
        records.works, records.references, records.problems = Rows(), Rows(), records.problems[:n_problems]
        reading = begin(records, reading.repeated)
        reading.read(pieces)
    reading.finish()
