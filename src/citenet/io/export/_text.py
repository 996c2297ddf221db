"""Text and numbers as they may stand in a file: one line, nothing unprintable, nothing that a program would run."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import count
from typing import Any
from xml.sax.saxutils import quoteattr

__all__ = ["cell", "number", "one_line", "quoted", "stem_of", "unique", "without_unknown"]

_BREAK = re.compile("[ ]*[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+[ ]*")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def one_line(text: str) -> str:
    r"""Text without line breaks, control characters and blanks at its ends.

    Half of a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.

    >>> one_line(" A title\n  in two\x00 lines ")
    'A title in two lines'
    """
    if text.isprintable():
        return text.strip()
    return _HALF_PAIR.sub("\ufffd", _UNPRINTABLE.sub("", _BREAK.sub(" ", text))).strip()


def number(value: bool | int | float) -> str:
    """Shortest text that is read back as the same number.

    >>> number(0.1), number(True), number(2004)
    ('0.1', 'true', '2004')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def cell(text: str) -> str:
    """Text of a spreadsheet cell: what would be taken for a formula gets an apostrophe in front.

    >>> cell("=HYPERLINK(A1)"), cell("Ties")
    ("'=HYPERLINK(A1)", 'Ties')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def unique(names: Iterable[str], mark: str = "#") -> list[str]:
    """Return the names in their order; one that has occurred before is suffixed ``#2``, ``#3`` and so on.

    >>> unique(["a", "b", "a", "a#2"])
    ['a', 'b', 'a#3', 'a#2']
    """
    wanted = list(names)
    given, taken, found = set(wanted), set[str](), []
    for name in wanted:
        free = name
        if name in taken:
            free = next(f"{name}{mark}{n}" for n in count(2) if f"{name}{mark}{n}" not in given)
            given.add(free)
        taken.add(free)
        found.append(free)
    return found


@lru_cache(maxsize=65_536)
def quoted(text: str) -> str:
    """Value of an XML attribute, escaped and between quotes.

    >>> quoted("R&D <b>")
    '"R&amp;D &lt;b&gt;"'
    """
    return quoteattr(text)


def stem_of(name: str, endings: Iterable[str]) -> str:
    """File name without its ending, if that is one of these (the longest counts).

    >>> stem_of("net.csl.json", [".json", ".csl.json"]), stem_of("v1.2", [".json"])
    ('net', 'v1.2')
    """
    for ending in sorted(endings, key=len, reverse=True):
        if name.lower().endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)]
    return name


def without_unknown(value: Any) -> Any:
    """Nested values without the unknown ones of mappings: None, NaN and infinite numbers, which JSON has no word for.

    >>> without_unknown({"seed": None, "quality": float("nan"), "sizes": {"a": 2}})
    {'sizes': {'a': 2}}
    """
    if isinstance(value, dict):
        kept = {str(key): without_unknown(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    if isinstance(value, list):
        return [without_unknown(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
