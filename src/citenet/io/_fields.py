"""Small normal forms that several formats share."""

from __future__ import annotations

import hashlib
import re

__all__ = ["split_pages", "work_key"]

_USUAL_PAGES = re.compile(r"(\d+)(?:--?(\d+))?", re.ASCII)
_PAGE_DASH = re.compile(r"\s*(?:-{2,}|[–—−‐‑])\s*")


def work_key(key: str | None, content: str = "") -> str:
    """Id of a work from its key, blanks as ``_`` so that it can stand in ``ids``; without a key, from its content.

    >>> work_key(" Smith 2010 "), work_key(None, "content")
    ('Smith_2010', 'nokey-ed7002b4')
    """
    if key and key.strip():
        return "_".join(key.split())
    return f"nokey-{hashlib.sha256(content.encode()).hexdigest()[:8]}"


def split_pages(pages: str | None) -> tuple[str | None, str | None]:
    """First and last page of a range, the last one written out.

    >>> [split_pages(pages) for pages in ("902--13", "77-100", "S91-S99", "mzae077", "12+")]
    [('902', '913'), ('77', '100'), ('S91', 'S99'), ('mzae077', None), ('12', None)]
    """
    if not pages:
        return None, None
    found = _USUAL_PAGES.fullmatch(pages)
    if found:
        first, last = found.groups()
        return first, first[: max(0, len(first) - len(last))] + last if last else None
    text = pages.split(",")[0].split(";")[0].strip().rstrip("+")
    text = re.sub(r"^pp?\.\s*", "", text)
    if not text:
        return None, None
    parts = _PAGE_DASH.split(text, maxsplit=1)
    if len(parts) == 1 and text.count("-") == 1:
        parts = [part.strip() for part in text.split("-")]
    first = parts[0]
    last = parts[1] if len(parts) > 1 else ""
    if first.isdecimal() and last.isdecimal() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first or None, last or None
