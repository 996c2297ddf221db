"""OpenCitations Index, version 2: who cites whom, by identifiers alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from citenet.connect.provider import Ask, Provider, Request, path_of

if TYPE_CHECKING:
    from citenet.connect.settings import Settings

__all__ = ["OpenCitations"]


class OpenCitations(Provider):
    """Citations between identifiers, CC0; an unknown work and one without references are answered alike."""

    name = "opencitations"
    title = "OpenCitations"
    address = "https://api.opencitations.net"
    schemes: ClassVar = {"references": ("doi", "pmid", "omid"), "citing": ("doi", "pmid", "omid")}
    per_second = 2.5  # 180 a minute are allowed
    concurrency = 2
    lists_apart = True

    def authorised(self, settings: Settings) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Name the token, where there is one."""
        token = settings.keys.get(self.name)
        return {}, ({"authorization": token} if token else {}), {}

    def listed(self, request: Request, data: Any) -> list[Any]:  # noqa: ARG002
        """Rows."""
        if isinstance(data, list):
            return data
        raise ValueError("no list of citations")

    def references(self, ids: Sequence[str], ask: Ask) -> None:
        """One request a work: the prefix of the identifier is needed, a bare DOI finds nothing."""
        ask(self._request("references", "references", term) for term in sorted(ids))

    def citing(self, ids: Sequence[str], ask: Ask, most: int) -> None:
        """One request a work; there are no pages, a much cited work answers with all at once."""
        ask(self._request("citing", "citations", term, most) for term in sorted(ids))

    def _request(self, purpose: str, operation: str, term: str, most: int | None = None) -> Request:
        path = f"/index/v2/{operation}/{path_of(term)}"
        return Request(purpose, path, self.name, works=(term,), most=most)
