"""Types of works in the words of each bibliographic format."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["WorkKind", "kind_of"]


class WorkKind(NamedTuple):
    """One type of work: BibTeX entry, RIS tag, CSL type."""

    bibtex: str
    ris: str
    csl: str


_ARTICLE = WorkKind("article", "JOUR", "article-journal")
_BOOK = WorkKind("book", "BOOK", "book")
_CHAPTER = WorkKind("incollection", "CHAP", "chapter")
_PAPER = WorkKind("inproceedings", "CPAPER", "paper-conference")
_THESIS = WorkKind("phdthesis", "THES", "thesis")
_REPORT = WorkKind("techreport", "RPRT", "report")
_OTHER = WorkKind("misc", "GEN", "document")
_KINDS = {
    "article": _ARTICLE, "journalarticle": _ARTICLE, "articlejournal": _ARTICLE, "review": _ARTICLE, "letter": _ARTICLE,
    "editorial": _ARTICLE, "editorialmaterial": _ARTICLE, "note": _ARTICLE, "shortsurvey": _ARTICLE,
    "bookreview": _ARTICLE, "articleinpress": _ARTICLE, "jour": _ARTICLE,
    "book": _BOOK, "monograph": _BOOK, "editedbook": _BOOK, "referencebook": _BOOK,
    "incollection": _CHAPTER, "inbook": _CHAPTER, "bookchapter": _CHAPTER, "chapter": _CHAPTER, "chap": _CHAPTER,
    "inproceedings": _PAPER, "conference": _PAPER, "proceedingspaper": _PAPER, "conferencepaper": _PAPER,
    "proceedingsarticle": _PAPER, "paperconference": _PAPER, "cpaper": _PAPER,
    "proceedings": WorkKind("proceedings", "CONF", "book"),
    "phdthesis": _THESIS, "mastersthesis": WorkKind("mastersthesis", "THES", "thesis"), "thesis": _THESIS,
    "dissertation": _THESIS, "thes": _THESIS,
    "techreport": _REPORT, "report": _REPORT, "rprt": _REPORT,
    "booklet": WorkKind("booklet", "PAMP", "pamphlet"), "manual": WorkKind("manual", "GEN", "document"),
    "unpublished": WorkKind("unpublished", "UNPB", "manuscript"),
    "preprint": WorkKind("unpublished", "UNPB", "article"), "postedcontent": WorkKind("unpublished", "UNPB", "article"),
    "dataset": WorkKind("misc", "DATA", "dataset"), "webpage": WorkKind("misc", "ELEC", "webpage"),
    "website": WorkKind("misc", "ELEC", "webpage"), "online": WorkKind("misc", "ELEC", "webpage"),
}  # fmt: skip
_NOT_LETTER = re.compile(r"[^a-z]+")


def kind_of(text: str | None, container: str | None) -> WorkKind:
    """Type of work by the first word for it that is known; where there is none, by whether it has a container.

    >>> kind_of("Article; Proceedings Paper", None).bibtex, kind_of("book-chapter", None).ris, kind_of(None, "BMJ").csl
    ('article', 'CHAP', 'article-journal')
    """
    for part in (text or "").split(";"):
        found = _KINDS.get(_NOT_LETTER.sub("", part.casefold()))
        if found is not None:
            return found
    return _ARTICLE if text is None and container is not None else _OTHER
