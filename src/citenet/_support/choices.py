"""Check a string argument against the choices it has."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable
from numbers import Real

import numpy as np
import numpy.typing as npt

from citenet.errors import InputError


def did_you_mean(value: object, choices: Iterable[str]) -> str:
    """Say which of the choices is nearest to a mistyped value.

    >>> did_you_mean("Louvian", ["leiden", "louvain"])
    ", did you mean 'louvain'?"
    >>> did_you_mean("x", ["leiden"])
    ''
    """
    lowered = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(str(value).lower(), lowered, n=1)
    return f", did you mean {lowered[close[0]]!r}?" if close else ""


MOST_DRAWS = 10_000_000  # whatever is drawn so often fills any memory


def check_count(name: str, value: int, least: int = 0, most: int | None = None) -> int:
    """Return a whole number that is at least the least (and at most the most), else raise.

    >>> check_count("n_draws", 99, 1)
    99
    """
    try:
        whole = not isinstance(value, bool) and value == int(value)
    except (TypeError, ValueError, OverflowError):  # no number, NaN, infinity
        whole = False
    if not whole or value < least:
        raise InputError(f"{name}={value!r} must be a whole number of at least {least}")
    if most is not None and value > most:
        raise InputError(f"{name}={value!r} must be a whole number of at most {most:,}")
    return int(value)


def check_numbers(name: str, values: object, *, least: float | None = 0.0) -> npt.NDArray[np.float64]:
    """Return an array of numbers if they are, and none is below the least, else raise; NaN is unknown.

    >>> check_numbers("sizes", [1, 2]).tolist()
    [1.0, 2.0]
    """
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} must hold numbers: {error}") from error
    if least is not None and (numbers < least).any():
        raise InputError(f"{name} holds {numbers[numbers < least][0]:g}; none may be below {least:g}")
    return numbers


def check_level(level: float) -> float:
    """Return a confidence level if it is one, else raise.

    >>> check_level(0.95)
    0.95
    """
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < level < 1:
        raise InputError(f"level={level!r} must be a number that lies between 0 and 1, for example 0.95")
    return float(level)


def check_number(name: str, value: float, least: float = 0.0, most: float = math.inf) -> float:
    """Return a number between two bounds, else raise.

    >>> check_number("threshold", 0.5, most=1)
    0.5
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not least <= value <= most or math.isinf(value):
        between = f"of at least {least:g}" if math.isinf(most) else f"from {least:g} to {most:g}"
        raise InputError(f"{name}={value!r} must be a number {between}")
    return float(value)


def check_choice(name: str, value: str, choices: Iterable[str]) -> str:
    """Return the value if it is one of the choices, else raise and list them.

    >>> check_choice("method", "leiden", ["leiden", "louvain"])
    'leiden'
    """
    options = list(choices)
    if value not in options:
        raise InputError(
            f"{name}={value!r} is not a choice{did_you_mean(value, options)} (choices: {', '.join(map(repr, options))})"
        )
    return value
