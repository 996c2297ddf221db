"""Spans that marks in the string show to be of another field, or to end elsewhere, than the model has it."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.refparse.law import law_review
from citenet.refparse.persons import is_given, is_place
from citenet.refparse.spans import Span
from citenet.refparse.tokens import tokenize
from citenet.refparse.volumes import find_volume, mend_numbers
from citenet.refparse.years import ANY_YEAR

__all__ = ["mend"]

_ONE_WORD = regex(r"[.?!]\s+([^\W\d_a-z][\w&-]+):\s*")
_BEFORE_VOLUME = regex(
    rf"[\W_]{{0,9}}(?:{ANY_YEAR}[a-z]?(?: [A-Z][a-z]{{2,8}}\.?(?: \d{{1,2}})?)?[\W_]{{0,9}})?"
    r"(?:[Vv]ol(?:ume)?[\W_]{0,3}|[Vv]\.\s?)?"
)
_SHORT_WORD = regex(r"(?<![^\W_])[^\W\d_a-z][^\W\d_]{0,4}\Z")  # Phys, Rev: the stop behind it ends no sentence
_STOP = regex(r"[.?!]\s(?=[^\W\d_a-z])")
# Where the work that holds this one is named: "…, in: ", "…,” in ".
_INSIDE = regex(r"[.,;?!–-]\s+[Ii]n:\s+(?=\S)|[”“\"»’],?\s+[Ii]n:?\s+(?=[^\W\d_a-z])")
# … . Schriftenreihe Bad Nauheimer Gespräche, Band 20
_SERIES = regex(
    r"[.,] (?=(?:Schriftenreihe|Schriften (?:der|des|aus|zur)|Materialien (?:der|des|zur)|Beiträge (?:und|zur|aus)\b"
    r"|Arbeitspapiere?|Diskussionspapiere?|Jahrbücher|Forschungsberichte?"
    r"|(?:[A-Z][\w-]* )?(?:Working|Discussion|Occasional) Papers?)\b)"
)
_SERIES_PARTS = ("Schriften", "Materialien", "Beiträge", "papier", "Jahrbücher", "berichte", "Paper")
# … des 19. Jahrhunderts; … im Karlsbader System (1818–1848)
_NAME_GOES_ON = regex(
    r"\. Jahrhunderts?\b(?: bis [^.,;:]{1,20}(?=[.,;:]))?|(?<=[^\W\d_])"
    rf"\s?\({ANY_YEAR}\s?[–-]\s?{ANY_YEAR}\)"
)
_PLACE = regex(r"[.,] ([^\W\d_a-z][^\W\d_]{2,})(?:/[^\W\d_a-z][\w.]+)?(?:(:) (?=[^\W\d_a-z])|\Z)")
# Thomas Luckmann: Die …; Janich, Peter. Philosophische …
_PEOPLE_BEFORE = regex(
    r"\s?(?:([^\W\d_a-z][\w-]+)(?: [^\W\d_a-z]\.)? [^\W\d_a-z][\w’'-]+: "
    r"|[^\W\d_a-z][\w’'-]+, ([^\W\d_a-z][\w-]+)(?: [^\W\d_a-z]\.)?[:.] )(?=[^\W\d_a-z])"
)
_CLOSING_QUOTES = {"'": "'’", "‘": "'’", "’": "'’", "“": '”"', '"': '"”', "„": '“”"', "»": "«", "«": "»"}
_QUOTED = regex(r"[.,](['’”\"“«»])[,.]? (?=[^\W\d_a-z])")
_SENTENCE = regex(r"[”“\"’»«]?[.?!][”“\"’»]?")
# Words of what holds works: proceedings, series, journals, newspapers.
_HOLDS = regex(
    r"proceeding|proc\.|conf|congr|kongre|symposi|workshop|tagung|meeting|seminar|lecture|journal|zeitschrift|review|revue|"
    r"revista|rivista|annal|bulletin|series|serie|reihe|schrift|studi|estud|étud|paper|papier|report|bericht|thes|dissert|"
    r"diplom|manu[sk]|notes|beitr|handb|encyclop|enzykl|times|zeitung|press|news|online|internet|http|\bLNCS|ieee|"
    r"\A\W*(?:(?:(?:recent|current) )?(?:research|advances|topics|progress|trends|developments|frontiers) )?in\b|"
    r"acm|document|dokument|forum|archiv|magazin|\d",
    re.IGNORECASE,
)
_ABBREVIATED = regex(r"\s?(?:[^\W\d_a-z][^\W\d_]*\. ?){2,}(?:[^\W\d_a-z][^\W\d_]*\.?)?(?: [A-H])?")
_NAMED = frozenset({"title", "publisher", "location", "note", "collection"})
_PLACED = frozenset({"location", "publisher"})


def mend(text: str, first: dict[str, Span], found: list[Span]) -> None:
    """Change the first span of each field, in place, where the string says so."""
    if "title" in first:
        if " L" in text:
            _law_review(text, first)
        if "container" not in first or "n: " in text:
            _cut_title(text, first)
        if "container" not in first and "volume" in first:
            _cut_series(text, first)
    _end_names(text, first, found)
    if "title" in first and "container" in first:
        _give_container_its_name(text, first)
    mend_numbers(text, first)
    if "container" not in first:
        _find_container(text, first)
    if "container" not in first and (second := _title_behind_editors(found) or _named_behind_in(text, first, found)):
        first["container"] = second
    if "volume" not in first and "issue" not in first:
        _join_book_title(text, first, found)
        find_volume(text, first, found)


def _law_review(text: str, first: dict[str, Span]) -> None:
    """Read "110 Harv. L. Rev. 1303, 1310 (1997)", where the volume stands before the journal."""
    title, review = first["title"], law_review(text)
    if review is None or title.start >= review.start():
        return
    sure = title.certainty
    first["title"] = title._replace(end=min(title.end, review.start()))
    for name in ("volume", "container", "pages"):
        first[name] = Span(name, review.start(name), review.end(name), 0, 0, True, sure)
    first.pop("issue", None)


def _cut_title(text: str, first: dict[str, Span]) -> None:
    """End a title before "in:"; the container begins behind it."""
    title = first["title"]
    if text[title.start : title.end + 1].rstrip().lower().endswith(" in:"):
        title = first["title"] = title._replace(end=text.rindex(" ", title.start, title.end - 1))
    elif "container" not in first and (opened := text[title.start - 1 : title.start + 1].strip()[:1]):
        _end_quotation(text, title, _CLOSING_QUOTES.get(opened, ""), first)
        title = first["title"]
    inside = _INSIDE.search(text, title.start, title.end) if "container" not in first else None
    if inside and inside.start() - title.start > 5:
        first["title"] = title._replace(end=inside.start() + 1)
        first["container"] = title._replace(start=inside.end())


def _cut_series(text: str, first: dict[str, Span]) -> None:
    """End a title before the series it stands in, where nothing else was found to hold it."""
    title = first["title"]
    if any(map(text.__contains__, _SERIES_PARTS)):
        series = _SERIES.search(text, title.start + 8, title.end)
        if series:
            first["title"] = title._replace(end=series.start())
            first["container"] = title._replace(start=series.end())


def _end_quotation(text: str, title: Span, marks: str, first: dict[str, Span]) -> None:
    """End a title that a quotation mark opens where one closes it: 'Essai sur … .' Mémoires …."""
    if not marks or text[title.end : title.end + 1] in marks or not {"volume", "issue", "pages"} & first.keys():
        return
    for found in _QUOTED.finditer(text, title.start + 1, title.end):
        if found[1] in marks:
            first["title"] = title._replace(end=found.start(1))
            first["container"] = title._replace(start=found.end())
            return


def _end_names(text: str, first: dict[str, Span], found: list[Span]) -> None:
    """Give title and container what belongs to their names, and take away towns and people."""
    of_series = "volume" in first or "issue" in first
    placed = of_series or not _PLACED.isdisjoint([span.field for span in found])
    for name in ("title", "container"):
        span = first.get(name)
        if span is None:
            continue
        if ("(" in text[span.end : span.end + 2] or "Jahrh" in text) and (more := _name_goes_on(text, span, first)):
            first[name] = span._replace(end=more)
            if (publisher := first.get("publisher")) and span.end <= publisher.start < more:
                del first["publisher"]
        elif not placed:
            _without_place(text, name, span, first)
    container = first.get("container")
    if container and (":" in text[container.start : container.end] or "," in text[container.start : container.end]):
        _without_people(text, container, first, found)


def _name_goes_on(text: str, span: Span, first: dict[str, Span]) -> int:
    """Where the name ends that goes on behind the span; 0 where it does not: pages may stand in brackets."""
    more, pages = _NAME_GOES_ON.match(text, span.end), first.get("pages")
    if more is None or "(" in more[0] and (span.field != "title" or pages and pages.start < more.end()):
        return 0
    return more.end()


def _without_people(text: str, container: Span, first: dict[str, Span], found: list[Span]) -> None:
    """Take the people that a container names first for its editors: In: Thomas Luckmann: Die …."""
    people = _PEOPLE_BEFORE.match(text, container.start, container.end)
    if people is None or "editor" in {span.field for span in found} or _HOLDS.search(people[0]):
        return
    if is_given(people[1] or people[2] or "") and container.end - people.end() > 5:
        first["container"] = container._replace(start=people.end())
        start, end = people.start(), people.end() - 2
        n_before, n_people = len(tokenize(text[:start])), len(tokenize(text[start:end]))
        editor = Span("editor", start, end, n_before, n_before + n_people, True, container.certainty)
        found.insert(sum(span.start < start for span in found), editor)


def _without_place(text: str, name: str, span: Span, first: dict[str, Span]) -> None:
    """End a title before ". Boulder: Westview", a container before ". Berlin"."""
    for place in _PLACE.finditer(text, span.start + 8, span.end):
        if is_place(place[1]) and (name == "container" or place[2] and "container" not in first):
            first[name] = span._replace(end=place.start())
            end = place.start(2) if place[2] else place.end()
            first["location"] = span._replace(field="location", start=place.start(1), end=end)
            if place[2] and name == "title" and "publisher" not in first:
                first["publisher"] = span._replace(field="publisher", start=place.end())
            return


def _named_behind_in(text: str, first: dict[str, Span], found: list[Span]) -> Span | None:
    """Span behind "in:" and the editors, whatever it was taken for."""
    inside = _INSIDE.search(text)
    title = first.get("title")
    if inside is None or title is None or title.end > inside.end():
        return None
    behind = (
        span for span in found if span.start >= inside.end() - 1 and span.field not in ("editor", "author", "date")
    )
    span = next(behind, None)
    if span is None or span.field not in _NAMED:
        return None
    end = text.find(", ", span.start, span.end) if span.field == "location" else -1
    if span.field == "location" and end < 0:
        return None
    if first.get(span.field) == span:
        del first[span.field]
    return span._replace(end=end) if end > 0 else span


def _give_container_its_name(text: str, first: dict[str, Span]) -> None:
    """In ``Title. VOLUNTAS: Int J …`` the one word before the colon begins the container, not ends the title."""
    title, container = first["title"], first["container"]
    between = _ONE_WORD.fullmatch(text, title.end, container.start)
    if between:
        first["container"] = container._replace(start=between.start(1))
    if text[title.end : container.start].strip() != ":":
        return
    stop = text.rfind(". ", title.start, title.end)
    if stop > 0 and " " not in text[stop + 2 : title.end] and text[stop + 2].isupper():
        first["title"] = title._replace(end=stop)
        first["container"] = container._replace(start=stop + 2)


def _title_behind_editors(found: list[Span]) -> Span | None:
    """Second title, which stands behind the editors: what they edited."""
    titles = [span for span in found if span.field == "title"]
    editors = [span for span in found if span.field == "editor"]
    behind = (span for span in titles[1:] if editors and span.start >= editors[0].end > titles[0].end)
    return next(behind, None)


def _join_book_title(text: str, first: dict[str, Span], found: list[Span]) -> None:
    """Give a book the second sentence of its title, which nothing shows to be the work that holds it."""
    title, container = first.get("title"), first.get("container")
    if title is None or container is None or {"volume", "issue", "pages"} & first.keys():
        return
    name = text[container.start : container.end].strip()
    if _SENTENCE.fullmatch(text, title.end, container.start) is None or " " not in name or _HOLDS.search(name):
        return
    behind = next((span for span in found if span.start >= container.end), None)
    edited = any(span.field == "editor" and span.start > title.start for span in found)
    if behind and behind.field in ("location", "publisher") and not edited:
        lowest = min(title.certainty, container.certainty)
        first["title"] = title._replace(end=container.end, certainty=lowest)
        del first["container"]


def _find_container(text: str, first: dict[str, Span]) -> None:
    """Take the publisher, or the end of the title, for the container where a volume stands behind it."""
    volume = first.get("volume")
    if volume is None or "container" in first:
        return
    publisher, title = first.get("publisher"), first.get("title")
    if publisher and ("pages" in first or "issue" in first) and publisher.start < volume.start:
        first["container"] = first.pop("publisher")
    elif title and title.end <= volume.start and _BEFORE_VOLUME.fullmatch(text, title.end, volume.start):
        if _ABBREVIATED.fullmatch(text, title.start, title.end):
            first["container"] = first.pop("title")  # C. R. Acad. Sci. 294
            return
        stops = [
            at for at in _STOP.finditer(text, title.start, title.end) if not _SHORT_WORD.search(text, 0, at.start())
        ]
        if stops:
            at = stops[-1]
            first["container"] = title._replace(start=at.end())
            first["title"] = title._replace(end=at.end() - 1)
