"""Values of other people's records as fields: text tidied, years, names, identifiers, told by what they look like."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from citenet.identifiers import normalise_doi, normalise_id

__all__ = [
    "find_id",
    "inverted",
    "inverted_names",
    "is_group",
    "join_people",
    "person",
    "plain",
    "split_ids",
    "terms",
    "text_of",
    "trailing_initials",
    "year_of",
]

_UNUSABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_TAG = re.compile(r"</?[A-Za-z][\w:.-]{0,40}(?:\s[^<>]{0,500})?/?>")
_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d\d)(?!\d)")
_GROUP = re.compile(
    r"\b(?:and|for|of|the|agency|association|authority|board|bureau|cent(?:er|re)|collaboration|college|commission|"
    r"committee|consortium|corporation|council|department|federation|foundation|group|institute?|international|"
    r"investigators|ministry|national|network|office|organi[sz]ation|program(?:me)?|project|society|study|team|trial|"
    r"union|universit\w+|world)\b|[&\d()]",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    ["af", "al", "ap", "ben", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "ten",
     "ter", "van", "vom", "von", "zu", "zur"]
)  # fmt: skip
_SUFFIXES = frozenset(["jr", "jr.", "sr", "sr.", "ii", "iii", "iv"])
_INITIALS = re.compile(r"(?:[A-ZÀ-Þ]\.?-?){1,5}$|(?:[A-ZÀ-Þ][a-zà-ÿ]?\.[- ]?)+$")
_USUAL_NAMES = re.compile(r"[^,; ][^,;]*+, [^,; ][^,;]*+(?:; [^,; ][^,;]*+, [^,; ][^,;]*+)*+")
# Between identifiers stand blanks, commas, semicolons or bars. The DOIs of Wiley's old journals hold a semicolon.
_BETWEEN_IDS = re.compile(r"[\s|,]+|;(?!\d(?:-[0-9A-Z#])?(?:[\s\"'>)\]},;|]|$))", re.I)
_BEFORE_ID = re.compile(r"^[\s\"'<({\[*•-]+")
_BEHIND_ID = re.compile(r"[\s\"'\],;}]+$")
_MOST_BRACKETS = 5
_PUBMED_URL = re.compile(r"https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/\d", re.I)
_PMC = re.compile(r"(?:pmcid:?\s*)?PMC\d+$", re.I)
_OPENALEX = re.compile(r"(?:(?:openalex:?\s*|https?://(?:api\.)?openalex\.org/(?:works/)?)W\d+|W\d{4,})$", re.I)
_PMID = re.compile(r"pmid:?\s*\d{1,9}$", re.I)
_WOS = re.compile(r"(?:wos|isi|ut)[: ]\s*[A-Z0-9]{15}$", re.I)


def text_of(value: Any) -> str | None:
    r"""Text or number as tidy text; None where there is none, and for anything that is no single value.

    >>> text_of("  A \n title "), text_of(12), text_of(""), text_of(["x"]), text_of(True)
    ('A title', '12', None, None, None)
    """
    if isinstance(value, str):
        if "  " not in value and value.isprintable():  # by far the most frequent
            return value.strip() or None
        if _UNUSABLE.search(value):
            value = _UNUSABLE.sub("\ufffd", value).replace("\ufffd\ufffd", "\ufffd")
        return " ".join(value.split()) or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if abs(value) < 1e18 else None
    return None


def plain(value: Any) -> str | None:
    """Text without the mark-up and the HTML entities that titles are delivered with.

    >>> plain("Effects of <i>E. coli</i> &amp;amp; CO<sub>2</sub>, p < 0.05")
    'Effects of E. coli & CO2, p < 0.05'
    """
    if type(value) is str and value.isprintable() and "&" not in value and "<" not in value and "  " not in value:
        return value.strip() or None  # by far the most frequent
    text = text_of(value)
    if text is None:
        return None
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub("", text)
    return text_of(text)


def year_of(value: Any) -> int | None:
    """First year between 1000 and 2099 in a text or number; None where there is none.

    >>> year_of("1 Jan.-Feb. 2019"), year_of(1998.0), year_of("2010a"), year_of("n.d.")
    (2019, 1998, 2010, None)
    """
    if type(value) is str and len(value) == 4 and value.isdecimal() and value.isascii() and "1000" <= value <= "2099":
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    found = _YEAR.search(text_of(value) or "")
    return int(found.group(1)) if found else None


def terms(values: Iterable[Any]) -> str | None:
    """Terms as ``"one; two"``, each once, in the order given.

    >>> terms(["one", None, " two ", "one"])
    'one; two'
    """
    values = list(values)
    if all(isinstance(value, str) for value in values):
        joined = "; ".join(values)
        if _needs_no_change(joined, len(values)) and len(set(values)) == len(values):
            return joined
    kept = dict.fromkeys([term.replace(";", ",") for value in values if (term := plain(value))])
    return "; ".join(kept) or None


def _needs_no_change(joined: str, n: int) -> bool:
    """Whether so many texts, joined by ``"; "``, are as tidy as `plain` would make them, and hold no semicolon."""
    return (
        joined.isprintable()
        and joined.count(";") == n - 1
        and not any(map(joined.__contains__, ("&", "<", "  ", " ;")))
        and joined[:1] not in ("", " ", ";")
        and joined[-1] != " "
    )


def person(family: Any, given: Any = None) -> str | None:
    """``"Family, Given"`` of a name whose parts are known.

    >>> person("van der Geest", "Sjaak"), person("World Health Organization")
    ('van der Geest, Sjaak', 'World Health Organization')
    """
    last, first = _name_part(family), _name_part(given)
    return f"{last}, {first}" if last and first else last or first or None


def _name_part(part: Any) -> str:
    text = plain(part) or ""
    return " ".join(text.replace(";", " ").replace(",", " ").split()) if ";" in text or "," in text else text


@lru_cache(maxsize=16_384)
def inverted(name: str) -> str | None:
    """``"Family, Given"`` of a name in its natural order; a group, and a name with a comma, keep their order.

    >>> inverted("Jason R. C. Nurse"), inverted("Sjaak van der Geest"), inverted("Cochrane Work Group")
    ('Nurse, Jason R. C.', 'van der Geest, Sjaak', 'Cochrane Work Group')
    """
    if "," in name and "&" not in name:  # by far the most frequent
        family, _, given = name.partition(",")
        return person(family, given)
    name = (plain(name) or "").replace(";", " ")
    if "," in name:
        family, _, given = name.partition(",")
        return person(family, given)
    words = name.split()
    if len(words) < 2 or len(words) > 6 or _GROUP.search(name):
        return " ".join(words) or None
    if _INITIALS.match(words[-1]) and not _INITIALS.match(words[0]) and len(words[-1].replace(".", "")) < 4:
        return trailing_initials(name)
    end = len(words) - 1 if words[-1].lower() in _SUFFIXES and len(words) > 2 else len(words)
    at = end - 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    return person(" ".join(words[at:end]), " ".join([*words[:at], *words[end:]]))


def is_group(name: str) -> bool:
    """Whether a name has a word, sign or digit that names of people do not have.

    >>> is_group("Cochrane Work Group"), is_group("Sjaak van der Geest")
    (True, False)
    """
    return _GROUP.search(name) is not None


def inverted_names(names: list[str]) -> str | None:
    """Names as `inverted` has them, in one text.

    >>> inverted_names(["Robert, Glenn", "Louise Locock"])
    'Robert, Glenn; Locock, Louise'
    """
    joined = "; ".join(names)
    if _needs_no_change(joined, len(names)) and _USUAL_NAMES.fullmatch(joined):
        return joined
    return join_people(map(inverted, names))


@lru_cache(maxsize=16_384)
def trailing_initials(name: str) -> str | None:
    """``"Family, Given"`` of a name whose initials follow the family name.

    >>> trailing_initials("van der Geest S."), trailing_initials("O'Neill AF"), trailing_initials("ATLAS Collaboration")
    ('van der Geest, S.', "O'Neill, AF", 'ATLAS Collaboration')
    """
    name = (plain(name) or "").replace(";", " ").strip()
    if "," in name:
        family, _, given = name.partition(",")
        return person(family, given)
    words = name.split()
    at = len(words)
    while at > 1 and (_INITIALS.match(words[at - 1]) or (at < len(words) and words[at - 1].lower() in _SUFFIXES)):
        at -= 1
    return person(" ".join(words[:at]), " ".join(words[at:])) if words else None


def join_people(names: Iterable[str | None]) -> str | None:
    """Names as one text; None where there is none."""
    return "; ".join([name for name in names if name]) or None


def find_id(text: str) -> str | None:
    """Recognise the identifier of a text that says itself what it is; None for a bare number and anything else.

    Examples
    --------
    >>> find_id("https://doi.org/10.1000/ABC"), find_id("PMID: 0123"), find_id("https://openalex.org/W2741809807")
    ('doi:10.1000/abc', 'pmid:123', 'openalex:W2741809807')
    >>> find_id("123456") is None
    True
    """
    text = text.strip()
    if _OPENALEX.match(text):
        return normalise_id("openalex", text)
    if _PMID.match(text) or _PUBMED_URL.match(text):
        return normalise_id("pmid", text.split("?")[0])
    if _PMC.match(text) or "/PMC" in text:
        return normalise_id("pmcid", text.rstrip("/"))
    if _WOS.match(text):
        return normalise_id("wos", text)
    doi = normalise_doi(text)
    return f"doi:{doi}" if doi else None


def split_ids(text: str) -> list[str]:
    """Items of a line or cell of identifiers, without the signs between and around them.

    Brackets and semicolons that belong to a DOI stay in it.

    >>> split_ids("['10.1000/a', '10.1061/(ASCE)0733(1)'];10.1002/(SICI)1097(199806)49:8<693::AID-ASI3>3.0.CO;2-O")
    ['10.1000/a', '10.1061/(ASCE)0733(1)', '10.1002/(SICI)1097(199806)49:8<693::AID-ASI3>3.0.CO;2-O']
    """
    items = (_BEHIND_ID.sub("", _BEFORE_ID.sub("", item)) for item in _BETWEEN_IDS.split(text))
    return [_unbracketed(item) for item in items if item]


def _unbracketed(item: str) -> str:
    """Text without closing brackets that nothing in it opened."""
    for opening, closing in ("()", "<>", "()"):
        surplus = min(_MOST_BRACKETS, item.count(closing) - item.count(opening))
        while surplus > 0 and item.endswith(closing):
            item = _BEHIND_ID.sub("", item.removesuffix(closing))
            surplus -= 1
    return item
