"""PubMed by NCBI's E-utilities: records by PMID, with reference lists where PubMed has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from citenet.connect.provider import Ask, Provider, Request, of_scheme
from citenet.io._json import get
from citenet.io._xml import all_text

if TYPE_CHECKING:
    from citenet.connect.query import FetchQuery
    from citenet.connect.settings import Settings

__all__ = ["PubMed"]

_SIZE = 200
_DOIS = 50
_MOST = 10_000  # PMIDs that a search gives


class PubMed(Provider):
    """Everything is posted, so that key and mail address stand in no address."""

    name = "pubmed"
    title = "PubMed"
    address = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    schemes: ClassVar = {"references": ("pmid", "doi"), "search": ()}
    per_second = 2.5
    calls_a_work = 0.03
    kinds: ClassVar = {"article": "Journal Article[pt]", "review": "Review[pt]", "preprint": "Preprint[pt]"}

    def pace(self, settings: Settings) -> tuple[float, int]:
        """Three requests a second, with a key ten."""
        return (8.0, 2) if self.name in settings.keys else (self.per_second, self.concurrency)

    def authorised(self, settings: Settings) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Say which tool asks, and for whom."""
        key = settings.keys.get(self.name)
        known = {"email": settings.mailto, "api_key": key}
        return {}, {}, {"tool": "citenet", **{name: value for name, value in known.items() if value}}

    def listed(self, request: Request, data: Any) -> list[Any]:
        """Articles, or PMIDs found; an error arrives with status 200 too."""
        if request.is_xml:
            if data.tag == "PubmedArticleSet":
                return [*data.iter("PubmedArticle"), *data.iter("PubmedBookArticle")]
            raise ValueError(all_text(data.find(".//ERROR")) or "no set of articles")
        found = get(data, "esearchresult", "idlist")
        if isinstance(found, list):
            return found
        raise ValueError(str(get(data, "esearchresult", "ERROR") or get(data, "error") or "no list of PMIDs"))

    def stated(self, request: Request, data: Any) -> int | None:
        """Return how many a search finds; records are asked for one by one."""
        count = None if request.is_xml else get(data, "esearchresult", "count")
        return int(count) if isinstance(count, str) and count.isdecimal() else None

    def references(self, ids: Sequence[str], ask: Ask) -> None:
        """Find the PMIDs of DOIs, then take the records."""
        dois = [term for term in ids if term.startswith("doi:")]
        answers = ask.in_batches(dois, self._look_up, most=_DOIS, longest=5_000)
        pmids = {term for term in ids if term.startswith("pmid:")}
        found = {f"pmid:{pmid}" for answer in answers for pmid in answer.listed}
        sure = {f"pmid:{pmid}" for answer in answers if not answer.request.besides for pmid in answer.listed}
        # An answer of an earlier fetch does not say which PMID is that of a DOI asked for now: the records do.
        only = {*pmids, *sure, *dois} if found - sure else set()
        self._fetch("references", pmids | found, ask, only)

    def limit(self, request: Request) -> tuple[int, str] | None:
        """Return what a search gives at most."""
        return None if request.is_xml else (_MOST, "ask for fewer years at a time")

    def search(self, query: FetchQuery, ask: Ask) -> None:
        """Search PubMed, then take the records."""
        first, last = query.years
        kinds = " OR ".join(self.kinds[kind] for kind in query.types)
        years = [f"{first or 1000}:{last or 3000}[dp]"] if first or last else []
        term = " AND ".join([f"({query.search})", *years, *([f"({kinds})"] if kinds else [])])
        answers = ask([replace(self._search(term, query.max_found), most=query.max_found)])
        self._fetch("search", {f"pmid:{pmid}" for answer in answers for pmid in answer.listed}, ask)

    def _look_up(self, works: tuple[str, ...]) -> Request:
        quoted = [value.replace('"', "") for value in of_scheme(works, "doi")]
        return replace(self._search(" OR ".join(f'"{doi}"[doi]' for doi in quoted), 2 * _DOIS), works=works)

    def _search(self, term: str, most: int) -> Request:
        body = urlencode({"db": "pubmed", "retmode": "json", "retmax": str(min(most, _MOST)), "term": term})
        return Request("look-up", "/esearch.fcgi", "json", body=body)

    def _fetch(self, purpose: str, pmids: set[str], ask: Ask, only: Iterable[str] = ()) -> None:
        records = partial(self._records, purpose, tuple(sorted(only)))
        ask.in_batches(pmids, records, most=_SIZE, longest=10_000)

    def _records(self, purpose: str, only: tuple[str, ...], works: tuple[str, ...]) -> Request:
        body = urlencode({"db": "pubmed", "retmode": "xml", "id": ",".join(of_scheme(works, "pmid"))})
        return Request(purpose, "/efetch.fcgi", "pubmed_xml", works=works, body=body, only=only)
