"""PubMed by NCBI's E-utilities: records by PMID, with reference lists where PubMed has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from citenet.connect.provider import Ask, Provider, Request, batches, of_scheme
from citenet.io._json import get
from citenet.io._xml import all_text

if TYPE_CHECKING:
    from citenet.connect.query import FetchQuery
    from citenet.connect.settings import Settings

__all__ = ["PubMed"]

_SIZE = 200
_DOIS = 50


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
        dois = [doi.replace('"', "") for doi in sorted(of_scheme(ids, "doi"))]
        answers = ask(
            self._search(" OR ".join(f'"{doi}"[doi]' for doi in batch), 2 * _DOIS, tuple(f"doi:{doi}" for doi in batch))
            for batch in batches(dois, _DOIS, 5_000)
        )
        found = {str(pmid) for answer in answers for pmid in answer.listed}
        self._fetch("references", {*of_scheme(ids, "pmid"), *found}, ask)

    def search(self, query: FetchQuery, ask: Ask) -> None:
        """Search PubMed, then take the records."""
        first, last = query.years
        kinds = " OR ".join(self.kinds[kind] for kind in query.types)
        years = [f"{first or 1000}:{last or 3000}[dp]"] if first or last else []
        term = " AND ".join([f"({query.search})", *years, *([f"({kinds})"] if kinds else [])])
        answers = ask([replace(self._search(term, query.max_found), most=query.max_found)])
        self._fetch("search", {str(pmid) for answer in answers for pmid in answer.listed}, ask)

    def _search(self, term: str, most: int, works: tuple[str, ...] = ()) -> Request:
        body = urlencode({"db": "pubmed", "retmode": "json", "retmax": str(min(most, 10_000)), "term": term})
        return Request("look-up", "/esearch.fcgi", "json", body=body, works=works)

    def _fetch(self, purpose: str, pmids: set[str], ask: Ask) -> None:
        ask(
            Request(purpose, "/efetch.fcgi", "pubmed_xml", works=tuple(f"pmid:{pmid}" for pmid in batch),
                    body=urlencode({"db": "pubmed", "retmode": "xml", "id": ",".join(batch)}))
            for batch in batches(sorted(pmids, key=int), _SIZE, 10_000)
        )  # fmt: skip
