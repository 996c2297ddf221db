"""DOIs of cited references of the Web of Science: of one, in its many shapes, and of many at once."""

from __future__ import annotations

import re
from typing import Any

from citenet.identifiers import join_ids, normalise_doi
from citenet.io._columns import Cell
from citenet.io._signs import Mask, are_at, begin_with, is_digit, is_letter, numbers_of_four
from citenet.io._spans import Spans, fill_in, texts_of_lines

__all__ = ["plain_dois", "take_dois"]

_DOI = re.compile(
    r"(?:doi )?(10\.\d{4,9}+/[\w.()/:;-]++(?:<[\w.()/;-]*+:[\w.()/:;-]*+>[\w.()/:;-]*+)*+)(?<=\w)$", re.ASCII
)
_IS_ODD = bytes(re.fullmatch(rb"[\w.()/:;-]", bytes([code])) is None for code in range(256))


def take_dois(text: str, fields: dict[str, Any]) -> None:
    """First DOI into ``doi``, others of a ``[list]`` into ``ids``; what is no DOI is left to ``raw``."""
    listed = text[1:-1].split(", ") if text.startswith("[") and text.endswith("]") else [text]
    dois = list(dict.fromkeys(doi for doi in map(normalise_doi, listed) if doi))
    if dois:
        fields["doi"] = dois[0]
    if len(dois) > 1:
        fields["ids"] = join_ids(f"doi:{doi}" for doi in dois[1:])


def plain_dois(texts: Spans) -> tuple[list[Cell], list[int]]:
    """DOIs of texts that are one, or one behind "DOI"; None for what takes a second look, and where it stands.

    >>> plain_dois(Spans.of(["10.1000/A", "DOI 10.1000/b", "10.1000/1<2:A>b", "[10.1000/c, 10.1000/d]"]))
    (['10.1000/a', '10.1000/b', '10.1000/1<2:a>b', None], [3])
    """
    doubled = are_at(texts.signs, texts.begins, b"DOI ")
    lines = Spans(texts.signs, texts.begins + 4 * doubled, texts.ends).lines()
    dois = texts_of_lines(lines.signs.tobytes().lower())
    return dois, fill_in(dois, texts, lines.with_signs(_IS_ODD) | ~_are_dois(lines), _plain_doi)


def _are_dois(lines: Spans) -> Mask:
    """Whether each line begins with a prefix of four or five digits, and ends with a letter or digit behind it."""
    signs, begins, ends = lines.signs, lines.begins, lines.ends
    last, fifth = signs[ends - 1], signs[begins + 7]
    found = begin_with(lines.words(), "10.")
    found &= numbers_of_four(signs, begins + 3) >= 0
    found &= (fifth == ord("/")) | (is_digit(fifth) & (signs[begins + 8] == ord("/")))
    found &= (ends - begins > len("10.12345/")) & (is_digit(last) | is_letter(last))
    return found


def _plain_doi(text: str) -> str | None:
    found = _DOI.match(text.lower())
    return found and found.group(1)
