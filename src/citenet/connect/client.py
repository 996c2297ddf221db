"""The client: sends one request politely, reads its answer whole, and says what stands in the way, without secrets."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlencode, urlsplit

from citenet._support.optional import require
from citenet.connect.payloads import parse_payload
from citenet.connect.provider import Provider, Request, user_agent
from citenet.connect.settings import Settings
from citenet.errors import CitenetError, InputError

__all__ = ["FetchClient", "Patience", "RefusalError"]

_LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry", "requests")
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_ABSENT = (404, 410)
_CHUNK = 65_536
_LONGEST = 366 * 86_400.0  # seconds; what is told to be longer is no time to wait, but a date in seconds, or nonsense
_OWN_MACHINE = ("127.0.0.1", "::1", "localhost")

Scope = Literal["request", "service", "provider"]


class RefusalError(CitenetError):
    """An answer that could not be had: why, and whether asking the provider further makes sense.

    Parameters
    ----------
    reason : str
        In words, without secrets.
    scope : {"request", "service", "provider"}
        "request": the service answers, and refuses this request alone; "service": it fails, perhaps not for long;
        "provider": every further request would fare alike.
    resets_at : datetime, optional
        When the provider answers again, where it says so.
    """

    def __init__(self, reason: str, scope: Scope = "service", resets_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.scope, self.resets_at = scope, resets_at


@dataclass(frozen=True)
class Patience:
    """How long a client waits, and how often it tries.

    Parameters
    ----------
    tries : int
        Times a request is sent where the service, or the way to it, fails.
    pause : float
        Seconds before the second try; each further pause is twice as long, with a random part.
    longest_wait : float
        Seconds a service may ask to wait (Retry-After); beyond, it is not asked any more.
    connect, read : float
        Seconds until a connection stands, and between two parts of an answer.
    whole : float
        Seconds until an answer is whole.
    """

    tries: int = 5
    pause: float = 1.0
    longest_wait: float = 120.0
    connect: float = 10.0
    read: float = 60.0
    whole: float = 300.0


class FetchClient:
    """Sends requests to scholarly services, each at its own pace.

    Parameters
    ----------
    settings : Settings, optional
        Keys, mail address, addresses; by default from the environment and the configuration file.
    patience : Patience, optional

    Notes
    -----
    Requests and urllib3 do the talking (proxies and certificates of the environment hold), and a limiter keeps the
    pace of each provider. Nothing is sent to another host than the provider's.
    """

    def __init__(self, settings: Settings | None = None, *, patience: Patience | None = None) -> None:
        self.settings = Settings.load() if settings is None else settings
        self.patience = patience or Patience()
        self._requests = require("requests", "fetch")
        self._session = _session(self.patience)
        self._limiters: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._filter = _Hidden(self.settings)
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self._filter)

    def __repr__(self) -> str:
        return f"<FetchClient: {repr(self.settings)[11:-1]}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close connections and stop watching the logs."""
        self._session.close()
        for limiter in self._limiters.values():
            limiter.close()
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._filter)

    def send(self, provider: Provider, request: Request) -> tuple[int, str]:
        """Send a request and return 200 and the text, or the status that says there is no such work.

        That a list or a search is not there says nothing of the works: the service has moved, or the address is wrong.

        Raises
        ------
        RefusalError
            If the service refuses, cannot be reached, or answers with what is no answer.
        """
        fault: str | None = ""
        refusal: RefusalError | None = None
        for attempt in range(self.patience.tries):
            if attempt:
                time.sleep(self.patience.pause * 2 ** (attempt - 1))
            self._wait_turn(provider)
            try:
                response = self._open(provider, request)
            except self._requests.RequestException as error:  # urllib3 has tried again already
                refusal = _unanswered(provider, error)
                break
            with response:
                text, fault = self._text(response)
            text = self.settings.redact(text)  # before anything is cut out of it: half a key is a key, too
            if response.status_code in _ABSENT and len(request.works) == 1 and not _is_cursor_fault(text):
                return response.status_code, ""
            if response.status_code != 200:
                refusal = self._refusal(provider, response, text)
                break
            fault = fault or _fault(provider, request, text)
            if fault is None:
                return 200, text
        if refusal is None:
            refusal = RefusalError(f"what came {self.patience.tries} times is no answer ({(fault or '')[:200]})")
        raise refusal  # outside the except: what requests raises quotes the address, and with it the key

    def _open(self, provider: Provider, request: Request) -> Any:
        params, headers, form = provider.authorised(self.settings)
        address = self.settings.addresses.get(provider.name, provider.address).rstrip("/")
        if urlsplit(address).scheme not in ("http", "https"):
            raise InputError(f"the address of {provider.name} must begin with https:// or http://")
        sent = {"User-Agent": user_agent(), "Accept-Encoding": "gzip, deflate", **headers}
        body = request.body
        if body is not None:
            is_json = body.startswith("{")
            sent["Content-Type"] = "application/json" if is_json else "application/x-www-form-urlencoded"
            body = body if is_json or not form else f"{body}&{urlencode(form)}"
        return self._session.request(
            "GET" if body is None else "POST",
            request.url(address, params),
            data=body,
            headers=sent,
            timeout=(self.patience.connect, self.patience.read),
            stream=True,
        )

    def _text(self, response: Any) -> tuple[str, str | None]:
        """Read the body as it comes in, up to the time an answer may take; and say what broke it off."""
        until = time.monotonic() + self.patience.whole
        urllib3 = require("urllib3", "fetch")
        parts: list[bytes] = []
        fault = None
        try:
            while part := response.raw.read1(_CHUNK, decode_content=True):
                parts.append(part)
                if time.monotonic() > until:
                    fault = f"not whole after {self.patience.whole:g} seconds"
                    break
        except (urllib3.exceptions.HTTPError, OSError) as error:
            fault = f"broken off: {type(error).__name__}"
        return b"".join(parts).decode("utf-8", "replace"), fault

    def _refusal(self, provider: Provider, response: Any, text: str) -> RefusalError:
        said, status = _message(text), response.status_code
        if status == 429:
            wait = _seconds(response.headers.get("Retry-After") or response.headers.get("X-RateLimit-Reset"))
            resets_at = None if wait is None else datetime.now(UTC) + timedelta(seconds=max(0.0, wait))
            when = f"; it answers again at {resets_at:%Y-%m-%d %H:%M} UTC" if resets_at else ""
            return RefusalError(f"{provider.title} answers no more for now{when} ({said})", "provider", resets_at)
        if status in (401, 403):
            return RefusalError(f"{provider.title} does not let these requests in (HTTP {status}: {said})", "provider")
        if status >= 500 or status in _AGAIN:
            again = f" after {self.patience.tries} tries" if status in _AGAIN else ""
            return RefusalError(f"HTTP {status}{again}: {said}")
        return RefusalError(f"HTTP {status}: {said}", "request")

    def _wait_turn(self, provider: Provider) -> None:
        """Keep the provider's pace; a server on the own machine has none."""
        if urlsplit(self.settings.addresses.get(provider.name, "")).hostname in _OWN_MACHINE:
            return
        with self._lock:
            if provider.name not in self._limiters:
                limits = require("pyrate_limiter", "fetch")
                per_second, _ = provider.pace(self.settings)
                self._limiters[provider.name] = limits.Limiter(limits.Rate(1, max(1, round(1_000 / per_second))))
        self._limiters[provider.name].try_acquire(provider.name)


class _Hidden(logging.Filter):
    """Hides keys in what the libraries log: they log addresses."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        hidden = self.settings.redact(text)
        if hidden != text:
            record.msg, record.args = hidden, None
        return True


def _session(patience: Patience) -> Any:
    """Session that tries again, waits as long as it is told to, and stays with the host it asked."""
    requests, urllib3 = require("requests", "fetch"), require("urllib3", "fetch")

    class Retry(urllib3.Retry):  # type: ignore[name-defined,misc]
        """Returns the answer, instead of sleeping, where the wait is too long; pauses before the second try, too."""

        def get_backoff_time(self) -> float:
            failed = sum(turn.redirect_location is None for turn in self.history)
            return patience.pause * (2 ** (failed - 1) + random.random()) if failed else 0.0  # noqa: S311 - no secret

        def parse_retry_after(self, retry_after: str) -> float:
            return max(0.0, _seconds(retry_after) or 0.0)

        def increment(self, *args: Any, **kwargs: Any) -> Any:
            response = kwargs.get("response")
            wait = None if response is None else _seconds(response.headers.get("Retry-After"))
            if wait is not None and wait > patience.longest_wait:
                raise urllib3.exceptions.MaxRetryError(kwargs.get("_pool"), "", None)
            return super().increment(*args, **kwargs)

    class Session(requests.Session):  # type: ignore[name-defined,misc]
        """Follows redirects on one host alone: keys stay where they belong."""

        def rebuild_auth(self, prepared_request: Any, response: Any) -> None:
            asked, led = urlsplit(response.url), urlsplit(prepared_request.url)
            if led.netloc != asked.netloc or (asked.scheme == "https" and led.scheme != "https"):
                raise requests.exceptions.TooManyRedirects("the answer leads to another host")
            super().rebuild_auth(prepared_request, response)

    retry = Retry(
        total=patience.tries - 1,
        status_forcelist=_AGAIN,
        allowed_methods=None,  # what is posted here only asks
        raise_on_status=False,
        redirect=5,
    )
    session = Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=retry, pool_maxsize=16))
    return session


def _fault(provider: Provider, request: Request, text: str) -> str | None:
    """Say what is wrong with an answer of status 200; None where it is one."""
    try:
        provider.listed(request, parse_payload(request, text))
    except (ValueError, TypeError, AttributeError) as error:
        start = " ".join(text.split())[:60]
        return f"{error}; it begins {start!r}"
    return None


def _unanswered(provider: Provider, error: Any) -> RefusalError:
    """Say why there is no answer; where there never was a connection, there will be none for the next request."""
    cause = error.args[0] if error.args else None
    cause = getattr(cause, "reason", cause)
    kind = type(cause if isinstance(cause, Exception) else error).__name__
    never = kind in (
        "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "SSLError", "ProxyError", "InvalidURL",
    )  # fmt: skip
    if never:
        return RefusalError(f"{provider.title} cannot be reached ({kind})", "provider")
    return RefusalError("the answer leads to another host" if kind == "TooManyRedirects" else f"no answer ({kind})")


def _is_cursor_fault(text: str) -> bool:
    """Crossref answers an outworn cursor like an unknown work."""
    return "cursor-invalid" in text


def _message(text: str) -> str:
    """Return what a service says of its refusal, in one line."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return "no reason given" if not text.strip() or "<" in text else " ".join(text.split())[:200]
    if isinstance(said, dict):
        said = said.get("message") or said.get("error") or said
    return " ".join((said if isinstance(said, str) else json.dumps(said)).split())[:200]


def _seconds(value: str | None) -> float | None:
    """Seconds that a Retry-After means, given as a number or as a date; None where it means nothing."""
    if value is None or not str(value).strip():
        return None
    try:
        seconds = float(value)
    except ValueError:
        pass
    else:
        return seconds if abs(seconds) < _LONGEST else None
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (moment - datetime.now(UTC)).total_seconds()
