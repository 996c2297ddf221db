"""Payloads as corpora: what the reader of their format makes of them, as if the file had been read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from citenet.connect.provider import Answer, Request
from citenet.connect.store import Stored
from citenet.corpus import Corpus
from citenet.errors import ParseError
from citenet.io._records import Records
from citenet.io._sniff import find_format
from citenet.io._xml import parse

__all__ = ["Payload", "parse_payload", "read_payload"]


@dataclass(frozen=True)
class Payload:
    """An answer read: who says it, what it was asked for, and what it says."""

    voice: str
    purpose: str
    works: tuple[str, ...]  # identifiers it was asked for
    corpus: Corpus


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


def read_payload(source: str, answer: Answer, stored: Stored) -> Payload:
    """Read an answer with the reader of its format.

    An answer that lists nothing is a source without works. A full text speaks for itself, apart from the service that
    keeps it.
    """
    records = Records(answer.file)
    module = find_format("", answer.request.form)
    if answer.listed and module is not None:
        try:
            module.read(stored.text or "", records)
        except ParseError as error:
            records.problem("unreadable answer", error.line, error.reason, error.excerpt)
    corpus = records.corpus(answer.request.form, stored.sha256, stored.retrieved)
    voice = "fulltext" if answer.request.form == "jats" else source
    return Payload(voice, answer.request.purpose, answer.request.works, corpus)
