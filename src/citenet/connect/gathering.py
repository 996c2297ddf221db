"""Goes from works to what they cite and what cites them, asking every source for what it knows, until nothing is open.

Services know different identifiers: what one answers opens another. So the sources are asked in rounds, all at the same
time, each for the works that it can be asked about by now.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
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
from citenet.io._records import Row

__all__ = ["Gathering"]

_ROUNDS = 3


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
        self.given, self.query = given, query
        self.askings = {name: Asking(PROVIDERS[name], store, client) for name in query.sources}
        self.problems: list[Row] = []
        self._asked: dict[tuple[str, Action], set[str]] = {}
        self._own = [terms for terms in terms_of(given.works) if terms]
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

    def run(self) -> None:
        """Ask everything the query wants."""
        if self.query.search:
            able = [name for name in self.askings if "search" in PROVIDERS[name].schemes]
            self._at_once({name: lambda asking: asking.provider.search(self.query, asking) for name in able})
        frontier = {*self._own_names(), *self._found_by_search()}
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
        self._ask("description", self._cited())
        if "references" in directions:
            self._report_lacking()

    def all_problems(self) -> pd.DataFrame:
        """What could not be fetched, was not found, or was cut."""
        rows = [*self.problems, *(row for asking in self.askings.values() for row in asking.problems)]
        return pd.DataFrame(rows, columns=list(PROBLEM_COLUMNS))

    def stops(self) -> dict[str, str]:
        """Why sources were given up, by source."""
        return {name: str(asking.stopped) for name, asking in self.askings.items() if asking.stopped is not None}

    def origin(self, query: FetchQuery) -> dict[str, Any]:
        """Question, dates and counts of each source, for the lock."""
        problems = self.all_problems()
        dates = sorted({date for p in self.payloads for date in p.corpus.sources["retrieved"].dropna()})
        providers = {}
        for name, asking in self.askings.items():
            sources = [payload.corpus.sources for payload in asking.payloads]
            providers[name] = {
                "answers": len(asking.payloads),
                "works": sum(int(table["n_works"].sum()) for table in sources),
                "references": sum(int(table["n_references"].sum()) for table in sources),
                "stopped": str(asking.stopped) if asking.stopped else None,
            }
        counts = {kind: int(n) for kind, n in problems["kind"].value_counts().sort_index().items()}
        question = {**query.record(), "works": sorted(self._first)}
        works = f"{len(self._own):,} works" if self._own else ""
        found = f"works found by {query.search!r}" if query.search else ""
        words = {"references": "what {} cite", "citing": "what cites {}", "both": "what {} cite and what cites them"}
        asked = words[query.direction].format(" and ".join(filter(None, [works, found])))
        return {"query": f"{asked}, by {', '.join(query.sources)}", "question": question, "retrieved": dates[-1] if dates else None, "retrieved_from": dates[0] if dates else None,
                "providers": providers, "problems": counts}  # fmt: skip

    def _own_names(self) -> set[str]:
        identity = Identity(self._own)
        return {identity.name(terms[0]) for terms in self._own}

    def _found_by_search(self) -> set[str]:
        found = {
            terms[0]
            for payload in self.payloads
            if payload.purpose == "search"
            for terms in terms_of(payload.corpus.works, payload.corpus.works.index)
            if terms
        }
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
        """Identifiers to ask a source by: the best that it takes, of each work it was not asked about."""
        schemes = PROVIDERS[source].schemes.get(action, ())
        asked = self._asked.setdefault((source, action), set())
        full = self._asked.get((source, "references"), set()) if action == "description" else set()
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
        with ThreadPoolExecutor(len(jobs)) as pool:
            futures = [pool.submit(job, self.askings[source]) for source, job in jobs.items()]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                for asking in self.askings.values():
                    asking.stop("interrupted")
                raise

    def _next(self, identity: Identity, seen: set[str]) -> set[str]:
        """Works the last step has found, those met most often first, up to the cap."""
        met: dict[str, int] = {}
        for payload in self.payloads:
            tables = []
            if payload.purpose == "references" and self.query.direction != "citing":
                tables.append(terms_of(payload.corpus.references))
            if payload.purpose == "citing":
                tables.append(terms_of(payload.corpus.works, payload.corpus.works.index))
            for terms in (terms for table in tables for terms in table if terms):
                name = identity.name(terms[0])
                met[name] = met.get(name, 0) + (name not in seen)
        found = sorted((name for name, n in met.items() if n), key=lambda name: (-met[name], name))
        most = self.query.max_works
        if len(found) > most:
            detail = f"the second step takes {most:,} of {len(found):,} works, those met most often (max_works)"
            self.problems.append(_row("capped", "fetch", detail, None))
        return set(found[:most])

    def _cited(self) -> set[str]:
        """One identifier of every work that is cited or cites."""
        found = {terms[0] for payload in self.payloads for terms in terms_of(payload.corpus.references) if terms}
        return found | {
            terms[0]
            for payload in self.payloads
            if payload.purpose == "citing"
            for terms in terms_of(payload.corpus.works, payload.corpus.works.index)
            if terms
        }

    def _report_nameless(self) -> None:
        for (work_id, row), terms in zip(self.given.works.iterrows(), terms_of(self.given.works), strict=True):
            if not terms:
                detail = "the work has no identifier to ask by; give it a DOI, or add its reference list by hand"
                title = row["title"] if isinstance(row["title"], str) else None
                self.problems.append(
                    _row("no identifier", row["file"], detail, f"{work_id}: {title}" if title else str(work_id))
                )

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
                    detail = f"{source} is asked by {' or '.join(schemes)}; none is known of this work"
                    self.problems.append(_row("no identifier", source, detail, name))

    def _report_lacking(self) -> None:
        """Report works of which a source that was asked gave no list and did not say why."""
        identity = identify(self.given, self.payloads)
        for source, asking in self.askings.items():
            told = {identity.name(t) for row in asking.problems for t in (row["excerpt"] or "").split()}
            known, listed = set[str](), set[str]()
            for payload in asking.payloads:
                works = payload.corpus.works
                names = {
                    w: identity.name(t[0]) for w, t in zip(works.index, terms_of(works, works.index), strict=True) if t
                }
                known.update(names.values())
                listed |= {names[w] for w in payload.corpus.references["citing"].unique() if w in names}
            for name in sorted({identity.name(t) for t in self._asked.get((source, "references"), ())} - told - listed):
                if name in known:
                    self.problems.append(
                        _row("no references", source, f"{source} has no reference list of this work", name)
                    )
                elif source == "opencitations":
                    detail = f"{source} lists no reference of this work, or does not know it: it answers alike"
                    self.problems.append(_row("no references", source, detail, name))
                else:
                    self.problems.append(
                        _row("not found", source, f"{asking.provider.title} does not know this work", name)
                    )


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
