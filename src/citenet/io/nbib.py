"""PubMed and MEDLINE text (``.nbib``): works without reference lists, which it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft, settle
from citenet.io._fields import split_pages
from citenet.io._lines import numbered
from citenet.io._records import Records
from citenet.io._values import join_people, person, plain, terms, trailing_initials, year_of

__all__ = ["NAME", "read", "read_pieces", "sniff"]

NAME = "nbib"

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$")
_START = re.compile(r"(?:\A|\n)PMID *- *\d")
_LONGEST = 2_000_000


@dataclass
class _Record:
    """Values of one record by tag."""

    line: int
    tags: dict[str, list[str]] = field(default_factory=dict)

    def text(self, *names: str) -> str | None:
        """First value of the first of these tags that has one."""
        return next((text for name in names for value in self.tags.get(name, ()) if (text := plain(value))), None)


def sniff(head: str) -> bool:
    r"""Whether a text begins with a record of PubMed.

    >>> sniff("PMID- 33723542\nOWN - NLM\n"), sniff("TY  - JOUR\n")
    (True, False)
    """
    return _START.search(head[:2_000]) is not None


def read(text: str, records: Records) -> None:
    r"""Read PubMed text into ``records``; a note says once that the format holds no references.

    Examples
    --------
    >>> records = Records("pubmed.nbib")
    >>> read("PMID- 1\nTI  - A title\n      that goes on.\nFAU - Robert, Glenn\nAID - 10.1000/x [doi]\n", records)
    >>> records.works[0]["work_id"], records.works[0]["title"], records.works[0]["doi"]
    ('pmid:1', 'A title that goes on.', '10.1000/x')
    >>> records.problems[0]["kind"]
    'no references'
    """
    read_pieces([text], records)


def read_pieces(pieces: Iterable[str], records: Records) -> None:
    """Read PubMed text that comes in pieces, each cut behind a line end."""
    drafts = [_draft(record, records) for record in _records(pieces, records)]
    if not drafts and not records.problems:
        excerpt = "".join(pieces).lstrip()[:80]
        raise ParseError("no PubMed record (PMID- …) found", file=records.file, line=1, excerpt=excerpt)
    settle(drafts, records, accessioned=True)
    records.note_no_references("PubMed's text format")


def _records(pieces: Iterable[str], records: Records) -> Iterator[_Record]:
    record: _Record | None = None
    values: list[str] | None = None  # of the tag that further lines continue
    for number, line in numbered(pieces):
        if len(line) > _LONGEST:
            message = f"a line of {len(line):,} characters is no PubMed text; the limit is {_LONGEST:,}"
            raise ParseError(message, file=records.file, line=number, excerpt=line[:80])
        found = _TAG.match(line)
        if found:
            tag = found.group(1)
            if tag == "PMID" or record is None:
                if record is not None:
                    yield record
                record = _Record(number)
                if tag != "PMID":
                    records.problem("truncated record", number, "the record begins without its PMID", line)
            values = record.tags.setdefault(tag, [])
            values.append(found.group(2).strip())
        elif line.startswith("   ") and values and line.strip():
            values[-1] = f"{values[-1]} {line.strip()}"
        elif line.strip():
            records.problem("malformed line", number, "no tag and no continuation; left out", line)
            values = None
    if record is not None:
        yield record


def _draft(record: _Record, records: Records) -> Draft:
    text = record.text
    pmid = normalise_id("pmid", text("PMID"))
    doi = next(
        (normalise_doi(v) for name in ("LID", "AID", "SO") for v in record.tags.get(name, ()) if "doi" in v), None
    )
    if pmid is None:
        detail = f"the PMID is {text('PMID')!r}; an id was made from other fields"
        records.problem("missing id", record.line, detail, text("TI", "BTI"))
    stated = text("DP", "DEP", "EDAT")
    year = year_of(stated)
    if stated and year is None:
        records.problem("unknown year", record.line, f"DP is {stated[:40]!r}", text("TI", "BTI"))
    first_page, last_page = split_pages(text("PG"))
    references = text("RF") or ""
    fields = {
        "title": text("TI", "BTI", "TT"),
        "authors": _authors(record),
        "year": year,
        "type": text("PT"),
        "container": text("JT", "TA") or (text("BTI") if text("TI") else None),
        "container_abbrev": text("TA"),
        "volume": text("VI"),
        "issue": text("IP"),
        "first_page": first_page,
        "last_page": last_page,
        "doi": doi,
        "ids": join_ids([pmid, normalise_id("pmcid", text("PMC"))]),
        "keywords": terms(value.lstrip("*") for value in record.tags.get("OT", ())),
        "mesh": terms(value.replace("*", "") for value in record.tags.get("MH", ())),
        "n_cited_references": int(references) if references.isdecimal() and len(references) < 9 else None,
    }
    return Draft(pmid or (f"doi:{doi}" if doi else None), record.line, fields)


def _authors(record: _Record) -> str | None:
    """Full names where given; groups behind the people."""
    people = [
        person(*name.split(",", 1)) if "," in name else trailing_initials(name)
        for name in record.tags.get("FAU") or record.tags.get("AU") or record.tags.get("FED") or ()
    ]
    groups = [person(name) for name in record.tags.get("CN", ())]
    return join_people([*people, *groups])
