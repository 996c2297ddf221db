"""What a line of a reference list looks like: whether it starts a reference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from citenet.refparse.tokens import shape, word_class
from citenet.refparse.weights import Weights, load_weights
from citenet.refparse.years import ANY_YEAR, YEAR

__all__ = ["Line", "begins_with_a_body", "is_dated", "line_features", "line_weights", "start_probabilities"]

_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_PAGES = re.compile(r"\d\s*[-–—]\s*\d+\W*$")
_SERVICE = re.compile(r"(?:Cross[Rr]ef|Medline|Pub[Mm]ed|Google Scholar|Web of Science|\[PubMed: \d+\])\.?$")
_LINK_END = re.compile(r"(?:https?://|www\.|doi|10\.\d{4})\S*$", re.IGNORECASE)
_INVERTED = re.compile(
    r"^(?:(?:van|von|de|der|den|di|la|le|del|da|Van|Von|De|Le|La)\s+){0,2}[^\W\d_a-z][\w’'‐-]+(?:\s[^\W\d_a-z][\w’'-]+)?,\s*(?:[^\W\d_a-z]\.?[\s,‐-]|[^\W\d_a-z]\w+)"
)
_VANCOUVER = re.compile(
    r"^(?:(?:van|von|de|der|den|di|la|le|del|da|Van|Von|De)\s+){0,2}[^\W\d_a-z][\w’'-]+(?:[\s-][^\W\d_a-z][\w’'-]+)?\s[^\W\d_a-z]{1,3}[,.;:\s]"
)
_DIRECT = re.compile(
    r"^(?:[^\W\d_a-z]\.?[\s‐-]?){1,4}(?:(?:van|von|de|der|den|di|la|le|del|da)\s+){0,2}[^\W\d_a-z][\w’'-]+"
)
_FULL = re.compile(
    r"^[^\W\d_a-z][\w’'-]+\s(?:[^\W\d_a-z]\.\s){0,2}[^\W\d_a-z][\w’'-]+(?:,\s[^\W\d_a-z][\w’'.-]*\s|\sand\s|\.\s(?:19|20)\d\d)"
)
# A body, the year and a title behind it: "Department of Health. (2010). Equity", "OECD (Hrsg.) (2018): Daten"
_DATED = re.compile(
    r"^[^\W\d_a-z][\w’'&-]*(?:,?\s(?:of|for|and|the|in|on|to|für|der|des|die|und|de|la|du|et|y|van|voor|och|i|&|"
    r"[^\W\d_a-z][\w’'&-]*)){0,11}(?:\s\([^\W\d_]{2,12}\.?\))?[.,]?\s"
    rf"(?:\((?:{ANY_YEAR}[a-z]?|n\.\s?d\.|o\.\s?J\.)\)\s?[.,:]|{ANY_YEAR}[a-z]?\.)\s[^\W\d_a-z]"
)
_AUTHOR_DATE = re.compile(rf"\({ANY_YEAR}[a-z]?\)\s?[.,:]|[.,]\s{ANY_YEAR}[a-z]?[.:]\s[^\W\d_a-z]")
_REPEATED = re.compile(r"^(?:[-–—_]{2,}|[-–—]\s?,|―+|Ders\.|Dies\.|Id\.|Idem)")


class Line:
    """A line with text, and how it stands in the list.

    Parameters
    ----------
    text : str
        Without blanks around it.
    indent : int
        Blanks before it.
    after_blank : bool
        Whether an empty line stands before it.
    marker : str
        "number" where it carries the next printed number, "other" for a marker out of turn, "bullet", "letter", or "".
    """

    __slots__ = ("after_blank", "indent", "marker", "text")

    def __init__(self, text: str, indent: int = 0, after_blank: bool = False, marker: str = "") -> None:
        self.text, self.indent, self.after_blank, self.marker = text, indent, after_blank, marker


def line_features(lines: Sequence[Line]) -> list[list[str]]:
    """Names of the features that hold at each line."""
    n = len(lines)
    if not n:
        return []
    widths = np.array([len(line.text) for line in lines])
    full = float(np.percentile(widths, 85)) or 1.0
    edge = float(np.percentile(widths + [line.indent for line in lines], 96))
    numbered = sum(line.marker == "number" for line in lines)
    share = "many" if numbered * 12 > n and numbered > 2 else "few" if numbered else "none"
    blanks = sum(line.after_blank for line in lines)
    airy = "blank" if blanks * 8 > n else "tight"
    indents = {line.indent for line in lines}
    flush = min(indents)
    begins = [_beginning(line.text) for line in lines]
    features = []
    for i, line in enumerate(lines):
        before = lines[i - 1] if i else None
        end = _ending(before.text) if before else "first"
        ratio = widths[i - 1] / full if before else 0
        width = "first" if before is None else "short" if ratio < 0.6 else "middle" if ratio < 0.88 else "full"
        start, look = begins[i]
        room = _room(before, line, edge)
        held = [f"marker {line.marker} {share}", f"start {start}", f"look {look}", f"end {end}", f"width {width}",
                f"end+look {end} {look} {share}", f"end+start {end} {start}", f"width+look {width} {look}",
                f"width+end {width} {end} {look}", f"room {room} {airy}", f"room+look {room} {look}",
                f"room+end {room} {end}", f"look+share {look} {share}", f"airy {airy} {line.after_blank}",
                f"airy+look {airy} {line.after_blank} {look}", f"short {widths[i] < 0.4 * full}"]  # fmt: skip
        if len(indents) > 1:
            deep = line.indent > flush
            held.append(f"indent {deep} {before is not None and before.indent > flush}")
            held += [
                f"indent+look {deep} {look}",
                f"indent+end {deep} {end}",
                f"indent+marker {deep} {line.marker} {share}",
            ]
        if before is not None:
            held.append(f"before {begins[i - 1][1]} {look}")
            held.append(f"before2 {begins[i - 2][1] if i > 1 else 'first'} {begins[i - 1][1]} {look}")
            held.append(f"order {_in_order(lines, begins, i)} {look}")
            held.append(f"years {bool(YEAR.search(before.text))} {bool(YEAR.search(line.text[:80]))} {look}")
        held.append(f"next {begins[i + 1][1] if i + 1 < n else 'last'} {look}")
        features.append(held)
    return features


def _room(before: Line | None, line: Line, edge: float) -> str:
    """Whether the first word would still have stood on the line before: then the break was wanted."""
    if before is None:
        return "first"
    left = edge - before.indent - len(before.text) - 1 - len(line.text.partition(" ")[0])
    return "none" if left < 0 else "little" if left < 4 else "some" if left < 10 else "much" if left < 25 else "most"


def _beginning(text: str) -> tuple[str, str]:
    """Shapes of the first tokens, and how the line looks as a whole."""
    words = _WORD.findall(text[:60])[:3]
    start = " ".join(word_class(word) if i == 0 else shape(word) for i, word in enumerate(words))
    body = re.sub(r"^\s*(?:\[[^\]]{1,8}\]|\(?\w{1,3}[.)]|[-*•–])\s+", "", text)
    for look, pattern in (
        ("repeat", _REPEATED),
        ("inverted", _INVERTED),
        ("vancouver", _VANCOUVER),
        ("direct", _DIRECT),
        ("full", _FULL),
    ):
        if pattern.match(body):
            return start, look
    first = body[:1]
    if first.islower():
        return start, "lower"
    if first.isupper():
        return start, "capital"
    return start, "digit" if first.isdigit() else "mark"


def begins_with_a_body(text: str) -> bool:
    """Whether a line begins with names of no person, the year, and a title behind it.

    >>> begins_with_a_body("Department of Health. (2010). Equity"), begins_with_a_body("Equity: a line (2010). Bonn")
    (True, False)
    """
    return _DATED.match(text) is not None


def is_dated(text: str) -> bool:
    """Whether a reference that begins so has its year behind the authors."""
    return _AUTHOR_DATE.search(text[:120]) is not None


def _ending(text: str) -> str:
    if _SERVICE.search(text):
        return "service"
    if _LINK_END.search(text):
        return "link" + ("." if text.endswith(".") else "")
    if _PAGES.search(text):
        return "pages" + ("." if text.rstrip().endswith(".") else "")
    last = text[-1:]
    if last == ".":
        word = re.search(r"(\w+)\.$", text)
        if word is None:
            return "mark."
        if word[1].isdigit():
            return "year." if len(word[1]) == 4 else "digit."
        return "initial." if len(word[1]) < 3 else "word."
    if last.isalpha():
        return "letter"
    if last.isdigit():
        return "year" if YEAR.search(text[-4:]) else "digit"
    return last


def _in_order(lines: Sequence[Line], begins: Sequence[tuple[str, str]], i: int) -> str:
    """Whether the first word follows, in the alphabet, that of the last line that begins alike."""
    here = re.sub(r"[\W\d_]", "", lines[i].text[:20]).casefold()[:6]
    for j in range(i - 1, max(-1, i - 8), -1):
        if begins[j][1] == begins[i][1]:
            there = re.sub(r"[\W\d_]", "", lines[j].text[:20]).casefold()[:6]
            return "same" if here[:1] == there[:1] else "after" if here > there else "before"
    return "none"


@cache
def line_weights() -> Weights:
    """Return the shipped model of lines."""
    return load_weights("lines")


def start_probabilities(lines: Sequence[Line], weights: Weights | None = None) -> list[float]:
    """Probability that each line starts a reference, from a two-state chain over the lines."""
    if not lines:
        return []
    model = weights or line_weights()
    row = {name: i for i, name in enumerate(model.names)}
    scores = np.array(
        [model.rows[[row[name] for name in held if name in row]].sum(axis=0) for held in line_features(lines)]
    ).reshape(len(lines), len(model.labels))
    emission = np.exp(scores - scores.max(axis=1, keepdims=True))
    step = np.exp(model.transitions)
    forward, backward = np.empty_like(emission), np.ones_like(emission)
    forward[0] = emission[0] / emission[0].sum()
    for t in range(1, len(lines)):
        forward[t] = (forward[t - 1] @ step) * emission[t]
        forward[t] /= forward[t].sum()
    for t in range(len(lines) - 2, -1, -1):
        backward[t] = step @ (emission[t + 1] * backward[t + 1])
        backward[t] /= backward[t].sum()
    both = forward * backward
    chance: list[float] = (both[:, model.labels.index("start")] / both.sum(axis=1)).tolist()
    return chance
