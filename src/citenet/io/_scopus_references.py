"""Reference lists as Scopus prints them in one cell, in both of its layouts, taken apart by what each part looks like.

The older layout has the year behind the title, the newer one at the very end, with the authors separated by the sign
that also separates the references::

    Robert, G., Locock, L., A title (2012) A Journal, 3 (1), pp. 1-9; Porter, M.E., Another (2010) ...
    Robert G.; Locock L., A title, A Journal, 3, 1, pp. 1-9, (2012); Porter M.E., Another, ..., (2010)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from sys import intern
from typing import Any

from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._fields import split_pages
from citenet.io._values import is_group, join_people, person, plain, trailing_initials

__all__ = ["parse_reference", "scopus_references", "split_references"]

_SEPARATOR = re.compile(r";\s+")
_YEAR = r"\(((?:1[4-9]|20)\d\d)[a-z]?\)"
_YEAR_WITHIN = re.compile(rf"(?:^|\s){_YEAR}(?=\s|,\s)")
_YEAR_AT_END = re.compile(rf"(?:^|[,.]?\s){_YEAR}[.,\s]*$")
# Initials with full stops, or two to four capitals: "M.", "J.-P.", "GA"; "Jr." between them and the name.
_INITIALS = r"(?:[^\W\d_]{1,2}\.(?:[ -]?[^\W\d_]{1,2}\.)*|[A-Z]{1,4})"
_NAME_FIRST = re.compile(rf"([^,;:()\d]{{1,60}}?),+ ({_INITIALS}(?:, (?:Jr|Sr|I{{2,3}}|IV)\.?)?)(?:,\s+|,?$)")
_NAME_WITH_INITIALS = re.compile(rf"[^\W\d_][^,;:()\d]{{0,60}}? {_INITIALS}(?: (?:Jr|Sr)\.?)?$")
_PAGES = re.compile(r"(?:^|,\s*|\s)pp?\.\s*([A-Za-z]{0,3}\d[\w.]*)(?:\s*[-–]\s*([\w.]+))?")
_VOLUME = re.compile(r"(?:^|,)\s*([A-Za-z]{0,4}\d[\w.–-]{0,10})(?:\s*\(([^()]{1,20})\))?(?=[,.\s]|$)")
_NUMBER = re.compile(r"[A-Za-z]{0,4}\d[\w./–-]{0,12}$")
_IDENTIFIER = re.compile(r"PMID:? ?\d{1,9}\.?")
_OWN_PMID = re.compile(r"; PMID:? ?(\d{1,9})\.?$")
_ANY_YEAR = re.compile(_YEAR)
# What begins a reference, right behind another sign: a name with initials, or a year.
_DOTTED = r"[^\W\d_]{1,2}\.(?:[ -]?[^\W\d_]{1,2}\.)*"
_FAMILY = r"[^\W\d_a-zß-öø-ÿ][^\s\d,;:().]{1,30}+(?: [^\s\d,;:().]{1,30}+){0,4}(?: [JS]r\.)?"
_STUCK = re.compile(rf"(?<=[^\s,(\[/&–'’“-])(?=({_FAMILY}), {_DOTTED}(?:,| \()|{_YEAR}[, ])")
_BEFORE_CAPITAL = (
    "Mc", "Mac", "De", "Del", "Della", "Des", "Di", "Da", "Du", "La", "Le", "Van", "Vander", "Von", "Fitz", "El", "Al"
)  # fmt: skip
_VOLUME_AT_END = re.compile(r",\s*[A-Za-z]{0,4}\d[\w.–-]{0,10}$")
_SOURCE = re.compile(r",?\s[^()]{2,200}?, (?:[A-Za-z]{0,4}\d|pp?\. |, )")
_LAST_YEAR = re.compile(rf"{_YEAR}\s*$")
_ADDRESS_OR_YEAR = re.compile(rf"^\s*(?:{_YEAR}\s+|(?:https?://|www\.)[^\s,]*,\s+)*")
_ACRONYM = re.compile(r"[A-Z]{3,10}$")
_LONGEST_BODY = 120
_WORDS_OF_TEXT = 4
_OFTEN_ALIKE = frozenset(["container", "volume", "issue", "first_page", "last_page"])  # held once each


def scopus_references(cell: str) -> list[dict[str, Any]]:
    """Read the references of a cell, each with what was printed (``raw``) and what could be recognised.

    >>> [row["year"] for row in scopus_references("Robert G.; Locock L., One, J, 3, (2012); Porter M., Two, (2010)")]
    [2012, 2010]
    """
    return [{"raw": raw, **parse_reference(raw)} for raw in split_references(cell)]


def split_references(cell: str) -> list[str]:
    """Split a cell into its references as printed; the layout is told by where the years stand.

    Examples
    --------
    >>> split_references("Robert, G., One (2012) J, 3; Porter, M.E., Two (2010) J, 4")
    ['Robert, G., One (2012) J, 3', 'Porter, M.E., Two (2010) J, 4']
    >>> split_references("Robert G.; Locock L., One, J, 3, (2012); Porter M.E., Two, J, (2010)")
    ['Robert G.; Locock L., One, J, 3, (2012)', 'Porter M.E., Two, J, (2010)']
    """
    pieces: list[str] = []
    for piece in map(str.strip, _SEPARATOR.split(cell.strip().rstrip(";"))):
        if pieces and _IDENTIFIER.fullmatch(piece):
            pieces[-1] = f"{pieces[-1]}; {piece}"  # of the reference before it
        elif piece.strip(" ,;."):
            pieces.append(piece)
    at_end = sum(_YEAR_AT_END.search(piece) is not None for piece in pieces)
    within = sum(_YEAR_WITHIN.search(piece) is not None for piece in pieces)
    if within >= at_end:
        return [reference for piece in pieces for reference in _apart(piece)]
    references: list[str] = []
    names: list[str] = []
    for piece in pieces:
        if _is_name(piece):
            names.append(piece)
        else:
            references.append("; ".join([*names, piece]))
            names = []
    return references + ["; ".join(names)] * bool(names)


def _apart(piece: str) -> list[str]:
    """Split a piece into references: one that ends in free text is often printed without any sign before the next.

    A new one begins where a name with initials, or a year in brackets, is stuck to what precedes it, if that has a
    year in brackets or, before a name, more words than authors have; a year in brackets must follow.
    """
    years = [found.start() for found in _ANY_YEAR.finditer(piece)]
    if not years:
        return [piece]
    names: dict[int, int] = {}  # where each may begin, by where it ends: the last capital counts
    for found in _STUCK.finditer(piece, 1, years[-1] + 7):
        if found.start() <= years[-1] and _may_begin(piece, found.start()):
            names[found.end(1) if found.group(1) else found.start()] = found.start()
    begins, text = [0], 0  # text: where the names at the beginning of the last reference end
    for at in sorted(names.values()):
        while (name := _NAME_FIRST.match(piece, text, at)) is not None:
            text = name.end()
        has_year = bisect_left(years, begins[-1]) < bisect_left(years, at)
        if has_year or (piece[at] != "(" and len(piece[text:at].split()) >= _WORDS_OF_TEXT):
            begins.append(at)
            text = at
    return [piece[begin:end].strip() for begin, end in zip(begins, [*begins[1:], len(piece)], strict=True)]


def _may_begin(piece: str, at: int) -> bool:
    """Whether what stands here is no part of a word, a name such as McKinley, or a volume with its year."""
    if piece[at] == "(":
        return (
            not piece[at - 1].isdecimal() or re.search(r"(?<!\d)(?:19|20)\d\d$", piece[max(0, at - 5) : at]) is not None
        )
    before = re.search(r"[^\W\d_]*$", piece[max(0, at - 20) : at])
    in_name = before is not None and before.group().endswith(_BEFORE_CAPITAL)
    return piece[at].isupper() and (piece[at + 1].islower() or piece[at + 1] in "'’") and not in_name


def _is_name(piece: str) -> bool:
    """Whether a piece can only be an author whose reference goes on: initials at its end, or no comma and no year."""
    return bool(_NAME_WITH_INITIALS.match(piece)) or not re.search(r"[,\d(]", piece)


@lru_cache(maxsize=4_096)
def _parsed(raw: str) -> tuple[tuple[str, Any], ...]:
    whole, raw = raw, _OWN_PMID.sub("", raw)
    newer = _YEAR_AT_END.search(raw)
    older = _year_before_source(raw)
    if newer is not None and (older is None or older.end() >= newer.end() - 1):
        fields = _newer(raw[: newer.start()], int(newer.group(1)))
    elif older is not None:
        fields = _older(raw[: older.start()], raw[older.end() :].lstrip(","), int(older.group(1)))
    else:
        fields = {}
    fields["doi"] = normalise_doi(raw)
    if whole != raw:
        fields["ids"] = join_ids(normalise_id("pmid", number) for number in _OWN_PMID.findall(whole))
    return tuple(
        (name, intern(value) if name in _OFTEN_ALIKE else value) for name, value in fields.items() if value is not None
    )


def _year_before_source(raw: str) -> re.Match[str] | None:
    """Year of a reference of the older layout: of several, the first behind names alone, or before a source.

    Others are those of a title, or of a volume.
    """
    years = list(_YEAR_WITHIN.finditer(raw))
    if len(years) < 2:
        return years[0] if years else None
    outside = [
        year for year in years if not _VOLUME_AT_END.search(raw[max(0, year.start() - 30) : year.start()])
    ] or years
    if raw[: outside[0].start()].strip()[-1:] in ("", ","):
        return outside[0]
    return next((year for year in outside if _SOURCE.match(raw, year.end())), outside[0])


def parse_reference(raw: str) -> dict[str, Any]:
    """Fields of one reference of either layout; a part that could be this or that is left unknown.

    Examples
    --------
    >>> fields = parse_reference("Adams, B., White, A., Productivity (2004) Ecol. Modell., 177 (2), pp. 353-391")
    >>> fields["authors"], fields["title"], fields["container"], fields["volume"], fields["issue"], fields["last_page"]
    ('Adams, B.; White, A.', 'Productivity', 'Ecol. Modell.', '177', '2', '391')
    >>> fields = parse_reference("Aria M.; Cuccurullo C., Bibliometrix, J. Informetrics, 11, 4, pp. 959-975, (2017)")
    >>> fields["authors"], fields["title"], fields["container"], fields["volume"], fields["issue"], fields["year"]
    ('Aria, M.; Cuccurullo, C.', 'Bibliometrix', 'J. Informetrics', '11', '4', 2017)
    """
    return dict(_parsed(raw))


def _older(before: str, after: str, year: int) -> dict[str, Any]:
    """``Family, I., Family, I., Title (year) Source, volume (issue), pp. first-last``.

    A comma before the year says that only authors stand there: of a book, whose title then follows, or of an article
    without title.
    """
    authors, title = _leading_names(before.strip())
    if before.rstrip().endswith(",") and authors is None:
        authors, title = _bodies(title), ""
    fields: dict[str, Any] = {"authors": authors, "year": year, "title": plain(_LAST_YEAR.sub("", title).strip(" ,."))}
    source = _ADDRESS_OR_YEAR.sub("", after)
    pages = _PAGES.search(source)
    if pages:
        fields["first_page"], fields["last_page"] = _range(pages)
        source = source[: pages.start()]
    whole, publisher, _ = source.partition(", ,")
    head, comma, rest = source.partition(", ")
    volume = _VOLUME.match(f",{rest}") if comma else None
    if volume:
        fields["volume"], fields["issue"] = volume.group(1).rstrip("."), volume.group(2)
    if fields["title"] is None and (not volume or (publisher and not pages)):
        fields["title"] = plain((whole if publisher else head).strip(" ,;"))  # of a book
    else:
        fields["container"] = plain(head.strip(" ,;"))
    return fields


def _bodies(text: str) -> str | None:
    """Return authors without initials: a body, or family names; None of what is too long to be either."""
    text = text.strip(" ,")
    if len(text) > _LONGEST_BODY or "://" in text:
        return None
    return person(text) if is_group(text) else join_people(person(name) for name in text.split(", "))


def _leading_names(text: str) -> tuple[str | None, str]:
    """Take the authors at the beginning, each as ``Family, I.``, and what follows them."""
    names: list[str | None] = []
    at = 0
    while (found := _NAME_FIRST.match(text, at)) is not None:
        names.append(person(found.group(1), found.group(2).replace(",", "")))
        at = found.end()
    return join_people(names), text[at:]


def _newer(before: str, year: int) -> dict[str, Any]:
    """``Family I.; Family I., Title, Source, volume, issue, pp. first-last, (year)``."""
    *names, last = _SEPARATOR.split(before.strip(" ,"))
    fields: dict[str, Any] = {"year": year}
    pages = list(_PAGES.finditer(last))
    if pages:
        fields["first_page"], fields["last_page"] = _range(pages[-1])
        last = last[: pages[-1].start()]
    parts = [part.strip() for part in last.split(", ") if part.strip(" ,.")]
    if parts and (_NAME_WITH_INITIALS.match(parts[0]) or (len(parts) > 1 and not names and _is_body(parts[0]))):
        names.append(parts.pop(0))
    fields["authors"] = join_people(trailing_initials(name) for name in names)
    numbers: list[str] = []
    while len(parts) > 1 and len(numbers) < 2 and _NUMBER.match(parts[-1]):
        numbers.insert(0, parts.pop())
    if numbers:
        fields["volume"] = numbers[0]
        fields["issue"] = numbers[1] if len(numbers) > 1 else None
    if len(parts) > 1:
        fields["container"] = plain(parts.pop())
    fields["title"] = plain(", ".join(parts))
    return fields


def _is_body(text: str) -> bool:
    """Whether a text can only be the name of a body: capitals alone, or a body's word among capitalised ones."""
    capitalised = all(word[0].isupper() or len(word) < 4 for word in text.split())
    return bool(_ACRONYM.match(text)) or (capitalised and is_group(text) and not re.search(r"\d", text))


def _range(pages: re.Match[str]) -> tuple[str | None, str | None]:
    first, last = (group.rstrip(".") if group else "" for group in pages.groups())
    return split_pages(f"{first}--{last}" if last else first)
