"""Lists of people: ``"Robert G, Locock L et al."`` to ``"Robert, G; Locock, L"``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from citenet._support.patterns import regex
from citenet.refparse.persons import names
from citenet.refparse.spans import spans
from citenet.refparse.tagger import Tagger
from citenet.refparse.weights import load_lexicon, load_weights

__all__ = ["people", "people_tagger"]

_LETTER = regex(r"[^\W\d_]")


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
        found = [span for span in found if _LETTER.search(text, span.start, span.end)]  # A.02 names nobody
        yield names(text, found), min([span.certainty for span in found], default=0.0)
