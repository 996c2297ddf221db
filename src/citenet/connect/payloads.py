"""Payloads as records: what the reader of their format makes of them, as if the file had been read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from citenet.connect.identity import Terms, terms_of
from citenet.connect.provider import Answer, Request
from citenet.connect.store import Stored
from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io._rows import Row, Rows
from citenet.io._sniff import find_format
from citenet.io._xml import parse

__all__ = ["Payload", "first_records", "parse_payload", "read_payload"]


@dataclass(frozen=True, eq=False)
class Payload:
    """An answer read: who says it, what it was asked for, and what it says.

    Parameters
    ----------
    voice : str
        The source; a full text speaks for itself, apart from the service that keeps it.
    request : Request
    records : Records
    sha256, retrieved : str
        Of the stored answer.
    is_complete : bool
        Whether all pages of the list that it belongs to are there, and none was cut by a cap.
    """

    voice: str
    request: Request
    records: Records
    sha256: str
    retrieved: str
    is_complete: bool = True

    @property
    def purpose(self) -> str:
        """What it was asked for."""
        return self.request.purpose

    @cached_property
    def work_terms(self) -> dict[str, Terms]:
        """Identifiers of each work, by its id in the answer."""
        works = self.records.works
        ids = works.column("work_id")
        return dict(zip(ids, terms_of(works.column("doi"), works.column("ids"), ids), strict=True))

    @cached_property
    def reference_terms(self) -> list[Terms]:
        """Identifiers of each reference."""
        references = self.records.references
        return terms_of(references.column("doi"), references.column("ids"))

    @property
    def whole_lists(self) -> set[str]:
        """Works, by their id in the answer, of which it lists as many references as they have by its own word."""
        listed = Counter(self.records.references.column("citing"))
        works = self.records.works
        stated = dict(zip(works.column("work_id"), works.column("n_cited_references"), strict=True))
        return {work for work, n in listed.items() if n >= (stated.get(work) or 0)}

    def source(self) -> Row:
        """Row of ``corpus.sources``."""
        records = self.records
        return {"file": records.file, "format": self.request.form, "sha256": self.sha256, "retrieved": self.retrieved,
                "n_works": len(records.works), "n_references": len(records.references)}  # fmt: skip

    def named(self) -> Iterator[Terms]:
        """Return the identifiers of each work that has some."""
        return (terms for terms in self.work_terms.values() if terms)


def parse_payload(request: Request, text: str) -> Any:
    """Return the JSON, or the root of the XML.

    Raises
    ------
    ValueError
        If it is neither (`ParseError` is one).
    """
    if request.is_xml:
        return parse(text.lstrip(), Records("answer", strict=True))
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None


def read_payload(source: str, answer: Answer, stored: Stored, text: str | None = None) -> Payload:
    """Read an answer with the reader of its format; one that lists nothing has no works.

    Parameters
    ----------
    source : str
    answer : Answer
    stored : Stored
    text : str, optional
        What of the stored text is read, where a cap takes a part.
    """
    records = Records(answer.file)
    module = find_format("", answer.request.form)
    if answer.listed and module is not None:
        try:
            module.read(text or stored.text or "", records)
        except ParseError as error:
            records.problem("unreadable answer", error.line, error.reason, error.excerpt)
    _leave_out(records, answer.request)
    voice = "fulltext" if answer.request.form == "jats" else source
    return Payload(voice, answer.request, records, stored.sha256, stored.retrieved)


def first_records(data: Any, listed: list[Any], n: int) -> str:
    """Return the text of a JSON answer with the first n of its records alone."""
    gone = {id(record) for record in listed[n:]}

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: kept(part) for name, part in value.items()}
        return [kept(part) for part in value if id(part) not in gone] if isinstance(value, list) else value

    return json.dumps(kept(data), ensure_ascii=False)


def _leave_out(records: Records, request: Request) -> None:
    """Leave out works that the answer was asked for in an earlier fetch, and that are not asked for now."""
    if not request.besides and not request.only:
        return
    others, wanted, only = set(request.besides), set(request.works), set(request.only)
    ids = records.works.column("work_id")
    terms = terms_of(records.works.column("doi"), records.works.column("ids"), ids)
    gone = {
        work
        for work, named in zip(ids, terms, strict=True)
        if (others.intersection(named) and wanted.isdisjoint(named)) or (only and only.isdisjoint(named))
    }
    records.works = Rows(row for row in records.works if row["work_id"] not in gone)
    records.references = Rows(row for row in records.references if row["citing"] not in gone)
    records.contexts = [row for row in records.contexts if row["citing"] not in gone]
