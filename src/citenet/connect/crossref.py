"""Crossref: deposited reference lists by DOI, and searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from citenet.connect.provider import Ask, Provider, Request, of_scheme, path_of, user_agent
from citenet.identifiers import normalise_doi
from citenet.io._json import dicts, get
from citenet.io._values import text_of

if TYPE_CHECKING:
    from citenet.connect.query import FetchQuery
    from citenet.connect.settings import Settings

__all__ = ["Crossref"]

_SIZE = 25  # a work brings its whole reference list
_LONGEST = 3_000
_ROWS = 100
_OFFSETS = (
    10_000  # results that offsets reach; a cursor goes on, but is forgotten in minutes: no search resumes with it
)
_SELECT = (
    "DOI,title,author,issued,container-title,short-container-title,volume,issue,page,type,reference,references-count"
)


class Crossref(Provider):
    """References as publishers deposited them, also those that were never matched."""

    name = "crossref"
    title = "Crossref"
    address = "https://api.crossref.org"
    schemes: ClassVar = {"references": ("doi",), "search": ()}
    per_second = 4
    calls_a_work = 0.06
    kinds: ClassVar = {
        "article": "journal-article",
        "book": "book",
        "book-chapter": "book-chapter",
        "dissertation": "dissertation",
        "preprint": "posted-content",
        "report": "report",
    }

    def pace(self, settings: Settings) -> tuple[float, int]:
        """Whoever gives a mail address may ask twice as often, and three times at once."""
        return (8.0, 3) if settings.mailto else (self.per_second, 1)

    def authorised(self, settings: Settings) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Name the mail address, where there is one, in a header: no address holds it."""
        return {}, ({"User-Agent": user_agent(settings.mailto)} if settings.mailto else {}), {}

    def listed(self, request: Request, data: Any) -> list[Any]:  # noqa: ARG002
        """Items of a list, or the one work."""
        message = get(data, "message")
        if get(data, "status") == "ok" and isinstance(message, dict):
            items = message.get("items")
            if isinstance(items, list):
                return items
            if "DOI" in message:
                return [message]
        raise ValueError("neither items nor a work")

    def stated(self, request: Request, data: Any) -> int | None:  # noqa: ARG002
        """Return the number of results."""
        total = get(data, "message", "total-results")
        return total if isinstance(total, int) else None

    def following(self, request: Request, data: Any) -> Request | None:
        """Next offset, or next cursor, until a page is empty."""
        params = dict(request.params)
        if "offset" in params:
            at = int(params["offset"]) + int(params["rows"])
            more = at < (self.stated(request, data) or 0) and self.listed(request, data)
            return request.turned(offset=str(at)) if more else None
        cursor = get(data, "message", "next-cursor")
        more = "cursor" in params and isinstance(cursor, str) and get(data, "message", "items")
        return request.turned(cursor=cursor) if more else None

    def references(self, ids: Sequence[str], ask: Ask) -> None:
        """Works by DOI; a DOI that a list did not find is asked for alone, which follows aliases."""
        dois = sorted(of_scheme(ids, "doi"))
        alone = {doi for doi in dois if "," in doi or len(doi) >= _LONGEST // 2}
        listable = [doi for doi in dois if doi not in alone]
        answers = ask.in_batches([f"doi:{doi}" for doi in listable], self._batch, most=_SIZE, longest=_LONGEST, joint=1)
        asked = {term for answer in answers for term in answer.request.works}
        found = {
            f"doi:{normalise_doi(text_of(item.get('DOI')))}" for answer in answers for item in dicts(answer.listed)
        }
        ask(
            Request("references", f"/works/{path_of(term[4:])}", self.name, works=(term,), by_name=True)
            for term in sorted({*(f"doi:{doi}" for doi in alone), *asked.difference(found)})
        )

    def _batch(self, works: tuple[str, ...]) -> Request:
        params = (("filter", ",".join(works)), ("rows", str(_SIZE)), ("select", _SELECT))
        return Request("references", "/works", self.name, params=params, works=works)

    def search(self, query: FetchQuery, ask: Ask) -> None:
        """Search bibliographic fields."""
        first, last = query.years
        filters = [
            *([f"from-pub-date:{first}"] if first else []),
            *([f"until-pub-date:{last}"] if last else []),
            *(f"type:{self.kinds[kind]}" for kind in query.types),
        ]
        start = {"offset": "0"} if query.max_found <= _OFFSETS else {"cursor": "*"}
        params = {"query.bibliographic": query.search, "rows": str(min(_ROWS, query.max_found)), **start,
                  "select": _SELECT, **({"filter": ",".join(filters)} if filters else {})}  # fmt: skip
        ask([Request("search", "/works", self.name, params=tuple(params.items()), most=query.max_found)])
