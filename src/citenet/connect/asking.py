"""Asks one provider: from the store where it was answered before, else from the service; follows pages; notes losses.

Resuming, working offline and planning are the same walk: what is stored is not asked again, and where there is no
client, what is not stored is noted (offline) or counted (planning).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from citenet._support.progress import progress
from citenet.connect.client import FetchClient
from citenet.connect.payloads import Payload, first_records, parse_payload, read_payload
from citenet.connect.provider import Answer, Provider, Request, batches
from citenet.connect.refusal import RefusalError
from citenet.connect.store import PayloadStore, Stored
from citenet.io._rows import Row

__all__ = ["Asking"]

_WORDS = {
    "references": "reference list of this work",
    "citing": "list of what cites this work",
    "description": "description of this work",
    "look-up": "look-up of this work",
    "search": "answer to this search",
}
_CAPS = {"citing": "max_citing", "search": "max_found", "look-up": "max_found"}
_ENOUGH = 3  # failures in a row: the service is down
_UNLIKE = (400, 413, 414, 422)  # statuses that say that something in a request is wrong, or too long
_HOPELESS = 4  # times that requests are cut in two without one that is answered
_NO_KEY = 401

Refused = tuple[Request, RefusalError]


@dataclass
class Chain:
    """What came of one request and its further pages."""

    answers: list[Answer] = field(default_factory=list)
    payloads: list[Payload] = field(default_factory=list)
    problems: list[Row] = field(default_factory=list)
    refusal: RefusalError | None = None
    n_dropped: int = 0  # records beyond the cap
    has_more: bool = False
    repeats: bool = False
    is_complete: bool = True

    @property
    def n_listed(self) -> int:
        """Records taken."""
        return sum(len(answer.listed) for answer in self.answers)


@dataclass
class Asking:
    """Everything asked of one provider in one fetch; called with requests, it returns the answers.

    Parameters
    ----------
    provider : Provider
    store : PayloadStore
    client : FetchClient or None
        None asks nobody.
    """

    provider: Provider
    store: PayloadStore
    client: FetchClient | None
    payloads: list[Payload] = field(default_factory=list)
    problems: list[Row] = field(default_factory=list)
    open: list[Request] = field(default_factory=list)  # not stored, and nobody to ask
    unwanted: set[str] = field(default_factory=set)  # works of stored answers that nobody wants now
    stopped: RefusalError | None = None
    _failed_in_a_row: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __call__(self, requests: Iterable[Request]) -> list[Answer]:
        """Answer requests, several at a time where the provider allows, in the order they were given."""
        return self._ask(requests, None)

    def in_batches(
        self,
        terms: Iterable[str],
        make: Callable[[tuple[str, ...]], Request],
        *,
        most: int,
        longest: int,
        joint: int = 1,
    ) -> list[Answer]:
        """Ask for many works, so many a request; one that is refused is cut in two, until the culprit is alone.

        What an earlier fetch asked for is taken from its answers, whatever works it asked for besides.

        Parameters
        ----------
        terms : iterable of str
            Identifiers of the works.
        make : callable
            From identifiers to the request for these.
        most, longest, joint : int
            Identifiers in a request, their length in all, and what joins two of them.
        """
        in_turn = sorted(set(terms))
        regular = [make(tuple(batch)) for batch in batches(in_turn, most, longest, joint)]
        again, left = self._answered_before(regular, make)
        requests = regular
        if again:
            new = [make(tuple(batch)) for batch in batches(sorted(left), most, longest, joint)]
            requests = [*(r for r in regular if left.isdisjoint(r.works) and self._holds(r)), *again, *new]
        answers: list[Answer] = []
        barren = 0
        while requests:
            refused: list[Refused] = []
            found = self._ask(requests, refused)
            answers += found
            barren = 0 if found else barren + 1
            if barren == _HOPELESS:  # not what is asked for is wrong, but how
                for request, refusal in refused:
                    self.problems += self._lost(request, str(refusal), refusal.remedy)
                break
            requests = [make(half) for request, _ in refused for half in _halves(request.works)]
        return answers

    def stop(self, reason: str) -> None:
        """Send nothing more."""
        self.stopped = self.stopped or RefusalError(reason, "provider", remedy="run the same again to go on")

    def _answered_before(
        self, regular: list[Request], make: Callable[[tuple[str, ...]], Request]
    ) -> tuple[list[Request], set[str]]:
        """Return requests of earlier fetches that are stored and name works of these, and the works they do not."""
        left = {term for request in regular if not self._holds(request) for term in request.works}
        again = []
        for works in self.store.batches(self.provider.name, regular[0].purpose) if left else []:
            if left.isdisjoint(works) or not self._holds(make(works)):
                continue
            besides = tuple(term for term in works if term not in left)
            self.unwanted.update(besides)
            again.append(replace(make(works), works=tuple(term for term in works if term in left), besides=besides))
            left.difference_update(works)
        return again, left

    def _holds(self, request: Request) -> bool:
        return self.store.holds(self.provider.name, request)

    def _ask(self, requests: Iterable[Request], refused: list[Refused] | None) -> list[Answer]:
        """Answer requests; where there is a list for them, those of several works that are refused go there."""
        wanted = list(dict.fromkeys(requests))
        concurrency = 1 if self.client is None else self.provider.pace(self.client.settings)[1]
        what = f"{self.provider.title}: {wanted[0].purpose}" if wanted else ""
        with ThreadPoolExecutor(concurrency) as pool:
            chains = list(progress(pool.map(self._pages, wanted), what, total=len(wanted), unit=" requests"))
        found: list[Answer] = []
        for request, chain in zip(wanted, chains, strict=True):
            refusal = chain.refusal
            if refusal is None:
                pass
            elif refused is not None and refusal.status in _UNLIKE and len(request.works) > 1:
                refused.append((request, refusal))
            else:
                chain.problems += self._lost(request, str(refusal), refusal.remedy)
            found += chain.answers
            self.payloads += chain.payloads if chain.is_complete else _incomplete(chain.payloads)
            self.problems += chain.problems
        return found

    def _pages(self, request: Request) -> Chain:
        """Answer a request with all its pages, up to the records wanted."""
        chain = Chain()
        seen: set[str] = set()
        is_new = False  # begun again, as the service has forgotten the list
        turn: Request | None = request
        while turn is not None:
            other = self.provider.instead(turn)
            try:
                stored = self._stored(turn)
            except RefusalError as refusal:
                if other is not None and refusal.status == _NO_KEY:
                    turn = other
                    continue
                if refusal.is_outworn and chain.answers and not is_new:
                    for answer in chain.answers:
                        self.store.drop(self.provider.name, answer.request)
                    chain, seen, turn, is_new = Chain(), set(), request, True
                    continue
                chain.refusal, chain.is_complete = refusal, False
                return chain
            if stored is None and other is not None and self._holds(other):
                turn = other
                continue
            if stored is None:
                chain.refusal, chain.is_complete = self._unstored(turn), False
                return chain
            if stored.text is None:
                chain.problems += self._absent(turn)
                return chain
            following = self._take(chain, request, turn, stored, stored.sha256 in seen)
            seen |= {stored.sha256, turn.key}
            chain.repeats = chain.repeats or (following is not None and following.key in seen)
            chain.has_more = chain.n_dropped > 0 or following is not None
            enough = request.most is not None and chain.n_listed >= request.most
            turn = None if chain.repeats or enough else following
        short = self._shortfall(request, chain)
        chain.is_complete = not short
        chain.problems += short
        return chain

    def _take(self, chain: Chain, request: Request, turn: Request, stored: Stored, seen: bool) -> Request | None:
        """Take the records of an answer, up to those wanted, and return what to ask next."""
        data = parse_payload(turn, stored.text or "")
        listed = self.provider.listed(turn, data)
        if chain.answers and seen:
            chain.repeats = True
            return None
        room = len(listed) if request.most is None else max(0, request.most - chain.n_listed)
        text = first_records(data, listed, room) if room < len(listed) and turn.form != "json" else None
        chain.n_dropped += max(0, len(listed) - room)
        answer = Answer(turn, stored.file, data, listed[:room])
        chain.answers.append(answer)
        if turn.form != "json":
            chain.payloads.append(read_payload(self.provider.name, answer, stored, text))
        return self.provider.following(turn, data)

    def _stored(self, request: Request) -> Stored | None:
        """Return the answer of the store, else of the service; None where nobody may be asked."""
        stored = self.store.find(self.provider.name, request)
        if stored is not None:
            return stored
        if self.client is None:
            return None
        if self.stopped is not None:
            raise self.stopped
        try:
            status, text = self.client.send(self.provider, request)
        except RefusalError as refusal:
            if refusal.status != _NO_KEY or self.provider.instead(request) is None:
                self._note(refusal)
            raise
        with self._lock:
            self._failed_in_a_row = 0
        return self.store.put(self.provider.name, request, status, text)

    def _unstored(self, request: Request) -> RefusalError:
        """Note what is open, as nobody is asked."""
        with self._lock:
            self.open.append(request)
        reason = f"offline, and the store of this folder holds no {_WORDS[request.purpose]}"
        remedy = f"run the same without offline to ask {self.provider.title} for it"
        return RefusalError(reason, "request", remedy=remedy)

    def _note(self, refusal: RefusalError) -> None:
        with self._lock:
            self._failed_in_a_row = 0 if refusal.scope == "request" else self._failed_in_a_row + 1
            if refusal.scope == "provider":
                self.stopped = self.stopped or refusal
            elif self._failed_in_a_row >= _ENOUGH:
                reason = f"{self.provider.title} failed {_ENOUGH} times in a row, at last: {refusal}"
                self.stopped = self.stopped or RefusalError(
                    reason, "provider", remedy=refusal.remedy, status=refusal.status
                )

    def _shortfall(self, request: Request, chain: Chain) -> list[Row]:
        """Say where a list ended before its end: by a cap, or because the service gave less than it states."""
        provider, subject = self.provider, ", ".join(request.works) or "the search"
        stated = provider.stated(chain.answers[0].request, chain.answers[0].data)
        n = chain.n_listed
        if stated is None and chain.n_dropped and len(chain.answers) == 1:
            stated = n + chain.n_dropped
        of = f" of {stated:,}" if stated is not None else ""
        limit = provider.limit(chain.answers[-1].request)
        kind = "incomplete list"
        if n == request.most and not chain.repeats and (chain.has_more if stated is None else n < stated):
            kind, why = "capped", f"are taken for {subject}, as {_CAPS[request.purpose]}={request.most} says"
        elif chain.repeats:
            why = f"came for {subject}: a page came twice"
        elif stated is None or n >= stated:
            return []
        elif limit and n >= limit[0]:
            kind, why = "capped", f"are taken for {subject}: {provider.title} gives no more; {limit[1]}"
        else:
            why = f"came for {subject}: its pages hold less than it states"
        detail = f"{provider.name}: {n:,}{of} records {why}"
        return [self._row(kind, chain.answers[-1].file, detail, request.works)]

    def _absent(self, request: Request) -> list[Row]:
        detail = f"{self.provider.title} does not know this work"
        if request.form == "jats":
            detail = f"{self.provider.title} has no full text of this work, although it says so"
        return [self._row("not found", None, detail, (term,)) for term in request.works]

    def _lost(self, request: Request, reason: str, remedy: str) -> list[Row]:
        detail = f"{self.provider.name}: {request.purpose}: {reason}; {remedy}"
        works = request.works or ("the search",)
        return [self._row("not fetched", None, detail, (term,)) for term in works]

    def _row(self, kind: str, file: str | None, detail: str, works: Iterable[str]) -> Row:
        excerpt = " ".join(works) or None
        return {"file": file or self.provider.name, "line": None, "kind": kind, "detail": detail, "excerpt": excerpt}


def _incomplete(payloads: list[Payload]) -> list[Payload]:
    return [replace(payload, is_complete=False) for payload in payloads]


def _halves(works: tuple[str, ...]) -> list[tuple[str, ...]]:
    middle = len(works) // 2
    return [works[:middle], works[middle:]]
