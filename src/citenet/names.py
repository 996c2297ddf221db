"""Author names as one readable string: ``"Family, Given; Family, Given"``.

A name without a comma is a group (``"World Health Organization"``) or a family name alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from citenet._support.text import fold, fold_all

__all__ = ["author_initials", "author_keys", "first_author_key", "people_keys", "split_authors"]

_PARTICLES = frozenset("al da de del della den der di dos du el la le ten ter van vom von zu".split())  # noqa: SIM905


def split_authors(authors: str | None) -> list[tuple[str, str]]:
    """(family, given) of each author; given is "" for a group.

    >>> split_authors("Robert, G; World Health Organization")
    [('Robert', 'G'), ('World Health Organization', '')]
    """
    return list(_names(authors))


def author_keys(authors: str | None) -> list[str]:
    """Return comparable forms of the family names, in order: folded, without blanks and nobiliary particles.

    >>> author_keys("van der Geest, S; Andersson Gäre, B")
    ['geest', 'anderssongare']
    """
    return [_family_key(family) for family, _ in split_authors(authors)]


def author_initials(authors: str | None) -> list[str]:
    """Return comparable family name and first initial of each author, in order; groups have no initial.

    >>> author_initials("van der Geest, S; Andersson Gäre, Boel; WHO")
    ['geest s', 'anderssongare b', 'who']
    """
    return [f"{_family_key(family)} {fold(given)[:1]}".rstrip() for family, given in _names(authors)]


def first_author_key(authors: str | None) -> tuple[str, str]:
    """Return comparable family name and first initial of the first author; "" where unknown.

    >>> first_author_key("VANDERGEEST, SJ")
    ('vandergeest', 's')
    >>> first_author_key("van der Geest, Sjaak")
    ('geest', 's')
    """
    for family, given in _names(authors):
        return _family_key(family), fold(given)[:1]
    return "", ""


def people_keys(lists: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Return what `first_author_key` and `author_keys` do, for many lists of authors at once.

    Returns
    -------
    families, initials : list of str
        Of the first author of each list.
    people : list of str
        The family names of each list, each between blanks.

    >>> people_keys(["van der Geest, Sjaak; Andersson Gäre, B", ""])
    (['geest', ''], ['s', ''], [' geest anderssongare ', '  '])
    """
    names = [name.partition(",") for name in ";".join(lists).split(";")] if lists else []
    owners = [i for i, authors in enumerate(lists) for _ in range(authors.count(";") + 1)]
    named = [(owner, *name) for owner, name in zip(owners, names, strict=True) if name[0] and not name[0].isspace()]
    keys = [_without_particles(key) if " " in key else key for key in fold_all([family for _, family, *_ in named])]
    of_list: list[list[str]] = [[] for _ in lists]
    given = [""] * len(lists)
    for (owner, _, _, first), key in zip(named, keys, strict=True):
        if not of_list[owner]:
            given[owner] = first
        of_list[owner].append(key)
    initials = [folded[:1] for folded in fold_all(given)]
    return [own[0] if own else "" for own in of_list], initials, [f" {' '.join(own)} " for own in of_list]


def _names(authors: str | None) -> Iterator[tuple[str, str]]:
    for name in authors.split(";") if isinstance(authors, str) else ():
        family, _, given = name.partition(",")
        if family.strip():
            yield family.strip(), given.strip()


def _family_key(family: str) -> str:
    return _without_particles(fold(family))


def _without_particles(folded: str) -> str:
    words = folded.split()
    kept = [word for word in words if word not in _PARTICLES] or words
    return "".join(kept)
