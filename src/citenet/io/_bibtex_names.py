"""Author fields of BibTeX: names split before they are decoded, so that braces still hold groups together."""

from __future__ import annotations

import re
from functools import lru_cache

from citenet.io._latex import decode

__all__ = ["join_names", "split_names"]

_AND = re.compile(r"\sand(?=\s)", re.IGNORECASE)
_OTHERS = re.compile(r"(?:others|et\.? al\.?)$", re.IGNORECASE)


def split_names(field: str) -> list[str]:
    """Names of an author field, cut at each ``and`` that stands outside braces.

    >>> split_names("Robert, G. and {Agency for Research and Quality} and others")
    ['Robert, G.', '{Agency for Research and Quality}', 'others']
    """
    text = " ".join(field.split())
    names, begin = [], 0
    for found in _AND.finditer(text):
        head = text[begin : found.start()]
        if "{" in head and _depth(head) > 0:
            continue
        names.append(head)
        begin = found.end()
    return [name.strip() for name in [*names, text[begin:]] if name.strip()]


@lru_cache(maxsize=4_096)
def join_names(field: str) -> str | None:
    r"""``"Family, Given; Family, Given"`` of an author field; ``and others`` names nobody.

    Examples
    --------
    >>> join_names(r"van der Geest, Sjaak and Bj{\"o}rn Andersson G{\"a}re and {World Health Organization} and others")
    'van der Geest, Sjaak; Gäre, Björn Andersson; World Health Organization'
    """
    names = [name for name in split_names(field) if not _OTHERS.match(name)]
    return "; ".join(joined for name in names if (joined := _join(name))) or None


def _join(name: str) -> str:
    if name.startswith("{") and name.endswith("}") and _closes_at_end(name):
        return _plain(name).replace(",", "")
    parts = [part.strip() for part in _outside_braces(name, ",")]
    if len(parts) > 1:
        family, given = _plain(parts[0]), _plain(" ".join([*parts[2:], parts[1]]) if len(parts) > 2 else parts[1])
    else:
        words = [word for word in _outside_braces(name, " ") if word]
        at = next((i for i, word in enumerate(words[:-1]) if i and _is_particle(word)), len(words) - 1)
        family, given = _plain(" ".join(words[at:])), _plain(" ".join(words[:at]))
    family = family.replace(",", "")
    return f"{family}, {given}" if family and given else family or given


def _plain(text: str) -> str:
    return " ".join(decode(text).replace(";", " ").split())


def _is_particle(word: str) -> bool:
    return not word.startswith("{") and decode(word)[:1].islower()


def _outside_braces(text: str, sign: str) -> list[str]:
    if "{" not in text:
        return text.split(sign)
    parts, depth, begin = [], 0, 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == sign and depth <= 0:
            parts.append(text[begin:at])
            begin = at + 1
    return [*parts, text[begin:]]


def _depth(text: str) -> int:
    return text.count("{") - text.count("}")


def _closes_at_end(text: str) -> bool:
    depth = 0
    for at, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return at == len(text) - 1
    return False
