"""Many cited references of the Web of Science taken apart at once: what `parse_cited` says of each, as columns.

What a part holds is asked once of each text that stands there. The few references of another shape than the usual
are parsed one by one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from citenet.io._cited import parse_cited
from citenet.io._cited_dois import plain_dois, take_dois
from citenet.io._cited_parts import LAST_YEAR, MOST_TAILS, Parts
from citenet.io._cited_persons import parse_authors
from citenet.io._cited_sources import KINDS, parse_sources
from citenet.io._cited_tails import parse_tails
from citenet.io._coded import Coded
from citenet.io._signs import Mask, Numbers, Places, Signs, bytes_of_lines
from citenet.io._spans import Spans

__all__ = ["CitedColumns"]

_HALF = (0xED, 0xA0)  # with which, and from which on, half of a surrogate pair is written

Codes = npt.NDArray[np.int32]


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
    sound : bool
        Whether all can be written as UTF-8: none holds half a surrogate pair.
    doubted : list of int
        Which references are faulty: neither author nor year nor kind nor DOI is known, or what is called a DOI is none.

    Examples
    --------
    >>> cited = CitedColumns(["BATE P, 2006, QUAL SAF HEALTH CARE, V15, P307", "[Anonymous], HDB"])
    >>> cited.fields(0)["container"], cited.fields(1), cited.doubted
    ('QUAL SAF HEALTH CARE', {'container': 'HDB'}, [1])
    """

    def __init__(self, raws: list[str]) -> None:
        self.columns: dict[str, Coded] = {}
        self._n = len(raws)
        parts = Parts(bytes_of_lines(raws))
        if len(parts.lines) > self._n:
            raws = [raw.replace("\n", " ") for raw in raws]
            parts = Parts(bytes_of_lines(raws))
        self.sound = _is_encodable(parts.lines.signs)
        usual = self._put_tails(parts)
        dated = np.flatnonzero(usual & (parts.years > 0))
        self._put("year", dated, [*range(LAST_YEAR + 1)], parts.years[dated])
        self._put_authors(parts.author, np.flatnonzero(usual & parts.has_author))
        self._put_sources(parts.source, np.flatnonzero(usual & parts.has_source))
        self._put_dois(parts.doi, np.flatnonzero(usual & parts.has_doi))
        for one in np.flatnonzero(~usual).tolist():
            self._put_fields(one, parse_cited(raws[one]))
        known = self._has("year") | self._has("authors") | self._has("type")
        faulty = ~self._has("doi") & (~known | parts.told_of_doi())
        self.doubted: list[int] = np.flatnonzero(faulty).tolist()

    def fields(self, at: int) -> dict[str, Any]:
        """Return what is known of one reference."""
        cells = {name: column.cell(at) for name, column in self.columns.items()}
        return {name: cell for name, cell in cells.items() if cell is not None}

    def _has(self, name: str) -> Mask:
        """Whether each reference has a field."""
        found: Mask = self.columns[name].codes >= 0
        return found

    def _put(self, name: str, at: Places, values: list[Any], codes: npt.NDArray[np.integer[Any]]) -> None:
        """Put into a column which of the values some references have."""
        column = np.full(self._n, -1, dtype=np.int32)
        column[at] = codes
        self.columns[name] = Coded(values, column)

    def _put_fields(self, at: int, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            if name not in self.columns:
                self._put(name, np.empty(0, dtype=np.intp), [], np.empty(0, dtype=np.intp))
            self.columns[name].put(at, value)

    def _put_tails(self, parts: Parts) -> Mask:
        """Put volumes and first pages into their columns, and tell which references have no other tails."""
        numbers = range(MOST_TAILS)
        having = [np.flatnonzero(parts.usual & (parts.n_tails > number)) for number in numbers]
        at = np.concatenate(having)
        spans = Spans.joined([parts.tail(number)[chosen] for number, chosen in zip(numbers, having, strict=True)])
        distinct, codes = spans.distinct()
        values, is_volume, is_page = parse_tails(distinct)
        usual: Mask = parts.usual.copy()
        usual[at[~(is_volume | is_page)[codes]]] = False
        for name, is_such in (("volume", is_volume), ("first_page", is_page)):
            chosen = is_such[codes]
            such = at[chosen]
            usual &= np.bincount(such, minlength=self._n) < 2
            self._put(name, such, values, codes[chosen])
        for column in self.columns.values():
            column.codes[~usual] = -1
        return usual

    def _put_authors(self, authors: Spans, at: Places) -> None:
        distinct, codes = authors[at].distinct()
        values, nobodies = parse_authors(distinct)
        self._put("authors", at, values, _without(codes, nobodies, len(values)))

    def _put_sources(self, sources: Spans, at: Places) -> None:
        distinct, codes = sources[at].distinct()
        values, nothing, kinds = parse_sources(distinct)
        self._put("container", at, values, _without(codes, nothing, len(values)))
        has_kind = kinds[codes] >= 0
        self._put("type", at[has_kind], [*KINDS], kinds[codes[has_kind]])

    def _put_dois(self, dois: Spans, at: Places) -> None:
        values, odd = plain_dois(dois[at])
        self._put("doi", at, values, _without(np.arange(len(at)), odd, len(at)))
        for one, text in zip(at[odd].tolist(), dois[at[odd]].texts(), strict=True):
            fields: dict[str, Any] = {}
            take_dois(text, fields)
            self._put_fields(one, fields)


def _without(codes: Numbers, nothing: list[int], n_values: int) -> Numbers:
    """Return codes with -1 in place of those of values that are None."""
    if not nothing:
        return codes
    kept = np.arange(n_values)
    kept[nothing] = -1
    return kept[codes]


def _is_encodable(signs: Signs) -> bool:
    """Whether a text that was made bytes whatever it held can be made bytes by the book."""
    begins = np.flatnonzero(signs[:-1] == _HALF[0])
    return not bool((signs[begins + 1] >= _HALF[1]).any())
