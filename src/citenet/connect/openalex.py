"""OpenAlex: works by identifier, a hundred a call; what cites them; searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from citenet.connect.provider import KINDS, Action, Answer, Ask, Provider, Request, of_scheme, path_of
from citenet.identifiers import normalise_doi, normalise_id
from citenet.io._json import dicts, get
from citenet.io._values import text_of

if TYPE_CHECKING:
    from citenet.connect.query import FetchQuery
    from citenet.connect.settings import Settings

__all__ = ["OpenAlex"]

_SIZE = 100  # values in a filter, and results on a page
_LONGEST = 6_000  # bytes of identifiers: the service refuses request lines of more than 8,190
_PAGED = 10_000  # results that pages reach; beyond, a cursor, which needs a key
_DESCRIPTION = (
    "id,doi,ids,title,publication_year,type,authorships,primary_location,biblio,primary_topic,keywords,is_retracted"
)
_LISTS = f"{_DESCRIPTION},referenced_works,referenced_works_count"
_FILTERS = {"openalex": "ids.openalex", "doi": "doi", "pmid": "pmid"}


class OpenAlex(Provider):
    """Backbone: ids of cited works, topics, CC0."""

    name = "openalex"
    title = "OpenAlex"
    address = "https://api.openalex.org"
    schemes: ClassVar = {
        "references": ("openalex", "doi", "pmid", "pmcid"),
        "description": ("openalex", "doi", "pmid", "pmcid"),
        "citing": ("openalex",),
        "search": (),
    }
    per_second = 8
    calls_a_work = 0.45  # a hundredth for itself, and its references a hundred a call
    citing_with_lists = True
    citing_page = _SIZE
    kinds: ClassVar = {kind: kind for kind in KINDS}
    concurrency = 2

    def authorised(self, settings: Settings) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Name the key, where there is one: a blank one is refused."""
        key = settings.keys.get(self.name)
        return ({"api_key": key} if key else {}), {}, {}

    def cost(self, request: Request) -> float:
        """Works one by one are free, lists cost a ten-thousandth of a dollar, searches ten times that."""
        if request.path != "/works":
            return 0.0
        return 0.001 if "search" in dict(request.params) else 0.0001

    def listed(self, request: Request, data: Any) -> list[Any]:  # noqa: ARG002
        """Results of a list, or the one work."""
        if isinstance(get(data, "results"), list):
            return list(data["results"])
        if isinstance(data, dict) and not {"id", "doi"}.isdisjoint(data):
            return [data]
        raise ValueError("neither results nor a work")

    def stated(self, request: Request, data: Any) -> int | None:  # noqa: ARG002
        """Return the count of the list."""
        count = get(data, "meta", "count")
        return count if isinstance(count, int) else None

    def following(self, request: Request, data: Any) -> Request | None:
        """Next page, or next cursor."""
        params = dict(request.params)
        if "cursor" in params:
            cursor = get(data, "meta", "next_cursor")
            return request.turned(cursor=cursor) if isinstance(cursor, str) and cursor and data["results"] else None
        page = int(params.get("page", "1"))
        more = request.path == "/works" and page * _SIZE < min(self.stated(request, data) or 0, _PAGED)
        return request.turned(page=str(page + 1)) if more else None

    def limit(self, request: Request) -> tuple[int, str] | None:
        """Pages reach ten thousand works."""
        listing = request.path == "/works" and "cursor" not in dict(request.params)
        return (_PAGED, "with a key (OPENALEX_API_KEY) it gives them all") if listing else None

    def instead(self, request: Request) -> Request | None:
        """Return pages for a cursor, which needs a key."""
        params = tuple((name, value) for name, value in request.params if name != "cursor")
        return replace(request, params=params) if ("cursor", "*") in request.params else None

    def references(self, ids: Sequence[str], ask: Ask) -> None:
        """Works with what they cite; each one that a list did not find is asked for alone, which follows mergers."""
        self._works("references", _LISTS, ids, ask)

    def description(self, ids: Sequence[str], ask: Ask) -> None:
        """Works without what they cite."""
        self._works("description", _DESCRIPTION, ids, ask)

    def citing(self, ids: Sequence[str], ask: Ask, most: int) -> None:
        """Works that cite each work, with all that they cite."""
        ask(
            self._list("citing", f"cites:{work}", _LISTS, most=most, works=(f"openalex:{work}",))
            for work in of_scheme(ids, "openalex")
        )

    def search(self, query: FetchQuery, ask: Ask) -> None:
        """Search titles, abstracts and full texts."""
        first, last = query.years
        filters = [
            *([f"from_publication_date:{first}-01-01"] if first else []),
            *([f"to_publication_date:{last}-12-31"] if last else []),
            *([f"type:{'|'.join(self.kinds[kind] for kind in query.types)}"] if query.types else []),
        ]
        request = self._list("search", ",".join(filters), _LISTS, most=query.max_found)
        ask([request.turned(search=query.search)])

    def _works(self, purpose: Action, select: str, ids: Sequence[str], ask: Ask) -> None:
        alone = [term for term in ids if _needs_own_request(term)]
        listable = sorted(set(ids).difference(alone))
        make = partial(self._batch, purpose, select)
        answers = [
            answer
            for scheme in _FILTERS
            for answer in ask.in_batches(
                [term for term in listable if term.startswith(f"{scheme}:")],
                make,
                most=_SIZE,
                longest=_LONGEST,
                joint=3,
            )
        ]
        asked = {term for answer in answers for term in answer.request.works}
        missed = sorted(asked.difference(*map(_found, answers)))
        ask(
            Request(purpose, f"/works/{path_of(term.removeprefix('openalex:'))}", self.name,
                    params=(("select", select),), works=(term,), by_name=True)
            for term in [*alone, *missed]
        )  # fmt: skip

    def _batch(self, purpose: Action, select: str, works: tuple[str, ...]) -> Request:
        scheme = works[0].partition(":")[0]
        return self._list(purpose, f"{_FILTERS[scheme]}:{'|'.join(of_scheme(works, scheme))}", select, works=works)

    def _list(
        self, purpose: Action, chosen: str, select: str, *, most: int | None = None, works: tuple[str, ...] = ()
    ) -> Request:
        params = {**({"filter": chosen} if chosen else {}), "per_page": str(_SIZE), "select": select}
        if most is not None and most > _PAGED:
            params["cursor"] = "*"
        return Request(purpose, "/works", self.name, params=tuple(params.items()), works=works, most=most)


def _needs_own_request(term: str) -> bool:
    """Commas and bars separate filters and values, and there is no filter for PMCIDs: these are asked for alone."""
    return term.startswith("pmcid:") or any(mark in term for mark in ',|"!') or len(term) > _LONGEST // 2


def _found(answer: Answer) -> set[str | None]:
    """Return identifiers of the works that an answer holds."""
    found: set[str | None] = set()
    for work in dicts(answer.listed):
        doi = normalise_doi(text_of(work.get("doi") or get(work, "ids", "doi")))
        found |= {normalise_id("openalex", text_of(work.get("id"))), f"doi:{doi}" if doi else None}
        found.add(normalise_id("pmid", text_of(get(work, "ids", "pmid"))))
    return found
