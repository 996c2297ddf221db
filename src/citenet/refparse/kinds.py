"""What kind of work a reference cites, from its fields and cue words."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["kind_of"]

_THESIS = re.compile(
    r"\b(?:thesis|dissertation|thèse|th[eè]se de doctorat|tesis|tese de|dissertação|diss\.|diplomarbeit|"
    r"habilitation\w*|masterarbeit|magisterarbeit|proefschrift|tesi di)\b|\bph\.?\s?d\b", re.IGNORECASE)  # fmt: skip
_REPORT = re.compile(
    r"\b(?:technical report|tech\.? rep\w*|working papers?|discussion papers?|research report|white paper|policy brief|"
    r"arbeitspapiere?|forschungsbericht|diskussionspapiere?|rapport|relatório|informe|final report|memo(?:randum)?)\b",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(?:proceedings?|proc\.|conference|conf\.|symposium|workshop|congress|kongress\w*|tagung\w*|congreso|congresso|"
    r"congrès|anais|meeting|lecture notes|lncs)(?!\w)", re.IGNORECASE)  # fmt: skip
_JOURNAL = re.compile(
    r"\b(?:proceedings of the (?:national academy|royal society|ieee)|proc\.? (?:natl|r\.? soc|ieee))", re.IGNORECASE
)
_PATENT = re.compile(r"\b(?:u\.?s\.? patent|patent no|patent application|patentschrift)\b", re.IGNORECASE)
_SITE = re.compile(
    r"\b(?:retrieved|accessed|available|abgerufen|zugriff|disponible|disponível|consulté|stand)\b", re.IGNORECASE
)

Value = str | int | None


def kind_of(text: str, values: Mapping[str, Value]) -> str | None:
    """One of article, chapter, conference, book, report, thesis, preprint, patent, web; None where nothing tells.

    >>> kind_of("Porter ME. JAMA 2016;316:1047", {"container": "JAMA", "volume": "316"})
    'article'
    """
    container = str(values.get("container") or "")
    title = values.get("title")
    around = text.replace(str(title), " ") if title else text
    if _PATENT.search(text):
        return "patent"
    if _THESIS.search(around):
        return "thesis"
    if container:
        return _kind_within(container, around, values)
    if _REPORT.search(around) and not values.get("editors"):
        return "report"
    if "arxiv" in str(values.get("ids") or ""):
        return "preprint"
    if values.get("publisher") or values.get("place") or values.get("editors"):
        return "book" if title or values.get("editors") else None
    return "web" if values.get("url") or (_SITE.search(around) and "http" in text) else None


def _kind_within(container: str, around: str, values: Mapping[str, Value]) -> str | None:
    """Kind of a work that stands in a container."""
    if _MEETING.search(container) and not (_JOURNAL.search(container) or values.get("issue")):
        return "conference"
    edited = values.get("editors")
    if (values.get("volume") or values.get("issue")) and not edited:
        return "article"
    if _REPORT.search(around) and not edited:
        return "report"
    if edited or values.get("publisher") or values.get("place"):
        return "chapter"
    return "article" if values.get("first_page") or values.get("doi") else None
