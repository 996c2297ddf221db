"""Mentions of references in the text of a JATS article: which paragraph, under which headings, mentions which."""

from __future__ import annotations

import re
from typing import Any

from citenet.io._records import Records
from citenet.io._xml import Element, child_text, line_of

__all__ = ["take_mentions"]

_NOT_TEXT = frozenset(["sub-article", "response", "ref-list"])
_DASH = re.compile(r"^[\s\])]*[-–—‐‑−][\s\[(]*$")
_WIDEST = 60  # references that one range can stand for

Position = list[int]


def take_mentions(article: Element, positions: dict[str, Position], records: Records) -> list[dict[str, Any]]:
    """One row for each reference that a paragraph mentions.

    ``passage`` is the turn of the paragraph (``p0007``), ``section`` its headings from the outermost. A range
    ("3–7", of which only the ends are linked) mentions what lies between. A link that leads nowhere is reported.
    """
    rows: list[dict[str, Any]] = []
    unknown: list[tuple[int | None, str]] = []
    turn = 0
    stack: list[tuple[Element, tuple[str, ...]]] = [
        (part, ()) for part in reversed(list(article)) if part.tag != "front"
    ]
    while stack:
        element, headings = stack.pop()
        if element.tag in _NOT_TEXT:
            continue
        if element.tag in ("sec", "app", "boxed-text", "table-wrap", "fig"):
            title = child_text(element, "title") or (child_text(element, "label") if element.tag != "sec" else None)
            headings = (*headings, title) if title else headings
        if element.tag in ("p", "td", "th", "title", "verse-group") or element.tag == "xref":
            turn += 1
            mentioned = _mentioned(element, positions, unknown)
            passage, section = f"p{turn:04}", " / ".join(headings) or None
            rows += [{"passage": passage, "section": section, "position": position} for position in mentioned]
        else:
            stack.extend((child, headings) for child in reversed(list(element)))
    for line, target in unknown[:1]:
        detail = f"{len(unknown)} mentions lead to no reference of the list, the first to {target!r}; left out"
        records.problem("unknown reference", line, detail)
    return rows


def _mentioned(paragraph: Element, positions: dict[str, Position], unknown: list[tuple[int | None, str]]) -> Position:
    found: dict[int, None] = {}
    before: Position = []
    between = ""
    for kind, value in _links_and_text(paragraph):
        if kind == "text":
            between += str(value)
            continue
        link = value
        now: Position = []
        for target in (link.get("rid") or "").split():
            if target in positions:
                now += positions[target]
            else:
                unknown.append((line_of(link), target))
        if before and now and _DASH.match(between) and 1 < now[0] - before[-1] <= _WIDEST:
            found.update(dict.fromkeys(range(before[-1] + 1, now[0])))
        found.update(dict.fromkeys(now))
        before, between = now or before, ""
    return list(found)


def _links_and_text(element: Element) -> list[tuple[str, Any]]:
    """Links to references and the text between them, in their order."""
    pieces: list[tuple[str, Any]] = []
    if element.tag == "xref" and element.get("ref-type") == "bibr":
        return [("link", element)]
    pieces.append(("text", element.text or ""))
    for child in element:
        pieces += _links_and_text(child)
        pieces.append(("text", child.tail or ""))
    return pieces
