"""Reference strings of JATS articles that print a reference and tag it too: gold fields for development.

Kept are references whose tagged fields all stand in the printed string, so that a parser could find them.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scoring import alnum

_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)\w+;")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_FIELDS = {
    "container": "source", "year": "year", "volume": "volume", "issue": "issue", "pages": "fpage",
    "publisher": "publisher-name",
}  # fmt: skip


def references(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield records with ``raw`` and ``gold`` of all articles of a folder."""
    for path in sorted(folder.glob("*.xml")):
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), path.read_text(encoding="utf-8"))
        for i, reference in enumerate(ElementTree.fromstring(text.encode()).iter("ref")):
            record = _record(reference)
            if record is not None:
                yield {"id": f"{path.stem}#{i}", "doc": path.name, "source": "jats", **record}


def _record(reference: ElementTree.Element) -> dict[str, Any] | None:
    printed, tagged = reference.find("mixed-citation"), reference.find("element-citation")
    if printed is None or tagged is None:
        return None
    raw = " ".join("".join(printed.itertext()).split()).lstrip(". ")
    gold: dict[str, Any] = {
        name: value for name, tag in _FIELDS.items() if (value := " ".join((tagged.findtext(tag) or "").split()))
    }
    if "pages" not in gold and (article := (tagged.findtext("elocation-id") or "").strip()):
        gold["pages"] = article
    if doi := _DOI.search(raw):
        gold["doi"] = doi[0]  # printed, though few are tagged
    title = tagged.find("article-title")
    title = title if title is not None else tagged.find("chapter-title")
    if title is not None:
        gold["title"] = " ".join("".join(title.itertext()).split())
    elif "container" in gold:
        gold["title"] = gold.pop("container")  # the source of a book is its title
    people = tagged.find("person-group")
    families = [] if people is None else [e.text or "" for e in people.iter() if e.tag in ("surname", "collab")]
    if families:
        gold["authors"] = families
    letters = alnum(raw)
    values = [value for value in gold.values() if isinstance(value, str)] + families
    if "title" not in gold or not all(alnum(value) in letters for value in values):
        return None
    return {"raw": raw, "gold": gold}


__all__ = ["references"]
