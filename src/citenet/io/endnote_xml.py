"""EndNote XML: the library as EndNote exports it, with the label and caption fields users mark records in."""

from __future__ import annotations

import re

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._fields import split_pages
from citenet.io._records import Records
from citenet.io._values import find_id, inverted, join_people, plain, terms, year_of
from citenet.io._xml import Element, all_text, child_text, line_of, parse

__all__ = ["NAME", "read", "sniff"]

NAME = "endnote_xml"

_START = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<xml>\s*<records>")
_CUSTOM = ("caption", "label", "research-notes", "work-type", "custom1", "custom2", "custom3", "custom4", "custom5",
           "custom6", "custom7")  # fmt: skip


def sniff(head: str) -> bool:
    """Whether a text begins like an EndNote library.

    >>> sniff("<?xml version='1.0'?><xml><records><record>"), sniff("<records/>")
    (True, False)
    """
    return _START.match(head) is not None


def read(text: str, records: Records) -> None:
    """Read an EndNote library into ``records``; custom fields become further columns.

    EndNote writes all on one line; ``line`` is then the turn of the record in the file.

    Examples
    --------
    >>> records = Records("library.xml")
    >>> read("<xml><records><record><rec-number>7</rec-number><titles><title>A title</title></titles>"
    ...      "<dates><year>2019</year></dates><caption>Duplicate</caption></record></records></xml>", records)
    >>> records.works[0]["work_id"], records.works[0]["caption"]
    ('endnote:7', 'Duplicate')
    """
    root = parse(text.lstrip(), records)
    drafts = []
    one_line = text.count("\n") < 3  # as EndNote writes it: the turn of the record says more than its line
    for turn, element in enumerate(root.iter("record"), start=1):
        draft = _draft(element, records)
        draft.line = turn if one_line else draft.line
        if any(draft.fields.get(name) for name in ("title", "authors", "doi", "ids", "container")):
            drafts.append(draft)
        else:
            detail = "the record has no title, author, container or identifier; left out"
            records.problem("unreadable record", line_of(element), detail, all_text(element))
    if not drafts and not records.problems:
        raise ParseError("no EndNote record found", file=records.file, line=1, excerpt=text.lstrip()[:80])
    settle(drafts, records)
    records.note_no_references("EndNote XML")


def _draft(record: Element, records: Records) -> Draft:
    def text(path: str) -> str | None:
        return plain(child_text(record, path))

    line = line_of(record)
    stated = child_text(record, "electronic-resource-num")
    doi = normalise_doi(stated)
    if stated and doi is None:
        records.problem(
            "malformed DOI", line, f"the electronic resource number is {stated[:80]!r}", text("titles/title")
        )
    if doi is None:
        doi = next((normalise_doi(u) for url in record.iter("url") if (u := all_text(url)) and "doi.org/" in u), None)
    year = year_of(child_text(record, "dates/year") or child_text(record, "dates/pub-dates/date"))
    first_page, last_page = split_pages(text("pages"))
    people = record.findall("contributors/authors/author") or record.findall("contributors/secondary-authors/author")
    kind = record.find("ref-type")
    fields = {
        "title": text("titles/title"),
        "authors": join_people(inverted(name) for person in people if (name := all_text(person))),
        "year": year,
        "type": None if kind is None else plain(kind.get("name")),
        "container": text("titles/secondary-title") or text("periodical/full-title"),
        "container_abbrev": text("periodical/abbr-1") or text("alt-periodical/abbr-1"),
        "volume": text("volume"),
        "issue": text("number") or text("issue"),
        "first_page": first_page,
        "last_page": last_page,
        "doi": doi,
        "ids": _ids(record),
        "keywords": terms(all_text(keyword) for keyword in record.iter("keyword")),
        **{name.replace("-", "_"): value for name in _CUSTOM if (value := text(name))},
    }
    number = text("rec-number")
    return Draft(f"endnote:{number}" if number else (f"doi:{doi}" if doi else None), line, fields)


def _ids(record: Element) -> str | None:
    """Join accession numbers that say what they are; a bare number is a PMID where the database is PubMed's."""
    number = child_text(record, "accession-num") or ""
    database = (child_text(record, "remote-database-name") or "").lower()
    of_pubmed = "medline" in database or "pubmed" in database
    found = find_id(number)
    if found is None and re.fullmatch(r"[A-Z0-9]{15}", number):
        found = normalise_id("wos", number)
    if found is None and re.fullmatch(r"CN-\d+", number):
        found = normalise_id("central", number)
    if found is None and of_pubmed:
        found = normalise_id("pmid", number)
    return join_ids([found if found and not found.startswith("doi:") else None,
                     normalise_id("pmcid", child_text(record, "custom2"))])  # fmt: skip
