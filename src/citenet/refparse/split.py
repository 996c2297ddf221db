"""A printed list to its references: by number, bullet or blank line where there are, else by what lines look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citenet.refparse.clean import join_lines
from citenet.refparse.lines import Line, start_probabilities
from citenet.refparse.pages import text_lines
from citenet.refparse.several import separate_works

__all__ = ["Entry", "SplitList", "split_references"]

LONGEST_LINE = 20_000  # characters; what is longer is no line of a reference list
_HEADING = re.compile(
    r"^\W*(?:\d+\.?\s*)?(?:(?:list of )?references?(?: cited| list)?|bibliography|works cited|citations|"
    r"literature(?: cited)?|literatur(?:verzeichnis|angaben|liste)?|quellen(?:verzeichnis)?|bibliographie|"
    r"quellen- und literaturverzeichnis|références(?: bibliographiques)?|referencias(?: bibliográficas)?|"
    r"referências(?: bibliográficas)?|bibliograf[ií]a|riferimenti(?: bibliografici)?|literatuur(?:lijst)?|"
    r"referenties|referenser|litteratur(?:liste|förteckning)?|referanser|参考文献|参考資料|(?:end|foot)?notes)\W*$",
    re.IGNORECASE,
)
_PAGE_FURNITURE = re.compile(
    r"^(?:\d{1,3}|[-–—]\s?\d{1,4}\s?[-–—]|page\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?)$", re.IGNORECASE
)
_MARKERS = {
    "[1]": re.compile(r"^\[\s*(\d{1,4})\s*\][.:]?\s*"),
    "(1)": re.compile(r"^\(\s*(\d{1,4})\s*\)[.:]?(?:\s+|$)"),
    "1.": re.compile(r"^\**(\d{1,4})\\?\.\**(?!\d)\s*"),
    "1)": re.compile(r"^(\d{1,4})\\?\)\s*"),
    "1": re.compile(r"^(\d{1,4})(?:\s+|(?=[^\W\d_]))(?=[^\W\d_a-z\"“„«]|\([a-h]\)\s)"),
}
_BULLET = re.compile(r"^(?:[•‣◦▪●■–*+-]|\\-)\s+")
_LETTER = re.compile(r"^\(?[a-h]\)\s+")
_KEY = re.compile(r"^\[(?!\d+\])[^\[\]\s]{1,14}\](?=\s|$)")
_HEADED = re.compile(
    r"^(?:References?|REFERENCES?|Bibliography|BIBLIOGRAPHY|Literatur|LITERATUR)\s+(?=[\[\(\d]|[^\W\d_a-z])"
)
_QUITE = 0.5
_CLEARLY = 0.97
_POSSIBLE = 0.3


@dataclass(frozen=True, slots=True)
class Entry:
    """One reference of a list: its text without the printed number, the line it starts at (from 1), the number."""

    text: str
    line: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SplitList:
    """References of a list in their order, and what was odd: (kind, line, detail, excerpt)."""

    entries: tuple[Entry, ...]
    problems: tuple[tuple[str, int, str, str], ...] = ()


@dataclass(slots=True)
class _Row:
    """A line that is neither empty nor furniture."""

    line: Line
    at: int
    number: int | None = None
    body: str = ""
    after_break: bool = False  # a page ends before it, so a blank line there says nothing


def split_references(text: str, *, first_line: int = 1) -> SplitList:
    r"""Split a printed list into references.

    Parameters
    ----------
    text : str
        Lines of a list. A heading such as "References" and lone page numbers are left out.
    first_line : int
        Number of its first line in the file.

    Returns
    -------
    SplitList

    Examples
    --------
    >>> text = "References\n1. Porter ME. What is value. NEJM\n2010;363:2477–81.\n2. Goffman E. AJS 1949."
    >>> found = split_references(text)
    >>> [(entry.number, entry.text) for entry in found.entries]
    [(1, 'Porter ME. What is value. NEJM 2010;363:2477–81.'), (2, 'Goffman E. AJS 1949.')]
    """
    problems: list[tuple[str, int, str, str]] = []
    rows = _rows(text, first_line, problems)
    if not rows:
        return SplitList((), tuple(problems))
    _mark(rows)
    starts = _starts(rows)
    entries = []
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        body = join_lines([row.body for row in rows[start:end]])
        if body:
            works = separate_works(body)
            entries += [Entry(work, rows[start].at, rows[start].number) for work in works]
            if len(works) > 1:
                detail = f"{len(works)} works are printed in one entry; each is a reference of its own"
                problems.append(("several works", rows[start].at, detail, body[:120]))
    problems += _number_problems(entries)
    return SplitList(tuple(entries), tuple(problems))


def _rows(text: str, first_line: int, problems: list[tuple[str, int, str, str]]) -> list[_Row]:
    """Lines that can belong to references; a blank line is remembered by the line after it."""
    rows: list[_Row] = []
    blank = broken = False
    for at, line, new_page in text_lines(text, first_line):
        if len(line) > LONGEST_LINE:
            detail = (
                f"the line has {len(line):,} characters; cut after {LONGEST_LINE:,}. Put each reference on its own line"
            )
            problems.append(("line too long", at, detail, line[:120]))
            line = line[:LONGEST_LINE]
        stripped = line.strip()
        broken = broken or new_page
        if not stripped:
            blank = True
        elif _is_furniture(stripped, rows):
            broken = True
        else:
            stripped = stripped if rows else _HEADED.sub("", stripped)
            placed = Line(stripped, len(line) - len(line.lstrip()), blank and not broken)
            rows.append(_Row(placed, at, body=stripped, after_break=broken))
            blank = broken = False
    return rows


def _is_furniture(line: str, rows: Sequence[_Row]) -> bool:
    """Whether a line is a heading, or a page number that does not finish the line before."""
    if len(line) < 50 and _HEADING.match(line):
        return True
    return bool(_PAGE_FURNITURE.match(line)) and not (rows and rows[-1].line.text[-1] in "-–—,:;(")


def _mark(rows: list[_Row]) -> None:
    """Find printed numbers that count upwards, bullets, and letters; take numbers and bullets off the text."""
    for row in rows:
        if _BULLET.match(row.line.text):
            row.line.marker = "bullet"
        elif _KEY.match(row.line.text):
            row.line.marker = "key"
        elif _LETTER.match(row.line.text):
            row.line.marker = "letter"
    chains = {style: _chain(rows, pattern) for style, pattern in _MARKERS.items()}
    style = max(chains, key=lambda style: len(chains[style]))
    chain = chains[style]
    if len(chain) < 2 and not (len(chain) == 1 and chain[0][0] == 0):
        chain = []
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


def _chain(rows: Sequence[_Row], pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Longest run of lines whose numbers go up, by small steps: (place, number)."""
    found = [(i, int(m[1])) for i, row in enumerate(rows) if (m := pattern.match(row.line.text)) and int(m[1]) < 1500]
    best: list[tuple[float, int]] = []  # (score, place in found of the one before)
    for j, (_, number) in enumerate(found):
        score, before = (1.0 if number <= 3 else 0.5), -1
        for k in range(max(0, j - 12), j):
            step = number - found[k][1]
            if 0 < step <= 12:
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
    return chain[::-1]


def _starts(rows: Sequence[_Row]) -> list[int]:
    """Places of the lines that start references."""
    markers = [row.line.marker for row in rows]
    numbered = markers.count("number")
    for kind in ("bullet", "key"):
        if markers[0] == kind and markers.count(kind) > 1 and not numbered:
            return [i for i, marker in enumerate(markers) if marker == kind]
    chance = start_probabilities([row.line for row in rows])
    if not numbered:
        shown = _by_blank_lines(rows, chance) or _by_indent(rows, chance) or _one_a_line(rows, chance)
        if shown:
            return sorted({0, *shown})
        return [i for i in range(len(rows)) if i == 0 or chance[i] > _QUITE]
    starts = {i for i, row in enumerate(rows) if row.number is not None or i == 0}
    edge = max(row.line.indent for row in rows if row.number is not None)
    enough = _QUITE if numbered > 4 else _CLEARLY
    starts |= {i for i, row in enumerate(rows) if chance[i] > enough and row.line.indent <= edge}
    return sorted(starts | _between_numbers(rows))


def _by_blank_lines(rows: Sequence[_Row], chance: Sequence[float]) -> list[int]:
    """Blocks between empty lines, where there are many and they are short."""
    blocks = [i for i, row in enumerate(rows) if row.line.after_blank or i == 0]
    sizes = [end - start for start, end in zip(blocks, [*blocks[1:], len(rows)], strict=True)]
    if len(blocks) < 3 or len(rows) > 6 * len(blocks) or max(sizes) > 20:
        return []
    set_apart = set(blocks)
    least = [0.02 if i in set_apart else _QUITE if row.after_break else 0.98 for i, row in enumerate(rows)]
    return [i for i in range(len(rows)) if chance[i] > least[i]]


def _by_indent(rows: Sequence[_Row], chance: Sequence[float]) -> list[int]:
    """Lines further out (or further in) than the others, where these begin references far more often."""
    flush = min(row.line.indent for row in rows)
    out = [i for i, row in enumerate(rows) if row.line.indent == flush]
    deep = [i for i, row in enumerate(rows) if row.line.indent > flush]
    if len(out) < 2 or len(deep) < 2:
        return []
    out_chance, deep_chance = (sum(chance[i] for i in places) / len(places) for places in (out, deep))
    if out_chance > deep_chance + 0.35 and (0 in out):
        return out
    return deep if deep_chance > out_chance + 0.6 else []


def _one_a_line(rows: Sequence[_Row], chance: Sequence[float]) -> list[int]:
    """Every line, where their lengths are too ragged for wrapped text and most begin as references do."""
    widths = sorted(len(row.line.text) for row in rows)
    longest = widths[int(0.97 * (len(widths) - 1))]
    near = sum(width > longest - 14 for width in widths)
    if len(rows) < 3 or longest < 90 or near > 0.22 * len(rows) + 1 or sum(chance) < 0.5 * len(rows):
        return []
    return [i for i, row in enumerate(rows) if chance[i] > 0.02 and not row.line.text[0].islower()]


def _between_numbers(rows: Sequence[_Row]) -> set[int]:
    """Lines that start the references whose numbers are missing: as many as the numbers around them leave out."""
    places = [i for i, row in enumerate(rows) if row.number is not None]
    numbers = [rows[i].number or 0 for i in places]
    steps = [behind - before for before, behind in zip(numbers, numbers[1:], strict=False)]
    if all(step == 1 for step in steps) and numbers[0] <= 1:
        return set()
    bare = [Line(row.body, row.line.indent, row.line.after_blank) for row in rows]
    chance = start_probabilities(bare)
    gaps = [(-1, places[0], numbers[0] - 1)]
    gaps += [(i, j, step - 1) for i, j, step in zip(places, places[1:], steps, strict=False)]
    gaps.append((places[-1], len(rows), len(rows) if steps and max(steps) > 1 else 0))
    found: set[int] = set()
    for i, j, missing in gaps:
        likely = [place for place in range(i + 1, j) if chance[place] > _POSSIBLE]
        found.update(sorted(likely, key=lambda place: (-chance[place], place))[: max(missing, 0)])
    return found


def _number_problems(entries: Sequence[Entry]) -> list[tuple[str, int, str, str]]:
    """Report numbers that are missing from a numbered list, and references without one.

    References without a number that stand in a gap account for as many missing numbers.
    """
    numbers = [entry.number for entry in entries if entry.number is not None]
    if not numbers:
        return []
    problems = []
    last, unnumbered = 0, 0
    for entry in entries:
        if entry.number is None:
            unnumbered += 1
            detail = (
                "the list is numbered, this is not; kept as a reference of its own. Number it, or join it to another"
            )
            problems.append(("reference without number", entry.line, detail, entry.text[:120]))
            continue
        missing = range(last + 1, entry.number)
        if len(missing) > unnumbered:
            shown = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]}–{missing[-1]}"
            are = "is" if len(missing) == 1 else "are"
            detail = f"the list goes from {last} to {entry.number}: {shown} {are} missing. Look whether it is complete"
            problems.append(("missing number", entry.line, detail, entry.text[:120]))
        last, unnumbered = entry.number, 0
    return problems
