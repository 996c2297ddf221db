"""Lists of people: ``"Robert G, Locock L et al."`` to ``"Robert, G; Locock, L"``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from citenet.refparse.spans import Span, spans
from citenet.refparse.tagger import Tagger
from citenet.refparse.tokens import DICTIONARIES
from citenet.refparse.weights import load_lexicon, load_weights

__all__ = ["people", "people_tagger"]

_SEPARATORS = re.compile(r"\s*[,;]\s*")
_PARTICLES = re.compile(r"(?:(?:da|das|de|del|della|den|der|di|do|dos|du|e|la|le|van|von|zu|zur)\s?)+")
_INITIALS = re.compile(r"(.*[^\W\d_A-Z][\w’'-]*) ([A-ZÀ-Ý]{1,5})")
_GIVEN = DICTIONARIES.index("given")
_EDGES = ' ,.;:()[]/&"“”*'


@cache
def people_tagger() -> Tagger:
    """Return the shipped model of author lists."""
    return Tagger(load_weights("people"), load_lexicon())


def people(lists: Sequence[tuple[list[str], str]]) -> Iterator[tuple[str | None, float]]:
    """Names of each list and how sure they are.

    Parameters
    ----------
    lists : sequence of (list of str, str)
        Tokens of a list of people, at least one, and the text they make up.

    Yields
    ------
    (str or None, float)
        ``"Family, Given; Group"``; lowest certainty of its spans.
    """
    tagger = people_tagger()
    tagged = tagger.tag([tokens for tokens, _ in lists])
    for (_, text), found in zip(lists, spans(tagged, tagger.fields), strict=True):
        names = [name for name in map(_written, _persons(text, found)) if name]
        certainty = min((span.certainty for span in found), default=0.0)
        yield "; ".join(names) or None, certainty


def _persons(text: str, found: list[Span]) -> list[dict[str, str]]:
    """Spans of one list put together to persons; a suffix belongs to the person before it."""
    persons: list[dict[str, str]] = []
    for span in found:
        piece = text[span.start : span.end].strip()
        if span.field == "given" and text[span.end : span.end + 1] == ".":
            piece += "."
        if span.field == "suffix":
            if persons:
                persons[-1]["suffix"] = piece
            continue
        person = persons[-1] if persons else None
        if person and "given" in person and _PARTICLES.fullmatch(piece):
            person["given"] += f" {piece}"  # Silva MRF da
            continue
        if person is None or span.begins or span.field == "group" or "group" in person:
            persons.append({span.field: piece})
        elif span.field not in person:
            joint = person.get("family", "")[-1:] + piece[:1]
            if not text[span.start].isspace() and ("-" in joint or "‐" in joint) and "family" in person:
                rest, _, piece = piece.partition(" ")  # the second half of a double name
                person["family"] += rest
            person[span.field] = piece
        elif span.field == "given":
            person["given"] += " " + piece
        else:
            persons.append({span.field: piece})
    return persons


def _is_person(group: str) -> bool:
    """Whether what was taken for a group is a given name and one more word."""
    first, _, rest = group.partition(" ")
    return rest.isalpha() and rest.istitle() and bool(load_lexicon().get(first.lower(), 0) >> _GIVEN & 1)


def _written(person: dict[str, str]) -> str | None:
    """``Family, Given`` without marks that would be read as separators."""
    group = _SEPARATORS.sub(" ", person.get("group", "")).strip(_EDGES)
    family = _SEPARATORS.sub(" ", person.get("family", "")).strip(_EDGES)
    given = _SEPARATORS.sub(" ", person.get("given", "")).strip(' ,;:()[]/&"“”*')
    whole = group or (family if not given else "" if family else given)
    if (run := _INITIALS.fullmatch(whole)) and not (group and " " in run[1]):
        family, given, group = run[1], run[2], ""  # Ferrais ADSN, taken for one thing
    if group and not _is_person(group):
        return group
    if group:
        given, family = group.split(" ")
    if person.get("suffix"):
        given = f"{given} {person['suffix'].strip(_EDGES)}".strip()
    if not family:
        return given.strip(_EDGES) or None
    return f"{family}, {given}" if given else family
