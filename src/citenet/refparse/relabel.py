"""Spans of another field than the model has them: the order of the fields, and marks before and behind, say so."""

from __future__ import annotations

import re

from citenet._support.patterns import regex
from citenet.refparse.bodies import BODY
from citenet.refparse.spans import Span
from citenet.refparse.tokens import EDITORS, tokenize

__all__ = ["EDITOR_MARK", "relabel"]

_WORDS = [*EDITORS.split(), "dir", "a cura di", r"a c\. ?di", r"(?:organiz|coord[ei]n|compil)ador\w*"]
_OTHERWISE = ("org", "coord", "red", "cur", "dir", "edited")  # Org. Lett.; edited by another: in brackets alone
_MARKS = "|".join(_WORDS)
_CLEAR_MARKS = "|".join(word for word in _WORDS if word not in _OTHERWISE)
# (Hg.) – et al. (eds.) – , organizador – , org.: people that it follows are editors.
EDITOR_MARK = regex(
    r"[\s.,]{0,3}(?:(?:et al|u\. ?a|and others)\b[.,\s]*)?(?:\(?\d{4}[a-z]?\)?[\s,.:]{0,3}(?=[(\[]))?"
    rf"(?:[(\[]?(?:{_CLEAR_MARKS})\b|[(\[](?:{_MARKS})\b\.?\s?[)\]]|(?-i:org|coord|dir)\.)",
    re.IGNORECASE,
)
_BODY_MARK = regex(rf"[\s,]{{0,2}}[(\[](?:{_MARKS})\b\.?[)\]]|, (?:organizador|editor|coordinador)\w*\.", re.IGNORECASE)
_MARKED = regex(rf"[\s(\[,](?:{_MARKS})\b\W*\Z", re.IGNORECASE)  # the span holds it
_DATE_BETWEEN = regex(r"[\s,]{0,2}\(?\s?\d{4}[a-z]?\s?\)?\s?[:.,]\s?")
_NUMBERS = ["volume", "volume", "pages"]
_PEOPLE = ("author", "editor")
_OPENING = ("(", "[", ",")
_SERIAL = regex(r"ISSN:? ?\d{4}-\d{3}[\dX](?:[,;] ?\d{4}-\d{3}[\dX])*")
_CONSORTIUM = regex(
    r"((?:The )?(?:(?:[^\W_a-z][\w’'&/-]*|of|for|on|in|and|the) ){1,12}(?:Consortium|Collaboration"
    r"|(?:Study|Research) Group|Collaborators|Investigators|Core Team))\. (?=[^\W\d_a-z])"
)
_HELPED = regex(r"(?:arbeit|collaboration) (?:von|mit|with|of)\s")
_CJK = regex(r"[\u3400-\u9fff]")
_LETTER = regex(r"[^\W\d_]")
_NUMBER_MARK = regex(r"\b(?:Nr|No|n[º°])\.? ?\Z")
_NO_MARK = regex(r"[\s,]{0,2}")
# Realizing … behind "Z. Guo, N. Ohta, and S. Tsujikawa": the family name of the last initials
_FAMILY = regex(r"[.\s]{0,2}([^\W\d_a-zß-ÿ][\w’'-]*[a-zß-ÿ])\s(?=[^\W\d_a-z])")
_INITIALS_FIRST = regex(r"\s?(?:[^\W\d_a-z]\.[ -]?){1,3} ?[^\W\d_a-z][^\W\d_]+[\w’'-]*(?:,| and| &)")
_INITIALS_LAST = regex(r"(?:,| and| &) (?:[^\W\d_a-z]\.[ -]?){0,2}[^\W\d_a-z]\Z")


def relabel(text: str, found: list[Span]) -> None:
    """Change the fields of spans, in place, where the string says so."""
    if len(found) == 1 and found[0].field in _PEOPLE and " " not in text.strip():
        found.clear()  # one word, and nothing else: nobody's name
    if len(found) > 1:
        _leave_out(text, found)
    if len(found) < 2:
        return
    fields = [span.field for span in found]
    if fields[0] == "editor":
        _authors_first(text, found)
    elif fields[0] == "title":
        _consortium_first(text, found)
        _body_before_date(text, found)
    elif fields[:2] == ["author", "title"]:
        _last_family_name(text, found)
    if "container" in fields:
        _editors_of_container(text, found)
    if fields.count("date") > 1 or fields.count("volume") > 1:
        _numbers(text, found)


def _leave_out(text: str, found: list[Span]) -> None:
    """Drop serial numbers, and words between authors and those who helped them."""
    if "arbeit " in text or "collaboration " in text:
        _join_helpers(text, found)
    if "ISSN" in text:
        for serial in _SERIAL.finditer(text):
            found[:] = [span for span in found if not serial.start() <= span.start < span.end <= serial.end()]


def _join_helpers(text: str, found: list[Span]) -> None:
    """Make one list of authors and those who helped them, whatever "in Zusammenarbeit mit" was taken for."""
    for i, (author, mark, helper) in enumerate(zip(found, found[1:], found[2:], strict=False)):
        helped = _HELPED.search(text, author.end, helper.start + 1)
        if author.field == "author" and helper.field in _PEOPLE and mark.field not in _PEOPLE and helped:
            found[i : i + 3] = [author._replace(end=helper.end, last=helper.last)]
            return


def _body_before_date(text: str, found: list[Span]) -> None:
    """Take what stands first for the author where a date and a title follow: European Foundation … (2005): …."""
    if len(found) < 3:
        return
    first, date, title = found[:3]
    if (first.field, date.field, title.field) != ("title", "date", "title") or _LETTER.search(text, 0, first.start):
        return
    if _DATE_BETWEEN.fullmatch(text, first.end, title.start) and BODY.search(text, first.start, first.end):
        found[0] = first._replace(field="author")
    elif title.start == date.end and _CJK.match(text, title.start) and "date" in {span.field for span in found[3:]}:
        found[:3] = [first._replace(field="author"), title._replace(start=date.start)]  # 2020中国卫生统计年鉴


def _parted(text: str, title: Span, end: int, start: int) -> list[Span]:
    """Return authors up to ``end`` and the title from ``start`` on, of what was taken for a title."""
    n_people, n_mark = len(tokenize(text[title.start : end])), len(tokenize(text[end:start]))
    people = title._replace(field="author", end=end, last=title.first + n_people)
    return [people, title._replace(start=start, first=people.last + n_mark)]


def _consortium_first(text: str, found: list[Span]) -> None:
    """Take a consortium before the title for its author: The 1000 Genomes Project Consortium. A global reference …."""
    title = found[0]
    if title.start > 4 or _LETTER.search(text, 0, title.start):
        return
    body = _CONSORTIUM.match(text, title.start, title.end)
    if body:
        found[:1] = _parted(text, title, body.end(1), body.end())


def _authors_first(text: str, found: list[Span]) -> None:
    """Take the people that begin a reference for its authors where no mark makes them editors."""
    if _LETTER.search(text, 0, found[0].start):
        return
    last = 0
    while last + 1 < len(found) and found[last + 1].field in ("editor", "author"):
        if _LETTER.search(text, found[last].end, found[last + 1].start):
            return
        last += 1
    end = found[last].end
    if not EDITOR_MARK.match(text, end) and not _MARKED.search(text, found[last].start, end):
        for i in range(last + 1):
            found[i] = found[i]._replace(field="author")


def _editors_of_container(text: str, found: list[Span]) -> None:
    """Take the body that "(Hg.)" follows for the editor of what comes behind it."""
    for i, span in enumerate(found[:-1]):
        if (
            span.field == "container"
            and text[span.end : span.end + 2].strip()[:1] in _OPENING
            and _BODY_MARK.match(text, span.end)
        ):
            found[i] = span._replace(field="editor")
            if found[i + 1].field in ("title", "publisher", "note"):
                found[i + 1] = found[i + 1]._replace(field="container")


def _last_family_name(text: str, found: list[Span]) -> None:
    """Give the last initials their family name, which no mark parts from the title: S. Tsujikawa Realizing …."""
    people, title = found[:2]
    family = _FAMILY.match(text, people.end)
    if not family or family.start(1) < title.start or title.start - people.end > 2:
        return
    if _INITIALS_LAST.search(text, people.start, people.end) and _INITIALS_FIRST.match(text, people.start):
        n_people = len(tokenize(text[people.end : family.end(1)]))
        n_title = len(tokenize(text[title.start : family.end(1)]))
        found[0] = people._replace(end=family.end(1), last=people.last + n_people)
        found[1] = title._replace(start=family.end(1), first=title.first + n_title)


def _numbers(text: str, found: list[Span]) -> None:
    """Tell volume, issue and page by their order and the marks before them."""
    fields = [span.field for span in found]
    dates = fields.count("date")
    for i, span in enumerate(found):
        if span.field == "date" and dates > 1:
            start = span.start + text[span.start].isspace()
            if not text[start : span.end].isdigit():
                continue
            if _NUMBER_MARK.search(text, max(0, start - 5), start) and "volume" not in fields:
                found[i] = span._replace(field="volume")  # Discussion Paper Nr. 1938
            elif i == len(found) - 1 and _ends_volume(text, found) and fields.index("date") < i - 2:
                found[i] = span._replace(field="pages")  # 2011 Nonlinearity 24 1975
        elif i and fields[i - 1 : i + 2] == _NUMBERS and "issue" not in fields and _follows(text, found[i - 1], span):
            found[i] = span._replace(field="issue")  # 47, 4: 378–406


def _follows(text: str, before: Span, span: Span) -> bool:
    return text[before.end : span.start + 1].strip() == ","


def _ends_volume(text: str, found: list[Span]) -> bool:
    """Whether the last span stands right behind a volume, and that right behind a journal."""
    if len(found) < 3:
        return False
    container, volume, last = found[-3:]
    if (container.field, volume.field) != ("container", "volume"):
        return False
    start = last.start + text[last.start].isspace()
    return all(_NO_MARK.fullmatch(text, a, b) for a, b in ((container.end, volume.start), (volume.end, start)))
