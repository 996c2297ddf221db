"""`Corpus` and `CitationNetwork` to files that the next tool opens: one module a format."""

from citenet.io.export._write import write

__all__ = ["write"]
