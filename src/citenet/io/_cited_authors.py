"""Authors of cited references as the Web of Science prints them: family name and initials, a group, or nobody."""

from __future__ import annotations

import re
from itertools import compress

import numpy as np
import numpy.typing as npt

from citenet.io._columns import Cell
from citenet.io._signs import signs_of, spans_of_lines, words_of

__all__ = ["is_group", "parse_author", "parse_authors"]

_TRAILING_INITIALS = re.compile(r"(.+?)\s((?:[A-Z][a-z]?\.[- ]?)+|[A-Z]{1,4})$")
_CUT_NAME = re.compile(r"([^\s.,]{3,}\.)([A-Z]{1,4})$")
_NOBODY = re.compile(r"\[?anon(?:ymous|\.)?\]?$|\[no author\]$|\[s\.? ?n\.?\]$", re.IGNORECASE)
_GROUPS = frozenset(
    ["and", "for", "of", "on", "the", "des", "agency", "association", "assoc", "authority", "bank", "board", "bureau",
     "center", "centre", "cent", "college", "commission", "comm", "committee", "community", "company",
     "confederation", "conference", "consortium", "corporation", "council", "department", "dept", "directorate",
     "federation", "foundation", "fund", "government", "group", "inc", "inst", "international", "int", "ministry",
     "nations", "national", "nat", "natl", "network", "office", "org", "organisation", "organization", "parliament",
     "press", "program", "programme", "project", "research", "secretariat", "service", "services", "society", "soc",
     "task", "team", "trust", "union", "univ", "us", "uk", "usa", "world", "working"]
)  # fmt: skip
_GROUP_STEMS = ("institut", "minist", "universit")
_GROUP_WORDS = re.compile(rf"\b(?:de l[ae]|(?:{'|'.join(_GROUP_STEMS)})\w*|{'|'.join(sorted(_GROUPS))})\b|&|\d")
_USUAL_NAME = re.compile(r"([^\W\d_]+) ([A-Z]{1,4})")
# A family name, and initials with dots or a given name; any other line matches without a group.
_SPELT_NAMES = re.compile(r"^(?:([A-Za-zÀ-ÖØ-öø-ÿ]+) (?:((?:[A-Z]\.[ -]?)*[A-Z]\.)|([A-Z][a-z]+))|.*)$", re.MULTILINE)
_LETTERS = np.array([chr(code).isalpha() and code < 128 for code in range(256)])
_CAPITALS = np.array([65 <= code <= 90 for code in range(256)])
_MOST_INITIALS = 4
_TELLING = 6  # letters by which the word of a group is suspected
_GROUP_BEGINNINGS = np.array(
    sorted({int.from_bytes(word[:_TELLING].encode(), "little") for word in (*_GROUPS, *_GROUP_STEMS)}), dtype=np.uint64
)


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
        if not (_is_of_group(family) or given.lower() in _GROUPS):
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


def parse_authors(names: list[str]) -> list[Cell]:
    """`parse_author` of each: of persons in one of the two usual shapes all at once.

    >>> parse_authors(["BATE P", "Robert G. B.", "Locock Louise", "World Bank", "[Anonymous]"])
    ['BATE, P', 'Robert, G. B.', 'Locock, Louise', 'World Bank', None]
    """
    if not names:
        return []
    short = _are_short(names)
    authors = np.empty(len(names), dtype=object)
    for chosen, parse in ((short, _inverted), (~short, _spelt)):
        if chosen.any():
            authors[chosen] = parse(list(compress(names, chosen)))
    found: list[Cell] = authors.tolist()
    return found


def _are_short(names: list[str]) -> npt.NDArray[np.bool_]:
    """Whether each name is a family name of plain letters and up to four initials without dots."""
    signs = signs_of("\n".join([*names, ""]))
    apart = np.flatnonzero(~_LETTERS[signs])
    at = np.flatnonzero(signs[apart] == 10)  # where lines end
    ends, blanks = apart[at], apart[at - 1]
    begins = np.concatenate(([0], ends[:-1] + 1))
    n_initials = ends - blanks - 1
    short: npt.NDArray[np.bool_] = (np.diff(at, prepend=-1) == 2) & (signs[blanks] == 32) & (blanks > begins)
    short &= (n_initials >= 1) & (n_initials <= _MOST_INITIALS)
    for back in range(1, _MOST_INITIALS + 1):
        short &= (n_initials < back) | _CAPITALS[signs[ends - back]]
    return short


def _inverted(names: list[str]) -> list[Cell]:
    """Names of one blank with a comma before it, unless one of their two words makes them a group."""
    text = "\n".join(names)
    authors: list[Cell] = [*text.replace(" ", ", ").split("\n")]
    signs = signs_of(f"{text.lower()}\n")
    begins, ends = spans_of_lines(signs)
    blanks = np.flatnonzero(signs == ord(" "))
    families = words_of(signs, begins, np.minimum(begins + _TELLING, blanks))
    may_be_group = np.isin(families, _GROUP_BEGINNINGS) | np.isin(words_of(signs, blanks + 1, ends), _GROUP_BEGINNINGS)
    for at in np.flatnonzero(may_be_group).tolist():
        authors[at] = parse_author(names[at])
    return authors


def _spelt(names: list[str]) -> list[Cell]:
    """Names of which most have initials with dots or a given name."""
    found = _SPELT_NAMES.split("\n".join(names))
    return [
        f"{family}, {initials or given}"
        if family and not _is_of_group(family) and (initials or _is_person(family, given))
        else parse_author(name)
        for name, family, initials, given in zip(names, found[1::4], found[2::4], found[3::4], strict=True)
    ]


def _is_person(family: str, given: str) -> bool:
    return family[0].isupper() and family != "De" and not _is_of_group(given)


def _is_of_group(word: str) -> bool:
    low = word.lower()
    return low in _GROUPS or low.startswith(_GROUP_STEMS)
