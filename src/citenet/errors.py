"""Everything citenet raises or warns about.

Bad calls raise; bad records become rows of ``corpus.problems``.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "CitenetError",
    "CitenetWarning",
    "ColumnError",
    "DegenerateNullWarning",
    "DroppedWarning",
    "FetchError",
    "InputError",
    "MissingDependencyError",
    "NullModelError",
    "NullModelWarning",
    "ParseError",
]


class CitenetError(Exception):
    """Base of every error that citenet raises on purpose."""


class InputError(CitenetError, ValueError):
    """An argument, a file or a table that cannot be used as it is."""


class ParseError(InputError):
    """A file that cannot be read, with the place where reading stopped.

    Parameters
    ----------
    message : str
        What is wrong and what to do about it.
    file, line, excerpt : optional
        Where it was found.
    """

    def __init__(
        self, message: str, *, file: str | None = None, line: int | None = None, excerpt: str | None = None
    ) -> None:
        self.reason, self.file, self.line, self.excerpt = message, file, line, excerpt
        place = "" if file is None else f"{file}{'' if line is None else f', line {line}'}: "
        super().__init__(f"{place}{message}{'' if not excerpt else f' Found: {excerpt[:120]!r}.'}")


class ColumnError(InputError):
    """A table without a column that is needed.

    Parameters
    ----------
    table : str
        What the table is called in messages.
    missing : str
        The column that is needed.
    available : iterable of str
        The columns that are there.
    """

    def __init__(self, table: str, missing: str, available: Iterable[str]) -> None:
        self.missing, self.available = missing, sorted(map(str, available))
        super().__init__(f"{table} has no column {missing!r}; it has {', '.join(self.available) or 'none'}")


class FetchError(CitenetError, RuntimeError):
    """Nothing could be fetched, or fetching stopped; the message says why, and when to go on."""


class NullModelError(CitenetError, RuntimeError):
    """A null model that cannot be drawn from the network it was given."""


class MissingDependencyError(CitenetError, ImportError):
    """A feature whose optional dependency is not installed."""


class CitenetWarning(UserWarning):
    """Base of every warning that citenet gives."""


class DroppedWarning(CitenetWarning):
    """Something was left out; the message says how much and where to look."""


class DegenerateNullWarning(CitenetWarning):
    """A null model that leaves nothing to vary."""


class NullModelWarning(CitenetWarning):
    """A null model that is known to mislead on citation data."""
