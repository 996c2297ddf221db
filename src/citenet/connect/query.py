"""What is fetched: which works, from whom, in which direction, how far, and at most how much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

import pandas as pd

from citenet._support.choices import check_choice, check_count
from citenet.connect.provider import KINDS
from citenet.connect.providers import PROVIDERS
from citenet.corpus import Corpus
from citenet.errors import InputError
from citenet.identifiers import normalise_id
from citenet.io._values import find_id

__all__ = ["Direction", "FetchQuery", "as_query"]

# What parts identifiers; a DOI may hold commas, and a label stands apart from its number.
_BETWEEN = re.compile(
    r"(?<!doi)(?<!pmid)(?<![:\s,;])(?:\s*[,;|]?\s+(?=https?://|[a-z]\w+:|(?:doi|pmid|pmcid)\b|10\.\d{4,9}/|PMC\d|W\d)"
    r"|[,;|]+(?=https?://|doi:|10\.\d{4,9}/))",
    re.IGNORECASE,
)
_ARXIV = re.compile(
    r"(?:arxiv:\s*|https?://arxiv\.org/(?:abs|pdf)/)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?",
    re.I,
)
_LABEL = re.compile(r"(?:dois?|pmids?|pmcids?|openalex|arxiv)(?:\s*:\s*|\s+)", re.IGNORECASE)

Direction = Literal["references", "citing", "both"]


@dataclass(frozen=True)
class FetchQuery:
    """A question to scholarly services; it holds no key and can be written down.

    Parameters
    ----------
    works : iterable of str
        DOIs, PMIDs (``"pmid:27502770"``), PMCIDs, OpenAlex ids and arXiv ids (``"arXiv:2101.00001"``, taken by their
        DOIs), also as addresses.
    search : str
        Works found by these words, in the syntax of each source that can search, are taken as well.
    years : (first, last)
        Years of publication of what a search may find; None is open.
    types : tuple of str
        Kinds of what a search may find: "article", "book", "book-chapter", "dissertation", "preprint", "report",
        "review"; empty is all.
    sources : tuple of str
        Who is asked; where they differ on a field, the first one that knows it is followed.
    direction : {"references", "citing", "both"}
        What the works cite, what cites them, or both.
    hops : {1, 2}
        2 asks the same of the works that the first step found.
    max_works : int
        Works of the second step that are asked about, those that most works of the first name first.
    max_citing : int
        Works citing each work.
    max_found : int
        Works that the search takes from each source.

    Examples
    --------
    >>> FetchQuery(["https://doi.org/10.1093/INTQHC/mzae077"], sources=("crossref",)).works
    ('doi:10.1093/intqhc/mzae077',)
    """

    works: Iterable[str] = ()
    search: str = ""
    years: tuple[int | None, int | None] = (None, None)
    types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ("openalex", "crossref")
    direction: Direction = "references"
    hops: int = 1
    max_works: int = 2_000
    max_citing: int = 1_000
    max_found: int = 1_000

    def __post_init__(self) -> None:
        works = [self.works] if isinstance(self.works, str) else list(self.works)
        sources = tuple(self.sources)
        if isinstance(self.sources, str):  # as on the command line
            sources = tuple(name.strip() for name in self.sources.split(",") if name.strip())
        if not isinstance(self.search, str):
            raise InputError(f"search={self.search!r} must be words")
        types = (self.types,) if isinstance(self.types, str) else tuple(self.types)
        if not sources:
            raise InputError(f"name at least one source: {', '.join(PROVIDERS)}")
        for source in sources:
            check_choice("sources", source, PROVIDERS)
        for kind in types:
            check_choice("types", kind, KINDS)
        check_choice("direction", self.direction, get_args(Direction))
        check_count("hops", self.hops, 1)
        if self.hops > 2:
            raise InputError(f"hops={self.hops}: two steps are the most; the third would reach most of what is indexed")
        for name in ("max_works", "max_citing", "max_found"):
            check_count(name, getattr(self, name), 1)
        set_field = object.__setattr__
        set_field(self, "works", tuple(dict.fromkeys(term for text in works for term in _terms(text))))
        set_field(self, "sources", tuple(dict.fromkeys(sources)))
        set_field(self, "types", types)
        set_field(self, "search", self.search.strip())
        set_field(self, "years", _years(self.years))
        self._check_search()
        if self.direction != "references" and not any("citing" in PROVIDERS[source].schemes for source in self.sources):
            able = ", ".join(name for name, provider in PROVIDERS.items() if "citing" in provider.schemes)
            raise InputError(f"none of the sources {', '.join(self.sources)} knows what cites a work; {able} do")

    def corpus(self) -> Corpus:
        """Return the works as a corpus of which nothing but the identifiers is known."""
        works = list(self.works)
        dois = [term.removeprefix("doi:") if term.startswith("doi:") else None for term in works]
        ids = [None if term.startswith("doi:") else term for term in works]
        return Corpus(pd.DataFrame({"work_id": works, "doi": dois, "ids": ids}))

    def _check_search(self) -> None:
        if not self.search:
            return
        able = [source for source in self.sources if "search" in PROVIDERS[source].schemes]
        if not able:
            searching = ", ".join(name for name, provider in PROVIDERS.items() if "search" in provider.schemes)
            raise InputError(f"none of the sources {', '.join(self.sources)} can search; {searching} can")
        for source in able:
            if lacking := [kind for kind in self.types if kind not in PROVIDERS[source].kinds]:
                known = ", ".join(PROVIDERS[source].kinds)
                raise InputError(f"{source} cannot search for type {lacking[0]!r}; it knows {known}")

    def record(self) -> dict[str, Any]:
        """Return the question as plain values, for the lock of what was fetched."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _terms(text: object) -> list[str]:
    """Return the identifiers of works in their normal form: of one work, or of several in a row."""
    if not isinstance(text, str):
        raise InputError(
            f"{text!r} is no identifier of a work; give texts, as a DOI or 'pmid:…', and leave out what is missing "
            "(dropna() of a column)"
        )
    return [_term(part) for part in _BETWEEN.split(text.strip())]


def _term(given: str) -> str:
    scheme, _, value = given.partition(":")
    found = find_id(given) or (normalise_id(scheme.lower(), value) if scheme.lower() in ("omid", "s2") else None)
    if found is None and (preprint := _ARXIV.fullmatch(given)):
        found = f"doi:10.48550/arxiv.{preprint.group(1).lower()}"  # the DOI that arXiv gives each of its works
    if re.search(r"\s", _LABEL.sub("", given)):  # more stands there than is understood
        found = None
    if found is None and given.isdecimal():
        raise InputError(f"{given!r} may be anything; write a PMID as 'pmid:{given}'")
    if found is None:
        raise InputError(
            f"{given[:80]!r} is no identifier of a work; give a DOI, 'pmid:…', 'PMC…' or an OpenAlex id W…"
        )
    return found


def _years(years: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    try:
        first, last = years
        first, last = (None if year is None else check_count("years", year, 1000) for year in (first, last))
    except (TypeError, ValueError) as error:
        raise InputError(f"years={years!r} must be (first, last); None is open") from error
    if first and last and last < first:
        raise InputError(f"years={years!r} must be in order")
    return first, last


def as_query(options: Mapping[str, Any]) -> FetchQuery:
    """Query of these options; an unknown one is told apart from those there are.

    Raises
    ------
    InputError
        If an option is no field of `FetchQuery`, or its value is none.
    """
    names = [field.name for field in fields(FetchQuery)]
    for name in options:
        check_choice("option", name, names)
    return FetchQuery(**{name: value for name, value in options.items() if value is not None})
