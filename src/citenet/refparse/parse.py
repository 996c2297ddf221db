"""Reference strings to fields, and how certain each is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from citenet._support.patterns import regex
from citenet.refparse.clean import clean
from citenet.refparse.fields import Parsed, assemble, people_spans
from citenet.refparse.kinds import kind_of
from citenet.refparse.links import without_links
from citenet.refparse.marks import DATED_KEY
from citenet.refparse.people import people
from citenet.refparse.several import LONGEST, separate_works
from citenet.refparse.spans import spans
from citenet.refparse.tagger import Tagger
from citenet.refparse.tokens import tokenize
from citenet.refparse.weights import load_lexicon, load_weights
from citenet.refparse.years import YEAR

__all__ = ["BATCH", "fields_tagger", "parse_strings"]

_DOTTED = regex(r"(?<![^\W\d_])[^\W\d_a-z]\.|,\s*[^\W\d_a-z]\Z")  # an initial with its stop, or "Smith, J"
# What stands before a reference: a bullet, "[HAUP93]", "35) Cf."
_LABEL = regex(
    r"(?:[•►▪‣◦●■*]\s*|[-–—]\s+)?(?:\[(?=[^\]]*\d)[\w+.:-]{1,12}\]\s*|\d{1,3}(?:\)|(?=\s+(?:[Vv]gl\.|[Cc]f\.|Siehe|See)\s))\s+)?"
    r"(?:(?:[Vv]gl\.|[Cc]f\.|[Ss]iehe|[Ss]ee(?=[^.:]{2,60},| also| e\.g))"
    r"(?: (?:auch|also|hierzu|dazu|etwa|e\.g\.))*:?,? (?=[A-ZÀ-Ý]))?"
    r"(?:(?:Prof|Dr|PD)\. (?:(?:Dr|med|phil|h\.\s?c)\. )*(?=[A-ZÀ-Ý]))?"
)
_KEY = regex(r"([^\W\d_]{3,})(?: u\. ?a\.| et al\.)? \d{4}[a-z]? (?=\1,)")  # Latour 1998 Latour, Bruno: …
_SAME = regex(r"\s*(?:[-–—―_]{2,}|[—―])[\s.,:(]")  # for the people of the work before
BATCH = 2_000  # references labelled together


@cache
def fields_tagger() -> Tagger:
    """Return the shipped model of reference strings."""
    return Tagger(load_weights("fields"), load_lexicon())


def parse_strings(lines: Sequence[str]) -> list[Parsed]:
    """Fields and certainties of each string; no table, so no pandas."""
    parsed: list[Parsed] = []
    for start in range(0, len(lines), BATCH):
        parsed += _parse_batch(lines[start : start + BATCH])
    return parsed


def _parse_batch(lines: Sequence[str]) -> list[Parsed]:
    works = [separate_works(without_links(clean(line[:LONGEST]))) for line in lines]
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
        if text[0] in "-–—―_" and _SAME.match(text):
            parsed[i].slips.append("a dash is printed for the people of the work before")
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
    dated = DATED_KEY.match(text) if text.startswith("[") else None
    if dated and YEAR.search(text, dated.end()):
        text = text[dated.end() :].lstrip()
    if label := _LABEL.match(text):
        text = text[label.end() :]
    key = _KEY.match(text)
    return text[key.end() :] if key else text


def _with_last_stop(text: str, start: int, end: int) -> str:
    """Return the list of people, with the stop behind it where its initials carry stops."""
    listed = text[start:end]
    initial = text[end : end + 1] == "." and listed[-1:].isupper() and not listed[-2:-1].isalpha()
    return f"{listed}." if initial and _DOTTED.search(listed) else listed
