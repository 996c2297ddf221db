"""A server for trials on the own machine: it answers as the six services do, from an invented literature."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from citenet.connect import trial_world as world_of
from citenet.connect.trial_world import TrialWork, as_json

__all__ = ["Asked", "TrialServer"]

_SERVICES = ("openalex", "crossref", "opencitations", "europepmc", "pubmed", "semanticscholar")
_NOT_FOUND = "<!doctype html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>"


@dataclass(frozen=True)
class Asked:
    """One request that came: service, path below it, params, body, headers; what may hold a key is not shown."""

    service: str
    path: str
    params: dict[str, str] = field(repr=False)
    body: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    target: str = field(repr=False)


Reply = tuple[int, str, str]  # status, type of content, text


class TrialServer:
    """Serves an invented literature on the loopback address, over real sockets.

    Parameters
    ----------
    world : list of TrialWork
        From `invent`.
    misbehave : callable, optional
        Called with the request and the handler before it is answered; returns True where it has answered itself.
    merged : mapping of old to new OpenAlex id, optional
        Asked for alone, the old one redirects to the new.

    Examples
    --------
    >>> from citenet.connect.client import FetchClient
    >>> from citenet.connect.settings import Settings
    >>> from citenet.connect.trial_world import invent
    >>> from citenet.datasets import coproduction_2024
    >>> from tempfile import TemporaryDirectory
    >>> import citenet as cn
    >>> world = invent(coproduction_2024(), n_invented=30, n_references=5)
    >>> with TrialServer(world) as server, TemporaryDirectory() as folder:
    ...     with FetchClient(Settings(addresses=server.addresses)) as client:
    ...         corpus = cn.fetch([work.doi for work in world[:3]], folder, client=client)
    >>> corpus.references["providers"].value_counts().index.tolist()[0]
    'openalex crossref'
    """

    def __init__(
        self,
        world: list[TrialWork],
        *,
        misbehave: Callable[[Asked, BaseHTTPRequestHandler], bool] | None = None,
        merged: dict[str, str] | None = None,
    ) -> None:
        self.world = world
        self.misbehave = misbehave
        self.merged = merged or {}
        self.asked: list[Asked] = []
        self._by = {
            **{f"doi:{w.doi.lower()}": w for w in world if w.doi},
            **{f"pmid:{w.pmid}": w for w in world if w.pmid},
            **{f"pmcid:{w.pmcid}": w for w in world if w.pmcid},
            **{f"openalex:{w.openalex}": w for w in world},
        }
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def addresses(self) -> dict[str, str]:
        """Address of each service, for `Settings`."""
        return {name: f"http://127.0.0.1:{self._http.server_address[1]}/{name}" for name in _SERVICES}

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables of the environment, for the command line."""
        return {f"CITENET_{name.upper()}_ADDRESS": address for name, address in self.addresses.items()}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 5

            def do_GET(self) -> None:  # noqa: N802 - the name http.server looks for
                server.answer(self, "")

            def do_POST(self) -> None:  # noqa: N802
                server.answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ARG002
                """Stay silent."""

        return Handler

    def answer(self, handler: BaseHTTPRequestHandler, body: str) -> None:
        """Answer one request, or misbehave."""
        parts = urlsplit(handler.path)
        service, _, path = parts.path.lstrip("/").partition("/")
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        asked = Asked(service, unquote(path), params, body, dict(handler.headers.items()), handler.path)
        with self._lock:
            self.asked.append(asked)
        if self.misbehave is not None and self.misbehave(asked, handler):
            return
        try:
            status, kind, text = getattr(self, f"_{service}")(asked)
        except KeyError:  # of a work that nobody knows
            status, kind, text = 404, "text/html", _NOT_FOUND
        data = text.encode()
        handler.send_response(status)
        if status == 301:
            handler.send_header("Location", text)
            data = b""
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _find(self, term: str) -> TrialWork | None:
        return self._by.get(term)

    def _openalex(self, asked: Asked) -> Reply:
        if asked.path.startswith("works/"):
            name = asked.path.removeprefix("works/")
            if name in self.merged:
                return 301, "text/html", asked.target.replace(name, self.merged[name])
            work = self._find(name if ":" in name else f"openalex:{name}")
            return _json(world_of.openalex_record(work, self.world)) if work else (404, "text/html", _NOT_FOUND)
        scheme, _, values = asked.params.get("filter", "").partition(":")
        if "," in values and scheme == "doi":
            return _json({"error": "Invalid request", "message": "a filter value contains an unescaped comma"}, 400)
        if scheme == "cites":
            cited = self._by[f"openalex:{values}"].number
            works = [work for work in self.world if cited in world_of.openalex_list(work)]
        elif "search" in asked.params:
            words = asked.params["search"].lower().split()
            works = [work for work in self.world if all(word in work.title.lower() for word in words)]
        else:
            kind = {"ids.openalex": "openalex"}.get(scheme, scheme)
            works = [work for value in values.split("|") if (work := self._find(f"{kind}:{value}"))]
        size, cursor = int(asked.params["per_page"]), asked.params.get("cursor")
        if cursor and "api_key" not in asked.params:
            return _json({"error": "Unauthorized", "message": "a cursor needs an API key"}, 401)
        start = (int(asked.params.get("page", 1)) - 1) * size
        if cursor:
            start = 0 if cursor == "*" else int(cursor)
        shown = works[start : start + size]
        meta = {"count": len(works), "per_page": size, "next_cursor": str(start + size) if cursor and shown else None}
        records = [world_of.openalex_record(work, self.world) for work in shown]
        if "referenced_works" not in asked.params["select"].split(","):
            records = [{k: v for k, v in r.items() if not k.startswith("referenced_works")} for r in records]
        return _json({"meta": meta, "results": records})

    def _crossref(self, asked: Asked) -> Reply:
        if asked.path.startswith("works/"):
            work = self._find(f"doi:{asked.path.removeprefix('works/').lower()}")
            if work is None:
                return 404, "text/plain", "Resource not found."
            message = world_of.crossref_record(work, self.world)
            return _json({"status": "ok", "message-type": "work", "message": message})
        if "query.bibliographic" in asked.params:
            words = asked.params["query.bibliographic"].lower().split()
            works = [work for work in self.world if work.doi and all(word in work.title.lower() for word in words)]
        else:
            terms = asked.params["filter"].split(",")
            works = [work for term in terms if (work := self._find(term.lower()))]
        rows, cursor = int(asked.params["rows"]), asked.params.get("cursor", "*")
        start = int(asked.params.get("offset", 0)) if cursor == "*" else int(cursor)
        items = [world_of.crossref_record(work, self.world) for work in works[start : start + rows]]
        message = {"total-results": len(works), "items": items, "next-cursor": str(start + rows)}
        return _json({"status": "ok", "message-type": "work-list", "message": message})

    def _opencitations(self, asked: Asked) -> Reply:
        operation, _, term = asked.path.removeprefix("index/v2/").partition("/")
        work = self._find(term)
        if work is None:
            return _json([])
        if operation == "references":
            arcs = [(work, self.world[n]) for n in work.references]
        else:
            arcs = [(other, work) for other in self.world if work.number in other.references]
        return _json(world_of.opencitations_rows(arcs))

    def _europepmc(self, asked: Asked) -> Reply:
        if asked.path == "search":
            return self._europepmc_search(asked)
        if asked.path.endswith("/fullTextXML"):
            work = self._find(f"pmcid:{asked.path.partition('/')[0]}")
            return (200, "application/xml", world_of.full_text(work, self.world)) if work else (404, "text/html", "")
        _, number, operation = asked.path.split("/")
        work = self._by[f"pmid:{number}"]
        request = {"id": number, "source": "MED"}
        if operation == "references":
            listed = [world_of.europepmc_reference(self.world[n], i) for i, n in enumerate(work.references, start=1)]
            return _json({"hitCount": len(listed), "request": request, "referenceList": {"reference": listed}})
        works = [other for other in self.world if work.number in other.references and other.pmid]
        cites = [world_of.europepmc_record(other) for other in works]
        return _json({"hitCount": len(cites), "request": request, "citationList": {"citation": cites}})

    def _europepmc_search(self, asked: Asked) -> Reply:
        query = asked.params["query"]
        named = {*re.findall(r'DOI:"([^"]*)"', query), *re.findall(r"EXT_ID:(\d+)|PMCID:(PMC\d+)", query)}
        works = [
            w for w in self.world
            if w.pmid and not named.isdisjoint({w.doi, (w.pmid, ""), *([("", w.pmcid)] if w.pmcid else [])})
        ]  # fmt: skip
        if "cursorMark" in asked.params:
            words = query.split(")")[0].strip("(").lower().split()
            works = [w for w in self.world if w.pmid and all(word in w.title.lower() for word in words)]
        records = [world_of.europepmc_record(work) for work in works]
        request = {"queryString": query, "resultType": "lite"}
        return _json({"hitCount": len(works), "request": request, "resultList": {"result": records}})

    def _pubmed(self, asked: Asked) -> Reply:
        form = {name: values[0] for name, values in parse_qs(asked.body).items()}
        if asked.path == "esearch.fcgi":
            term = form["term"]
            words = term.split(")")[0].strip("(").lower().split()
            found = [
                work.pmid for work in self.world
                if work.pmid and (f'"{work.doi}"[doi]' in term or all(word in work.title.lower() for word in words))
            ]  # fmt: skip
            return _json({"esearchresult": {"count": str(len(found)), "idlist": found[: int(form["retmax"])]}})
        works = [work for pmid in form["id"].split(",") if (work := self._find(f"pmid:{pmid}"))]
        articles = "".join(world_of.pubmed_article(work, self.world) for work in works)
        return 200, "text/xml", f'<?xml version="1.0"?><PubmedArticleSet>{articles}</PubmedArticleSet>'

    def _semanticscholar(self, asked: Asked) -> Reply:
        import json

        found = []
        for name in json.loads(asked.body)["ids"]:
            scheme, _, value = name.partition(":")
            work = self._find(f"{scheme.lower()}:{value.lower()}")
            found.append(None if work is None else world_of.s2_record(work, self.world))
        return _json(found)


def _json(value: Any, status: int = 200) -> Reply:
    return status, "application/json", as_json(value)
