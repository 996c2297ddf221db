"""Asks one provider: from the store where it was answered before, else from the service; follows pages; notes losses.

Resuming, working offline and planning are the same walk: what is stored is not asked again, and where there is no
client, what is not stored is noted (offline) or counted (planning).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from citenet._support.progress import progress
from citenet.connect.client import FetchClient
from citenet.connect.payloads import Payload, parse_payload, read_payload
from citenet.connect.provider import Answer, Provider, Request
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
_ENOUGH = 3  # failures in a row: the service is down


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
    stopped: RefusalError | None = None
    _failed_in_a_row: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __call__(self, requests: Iterable[Request]) -> list[Answer]:
        """Answer requests, several at a time where the provider allows, in the order they were given."""
        wanted = list(dict.fromkeys(requests))
        concurrency = 1 if self.client is None else self.provider.pace(self.client.settings)[1]
        what = f"{self.provider.title}: {wanted[0].purpose}" if wanted else ""
        with ThreadPoolExecutor(concurrency) as pool:
            chains = list(progress(pool.map(self._pages, wanted), what, total=len(wanted), unit=" requests"))
        found: list[Answer] = []
        for answers, payloads, problems in chains:
            found += answers
            self.payloads += payloads
            self.problems += problems
        return found

    def stop(self, reason: str) -> None:
        """Send nothing more."""
        self.stopped = self.stopped or RefusalError(reason, "provider", remedy="run the same again to go on")

    def _pages(self, request: Request) -> tuple[list[Answer], list[Payload], list[Row]]:
        """Answer a request with all its pages, up to the records wanted."""
        answers: list[Answer] = []
        payloads: list[Payload] = []
        seen: set[str] = set()
        turn: Request | None = request
        while turn is not None:
            try:
                stored = self._stored(turn)
            except RefusalError as refusal:
                return answers, _incomplete(payloads), self._lost(turn, str(refusal), refusal.remedy)
            if stored is None:
                reason = f"offline, and the store of this folder holds no {_WORDS[turn.purpose]}"
                remedy = f"run the same without offline to ask {self.provider.title} for it"
                return answers, _incomplete(payloads), self._lost(turn, reason, remedy)
            if stored.text is None:
                return answers, payloads, self._absent(turn)
            data = parse_payload(turn, stored.text)
            listed = self.provider.listed(turn, data)
            repeats = bool(answers) and stored.sha256 in seen
            if not repeats:
                answers.append(Answer(turn, stored.file, data, listed))
                if turn.form != "json":
                    payloads.append(read_payload(self.provider.name, answers[-1], stored))
            seen |= {stored.sha256, turn.key}
            following = None if repeats else self.provider.following(turn, data)
            repeats = repeats or (following is not None and following.key in seen)
            n_listed = sum(len(answer.listed) for answer in answers)
            enough = request.most is not None and n_listed >= request.most
            turn = None if repeats or enough else following
        short = self._shortfall(request, answers, repeats, following is not None)
        return answers, _incomplete(payloads) if short else payloads, short

    def _stored(self, request: Request) -> Stored | None:
        """Return the answer of the store, else of the service; None where nobody may be asked."""
        stored = self.store.find(self.provider.name, request)
        if stored is not None:
            return stored
        if self.client is None:
            with self._lock:
                self.open.append(request)
            return None
        if self.stopped is not None:
            raise self.stopped
        try:
            status, text = self.client.send(self.provider, request)
        except RefusalError as refusal:
            self._note(refusal)
            raise
        with self._lock:
            self._failed_in_a_row = 0
        return self.store.put(self.provider.name, request, status, text)

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

    def _shortfall(self, request: Request, answers: list[Answer], repeats: bool, more: bool) -> list[Row]:
        """Say where a list ended before its end: by the cap, or because the service gave less than it states."""
        n_listed = sum(len(answer.listed) for answer in answers)
        stated = self.provider.stated(request, answers[0].data)
        subject = ", ".join(request.works) or "the search"
        cut = more if stated is None else n_listed < stated
        if request.most is not None and n_listed >= request.most and cut and not repeats:
            of = f" of {stated:,}" if stated is not None else ""
            detail = f"{self.provider.name}: {n_listed:,}{of} records are taken for {subject}, as the cap says"
            return [self._row("capped", answers[-1].file, detail, request.works)]
        if repeats or (stated is not None and (request.most is not None or "page" in dict(request.params))
                       and n_listed < stated):  # fmt: skip
            why = "a page came twice" if repeats else "its pages hold less than it states"
            of = f" of {stated:,}" if stated is not None else ""
            detail = f"{self.provider.name}: {n_listed:,}{of} records came for {subject}: {why}"
            return [self._row("incomplete list", answers[-1].file, detail, request.works)]
        return []

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
