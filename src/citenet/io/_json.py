"""JSON in the shapes it is delivered in: one document, or one record a line; damage named, never raised as such."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from citenet.errors import ParseError
from citenet.io._lines import numbered
from citenet.io._pieces import HeldText
from citenet.io._records import Records

__all__ = ["Item", "are_lines", "compact", "dicts", "get", "is_lines", "load", "load_lines", "mentions"]

Item = tuple[int, Any]

_SEEN = re.compile(r"\S")
_START = re.compile(r"\s*[\[{]")


def mentions(head: str, *patterns: str) -> bool:
    """Whether a text begins like JSON and holds each of these patterns.

    >>> mentions('{"DOI": "10.1000/x"}', r'"DOI"')
    True
    """
    return _START.match(head) is not None and all(re.search(pattern, head) for pattern in patterns)


def is_lines(text: str) -> bool:
    """Whether a text is JSON Lines: its first line is a value of its own, and more follows."""
    first = _SEEN.search(text)
    begin = first.start() if first else 0
    end = text.find("\n", begin)
    return end > 0 and _SEEN.search(text, end) is not None and _is_whole(text[begin:end])


def are_lines(pieces: Iterable[str]) -> bool:
    """Whether a text in pieces, each cut behind a line end, is JSON Lines."""
    return is_lines("".join(islice((piece for piece in pieces if not piece.isspace()), 2)))


def load(text: str, records: Records, decode: Callable[[str], Any] | None = None) -> Iterator[Item]:
    """Yield the value of a document, or of each of its lines, with the line it begins in.

    ``decode`` takes lines of the usual kind faster than `json.loads`; those it refuses are read as any others.

    Raises
    ------
    ParseError
        If the text is no JSON. A broken line among others is a problem.
    """
    if is_lines(text):
        yield from load_lines(HeldText(text, records.file), records, decode)
        return
    try:
        yield 1, json.loads(text)
    except RecursionError as error:
        raise ParseError("JSON nested too deeply to be a bibliography", file=records.file) from error
    except json.JSONDecodeError as error:
        found = text[error.pos : error.pos + 80]
        message = f"broken JSON ({error.msg}); the file may be cut, export it again."
        raise ParseError(message, file=records.file, line=error.lineno, excerpt=found) from error
    except ValueError as error:  # a number with thousands of digits
        raise ParseError(f"broken JSON ({error})", file=records.file) from error


def _is_whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict | list)
    except (ValueError, RecursionError):
        return False


def load_lines(pieces: Iterable[str], records: Records, decode: Callable[[str], Any] | None = None) -> Iterator[Item]:
    """Yield the value of each line of JSON Lines, as `load` does."""
    for number, line in numbered(pieces):
        if decode is not None:
            try:
                yield number, decode(line)
                continue
            except (ValueError, RecursionError):
                pass
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            records.problem("unreadable record", number, f"the line is broken JSON ({error}); left out", line[:200])
        else:
            yield number, value


def get(value: Any, *keys: str) -> Any:
    """Value behind a path of keys, None where the path ends early.

    >>> get({"a": {"b": 1}}, "a", "b"), get({"a": None}, "a", "b"), get([], "a")
    (1, None, None)
    """
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def dicts(value: Any) -> list[dict[str, Any]]:
    """Objects of a list; an empty list where it is none.

    >>> dicts([{"a": 1}, None, 3]), dicts({"a": 1})
    ([{'a': 1}], [])
    """
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def compact(value: Any) -> str:
    """Return a value as JSON without needless blanks, keys in order.

    >>> compact({"year": 2004, "key": "ref1"})
    '{"key":"ref1","year":2004}'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode("utf-8")
