"""What counts as a year wherever a list or a reference is read: 1500 to 2049."""

from __future__ import annotations

from citenet._support.patterns import regex

__all__ = ["ANY_YEAR", "YEAR", "looks_like_year"]

ANY_YEAR = r"(?:1[5-9]\d\d|20[0-4]\d)"
YEAR = regex(rf"(?<!\d){ANY_YEAR}(?!\d)")


def looks_like_year(number: int) -> bool:
    """Whether a number before a line may as well be a year.

    >>> looks_like_year(1998), looks_like_year(998)
    (True, False)
    """
    return 1500 <= number < 2050
