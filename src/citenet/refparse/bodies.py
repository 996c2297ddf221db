"""Names of bodies among people: ministries, foundations, study groups."""

from __future__ import annotations

import re
from collections.abc import Callable

from citenet._support.patterns import regex

__all__ = ["BODY", "closed", "is_body"]

BODY = regex(
    r"(?:stiftung|verband|verein|ministerium|kommission|gesellschaft|gruppe|(?<=[a-zß-ÿ]{3})(?:amt|bund|kammer|fonds)"
    r"|arbeitskreis|(?:bundes|wissenschafts|ethik|sachverständigen|bei)rat)\b"
    r"|\b(?:collaborat(?:ion|ors?|ive)|consorti(?:um|a)|groups?|teams?|committees?|investigators?|networks?|institut[eo]?s?"
    r"|universi\w+|health|bank|council|foundation|ministry|agency|cent(?:re|er)s?|society|association|research|office"
    r"|bund|amt|commission)\b",
    re.IGNORECASE,
)
# Arbeitsgruppe Bildungsbericht am Max-Planck-Institut
_GERMAN_FIRST = regex(r"(?:[^\W\d_]+gruppe|Arbeitskreis|Arbeitsgemeinschaft) [^,;/&.|]+")
# NHS England, HM Government: the capitals stand first and are no initials.
_BODY_NAME = regex(
    r"(?:[A-Z]{3,}|HM|UK|US|EU|UN|AG)(?: (?:of|for|and|the|[^\W\d_a-z][\w’'&-]+))*? [^\W\d_a-z][\w’'-]{2,}"
)
# GBD 2019 Diseases and Injuries Collaborators
_GROUPS = (
    "Collaborators", "Collaboration", "Group", "Consortium", "Network", "Committee", "Investigators", "Initiative"
)  # fmt: skip
_ONE_BODY = regex(rf"(?:[^,;./]+ )(?:{'|'.join(_GROUPS)})\.?")
# European Foundation for the Improvement of Living and Working Conditions; Hans-Böckler-Stiftung (HBS)
_PARTED = regex(r"[,;/&.|]")
_JOINS = regex(r" (?:for|of|on|für|de|da|do|del|pour) ")
_AND_WORD = regex(r" (?:and|und|et|y|e|en|og|och) ")
_EDGES = ' ,.;:()[]/&"“”*'


def is_body(text: str, n_parts: int, is_given: Callable[[str], bool]) -> bool:
    """Whether a list of people is the name of one body; ``is_given`` tells given names."""
    if text.removesuffix(".").endswith(_GROUPS) and _ONE_BODY.fullmatch(text):
        return True
    if n_parts == 1:
        name = text.strip(_EDGES)
        return (_BODY_NAME.fullmatch(name) or _GERMAN_FIRST.fullmatch(name)) is not None
    if _PARTED.search(text.replace("St. ", "")) or is_given(text.split(" ", 1)[0]) or not BODY.search(text):
        return False
    return not _AND_WORD.search(text) or _JOINS.search(text) is not None


def closed(group: str) -> str:
    """Return the name of a body with the bracket closed that it opens."""
    return f"{group})" if group.count("(") > group.count(")") else group
