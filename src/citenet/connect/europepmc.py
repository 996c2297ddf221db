"""Europe PMC: reference lists, citing works, and full texts in JATS where they are open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from citenet.connect.provider import Ask, Provider, Request, path_of
from citenet.identifiers import normalise_doi
from citenet.io._json import dicts, get
from citenet.io._values import text_of

if TYPE_CHECKING:
    from citenet.connect.query import FetchQuery

__all__ = ["EuropePMC"]

_SIZE = 25  # works in a look-up
_PAGE = 1_000
_SEARCHED = 100


class EuropePMC(Provider):
    """Health sciences: numbered references with PMIDs, and full texts."""

    name = "europepmc"
    title = "Europe PMC"
    address = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    schemes: ClassVar = {"references": ("pmid", "doi", "pmcid"), "citing": ("pmid", "doi", "pmcid"), "search": ()}
    per_second = 3
    calls_a_work = 1.6
    lists_apart = True
    citing_page = _PAGE
    kinds: ClassVar = {"preprint": "SRC:PPR", "review": 'PUB_TYPE:"review"', "article": 'PUB_TYPE:"journal article"'}

    def listed(self, request: Request, data: Any) -> list[Any]:
        """Works found, references or citations; a full text lists itself."""
        if request.form == "jats":
            if data.tag == "article" or data.find(".//article") is not None:
                return [data]
            raise ValueError("no article")
        if isinstance(get(data, "hitCount"), int):
            members = (("resultList", "result"), ("referenceList", "reference"), ("citationList", "citation"))
            return next((dicts(get(data, *keys)) for keys in members if keys[0] in data), [])
        raise ValueError("no hitCount")

    def stated(self, request: Request, data: Any) -> int | None:
        """Return the number of hits; of a look-up and a full text, none is expected."""
        return None if request.form == "jats" else get(data, "hitCount")

    def following(self, request: Request, data: Any) -> Request | None:
        """Next page of references or citations, next cursor of a search."""
        params = dict(request.params)
        if "cursorMark" in params:
            mark = get(data, "nextCursorMark")
            more = isinstance(mark, str) and mark not in ("", params["cursorMark"]) and self.listed(request, data)
            return request.turned(cursorMark=mark) if more else None
        if "page" not in params:
            return None
        page = int(params["page"])
        return request.turned(page=str(page + 1)) if page * _PAGE < (self.stated(request, data) or 0) else None

    def references(self, ids: Sequence[str], ask: Ask) -> None:
        """Find the works, then ask for the list of each that has one, and for each open full text."""
        found = self._find(ids, ask)
        ask(self._of_work("references", work, terms) for work, terms in found if work.get("hasReferences") == "Y")
        ask(
            Request("references", f"/{path_of(work['pmcid'])}/fullTextXML", "jats", works=terms, by_name=True)
            for work, terms in found
            if work.get("isOpenAccess") == "Y" and isinstance(work.get("pmcid"), str)
        )

    def citing(self, ids: Sequence[str], ask: Ask, most: int) -> None:
        """Find the works, then ask what cites each."""
        ask(self._of_work("citing", work, terms, most) for work, terms in self._find(ids, ask))

    def search(self, query: FetchQuery, ask: Ask) -> None:
        """Search everything Europe PMC holds."""
        first, last = query.years
        kinds = " OR ".join(self.kinds[kind] for kind in query.types)
        parts = [f"({query.search})", *([f"PUB_YEAR:[{first or 1000} TO {last or 2999}]"] if first or last else [])]
        text = " AND ".join([*parts, *([f"({kinds})"] if kinds else [])])
        params = {"query": text, "resultType": "lite", "format": "json", "pageSize": str(_SEARCHED), "cursorMark": "*"}
        ask([Request("search", "/search", self.name, params=tuple(params.items()), most=query.max_found)])

    def _find(self, ids: Sequence[str], ask: Ask) -> list[tuple[dict[str, Any], tuple[str, ...]]]:
        """Return the records of works, each with the identifiers it was asked by."""
        answers = ask.in_batches(ids, self._look_up, most=_SIZE, longest=3_000, joint=30)
        asked = set(ids)
        works = {}
        for work in (work for answer in answers for work in dicts(answer.listed)):
            doi = normalise_doi(text_of(work.get("doi")))
            terms = {f"doi:{doi}", f"pmid:{work.get('pmid')}", f"pmcid:{work.get('pmcid')}"} & asked
            source, number = text_of(work.get("source")), text_of(work.get("id"))
            if terms and source and number:
                works[source, number] = ({**work, "source": source, "id": number}, tuple(sorted(terms)))
        return [works[key] for key in sorted(works)]

    def _look_up(self, works: tuple[str, ...]) -> Request:
        params = {"query": " OR ".join(map(_clause, works)), "resultType": "lite", "format": "json"}
        pages = {"pageSize": str(4 * _SIZE)}
        return Request("description", "/search", self.name, works=works, params=tuple({**params, **pages}.items()))

    def _of_work(self, purpose: str, work: dict[str, Any], terms: tuple[str, ...], most: int | None = None) -> Request:
        operation = "references" if purpose == "references" else "citations"
        path = f"/{path_of(work['source'])}/{path_of(work['id'])}/{operation}"
        params = (("page", "1"), ("pageSize", str(_PAGE)), ("format", "json"))
        return Request(purpose, path, self.name, params=params, works=terms, most=most)


def _clause(term: str) -> str:
    scheme, _, value = term.partition(":")
    if scheme == "pmid":
        return f"(EXT_ID:{value} AND SRC:MED)"
    quoted = value.replace('"', "")
    return f'DOI:"{quoted}"' if scheme == "doi" else f"PMCID:{value}"
