"""Records as a reader finds them, before ids are settled: what is the same record twice, and what only shares an id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

from citenet.io._fields import work_key
from citenet.io._records import Records
from citenet.io._rows import Row, Rows

__all__ = ["Draft", "first_id", "settle", "settle_columns"]


@dataclass(slots=True)
class Draft:
    """One record: its id if it has one, where it stands, its fields, its references and passages."""

    work_id: str | None
    line: int | None
    fields: dict[str, Any]
    references: list[Row] = field(default_factory=list)
    contexts: list[dict[str, Any]] = field(default_factory=list)
    listed: Rows | None = None  # references of one kind, held by column: a tenth of the memory

    def cite(self, raw: str | None, *, line: int | None = None, **fields: Any) -> None:
        """Add a reference; it keeps what was printed or sent, and its line where that is known."""
        known = {name: value for name, value in fields.items() if value is not None}
        self.references.append({"raw": raw, "line": self.line if line is None else line, **known})

    def content(self) -> str:
        """Return a text that is the same for the same record, wherever it stands."""
        fields = sorted((name, value) for name, value in self.fields.items() if value is not None)
        references = [
            {name: value for name, value in row.items() if name != "line"}
            for row in [*self.references, *(self.listed or ())]
        ]
        return repr((fields, references, self.contexts))


def first_id(*ids: str | None) -> str | None:
    """Return the first identifier term that is known: it is the id of the work.

    >>> first_id(None, "pmid:1 doi:10.1/x")
    'pmid:1'
    """
    return next((term for joined in ids if joined for term in joined.split()), None)


def settle_columns(blocks: Iterable[dict[str, list[Any]]], records: Records, *, accessioned: bool = False) -> int:
    """Put works that cite nothing into ``records``, as `settle` does with drafts.

    Parameters
    ----------
    blocks : iterable of dict of list
        Works by column, some of them at a time: with ``work_id``, None where there is none, and ``line``.
    records, accessioned
        As of `settle`, which those go through that share their id or have none.

    Returns
    -------
    int
        How many works the blocks hold.
    """
    columns: dict[str, list[Any]] = {"work_id": [], "line": []}
    for block in blocks:
        for name, cells in block.items():
            columns.setdefault(name, []).extend(cells)
    ids = columns["work_id"] = [work_id and work_key(work_id) for work_id in columns["work_id"]]
    count = Counter(ids)
    is_alone = [work_id is not None and count[work_id] == 1 for work_id in ids]
    drafts = []
    for at in (at for at, one in enumerate(is_alone) if not one):
        fields = {name: cells[at] for name, cells in columns.items() if name not in ("work_id", "line")}
        drafts.append(Draft(ids[at], columns["line"][at], fields))
    if drafts:
        columns = {name: list(compress(cells, is_alone)) for name, cells in columns.items()}
    records.works.extend(columns, file=records.file)
    settle(drafts, records, accessioned=accessioned, taken=set(columns["work_id"]))
    return len(ids)


def settle(
    drafts: Iterable[Draft], records: Records, *, accessioned: bool = False, taken: set[str] | None = None
) -> int:
    """Put drafts into ``records``: each becomes a work or a problem.

    Parameters
    ----------
    drafts : iterable of Draft
        A draft without an id gets one from its content.
    records : Records
        Gets the works. A record that stands there twice is one work and a problem.
    accessioned : bool, default False
        The id is the accession number of a database: records that share it are one, and the copy with the longer
        reference list is kept. Otherwise records that differ stay apart (``#2``) with a problem.
    taken : set of str, optional
        Ids that works have already.

    Returns
    -------
    int
        How many works were put.
    """
    by_id: dict[str, list[Draft]] = {}
    for draft in drafts:
        wanted = work_key(draft.work_id) if draft.work_id else work_key(None, draft.content())
        by_id.setdefault(wanted, []).append(draft)
    taken = set() if taken is None else taken
    for wanted in sorted(by_id):
        copies = by_id.pop(wanted)
        if len(copies) == 1 and wanted not in taken:
            taken.add(wanted)
            _put(wanted, copies[0], records)
            continue
        ordered = sorted(
            ((-len(c.references) - len(c.listed or ()), c.content(), c.line or 0, c) for c in copies),
            key=lambda row: row[:3],
        )
        seen: set[str] = set()
        for _, content, _, draft in ordered:
            if content in seen or (accessioned and seen):
                other = "" if content in seen else ", with other content"
                detail = f"{wanted!r} is there more than once{other}; kept once"
                records.problem("repeated record", draft.line, detail, draft.fields.get("title"))
                continue
            seen.add(content)
            _put(records.unique_id(wanted, draft.line, taken), draft, records)
    return len(taken)


def _put(work_id: str, draft: Draft, records: Records) -> None:
    draft.fields.update(work_id=work_id, file=records.file, line=draft.line)
    records.works.append(draft.fields)
    if draft.listed:
        records.references.extend(draft.listed.columns(), citing=work_id, file=records.file)
    for row in draft.references:
        records.references.append({"citing": work_id, "file": records.file, **row})
    for row in draft.contexts:
        records.contexts.append({"citing": work_id, **row})
