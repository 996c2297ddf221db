"""What a provider is: how it is asked, how it pages, what it costs; one module a provider says it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol
from urllib.parse import quote, urlencode

import citenet

if TYPE_CHECKING:
    from citenet.connect.query import FetchQuery
    from citenet.connect.settings import Settings

__all__ = ["KINDS", "Action", "Answer", "Ask", "Provider", "Request", "batches", "of_scheme", "path_of", "user_agent"]

Action = Literal["references", "citing", "description", "search"]
KINDS = ("article", "book", "book-chapter", "dissertation", "preprint", "report", "review")
_SAFE = "/:|,*()"  # kept as they are, so that long lists of identifiers stay within the length of a request line


@dataclass(frozen=True)
class Request:
    """One request as it is stored: without keys, mail address or the address of the service.

    Parameters
    ----------
    purpose : str
        What it is asked for, or "look-up" where its answer holds no bibliography but says what to ask next.
    path : str
        Path below the address of the provider, percent-encoded.
    params : tuple of (name, value)
    body : str, optional
        What is posted; a request without one is a GET.
    works : tuple of str
        Identifiers asked for: where the request fails, these are not fetched.
    besides : tuple of str
        Identifiers that a stored answer was asked for as well, in an earlier fetch: left out now.
    form : str
        Reader of the answer (`citenet.io`), or "json" for a look-up.
    most : int, optional
        Records wanted from all its pages.
    by_name : bool
        Whether the path names the work itself, so that HTTP 404 means there is none; of a list or a search it means
        that the service is not there.
    only : tuple of str
        Identifiers of which a work must have one, else it is left out: an earlier fetch wanted it. Empty takes all.
    """

    purpose: str
    path: str
    form: str
    params: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    works: tuple[str, ...] = ()
    most: int | None = None
    besides: tuple[str, ...] = ()
    by_name: bool = False
    only: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name of the request: the same for the same request, whoever asks."""
        asked = [self.path, sorted(self.params), self.body]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=False).encode()).hexdigest()[:20]

    @property
    def is_xml(self) -> bool:
        """Whether the answer is XML; else it is JSON."""
        return self.form in ("jats", "pubmed_xml")

    def url(self, address: str, more: Mapping[str, str]) -> str:
        """Address of the request at a service, with what only the service must know."""
        params = [*self.params, *more.items()]
        return f"{address}{self.path}" + (f"?{urlencode(params, quote_via=quote, safe=_SAFE)}" if params else "")

    def turned(self, **params: str) -> Request:
        """Return the same request for another page."""
        return replace(self, params=tuple({**dict(self.params), **params}.items()))


@dataclass(frozen=True)
class Answer:
    """A stored answer: what was asked, the payload's file in the store, and the records it lists."""

    request: Request
    file: str
    data: Any
    listed: list[Any]


class Ask(Protocol):
    """By which a provider asks: what is stored is not asked again."""

    def __call__(self, requests: Iterable[Request]) -> list[Answer]:
        """Return the answers, in the order of the requests, without those that could not be had."""

    def in_batches(
        self,
        terms: Iterable[str],
        make: Callable[[tuple[str, ...]], Request],
        *,
        most: int,
        longest: int,
        joint: int = 1,
    ) -> list[Answer]:
        """Ask for many works, so many (and so long) a request; one that is refused takes no other with it."""


class Provider:
    """How one service is asked. A provider overrides what it offers, and names it in ``schemes``."""

    name: ClassVar[str]
    title: ClassVar[str]
    address: ClassVar[str]
    schemes: ClassVar[Mapping[Action, tuple[str, ...]]]  # identifiers by which it can be asked, the best first
    per_second: ClassVar[float]
    concurrency: ClassVar[int] = 1
    citing_with_lists: ClassVar[bool] = False  # whether works that cite one come with all that they cite
    lists_apart: ClassVar[bool] = False  # whether a reference list is asked for alone, not delivered with its work
    citing_page: ClassVar[int] = 0  # citing works on a page; 0: all at once
    calls_a_work: ClassVar[float] = 1.0  # requests that a reference list takes in the end, as a rule
    kinds: ClassVar[Mapping[str, str]] = {}  # kind of work → what a search for it says

    def pace(self, settings: Settings) -> tuple[float, int]:  # noqa: ARG002 - some know a faster pace with a key
        """Return requests a second and at the same time."""
        return self.per_second, self.concurrency

    def authorised(self, settings: Settings) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:  # noqa: ARG002
        """Return the params, headers and form fields by which the person who asks is known."""
        return {}, {}, {}

    def cost(self, request: Request) -> float:  # noqa: ARG002
        """Return the price of a request in US dollars."""
        return 0.0

    def listed(self, request: Request, data: Any) -> list[Any]:
        """Return the records of an answer; a `ValueError` where it is no answer of this service."""
        raise NotImplementedError

    def stated(self, request: Request, data: Any) -> int | None:  # noqa: ARG002
        """Return how many records there are over all pages, where the answer says so."""
        return None

    def following(self, request: Request, data: Any) -> Request | None:  # noqa: ARG002
        """Return the request for the next page."""
        return None

    def limit(self, request: Request) -> tuple[int, str] | None:  # noqa: ARG002
        """Return how many records a list holds at most, and what to do about it, where the service sets a limit."""
        return None

    def instead(self, request: Request) -> Request | None:  # noqa: ARG002
        """Return what to ask where a request needs a key (HTTP 401), and there is a way without."""
        return None

    def references(self, ids: Sequence[str], ask: Ask) -> None:
        """Ask for the reference lists of works."""
        raise NotImplementedError

    def citing(self, ids: Sequence[str], ask: Ask, most: int) -> None:
        """Ask for the works that cite each of these."""
        raise NotImplementedError

    def description(self, ids: Sequence[str], ask: Ask) -> None:
        """Ask what these works are."""
        raise NotImplementedError

    def search(self, query: FetchQuery, ask: Ask) -> None:
        """Ask for the works that a search finds."""
        raise NotImplementedError


def user_agent(mailto: str | None = None) -> str:
    """Return how the program calls itself; a service that asks for a mail address is told one.

    >>> user_agent("me@example.org").endswith(" (Python; mailto:me@example.org)")
    True
    """
    return f"citenet/{citenet.__version__} (Python{f'; mailto:{mailto}' if mailto else ''})"


def batches(ids: Iterable[str], most: int, longest: int, joint: int = 1) -> Iterator[list[str]]:
    """Cut identifiers into batches of at most that many, whose text is at most that long in a request line.

    >>> list(batches(["10.1/a", "10.1/b", "10.1/c"], 2, 100))
    [['10.1/a', '10.1/b'], ['10.1/c']]
    """
    batch: list[str] = []
    length = 0
    for item in ids:
        needed = len(quote(item, safe=_SAFE)) + joint
        if batch and (len(batch) == most or length + needed > longest):
            yield batch
            batch, length = [], 0
        batch.append(item)
        length += needed
    if batch:
        yield batch


def of_scheme(ids: Iterable[str], scheme: str) -> list[str]:
    """Values of the identifiers of one scheme.

    >>> of_scheme(["doi:10.1/a", "pmid:7"], "pmid")
    ['7']
    """
    return [term.partition(":")[2] for term in ids if term.startswith(f"{scheme}:")]


def path_of(text: str) -> str:
    """Return a text as it stands in a path: slashes and colons stay, all else is encoded.

    >>> path_of("doi:10.1000/a,b|c#1")
    'doi:10.1000/a%2Cb%7Cc%231'
    """
    return quote(text, safe="/:")
