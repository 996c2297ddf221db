"""What every reader fills: works, references, contexts and problems of one file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from citenet._support.text import shorten
from citenet.corpus import CONTEXT_COLUMNS, PROBLEM_COLUMNS, REFERENCE_COLUMNS, WORK_COLUMNS, Corpus
from citenet.errors import ParseError
from citenet.io._fields import work_key
from citenet.io._rows import Row, Rows

__all__ = ["Records"]


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

    def corpus(self, format: str, sha256: str, retrieved: str | None = None) -> Corpus:  # noqa: A002 - the name of the column
        """Put everything collected into a checked `Corpus` with one row in ``sources``.

        A citing work that this file only names becomes a work of which nothing but the id is known.
        """
        source = {
            "file": self.file,
            "format": format,
            "sha256": sha256,
            "n_works": len(self.works),
            "n_references": len(self.references),
            "retrieved": retrieved,
        }
        described = set(self.works.column("work_id"))
        named = dict.fromkeys([*self.references.column("citing"), *(row["citing"] for row in self.contexts)])
        for citing in named:
            if citing not in described:
                self.works.append({"work_id": citing, "file": self.file, "line": self.named.get(citing)})
        return Corpus(
            works=self.works.frame({"work_id": "str", **WORK_COLUMNS}).set_index("work_id"),
            references=self.references.frame(REFERENCE_COLUMNS),
            contexts=Rows(self.contexts).frame(CONTEXT_COLUMNS),
            problems=Rows(self.problems).frame(PROBLEM_COLUMNS),
            sources=pd.DataFrame([source]),
        )
