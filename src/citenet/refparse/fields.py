"""Labelled spans of one reference put together to fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from citenet._support.patterns import regex
from citenet.refparse.borders import mend_borders
from citenet.refparse.clean import mend_hyphens
from citenet.refparse.exact import identifiers, page_range, year_of
from citenet.refparse.law import cited_law
from citenet.refparse.mend import mend
from citenet.refparse.relabel import EDITOR_MARK, relabel
from citenet.refparse.spans import Span
from citenet.refparse.trim import trim
from citenet.refparse.years import ANY_YEAR

__all__ = ["Parsed", "assemble", "people_spans"]

_WORDS = regex(r"\w")
_EDGES = " ,;:.–—-·•*|/\"“”„«»‟'‘’`´‹›「」『』《》"
_NUMBER_EDGES = _EDGES + "()[]"
_CLOSING = {")": "(", "]": "["}
_IN = regex(
    r"^(?:(?:in|In|IN|en|dans|em|Em(?=:))\b[\s:]+|in(?=[A-Z][a-z]))?(?:(?:[Dd]ers|[Dd]ies)\.?(?:\s?\([^()]{2,9}\))?\s?[:,]\s*)?(?=\S)"
)
_NUMBER_WORD = regex(
    r"^(?:vols?|volume|band|bd|jg|jahrgang|tom[eo]?|no|nr|núm|n[º°]|number|issue|heft|h)\b[.\s]*", re.IGNORECASE
)
_EDITION = regex(
    r"\b(\d{1,2}(?:st|nd|rd|th|\.|ª|ème|e|a)?\s?(?:(?:rev|überarb|erw|vollst|aktual)\w*\.?,?\s*(?:und|u\.|and)?\s*)*"
    r"(?:edn|ed\b(?!s)|edition|aufl|auflage|edición|edição|édition|ediz)\.?|(?:first|second|third|fourth|fifth|sixth|"
    r"revised|neuausgabe)\s+(?:edn|ed|edition)\b\.?)",
    re.IGNORECASE,
)
_EDITION_PARTS = (" ed", "ufl", "dition", "dição", "dición")
_AND = regex(r"[\s.,;]*(?:and|und|&|et|y|e|en|og|och|u\.|/)?[\s.,;]*", re.IGNORECASE)
_VANCOUVER = regex(
    rf"(?<![\d–-])(?P<year>{ANY_YEAR})(?:[ ,]+[A-Z][a-z]{{2}}[a-z.]*(?:[ -]\d{{1,2}})?)?\s?;"
    r"\s?(?P<volume>[A-Za-z]?\d+)\s?(?:\((?P<issue>[^()]{1,20})\))?\s?:"
    r"\s?(?P<pages>[A-Za-z]{0,4}\d(?:[\w.]*\w)?(?:\s?[-–—‐‑‒−]{1,2}\s?[A-Za-z]{0,2}\d\w*)?)(?=[\s.;,\])]|$)"
)
_ASIDE = regex(r"[^()\[\]]{0,20}[)\]]")
_ASIDE_BEGINS = regex(r"[(\[][^()\[\]]{1,60}\Z")
_YEAR_LAST = regex(r"(?<![\d–-])(?<!\bto )(?<!\bby )((?:1[89]\d|20[012])\d)\W{0,2}\Z")
_OF_AUTHOR = frozenset({"Author", "Authors", "The Author", "Autor", "Verfasser"})  # "Geneva: Author."
_DATED = regex(r"\([A-Z][a-z]{2,8}\.? \d{1,2}, (\d{4})\)")
_UNSURE = 0.5
_FROM_TITLE = 0.4  # certainty of a year that only ends the title
_COMPARED = ("title", "authors", "year", "container", "volume", "pages")  # what a work is told by
# Fields whose neighbouring spans are one, if only marks stand between them.
_JOINED = frozenset({"title", "container", "author", "editor", "publisher"})
_CITED = ("title", "container", "volume", "issue", "pages", "publisher")
_NUMBERS = frozenset({"volume", "issue", "pages"})
_SPANS = frozenset({*_CITED, "collection", "location"})
_PEOPLE = frozenset({"author", "editor"})
_CITED_LAW = frozenset({"title", "container", "volume", "year"})


@dataclass(slots=True)
class Parsed:
    """Fields of one reference, and how certain each is (0 to 1)."""

    fields: dict[str, str | int | None] = field(default_factory=dict)
    certainty: dict[str, float] = field(default_factory=dict)
    slips: list[str] = field(default_factory=list)

    def unsure(self) -> list[str]:
        """Fields of the work that are as likely wrong as right."""
        return [name for name in _COMPARED if self.certainty.get(name, 1.0) < _UNSURE]


def people_spans(text: str, found: list[Span]) -> dict[str, Span]:
    """Where authors and editors stand: the first run of each.

    People whom ``(eds.)`` or ``(Hg.)`` follows are editors, also those that only "and" parts from editors.
    """
    first = _first(text, found, _PEOPLE)
    author, editor = first.get("author"), first.get("editor")
    if author and editor and author.end <= editor.start and _AND.fullmatch(text, author.end, editor.start):
        lowest = min(author.certainty, editor.certainty)
        editor = author._replace(field="editor", end=editor.end, last=editor.last, certainty=lowest)
        author = None
    elif author and not editor and EDITOR_MARK.match(text, author.end):
        author, editor = None, author
    return {name: span for name, span in (("author", author), ("editor", editor)) if span}


def assemble(text: str, found: list[Span]) -> Parsed:
    """Fields of one reference but for people and type."""
    parsed = Parsed()
    values, certainty = parsed.fields, parsed.certainty
    if law := cited_law(text):
        values.update(law)
        certainty.update(dict.fromkeys(_CITED_LAW & law.keys(), 1.0))
        if "first_page" in law:
            certainty["pages"] = 1.0
        values["doi"], values["ids"], values["url"] = identifiers(text)
        return parsed
    relabel(text, found)
    first = _first(text, found, _SPANS)
    place, series = first.pop("location", None), first.pop("collection", None)
    if "container" not in first and series:
        first["container"] = series  # a report stands in its series
    mend_borders(text, first, found)
    mend(text, first, found)
    place = place or first.pop("location", None)
    trim(text, first)
    _take_spans(parsed, text, first)
    years = _take_year(parsed, text, found)
    if ";" in text:
        _take_vancouver(parsed, text)
    if "pages" in values:
        _take_pages(parsed)
    if len(text) < 600:
        _note_years(parsed, text, years)
    if place:
        values["place"] = _text(text[place.start : place.end], text, place.end)
    values["edition"] = _edition(text)
    values["doi"], values["ids"], values["url"] = identifiers(text)
    return parsed


def _take_spans(parsed: Parsed, text: str, first: dict[str, Span]) -> None:
    """Fields of the work and what holds it, as their spans have them."""
    for name in _CITED:
        if name not in first:
            continue
        span = first[name]
        value = text[span.start : span.end]
        trimmed = _number(value) if name in _NUMBERS else _text(value, text, span.end)
        if trimmed and name == "container":
            trimmed = _IN.sub("", trimmed)
        if trimmed and not (name == "publisher" and trimmed in _OF_AUTHOR):
            parsed.fields[name], parsed.certainty[name] = trimmed, span.certainty


def _note_years(parsed: Parsed, text: str, years: list[int]) -> None:
    """Say that a reference prints several years."""
    printed = set(years)
    if isinstance(year := parsed.fields.get("year"), int):
        printed.add(year)
    if "(" in text and (dated := _DATED.search(text)):
        printed.add(int(dated[1]))
    if len(printed) > 1:
        parsed.slips.append(f"the years {' and '.join(sorted(map(str, printed)))} are printed")


def _take_year(parsed: Parsed, text: str, found: list[Span]) -> list[int]:
    """Year of the first date; returns the distinct years of all dates that stand apart."""
    years: list[int] = []
    end = -99
    for span in found:
        if span.field != "date" or (year := year_of(text[span.start : span.end])) is None:
            continue
        if not years:
            parsed.fields["year"], parsed.certainty["year"] = year, span.certainty
        if span.start - end > 12 and year not in years:
            years.append(year)
        end = span.end
    title = parsed.fields.get("title")
    if not years and isinstance(title, str) and (found_last := _YEAR_LAST.search(title)):
        parsed.fields["year"], parsed.certainty["year"] = int(found_last[1]), _FROM_TITLE  # … Act 2012
    return years


def _take_vancouver(parsed: Parsed, text: str) -> None:
    """``2019;29(6):1073–81`` needs no model."""
    runs = list(_VANCOUVER.finditer(text))
    # A comment on, or a reprint of, another work: its run stands in brackets, or before the journal's.
    if len(runs) > 1:
        bare = [run for run in runs if text.count("(", 0, run.start()) == text.count(")", 0, run.start())]
        bare = [run for run in bare if text.count("[", 0, run.start()) == text.count("]", 0, run.start())]
        runs = bare[-1:] or runs[-1:]
    elif runs and _ASIDE.match(text, runs[0].end()) and _ASIDE_BEGINS.search(text, 0, runs[0].start()):
        runs = []
    tail = runs[0] if runs else None
    if tail is None:
        return
    for name in ("volume", "issue", "pages"):
        if tail[name]:
            parsed.fields[name], parsed.certainty[name] = tail[name].strip(), 1.0
    parsed.fields["year"], parsed.certainty["year"] = int(tail["year"]), 1.0


def _edition(text: str) -> str | None:
    found = _EDITION.search(text) if any(map(text.__contains__, _EDITION_PARTS)) else None
    return found[1].strip() if found else None


def _first(text: str, found: list[Span], names: frozenset[str]) -> dict[str, Span]:
    """First span of each of the fields, with those that follow it directly."""
    first: dict[str, Span] = {}
    closed: set[str] = set()
    for span in found:
        name = span.field
        if name not in names or name in closed:
            continue
        held = first.get(name)
        if held is None:
            first[name] = span
            if name not in _JOINED:
                closed.add(name)
        elif span.start - held.end <= 4 and not _WORDS.search(text, held.end, span.start):
            lowest = min(held.certainty, span.certainty)
            first[name] = held._replace(end=span.end, last=span.last, certainty=lowest)
        else:
            closed.add(name)
    return first


def _text(value: str, text: str, end: int) -> str | None:
    """Return a run of words without marks at its ends; brackets that it opens are closed where the string does."""
    value = mend_hyphens(value.strip(_EDGES))
    following = text[end : end + 1]
    if following in _CLOSING and value.count(_CLOSING[following]) > value.count(following) or following in ("?", "!"):
        value += following
    if value[:1] in "([" and (value[-1:] in ")]" or not (")" in value or "]" in value)):
        value = value.strip("()[] ")
    return value or None


def _number(value: str) -> str | None:
    value = value.strip(_NUMBER_EDGES)
    return value if value.isdecimal() else _NUMBER_WORD.sub("", value).strip(_NUMBER_EDGES) or None


def _take_pages(parsed: Parsed) -> None:
    """First and last page from the span of pages; a range that runs backwards is kept as printed and noted."""
    first, last = page_range(str(parsed.fields.pop("pages")))
    parsed.fields["first_page"], parsed.fields["last_page"] = first, last
    if first and last and first.isdigit() and last.isdigit() and int(last) < int(first):
        parsed.slips.append(f"page range {first}–{last} runs backwards")
