"""Files that may be gzipped, read through a reader that checks them to their end."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from citenet._support.optional import require

__all__ = ["broken", "unpacked"]


def unpacked(path: str) -> Any:
    """Open a file for reading bytes; one that ends in .gz by the fastest reader there is."""
    if not path.endswith(".gz"):
        return open(path, "rb")
    try:
        return require("isal.igzip", "scale").open(path, "rb")
    except ImportError:
        return gzip.open(path, "rb")


def broken(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """Errors of a file that cannot be read to its end, and some more."""
    known: tuple[type[Exception], ...] = (OSError, EOFError, zlib.error, *more)
    try:
        return (*known, require("isal.isal_zlib", "scale").error)
    except ImportError:
        return known
