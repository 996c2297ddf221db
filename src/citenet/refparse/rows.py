"""Lines that can belong to references, with what stands before them; what belongs to none is kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from citenet._support.patterns import regex
from citenet.refparse.furniture import LONE_NUMBER, closes_list, is_divider, is_heading, is_titled
from citenet.refparse.lines import Line
from citenet.refparse.links import is_link_line
from citenet.refparse.marks import BULLET, KEY, LETTER, STYLES, is_marked, numbered_lines, run_on
from citenet.refparse.pages import TextLine, text_lines
from citenet.refparse.years import YEAR

__all__ = ["LEFT_OUT", "LONGEST_LINE", "Row", "Rows", "mark", "read_rows"]

LEFT_OUT = "left out"  # the kind of problem that counts what belongs to no reference; no damage
LONGEST_LINE = 20_000  # characters; what is longer is no line of a reference list
_HEADED = regex(
    r"^(?:References?|REFERENCES?|Bibliography|BIBLIOGRAPHY|Literatur|LITERATUR)\s+(?=[\[\(\d]|[^\W\d_a-z])"
)
_ENDED = regex(r"[.\d)\]>/”\"»。]\W*$")
_GOES_ON = regex(r"[(:;,–]")
_QUOTED = regex(r"^([\"“„]).*[\"”“][,;]?$")
_GAP = regex(r"(?<=\S.{15}) {2,}(?=\S)")
Problem = tuple[str, int, str, str]  # kind, line, detail, excerpt


@dataclass(slots=True)
class Row:
    """A line that is neither empty nor furniture."""

    line: Line
    at: int
    number: int | None = None
    body: str = ""
    after_break: bool = False  # a page ends before it, so a blank line there says nothing
    links: bool = False  # nothing but links to the reference that ends with it


@dataclass(slots=True)
class Rows:
    """Rows of a list; what was left out, by what it is: (line, text); what was odd."""

    rows: list[Row] = field(default_factory=list)
    left_out: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def leave_out(self, kind: str, at: int, text: str) -> None:
        """Keep a line apart that belongs to no reference."""
        self.left_out.setdefault(kind, []).append((at, text))

    def report(self) -> list[Problem]:
        """Everything odd, with a row for the lines that were left out."""
        if not self.left_out:
            return self.problems
        shown = [
            f"{len(lines)} {kind} (line {', '.join(str(at) for at, _ in lines[:5])}{', …' if len(lines) > 5 else ''})"
            for kind, lines in self.left_out.items()
        ]
        at, text = min(line for lines in self.left_out.values() for line in lines)
        detail = f"lines that belong to no reference: {'; '.join(shown)}. Look whether that is so"
        return [*self.problems, (LEFT_OUT, at, detail, text[:120])]


def read_rows(text: str, first_line: int = 1) -> Rows:
    """Rows of a printed list, their numbers, bullets and keys told and taken off."""
    found = Rows()
    heads: list[TextLine] = []
    lines = text_lines(text, first_line, heads)
    for head in heads:
        found.leave_out("running heads", head.number, head.text.strip())
    headings = _gather(lines, found)
    _report_columns(found)
    _close_up(found.rows)
    before = headings[0] if headings else 0
    texts = [row.line.text for row in found.rows[:before]]
    if 0 < 2 * before < len(found.rows) and not any(YEAR.search(text) or is_marked(text) for text in texts):
        for row in found.rows[:before]:
            found.leave_out("lines before the list", row.at, row.line.text)
        del found.rows[:before]
    mark(found)
    return found


def _gather(lines: Sequence[TextLine], found: Rows) -> list[int]:
    """Put lines into rows; return before which rows headings stand."""
    rows, headings = found.rows, list[int]()
    filled = [i for i, line in enumerate(lines) if line.text.strip()]
    behind = {i: lines[j].text.strip() for i, j in zip(filled, filled[1:], strict=False)}
    own_numbers = _own_numbers([lines[i].text.strip() for i in filled])
    blank = broken = closing = False
    for i, (at, line, new_page) in enumerate(lines):
        if len(line) > LONGEST_LINE:
            detail = (
                f"the line has {len(line):,} characters; cut after {LONGEST_LINE:,}. Put each reference on its own line"
            )
            found.problems.append(("line too long", at, detail, line[:120]))
            line = line[:LONGEST_LINE]
        text = line.strip()
        broken = broken or new_page
        if not text:
            blank, closing = True, False
            continue
        apart = blank or not rows or broken or _ENDED.search(rows[-1].line.text) is not None
        following = behind.get(i, "")
        if apart and is_heading(text, first=not rows):
            headings.append(len(rows))
            broken = True
            if rows:
                found.leave_out("headings", at, text)
            continue
        closing = closing or (blank and bool(rows) and closes_list(text))
        set_apart = blank and i + 1 < len(lines) and not lines[i + 1].text.strip()
        kind = "lines behind the list" if closing else _kind(text, following, rows, set_apart or not rows)
        if text.isdecimal() and own_numbers:
            text, kind = f"{text}.", ""
        if kind and (kind != "headings" or apart):
            found.leave_out(kind, at, text)
            broken = True
            continue
        text = text if rows else _HEADED.sub("", text)
        links = bool(rows) and is_link_line(text, following)
        placed = Line(text, len(line) - len(line.lstrip()), blank and not broken and not links)
        rows.append(Row(placed, at, body=text, after_break=broken, links=links))
        blank = broken = False
    return headings


def _kind(text: str, behind: str, rows: Sequence[Row], set_apart: bool) -> str:
    """Tell what a line is that belongs to no reference; "" where it may belong to one."""
    if LONE_NUMBER.match(text):
        finishes = bool(rows) and rows[-1].line.text[-1] in "-–—,:;("
        long = text.isdecimal() and len(text) > 3  # a year, the end of an identifier
        return "" if finishes or long or (rows and _GOES_ON.match(behind)) else "page numbers"
    if is_divider(text, behind):
        return "letters between"
    titled = set_apart and behind and is_titled(text) and not is_titled(behind)
    return "headings" if titled else ""


def _own_numbers(texts: Sequence[str]) -> bool:
    """Whether numbers that stand alone on their lines number the references: 1, 2, 3 from the first line on."""
    numbers = [int(text) for text in texts if text.isdecimal() and len(text) < 5]
    first = next((text for text in texts if not is_heading(text, first=True)), "")
    return first == "1" and len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))


def _report_columns(found: Rows) -> None:
    """Report a page whose lines hold wide gaps still: two columns that could not be told apart."""
    gaps = [row for row in found.rows if _GAP.search(row.line.text)]
    if len(gaps) > 5 and 2 * len(gaps) > len(found.rows):
        detail = (
            f"{len(gaps)} of {len(found.rows)} lines have a wide gap inside, as where two columns stand side by side. "
            "They were read line by line; set the columns one below the other"
        )
        found.problems.append(("columns", gaps[0].at, detail, gaps[0].line.text[:120]))


def _close_up(rows: Sequence[Row]) -> None:
    """Forget empty lines that stand between all lines, as in a manuscript: they set no reference apart."""
    spaced = sum(row.line.after_blank for row in rows)
    going_on = sum(row.line.text[0].islower() for row in rows)
    if len(rows) > 5 and 10 * spaced > 8 * len(rows) and 8 * going_on > len(rows):
        for row in rows:
            row.line.after_blank = False


def mark(found: Rows) -> None:
    """Find printed numbers, bullets, letters and keys; take numbers and bullets off the text."""
    rows = found.rows
    if not rows:
        return
    style, chain = numbered_lines([row.line.text for row in rows])
    if cuts := run_on([row.line.text for row in rows], style, chain):
        rows[:] = _cut(rows, cuts)
        style, chain = numbered_lines([row.line.text for row in rows])
    for row in rows:
        text = row.line.text
        row.line.marker = (
            "bullet" if BULLET.match(text) else "key" if KEY.match(text) else "letter" if LETTER.match(text) else ""
        )
    if len(chain) < 2 and not (chain and chain[0][0] == 0 and (chain[0][1] == 1 or len(rows) < 7)):
        chain = []
    for place, number in chain:
        row = rows[place]
        row.number, row.line.marker = (number, "number") if number else (None, "bullet")
        row.body = STYLES[style].sub("", row.line.text, count=1)
    if not chain:
        _mark_otherwise(found)


def _mark_otherwise(found: Rows) -> None:
    """Keys, bullets or quotes, where no numbers stand before the lines."""
    rows = found.rows
    keys = [row for row in rows if row.line.marker == "key"]
    if len(keys) > 1 and keys[0] is not rows[0] and len(keys) * 8 > len(rows):
        for row in rows[: rows.index(keys[0])]:
            found.leave_out("lines before the first key", row.at, row.line.text)
        del rows[: rows.index(keys[0])]
    bullets = [row for row in rows if row.line.marker == "bullet"]
    if bullets and (rows[0].line.marker == "bullet" or len(bullets) * 2 > len(rows)):
        for row in bullets:
            row.body = BULLET.sub("", row.line.text, count=1)
    if len(rows) > 2 and all(_QUOTED.match(row.line.text) for row in rows):
        for row in rows:
            row.line.marker, row.body = "bullet", row.line.text.rstrip(",;")[1:-1].strip()


def _cut(rows: Sequence[Row], cuts: Sequence[tuple[int, int]]) -> list[Row]:
    """Rows cut in two where a number stands inside a line."""
    places: dict[int, list[int]] = {}
    for place, at in cuts:
        places.setdefault(place, []).append(at)
    made: list[Row] = []
    for place, row in enumerate(rows):
        edges = [0, *places.get(place, []), len(row.line.text)]
        for start, end in zip(edges, edges[1:], strict=False):
            text = row.line.text[start:end].strip()
            first = start == 0
            line = Line(text, row.line.indent, row.line.after_blank and first)
            made.append(Row(line, row.at, None, text, row.after_break and first))
    return made
