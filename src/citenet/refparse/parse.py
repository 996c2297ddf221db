"""Reference strings to a table of fields."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from citenet._support.patterns import regex
from citenet.refparse.clean import clean
from citenet.refparse.fields import Parsed, assemble, people_spans
from citenet.refparse.kinds import kind_of
from citenet.refparse.people import people
from citenet.refparse.several import separate_works
from citenet.refparse.spans import spans
from citenet.refparse.tagger import Tagger
from citenet.refparse.tokens import tokenize
from citenet.refparse.weights import load_lexicon, load_weights

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LONGEST", "fields_tagger", "parse_references", "parse_strings"]

LONGEST = 4_000  # characters of a reference that are looked at
_DOTTED = regex(r"(?<![^\W\d_])[^\W\d_a-z]\.|,\s*[^\W\d_a-z]\Z")  # an initial with its stop, or "Smith, J"
# What stands before a reference: a bullet, "[HAUP93]", "35) Cf."
_LABEL = regex(
    r"(?:[•►▪‣◦●■*]\s*|[-–—]\s+)?(?:\[(?=[^\]]*\d)[\w+.:-]{1,12}\]\s*|\d{1,3}(?:\)|(?=\s+(?:[Vv]gl\.|[Cc]f\.|Siehe|See)\s))\s+)?"
    r"(?:(?:[Vv]gl\.|[Cc]f\.|[Ss]iehe|[Ss]ee(?=[^.:]{2,60},| also| e\.g))"
    r"(?: (?:auch|also|hierzu|dazu|etwa|e\.g\.))*:?,? (?=[A-ZÀ-Ý]))?"
    r"(?:(?:Prof|Dr|PD)\. (?:(?:Dr|med|phil|h\.\s?c)\. )*(?=[A-ZÀ-Ý]))?"
)
_KEY = regex(r"([^\W\d_]{3,})(?: u\. ?a\.| et al\.)? \d{4}[a-z]? (?=\1,)")  # Latour 1998 Latour, Bruno: …
_BATCH = 2_000  # references labelled together
_CERTAIN = ("title", "authors", "year", "container", "volume", "issue", "pages", "publisher", "editors")
_NAMES = (
    "title authors year type container volume issue first_page last_page publisher doi ids editors edition place url"
)
_COLUMNS = tuple(_NAMES.split())
_REPEATED = frozenset(
    {"type", "container", "volume", "issue", "first_page", "last_page", "publisher", "edition", "place"}
)


@cache
def fields_tagger() -> Tagger:
    """Return the shipped model of reference strings."""
    return Tagger(load_weights("fields"), load_lexicon())


def parse_references(references: str | Iterable[str]) -> pd.DataFrame:
    """Fields of printed references.

    Parameters
    ----------
    references : str or iterable of str
        A printed list as one text (it is split into references: numbered, bulleted, hanging, separated by blank
        lines or one a line), or one string per reference (taken as they are).

    Returns
    -------
    DataFrame
        One row per reference. ``raw`` is the string as given; ``title``, ``authors`` and ``editors``
        (``"Family, Given; Family, Given"``), ``year`` (Int64), ``type``, ``container``, ``volume``, ``issue``,
        ``first_page``, ``last_page``, ``publisher``, ``place``, ``edition``, ``doi``, ``ids``, ``url`` are what it
        prints, NA where it prints none. A last page is completed (902–13 gives 913), nothing else is added.
        ``title_confidence`` and so on, in [0, 1], is the model's probability of the least certain word of the field
        or beside it, NA where the field is; ``confidence`` is the lowest of them.

    Notes
    -----
    A conditional random field labels the words, a second one the names; see ``docs/refparse.md`` for scores.
    Of a string beyond 4,000 characters only the beginning is looked at; ``raw`` keeps it all.

    Examples
    --------
    >>> table = parse_references(["Porter ME, Lee TH. From volume to value in health care. JAMA 2016;316:1047–8."])
    >>> table.loc[0, ["authors", "title", "container", "first_page", "last_page"]].tolist()
    ['Porter, ME; Lee, TH', 'From volume to value in health care', 'JAMA', '1047', '1048']
    """
    if isinstance(references, str):
        from citenet.refparse.split import split_references

        lines = [entry.text for entry in split_references(references).entries]
    else:
        lines = list(references)
    return _table(lines)


def parse_strings(lines: Sequence[str]) -> list[Parsed]:
    """Fields and certainties of each string; no table, so no pandas."""
    parsed: list[Parsed] = []
    for start in range(0, len(lines), _BATCH):
        parsed += _parse_batch(lines[start : start + _BATCH])
    return parsed


def _parse_batch(lines: Sequence[str]) -> list[Parsed]:
    works = [separate_works(clean(line[:LONGEST])) for line in lines]
    texts = [_without_label(first) for first, *_ in works]
    sequences = [tokenize(text) for text in texts]
    filled = [i for i, tokens in enumerate(sequences) if tokens]
    parsed = [Parsed() for _ in lines]
    if not filled:
        return parsed
    tagger = fields_tagger()
    tagged = tagger.tag([sequences[i] for i in filled])
    lists: list[tuple[list[str], str]] = []
    owners: list[tuple[int, str, float]] = []
    for i, found in zip(filled, spans(tagged, tagger.fields), strict=True):
        text = texts[i]
        parsed[i] = assemble(text, found)
        if len(works[i]) > 1:
            parsed[i].slips.append(f"{len(works[i])} works are printed in one entry, the fields are the first one's")
        for role, span in people_spans(text, found).items() if "type" not in parsed[i].fields else ():
            lists.append((sequences[i][span.first : span.last], _with_last_stop(text, span.start, span.end)))
            owners.append((i, f"{role}s", span.certainty))
    if lists:
        for (i, role, certainty), (names, sure) in zip(owners, people(lists), strict=True):
            if names:
                parsed[i].fields[role], parsed[i].certainty[role] = names, min(certainty, sure)
    for i in filled:
        parsed[i].fields.setdefault("type", kind_of(texts[i], parsed[i].fields))
    return parsed


def _without_label(text: str) -> str:
    text = _LABEL.sub("", text, count=1)
    key = _KEY.match(text)
    return text[key.end() :] if key else text


def _with_last_stop(text: str, start: int, end: int) -> str:
    """Return the list of people, with the stop behind it where its initials carry stops."""
    listed = text[start:end]
    initial = text[end : end + 1] == "." and listed[-1:].isupper() and not listed[-2:-1].isalpha()
    return f"{listed}." if initial and _DOTTED.search(listed) else listed


def _table(lines: Sequence[str]) -> pd.DataFrame:
    """Fields as columns; batches leave only their values behind, repeated strings once."""
    import pandas as pd

    values: dict[str, list[str | int | None]] = {name: [] for name in _COLUMNS}
    certainty = {name: array("d") for name in ("", *_CERTAIN)}
    known: dict[str | int, str | int] = {}
    for start in range(0, len(lines), _BATCH):
        for entry in _parse_batch(lines[start : start + _BATCH]):
            for name, column in values.items():
                value = entry.fields.get(name)
                column.append(known.setdefault(value, value) if name in _REPEATED and value is not None else value)
            for name, sure in certainty.items():
                chance = entry.certainty.get(name) if name else min(entry.certainty.values(), default=0.0)
                sure.append(math.nan if chance is None else int(chance * 1000 + 0.5) / 1000)
    columns: dict[str, pd.Series] = {"raw": pd.Series(list(lines), dtype="str")}
    for name in _COLUMNS:
        columns[name] = pd.Series(values.pop(name), dtype="Int64" if name == "year" else "str")
    for name, sure in certainty.items():
        columns[f"{name}_confidence" if name else "confidence"] = pd.Series(np.frombuffer(sure, np.float64).copy())
    return pd.DataFrame(columns)
