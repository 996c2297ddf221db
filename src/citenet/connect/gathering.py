"""Goes from works to what they cite and what cites them, asking every source for what it knows, until nothing is open.

Services know different identifiers: what one answers opens another. So the sources are asked in rounds, all at the same
time, each for the works that it can be asked about by now.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pandas as pd

from citenet.connect.asking import Asking
from citenet.connect.client import FetchClient
from citenet.connect.identity import Identity, terms_of
from citenet.connect.merge import identify
from citenet.connect.payloads import Payload
from citenet.connect.provider import Action
from citenet.connect.providers import PROVIDERS
from citenet.connect.query import FetchQuery
from citenet.connect.store import PayloadStore
from citenet.corpus import PROBLEM_COLUMNS, Corpus
from citenet.errors import InputError
from citenet.io._rows import Row

__all__ = ["Gathering"]

_ROUNDS = 3
_GRACE = 2.0  # seconds that answers under way have to come in after an interruption


class Gathering:
    """One fetch under way: who was asked about what, and what came.

    Parameters
    ----------
    given : Corpus
        Works to begin with.
    query : FetchQuery
    store : PayloadStore
    client : FetchClient or None
        None asks nobody: what the store holds is gone through.
    """

    def __init__(self, given: Corpus, query: FetchQuery, store: PayloadStore, client: FetchClient | None) -> None:
        self.given, self.query, self._client = given, query, client
        if client is not None:
            client.interrupted.clear()
        self.askings = {name: Asking(PROVIDERS[name], store, client) for name in query.sources}
        self.problems: list[Row] = []
        self.n_first = self.n_second = 0  # works that the steps ask about
        self._unaskable: dict[tuple[str, Action], int] = {}
        self._asked: dict[tuple[str, Action], set[str]] = {}
        self._own = [terms for terms in terms_of(given.works["doi"], given.works["ids"]) if terms]
        self._first = {term for terms in self._own for term in terms}
        if not self._own and not query.search:
            raise InputError(
                f"none of the {len(given.works)} works has an identifier to ask by (DOI, PMID, PMCID, OpenAlex id)"
                if len(given.works)
                else "nothing to fetch: give works or search="
            )
        self._report_nameless()

    @property
    def payloads(self) -> list[Payload]:
        """All answers so far, in the order of the sources."""
        return [payload for asking in self.askings.values() for payload in asking.payloads]

    @property
    def asked(self) -> set[str]:
        """Identifiers that any source was asked by."""
        return set[str]().union(*self._asked.values())

    @property
    def unwanted(self) -> set[str]:
        """Identifiers of works that stored answers hold besides those that are asked about."""
        return set[str]().union(*(asking.unwanted for asking in self.askings.values()))

    @property
    def is_open(self) -> bool:
        """Whether anything was not answered: more works may be found."""
        return any(asking.open for asking in self.askings.values())

    def unaskable(self, source: str) -> dict[Action, int]:
        """Return works that a source could not be asked about, as their identifiers are not known (yet)."""
        return {action: n for (name, action), n in self._unaskable.items() if name == source}

    def run(self) -> None:
        """Ask everything the query wants."""
        if self.query.search:
            able = [name for name in self.askings if "search" in PROVIDERS[name].schemes]
            self._at_once({name: lambda asking: asking.provider.search(self.query, asking) for name in able})
        frontier = {*self._own_names(), *self._found_by_search()}
        self.n_first = len(frontier)
        seen = set(frontier)
        directions: list[Action] = (
            ["references", "citing"] if self.query.direction == "both" else [self.query.direction]
        )
        for hop in range(self.query.hops):
            if "references" not in directions:
                self._ask("description", frontier)
            for action in directions:
                self._ask(action, frontier)
                self._report_unaskable(action, frontier)
            if hop + 1 < self.query.hops:
                identity = identify(self.given, self.payloads)
                seen = {identity.name(term) for term in seen}
                frontier = self._next(identity, seen)
                seen |= frontier
                self.n_second = len(frontier)
        self._ask("description", self._cited())
        self._report_lacking(directions[0])

    def all_problems(self) -> pd.DataFrame:
        """Return what could not be fetched, was not found, or was cut."""
        rows = [*self.problems, *(row for asking in self.askings.values() for row in asking.problems)]
        return pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS))

    def stops(self) -> dict[str, str]:
        """Why sources were given up, by source."""
        return {
            name: f"{asking.stopped}; {asking.stopped.remedy}"
            for name, asking in self.askings.items()
            if asking.stopped is not None
        }

    def origin(self) -> dict[str, Any]:
        """Return question, dates and counts of each source, for the lock."""
        query = self.query
        dates = sorted({payload.retrieved for payload in self.payloads})
        providers = {}
        for name, asking in self.askings.items():
            providers[name] = {
                "answers": len(asking.payloads),
                "works": sum(len(payload.records.works) for payload in asking.payloads),
                "references": sum(len(payload.records.references) for payload in asking.payloads),
                "stopped": str(asking.stopped) if asking.stopped else None,
            }
        return {
            "query": _in_words(query, len(self._own)),
            "question": {**query.record(), "works": sorted(term for terms in self._own for term in terms)},
            "retrieved": dates[-1] if dates else None,
            "retrieved_from": dates[0] if dates else None,
            "providers": providers,
        }

    def _own_names(self) -> set[str]:
        identity = Identity(self._own)
        return {identity.name(terms[0]) for terms in self._own}

    def _found_by_search(self) -> set[str]:
        found = {terms[0] for payload in self.payloads if payload.purpose == "search" for terms in payload.named()}
        self._first |= found
        return found

    def _ask(self, action: Action, works: Iterable[str]) -> None:
        """Ask all sources that offer it, in rounds, as identifiers become known."""
        works = set(works)
        for _ in range(_ROUNDS):
            jobs = {}
            identity = identify(self.given, self.payloads)
            names = sorted({identity.name(term) for term in works})
            for source in self.askings:
                ids = self._open(identity, source, action, names)
                if ids:
                    jobs[source] = _job(action, ids, self.query.max_citing)
            if not jobs:
                return
            self._at_once(jobs)

    def _open(self, identity: Identity, source: str, action: Action, names: Iterable[str]) -> list[str]:
        """Return identifiers to ask a source by: the best that it takes, of each work it was not asked about."""
        schemes = PROVIDERS[source].schemes.get(action, ())
        asked = self._asked.setdefault((source, action), set())
        full = self._asked.get((source, "references"), set()) if action == "description" else set()
        if action == "description":  # what it found, it has described
            full = full.union(*(terms for payload in self.askings[source].payloads for terms in payload.named()))
        ids = []
        for name in names:
            terms = identity.terms(name)
            if asked.intersection(terms) or full.intersection(terms):
                continue
            fitting = [term for scheme in schemes for term in terms if term.startswith(f"{scheme}:")]
            if fitting:
                ids.append(next((term for term in fitting if term in self._first), fitting[0]))
        asked.update(ids)
        return sorted(ids)

    def _at_once(self, jobs: dict[str, Any]) -> None:
        """Ask several sources at the same time; an interruption stops them all."""
        if not jobs:
            return
        pool = ThreadPoolExecutor(len(jobs))
        futures = [pool.submit(job, self.askings[source]) for source, job in jobs.items()]
        try:
            for future in futures:
                future.result()
        except BaseException:
            if self._client is not None:
                self._client.interrupted.set()
            for asking in self.askings.values():
                asking.stop("interrupted")
            wait(futures, timeout=_GRACE)  # what is under way is kept, but it may hang for a minute
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()

    def _next(self, identity: Identity, seen: set[str]) -> set[str]:
        """Works the last step has found, those met most often first, up to the cap."""
        met: dict[str, set[str]] = {}  # by which works of this step; how many services say so counts for nothing
        for payload in self.payloads:
            names_in = {work: identity.name(terms[0]) for work, terms in payload.work_terms.items() if terms}
            if payload.purpose == "references":
                by = [names_in.get(work, work) for work in payload.records.references.column("citing")]
                pairs = zip(by, payload.reference_terms, strict=True)
            elif payload.purpose == "citing":
                by = [identity.name(term) for term in payload.request.works[:1]]
                pairs = zip(by * len(names_in), payload.named(), strict=True)
            else:
                continue
            for work, terms in pairs:
                if terms and (name := identity.name(terms[0])) not in seen:
                    met.setdefault(name, set()).add(work)
        names = sorted(met, key=lambda name: (-len(met[name]), name))
        most = self.query.max_works
        if len(names) > most:
            detail = f"the second step takes {most:,} of {len(names):,} works, those met most often (max_works)"
            self.problems.append(_row("capped", "fetch", detail, None))
        return set(names[:most])

    def _cited(self) -> set[str]:
        """One identifier of every work that a list names, and of every work that cites."""
        found: set[str] = set()
        for payload in self.payloads:
            if payload.purpose == "references":
                found.update(terms[0] for terms in payload.reference_terms if terms)
            elif payload.purpose == "citing":
                found.update(terms[0] for terms in payload.named())
        return found

    def _report_nameless(self) -> None:
        works = self.given.works
        terms = pd.Series(terms_of(works["doi"], works["ids"]), index=works.index, dtype="object")
        detail = "the work has no identifier to ask by; give it a DOI, or add its reference list by hand"
        for work_id, row in works[terms.map(len) == 0].iterrows():
            said = f"{work_id}: {row['title']}" if isinstance(row["title"], str) else str(work_id)
            self.problems.append(_row("no identifier", row["file"], detail, said))

    def _report_unaskable(self, action: Action, names: Iterable[str]) -> None:
        """Report works that a source could not be asked about: it does not take their identifiers."""
        identity = identify(self.given, self.payloads)
        for source in self.askings:
            schemes = PROVIDERS[source].schemes.get(action, ())
            if not schemes:
                continue
            asked = self._asked.get((source, action), set())
            for name in sorted({identity.name(term) for term in names}):
                if not asked.intersection(identity.terms(name)):
                    detail = (
                        f"{source} is asked by {' or '.join(schemes)}; none is known of this work: give one, or name a "
                        "further source that may know it, such as openalex or europepmc"
                    )
                    self.problems.append(_row("no identifier", source, detail, name))
                    self._unaskable[source, action] = self._unaskable.get((source, action), 0) + 1

    def _report_lacking(self, action: Action) -> None:
        """Report works that a source was asked about and does not know, or of which it has no reference list."""
        identity = identify(self.given, self.payloads)
        for source, asking in self.askings.items():
            told = {identity.name(t) for row in asking.problems for t in (row["excerpt"] or "").split()}
            known, listed = set[str](), set[str]()
            for payload in asking.payloads:
                names = {work: identity.name(terms[0]) for work, terms in payload.work_terms.items() if terms}
                known.update(names.values())
                listed |= {names[work] for work in set(payload.records.references.column("citing")) if work in names}
            asked = {identity.name(term) for term in self._asked.get((source, action), ())}
            if action == "citing":  # that nobody cites a work is no loss, and OpenCitations says no more
                listed |= asked if source == "opencitations" else known
            for name in sorted(asked - told - listed):
                kind, detail = "not found", f"{asking.provider.title} does not know this work"
                if name in known:
                    kind, detail = "no references", f"{source} has no reference list of this work"
                elif source == "opencitations":
                    detail = f"{source} lists no reference of this work, or does not know it: it answers alike"
                    kind = "no references"
                self.problems.append(_row(kind, source, detail, name))


def _in_words(query: FetchQuery, n_works: int) -> str:
    """Return the question in words."""
    found = f"works found by {query.search!r}" if query.search else ""
    works = " and ".join(filter(None, [f"{n_works:,} work{'' if n_works == 1 else 's'}" if n_works else "", found]))
    words = {
        "references": "references of {}",
        "citing": "works that cite {}",
        "both": "references of, and works that cite, {}",
    }
    return f"{words[query.direction].format(works)}, by {', '.join(query.sources)}"


def _job(action: Action, ids: list[str], max_citing: int) -> Any:
    def run(asking: Asking) -> None:
        if action == "citing":
            asking.provider.citing(ids, asking, max_citing)
        elif action == "references":
            asking.provider.references(ids, asking)
        else:
            asking.provider.description(ids, asking)

    return run


def _row(kind: str, file: Any, detail: str, excerpt: str | None) -> Row:
    return {"file": file, "line": None, "kind": kind, "detail": detail, "excerpt": excerpt}
