"""Many cited references of the Web of Science taken apart at once: what `parse_cited` says of each, as columns.

All are one text. The places of its commas say where the parts of each reference begin; what a part holds is asked
once of each text that stands there. The few references of another shape are parsed one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from citenet.io._cited import parse_cited, parse_tail, plain_dois, plain_sources, take_container, take_dois
from citenet.io._cited_authors import parse_authors
from citenet.io._coded import Coded
from citenet.io._signs import (
    Numbers,
    Places,
    Signs,
    bytes_of,
    is_digit,
    lines_of,
    numbered,
    numbers_of_four,
    spans_of_lines,
    where,
)

__all__ = ["CitedColumns"]

_LAST_YEAR = 2099
_LONGEST = 1000  # bytes: what is longer is gone through by itself
_MOST_TAILS = 2  # parts behind the source: volume and page
_NOBODY = b"[Anonymous], "
_PRINTED = np.array([32 < code < 127 and code != ord("?") for code in range(256)])  # "?" may stand for a blank

Mask = npt.NDArray[np.bool_]
Part = tuple[Places, Places]  # where it begins and ends in each reference


class CitedColumns:
    """Fields of cited references.

    Parameters
    ----------
    raws : list of str
        Items of ``CR``.

    Attributes
    ----------
    columns : dict of Coded
        By field, a cell a reference.
    doubted : list of int
        Which references may be faulty: not of the usual shape, or with a DOI that could not be read.

    Examples
    --------
    >>> cited = CitedColumns(["BATE P, 2006, QUAL SAF HEALTH CARE, V15, P307", "[Anonymous], HDB"])
    >>> cited.fields(0)["container"], cited.fields(1), cited.doubted
    ('QUAL SAF HEALTH CARE', {'container': 'HDB'}, [1])
    """

    def __init__(self, raws: list[str]) -> None:
        self.columns: dict[str, Coded] = {}
        self._n = len(raws)
        text = "\n".join([*raws, ""])
        if text.count("\n") > len(raws):
            raws = [raw.replace("\n", " ") for raw in raws]
            text = "\n".join([*raws, ""])
        parts = _Parts(text)
        tails = _Tails(parts)
        usual = parts.usual & ~tails.odd
        for name, codes in tails.codes.items():
            self._fill(name, codes, tails.values, usual)
        self._fill("year", np.where(parts.years, parts.years, -1), [*range(_LAST_YEAR + 1)], usual)
        self._put_texts("authors", *parts.distinct(usual & parts.has_author, parts.author), parse_authors)
        self._put_texts("container", *parts.distinct(usual, parts.source), plain_sources, take_container)
        self._put_texts("doi", *parts.all(usual & parts.has_doi, parts.doi), plain_dois, take_dois)
        unusual = np.flatnonzero(~usual).tolist()
        for one in unusual:
            self._put(one, parse_cited(raws[one]))
        unread = parts.lines_with(b"DOI ") & (self.columns["doi"].codes < 0)
        self.doubted = sorted({*unusual, *np.flatnonzero(unread).tolist()})

    def fields(self, at: int) -> dict[str, Any]:
        """Return what is known of one reference."""
        cells = {name: column.cell(at) for name, column in self.columns.items()}
        return {name: cell for name, cell in cells.items() if cell is not None}

    def _fill(self, name: str, codes: Numbers, values: list[Any], usual: Mask) -> None:
        self.columns[name] = Coded(values, np.where(usual, codes, -1))

    def _put(self, at: int, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            if name not in self.columns:
                self.columns[name] = Coded([], np.full(self._n, -1))
            self.columns[name].put(at, value)

    def _put_texts(
        self,
        name: str,
        at: Places,
        texts: list[str],
        codes: Numbers,
        plain: Callable[[list[str]], list[Any]],
        take: Callable[[str, dict[str, Any]], None] | None = None,
    ) -> None:
        """Put what ``plain`` says of texts into a column; of those it says None of, what ``take`` finds."""
        values = plain(texts)
        self.columns[name] = Coded(values, np.full(self._n, -1))
        self.columns[name].codes[at] = codes
        if take is not None:
            further: dict[int, dict[str, Any]] = {code: {} for code, value in enumerate(values) if value is None}
            for code, fields in further.items():
                take(texts[code], fields)
            odd = np.flatnonzero(np.isin(codes, list(further)))
            for one, code in zip(at[odd].tolist(), codes[odd].tolist(), strict=True):
                self.columns[name].codes[one] = -1
                self._put(one, further[code])


class _Parts:
    """Where the parts of references begin and end, each on a line of a text.

    ``usual`` are those in which one author or none, the year and the source come first, as far as can be told
    without a look at what the parts hold.
    """

    def __init__(self, text: str) -> None:
        self._signs = signs = bytes_of(text)
        self.begins, self._ends = begins, ends = spans_of_lines(signs)
        commas = where(signs, b", ")
        self._body_ends = self._without_dois(commas)
        self._first = np.searchsorted(commas, begins)
        self._behind = np.searchsorted(commas, self._body_ends)
        self._commas = np.append(commas, np.zeros(_MOST_TAILS + 3, dtype=np.intp))
        self.has_doi = self._body_ends < ends
        self.doi = (self._body_ends + len(", DOI "), ends)
        self.author = (begins, self.comma(0))
        alone, second = _years(signs, *self.author), _years(signs, self.comma(0) + 2, self.comma(1))
        self.has_author = alone == 0
        self.years = np.where(self.has_author, second, alone)
        self._of_year = self.has_author.astype(np.intp)  # number of the comma behind which the source stands
        self.source = (self.comma(self._of_year) + 2, self.comma(self._of_year + 1))
        self.n_tails = self._behind - self._first - self._of_year - 1
        self.usual = (self.years > 0) & (self.n_tails >= 0) & (self.n_tails <= _MOST_TAILS)
        self.usual &= ends - begins <= _LONGEST
        self.usual &= self._are_sources(*self.source) & ~self._bracketed()
        self.usual[np.searchsorted(begins, where(signs, b"DOI ", begins))] = False

    def comma(self, number: int | Numbers) -> Places:
        """Return the place of a comma of each reference, or where the reference ends but for its DOI."""
        at = self._first + number
        return np.where(at < self._behind, self._commas[at], self._body_ends)

    def tail(self, number: int) -> Part:
        """Return begin and end of a part behind the source, of those that have it."""
        return self.comma(self._of_year + 1 + number) + 2, self.comma(self._of_year + 2 + number)

    def distinct(self, chosen: Mask, part: Part) -> tuple[Places, list[str], Numbers]:
        """Return which references were chosen, the distinct texts of a part of them, and which of these each has."""
        at = np.flatnonzero(chosen)
        begins, ends = part[0][at], part[1][at]
        first, codes = numbered(self._signs, begins, ends)
        return at, self._texts(begins[first], ends[first]), codes

    def all(self, chosen: Mask, part: Part) -> tuple[Places, list[str], Numbers]:
        """Return the same of a part that seldom comes again, each text a distinct one."""
        at = np.flatnonzero(chosen)
        return at, self._texts(part[0][at], part[1][at]), np.arange(len(at))

    def _texts(self, begins: Places, ends: Places) -> list[str]:
        lines = lines_of(self._signs, begins, ends).tobytes()
        return lines.decode("utf-8", "surrogatepass").split("\n")[:-1]

    def lines_with(self, word: bytes) -> Mask:
        """Whether a word stands in each reference."""
        found = np.zeros(len(self._ends), dtype=bool)
        found[np.searchsorted(self._ends, where(self._signs, word))] = True
        return found

    def _without_dois(self, commas: Places) -> Places:
        at = where(self._signs, b" DOI ", commas + 1) - 1
        lines = np.searchsorted(self._ends, at)
        first = np.diff(lines, prepend=-1) > 0
        ends = self._ends.copy()
        ends[lines[first]] = at[first]
        return ends

    def _are_sources(self, begins: Places, ends: Places) -> Mask:
        """Whether what stands behind the year is a source: neither nothing nor a volume, a page or a number."""
        signs = self._signs
        first, second = signs[begins], signs[begins + 1]
        numbered = np.isin(first, np.frombuffer(b"VPp", dtype=np.uint8)) & (is_digit(second) | (second == ord("[")))
        found: Mask = (begins < ends) & _PRINTED[first] & _PRINTED[signs[ends - 1]] & ~numbered
        for word in (b"ARTN ", b"Patent"):
            found &= ~np.isin(begins, where(signs, word, begins))
        return found

    def _bracketed(self) -> Mask:
        """Whether a bracket stands before the DOI, but for an author [Anonymous]."""
        brackets = np.flatnonzero((self._signs == ord("[")) | (self._signs == ord("]")))
        lines = np.searchsorted(self._ends, brackets)
        anonymous = np.isin(self.begins, where(self._signs, _NOBODY, self.begins))
        own = anonymous[lines] & (brackets - self.begins[lines] < len(_NOBODY))
        found = np.zeros(len(self._ends), dtype=bool)
        found[lines[(brackets < self._body_ends[lines]) & ~own]] = True
        return found


class _Tails:
    """Parts behind the source: for volume and page which of ``values`` each reference has, and which are ``odd``."""

    def __init__(self, parts: _Parts) -> None:
        self._n = len(parts.usual)
        numbers = range(_MOST_TAILS)
        known = np.concatenate([parts.usual & (parts.n_tails > number) for number in numbers])
        begins, ends = map(np.concatenate, zip(*map(parts.tail, numbers), strict=True))
        at, texts, codes = parts.distinct(known, (begins, ends))
        told = list(map(parse_tail, texts))
        self.values: list[Any] = [value for _, value in told]
        self.odd = np.zeros(self._n, dtype=bool)
        self.codes: dict[str, Numbers] = {}
        for name in ("volume", "first_page", None):
            chosen = np.array([field == name for field, _ in told], dtype=bool)[codes]
            self._put(name, at[chosen] % self._n, codes[chosen])

    def _put(self, name: str | None, at: Places, codes: Numbers) -> None:
        if name is None:
            self.odd[at] = True
            return
        self.codes[name] = np.full(self._n, -1)
        self.codes[name][at] = codes
        self.odd |= np.bincount(at, minlength=self._n) > 1


def _years(signs: Signs, begins: Places, ends: Places) -> Numbers:
    """Year that stands in each place: four digits from 1000 to 2099 and nothing else; 0 for none."""
    years = numbers_of_four(signs, begins)
    return np.where((ends - begins == 4) & (years >= 1000) & (years <= _LAST_YEAR), years, 0)
