"""Regular expressions compiled when they are first used: compiling all that a module may need is slow to import."""

from __future__ import annotations

import re
from typing import Any, cast

__all__ = ["regex"]


class _Later:
    """Stands for a compiled pattern; its methods are looked up once."""

    def __init__(self, text: str, flags: int) -> None:
        self._made = (text, flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._made), name)
        setattr(self, name, value)
        return value


def regex(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what behaves like ``re.compile(text, flags)``.

    >>> regex(r"[0-9]+").findall("a 1 b 22")
    ['1', '22']
    """
    return cast("re.Pattern[str]", _Later(text, flags))
