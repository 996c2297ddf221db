"""Zotero RDF: items with what they are part of; attachments, notes and collections are not works."""

from __future__ import annotations

import re

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._fields import split_pages
from citenet.io._records import Records
from citenet.io._values import join_people, person, plain, terms, year_of
from citenet.io._xml import Element, all_text, child_text, line_of, parse, root_name

__all__ = ["NAME", "read", "sniff"]

NAME = "zotero_rdf"

_NOT_WORKS = frozenset(["attachment", "note", "annotation"])
_CONTAINERS = frozenset(
    ["Journal", "Series", "Collection", "Memo", "Attachment", "Periodical", "Newspaper", "Magazine"]
)
_NOTED = re.compile(r"\b(PMID|PMCID):\s*(\w+)")


def sniff(head: str) -> bool:
    """Whether a text begins like RDF of Zotero.

    >>> sniff('<rdf:RDF xmlns:z="http://www.zotero.org/namespaces/export#">'), sniff("<rdf:RDF>")
    (True, False)
    """
    return root_name(head) == "RDF" and ("zotero.org/namespaces" in head or "purl.org/net/biblio" in head)


def read(text: str, records: Records) -> None:
    """Read an export of Zotero into ``records``.

    A DOI that Zotero files under the journal belongs to the item. Attachments, notes and collections are counted in
    a note and left out.

    Examples
    --------
    >>> records = Records("library.rdf")
    >>> read('<rdf:RDF xmlns:rdf="r" xmlns:z="z" xmlns:bib="b" xmlns:dc="d"><bib:Article rdf:about="#item_7">'
    ...      '<z:itemType>journalArticle</z:itemType><dc:title>A title</dc:title><dc:date>1971</dc:date>'
    ...      '</bib:Article></rdf:RDF>', records)
    >>> records.works[0]["work_id"], records.works[0]["year"]
    ('zotero:item_7', 1971)
    """
    root = parse(text.lstrip(), records)
    parents = {about: element for element in root if (about := element.get("about"))}
    drafts, others = [], 0
    for element in root:
        kind = child_text(element, "itemType")
        if kind in _NOT_WORKS or (kind is None and (element.tag in _CONTAINERS or element.find("title") is None)):
            others += element.tag not in ("Journal", "Series", "Periodical")
        else:
            drafts.append(_draft(element, kind, parents))
    if not drafts and not records.problems:
        raise ParseError("no item of Zotero found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    settle(drafts, records)
    if others:
        records.note("no works", f"{others} attachments, notes and collections are no works; left out")
    records.note_no_references("Zotero RDF")


def _draft(item: Element, kind: str | None, parents: dict[str, Element]) -> Draft:
    container = item.find("isPartOf")
    parent: Element | None = None
    if container is not None:
        linked = parents.get(container.get("resource") or "")
        parent = linked if linked is not None else next(iter(container), None)

    def text(path: str) -> str | None:
        return plain(child_text(item, path)) or plain(child_text(parent, path))

    identifiers = [all_text(found) or "" for holder in (item, parent) if holder is not None
                   for found in holder.findall("identifier")]  # fmt: skip
    doi = next(
        (normalise_doi(value) for value in identifiers if value.upper().startswith("DOI") or "doi.org/" in value), None
    )
    noted = dict(_NOTED.findall(" ".join(all_text(found) or "" for found in item.findall("description"))))
    first_page, last_page = split_pages(plain(child_text(item, "pages")))
    fields = {
        "title": plain(child_text(item, "title")),
        "authors": _people(item, "authors") or _people(item, "editors"),
        "year": year_of(child_text(item, "date")),
        "type": kind,
        "container": plain(child_text(parent, "title")),
        "container_abbrev": plain(child_text(parent, "alternative")),
        "volume": text("volume"),
        "issue": text("number"),
        "first_page": first_page,
        "last_page": last_page,
        "doi": doi,
        "ids": join_ids([normalise_id("pmid", noted.get("PMID")), normalise_id("pmcid", noted.get("PMCID"))]),
        "keywords": terms(all_text(subject) for subject in item.findall("subject")),
    }
    about = item.get("about") or ""
    key = f"zotero:{about[1:]}" if about.startswith("#") else (f"doi:{doi}" if doi else about or None)
    return Draft(key, line_of(item), fields)


def _people(item: Element, name: str) -> str | None:
    return join_people(
        person(child_text(found, "surname"), child_text(found, "givenName") or child_text(found, "givenname"))
        for found in item.iterfind(f"{name}/Seq/li/Person")
    )
