"""The snapshot store: every answer as it came, in a file that `citenet.read` reads, beside a note of what was asked.

It is cache, log and proof at once. An answer is there when its note is there: the payload is written first, both by
renaming a finished file, and the note holds the payload's digest, so that no half answer is ever taken for one. Notes
end in ``.meta.json``, which readers pass over.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from citenet._support.tables import sha256_of
from citenet.connect.provider import Request

__all__ = ["Stored", "PayloadStore"]

_PURPOSES = ("references", "citing", "description", "look-up", "search")


@dataclass(frozen=True)
class Stored:
    """A stored answer: the payload's file within the store, its text (None: the service has no such work), the day."""

    file: str
    text: str | None
    sha256: str
    retrieved: str


class PayloadStore:
    """Answers in ``folder/<provider>/<purpose>-<key>.json`` (or ``.xml``).

    Parameters
    ----------
    folder : Path
        Made when the first answer comes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._batches: dict[str, dict[str, list[tuple[str, ...]]]] = {}

    def find(self, provider: str, request: Request) -> Stored | None:
        """Return what was answered before; None where it was not asked, or its file is damaged."""
        payload = self._payload(provider, request)
        try:
            note = json.loads(_note(payload).read_bytes())
            data = payload.read_bytes() if note["status"] == 200 else b""
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if note.get("sha256") != sha256_of(data):
            return None
        text = data.decode("utf-8") if note["status"] == 200 else None
        return Stored(self._name(payload), text, note["sha256"], str(note.get("retrieved")))

    def holds(self, provider: str, request: Request) -> bool:
        """Whether it was answered before, as far as the note says."""
        return _note(self._payload(provider, request)).exists()

    def batches(self, provider: str, purpose: str) -> list[tuple[str, ...]]:
        """Return the works that one answer of an earlier fetch is about, of each answer, in order."""
        if provider not in self._batches:
            found: dict[str, list[tuple[str, ...]]] = {}
            for file in self.folder.glob(f"{provider}/*.meta.json"):
                try:
                    note = json.loads(file.read_bytes())
                    found.setdefault(note["purpose"], []).append(tuple(note["works"]))
                except (OSError, ValueError, KeyError, TypeError):  # it is asked again
                    continue
            self._batches[provider] = {name: sorted(works) for name, works in found.items()}
        return self._batches[provider].get(purpose, [])

    def put(self, provider: str, request: Request, status: int, text: str) -> Stored:
        """Keep an answer; of a status other than 200, that there is none."""
        payload = self._payload(provider, request)
        data = text.encode("utf-8") if status == 200 else b""
        retrieved = datetime.now(UTC).date().isoformat()
        asked = {"path": request.path, "params": dict(request.params), "body": request.body}
        digest = sha256_of(data)
        note = {
            "provider": provider,
            "purpose": request.purpose,
            "form": request.form,
            "works": sorted({*request.works, *request.besides}),
            "asked": {name: value for name, value in asked.items() if value},
            "status": status,
            "sha256": digest,
            "retrieved": retrieved,
        }
        payload.parent.mkdir(parents=True, exist_ok=True)
        if status == 200:
            _write(payload, data)
        _write(_note(payload), (json.dumps(note, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
        return Stored(self._name(payload), text if status == 200 else None, digest, retrieved)

    def drop(self, provider: str, request: Request) -> None:
        """Forget an answer: it is asked for again."""
        payload = self._payload(provider, request)
        _note(payload).unlink(missing_ok=True)
        payload.unlink(missing_ok=True)

    def _payload(self, provider: str, request: Request) -> Path:
        """File of an answer: what was asked for another purpose is not asked again."""
        ending = "xml" if request.is_xml else "json"
        purposes = dict.fromkeys([request.purpose, *_PURPOSES])
        files = [self.folder / provider / f"{purpose}-{request.key}.{ending}" for purpose in purposes]
        return next((file for file in files if _note(file).exists()), files[0])

    def _name(self, payload: Path) -> str:
        return payload.relative_to(self.folder).as_posix()


def _note(payload: Path) -> Path:
    return payload.with_name(f"{payload.name}.meta.json")


def _write(target: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all."""
    draft = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}")
    draft.write_bytes(data)
    os.replace(draft, target)
