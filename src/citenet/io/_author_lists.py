"""Authors in one cell of a table: separated by semicolons, bars, "and", or by the commas that also stand in names."""

from __future__ import annotations

import re

from citenet.io._values import is_group, person, trailing_initials

__all__ = ["paired_names", "split_people"]

_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.(?:[ -]?[^\W\d_]{1,2}\.)*)$|(?:Jr|Sr|I{2,3})\.?$")
_BARE_INITIALS = re.compile(r"[A-Z]{1,3}$")
_AND = re.compile(r",?\s+(?:and|&)\s+", re.IGNORECASE)


def split_people(cell: str) -> tuple[list[str], bool]:
    """Names of a cell, each as it stands there, and whether one of them may be several.

    Examples
    --------
    >>> split_people("Müller, Ö. and Robert, G."), split_people("Smith, J., Jones, K.")
    ((['Müller, Ö.', 'Robert, G.'], False), (['Smith, J.', 'Jones, K.'], False))
    >>> split_people("Jane Smith, Karl Jones and G Robert"), split_people("Institute for Aging and Health")
    ((['Jane Smith', 'Karl Jones', 'G Robert'], False), (['Institute for Aging and Health'], False))
    >>> split_people("Smith, John, Jones, Karl")
    (['Smith, John, Jones, Karl'], True)
    """
    names = [name for name in re.split(r" ?[;|] ?", " ".join(cell.split())) if name]
    if len(names) == 1:
        parts = _split_and(names[0])
        inverted = len(parts) > 1 and all("," in part for part in parts)
        names = [name for part in parts for name in _split_commas(part, inverted)]
    return names, any(name.count(",") > 2 for name in names)


def _split_and(text: str) -> list[str]:
    parts = [part.strip(" ,") for part in _AND.split(text)]
    whole = all("," in part or (1 < len(part.split()) < 6 and not is_group(part)) for part in parts)
    return parts if whole else [text]


def _split_commas(text: str, inverted: bool) -> list[str]:
    """Split a list by commas where every part is a whole name, or every second one initials."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > 1 and not inverted and all(" " in part and not _INITIALS.match(part) for part in parts):
        return parts
    names: list[str] = []
    for part in parts:
        if names and (_INITIALS.match(part) or _BARE_INITIALS.match(part)):
            names[-1] = f"{names[-1]} {part}" if "," in names[-1] else f"{names[-1]}, {part}"
        else:
            names.append(part)
    return names if names and all("," in name for name in names) else [text]


def paired_names(text: str) -> list[str | None]:
    """``"Family, Given"`` of names with initials in a list in which commas stand between and within them.

    >>> paired_names("Robert, G., Jr., Locock L., WHO")
    ['Robert, G. Jr.', 'Locock, L.', 'WHO']
    """
    names: list[list[str]] = []
    for part in (part.strip() for part in text.split(",")):
        if names and _INITIALS.match(part):
            names[-1].append(part)
        elif part:
            names.append([part])
    return [person(name[0], " ".join(name[1:])) if len(name) > 1 else trailing_initials(name[0]) for name in names]
