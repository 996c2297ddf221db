"""Reference lists of JATS: the citations of each ``ref``, printed, in elements or mixed, as one reference each."""

from __future__ import annotations

from typing import Any

from citenet.identifiers import join_ids, normalise_doi, normalise_id
from citenet.io._drafts import Draft
from citenet.io._fields import split_pages
from citenet.io._records import Records
from citenet.io._values import join_people, person, plain, text_of, year_of
from citenet.io._xml import Element, all_text, child_text, line_of

__all__ = ["take_references"]

_KINDS = ("element-citation", "mixed-citation", "citation", "nlm-citation")
_INNER = ("p", "list", "note", "related-article", "related-object")
_SCHEMES = {"pmid": "pmid", "pmcid": "pmcid", "pmc": "pmcid"}
Positions = dict[str, list[int]]


def take_references(article: Element, draft: Draft, records: Records, *, mark: str) -> Positions:
    """Add the references of an article to its draft; return which positions each ``ref`` id stands for.

    References of which nothing but text is known get ``mark``, for the parser of printed references.
    """
    positions: Positions = {}
    for ref in _refs(article):
        citations = _citations(ref)
        if not citations:
            _report_empty(ref, records)
            continue
        for elements, printed in citations:
            draft.references.append(_row(elements, printed, len(draft.references) + 1, mark))
            _report_odd_identifiers((elements, printed), records)
        first = len(draft.references) - len(citations) + 1
        everything = list(range(first, first + len(citations)))
        for number, (elements, printed) in zip(everything, citations, strict=True):
            for element in (elements, printed):
                if element is not None and element.get("id"):
                    positions[element.get("id", "")] = [number]
        if ref.get("id"):
            positions[ref.get("id", "")] = everything
    return positions


def _refs(article: Element) -> list[Element]:
    """Find the references of the article's own lists; a translation repeats them, other sub-articles have their own."""
    found = []
    stack = list(reversed(list(article)))
    while stack:
        element = stack.pop()
        if element.tag == "ref":
            found.append(element)
        elif element.tag not in ("sub-article", "response"):
            stack.extend(reversed(list(element)))
    return found


def _citations(ref: Element) -> list[tuple[Element | None, Element | None]]:
    """Pairs of what is in elements and what is printed, one pair a cited work."""
    in_elements: list[Element] = []
    printed: list[Element] = []
    for holder in (ref, *ref.iter("citation-alternatives")):
        in_elements += [child for child in holder if child.tag in ("element-citation", "nlm-citation")]
        printed += [child for child in holder if child.tag in ("mixed-citation", "citation")]
    if in_elements and printed:
        if len(in_elements) == len(printed):
            return list(zip(in_elements, printed, strict=True))
        # One printed text for several works in elements, or the other way: the longer list is that of the works.
        if len(in_elements) > len(printed):
            return [(element, None) for element in in_elements]
        return [(None, text) for text in printed]
    if not in_elements and not printed:
        texts = [child for child in ref if child.tag in _INNER and all_text(child)]
        return [(None, child) for child in texts]
    return [(element, None) for element in in_elements] or [(None, text) for text in printed]


def _report_empty(ref: Element, records: Records) -> None:
    detail = f"the reference {ref.get('id') or '(without id)'} holds no citation; left out"
    records.problem("unreadable reference", line_of(ref), detail, all_text(ref))


def _report_odd_identifiers(citation: tuple[Element | None, Element | None], records: Records) -> None:
    """Report what is marked as the identifier of a service and is none."""
    for element in citation:
        for marked in () if element is None else element.iter("pub-id"):
            value = all_text(marked)
            if value and marked.get("pub-id-type", "").lower() in _SCHEMES and _number(marked) is None:
                detail = f"{value[:80]!r} is marked as {marked.get('pub-id-type')} and is none; left out"
                records.problem("malformed identifier", line_of(marked), detail, _text(element))


def _number(marked: Element) -> str | None:
    """PMID or PMCID of an element that is marked as one; a PMCID may come without its letters."""
    scheme, value = _SCHEMES.get(marked.get("pub-id-type", "").lower()), all_text(marked)
    if scheme is None or value is None:
        return None
    return normalise_id(scheme, f"PMC{value}" if scheme == "pmcid" and value[0].isdecimal() else value)


def _row(elements: Element | None, printed: Element | None, position: int, mark: str) -> dict[str, Any]:
    described = elements if elements is not None else printed
    raw = _text(printed if printed is not None else elements)
    if described is None:  # a pair has at least one of both
        return {"raw": raw, "line": None, "position": position}
    first_page, last_page = split_pages(
        "--".join(filter(None, (child_text(described, ".//fpage"), child_text(described, ".//lpage"))))
    )
    doi, ids = _identifiers([element for element in (elements, printed) if element is not None])
    title = child_text(described, ".//article-title") or child_text(described, ".//chapter-title")
    source = child_text(described, ".//source")
    kind = described.get("publication-type") or described.get("citation-type")
    fields = {
        "title": plain(title) or (plain(source) if kind not in ("journal", None) else None),
        "authors": _authors(described),
        "year": year_of(child_text(described, ".//year")),
        "type": kind if kind != "other" else None,
        "container": plain(source) if title or kind in ("journal", None) else None,
        "volume": plain(child_text(described, ".//volume")),
        "issue": plain(child_text(described, ".//issue")),
        "first_page": plain(first_page) or plain(child_text(described, ".//elocation-id")),
        "last_page": plain(last_page),
        "publisher": plain(child_text(described, ".//publisher-name")),
        "doi": doi,
        "ids": ids,
    }
    known = {name: value for name, value in fields.items() if value is not None}
    bare = not known.keys() & {"title", "authors", "container", "year"}
    return {"raw": raw, "line": line_of(described), "position": position, **known, mark: bare}


def _authors(citation: Element) -> str | None:
    """Join the authors, of a chapter those before its editors; the editors of a work that names no author."""
    groups = citation.findall(".//person-group")
    of_authors = [group for group in groups if group.get("person-group-type") in (None, "author", "compiler")]
    holders = of_authors[:1] or groups[:1] or [citation]
    names: list[str | None] = []
    for holder in holders:
        for element in holder.iter():
            if element.tag in ("name", "string-name"):
                family = child_text(element, "surname")
                given = " ".join(filter(None, (child_text(element, "given-names"), child_text(element, "suffix"))))
                names.append(person(family, given) if family else person(all_text(element)))
            elif element.tag in ("collab", "institution") and all_text(element):
                names.append(person(all_text(element)))
    return join_people(names)


def _identifiers(citations: list[Element]) -> tuple[str | None, str | None]:
    """DOI, and other identifiers, from elements that hold one, links, and the text."""
    doi: str | None = None
    ids: list[str | None] = []
    for citation in citations:
        for element in citation.iter("pub-id"):
            ids.append(_number(element))
            if element.get("pub-id-type", "").lower() in ("doi", "") and doi is None:
                doi = normalise_doi(all_text(element))
    for citation in citations:
        if doi is None:
            links = (link.get("href") or "" for tag in ("ext-link", "uri") for link in citation.iter(tag))
            doi = next((found for link in links if "doi" in link and (found := normalise_doi(link))), None)
        if doi is None:
            doi = normalise_doi(_text(citation))
    return doi, join_ids(ids)


def _text(element: Element | None) -> str | None:
    """Text of a citation; where it is made of elements alone, a blank between them."""
    if element is None:
        return None
    made_of_elements = not (element.text or "").strip() and not any((child.tail or "").strip() for child in element)
    return text_of((" " if made_of_elements else "").join(element.itertext()))
