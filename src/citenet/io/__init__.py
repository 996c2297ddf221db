"""Files to `Corpus` and back: one module a format, found out by content."""

from citenet.io._read import read

__all__ = ["read"]
