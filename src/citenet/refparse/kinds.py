"""What kind of work a reference cites, from its fields and cue words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from citenet._support.patterns import regex

__all__ = ["kind_of"]

_THESIS = regex(
    r"\b(?:thesis|dissertation|thèse|tesis|tese de|tese|dissertação|diss\.|diplomarbeit|habilitation\w*|masterarbeit|"
    r"magisterarbeit|proefschrift|tesi di)(?!\w)|\bph\.?\s?d\b"
)
_REPORT = regex(
    r"\b(?:technical report|tech\.? rep\w*|working papers?|discussion papers?|research report|white paper|policy brief|"
    r"arbeitspapiere?|forschungsbericht|diskussionspapiere?|rapport|relatório|informe|final report|memo(?:randum)?)\b"
)
_MEETING = regex(
    r"\b(?:proceedings?|proc\.|conference|conf\.|symposium|workshop|congress|kongress\w*|tagung\w*|congreso|congresso|"
    r"congrès|anais|meeting|lecture notes|lncs)(?!\w)"
)
_JOURNAL = regex(r"\b(?:proceedings of the (?:national academy|royal society|ieee)|proc\.? (?:natl|r\.? soc|ieee))")
_SITE = regex(r"\b(?:retrieved|accessed|available|abgerufen|zugriff|disponible|disponível|consulté|stand)\b")
# Parts that any match of a pattern holds: looking for them is cheaper than trying the pattern.
_THESIS_PARTS = ("thes", "diss", "thès", "tesis", "tes", "arbeit", "habil", "proefschrift", "ph")
_REPORT_PARTS = ("rep", "paper", "brief", "papier", "bericht", "rapport", "relat", "informe", "memo")

Value = str | int | None


def kind_of(text: str, values: Mapping[str, Value]) -> str | None:
    """One of article, chapter, conference, book, report, thesis, preprint, patent, web; None where nothing tells.

    >>> kind_of("Porter ME. JAMA 2016;316:1047", {"container": "JAMA", "volume": "316"})
    'article'
    """
    container = str(values.get("container") or "")
    title = values.get("title")
    around = (text.replace(str(title), " ") if title else text).lower()
    if "patent" in around and ("patent no" in around or "patent app" in around or "s. patent" in around):
        return "patent"
    if _holds(around, _THESIS_PARTS, _THESIS):
        return "thesis"
    if container:
        return _kind_within(container, around, values)
    if not values.get("editors") and _holds(around, _REPORT_PARTS, _REPORT):
        return "report"
    if "arxiv" in str(values.get("ids") or ""):
        return "preprint"
    if values.get("publisher") or values.get("place") or values.get("editors"):
        return "book" if title or values.get("editors") else None
    return "web" if values.get("url") or ("http" in text and _SITE.search(around)) else None


def _kind_within(container: str, around: str, values: Mapping[str, Value]) -> str | None:
    """Kind of a work that stands in a container."""
    name = container.lower()
    if not values.get("issue") and _MEETING.search(name) and not _JOURNAL.search(name):
        return "conference"
    edited = values.get("editors")
    if (values.get("volume") or values.get("issue")) and not edited:
        return "article"
    if not edited and _holds(around, _REPORT_PARTS, _REPORT):
        return "report"
    if edited or values.get("publisher") or values.get("place"):
        return "chapter"
    return "article" if values.get("first_page") or values.get("doi") else None


def _holds(text: str, parts: tuple[str, ...], pattern: re.Pattern[str]) -> bool:
    return any(part in text for part in parts) and pattern.search(text) is not None
