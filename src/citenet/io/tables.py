"""Works, citations, labels and passages as tables of comma-, semicolon- or tab-separated values.

What a table holds is told by its header:

- works: ``id`` (or ``work_id``, ``work``, ``key``) and ``title``, ``year`` or ``label``; any column of ``corpus.works``
- citations: ``citing`` and ``cited`` (or ``Source`` and ``Target``, as Gephi has them; ``citing_doi`` and
  ``cited_doi``); any column of references
- passages: ``passage``, ``citing`` and ``position``
- labels: ``work`` first, then a column for each labelling
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from citenet.corpus import CONTEXT_COLUMNS, REFERENCE_COLUMNS, WORK_COLUMNS
from citenet.errors import ParseError
from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._author_lists import split_people
from citenet.io._csv import split_rows
from citenet.io._fields import split_pages, work_key
from citenet.io._lines import first_line
from citenet.io._records import Records
from citenet.io._rows import Row
from citenet.io._values import find_id, inverted, join_people

__all__ = ["NAME", "read", "sniff"]

NAME = "tables"

_DELIMITERS = (",", ";", "\t")
_ID_COLUMNS = ("work_id", "id", "work", "key")
_ALIASES = {"author": "authors", "journal": "container", "citing_doi": "citing", "cited_doi": "cited"}
_EDGE_TYPES = frozenset(["directed", "undirected", "mutual"])
_GEPHI = {"source": "citing", "target": "cited"}
# An OpenAlex table has id and title too, but is a format of its own.
_FOREIGN = re.compile(r"^(?:authorships|primary_location|referenced_works|cited_by_count|publication_year)\b")
_LABEL = re.compile(r"[\w /()&:-]{1,60}")  # a column's name, not a sentence that begins with "Work, …"
_NUMBER = re.compile(r"\d{1,6}(?:\.0+)?$")
_POSSIBLE = {"year": (1000, 2099), "position": (1, 999_999)}
_NAMES_ITSELF = re.compile(r"(?:https?://\S*?|[a-z]{2,8}:)?10\.\d{4}|https?://|(?:omid|pmid|pmcid|openalex):", re.I)
_BARE_DOI = re.compile(r"(?:https?://\S*doi\.org/)?10\.\d{4}", re.IGNORECASE)

Cells = dict[str, str]


def sniff(head: str) -> bool:
    r"""Whether the first line is the header of a table that is known here.

    >>> sniff("id;title;year\na;First;2004\n"), sniff("name,size\nx,1\n")
    (True, False)
    """
    return _layout(head) is not None


def read(text: str, records: Records) -> None:
    r"""Read one table into ``records``.

    Raises
    ------
    ParseError
        If the header is none of the known ones or names a column twice.

    Examples
    --------
    >>> records = Records("citations.csv")
    >>> read("citing,cited\nb,a\n", records)
    >>> records.references[0]["ids"]
    'work:a'
    """
    layout = _layout(text)
    if layout is None:
        first = first_line([text])
        raise ParseError(
            "the header is no table of works (id, title, year), citations (citing, cited), passages (passage, citing, "
            "position) or labels (work, then the labels), separated by comma, semicolon or tab.",
            file=records.file,
            line=1,
            excerpt=first,
        )
    kind, delimiter = layout
    rows = list(_rows(text, delimiter, records))
    take: dict[str, Callable[[list[tuple[int, Cells]], Records], None]] = {
        "works": _take_works,
        "citations": _take_citations,
        "passages": _take_passages,
        "labels": _take_labels,
    }
    take[kind](rows, records)


def _layout(text: str) -> tuple[str, str] | None:
    """Kind of table and delimiter, if the header is known."""
    line = next((line for line in text.split("\n") if line.strip() and not _is_hint(line)), "")
    for delimiter in _DELIMITERS:
        if delimiter in line:
            kind = _kind(_columns(next(csv.reader([line[:10_000].replace("\r", " ")], delimiter=delimiter))))
            if kind:
                return kind, delimiter
    return None


def _kind(names: list[str]) -> str | None:
    columns = set(names)
    if any(_FOREIGN.match(name) for name in names):
        return None
    if {"passage", "citing", "position"} <= columns:
        return "passages"
    if {"citing", "cited"} <= columns:
        return "citations"
    if columns.intersection(_ID_COLUMNS) and columns & {"title", "year", "label"}:
        return "works"
    if names[0] == "work" and len(names) > 1 and all(_LABEL.fullmatch(name) for name in names):
        return "labels"
    return None


def _is_hint(line: str) -> bool:
    return re.match(r'"?sep=.{1,2}$', line.strip()) is not None


def _columns(header: list[str]) -> list[str]:
    names = [re.sub(r"\s+", "_", cell.strip().lower()) for cell in header]
    aliases = _ALIASES | _GEPHI if set(_GEPHI) <= set(names) else _ALIASES
    return [aliases.get(name, name) for name in names]


def _rows(text: str, delimiter: str, records: Records) -> Iterator[tuple[int, Cells]]:
    """Line number and non-empty cells by column of each row."""
    names: list[str] = []
    for number, cells in split_rows(text, delimiter, 0, records):
        if not any(cell.strip() for cell in cells):
            continue
        if not names:
            if _is_hint(delimiter.join(cells)):
                continue
            names = _columns(cells)
            twice = sorted({name for name in names if name and names.count(name) > 1})
            if twice:
                raise ParseError(
                    f"the header names column {twice[0]!r} twice; rename or remove one", file=records.file, line=number
                )
            continue
        if len(cells) != len(names) and (len(cells) < len(names) or any(c.strip() for c in cells[len(names) :])):
            detail = f"the row has {len(cells)} cells, the header {len(names)}; read as far as they agree"
            records.problem("ragged row", number, detail, delimiter.join(cells))
        stripped = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        if stripped.get(""):
            records.problem("unnamed column", number, "a cell stands in a column without a name; left out")
        yield number, {name: cell for name, cell in stripped.items() if name and cell}


def _take_works(rows: list[tuple[int, Cells]], records: Records) -> None:
    """Rows of works; equal rows are one work, different ones with the same id are kept apart."""
    taken: set[str] = set()
    seen: dict[str, int] = {}
    for line, cells in sorted(rows, key=lambda row: (sorted(row[1].items()), row[0])):
        content = repr(sorted(cells.items()))
        if content in seen:
            records.problem("repeated record", line, f"the row equals that of line {seen[content]}; kept once")
            continue
        seen[content] = line
        column = next((name for name in _ID_COLUMNS if name in cells), None)
        if column is None:
            wanted = work_key(None, content)
            records.problem("missing id", line, f"the row has no id; kept as {wanted!r}", cells.get("title"))
        else:
            wanted = work_key(cells[column])
        rest = {name: cell for name, cell in cells.items() if name != column}
        if "title" not in rest and "label" in rest:  # the nodes of Gephi
            rest["title"] = rest.pop("label")
        fields = _bibliographic(rest, WORK_COLUMNS, line, records)
        if column is not None and "doi" not in cells and _BARE_DOI.match(cells[column]):
            fields["doi"] = _identified(cells[column])[0]
        records.work(records.unique_id(wanted, line, taken), line, **fields)


def _take_citations(rows: list[tuple[int, Cells]], records: Records) -> None:
    """Rows of citations. Without positions they follow the order of what is cited, not of the rows."""
    ordered = sorted(rows, key=lambda row: (row[1].get("cited", ""), sorted(row[1].items()), row[0]))
    taken: list[Row] = []
    named = _one_name_each([cells["citing"] for _, cells in rows if "citing" in cells])
    for line, cells in ordered:
        citing, cited = cells.get("citing"), cells.get("cited")
        if not citing or not (cited or cells.get("raw") or cells.get("title")):
            records.problem("incomplete row", line, "a citation needs citing and cited; left out", str(cells))
            continue
        rest = {name: cell for name, cell in cells.items() if name not in ("citing", "cited", "raw", "position")}
        if rest.get("type", "").lower() in _EDGE_TYPES:  # Gephi's word for the arrow, not a kind of work
            del rest["type"]
        fields = _bibliographic(rest, REFERENCE_COLUMNS, line, records)
        if cited:
            doi, ids = _identified(cited)
            fields["doi"] = fields.get("doi") or doi
            fields["ids"] = join_ids([fields.get("ids"), ids, normalise_id("work", named.get(cited, cited))])
        position = _number(cells, "position", line, records)
        raw = cells.get("raw") or cited
        taken.append({"citing": named[citing], "line": line, "raw": raw, "position": position, **fields})
    _drop_clashing_positions(taken, records)
    for row in taken:
        records.reference(**row)


def _one_name_each(cells: list[str]) -> dict[str, str]:
    """Name of each citing work: of one DOI that is spelt in several ways, the most frequent, then shortest spelling."""
    spelt: dict[str, Counter[str]] = {}
    for cell in cells:
        doi, _ = _identified(cell)
        spelt.setdefault(doi or f"\0{cell}", Counter())[cell] += 1
    named: dict[str, str] = {}
    for doi, spellings in spelt.items():
        best = min(spellings, key=lambda cell: (-spellings[cell], len(cell), cell.swapcase()))
        listed = " " in best and not doi.startswith("\0")  # as OpenCitations names a work
        named |= dict.fromkeys(spellings, f"doi:{doi}" if listed else best)
    return named


def _identified(cell: str) -> tuple[str | None, str | None]:
    """DOI and other identifiers of a cell that is a DOI, or says of itself what it is, or a list of such."""
    found = [find_id(part) for part in cell.split()] if all(map(_NAMES_ITSELF.match, cell.split())) else []
    dois = [term[4:] for term in found if term and term.startswith("doi:")]
    return dois[0] if dois else None, join_ids(term for term in found if term and not term.startswith("doi:"))


def _drop_clashing_positions(rows: list[Row], records: Records) -> None:
    """Put the later of two references at one position at the end of the list, and report it."""
    used: dict[str, set[int]] = {}
    later: list[Row] = []
    for row in rows:
        positions = used.setdefault(row["citing"], set())
        if row["position"] is None or row["position"] in positions:
            if row["position"] is not None:
                detail = f"{row['citing']!r} has two references at position {row['position']}; one is put last"
                records.problem("repeated position", row["line"], detail, row["raw"])
            later.append(row)
        else:
            positions.add(row["position"])
    last = {citing: max(positions, default=0) for citing, positions in used.items()}
    for row in later:
        last[row["citing"]] += 1
        row["position"] = last[row["citing"]]


def _take_passages(rows: list[tuple[int, Cells]], records: Records) -> None:
    for line, cells in rows:
        if "citing" not in cells or "passage" not in cells:
            records.problem("incomplete row", line, "a mention needs passage and citing; left out", str(cells))
            continue
        further = {name: cell for name, cell in cells.items() if name not in CONTEXT_COLUMNS}
        row = {name: cells.get(name) for name in ("passage", "section")}
        position = _number(cells, "position", line, records)
        records.contexts.append({"citing": work_key(cells["citing"]), **row, "position": position, **further})
    records.contexts.sort(key=lambda row: sorted((name, str(cell)) for name, cell in row.items()))


def _take_labels(rows: list[tuple[int, Cells]], records: Records) -> None:
    for line, cells in rows:
        if "work" not in cells:
            records.problem("incomplete row", line, "a label needs the id of its work; left out", str(cells))
            continue
        labels = {name: cell for name, cell in cells.items() if name not in ("work", "file", "line")}
        records.labels.append({"work": work_key(cells["work"]), "line": line, "labels": labels})


def _bibliographic(cells: Cells, schema: dict[str, str], line: int, records: Records) -> dict[str, Any]:
    """Cells as fields: years as numbers, identifiers in their normal form, pages apart, others as they are."""
    fields: dict[str, Any] = {}
    ids = [
        *cells.get("ids", "").split(),
        *(normalise_id(s, cells.get(s)) for s in ("pmid", "pmcid", "wos", "openalex")),
    ]
    for name, cell in cells.items():
        if name == "year":
            fields["year"] = _number(cells, "year", line, records)
        elif name == "doi":
            fields["doi"] = normalise_doi(cell)
            if fields["doi"] is None:
                records.problem("malformed DOI", line, f"{cell!r} is no DOI; left out")
        elif name == "pages":
            fields["first_page"], fields["last_page"] = split_pages(cell)
        elif name in ("file", "line"):
            fields[f"{name}_given"] = cell
        elif name == "authors":
            fields[name] = _authors(cell)
        elif name not in ("ids", "pmid", "pmcid", "wos", "openalex"):
            fields[name] = cell
    fields["ids"] = join_ids(ids)
    return {name: value for name, value in fields.items() if value is not None or name in schema}


def _authors(cell: str) -> str | None:
    """Names as they stand; those that "and" or commas part are put in the order and with the sign of the others."""
    names, _ = split_people(cell)
    return cell if ";" in cell or len(names) < 2 else join_people(map(inverted, names))


def _number(cells: Cells, name: str, line: int, records: Records) -> int | None:
    cell = cells.get(name)
    if cell is None:
        return None
    lowest, highest = _POSSIBLE[name]
    if _NUMBER.match(cell) and lowest <= float(cell) <= highest:
        return int(float(cell))
    records.problem(f"unknown {name}", line, f"{cell!r} is not a number that can be a {name}; left unknown")
    return None
