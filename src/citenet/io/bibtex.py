"""BibTeX and BibLaTeX: entries as works, ``cites = {key1, key2}`` and Web of Science lists as references."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from citenet._support.progress import progress
from citenet.corpus import WORK_COLUMNS
from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._bibtex_names import join_names, split_names
from citenet.io._bibtex_parents import inherit
from citenet.io._bibtex_regular import Found
from citenet.io._bibtex_syntax import RawEntry, parse
from citenet.io._cited_lists import CitedLists
from citenet.io._fields import split_pages, work_key
from citenet.io._latex import decode, unescape
from citenet.io._lines import first_line
from citenet.io._records import Records
from citenet.io._rows import Row
from citenet.io._scopus_references import scopus_references
from citenet.io._strings import fill_in
from citenet.io._values import inverted, join_people, trailing_initials

__all__ = ["NAME", "read", "sniff"]

NAME = "bibtex"

_ENTRY = re.compile(
    r"^[ \t]*@[ \t]*(?:\w+[ \t]*\{[^\s{}\",=]*(?: [^\s{}\",=]+)*\s*,|\w+[ \t]*\{\s*[\w:.-]+\s*,"
    r"|(?:article|book|inproceedings|conference|incollection|inbook|misc|phdthesis|mastersthesis|techreport|"
    r"unpublished|proceedings|booklet|manual|online|report|thesis|string|comment|preamble)[ \t]*[{(])",
    re.MULTILINE | re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d\d)(?!\d)")
_PMID = re.compile(r"\bPMID:?\s*(\d{1,9})\b", re.IGNORECASE)
_PMCID = re.compile(r"\b(PMC\d+)\b")
_ARXIV = re.compile(r"(?:arxiv:?\s*)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?$", re.IGNORECASE)
# Identifiers in a field of their scheme's name, as citenet writes them; other values of such a field are columns.
_SHAPES = {
    "openalex": re.compile(r"W\d+(?: W\d+)*"),
    "scopus": re.compile(r"2-s2\.0-\d+(?: 2-s2\.0-\d+)*"),
    "dimensions": re.compile(r"pub\.\d+(?: pub\.\d+)*"),
    "lens": re.compile(r"[\dX]{3}(?:-[\dX]{3}){4}(?: [\dX]{3}(?:-[\dX]{3}){4})*"),
    "s2": re.compile(r"[0-9a-f]{40}(?: [0-9a-f]{40})*"),
    "omid": re.compile(r"br/\d+(?: br/\d+)*"),
}
_LINE_END = re.compile(r"\s*\n\s*")
_PARENTS = re.compile(r"\b(?:crossref|xdata)\s*=", re.IGNORECASE)
_FAMILY_FIRST = re.compile(r"[^\W\d_][^,]*\s[A-Z]{1,3}|[^\W\d_][^,]*(?:\s[A-Z]\.)+")
_KEY_LIST = re.compile(r"[,;\s]+")
_NOT_WORKS = frozenset(["xdata", "set", "control", "comment"])

# Columns of works, each from the first of these fields that an entry has.
_CONTAINERS = ("journal", "journaltitle", "booktitle")
_ABBREVIATIONS = ("shortjournal", "journal-iso", "abbrev_source_title")
_RENAMED = {
    "web-of-science-categories": "categories",
    "research-areas": "research_areas",
    "author_keywords": "keywords",
}
_MAPPED = frozenset(
    [*_CONTAINERS, *_ABBREVIATIONS, "title", "author", "year", "date", "type", "document_type", "volume", "number",
     "issue", "pages", "doi", "eprint", "eprinttype", "archiveprefix", "pmid", "pmcid", "unique-id", "cites",
     "cited-references", "references", "number-of-cited-references", "art_number", "article-number", "eid",
     "keywords", "author_keywords", "crossref", "xdata", "further-doi"]
)  # fmt: skip
# Fields of reference managers and exports that nobody labels works by.
_NOISE = frozenset(
    ["abstract", "file", "url", "urldate", "howpublished", "affiliation", "affiliations", "author-email",
     "funding-acknowledgement", "funding-text", "funding_details", "funding_text", "issn", "eissn", "isbn", "coden",
     "month", "day", "owner", "timestamp", "date-added", "date-modified", "creationdate", "modificationdate",
     "researcherid-numbers", "orcid-numbers", "usage-count-last-180-days", "usage-count-since-2013", "times-cited",
     "doc-delivery-number", "da", "oa", "esi-highly-cited-paper", "esi-hot-paper", "earlyaccessdate", "primaryclass",
     "correspondence_address1", "page_count", "pubmed_id", "source", "language", "langid", "keywords-plus",
     "journal-iso", "article-number", "book-group-author", "sponsor", "publication_stage", "address", "location",
     "editor", "mendeley-groups", "groups", "copyright", "numpages", "ranking", "qualityassured", "priority",
     "book-author", "note-to-self", "printed", "readstatus", "sortname", "shorthand", "options", "ids"]
)  # fmt: skip


def sniff(head: str) -> bool:
    r"""Whether a text holds the beginning of a BibTeX entry at the start of a line.

    >>> sniff("% Encoding: UTF-8\n@Article{key,\n"), sniff("@media print { a, b }")
    (True, False)
    """
    return _ENTRY.search(head) is not None


def read(text: str, records: Records) -> None:
    r"""Read a BibTeX file into ``records``.

    Each entry is a work or a problem. Entries with the same key are kept apart (``key``, ``key#2``), in the order of
    their content. Keywords and fields of the user's own become further columns.

    Examples
    --------
    >>> records = Records("works.bib")
    >>> read("@article{a, author = {Kjellstr{\\\"o}m, S.}, title = {One}, year = 2019}\n"
    ...      "@book{b, title = {Two}, cites = {a}}", records)
    >>> records.works[0]["authors"], records.references[0]["ids"]
    ('Kjellström, S.', 'work:a')
    """
    found, take = parse(text, records)
    if not found and not records.problems:
        first = first_line([text])
        raise ParseError("no BibTeX entry found", file=records.file, line=1, excerpt=first)
    _report_case_clashes(found, records)
    taken: set[str] = set()
    cited = CitedLists(records)
    unread: list[RawEntry] = []
    printed: list[Row] = []
    for entry in progress(_in_order(found, take, text, records), f"reading {records.file}", total=len(found)):
        if entry.kind in _NOT_WORKS:
            continue
        work_id = _work_id(entry, taken, records)
        records.work(work_id, entry.line, **_fields(entry, records))
        _take_references(work_id, entry, records, cited)
        if "references" in entry.fields:
            rows = scopus_references(unescape(entry.fields["references"]))
            if any("year" in row for row in rows):
                printed += [{"citing": work_id, "line": entry.line, **row} for row in rows]
            else:
                unread.append(entry)
    cited.put()
    _take_scopus_references(printed, records)
    if unread:
        first_entry = min(unread, key=lambda entry: entry.line)
        detail = f"the field 'references' of {len(unread)} entries is no list that Scopus prints; it is not read"
        records.problem("unread references", first_entry.line, detail, first_entry.fields["references"])


def _in_order(found: list[Found], take: Callable[[Found], RawEntry], text: str, records: Records) -> Iterator[RawEntry]:
    """Yield entries by key and content; one by one, unless they inherit from each other."""
    found.sort(key=lambda entry: (entry.key, entry.line))
    alike = (list(entries) for _, entries in groupby(found, lambda entry: entry.key))
    ordered = (entry for entries in alike for entry in sorted(entries, key=lambda entry: (entry.content, entry.line)))
    if _PARENTS.search(text) is None:
        yield from map(take, ordered)
        return
    entries = [take(entry) for entry in ordered]
    inherit(entries, records)
    yield from entries


def _work_id(entry: RawEntry, taken: set[str], records: Records) -> str:
    wanted = work_key(entry.key, entry.content)
    if not entry.key:
        records.problem(
            "missing id", entry.line, f"the entry has no key; kept as {wanted!r}", entry.fields.get("title")
        )
    elif wanted != entry.key:
        records.problem("blank in key", entry.line, f"{entry.key!r} is kept as {wanted!r}", entry.key)
    return records.unique_id(wanted, entry.line, taken)


def _report_case_clashes(entries: list[Found], records: Records) -> None:
    """BibTeX takes ``Smith2010`` and ``smith2010`` for one key; here they are two works."""
    first: dict[str, str] = {}
    for key, line in sorted((entry.key, entry.line) for entry in entries if entry.key):
        other = first.setdefault(key.lower(), key)
        if other != key:
            detail = f"{key!r} and {other!r} differ in case only; BibTeX takes them for one, here they are two works"
            records.problem("keys differ in case", line, detail, key)


def _fields(entry: RawEntry, records: Records) -> dict[str, Any]:
    """Columns of works from the fields of an entry."""
    get = entry.fields.get
    first_page, last_page = split_pages(unescape(get("pages", "")))
    article = next((get(name) for name in ("art_number", "article-number", "eid") if get(name)), None)
    fields: dict[str, Any] = {
        "title": _text(get("title")),
        "authors": _authors(entry, records),
        "year": _year(entry, records),
        "type": _text(get("document_type") or get("type")) or entry.kind,
        "container": _first_text(entry, _CONTAINERS),
        "container_abbrev": _first_text(entry, _ABBREVIATIONS),
        "volume": _text(get("volume")),
        "issue": re.sub(r",\s*SI$", "", _text(get("number") or get("issue")) or "") or None,
        "first_page": first_page or _text(article),
        "last_page": last_page,
        "doi": _doi(entry, records),
        "ids": _ids(entry),
        "keywords": _text(get("author_keywords") or get("keywords")),
    }
    stated = (get("number-of-cited-references") or "").strip("{} ")
    if stated.isdecimal():
        fields["n_cited_references"] = int(stated)
    for name, value in entry.fields.items():
        if name in _SHAPES and _SHAPES[name].fullmatch(value):
            continue
        if name not in _MAPPED and name not in _NOISE and not name.startswith("bdsk-"):
            column = _RENAMED.get(name) or re.sub(r"\W+", "_", name)
            if column in WORK_COLUMNS or column == "work_id":
                column = f"{column}_given"
            fields.setdefault(column, _text(value))
    return {name: value for name, value in fields.items() if value is not None or name in WORK_COLUMNS}


def _text(value: str | None) -> str | None:
    return (decode(value) or None) if value else None


def _first_text(entry: RawEntry, names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := _text(entry.fields.get(name)))), None)


def _authors(entry: RawEntry, records: Records) -> str | None:
    """Join the authors, else the editors; names in a shape BibTeX does not have are reported."""
    field = entry.fields.get("author") or entry.fields.get("editor")
    if not field:
        return None
    parted = field.count(",") > field.count(";") or ("," not in field and "{" not in field)
    if ";" in field and not re.search(r"\sand\s", field) and parted:
        detail = f"authors of {entry.key!r} are separated by semicolons instead of 'and'; read as if they were"
        records.problem("author names", entry.line, detail, field)
        names = [name for name in map(str.strip, field.split(";")) if name]
        if "," not in field:
            plain = [decode(name) for name in names]
            return join_people(trailing_initials(n) if _FAMILY_FIRST.fullmatch(n) else inverted(n) for n in plain)
        field = " and ".join(names)
    odd = next((name for name in split_names(field) if name.count(",") > 2 and "{" not in name), None)
    if odd:
        detail = f"one author of {entry.key!r} has more than two commas; authors are separated by 'and'"
        records.problem("author names", entry.line, detail, odd)
    return join_names(field)


def _year(entry: RawEntry, records: Records) -> int | None:
    stated = [entry.fields[name] for name in ("year", "date", "earlyaccessdate") if entry.fields.get(name)]
    for value in stated:
        found = _YEAR.search(value)
        if found:
            return int(found.group(1))
    if stated:
        records.problem("unknown year", entry.line, f"the year of {entry.key!r} is {stated[0]!r}; left unknown")
    return None


def _doi(entry: RawEntry, records: Records) -> str | None:
    stated = unescape(entry.fields.get("doi", ""))
    doi = normalise_doi(stated)
    if stated and doi is None:
        records.problem("malformed DOI", entry.line, f"the doi of {entry.key!r} is {stated!r}; left out")
    if doi is None and "doi.org/" in entry.fields.get("url", ""):
        doi = normalise_doi(unescape(entry.fields["url"]))
    return doi


def _ids(entry: RawEntry) -> str | None:
    get = entry.fields.get
    note = get("note", "")
    pmid, pmcid = _PMID.search(note), _PMCID.search(note)
    eprint = unescape(get("eprint", ""))
    archive = (get("eprinttype") or get("archiveprefix") or "").strip("{} ").lower()
    arxiv = _ARXIV.match(eprint) if archive in ("", "arxiv") else None
    terms = [
        *_terms("pmid", get("pmid") or get("pubmed_id") or (pmid.group(1) if pmid else "")),
        *_terms("pmcid", get("pmcid") or (pmcid.group(1) if pmcid else "")),
        normalise_id("pmid", eprint) if archive in ("pubmed", "pmid") else None,
        normalise_id("arxiv", arxiv.group(1).lower()) if arxiv else None,
        *_terms("wos", get("unique-id") or _accession(entry.key) or ""),
        *_terms("doi", get("further-doi", "")),
    ]
    for scheme, shape in _SHAPES.items():
        if shape.fullmatch(get(scheme, "")):
            terms += _terms(scheme, entry.fields[scheme])
    return join_ids(terms)


def _terms(scheme: str, value: str) -> list[str | None]:
    """Read the identifiers of a field: one however it is prefixed, or several with blanks between them."""
    text = unescape(value)
    whole = normalise_id(scheme, text) if scheme != "doi" or " " not in text else None
    return [whole] if whole and " " not in whole else [normalise_id(scheme, part) for part in text.split()]


def _accession(key: str) -> str | None:
    return key if re.match(r"(?:WOS|ISI):[A-Z0-9]{15}$", key) else None


def _take_references(citing: str, entry: RawEntry, records: Records, cited: CitedLists) -> None:
    """Add references by key (JabRef) and as printed by the Web of Science."""
    keys = [key for key in _KEY_LIST.split(entry.fields.get("cites", "").translate({123: " ", 125: " "})) if key]
    for key in dict.fromkeys(keys):
        records.reference(citing, entry.line, key, ids=normalise_id("work", key))
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        records.problem("repeated key", entry.line, f"{citing!r} names {twice!r} in cites more than once; counted once")
    listed = _printed_references(entry.fields.get("cited-references", ""))
    cited.add([citing], [len(listed)], listed, [entry.line] * len(listed))
    stated = (entry.fields.get("number-of-cited-references") or "").strip("{} ")
    if stated.isdecimal() and int(stated) != len(listed) and not keys:
        detail = f"{citing!r} states {stated} cited references, its list has {len(listed)}"
        records.problem("reference count", entry.line, detail)


def _take_scopus_references(rows: list[Row], records: Records) -> None:
    """Add what Scopus prints in one field; what it does not tell apart goes to the parser of printed references."""
    unknown = [row for row in rows if row.keys() <= {"citing", "line", "raw"}]
    fill_in(unknown, records)
    for row in unknown:
        if not row.keys() & {"year", "authors", "doi", "title"}:
            detail = f"a reference of {row['citing']!r} has no author, title, year or DOI; kept as printed"
            records.problem("unparsed reference", row["line"], detail, row["raw"])
    for row in rows:
        records.reference(**row)


def _printed_references(field: str) -> list[str]:
    """Split the field of the Web of Science: each item on a line of its own that ends with a full stop."""
    text = field.strip()
    if text.startswith("{") and text.endswith("}") and not text.startswith("{[}"):
        text = text[1:-1].strip()
    items = re.split(r"\.[ \t]*\n\s*", text.removesuffix("."))
    return [raw for item in items if (raw := unescape(_LINE_END.sub(" ", item)))]  # an editor may have wrapped them
