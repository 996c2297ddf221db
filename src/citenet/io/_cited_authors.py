"""Authors of cited references as the Web of Science prints them: family name and initials, a group, or nobody."""

from __future__ import annotations

import re

__all__ = ["GROUPS", "GROUP_STEMS", "is_group", "parse_author"]

_TRAILING_INITIALS = re.compile(r"(.+?)\s((?:[A-Z][a-z]?\.[- ]?)+|[A-Z]{1,4})$")
_CUT_NAME = re.compile(r"([^\s.,]{3,}\.)([A-Z]{1,4})$")
_NOBODY = re.compile(r"\[?anon(?:ymous|\.)?\]?$|\[no author\]$|\[s\.? ?n\.?\]$", re.IGNORECASE)
GROUPS = frozenset(
    ["and", "for", "of", "on", "the", "des", "agency", "association", "assoc", "authority", "bank", "board", "bureau",
     "center", "centre", "cent", "college", "commission", "comm", "committee", "community", "company",
     "confederation", "conference", "consortium", "corporation", "council", "department", "dept", "directorate",
     "federation", "foundation", "fund", "government", "group", "inc", "inst", "international", "int", "ministry",
     "nations", "national", "nat", "natl", "network", "office", "org", "organisation", "organization", "parliament",
     "press", "program", "programme", "project", "research", "secretariat", "service", "services", "society", "soc",
     "task", "team", "trust", "union", "univ", "us", "uk", "usa", "world", "working"]
)  # fmt: skip
GROUP_STEMS = ("institut", "minist", "universit")
_GROUP_WORDS = re.compile(rf"\b(?:de l[ae]|(?:{'|'.join(GROUP_STEMS)})\w*|{'|'.join(sorted(GROUPS))})\b|&|\d")
_USUAL_NAME = re.compile(r"([^\W\d_]+) ([A-Z]{1,4})")


def parse_author(text: str) -> str | None:
    """``"Family, Given"`` of a cited author; a group keeps its name whole; None for ``[Anonymous]``.

    Examples
    --------
    >>> parse_author("de Leon CFM"), parse_author("Granovetter Mark S."), parse_author("*NAT STAT BUR")
    ('de Leon, CFM', 'Granovetter, Mark S.', 'NAT STAT BUR')
    """
    usual = _USUAL_NAME.fullmatch(text)
    if usual:
        family, given = usual.groups()
        if not (_is_of_group(family) or given.lower() in GROUPS):
            return f"{family}, {given}"
    name = " ".join(text.replace(";", " ").split())
    if not name or _NOBODY.match(name):
        return None
    if name.startswith("*"):
        return name.lstrip("* ").replace(",", "") or None
    if cut := _CUT_NAME.match(name):
        return f"{cut.group(1).rstrip('.')}, {cut.group(2)}"
    if is_group(name):
        return name.replace(",", "")
    found = _TRAILING_INITIALS.match(name)
    if found:
        family, given = found.group(1), found.group(2)
        words = family.split()
        if len(words) == 2 and given.endswith(".") and words[0][:1].isupper() and words[1][:1].isupper():
            return f"{words[0]}, {words[1]} {given}"
        return f"{family}, {given}"
    family, blank, given = name.rstrip(".").partition(" ")
    if blank and family[:1].isupper() and len(given.split()) <= 2:
        return f"{family}, {given}"
    return name.rstrip(".").replace(",", "")


def is_group(name: str) -> bool:
    """Whether a name holds a word that bodies have in theirs.

    >>> is_group("World Health Organization"), is_group("Banks J")
    (True, False)
    """
    return _GROUP_WORDS.search(name.lower()) is not None


def _is_of_group(word: str) -> bool:
    low = word.lower()
    return low in GROUPS or low.startswith(GROUP_STEMS)
