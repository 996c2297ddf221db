"""A printed list to its references: by number, bullet or blank line where there are, else by what lines look like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from citenet.refparse.clean import join_lines
from citenet.refparse.lines import Line, begins_with_a_body, is_dated, start_probabilities
from citenet.refparse.rows import LONGEST_LINE, Problem, Row, read_rows
from citenet.refparse.several import separate_works

__all__ = ["LONGEST_LINE", "Entry", "SplitList", "split_references"]

_ADDRESS = re.compile(r"^(?:https?://|www\.|doi:?\s?10\.|10\.\d{4,9}/)\S+$", re.IGNORECASE)
_OF_ADDRESS = re.compile(r"(?:Access|Avail|Retriev|Abgeruf|Zugriff|Consult|Acces|Dispon|\()", re.IGNORECASE)
_ENDED = re.compile(r"[.\d)\]/]$|://\S+$")
_QUITE = 0.5
_RATHER = 0.8
_CLEARLY = 0.97
_POSSIBLE = 0.3
_LETTERS = "\u2e7f"  # behind it stand scripts without blanks, of whose lines the model knows little
_DOUBT = (0.2, 0.8)


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
    problems: tuple[Problem, ...] = ()


def split_references(text: str, *, first_line: int = 1) -> SplitList:
    r"""Split a printed list into references.

    Parameters
    ----------
    text : str
        Lines of a list. Headings, running heads, page numbers and lines of links are left out; a problem says which.
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
    found = read_rows(text, first_line)
    rows = found.rows
    problems = found.report()
    if not rows:
        return SplitList((), tuple(problems))
    starts, doubtful = _starts(rows)
    problems += [_doubt(rows[i], i in starts) for i in doubtful]
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


def _doubt(row: Row, starts: bool) -> Problem:
    done = "a reference was begun here" if starts else "it was joined to the reference before"
    detail = f"nothing marks where references begin, and this line may begin one or not; {done}. Look at the list"
    return ("unsure where it begins", row.at, detail, row.line.text[:120])


def _starts(rows: Sequence[Row]) -> tuple[list[int], list[int]]:
    """Places of the lines that start references, and of those that may or may not."""
    markers = [row.line.marker for row in rows]
    numbered = markers.count("number")
    for kind in ("bullet", "key"):
        if markers[0] == kind and markers.count(kind) > 1 and not numbered:
            return [i for i, marker in enumerate(markers) if marker == kind], []
    chance = _chances(rows, numbered > 0)
    if not numbered:
        if shown := _by_blocks(rows, chance) or _by_indent(rows, chance):
            return sorted({0, *shown}), []
        if shown := _one_a_line(rows, chance):
            others = set(range(1, len(rows))).difference(shown)
            return sorted({0, *shown}), sorted(i for i in others if rows[i].line.text[0].isupper())
        doubtful = [i for i in range(1, len(rows)) if _DOUBT[0] < chance[i] < _DOUBT[1]]
        return [i for i in range(len(rows)) if i == 0 or chance[i] > _QUITE], doubtful
    starts = {i for i, row in enumerate(rows) if row.number is not None or i == 0}
    edge = max(row.line.indent for row in rows if row.number is not None)
    numbers = [row.number for row in rows if row.number is not None]
    complete = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    enough = _CLEARLY if numbered < 5 else _RATHER if complete else _QUITE
    starts |= {
        i
        for i, row in enumerate(rows)
        if chance[i] > (_CLEARLY if row.line.text[0] > _LETTERS else enough) and row.line.indent <= edge
    }
    return sorted(starts | _between_numbers(rows)), []


def _chances(rows: Sequence[Row], numbered: bool) -> list[float]:
    """Probability of each row to start a reference; links, or an address alone on its line, end one.

    The model saw few bodies: where years stand behind the authors, a body with a year behind it begins a reference.
    """
    chance = start_probabilities([row.line for row in rows])
    texts = [row.line.text for row in rows]
    likely = [
        is_dated(f"{text} {behind}")
        for text, behind, sure in zip(texts, [*texts[1:], ""], chance, strict=True)
        if sure > _QUITE
    ]
    dated = not numbered and 2 * sum(likely) > len(likely)
    for i, row in enumerate(rows):
        if dated and i and _ENDED.search(texts[i - 1]) and begins_with_a_body(" ".join(texts[i : i + 2])):
            chance[i] = max(chance[i], 0.9)
        if row.links:
            chance[i] = 0.0
        elif i and not row.line.marker and _ADDRESS.match(row.line.text):
            chance[i] = 0.0
            behind = rows[i + 1].line.text if i + 1 < len(rows) else ""
            if not numbered and behind[:1].isupper() and not _OF_ADDRESS.match(behind):
                chance[i + 1] = max(chance[i + 1], 0.9)
    return chance


def _by_blocks(rows: Sequence[Row], chance: Sequence[float]) -> list[int]:
    """Blocks between empty lines, or between lines of links, where there are many and they are short."""
    linked = {i for i in range(1, len(rows)) if rows[i - 1].links and not rows[i].links}
    blocks = [i for i, row in enumerate(rows) if row.line.after_blank or i in linked or i == 0]
    sizes = [end - start for start, end in zip(blocks, [*blocks[1:], len(rows)], strict=True)]
    if len(blocks) < 3 or len(rows) > 6 * len(blocks) or max(sizes) > 20:
        return []
    set_apart = set(blocks)
    least = [0.02 if i in set_apart else _QUITE if row.after_break else 0.98 for i, row in enumerate(rows)]
    return [i for i in range(len(rows)) if chance[i] > least[i] or i in linked]


def _by_indent(rows: Sequence[Row], chance: Sequence[float]) -> list[int]:
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


def _one_a_line(rows: Sequence[Row], chance: Sequence[float]) -> list[int]:
    """Every line, where their lengths are too ragged for wrapped text and most begin as references do."""
    widths = sorted(len(row.line.text) for row in rows)
    longest = widths[int(0.97 * (len(widths) - 1))]
    near = sum(width > longest - 14 for width in widths)
    if len(rows) < 3 or longest < 90 or near > 0.22 * len(rows) + 1 or sum(chance) < 0.5 * len(rows):
        return []
    return [i for i, row in enumerate(rows) if chance[i] > 0.02 and not row.line.text[0].islower()]


def _between_numbers(rows: Sequence[Row]) -> set[int]:
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


def _number_problems(entries: Sequence[Entry]) -> list[Problem]:
    """Report numbers that are missing from a numbered list, references without one, and counts that start again.

    References without a number that stand in a gap account for as many missing numbers.
    """
    problems: list[Problem] = []
    for run in _counts(entries):
        numbers = {entry.number for entry in run if entry.number is not None}
        last, unnumbered = 0, 0
        first = run[0]
        if first is not entries[0]:
            detail = f"the numbers start again with {first.number}; references are counted in turn"
            problems.append(("numbering starts again", first.line, detail, first.text[:120]))
        for entry in run if numbers else ():
            if entry.number is None:
                unnumbered += 1
                detail = "the list is numbered, this is not; kept as a reference of its own. Number it, or join it"
                problems.append(("reference without number", entry.line, detail, entry.text[:120]))
                continue
            missing = [number for number in range(last + 1, entry.number) if number not in numbers]
            if len(missing) > unnumbered:
                shown = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]}–{missing[-1]}"
                are = "is" if len(missing) == 1 else "are"
                detail = (
                    f"the list goes from {last} to {entry.number}: {shown} {are} missing. Look whether it is complete"
                )
                problems.append(("missing number", entry.line, detail, entry.text[:120]))
            if entry.number < last:
                detail = f"number {entry.number} stands behind {last}; the order of the list is kept"
                problems.append(("number out of turn", entry.line, detail, entry.text[:120]))
            last, unnumbered = max(last, entry.number), 0
    return problems


def _counts(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries cut where the numbers start again."""
    counts: list[list[Entry]] = [[]]
    last = 0
    for entry in entries:
        if entry.number is not None:
            if entry.number < last - 3 or (entry.number == 1 and last > 1):
                counts.append([])
            last = entry.number
        counts[-1].append(entry)
    return [count for count in counts if count]
