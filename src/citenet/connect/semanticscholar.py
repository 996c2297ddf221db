"""Semantic Scholar: works with what they cite, in batches. Its licence asks for attribution: an optional source."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from citenet.connect.provider import Ask, Provider, Request
from citenet.io._json import get

if TYPE_CHECKING:
    from citenet.connect.settings import Settings

__all__ = ["SemanticScholar"]

_SIZE = 50
_PREFIXES = {"doi": "DOI", "pmid": "PMID", "s2": ""}
_WORK = ("paperId", "externalIds", "title", "year", "authors", "venue", "journal")
_FIELDS = ",".join(
    [*_WORK, "publicationTypes", "fieldsOfStudy", "referenceCount", *(f"references.{name}" for name in _WORK)]
)


class SemanticScholar(Provider):
    """Unknown works come back as null in their place."""

    name = "semanticscholar"
    title = "Semantic Scholar"
    address = "https://api.semanticscholar.org/graph/v1"
    schemes: ClassVar = {"references": ("doi", "pmid", "s2")}
    per_second = 0.3  # without a key a hundred in five minutes, shared by everybody
    calls_a_work = 0.02

    def pace(self, settings: Settings) -> tuple[float, int]:
        """One request a second with a key."""
        return (0.9, 1) if self.name in settings.keys else (self.per_second, 1)

    def authorised(self, settings: Settings) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Name the key, where there is one."""
        key = settings.keys.get(self.name)
        return {}, ({"x-api-key": key} if key else {}), {}

    def listed(self, request: Request, data: Any) -> list[Any]:  # noqa: ARG002
        """Works in the order asked; a page of them, or a work alone, where a batch was not asked for."""
        for found in (data, get(data, "data")):
            if isinstance(found, list):
                return found
        if isinstance(get(data, "paperId"), str):
            return [data]
        if get(data, "total") == 0:
            return []
        raise ValueError("no list of works")

    def references(self, ids: Sequence[str], ask: Ask) -> None:
        """Works with their reference lists."""
        ask.in_batches(ids, self._batch, most=_SIZE, longest=20_000)

    def _batch(self, works: tuple[str, ...]) -> Request:
        body = json.dumps({"ids": [_prefixed(term) for term in works]})
        return Request("references", "/paper/batch", self.name, params=(("fields", _FIELDS),), works=works, body=body)


def _prefixed(term: str) -> str:
    scheme, _, value = term.partition(":")
    return f"{_PREFIXES[scheme]}:{value}" if _PREFIXES[scheme] else value
