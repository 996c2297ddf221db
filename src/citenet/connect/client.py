"""The client: sends one request politely, reads its answer whole, and says what stands in the way, without secrets."""

from __future__ import annotations

import logging
import random
import threading
import time
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

from citenet._support.optional import require
from citenet.connect.patience import Patience
from citenet.connect.payloads import parse_payload
from citenet.connect.provider import Provider, Request, user_agent
from citenet.connect.refusal import ABSENT, AGAIN, RefusalError, garbled, refused, seconds_of, unanswered
from citenet.connect.settings import Settings

__all__ = ["FetchClient", "Patience"]

_LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry", "requests")
_CHUNK = 65_536
_OWN_MACHINE = ("127.0.0.1", "::1", "localhost")


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
        self.interrupted = threading.Event()  # set: waits end, and nothing is tried again
        self._session = _session(self.patience, self.interrupted)
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
        if not self.interrupted.is_set():  # then requests may be under way still, and be logged
            for name in _LOGGERS:
                logging.getLogger(name).removeFilter(self._filter)

    def send(self, provider: Provider, request: Request) -> tuple[int, str]:
        """Send a request and return 200 and the text, or the status that says there is no such work.

        That a list or a search is not there says nothing of the works, also where it is about one alone: the service
        has moved, or the address is wrong.

        Raises
        ------
        RefusalError
            If the service refuses, cannot be reached, or answers with what is no answer.
        """
        fault: str | None = ""
        refusal: RefusalError | None = None
        for attempt in range(self.patience.tries):
            if attempt:
                self.interrupted.wait(self.patience.pause * 2 ** (attempt - 1))
            if self.interrupted.is_set():
                raise RefusalError("interrupted", "provider", remedy="run the same again to go on")
            self._wait_turn(provider)
            try:
                response = self._open(provider, request)
            except (self._requests.RequestException, ValueError) as error:  # urllib3 has tried again already
                refusal = unanswered(provider, error)
                break
            with response:
                text, fault = self._text(response)
            text = self.settings.redact(text)  # before anything is cut out of it: half a key is a key, too
            if response.status_code in ABSENT and request.by_name:
                return response.status_code, ""
            if response.status_code != 200:
                refusal = refused(provider, self.settings, response, text, self.patience)
                break
            fault = fault or _fault(provider, request, text)
            if fault is None:
                return 200, text
        if refusal is None:
            refusal = garbled(provider, fault or "", self.patience.tries)
        raise refusal  # outside the except: what requests raises quotes the address, and with it the key

    def _open(self, provider: Provider, request: Request) -> Any:
        params, headers, form = provider.authorised(self.settings)
        address = self.settings.addresses.get(provider.name, provider.address).rstrip("/")
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
        return b"".join(parts).decode("utf-8", "replace").removeprefix("\ufeff"), fault

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


def _session(patience: Patience, interrupted: threading.Event) -> Any:
    """Session that tries again, waits as long as it is told to, and stays with the host it asked."""
    requests, urllib3 = require("requests", "fetch"), require("urllib3", "fetch")

    class Retry(urllib3.Retry):  # type: ignore[name-defined,misc]
        """Returns the answer, instead of sleeping, where the wait is too long; pauses before the second try, too."""

        def get_backoff_time(self) -> float:
            failed = sum(turn.redirect_location is None for turn in self.history)
            return patience.pause * (2 ** (failed - 1) + random.random()) if failed else 0.0  # noqa: S311 - no secret

        def parse_retry_after(self, retry_after: str) -> float:
            return max(0.0, seconds_of(retry_after) or 0.0)

        def sleep(self, response: Any = None) -> None:
            wait = self.get_retry_after(response) if response is not None else None
            interrupted.wait(wait or self.get_backoff_time())

        def increment(self, *args: Any, **kwargs: Any) -> Any:
            response = kwargs.get("response")
            wait = None if response is None else seconds_of(response.headers.get("Retry-After"))
            if interrupted.is_set() or (wait is not None and wait > patience.longest_wait):
                raise urllib3.exceptions.MaxRetryError(kwargs.get("_pool"), "", None)
            return super().increment(*args, **kwargs)

    class OtherHostError(requests.exceptions.RequestException):  # type: ignore[name-defined,misc]
        """A redirect that would take the key elsewhere."""

    class Session(requests.Session):  # type: ignore[name-defined,misc]
        """Follows redirects on one host alone: keys stay where they belong."""

        def rebuild_auth(self, prepared_request: Any, response: Any) -> None:
            asked, led = urlsplit(response.url), urlsplit(prepared_request.url)
            if led.netloc != asked.netloc or (asked.scheme == "https" and led.scheme != "https"):
                raise OtherHostError("the answer leads to another host")
            super().rebuild_auth(prepared_request, response)

    retry = Retry(
        total=patience.tries - 1,
        status_forcelist=AGAIN,
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
