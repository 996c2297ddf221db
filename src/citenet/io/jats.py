"""JATS XML: full texts with their reference lists, and which passage mentions which reference."""

from __future__ import annotations

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, first_id, settle
from citenet.io._jats_citations import take_references
from citenet.io._jats_mentions import take_mentions
from citenet.io._records import Records
from citenet.io._strings import parse_printed
from citenet.io._values import join_people, person, plain, terms, year_of
from citenet.io._xml import Element, all_text, child_text, line_of, parse, root_name

__all__ = ["NAME", "read", "sniff"]

NAME = "jats"

_PRINTED = "printed"
_DATES = ("epub-ppub", "ppub", "pub", "collection", "epub", None)


def sniff(head: str) -> bool:
    """Whether a text begins like an article in JATS, or a set of them.

    >>> sniff('<?xml version="1.0"?><article article-type="research-article">'), sniff("<html>")
    (True, False)
    """
    return root_name(head) in ("article", "pmc-articleset", "pmc-articles") or (
        root_name(head) in ("articles", "OAI-PMH") and "<article" in head
    )


def read(text: str, records: Records) -> None:
    """Read articles into ``records``: their references, and a passage for each paragraph that mentions some.

    Citations of every kind are read, also several in one ``ref``; a reference that is given printed and in elements
    is one. The text of a translation is not gone through again. A citation without elements is taken apart by the
    parser of printed references.

    Examples
    --------
    >>> records = Records("article.xml")
    >>> read('<article><front><article-meta><article-id pub-id-type="doi">10.1590/A</article-id></article-meta></front>'
    ...      '<body><sec><title>Introduction</title><p>Shown<xref ref-type="bibr" rid="B1">1</xref></p></sec></body>'
    ...      '<back><ref-list><ref id="B1"><element-citation><source>A Journal</source><year>2014</year>'
    ...      '</element-citation></ref></ref-list></back></article>', records)
    >>> records.references[0]["container"], records.contexts[0]["section"], records.contexts[0]["position"]
    ('A Journal', 'Introduction', 1)
    """
    root = parse(text.lstrip(), records)
    articles = [root] if root.tag == "article" else list(root.iter("article"))
    drafts = [_draft(article, records) for article in articles]
    if not drafts and not records.problems:
        raise ParseError("no article found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    parse_printed(drafts, records, mark=_PRINTED)
    settle(drafts, records)
    if drafts and not any(draft.references for draft in drafts):
        records.note("no references", "the articles have no reference list: they cite nothing here")


def _draft(article: Element, records: Records) -> Draft:
    front = article.find("front")
    meta = None if front is None else front.find("article-meta")
    journal = None if front is None else front.find("journal-meta")

    def text(path: str) -> str | None:
        return plain(child_text(meta, path))

    doi = normalise_doi(text("article-id[@pub-id-type='doi']"))
    ids = join_ids(
        [
            normalise_id("pmid", text("article-id[@pub-id-type='pmid']")),
            normalise_id(
                "pmcid", _pmcid(text("article-id[@pub-id-type='pmc']") or text("article-id[@pub-id-type='pmcid']"))
            ),
        ]
    )
    fields = {
        "title": _title(meta),
        "authors": _authors(meta),
        "year": _year(meta),
        "type": article.get("article-type"),
        "container": plain(child_text(journal, ".//journal-title")),
        "container_abbrev": plain(
            child_text(journal, ".//abbrev-journal-title")
            or child_text(journal, "journal-id[@journal-id-type='nlm-ta']")
        ),
        "volume": text("volume"),
        "issue": text("issue"),
        "first_page": text("fpage") or text("elocation-id"),
        "last_page": text("lpage"),
        "doi": doi,
        "ids": ids,
        "keywords": terms(all_text(keyword) for keyword in _keywords(meta)),
        "categories": terms(all_text(subject) for subject in ([] if meta is None else meta.iter("subject"))),
        "language": article.get("lang"),
    }
    number = text("article-id[@pub-id-type='publisher-id']")
    work_id = f"doi:{doi}" if doi else first_id(ids) or (f"jats:{number}" if number else None)
    draft = Draft(work_id, line_of(article), fields)
    positions = take_references(article, draft, records, mark=_PRINTED)
    draft.contexts = take_mentions(article, positions, records)
    return draft


def _title(meta: Element | None) -> str | None:
    found = None if meta is None else meta.find("title-group/article-title")
    if found is None:
        return None
    notes = {id(note) for tag in ("xref", "fn") for note in found.iter(tag)}
    title = plain("".join(_without(found, notes)))
    subtitle = plain(child_text(meta, "title-group/subtitle"))
    return f"{title}: {subtitle}" if title and subtitle else title


def _without(element: Element, left_out: set[int]) -> list[str]:
    """Texts of an element, without those of some of its descendants."""
    texts = [element.text or ""]
    for child in element:
        if id(child) not in left_out:
            texts += _without(child, left_out)
        texts.append(child.tail or "")
    return texts


def _authors(meta: Element | None) -> str | None:
    names: list[str | None] = []
    for contrib in [] if meta is None else meta.findall("contrib-group/contrib"):
        if contrib.get("contrib-type") not in (None, "author"):
            continue
        family = child_text(contrib, "name/surname") or child_text(contrib, "name-alternatives/name/surname")
        given = child_text(contrib, "name/given-names") or child_text(contrib, "name-alternatives/name/given-names")
        names.append(person(family, given) if family else person(child_text(contrib, "collab")))
    return join_people(names)


def _year(meta: Element | None) -> int | None:
    dates = [] if meta is None else meta.findall("pub-date")
    for kind in _DATES:
        for date in dates:
            if kind is None or kind in (date.get("pub-type"), date.get("date-type")):
                year = year_of(child_text(date, "year"))
                if year is not None:
                    return year
    return None


def _keywords(meta: Element | None) -> list[Element]:
    groups = [] if meta is None else meta.findall("kwd-group")
    return [keyword for group in groups[:1] for keyword in group.iter("kwd")]


def _pmcid(number: str | None) -> str | None:
    return f"PMC{number}" if number and number.isdecimal() else number
