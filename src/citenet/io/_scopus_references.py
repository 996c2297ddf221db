"""Reference lists as Scopus prints them in one cell, in both of its layouts, taken apart by what each part looks like.

The older layout has the year behind the title, the newer one at the very end, with the authors separated by the sign
that also separates the references::

    Robert, G., Locock, L., A title (2012) A Journal, 3 (1), pp. 1-9; Porter, M.E., Another (2010) ...
    Robert G.; Locock L., A title, A Journal, 3, 1, pp. 1-9, (2012); Porter M.E., Another, ..., (2010)
"""

from __future__ import annotations

import re
from functools import lru_cache
from sys import intern
from typing import Any

from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._fields import split_pages
from citenet.io._records import Records
from citenet.io._values import join_people, person, plain, trailing_initials

__all__ = ["parse_reference", "report_run_together", "runs_together", "scopus_references", "split_references"]

_SEPARATOR = re.compile(r";\s+")
_YEAR = r"\(((?:1[4-9]|20)\d\d)[a-z]?\)"
_YEAR_WITHIN = re.compile(rf"(?:^|\s){_YEAR}(?=\s|,\s)")
_YEAR_AT_END = re.compile(rf"(?:^|[,.]?\s){_YEAR}[.,\s]*$")
# Initials with full stops, or two to four capitals: "M.", "J.-P.", "GA"; "Jr." between them and the name.
_INITIALS = r"(?:[^\W\d_]{1,2}\.(?:[ -]?[^\W\d_]{1,2}\.)*|[A-Z]{1,4})"
_NAME_FIRST = re.compile(rf"([^,;:()\d]{{1,60}}?),+ ({_INITIALS}(?:, (?:Jr|Sr|I{{2,3}}|IV)\.?)?)(?:,\s+|,?$)")
_NAME_WITH_INITIALS = re.compile(rf"[^\W\d_][^,;:()\d]{{0,60}}? {_INITIALS}(?: (?:Jr|Sr)\.?)?$")
_IDENTIFIER = re.compile(r"PMID:? ?\d{1,9}\.?")
_OWN_PMID = re.compile(r"; PMID:? ?(\d{1,9})\.?$")
_ANY_YEAR = re.compile(_YEAR)
_GLUED = re.compile(r"(?<=[a-zà-ÿ])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLe)[A-ZÀ-Þ][^\W\d_]+,? [A-ZÀ-Þ]\.")
_PAGES = re.compile(r"(?:^|,\s*|\s)pp?\.\s*([A-Za-z]{0,3}\d[\w.]*)(?:\s*[-–]\s*([\w.]+))?")
_VOLUME = re.compile(r"(?:^|,)\s*([A-Za-z]{0,4}\d[\w.–-]{0,10})(?:\s*\(([^()]{1,20})\))?(?=[,.\s]|$)")
_NUMBER = re.compile(r"[A-Za-z]{0,4}\d[\w./–-]{0,12}$")
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
        return pieces
    references: list[str] = []
    names: list[str] = []
    for piece in pieces:
        if _is_name(piece):
            names.append(piece)
        else:
            references.append("; ".join([*names, piece]))
            names = []
    return references + ["; ".join(names)] * bool(names)


def runs_together(raw: str) -> bool:
    """Whether what stands between two separators is several works: a second one begins where a word should end.

    >>> runs_together("Acharya, V., One (2013) Oxford University PressGambacorta, L., Two (2014) BIS Review")
    True
    """
    years = [found.start() for found in _ANY_YEAR.finditer(raw)]
    return len(years) > 1 and any(years[0] < glue.start() < years[-1] for glue in _GLUED.finditer(raw))


def report_run_together(raws: list[str], line: int | None, records: Records) -> None:
    """Report references of a record that hold more than one work."""
    found = [raw for raw in raws if runs_together(raw)]
    if found:
        detail = (
            f"{len(found)} of {len(raws)} references are works that Scopus printed without a separator; read as "
            "one each, whose fields may be mixed"
        )
        records.problem("references run together", line, detail, found[0])


def _is_name(piece: str) -> bool:
    """Whether a piece can only be an author whose reference goes on: initials at its end, or no comma and no year."""
    return bool(_NAME_WITH_INITIALS.match(piece)) or not re.search(r"[,\d(]", piece)


@lru_cache(maxsize=4_096)
def _parsed(raw: str) -> tuple[tuple[str, Any], ...]:
    whole, raw = raw, _OWN_PMID.sub("", raw)
    newer = _YEAR_AT_END.search(raw)
    older = _YEAR_WITHIN.search(raw)
    if newer is not None and (older is None or older.end() >= newer.end() - 1):
        fields = _newer(raw[: newer.start()], int(newer.group(1)))
    elif older is not None:
        fields = _older(raw[: older.start()], raw[older.end() :].lstrip(","), int(older.group(1)))
    else:
        fields = {}
    fields["doi"] = normalise_doi(raw)
    if len(whole) > len(raw):
        fields["ids"] = join_ids(normalise_id("pmid", number) for number in _OWN_PMID.findall(whole))
    return tuple(
        (name, intern(value) if name in _OFTEN_ALIKE else value) for name, value in fields.items() if value is not None
    )


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
    """``Family, I., Family, I., Title (year) Source, volume (issue), pp. first-last``."""
    authors, title = _leading_names(before.strip())
    if authors is None and title.endswith(","):  # nothing but who wrote it stands before a comma and the year
        authors, title = person(title), ""
    source = after.strip()
    fields: dict[str, Any] = {"authors": authors, "year": year, "title": plain(title.strip(" ,."))}
    pages = _PAGES.search(source)
    of_book = False
    if pages:
        fields["first_page"], fields["last_page"] = _range(pages)
        of_book = source[pages.end() :].lstrip().startswith((". ,", ", ,", ","))  # a publisher follows
        source = source[: pages.start()]
    head, comma, rest = source.partition(", ")
    volume = _VOLUME.match(f",{rest}") if comma else None
    if volume:
        fields["volume"], fields["issue"] = volume.group(1).rstrip("."), volume.group(2)
    name = plain(head.strip(" ,;"))
    if fields["title"] is None and not volume and (of_book or not pages):
        fields["title"] = name  # a book: its title stands where the source of an article would
    else:
        fields["container"] = name
    return fields


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
    if parts and _NAME_WITH_INITIALS.match(parts[0]):
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


def _range(pages: re.Match[str]) -> tuple[str | None, str | None]:
    first, last = (group.rstrip(".") if group else "" for group in pages.groups())
    return split_pages(f"{first}--{last}" if last else first)
