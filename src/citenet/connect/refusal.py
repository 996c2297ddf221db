"""Refusals: why an answer could not be had, what to do, and whether to go on; never with the address that was asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from citenet.connect.patience import Patience
from citenet.connect.provider import Provider
from citenet.connect.settings import Settings, address_variable, key_variable
from citenet.errors import CitenetError

__all__ = ["ABSENT", "AGAIN", "RefusalError", "garbled", "refused", "seconds_of", "unanswered"]

AGAIN = (408, 425, 429, 500, 502, 503, 504)  # statuses that pass
ABSENT = (404, 410)
_LONGEST = 366 * 86_400.0  # seconds; what is told to be longer is no time to wait, but a date in seconds, or nonsense

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
    remedy : str
        What to do.
    status : int, optional
        HTTP status of the answer, where there was one.
    resets_at : datetime, optional
        When the provider answers again, where it says so.
    is_outworn : bool
        Whether the provider has forgotten the list whose next page is asked for.
    """

    def __init__(
        self,
        reason: str,
        scope: Scope = "service",
        *,
        remedy: str = "run the same again later",
        status: int | None = None,
        resets_at: datetime | None = None,
        is_outworn: bool = False,
    ) -> None:
        super().__init__(reason)
        self.scope, self.remedy, self.status, self.resets_at = scope, remedy, status, resets_at
        self.is_outworn = is_outworn


def refused(provider: Provider, settings: Settings, response: Any, text: str, patience: Patience) -> RefusalError:
    """Say what an answer of another status than 200 means, what to do, and whether to go on.

    Parameters
    ----------
    provider : Provider
    settings : Settings
        Whether there is a key decides what to do about a refused one.
    response : requests.Response
    text : str
        Its body, without secrets.
    patience : Patience
        A service that asks for a longer wait, or that was asked as often as that, is not asked again.
    """
    said, status = _message(text), response.status_code
    variable = key_variable(provider.name)
    has_key = provider.name in settings.keys
    wait = seconds_of(response.headers.get("Retry-After"))
    is_long = status in AGAIN and wait is not None and wait > patience.longest_wait
    if status == 429 or is_long:
        wait = seconds_of(response.headers.get("X-RateLimit-Reset")) if wait is None else wait
        resets_at = None if wait is None else datetime.now(UTC) + timedelta(seconds=max(0.0, wait))
        when = f"; it answers again at {resets_at:%Y-%m-%d %H:%M} UTC" if resets_at else ""
        more = f", or set {variable}: with a key it gives more" if variable and not has_key and status == 429 else ""
        return RefusalError(
            f"{provider.title} answers no more for now{when} (HTTP {status}: {said})",
            "provider",
            remedy=f"run the same again {'after that' if resets_at else 'in some minutes'}{more}",
            status=status,
            resets_at=resets_at,
        )
    if status in (401, 403):
        remedy = f"check {variable}" if has_key else f"set {variable}" if variable else (
            "it may have shut out this machine or network: set CITENET_MAILTO, so that it can write to you"
        )  # fmt: skip
        reason = f"{provider.title} does not let these requests in (HTTP {status}: {said})"
        return RefusalError(reason, "provider", remedy=f"{remedy}, and run the same again", status=status)
    if "cursor-invalid" in text:  # Crossref's word, with the status of an unknown work
        reason = f"{provider.title} has forgotten the list that this page is of (HTTP {status})"
        remedy = "run the same again: it is asked for from its beginning"
        return RefusalError(reason, "request", remedy=remedy, status=status, is_outworn=True)
    again = f" after {patience.tries} tries" if status in AGAIN else ""
    reason = f"{provider.title}: HTTP {status}{again}: {said}"
    if status >= 500 or status in AGAIN:
        return RefusalError(reason, remedy="the service fails: run the same again later", status=status)
    remedy = "the service refuses what was asked: check the identifier, or the words of the search"
    if status in ABSENT:
        remedy = f"the service is not at this address: update citenet, or set {address_variable(provider.name)}"
        return RefusalError(reason, remedy=remedy, status=status)
    return RefusalError(reason, "request", remedy=remedy, status=status)


def garbled(provider: Provider, fault: str, tries: int) -> RefusalError:
    """Say that what came is no answer of this service, and why not."""
    return RefusalError(
        f"what {provider.title} sent {tries} times is no answer (HTTP 200: {fault[:200]})",
        remedy="something else may answer in its place, as a proxy or a login page does: look at the service in a "
        f"browser ({address_variable(provider.name)} sets another address), and run the same again",
        status=200,
    )


def unanswered(provider: Provider, error: Any) -> RefusalError:
    """Say why there is no answer; where there never was a connection, there will be none for the next request."""
    cause = error.args[0] if error.args else None
    cause = getattr(cause, "reason", cause)
    kind = type(cause if isinstance(cause, Exception) else error).__name__
    never = kind in (
        "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "SSLError", "ProxyError",
    )  # fmt: skip
    variable = address_variable(provider.name)
    if never:
        remedy = f"check the network, its proxy, and {variable}, and run the same again"
        return RefusalError(f"{provider.title} cannot be reached ({kind})", "provider", remedy=remedy)
    if kind in ("OtherHostError", "TooManyRedirects") or isinstance(error, ValueError):
        where = {"OtherHostError": "to another host", "TooManyRedirects": "in a circle"}.get(kind, "to no address")
        remedy = f"the service may have moved: update citenet, or set {variable}"
        return RefusalError(f"{provider.title}: the answer leads {where}", remedy=remedy)
    return RefusalError(f"{provider.title}: no answer ({kind})")


def _message(text: str) -> str:
    """Return what a service says of its refusal, in one line."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return "no reason given" if not text.strip() or "<" in text else " ".join(text.split())[:200]
    if isinstance(said, dict):
        said = said.get("message") or said.get("error") or said
    return " ".join((said if isinstance(said, str) else json.dumps(said)).split())[:200]


def seconds_of(value: str | None) -> float | None:
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
