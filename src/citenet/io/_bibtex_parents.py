"""Inheritance between BibTeX entries: ``crossref`` and BibLaTeX's ``xdata``."""

from __future__ import annotations

from citenet.io._bibtex_syntax import RawEntry
from citenet.io._records import Records

__all__ = ["inherit"]

# What identifies or describes the parent alone, or is its own list of references.
_OWN = frozenset(
    ["crossref", "xdata", "title", "doi", "url", "eprint", "eprinttype", "archiveprefix", "pmid", "pmcid", "unique-id",
     "pages", "abstract", "file", "keywords", "note", "cites", "cited-references", "references", "annote", "refnum",
     "number-of-cited-references", "urldate", "owner", "timestamp", "groups", "type"]
)  # fmt: skip


def inherit(entries: list[RawEntry], records: Records) -> None:
    """Fill fields an entry lacks from the entry it names in ``crossref``; its title becomes the ``booktitle``.

    The order of the entries does not matter and parents may have parents. A parent that is missing is reported, and
    so are parents that lead round in a circle: within it nothing is inherited. Changes the entries.
    """
    by_key = _Parents(entries)
    for taker in entries:
        _take_xdata(taker, by_key, records)
    done: set[int] = set()
    for start in entries:
        chain: list[RawEntry] = []
        within: dict[int, int] = {}
        entry: RawEntry | None = start
        while entry is not None and id(entry) not in done and id(entry) not in within:
            within[id(entry)] = len(chain)
            chain.append(entry)
            entry = by_key.parent(entry)
        # The chain ran back into itself: its members from there on are a circle.
        circle = chain[within[id(entry)] :] if entry is not None and id(entry) in within else []
        for member in circle:
            detail = f"the crossref of {member.key!r} leads back to itself; nothing is inherited there"
            records.problem("circular crossref", member.line, detail)
        for member in reversed(chain[: len(chain) - len(circle)]):
            _take_crossref(member, by_key.parent(member), records)
        done.update(within)


class _Parents:
    """Entries by key; where the case differs, as BibTeX finds them."""

    def __init__(self, entries: list[RawEntry]) -> None:
        self._exact: dict[str, RawEntry] = {}
        self._folded: dict[str, RawEntry] = {}
        for entry in sorted(entries, key=lambda entry: (entry.key, entry.content)):
            self._exact.setdefault(entry.key, entry)
            self._folded.setdefault(entry.key.lower(), entry)

    def find(self, key: str) -> RawEntry | None:
        return self._exact.get(key) or self._folded.get(key.lower())

    def parent(self, entry: RawEntry) -> RawEntry | None:
        key = entry.fields.get("crossref", "").strip()
        return self.find(key) if key else None


def _take_xdata(entry: RawEntry, by_key: _Parents, records: Records) -> None:
    for key in entry.fields.get("xdata", "").split(","):
        shared = by_key.find(key.strip())
        if shared is not None and shared is not entry:
            for field, value in shared.fields.items():
                entry.fields.setdefault(field, value)
        elif key.strip():
            detail = f"{entry.key!r} takes data from {key.strip()!r}, which is not in this file; read without it"
            records.problem("missing xdata", entry.line, detail)


def _take_crossref(entry: RawEntry, parent: RawEntry | None, records: Records) -> None:
    key = entry.fields.get("crossref", "").strip()
    if parent is None:
        if key:
            detail = f"{entry.key!r} inherits from {key!r}, which is not in this file; read without it"
            records.problem("missing crossref", entry.line, detail)
        return
    if "title" in parent.fields:
        entry.fields.setdefault("booktitle", parent.fields["title"])
    for field, value in parent.fields.items():
        if field not in _OWN:
            entry.fields.setdefault(field, value)
