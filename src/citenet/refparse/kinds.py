"""What kind of work a reference cites, from its fields and cue words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from citenet._support.patterns import regex

__all__ = ["kind_of"]

_THESIS = regex(
    r"\b(?:thesis|dissertation|thèse|tesis|tese de|tese|dissertação|diss\.|diplomarbeit|habilitation\w*|masterarbeit|"
    r"bachelorarbeit|magisterarbeit|proefschrift|tesi di)(?!\w)|\bph\.?\s?d\b"
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
_MARKED = regex(r"\[([DRPC])(?:/OL)?\](?=\.|//)")  # GB/T 7714
_MARKS = {"D": "thesis", "R": "report", "P": "patent", "C": "conference"}
_PATENT = regex(r"patent (?:no|app)|s\. patent|(?:united states|us|european) patent")
_SITE = regex(r"\b(?:retrieved|accessed|available|abgerufen|zugriff|disponible|disponível|consulté|stand)\b")
# Parts that any match of a pattern holds: looking for them is cheaper than trying the pattern.
_THESIS_PARTS = ("thesi", "diss", "thès", "tesi", "tese", "arbeit", "habil", "proefschrift", "phd", "ph.", "ph ")
_REPORT_PARTS = ("report", "tech", "paper", "brief", "papier", "bericht", "rapport", "relat", "informe", "memo")

Value = str | int | None


def kind_of(text: str, values: Mapping[str, Value]) -> str | None:
    """One of article, chapter, conference, book, report, thesis, preprint, patent, web; None where nothing tells.

    >>> kind_of("Porter ME. JAMA 2016;316:1047", {"container": "JAMA", "volume": "316"})
    'article'
    """
    container, title = values.get("container"), values.get("title")
    around = (text.replace(str(title), " ") if title else text).lower()
    if "[" in text and (marked := _MARKED.search(text)) and marked[1] in _MARKS:
        return _MARKS[marked[1]]
    if "patent" in around and _PATENT.search(around):
        return "patent"
    if _holds(around, _THESIS_PARTS, _THESIS):
        return "thesis"
    if container:
        return _kind_within(str(container).lower(), around, values)
    if not values.get("editors") and _holds(around, _REPORT_PARTS, _REPORT):
        return "report"
    if "arxiv" in str(values.get("ids") or "") or "medrxiv" in around or "biorxiv" in around:
        return "preprint"
    if values.get("publisher") or values.get("place") or values.get("editors"):
        return "book" if title or values.get("editors") else None
    return "web" if values.get("url") or ("http" in text and _SITE.search(around)) else None


def _kind_within(name: str, around: str, values: Mapping[str, Value]) -> str | None:
    """Kind of a work that stands in a container of a name."""
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
    return any(map(text.__contains__, parts)) and pattern.search(text) is not None
