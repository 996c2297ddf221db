"""JSON Lines that citenet wrote: a corpus, or a network, whose citations become references to works of the file."""

from __future__ import annotations

from typing import Any

from citenet.errors import ParseError
from citenet.identifiers import normalise_id
from citenet.io._fields import work_key
from citenet.io._json import compact, get, load, mentions
from citenet.io._records import Records
from citenet.io._values import text_of, year_of

__all__ = ["NAME", "read", "sniff"]

NAME = "citenet_jsonl"

_OWN = frozenset(["work_id", "citing", "position", "file", "line", "raw", "ids", "id"])
_LONG = 2**63
_PASSED_OVER = frozenset(["header", "problem", "source", "dropped", "group"])


def sniff(head: str) -> bool:
    """Whether a text begins like JSON Lines of citenet.

    >>> sniff('{"record": "header", "format": "citenet-jsonl", "version": 1}'), sniff('{"record": "x"}')
    (True, False)
    """
    return mentions(head, r'"format"\s*:\s*"citenet-jsonl"')


def read(text: str, records: Records) -> None:
    r"""Read works, references, citations and passages into ``records``; groups become a column ``group``.

    Values have the types they were written with. File and line of a record are those of this file; those it was first
    read from stand in ``file_given`` and ``line_given``. Problems, sources and dropped references of the corpus that
    was written are its own and are not taken over.

    Examples
    --------
    >>> records = Records("net.jsonl")
    >>> read('{"record": "header", "format": "citenet-jsonl"}\n'
    ...      '{"record": "work", "id": "a", "fields": {"title": "A"}}\n'
    ...      '{"record": "citation", "citing": "b", "cited": "a", "fields": {}}\n', records)
    >>> records.works[0]["work_id"], records.references[0]["ids"]
    ('a', 'work:a')
    """
    items = list(load(text, records))
    groups = {
        text_of(get(item, "id")): text_of(get(item, "group")) for _, item in items if get(item, "record") == "group"
    }
    taken: set[str] = set()
    for line, item in items:
        kind = get(item, "record")
        if kind not in _PASSED_OVER and not _take(kind, line, item, records, taken, groups):
            records.problem("unreadable record", line, "this is no record of citenet; left out", compact(item)[:120])
    if not records.works and not records.references:
        raise ParseError("no work in these JSON Lines", file=records.file, line=1)


def _take(
    kind: Any, line: int, item: Any, records: Records, taken: set[str], groups: dict[str | None, str | None]
) -> bool:
    """Take one record; False where it lacks what it needs."""
    fields = _plain_fields(get(item, "fields"), line, records)
    further = {name: value for name, value in fields.items() if name not in _OWN}
    for name in ("file", "line"):
        if name in fields:
            further.setdefault(f"{name}_given", fields[name])
    if "year" in further:
        further["year"] = year_of(further["year"])
    citing, position = text_of(get(item, "citing")), get(item, "position")
    position = position if isinstance(position, int) and 0 < position < 10**9 else None
    if kind == "work" and text_of(get(item, "id")):
        number = text_of(item["id"])
        work_id = records.unique_id(work_key(number), line, taken)
        group = {"group": groups[number]} if number in groups else {}
        records.work(work_id, line, **{**further, **group, "ids": text_of(fields.get("ids"))})
    elif kind == "citation" and citing and text_of(get(item, "cited")):
        cited = work_key(text_of(item["cited"]))
        records.reference(citing, line, cited, ids=normalise_id("work", cited))
    elif kind == "reference" and citing:
        row = {**further, "ids": text_of(fields.get("ids"))}
        records.reference(citing, line, _whole(fields.get("raw")), position=position, **row)
    elif kind == "context" and citing:
        passage = _whole(get(item, "passage"))
        records.contexts.append({"citing": work_key(citing), "position": position, "passage": passage, **further})
    else:
        return False
    return True


def _whole(value: Any) -> str | None:
    """Text as it was written, line breaks and blanks too."""
    return value if isinstance(value, str) and value.strip() else text_of(value)


def _plain_fields(stated: Any, line: int, records: Records) -> dict[str, Any]:
    """Fields that a table can hold; what it cannot is reported."""
    fields: dict[str, Any] = {}
    for name, value in stated.items() if isinstance(stated, dict) else ():
        if isinstance(value, str | float) or (isinstance(value, int) and abs(value) < _LONG):
            fields[name] = value
        elif value is not None:
            detail = f"the value of {name!r} is neither text, truth nor number of 64 bits; left out"
            records.problem("unread value", line, detail, compact(value))
    return fields
