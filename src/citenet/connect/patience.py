"""How long a client waits, and how often it tries."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Patience"]


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
