"""Where the parts of cited references of the Web of Science begin and end: author, year, source, two more and DOI.

All are one text. The places of its commas say where the parts of each reference begin; of which shape a reference is
can be told without a look at what most of its parts hold.
"""

from __future__ import annotations

import numpy as np

from citenet.io._signs import Mask, Numbers, Places, Signs, are_at, is_digit, is_letter, numbers_of_four, where
from citenet.io._spans import Parted, Spans

__all__ = ["LAST_YEAR", "MOST_TAILS", "Parts"]

LAST_YEAR = 2099
MOST_TAILS = 2  # parts behind the source: volume and page
_LONGEST = 1000  # bytes: what is longer is gone through by itself
_SHORTEST = 5  # signs of a source that, where it ends with two letters, cannot be the initials of an author
_PRINTED = np.array([32 < code < 127 and code != ord("?") for code in range(256)])  # "?" may stand for a blank


class Parts:
    """Parts of references by what they are.

    Parameters
    ----------
    signs : array of uint8
        The references, a line end behind each, and a margin.

    Attributes
    ----------
    lines : Spans
        The references.
    usual : array of bool, shape (n,)
        References in which one author or none, the year or none and the source or none come first, as far as can be
        told without a look at the tails, the parts behind them.
    years : array of int, shape (n,)
        Year, 0 for none.
    has_author, has_source, has_doi : array of bool, shape (n,)
        Whether there is such a part.
    author, source, doi : Spans
        These parts; where there is none, anything.
    n_tails : array of int, shape (n,)
        How many parts stand behind the source.
    """

    def __init__(self, signs: Signs) -> None:
        self._signs = signs
        self._parted, brackets = _parted(signs)
        self.lines = lines = Spans(signs, self._parted.begins, self._parted.ends)
        self.has_doi = _cut_dois_off(self._parted, signs)
        self.doi = Spans(signs, self._parted.ends + len(", DOI "), lines.ends)
        self.author = Spans(signs, lines.begins, self._parted.at(0))
        alone, second = _years(self.author), _years(self._part(1))
        self.has_author = alone == 0
        self.years = np.where(self.has_author, second, alone)
        n_before = self.has_author + (self.years > 0).astype(np.int64)  # parts before the source
        self.source = self._part(n_before)
        n_behind = self._parted.counts - n_before
        self.has_source = (n_behind > 0) | (self.years == 0) | ~_are_pages(self.source)
        self._first_tail = n_before + self.has_source
        self.n_tails = n_behind + ~self.has_source
        self.usual = (n_behind >= 0) & (self.n_tails <= MOST_TAILS) & (lines.ends - lines.begins <= _LONGEST)
        self.usual &= ~self.has_source | _are_sources(self.source)
        self.usual &= (self.years > 0) | self._are_plain_without_year()
        self.usual &= ~(self._bracketed(brackets) | are_at(signs, lines.begins, b"DOI "))

    def tail(self, number: int) -> Spans:
        """Return a part behind the source, of those that have it."""
        return self._part(self._first_tail + number)

    def told_of_doi(self) -> Mask:
        """Whether "DOI" stands somewhere in each reference."""
        return self.lines.holding(where(self._signs, b"DOI "))

    def _part(self, number: int | Numbers) -> Spans:
        """Return a part of each reference by its number, which is above 0."""
        return Spans(self._signs, self._parted.at(number - 1) + 2, self._parted.at(number))

    def _are_plain_without_year(self) -> Mask:
        """Whether the first part is an author and the next the source, as neither looks like anything else."""
        source, signs = self.source, self._signs
        found: Mask = ~_are_numbers(self.author) & ~_are_numbers(source) & (source.ends - source.begins >= _SHORTEST)
        return found & is_letter(signs[source.ends - 2]) & is_letter(signs[source.ends - 1])

    def _bracketed(self, brackets: Places) -> Mask:
        """Whether a closing bracket stands between the first comma and the DOI, so that it may hold commas."""
        at = np.searchsorted(self.lines.ends, brackets)
        found = np.zeros(len(self.lines), dtype=bool)
        found[at[(brackets > self.author.ends[at]) & (brackets < self._parted.ends[at])]] = True
        return found


def _parted(signs: Signs) -> tuple[Parted, Places]:
    """Lines parted by commas with a blank behind; and where closing brackets stand."""
    places = np.flatnonzero((signs == ord(",")) | (signs == ord("\n")) | (signs == ord("]")))
    stands = signs[places]
    are_ends = stands == ord("\n")
    kept = are_ends | ((stands == ord(",")) & (signs[places + 1] == ord(" ")))
    return Parted(places[kept], are_ends[kept]), places[stands == ord("]")]


def _cut_dois_off(parted: Parted, signs: Signs) -> Mask:
    """Let each line end where its DOI begins, and tell whether it has one."""
    begun = np.flatnonzero(signs[parted.places + 2] == ord("D"))
    begun = begun[(signs[parted.places[begun]] == ord(",")) & are_at(signs, parted.places[begun] + 2, b"DOI ")]
    lines = np.searchsorted(parted.behind, begun)
    parted.behind[lines[::-1]] = begun[::-1]  # the first of each line is set last
    found = np.zeros(len(parted.behind), dtype=bool)
    found[lines] = True
    return found


def _years(parts: Spans) -> Numbers:
    """Year that each part is: four digits from 1000 to 2099 and nothing else; 0 for none."""
    years = numbers_of_four(parts.signs, parts.begins)
    return np.where((parts.ends - parts.begins == 4) & (years >= 1000) & (years <= LAST_YEAR), years, 0)


def _are_sources(parts: Spans) -> Mask:
    """Whether parts behind the year are sources: neither nothing nor a volume, a page, a number or a patent."""
    signs, begins, ends = parts.signs, parts.begins, parts.ends
    found: Mask = (begins < ends) & _PRINTED[signs[begins]] & _PRINTED[signs[ends - 1]] & ~_are_numbered(parts)
    return found & ~(are_at(signs, begins, b"ARTN") | are_at(signs, begins, b"Pate"))


def _are_pages(parts: Spans) -> Mask:
    found: Mask = (parts.first() == ord("P")) & is_digit(parts.signs[parts.begins + 1])
    return found


def _are_numbered(parts: Spans) -> Mask:
    """Whether each part begins as a volume or a page does."""
    first, second = parts.first(), parts.signs[parts.begins + 1]
    is_sign = (first == ord("V")) | (first == ord("P")) | (first == ord("p"))
    found: Mask = is_sign & (is_digit(second) | (second == ord("[")))
    return found


def _are_numbers(parts: Spans) -> Mask:
    """Whether each part may be a year, a volume or a page, or is nothing."""
    first = parts.first()
    found: Mask = is_digit(first) | (first == ord("(")) | (parts.begins >= parts.ends) | _are_numbered(parts)
    return found
