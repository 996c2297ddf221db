"""Printed numbers, bullets and keys at the beginnings of lines; link words of web pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citenet.refparse.lines import Line
from citenet.refparse.pages import TextLine

__all__ = ["Row", "is_links", "mark", "unrolled"]

_MARKERS = {
    "[1]": re.compile(r"^[\[［【〔]\s*(\d{1,5})\s*[\]］】〕][.:]?\s*"),
    "(1)": re.compile(r"^(?:\(\s*(\d{1,5})\s*\)[.:]?(?:\s+|$)|（\s*(\d{1,5})\s*）\s*)"),
    "1.": re.compile(r"^\**(\d{1,5})(?:\\?\.\**(?!\d)|[．、])\s*"),
    "1)": re.compile(r"^(\d{1,5})(?:\\?\)|）)\s*"),
    "1": re.compile(r"^(\d{1,5})(?:\s+|(?=[^\W\d_]))(?=[^\W\d_a-z\"“„«]|\([a-h]\)\s)"),
}
_BULLET = re.compile(r"^(?:[•‣◦▪●■–*+-]|\\-)\s+")
_LETTER = re.compile(r"^\(?[a-h]\)\s+")
_KEY = re.compile(r"^\[(?!\d+\])(?:[^\[\]\s]{1,14}|[^\[\]]{2,60}(?:1[5-9]|20)\d\d[a-z]?)\](?=\s|$)")
_OTHERS = {"bullet": _BULLET, "key": _KEY, "letter": _LETTER}
_ALIKE = re.compile(r"^(?:1\.|\[\^[\w-]+\]:)\s+")
_IN_LINE = {
    "[1]": re.compile(r"(?:(?<=\s)|^)\[(\d{1,4})\](?=\s\S)"),
    "1.": re.compile(r"(?:(?<=[.\])\d/]\s)|^)(\d{1,4})\.(?=\s[^\W\d_a-z])"),
}
# What web pages of publishers print below a reference.
_LINKS = re.compile(
    r"^(?:\[?(?:Article|Cross[Rr]ef|Google Scholar|PubMed(?: Central)?|MEDLINE|Medline|Web of Science(?: ®)?"
    r"|View(?: in Scopus| PDF| Article| Record in Scopus)?|Scopus|ADS|CAS|Abstract(?:/FREE Full Text)?"
    r"|(?:Free )?Full Text|Links?|Download|OpenURL|ISI|MathSciNet|zbMATH|HTML|Export Citation)\]?[\s,;|·.]*)+$"
)
_YEARS = 1_500  # a larger number is a year, but behind the number before it


@dataclass(slots=True)
class Row:
    """A line that is neither empty nor furniture."""

    line: Line
    at: int
    number: int | None = None
    body: str = ""
    after_break: bool = False  # a page ends before it, so a blank line there says nothing


def is_links(line: str) -> bool:
    """Whether a line holds nothing but words of links: Google Scholar, [Crossref]."""
    return _LINKS.match(line) is not None


def unrolled(lines: list[TextLine]) -> list[TextLine]:
    """Lines cut before the numbers that count upwards inside them, where a list was pasted as running text."""
    for pattern in _IN_LINE.values():
        found = [(i, one.start(), int(one[1])) for i, line in enumerate(lines) for one in pattern.finditer(line.text)]
        cuts: list[tuple[int, int]] = []
        for i, start, number in found:
            if number == len(cuts) + 1:
                cuts.append((i, start))
        inside = [(i, start) for i, start in cuts if lines[i].text[:start].strip()]
        if len(cuts) > 2 and 3 * len(inside) > len(cuts):
            places: dict[int, list[int]] = {}
            for i, start in inside:
                places.setdefault(i, []).append(start)
            return [piece for i, line in enumerate(lines) for piece in _cut(line, places.get(i, []))]
    return lines


def _cut(line: TextLine, places: Sequence[int]) -> list[TextLine]:
    edges = [0, *places, len(line.text)]
    pieces = [line._replace(text=line.text[a:b].rstrip()) for a, b in zip(edges, edges[1:], strict=False)]
    return [pieces[0], *(piece._replace(new_page=False) for piece in pieces[1:])]


def mark(rows: list[Row]) -> None:
    """Find printed numbers that count upwards, bullets, and letters; take numbers and bullets off the text."""
    for row in rows:
        kinds = (kind for kind, pattern in _OTHERS.items() if pattern.match(row.line.text))
        row.line.marker = next(kinds, "")
    chains = {style: _chains(rows, pattern) for style, pattern in _MARKERS.items()}
    style = max(chains, key=lambda style: len(chains[style]))
    chain = chains[style]
    if len(chain) < 2 and not (len(chain) == 1 and chain[0][0] == 0):
        chain = []
    if _mark_alike(rows, 2 * len(chain)):
        return
    for place, number in chain:
        row = rows[place]
        row.number, row.line.marker = number, "number"
        row.body = _MARKERS[style].sub("", row.line.text, count=1)
    keys = [row for row in rows if row.line.marker == "key"]
    if not chain and len(keys) > 1 and keys[0] is not rows[0] and len(keys) * 8 > len(rows):
        del rows[: rows.index(keys[0])]  # what stands before the first key is no reference
    bullets = [row for row in rows if row.line.marker == "bullet"]
    if not chain and bullets and (rows[0].line.marker == "bullet" or len(bullets) * 2 > len(rows)):
        for row in bullets:
            row.body = _BULLET.sub("", row.line.text, count=1)


def _mark_alike(rows: Sequence[Row], more_than: int) -> bool:
    """Take Markdown's numbers, which may all be "1.", and its footnotes for bullets; False where there are none."""
    same = [row for row in rows if _ALIKE.match(row.line.text)]
    if len(same) <= max(2, more_than) or same[0] is not rows[0]:
        return False
    for row in same:
        row.line.marker, row.body = "bullet", _ALIKE.sub("", row.line.text, count=1)
    return True


def _chains(rows: Sequence[Row], pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Longest run of numbered lines, and further runs before and behind it that count from 1 again."""
    found = [(i, int(m[1] or m[m.lastindex or 1])) for i, row in enumerate(rows) if (m := pattern.match(row.line.text))]
    longest = _chain(found)
    if not longest:
        return []
    first, last = longest[0][0], longest[-1][0]
    others = [_chain([one for one in found if one[0] < first]), _chain([one for one in found if one[0] > last])]
    before, behind = ([one for one in run if len(run) > 1 and run[0][1] == 1] for run in others)
    return [*before, *longest, *behind] if longest[0][1] == 1 or behind else longest


def _chain(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Longest run of lines whose numbers go up, by small steps: (place, number); none begins with a year."""
    best: list[tuple[float, int]] = []  # (score, place in found of the one before)
    for j, (_, number) in enumerate(found):
        score, before = (1.0 if number <= 3 else 0.5 if number < _YEARS else 0.0), -1
        for k in range(max(0, j - 12), j):
            step = number - found[k][1]
            if 0 < step <= (12 if number < _YEARS else 1):
                reached = best[k][0] + (1.0 if step == 1 else 0.8 / step)
                if reached > score:
                    score, before = reached, k
        best.append((score, before))
    if not best:
        return []
    j = max(range(len(best)), key=lambda j: best[j][0])
    chain = []
    while j >= 0:
        chain.append(found[j])
        j = best[j][1]
    return chain[::-1] if chain[-1][1] < _YEARS else []
