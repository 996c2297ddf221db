"""What is printed before the references of a list: numbers that count upwards, bullets, keys in brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from citenet._support.patterns import regex
from citenet.refparse.years import ANY_YEAR, looks_like_year

__all__ = ["BULLET", "DATED_KEY", "KEY", "LETTER", "STYLES", "is_marked", "number_of", "numbered_lines", "run_on"]

_SIGNED = r"^(?:[*•]{1,3}\s*|[-–]\s+)?"  # a bullet or the stars of an annotated list may stand before the number
_NUMBER = r"(\d{1,5}|[⁰¹²³⁴-⁹]{1,5}|[①-⑳])"
_NAME = r"(?=[^\W\d_a-z\"“„«]|\([a-h]\)\s)"
STYLES = {
    "[1]": regex(rf"{_SIGNED}[\[［【〔<{{]\s*{_NUMBER}\s*[\]］】〕>}}][.:,]?\s*"),
    "(1)": regex(rf"{_SIGNED}[(（]\s*{_NUMBER}\s*(?:）|[)][.:]?(?:\s+|$|(?=[\u3040-\u9fff])))\s*"),
    "1.": regex(rf"{_SIGNED}{_NUMBER}\s?\\?[.．、]\**(?!\d)[-–]?\s*"),
    "1)": regex(rf"{_SIGNED}{_NUMBER}\\?[)）\]]\s*"),
    "1:": regex(rf"{_SIGNED}{_NUMBER}(?:\s?[:/,]|\s[-–—])\s+{_NAME}"),
    "1": regex(rf"{_SIGNED}{_NUMBER}(?:\s+|(?=[^\W\d_])){_NAME}"),
    "R1": regex(rf"^(?:Ref(?:erence)?\.?|R|S|N[ro]\.?|#)\s?{_NUMBER}[.:)]?\s+(?=\S)"),
    "i.": regex(r"^\(?([ivxlc]{1,7})[.)]\s+(?=\S)"),
    "[^1]": regex(rf"^\[\^{_NUMBER}\]:?\s*"),
}
BULLET = regex(
    r"^(?:[•‣◦▪●■·∙⁃➢➤►▸→✓◆◇○□❖\uf0b7\uf0a7\uf0d8–*+>-]|\\-|o(?=\s+[^\W\d_a-z])"
    r"|\\bibitem(?:\[[^\]]*\])?\{[^}]*\})\s+"
)
LETTER = regex(r"^\(?[a-h]\)\s+")
# "[Bec86]"; "[Batalden et al., 2016]", "[Roe(2002)Roe and Lee]"
_DATED = (
    r"\[(?=(?:(?:van|von|de|der|den|di|la|le)\s)*[^\W\d_a-z])[^\[\]]{2,80}?"
    rf"(?<!\d){ANY_YEAR}[a-z]?(?!\d)[^\[\]]{{0,120}}\](?=\s|$)"
)
DATED_KEY = regex(rf"^{_DATED}")
KEY = regex(rf"^(?:\[(?!\d+\])[^\[\]\s]{{1,14}}\](?=\s|$)|{_DATED})")
_COUNTED = tuple(style for style in STYLES if style not in ("1", "R1", "i.", "1:"))  # told from text without the list
_WITHIN = {
    "[1]": regex(rf"(?<=\S)\s+[\[［【〔]{_NUMBER}[\]］】〕][.:]?(?=\s|$)"),
    "(1)": regex(rf"(?<=[.;\])\d/”\"])\s+\({_NUMBER}\)\s+{_NAME}"),
    "1.": regex(rf"(?<=[.;\])\d/”\"])\s+{_NUMBER}\.(?:\s+{_NAME}|$)"),
    "1)": regex(rf"(?<=[.;\])\d/”\"])\s+{_NUMBER}\)(?:\s+{_NAME}|$)"),
}
_PERSON = regex(
    r"\s*(?:[^\W\d_a-z][\w’'-]+(?:[\s-][^\W\d_a-z][\w’'-]+)?,?\s(?:[^\W\d_a-z]\.?[\s,.;:-]?){1,4}|[^\W\d_a-z]\.\s)"
)
_REACH = 12  # a step of the count, and how many lines with a number back it is looked for
_SHORTEST = 20  # characters of a reference inside a line
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def number_of(line: str) -> int | None:
    """Return the number before a line in brackets or with a stop, where it has one.

    >>> number_of("［12］ Roe A."), number_of("(3) Lee B."), number_of("1998 Roe A.")
    (12, 3, None)
    """
    for style in _COUNTED:
        if found := STYLES[style].match(line):
            return _value(found[1])
    return None


def is_marked(line: str) -> bool:
    """Whether a line begins as an entry of a list does: with a number, or with a bullet.

    >>> is_marked("- Roe A."), is_marked("Roe A.")
    (True, False)
    """
    return number_of(line) is not None or BULLET.match(line) is not None


def _value(printed: str) -> int:
    """Return the number that digits of any kind, or small Roman ones, stand for."""
    if printed.isdecimal():
        return int(printed)
    if printed[0] in _ROMAN:
        values = [_ROMAN[letter] for letter in printed]
        return sum(-one if one < then else one for one, then in zip(values, [*values[1:], 0], strict=True))
    return int("".join(f"{unicodedata.numeric(digit):.0f}" for digit in printed))


def numbered_lines(lines: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Style of the numbers before the lines, and the (place, number) of those that belong to the count.

    The longest run that counts upwards, other runs (the count starts again), and single numbers out of turn. In a list
    whose every number is the same, as Markdown allows, they do not count: each is 0.

    >>> numbered_lines(["1. Roe A.", "in 1998.", "2. Lee B.", "3. Poe C."])
    ('1.', [(0, 1), (2, 2), (3, 3)])
    """
    best: tuple[str, list[tuple[int, int]]] = ("", [])
    for style, pattern in STYLES.items():
        found = [(i, _value(m[1])) for i, line in enumerate(lines) if (m := pattern.match(line))]
        chain = _all_alike(found) or _with_others(found, _chain(found))
        if len(chain) > len(best[1]):
            best = style, chain
    return best


def _all_alike(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Lines that all carry the number of the first line, 0 or 1; their place, with 0 for a number."""
    if not found or found[0][0] != 0 or found[0][1] > 1:
        return []
    alike = [(place, 0) for place, number in found if number == found[0][1]]
    return alike if len(alike) > 2 and 4 * len(alike) > 3 * len(found) else []


def _chain(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Longest run whose numbers go up, by small steps. What looks like a year only goes on from the number before."""
    best: list[tuple[float, int]] = []  # (score, place in found of the one before)
    for j, (_, number) in enumerate(found):
        score, before = (-99.0 if looks_like_year(number) else 1.0 if number <= 3 else 0.5), -1
        for k in range(max(0, j - _REACH), j):
            step = number - found[k][1]
            if 0 < step <= (2 if looks_like_year(number) else _REACH):
                reached = best[k][0] + (1.0 if step == 1 else 0.8 / step)
                if reached > score:
                    score, before = reached, k
        best.append((score, before))
    j = max(range(len(best)), key=lambda j: best[j][0], default=-1)
    chain = []
    while j >= 0:
        chain.append(found[j])
        j = best[j][1]
    return [] if chain and looks_like_year(chain[-1][1]) else chain[::-1]


def _with_others(found: Sequence[tuple[int, int]], chain: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """With further runs of the count beside the longest one, and with missing numbers out of turn near by."""
    if len(chain) < 3 or len(chain) == len(found):
        return chain
    taken, numbers = set(chain), {number for _, number in chain}
    others = [one for one in found if one not in taken and not looks_like_year(one[1])]
    for run in _runs(others):
        if len(run) > 2 or (len(run) == 2 and run[0][1] == 1 and run[0][0] > chain[-1][0]):
            taken.update(run)
    before = [(-1, 0)]
    for place, number in found:
        if (place, number) in taken:
            before.append((place, number))
        elif number not in numbers and abs(number - before[-1][1]) <= 3 and not looks_like_year(number):
            taken.add((place, number))
            numbers.add(number)
    return sorted(taken)


def _runs(found: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """Longest pieces that count by ones."""
    run: list[tuple[int, int]] = []
    for one in found:
        if run and one[1] != run[-1][1] + 1:
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def run_on(lines: Sequence[str], style: str, chain: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where inside lines the count goes on: (line, character), for each number that stands before no line.

    >>> run_on(["[1] Roe A. One title. BMJ 2001;1:2. [2] Lee B. Two."], "[1]", [(0, 1)])
    [(0, 36)]
    """
    if style not in _WITHIN or not chain or chain[0][1] == 0:
        return []
    cuts: list[tuple[int, int]] = []
    for (place, number), (end, then) in zip(chain, [*chain[1:], (len(lines), 0)], strict=True):
        if then == number + 1:
            continue
        found = _found_within(lines, range(place, end), _WITHIN[style], number, then)
        people = sum(_PERSON.match(lines[line], at) is not None for line, _, at in found)
        if then > number or style == "[1]" or 2 * people >= len(found):
            cuts += [(line, start) for line, start, _ in found]
    return cuts


def _found_within(
    lines: Sequence[str], places: range, pattern: re.Pattern[str], number: int, then: int
) -> list[tuple[int, int, int]]:
    """Line, beginning and end of the marks that count on from a number, up to that before the next line."""
    found: list[tuple[int, int, int]] = []
    passed = 0
    for line in places:
        at = 0
        for mark in pattern.finditer(lines[line]):
            far = passed + mark.start() - at >= _SHORTEST
            if far and _value(mark[1]) == number + 1 != then:
                number, passed, at = number + 1, 0, mark.end()
                start = mark.end() - len(mark[0].lstrip())
                found.append((line, start, mark.end()))
        passed += len(lines[line]) - at
    return found
