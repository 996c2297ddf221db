"""Compare the fields of candidate pairs: each field agrees, nearly agrees, differs or is unknown."""

from __future__ import annotations

from functools import cache
from string import ascii_lowercase
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from citenet.resolution.keys import container_similarity
from citenet.resolution.titles import beside_notice, is_notice, other_word

__all__ = ["LEVELS", "compare", "exact_levels", "is_generic", "knowable"]

Levels = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

# What a comparison of each field can find; the first is that one side does not know.
LEVELS = {
    "title": (
        "unknown",
        "agrees",
        "agrees, short",
        "agrees, as many do",
        "in the printed reference",
        "within the other",
        "nearly agrees",
        "differs",
    ),
    "author": ("unknown", "agrees", "nearly agrees", "is a later one", "differs"),
    "initial": ("unknown", "agrees", "differs"),
    "year": ("unknown", "agrees", "one off", "differs"),
    "volume": ("unknown", "agrees", "differs"),
    "issue": ("unknown", "agrees", "differs"),
    "page": ("unknown", "agrees", "differs"),
    "container": ("unknown", "agrees", "differs"),
    "words": ("unknown", "all in the reference", "nearly all in the reference"),
    "other words": ("unknown", "few", "many"),
}
_SAME_TITLE, _NEAR_TITLE, _NEAR_NAME, _SAME_CONTAINER = 0.94, 0.85, 0.88, 0.85
_SHORT = 2  # words of a title that other works may well have
_SHORTEST_IN_TEXT = 12  # letters of a title that is looked for in the printed reference
# A title of these words alone is no title: "Letter to the editor", "Introduction".
_GENERIC_WORDS = (
    "a abbreviations about advertisement an and announcement announcements appendix author authors back "
    "bibliography board book books calendar comment commentary comments conclusion conclusions contents "
    "contributors correction corrigendum cover covers discussion editor editorial editors errata erratum for "
    "foreword from front glossary guest in index introduction introductory issue letter letters list masthead "
    "matter news note notes of on preface publisher references remarks reply response review reviews special "
    "statistics subject summary symposium table the this title to untitled "
)
_PARSED = {"author": "authors", "initial": "authors", "page": "pages"}  # the parser's names for the same fields
_SMALL_WORDS = frozenset("al and by ed edited eds et in nd no of on pp the und vol".split())  # noqa: SIM905
_LEFT_OUT = _SMALL_WORDS.union(ascii_lowercase)
_TOLD = ("family", "year", "title", "volume", "page")
_FEWEST_PRINTED, _FEWEST_TOLD = 3, 6  # words that must all be found to say anything
_NEARLY_ALL, _FEW = 0.85, 0.35
_NUMBERED = frozenset("book chapter no paper part parte report section study teil vol volume".split())  # noqa: SIM905
_ROMAN = frozenset("i ii iii iv v vi vii viii ix x xi xii".split())  # noqa: SIM905
_GENERIC = frozenset(_GENERIC_WORDS.split())


def compare(pairs: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> dict[str, Levels]:
    """Compare every field of each pair.

    Parameters
    ----------
    pairs : DataFrame
        ``reference`` and ``work`` (positions).
    references, works : DataFrame
        Key tables.

    Returns
    -------
    dict of field to ndarray of int8, shape (n_pairs,)
        Positions in `LEVELS`.
    """
    left, right = _sides(pairs, references, works)
    levels = exact_levels(pairs, references, works)
    author = _authors(left, right)
    levels["initial"] = np.where((author == 1) | (author == 2), levels["initial"], 0)  # of others it says nothing
    amended = _amended(left, right)
    title = np.where(amended, len(LEVELS["title"]) - 1, _titles(left, right)).astype(np.int8)
    costly = {"title": title, "author": author, "container": _containers(left, right)}
    words = {name: np.where(amended, 0, level) for name, level in _words(left, right).items()}
    return levels | _unless_doubted(costly, left, right) | words


def exact_levels(pairs: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> dict[str, Levels]:
    """Compare the fields that are equal or not, which costs little; parameters as of `compare`."""
    left, right = _sides(pairs, references, works)
    volume = _equal(left["volume"], right["volume"])
    levels = {
        "initial": _equal(left["initial"], right["initial"]),
        "year": _years(left["year"], right["year"]),
        "volume": volume,
        "issue": np.where(volume == 2, 0, _equal(left["issue"], right["issue"])),  # of another volume it says nothing
        "page": _equal(left["page"], right["page"]),
    }
    return _unless_doubted(levels, left, right)


def _unless_doubted(levels: dict[str, Levels], left: _Side, right: _Side) -> dict[str, Levels]:
    """Let a field that was read with doubt speak for a work, not against it."""
    doubts = np.where(left["unsure"] == "", right["unsure"], left["unsure"] + " " + right["unsure"])
    rows = np.flatnonzero(doubts != "")
    for field, level in levels.items() if rows.size else ():
        doubted = rows[[_PARSED.get(field, field) in said.split() for said in doubts[rows]]]
        differs = len(LEVELS[field]) - 1
        level[doubted] = np.where(level[doubted] == differs, 0, level[doubted])
    return levels


def knowable(pairs: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> dict[str, Mask]:
    """Say of the other fields whether both sides know them, and of the author whether both say the same."""
    left, right = _sides(pairs, references, works)
    printed = (left["text"] != "") | (right["text"] != "")
    title = _known(left["title"], right["title"]) | (printed & ((left["title"] != "") | (right["title"] != "")))
    return {
        "author": (left["family"] == right["family"]) & (left["family"] != ""),
        "title": title | _known(left["text"], right["text"]),
        "container": _known(left["container"], right["container"]),
        "words": (left["text"] != "") & ((right["text"] != "") | (right["title"] != "")),
    }


class _Side(dict[str, Any]):
    """Columns of a key table at some rows; the year as float, NaN unknown."""

    def __init__(self, table: pd.DataFrame, rows: npt.NDArray[np.int64]) -> None:
        self.table, self.rows = table, rows

    def __missing__(self, name: str) -> npt.NDArray[Any]:
        column = self.table[name]
        values = column.to_numpy("float64", na_value=np.nan) if name == "year" else column.to_numpy(dtype=object)
        taken: npt.NDArray[Any] = values[self.rows]
        self[name] = taken
        return taken


def _sides(pairs: pd.DataFrame, references: pd.DataFrame, works: pd.DataFrame) -> tuple[_Side, _Side]:
    """Fields of both sides of each pair, each fetched when it is asked for."""
    return _Side(references, pairs["reference"].to_numpy()), _Side(works, pairs["work"].to_numpy())


def _known(left: Texts, right: Texts) -> Mask:
    known: Mask = (left != "") & (right != "")
    return known


def _equal(left: Texts, right: Texts) -> Levels:
    return np.where(_known(left, right), np.where(left == right, 1, 2), 0).astype(np.int8)


def _titles(left: _Side, right: _Side) -> Levels:
    """Compare titles; one that stands in the printed reference word for word agrees, however the fields were split."""
    one, other = left["title"], right["title"]
    known = _known(one, other)
    alike = np.zeros(one.size)
    alike[known] = _similarity(one[known], other[known])
    numbered = _each(_numbers, one) == _each(_numbers, other)
    same = known & (alike >= _SAME_TITLE) & numbered
    open_ = np.flatnonzero(same & (one != other))
    same[open_] = [not other_word(a, b) for a, b in zip(one[open_], other[open_], strict=True)]
    within, printed = np.zeros(one.size, dtype=bool), np.zeros(one.size, dtype=bool)
    for title, side, sought in ((other, left, one), (one, right, other)):
        open_ = np.flatnonzero(known & ~same & ~within & numbered)
        begins = zip(title[open_], sought[open_], side["whole_container"][open_], strict=True)
        within[open_] = [_begins(t, longer, container) for t, longer, container in begins]
        open_ = np.flatnonzero(~same & ~printed & (side["text"] != ""))
        texts = zip(title[open_], side["text"][open_], side["whole_container"][open_], strict=True)
        printed[open_] = [_stands_in(t, text, container) for t, text, container in texts]
    known |= within | printed
    common = np.zeros(one.size, dtype=bool)
    common[same] = _generic(left, same) | _generic(right, same)
    short = same & ~common & ((_each(_length, one) <= _SHORT) | (_each(_length, other) <= _SHORT))
    chapter = _chapter(left, right) | _chapter(right, left)
    found = [chapter, common, short, same, printed, within, known & (alike >= _NEAR_TITLE), known]
    return np.select(found, [7, 3, 2, 1, 4, 5, 6, 7], 0).astype(np.int8)


def _amended(left: _Side, right: _Side) -> Mask:
    """Say which pairs are a work and a notice on it, by their titles or by what is printed around the title."""
    noted = [(_each(is_notice, side["title"]) | _each(is_notice, side["text"])).astype(bool) for side in (left, right)]
    found: Mask = np.zeros(noted[0].size, dtype=bool)
    for side, other, plain in ((left, right, ~noted[1]), (right, left, ~noted[0])):
        found |= plain & (other["title"] != "") & _each(is_notice, side["title"]).astype(bool)
        noted_text = _each(is_notice, side["text"]).astype(bool)
        for row in np.flatnonzero(~found & plain & noted_text & (other["title"] != "")):
            title, text, container = other["title"][row], side["text"][row], side["whole_container"][row]
            found[row] = _stands_in(title, text, container) and beside_notice(title, text, container)
    return found


def _generic(side: _Side, rows: Mask) -> Mask:
    """Titles that many works have, as they are or after the name of the journal ("Ropes: Editorial")."""
    pairs = zip(side["title"][rows].tolist(), side["whole_container"][rows].tolist(), strict=True)
    return np.array([_is_generic_in(title, container) for title, container in pairs], dtype=bool)


@cache
def _is_generic_in(title: str, container: str) -> bool:
    words = frozenset(title.split())
    rest = words.difference(container.split())
    return _GENERIC.issuperset(rest or words) and title != ""


def _chapter(one: _Side, other: _Side) -> Mask:
    """One is a book, named as what it appeared in, and the other has the same page or volume in it by another title."""
    book = (one["title"] != "") & (one["title"] == one["whole_container"])
    found: Mask = (
        book & (other["whole_container"] == one["title"]) & (other["title"] != one["title"]) & (other["title"] != "")
    )
    return found


def _length(title: str) -> int:
    return title.count(" ") + 1 if title else _SHORT + 1


def _similarity(left: Texts, right: Texts) -> npt.NDArray[np.float64]:
    """Normalised edit similarity."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    return np.asarray(
        process.cpdist(left.tolist(), right.tolist(), scorer=Indel.normalized_similarity, dtype=np.float64)
    )


def _each(function: Any, texts: Texts) -> npt.NDArray[Any]:
    """Apply a function once per distinct text."""
    codes, distinct = pd.factorize(texts)
    values = np.empty(len(distinct), dtype=object)
    values[:] = [function(text) for text in distinct]
    return values[codes] if len(distinct) else np.empty(0, dtype=object)


def _numbers(title: str) -> tuple[str, ...]:
    """Numbers and Roman numerals of a title: they tell part I from part II, a report of 2003 from that of 2004."""
    words = title.split()
    ends = zip(["", *words], words, [*words[1:], ""], strict=False)
    return tuple(
        word
        for before, word, after in ends
        if word.isdigit() or (word in _ROMAN and (len(word) > 1 or before in _NUMBERED or after == ""))
    )


def is_generic(title: str) -> bool:
    """Say whether a folded title is of a kind that many works have, such as "letter to the editor".

    >>> is_generic("letter to the editor"), is_generic("governing with citizens"), is_generic("")
    (True, False, False)
    """
    return title != "" and _GENERIC.issuperset(title.split())


def _stands_in(title: str, printed: str, container: str) -> bool:
    """Say whether a title stands in the printed reference, but not as the name of what the work appeared in."""
    if len(title) < _SHORTEST_IN_TEXT or " " not in title or is_generic(title):
        return False
    return f" {title} " in f" {printed} " and f" {title} " not in f" {container} "


def _begins(title: str, longer: str, container: str) -> bool:
    """Say whether a title of four words or more stops where another goes on, and is not that of the book it is in."""
    return title.count(" ") >= 3 and longer.startswith(title + " ") and title != container


def _authors(left: _Side, right: _Side) -> Levels:
    """Compare first authors; a part of a compound name is near, and another author of the work no contradiction."""
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    one, other = left["family"], right["family"]
    known = _known(one, other)
    equal = known & (one == other)
    open_ = np.flatnonzero(known & ~equal)
    a, b = one[open_], other[open_]
    alike = process.cpdist(a.tolist(), b.tolist(), scorer=JaroWinkler.normalized_similarity, dtype=np.float64)
    part = [min(len(x), len(y)) >= 4 and (x.endswith(y) or y.endswith(x)) for x, y in zip(a, b, strict=True)]
    later = [
        f" {x} " in people or f" {y} " in others
        for x, y, people, others in zip(a, b, right["people"][open_], left["people"][open_], strict=True)
    ]
    found = np.where(equal, 1, 0).astype(np.int8)
    near = (np.asarray(alike) >= _NEAR_NAME) | np.array(part, dtype=bool)
    found[open_] = np.select([near, np.array(later, dtype=bool)], [2, 3], 4)
    return found


def _words(left: _Side, right: _Side) -> dict[str, Levels]:
    """Look for the words and numbers of the work in the printed reference, however its fields were split.

    A work that is itself known as a printed reference gives all its words, any other its title, first author and
    numbers. Words that are missing prove nothing: many databases print no titles. Those that only the reference has
    can be counted where both are printed.
    """
    words, other = np.zeros(left["text"].size, np.int8), np.zeros(left["text"].size, np.int8)
    known = np.flatnonzero((left["text"] != "") & ((right["text"] != "") | (right["title"] != "")))
    printed = right["text"][known] != ""
    told = [" ".join(map(str, row)) for row in zip(*(right[name][known] for name in _TOLD), strict=True)]
    text = np.where(printed, right["text"][known], np.array(told, dtype=object))
    sought, held = _each(_told_words, left["text"][known]), _each(_told_words, text)
    sizes = np.array([len(words) for words in held], dtype=float)
    least = np.where(printed, _FEWEST_PRINTED, _FEWEST_TOLD)
    common = np.array([len(a & b) for a, b in zip(sought, held, strict=True)], dtype=float)
    share = np.where(sizes >= least, common / np.maximum(sizes, 1), 0.0)
    rest = 1 - common / np.maximum(np.array([len(words) for words in sought], dtype=float), 1)
    words[known] = np.select([share == 1, share >= _NEARLY_ALL], [1, 2], 0)
    other[known] = np.where(printed & (share >= _NEARLY_ALL), np.where(rest <= _FEW, 1, 2), 0)
    return {"words": words, "other words": other}


def _told_words(text: str) -> frozenset[str]:
    words = frozenset(text.split()) - _LEFT_OUT
    return words if text.isascii() else frozenset(word for word in words if len(word) > 1 or word.isdigit())


def _years(left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> Levels:
    apart = np.abs(left - right)
    return np.select([np.isnan(apart), apart == 0, apart == 1], [0, 1, 2], 3).astype(np.int8)


def _containers(left: _Side, right: _Side) -> Levels:
    """Compare abbreviated names where they are known, and whole ones."""
    known = _known(left["container"], right["container"])
    same = known & (left["container"] == right["container"])
    for name in ("container", "whole_container"):
        open_ = np.flatnonzero(known & ~same)
        same[open_] = [_same_container(a, b) for a, b in zip(left[name][open_], right[name][open_], strict=True)]
    return np.where(known, np.where(same, 1, 2), 0).astype(np.int8)


@cache
def _same_container(one: str, other: str) -> bool:
    return container_similarity(one, other) >= _SAME_CONTAINER
