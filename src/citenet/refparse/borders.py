"""Where the people end and the title or the journal begins, and which year begins a title."""

from __future__ import annotations

from citenet._support.patterns import regex
from citenet.refparse.persons import is_given, is_place
from citenet.refparse.spans import Span
from citenet.refparse.tokens import tokenize
from citenet.refparse.years import ANY_YEAR

__all__ = ["mend_borders"]

# A year that begins a title: 2020 guideline for …; 1989: The year …; 2019年…
_OPENS = regex(
    rf"\s?{ANY_YEAR}(?: (?=[a-z]|(?:Census|Survey|Agenda|Olympic|Elections?|Update|Guidelines?|Budget|Global)\b)"
    r"|(?=年))"
)
_OPENS_BEHIND = regex(rf"\s?{ANY_YEAR}: (?=[^\W\d_a-z])")  # where another year stands before it
_BEFORE_OPENING = regex(r"(?:[.?!:»”\"“«)]|\A)\s*\Z")
# London: Secker – but not "Paris: A Moveable Feast"
_PLACE_FIRST = regex(r"\s?([^\W\d_]+)(?: [^\W\d_]+)?: (?!(?:The|An?|Der|Die|Das|La|Le|Une?) )(?=[^\W\d_a-z])")
_JOURNAL = regex(r",\s(J)\.?\s?\Z")
_ASTRONOMY = regex(r",\s(A\s?&\s?A)\s?\Z")  # Astronomy & Astrophysics
_FAIRLY = 0.9  # certainty of what a rule finds that knows one journal
_ABBREVIATED = regex(r"\.?\s?[^\W\d_a-z][^\W\d_A-Z]{1,6}\.")
# Goffman E. Stigma
_WORD_BEHIND = regex(
    r"([^\W\d_a-zß-ÿ][\w’'-]*[a-zß-ÿ]) [A-ZÀ-Ý]{1,3}(?P<stop>\.)\s(?P<word>[^\W\d_a-zß-ÿ][\w’'-]*[a-zß-ÿ][\w’'-]*)\s?\Z"
)
# FREIRE, P. Pedagogia
_WORD_BEHIND_COMMA = regex(
    r"([^\W\d_]), (?:[A-ZÀ-Ý]\.[ -]?){0,2}[A-ZÀ-Ý](?P<stop>\.)\s(?P<word>[^\W\d_a-zß-ÿ][\w’'-]*[a-zß-ÿ][\w’'-]*)\s?\Z"
)


def mend_borders(text: str, first: dict[str, Span], found: list[Span]) -> None:
    """Change spans of people, title and journal, in place, where the string says so."""
    title, container = first.get("title"), first.get("container")
    if container is None and len(found) > 3:
        title = _title_is_year(text, first, found) or title
    if title and found[0] is title and text[: title.start] == "See" and container is None:
        title = first["title"] = title._replace(start=0)  # See No Evil: no note says where to look
    if title and text[title.start - 2 : title.start + 1] == " A ":
        title = first["title"] = _with_article(text, title, found)
    if title and (text[title.start - 1 : title.start].isdigit() or text[title.start - 2 : title.start - 1].isdigit()):
        _year_in_title(text, title, first, found)
    journal = container and "J" in text[max(0, container.start - 4) : container.start]
    if title and not journal and ":" not in text[max(0, title.start - 2) : title.start + 1]:
        return
    before = min((span.start for span in (title, container) if span), default=len(text))
    people = [i for i, span in enumerate(found) if span.field == "author" and span.end <= before]
    if not people:
        return
    last = found[people[-1]].end
    if container is None and text[last - 1] == "A" and (letters := _ASTRONOMY.search(text, 0, last)):
        _shorten(text, people[-1], letters.start(), found)
        first["container"] = Span("container", letters.start(1), letters.end(1), 0, 0, True, _FAIRLY)
        return
    if container and journal and not (title and title.start < container.start):
        _initial_of_journal(text, people[-1], container, first, found)
    _word_behind(text, people[-1], first, found)


def _year_in_title(text: str, title: Span, first: dict[str, Span], found: list[Span]) -> None:
    """Give a title the year that it begins with, where the work's year stands elsewhere."""
    dates = [span for span in found if span.field == "date"]
    year = next((span for span in dates if 0 <= title.start - span.end <= 2), None)
    if len(dates) < 2 or year is None or not _BEFORE_OPENING.search(text, 0, year.start):
        return
    if _OPENS.match(text, year.start) or (year is not dates[0] and _OPENS_BEHIND.match(text, year.start)):
        found.remove(year)
        first["title"] = title._replace(start=year.start)


def _with_article(text: str, title: Span, found: list[Span]) -> Span:
    """Give a title the A before it, which is no initial: Kim D. A procedure …."""
    start = title.start - 1
    for i, span in enumerate(found):
        if span.field == "author" and span.start < start < span.end <= title.start:
            _shorten(text, i, start - 1, found)
    return title._replace(start=start)


def _title_is_year(text: str, first: dict[str, Span], found: list[Span]) -> Span | None:
    """Take the year behind the people for the title where a place and a year follow: Orwell G. 1984. London: …."""
    author, year, place = found[:3]
    bare = text[year.end : year.end + 2] == ". " and text[year.start - 1 : year.end].strip(". ").isdigit()
    if author.field != "author" or year.field != "date" or not bare or found[-1].field != "date":
        return None
    named = _PLACE_FIRST.match(text, place.start, place.end)
    bare_place = all(span.field == "date" for span in found[3:])  # no other place or publisher is printed
    if place.field == "title" and bare_place and named and is_place(named[1]):
        first["publisher"] = place._replace(field="publisher", start=named.end())
    elif place.field != "location" or "title" in first:
        return None
    found.remove(year)
    first["title"] = year._replace(field="title")
    return first["title"]


def _initial_of_journal(text: str, place: int, container: Span, first: dict[str, Span], found: list[Span]) -> None:
    """Take the J. of a journal from the people before it: Weber K., J. Am. Chem. Soc."""
    author = found[place]
    if container.start - author.end > 2 or not _ABBREVIATED.match(text, container.start):
        return
    if letter := _JOURNAL.search(text, 0, container.start):
        _shorten(text, place, letter.start(), found)
        first["container"] = container._replace(start=letter.start(1))


def _word_behind(text: str, place: int, first: dict[str, Span], found: list[Span]) -> None:
    """Take the one word behind the last initials for the title, or for its beginning: Goffman E. Stigma."""
    author, title = found[place], first.get("title")
    mark = text[author.end : author.end + 1]
    opens = title is not None and mark == ":" and title.start - author.end <= 2
    if not opens and (title or mark != "."):
        return
    word = _WORD_BEHIND.search(text, author.start, author.end)
    if word is None and title is None:
        word = _WORD_BEHIND_COMMA.search(text, author.start, author.end)
    if word and not (title and is_given(word[1])):
        _shorten(text, place, word.start("stop"), found)
        span = title or author._replace(field="title", end=author.end)
        first["title"] = span._replace(start=word.start("word"))


def _shorten(text: str, place: int, end: int, found: list[Span]) -> None:
    """End a span of people earlier; a span that lies behind goes."""
    author = found[place]
    if end <= author.start:
        del found[place]
    else:
        found[place] = author._replace(end=end, last=author.last - len(tokenize(text[end : author.end])))
