"""CSL-JSON as Zotero, Mendeley and citation processors write it: works without reference lists, but for our own."""

from __future__ import annotations

from typing import Any

from citenet.corpus import WORK_COLUMNS
from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_id
from citenet.io._csl import describe
from citenet.io._drafts import Draft, settle
from citenet.io._json import compact, get, load, mentions
from citenet.io._records import Records
from citenet.io._values import text_of

__all__ = ["NAME", "read", "sniff"]

NAME = "csl_json"

_TYPE = (
    r'"type"\s*:\s*"(?:article|article-journal|article-magazine|article-newspaper|bill|book|chapter|dataset|document|'
    r"entry|entry-dictionary|entry-encyclopedia|legal_case|legislation|manuscript|motion_picture|paper-conference|"
    r'patent|personal_communication|post|post-weblog|regulation|report|review|software|speech|standard|thesis|webpage)"'
)
_OTHER = r'"(?:citation-key|container-title|issued|author|title|DOI|publisher)"\s*:'
_DESCRIBING = frozenset(["title", "authors", "year", "doi", "container"])


def sniff(head: str) -> bool:
    """Whether a text begins like CSL-JSON.

    >>> sniff('[{"id": "a", "type": "article-journal", "title": "A"}]'), sniff('{"type": "FeatureCollection"}')
    (True, False)
    """
    return mentions(head, _TYPE, _OTHER)


def read(text: str, records: Records) -> None:
    """Read CSL-JSON into ``records``; a work's id is that of the item, ``custom.cites`` the ids of those it cites.

    What else citenet writes into ``custom`` comes back: identifiers in ``ids``, single values as columns.

    Examples
    --------
    >>> records = Records("library.json")
    >>> read('[{"id": "robert2024", "type": "article-journal", "title": "A", "issued": {"raw": "2024"}}]', records)
    >>> records.works[0]["work_id"], records.works[0]["year"]
    ('robert2024', 2024)
    """
    drafts = []
    for line, value in load(text, records):
        items = value.get("items", [value]) if isinstance(value, dict) else value
        for turn, item in enumerate(items if isinstance(items, list) else [items], start=1):
            number = turn if isinstance(value, list) or items is not value and len(items) > 1 else line
            draft = _draft(number, item, records)
            if draft is not None:
                drafts.append(draft)
    if not drafts and not records.problems:
        raise ParseError("no CSL item in this JSON", file=records.file, line=1, excerpt=text.lstrip()[:80])
    if not any(draft.references for draft in drafts):
        records.note_no_references("CSL-JSON")
    settle(drafts, records)


def _draft(line: int, item: Any, records: Records) -> Draft | None:
    fields = describe(item) if isinstance(item, dict) else {}
    if not any(fields.get(name) for name in _DESCRIBING):
        records.problem("unreadable record", line, "this is no CSL item; left out", compact(item)[:120])
        return None
    key = text_of(item.get("citation-key")) or text_of(item.get("id"))
    for name in ("discipline", "literature", "group", "cluster"):
        if name in item and name not in WORK_COLUMNS:
            fields[name] = text_of(item[name])
    draft = Draft(key or (f"doi:{fields['doi']}" if fields["doi"] else None), line, fields)
    _take_custom(get(item, "custom"), fields)
    cites = get(item, "custom", "cites")  # as citenet writes them
    for cited in cites if isinstance(cites, list) else []:
        if isinstance(cited, str) and cited.strip():
            draft.cite(cited, ids=normalise_id("work", cited))
    return draft


def _take_custom(custom: Any, fields: dict[str, Any]) -> None:
    """Take identifiers and further columns from where citenet writes them."""
    if not isinstance(custom, dict):
        return
    listed = custom.get("ids")
    terms = [term for term in listed if isinstance(term, str)] if isinstance(listed, list) else []
    fields["ids"] = join_ids([*(fields.get("ids") or "").split(), *(term for text in terms for term in text.split())])
    for name, value in custom.items():
        if isinstance(value, str | float) or (isinstance(value, int) and abs(value) < 2**63):
            column = f"{name}_given" if name in (*WORK_COLUMNS, "work_id") else name
            fields.setdefault(column, text_of(value) if isinstance(value, str) else value)
